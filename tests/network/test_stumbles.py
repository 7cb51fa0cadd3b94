"""What newcomers stumbled on: one step to a report, messages at their field, ways back, words for nothing chosen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.network.models import Mast
from hatang.network.views import lists
from tests.conftest import World


@pytest.fixture
def mast(world: World) -> Mast:
    place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    return Mast.objects.create(
        code="MP-LSN-0115", owner=world.operator, built_on=date(2020, 1, 1), simulated=True, **place
    )


def seen(client: Client, person: Person, address: str) -> str:
    client.force_login(person)
    return client.get(address, follow=True).content.decode()


@pytest.mark.django_db
def test_anyone_gets_from_the_map_to_a_report_in_one_step(client: Client, world: World) -> None:
    for page in ("/tinh/20/", "/tinh/20/ban-do/"):
        assert 'href="/ha-tang/20/bao-su-co">Báo sự cố hạ tầng' in client.get(page).content.decode(), page
    form = client.get("/ha-tang/20/bao-su-co").content.decode()
    assert form.index("Lấy vị trí của tôi") < form.index('class="draw"') < form.index('name="lon"')
    assert "<details>" in form[: form.index('name="lon"')][-400:]


def test_a_wrong_order_of_days_is_told_at_the_later_one(client: Client, people: dict[str, Person], mast: Mast) -> None:
    client.force_login(people["department_officer"])
    wrong = {"construction_on": "01/02/2020", "built_on": "01/01/2020"}
    page = client.post(f"/ha-tang/cot/{mast.pk}/sua", wrong).content.decode()
    told = "Ngày 01/01/2020 phải sau ngày khởi công, 01/02/2020."
    assert re.search(rf'id="id_built_on_error">{told}', page)
    assert "Ngày kết thúc phải sau" not in page
    page = client.post(f"/ha-tang/cot/{mast.pk}/sua", {"code": "MP"}).content.decode()
    assert re.search(r'id="id_planned_on_error">Cần ít nhất một ngày', page)


def test_every_page_of_the_register_leads_back_to_it(client: Client, people: dict[str, Person], mast: Mast) -> None:
    pages = ("cot", "tram", "tai-len", "xuat", "de-nghi-dung-chung", "hop-dong-dung-chung", "de-xuat", "quy-dinh")
    for page in (*pages, "dung-chung", "cot-trung", "su-co", "du-an"):
        way = seen(client, people["department_officer"], f"/ha-tang/20/{page}")
        assert '<li><a href="/ha-tang/20/">Sổ hạ tầng</a></li>' in way, page


@pytest.mark.parametrize("who", ["commune_officer", "auditor", "operator"])
def test_the_register_leads_nobody_to_what_is_not_there_for_them(
    client: Client, people: dict[str, Person], mast: Mast, who: str
) -> None:
    pages = ("", "cot", "tram", "o", "hop-dong-dung-chung", "de-nghi-dung-chung", "dung-chung", "de-xuat", "su-co")
    told = " ".join(seen(client, people[who], f"/ha-tang/20/{page}") for page in pages)
    ways = set(re.findall(r'href="(/ha-tang/20/[a-z-]*)["?]', told))
    assert len(ways) > 10
    assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)


def test_an_empty_list_speaks_of_filters_only_where_one_is_set(
    client: Client, people: dict[str, Person], mast: Mast
) -> None:
    officer = people["department_officer"]
    assert "Bỏ hết điều kiện" not in seen(client, officer, "/ha-tang/20/nha-tram?xep=code")
    assert "Sổ chưa có công trình nào loại này" in seen(client, officer, "/ha-tang/20/nha-tram")
    assert "Bỏ hết điều kiện" in seen(client, officer, "/ha-tang/20/cot?q=khongco")
    assert "MP-LSN-0115" in seen(client, officer, "/ha-tang/20/cot?q=mp lsn 115")
    assert "MP-LSN-0115" in seen(client, officer, "/tim?q=mp lsn 115")


def test_nothing_chosen_is_said_in_words(client: Client, people: dict[str, Person], mast: Mast) -> None:
    page = seen(client, people["department_officer"], "/ha-tang/20/cot/them")
    assert ">chưa chọn</option>" in page
    assert "---------" not in page


def test_a_workbook_that_takes_long_is_made_in_the_background(
    client: Client, people: dict[str, Person], mast: Mast, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = people["department_officer"]
    client.force_login(officer)
    assert client.get("/ha-tang/20/cot?xuat=xlsx")["Content-Type"].endswith("sheet")
    monkeypatch.setattr(lists, "AT_ONCE_ROWS", 0)
    assert client.get("/ha-tang/20/cot?xuat=xlsx&q=mp&tt=in_use").url == "/ha-tang/20/xuat/cot/xlsx?q=mp&tt=in_use"
    assert client.get("/ha-tang/20/cot?xuat=csv")["Content-Type"].startswith("text/csv")
