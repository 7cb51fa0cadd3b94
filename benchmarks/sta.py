"""What users of FROST complain about, asked of us and of a peer over HTTP: $count, $orderby, the latest of each stream.

FROST itself (Java, its own database) is on no Python registry. The peer is django-ogc-sensorthings, of HydroServer:
`HATANG_STA_PEER` names a Python that has it and uvicorn; without it only we are measured. Both hold the same rows on
SQLite (our observations in their table of Parquet files), both are served by one worker, and their answers are
compared: the count, the greatest results in order, the latest result of each stream. The peer cannot order by
phenomenonTime (1.2.0 answers 500), so it is asked by resultTime, which is the same moment in every row here; we are
asked both ways. No promise: the ratio is told. The peer counts in a time that grows with the rows; ours hardly does.

Run: HATANG_STA_PEER=/tmp/peer/bin/python .venv/bin/python -m benchmarks.sta [--sizes 10000 100000 500000]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.scratch import begin
from benchmarks.served import gunicorn, serving

begin()

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.timing import median_ms  # noqa: E402
from hatang.core.observations.schema import MOMENT, ROWS, moment_of  # noqa: E402
from hatang.places.models import Place  # noqa: E402
from hatang.sensors.models import Datastream, ObservedProperty, Sensor, Thing  # noqa: E402
from hatang.sensors.services.observations import observation_table  # noqa: E402

SIZES = (10_000, 100_000, 500_000)
STREAMS, RUNS = 100, 5
SERVICE = "/sta/v1.1"
READY = f"{SERVICE}/Things?$top=1"
PEER = os.environ.get("HATANG_STA_PEER", "")
QUESTIONS = {
    "$count of all observations": "Observations?$count=true&$top=1",
    "$orderby=result desc, the first 100": "Observations?$orderby=result desc&$top=100",
    "latest of each of 100 streams": "Datastreams?$top=100&$expand=Observations($top=1;$orderby={} desc)",
}


def fill(observations: int) -> None:
    """Store things with a stream each that everybody may see, and observations a minute apart."""
    Datastream.objects.all().delete()
    Thing.objects.all().delete()
    place = {"title": "Tỉnh", "name": "Thử", "code": "T0"}
    province, _ = Place.objects.get_or_create(kind="province", code="T0", defaults=place)
    sensor, _ = Sensor.objects.get_or_create(province=province, name="s")
    what, _ = ObservedProperty.objects.get_or_create(province=province, name="o", defaults={"definition": "urn:o"})
    names = range(STREAMS)
    things = Thing.objects.bulk_create(
        Thing(province=province, code=f"T{n}", name=f"T{n}", lon=106, lat=21, public=True) for n in names
    )
    each = observations // STREAMS
    first = int(np.datetime64("2026-10-01T00:00", "us").astype(np.int64))
    at = first + np.arange(each) * 60_000_000
    there = Datastream.objects.bulk_create(
        Datastream(thing=thing, sensor=sensor, observed_property=what, code="a", name=f"D{n}")
        for n, thing in zip(names, things, strict=True)
    )
    table = observation_table()
    for n, stream in enumerate(there):
        result = ((7 * np.arange(each) + n) % 1009).astype(float)
        moments = pa.array(at).cast(MOMENT)
        ids = [f"{stream.pk}.{moment}.00000000" for moment in at.tolist()]
        told = {"id": ids, "load": np.zeros(each, np.int64), "stream": np.full(each, stream.pk), "result": result}
        columns = {name: pa.array(value) for name, value in told.items()} | {"at": moments, "result_at": moments}
        table.append(pa.table(columns).select([name for name in ROWS.names if name in columns]))
        stream.first_at, stream.last_at, stream.last_result = moment_of(first), moment_of(int(at[-1])), result[-1]
        stream.heard_at = timezone.now()
    table.tend()
    Datastream.objects.bulk_update(there, ["first_at", "last_at", "last_result", "heard_at"])


def asked(root: str, question: str) -> Any:
    """Ask, and read the answer."""
    with urlopen(f"{root}/{quote(question, safe='?$=&(;)')}", timeout=600) as answer:
        return json.load(answer)


def said(root: str, moment: str) -> tuple[dict[str, float], list[Any]]:
    """Measure every question in milliseconds, and give what the answers say, without ids."""
    took, heard = {}, []
    for name, question in QUESTIONS.items():
        question = question.format(moment)
        heard.append(gist(asked(root, question)))
        took[name] = median_ms(lambda: asked(root, question), RUNS)  # noqa: B023
    return took, heard


def gist(told: Any) -> Any:
    """Give the count, the results in their order, or the latest result of each stream."""
    if "@iot.count" in told:
        return told["@iot.count"]
    rows = told["value"]
    if "Observations" not in rows[0]:
        return [row["result"] for row in rows]
    return sorted((row["name"], [one["result"] for one in row["Observations"]]) for row in rows)


def ours() -> tuple[dict[str, float], dict[str, float], list[Any]]:
    """Measure our service, by phenomenonTime and by resultTime."""
    command = gunicorn(sys.executable, "hatang.config.wsgi:application")
    with serving(command, {"HATANG_HOSTS": "127.0.0.1"}, READY) as root:
        took, heard = said(f"{root}{SERVICE}", "phenomenonTime")
        again, same = said(f"{root}{SERVICE}", "resultTime")
        assert heard == same
        return took, again, heard


def peers(folder: Path, observations: int) -> tuple[dict[str, float], list[Any]]:
    """Measure the peer on the same rows."""
    more = {"PEER_DATABASE": str(folder / f"{observations}.sqlite3")}
    here = Path(__file__).parent
    filled = [PEER, str(here / "sta_peer.py"), str(STREAMS), str(observations)]
    subprocess.run(filled, env=os.environ | more, check=True)
    command = [PEER, "-m", "uvicorn", "--port", "PORT", "--app-dir", str(here), "sta_peer:application"]
    with serving(command, more, READY) as root:
        return said(f"{root}{SERVICE}", "resultTime")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    sizes = parser.parse_args().sizes
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            fill(size)
            took, again, heard = ours()
            beside, theirs = peers(Path(folder), size) if PEER else ({}, heard)
            assert heard == theirs, (heard, theirs)
            for name, ms in took.items():
                report(size, name, ms, again[name], beside.get(name))


def report(size: int, name: str, ms: float, again: float, peer: float | None) -> None:
    """Write one line."""
    other = f" (by resultTime {again:,.0f} ms)" if "latest" in name else ""
    kept = "no peer" if peer is None else f"django-ogc-sensorthings {peer:>8,.0f} ms, ratio {ms / peer:.2f}"
    print(f"{size:>9,} rows  {name:<38} {ms:>7,.0f} ms{other:<26}  {kept}", flush=True)


if __name__ == "__main__":
    main()
