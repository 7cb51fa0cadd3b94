"""IoT connections for each person: what operators file is added up, who is missing is said, things stand beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.indicators.models import FormItem, Period, Return, Value
from hatang.indicators.services import publish_values
from hatang.indicators.services.approval import approve_return, check_return, leave_out, submit_return
from hatang.indicators.services.filling import items_of
from hatang.indicators.services.return_forms import denominator_at, read_answer, shipped_forms
from hatang.places.models import Place
from hatang.sensors.models import Thing, ThingState
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import an_item, make_cell, make_form, make_period, make_return

CODE = "iot-connections-per-person"
PEOPLE = 50_000
Pages = Callable[[str, Value], str]


@pytest.fixture
def quarter(world: World) -> Period:
    """A quarter of a form that asks operators for their IoT subscriptions in the whole province."""
    Place.objects.filter(pk=world.province.pk).update(population=PEOPLE)
    world.province.refresh_from_db()
    indicator = make_indicator(CODE, unit_code="per_person", source="things")
    item = an_item(CODE, FormItem.Kind.INDICATOR, indicator=indicator, denominator_from="population")
    return make_period(make_form(world.province, [item], filer="operator", code="dn-quy"), part="Q4")


@pytest.fixture
def page(people: dict[str, Person]) -> Pages:
    """Give a figure's page as a person sees it."""

    def read(who: str, value: Value) -> str:
        client = Client()
        if who != "visitor":
            client.force_login(people[who])
        answer = client.get(reverse("indicators:value", args=[value.pk]))
        return answer.content.decode() if answer.status_code == 200 else ""

    return read


def filed(period: Period, world: World, people: dict[str, Person], who: str, typed: str) -> Return:
    """Answer as an operator types it, and bring the return up to the department's head."""
    row = make_return(period, world.province, {"operator": world.operator, "rival": world.rival}[who])
    [item] = items_of(row)
    make_cell(row, CODE, **read_answer(item, world.province, typed).fields())
    submit_return(actor=people[who], return_=row)
    check_return(actor=people["department_officer"], return_=row)
    return row


def both(period: Period, world: World, people: dict[str, Person], ours: str, theirs: str) -> None:
    """Have both operators' returns approved."""
    rows = [filed(period, world, people, who, typed) for who, typed in (("operator", ours), ("rival", theirs))]
    for row in rows:
        approve_return(actor=people["department_head"], return_=row)


def test_the_form_that_comes_with_the_program_asks_for_it() -> None:
    asked = [item for item in shipped_forms()["dn-quy"].items if item.get("indicator") == CODE]
    assert [item["denominator_from"] for item in asked] == ["population"]


def test_the_figure_is_the_sum_of_what_all_filed_for_each_person(
    quarter: Period, world: World, people: dict[str, Person], page: Pages
) -> None:
    """30.000 and 5.000 for 50.000 people make 0,7; a part of the sum is no figure."""
    ours = filed(quarter, world, people, "operator", "30.000")
    theirs = filed(quarter, world, people, "rival", "5.000")
    approve_return(actor=people["department_head"], return_=ours)
    assert not Value.objects.exists()
    approve_return(actor=people["department_head"], return_=theirs)
    value = Value.objects.get(place=world.province)
    assert (value.numerator, value.denominator, value.value) == (35_000, PEOPLE, 0.7)
    told = page("department_officer", value)
    assert "0,7 /người" in told and "chưa đủ doanh nghiệp" not in told


def test_a_province_is_divided_by_all_its_people_or_not_at_all(quarter: Period, world: World) -> None:
    """Villages known in one commune only are not the province: 900 people there would make the figure far too great."""
    Place.objects.filter(pk=world.province.pk).update(population=None)
    communes = list(Place.objects.communes().filter(province=world.province, valid_to=None))
    village = {"kind": "village", "title": "Thôn", "name": "Một", "code": "V1", "parent": communes[0]}
    Place.objects.villages().filter(province=world.province).delete()
    Place.objects.create(province=world.province, population=900, **village)
    item = quarter.version.items.get()

    def people() -> float | None:
        return denominator_at(item, Place.objects.get(pk=world.province.pk))

    Place.objects.filter(pk__in=[commune.pk for commune in communes]).update(population=None)
    assert people() is None
    for commune in communes[1:]:
        Place.objects.filter(pk=commune.pk).update(population=1_000)
    assert people() == 900 + 1_000 * (len(communes) - 1)
    Place.objects.filter(pk=world.province.pk).update(population=PEOPLE)
    assert people() == PEOPLE


def test_an_operator_without_such_connections_is_not_missing(
    quarter: Period, world: World, people: dict[str, Person], page: Pages
) -> None:
    both(quarter, world, people, "30.000", "không có")
    value = Value.objects.get(place=world.province)
    assert value.value == 0.6 and "chưa đủ doanh nghiệp" not in page("department_officer", value)


def test_who_did_not_file_is_named_to_the_department_alone(
    quarter: Period, world: World, people: dict[str, Person], page: Pages
) -> None:
    """To everybody else it is said that the figure is not the last word, not whose part is missing."""
    late = make_return(quarter, world.province, world.rival)
    ours = filed(quarter, world, people, "operator", "30.000")
    approve_return(actor=people["department_head"], return_=ours)
    assert not Value.objects.exists()
    leave_out(actor=people["department_head"], return_=late, reason="Đã nhắc ba lần")
    value = Value.objects.get(place=world.province)
    assert value.numerator == 30_000
    Value.objects.filter(pk=value.pk).update(state=Value.State.PUBLISHED, withheld=False)
    for who in ("department_officer", "department_head"):
        told = page(who, value)
        assert "chưa phải số cuối cùng" in told and f"{world.rival} (không chờ: Đã nhắc ba lần)" in told
    for who in ("visitor", "operator", "stranger"):
        told = page(who, value)
        assert "chưa phải số cuối cùng" in told and "tên chỉ Sở xem" in told, who
        assert "Đã nhắc ba lần" not in told and str(world.rival) not in told, who
    told = Client().get(reverse("web:indicator", args=[world.province.code, CODE])).content.decode()
    assert "Số liệu năm 2025 chưa đủ doanh nghiệp, chưa phải số cuối cùng." in told


def test_the_platforms_things_stand_beside_and_are_never_added(
    quarter: Period, world: World, people: dict[str, Person], page: Pages
) -> None:
    for number, state in enumerate((ThingState.ACTIVE, ThingState.ACTIVE, ThingState.RETIRED)):
        Thing.objects.create(
            province=world.province, owner=world.operator, code=f"T{number}", name=f"T{number}", state=state
        )
    both(quarter, world, people, "30.000", "5.000")
    value = Value.objects.get(place=world.province)
    assert value.value == 0.7
    assert "2 vật đang hoạt động" in page("department_officer", value)
    Value.objects.filter(pk=value.pk).update(state=Value.State.PUBLISHED, withheld=False)
    assert "0 vật đang hoạt động" in page("visitor", value), "things that are not public are not counted for visitors"


def test_a_figure_of_two_operators_is_not_for_the_public(
    quarter: Period, world: World, people: dict[str, Person], page: Pages
) -> None:
    """Each of two would know the other's part by taking its own away."""
    both(quarter, world, people, "30.000", "5.000")
    value = Value.objects.get(place=world.province)
    publish_values(actor=None, values=Value.objects.filter(pk=value.pk))
    assert [bool(page(who, value)) for who in ("visitor", "operator", "rival")] == [False] * 3
    assert "0,7 /người" in page("department_officer", value)
