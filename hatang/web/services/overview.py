"""All provinces of the installation at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.plans.models import Plan
from hatang.plans.services import finding, standing_of_provinces
from hatang.plans.services.finding import WORDS
from hatang.web.services.standing import Tally, tally

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class ProvinceLine:
    """A province in the list: its sentence and how many targets are in which state."""

    province: Place
    plans: Sequence[Plan]
    finding: str
    tally: Tally
    simulated: bool


def finding_of(lines: Sequence[ProvinceLine]) -> str:
    """Say how all provinces' targets stand together."""
    if not lines:
        return ""
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update({s.state: s.count for s in line.tally.strip})
    total = sum(line.tally.total for line in lines)
    told = [f"{number(counts[state])} {word}" for state, word in WORDS.items() if counts[state]]
    return f"{number(len(lines))} tỉnh có kế hoạch, {number(total)} mục tiêu: {', '.join(told)}."


def overview(*, person: Someone, today: date) -> list[ProvinceLine]:
    """Give a line for each province that has a plan to see."""
    return [
        ProvinceLine(
            province=standing.province,
            plans=standing.plans,
            finding=finding(standing.targets, today=today) if standing.targets else "Kế hoạch chưa có mục tiêu nào.",
            tally=tally(standing.targets),
            simulated=standing.simulated,
        )
        for standing in standing_of_provinces(person=person, today=today)
    ]
