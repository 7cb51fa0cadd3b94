"""Every lookup, function and aggregate gives on SQLite what it gives on a real PostGIS, on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.db.models import Collect, Extent, GeometryField, MakeLine, Union
from django.contrib.gis.db.models import functions as f
from django.contrib.gis.geos import GEOSGeometry, LineString, Point
from django.contrib.gis.measure import D
from django.db import connections
from django.db.models import Exists, F, OuterRef, Value
from django.db.utils import DatabaseError

from hatang.geosqlite.functions import GeodesicArea, GeodesicDistance, GeodesicLength
from hatang.geosqlite.operations import OPERATORS
from hatang.geosqlite.reference_systems import add_reference_systems
from tests.geosqlite import shapes
from tests.geosqlite.conftest import make_tables, postgis, sqlite
from tests.geosqlite.models import Line, Spot, Thing, Zone

BOTH = ("geo_sqlite", "geo_postgis")
PROBES = shapes.probes()


@pytest.fixture(scope="module", autouse=True)
def both(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any, shared: Path) -> Iterator[None]:
    """Fill both databases with the same rows."""
    path = tmp_path_factory.mktemp("parity") / "geo.sqlite3"
    with django_db_blocker.unblock(), postgis(), sqlite(path):
        rows = shapes.things()
        communes = shapes.communes(shared, "full_20_lang_son_communes")
        random = np.random.default_rng(4)
        spots = random.uniform((106.0, 21.3), (107.4, 22.5), (800, 2)).tolist()
        spots += [[179.9, 10.0], [-179.9, 10.0], [0.0, 0.0], [106.0, 89.5], [None, 21.0], [106.0, None]]
        walks = random.uniform((6e5, 2.35e6), (7e5, 2.5e6), (60, 4, 2)).tolist()
        add_reference_systems("geo_postgis")
        for alias in BOTH:
            make_tables(alias)
            Thing.objects.using(alias).bulk_create(Thing(pk=n, geometry=g) for n, g in enumerate(rows, 1))
            Zone.objects.using(alias).bulk_create(
                Zone(pk=n, name=name, geometry=shape) for n, (name, shape) in enumerate(communes, 1)
            )
            Spot.objects.using(alias).bulk_create(
                Spot(pk=n, lon=x, lat=y, radius_m=500 * (n % 40), zone_id=1 + n % 60)
                for n, (x, y) in enumerate(spots, 1)
            )
            Line.objects.using(alias).bulk_create(
                Line(pk=n, path=LineString(*walk, srid=3405)) for n, walk in enumerate(walks, 1)
            )
        with connections["geo_postgis"].cursor() as cursor:
            # With its index PostGIS counts empty geometries differently than without: the answers wanted are those
            # of its functions.
            cursor.execute("SET enable_indexscan = off")
            cursor.execute("SET enable_bitmapscan = off")
        yield


def keys(alias: str, lookup: str, value: Any, *, outside: bool = False) -> list[int] | str:
    """Give the keys that a lookup finds, or leaves; or that the database refuses the question."""
    rows = Thing.objects.using(alias)
    found = rows.exclude(**{f"geometry__{lookup}": value}) if outside else rows.filter(**{f"geometry__{lookup}": value})
    try:
        return sorted(found.values_list("pk", flat=True))
    except DatabaseError as error:
        return f"refused: {error}"


PLAIN = sorted(set(OPERATORS) - {"relate", "dwithin"})


@pytest.mark.parametrize("outside", [False, True], ids=["filter", "exclude"])
@pytest.mark.parametrize("lookup", PLAIN)
def test_a_lookup_finds_the_same_rows(lookup: str, outside: bool) -> None:
    for probe in PROBES:
        ours, theirs = (keys(alias, lookup, probe, outside=outside) for alias in BOTH)
        assert ours == theirs, f"{lookup} {probe.wkt}"


@pytest.mark.parametrize("pattern", ["T*F**F***", "FF*FF****", "T********", "F***T****", "0********", "T*T***T**"])
def test_relate_finds_the_same_rows(pattern: str) -> None:
    for probe in PROBES[:-1]:
        ours, theirs = (keys(alias, "relate", (probe, pattern)) for alias in BOTH)
        assert ours == theirs, f"{pattern} {probe.wkt}"


@pytest.mark.parametrize("degrees", [0, 0.25, 0.6])
def test_dwithin_finds_the_same_rows(degrees: float) -> None:
    for probe in PROBES:
        ours, theirs = (keys(alias, "dwithin", (probe, degrees)) for alias in BOTH)
        assert ours == theirs, f"{degrees} {probe.wkt}"


def spots(alias: str, **lookups: Any) -> set[int]:
    return set(Spot.objects.using(alias).filter(**lookups).values_list("pk", flat=True))


@pytest.mark.parametrize("lookup", ["distance_lt", "distance_lte", "distance_gt", "distance_gte"])
@pytest.mark.parametrize("spheroid", [(), ("spheroid",)], ids=["sphere", "spheroid"])
def test_distances_of_degrees_are_in_metres(lookup: str, spheroid: tuple[str, ...]) -> None:
    """A spot without a point is at no distance, not at 0."""
    value = (Point(106.7, 21.9, srid=4326), D(km=25), *spheroid)
    ours, theirs = (spots(alias, **{f"point__{lookup}": value}) for alias in BOTH)
    assert ours == theirs
    assert ours


@pytest.mark.parametrize("lookup", ["distance_lt", "distance_gte", "dwithin"])
def test_distances_of_metres(lookup: str) -> None:
    value = (Point(106.7, 21.9, srid=4326), D(km=25))
    ours, theirs = (
        set(Line.objects.using(alias).filter(**{f"path__{lookup}": value}).values_list("pk", flat=True))
        for alias in BOTH
    )
    assert ours == theirs
    assert ours


PLACES = [Point(106.7, 21.9), Point(179.95, 10.0), Point(-179.95, 9.9), Point(0.1, 0.1), Point(100.0, 89.4)]


@pytest.mark.parametrize("metres", [0, 500, 12_345.6, 80_000])
@pytest.mark.parametrize("place", [*PLACES, LineString((106.2, 21.4), (106.9, 22.3))], ids=lambda p: p.wkt[:20])
def test_dwithin_m_finds_the_same_points(metres: float, place: GEOSGeometry) -> None:
    place.srid = 4326
    ours, theirs = (spots(alias, point__dwithin_m=(place, metres)) for alias in BOTH)
    assert ours == theirs


def test_dwithin_m_of_a_distance_in_a_column_and_of_another_table() -> None:
    here = Point(106.7, 21.9, srid=4326)
    ours, theirs = (spots(alias, point__dwithin_m=(here, F("radius_m"))) for alias in BOTH)
    assert ours == theirs
    near = Spot.objects.filter(point__dwithin_m=(OuterRef("geometry"), D(m=400)), pk__gt=770)
    ours, theirs = (
        set(Zone.objects.using(alias).filter(Exists(near.using(alias)), pk__lte=25).values_list("pk", flat=True))
        for alias in BOTH
    )
    assert ours == theirs
    assert 0 < len(ours) < 25


def test_geodesic_distances() -> None:
    """Between points to a tenth of a millimetre; to surfaces to a millimetre, or a millionth of the way."""
    placed = Spot.objects.filter(point__isnull=False, pk__gt=700)
    place, zone = Point(106.2, 21.2, srid=4326), Zone.objects.using("geo_sqlite").get(pk=7).geometry
    for other, close in ((place, {"abs": 1e-4}), (zone, {"abs": 1e-3, "rel": 1e-6})):
        ours, theirs = (dict(placed.using(a).values_list("pk", GeodesicDistance("point", Value(other)))) for a in BOTH)
        assert ours == pytest.approx(theirs, **close)
    ours, theirs = (
        dict(Zone.objects.using(a).filter(pk__lte=4).values_list("pk", GeodesicDistance("geometry", Value(zone))))
        for a in BOTH
    )
    assert ours == pytest.approx(theirs, abs=1e-3, rel=1e-6)


def test_geodesic_measures() -> None:
    ours, theirs = (dict(Zone.objects.using(a).values_list("pk", GeodesicArea("geometry"))) for a in BOTH)
    assert ours == pytest.approx(theirs, rel=1e-8)
    ours, theirs = (dict(Line.objects.using(a).values_list("pk", GeodesicLength("path"))) for a in BOTH)
    assert ours == pytest.approx(theirs, rel=1e-8)


def same_shape(ours: Any, theirs: Any, close: float) -> bool:
    """Whether two geometries cover the same places, as far as rounding lets them."""
    if ours is None or theirs is None or ours.empty or theirs.empty:
        return (ours is None or ours.empty) == (theirs is None or theirs.empty)
    if ours.srid != theirs.srid or ours.geom_type != theirs.geom_type:
        return False
    return ours.equals_exact(theirs, close) or ours.sym_difference(theirs).buffer(close).area < 1e-4 + close * 100


PROBE = PROBES[4]
OF_GEOMETRY: dict[str, Any] = {
    "Centroid": f.Centroid("geometry"),
    "Envelope": f.Envelope("geometry"),
    "MakeValid": f.MakeValid("geometry"),
    "ForcePolygonCW": f.ForcePolygonCW("geometry"),
    "Transform": f.Transform("geometry", 32648),
    "SnapToGrid": f.SnapToGrid("geometry", 0.05),
    "SnapToGrid2": f.SnapToGrid("geometry", 0.05, 0.3),
    "SnapToGrid4": f.SnapToGrid("geometry", 0.05, 0.3, 0.01, 0.02),
    "Translate": f.Translate("geometry", 1.5, -2),
    "Scale": f.Scale("geometry", 2, 0.5),
    "Intersection": f.Intersection("geometry", Value(PROBE)),
    "Difference": f.Difference("geometry", Value(PROBE)),
    "SymDifference": f.SymDifference("geometry", Value(PROBE)),
    "Union": f.Union("geometry", Value(PROBE)),
}


@pytest.mark.parametrize("name", OF_GEOMETRY)
def test_a_function_makes_the_same_geometry(name: str) -> None:
    close = 1e-5 if name == "Transform" else 1e-9
    ours, theirs = (dict(Thing.objects.using(a).values_list("pk", OF_GEOMETRY[name])) for a in BOTH)
    differing = [pk for pk in ours if not same_shape(ours[pk], theirs[pk], close)]
    assert {pk: (str(ours[pk]), str(theirs[pk])) for pk in differing[:3]} == {}


def test_a_point_on_a_surface_lies_on_it() -> None:
    """Libraries choose different points; each lies on its surface."""
    for alias in BOTH:
        rows = Zone.objects.using(alias).annotate(inner=f.PointOnSurface("geometry"))
        assert all(row.geometry.contains(row.inner) for row in rows)


OF_NUMBER: dict[str, Any] = {
    "NumPoints": f.NumPoints("geometry"),
    "NumGeometries": f.NumGeometries("geometry"),
    "IsValid": f.IsValid("geometry"),
    "IsEmpty": f.IsEmpty("geometry"),
    "GeometryDistance": f.GeometryDistance("geometry", Value(PROBE)),
}


@pytest.mark.parametrize("name", OF_NUMBER)
def test_a_function_gives_the_same_number(name: str) -> None:
    ours, theirs = (dict(Thing.objects.using(a).values_list("pk", OF_NUMBER[name])) for a in BOTH)
    assert ours == pytest.approx(theirs)


@pytest.mark.parametrize("name", ["Length", "Perimeter", "Area", "Distance", "ClosestPoint", "LineLocatePoint"])
def test_a_measure_in_metres(name: str) -> None:
    here = Point(6.5e5, 2.4e6, srid=3405)
    more = () if name in ("Length", "Perimeter", "Area") else (Value(here),)
    function = getattr(f, name)("path", *more)
    ours, theirs = (dict(Line.objects.using(a).values_list("pk", function)) for a in BOTH)
    if name == "ClosestPoint":
        assert all(ours[pk].equals_exact(theirs[pk], 1e-6) for pk in ours)
    else:
        plain = [{k: getattr(v, "standard", v) for k, v in found.items()} for found in (ours, theirs)]
        assert plain[0] == pytest.approx(plain[1], abs=1e-6)


def test_directions_and_lengths_in_degrees() -> None:
    here = Value(Point(106.7, 21.9, srid=4326))
    ours, theirs = (dict(Spot.objects.using(a).values_list("pk", f.Azimuth("point", here))) for a in BOTH)
    assert ours == pytest.approx(theirs)
    lines = Thing.objects.extra(where=["TRUE"]).filter(pk__in=[5, 6, 7, 8])
    ours, theirs = (dict(lines.using(a).values_list("pk", f.Length("geometry"))) for a in BOTH)
    assert {k: v.m for k, v in ours.items()} == pytest.approx({k: v.m for k, v in theirs.items()})


def test_texts() -> None:
    import json

    for options in ({}, {"precision": 3}, {"bbox": True}, {"crs": True}, {"bbox": True, "crs": True}):
        ours, theirs = (
            {pk: text and json.loads(text) for pk, text in found}
            for found in (Thing.objects.using(a).values_list("pk", f.AsGeoJSON("geometry", **options)) for a in BOTH)
        )
        for pk, made in ours.items():
            if made and "bbox" in theirs[pk] and theirs[pk]["bbox"] == [0, 0, 0, 0]:
                del theirs[pk]["bbox"]  # PostGIS gives an empty geometry the box of the origin
            assert made == theirs[pk], options
    ours, theirs = (dict(Thing.objects.using(a).values_list("pk", f.AsWKT("geometry"))) for a in BOTH)
    for pk, text in ours.items():
        assert (text is None) == (theirs[pk] is None)
        assert text is None or GEOSGeometry(text).equals_exact(GEOSGeometry(theirs[pk]), 1e-9)
    ours, theirs = (dict(Thing.objects.using(a).values_list("pk", f.AsWKB("geometry"))) for a in BOTH)
    assert {k: v and bytes(v) for k, v in ours.items()} == {k: v and bytes(v) for k, v in theirs.items()}


def test_reading_texts() -> None:
    for made in (f.FromWKT(Value("POINT (1 2)"), srid=4326), f.FromWKB(Value(bytes(Point(1, 2).wkb)), srid=4326)):
        ours, theirs = (Thing.objects.using(a).values_list(made, flat=True)[0] for a in BOTH)
        assert ours == theirs == Point(1, 2, srid=4326)


def test_aggregates() -> None:
    for rows in (Thing.objects.filter(pk__lte=60), Thing.objects.filter(pk=263), Thing.objects.none()):
        made = {"extent": Extent("geometry"), "together": Collect("geometry"), "one": Union("geometry")}
        ours, theirs = (rows.using(a).aggregate(**made) for a in BOTH)
        assert ours["extent"] == pytest.approx(theirs["extent"])
        for name in ("together", "one"):
            assert (ours[name] is None) == (theirs[name] is None)
            if ours[name] is not None:
                assert ours[name].srid == theirs[name].srid
                assert ours[name].area == pytest.approx(theirs[name].area)
                assert ours[name].length == pytest.approx(theirs[name].length)
                assert name == "one" or len(ours[name]) == len(theirs[name])
    walk = Spot.objects.filter(pk__lte=20)
    ours, theirs = (walk.using(a).aggregate(line=MakeLine("point"))["line"] for a in BOTH)
    assert ours.equals_exact(theirs)
    ours, theirs = (
        list(Zone.objects.using(a).values("name").annotate(e=Extent("geometry")).order_by("name")) for a in BOTH
    )
    assert [row["e"] for row in ours] == [pytest.approx(row["e"]) for row in theirs]


def test_joins_find_the_same_pairs() -> None:
    def pairs(alias: str) -> list[Any]:
        spots = Spot.objects.using(alias).filter(pk__gt=650)
        home = Zone.objects.using(alias).filter(geometry__contains=OuterRef("point"))
        return [
            sorted(spots.filter(zone__geometry__covers=F("point")).values_list("pk", flat=True)),
            sorted(spots.exclude(zone__geometry__covers=F("point")).values_list("pk", flat=True)),
            sorted(spots.filter(Exists(home)).values_list("pk", flat=True)),
            sorted(spots.filter(~Exists(home)).values_list("pk", flat=True)),
            sorted(
                spots.filter(point__within=Zone.objects.filter(pk=3).values("geometry")).values_list("pk", flat=True)
            ),
            list(spots.filter(point__isnull=True).order_by("pk").values_list("pk", flat=True)),
        ]

    ours, theirs = map(pairs, BOTH)
    assert ours == theirs
    assert ours[2]


def test_null_stays_null_where_a_lookup_is_an_expression() -> None:
    from django.contrib.gis.db.models.lookups import WithinLookup

    inside = WithinLookup(F("point"), Value(PROBES[4], output_field=GeometryField(srid=4326)))
    for condition in (inside, ~inside):
        ours, theirs = (set(Spot.objects.using(a).filter(condition).values_list("pk", flat=True)) for a in BOTH)
        assert ours == theirs


@pytest.mark.parametrize("srid", [3405, 3406, 3857, 32648, *range(9205, 9219)])
def test_transforms_agree_with_postgis(srid: int) -> None:
    """VN-2000 in UTM and in its fourteen 3-degree zones: to a millimetre, there and back."""
    some = Spot.objects.filter(pk__lte=50)
    ours, theirs = (
        [p.coords for p in some.using(a).order_by("pk").values_list(f.Transform("point", srid), flat=True)]
        for a in BOTH
    )
    assert np.allclose(ours, theirs, rtol=0, atol=1e-3)
    back = f.Transform(f.Transform("point", srid), 4326)
    for point, again in some.using("geo_sqlite").values_list("point", back):
        assert point.equals_exact(again, 1e-8)


def test_broken_polygons_of_the_real_data(shared: Path) -> None:
    """What is not valid keeps its box and its points; a relation answers on both or is refused on one in words."""
    broken = sorted(shapes.communes(shared, "invalid_source_geometries"), key=lambda one: one[1].num_coords)[:15]
    corner = Point(*broken[0][1].centroid.coords, srid=4326)
    for alias in BOTH:
        Zone.objects.using(alias).bulk_create(Zone(pk=1000 + n, name=b[0], geometry=b[1]) for n, b in enumerate(broken))
    try:
        for rows in (Zone.objects.filter(pk__gte=1000),):
            for lookups in ({"geometry__isvalid": False}, {"geometry__bboverlaps": corner}):
                ours, theirs = (set(rows.using(a).filter(**lookups).values_list("pk", flat=True)) for a in BOTH)
                assert ours == theirs
            ours, theirs = (dict(rows.using(a).values_list("pk", f.NumPoints("geometry"))) for a in BOTH)
            assert ours == theirs
            mended = [dict(rows.using(a).values_list("pk", GeodesicArea(f.MakeValid("geometry")))) for a in BOTH]
            assert mended[0] == pytest.approx(mended[1], rel=1e-6)
    finally:
        for alias in BOTH:
            Zone.objects.using(alias).filter(pk__gte=1000).delete()


def test_a_generated_point_follows_its_numbers() -> None:
    for alias in BOTH:
        spot = Spot.objects.using(alias).create(pk=9001, lon=105.5, lat=20.5)
        assert spot.point == Point(105.5, 20.5, srid=4326)
        many = Spot.objects.using(alias).bulk_create([Spot(pk=9002, lon=105.6, lat=20.5), Spot(pk=9003, lat=20.5)])
        assert [row.point for row in many] == [Point(105.6, 20.5, srid=4326), None]
        spot.lon = 105.7
        spot.save()
        spot.refresh_from_db()
        assert spot.point.x == 105.7
        Spot.objects.using(alias).filter(pk=many[1].pk).update(lon=105.8)
        assert Spot.objects.using(alias).values_list("point", flat=True).get(pk=many[1].pk).x == 105.8
        here = Point(105.8, 20.5, srid=4326).buffer(0.01)
        assert spots(alias, point__within=here) == spots(alias, point__bboverlaps=here) == {many[1].pk}
        Spot.objects.using(alias).filter(pk__in=[spot.pk, *(row.pk for row in many)]).delete()
        assert spots(alias, point__within=here) == set()


def test_a_generated_point_is_indexed_on_postgis_too() -> None:
    """Django indexes a plain GeneratedField of points nowhere."""
    with connections["geo_postgis"].cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'geosqlite_tests_spot'")
        assert any("USING gist (point)" in definition for (definition,) in cursor.fetchall())
