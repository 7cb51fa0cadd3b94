"""Figures of former units on today's: read for pages, and old series handed in."""

from hatang.indicators.services.restating.basis import Basis, basis_of, form_of
from hatang.indicators.services.restating.importing import (
    OldSeries,
    Question,
    read_old_series,
    record_old_series,
    template_rows,
)
from hatang.indicators.services.restating.tables import RestatedFigure, RestatedLine, RestatedTable, restated_table

__all__ = [
    "Basis",
    "OldSeries",
    "Question",
    "RestatedFigure",
    "RestatedLine",
    "RestatedTable",
    "basis_of",
    "form_of",
    "read_old_series",
    "record_old_series",
    "restated_table",
    "template_rows",
]
