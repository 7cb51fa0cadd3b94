"""What the pages say: how provinces stand, what waits for a decision, how an indicator moves, what a place has."""

from hatang.web.services.decisions import decisions, plans_of
from hatang.web.services.overview import finding_of, overview
from hatang.web.services.presence import presence_at, whereabouts
from hatang.web.services.search import find
from hatang.web.services.standing import parts_of, tally
from hatang.web.services.trend import Trend, chart_data, trend_of, trend_table
from hatang.web.services.ways import ways_for

__all__ = [
    "Trend",
    "chart_data",
    "decisions",
    "find",
    "finding_of",
    "overview",
    "parts_of",
    "plans_of",
    "presence_at",
    "tally",
    "trend_of",
    "trend_table",
    "ways_for",
    "whereabouts",
]
