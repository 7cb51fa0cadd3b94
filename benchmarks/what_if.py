"""Promise: what happens if one site is off, altered or added is answered within 1 s, ground and cells in memory or not.

A made-up province of 150, 500 and 1,500 sites (three sectors in three bands, three operators in turn) stands on real
hills (SRTM, 3 arc-seconds) with 1,700 villages. Asked is the service behind the page: changes of the address in, who
loses and gains out, database included. The peer in the same run is what one would do without it: computing all villages
of the province anew, once, without rasters. Sites are drawn by lot; each figure is the median over them.

Run: .venv/bin/python -m benchmarks.what_if [sizes, as 150,500,1500]
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.scratch import begin

begin()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from hatang.accounts.models import Grant, Organisation, Person  # noqa: E402
from hatang.accounts.roles import Role  # noqa: E402
from hatang.core.terrain.grid import Grid, Lattice  # noqa: E402
from hatang.coverage.models import CoverageRun, PredictedService, Terrain  # noqa: E402
from hatang.coverage.services.engine import (  # noqa: E402
    land_in,
    land_of,
    points_of,
    served_at,
    settings_of,
    standard_of,
)
from hatang.coverage.services.runs.inputs import cells_kept, inputs_of, kept_cells  # noqa: E402
from hatang.coverage.services.runs.results import service_rows  # noqa: E402
from hatang.coverage.services.terrain.storing import store_terrain  # noqa: E402
from hatang.coverage.services.what_if.answer import Reading  # noqa: E402
from hatang.coverage.services.what_if.asking import what_if  # noqa: E402
from hatang.coverage.services.what_if.cells import cells_of_run  # noqa: E402
from hatang.coverage.services.what_if.effect import sight_of  # noqa: E402
from hatang.coverage.suppositions import CellAltered, Change, MastOff, SiteAdded  # noqa: E402
from hatang.network.models import Cell, Mast, Station  # noqa: E402
from hatang.places.models import Place  # noqa: E402

SHARED = Path(os.environ.get("HATANG_SHARED", Path(__file__).parents[2] / "shared"))
WEST, SOUTH = 106.0, 21.0
BANDS = (("B3", 20.0), ("B8", 10.0), ("B28", 10.0))
VILLAGES, SAMPLE, PROMISE_S = 1_700, 9, 1.0
BEGAN, ON = date(2024, 1, 1), date(2026, 11, 1)


def province() -> tuple[Place, Terrain]:
    """Make a province with its villages on a degree of the Alps moved to Viet Nam."""
    raw = gzip.decompress((SHARED / "data/dem/N43E006.hgt.gz").read_bytes())
    heights = np.maximum(np.frombuffer(raw, dtype=">i2").reshape(1201, 1201).astype(np.float32), 0)
    place = Place.objects.create(kind="province", name="Thử", code="98", lon=WEST + 0.5, lat=SOUTH + 0.5)
    commune = Place.objects.create(kind="commune", name="Thử", code="98001", parent=place, province=place)
    dice = np.random.default_rng(2)
    villages = [
        Place(
            kind="village", name=f"T{k}", parent=commune, province=place, lon=WEST + lon, lat=SOUTH + lat, population=9
        )
        for k, (lon, lat) in enumerate(0.01 + 0.98 * dice.random((VILLAGES, 2)))
    ]
    Place.objects.bulk_create(villages)
    lattice = Lattice(WEST, SOUTH + 1, 1 / 1200, 1 / 1200, 1201, 1201)
    terrain = Terrain(province=place, title="Alps", source="SRTM", licence="công cộng")
    return place, store_terrain(actor=None, terrain=terrain, heights=Grid.over(lattice, heights), report={})


def build(place: Place, count: int) -> None:
    """Put so many sites up, three operators in turn."""
    operators = [Organisation.objects.get_or_create(kind="operator", name=name)[0] for name in "ABC"]
    commune = Place.objects.communes().get(province=place)
    dice = np.random.default_rng(1)
    with transaction.atomic():
        for model in (Cell, Station, Mast):
            model.objects.all().delete()
        masts = Mast.objects.bulk_create(
            Mast(code=f"M{k}", province=place, commune=commune, owner=operators[k % 3], lon=WEST + lon, lat=SOUTH + lat,
                 height_m=42.0, built_on=BEGAN)
            for k, (lon, lat) in enumerate(0.01 + 0.98 * dice.random((count, 2)))
        )  # fmt: skip
        stations = Station.objects.bulk_create(
            Station(code=mast.code, mast=mast, operator_id=mast.owner_id, technology="4G", on_air_on=BEGAN)
            for mast in masts
        )
        Cell.objects.bulk_create(
            Cell(station=station, code=f"{station.code}-{band}-{azimuth}", band=band, bandwidth_mhz=wide,
                 azimuth_deg=azimuth, tilt_electrical_deg=4.0, height_m=30.0, power_dbm=46.0, on_air_on=BEGAN)
            for station in stations for band, wide in BANDS for azimuth in (0, 120, 240)
        )  # fmt: skip


def run_over(place: Place, terrain: Terrain) -> tuple[CoverageRun, list[tuple[float, float]]]:
    """Compute a run at its villages, and tell how long the computing alone took."""
    run = CoverageRun.objects.create(province=place, terrain=terrain, title="Thử", on=ON, technologies=["4G"])
    inputs = inputs_of(run)
    points, land = points_of(inputs.places.known), land_of(terrain)

    def whole() -> object:
        return served_at(points, inputs.usable.cells, land, settings=settings_of(run), standard=standard_of(run))

    served = whole()
    seconds = [timed(whole) for _ in range(3)]
    PredictedService.objects.bulk_create(service_rows(inputs, served), batch_size=5_000)  # type: ignore[arg-type]
    run.cells, run.state, run.ended_at = kept_cells(inputs.usable.cells), CoverageRun.State.DONE, timezone.now()
    run.save()
    return CoverageRun.objects.get(pk=run.pk), seconds


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give seconds by the clock, and of the processors: what the clock would show for one with nothing else to do."""
    begun, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - used


