"""Promise: all checks of a period of 124 communes x 60 indicators x 5 operators in 3 s.

Fills a scratch SQLite database with two periods of a form that five operators file by commune, each with every named
rule on all its items, and measures the whole check, findings kept, at 31, 62 and 124 communes. Beside it stands the
obvious way of a form-based system: one question to the database for each answer's last period.

Run: .venv/bin/python -m benchmarks.return_checks
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from random import Random

from benchmarks.scratch import begin

begin()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.timing import line, median_ms  # noqa: E402
from hatang.accounts.models import Organisation  # noqa: E402
from hatang.indicators.models import (  # noqa: E402
    Finding,
    FormCheck,
    FormItem,
    FormVersion,
    Period,
    Return,
    ReturnCell,
    ReturnForm,
)
from hatang.indicators.services.checks import RULES, run_checks  # noqa: E402
from hatang.places.models import Place  # noqa: E402

SIZES = (31, 62, 124)
INDICATORS, OPERATORS = 60, 5
PROMISE_MS = 3000
TENTH = 10
YEARS = (2024, 2025)
ASKED = {
    "against_register": {"extract": "tram-5g", "percent": 1000},
    "at_most": {},
    "adds_up": {"tolerance_percent": 100},
}


def make_communes(province: Place, count: int) -> list[Place]:
    """Store communes with people in them."""
    inside = {"kind": "commune", "title": "Xã", "parent": province, "province": province}
    places = [Place(**inside, name=f"Thử {n}", population=4000 + 37 * n, households=1000 + 9 * n) for n in range(count)]
    for place in places:
        place.fill_keys()
    return Place.objects.bulk_create(places)


def make_form(province: Place) -> FormVersion:
    """Make a form of sixty numbers by commune, with every rule that can be chosen on all of them."""
    form = ReturnForm.objects.create(
        province=province, code=f"b{province.pk}", name="Thử", filer=ReturnForm.Filer.OPERATOR, by_commune=True
    )
    version = FormVersion.objects.create(form=form, number=1, state=FormVersion.State.PUBLISHED)
    FormItem.objects.bulk_create(
        FormItem(version=version, order=n, code=f"d{n}", label=f"Dòng {n}", kind="number", unit_code="count")
        for n in range(INDICATORS)
    )
    names = [name for name, rule in RULES.items() if not rule.always]
    FormCheck.objects.bulk_create(FormCheck(version=version, rule=name, settings=ASKED.get(name, {})) for name in names)
    return version


def make_period(version: FormVersion, year: int, communes: list[Place], operators: list[Organisation]) -> Period:
    """Store a year's returns with all their answers, a few of them odd."""
    days = {"first_on": date(year, 1, 1), "last_on": date(year, 12, 31), "opens_on": date(year, 12, 1)}
    period = Period.objects.create(
        form=version.form,
        version=version,
        year=year,
        title=f"{year}",
        due_on=date(year + 1, 1, 15),
        state="open",
        **days,
    )
    province, random, now = version.form.province, Random(year), timezone.now()
    common = {"period": period, "province": province, "place": province, "state": Return.State.SIGNED}
    returns = Return.objects.bulk_create(Return(**common, organisation=o) for o in operators)
    items = list(version.items.all())
    cells = (
        ReturnCell(of_return=r, item=i, place=c, value=amount(random, 50 + 10 * n), changed_at=now)
        for r in returns
        for n, i in enumerate(items)
        for c in communes
    )
    ReturnCell.objects.bulk_create(cells, batch_size=5000)
    return period


def amount(random: Random, usual: int) -> int:
    """Make up a count: one in two hundred is far off, or typed in thousands."""
    draw = random.random()
    factor = 0.001 if draw < 0.002 else 20 if draw < 0.005 else 1
    return round(random.uniform(0.9, 1.1) * usual * factor)


def one_by_one(period: Period) -> Callable[[], object]:
    """Give the checking of one rule, the jump, by a question for each answer."""

    def run() -> object:
        cells = ReturnCell.objects.filter(of_return__period=period).select_related("of_return")
        return [before(cell) for cell in cells[::TENTH]]

    return run


def before(cell: ReturnCell) -> ReturnCell | None:
    """Ask for the last period's answer to one cell."""
    same = {"item": cell.item_id, "place": cell.place_id, "of_return__organisation": cell.of_return.organisation_id}
    return ReturnCell.objects.filter(**same, of_return__period__year=YEARS[0]).first()


def main() -> None:
    """Fill and measure at each size, first with nothing found before, then again."""
    call_command("migrate", verbosity=0)
    operators = [Organisation.objects.create(kind="operator", name=f"Doanh nghiệp {n}") for n in range(OPERATORS)]
    for size in SIZES:
        with transaction.atomic():
            province = Place.objects.create(kind="province", title="Tỉnh", name=f"Thử {size}", code=f"B{size}")
            version, communes = make_form(province), make_communes(province, size)
            period = [make_period(version, year, communes, operators) for year in YEARS][-1]
        cells = ReturnCell.objects.filter(of_return__period=period).count()
        print(f"{size} communes x {INDICATORS} x {OPERATORS} = {cells:,} answers", end="; ")
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")

        def anew(period: Period = period) -> None:
            Finding.objects.filter(of_return__period=period).delete()
            run_checks(period)

        peers = (
            {"one rule, a question for each tenth answer": median_ms(one_by_one(period), 1)} if size == SIZES[0] else {}
        )
        print(line("all rules, nothing found before", median_ms(anew, 3), PROMISE_MS, peers))
        print(
            line(
                f"all rules again, {len(run_checks(period)):,} findings kept",
                median_ms(lambda p=period: run_checks(p), 3),
                PROMISE_MS,
                {},
            )
        )


if __name__ == "__main__":
    main()
