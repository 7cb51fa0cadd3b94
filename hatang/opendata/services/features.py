"""OGC API - Features parts 1 and 2 over a version's rows: which features are asked for, and in which system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.vector_files.crs import TM3, UTM
from hatang.opendata.catalogue import Dataset
from hatang.opendata.services.asking import LONGEST_TEXT, Question, Refused, answer
from hatang.opendata.services.content import DECIMALS, Indices, Sheet, shape_text

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
DEGREES, WEB, METRES_DECIMALS = (4326, 4756), 3857, 2
CODES = (*DEGREES, *UTM, *TM3, WEB)
SYSTEMS: Mapping[str, int | None] = {CRS84: None} | {f"{EPSG}{code}": code for code in CODES}
DEFAULT_LIMIT, MOST_LIMIT, MOST_OFFSET = 100, 10_000, 10**9
OWN_PARAMETERS = ("f", "limit", "offset", "bbox", "bbox-crs", "datetime", "crs")
OPEN_ENDS = ("", "..")
WORLD = (-180.0, -90.0, 180.0, 90.0)
Box = tuple[float, float, float, float]
Way = Any


@dataclass(frozen=True)
class Asked:
    """What is asked of a collection."""

    limit: int
    offset: int
    crs: str
    boxes: tuple[Box, ...]
    begin: str
    end: str
    equal: Mapping[str, list[str]]


def asked_of(said: Mapping[str, str], dataset: Dataset) -> Asked:
    """Read the parameters of a request for items. Raises Refused."""
    unknown = next((name for name in said if name not in OWN_PARAMETERS and name not in dataset.named), None)
    if unknown is not None:
        known = ", ".join((*OWN_PARAMETERS, *dataset.named))
        raise Refused(unknown[:60], f"Không có tham số “{unknown[:60]}”. Các tham số: {known}.")
    check_format(said.get("f", "json"))
    begin, end = interval(said.get("datetime", ""))
    return Asked(
        limit=limited(said.get("limit"), "limit", 1, MOST_LIMIT, DEFAULT_LIMIT),
        offset=limited(said.get("offset"), "offset", 0, MOST_OFFSET, 0),
        crs=system(said.get("crs", CRS84), "crs"),
        boxes=boxes_of(said.get("bbox", ""), system(said.get("bbox-crs", CRS84), "bbox-crs")),
        begin=begin,
        end=end,
        equal={name: [value] for name, value in said.items() if name not in OWN_PARAMETERS},
    )


def check_format(asked: str) -> None:
    """Refuse any form but JSON."""
    if asked not in ("json", "geojson"):
        raise Refused("f", "Ở đây chỉ có JSON: f=json.")


def limited(text: str | None, name: str, least: int, most: int, default: int) -> int:
    """Read a whole number; more than the most is the most, as the standard has it. Raises Refused."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 15) or int(text) < least:
        raise Refused(name, f"{name} là số nguyên từ {least} trở lên; không hiểu “{text[:30]}”.")
    return min(int(text), most)


def system(uri: str, name: str) -> str:
    """Give a coordinate system that is on offer. Raises Refused."""
    bare = uri.strip("[]")
    if bare not in SYSTEMS:
        raise Refused(name, f"Không có hệ tọa độ “{uri[:80]}” ở đây; các hệ ghi ở trang của bộ dữ liệu.")
    return bare


@lru_cache(maxsize=64)
def way_to(code: int) -> Way:
    """Give the transformation from WGS 84, longitude first, to a system, east first."""
    from pyproj import CRS, Transformer

    return Transformer.from_crs(CRS.from_epsg(4326), CRS.from_epsg(code), always_xy=True)


def north_first(code: int) -> bool:
    """Tell whether a system's own order of axes has latitude first."""
    return code in DEGREES


def boxes_of(text: str, crs: str) -> tuple[Box, ...]:
    """Read a box in a system and give it in degrees, longitude first; across the 180th meridian it is two."""
    if not text:
        return ()
    numbers = numbers_of(text)
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4:
        raise Refused("bbox", "bbox là bốn số: góc thấp rồi góc cao, theo thứ tự trục của hệ tọa độ.")
    code = SYSTEMS[crs]
    if code is not None and north_first(code):
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    geographic = code is None or code in DEGREES
    if south > north or (west > east and not geographic):
        raise Refused("bbox", "bbox: góc thấp phải đứng trước góc cao.")
    if west > east:
        return (west, south, 180.0, north), (-180.0, south, east, north)
    return (in_degrees((west, south, east, north), code),)


