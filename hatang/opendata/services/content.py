"""The content of a version: a line of JSON for each row, named by its hash; read once, then held in memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.http import Http404
from numpy.typing import NDArray

from hatang.core.vietnamese import search_key
from hatang.opendata.catalogue import GEOMETRY, MARK, Dataset, Field, Row
from hatang.opendata.models import DatasetVersion
from hatang.pages.tile_memory import Memory

log = logging.getLogger("hatang.opendata")

FOLDER = "du-lieu-mo"
DECIMALS = 6
"""About ten centimetres: as fine as anything here is known."""
NUMBER_DECIMALS = 6
SIZE_PER_BYTE = 8
MOST_BYTES = 400_000_000
SHEETS = Memory(most=MOST_BYTES)
Indices = NDArray[np.int64]


class Withdrawn(Exception):  # noqa: N818 - no fault: rows of it are no longer for everybody
    """A version's content was taken away."""


def compact(value: Any) -> str:
    """Write JSON without blanks, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def plain(value: Any, kind: str) -> Any:
    """Write a cell as JSON can hold it."""
    if value is None or value == "":
        return None if kind != "text" else ""
    if kind == "day":
        return value.isoformat()
    if kind == "number":
        return round(float(value), NUMBER_DECIMALS)
    return value if kind in ("whole", "yes_no") else str(value)


def shape_text(shape: Any) -> str:
    """Write a geometry as GeoJSON, rounded."""
    if shape is None:
        return "null"
    return str(shapely.to_geojson(shapely.transform(shape, lambda points: np.round(points, DECIMALS))))


def line_of(row: Row, fields: Sequence[Field], shaped: bool) -> str:
    """Write one row: its cells in the order of the fields, then its geometry."""
    cells = [compact(plain(row.get(field.name), field.kind)) for field in fields]
    return f"[{','.join(cells + ([shape_text(row.get(GEOMETRY))] if shaped else []))}]"


def content_of(dataset: Dataset, rows: Iterable[Row]) -> bytes:
    """Write a dataset's rows in the form that is hashed and kept, its fields first."""
    fields = [[field.name, field.title, field.kind, field.unit] for field in dataset.fields]
    lines = [compact({"fields": fields, "key": dataset.key, "shape": dataset.shape})]
    lines += [line_of(row, dataset.fields, bool(dataset.shape)) for row in rows]
    return "\n".join(lines).encode()


