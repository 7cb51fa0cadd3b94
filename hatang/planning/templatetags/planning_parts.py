"""What the pieces of a scenario's page compute from its figures."""

from __future__ import annotations

from math import ceil
from typing import Any

from django import template
from django.http import QueryDict
from django.urls import reverse

from hatang.planning.models import Scenario
from hatang.planning.services.curves import CurveTold, SwingsTold, curve_told, swings_told
from hatang.planning.services.figures import Figures
from hatang.planning.services.figures_map import MapTold, map_told

register = template.Library()


@register.simple_tag(name="map_told")
def map_tag(figures: Figures) -> MapTold:
    """Give what stands beside a scenario's map."""
    return map_told(figures)


@register.simple_tag(name="curve_told")
def curve_tag(scenario: Scenario) -> CurveTold:
    """Give what a scenario's curve says."""
    return curve_told(scenario)


@register.simple_tag(name="swings_told")
def swings_tag(scenario: Scenario) -> SwingsTold:
    """Give which assumptions move a scenario's answer."""
    return swings_told(scenario)


@register.simple_tag
def map_addresses(scenario: Scenario) -> dict[str, Any]:
    """Give the addresses that a scenario's map asks and leads to."""
    return {"data": reverse("planning:scenario_map_data", args=[scenario.pk])} | leads()


def leads() -> dict[str, str]:
    """Give the addresses to which things on a map lead, and of its tiles."""
    return {
        "work": reverse("planning:candidate", args=[0]),
        "place": reverse("web:place", args=[0]),
        "tiles": reverse("web:tile", args=["communes", 0, 0, 0]),
    }


@register.simple_tag
def pair_addresses(data: str) -> dict[str, str]:
    """Give the addresses that the map of two scenarios asks and leads to."""
    return {"data": data} | leads()


@register.simple_tag
def scenario_like(scenario: Scenario, percent: float | None = None, capital_vnd: float | None = None) -> str:
    """Give the address of a new scenario that asks the same but for its share, %, or for its capital, đồng."""
    query = QueryDict(mutable=True)
    query["tu"] = str(scenario.pk)
    if percent is not None:
        query["muc-tieu"] = f"{percent:.1f}"
    if capital_vnd is not None:
        query["kinh-phi"] = str(ceil(capital_vnd))
    return f"{reverse('planning:scenario_new', args=[scenario.province.code])}?{query.urlencode()}"
