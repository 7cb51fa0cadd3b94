"""Polygons of places: what mending may and may not do, and overlaps, gaps and areas found a second way."""

from __future__ import annotations

import csv
import gzip
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import translate

from hatang.core.polygons import (
    PileError,
    containing,
    crossings,
    gaps,
    geodesic_area_km2,
    meeting,
    mended,
    overlaps,
)
from hatang.core.vector_files import open_vector

CELL = 0.01
WEST, SOUTH = 106.0, 21.0


def block(x: int, y: int, wide: int, high: int) -> Polygon:
    """Give a rectangle of whole cells of 0.01 degrees (about a kilometre)."""
    return box(WEST + x * CELL, SOUTH + y * CELL, WEST + (x + wide) * CELL, SOUTH + (y + high) * CELL)


def cells_of(x: int, y: int, wide: int, high: int) -> set[tuple[int, int]]:
    return set(product(range(x, x + wide), range(y, y + high)))


calm = settings(deadline=None, max_examples=60)
small = st.integers(0, 6)
blocks = st.lists(st.tuples(small, small, st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=6)
rings = st.lists(st.tuples(small, small), min_size=4, max_size=9).map(
    lambda points: [(WEST + x * CELL, SOUTH + y * CELL) for x, y in points]
)


# --- Mending


@calm
@given(st.lists(rings, min_size=1, max_size=3))
def test_mended_is_valid_and_mending_again_changes_nothing(drawn: list[list[tuple[float, float]]]) -> None:
    raw = MultiPolygon([Polygon(r) for r in drawn])
    once = mended(raw)
    assert once.geometry.is_valid
    assert once.geometry.geom_type == "MultiPolygon"
    assert all(part.exterior.is_ccw for part in once.geometry.geoms)
    if not once.geometry.is_empty:
        assert raw.convex_hull.buffer(1e-9).covers(once.geometry)
        assert mended(once.geometry) == type(once)(once.geometry, ())


@calm
@given(rings)
def test_what_a_ring_goes_round_is_inside(drawn: list[tuple[float, float]]) -> None:
    """The second way: how often the ring winds about a point, summed from the angles at which it sees the vertices."""
    found = mended(Polygon(drawn)).geometry
    line = np.array([*drawn, drawn[0]])
    for x, y in product(range(6), range(6)):
        spot = np.array([WEST + (x + 0.317) * CELL, SOUTH + (y + 0.713) * CELL])
        seen = np.arctan2(*(line - spot).T[::-1])
        turns = ((np.diff(seen) + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi)
        if shapely.LineString(line).distance(Point(spot)) > 1e-6:
            assert found.covers(Point(spot)) == (round(turns) != 0)


def test_a_valid_polygon_keeps_every_vertex() -> None:
    island = block(0, 0, 5, 5) - block(1, 1, 1, 1)
    found = mended(island)
    assert (found.faults, found.area_change_percent) == ((), 0.0)
    assert found.geometry.equals(island)
    assert shapely.get_num_coordinates(found.geometry) == shapely.get_num_coordinates(island)


@pytest.mark.parametrize(
    ("geometry", "words", "blocks_left"),
    [
        (Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), "Đường biên tự cắt tại 1; 1", 2),
        (Polygon([(0, 0), (2, 0), (2, 2), (1, 0), (0, 2)]), "Đường biên tự chạm tại 1; 0", 2),
        (
            Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(5, 5), (6, 5), (6, 6)]]),
            "Lỗ nằm ngoài vùng, được coi là một mảnh tại 5; 5",
            2,
        ),
        (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), "Mảnh 1 và mảnh 2 trùng nhau tại 1,5; 1,5", 1),
        (MultiPolygon([box(0, 0, 3, 3), box(1, 1, 2, 2)]), "Mảnh 1 và mảnh 2 trùng nhau", 1),
        (MultiPolygon([box(0, 0, 1, 1), box(1, 0, 2, 1)]), "Đường biên tự cắt", 1),
        (Polygon([(0, 0), (4, 0), (4, 4), (2, 4), (2, 9), (2, 4), (0, 4)]), "tự cắt tại 2; ", 1),
        (Polygon([(0, 0), (3, 1), (0, 0), (2, 1), (3, 1)]), "Đường biên tự chạm", 1),
        (Polygon([(2, 1), (3, 1), (0, 0), (3, 1), (0, 0)]), "Đường biên tự", 1),
        (GeometryCollection([Point(0, 0), box(0, 0, 1, 1)]), "Bỏ điểm và đường", 1),
    ],
)
def test_faults_are_named_with_their_place(geometry: Any, words: str, blocks_left: int) -> None:
    found = mended(geometry)
    assert words in found.faults[0], found.faults
    assert len(found.geometry.geoms) == blocks_left


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (Point(1, 1), "Không có vùng nào"),
        (LineString([(0, 0), (1, 1)]), "Không có vùng nào"),
        (Polygon(), "Không có vùng nào"),
        (Polygon([(0, 0), (1, 1), (2, 2)]), "không còn vùng nào"),
        (Polygon([(0, 0), (1e-6, 0), (1e-6, 1e-6), (0, -1e-6), (-1e-6, 1e-6)]), "không còn vùng nào"),
        (box(0, 0, 1, float("inf")), "không phải số"),
    ],
)
def test_what_has_no_area_is_empty_and_says_so(geometry: Any, words: str) -> None:
    found = mended(geometry)
    assert found.geometry.is_empty
    assert words in found.faults[-1]


