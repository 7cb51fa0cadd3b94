"""A tile of a QuerySet says the same from every database: as drawn here from values that the ORM gives, one by one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Polygon
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hatang.core.vector_tiles import (
    BUFFER,
    CELL_UNITS,
    EXTENT,
    SAME_UNITS,
    draw_points,
    draw_shapes,
    encode_layer,
    place_points,
    shapes_to_world,
    thin_points,
)
from hatang.network.kinds import OF_MODEL
from hatang.network.models import PoleLine
from hatang.pages.tile_memory import KEPT, SPENT, Memory
from hatang.pages.tiles import tile_of
from hatang.places.models import Boundary, Place
from tests.conftest import World
from tests.core.vector_tile_reader import Feature, read_tile
from tests.network.things import make_thing

FAR, MIDDLE, NEAR = (6, 50, 28), (9, 407, 224), (11, 1630, 896)
FACTS = {"ten": F("name"), "dien": F("has_grid_power"), "dan": F("population"), "kinh-do": F("lon"), "ma": F("code")}


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """Let no test find what another left in memory."""
    yield
    KEPT.clear()
    SPENT.clear()


@pytest.fixture
def villages(world: World) -> QuerySet[Place]:
    """Make 400 villages around Đồng Đăng, half of them close together, some with unknown facts."""
    random = Random(3)
    rows = []
    for n in range(400):
        spread = 0.02 if n % 2 else 0.5
        lon, lat = 106.69 + random.uniform(-spread, spread), 21.94 + random.uniform(-spread, spread)
        rows.append(
            Place(
                kind="village",
                title="Thôn",
                name=f"Bản “{n % 7}” ý",
                parent=world.commune,
                province=world.province,
                lon=lon,
                lat=lat,
                has_grid_power=(None, True, False)[n % 3],
                population=None if n % 5 == 0 else n * 1000,
            )
        )
    Place.objects.bulk_create(rows)
    return Place.objects.villages()


@pytest.fixture
def boundaries(world: World, shared: Path) -> QuerySet[Boundary]:
    """Store the real boundaries of Lạng Sơn's communes."""
    path = shared / "data/admin-2025/full_20_lang_son_communes.geojson.gz"
    for nth, feature in enumerate(json.loads(gzip.decompress(path.read_bytes()))["features"][::4]):
        shape = GEOSGeometry(memoryview(shapely.geometry.shape(feature["geometry"]).wkb), srid=4326)
        place = Place.objects.create(
            kind="commune", title="Xã", name=f"Xã {nth}", code=f"X{nth}", province=world.province
        )
        store(place, shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326))
    return Boundary.objects.current()


def store(place: Place, shape: MultiPolygon) -> Boundary:
    return Boundary.objects.create(
        place=place, geometry=shape, area_km2=1, source="thử", known_from=timezone.now(), illustrative=False
    )


def features(data: bytes) -> dict[int | None, Feature]:
    """Read a tile of one layer, by id."""
    found = [f for layer in read_tile(data).values() for f in layer.features if not on_the_edge(f)]
    assert len({f.id for f in found}) == len(found)
    return {f.id: f for f in found}


def on_the_edge(feature: Feature) -> bool:
    """Tell whether it is a point on the outermost unit of the buffer, which one includes and another does not."""
    return feature.kind == 1 and bool({-BUFFER, EXTENT + BUFFER} & set(feature.paths[0][0]))


def same(found: dict[int | None, Feature], wanted: dict[int | None, Feature], units: float) -> None:
    """Compare two tiles: the same features with the same properties, in the same places to so many units."""
    assert found.keys() == wanted.keys()
    for key, feature in found.items():
        assert feature.properties == wanted[key].properties
        assert {k: type(v) for k, v in feature.properties.items()} == {
            k: type(v) for k, v in wanted[key].properties.items()
        }
        assert feature.kind == wanted[key].kind
        one, other = feature.geometry, wanted[key].geometry
        if feature.kind == 1:
            assert one.distance(other) <= units
        else:
            assert one.difference(other.buffer(units, quad_segs=2)).is_empty
            assert other.difference(one.buffer(units, quad_segs=2)).is_empty


@pytest.mark.parametrize("zxy", [FAR, MIDDLE, NEAR])
def test_points_are_those_of_the_orm(villages: QuerySet[Place], zxy: tuple[int, int, int]) -> None:
    rows = list(villages)
    index, units = place_points(np.array([r.lon for r in rows]), np.array([r.lat for r in rows]), *zxy)
    names = {"ten": "name", "dien": "has_grid_power", "dan": "population", "kinh-do": "lon", "ma": "code"}
    columns = {name: [getattr(r, field) for r in rows] for name, field in names.items()}
    wanted = encode_layer("thon", draw_points(units, index), ids=[r.pk for r in rows], properties=columns)
    found = tile_of(villages, geometry="point", properties=FACTS, layer="thon", z=zxy[0], x=zxy[1], y=zxy[2])
    assert len(features(wanted)) > 50
    same(features(found), features(wanted), 1.5)


