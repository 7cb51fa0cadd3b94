"""What the readers of measurement files share: rows, what is wrong in which line, files opened within bounds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatang.core.cells import TableError

MOST_LINES = 500_000
LONGEST_LINE_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 4_000_000_000
MOST_FAULTS = 500
GZIP = b"\x1f\x8b"
RIGHT_MOMENT = "Ghi theo RFC 3339, ví dụ 2026-03-15T09:30:00Z."


@dataclass(frozen=True)
class LineFault:
    """What is wrong in a line of a file, in which column, and what would be right."""

    line: int
    column: str
    value: str
    wrong: str
    right: str


@dataclass
class FileRead:
    """What a file holds: rows by the names of `schema.ROWS`, what could not be read, what lies elsewhere."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    lines: int = 0
    unread: int = 0
    """Lines that hold no row: each has a fault, of which the first 500 are kept."""
    elsewhere: int = 0
    """Rows of a file of the whole world that lie nowhere near the province: not taken."""

    def refuse(self, line: int, column: str, value: object, error: TableError) -> None:
        """Note a line that cannot be read."""
        self.unread += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(LineFault(line, column, str(value)[:60], error.message, error.right))


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the filled lines of a file, plain or gzip, numbered from 1. Raises TableError beyond the bounds.

    Bounds: 500,000 lines, 20 MB a line, 4 GB unpacked.
    """
    total = filled = 0
    with opened(path) as file:
        for line_number in range(1, 10 * MOST_LINES):
            line = next_line(file)
            if not line:
                return
            total += len(line)
            filled += bool(line.strip())
            if total > MOST_UNPACKED_BYTES or filled > MOST_LINES:
                break
            if line.strip():
                yield line_number, line
    raise TableError("Tệp quá lớn: hơn 500.000 dòng hoặc 4 GB sau khi giải nén.", "Chia nhỏ tệp theo tháng.")


def opened(path: Path) -> Any:
    """Open a file for reading, unpacked where it is gzip by its first bytes."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    return gzip.open(path, "rb") if packed else path.open("rb")


def next_line(file: Any) -> bytes:
    """Give the next line; say of a torn gzip file that it is torn."""
    try:
        line: bytes = file.readline(LONGEST_LINE_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError("Tệp nén (.gz) bị cắt cụt hoặc hỏng.", "Tải lại tệp từ nguồn rồi nạp lại.") from error
    if len(line) > LONGEST_LINE_BYTES:
        raise TableError("Có dòng dài hơn 20 MB.", "Mỗi kết quả đo là một dòng JSON.")
    return line


def moment_of(text: object) -> datetime:
    """Read an instant of RFC 3339; nanoseconds are cut, an instant without zone is UTC. Raises TableError.

    >>> moment_of("2020-03-18T00:06:41.561087816Z").isoformat()
    '2020-03-18T00:06:41.561087+00:00'
    """
    words = str(text or "").strip().replace("Z", "+00:00").replace(" UTC", "+00:00")
    head, dot, tail = words.partition(".")
    if dot:
        figures = tail[: len(tail) - len(tail.lstrip("0123456789"))]
        words = f"{head}.{figures[:6].ljust(6, '0')}{tail[len(figures) :]}"
    try:
        instant = datetime.fromisoformat(words)
    except ValueError as error:
        raise TableError(f"“{str(text)[:40]}” không phải thời điểm.", RIGHT_MOMENT) from error
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def number_of(value: object, least: float, most: float, what: str) -> float | None:
    """Read a number within a range, None for nothing. Raises TableError."""
    if value is None or value == "":
        return None
    try:
        number = float(str(value))
    except ValueError as error:
        raise TableError(f"{what}: “{str(value)[:40]}” không phải số.", "Ghi số, dấu chấm thập phân.") from error
    if not least <= number <= most:
        raise TableError(f"{what}: {number:g} ngoài khoảng {least:g} đến {most:g}.", "Kiểm tra lại đơn vị.")
    return number
