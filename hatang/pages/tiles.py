"""A vector tile of any QuerySet, from PostGIS and from geosqlite alike.

What the QuerySet leaves out, the tile leaves out: who may see what is decided there and nowhere else. PostGIS draws the
tile itself in one query. On SQLite one query through the R*Tree gives raw values, and `core.vector_tiles` draws them.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from threading import Lock
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL
from numpy.typing import NDArray

from hatang.core.vector_tiles import (
    BUFFER,
    CELL_UNITS,
    EXTENT,
    shapes_to_world,
    tile_bounds,
    to_world,
)
from hatang.pages.tile_memory import KEPT, SPENT, Gathering, Things

MOST_POINTS = 16_384
LOOK = 500
FEW_ROWS = 30
PART_OF_ALL = 32
PART = 5_000
TOO_LARGE = (-inf, 1)
ROUGH_DECIMALS = 2
MERCATOR_M = 20_037_508.342789244
SOMEWHERE = (101.23456573486328, 8.765432357788086, 109.87654113769531, 22.123456954956055)
POINT_EWKB = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("lon", "<f8"), ("lat", "<f8")])
NO_OUTLINE = shapely.Polygon()
READING = Lock()

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
Box = tuple[float, float, float, float]
Rows = list[tuple[Any, ...]]
Zxy = tuple[int, int, int]


def tile_of(
    rows: QuerySet[Any],
    *,
    geometry: str | Combinable,
    properties: Mapping[str, str | Combinable],
    z: int,
    x: int,
    y: int,
    layer: str,
    version: str = "",
    **more: Any,
) -> bytes:
    """Draw rows on a vector tile; nothing there gives no bytes. What more can be said stands at `TileSource`."""
    return TileSource(rows, layer, geometry, properties, **more).tile(z, x, y, version=version)


@dataclass(frozen=True)
class TileSource:
    """Rows with a geometry and named properties, ready to be drawn as a layer on any tile; its SQL is made once.

    `geometry` names the field, or says how it is made of the rows, without an index, with its type as output field.
    `feature_id` names the whole number by which a feature is known. Points for which `rough` holds are drawn to two
    decimals of a degree, about a kilometre, and fall on the tile of that point. `most` bounds the points of a tile:
    where there are more, one in each square of 32 units stands for all of them, and `count` says for how many. Where
    there are more lines, one in each square stands for those shorter than its side.
    """

    rows: QuerySet[Any]
    layer: str
    geometry: str | Combinable
    properties: Mapping[str, str | Combinable]
    feature_id: str = "pk"
    rough: Q | None = None
    most: int | None = MOST_POINTS

    def tile(self, z: int, x: int, y: int, *, version: str = "") -> bytes:
        """Draw a tile. `version` names the state of all rows behind; what was read of that state may be kept."""
        try:
            if connections[self.rows.db].vendor == "postgresql":
                return drawn_by_postgis(self, z, x, y)
            return drawn_here(self, (z, x, y), version)
        except EmptyResultSet:
            return b""

    def box(self, z: int, x: int, y: int) -> Box:
        """Give the rectangle in which to look: the tile with its buffer, and as far as a rough point may move."""
        west, south, east, north = tile_bounds(z, x, y, buffer=BUFFER)
        moved = 0.6 * 10**-ROUGH_DECIMALS if self.rough is not None else 0
        return west - moved, south - moved, east + moved, north + moved

    @property
    def geometry_type(self) -> str:
        """What the geometry is, in OGC's word."""
        made: Any = self.geometry
        field = self.rows.model._meta.get_field(made) if isinstance(made, str) else made.output_field
        return str(field.geom_type)

    @property
    def is_indexed(self) -> bool:
        """Whether the rows in a rectangle are found without reading all."""
        return isinstance(self.geometry, str)

    @property
    def of_points(self) -> bool:
        """Whether the geometry is a point."""
        return self.geometry_type == "POINT"

    @property
    def of_lines(self) -> bool:
        """Whether the geometry is a line."""
        return self.geometry_type in ("LINESTRING", "MULTILINESTRING")

    @property
    def place(self) -> dict[str, Combinable]:
        """Name what places a row: its key, its geometry, and whether that is to be rough."""
        shape = F(self.geometry) if isinstance(self.geometry, str) else self.geometry
        place: dict[str, Combinable] = {"tile_pk": F("pk"), "tile_geometry": shape}
        if self.rough is not None:
            place["tile_rough"] = ExpressionWrapper(self.rough, BooleanField())
        return place

    @property
    def facts(self) -> dict[str, Combinable]:
        """Name what a row says: its id, and its properties by their numbers."""
        named = (F(asked) if isinstance(asked, str) else asked for asked in self.properties.values())
        return {"tile_id": F(self.feature_id)} | {f"tile_{nth}": asked for nth, asked in enumerate(named)}

    @property
    def somewhere(self) -> QuerySet[Any]:
        """Keep the rows whose box meets a rectangle that is put in later."""
        box = Polygon.from_bbox(SOMEWHERE)
        box.srid = 4326
        rows, name = self.placed
        return rows.filter(**{f"{name}__bboverlaps": box}).order_by()

    @property
    def placed(self) -> tuple[QuerySet[Any], str]:
        """Give the rows, and the name by which their geometry is asked for."""
        if isinstance(self.geometry, str):
            return self.rows, self.geometry
        return self.rows.alias(tile_place=self.geometry), "tile_place"

    @cached_property
    def here(self) -> Asked:
        """Ask all about the rows in a rectangle."""
        return asked(self.somewhere, self.place | self.facts)

    @cached_property
    def some_here(self) -> Asked:
        """Ask all about the rows in a rectangle, and no more than one too many."""
        return asked(self.somewhere[: (self.most or 0) + 1], self.place | self.facts)

    @cached_property
    def places_here(self) -> Asked:
        """Ask where the rows in a rectangle lie."""
        return asked(self.somewhere, self.place)

    @cached_property
    def everywhere(self) -> Asked:
        """Ask all about all rows that have a geometry."""
        rows, name = self.placed
        return asked(rows.filter(**{f"{name}__isnull": False}).order_by(), self.place | self.facts)

    @cached_property
    def identity(self) -> tuple[Hashable, ...]:
        """Tell these rows, and what they say, from all others."""
        return (self.rows.db, self.everywhere.sql, repr(self.everywhere.params), *self.properties)

    def chosen(self, keys: Iterable[int]) -> Asked:
        """Ask all about the rows of many keys, sent as one parameter."""
        return asked(among(self.rows.order_by(), keys), self.place | self.facts)


