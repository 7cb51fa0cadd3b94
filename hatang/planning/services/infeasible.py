"""Why a scenario has no answer, told with names; and ways to ask less, each taken with one click or into the form."""

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
from hatang.pages.lists import whole_number
from hatang.places.models import Place
from hatang.planning.models import Scenario, ScenarioBudget
from hatang.planning.services.candidates import GROUPS
from hatang.planning.services.scenarios import require_change, require_open, write_budgets
from hatang.planning.services.solving import ask_solve

GONE = "Mức nới này không còn đúng với phương án: tính lại rồi chọn."
SPACING, AREA, MILLION = "apart", "area", 10**6
FLOOR = "san"
"""How an address names the floor that every commune can reach."""
Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    """A way to ask less that is enough: a sentence for each thing; not `may_take` where a rule of law would give."""

    number: int
    words: Sequence[str]
    may_take: bool


@dataclass(frozen=True)
class Commune:
    """A commune that no works bring to the floor asked, and the share that all of them together reach, %."""

    place: Place
    reach_percent: float
    asked_percent: float

    @property
    def short_percent(self) -> float:
        """By how many points it stays below."""
        return self.asked_percent - self.reach_percent


@dataclass(frozen=True)
class Floor:
    """The floor asked of every commune, where some cannot reach it; farthest below first.

    `common_percent` is the highest floor that every commune can reach, rounded down to a tenth.
    """

    asked_percent: float
    communes: Sequence[Commune]

    @property
    def common_percent(self) -> float:
        """The highest floor that works can bring every commune to."""
        return rounded_down(min(one.reach_percent for one in self.communes))


@dataclass(frozen=True)
class Reasons:
    """Why there is no answer: places out of reach, the first of them by name, and what would help.

    `reach_percent` is the share that all works together would serve; None where it was not kept.
    """

    count: int
    places: Sequence[Place]
    ways: Sequence[Way]
    reach_percent: float | None

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
    return Reasons(len(unreachable), list(places[:named]), ways, why.get("reach_percent"))


def floor_told(scenario: Scenario) -> Floor | None:
    """Tell which communes stay below the floor asked, whatever is built; None where every commune can reach it."""
    asked, reach = scenario.least_percent_in_commune, scenario.answer.get("communes", {})
    if asked is None or not reach:
        return None
    places = Place.objects.filter(pk__in=[pk for pk in reach if pk]).defer("point").order_by("sort_key")
    told = (Commune(one, float(reach[str(one.pk)]), asked) for one in places)
    communes = sorted(told, key=lambda one: one.reach_percent)
    return Floor(asked, communes) if communes else None


def way_words(scenario: Scenario, way: Sequence[Kept]) -> list[str]:
    """Say a way in sentences; communes that are too far below are told together, for they share one number."""
    areas = [one for one in way if one["name"] == AREA]
    told = [words_of(scenario, one) for one in way if one["name"] != AREA]
    if areas:
        asked, least = scenario.least_percent_in_commune, min(new_value(one) for one in areas)
        count = in_words(len(areas))
        told.append(
            f"không xã nào dưới: {in_words(asked, 1)} % → {in_words(least, 1)} % ({count} xã không tới mức đòi)"
        )
    return told


def words_of(scenario: Scenario, one: Kept) -> str:
    """Say what is asked and what could be had."""
    key = [str(part) for part in one["key"]]
    if one["name"] == SPACING:
        return "cho phép hai cột mới gần nhau hơn quy định khoảng cách của tỉnh"
    if one["name"] == "budget":
        source = ScenarioBudget.Source(key[1]).label
        return f"vốn năm {key[0]} của {source}: {amounts_words(one['asked'], new_value(one))}"
    subject = {
        "share": f"mốc cuối năm {key[0]}" if is_milestone(scenario, one) else "mục tiêu",
        "group": f"nơi ưu tiên, {GROUPS.get(key[0], key[0]) if key else ''}",
        "sharing": "vị trí mới trên hạ tầng có sẵn",
    }[one["name"]]
    return f"{subject}: {in_words(one['asked'], 1)} % → {in_words(new_value(one), 1)} %"


