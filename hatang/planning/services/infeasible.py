"""Why a scenario has no answer, told with names; and ways to ask less, each taken with one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number as in_words
from hatang.pages.amounts import vnd_words
from hatang.places.models import Place
from hatang.planning.models import Scenario, ScenarioBudget
from hatang.planning.services.candidates import GROUPS
from hatang.planning.services.scenarios import require_change, require_open, write_budgets
from hatang.planning.services.solving import ask_solve

GONE = "Mức nới này không còn đúng với phương án: tính lại rồi chọn."
SPACING, AREA, MILLION = "apart", "area", 10**6
Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    """A way to ask less that is enough: a sentence for each thing; not `may_take` where a rule of law would give."""

    number: int
    words: Sequence[str]
    may_take: bool


@dataclass(frozen=True)
class Reasons:
    """Why there is no answer: places out of reach, the first of them by name, and what would help."""

    count: int
    places: Sequence[Place]
    ways: Sequence[Way]

    @property
    def more(self) -> int:
        """How many places are not named."""
        return self.count - len(self.places)


def reasons_told(scenario: Scenario, named: int) -> Reasons:
    """Tell why a scenario has no answer; of places out of reach the first so many by name."""
    why: Kept = scenario.answer.get("why", {})
    unreachable, kept = why.get("unreachable", []), why.get("ways", [])
    places = Place.objects.filter(pk__in=unreachable).select_related("parent").defer("point").order_by("sort_key")
    ways = [
        Way(number, way_words(scenario, way), all(one["name"] != SPACING for one in way))
        for number, way in enumerate(kept, start=1)
    ]
    return Reasons(len(unreachable), list(places[:named]), ways)


def way_words(scenario: Scenario, way: Sequence[Kept]) -> list[str]:
    """Say a way in sentences; communes that are too far below are told together, for they share one number."""
    areas = [one for one in way if one["name"] == AREA]
    told = [words_of(one) for one in way if one["name"] != AREA]
    if areas:
        asked, least = scenario.least_percent_in_commune, min(new_value(one) for one in areas)
        count = in_words(len(areas))
        told.append(
            f"không xã nào dưới: {in_words(asked, 1)} % → {in_words(least, 1)} % ({count} xã không tới mức đòi)"
        )
    return told


def words_of(one: Kept) -> str:
    """Say what is asked and what could be had."""
    key = [str(part) for part in one["key"]]
    if one["name"] == SPACING:
        return "cho phép hai cột mới gần nhau hơn quy định khoảng cách của tỉnh"
    if one["name"] == "budget":
        source = ScenarioBudget.Source(key[1]).label
        return f"vốn năm {key[0]} của {source}: {vnd_words(one['asked'])} → {vnd_words(new_value(one))}"
    subject = {
        "share": "mục tiêu",
        "group": f"nơi ưu tiên, {GROUPS.get(key[0], key[0]) if key else ''}",
        "sharing": "vị trí mới trên hạ tầng có sẵn",
    }[one["name"]]
    return f"{subject}: {in_words(one['asked'], 1)} % → {in_words(new_value(one), 1)} %"


def new_value(one: Kept) -> float:
    """Give the new value: a share rounded down to a tenth, money up to a million, so that it surely is enough."""
    if one["name"] == "budget":
        return float(ceil(one["reachable"] / MILLION) * MILLION)
    return max(0.0, floor(one["reachable"] * 10 + 1e-6) / 10)


def relax_scenario(*, actor: Person, scenario: Scenario, number: int) -> Scenario:
    """Ask only what can be had, in one of the ways that were told, and solve again."""
    require_change(actor, scenario)
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        require_open(row)
        ways = row.answer.get("why", {}).get("ways", [])
        way = ways[number - 1] if 0 < number <= len(ways) and row.state == Scenario.State.INFEASIBLE else []
        if not way or any(one["name"] == SPACING for one in way):
            raise ValidationError(GONE)
        take(row, way, actor)
    return ask_solve(actor=actor, scenario=scenario)


def take(row: Scenario, way: Sequence[Kept], actor: Person) -> None:
    """Write a way's new values into the scenario."""
    money = {(b.year, b.source): b.amount_vnd for b in row.budgets.all()}
    for one in way:
        value = new_value(one)
        if one["name"] == "share":
            row.share_percent = value
        elif one["name"] == "sharing":
            row.shared_percent = value
        elif one["name"] == AREA:
            row.least_percent_in_commune = min(value, row.least_percent_in_commune or 0.0)
        elif one["name"] == "group":
            row.least_percent_of_group = row.least_percent_of_group | {str(one["key"][0]): value}
        elif one["name"] == "budget":
            money[int(one["key"][0]), str(one["key"][1])] = int(value)
    sign(row, actor, "nới để có phương án")
    row.save()
    write_budgets(row, money, actor)
