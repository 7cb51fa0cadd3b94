"""A fibre plan as files, and what its map draws. Lines are named by where they run; no owner, no code of a line."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from hatang.core.vietnamese import day, search_key
from hatang.core.xlsx_writing import BookWriter, Cell
from hatang.pages.features import collection, feature, point, simple
from hatang.pages.lists import SIMULATED_LINE
from hatang.planning.models import FibreEnd, FibrePlan, FibreStretch
from hatang.planning.services.fibre.figures import commune_rows, finding, proof, way_rows
from hatang.work.services import KINDS, MAP_KINDS

INTERNAL = "Tài liệu làm việc của Sở: có vị trí cáp và cột của doanh nghiệp, không gửi cho doanh nghiệp khác."
MAP_DECIMALS = 5
"""A metre."""
STRETCH_FIELDS = ("cach_di", "doc_theo", "chieu_dai_km", "von_dong", "khep_vong")
END_FIELDS = ("ten", "noi_duoc", "vi_sao_khong", "lon", "lat")


def stretches_of(plan: FibrePlan) -> list[FibreStretch]:
    """Give a plan's stretches in a steady order."""
    return list(plan.stretches.order_by("pk"))


def ends_of(plan: FibrePlan) -> list[FibreEnd]:
    """Give a plan's ends, those not joined first."""
    return list(plan.joined.select_related("place__parent").order_by("-why_not", "name", "pk"))


def drawn(plan: FibrePlan) -> dict[str, Any]:
    """Give the map's features: a stretch by its way, an end by whether it is joined."""
    lines = (
        feature(
            simple(row.path, MAP_DECIMALS),
            way=row.way,
            ring=row.ring,
            told=f"{row.get_way_display().capitalize()}, {row.road or 'không rõ đường'}",
            km=round(row.length_km, 2),
        )
        for row in stretches_of(plan)
    )
    spots = (
        feature(point(row.lon, row.lat), name=row.name, sort="left" if row.why_not else "joined", told=row.why_not)
        for row in ends_of(plan)
    )
    told = {"sort": "node", "name": "điểm yếu", "told": "hỏng ở đây", "people": plan.answer.get("people", 0)}
    weak = [feature(point(*plan.around), **told)] if plan.around else []
    return collection([*lines, *spots, *weak])


def file_name(plan: FibrePlan, form: str) -> str:
    """Name a file after the plan."""
    return f"{search_key(plan.title).replace(' ', '-')[:60] or 'cap-quang'}.{form}"


def about(plan: FibrePlan) -> list[str]:
    """Say what a file holds: the mark, the finding, of what day, for whom it is."""
    mark = [SIMULATED_LINE] if plan.simulated else []
    on = f"Theo sổ hạ tầng và đơn giá ngày {day_of(plan)}; đơn giá giả định thì ghi là giả định."
    return [*mark, plan.title, finding(plan), proof(plan), on, INTERNAL]


def day_of(plan: FibrePlan) -> str:
    """Give the day on which the registers were read, as people write it."""
    return day(date.fromisoformat(plan.answer["on"]))


# GeoJSON


def geojson(plan: FibrePlan) -> bytes:
    """Write a FeatureCollection (RFC 7946): stretches as lines, ends as points."""
    lines = (feature(simple(row.path), **facts_of(row)) for row in stretches_of(plan))
    spots = (feature(point(row.lon, row.lat), **facts_of_end(row)) for row in ends_of(plan))
    head = {"type": "FeatureCollection", "name": plan.title, "note": " ".join(about(plan))}
    return json.dumps(head | {"features": [*lines, *spots]}, ensure_ascii=False).encode()


def facts_of(row: FibreStretch) -> dict[str, Any]:
    """Give a stretch's attributes."""
    values = (row.get_way_display(), row.road, round(row.length_km, 3), row.capital_vnd, row.ring)
    return dict(zip(STRETCH_FIELDS, values, strict=True))


def facts_of_end(row: FibreEnd) -> dict[str, Any]:
    """Give an end's attributes."""
    return dict(zip(END_FIELDS, (row.name, not row.why_not, row.why_not, row.lon, row.lat), strict=True))


# GeoPackage