@dataclass(frozen=True)
class Asked:
    """A QuerySet as SQL to be sent as it is, with the fields of its columns."""

    sql: str
    params: tuple[Any, ...]
    using: str
    fields: Mapping[str, Any]

    def within(self, box: Box) -> tuple[Any, ...]:
        """Give the parameters with the rectangle put in for the one that stands for it."""
        sides = dict(zip(SOMEWHERE, box, strict=True))
        return tuple(
            self.adapted(box) if hasattr(value, "ewkb") else sides.get(value, value) if type(value) is float else value
            for value in self.params
        )

    def adapted(self, box: Box) -> Any:
        """Give the rectangle as the database takes it."""
        polygon = Polygon.from_bbox(box)
        polygon.srid = 4326
        return connections[self.using].ops.Adapter(polygon)  # type: ignore[attr-defined]

    def read(self, params: Sequence[Any], most: int) -> Rows:
        """Give the first rows as the driver has them."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, params)
            rows: Rows = cursor.fetchmany(most)
            return rows

    def count(self, params: Sequence[Any]) -> int:
        """Count the rows."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.sql})", params)  # noqa: S608 (from Django's compiler)
            return int(cursor.fetchone()[0])

    def in_parts(self, params: Sequence[Any]) -> Iterator[Rows]:
        """Give the rows part by part."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, params)
            while rows := cursor.fetchmany(PART):
                yield rows

    def is_truth(self, name: str) -> bool:
        """Whether a column holds yes and no, which SQLite writes as 1 and 0."""
        return isinstance(self.fields[name], BooleanField)

    def columns(self, rows: Rows) -> dict[str, Sequence[Any]]:
        """Turn rows, of which there is at least one, into named columns."""
        return dict(zip(self.fields, zip(*rows, strict=True), strict=True))


def asked(rows: QuerySet[Any], columns: Mapping[str, Any]) -> Asked:
    """Compile a QuerySet of named columns, geometries raw."""
    query = rows.annotate(**columns).values_list(*columns).query
    query.subquery = True
    sql, params = query.get_compiler(using=rows.db).as_sql()
    expressions = query.annotation_select
    return Asked(sql, tuple(params), rows.db, {name: expressions[name].output_field for name in columns})


def among(rows: QuerySet[Any], keys: Iterable[int]) -> QuerySet[Any]:
    """Keep the rows of many keys."""
    if connections[rows.db].vendor == "postgresql":
        return rows.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(keys)]))
    return rows.filter(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))]))


# PostGIS draws


def drawn_by_postgis(source: TileSource, z: int, x: int, y: int) -> bytes:
    """Draw with ST_AsMVT in one query; where there are too many points, find first who stands for whom."""
    bounded = source.most is not None and (source.of_points or source.of_lines)
    ask = source.some_here if bounded else source.here
    shape = postgis_shape(source, z, x, y)
    content, count = postgis_tile(source, ask, ask.within(source.box(z, x, y)), shape)
    if not bounded or count <= (source.most or 0):
        return content
    if source.of_lines:
        ask = source.chosen(postgis_lines(source, source.box(z, x, y), z))
        return postgis_tile(source, ask, ask.params, shape)[0]
    counts = postgis_counts(source, source.box(z, x, y), shape)
    ask = source.chosen(counts)
    return postgis_tile(source, ask, ask.params, shape, counts)[0]


def postgis_shape(source: TileSource, z: int, x: int, y: int) -> str:
    """Write how a row's geometry comes to the tile's grid; points among lines and areas have no outline."""
    shape = "a.tile_geometry"
    if source.geometry_type == "GEOMETRY":
        shape = f"CASE WHEN ST_Dimension({shape}) > 0 THEN {shape} END"
    if source.rough is not None:
        step = 10**-ROUGH_DECIMALS
        shape = f"CASE WHEN a.tile_rough THEN ST_SnapToGrid({shape}, {step}) ELSE {shape} END"
    envelope = f"ST_TileEnvelope({z:d}, {x:d}, {y:d})"
    return f"ST_AsMVTGeom(ST_Transform({shape}, 3857), {envelope}, {EXTENT}, {BUFFER}, true)"


def postgis_tile(
    source: TileSource, ask: Asked, params: Sequence[Any], shape: str, counts: Mapping[int, int] | None = None
) -> tuple[bytes, int]:
    """Draw rows; give the tile and how many rows there were."""
    quoted = map(connections[ask.using].ops.quote_name, source.properties)
    names = [f"a.tile_{nth} AS {name}" for nth, name in enumerate(quoted)]
    joined, more = "", []
    if counts is not None:
        names.append('n.count AS "count"')
        joined = " JOIN unnest(%s::bigint[], %s::int[]) AS n(pk, count) ON n.pk = a.tile_pk"
        more = [list(counts), list(counts.values())]
    drawn = ", ".join([f"{shape} AS geom", "a.tile_id AS id", *names])
    sql = (  # pieces from Django's compiler, and the layers' own names
        f"WITH a AS MATERIALIZED ({ask.sql}), d AS (SELECT {drawn} FROM a{joined}) SELECT "  # noqa: S608
        "(SELECT ST_AsMVT(d, %s, %s, 'geom', 'id') FROM d WHERE geom IS NOT NULL), (SELECT count(*) FROM a)"
    )
    with connections[ask.using].cursor() as cursor:
        cursor.execute(sql, (*params, *more, source.layer, EXTENT))
        content, count = cursor.fetchone()
    return bytes(content or b""), count


def postgis_counts(source: TileSource, box: Box, shape: str) -> dict[int, int]:
    """Let the point of least key in each square stand for the square: give its key and how many there are."""
    ask = source.places_here
    sql = (
        f"WITH a AS ({ask.sql}), d AS (SELECT tile_pk, {shape} AS geom FROM a) "  # noqa: S608
        "SELECT min(tile_pk), count(*) FROM d WHERE geom IS NOT NULL "
        f"GROUP BY floor(ST_X(geom) / {CELL_UNITS}), floor(ST_Y(geom) / {CELL_UNITS})"
    )
    with connections[ask.using].cursor() as cursor:
        cursor.execute(sql, ask.within(box))
        return dict(cursor.fetchall())


def postgis_lines(source: TileSource, box: Box, z: int) -> list[int]:
    """Name the lines as long as a square, and of shorter ones whose middle shares a square that of least key."""
    ask, unit = source.places_here, 2 * MERCATOR_M / (2**z * EXTENT)
    sql = (
        f"WITH a AS ({ask.sql}), b AS (SELECT tile_pk, Box2D(ST_Transform(tile_geometry, 3857)) AS box FROM a), "  # noqa: S608
        "d AS (SELECT tile_pk, ST_XMin(box) AS west, ST_XMax(box) AS east, ST_YMin(box) AS south, ST_YMax(box) AS north"
        " FROM b) SELECT min(tile_pk) FROM d GROUP BY CASE WHEN greatest(east - west, north - south) >= %s "
        "THEN tile_pk END, floor((west + east) / 2 / %s), floor((south + north) / 2 / %s)"
    )
    side = unit * CELL_UNITS
    with connections[ask.using].cursor() as cursor:
        cursor.execute(sql, (*ask.within(box), side, side, side))
        return [key for (key,) in cursor.fetchall()]


# SQLite gives raw values, core draws


def drawn_here(source: TileSource, zxy: Zxy, version: str) -> bytes:
    """Draw from memory, or from the rows at the tile."""
    things = things_at(source, zxy, version)
    if things is None:
        return b""
    return things.tile(source.layer, zxy, source.most)


def things_at(source: TileSource, zxy: Zxy, version: str) -> Things | None:
    """Give what may lie on a tile: all of the layer where it is kept, else what is read now; None for nothing."""
    key = (version, *source.identity)
    kept: Things | None = KEPT.get(key) if version else None
    if kept is not None:
        return kept
    if version and not source.is_indexed and (kept := read_whole(source, key)):
        return kept
    ask = source.here
    params = ask.within(source.box(*zxy))
    rows = ask.read(params, LOOK)
    count = len(rows) if len(rows) < LOOK else ask.count(params)
    if version and worth_keeping(source, key, count) and (kept := read_whole(source, key)):
        return kept
    return gathered(source, ask, filter(None, [rows]) if len(rows) < LOOK else ask.in_parts(params))


def worth_keeping(source: TileSource, key: Hashable, count: int) -> bool:
    """Tell whether so much was read tile by tile that reading all of the layer at once costs hardly more.

    Which begins anew after that, so that layers too large to be kept side by side do not read each other away.
    """
    spent, whole = SPENT.get(key) or (0, source.rows.count())
    spent += PART_OF_ALL * (FEW_ROWS + count)
    SPENT.keep(key, (spent, whole), 1)
    return bool(0 < whole <= spent)


def read_whole(source: TileSource, key: Hashable) -> Things | None:
    """Read all of a layer and keep it; None, from then on, where it is too large for that. One thread reads."""
    with READING:
        kept: Things | None = KEPT.get(key)
        if kept is None and SPENT.get(key) != TOO_LARGE:
            ask = source.everywhere
            kept = gathered(source, ask, ask.in_parts(ask.params), KEPT.most)
            if kept is None:
                SPENT.keep(key, TOO_LARGE, 1)
            else:
                KEPT.keep(key, kept, kept.size)
                SPENT.keep(key, (0, len(kept.ids)), 1)
        return kept


def gathered(source: TileSource, ask: Asked, parts: Iterable[Rows], most: float = inf) -> Things | None:
    """Turn rows into arrays; None where there are no rows, or they take more memory than so many vertices."""
    truths = [name for nth, name in enumerate(source.properties) if ask.is_truth(f"tile_{nth}")]
    gathering = Gathering(list(source.properties), truths)
    for rows in parts:
        columns = ask.columns(rows)
        gathering.take(columns, points(columns) if source.of_points else outlines(columns))
        if gathering.size > most:
            return None
    return gathering.things()


def points(columns: Mapping[str, Sequence[Any]]) -> Floats:
    """Place EWKB points on the square of `to_world`, the rough ones rounded."""
    read = np.frombuffer(b"".join(columns["tile_geometry"]), POINT_EWKB)
    lon_lat = np.column_stack((read["lon"], read["lat"]))
    if rough := columns.get("tile_rough"):
        lon_lat = np.where(np.array(rough, np.bool_)[:, None], lon_lat.round(ROUGH_DECIMALS), lon_lat)
    return to_world(lon_lat)


def outlines(columns: Mapping[str, Sequence[Any]]) -> Shapes:
    """Place EWKB shapes on the square of `to_world`; points among lines and areas have no outline."""
    shapes = shapely.from_wkb(np.array(columns["tile_geometry"], object))
    shapes[shapely.get_dimensions(shapes) == 0] = NO_OUTLINE
    return shapes_to_world(shapes)
