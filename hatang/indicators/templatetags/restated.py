"""How restated figures are written: in their indicator's unit, with the interval that holds the truth."""

from __future__ import annotations

from django import template

from hatang.indicators.models import Indicator
from hatang.indicators.services import RestatedFigure

register = template.Library()


@register.simple_tag
def in_unit(indicator: Indicator, value: float | None) -> str:
    """Write a figure with its unit's sign."""
    return indicator.unit.write(value)


@register.simple_tag
def bounds(indicator: Indicator, figure: RestatedFigure) -> str:
    """Write the interval; a side without a bound says so."""
    if figure.lower is None and figure.upper is None:
        return "không có khoảng"
    low = indicator.unit.plain(figure.lower) if figure.lower is not None else "0"
    return f"{low} – {indicator.unit.write(figure.upper)}" if figure.upper is not None else f"từ {low} trở lên"
