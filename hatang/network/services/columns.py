"""The columns of a station file, each tied to the form field that cleans it, and the cleaning of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from hatang.core.tables import RIGHT_DATE, Cell, Row, Table, TableError, as_text
from hatang.core.vietnamese import search_key
from hatang.network.forms import CodeField, MastForm, StationForm
from hatang.network.models import Mast, Station, Technology

SIGNS_BETWEEN = re.compile(r"[,;+/\s]+")
RIGHT_POINT = "Độ thập phân WGS 84."


@dataclass(frozen=True)
class UploadColumn:
    """A column: its heading, the model's field, whether each row must have it, and what would be right."""

    key: str
    heading: str
    model: type[Mast] | type[Station]
    name: str
    right: str
    example: Cell
    always: bool = False
    reference: bool = False
    when_new: bool = False
    also: tuple[str, ...] = ()

    @property
    def form_field(self) -> forms.Field:
        """The field that cleans the column's cells on pages too; a reference is cleaned as a code first."""
        fields: dict[str, forms.Field] = (MastForm if self.model is Mast else StationForm).base_fields
        return CodeField(max_length=300, required=False) if self.reference else fields[self.name]

    @property
    def model_field(self) -> models.Field[Any, Any]:
        """The field in which the value is kept."""
        return self.model._meta.get_field(self.name)  # type: ignore[return-value]

    @property
    def needed_when_new(self) -> bool:
        """Whether a thing that the register does not hold yet must have it."""
        return self.when_new or (self.key not in ("owner", "structure") and not self.model_field.blank)

    @property
    def keys(self) -> set[str]:
        """The headings by which the column is known, without accents."""
        return {search_key(text) for text in (self.heading, *self.also)}


