"""Values of the register in words for people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Field

from hatang.accounts.models import Organisation
from hatang.core.cells import as_text
from hatang.core.vietnamese import day, number
from hatang.places.models import Place

LONGEST = 60
NOTHING = "–"
HIDDEN = "(của tổ chức khác)"
"""What a thing is called of which the reader may not know the code."""


def shown(value: Any, field: Field[Any, Any] | None = None) -> str:
    """Write a value for a person: a choice by its label, a line by its vertices, a row by its name."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "có" if value else "không"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime | date):
        return day(value if not isinstance(value, datetime) else value.date())
    if isinstance(value, float):
        return number(value, 7)
    if isinstance(value, Organisation):
        return value.short_name or value.name
    if isinstance(value, Place):
        return value.full_name
    if hasattr(value, "coords"):
        return f"{number(len(value.coords))} đỉnh, {point(value.coords[0])} … {point(value.coords[-1])}"
    return as_text(value if isinstance(value, str | int) else str(value))[:LONGEST]


def point(position: tuple[float, ...]) -> str:
    """Write a position, longitude first."""
    return f"{number(position[0], 5)} {number(position[1], 5)}"


def remark(simulated: bool) -> tuple[str, str]:
    """Say that the mark of simulated data comes or goes: before, after."""
    return ("số liệu thật", "dữ liệu mô phỏng") if simulated else ("dữ liệu mô phỏng", "số liệu thật")
