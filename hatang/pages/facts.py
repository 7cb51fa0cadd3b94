"""A row's fields in words: their names, their units, and their values as people here write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from hatang.core.vietnamese import day, number

UNITS = {"m", "km", "m²", "Gb/s", "Mb/s", "MW", "GB", "%"}
DECIMALS = {"lon": 6, "lat": 6, "length_km": 3, "pue": 2, "power_mw": 2}


def label_of(field: Any) -> tuple[str, str]:
    """Give a field's name and its unit, if it is measured in one."""
    name = str(field.verbose_name)
    words, _, unit = name.rpartition(", ")
    words, unit = (words, unit) if unit in UNITS else (name, "")
    return words[0].upper() + words[1:], unit


def written(field: Any, value: Any) -> str:
    """Write a field's value as people read it; nothing for nothing."""
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, GEOSGeometry):
        return f"đường {value.num_coords} đỉnh"
    if isinstance(value, int | float):
        unit = label_of(field)[1]
        return number(value, DECIMALS.get(field.name, 1)) + (f" {unit}" if unit else "")
    return str(value)
