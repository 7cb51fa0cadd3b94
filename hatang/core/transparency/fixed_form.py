"""The fixed form of a published table: the same figures always give the same bytes, and those bytes are what is hashed.

UTF-8 with the mark that Excel needs, one line feed after each line, commas, quotes only where a cell needs them
(RFC 4180 but for the line ends); text in NFC on one line; a number as the shortest decimal that reads back the same,
with a dot and without an exponent; a day as yyyy-mm-dd; yes and no as `có` and `không`; nothing for what is unknown.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

Cell = str | int | float | bool | date | None

ENTRY_COLUMN = "Mục sổ minh bạch"
"""The column in which a table names its own entry of the log, so that a changed copy is known for what it was."""
MARK = b"\xef\xbb\xbf"
FORMULA_SIGNS = ("=", "+", "-", "@")
BLANKS = re.compile(r"\s+")


def fixed_number(value: float) -> str:
    """Write a number in its one form. Raises ValueError for what is no finite number.

    >>> [fixed_number(x) for x in (98.50, 3.0, -0.0, 0.1 + 0.2, 1e-7, 2.5e21)]
    ['98.5', '3', '0', '0.30000000000000004', '0.0000001', '2500000000000000000000']
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} không phải một số hữu hạn.")
    if isinstance(value, int):
        return str(value)
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def fixed_cell(cell: Cell) -> str:
    """Write a cell in its one form; text that a spreadsheet would run as a formula gets a quote before it.

    >>> [fixed_cell(cell) for cell in (None, True, date(2026, 12, 31), "  Lạng\\nSơn ", "=1+1")]
    ['', 'có', '2026-12-31', 'Lạng Sơn', "'=1+1"]
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, int | float):
        return fixed_number(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return _fixed_text(cell)


@lru_cache(maxsize=4096)
def _fixed_text(cell: str) -> str:
    """Write text in its one form; the same names stand in a table many times."""
    text = BLANKS.sub(" ", unicodedata.normalize("NFC", cell)).strip()
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def fixed_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table in its fixed form. Raises ValueError for a number that is none.

    >>> fixed_table(["Nơi", "Giá trị"], [["Xã Đồng Đăng", 98.5], ["Phường Kỳ Lừa, Lạng Sơn", None]]).decode("utf-8-sig")
    'Nơi,Giá trị\\nXã Đồng Đăng,98.5\\n"Phường Kỳ Lừa, Lạng Sơn",\\n'
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([fixed_cell(column) for column in columns])
    writer.writerows([fixed_cell(cell) for cell in row] for row in rows)
    return MARK + text.getvalue().encode()


def saved_again(content: bytes) -> bytes:
    """Undo what a program changes by only saving a table: its mark, its line ends, its last empty lines.

    >>> saved_again(b"a,b\\r\\n1,2") == fixed_table(["a", "b"], [[1, 2]])
    True
    """
    body = content.removeprefix(MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return MARK + body.rstrip(b"\n") + b"\n"


def entry_named_in(content: bytes) -> int | None:
    """Give the number of the entry that a table says it is, if it says one in its first row.

    >>> entry_named_in(fixed_table(["Mục sổ minh bạch", "Nơi"], [[7, "Lạng Sơn"]]))
    7
    """
    lines = content[:100_000].decode("utf-8-sig", "replace").splitlines()[:2]
    if len(lines) < 2:
        return None
    parting = ";" if lines[0].count(";") > lines[0].count(",") else ","
    try:
        heading, first = csv.reader(lines, delimiter=parting)
    except (csv.Error, ValueError):
        return None
    named = dict(zip(heading, first, strict=False)).get(ENTRY_COLUMN, "").strip()
    return int(named) if re.fullmatch(r"[0-9]{1,12}", named) else None
