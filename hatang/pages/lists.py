"""Lists: every one searches without accents, sorts, pages and exports in the same way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from hatang.core.vietnamese import day, number, search_key

SIMULATED_LINE = "DỮ LIỆU MÔ PHỎNG"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MOST_WORDS = 8
NOT_NARROWING = ("xep", "trang", "xuat")
MOST_DECIMALS = 6


def whole_number(text: str, most: int) -> int | None:
    """Read a whole number of at most so many figures, as an address or a form gives it; nothing if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else None


@dataclass(frozen=True)
class Column:
    """One column: its heading, how a row's cell is read, and the field it sorts by, if any.

    With `decimals` a number is read as it is kept: pages write it as people here do, exports round it.
    """

    heading: str
    read: Callable[[Any], Any]
    sort: str = ""
    number: bool = False
    link: Callable[[Any], str] | None = None
    decimals: int | None = None

    def written(self, row: Any) -> Any:
        """Give a row's cell as pages show it."""
        value = self.read(row)
        return value if self.decimals is None or value is None else number(value, self.decimals)

    def kept(self, row: Any) -> Any:
        """Give a row's cell for an export."""
        value = self.read(row)
        return value if self.decimals is None or value is None else round(value, self.decimals)


class ListPage(View):
    """A page that lists rows; subclasses say which rows, which columns, and what to search."""

    title: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    search_fields: ClassVar[tuple[str, ...]] = ()
    accented_fields: ClassVar[tuple[str, ...]] = ()
    """Fields searched too that have no key without accents beside them: only where different texts are few."""
    default_sort: ClassVar[str] = "pk"
    ties: ClassVar[tuple[str, ...]] = ("pk",)
    template: ClassVar[str] = "pages/list.html"
    empty_text: ClassVar[str] = "Chưa có dòng nào."
    """What is said when nothing was asked and there is nothing; a search or filter that finds nothing has own words."""
    wide: ClassVar[bool] = False
    """Whether the columns are so many that each takes the width it needs and the table scrolls sideways."""
    page_size: ClassVar[int] = 50
    export_limit: ClassVar[int] = 200_000

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        """Give the rows that this person may see."""
        raise NotImplementedError

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Give what the template needs besides the list (crumbs, actions, filters)."""
        return {}

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Say what an export holds; its file is named after it."""
        return self.title

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = self.searched(self.rows(request, **kwargs), request.GET.get("q", ""))
        rows = self.sorted(rows, request.GET.get("xep", ""))
        export = request.GET.get("xuat")
        if export in EXPORTS:
            return EXPORTS[export](self.file_title(request, **kwargs), self.table(rows[: self.export_limit]))
        page = Paginator(rows, self.page_size).get_page(request.GET.get("trang"))
        context = {"list": self, "page": page, "table": self.cells(page.object_list), "q": request.GET.get("q", "")}
        context["narrowed"] = any(value for name, value in request.GET.items() if name not in NOT_NARROWING)
        simulated = any(getattr(row, "simulated", False) for row in page.object_list)
        context |= {"simulated": simulated} | self.extra(request, **kwargs)  # noqa: S610
        return render(request, self.template, context)

    def searched(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Keep rows in which every word of the search stands in one of the fields."""
        words = search_key(text[:1000]).split()[:MOST_WORDS]
        spelled = {f: set(rows.order_by().values_list(f, flat=True).distinct()) for f in self.accented_fields if words}
        for word in words:
            any_field = Q()
            for field, texts in spelled.items():
                any_field |= Q(**{f"{field}__in": [told for told in texts if word in search_key(told)]})
            for field in self.search_fields:
                any_field |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(any_field)
        return rows

    def sorted(self, rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        """Order by a column's field if it is one of ours, otherwise by the default."""
        known = {c.sort for c in self.columns if c.sort}
        return rows.order_by(asked if asked.removeprefix("-") in known else self.default_sort, *self.ties)

    def cells(self, rows: Iterable[Any]) -> list[list[dict[str, Any]]]:
        """Give each row's cells for the template."""
        return [
            [
                {
                    "text": c.written(row),
                    "number": c.number,
                    "link": c.link(row) if c.link else "",
                    "heading": c.heading,
                }
                for c in self.columns
            ]
            for row in rows
        ]

    def table(self, rows: QuerySet[Any]) -> list[list[Any]]:
        """Give headings and plain rows for an export, marked where a row is simulated."""
        lines: list[list[Any]] = [[c.heading for c in self.columns]]
        simulated = False
        for row in rows.iterator(chunk_size=2000):
            simulated = simulated or getattr(row, "simulated", False)
            lines.append([c.kept(row) for c in self.columns])
        return ([[SIMULATED_LINE]] if simulated else []) + lines


def harmless(cell: Any) -> Any:
    """Keep numbers and dates; make everything else text that no spreadsheet refuses or runs as a formula."""
    if cell is None or isinstance(cell, int | float | date):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str(cell))
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def plain(cell: Any) -> Any:
    """Write a cell of a CSV: whole numbers without a decimal part, others without a binary tail, days as dd/mm/yyyy."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else round(cell, MOST_DECIMALS)
    if isinstance(cell, date):
        return day(cell)
    return harmless(cell)


def csv_response(title: str, table: list[list[Any]]) -> HttpResponse:
    """Answer with CSV that Excel opens rightly (UTF-8 with mark)."""
    text = io.StringIO()
    csv.writer(text).writerows([[plain(c) for c in line] for line in table])
    return attachment(
        ("\ufeff" + text.getvalue()).encode(), f"{search_key(title).replace(' ', '-')}.csv", "text/csv; charset=utf-8"
    )


def xlsx_response(title: str, table: list[list[Any]]) -> HttpResponse:
    """Answer with one sheet of XLSX."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(INVALID_TITLE_REGEX.sub(" ", title)[:31])
    for line in table:
        sheet.append([harmless(c) for c in line])
    content = io.BytesIO()
    book.save(content)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return attachment(content.getvalue(), f"{search_key(title).replace(' ', '-')}.xlsx", kind)


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """Answer with a file to keep."""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


EXPORTS = {"csv": csv_response, "xlsx": xlsx_response}
