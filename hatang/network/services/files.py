"""The template that people fill in, and the lists of a verdict that they take away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from hatang.accounts.models import Organisation
from hatang.core.cells import Cell
from hatang.network.models import RegisterUpload, UploadLine
from hatang.network.services.layouts import (
    COMMUNES,
    GUIDE,
    LAYOUTS,
    LISTS,
    MARK,
    NAMES,
    PLACING,
    Column,
    Layout,
    labels_of,
)
from hatang.pages.fields import FlagField, YesNoField
from hatang.pages.lists import SIMULATED_LINE, harmless
from hatang.pages.workbooks import saved, write_lines
from hatang.places.models import Place

LISTED_ROWS = 5_000
"""Rows down to which a column of the template offers its list."""


def template_file(
    province: Place, operator: Organisation | None, today: date, layouts: Sequence[Layout] = LAYOUTS
) -> bytes:
    """Make the template: a sheet of headings for each layout, a guide, and the codes and names to choose from.

    The examples stand on the guide's sheet: a row of them left below the headings would become a thing.
    """
    communes = list(Place.objects.communes().filter(province=province).in_force(today).order_by("sort_key"))
    names = [
        o.short_name or o.name for o in Organisation.objects.in_force(today).at_work_in(province).order_by("sort_key")
    ]
    book = Workbook()
    book.remove(book.worksheets[0])
    lists = Lists(len(communes), len(names))
    for layout in layouts:
        sheet_of_layout(book.create_sheet(layout.title), layout, lists)
    guide = [line for layout in layouts for line in guide_lines(layout, communes, operator)]
    write_lines(book.create_sheet(GUIDE), [["Trang", "Tên cột", "Bắt buộc", "Cách ghi", "Ví dụ"], *guide])
    rows = [[c.code, c.full_name, f"{c.code} · {c.full_name}"] for c in communes]
    write_lines(book.create_sheet(COMMUNES), [["Mã xã", "Tên", "Để chọn"], *rows])
    write_lines(book.create_sheet(NAMES), [["Tên ngắn của tổ chức"], *([name] for name in names)])
    if lists.choices:
        choices = book.create_sheet(LISTS)
        choices.sheet_state = "hidden"
        for place, labels in enumerate(lists.choices, start=1):
            for row, label in enumerate(labels, start=1):
                choices.cell(row, place, label)
    return saved(book)


class Lists:
    """Where in the template the lists of drop-downs stand."""

    def __init__(self, communes: int, names: int) -> None:
        self.ranges = {Place: f"'{COMMUNES}'!$C$2:$C${communes + 1}", Organisation: f"'{NAMES}'!$A$2:$A${names + 1}"}
        self.choices: list[list[str]] = []

    def formula(self, layout: Layout, column: Column) -> str:
        """Give the range from which a column chooses, empty where anything may be written."""
        target = layout.target(column)
        if target is Organisation or column.name.endswith(("__owner", "__operator")):
            return self.ranges[Organisation]
        if target is Place and column.name == "commune":
            return self.ranges[Place]
        field = layout.form_field(column)
        labels = ["có", "không"] if answers(column, field) else labels_of(field) if field else []
        if not labels or column.key == layout.splits:
            return ""
        if labels not in self.choices:
            self.choices.append(labels)
        letter = get_column_letter(self.choices.index(labels) + 1)
        return f"'{LISTS}'!${letter}$1:${letter}${len(labels)}"


def answers(column: Column, field: Any) -> bool:
    """Tell whether a column is answered with yes or no."""
    return column.name == MARK or isinstance(field, YesNoField | FlagField)


def sheet_of_layout(sheet: Worksheet, layout: Layout, lists: Lists) -> None:
    """Write a layout's headings, each with its help as a comment and its list."""
    columns = written(layout)
    write_lines(sheet, [[column.heading for column in columns]])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        comment = Comment(f"{column.help} {column.right}".strip(), "Hatang", height=120, width=280)
        sheet.cell(1, place).comment = comment
        if formula := lists.formula(layout, column):
            offered = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
            offered.error = "Giá trị không có trong danh sách."
            letter = get_column_letter(place)
            offered.add(f"{letter}2:{letter}{LISTED_ROWS}")
            sheet.add_data_validation(offered)


def written(layout: Layout) -> list[Column]:
    """Give the columns of a layout's sheet: other ways to write a place are told in the guide alone."""
    return [column for column in layout.columns if column.name not in PLACING and column.name != MARK]


def guide_lines(layout: Layout, communes: list[Place], operator: Organisation | None) -> list[list[Any]]:
    """Give the guide's lines on a layout."""
    return [
        [layout.title, c.heading, needed(layout, c, operator), described(c), example(layout, c, communes, operator)]
        for c in layout.columns
        if c.name != MARK
    ]


def example(layout: Layout, column: Column, communes: list[Place], operator: Organisation | None) -> Cell:
    """Give the example of a column."""
    first = communes[0] if communes else None
    if column.name == "operator" and layout.parts[column.part].party == "operator":
        return (operator.short_name or operator.name) if operator else "Tên ngắn của doanh nghiệp"
    values: dict[str, Any] = {"commune": "code", "lon": "lon", "lat": "lat"}
    own = getattr(first, values[column.key]) if first and column.key in values else None
    return own or column.example


def needed(layout: Layout, column: Column, operator: Organisation | None) -> str:
    """Say when a column must be filled."""
    if layout.needed(column, operator_known=operator is not None):
        return "có"
    field = layout.form_field(column)
    needs = field is not None and field.required and not layout.model_field(column).has_default()
    return "khi chưa có trong sổ" if needs else "không"


def described(column: Column) -> str:
    """Join the help text with what would be right."""
    return f"{column.help} {column.right}".strip()


# What people take away

HEADS: dict[str, tuple[tuple[str, str], ...]] = {
    UploadLine.Kind.WRONG: (
        ("sheet", "Trang tính"),
        ("row", "Dòng"),
        ("column", "Cột"),
        ("heading", "Tiêu đề"),
        ("before", "Giá trị"),
        ("wrong", "Sai ở đâu"),
        ("right", "Ghi thế nào"),
    ),
    UploadLine.Kind.CHANGED: (
        ("sheet", "Trang tính"),
        ("row", "Dòng"),
        ("subject", "Của"),
        ("heading", "Chỗ sửa"),
        ("before", "Trước"),
        ("after", "Sau"),
    ),
    UploadLine.Kind.DOUBT: (
        ("sheet", "Trang tính"),
        ("row", "Dòng"),
        ("column", "Cột"),
        ("heading", "Tiêu đề"),
        ("before", "Giá trị"),
        ("wrong", "Điều cần xem"),
    ),
    UploadLine.Kind.MISSING: (("heading", "Loại"), ("subject", "Có trong sổ, không có trong tệp")),
}
"""The columns in which each kind of line is shown."""


def lines_file(upload: RegisterUpload, kind: str) -> bytes:
    """Make the list of one kind of lines as a workbook, whole."""
    names = dict(HEADS[kind])
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(UploadLine.Kind(kind).label[:31].capitalize())
    if upload.summary.get("simulated"):
        sheet.append([SIMULATED_LINE])
    sheet.append(list(names.values()))
    for line in upload.lines.filter(kind=kind).order_by("pk").values_list(*names).iterator(chunk_size=5_000):
        sheet.append([harmless("" if cell is None else cell) for cell in line])
    return saved(book)
