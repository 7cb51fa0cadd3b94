"""GeoPackage (OGC 12-128r19): a SQLite file opened read-only, its features walked by a cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from hatang.core import legacy_vietnamese
from hatang.core.vector_files.faults import Limits, ShapeError, VectorFileError
from hatang.core.vector_files.raw import Facts, RawFeature, clean_properties
from hatang.core.vector_files.well_known import from_wkb
from hatang.core.vietnamese import number

NOT_GPKG = ("Tệp là cơ sở dữ liệu SQLite nhưng không phải GeoPackage.", "Xuất ra GeoPackage từ QGIS.")
BROKEN = ("Tệp GeoPackage bị hỏng hoặc bị cắt cụt.", "Tải lại hoặc xuất lại tệp.")
ENVELOPES = (0, 32, 48, 48, 64)
LAYERS = """
select c.table_name, g.column_name, g.srs_id from gpkg_contents c
join gpkg_geometry_columns g on g.table_name = c.table_name where c.data_type = 'features' order by c.rowid
"""

FAULTS = (sqlite3.Error, OverflowError, UnicodeDecodeError)
"""What a broken file makes sqlite raise; its own message may quote bytes that are no text."""


def opened(path: Path, limits: Limits) -> sqlite3.Connection:
    """Open a GeoPackage so that nothing in it can write, call out, or hand over more than one feature may hold."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.feature_bytes)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.execute("pragma trusted_schema = off")
    connection.execute("pragma query_only = on")
    connection.execute("pragma cell_size_check = on")
    connection.text_factory = text
    return connection


def text(raw: bytes) -> str:
    """Read a text that should be UTF-8; what is not is shown as such."""
    return legacy_vietnamese.readable(raw, "UTF-8") or raw.decode("utf-8", "replace")


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def layers_of(path: Path, limits: Limits) -> list[tuple[str, str, int]]:
    """Give (table, geometry column, system) of each layer that is a plain table."""
    try:
        with closing(opened(path, limits)) as connection:
            tables = connection.execute("select name, sql from sqlite_master where type = 'table'").fetchall()
            plain = {name for name, sql in tables if sql and not sql.lstrip().lower().startswith("create virtual")}
            if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= plain:
                raise VectorFileError(*NOT_GPKG)
            return [row for row in connection.execute(LAYERS).fetchmany(1000) if row[0] in plain]
    except FAULTS as error:
        raise VectorFileError(*BROKEN) from error


class GeoPackageReader:
    """One layer of a GeoPackage."""

    def __init__(self, path: Path, layer: tuple[str, str, int], limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.table, self.column, srs = layer
        try:
            with closing(opened(path, limits)) as connection:
                described = connection.execute(f"pragma table_info({quoted(self.table)})").fetchall()
                self.names = [str(row[1]) for row in described if row[1].lower() != self.column.lower()]
                self.facts = Facts(crs=srs_text(connection, srs))
        except FAULTS as error:
            raise VectorFileError(*BROKEN) from error
        if len(self.names) > limits.fields:
            raise VectorFileError(f"Quá nhiều trường; tối đa {number(limits.fields)}.", "Bỏ các trường thừa.")
        self.facts.fields = dict.fromkeys(clean_properties(((name, None) for name in self.names), set()))

    def walk(self) -> Iterator[RawFeature]:
        """Give every row."""
        listed = ", ".join(quoted(name) for name in (self.column, *self.names))
        try:
            with closing(opened(self.path, self.limits)) as connection:
                rows = connection.execute(f"select {listed} from {quoted(self.table)}")  # noqa: S608
                for count, (blob, *values) in enumerate(rows, start=1):
                    yield built(count, blob, list(zip(self.names, values, strict=True)))
        except FAULTS as error:
            raise VectorFileError(*BROKEN) from error


def srs_text(connection: sqlite3.Connection, srs: int) -> str:
    """Give a system's code where it has one, else its definition; -1 and 0 are none."""
    found = connection.execute(
        "select organization, organization_coordsys_id, definition from gpkg_spatial_ref_sys where srs_id = ?", [srs]
    ).fetchone()
    if found is None or srs in (-1, 0):
        return ""
    organization, code, definition = found
    return f"EPSG:{code}" if str(organization).upper() == "EPSG" else str(definition)


def built(count: int, blob: object, row: list[tuple[str, object]]) -> RawFeature:
    """Build one feature out of a row, or say why it cannot be."""
    notes: set[str] = set()
    properties = clean_properties(row, notes)
    try:
        shape = shape_of(blob, notes)
    except ShapeError as fault:
        return RawFeature(count, properties, None, frozenset(notes), str(fault))
    return RawFeature(count, properties, shape, frozenset(notes))


def shape_of(blob: object, notes: set[str]) -> BaseGeometry:
    """Read a geometry blob: "GP", version, flags, system, envelope, then WKB."""
    if blob is None:
        raise ShapeError("Không có hình (geometry trống).")
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        raise ShapeError("Hình không đúng định dạng GeoPackage.")
    envelope = (blob[3] >> 1) & 7
    if blob[3] & 32 or envelope >= len(ENVELOPES):
        raise ShapeError("Hình thuộc loại mở rộng của GeoPackage, không đọc được.")
    return from_wkb(blob[8 + ENVELOPES[envelope] :], notes)
