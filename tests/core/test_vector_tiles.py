"""Vector tiles: what is encoded is read back, by a reader of our own, by GDAL, and as PostGIS draws the same."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core import vector_tiles
from hatang.core.vector_tiles import (
    BUFFER,
    CELL_UNITS,
    EXTENT,
    SAME_UNITS,
    Shapes,
    Telling,
    TileError,
    draw_points,
    draw_shapes,
    encode_layer,
    place_points,
    shapes_to_world,
    thin_points,
    tile_bounds,
)
from tests.core.vector_tile_reader import Feature, Layer, area, read_tile

MERCATOR = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
LANG_SON = (7, 101, 56)
VALUES = st.one_of(
    st.none(),
    st.text(max_size=300),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)


def one_layer(data: bytes) -> Layer:
    (layer,) = read_tile(data).values()
    assert (layer.version, layer.extent) == (2, EXTENT)
    assert len({(type(v), v) for v in layer.values}) == len(layer.values), "a value twice"
    return layer


def tile_of_shapes(shapes: list[Any] | Shapes, z: int, x: int, y: int) -> Layer:
    drawn = draw_shapes(shapes_to_world(np.array(shapes, object)), z, x, y)
    return one_layer(encode_layer("l", drawn, ids=np.arange(len(shapes)), properties={}))


# Where tiles lie


@pytest.mark.parametrize("tile", [(0, 0, 0), (6, 50, 28), (14, 13043, 7192), (16, 52181, 28784)])
def test_bounds_are_those_of_proj(tile: tuple[int, int, int]) -> None:
    z, x, y = tile
    size = 2 * math.pi * 6_378_137 / 2**z
    half = math.pi * 6_378_137
    west, north = MERCATOR.transform(x * size - half, half - y * size, direction="INVERSE")
    east, south = MERCATOR.transform((x + 1) * size - half, half - (y + 1) * size, direction="INVERSE")
    assert tile_bounds(*tile) == pytest.approx((west, south, east, north), abs=1e-9)


@pytest.mark.parametrize("tile", [(-1, 0, 0), (3, 8, 0), (3, 0, -1), (25, 0, 0), (0, 0, 1)])
def test_a_tile_that_is_not_there_is_refused(tile: tuple[int, int, int]) -> None:
    with pytest.raises(TileError):
        tile_bounds(*tile)
    with pytest.raises(TileError):
        draw_shapes(np.array([shapely.box(0, 0, 1, 1)]), *tile)
    with pytest.raises(TileError):
        place_points(np.array([1.0]), np.array([1.0]), *tile)


@given(st.floats(-180, 180), st.floats(-85, 85), st.integers(0, 18))
def test_a_point_falls_where_proj_says(lon: float, lat: float, z: int) -> None:
    east, up = MERCATOR.transform(lon, lat)
    size = 2 * math.pi * 6_378_137
    across, down = (east / size + 0.5) * 2**z, (0.5 - up / size) * 2**z
    x, y = (min(int(side), 2**z - 1) for side in (across, down))
    index, units = place_points(np.array([lon]), np.array([lat]), z, x, y)
    assert index.tolist() == [0]
    assert units[0] == pytest.approx(((across - x) * EXTENT, (down - y) * EXTENT), abs=0.51)


def test_points_beyond_the_buffer_stay_away_and_those_in_it_come() -> None:
    west, south, _, _ = tile_bounds(*LANG_SON)
    unit = 360 / 2**7 / EXTENT
    lon = np.array([west - 63 * unit, west - 66 * unit, west + unit])
    index, units = place_points(lon, np.full(3, south + 1), *LANG_SON)
    assert index.tolist() == [0, 2]
    assert units[:, 0].tolist() == [-63, 1]


# What is written is read


@given(st.lists(st.tuples(VALUES, VALUES, st.integers(0, 2**63 - 1)), min_size=1, max_size=40), st.text(max_size=150))
def test_properties_and_ids_come_back(rows: list[tuple[Any, Any, int]], key: str) -> None:
    columns = {f"{key}a": [r[0] for r in rows], f"{key}b": [r[1] for r in rows]}
    points = draw_points(np.arange(2 * len(rows)).reshape(-1, 2))
    layer = one_layer(encode_layer(key, points, ids=[r[2] for r in rows], properties=columns))
    assert layer.name == key
    assert [f.id for f in layer.features] == [r[2] for r in rows]
    for nth, (feature, row) in enumerate(zip(layer.features, rows, strict=True)):
        wanted = {k: v for k, v in zip(columns, row, strict=False) if v is not None}
        assert feature.properties == wanted
        assert [type(v) for v in feature.properties.values()] == [type(v) for v in wanted.values()]
        assert feature.paths == [[(2 * nth, 2 * nth + 1)]]


def test_only_what_is_drawn_is_written_and_from_arrays_too() -> None:
    points = draw_points(np.array([[5, 5], [7, 7]]), np.array([1, 3]))
    columns = {"n": np.arange(4) * 10, "on": np.array([True, False, True, True]), "t": list("abcd")}
    layer = one_layer(encode_layer("l", points, ids=None, properties=columns))
    told = [f.properties for f in layer.features]
    assert told == [{"n": 10, "on": False, "t": "b"}, {"n": 30, "on": True, "t": "d"}]
    assert [f.id for f in layer.features] == [None, None]


def test_layers_side_by_side_and_none_at_all() -> None:
    point = draw_points(np.array([[1, 2]]))
    both = encode_layer("a", point, ids=None, properties={}) + encode_layer("b", point, ids=None, properties={})
    assert set(read_tile(both)) == {"a", "b"}
    assert encode_layer("a", draw_points(np.empty((0, 2), int)), ids=[], properties={"n": []}) == b""


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**63, b"x", [1]])
def test_a_value_that_no_tile_can_hold_is_refused(value: Any) -> None:
    with pytest.raises((TileError, TypeError)):
        encode_layer("l", draw_points(np.array([[1, 2]])), ids=None, properties={"v": [value]})


def test_a_negative_id_is_refused() -> None:
    with pytest.raises(TileError):
        encode_layer("l", draw_points(np.array([[1, 2]])), ids=[-1], properties={})


# Thinning


@given(st.lists(st.tuples(st.integers(-64, 4160), st.integers(-64, 4160)), min_size=1, max_size=200), st.randoms())
def test_each_square_keeps_its_least_and_counts_all(points: list[tuple[int, int]], random: Any) -> None:
    ids = list(range(100, 100 + len(points)))
    random.shuffle(ids)
    index, counts = thin_points(np.array(points), np.array(ids))
    squares: dict[tuple[int, int], list[int]] = {}
    for (x, y), key in zip(points, ids, strict=True):
        squares.setdefault((x // CELL_UNITS, y // CELL_UNITS), []).append(key)
    kept = {ids[i]: int(n) for i, n in zip(index.tolist(), counts.tolist(), strict=True)}
    assert kept == {min(keys): len(keys) for keys in squares.values()}


# Lines and polygons


@st.composite
def stars(draw: st.DrawFn) -> shapely.Polygon:
    """Make a polygon around a point near the tile, sometimes with a hole, from a few to many corners."""
    lon, lat = draw(st.floats(103.5, 107.5)), draw(st.floats(19.0, 22.5))
    n, radius = draw(st.integers(3, 60)), draw(st.sampled_from([0.0005, 0.02, 0.3, 3.0]))
    reach = draw(st.lists(st.floats(0.2, 1), min_size=n, max_size=n))
    turn = [2 * math.pi * i / n for i in range(n)]
    corners = [
        (lon + radius * r * math.cos(t), lat + radius * r * math.sin(t)) for r, t in zip(reach, turn, strict=True)
    ]
    hole = [(lon + radius * 0.1 * math.cos(t), lat + radius * 0.1 * math.sin(t)) for t in turn]
    return shapely.Polygon(corners, [hole] if draw(st.booleans()) else [])


def on_grid(shape: Any, z: int, x: int, y: int) -> Any:
    """Bring a shape to the tile's units through PROJ and cut it with GEOS, slowly: the second way."""
    size = 2 * math.pi * 6_378_137

    def move(points: Any) -> Any:
        east, up = MERCATOR.transform(points[:, 0], points[:, 1])
        return np.column_stack((((east / size + 0.5) * 2**z - x) * EXTENT, ((0.5 - up / size) * 2**z - y) * EXTENT))

    return shapely.intersection(shapely.transform(shape, move), shapely.box(*[-BUFFER] * 2, *[EXTENT + BUFFER] * 2))


