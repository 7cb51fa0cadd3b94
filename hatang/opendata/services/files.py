"""A version as files: made when somebody first asks, kept beside it, the same bytes ever after."""

from __future__ import annotations

import csv
import gzip
import io
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hatang.core.xlsx_writing import BookWriter
from hatang.network.services.exports.geopackage import ARRAYS
from hatang.opendata.catalogue import Dataset, Field
from hatang.opendata.models import DatasetVersion
from hatang.opendata.services.content import Sheet, Withdrawn, compact, read_sheet
from hatang.opendata.services.derived import folder_of
from hatang.pages.lists import SIMULATED_LINE, harmless

SDMX_AGENCY = "VN_HATANG"
SDMX_VERSION = "1.0"


@dataclass(frozen=True)
class Given:
    """What a file is made of."""

    dataset: Dataset
    version: DatasetVersion
    sheet: Sheet

    @property
    def title(self) -> str:
        """What the file says it holds."""
        mark = f" ({SIMULATED_LINE})" if self.version.simulated else ""
        return f"{self.dataset.title}, {self.version.province.full_name}{mark}"


@dataclass(frozen=True)
class Format:
    """A format: its name before people, its media type, how it is written, and whether it needs shapes."""

    ending: str
    label: str
    media_type: str
    write: Callable[[Path, Given], None]
    drawn: bool = False
    packed: bool = False
    """Whether it is compressed by itself, so that gzip would add nothing."""
    authority: str = ""
    """Its name in the list of file types that DCAT-AP wants."""


def cell_of(value: Any, field: Field) -> Any:
    """Give a cell as spreadsheets hold it."""
    if value is None or field.kind not in ("day", "yes_no"):
        return value
    return date.fromisoformat(value) if field.kind == "day" else ("có" if value else "không")


def write_csv(path: Path, given: Given) -> None:
    """Write CSV (RFC 4180) in UTF-8 with its mark, days as yyyy-mm-dd; no cell that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([field.name for field in given.sheet.fields])
    writer.writerows([[csv_cell(cell) for cell in row] for row in given.sheet.rows])
    path.write_bytes(("\ufeff" + text.getvalue()).encode())


def csv_cell(value: Any) -> Any:
    """Write a cell: truth as true or false, numbers as they are, text that is no formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value)


def about(given: Given) -> dict[str, Any]:
    """Say what a file of JSON holds."""
    version = given.version
    return {
        "title": given.title,
        "dataset": version.dataset,
        "province": version.province.code,
        "version": version.number,
        "sha256": version.sha256,
        "made_at": version.made_at.isoformat(),
        "simulated": version.simulated,
        "fields": [{"name": f.name, "title": f.title, "kind": f.kind, "unit": f.unit} for f in given.sheet.fields],
    }


def write_json(path: Path, given: Given) -> None:
    """Write what the file holds, then its rows as objects."""
    path.write_text(f'{compact(about(given))[:-1]},"rows":[{",".join(given.sheet.properties)}]}}', encoding="utf-8")


def write_geojson(path: Path, given: Given) -> None:
    """Write GeoJSON (RFC 7946)."""
    said, features = compact(about(given))[1:-1], ",".join(given.sheet.features)
    path.write_text(f'{{"type":"FeatureCollection",{said},"features":[{features}]}}', encoding="utf-8")


def write_xlsx(path: Path, given: Given) -> None:
    """Write a workbook: the rows under their Vietnamese headings, and a sheet that says what they are."""
    fields = given.sheet.fields
    rows = [[cell_of(cell, f) for cell, f in zip(row, fields, strict=True)] for row in given.sheet.rows]
    told: list[list[Any]] = [
        ["Bộ dữ liệu", given.title],
        ["Mô tả", given.dataset.description],
        ["Nguồn", given.dataset.source],
        ["Bản số", given.version.number],
        ["SHA-256", given.version.sha256],
        ["Cột", "Tên trong tệp CSV, JSON"],
        *([field.heading, field.name] for field in fields),
    ]
    head = [[field.heading for field in fields]]
    with BookWriter(path) as book:
        widths = [max(12, min(40, len(field.heading) + 2)) for field in fields]
        book.write_sheet("Dữ liệu", head + rows, widths=widths, bold_rows=1, frozen=(0, 1))
        book.write_sheet("Giải thích", told, widths=[40, 80])


def array_of(values: list[Any], kind: str) -> np.ndarray[Any, Any]:
    """Give a column's cells as GDAL takes them."""
    made = ARRAYS.get(kind)
    return made(values) if made else np.array([value or None for value in values], dtype=object)


def write_gpkg(path: Path, given: Given) -> None:
    """Write a GeoPackage of one layer, or of one table where nothing has a place."""
    import pyogrio.raw

    sheet = given.sheet
    cells = [sheet.column(field.name) for field in sheet.fields]
    drawn = {"geometry_type": drawn_as(sheet), "crs": "EPSG:4326"} if sheet.shape else {}
    pyogrio.raw.write(
        path,
        geometry=np.asarray(shapely.to_wkb(as_drawn(sheet)), dtype=object) if sheet.shape else None,
        field_data=[array_of(column, f.kind) for column, f in zip(cells, sheet.fields, strict=True)],
        field_mask=[np.array([cell is None for cell in column], dtype=bool) for column in cells],
        fields=[field.name for field in sheet.fields],
        layer=given.version.dataset,
        driver="GPKG",
        layer_options={"DESCRIPTION": given.title},
        **drawn,
    )


