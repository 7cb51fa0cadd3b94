"""The published table: as a file, as a pivot, and to questions in SQL; views of it that were saved."""

from hatang.indicators.services.tables.pivots import Pivot, Wanted, alike, pivot
from hatang.indicators.services.tables.published import COLUMNS, TABLE, ask_published, published_file
from hatang.indicators.services.tables.saving import drop_view, save_view

__all__ = [
    "COLUMNS",
    "TABLE",
    "Pivot",
    "Wanted",
    "alike",
    "ask_published",
    "drop_view",
    "pivot",
    "published_file",
    "save_view",
]