def medians(times: Sequence[tuple[float, float]]) -> str:
    """Write the medians of both."""
    clock, processors = (statistics.median(each) for each in zip(*times, strict=True))
    return f"{clock:6.3f} s ({processors:.3f} s of processor)"


def questions(run: CoverageRun) -> dict[str, list[Change]]:
    """Ask about sites drawn by lot, in three ways."""
    cells = list(cells_kept(run).values())
    drawn = [cells[k] for k in np.random.default_rng(3).choice(len(cells), SAMPLE, replace=False)]
    masts = dict(Cell.objects.filter(pk__in=[int(c.id) for c in drawn]).values_list("pk", "station__mast"))
    return {
        "site off": [MastOff(masts[int(cell.id)]) for cell in drawn],
        "cell turned": [CellAltered(int(cell.id), azimuth_deg=60.0) for cell in drawn],
        "site added": [
            SiteAdded(cell.lon + 0.005, cell.lat, int(cell.operator), "4G", "B3", 20.0, 30.0, 46.0, (0.0, 120.0, 240.0))
            for cell in drawn
        ],
    }


def ask(run: CoverageRun, person: Person, change: Change, *, cold: bool) -> tuple[float, float]:
    """Ask one question as the page does, from the run's row on."""
    if cold:
        land_in.cache_clear()
        cells_of_run.cache_clear()

    rows = CoverageRun.objects.select_related("province", "terrain__heights").defer("cells")

    def answer() -> None:
        sight = sight_of(person, rows.get(pk=run.pk))
        reading = Reading(what_if(sight, [change]), sight)
        reading.sentence(), reading.lines(), reading.rows(100), reading.features()

    return timed(answer)


def main() -> None:
    """Measure at each size."""
    sizes = [int(size) for size in (sys.argv[1] if len(sys.argv) > 1 else "150,500,1500").split(",")]
    call_command("migrate", verbosity=0)
    place, terrain = province()
    person = Person.objects.create_user("so", "so@example.vn", "mat-khau-rat-dai")
    Grant.objects.create(person=person, role=Role.DEPARTMENT_OFFICER, province=place)
    for size in sizes:
        build(place, size)
        run, whole = run_over(place, terrain)
        for name, changes in questions(run).items():
            ask(run, person, changes[0], cold=False)
            warm, cold = ([ask(run, person, change, cold=how) for change in changes] for how in (False, True))
            kept = "kept" if statistics.median(clock for clock, _ in cold) <= PROMISE_S else "BROKEN"
            ratio = statistics.median(used for _, used in warm) / statistics.median(used for _, used in whole)
            print(
                f"{size:>6,} sites, {name:<12} cold {medians(cold)}, worst {max(cold)[0]:.3f} s; warm {medians(warm)}; "
                f"promise {PROMISE_S:.0f} s {kept}; all villages anew {medians(whole)}, ratio {ratio:.3f}"
            )
        run.delete()


if __name__ == "__main__":
    main()
