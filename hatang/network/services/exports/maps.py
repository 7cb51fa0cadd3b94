"""GeoJSON and KML of the register."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import shapely
from django.core.exceptions import ValidationError

from hatang.core.kml import Placemark, Style, kml_document
from hatang.core.vietnamese import number
from hatang.network.services.exports.asking import Asked
from hatang.network.services.exports.columns import Table
from hatang.network.services.exports.looks import look_of
from hatang.network.services.exports.reading import Sheet, rows_in
from hatang.network.services.exports.sheets import Step
from hatang.pages.lists import SIMULATED_LINE

MOST_PLACEMARKS = 50_000
ROUGH = "Tọa độ làm tròn đến 0,01 độ (khoảng 1 km)."


def geometry_of(table: Table, row: tuple[Any, ...]) -> shapely.Geometry | None:
    """Give a row's geometry in WGS 84, if its kind has one."""
    if table.geometry == "point":
        return shapely.Point(row[table.named["lon"]], row[table.named["lat"]])
    if table.geometry == "path":
        return shapely.from_wkb(bytes(row[table.named["path"]].wkb))
    return None


def geojson_lines(sheets: list[Sheet], asked: Asked) -> Iterator[bytes]:
    """Give a FeatureCollection (RFC 7946) piece by piece, a feature a line; services have no geometry of their own."""
    head: dict[str, Any] = {"type": "FeatureCollection", "name": f"Sổ hạ tầng {asked.words}"}
    if any(sheet.simulated for sheet in sheets):
        head["note"] = SIMULATED_LINE
    head["labels"] = {sheet.table.key: sheet.table.labels for sheet in sheets}
    yield (dumped(head)[:-1] + ', "features": [').encode()
    first = True
    for sheet in sheets:
        rows = sheet.rows()
        while some := [feature(sheet.table, row) for row in islice(rows, 1_000)]:
            yield (("\n" if first else ",\n") + ",\n".join(some)).encode()
            first = False
    yield b"\n]}\n"


def feature(table: Table, row: tuple[Any, ...]) -> str:
    """Write a row as a feature; what is not for the person is left out."""
    given = {c.name: plain(row[table.named[c.name]]) for c in table.attributes}
    properties = {"type": table.key} | {name: value for name, value in given.items() if value not in (None, "")}
    geometry = geometry_of(table, row)
    drawn = "null" if geometry is None else shapely.to_geojson(geometry)
    told = dumped(properties)
    return f'{{"type": "Feature", "geometry": {drawn}, "properties": {told}}}'


def plain(value: Any) -> Any:
    """Give a value that JSON has."""
    return value.isoformat() if isinstance(value, date) else value


def dumped(value: Any) -> str:
    """Write JSON as people read it."""
    return json.dumps(value, ensure_ascii=False)


def write_kml(path: Path, sheets: list[Sheet], asked: Asked, step: Step) -> None:
    """Write KML with a folder for each kind; services, which have no place of their own, are left out.

    Raises ValidationError for more things than Google Earth opens.
    """
    drawn = [sheet for sheet in sheets if sheet.table.geometry]
    if (count := rows_in(drawn)) > MOST_PLACEMARKS:
        raise ValidationError(
            f"{number(count)} công trình; KML chứa nhiều nhất {number(MOST_PLACEMARKS)} để Google Earth mở được. "
            "Lọc bớt theo xã, doanh nghiệp, hoặc chọn GeoPackage."
        )
    styles = [
        Style(f"{sheet.table.key}-{value}", one.colour, one.width_px)
        for sheet in drawn
        for value, one in look_of(sheet.table).items()
    ]
    mark = f"{SIMULATED_LINE}. " if any(sheet.simulated for sheet in drawn) else ""
    content = kml_document(
        f"Sổ hạ tầng {asked.province}", placemarks(drawn, step), styles=styles, description=f"{mark}{asked.words}."
    )
    path.write_bytes(content)


def placemarks(sheets: list[Sheet], step: Step) -> Iterator[Placemark]:
    """Give each thing by its code, or by what is public of it."""
    done = 0
    for sheet in sheets:
        for row in sheet.rows():
            yield placemark(sheet.table, row)
            done += 1
            if done % 5_000 == 0:
                step(done)


def placemark(table: Table, row: tuple[Any, ...]) -> Placemark:
    """Describe one thing."""
    at = table.named
    geometry = geometry_of(table, row)
    assert geometry is not None
    told = {c.name: c.said(row[at[c.name]]) or None for c in table.attributes}
    marks = [SIMULATED_LINE] if row[at["simulated"]] else []
    marks += [ROUGH] if "coordinates" in at and row[at["coordinates"]] == "rounded" else []
    return Placemark(
        row[at["code"]] or f"{table.model._meta.verbose_name} số {row[at['id']]}",
        geometry,
        description=" ".join(marks),
        data=told,
        style=f"{table.key}-{row[at[table.sort]]}",
        folder=table.title,
        labels=table.labels,
    )
