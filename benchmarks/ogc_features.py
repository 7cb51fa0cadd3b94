"""Promise: features leave at 1,000 a second more than from pygeoapi beside it; 1,000 datasets take ≤ 1 s a page of 100.

Fills a scratch SQLite database with made-up villages of one province, publishes them, and serves them by one gunicorn
worker; pygeoapi serves the same features, from the GeoJSON file that we publish, by one gunicorn worker beside it. A
client reads each whole collection in pages of 1,000, found by the links `next`, one server at a time. Then the
catalogue: 1,000 datasets of made-up provinces, each page of JSON-LD and of Turtle.

pygeoapi is never imported: `HATANG_PYGEOAPI` names a Python that has it and gunicorn. Without it only we are measured.

Run: HATANG_PYGEOAPI=/tmp/pygeoapi/bin/python .venv/bin/python -m benchmarks.ogc_features [--sizes 1000 10000 50000]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

from benchmarks.scratch import begin
from benchmarks.served import READY_S, free_port, gunicorn, serving

begin()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from hatang.opendata.catalogue import BY_SLUG, DATASETS  # noqa: E402
from hatang.opendata.models import DatasetVersion  # noqa: E402
from hatang.opendata.services.files import file_of, format_named  # noqa: E402
from hatang.opendata.services.versions import publish_version  # noqa: E402
from hatang.places.models import Place  # noqa: E402

SIZES = (1_000, 10_000, 50_000)
PAGE, RUNS, MORE_PER_S, PROMISE_S = 1_000, 3, 1_000, 1.0
OURS = "hatang.config.wsgi:application"
CATALOGUE = 1_000
SHORT = 30
"""So many pages are read at least: what takes milliseconds is seen in the best of many runs."""
PEER = os.environ.get("HATANG_PYGEOAPI", "")
CONFIGURATION = {
    "server": {
        "bind": {"host": "127.0.0.1", "port": 0},
        "mimetype": "application/json; charset=UTF-8",
        "encoding": "utf-8",
        "languages": ["en-US"],
        "pretty_print": False,
        "limits": {"default_items": PAGE, "max_items": PAGE},
        "gzip": False,
        "map": {"url": "https://localhost/{z}/{x}/{y}.png", "attribution": "none"},
    },
    "logging": {"level": "ERROR"},
    "metadata": {
        "identification": {
            "title": "peer",
            "description": "peer",
            "keywords": ["peer"],
            "terms_of_service": "none",
            "url": "http://localhost",
        },
        "license": {"name": "none", "url": "http://localhost"},
        "provider": {"name": "peer", "url": "http://localhost"},
        "contact": {"name": "peer"},
    },
}


def make_villages(count: int) -> DatasetVersion:
    """Put made-up villages into the place of those that were there, and publish them."""
    Place.objects.filter(kind="village").delete()
    place: dict[str, Any] = {"title": "Tỉnh", "name": "Thử", "valid_from": date(2025, 7, 1)}
    province, _ = Place.objects.get_or_create(kind="province", code="T0", defaults=place)
    chance = Random(7)
    villages = [
        Place(kind="village", title="Thôn", name=f"Thử {n}", code=f"V{n}", province=province, parent=province)
        for n in range(count)
    ]
    for village in villages:
        village.lon, village.lat = chance.uniform(106, 107), chance.uniform(21, 22)
        village.population, village.households = chance.randrange(50, 900), chance.randrange(10, 200)
        village.fill_keys()
    Place.objects.bulk_create(villages, batch_size=5_000)
    version = publish_version(dataset=BY_SLUG["thon"], province=province)
    assert version is not None
    version.province = province
    return version


def pages_of(address: str, expected: int) -> list[str]:
    """Read a collection by its links; give the addresses of its pages."""
    count, pages = 0, []
    while address:
        pages.append(address)
        page = json.loads(urlopen(address, timeout=300).read())
        count += len(page["features"])
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert count == expected, f"{pages[0]}: {count} of {expected} features"
    return pages


def per_second(address: str, expected: int) -> float:
    """Give the features a second of the best of some readings; how long a client parses them is not our matter."""
    pages, best = pages_of(address, expected), 0.0
    for _ in range(max(RUNS, SHORT // len(pages))):
        start = time.perf_counter()
        for page in pages:
            urlopen(page, timeout=300).read()
        best = max(best, expected / (time.perf_counter() - start))
    return best


def ours(count: int) -> float:
    """Measure our service."""
    python = {"HATANG_HOSTS": "127.0.0.1"}
    with serving(gunicorn(sys.executable, OURS), python, "/ogc/") as root:
        return per_second(f"{root}/ogc/collections/thon-T0/items?limit={PAGE}", count)


def peers(version: DatasetVersion, folder: Path, count: int) -> float:
    """Measure pygeoapi on the GeoJSON file that we publish."""
    kind = format_named(BY_SLUG["thon"], "geojson")
    assert kind is not None
    source, port = file_of(BY_SLUG["thon"], version, kind), free_port()
    server = CONFIGURATION["server"] | {"url": f"http://127.0.0.1:{port}"}
    villages = {
        "type": "collection",
        "title": "villages",
        "description": "villages",
        "keywords": ["villages"],
        "links": [],
        "extents": {"spatial": {"bbox": [102, 8, 110, 24], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "providers": [{"type": "feature", "name": "GeoJSON", "data": str(source), "id_field": "id"}],
    }
    configuration, description = folder / "peer.yml", folder / "peer-openapi.json"
    configuration.write_text(json.dumps(CONFIGURATION | {"server": server, "resources": {"villages": villages}}))
    named = {"PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(description)}
    made = [Path(PEER).with_name("pygeoapi"), "openapi", "generate", configuration, "--output-file", description]
    subprocess.run(made, env=os.environ | named, check=True, capture_output=True)
    with serving(gunicorn(PEER, "pygeoapi.flask_app:APP"), named, "/conformance?f=json", port) as root:
        return per_second(f"{root}/collections/villages/items?f=json&limit={PAGE}", count)


def measure_features(sizes: list[int]) -> None:
    """Measure both services at each size."""
    with tempfile.TemporaryDirectory() as folder:
        for count in sizes:
            version = make_villages(count)
            rate = ours(count)
            beside = peers(version, Path(folder), count) if PEER else 0.0
            kept = "kept" if not PEER or rate >= beside + MORE_PER_S else "BROKEN"
            peer = f"pygeoapi {beside:>10,.0f}/s" if PEER else "no peer"
            print(f"{count:>7,} features  {rate:>10,.0f}/s  {kept:<6}  {peer}")


def measure_catalogue() -> None:
    """Measure every page of a catalogue of a thousand datasets in both forms."""
    provinces = [Place(kind="province", title="Tỉnh", name=f"Thử {n}", code=f"C{n}") for n in range(1, 90)]
    for province in provinces:
        province.fill_keys()
    Place.objects.bulk_create(provinces)
    said = {"number": 1, "sha256": "0" * 64, "rows": 1, "made_at": timezone.now(), "checked_at": timezone.now()}
    pairs = [(dataset.slug, province) for province in provinces for dataset in DATASETS][: CATALOGUE - 1]
    DatasetVersion.objects.bulk_create(DatasetVersion(dataset=slug, province=p, **said) for slug, p in pairs)
    with serving(gunicorn(sys.executable, OURS), {"HATANG_HOSTS": "127.0.0.1"}, "/ogc/") as root:
        for form in ("jsonld", "ttl"):
            slowest = max(page_s(f"{root}/du-lieu-mo/danh-muc.{form}?page={page}") for page in range(1, 11))
            kept = "kept" if slowest <= PROMISE_S else "BROKEN"
            print(f"{CATALOGUE:,} datasets, slowest page of {form:<7} {1000 * slowest:>7,.0f} ms  {kept}")


def page_s(address: str) -> float:
    """Give how long a page takes, the best of three."""
    best = READY_S * 1.0
    for _ in range(RUNS):
        start = time.perf_counter()
        urlopen(address, timeout=60).read()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Measure what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    arguments = parser.parse_args()
    call_command("migrate", verbosity=0)
    measure_features(arguments.sizes)
    measure_catalogue()


if __name__ == "__main__":
    main()
