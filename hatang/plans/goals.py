"""Goals handed down to planning: which scenario, or fibre plan, answers a target of an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from hatang.coverage.models import BROADBAND
from hatang.network.models import Technology
from hatang.planning.models import Scenario
from hatang.plans.models import Comparator, Target

Measure = Scenario.Measure
UPWARD = (Comparator.AT_LEAST, Comparator.MORE_THAN, Comparator.EQUAL, Comparator.ABOUT)
TITLE_LONGEST = 200


@dataclass(frozen=True)
class Goal:
    """What a scenario asks for an indicator: a service, counted by a measure, or a share of new sites that share.

    `wider` says where the scenario counts more places than the indicator does; its title says so.
    """

    service: str
    measure: str
    shared: bool = False
    wider: str = ""


FIBRE = "villages-fibre"
GOALS = {
    "villages-mobile-broadband": Goal(BROADBAND, Measure.VILLAGES),
    "villages-with-power-mobile-broadband": Goal(BROADBAND, Measure.VILLAGES, wider="tính cho mọi thôn"),
    "population-5g": Goal(Technology.G5, Measure.PEOPLE),
    "commune-centres-5g": Goal(Technology.G5, Measure.SITES, wider="tính cho mọi khu, địa điểm"),
    "zones-sites-5g": Goal(Technology.G5, Measure.SITES),
    "new-bts-on-existing": Goal(BROADBAND, Measure.VILLAGES, shared=True),
}
"""By the indicator's code. An indicator that is not here has no works that a scenario could find."""


def goal_address(target: Target, *, today: date) -> str:
    """Give the address that begins a scenario, or a fibre plan, for a target; empty where there is none."""
    code = target.indicator.code
    if target.value is None or target.comparator not in UPWARD or (code != FIBRE and code not in GOALS):
        return ""
    place, goal = target.plan.province.code, GOALS.get(code)
    said = {"nam": max(target.year, today.year), "ten": _title(target, goal.wider if goal else "")}
    if goal is None:
        return f"{reverse('planning:fibre_plan_new', args=[place])}?{urlencode(said)}"
    share = f"{target.value:g}".replace(".", ",")
    asked = {"dich-vu": str(goal.service), "tinh-theo": str(goal.measure)}
    asked["dung-chung" if goal.shared else "muc-tieu"] = share
    return f"{reverse('planning:scenario_new', args=[place])}?{urlencode(asked | said)}"


def _title(target: Target, wider: str) -> str:
    """Name a scenario after the target."""
    aside = f" ({wider})" if wider else ""
    return f"{target.indicator.short_name} {target.written} đến {target.year}{aside}"[:TITLE_LONGEST]
