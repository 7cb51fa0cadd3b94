"""Restating series of former administrative units on today's: crosswalk, sums, ratios, means, intervals."""

from hatang.core.restating.crosswalk import Crosswalk, Passing, Share, Source
from hatang.core.restating.faults import CrosswalkError, RestateError
from hatang.core.restating.restated import (
    Restated,
    align,
    restate_means,
    restate_ratios,
    restate_sums,
    why_not_medians,
)

__all__ = [
    "Crosswalk",
    "CrosswalkError",
    "Passing",
    "RestateError",
    "Restated",
    "Share",
    "Source",
    "align",
    "restate_means",
    "restate_ratios",
    "restate_sums",
    "why_not_medians",
]
