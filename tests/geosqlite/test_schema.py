"""Migrations: SQLite remakes tables for most changes; geometry, guard and index come along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.db import models
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import IntegrityError, connections
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from hatang.geosqlite.fields import GeneratedPointField
from hatang.geosqlite.index import GeometryColumn, check_index
from tests.geosqlite.conftest import sqlite

APP = "geosqlite_tests"
VIEW = Polygon.from_bbox((106.0, 21.0, 107.0, 22.0))
VIEW.srid = 4326


class Walk:
    """A database on which migration operations are carried out one after another."""

    def __init__(self, alias: str) -> None:
        self.alias, self.state = alias, ProjectState()

    def do(self, *operations: Operation) -> None:
        for operation in operations:
            after = self.state.clone()
            operation.state_forwards(APP, after)
            with connections[self.alias].schema_editor() as editor:
                operation.database_forwards(APP, editor, self.state, after)
            self.state = after

    def undo(self, operation: Operation, before: ProjectState) -> None:
        with connections[self.alias].schema_editor() as editor:
            operation.database_backwards(APP, editor, self.state, before)
        self.state = before

    def rows(self, name: str) -> Any:
        return self.state.apps.get_model(APP, name).objects.using(self.alias)

    def faults(self) -> list[str]:
        """Check every index there should be, and name what should not be there."""
        found, expected = [], set()
        for model in self.state.apps.get_models(include_auto_created=True):
            for field in model._meta.local_fields:
                column = GeometryColumn.of(model._meta.db_table, field)
                if column and column.indexed:
                    expected.add(column.index.strip('"'))
                    found += check_index(connections[self.alias], column)
        with connections[self.alias].cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'")
            there = {name for (name,) in cursor.fetchall()}
        return found + [f"index {name}" for name in there ^ expected]


@pytest.fixture
def walk(tmp_path: Path, django_db_blocker: Any) -> Iterator[Walk]:
    with django_db_blocker.unblock(), sqlite(tmp_path / "schema.sqlite3", "geo_schema") as alias:
        yield Walk(alias)


def create_site() -> ops.CreateModel:
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("place", models.PointField(null=True)),
    ]
    return ops.CreateModel("Site", fields)


def fill(walk: Walk) -> None:
    walk.rows("Site").bulk_create(
        walk.rows("Site").model(name=str(n), place=Point(100 + n / 2, 21.5, srid=4326)) for n in range(20)
    )
    walk.rows("Site").filter(pk__in=[1, 7]).delete()
    walk.rows("Site").create(name="nowhere")


def test_every_change_of_a_table_keeps_rows_and_index(walk: Walk) -> None:
    walk.do(create_site())
    fill(walk)
    before = dict(walk.rows("Site").values_list("name", "place"))
    changes: list[Operation] = [
        ops.AddField("Site", "height", models.FloatField(default=1.0)),
        ops.AlterField("Site", "name", models.CharField(max_length=40, unique=True)),
        ops.RenameField("Site", "place", "spot"),
        ops.AddField("Site", "outline", models.MultiPolygonField(null=True)),
        ops.AddField("Site", "centre", models.PointField(default=Point(106.5, 21.5, srid=4326))),
        ops.RenameModel("Site", "Station"),
        ops.AlterModelTable("Station", "other_table"),
        ops.AddConstraint("Station", models.CheckConstraint(condition=models.Q(height__gt=0), name="tall")),
        ops.AddIndex("Station", models.Index(fields=["height"], name="by_height")),
        ops.AlterField("Station", "outline", models.MultiPolygonField(null=True, spatial_index=False)),
        ops.AlterField("Station", "outline", models.MultiPolygonField(null=True)),
        ops.AlterField("Station", "spot", models.GeometryField(null=True)),
        ops.RemoveField("Station", "centre"),
    ]
    for change in changes:
        walk.do(change)
        assert walk.faults() == [], change.describe()
    assert dict(walk.rows("Station").values_list("name", "spot")) == before
    rows = walk.rows("Station")
    assert rows.filter(spot__within=VIEW).count() == 1
    rows.filter(pk=3).update(spot=Point(106.9, 21.9, srid=4326))
    rows.filter(pk=4).update(outline=MultiPolygon(VIEW, srid=4326))
    assert rows.filter(spot__within=VIEW).count() == 2
    assert rows.get(outline__covers=Point(106.5, 21.5, srid=4326)).pk == 4
    assert walk.faults() == []
    walk.do(ops.DeleteModel("Station"))
    assert walk.faults() == []


def test_changes_go_back(walk: Walk) -> None:
    walk.do(create_site())
    fill(walk)
    for change in (
        ops.RenameModel("Site", "Station"),
        ops.AddField("Site", "outline", models.PolygonField(null=True)),
        ops.RenameField("Site", "place", "spot"),
        ops.RemoveField("Site", "place"),
    ):
        before = walk.state
        walk.do(change)
        walk.undo(change, before)
        assert walk.faults() == [], change.describe()
    assert walk.rows("Site").filter(place__isnull=True).count() == 19


def test_a_generated_point_is_added_and_indexed(walk: Walk) -> None:
    numbers = [("lon", models.FloatField(null=True)), ("lat", models.FloatField(null=True))]
    walk.do(ops.CreateModel("Mast", [("id", models.BigAutoField(primary_key=True)), *numbers]))
    walk.rows("Mast").create(lon=106.5, lat=21.5)
    walk.rows("Mast").create(lon=None, lat=21.5)
    walk.do(ops.AddField("Mast", "point", GeneratedPointField(lon="lon", lat="lat")))
    assert walk.rows("Mast").filter(point__within=VIEW).count() == 1
    walk.rows("Mast").filter(lon=None).update(lon=106.6)
    assert walk.rows("Mast").filter(point__within=VIEW).count() == 2
    walk.do(ops.AddField("Mast", "name", models.CharField(max_length=9, default="x")))
    walk.do(ops.AlterField("Mast", "lon", models.FloatField(default=106.1)))
    assert walk.faults() == []
    assert walk.rows("Mast").filter(point__within=VIEW).count() == 2
    walk.do(ops.RenameModel("Mast", "Tower"))
    assert walk.faults() == []
    walk.do(ops.RemoveField("Tower", "point"))
    assert walk.faults() == []


@pytest.mark.parametrize(
    "field",
    [models.PolygonField(null=True), models.PointField(null=True, srid=3405), models.PointField(null=True, dim=3)],
    ids=["type", "srid", "dim"],
)
def test_a_change_that_the_rows_do_not_bear_is_refused(walk: Walk, field: models.GeometryField) -> None:
    walk.do(create_site())
    fill(walk)
    with pytest.raises(IntegrityError, match=r"site\.place: 18 rows do not fit"):
        walk.do(ops.AlterField("Site", "place", field))
    assert walk.rows("Site").filter(place__within=VIEW).count() == 1
    assert walk.faults() == []


def test_the_sql_of_a_migration_can_be_shown(walk: Walk) -> None:
    """`sqlmigrate` collects statements and runs none."""
    after = walk.state.clone()
    create_site().state_forwards(APP, after)
    with connections[walk.alias].schema_editor(collect_sql=True) as editor:
        create_site().database_forwards(APP, editor, walk.state, after)
    told = "\n".join(editor.collected_sql)
    assert 'CREATE VIRTUAL TABLE "geosqlite_tests_site__place__rtree" USING rtree' in told
    assert walk.faults() == []


def test_a_generated_point_deconstructs_to_its_two_columns() -> None:
    name, path, args, kwargs = GeneratedPointField(lon="x", lat="y", verbose_name="tọa độ").deconstruct()
    assert path == "hatang.geosqlite.fields.GeneratedPointField"
    assert kwargs == {"lon": "x", "lat": "y", "srid": 4326, "verbose_name": "tọa độ"}
    assert (name, list(args)) == (None, [])
