"""Stations and cells by form: added from the mast, corrected, taken back; an operator its own, a rival nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Organisation, Person
from hatang.network.kinds import OF_MODEL
from hatang.network.models import Cell, Mast, Station, Tenancy
from tests.conftest import World
from tests.network.things import make_thing

As = Callable[[str], Client]
MAST = OF_MODEL[Mast]
SENT = {"code": "T1", "technology": "5G", "on_air_on": "01/02/2024"}


@pytest.fixture
def as_(people: dict[str, Person]) -> As:
    """Sign in as one of the people."""

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(people[who])
        return client

    return sign_in


def station_of(mast: Mast, operator: Organisation, **more: Any) -> Station:
    facts = {"code": "T1", "technology": "4G", "on_air_on": date(2024, 1, 1)}
    return Station.objects.create(mast=mast, operator=operator, **facts | more)


def post(client: Client, name: str, pk: int, **data: object) -> Any:
    return client.post(reverse(f"network:{name}", args=[pk]), data)


def seen(client: Client, name: str, pk: int) -> int:
    found: int = client.get(reverse(f"network:{name}", args=[pk])).context["seen"]
    return found


def test_an_operator_adds_a_station_and_its_cells_corrects_and_takes_them_back(world: World, as_: As) -> None:
    client, mast = as_("operator"), make_thing(MAST, world, "M1", simulated=True)
    elsewhere = make_thing(MAST, world, "BI-MAT", world.rival)
    page = client.get(mast.get_absolute_url()).content.decode()
    assert reverse("network:add_station", args=[mast.pk]) in page
    form = client.get(reverse("network:add_station", args=[mast.pk])).content.decode()
    assert "BI-MAT" not in form and "Doanh nghiệp B" not in form
    answer = post(client, "add_station", mast.pk, **SENT, operator=world.rival.pk, mast=elsewhere.pk)
    assert (answer.status_code, answer["Location"]) == (302, mast.get_absolute_url())
    station = Station.objects.get()
    assert (station.mast, station.operator, station.simulated) == (mast, world.operator, True)
    assert post(client, "add_cell", station.pk, code="T1-1", band="n78", azimuth_deg="120,5", on_air_on="01/02/2024")
    cell = Cell.objects.get()
    assert (cell.station, cell.azimuth_deg, cell.simulated) == (station, 120.5, True)
    changed = {"code": "T1-1", "band": "n78", "azimuth_deg": "90", "on_air_on": "01/02/2024"}
    assert post(client, "edit_cell", cell.pk, **changed, seen=seen(client, "edit_cell", cell.pk)).status_code == 302
    cell.refresh_from_db()
    assert cell.azimuth_deg == 90
    post(client, "undo_cell", cell.pk, seen=seen(client, "edit_cell", cell.pk))
    cell.refresh_from_db()
    assert cell.azimuth_deg == 120.5
    refused = client.post(
        reverse("network:undo_station", args=[station.pk]),
        {"seen": seen(client, "edit_station", station.pk)},
        follow=True,
    )
    assert "Không bỏ được: còn ô (cell)" in refused.content.decode()
    cell.delete()
    post(client, "undo_station", station.pk, seen=seen(client, "edit_station", station.pk))
    assert not Station.objects.exists()
    assert Station.history.filter(history_type="-", history_user__isnull=False).exists()


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(world: World, as_: As) -> None:
    client, mast = as_("department_officer"), make_thing(MAST, world, "M1")
    station_of(mast, world.operator, technology="5G")
    wrong = {"off_air_on": "01/01/2024", "operator": world.operator.pk}
    answer = post(client, "add_station", mast.pk, **SENT | {"code": "T9"} | wrong)
    assert answer.status_code == 422 and answer.context["form"].errors
    twice = post(client, "add_station", mast.pk, **SENT, operator=world.operator.pk)
    assert twice.status_code == 422 and "đã có" in str(twice.context["form"].errors)
    assert Station.objects.count() == 1
    assert post(client, "add_station", mast.pk, **SENT, operator=world.rival.pk).status_code == 302


def test_who_saves_later_is_told_of_the_other(world: World, as_: As) -> None:
    mast = make_thing(MAST, world, "M1")
    station = station_of(mast, world.operator)
    opened = seen(as_("operator"), "edit_station", station.pk)
    officers = {**SENT, "code": "T2", "technology": "4G", "mast": mast.pk, "operator": world.operator.pk}
    officer = as_("department_officer")
    post(officer, "edit_station", station.pk, **officers, seen=opened)
    late = post(as_("operator"), "edit_station", station.pk, **SENT, seen=opened)
    assert late.status_code == 422 and "T1 → T2" in late.content.decode()
    station.refresh_from_db()
    assert station.code == "T2"


@pytest.mark.parametrize("who", ["rival", "stranger", "commune_officer", "analyst"])
def test_others_stations_are_as_absent_as_none(world: World, as_: As, who: str) -> None:
    mast = make_thing(MAST, world, "M1", offered=True)
    station = station_of(mast, world.operator)
    cell = Cell.objects.create(station=station, code="C", on_air_on=date(2024, 1, 1))
    client = as_(who)
    for name, pk in (
        ("add_station", mast.pk),
        ("edit_station", station.pk),
        ("add_cell", station.pk),
        ("edit_cell", cell.pk),
    ):
        there, absent = (client.get(reverse(f"network:{name}", args=[key])) for key in (pk, 987654))
        assert there.status_code == absent.status_code == 404
    for name, pk in (("undo_station", station.pk), ("undo_cell", cell.pk)):
        assert post(client, name, pk, seen=1).status_code == 404
    assert Station.objects.get() == station


def test_a_tenant_writes_its_station_on_the_mast_that_it_rents(world: World, as_: As) -> None:
    mast = make_thing(MAST, world, "M1", world.rival)
    Tenancy.objects.create(mast=mast, tenant=world.operator, since_on=date(2022, 1, 1))
    assert post(as_("operator"), "add_station", mast.pk, **SENT).status_code == 302
    assert Station.objects.get().operator == world.operator