def test_polygons_are_those_of_the_orm(boundaries: QuerySet[Boundary]) -> None:
    rows = list(boundaries.select_related("place"))
    shapes = shapes_to_world(np.array([shapely.from_wkb(bytes(r.geometry.wkb)) for r in rows], object))
    columns = {"ten": [r.place.name for r in rows], "ve": [r.illustrative for r in rows]}
    asked: dict[str, Any] = {"geometry": "geometry", "layer": "xa", "feature_id": "place_id"}
    asked["properties"] = {"ten": "place__name", "ve": "illustrative"}
    for z, x, y in (FAR, MIDDLE, NEAR):
        drawn = draw_shapes(shapes, z, x, y)
        for version in ("", "1", "1"):
            wanted = features(encode_layer("xa", drawn, ids=[r.place_id for r in rows], properties=columns))
            found = features(tile_of(boundaries, **asked, version=version, z=z, x=x, y=y))
            assert wanted
            for key in found.keys() ^ wanted.keys():
                one = found.pop(key, None) or wanted.pop(key)
                assert one.geometry.area < 4, "only a sliver may be there or not"
            same(found, wanted, SAME_UNITS + 3)
            assert all(shapely.is_valid(shapely.get_parts([f.geometry for f in found.values()])))


def test_what_the_rows_leave_out_the_tile_leaves_out(world: World, villages: QuerySet[Place]) -> None:
    asked: dict[str, Any] = {"geometry": "point", "properties": FACTS, "layer": "thon", "z": 8, "x": 203, "y": 112}
    few = features(tile_of(villages.filter(has_grid_power=True), **asked))
    assert few.keys() < features(tile_of(villages, **asked)).keys()
    assert all(f.properties["dien"] is True for f in few.values())
    assert tile_of(villages.none(), **asked) == b""
    assert tile_of(villages.filter(pk__in=[]), **asked) == b""
    assert tile_of(villages, **asked | {"x": 100}) == b""


def test_order_and_annotations_of_the_rows_do_no_harm(villages: QuerySet[Place]) -> None:
    asked: dict[str, Any] = {"geometry": "point", "layer": "thon", "z": 8, "x": 203, "y": 112}
    rows = villages.annotate(half=F("population") / 2).order_by("-sort_key", "parent__name")
    found = features(tile_of(rows, properties={"nua": "half"}, **asked))
    assert found and all(isinstance(v, int) for f in found.values() for v in f.properties.values())


