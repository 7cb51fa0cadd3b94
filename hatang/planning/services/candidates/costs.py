"""What a work is made of and costs: lines by the codes of data/unit_costs.csv, so that a new price needs no radio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from hatang.network.models import Technology
from hatang.pages.histories import bulk_update_with_history
from hatang.planning.models import Candidate, Scenario
from hatang.planning.services.prices import Price

Prices = Mapping[str, Price]
Line = dict[str, Any]
RADIO = {Technology.G2: "radio_3g", Technology.G3: "radio_3g", Technology.G4: "radio_4g", Technology.G5: "radio_5g"}
"""The price of an operator's equipment; there is none for 2G, which nobody builds any more."""
KM_DECIMALS = 2
REPRICED = "tính lại theo đơn giá"
SUMS = {
    "capital_vnd": (False, False),
    "yearly_vnd": (False, True),
    "structure_capital_vnd": (True, False),
    "structure_yearly_vnd": (True, True),
}
"""The fields of a candidate, by whether the structure's and whether each year's."""


@dataclass
class Bill:
    """The lines of a work."""

    prices: Prices
    lines: list[Line] = field(default_factory=list)

    def add(self, code: str, count: float = 1.0, *, structure: bool = False) -> None:
        """Add so many of an item, at the price as it holds."""
        price, count = self.prices[code], round(count, KM_DECIMALS)
        self.lines.append(
            {
                "item": code,
                "label": price.label,
                "count": count,
                "unit_vnd": price.amount_vnd,
                "amount_vnd": round(count * price.amount_vnd),
                "yearly": price.yearly,
                "structure": structure,
            }
        )


def sums_of(lines: Iterable[Line]) -> dict[str, int]:
    """Give the sums of lines, by the fields of a candidate."""
    sums = dict.fromkeys(SUMS.values(), 0)
    for line in lines:
        sums[bool(line["structure"]), bool(line["yearly"])] += line["amount_vnd"]
    return {name: sums[which] for name, which in SUMS.items()}


def yearly_cost(capital_vnd: float, yearly_vnd: float, scenario: Scenario) -> float:
    """Give what something costs in each year of its life, đồng: capital as an annuity, and yearly costs.

    Within one plan two things rank by it as by their present cost: both are paid in the same years.
    """
    rate, years = scenario.interest_percent / 100, int(scenario.lifetime_years)
    repaid = 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)
    return capital_vnd * repaid + yearly_vnd


def lines_cost(lines: Iterable[Line], scenario: Scenario) -> float:
    """Give what lines cost in each year, đồng."""
    kept = list(lines)
    capital, yearly = (
        sum(line["amount_vnd"] for line in kept if bool(line["yearly"]) is each) for each in (False, True)
    )
    return yearly_cost(capital, yearly, scenario)


def priced_anew(lines: Iterable[Line], prices: Prices) -> list[Line]:
    """Give lines at other prices; an item that there is no price of keeps its own."""
    return [
        line
        if line["item"] not in prices
        else line
        | {
            "unit_vnd": (unit := prices[line["item"]].amount_vnd),
            "amount_vnd": round(line["count"] * unit),
        }
        for line in lines
    ]


@transaction.atomic
def reprice_candidates(*, scenario: Scenario, prices: Prices) -> int:
    """Price a scenario's candidates anew, without radio; give how many cost something else now.

    How a work gets power and backhaul stays as it was chosen: `make_candidates` chooses anew.
    """
    changed = []
    for row in scenario.candidates.order_by("number"):
        lines = priced_anew(row.cost_lines, prices)
        if lines != row.cost_lines:
            price(row, lines)
            changed.append(row)
    fields = ["cost_lines", *SUMS]
    bulk_update_with_history(changed, Candidate, fields, batch_size=200, default_change_reason=REPRICED)
    return len(changed)


def price(row: Candidate, lines: list[Line]) -> None:
    """Put lines and their sums into a candidate."""
    row.cost_lines = lines
    for name, value in sums_of(lines).items():
        setattr(row, name, value)
