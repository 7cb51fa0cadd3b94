"""Index sets: read from data/, copied and filled in by a province, scored, held against the ministry's marks."""

from hatang.indicators.services.index_sets.assessing import (
    GroupLine,
    Line,
    Standing,
    keep_mark,
    marked,
    standing_of,
    start_assessment,
)
from hatang.indicators.services.index_sets.editing import copy_set, keep_criterion, sets_for
from hatang.indicators.services.index_sets.loading import import_index_sets

__all__ = [
    "GroupLine",
    "Line",
    "Standing",
    "copy_set",
    "import_index_sets",
    "keep_criterion",
    "keep_mark",
    "marked",
    "sets_for",
    "standing_of",
    "start_assessment",
]
