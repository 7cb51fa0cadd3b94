"""What pages, search and forms of things must not tell a rival or a commune."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.network.models import Mast, Pole, PoleLine, Tenancy
from tests.conftest import World

OLD = {"built_on": date(2020, 1, 1)}


def text(client: Client, person: Person, address: str, **query: Any) -> str:
    """Give a page's text."""
    client.force_login(person)
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def linked_pole(world: World) -> tuple[Pole, PoleLine]:
    """Make A's pole on B's hidden line, as an officer wrote it down."""
    line = PoleLine.objects.create(
        code="B-TUYEN",
        kind="C1",
        owner=world.rival,
        province=world.province,
        path="LINESTRING(106.7 21.9,106.71 21.92)",
        **OLD,
    )
    place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    return Pole.objects.create(code="A-TRU", kind="C1", owner=world.operator, **place, **OLD), line


def test_a_commune_finds_nothing_by_an_address_that_it_may_not_read(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    mast = Mast.objects.create(code="LS-01", owner=world.operator, address="12 Trần Phú", **place, **OLD)
    link = mast.get_absolute_url()
    for address in ("/ha-tang/20/cot", "/tim"):
        assert link in text(client, people["commune_officer"], address, q="LS-01")
        assert link not in text(client, people["commune_officer"], address, q="tran phu")
        assert link in text(client, people["operator"], address, q="tran phu")


def test_a_history_names_no_things_of_a_rival(client: Client, world: World, people: dict[str, Person]) -> None:
    """Sở gắn cột của A vào tuyến giấu của B: A thấy có đổi, không thấy mã tuyến; Sở thấy."""
    pole, line = linked_pole(world)
    pole.pole_line = line
    pole.save()
    told = [text(client, people[who], pole.get_absolute_url()) for who in ("operator", "department_officer")]
    assert ["B-TUYEN" in page for page in told] == [False, True]
    assert "(của tổ chức khác)" in told[0]


def test_a_form_neither_tells_nor_loses_a_link_to_a_rivals_thing(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    pole, line = linked_pole(world)
    pole.pole_line = line
    pole.save()
    address = f"{pole.get_absolute_url().rstrip('/')}/sua"
    assert "B-TUYEN" not in text(client, people["operator"], address)
    facts = {"code": "A-TRU", "commune": world.commune.pk, "lon": "106,7", "lat": "21,95", "kind": "C1"}
    seen = Pole.history.filter(id=pole.pk).latest("history_id").pk
    answer = client.post(address, facts | {"built_on": "01/01/2020", "remarks": "sơn lại", "seen": seen})
    assert answer.status_code == 302, answer.content.decode()
    pole.refresh_from_db()
    assert (pole.remarks, pole.pole_line) == ("sơn lại", line)


def test_the_last_of_all_days_is_answered(client: Client, world: World, people: dict[str, Person]) -> None:
    pole, _ = linked_pole(world)
    assert "A-TRU" in text(client, people["department_officer"], pole.get_absolute_url(), luc="9999-12-31")


@pytest.mark.parametrize(("who", "seen"), [("analyst", False), ("auditor", False), ("department_officer", True)])
def test_a_price_is_told_to_the_parties_and_the_department_alone(
    client: Client, world: World, people: dict[str, Person], who: str, seen: bool
) -> None:
    """Trang công trình và tệp xuất cũng giữ điều trang hợp đồng giữ: phân tích, thanh tra không thấy giá."""
    place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    mast = Mast.objects.create(code="A-COT", owner=world.operator, **place, **OLD)
    Tenancy.objects.create(mast=mast, tenant=world.rival, since_on=date(2022, 1, 1), price_vnd=7654321)
    page = text(client, people[who], mast.get_absolute_url())
    file = b"".join(client.get("/ha-tang/20/xuat/dung-chung/csv")).decode()  # type: ignore[arg-type]
    assert "Doanh nghiệp B" in page and "A-COT" in file
    assert ["7.654.321" in page, "7654321" in file] == [seen, seen]
