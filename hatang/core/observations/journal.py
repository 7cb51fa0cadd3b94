"""The journal of a table: rows that came one by one wait in it for others, so that they share a file.

A row is on the disk when `add` returns. Whoever calls has the table to himself.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from hatang.core.measurements.files import sync
from hatang.core.observations.schema import KEPT, MOMENT

NAME, DAMAGED = "waiting.jsonl", "waiting-damaged.jsonl"
MOMENTS = [field.name for field in KEPT if field.type == MOMENT]


class Journal:
    """The journal in a table's folder."""

    def __init__(self, folder: Path) -> None:
        """Name the file; the first row makes it."""
        self.path = folder / NAME

    def exists(self) -> bool:
        """Tell whether anything waits."""
        return self.path.exists()

    def read(self) -> pa.Table:
        """Give the rows that wait; what a crash cut short was never acknowledged and is left out."""
        rows = [row for row in map(row_of, self._whole().splitlines()) if row is not None]
        return pa.Table.from_pylist(rows, schema=KEPT)

    def add(self, rows: pa.Table) -> None:
        """Put rows on the disk."""
        lines = [json.dumps(row, ensure_ascii=True, default=datetime.isoformat) for row in rows.to_pylist()]
        begun = self.path.exists()
        whole = len(self._whole())
        with self.path.open("r+b" if begun else "wb") as file:
            file.truncate(whole)
            file.seek(whole)
            file.write("".join(f"{line}\n" for line in lines).encode())
        sync(self.path)
        if not begun:
            sync(self.path.parent)

    def clear(self) -> None:
        """Forget the rows: they are in the table. Lines that could not be read are kept aside."""
        damaged = [line for line in self._whole().splitlines() if row_of(line) is None]
        if damaged:
            with self.path.with_name(DAMAGED).open("ab") as file:
                file.write(b"\n".join([*damaged, b""]))
        self.path.unlink(missing_ok=True)
        sync(self.path.parent)

    def _whole(self) -> bytes:
        """Read the lines that were written to their end."""
        content = self.path.read_bytes() if self.path.exists() else b""
        return content[: content.rfind(b"\n") + 1]


def row_of(line: bytes) -> dict[str, object] | None:
    """Read a line; nothing where it is none."""
    try:
        row: dict[str, object] = json.loads(line)
        moments = {name: row[name] for name in MOMENTS}
        return row | {name: datetime.fromisoformat(str(told)) for name, told in moments.items() if told is not None}
    except (ValueError, KeyError, TypeError):
        return None
