"""Tenancies: what is free follows them, prices stay between the parties and the department."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Organisation, Person
from hatang.accounts.roles import Role
from hatang.network.models import Mast, Station, Tenancy
from hatang.network.services import add_tenancy, change_tenancy, end_tenancy, release_ended
from hatang.work.models import Notice
from hatang.work.services import make_round
from tests.conftest import World, make_person
from tests.instants import set_now
from tests.network.sharing import offered_mast
from tests.network.test_request_pages import get, post


@pytest.fixture
def mast(world: World) -> Mast:
    return offered_mast(world.operator, world.commune)


def rented(actor: Person, mast: Mast, tenant: Organisation, **more: Any) -> Tenancy:
    """Enter a tenancy of a mast as the page does."""
    facts = {"since_on": date(2024, 1, 1), "amount": 1, "price_vnd": 4_321_000, "contract": "7/HĐ"} | more
    return add_tenancy(actor=actor, tenancy=Tenancy(mast=mast, tenant=tenant, **facts))


def spare(mast: Mast) -> int:
    mast.refresh_from_db()
    return int(mast.spare or 0)


def test_what_is_free_follows_the_tenancies(world: World, people: dict[str, Person], mast: Mast) -> None:
    owner = people["operator"]
    first = rented(owner, mast, world.rival, amount=2)
    assert spare(mast) == 0
    with pytest.raises(ValidationError, match="Chỉ còn trống 0"):
        rented(owner, mast, world.rival)
    first.amount = 1
    change_tenancy(actor=owner, tenancy=first)
    assert spare(mast) == 1
    end_tenancy(actor=owner, tenancy=first, until_on=date(2024, 6, 1))
    assert spare(mast) == 2
    with pytest.raises(ValidationError, match="đã chấm dứt"):
        end_tenancy(actor=owner, tenancy=first, until_on=date(2024, 6, 1))
    assert (spare(mast), release_ended(on=date(2030, 1, 1))) == (2, 0)
    with pytest.raises(PermissionDenied):
        rented(people["rival"], mast, world.rival)


def test_an_end_to_come_frees_its_share_when_the_day_is_there(
    world: World, people: dict[str, Person], mast: Mast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contract's own end and one agreed later alike; a row that came with a file says nothing of what is free."""
    Tenancy.objects.create(
        mast=mast, tenant=world.rival, since_on=date(2020, 1, 1), until_on=date(2021, 1, 1), amount=1
    )
    row = rented(people["operator"], mast, world.rival, until_on=date(2027, 1, 1))
    other = Tenancy.objects.create(mast=mast, tenant=world.rival, since_on=date(2020, 1, 1), amount=1)
    end_tenancy(actor=people["operator"], tenancy=other, until_on=date(2027, 1, 4))
    assert spare(mast) == 1
    set_now(monkeypatch, "31/12/2026 23:00")
    make_round()
    assert spare(mast) == 1
    set_now(monkeypatch, "01/01/2027 01:00")
    make_round()
    assert spare(mast) == 2
    set_now(monkeypatch, "05/01/2027 01:00")
    make_round()
    assert spare(mast) == 3
    assert Mast.history.filter(id=mast.pk).latest().history_change_reason == "hết hạn hợp đồng"
    row.refresh_from_db()
    assert not row.holds_spare


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(["add", "change", "end", "again"]), st.integers(0, 3)), max_size=8))
def test_free_and_taken_always_make_the_whole(
    world: World, people: dict[str, Person], mast: Mast, acts: list[tuple[str, int]]
) -> None:
    """Whatever is entered, changed and ended: what is free and what tenancies hold together stay what there was."""
    Tenancy.objects.all().delete()
    Mast.objects.update(spare=3)
    owner = people["operator"]
    for act, amount in acts:
        row = Tenancy.objects.filter(until_on__isnull=act != "again").first()
        mast.refresh_from_db()
        try:
            if act == "add":
                rented(owner, mast, world.rival, amount=amount)
            elif row and act in ("change", "again"):
                row.amount, row.until_on = amount, None
                change_tenancy(actor=owner, tenancy=row)
            elif row:
                end_tenancy(actor=owner, tenancy=row, until_on=date(2024, 6, 1))
        except ValidationError:
            assert amount > spare(mast), act
        held = sum(t.amount or 0 for t in Tenancy.objects.filter(until_on=None))
        assert spare(mast) + held == 3
        assert spare(mast) >= 0


