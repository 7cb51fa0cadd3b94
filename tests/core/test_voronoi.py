"""Illustrative areas: every point has its own, together they are the land, and nearest means nearest."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from hatang.core.polygons import containing, mended
from hatang.core.vector_files import open_vector
from hatang.core.voronoi import voronoi_cells

LAND = MultiPolygon([box(106, 21, 106.4, 21.3) - box(106.1, 21.1, 106.2, 21.2), box(106.5, 21, 106.6, 21.1)])
grid = st.tuples(st.integers(0, 14), st.integers(0, 10))


def at(places: list[tuple[int, int]]) -> Any:
    return np.array([(105.95 + 0.05 * x, 20.95 + 0.05 * y) for x, y in places]).reshape(-1, 2)


@settings(deadline=None, max_examples=50)
@given(st.lists(grid, min_size=1, max_size=12), st.booleans())
@example([(0, 0)], True)
@example([(3, 3), (3, 3), (3, 3)], True)
@example([(1, 1), (2, 2), (3, 3), (4, 4)], True)
@example([(2, 3), (12, 3)], False)
def test_cells_hold_their_points_cover_the_land_and_do_not_overlap(
    places: list[tuple[int, int]], with_land: bool
) -> None:
    points = at(places)
    land = LAND if with_land else None
    cells = voronoi_cells(points, land)
    assert len(cells) == len(points)
    assert all(cell.is_valid and cell.area > 0 for cell in cells)
    on_edge = shapely.dwithin(LAND.boundary, shapely.points(points), 1e-9) & with_land
    assert (shapely.distance(np.array(cells), shapely.points(points))[~on_edge] < 2e-7).all()
    whole = shapely.union_all(cells)
    assert sum(cell.area for cell in cells) == pytest.approx(whole.area, rel=1e-9)
    assert LAND.difference(whole.buffer(1e-9)).area < 1e-12 or not with_land


@settings(deadline=None, max_examples=50)
@given(
    st.lists(grid, min_size=2, max_size=10, unique=True),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1),
)
def test_the_cell_around_a_place_is_that_of_the_nearest_point(
    places: list[tuple[int, int]], anywhere: list[tuple[float, float]]
) -> None:
    """The second way: distances to every point on the scaled plane."""
    points = at(places)
    cells = voronoi_cells(points)
    stretch = (np.cos(np.radians(points[:, 1].mean())), 1)
    asked = points.min(axis=0) + np.array(anywhere) * np.ptp(points, axis=0)
    away = np.linalg.norm((asked[:, None] - points[None]) * stretch, axis=2)
    found = containing(cells, asked)
    assert np.allclose(away[np.arange(len(asked)), found], away.min(axis=1), atol=1e-9)


def test_points_at_one_place_share_its_cell_evenly_about_it() -> None:
    cells = voronoi_cells(np.array([[106.2, 21.05]] * 3 + [[106.3, 21.25]]), box(106, 21, 106.4, 21.1))
    assert all(cell.distance(shapely.Point(106.2, 21.05)) < 1e-9 for cell in cells[:3])
    areas = [cell.area for cell in cells[:3]]
    assert max(areas) < 1.02 * min(areas)


def test_an_islet_off_the_outline_gets_a_disc() -> None:
    truong_sa = np.array([[106.2, 21.05], [111.92, 8.64]])
    mainland, islet = voronoi_cells(truong_sa, box(106, 21, 106.4, 21.1), disc_m=1000)
    assert mainland.equals(box(106, 21, 106.4, 21.1))
    west, south, east, north = islet.bounds
    assert (north - south) * 111.32 == pytest.approx(2, rel=0.01)
    assert (east - west) * 111.32 * np.cos(np.radians(8.64)) == pytest.approx(2, rel=0.01)


def test_land_that_is_broken_and_points_that_are_none() -> None:
    bow = Polygon([(106, 21), (106.4, 21.2), (106.4, 21), (106, 21.2)])
    assert all(cell.is_valid for cell in voronoi_cells(np.array([[106.1, 21.1], [106.3, 21.1]]), bow))
    assert voronoi_cells(np.empty((0, 2)), LAND) == []
    with pytest.raises(ValueError, match="hữu hạn"):
        voronoi_cells(np.array([[np.nan, 21]]), LAND)


def test_all_communes_of_today_on_the_outlines_of_their_provinces(shared: Path) -> None:
    with gzip.open(shared / "data/admin-history/new_wards_3321_points.csv.gz", "rt", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["wardLon"]]
    points = np.array([(float(row["wardLon"]), float(row["wardLat"])) for row in rows])
    outlines = open_vector(shared / "data/admin-2025/provinces_34_simplified.geojson.gz").features()
    land = shapely.union_all([mended(f.geometry).geometry for f in outlines])
    cells = voronoi_cells(points, land)
    assert len(cells) == len(points) > 3300
    assert not any(cell.is_empty for cell in cells)
    assert (shapely.distance(np.array(cells), shapely.points(points)) < 2e-7).all()
    whole = shapely.union_all(cells)
    assert land.difference(whole).area < 1e-9
    assert sum(cell.area for cell in cells) == pytest.approx(whole.area, rel=1e-9)