@dataclass(frozen=True, eq=False)
class Sheet:
    """The rows of a version: cells in the order of the fields, and shapes beside them where the dataset has any."""

    fields: tuple[Field, ...]
    key: tuple[str, ...]
    shape: str
    rows: list[list[Any]]
    shape_texts: list[str]

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each field stands in a row."""
        return {field.name: n for n, field in enumerate(self.fields)}

    @cached_property
    def named(self) -> dict[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    @cached_property
    def ids(self) -> list[int | str]:
        """What tells each row apart: a number, or the cells of the key joined."""
        places = [self.place[name] for name in self.key]
        if len(places) == 1:
            return [row[places[0]] for row in self.rows]
        return [".".join(str(row[n]) for n in places) for row in self.rows]

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Where the row with an id stands."""
        return {str(name): n for n, name in enumerate(self.ids)}

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The geometry of each row, None where it has none."""
        texts = np.array([None if text == "null" else text for text in self.shape_texts], dtype=object)
        return shapely.from_geojson(texts) if len(texts) else texts

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Find rows by their place."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def properties(self) -> list[str]:
        """Each row as the text of a JSON object."""
        heads = [compact(field.name) + ":" for field in self.fields]
        return ["{" + ",".join(h + compact(c) for h, c in zip(heads, row, strict=True)) + "}" for row in self.rows]

    @cached_property
    def features(self) -> list[str]:
        """Each row as the text of a GeoJSON feature in WGS 84, longitude first."""
        return [self.feature(n, text) for n, text in enumerate(self.shape_texts)]

    def feature(self, n: int, shape: str) -> str:
        """Write a row as a feature with a geometry that is already text."""
        name, said = compact(self.ids[n]), self.properties[n]
        return f'{{"type":"Feature","id":{name},"geometry":{shape},"properties":{said}}}'

    @cached_property
    def search_texts(self) -> list[str]:
        """The words of each row without accents."""
        texts = [n for n, field in enumerate(self.fields) if field.kind == "text"]
        return [search_key(" ".join(str(row[n]) for n in texts)) for row in self.rows]

    def column(self, name: str) -> list[Any]:
        """Give the cells of a field."""
        n = self.place[name]
        return [row[n] for row in self.rows]

    def record(self, n: int) -> Row:
        """Give a row with its names."""
        return dict(zip(self.place, self.rows[n], strict=True))


def sheet_of(content: bytes) -> Sheet:
    """Read what `content_of` wrote."""
    head, *lines = content.decode().split("\n")
    said = json.loads(head)
    fields = tuple(Field(*field) for field in said["fields"])
    if not said["shape"]:
        return Sheet(fields, tuple(said["key"]), "", [json.loads(line) for line in lines], [])
    rows = [json.loads(line) for line in lines]
    texts = [compact(row.pop()) for row in rows]
    return Sheet(fields, tuple(said["key"]), said["shape"], rows, texts)


def digest(content: bytes) -> str:
    """Name content by its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def path_of(version: DatasetVersion) -> Path:
    """Give where a version's content lies: among the stored files, so that backups hold it."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER / version.dataset / str(version.province_id)
    return folder / f"{version.number}-{version.sha256[:16]}.jsonl.gz"


def keep_content(version: DatasetVersion, content: bytes) -> None:
    """Put a version's content on the disk, whole or not at all."""
    path = path_of(version)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(gzip.compress(content, 6, mtime=0))
    partial.replace(path)


def read_sheet(version: DatasetVersion) -> Sheet:
    """Give a version's rows. Raises Withdrawn when they are no longer for everybody."""
    if version.withdrawn_at is not None:
        raise Withdrawn
    key = (version.pk, version.sha256)
    sheet: Sheet | None = SHEETS.get(key)
    if sheet is None:
        content = kept_content(version)
        sheet = sheet_of(content)
        SHEETS.keep(key, sheet, len(content) * SIZE_PER_BYTE)
    return sheet


def kept_content(version: DatasetVersion) -> bytes:
    """Read a version's content from the disk."""
    try:
        return gzip.decompress(path_of(version).read_bytes())
    except FileNotFoundError as error:
        log.exception("content of open data is not on the disk", extra={"version": version.pk})
        raise Http404("Nội dung của bản này không còn trong kho lưu.") from error


def days_of(sheet: Sheet, dataset: Dataset) -> tuple[date | None, date | None]:
    """Give the first and last day of which the rows speak; what began and has not ended has no last."""
    names = [name for name in (dataset.since, dataset.until) if name]
    days = [date.fromisoformat(cell) for name in names for cell in sheet.column(name) if cell]
    if not days and "nam" in sheet.place:
        years = [int(year) for year in sheet.column("nam") if year]
        return (date(min(years), 1, 1), date(max(years), 12, 31)) if years else (None, None)
    lasting = bool(dataset.shape) and not dataset.until
    return (min(days), None if lasting else max(days)) if days else (None, None)


def box_of(sheet: Sheet) -> tuple[float, float, float, float] | None:
    """Give the box of all that has a place."""
    if not sheet.shape or not len(sheet.shapes):
        return None
    west, south, east, north = shapely.total_bounds(sheet.shapes).tolist()
    return None if np.isnan(west) else (west, south, east, north)


def is_simulated(sheet: Sheet) -> bool:
    """Tell whether any row carries the mark."""
    return MARK in sheet.place and any(sheet.column(MARK))