def test_prices_are_for_the_parties_and_the_department(
    client: Client, world: World, people: dict[str, Person], mast: Mast
) -> None:
    row = rented(people["operator"], mast, world.rival)
    third = Organisation.objects.create(kind="operator", name="Doanh nghiệp C", short_name="C")
    cast = people | {"third": make_person("dn_c", Role.OPERATOR, province=world.province, organisation=third)}
    knows = {"operator", "rival", "department_officer", "department_head"}
    for who in ("operator", "rival", "third", "department_officer", "department_head", "analyst", "auditor"):
        for query in ("", "?xuat=csv", "?luc=nay"):
            status, text = get(client, cast[who], f"/ha-tang/20/hop-dong-dung-chung{query}")
            assert status == 200
            assert ("4.321.000" in text or "4321000" in text) == (who in knows), (who, query)
            assert ("7/HĐ" in text) == (who != "third"), (who, query)
        page = get(client, cast[who], f"/ha-tang/dung-chung/{row.pk}/")
        assert page[0] == (404 if who == "third" else 200)
        assert ("4.321.000" in page[1]) == (who in knows)
    assert page != get(client, cast["third"], "/ha-tang/dung-chung/999999/")
    hidden = get(client, cast["third"], f"/ha-tang/dung-chung/{row.pk}/")
    assert hidden == get(client, cast["third"], "/ha-tang/dung-chung/999999/")


def test_the_other_side_is_told(world: World, people: dict[str, Person], mast: Mast) -> None:
    row = rented(people["operator"], mast, world.rival)
    end_tenancy(actor=people["department_officer"], tenancy=row, until_on=date(2024, 6, 1))
    told = [(n.to.username, n.subject) for n in Notice.objects.order_by("pk")]
    words = "dùng chung: Doanh nghiệp B thuê MAT-01 của Doanh nghiệp A"
    ended = f"Chấm dứt từ 01/06/2024: {words}"
    assert told[0] == ("dn_b", f"Ghi {words}")
    assert sorted(told[1:]) == [("dn_a", ended), ("dn_b", ended)]


def test_roaming_is_entered_by_the_stations_operator_or_the_department(
    client: Client, world: World, people: dict[str, Person], mast: Mast
) -> None:
    facts = {"mast": mast, "operator": world.operator, "technology": "4G", "on_air_on": date(2021, 1, 1)}
    station = Station.objects.create(code="A-1", **facts)
    address = f"/ha-tang/dung-chung-moi/station/{station.pk}"
    for who in ("rival", "analyst", "commune_officer", "stranger"):
        assert get(client, people[who], address)[0] == 404
    form = {"tenant": world.rival.pk, "mode": "roaming", "since_on": "01/05/2026"}
    wrong = post(client, people["operator"], address, form | {"mode": "passive"})
    assert "Trên trạm: dùng chung mạng truy nhập vô tuyến hoặc chuyển vùng trong nước." in wrong
    assert "đang có hiệu lực" in post(client, people["operator"], address, form)
    post(client, people["department_officer"], address, form | {"mode": "ran"})
    modes = list(Tenancy.objects.order_by("pk").values_list("mode", "station"))
    assert modes == [("roaming", station.pk), ("ran", station.pk)]
    text = get(client, people["rival"], "/ha-tang/20/hop-dong-dung-chung?ht=roaming")[1]
    assert "trạm A-1 4G" in text
    assert "chuyển vùng trong nước" in text


def test_a_tenancy_by_its_pages(client: Client, world: World, people: dict[str, Person], mast: Mast) -> None:
    owner = people["operator"]
    address = f"/ha-tang/dung-chung-moi/mast/{mast.pk}"
    form = {"tenant": world.rival.pk, "since_on": "01/05/2026", "amount": "2", "price_vnd": "1.500.000"}
    assert "Chỉ còn trống 2" in post(client, owner, address, form | {"amount": "3"})
    assert "phải sau ngày bắt đầu" in post(client, owner, address, form | {"until_on": "01/04/2026"})
    text = post(client, owner, address, form)
    assert "1.500.000 đồng" in text
    row = Tenancy.objects.get()
    assert spare(mast) == 0
    page = f"/ha-tang/dung-chung/{row.pk}/"
    post(client, owner, f"{page}sua", {"since_on": "01/05/2026", "amount": "1", "contract": "9/HĐ"})
    assert spare(mast) == 1
    assert "Phải sau ngày bắt đầu" in post(client, owner, f"{page}cham-dut", {"until_on": "01/05/2026"})
    assert "đã chấm dứt từ 01/06/2026" in post(client, owner, f"{page}cham-dut", {"until_on": "01/06/2026"})
    assert spare(mast) == 2
    for what in ("sua", "cham-dut"):
        assert get(client, people["rival"], f"{page}{what}")[0] == 404