def amounts_words(before: float, after: float) -> str:
    """Say two amounts, exactly where round words would hide the difference.

    >>> amounts_words(4e9, 15.7e9), amounts_words(1e9, 1.002e9)
    ('4 tỷ đồng → 15,7 tỷ đồng', '1.000.000.000 → 1.002.000.000 đồng')
    """
    if (words := vnd_words(before)) != (new_words := vnd_words(after)):
        return f"{words} → {new_words}"
    return f"{in_words(before)} → {in_words(after)} đồng"


def new_value(one: Kept) -> float:
    """Give the new value: a share rounded down to a tenth, money up to a million, so that it surely is enough."""
    if one["name"] == "budget":
        return float(ceil(one["reachable"] / MILLION) * MILLION)
    return rounded_down(one["reachable"])


def rounded_down(percent: float) -> float:
    """Round a share down to a tenth."""
    return max(0.0, floor(percent * 10 + 1e-6) / 10)


def is_milestone(scenario: Scenario, one: Kept) -> bool:
    """Tell whether a share is asked at the end of a year before the last."""
    return bool(one["name"] == "share" and one["key"] and int(one["key"][0]) < scenario.last_year)


def way_of(scenario: Scenario, number: int) -> Sequence[Kept]:
    """Give a way to ask less of a scenario without an answer; nothing where it is gone, or where a rule would give."""
    ways = scenario.answer.get("why", {}).get("ways", []) if scenario.state == Scenario.State.INFEASIBLE else []
    way = ways[number - 1] if 0 < number <= len(ways) else []
    return [] if any(one["name"] == SPACING for one in way) else way


def relax_scenario(*, actor: Person, scenario: Scenario, number: int) -> Scenario:
    """Ask only what can be had, in one of the ways that were told, and solve again."""
    require_change(actor, scenario)
    with transaction.atomic():
        row = Scenario.objects.select_for_update().get(pk=scenario.pk)
        require_open(row)
        way = way_of(row, number)
        if not way:
            raise ValidationError(GONE)
        money = {(b.year, b.source): b.amount_vnd for b in row.budgets.all()} | relaxed(row, way)
        sign(row, actor, "nới để có phương án")
        row.save()
        write_budgets(row, money, actor)
    return ask_solve(actor=actor, scenario=scenario)


@dataclass(frozen=True)
class Taken:
    """What was set in a scenario that is not saved: in sentences, and the money that it changes."""

    words: Sequence[str]
    money: Mapping[tuple[int, str], int]


def take_over(row: Scenario, asked: str) -> Taken | None:
    """Set in a scenario, without saving it, the way to ask less that an address names; None where it names none.

    `asked`: the number of a way, or `FLOOR` for the highest floor that every commune can reach.
    """
    if asked == FLOOR and (told := floor_told(row)):
        row.least_percent_in_commune = told.common_percent
        before, after = in_words(told.asked_percent, 1), in_words(told.common_percent, 1)
        return Taken([f"không xã nào dưới: {before} % → {after} %"], {})
    way = way_of(row, whole_number(asked, 3) or 0)
    if not way:
        return None
    words = way_words(row, way)
    return Taken(words, relaxed(row, way))


def relaxed(row: Scenario, way: Sequence[Kept]) -> dict[tuple[int, str], int]:
    """Set a way's new values in a scenario, not saved yet; give the money that it changes."""
    money: dict[tuple[int, str], int] = {}
    for one in way:
        value = new_value(one)
        if is_milestone(row, one):
            row.interim_percent = row.interim_percent | {str(one["key"][0]): value}
        elif one["name"] == "share":
            row.share_percent = value
        elif one["name"] == "sharing":
            row.shared_percent = value
        elif one["name"] == AREA:
            row.least_percent_in_commune = min(value, row.least_percent_in_commune or 0.0)
        elif one["name"] == "group":
            row.least_percent_of_group = row.least_percent_of_group | {str(one["key"][0]): value}
        elif one["name"] == "budget":
            money[int(one["key"][0]), str(one["key"][1])] = int(value)
    return money
