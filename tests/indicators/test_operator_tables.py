"""Operators' approved answers by operator: the department sees whose they are, an operator its own, nobody else any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.indicators.models import Indicator, Period, Return, ReturnCell
from hatang.indicators.services.tables import Wanted, answers_in, pivot
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import an_item, make_cell, make_form, make_period, make_return

pytestmark = pytest.mark.django_db
YEAR = 2025
ASK = "SELECT doanh_nghiep, noi, gia_tri FROM tra_loi_doanh_nghiep ORDER BY doanh_nghiep, noi"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Keep the tables' files apart."""
    settings.DATA = tmp_path


@pytest.fixture
def subscribers(world: World) -> Indicator:
    """Let two operators tell their subscribers of two communes, in approved returns."""
    indicator = make_indicator("thue-bao", unit_code="count", rollup=Indicator.Rollup.SUM)
    period = period_of(world, indicator, "nam")
    for operator, amounts in ((world.operator, (70, 10)), (world.rival, (30, 20))):
        of = make_return(period, world.province, operator, state=Return.State.APPROVED)
        for place, amount in zip((world.commune, world.neighbour), amounts, strict=True):
            make_cell(of, "thue-bao", amount, place=place)
    return indicator


def period_of(world: World, indicator: Indicator, code: str, **more: Any) -> Period:
    """Open a period of a form in which operators answer for each commune."""
    item = an_item("thue-bao", "indicator", indicator=indicator)
    form = make_form(world.province, [item], code=code, filer="operator", by_commune=True)
    return make_period(form, year=YEAR, **more)


def numbers(person: Any, world: World, indicator: Indicator, **more: Any) -> list[list[float | None]]:
    """Give the pivot of places by operators as a person sees it."""
    wanted = Wanted((indicator.code,), (YEAR,), **{"rows": "noi", "columns": "doanh-nghiep", **more})
    return pivot(person=person, province=world.province, wanted=wanted).numbers()


def asked(client: Client, world: World, sql: str = ASK) -> Any:
    """Put a question in SQL."""
    return client.post(reverse("indicators:sql", args=[world.province.code]), {"sql": sql})


@pytest.mark.parametrize("who", ["department_officer", "department_head"])
def test_the_department_sees_operators_beside_each_other(
    who: str, subscribers: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    assert sorted(map(sorted, numbers(people[who], world, subscribers))) == [[10, 20], [30, 70]]
    assert sorted(numbers(people[who], world, subscribers, level="province")[0]) == [50, 80]
    client.force_login(people[who])
    rows = asked(client, world).context["answer"].rows
    assert sorted(row[2] for row in rows) == [10, 20, 30, 70]
    assert {row[0] for row in rows} == {world.operator.name, world.rival.name}


@pytest.mark.parametrize(("who", "own"), [("operator", [[70], [10]]), ("rival", [[30], [20]])])
def test_an_operator_sees_its_own_and_no_sign_of_a_rival(
    who: str, own: list[list[float]], subscribers: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    assert numbers(people[who], world, subscribers) == own
    client.force_login(people[who])
    page = reverse("indicators:analysis", args=[world.province.code])
    query = f"indicators=thue-bao&years={YEAR}&level=commune&rows=noi&columns=doanh-nghiep&measure=value"
    answer = client.get(f"{page}?{query}")
    assert answer.context["table"].numbers() == own
    text = answer.text + client.get(page).text
    other = world.rival if who == "operator" else world.operator
    assert other.name not in text
    assert client.get(f"{page}?{query}&operator={other.pk}").status_code == 422
    assert asked(client, world).status_code == 404


@pytest.mark.parametrize(
    "who", ["analyst", "auditor", "commune_officer", "commune_leader", "administrator", "stranger"]
)
def test_nobody_else_sees_whose_answers_they_are(
    who: str, subscribers: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    assert not answers_in(world.province, people[who]).exists()
    assert numbers(people[who], world, subscribers) == [[], []]
    client.force_login(people["department_head"])
    assert asked(client, world).status_code == 200
    client.force_login(people[who])
    assert asked(client, world).status_code in (404, 422)


def test_an_analyst_cannot_reach_the_file_by_its_name(
    subscribers: Indicator, world: World, people: dict[str, Person], client: Client, settings: Any
) -> None:
    client.force_login(people["department_head"])
    asked(client, world)
    file = next((Path(settings.DATA) / "tables").glob("operators-*.parquet"))
    client.force_login(people["analyst"])
    assert asked(client, world, f"SELECT * FROM read_parquet('{file}')").status_code == 422
    page = client.get(reverse("indicators:analysis", args=[world.province.code])).text
    assert 'name="operator"' not in page
    assert "doanh-nghiep" not in page


def test_a_visitor_has_no_table_of_operators(subscribers: Indicator, world: World) -> None:
    assert not answers_in(world.province, AnonymousUser()).exists()
    assert numbers(AnonymousUser(), world, subscribers) == [[], []]


def test_what_is_not_approved_or_was_opened_again_is_not_there(
    subscribers: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_head"])
    assert len(asked(client, world).context["answer"].rows) == 4
    Return.objects.filter(organisation=world.rival).update(state=Return.State.RETURNED)
    assert {row[0] for row in asked(client, world).context["answer"].rows} == {world.operator.name}
    assert numbers(people["department_head"], world, subscribers) == [[70], [10]]


def test_the_latest_period_of_a_year_counts_and_sql_has_them_all(
    subscribers: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    earlier = period_of(world, subscribers, "quy", part="Q1")
    Period.objects.filter(pk=earlier.pk).update(last_on=f"{YEAR}-03-31")
    of = make_return(earlier, world.province, world.operator, state=Return.State.APPROVED)
    make_cell(of, "thue-bao", 5, place=world.commune)
    officer = people["department_officer"]
    assert numbers(officer, world, subscribers, operator=world.operator.pk, columns="nam") == [[70], [10]]
    client.force_login(officer)
    rows = asked(client, world, "SELECT gia_tri FROM tra_loi_doanh_nghiep WHERE phan = 'Q1'").context["answer"].rows
    assert rows == [[5.0]]


def test_the_sum_over_operators_is_what_was_published_of_the_commune(
    subscribers: Indicator, world: World, people: dict[str, Person]
) -> None:
    """The second way to the same figure: what the returns add up to by themselves."""
    cells = ReturnCell.objects.filter(place=world.commune).values_list("value", flat=True)
    assert sum(n or 0 for n in numbers(people["department_head"], world, subscribers)[0]) == sum(cells)


def test_the_page_says_what_the_table_is_of_and_draws_operators_as_bars(
    subscribers: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    """Operators follow in no order, so that a line over them would tell of a movement that there is not."""
    client.force_login(people["department_officer"])
    page = reverse("indicators:analysis", args=[world.province.code])
    query = f"indicators=thue-bao&years={YEAR}&level=commune&rows=noi&columns=doanh-nghiep&measure=value"
    answer = client.get(f"{page}?{query}")
    said = answer.context["finding"]
    assert said.startswith(f"thue-bao, {YEAR}: giá trị theo nơi và doanh nghiệp; cao nhất 70 (")
    assert "thấp nhất 10 (" in said
    assert 'fill="currentColor"' in answer.text
    assert 'fill="none" stroke="currentColor" stroke-width="1.5"' not in answer.text
    assert client.get(f"{page}?{query}&xuat=csv").status_code == 200
