"""XLSX workbooks (ECMA-376, part 1) written row by row: numbers, days and text that is never a formula.

Only what large tables need: widths, a frozen head, bold headings, days as dd/mm/yyyy. Rows go straight into the
package, so that memory does not grow with them, at some 25 times the speed of a library that makes an object a cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import islice
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | date | None
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MARKED = re.compile(r"[&<>\r]")
DAY_ZERO = date(1899, 12, 30).toordinal()
FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts a day too many, and days before 1900 it does not have: such are written as text."""
ROWS_AT_ONCE = 1_000
BOLD, DAY = 1, 2
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class BookWriter:
    """A workbook that is being written to a path, a sheet after another: `with BookWriter(path) as book: ...`."""

    def __init__(self, path: Path | IO[bytes]) -> None:
        self.archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5)
        self.titles: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.write_parts()
        self.archive.close()

    def write_sheet(
        self,
        title: str,
        rows: Iterable[Sequence[Cell]],
        *,
        widths: Sequence[float] = (),
        bold_rows: int = 0,
        frozen: tuple[int, int] = (0, 0),
    ) -> None:
        """Write a sheet: its first rows bold, so many columns and rows frozen, columns as wide in characters."""
        self.titles.append(title)
        name = f"xl/worksheets/sheet{len(self.titles)}.xml"
        with self.archive.open(name, "w", force_zip64=True) as part:
            part.write(f'{HEAD}<worksheet xmlns="{MAIN}">{view_of(*frozen)}{columns_of(widths)}<sheetData>'.encode())
            lines = iter(rows)
            done = 0
            while some := list(islice(lines, ROWS_AT_ONCE)):
                numbered = enumerate(some, start=done + 1)
                part.write("".join(row_of(n, row, bold=n <= bold_rows) for n, row in numbered).encode())
                done += len(some)
            part.write(b"</sheetData></worksheet>")

    def write_parts(self) -> None:
        """Write what holds the sheets together."""
        for name, content in parts_of(self.titles):
            self.archive.writestr(name, content)


def view_of(columns: int, rows: int) -> str:
    """Freeze so many columns and rows."""
    if not columns and not rows:
        return ""
    corner = f"{letters(columns)}{rows + 1}"
    pane = "bottomRight" if columns and rows else "topRight" if columns else "bottomLeft"
    split = (f' xSplit="{columns}"' if columns else "") + (f' ySplit="{rows}"' if rows else "")
    frozen = f'<pane{split} topLeftCell="{corner}" activePane="{pane}" state="frozen"/>'
    return f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'


@cache
def letters(place: int) -> str:
    """Give the letters of a column counted from 0.

    >>> [letters(n) for n in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def columns_of(widths: Sequence[float]) -> str:
    """Set how wide columns are."""
    told = (f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, start=1))
    return f"<cols>{''.join(told)}</cols>" if widths else ""


def row_of(number: int, row: Sequence[Cell], *, bold: bool) -> str:
    """Write a row by its number from 1."""
    cells = [
        cell_of(f"{letters(place)}{number}", cell, bold) for place, cell in enumerate(row) if cell not in (None, "")
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell_of(place: str, cell: Cell, bold: bool) -> str:
    """Write a cell at its place; a number that Excel does not have is left out.

    >>> cell_of("B2", "=1&2", False), cell_of("B2", date(2026, 11, 26), False), cell_of("B2", 2.5, False)
    ('<c r="B2" t="inlineStr"><is><t xml:space="preserve">=1&amp;2</t></is></c>', '<c r="B2" s="2"><v>46352</v></c>', \
'<c r="B2"><v>2.5</v></c>')
    """
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell:.17g}</v></c>' if isfinite(cell) else ""
    if isinstance(cell, date):
        if cell >= FIRST_DAY:
            return f'<c r="{place}" s="{DAY}"><v>{cell.toordinal() - DAY_ZERO}</v></c>'
        cell = f"{cell:%d/%m}/{cell.year:04}"
    text = UNWRITABLE.sub("", str(cell))
    if MARKED.search(text):
        text = escape(text, {"\r": "&#13;"})
    style = f' s="{BOLD}"' if bold else ""
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def parts_of(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the parts of a package with so many sheets, by name."""
    places = range(1, len(titles) + 1)
    override = '<Override PartName="/xl/{}" ContentType="' + SHEET_TYPE + '.{}+xml"/>'
    types = [override.format("workbook.xml", "sheet.main"), override.format("styles.xml", "styles")]
    types += [override.format(f"worksheets/sheet{n}.xml", "worksheet") for n in places]
    yield (
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{"".join(types)}</Types>',
    )
    yield "_rels/.rels", related([("rId1", "officeDocument", "xl/workbook.xml")])
    sheets = [
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(titles, start=1)
    ]
    yield (
        "xl/workbook.xml",
        (f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(sheets)}</sheets></workbook>'),
    )
    links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in places]
    yield "xl/_rels/workbook.xml.rels", related([*links, ("rIdStyles", "styles", "styles.xml")])
    yield "xl/styles.xml", STYLES


def related(links: Iterable[tuple[str, str, str]]) -> str:
    """Write relations: each its id, kind and target."""
    told = (f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in links)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(told)}</Relationships>'
