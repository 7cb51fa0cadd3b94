"""The R*Tree is used, follows every change of rows, and survives what is done to tables and files."""

from __future__ import annotations

import io
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.db import models
from django.contrib.gis.db.models import Extent3D
from django.contrib.gis.db.models import functions as f
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.contrib.gis.measure import D
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, NotSupportedError, OperationalError, connections, transaction
from django.db.models import Exists, OuterRef
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.geosqlite.index import GeometryColumn, check_index, index_name, rebuild_index
from tests.geosqlite.conftest import sqlite as opened
from tests.geosqlite.models import APP, Peak, Spot, Thing, Zone

VIEW = Polygon.from_bbox((106.0, 21.0, 107.0, 22.0))
VIEW.srid = 4326
EVERYWHERE = Polygon.from_bbox((-180, -90, 180, 90))
EVERYWHERE.srid = 4326
INDEXED = [
    "bbcontains",
    "bboverlaps",
    "contained",
    "contains",
    "contains_properly",
    "coveredby",
    "covers",
    "crosses",
    "equals",
    "exact",
    "intersects",
    "overlaps",
    "same_as",
    "touches",
    "within",
]


def column(model: type[models.Model], name: str) -> GeometryColumn:
    found = GeometryColumn.of(model._meta.db_table, model._meta.get_field(name))
    assert found
    return found


def square(x: float, y: float, size: float = 0.1) -> MultiPolygon:
    shape = Polygon.from_bbox((x, y, x + size, y + size))
    shape.srid = 4326
    return MultiPolygon(shape, srid=4326)


def plan(rows: Any) -> str:
    return str(rows.explain())


@pytest.mark.parametrize("lookup", INDEXED)
def test_a_lookup_goes_through_the_index(lite: str, lookup: str) -> None:
    told = plan(Thing.objects.using(lite).filter(**{f"geometry__{lookup}": VIEW}))
    assert "geosqlite_tests_thing__geometry__rtree VIRTUAL TABLE INDEX 2:" in told
    assert "SEARCH geosqlite_tests_thing USING INTEGER PRIMARY KEY (rowid=?)" in told


@pytest.mark.parametrize("value", [(VIEW, 0.1), (VIEW, 250)], ids=["degrees", "metres"])
def test_distances_go_through_the_index(lite: str, value: tuple[Any, float]) -> None:
    lookup = "dwithin" if value[1] < 1 else "dwithin_m"
    assert "__rtree VIRTUAL TABLE INDEX 2:" in plan(Thing.objects.using(lite).filter(**{f"geometry__{lookup}": value}))


def test_a_join_goes_through_the_index(lite: str) -> None:
    """Compared with another table's column, the index is asked once for each of its rows."""
    home = Zone.objects.using(lite).filter(geometry__contains=OuterRef("point"))
    told = plan(Spot.objects.using(lite).filter(Exists(home)))
    assert "geosqlite_tests_zone__geometry__rtree VIRTUAL TABLE INDEX 2:" in told
    assert "SEARCH U0 USING INTEGER PRIMARY KEY (rowid=?)" in told
    inside = Spot.objects.using(lite).filter(point__within=OuterRef("geometry"))
    assert "geosqlite_tests_spot__point__rtree VIRTUAL" in plan(Zone.objects.using(lite).filter(Exists(inside)))


@pytest.mark.parametrize("lookup", ["disjoint", "isnull"])
def test_a_negative_relation_does_not(lite: str, lookup: str) -> None:
    rows = Thing.objects.using(lite).filter(**{f"geometry__{lookup}": True if lookup == "isnull" else VIEW})
    assert "rtree" not in plan(rows)


def test_a_point_with_a_trailing_zero_is_read_whole(lite: str) -> None:
    """numpy cuts zeros off the end of bytes; 0, 2 and 2**-1000 end in them."""
    for x in (0.0, 2.0, -0.0, 1e-300):
        Thing.objects.using(lite).create(geometry=LineString((1, 1), (x, 0.0), srid=4326))
    found = Thing.objects.using(lite).filter(geometry__intersects=Point(1, 1, srid=4326))
    assert found.count() == 4


coordinates = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "move", "clear", "remove", "rekey"]), st.integers(0, 5), coordinates), max_size=25
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), opened(tmp_path_factory.mktemp("kept") / "kept.sqlite3", "geo_kept") as alias:
        with connections[alias].schema_editor() as editor:
            editor.create_model(Spot)
            editor.create_model(Zone)
        yield alias


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_the_index_follows_the_rows(kept: str, changes: list[Any]) -> None:
    rows = Spot.objects.using(kept)
    rows.all().delete()
    for what, number, (lon, lat) in changes:
        some = rows.filter(pk=number)
        if what == "add":
            rows.update_or_create(pk=number, defaults={"lon": lon, "lat": lat})
        elif what == "move":
            rows.bulk_create(
                [Spot(pk=number, lon=lon, lat=lat)],
                update_conflicts=True,
                unique_fields=["pk"],
                update_fields=["lon", "lat"],
            )
        elif what == "clear":
            some.update(lon=None)
        elif what == "rekey":
            rows.filter(pk=100 + number).delete()
            some.update(id=100 + number)
        else:
            some.delete()
    assert check_index(connections[kept], column(Spot, "point")) == []
    held = rows.filter(point__bboverlaps=EVERYWHERE).count()
    assert held == rows.filter(lon__isnull=False, lat__isnull=False).count()