COLUMNS = (
    UploadColumn("mast_code", "Mã cột", Mast, "code", "Mã của cột, tối đa 40 ký tự.", "LS-0001", always=True),
    UploadColumn(
        "station_code", "Mã trạm", Station, "code", "Mã của trạm, tối đa 40 ký tự.", "LS-0001-4G", always=True
    ),
    UploadColumn(
        "operator",
        "Doanh nghiệp",
        Station,
        "operator",
        "Tên hoặc tên ngắn của doanh nghiệp viễn thông.",
        "",
        reference=True,
        also=("nhà mạng", "doanh nghiệp viễn thông"),
    ),
    UploadColumn(
        "commune",
        "Mã xã",
        Mast,
        "commune",
        "Mã 5 chữ số hiện hành, xem trang “Mã xã” của tệp mẫu; để trống thì tìm theo tọa độ.",
        "",
        reference=True,
        also=("mã xã, phường", "xã phường"),
    ),
    UploadColumn("lon", "Kinh độ", Mast, "lon", f"{RIGHT_POINT} Ví dụ 106,7612.", 106.7612, also=("longitude", "lon")),
    UploadColumn("lat", "Vĩ độ", Mast, "lat", f"{RIGHT_POINT} Ví dụ 21,8534.", 21.8534, also=("latitude", "lat")),
    UploadColumn("structure", "Loại cột", Mast, "structure", "Một trong A1, A2, A3, A4, A5, A6.", "A1"),
    UploadColumn(
        "height_m",
        "Chiều cao, m",
        Mast,
        "height_m",
        "Số mét, ví dụ 45; chưa biết thì để trống.",
        45,
        also=("chiều cao",),
    ),
    UploadColumn(
        "technology", "Công nghệ", Station, "technology", "Một hoặc nhiều: 2G, 3G, 4G, 5G.", "4G, 5G", always=True
    ),
    UploadColumn("on_air_on", "Ngày phát sóng", Station, "on_air_on", RIGHT_DATE, "15/06/2023", always=True),
    UploadColumn("off_air_on", "Ngày ngừng phát", Station, "off_air_on", RIGHT_DATE, None),
    UploadColumn(
        "built_on",
        "Ngày dựng cột",
        Mast,
        "built_on",
        RIGHT_DATE,
        "01/03/2020",
        when_new=True,
        also=("ngày đưa vào sử dụng",),
    ),
    UploadColumn(
        "owner",
        "Chủ cột",
        Mast,
        "owner",
        "Tên tổ chức sở hữu cột; để trống nếu là doanh nghiệp của trạm.",
        None,
        reference=True,
        also=("chủ sở hữu", "chủ sở hữu cột"),
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
HEADINGS = [text for column in COLUMNS for text in (column.heading, *column.also)]


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell, and what would be right."""

    row: int
    key: str
    wrong: str
    right: str = ""


@dataclass
class UploadRow:
    """One row on its way in: what was written, what it means, and what is wrong with it."""

    number: int
    written: dict[str, Cell]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: str, wrong: str, right: str = "") -> None:
        """Note what is wrong in a cell; its value counts no longer."""
        self.faults.append(Fault(self.number, key, wrong, right))
        self.values.pop(key, None)

    def wrong_in(self, model: type[models.Model]) -> bool:
        """Tell whether a cell of a mast, or of a station, is wrong."""
        return any(BY_KEY[fault.key].model is model for fault in self.faults)


def match_columns(table: Table, *, operator_known: bool) -> dict[str, int]:
    """Give each column's place in the table by its heading; say which needed ones are missing, which stand twice."""
    places: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        column = next((c for c in COLUMNS if search_key(heading) in c.keys), None)
        if column and column.key in places:
            raise TableError(f"Có hai cột “{column.heading}”.", "Xóa một cột.", sheet=table.sheet, row=table.header_row)
        if column:
            places[column.key] = place
    needed = [c for c in COLUMNS if c.always or (c.key == "operator" and not operator_known)]
    missing = [f"“{c.heading}”" for c in needed if c.key not in places]
    if missing:
        right = f"Các cột đã thấy: {', '.join(h for h in table.headings if h)}. Tiêu đề đúng như tệp mẫu."
        raise TableError(f"Thiếu cột {', '.join(missing)}.", right, sheet=table.sheet, row=table.header_row)
    return places


def unknown_headings(table: Table) -> list[str]:
    """Name the columns that will not be read."""
    known = set().union(*(column.keys for column in COLUMNS))
    return [heading for heading in table.headings if heading and search_key(heading) not in known]


def clean_rows(table: Table, places: dict[str, int]) -> list[UploadRow]:
    """Clean each cell with its form field; equal cells of a column are cleaned once."""
    cleaners = {key: Cleaner(BY_KEY[key]) for key in places}
    return [clean_row(row, places, cleaners) for row in table.rows]


def clean_row(row: Row, places: dict[str, int], cleaners: dict[str, Cleaner]) -> UploadRow:
    """Clean one row."""
    clean = UploadRow(row.number, {key: row.cells[place] for key, place in places.items()})
    for key, cell in clean.written.items():
        value, wrong = cleaners[key](cell)
        if wrong:
            clean.fault(key, wrong, BY_KEY[key].right)
        elif value not in (None, "", ()):
            clean.values[key] = value
    return clean


class Cleaner:
    """Cleans the cells of one column and remembers the answers: dates and kinds repeat."""

    def __init__(self, column: UploadColumn) -> None:
        self.column = column
        self.form_field = column.form_field
        self.validators = [] if column.reference else column.model_field.validators
        self.known: dict[tuple[type, Cell], tuple[Any, str]] = {}

    def __call__(self, cell: Cell) -> tuple[Any, str]:
        asked = (type(cell), cell)
        if asked not in self.known:
            self.known[asked] = self.answer(cell)
        return self.known[asked]

    def answer(self, cell: Cell) -> tuple[Any, str]:
        """Give the clean value and what is wrong, one of them empty."""
        if cell is None:
            return None, "Ô trống." if self.column.always else ""
        try:
            if self.column.key == "technology":
                return technologies(as_text(cell), self.clean), ""
            return self.clean(cell), ""
        except ValidationError as error:
            return None, " ".join(error.messages).removesuffix(self.column.right).strip()

    def clean(self, cell: Cell) -> Any:
        """Clean as the ModelForm would: the form's field, then the validators of the model's."""
        value = self.form_field.clean(cell)
        for validate in self.validators if value not in (None, "") else ():
            validate(value)
        return value


def technologies(text: str, clean: Callable[[Cell], Any]) -> tuple[str, ...]:
    """Read "4G, 5G" as several technologies, each once."""
    words = [word for word in SIGNS_BETWEEN.split(text.upper()) if word]
    if not words or any(word not in Technology.values for word in words):
        raise ValidationError(f"“{text[:40]}” không phải công nghệ.")
    return tuple(dict.fromkeys(clean(word) for word in words))