def test_area_that_mending_changes_is_stated() -> None:
    doubled = MultiPolygon([block(0, 0, 2, 2), block(1, 0, 2, 2)])
    found = mended(doubled)
    assert found.area_change_percent == pytest.approx(-25, abs=0.01)
    assert found.faults[-1] == "Đã sửa; diện tích giảm 25 %."


def test_every_crossing_is_counted() -> None:
    zigzag = Polygon([(0, 0), (6, 0), (6, 1), (5, -1), (4, 1), (3, -1), (2, 1), (0, 1)])
    assert len(crossings(zigzag)) == 4
    assert mended(zigzag).faults[0].endswith(", và 3 chỗ khác.")


def star(points: int) -> Polygon:
    """Give the star whose every edge crosses nearly every other."""
    turn = np.arange(points) * (points // 2) * 2 * np.pi / points
    return Polygon(np.column_stack([106 + 0.5 * np.cos(turn), 21 + 0.5 * np.sin(turn)]))


def test_a_boundary_that_crosses_itself_everywhere_is_left_to_its_drawer() -> None:
    """Overlaying a star of 501 points would take half a minute; a smaller one is mended."""
    found = mended(star(151))
    assert found.geometry.is_empty
    assert found.faults == (
        "Đường biên tự cắt hoặc rối ở quá nhiều chỗ (hơn 2.000) nên không sửa được; vẽ lại hình này.",
    )
    assert len(crossings(star(31))) == 434
    assert mended(star(31)).geometry.area > 0.2
    parts = MultiPolygon([translate(block(0, 0, 1, 1), i * 1e-6) for i in range(70)])
    assert "quá nhiều chỗ" in mended(parts).faults[-1]


edges = st.tuples(small, small, small, small).filter(lambda e: e[:2] != e[2:])


@calm
@given(edges, edges)
def test_edges_meet_where_geos_says_so(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    lines = [LineString([e[:2], e[2:]]) for e in (one, other)]
    if box(*lines[0].bounds).intersects(box(*lines[1].bounds)):
        ends = [shapely.get_coordinates(line)[None] for line in lines]
        assert meeting(*ends)[0] == lines[0].intersects(lines[1])


def test_height_is_dropped() -> None:
    assert not mended(shapely.force_3d(block(0, 0, 1, 1), 5)).geometry.has_z


# --- Areas


@calm
@given(blocks)
def test_areas_agree_with_an_equal_area_projection(drawn: list[tuple[int, int, int, int]]) -> None:
    """The second way: planar area on the cylindrical equal-area plane of the same ellipsoid (EPSG:6933)."""
    whole = shapely.union_all([block(*each) for each in drawn])
    way = Transformer.from_crs(4326, 6933, always_xy=True)
    dense = shapely.segmentize(whole, 0.001)
    plane = shapely.transform(dense, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
    assert geodesic_area_km2(whole) == pytest.approx(plane.area / 1e6, rel=5e-5)


@calm
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
def test_areas_add_up(left: int, right: int, high: int) -> None:
    parts = [block(0, 0, left, high), block(left, 0, right, high)]
    assert geodesic_area_km2(MultiPolygon(parts)) == pytest.approx(sum(map(geodesic_area_km2, parts)))
    hole = block(0, 0, left + right, high) - parts[1]
    assert geodesic_area_km2(hole) == pytest.approx(geodesic_area_km2(parts[0]), rel=1e-5)


# --- Overlaps and gaps


@calm
@given(blocks)
def test_overlaps_are_those_of_the_cells(drawn: list[tuple[int, int, int, int]]) -> None:
    found = {(o.first, o.second): o for o in overlaps([block(*each) for each in drawn])}
    cells = [cells_of(*each) for each in drawn]
    expected = {(i, j): cells[i] & cells[j] for i, j in combinations(range(len(drawn)), 2) if cells[i] & cells[j]}
    assert set(found) == set(expected)
    for pair, common in expected.items():
        area = sum(geodesic_area_km2(block(x, y, 1, 1)) for x, y in common)
        assert found[pair].area_km2 == pytest.approx(area, rel=1e-4)
        x, y = found[pair].point
        assert (int((x - WEST) / CELL), int((y - SOUTH) / CELL)) in common


@calm
@given(blocks)
def test_gaps_are_the_cells_that_nobody_has(drawn: list[tuple[int, int, int, int]]) -> None:
    shapes = [block(*each) for each in drawn]
    free = cells_of(0, 0, 10, 10) - set().union(*(cells_of(*each) for each in drawn))
    found = gaps(shapes, within=block(0, 0, 10, 10))
    assert sum(g.area_km2 for g in found) == pytest.approx(
        sum(geodesic_area_km2(block(x, y, 1, 1)) for x, y in free), rel=1e-4
    )
    enclosed = shapely.union_all(shapes)
    holes = sum(len(part.interiors) for part in mended(enclosed).geometry.geoms)
    assert (len(gaps(shapes)) > 0) == (holes > 0)
    for gap in found:
        touching = [i for i, shape in enumerate(shapes) if shape.distance(Point(gap.point)) < 0.2]
        assert set(gap.neighbours) <= set(touching)


def test_an_island_in_a_lake_is_no_gap() -> None:
    shore, island = block(0, 0, 5, 5) - block(1, 1, 3, 3), block(2, 2, 1, 1)
    (lake,) = gaps([shore, island])
    assert lake.area_km2 == pytest.approx(geodesic_area_km2(block(1, 1, 3, 3) - block(2, 2, 1, 1)), rel=1e-6)
    assert lake.neighbours == (0, 1)


@pytest.mark.parametrize(("wide_m", "found"), [(30, 0), (80, 1)])
def test_hairlines_are_told_by_their_width_however_long(wide_m: float, found: int) -> None:
    """A strip of 9 km x 30 m has more area than many a true overlap, and is none."""
    degrees = wide_m / 111_320 / np.cos(np.radians(SOUTH))
    left, right = block(0, 0, 3, 9), block(3, 0, 3, 9)
    assert len(overlaps([left, translate(right, -degrees)], tolerance_m=50)) == found
    assert len(gaps([left, translate(right, degrees)], within=block(0, 0, 6, 9), tolerance_m=50)) == found


def test_a_pile_of_polygons_is_refused_before_it_is_compared() -> None:
    """Three hundred outlines one on another: 45,000 pairs, which took minutes and all the memory."""
    circle = Point(106, 21).buffer(0.5, quad_segs=125)
    pile = [translate(circle, i * 1e-9) for i in range(300)]
    for compare in (overlaps, gaps):
        with pytest.raises(PileError, match="Trong 300 hình có quá nhiều hình nằm chồng lên nhau") as caught:
            compare(pile)
        assert "Mỗi đơn vị chỉ cần một hình" in caught.value.right


def test_overlaps_are_found_in_every_slice() -> None:
    """More pairs than are overlaid at once: forty squares on one another."""
    found = overlaps([translate(block(0, 0, 1, 1), i * 1e-5) for i in range(40)])
    assert {(o.first, o.second) for o in found} == set(combinations(range(40), 2))


def test_nothing_to_compare() -> None:
    some = [block(0, 0, 3, 3) - block(1, 1, 1, 1), *[MultiPolygon()] * 20]
    assert overlaps(some) == []
    assert len(gaps(some)) == 1
    assert overlaps([]) == gaps([]) == overlaps([block(0, 0, 1, 1)]) == gaps([block(0, 0, 1, 1)]) == []


# --- Which polygon contains a point


@calm
@given(blocks, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=20))
def test_a_point_belongs_to_the_first_that_covers_it(
    drawn: list[tuple[int, int, int, int]], half_cells: list[tuple[int, int]]
) -> None:
    """Points lie on corners, borders and insides; the second way asks each polygon in turn."""
    shapes = [block(*each) for each in drawn]
    points = np.array([(WEST + x * CELL / 2, SOUTH + y * CELL / 2) for x, y in half_cells])
    one_by_one = [next((i for i, s in enumerate(shapes) if s.covers(Point(p))), -1) for p in points]
    assert containing(shapes, points).tolist() == one_by_one


def test_no_points_and_no_polygons() -> None:
    assert containing([], np.array([[106.0, 21.0]])).tolist() == [-1]
    assert containing([block(0, 0, 1, 1)], np.empty((0, 2))).tolist() == []


# --- Real boundaries


@pytest.fixture(scope="module")
def communes(shared: Path) -> dict[str, Any]:
    """Give the 3,321 communes of today by code: their features, mended."""
    file = open_vector(shared / "data/admin-2025/communes_3321_simplified_80m.geojson.gz", polygons_only=True)
    return {f.properties["code"]: (f.properties, mended(f.geometry).geometry) for f in file.features()}


def test_the_78_broken_communes_are_mended_where_their_publisher_says(shared: Path) -> None:
    file = open_vector(shared / "data/admin-2025/invalid_source_geometries.geojson.gz")
    for feature in file.features():
        found = mended(feature.geometry)
        reason = feature.properties["invalid_reason"]
        x, y = map(float, reason.partition("[")[2].rstrip("]").split())
        place = f"{x:.5f}".rstrip("0").replace(".", ",")
        assert found.geometry.is_valid
        assert place in found.faults[0] or "trùng nhau" in found.faults[0]
        assert abs(found.area_change_percent) < 0.01
        assert y == pytest.approx(feature.geometry.centroid.y, abs=1)


def test_communes_have_the_area_that_their_publisher_computed(shared: Path, communes: dict[str, Any]) -> None:
    with (shared / "data/admin-2025/communes_3321.csv").open(encoding="utf-8") as stream:
        published = {row["code"]: float(row["area_km2_poly"] or 0) for row in csv.DictReader(stream)}
    apart = [
        abs(geodesic_area_km2(s) / published[code] - 1) for code, (_, s) in communes.items() if published[code] > 20
    ]
    assert np.median(apart) < 0.005


def test_hairlines_of_simplification_are_parted_from_true_overlaps(communes: dict[str, Any]) -> None:
    """Each outline was simplified by itself to 80 m, so neighbours disagree by up to 160 m everywhere in Lào Cai."""
    there = [
        (properties["name"], shape) for properties, shape in communes.values() if properties["province_code"] == "15"
    ]
    shapes = [shape for _, shape in there]
    assert len(overlaps(shapes, tolerance_m=20)) > 100
    found = overlaps(shapes, tolerance_m=200)
    assert {(there[o.first][0], there[o.second][0]) for o in found} == {
        ("Lào Cai", "Bát Xát"),
        ("Lào Cai", "Cốc San"),
        ("Bát Xát", "Cốc San"),
    }
    assert all(3.3 < o.area_km2 < 3.5 for o in found)


def test_gaps_of_a_province_are_what_its_communes_leave(communes: dict[str, Any]) -> None:
    """The second way: the outline less the union of all, cut into parts."""
    shapes = [shape for properties, shape in communes.values() if properties["province_code"] == "20"]
    whole = shapely.union_all(shapes)
    (mainland,) = [p for p in shapely.get_parts(whole) if p.area > 0.1]
    bare = [p for p in shapely.get_parts(shapely.difference(Polygon(mainland.exterior), whole)) if p.area > 0]
    found = gaps(shapes, tolerance_m=0)
    assert len(found) == pytest.approx(len(bare), abs=3)
    assert sum(g.area_km2 for g in found) == pytest.approx(sum(map(geodesic_area_km2, bare)), rel=1e-6)


def test_points_of_communes_lie_in_their_communes(shared: Path, communes: dict[str, Any]) -> None:
    with gzip.open(shared / "data/admin-history/new_wards_3321_points.csv.gz", "rt", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["wardLon"]]
    points = np.array([(float(row["wardLon"]), float(row["wardLat"])) for row in rows])
    codes = [*communes, ""]
    shapes = [shape for _, shape in communes.values()]
    found = containing(shapes, points)
    right = np.mean([codes[i] == row["wardCode"] for i, row in zip(found, rows, strict=True)])
    assert right > 0.97
    some = np.random.default_rng(3).choice(len(points), 30, replace=False)
    for i in some:
        inside = [k for k, s in enumerate(shapes) if shapely.intersects_xy(s, *points[i])]
        assert found[i] == (min(inside) if inside else -1)
