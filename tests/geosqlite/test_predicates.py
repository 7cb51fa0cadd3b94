"""The raster that answers for most points, and the regions that a cursor holds, change no answer."""

from __future__ import annotations

import doctest
import io
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point, Polygon
from django.core.management import CommandError, call_command
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.geosqlite import ewkb, geodesic, reach
from hatang.geosqlite.management.commands import check_spatial_indexes
from hatang.geosqlite.memory import USES_BEFORE_GRID, grid_over
from hatang.geosqlite.sql_functions import register
from tests.geosqlite import shapes
from tests.geosqlite.models import Spot, Thing

RELATIONS = {
    "ST_Within": shapely.contains_xy,
    "ST_CoveredBy": shapely.intersects_xy,
    "ST_Intersects": shapely.intersects_xy,
    "ST_Disjoint": lambda region, x, y: ~shapely.intersects_xy(region, x, y),
}


def same_answers(region: shapely.Geometry, points: np.ndarray) -> None:
    """Compare the SQL functions on many points with GEOS itself, asked without a raster."""
    connection = sqlite3.connect(":memory:")
    register(connection)
    connection.execute("CREATE TABLE spots (place BLOB)")
    connection.executemany("INSERT INTO spots VALUES (?)", [(ewkb.write_point(x, y, 4326),) for x, y in points])
    for name, ask in RELATIONS.items():
        sql = f"SELECT {name}(place, ?) FROM spots ORDER BY rowid"
        found = [bool(value) for (value,) in connection.execute(sql, [ewkb.write(region, 4326)])]
        assert found == ask(region, points[:, 0], points[:, 1]).tolist(), name
    connection.close()


corners = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=4, max_size=9)


@settings(max_examples=15, deadline=None)
@given(corners=corners, seed=st.integers(0, 2**16))
def test_the_raster_agrees_with_geos(corners: list[tuple[int, int]], seed: int) -> None:
    """Rings that cross themselves too; points on corners and edges among them."""
    random = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(-1, 14, 0.5), np.arange(-1, 14, 0.5)), axis=-1).reshape(-1, 2)
    region = shapely.Polygon(corners)
    same_answers(region, np.concatenate([random.uniform(0, 12, (2 * USES_BEFORE_GRID, 2)), grid]))


def test_the_raster_agrees_with_geos_on_real_communes(shared: Path) -> None:
    random = np.random.default_rng(1)
    names = ("full_20_lang_son_communes", "invalid_source_geometries")
    regions = [shapely.from_wkt(shape.wkt) for name in names for _, shape in shapes.communes(shared, name)[::24]]
    for region in regions:
        minx, miny, maxx, maxy = region.bounds
        inside = random.uniform((minx, miny), (maxx, maxy), (3 * USES_BEFORE_GRID, 2))
        same_answers(region, np.concatenate([inside, shapely.get_coordinates(region)[:200]]))


def test_the_raster_leaves_little_to_look_at_closer() -> None:
    """A raster that leaves all to GEOS would be right, and of no use."""
    grid = grid_over(shapely.Point(0, 0).buffer(1, quad_segs=50))
    assert grid
    cells = np.frombuffer(grid[-1], np.uint8)
    assert (cells == 1).mean() > 0.6
    assert (cells == 2).mean() < 0.15


def test_regions_live_as_long_as_their_statement(lite: str) -> None:
    """A query that is read slowly keeps its region, whatever other queries run meanwhile."""
    Thing.objects.using(lite).bulk_create(Thing(geometry=Point(106 + n / 1000, 21, srid=4326)) for n in range(500))
    view = Polygon.from_bbox((105.9, 20.9, 106.3995, 21.1))
    view.srid = 4326
    read = 0
    for thing in Thing.objects.using(lite).filter(geometry__within=view).iterator(chunk_size=1):
        around = thing.geometry.buffer(0.0001)
        assert Thing.objects.using(lite).get(geometry__within=around) == thing
        read += 1
    assert read == 400
    assert len(connections[lite].memory.held) <= 2


@settings(max_examples=60, deadline=None)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90), azimuth=st.floats(0, 360), metres=st.floats(0, 3_000_000))
def test_the_box_of_a_distance_holds_every_place_within_it(
    lon: float, lat: float, azimuth: float, metres: float
) -> None:
    west, south, east, north = reach.reach((lon, lat, lon, lat), metres)
    x, y, _ = geodesic.ellipsoid().fwd(lon, lat, azimuth, metres)
    assert west <= x <= east
    assert south <= y <= north


def test_the_examples_in_the_code_hold() -> None:
    for module in (ewkb, reach):
        assert doctest.testmod(module).failed == 0
        assert doctest.testmod(module).attempted > 0


def test_the_command_tells_and_mends(lite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_spots(alias: str) -> Any:
        found = check_spatial_indexes.GeometryColumn.of(Spot._meta.db_table, Spot._meta.get_field("point"))
        return [found]

    monkeypatch.setattr(check_spatial_indexes, "indexed_columns", only_spots)
    Spot.objects.using(lite).create(lon=106.5, lat=21.5)
    command, out = check_spatial_indexes.Command(), io.StringIO()
    call_command(command, database=lite, stdout=out)
    assert out.getvalue() == "geosqlite_tests_spot.point: sound\n"
    with connections[lite].cursor() as cursor:
        cursor.execute("DELETE FROM geosqlite_tests_spot__point__rtree")
    with pytest.raises(CommandError, match="1 indexes are faulty"):
        call_command(command, database=lite, stdout=out)
    call_command(command, database=lite, rebuild=True, stdout=out)
    call_command(command, database=lite, stdout=out)
    assert "1 rows missing from the index\n  made anew\n" in out.getvalue()
