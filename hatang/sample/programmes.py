"""A made-up programme with its beneficiaries, and a province's own marks by the index set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hatang.accounts.models import Person
from hatang.indicators.models import Assessment, Beneficiaries, Criterion, IndexSet, Indicator, Mark, Programme
from hatang.indicators.services.index_sets import copy_set
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.sample.chance import chance

GROUPS = ["hộ nghèo", "hộ cận nghèo"]
DUE_SHARE = {"hộ nghèo": 0.06, "hộ cận nghèo": 0.05}
REASON = "Dữ liệu mô phỏng"


def make_programmes(province: Place, communes: Sequence[Place], today: date) -> None:
    """Make a programme of smartphones with three years of counts, and last year's self-assessment."""
    programme = Programme.objects.create(
        province=province,
        name="Hỗ trợ điện thoại thông minh cho hộ nghèo, cận nghèo",
        counts_what="hộ",
        groups=GROUPS,
        indicator=Indicator.objects.filter(code="adults-with-smartphone").first(),
        year_from=today.year - 2,
        year_to=today.year + 2,
        simulated=True,
    )
    rows = [row for year in range(today.year - 2, today.year + 1) for row in counts_of(programme, communes, year)]
    bulk_create_with_history(rows, Beneficiaries, default_change_reason=REASON)


def counts_of(programme: Programme, communes: Sequence[Place], year: int) -> list[Beneficiaries]:
    """Count each group of each commune: more are reached every year."""
    share = 0.2 + 0.25 * (year - programme.year_from)
    rows = []
    for commune in communes:
        for group in GROUPS:
            due = round(DUE_SHARE[group] * (commune.households or 0))
            luck = 0.7 + 0.6 * chance(f"programme {commune.code} {group} {year}").random()
            got = round(due * min(1.0, share * luck))
            facts = {"programme": programme, "place": commune, "year": year, "group": group, "simulated": True}
            rows.append(Beneficiaries(**facts, eligible=due, reached=got))
    return rows


def make_assessment(province: Place, officer: Person, year: int) -> None:
    """Give the province's own marks for what the shipped set knows the points of."""
    shipped = IndexSet.objects.filter(province=None).first()
    if shipped is None:
        return
    own = copy_set(actor=officer, index_set=shipped, province=province)
    assessment = Assessment.objects.create(index_set=own, province=province, year=year, simulated=True)
    known = Criterion.objects.filter(group__index_set=own, group__order=1)
    marks = [Mark(assessment=assessment, criterion=criterion) for criterion in known]
    for mark in marks:
        points = mark.criterion.points or 0
        mark.own_points, mark.ministry_points = round(0.8 * points), round(0.7 * points)
    bulk_create_with_history(marks, Mark, default_change_reason=REASON)
