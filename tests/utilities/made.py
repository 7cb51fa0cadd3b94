"""Entries for tests of the log."""

from __future__ import annotations

from typing import Any

from hatang.core.transparency.fixed_form import ENTRY_COLUMN, fixed_table
from hatang.utilities.models import LogEntry
from hatang.utilities.services import append_entry
from tests.conftest import World


def published(world: World, percent: float = 98.5, **more: Any) -> LogEntry:
    """Append a small table of the province."""
    given: dict[str, Any] = {"actor": None, "province": world.province, "title": "Số liệu hạ tầng số năm 2026"}
    rows = [("Xã Đồng Đăng", percent), ("Phường Kỳ Lừa", 100.0)]
    return append_entry(
        **given | {"file_name": "so-lieu-20-2026.csv"} | more,
        write=lambda number: fixed_table([ENTRY_COLUMN, "Nơi", "Giá trị"], [(number, *row) for row in rows]),
    )


def content_of(entry: LogEntry) -> bytes:
    with entry.file.file.open("rb") as file:
        return bytes(file.read())
