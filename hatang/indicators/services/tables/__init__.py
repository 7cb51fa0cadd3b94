"""The published table and operators' answers: as files, as a pivot, and to questions in SQL; views that were saved."""

from hatang.indicators.services.tables.operators import OperatorFigure, answers_in, indicators_of, operators_of
from hatang.indicators.services.tables.pivots import Pivot, Wanted, alike, alike_words, pivot
from hatang.indicators.services.tables.published import TABLE, ask_tables_of, published_file, tables_for
from hatang.indicators.services.tables.saving import drop_view, save_view

__all__ = [
    "TABLE",
    "OperatorFigure",
    "Pivot",
    "Wanted",
    "alike",
    "alike_words",
    "answers_in",
    "ask_tables_of",
    "drop_view",
    "indicators_of",
    "operators_of",
    "pivot",
    "published_file",
    "save_view",
    "tables_for",
]