def numbers_of(text: str) -> list[float]:
    """Read numbers with commas between. Raises Refused."""
    try:
        numbers = [float(part) for part in text[:LONGEST_TEXT].split(",")]
    except ValueError as error:
        raise Refused("bbox", f"bbox là bốn số, cách nhau bằng dấu phẩy; không hiểu “{text[:60]}”.") from error
    if not all(isfinite(number) for number in numbers):
        raise Refused("bbox", "bbox chỉ nhận số hữu hạn.")
    return numbers


def in_degrees(box: Box, code: int | None) -> Box:
    """Give the smallest box in degrees that holds a box of a system."""
    if code is None or code == DEGREES[0]:
        return box
    from pyproj.exceptions import ProjError

    try:
        found = way_to(code).transform_bounds(*box, densify_pts=21, direction="INVERSE")
    except ProjError as error:
        raise Refused("bbox", "bbox nằm ngoài nơi hệ tọa độ này dùng được.") from error
    if not all(isfinite(number) for number in found):
        raise Refused("bbox", "bbox nằm ngoài nơi hệ tọa độ này dùng được.")
    return tuple(found)


def interval(text: str) -> tuple[str, str]:
    """Read an instant or an interval; an open end is nothing. Raises Refused."""
    if not text:
        return "", ""
    first, slash, last = text[:LONGEST_TEXT].partition("/")
    begin, end = day_of(first, slash != ""), day_of(last, True) if slash else day_of(first, False)
    if begin and end and begin > end:
        raise Refused("datetime", "datetime: đầu khoảng phải trước cuối khoảng.")
    return begin, end


def day_of(text: str, open_end: bool) -> str:
    """Read the day of an instant of RFC 3339. Raises Refused."""
    if open_end and text in OPEN_ENDS:
        return ""
    try:
        return (datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)).isoformat()
    except ValueError as error:
        told = f"datetime là ngày hay khoảng ngày, ví dụ 2025-07-01 hoặc 2025-01-01/..; không hiểu “{text[:40]}”."
        raise Refused("datetime", told) from error


def matched(sheet: Sheet, dataset: Dataset, asked: Asked) -> Indices:
    """Give where the features stand that are asked for."""
    kept = answer(sheet, Question(asked.equal)) if asked.equal else np.arange(len(sheet.rows), dtype=np.int64)
    if asked.boxes:
        inside = [sheet.tree.query(shapely.box(*box), predicate="intersects") for box in asked.boxes]
        kept = np.intersect1d(kept, np.unique(np.concatenate(inside)))
    if (asked.begin or asked.end) and dataset.since in sheet.place:
        kept = within_days(sheet, dataset, kept, asked)
    return kept


def within_days(sheet: Sheet, dataset: Dataset, kept: Indices, asked: Asked) -> Indices:
    """Keep the features whose time meets the interval; an end that is not known is open."""
    since = sheet.column(dataset.since)
    until = sheet.column(dataset.until) if dataset.until in sheet.place else [None] * len(since)
    found = [
        k
        for k in kept.tolist()
        if (not asked.end or not since[k] or since[k] <= asked.end)
        and (not asked.begin or not until[k] or until[k] >= asked.begin)
    ]
    return np.array(found, dtype=np.int64)


def features_of(sheet: Sheet, rows: list[int], crs: str) -> list[str]:
    """Write features in a system, by its own order of axes."""
    code = SYSTEMS[crs]
    if code is None:
        return [sheet.features[n] for n in rows]
    moved = in_system(sheet.shapes[rows], code)
    decimals = DECIMALS if code in DEGREES else METRES_DECIMALS
    rounded = shapely.transform(moved, lambda points: np.round(points, decimals))
    return [
        sheet.feature(n, shape_text(None) if shape is None else str(shapely.to_geojson(shape)))
        for n, shape in zip(rows, rounded, strict=True)
    ]


def in_system(shapes: NDArray[np.object_], code: int) -> NDArray[np.object_]:
    """Give shapes in a system, by its own order of axes."""
    flip = north_first(code)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Transform the corners."""
        x, y = (points[:, 0], points[:, 1]) if code == DEGREES[0] else way_to(code).transform(*points[:, :2].T)
        return np.column_stack([y, x] if flip else [x, y])

    moved: NDArray[np.object_] = shapely.transform(shapes, move)
    return moved