def check_rings(feature: Feature) -> None:
    """Check what the specification asks of polygons."""
    assert feature.paths and area(feature.paths[0]) > 0, "the first ring is an exterior"
    for path in feature.paths:
        assert len(path) >= 3 and area(path) != 0
        assert all(a != b for a, b in pairwise([*path, path[0]])), "a point twice"
        assert all(-BUFFER <= side <= EXTENT + BUFFER for point in path for side in point)
    assert all(shapely.is_valid(shapely.get_parts(feature.geometry)))


@given(st.lists(stars(), min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_polygons_come_back_within_half_a_pixel(shapes: list[shapely.Polygon]) -> None:
    shapes = [shape for shape in shapes if shape.is_valid]
    wanted = {i: on_grid(shape, *LANG_SON) for i, shape in enumerate(shapes)}
    drawn = draw_shapes(shapes_to_world(np.array(shapes, object)), *LANG_SON)
    data = encode_layer("l", drawn, ids=np.arange(len(shapes)), properties={})
    found = {f.id: f for layer in read_tile(data).values() for f in layer.features}
    for i, shape in wanted.items():
        if i in found:
            check_rings(found[i])
            within(found[i].geometry, shape, SAME_UNITS + 2)
        else:
            assert shape.buffer(-SAME_UNITS).is_empty, "only what is hardly there may go"


def within(found: Any, wanted: Any, units: float) -> None:
    """Check that neither shape reaches beyond the other by more than so much."""
    assert found.difference(wanted.buffer(units)).is_empty
    assert wanted.buffer(-units).difference(found.buffer(units)).is_empty


@given(st.lists(st.tuples(st.floats(101, 109), st.floats(17, 25)), min_size=2, max_size=40, unique=True))
@settings(deadline=None)
def test_lines_come_back_within_half_a_pixel_with_their_ends(points: list[tuple[float, float]]) -> None:
    line = shapely.LineString(points)
    drawn = draw_shapes(shapes_to_world(np.array([line], object)), *LANG_SON)
    wanted = on_grid(line, *LANG_SON)
    if not drawn.count:
        assert wanted.length < 2 * SAME_UNITS
        return
    (feature,) = one_layer(encode_layer("l", drawn, ids=None, properties={})).features
    assert feature.kind == 2
    assert wanted.buffer(SAME_UNITS + 2).covers(feature.geometry)
    told = [part for part in shapely.get_parts(wanted) if part.length >= 2 * SAME_UNITS]
    assert all(feature.geometry.buffer(2 * SAME_UNITS).covers(part) for part in told), "only flecks may go"


def test_two_neighbours_share_their_border_and_leave_no_gap() -> None:
    wave = [(106 + i / 500, 21 + 0.05 * math.sin(i / 9)) for i in range(300)]
    north = shapely.Polygon([*wave, (wave[-1][0], 22), (106, 22)])
    south = shapely.Polygon([*wave[::-1], (106, 20), (wave[-1][0], 20)])
    for z, x, y in ((6, 50, 28), (8, 203, 112), (10, 814, 450)):
        layer = tile_of_shapes([north, south], z, x, y)
        one, other = (f.geometry for f in layer.features)
        assert one.intersection(other).area == 0
        assert one.union(other).area == one.union(other).convex_hull.area


def test_a_polygon_that_covers_the_tile_is_the_tile_with_its_buffer() -> None:
    (feature,) = tile_of_shapes([shapely.box(100, 10, 110, 25)], *LANG_SON).features
    assert feature.geometry.equals(shapely.box(*[-BUFFER] * 2, *[EXTENT + BUFFER] * 2))


def test_a_hole_in_a_hole_is_another_part() -> None:
    rings = [
        shapely.box(106, 20, 107, 21),
        shapely.box(106.2, 20.2, 106.8, 20.8),
        shapely.box(106.4, 20.4, 106.6, 20.6),
    ]
    shape = shapely.MultiPolygon([rings[0].difference(rings[1]), rings[2]])
    (feature,) = tile_of_shapes([shape], *LANG_SON).features
    assert [math.copysign(1, area(path)) for path in feature.paths] == [1, -1, 1]
    assert feature.geometry.equals_exact(on_grid(shape, *LANG_SON).normalize(), 1) or feature.geometry.is_valid


def test_what_is_smaller_than_a_unit_goes_and_the_empty_and_the_missing_too() -> None:
    tiny = shapely.box(106, 21, 106.00001, 21.00001)
    kept = shapely.box(106, 21, 106.2, 21.2)
    shapes = np.array([tiny, shapely.Polygon(), None, kept], object)
    assert [f.id for f in tile_of_shapes(shapes, *LANG_SON).features] == [3]


def test_points_are_no_shapes() -> None:
    with pytest.raises(TileError):
        draw_shapes(shapes_to_world(np.array([shapely.MultiPoint([(106, 21), (106.5, 21.5)])])), *LANG_SON)


# Real boundaries


def geometries(path: Path) -> Shapes:
    features = json.loads(gzip.decompress(path.read_bytes()))["features"]
    return np.array([shapely.geometry.shape(f["geometry"]) for f in features], object)


@pytest.fixture(scope="module")
def communes(shared: Path) -> Shapes:
    """Read all 3,321 communes."""
    return shapes_to_world(geometries(shared / "data/admin-2025/communes_3321_simplified_80m.geojson.gz"))


@pytest.fixture(scope="module")
def mended(communes: Shapes) -> Shapes:
    """Mend the few that cross themselves, by GEOS."""
    mended: Shapes = shapely.make_valid(communes, method="structure")
    return mended


def tiles_down(z: int) -> Iterator[tuple[int, int, int]]:
    """Give the tile of a place in Lạng Sơn at every zoom down to this one."""
    for level in range(5, z + 1):
        yield level, int(106.69 / 360 * 2**level + 2 ** (level - 1)), 7188 >> 14 - level


@pytest.mark.parametrize("tile", list(tiles_down(14))[::3], ids=lambda t: f"z{t[0]}")
def test_real_communes_are_valid_and_fill_the_tile_once(
    communes: Shapes, mended: Shapes, tile: tuple[int, int, int]
) -> None:
    data = encode_layer("l", draw_shapes(communes, *tile), ids=np.arange(len(communes)), properties={})
    layer = one_layer(data)
    for feature in layer.features:
        check_rings(feature)
    drawn = sum(f.geometry.area for f in layer.features)
    z, x, y = tile
    box = np.array([x, y, x + 1, y + 1]) / 2**z + np.array([-1, -1, 1, 1]) * BUFFER / EXTENT / 2**z
    cut = shapely.intersection(mended, shapely.box(*box))
    assert drawn == pytest.approx(shapely.area(cut).sum() * (2**z * EXTENT) ** 2, rel=2e-3 if z > 5 else 1e-2)


def test_broken_polygons_are_drawn_too(shared: Path) -> None:
    broken = geometries(shared / "data/admin-2025/invalid_source_geometries.geojson.gz")
    world = shapes_to_world(broken)
    sides = shapely.bounds(world)
    for z in (6, 10, 13):
        middle = ((sides[:, :2] + sides[:, 2:]) / 2 * 2**z).astype(int)
        for x, y in {tuple(m) for m in middle[:20].tolist()}:
            for feature in one_layer(encode_layer("l", draw_shapes(world, z, x, y), ids=None, properties={})).features:
                check_rings(feature)


def test_gdal_reads_the_same(communes: Shapes, tmp_path: Path) -> None:
    """GDAL's own reader of vector tiles sees the same features, names and areas."""
    names = [f"Xã số {i}" for i in range(len(communes))]
    data = encode_layer(
        "xa", draw_shapes(communes, 8, 203, 112), ids=np.arange(len(communes)), properties={"ten": names}
    )
    path = tmp_path / "8-203-112.mvt"
    path.write_bytes(data)
    meta, _, shapes, columns = pyogrio.raw.read(path, layer="xa", columns=["ten", "mvt_id"], CLIP="NO")
    told = dict(zip(meta["fields"], columns, strict=True))
    ours = one_layer(data).features
    assert told["mvt_id"].tolist() == [f.id for f in ours]
    assert told["ten"].tolist() == [f.properties["ten"] for f in ours]
    unit_m = 2 * math.pi * 6_378_137 / 2**8 / EXTENT
    theirs = shapely.area(shapely.from_wkb(shapes)) / unit_m**2
    assert theirs == pytest.approx([f.geometry.area for f in ours], rel=0.01)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=120), st.integers(0, 3_000))