def test_many_points_are_thinned_and_counted(villages: QuerySet[Place]) -> None:
    asked: dict[str, Any] = {
        "geometry": "point",
        "properties": {"ten": "name"},
        "layer": "l",
        "z": 7,
        "x": 101,
        "y": 56,
    }
    whole = features(tile_of(villages, **asked))
    assert all("count" not in f.properties for f in whole.values())
    points = np.array([f.paths[0][0] for f in whole.values()])
    index, counts = thin_points(points, np.array(list(whole)))
    for version in ("", "1", "1"):
        thin = features(tile_of(villages, **asked, most=len(whole) - 1, version=version))
        assert len(thin) < len(whole)
        assert sum(f.properties["count"] for f in thin.values()) == len(whole)
        assert abs(len(thin) - len(index)) <= 3, "rounding may move a point over a square's edge"
        squares = [tuple(np.array(f.paths[0][0]) // CELL_UNITS) for f in thin.values()]
        assert len(set(squares)) == len(squares)
        assert all(f.properties["ten"] == whole[key].properties["ten"] for key, f in thin.items())
    assert features(tile_of(villages, **asked, most=len(whole))).keys() == whole.keys()
    assert int(counts.sum()) == len(whole)


def test_of_too_many_lines_short_ones_stand_for_one_another_and_long_ones_stay(world: World) -> None:
    def line(code: str, lon: float, length: float) -> PoleLine:
        path = LineString((lon, 21.95), (lon + length / 2, 21.95 + length / 9), (lon + length, 21.95), srid=4326)
        made: PoleLine = make_thing(OF_MODEL[PoleLine], world, code, path=path)
        return made

    first, second, third = (line(f"N{n}", 106.7 + n / 10_000, 0.004) for n in range(3))
    apart, long = line("X", 106.8, 0.004), line("D", 106.6, 0.1)
    asked: dict[str, Any] = {"geometry": "path", "properties": {"ma": "code"}, "layer": "l", "z": 9, "x": 407, "y": 224}
    rows = PoleLine.objects.all()
    everything = {row.pk for row in (first, second, third, apart, long)}
    assert features(tile_of(rows, **asked, most=5)).keys() == everything
    for version in ("", "1", "1"):
        assert features(tile_of(rows, **asked, most=4, version=version)).keys() == {first.pk, apart.pk, long.pk}


def test_rough_points_fall_where_two_decimals_say_and_nowhere_else(world: World) -> None:
    """A point near a tile's edge must not tell by its tile on which side it lies."""
    place = Place.objects.create(kind="site", title="", name="Ẩn", province=world.province, lon=106.70312, lat=21.94449)
    asked: dict[str, Any] = {"geometry": "point", "properties": {}, "layer": "l", "rough": Q(name="Ẩn")}
    rows = Place.objects.filter(pk=place.pk)
    for z in (8, 12, 16):
        x, y = corner(106.70, 21.94, z)
        _, units = place_points(np.array([106.70]), np.array([21.94]), z, x, y)
        (feature,) = features(tile_of(rows, **asked, z=z, x=x, y=y)).values()
        assert feature.geometry.distance(shapely.Point(units[0])) <= 1.5
    exact = corner(106.70312, 21.94449, 16)
    assert exact != corner(106.70, 21.94, 16)
    assert tile_of(rows, **asked, z=16, x=exact[0], y=exact[1]) == b""


def corner(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Give the tile of a point."""
    world = shapely.get_coordinates(shapes_to_world(np.array([shapely.Point(lon, lat)])))[0]
    return int(world[0] * 2**z), int(world[1] * 2**z)


def test_a_new_version_is_read_anew_and_an_old_one_is_not(world: World) -> None:
    asked: dict[str, Any] = {"geometry": "geometry", "properties": {}, "layer": "l", "z": 8, "x": 203, "y": 112}
    boundary = store(world.commune, MultiPolygon(Polygon.from_bbox((106.5, 21.7, 106.7, 21.9)), srid=4326))
    before = tile_of(Boundary.objects.all(), **asked, version="1")
    boundary.geometry = MultiPolygon(Polygon.from_bbox((106.5, 21.7, 106.6, 21.8)), srid=4326)
    boundary.save()
    after = tile_of(Boundary.objects.all(), **asked, version="2")
    assert features(after)[boundary.pk].geometry.area < features(before)[boundary.pk].geometry.area / 2
    assert tile_of(Boundary.objects.all(), **asked) == after


def test_a_tile_takes_one_query_or_two(villages: QuerySet[Place], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(1):
        tile_of(villages, geometry="point", properties=FACTS, layer="l", z=8, x=203, y=112)
    with django_assert_max_num_queries(3):
        tile_of(villages, geometry="point", properties=FACTS, layer="l", z=8, x=203, y=112, most=10)


def test_what_is_kept_answers_without_the_database_and_says_the_same(
    villages: QuerySet[Place], boundaries: QuerySet[Boundary]
) -> None:
    """Many tiles in turn: read at the tile, then from memory, then under other names."""
    for rows, asked in (
        (villages, {"geometry": "point", "properties": FACTS}),
        (boundaries, {"geometry": "geometry", "properties": {"ten": F("place__name"), "ve": F("illustrative")}}),
    ):
        renamed = {f"{name}-2": of for name, of in asked["properties"].items()}
        for zxy in (NEAR, MIDDLE, FAR, NEAR):
            place: dict[str, Any] = {"layer": "l"} | dict(zip("zxy", zxy, strict=True))
            fresh = features(tile_of(rows, **asked, **place))
            assert fresh
            same(features(tile_of(rows, **asked, **place, version="1")), fresh, 0)
            with CaptureQueriesContext(connection) as queries:
                tile_of(rows, **asked, **place, version="1")
            assert len(queries) <= (0 if connection.vendor == "sqlite" and zxy != NEAR else 3)
            again = features(tile_of(rows, **asked | {"properties": renamed}, **place, version="1"))
            for key, feature in again.items():
                assert feature.properties == {f"{name}-2": value for name, value in fresh[key].properties.items()}


def test_a_layer_too_large_for_memory_is_drawn_all_the_same(
    villages: QuerySet[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KEPT, "most", 100)
    asked: dict[str, Any] = {"geometry": "point", "properties": FACTS, "layer": "l"}
    for zxy in (FAR, MIDDLE, FAR):
        place = dict(zip("zxy", zxy, strict=True))
        same(
            features(tile_of(villages, **asked, **place, version="1")), features(tile_of(villages, **asked, **place)), 0
        )
        with CaptureQueriesContext(connection) as queries:
            tile_of(villages, **asked, **place, version="1")
        assert len(queries) <= 2, "only what is on the tile is read, and not all of the layer in vain"
    assert KEPT.size == 0


def test_memory_forgets_what_was_longest_unused() -> None:
    memory = Memory(most=10)
    for key, size in (("a", 4), ("b", 4)):
        memory.keep(key, key.upper(), size)
    assert memory.get("a") == "A"
    memory.keep("c", "C", 4)
    assert [memory.get(key) for key in "abc"] == ["A", None, "C"]
    memory.keep("d", "D", 11)
    assert memory.get("d") is None
    memory.keep("a", "AA", 9)
    assert [memory.get(key) for key in "ac"] == ["AA", None]
    memory.keep("a", "A", 4)
    memory.keep("c", "C", 6)
    assert [memory.get(key) for key in "ac"] == ["A", "C"]
    assert memory.size == 10