def drawn_as(sheet: Sheet) -> str:
    """Name the geometry type of a layer; areas that still lack a boundary stand there as points."""
    if sheet.shape == "Point":
        return "Point"
    areas = [shape is None or shape.geom_type in ("Polygon", "MultiPolygon") for shape in sheet.shapes]
    return "MultiPolygon" if all(areas) else "Unknown"


def as_drawn(sheet: Sheet) -> list[Any]:
    """Give the shapes of a layer, areas all as multipolygons."""
    shapes = sheet.shapes.tolist()
    return [shapely.MultiPolygon([s]) if s is not None and s.geom_type == "Polygon" else s for s in shapes]


def write_parquet(path: Path, given: Given) -> None:
    """Write Parquet, with geometry as GeoParquet 1.1 has it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sheet = given.sheet
    kinds = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes_no": pa.bool_()}
    columns, schema = [], []
    for field in sheet.fields:
        cells = sheet.column(field.name)
        if field.kind == "day":
            cells = [date.fromisoformat(cell) if cell else None for cell in cells]
        columns.append(pa.array(cells, kinds.get(field.kind, pa.date32())))
        schema.append(pa.field(field.name, columns[-1].type, metadata={"title": field.heading}))
    said = {"hatang": compact(about(given))}
    if sheet.shape:
        columns.append(pa.array(shapely.to_wkb(as_drawn(sheet)), pa.binary()))
        schema.append(pa.field("geometry", pa.binary()))
        said["geo"] = json.dumps(geo_of(sheet, given.version))
    pq.write_table(pa.Table.from_arrays(columns, schema=pa.schema(schema, metadata=said)), path, compression="zstd")


def geo_of(sheet: Sheet, version: DatasetVersion) -> dict[str, Any]:
    """Say of the geometry column what GeoParquet wants said."""
    types = sorted({shape.geom_type for shape in as_drawn(sheet) if shape is not None})
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": types}
    if version.box:
        column["bbox"] = list(version.box)
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


SDMX_LEADS = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
SDMX_DIMENSIONS = {
    "INDICATOR": "ma_chi_tieu",
    "METHOD": "ma_cach_tinh",
    "REF_AREA": "ma_noi",
    "TIME_PERIOD": "nam",
}
SDMX_MEASURE = {"OBS_VALUE": "gia_tri"}
SDMX_ATTRIBUTES = {
    "UNIT_MEASURE": "don_vi",
    "NUMERATOR": "tu_so",
    "DENOMINATOR": "mau_so",
    "COLLECTION": "cach_co",
    "OBS_DATE": "tinh_den",
    "SIMULATED": "mo_phong",
}


def write_sdmx(path: Path, given: Given) -> None:
    """Write SDMX-CSV 2.0: one observation a line, the whole of a data flow in place of what there was."""
    named = SDMX_DIMENSIONS | SDMX_MEASURE | SDMX_ATTRIBUTES
    places = [given.sheet.place[name] for name in named.values()]
    flow = f"{SDMX_AGENCY}:DF_INDICATORS({SDMX_VERSION})"
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*SDMX_LEADS, *named])
    for row in given.sheet.rows:
        writer.writerow(["dataflow", flow, "R", *(csv_cell(row[n]) for n in places)])
    path.write_bytes(text.getvalue().encode())


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE = (
    Format("csv", "CSV", "text/csv; charset=utf-8", write_csv, authority="CSV"),
    Format("json", "JSON", "application/json", write_json, authority="JSON"),
    Format("geojson", "GeoJSON", "application/geo+json", write_geojson, drawn=True, authority="GEOJSON"),
    Format("gpkg", "GeoPackage", "application/geopackage+sqlite3", write_gpkg, packed=True, authority="GPKG"),
    Format("parquet", "Parquet", "application/vnd.apache.parquet", write_parquet, packed=True, authority="PARQUET"),
    Format("xlsx", "Excel", XLSX, write_xlsx, packed=True, authority="XLSX"),
)
SDMX = Format("sdmx.csv", "SDMX-CSV", "application/vnd.sdmx.data+csv;version=2.0.0", write_sdmx, authority="CSV")


def formats_of(dataset: Dataset) -> list[Format]:
    """List the formats in which a dataset is given."""
    return [f for f in TABLE if dataset.shape or not f.drawn] + ([SDMX] if dataset.sdmx else [])


def format_named(dataset: Dataset, ending: str) -> Format | None:
    """Give a dataset's format by its ending."""
    return next((f for f in formats_of(dataset) if f.ending == ending), None)


def file_of(dataset: Dataset, version: DatasetVersion, kind: Format) -> Path:
    """Give a version's file of a format, made now if nobody asked before. Raises Withdrawn."""
    if version.withdrawn_at is not None:
        raise Withdrawn
    path = folder_of(version) / f"{dataset.slug}-{version.province.code}.{kind.ending}"
    if not path.exists():
        given = Given(dataset, version, read_sheet(version))
        made_once(path, lambda partial: kind.write(partial, given))
    return path


def packed(path: Path) -> Path:
    """Give a file's gzip, made now if nobody asked before."""
    target = path.with_name(f"{path.name}.gz")
    if not target.exists():
        made_once(target, lambda partial: write_packed(partial, path))
    return target


def write_packed(target: Path, path: Path) -> None:
    """Compress a file."""
    target.write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))


def made_once(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place, then put it there whole; two who do so at once do no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{secrets.token_hex(6)}-{path.name}")
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
