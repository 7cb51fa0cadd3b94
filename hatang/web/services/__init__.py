"""What the pages say: how provinces stand, what waits for a decision, how an indicator moves, what a place has."""

from hatang.web.services.decisions import Decision, decisions
from hatang.web.services.presence import Presence, Whereabouts, presence_at, whereabouts
from hatang.web.services.search import Found, find
from hatang.web.services.standing import Part, parts_of, tally
from hatang.web.services.trend import CommuneLine, Trend, chart_data, trend_of, trend_table

__all__ = [
    "CommuneLine",
    "Decision",
    "Found",
    "Part",
    "Presence",
    "Trend",
    "Whereabouts",
    "chart_data",
    "decisions",
    "find",
    "parts_of",
    "presence_at",
    "tally",
    "trend_of",
    "trend_table",
    "whereabouts",
]
