"""Lines of roads out of a vector file: one for each part of a feature, or what is wrong with the feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import LineString
from shapely.geometry.base import BaseGeometry

from hatang.core.vector_files import Feature, VectorFile, VectorFileError
from hatang.core.vector_files.shapes import KINDS, OUTSIDE
from hatang.core.vietnamese import number
from hatang.places.models import LONGEST_NAME, LONGEST_NUMBER, Place, Road
from hatang.places.services.roads.naming import CLASS, NAME, NUMBER, class_of, columns_called, number_in, told

DECIMALS = 7
"""A centimetre: by how much the same line may differ between formats."""
WGS84 = 4326
CHECK_POSITION = "Kiểm tra hệ tọa độ và thứ tự kinh độ, vĩ độ của tệp."
REDRAW = "Sửa hình trong tệp rồi nhập lại, hoặc chọn bỏ qua các hình hỏng."


@dataclass(frozen=True)
class RoadsAsked:
    """What the user says about a file: whose it is and under which licence, where, which columns, what to leave out.

    `whole` says that the file is all that its source has: what it no longer draws in the territory is removed.
    """

    source: str
    licence: str
    province: Place | None = None
    simulated: bool = False
    name: str = ""
    number: str = ""
    road_class: str = ""
    skip: bool = False
    whole: bool = False


@dataclass(frozen=True)
class RoadFault:
    """What is wrong with which feature, and what would be right."""

    feature: int
    wrong: str
    right: str


@dataclass
class RoadsRead:
    """What a file draws: the lines with the number of their feature, what is wrong, and remarks on the whole."""

    lines: list[tuple[int, Road]] = field(default_factory=list)
    errors: list[RoadFault] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    outside: int = 0
    repeated: int = 0
    slivers: int = 0
    classless: int = 0
    numbered: int = 0


Columns = dict[str, list[str]]


def read_roads(file: VectorFile, asked: RoadsAsked, territory: BaseGeometry | None) -> RoadsRead:
    """Read a file's roads; those that do not touch the territory are only counted.

    Raises VectorFileError where no column can be told.
    """
    columns = columns_of(file.fields, asked)
    read = RoadsRead(said=[*filter(None, [file.crs_assumed]), *file.notes, columns_words(columns)])
    if territory is not None:
        shapely.prepare(territory)
    seen: set[str] = set()
    for feature in file.features():
        try:
            parts = parts_of(feature, read)
            row = row_of(feature, columns, asked, read)
        except RoadWrongError as error:
            read.errors.append(RoadFault(feature.number, error.wrong, error.right))
            continue
        take_parts(read, feature.number, row, parts, territory, seen)
    read.said += list(remarks(read))
    return read


class RoadWrongError(ValueError):
    """Why one feature cannot be taken; never leaves this module."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(wrong)
        self.wrong, self.right = wrong, right


# Columns


def columns_of(fields: Sequence[str], asked: RoadsAsked) -> Columns:
    """Give the columns of name, number and class: those asked for, else those known by their headings."""
    columns: Columns = {}
    for what, chosen in ((NAME, asked.name), (NUMBER, asked.number), (CLASS, asked.road_class)):
        if chosen and chosen not in fields:
            raise VectorFileError(f"Tệp không có cột “{chosen[:60]}”.", f"Chọn một cột: {listed(fields)}.")
        columns[what] = [chosen] if chosen else columns_called(fields, what)
    if not any(columns.values()):
        raise VectorFileError(
            f"Không nhận ra cột tên, số hiệu hay cấp đường; các cột đang có: {listed(fields)}.",
            "Đặt tên cột là “ten”, “so_hieu”, “cap_duong” (hoặc name, ref, class), hoặc nêu tên cột khi nhập.",
        )
    return columns


def listed(fields: Sequence[str]) -> str:
    """List columns."""
    return ", ".join(f"“{f}”" for f in fields[:20]) or "không có cột nào"


