"""Boundaries of places: checked, saved, taken back, drawn by hand, or illustrated where there are none."""

from hatang.places.services.boundaries.checking import BoundaryFileError, check_boundaries
from hatang.places.services.boundaries.illustrating import Illustrated, illustrate
from hatang.places.services.boundaries.outcome import TITLES, BoundaryOutcome, Finding
from hatang.places.services.boundaries.preview import preview_of
from hatang.places.services.boundaries.recognising import LEVEL_WORDS, Asked
from hatang.places.services.boundaries.saving import Saved, Undone, keep_drawn, save_boundaries, undo_boundaries

__all__ = [
    "LEVEL_WORDS",
    "TITLES",
    "Asked",
    "BoundaryFileError",
    "BoundaryOutcome",
    "Finding",
    "Illustrated",
    "Saved",
    "Undone",
    "check_boundaries",
    "illustrate",
    "keep_drawn",
    "preview_of",
    "save_boundaries",
    "undo_boundaries",
]