@settings(deadline=None, max_examples=50)
def test_facts_told_in_parts_say_what_plain_columns_say(rows: list[tuple[Any, Any]], more: int) -> None:
    """With few different values, and with many more than are on the tile."""
    telling = Telling(("a", "b"))
    for part in (rows[:7], rows[7:], [(f"thôn {n}", n) for n in range(more)]):
        telling.take(([a for a, _ in part], [b for _, b in part]), len(part))
    index = np.arange(0, len(rows), 2)
    points = draw_points(np.column_stack((index, index)), index)
    columns = {"a": [a for a, _ in rows], "b": [b for _, b in rows]}
    plain = one_layer(encode_layer("l", points, ids=None, properties=columns))
    told = one_layer(encode_layer("l", points, ids=None, properties=telling.facts()))
    for one, other in zip(told.features, plain.features, strict=True):
        assert one == other
        assert list(map(type, one.properties.values())) == list(map(type, other.properties.values()))


@given(st.lists(stars(), min_size=1, max_size=8), st.integers(5, 12))
@settings(deadline=None, max_examples=60)
def test_a_few_polygons_are_drawn_as_many_are(shapes: list[shapely.Polygon], z: int) -> None:
    """The short way and the long one give the same commands."""
    world = shapes_to_world(np.array([shape for shape in shapes if shape.is_valid], object))
    x, y = int(105.7 / 360 * 2**z + 2 ** (z - 1)), 7188 >> 14 - z
    with pytest.MonkeyPatch.context() as patch:
        drawn = []
        for most in (0, 10_000):
            patch.setattr(vector_tiles, "FEW_VERTICES", most)
            drawn.append(draw_shapes(world, z, x, y))
    one, other = ([d.index, d.kinds, d.commands, d.starts] for d in drawn)
    assert [a.tolist() for a in one] == [a.tolist() for a in other]
