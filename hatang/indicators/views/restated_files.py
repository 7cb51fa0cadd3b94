"""Restated series as tables to keep: each row says that it was restated, how, and what of it was estimated."""

from __future__ import annotations

from typing import Any

from hatang.indicators.models import Indicator
from hatang.indicators.services import RestatedFigure, RestatedLine, RestatedTable

MARK = "tính lại theo địa giới hiện nay"
HEADINGS = ["Nơi", "Mã", "Năm", "Tử số", "Mẫu số", "Giá trị", "Cận dưới", "Cận trên", "Phần ước tính (%)"]
HEADINGS += ["Cách tính", "Thiếu số liệu của", "Cách có", "Số của chính đơn vị hiện nay"]


def whole_table(indicator: Indicator, table: RestatedTable) -> list[list[Any]]:
    """Give all lines of a table."""
    rows = [row for line in table.lines for row in figure_rows(line)]
    return [[indicator.name, MARK], HEADINGS, *rows]


def place_table(indicator: Indicator, line: RestatedLine) -> list[list[Any]]:
    """Give one unit's years."""
    return [[indicator.name, MARK], HEADINGS, *figure_rows(line)]


def figure_rows(line: RestatedLine) -> list[list[Any]]:
    """Give a unit's figures; a missing one is empty, never zero, and names whose is missing."""
    place = line.place
    return [
        [place.full_name, place.code, f.year, *numbers(f), line.how, *words(f)] for f in line.figures if not f.nothing
    ]


def numbers(figure: RestatedFigure) -> list[Any]:
    """Give the numbers of a figure."""
    found = (figure.numerator, figure.denominator, figure.value, figure.lower, figure.upper)
    estimated = "" if figure.value is None else figure.estimated_percent
    return [*("" if n is None else n for n in found), estimated]


def words(figure: RestatedFigure) -> list[Any]:
    """Say what is missing, that it was restated, and what the unit has of its own."""
    own = figure.own.value if figure.own and figure.own.value is not None else ""
    return ["; ".join(place.full_name for place in figure.missing), MARK, own]