def columns_words(columns: Columns) -> str:
    """Say which columns are read."""
    words = {NAME: "tên", NUMBER: "số hiệu", CLASS: "cấp đường"}
    said = [f"{words[what]} ở cột {listed(found)}" for what, found in columns.items() if found]
    said += [f"không có cột {words[what]}" for what, found in columns.items() if not found]
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


# One feature


def parts_of(feature: Feature, read: RoadsRead) -> list[BaseGeometry]:
    """Give a feature's lines, rounded to what is stored."""
    if feature.geometry is None:
        raise RoadWrongError(feature.fault, REDRAW)
    if OUTSIDE in feature.notes:
        raise RoadWrongError(OUTSIDE, CHECK_POSITION)
    kind = feature.geometry.geom_type
    if kind not in ("LineString", "MultiLineString"):
        raise RoadWrongError(f"Hình là {KINDS.get(kind, kind)}, không phải đường.", REDRAW)
    rounded = shapely.transform(feature.geometry, lambda xy: np.round(xy, DECIMALS))
    drawn = list(shapely.get_parts(rounded))
    parts = [part for part in drawn if part.length > 0]
    if not parts:
        raise RoadWrongError("Đường dài 0 m: mọi đỉnh trùng nhau.", REDRAW)
    read.slivers += len(drawn) - len(parts)
    return parts


def row_of(feature: Feature, columns: Columns, asked: RoadsAsked, read: RoadsRead) -> Road:
    """Make the row of a feature, still without its path."""
    cells = {what: [feature.properties.get(c) for c in found] for what, found in columns.items()}
    name = next(filter(None, map(told, cells[NAME])), "")
    stated = next(filter(None, map(told, cells[NUMBER])), "")
    for label, text, most in (("tên", name, LONGEST_NAME), ("số hiệu", stated, LONGEST_NUMBER)):
        if len(text) > most:
            raise RoadWrongError(f"Cột {label} dài {number(len(text))} ký tự.", f"Rút gọn còn tối đa {most} ký tự.")
    road_class = class_of(cells[CLASS], stated, name)
    read.classless += not road_class
    read.numbered += not stated and bool(number_in(name))
    return Road(
        name=name,
        number=stated or number_in(name),
        road_class=road_class or Road.Class.OTHER,
        source=asked.source,
        licence=asked.licence,
        simulated=asked.simulated,
    )


def take_parts(
    read: RoadsRead,
    feature: int,
    row: Road,
    parts: Sequence[BaseGeometry],
    territory: BaseGeometry | None,
    seen: set[str],
) -> None:
    """Add a road for each line of a feature, once where the file draws it again."""
    for part in parts:
        if territory is not None and not shapely.intersects(territory, part):
            read.outside += 1
            continue
        road = Road(**{name: getattr(row, name) for name in SAID}, path=LineString(list(part.coords), srid=WGS84))
        road.fill_keys()
        if road.shape_key in seen:
            read.repeated += 1
            continue
        seen.add(road.shape_key)
        read.lines.append((feature, road))


SAID = ("name", "number", "road_class", "source", "licence", "simulated")


def remarks(read: RoadsRead) -> Iterator[str]:
    """Say what was concluded or left out on the way."""
    if read.numbered:
        yield f"Số hiệu của {number(read.numbered)} đối tượng đọc từ tên (“Quốc lộ 1A” là QL1A)."
    if read.classless:
        yield f"{number(read.classless)} đối tượng không ghi cấp đường mà hệ thống hiểu: xếp vào “khác”."
    if read.slivers:
        yield f"{number(read.slivers)} nét ngắn hơn 1 cm bên cạnh nét khác của cùng đối tượng: không lấy."
    if read.repeated:
        yield f"{number(read.repeated)} đường vẽ lặp lại y hệt trong tệp: chỉ lấy lần đầu."


def said_of(road: Road) -> tuple[Any, ...]:
    """Give what is known of a road beside its path."""
    return tuple(getattr(road, name) for name in SAID)
