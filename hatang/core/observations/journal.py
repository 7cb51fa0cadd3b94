"""The journal of a table: rows that came one by one wait in it for others, so that they share a file.

A row is on the disk when `add` returns. Whoever calls has the table to himself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from hatang.core.measurements.files import sync
from hatang.core.observations.schema import KEPT, MOMENT

NAME, DAMAGED = "waiting.jsonl", "waiting-damaged.jsonl"
MOMENTS = [field.name for field in KEPT if field.type == MOMENT]


@dataclass(frozen=True)
class Waiting:
    """What waits in a journal: its rows, the lines that could not be read, and how many bytes were written whole."""

    rows: pa.Table
    damaged: list[bytes]
    end: int


class Journal:
    """The journal in a table's folder."""

    def __init__(self, folder: Path) -> None:
        """Name the file; the first row makes it."""
        self.path = folder / NAME

    def exists(self) -> bool:
        """Tell whether anything waits."""
        return self.path.exists()

    def read(self) -> Waiting:
        """Give what waits; what a crash cut short was never acknowledged and is left out."""
        content = self.path.read_bytes() if self.path.exists() else b""
        end = content.rfind(b"\n") + 1
        told = [(line, row_of(line)) for line in content[:end].splitlines()]
        rows = pa.Table.from_pylist([row for _, row in told if row is not None], schema=KEPT)
        return Waiting(rows, [line for line, row in told if row is None], end)

    def add(self, rows: pa.Table, waiting: Waiting) -> None:
        """Put rows on the disk behind what was read to be waiting."""
        lines = [json.dumps(row, ensure_ascii=True, default=datetime.isoformat) for row in rows.to_pylist()]
        begun = self.path.exists()
        with self.path.open("r+b" if begun else "wb") as file:
            file.truncate(waiting.end)
            file.seek(waiting.end)
            file.write("".join(f"{line}\n" for line in lines).encode())
        sync(self.path)
        if not begun:
            sync(self.path.parent)

    def clear(self, waiting: Waiting) -> None:
        """Forget what was read to be waiting: it is in the table. Lines that could not be read are kept aside."""
        if waiting.damaged:
            with self.path.with_name(DAMAGED).open("ab") as file:
                file.write(b"\n".join([*waiting.damaged, b""]))
        self.path.unlink(missing_ok=True)
        sync(self.path.parent)


def row_of(line: bytes) -> dict[str, object] | None:
    """Read a line; nothing where it is none."""
    try:
        row: dict[str, object] = json.loads(line)
        moments = {name: row[name] for name in MOMENTS}
        return row | {name: datetime.fromisoformat(str(told)) for name, told in moments.items() if told is not None}
    except (ValueError, KeyError, TypeError):
        return None
