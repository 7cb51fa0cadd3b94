"""The register as files: XLSX, CSV, GeoPackage, GeoJSON, KML, OFDS; what one may see of it, and nothing else."""

from hatang.network.services.exports.asking import Asked
from hatang.network.services.exports.columns import ALL, TABLES
from hatang.network.services.exports.making import (
    AT_ONCE_ROWS,
    FORMATS,
    Export,
    export_of,
    file_of,
    made_for,
    response,
    start_export,
    too_large,
    write_export,
)
from hatang.network.services.exports.reading import Sheet, on_day, rows_in, tables_for

__all__ = [
    "ALL",
    "AT_ONCE_ROWS",
    "FORMATS",
    "TABLES",
    "Asked",
    "Export",
    "Sheet",
    "export_of",
    "file_of",
    "made_for",
    "on_day",
    "response",
    "rows_in",
    "start_export",
    "tables_for",
    "too_large",
    "write_export",
]
