"""The template that people fill in, and the lists of a verdict that they take away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hatang.accounts.models import Organisation
from hatang.pages.lists import SIMULATED_LINE, harmless
from hatang.pages.workbooks import saved, write_lines
from hatang.places.models import Place
from hatang.systems.kinds import TABLE, Kind
from hatang.systems.models import SystemsUpload
from hatang.systems.services.checking import COMMUNES, GUIDE, LISTS, NAMES
from hatang.systems.services.columns import SheetColumn, columns_of

LISTED_ROWS = 2_000
"""Rows down to which a column of the template offers its list."""
HEADS: dict[str, tuple[tuple[str, str], ...]] = {
    "faults": (
        ("sheet", "Trang tính"),
        ("row", "Dòng"),
        ("heading", "Cột"),
        ("value", "Giá trị"),
        ("wrong", "Sai ở đâu"),
        ("right", "Ghi thế nào"),
    ),
    "changes": (
        ("sheet", "Trang tính"),
        ("row", "Dòng"),
        ("subject", "Của"),
        ("heading", "Chỗ sửa"),
        ("before", "Trước"),
        ("after", "Sau"),
    ),
    "missing": (("heading", "Loại"), ("subject", "Có trong sổ, không có trong tệp")),
}
"""The columns in which each kind of line is shown."""
LABELS = {"faults": "Lỗi", "changes": "Chỗ sửa", "missing": "Không có trong tệp"}


def template_file(province: Place, today: date, kinds: Sequence[Kind] = TABLE) -> bytes:
    """Make the template: a sheet of headings for each kind, a guide, and the codes and names to choose from."""
    communes = list(Place.objects.communes().filter(province=province).in_force(today).order_by("sort_key"))
    organisations = Organisation.objects.in_force(today).at_work_in(province).order_by("sort_key")
    names = [one.short_name or one.name for one in organisations]
    book = Workbook()
    book.remove(book.worksheets[0])
    lists = Lists(len(communes), len(names))
    for kind in kinds:
        sheet_of_kind(book.create_sheet(kind.plural[:31]), kind, lists)
    guide = [guide_line(kind, column, communes) for kind in kinds for column in columns_of(kind)]
    write_lines(book.create_sheet(GUIDE), [["Trang", "Tên cột", "Bắt buộc", "Cách ghi", "Ví dụ"], *guide])
    rows = [[c.code, c.full_name, f"{c.code} · {c.full_name}"] for c in communes]
    write_lines(book.create_sheet(COMMUNES), [["Mã xã", "Tên", "Để chọn"], *rows])
    write_lines(book.create_sheet(NAMES), [["Tên tổ chức"], *([name] for name in names)])
    lists.write(book)
    return saved(book)


class Lists:
    """Where in the template the lists of drop-downs stand."""

    def __init__(self, communes: int, names: int) -> None:
        self.ranges = {Place: f"'{COMMUNES}'!$C$2:$C${communes + 1}", Organisation: f"'{NAMES}'!$A$2:$A${names + 1}"}
        self.choices: list[tuple[str, ...]] = []

    def formula(self, column: SheetColumn) -> str:
        """Give the range from which a column chooses, empty where anything may be written."""
        if column.target in self.ranges:
            return self.ranges[column.target]
        if not column.choices:
            return ""
        if column.choices not in self.choices:
            self.choices.append(column.choices)
        letter = get_column_letter(self.choices.index(column.choices) + 1)
        return f"'{LISTS}'!${letter}$1:${letter}${len(column.choices)}"

    def write(self, book: Workbook) -> None:
        """Write the words to choose from on a sheet that is hidden."""
        sheet = book.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        for place, words in enumerate(self.choices, start=1):
            for row, word in enumerate(words, start=1):
                sheet.cell(row, place, word)


def sheet_of_kind(sheet: Any, kind: Kind, lists: Lists) -> None:
    """Write a kind's headings, each with its help as a comment and its list."""
    columns = columns_of(kind)
    write_lines(sheet, [[column.heading for column in columns]])
    sheet.freeze_panes = "B2"
    for place, column in enumerate(columns, start=1):
        told = f"{column.help} {column.right}".strip()
        sheet.cell(1, place).comment = Comment(told, "Hatang", height=120, width=280)
        if formula := lists.formula(column):
            chosen = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
            chosen.error = "Giá trị không có trong danh sách."
            letter = get_column_letter(place)
            chosen.add(f"{letter}2:{letter}{LISTED_ROWS}")
            sheet.add_data_validation(chosen)


def guide_line(kind: Kind, column: SheetColumn, communes: list[Place]) -> list[Any]:
    """Give the guide's line on a column."""
    example = communes[0].code if column.target is Place and communes else column.example
    example = example or (column.choices[0] if column.choices else None)
    told = f"{column.help} {column.right}".strip()
    return [kind.plural, column.heading, "có" if column.needed else "không", told, example]


def lines_file(upload: SystemsUpload, kind: str) -> bytes:
    """Make the list of one kind of lines as a workbook."""
    names = dict(HEADS[kind])
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(LABELS[kind])
    if upload.summary.get("simulated"):
        sheet.append([SIMULATED_LINE])
    sheet.append(list(names.values()))
    for line in upload.lines(kind):
        sheet.append([harmless(line.get(name, "")) for name in names])
    return saved(book)
