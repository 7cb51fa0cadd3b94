"""Read every table of an untrusted XLSX or CSV file: one from each visible sheet that has headings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from hatang.core.cells import TableError
from hatang.core.tables import (
    HEADER_WITHIN,
    HEADLESS,
    LAST_ROW_OF_EXCEL,
    MOST_SHEETS,
    Header,
    Limits,
    Part,
    Table,
    build_table,
    find_header,
    from_book,
    kind_of,
    part_of,
    read_csv,
    sheet_rows,
    too_many_rows,
    with_merges,
)
from hatang.core.vietnamese import number, search_key

LEAST_KNOWN = 2
HIDDEN = "Trang tính ẩn “{}” không được đọc."
PASSED_OVER = "Trang tính “{}” không có tiêu đề nào nhận ra nên không được đọc."


@dataclass(frozen=True)
class Tables:
    """The tables of a file in their order, and in sentences what was passed over."""

    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


def read_tables(
    content: bytes,
    name: str,
    *,
    known: Collection[str],
    passing: Collection[str] = (),
    max_rows: int = 200_000,
    max_columns: int = 200,
    max_unpacked_bytes: int = 500_000_000,
) -> Tables:
    """Read the table of each visible sheet with at least two of the known headings, in any case and without accents.

    Where no sheet has two, the one with one; where none has any, the first sheet with a row of two texts: its headings
    are its owner's. `passing` names sheets that are never read (guides). `max_rows` counts all sheets together. Raises
    TableError as `tables.read_table` does.

    >>> read_tables("Mã;Tên\\nA1;Nà Lầm\\n".encode(), "ds.csv", known=["mã", "tên"]).tables[0].headings
    ('Mã', 'Tên')
    >>> read_tables("cell;site\\n1;2\\n".encode(), "ds.csv", known=["mã", "tên"]).tables[0].headings
    ('cell', 'site')
    """
    keys = {search_key(heading) for heading in known}
    limits = Limits(max_rows, max_columns, max_unpacked_bytes)
    if kind_of(content, name) == "xlsx":
        return read_book(content, keys, {search_key(title) for title in passing}, limits)
    try:
        return Tables((read_csv(content, keys, limits),))
    except TableError as error:
        if error.row or error.message.startswith("Trang tính có"):
            raise
        return Tables((read_csv(content, set(), limits),))


def read_book(content: bytes, known: set[str], passing: set[str], limits: Limits) -> Tables:
    """Read the sheets of a workbook."""
    return from_book(content, limits, lambda book, parts: tables_of(book, parts, known, passing, limits))


def tables_of(book: Any, parts: dict[str, Part], known: set[str], passing: set[str], limits: Limits) -> Tables:
    """Read the chosen sheets, together within the limit of rows."""
    sheets = [sheet for sheet in book.worksheets if search_key(sheet.title) not in passing]
    if len(sheets) > MOST_SHEETS:
        raise TableError(f"Tệp có quá nhiều trang tính; tối đa {number(MOST_SHEETS)}.", "Chia thành nhiều tệp.")
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    chosen = chosen_sheets(visible, known, limits)
    counted = [(sheet, header, part_of(sheet, parts)) for sheet, header in chosen]
    total = sum(part.rows - header.row for _, header, part in counted)
    if total > limits.rows:
        raise too_many_rows(total, limits, counted[0][0].title)
    tables = tuple(
        with_merges(build_table(sheet.title, sheet_rows(sheet, limits, LAST_ROW_OF_EXCEL), header, limits), part.merges)
        for sheet, header, part in counted
    )
    hidden = [HIDDEN.format(s.title) for s in sheets if s not in visible and part_of(s, parts).rows]
    read = {sheet.title for sheet, _ in chosen}
    over = [PASSED_OVER.format(s.title) for s in visible if s.title not in read and part_of(s, parts).rows > 1]
    return Tables(tables, (*hidden, *over))


def chosen_sheets(sheets: list[Any], known: set[str], limits: Limits) -> list[tuple[Any, Header]]:
    """Give the sheets to read, each with its headings."""
    found = [(sheet, find_header(sheet_rows(sheet, limits, HEADER_WITHIN), known)) for sheet in sheets]
    for least in (LEAST_KNOWN, 1):
        chosen = [(sheet, header) for sheet, header in found if header.score >= least]
        if chosen:
            return chosen if least == LEAST_KNOWN else chosen[:1]
    own = [(sheet, find_header(sheet_rows(sheet, limits, HEADER_WITHIN), set())) for sheet in sheets]
    chosen = [(sheet, header) for sheet, header in own if header.score > 0]
    if not chosen:
        raise TableError(*HEADLESS)
    return chosen[:1]
