"""Promise: the home page takes ≤ 100 ms of server time and ≤ 12 queries, at 1, 10 and 34 provinces.

Fills a scratch SQLite database with made-up provinces (100 communes, 28 targets with four years of figures of the
province and its communes, 40 tasks each) and asks for the list of provinces as a visitor, and for a province's home and
an indicator's page as its department's head. Beside the province's home stands a peer in the same run: what such a page
costs when it asks the database once for each target, year and commune. Pages are rendered whole, with the templates.

Run: .venv/bin/python -m benchmarks.home
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from random import Random

from benchmarks.scratch import begin

os.environ["HATANG_HOSTS"] = "testserver"
begin()

import logging  # noqa: E402

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.timing import line, median_ms  # noqa: E402
from hatang.accounts.models import Grant, Person  # noqa: E402
from hatang.indicators.models import Indicator, Value  # noqa: E402
from hatang.places.models import Place  # noqa: E402
from hatang.plans.models import Baseline, Plan, Target, Task  # noqa: E402

SIZES = (1, 10, 34)
COMMUNES, INDICATORS, TASKS = 100, 28, 40
COMPONENTS = ("telecom", "data", "physical", "utilities")
THIS_YEAR = timezone.localdate().year
YEARS = range(THIS_YEAR - 3, THIS_YEAR + 1)


def make_indicators() -> list[Indicator]:
    """Make the indicators that all plans use."""
    return Indicator.objects.bulk_create(
        Indicator(
            code=f"thu-{n}",
            number=n,
            name=f"Tỷ lệ thử {n}",
            short_name=f"Thử {n}",
            component=COMPONENTS[n % 4],
            unit_code="percent",
            rollup=Indicator.Rollup.RATIO_OF_SUMS,
            source=Indicator.Source.REPORTED,
        )
        for n in range(INDICATORS)
    )


def make_province(number: int, indicators: list[Indicator]) -> Place:
    """Make a province with communes, a plan and figures."""
    random = Random(number)
    code = f"{number:02d}"
    province = Place.objects.create(kind="province", title="Tỉnh", name=f"Thử {number}", code=code)
    communes = [
        Place(kind="commune", title="Xã", name=f"{n}", code=f"{code}{n:03d}", parent=province, province=province)
        for n in range(COMMUNES)
    ]
    for commune in communes:
        commune.fill_keys()
    Place.objects.bulk_create(communes)
    make_plan(code, province, indicators)
    make_values(province, communes, indicators, random)
    return province


def make_plan(code: str, province: Place, indicators: list[Indicator]) -> None:
    """Make a published plan with a target for each indicator, some due and some not, and tasks."""
    facts = {"territory": province, "province": province, "year_from": THIS_YEAR - 1, "year_to": THIS_YEAR + 4}
    plan = Plan.objects.create(code=f"thu-{code}", title=f"Kế hoạch {code}", issuer="UBND", published=True, **facts)
    Target.objects.bulk_create(
        Target(
            plan=plan, indicator=i, year=THIS_YEAR - 1 if n % 2 else THIS_YEAR + 4, comparator="ge", value=80, order=n
        )
        for n, i in enumerate(indicators)
    )
    Baseline.objects.bulk_create(
        Baseline(plan=plan, indicator=i, label=i.name, year=THIS_YEAR - 2, value=40) for i in indicators[::2]
    )
    Task.objects.bulk_create(
        Task(plan=plan, title=f"Việc {n}", due_on=date(THIS_YEAR - 1, 6, 30), order=n) for n in range(TASKS)
    )


def make_values(province: Place, communes: list[Place], indicators: list[Indicator], random: Random) -> None:
    """Make published figures of the province and its communes for four years, and a hundred drafts."""
    now = timezone.now()
    rows = [
        Value(
            indicator=indicator,
            place=place,
            year=year,
            on=date(year, 12, 31),
            value=random.uniform(20, 100),
            how=Value.How.REPORTED,
            state=Value.State.PUBLISHED if place is province or place is not communes[0] else Value.State.DRAFT,
            known_from=now,
        )
        for indicator in indicators
        for place in (province, *communes)
        for year in YEARS
    ]
    Value.objects.bulk_create(rows, batch_size=2000)


def signed_in(province: Place) -> Client:
    """Sign in as a head of the province's department."""
    person = Person.objects.create_user("lanh-dao", password=None)
    Grant.objects.create(person=person, role="department_head", province=province)
    client = Client()
    client.force_login(person, backend="hatang.accounts.backends.RoleBackend")
    return client


def asking(client: Client, address: str) -> Callable[[], object]:
    """Give the asking for a page."""

    def ask() -> object:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer

    return ask


def one_by_one(province: Place) -> Callable[[], object]:
    """Ask the database for each target's figures by year, and for each commune's newest."""

    def run() -> object:
        communes = list(Place.objects.communes().filter(province=province))
        told = []
        for target in Target.objects.filter(plan__province=province):
            own = Value.objects.known().published().filter(indicator=target.indicator)
            series = [own.filter(place=province, year=year).first() for year in YEARS]
            below = [own.filter(place=c, year=THIS_YEAR).first() for c in communes]
            told.append((target.indicator.name, series, sum(v is not None and v.value < target.value for v in below)))
        return told

    return run


def queries_of(ask: Callable[[], object]) -> int:
    """Count a page's queries."""
    with CaptureQueriesContext(connection) as found:
        ask()
    return len(found)


def report(client: Client, province: Place) -> None:
    """Print what each page took."""
    home, listed = asking(client, f"/tinh/{province.code}/"), asking(Client(), "/")
    naive = {"query per target, year and commune": median_ms(one_by_one(province), 1)}
    pages = [
        ("list of provinces, visitor", listed, {}),
        ("home of a province, department head", home, naive),
        ("indicator with 100 communes", asking(client, f"/tinh/{province.code}/chi-tieu/thu-1/"), {}),
    ]
    for name, ask, peers in pages:
        print(line(f"{name}, {queries_of(ask)} queries", median_ms(ask), 100, peers))


def main() -> None:
    """Fill and measure at each size."""
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    assert not settings.DEBUG
    indicators = make_indicators()
    provinces: list[Place] = []
    client: Client | None = None
    for size in SIZES:
        while len(provinces) < size:
            with transaction.atomic():
                provinces.append(make_province(len(provinces) + 1, indicators))
        client = client or signed_in(provinces[0])
        print(f"{size} provinces, {Value.objects.count():,} values, {Target.objects.count():,} targets")
        report(client, provinces[0])


if __name__ == "__main__":
    main()
