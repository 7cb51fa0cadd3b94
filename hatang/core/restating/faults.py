"""What can be wrong with a crosswalk or with a series to be restated."""

from __future__ import annotations


class CrosswalkError(ValueError):
    """The shares of a unit cannot be; the text names the unit and says what would be right."""


class RestateError(ValueError):
    """A series cannot be restated; the text says which, where, and what would be right."""
