"""Promise: spatial queries on SQLite (`hatang.geosqlite`) run at ≥ 0.5 x the rate of PostGIS, in the same run.

Fills a scratch SQLite file and a scratch PostGIS database with the same 5,000, 50,000 and 500,000 rows: points spread
over a province, and polygons that cover it without gaps. Then the same Django queries run on both, turn by turn:
which points lie in a polygon of 200 corners (1 % of the area: a commune), which polygon holds a point, how many points
lie in a box of 1 %, the first 200 of them as objects, and the polygon of each of 50 points in one joined query. Every
answer is compared between the two before it is timed. Medians of runs; queries differ from one to the next.

Run: .venv/bin/python -m benchmarks.spatial [postgres://user:password@host:port/database] [--sizes 5000,50000]
The address may also stand in HATANG_TEST_POSTGRESQL. The role must be allowed to create a database.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.scratch import begin

begin()

import dj_database_url  # noqa: E402
import numpy as np  # noqa: E402
import shapely  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.gis.db import models  # noqa: E402
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.models import OuterRef, Subquery  # noqa: E402

from benchmarks.timing import median_ms  # noqa: E402

SIZES = (5_000, 50_000, 500_000)
WEST, SOUTH, EAST, NORTH = 106.0, 21.0, 108.0, 23.0
PROMISE = 0.5
QUERIES = 12
SCRATCH = f"geosqlite_benchmark_{os.getpid()}"


class Spot(models.Model):
    """A point."""

    point = models.PointField()

    class Meta:
        app_label = "benchmark"


class Zone(models.Model):
    """A polygon."""

    geometry = models.PolygonField()

    class Meta:
        app_label = "benchmark"


def spots(count: int) -> np.ndarray:
    """Spread points evenly."""
    return np.random.default_rng(count).uniform((WEST, SOUTH), (EAST, NORTH), (count, 2))


def zones(count: int) -> Iterator[Polygon]:
    """Cover the area with a grid whose corners are shaken: neighbours share their 16-corner borders."""
    side = round(count**0.5)
    step = (EAST - WEST) / side
    shake = np.random.default_rng(count + 1).uniform(-0.3, 0.3, (4 * side + 1, 4 * side + 1, 2)) * step / 4
    for n in range(count):
        i, j = 4 * (n % side), 4 * ((n // side) % side)
        ring = [(i + a, j) for a in range(4)] + [(i + 4, j + a) for a in range(4)]
        ring += [(i + 4 - a, j + 4) for a in range(4)] + [(i, j + 4 - a) for a in range(4)]
        corners = [(WEST + x * step / 4 + shake[x, y, 0], SOUTH + y * step / 4 + shake[x, y, 1]) for x, y in ring]
        yield Polygon([*corners, corners[0]], srid=4326)


def star(random: np.random.Generator) -> GEOSGeometry:
    """Make a commune: 200 corners, about 1 % of the area."""
    x, y = random.uniform((WEST + 0.2, SOUTH + 0.2), (EAST - 0.2, NORTH - 0.2))
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radius = 0.115 * (1 + 0.2 * np.sin(5 * angles) + 0.05 * random.uniform(-1, 1, 200))
    ring = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)
    return GEOSGeometry(shapely.to_wkb(shapely.Polygon(ring), hex=True), srid=4326)


def box(random: np.random.Generator) -> Polygon:
    """Make a view of the map: 1 % of the area."""
    x, y = random.uniform((WEST, SOUTH), (EAST - 0.2, NORTH - 0.2))
    made = Polygon.from_bbox((x, y, x + 0.2, y + 0.2))
    made.srid = 4326
    return made


def point(random: np.random.Generator) -> Point:
    """Make a place."""
    return Point(*random.uniform((WEST + 0.1, SOUTH + 0.1), (EAST - 0.1, NORTH - 0.1)), srid=4326)


def low_key(random: np.random.Generator) -> int:
    """Make the first key of 50 rows."""
    return int(random.integers(1, 4_900))


def points_in_polygon(alias: str, commune: GEOSGeometry) -> object:
    """Count the points of a commune."""
    return Spot.objects.using(alias).filter(point__within=commune).count()


def polygon_of_point(alias: str, place: Point) -> object:
    """Find the zone of a point."""
    return sorted(Zone.objects.using(alias).filter(geometry__contains=place).values_list("pk", flat=True))


def count_in_box(alias: str, view: Polygon) -> object:
    """Count the points of a view."""
    return Spot.objects.using(alias).filter(point__bboverlaps=view).count()


def fetch_in_box(alias: str, view: Polygon) -> object:
    """Fetch the first 200 points of a view as objects."""
    found = Spot.objects.using(alias).filter(point__bboverlaps=view).order_by("pk")[:200]
    return [(spot.pk, spot.point.x) for spot in found]


def zones_of_spots(alias: str, low: int) -> object:
    """Find the zones of 50 points in one query."""
    zone = Zone.objects.using(alias).filter(geometry__covers=OuterRef("point")).order_by("pk").values("pk")[:1]
    some = Spot.objects.using(alias).filter(pk__gte=low, pk__lt=low + 50)
    return list(some.annotate(zone=Subquery(zone)).order_by("pk").values_list("pk", "zone"))


Ask = Callable[[str, Any], object]
ASKED: dict[str, tuple[Callable[[np.random.Generator], Any], Ask]] = {
    "which points lie in a polygon": (star, points_in_polygon),
    "which polygon holds a point": (point, polygon_of_point),
    "how many points lie in a box": (box, count_in_box),
    "200 points of a box, as objects": (box, fetch_in_box),
    "the polygons of 50 points, joined": (low_key, zones_of_spots),
}


def fill(alias: str, size: int) -> None:
    """Make both tables anew with so many rows."""
    with connections[alias].schema_editor() as editor:
        for model in (Spot, Zone):
            editor.create_model(model)
    rows = (Spot(point=Point(*xy, srid=4326)) for xy in spots(size))
    while some := list(islice(rows, 5_000)):
        Spot.objects.using(alias).bulk_create(some)
    areas = (Zone(geometry=zone) for zone in zones(size))
    while some_areas := list(islice(areas, 5_000)):
        Zone.objects.using(alias).bulk_create(some_areas)
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")


def empty(alias: str) -> None:
    """Drop both tables."""
    with connections[alias].schema_editor() as editor:
        for model in (Zone, Spot):
            editor.delete_model(model)


def rate(ask: Ask, alias: str, questions: list[Any]) -> float:
    """Give queries per second: the median of runs, each of so many different queries."""

    def run() -> None:
        for question in questions:
            ask(alias, question)

    return len(questions) / median_ms(run, runs=5) * 1000


def compare(size: int) -> bool:
    """Ask both, print the rates, and say whether the promise is kept."""
    kept = True
    for what, (make, ask) in ASKED.items():
        random = np.random.default_rng(7)
        questions = [make(random) for _ in range(QUERIES)]
        if any(ask(SQLITE, question) != ask(POSTGIS, question) for question in questions):
            print(f"{what}: the answers differ")
            return False
        ours, theirs = rate(ask, SQLITE, questions), rate(ask, POSTGIS, questions)
        ratio = ours / theirs
        kept = kept and ratio >= PROMISE
        verdict = "kept" if ratio >= PROMISE else "BROKEN"
        print(
            f"{size:>8,} rows  {what:<36} SQLite {ours:>9,.1f} /s  PostGIS {theirs:>9,.1f} /s  "
            f"ratio {ratio:>5.2f}  promise ≥ {PROMISE}  {verdict}",
            flush=True,
        )
    return kept


SQLITE, POSTGIS = "spatial_sqlite", "spatial_postgis"


@contextmanager
def databases(url: str, folder: str) -> Iterator[None]:
    """Open a scratch database of each kind, and take both away afterwards."""
    server = connections.configure_settings({"default": dj_database_url.parse(url, engine=settings.POSTGIS)})["default"]
    connections.settings[SQLITE] = {**connections.settings["default"], **settings.SQLITE, "NAME": f"{folder}/s.sqlite3"}
    connections.settings[POSTGIS] = server
    with connections[POSTGIS]._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {SCRATCH}")
        cursor.execute(f"CREATE DATABASE {SCRATCH}")
    connections.settings[POSTGIS]["NAME"] = connections[POSTGIS].settings_dict["NAME"] = SCRATCH
    connections[POSTGIS].prepare_database()
    try:
        yield
    finally:
        for alias in (SQLITE, POSTGIS):
            connections[alias].close()
        with connections[POSTGIS]._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {SCRATCH}")


def main() -> int:
    """Run, print, and return 1 where the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", default=os.environ.get("HATANG_TEST_POSTGRESQL", ""))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    words = parser.parse_args()
    if not words.url:
        print("No PostGIS: give its address, or set HATANG_TEST_POSTGRESQL. Nothing was measured.")
        return 2
    kept = []
    with tempfile.TemporaryDirectory(dir=Path(os.environ["HATANG_DATA"])) as folder, databases(words.url, folder):
        for size in map(int, words.sizes.split(",")):
            for alias in (SQLITE, POSTGIS):
                fill(alias, size)
            kept.append(compare(size))
            for alias in (SQLITE, POSTGIS):
                empty(alias)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