def test_a_rolled_back_change_leaves_the_index_as_it_was(lite: str) -> None:
    Spot.objects.using(lite).create(lon=106.5, lat=21.5)
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=lite):
        Spot.objects.using(lite).create(lon=106.6, lat=21.5)
        Spot.objects.using(lite).update(lon=50)
        raise ZeroDivisionError
    assert Spot.objects.using(lite).filter(point__within=VIEW).count() == 1
    assert check_index(connections[lite], column(Spot, "point")) == []


WRONG = {
    "height": (Thing, {"geometry": Point(1, 2, 3, srid=4326)}, "another dimension than 2"),
    "flat": (Peak, {"place": Point(1, 2, srid=4326)}, "another dimension than 3"),
    "infinite": (Thing, {"geometry": Point(1, float("inf"), srid=4326)}, "a coordinate is not a finite number"),
    "nan": (Thing, {"geometry": LineString((1, 2), (3, float("nan")), srid=4326)}, "is not a finite number"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_refused_in_words(lite: str, what: str) -> None:
    model, values, words = WRONG[what]
    with pytest.raises(IntegrityError, match=words):
        model.objects.using(lite).create(**values)
    assert not model.objects.using(lite).exists()


@pytest.mark.parametrize(
    ("blob", "words"),
    [
        (b"", "not a geometry"),
        (b"\x00" * 25, "not a geometry"),
        (bytes(Point(1, 2).wkb), "another SRID than 4326"),
        (bytes(Point(1, 2, srid=3405).ewkb), "another SRID than 4326"),
        (bytes(Point(1, 2, srid=4326).ewkb)[:-3], "not a geometry"),
        ("POINT (1 2)", "not a geometry"),
    ],
)
def test_raw_sql_cannot_store_what_is_no_geometry(lite: str, blob: Any, words: str) -> None:
    with connections[lite].cursor() as cursor, pytest.raises(IntegrityError, match=words):
        cursor.execute("INSERT INTO geosqlite_tests_thing (geometry, note) VALUES (%s, '')", [blob])


def test_another_srid_is_transformed_on_the_way_in(lite: str) -> None:
    place = Point(106.7, 21.9, srid=4326)
    stored = Thing.objects.using(lite).create(geometry=place.transform(3405, clone=True))
    stored.refresh_from_db()
    assert stored.geometry.srid == 4326
    assert stored.geometry.equals_exact(place, 1e-8)
    near = place.buffer(0.001).transform(3405, clone=True)
    assert Thing.objects.using(lite).filter(geometry__within=near).count() == 1


def test_heights_are_kept(lite: str) -> None:
    peak = Peak.objects.using(lite).create(place=Point(106.7, 21.9, 1541.5, srid=4326))
    assert Peak.objects.using(lite).get(place__within=VIEW).place.z == 1541.5
    with pytest.raises(NotSupportedError, match="Length"):
        list(Peak.objects.using(lite).annotate(n=f.Length("place")))
    assert Peak.objects.using(lite).get(pk=peak.pk).place.z == 1541.5


def test_faults_say_what_was_wrong(lite: str) -> None:
    Thing.objects.using(lite).create(geometry=Point(1, 2, srid=4326))
    with pytest.raises(OperationalError, match="SRID 1234567 is unknown"):
        list(Thing.objects.using(lite).annotate(t=f.Transform("geometry", 1234567)))
    with connections[lite].cursor() as cursor, pytest.raises(OperationalError, match="different SRID"):
        cursor.execute("SELECT ST_Intersects(ST_MakePoint(1, 2), ST_SetSRID(ST_MakePoint(1, 2), 4326))")


def test_what_is_not_supported_is_named(lite: str) -> None:

    things = Thing.objects.using(lite)
    for name in ("AsGML", "AsKML", "AsSVG", "BoundingCircle", "GeoHash", "MemSize"):
        with pytest.raises(NotSupportedError, match=name):
            list(things.annotate(x=getattr(f, name)("geometry")))
    with pytest.raises(NotSupportedError, match="Extent3D"):
        things.aggregate(Extent3D("geometry"))
    with pytest.raises(NotSupportedError, match="Area"):
        list(things.annotate(x=f.Area("geometry")))
    with pytest.raises(ValueError, match="degree"):
        list(things.filter(geometry__dwithin=(VIEW, D(km=1))))


def test_many_threads_read_while_one_writes(lite: str) -> None:
    """Each thread opens a connection of its own, with functions of its own."""
    wrong: list[Any] = []
    done = threading.Event()
    path = connections[lite].settings_dict["NAME"]

    def read() -> None:
        try:
            while not done.is_set():
                inside = Spot.objects.using(lite).filter(point__within=VIEW).count()
                if inside % 10:
                    wrong.append(inside)
        except Exception as error:
            wrong.append(error)
        finally:
            connections[lite].close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(15):
        with transaction.atomic(using=lite):
            Spot.objects.using(lite).bulk_create(Spot(lon=106.1 + n / 20, lat=21.5) for n in range(10))
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert Spot.objects.using(lite).filter(point__within=VIEW).count() == 150
    assert check_index(connections[lite], column(Spot, "point")) == []
    assert Path(path).exists()


@pytest.mark.parametrize("way", ["backup", "vacuum into", "vacuum"])
def test_copies_keep_rows_and_index_together(lite: str, tmp_path: Path, way: str) -> None:
    Spot.objects.using(lite).bulk_create(Spot(lon=100 + n / 10, lat=21.5) for n in range(100))
    Spot.objects.using(lite).filter(pk__lte=50).delete()
    for n in range(60):
        Peak.objects.using(lite).create(place=Point(100 + n / 5, 21.5, n, srid=4326))
    for peak in list(Peak.objects.using(lite))[:30]:
        peak.delete()
    copy, expected = tmp_path / "copy.sqlite3", Spot.objects.using(lite).filter(point__within=VIEW).count()
    if way == "backup":
        connections[lite].ensure_connection()
        with sqlite3.connect(copy) as target:
            connections[lite].connection.backup(target)
        target.close()
    else:
        with connections[lite].cursor() as cursor:
            cursor.execute("VACUUM" if way == "vacuum" else f"VACUUM INTO '{copy}'")
        copy = copy if copy.exists() else Path(connections[lite].settings_dict["NAME"])
    with sqlite3.connect(copy) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
    with opened(copy, "geo_copy") as alias:
        assert Spot.objects.using(alias).filter(point__within=VIEW).count() == expected
        for model, name in ((Spot, "point"), (Peak, "place")):
            assert check_index(connections[alias], column(model, name)) == []


def test_a_damaged_index_is_named_and_made_anew(lite: str) -> None:
    Spot.objects.using(lite).bulk_create(Spot(lon=106 + n / 10, lat=21.5) for n in range(9))
    with connections[lite].cursor() as cursor:
        cursor.execute("DELETE FROM geosqlite_tests_spot__point__rtree WHERE id = 3")
        cursor.execute("INSERT INTO geosqlite_tests_spot__point__rtree VALUES (99, 0, 0, 0, 0)")
        cursor.execute("UPDATE geosqlite_tests_spot__point__rtree SET minx = 0, maxx = 0 WHERE id = 5")
    spots = column(Spot, "point")
    assert check_index(connections[lite], spots) == [
        "1 rows missing from the index",
        "1 index entries without a row",
        "1 boxes that do not cover their geometry",
    ]
    rebuild_index(connections[lite], spots)
    assert check_index(connections[lite], spots) == []


@pytest.mark.parametrize("model", [Zone, Peak])
def test_rows_go_out_and_come_back(lite: str, model: type[models.Model]) -> None:
    """What `dumpdata` and `loaddata` do, for models of an app that is not installed."""
    Zone.objects.using(lite).create(pk=1, geometry=square(106.2, 21.2), name="Một")
    Peak.objects.using(lite).create(place=Point(106.7, 21.9, 12.25, srid=4326))
    before = list(model.objects.using(lite).values())
    rows = serializers.serialize("python", model.objects.using(lite).all())
    model.objects.using(lite).all().delete()
    for row in rows:
        values = {name: model._meta.get_field(name).to_python(value) for name, value in row["fields"].items()}
        model(pk=row["pk"], **values).save(using=lite)
    assert list(model.objects.using(lite).values()) == before


def test_an_update_to_another_type_is_refused(lite: str) -> None:
    Zone.objects.using(lite).create(pk=1, geometry=square(106.2, 21.2), name="Một")
    with pytest.raises(IntegrityError, match="another geometry type than MULTIPOLYGON"):
        Zone.objects.using(lite).update(geometry=Point(1, 2, srid=4326))
    assert Zone.objects.using(lite).get().geometry.geom_type == "MultiPolygon"


def test_inspectdb_reads_the_columns_back(lite: str) -> None:
    out = io.StringIO()
    call_command("inspectdb", database=lite, stdout=out)
    told = out.getvalue()
    assert "rtree" not in told
    for line in (
        "geometry = models.MultiPolygonField()",
        "path = models.LineStringField(srid=3405)",
        "place = models.PointField(dim=3)",
        "geometry = models.GeometryField(blank=True, null=True)",
    ):
        assert line in told
    with connections[lite].cursor() as cursor:
        found = connections[lite].introspection.get_constraints(cursor, Zone._meta.db_table)
    assert found[index_name(Zone._meta.db_table, "geometry")]["columns"] == ["geometry"]


def test_a_geography_column_is_refused(lite: str) -> None:
    class Globe(models.Model):
        place = models.PointField(geography=True)

        class Meta:
            app_label = APP

    with pytest.raises(NotSupportedError, match="plane geometry"), connections[lite].schema_editor() as editor:
        editor.create_model(Globe)