def geopackage(plan: FibrePlan) -> bytes:
    """Write a GeoPackage with a layer of stretches and one of ends."""
    lines, ends = stretches_of(plan), ends_of(plan)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tuyen.gpkg"
        told = " ".join(about(plan))
        shapes = shapely.from_wkb([bytes(row.path.wkb) for row in lines])
        layer(path, "doan_cap", shapes, "LineString", [facts_of(row) for row in lines], STRETCH_FIELDS, told)
        spots = shapely.points([(row.lon, row.lat) for row in ends]) if ends else np.empty(0, dtype=object)
        layer(path, "dau_noi", spots, "Point", [facts_of_end(row) for row in ends], END_FIELDS, told)
        return path.read_bytes()


def layer(
    path: Path, name: str, shapes: Any, kind: str, rows: Sequence[dict[str, Any]], names: Sequence[str], told: str
) -> None:
    """Add a layer of so many shapes with their attributes."""
    columns = [column([row[field] for row in rows]) for field in names]
    pyogrio.raw.write(
        path,
        geometry=np.asarray(shapely.to_wkb(shapes), dtype=object),
        field_data=columns,
        fields=list(names),
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_type=kind,
        crs="EPSG:4326",
        layer_options={"DESCRIPTION": told, "GEOMETRY_NAME": "geom"},
    )


def column(values: list[Any]) -> Any:
    """Give a column as GDAL takes it: text, or numbers as they are."""
    return np.array(values, dtype=object) if any(isinstance(value, str) for value in values) else np.array(values)


# XLSX


def workbook(plan: FibrePlan) -> bytes:
    """Write a workbook: what it is, by way, by commune, every stretch, every end."""
    content = io.BytesIO()
    with BookWriter(content) as book:
        book.write_sheet("Tóm tắt", [[line] for line in about(plan)], widths=[100], bold_rows=1)
        for title, rows, widths in sheets(plan):
            book.write_sheet(title, rows, widths=widths, bold_rows=1, frozen=(0, 1))
    return content.getvalue()


def sheets(plan: FibrePlan) -> Iterator[tuple[str, list[list[Cell]], list[float]]]:
    """Give the tables."""
    ways: list[list[Cell]] = [
        ["Cách đi", "Chiều dài, km", "Vốn, đồng", "Để khép vòng, km", "Đơn giá, đồng/km", "Nguồn"]
    ]
    ways += [[row.label, row.km, row.vnd, row.ring_km, row.price_vnd, row.source] for row in way_rows(plan)]
    yield "Theo cách đi", ways, [30, 14, 18, 16, 18, 40]
    communes: list[list[Cell]] = [["Xã, phường", "Chiều dài, km", "Vốn, đồng", "Nơi đã nối", "Nơi chưa nối được"]]
    communes += [[row["name"], row["km"], row["vnd"], row["joined"], row["left"]] for row in commune_rows(plan)]
    yield "Theo xã, phường", communes, [30, 14, 18, 14, 18]
    lines: list[list[Cell]] = [["Cách đi", "Dọc theo", "Chiều dài, km", "Vốn, đồng", "Để khép vòng"]]
    lines += [
        [row.get_way_display(), row.road, round(row.length_km, 3), row.capital_vnd, "có" if row.ring else ""]
        for row in stretches_of(plan)
    ]
    yield "Đoạn cáp", lines, [30, 50, 14, 18, 14]
    ends: list[list[Cell]] = [["Nơi", "Xã, phường", "Kinh độ", "Vĩ độ", "Nối được", "Vì sao không"]]
    ends += [
        [row.name, commune_of(row), row.lon, row.lat, "không" if row.why_not else "có", row.why_not]
        for row in ends_of(plan)
    ]
    yield "Nơi cần nối", ends, [36, 30, 12, 12, 10, 60]


def commune_of(row: FibreEnd) -> str:
    """Name the commune of an end that is a place."""
    return str(row.place.parent or "") if row.place else ""


@dataclass(frozen=True)
class Format:
    """A kind of file: what it is called, its type, how it is written."""

    label: str
    content_type: str
    write: Callable[[FibrePlan], bytes]


FORMATS = {
    "xlsx": Format("Excel", KINDS[".xlsx"], workbook),
    "gpkg": Format("GeoPackage", MAP_KINDS[".gpkg"], geopackage),
    "geojson": Format("GeoJSON", MAP_KINDS[".geojson"], geojson),
}
