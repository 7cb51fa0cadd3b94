"""Which polygon a point lies in: for every point what GEOS says, on borders, in holes and overlaps, on real maps."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, box

from hatang.core.measurements.locating import PolygonFinder
from tests.core.measurements.rows import rows_of

Points = NDArray[np.float64]


def by_geos(polygons: Sequence[Polygon | MultiPolygon], points: Points) -> list[int]:
    """Ask GEOS about each point: the first polygon by order."""
    nobody = len(polygons)
    found = np.full(len(points), nobody)
    polygon, point = shapely.STRtree(shapely.points(points)).query(polygons, predicate="intersects")
    np.minimum.at(found, point, polygon)
    return np.where(found == nobody, -1, found).tolist()


def assert_same(polygons: Sequence[Polygon | MultiPolygon], points: Points, most_cells: int) -> None:
    """Compare every point."""
    found = PolygonFinder(polygons, most_cells=most_cells).find(*points.T)
    expected = np.array(by_geos(polygons, points))
    wrong = np.flatnonzero(found != expected)
    assert not len(wrong), [(points[n].tolist(), int(found[n]), int(expected[n])) for n in wrong[:5]]


def telling_points(polygons: Sequence[Polygon | MultiPolygon], count: int, seed: int) -> Points:
    """Spread points over all and beyond, on corners, on and just beside the middles of edges."""
    random = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(np.array(polygons))
    beyond = np.array([east - west, north - south]) / 20
    spread = random.uniform(np.array([west, south]) - beyond, np.array([east, north]) + beyond, (count, 2))
    corners = shapely.get_coordinates(polygons)
    corners = corners[random.choice(len(corners), min(len(corners), count), replace=False)]
    middles = (corners[:-1] + corners[1:]) / 2
    beside = [np.nextafter(middles, random.choice([-1e9, 1e9], middles.shape)) for _ in range(2)]
    return np.concatenate([spread, corners, middles, *beside, corners + random.normal(0, 1e-7, corners.shape)])


STEPS = some.integers(0, 6)
TRIANGLES = some.lists(some.tuples(STEPS, STEPS), min_size=3, max_size=5, unique=True).map(
    lambda corners: Polygon(corners)
)
SHAPES = some.lists(TRIANGLES.filter(lambda shape: shape.is_valid and shape.area > 0), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(SHAPES, some.sampled_from([1, 20, 400]), some.sampled_from([1.0, 1 / 3, 0.1]), some.booleans())
def test_every_point_of_a_lattice_lies_where_geos_says(
    shapes: list[Polygon], most_cells: int, scale: float, hole: bool
) -> None:
    """Shapes with corners on a lattice, asked at its points and between: corners and edges are hit often."""
    if hole:
        shapes = [part for shape in shapes if (part := shape.difference(box(2, 2, 3, 4))) and not part.is_empty]
    scaled = [shapely.transform(shape, lambda xy: xy * scale + 105) for shape in shapes if shape.geom_type != "Point"]
    lattice = np.array([(x / 2, y / 2) for x in range(-1, 14) for y in range(-1, 14)]) * scale + 105
    sound = [shape for shape in scaled if shape.is_valid]
    assert_same(sound, lattice, most_cells)


def test_holes_islands_and_overlaps_in_the_order_given() -> None:
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    polygons = [ring, MultiPolygon([box(4.5, 4.5, 5.5, 5.5), box(20, 0, 21, 1)]), box(5, 0, 25, 10)]
    asked = np.array([(1, 1), (5, 5), (4.2, 4.2), (4, 5), (7, 7), (20.5, 0.5), (15, 5), (30, 5), (np.nan, 1)])
    finder = PolygonFinder(polygons)
    assert finder.find(*asked.T).tolist() == [0, 1, -1, 0, 0, 1, 2, -1, -1]
    assert_same(polygons, telling_points(polygons, 2000, 1), 900)


def test_no_polygons_and_empty_ones_hold_no_point() -> None:
    assert PolygonFinder([]).find(np.array([105.0]), np.array([21.0])).tolist() == [-1]
    finder = PolygonFinder([Polygon(), box(105, 20, 106, 21), Polygon()])
    assert finder.find(np.array([105.5, 0.0]), np.array([20.5, 0.0])).tolist() == [1, -1]
    assert finder.find(np.zeros(0), np.zeros(0)).tolist() == []


def test_thin_slivers_and_long_level_edges() -> None:
    """Edges that rise by next to nothing over hundreds of cells."""
    polygons = [
        Polygon([(0, 0), (100, 1e-9), (100, 1e-7), (0, 1e-8)]),
        Polygon([(0, 1), (100, 1 + 1e-12), (50, 1.0000001)]),
        Polygon([(0, -1), (100, -1), (100, 3), (50, 1e-10), (0, 3)]),
    ]
    sound = [polygon for polygon in polygons if polygon.is_valid]
    assert_same(sound, telling_points(sound, 20_000, 2), 40_000)
    near = np.random.default_rng(3).uniform((0, -1e-8), (100, 2e-7), (20_000, 2))
    assert_same(sound, near, 40_000)


@pytest.mark.parametrize("most_cells", [1_000, 1_000_000])
def test_borders_that_neighbours_share(most_cells: int) -> None:
    random = np.random.default_rng(4)
    seeds = shapely.MultiPoint(random.uniform((105, 20), (107, 22), (150, 2)))
    communes = [part.intersection(box(105, 20, 107, 22)) for part in shapely.voronoi_polygons(seeds).geoms]
    rugged = [shapely.segmentize(commune, 0.01) for commune in communes]
    assert_same(rugged, telling_points(rugged, 30_000, 5), most_cells)


def real(shared: Path, name: str) -> list[Polygon | MultiPolygon]:
    """Read the valid polygons of a real map."""
    with gzip.open(shared / f"data/admin-2025/{name}.geojson.gz") as file:
        features = json.load(file)["features"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    return [shape for shape in shapes if shape.is_valid]


@pytest.mark.parametrize(
    ("name", "count"), [("full_20_lang_son_communes", 65), ("communes_3321_simplified_80m", 3_000)]
)
def test_no_mismatch_on_real_boundaries(shared: Path, name: str, count: int) -> None:
    communes = real(shared, name)
    assert len(communes) >= count
    assert_same(communes, telling_points(communes, 20_000, 6), 1_000_000)


def test_rows_get_the_commune_they_lie_in_unless_they_have_one() -> None:
    finder = PolygonFinder([box(106, 21, 107, 22), box(107, 21, 108, 22)])
    rows = rows_of(
        {"commune": None, "lon": 107.5, "lat": 21.5},
        {"commune": "x", "lon": 107.5, "lat": 21.5},
        {"commune": None, "lon": None, "lat": None},
        {"commune": None, "lon": 1.0, "lat": 1.0},
        {"commune": None, "lon": 107.0, "lat": 21.5},
    )
    assert finder.with_commune(rows, ["a", "b"])["commune"].to_pylist() == ["b", "x", None, None, "a"]
