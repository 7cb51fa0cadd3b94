"""A place's page: what it has, lacks, was and became; whose services only for those who may know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hatang.accounts.models import Organisation
from hatang.network.models import DeclaredCoverage
from hatang.places.models import Place, PlaceSuccession
from tests.conftest import NEW_UNITS
from tests.web.conftest import MOST_QUERIES
from tests.web.filled import LAST_YEAR, LONG_AGO, Filled

As = Callable[[str], Client]


def text(client: Client, place: Place) -> str:
    response = client.get(place.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_a_commune_says_what_its_villages_have_and_lack(client: Client, filled: Filled) -> None:
    page = text(client, filled.world.commune)
    assert "Xã Đồng Đăng có 2 thôn, tổ dân phố: 1 có sóng băng rộng di động, 1 có 5G, 1 có cáp quang." in page
    assert "Chưa có băng rộng di động: Thôn Khơ Đa." in page
    assert "Chưa có điện lưới: Thôn Khơ Đa." in page


def test_a_village_says_what_it_has_and_lacks(client: Client, filled: Filled) -> None:
    assert "Thôn Nà Lầm có sóng 5G, 4G và cáp quang (80 hộ có thể lắp)." in text(client, filled.world.village)
    assert "Thôn Khơ Đa chưa có dịch vụ nào được khai báo." in text(client, filled.world.dark_village)


def test_ended_services_are_not_counted(client: Client, filled: Filled) -> None:
    DeclaredCoverage.objects.filter(technology="5G").update(until_on=LONG_AGO.replace(year=2021))
    assert "Thôn Nà Lầm có sóng 4G và cáp quang (80 hộ có thể lắp); chưa có 5G." in text(client, filled.world.village)


def test_operators_names_are_for_the_department_and_for_the_operator_itself(
    client: Client, as_: As, filled: Filled
) -> None:
    village = filled.world.village

    def names(client: Client) -> list[str]:
        own = client.get(village.get_absolute_url()).context["presence"].own
        return [name for _, name in own.mobile] + [own.fibre_names]

    assert names(client) == ["", "", ""]
    assert names(as_("commune_officer")) == ["", "", ""]
    assert names(as_("stranger")) == ["", "", ""]
    assert names(as_("operator")) == ["", "A", ""]
    assert names(as_("rival")) == ["B", "", "B"]
    assert names(as_("department_officer")) == ["B", "A", "B"]


def test_a_former_commune_says_what_it_became_and_that_the_share_is_unknown(client: Client, filled: Filled) -> None:
    assert "tỷ lệ chưa biết" in text(client, filled.old_commune)
    assert "Xã Đồng Đăng" in text(client, filled.old_commune)
    page = text(client, filled.world.commune)
    assert "Thị trấn Cao Lộc" in page
    assert "một phần, tỷ lệ chưa biết, từ 01/07/2025" in page


def test_former_communes_of_one_name_are_told_apart_by_their_districts(client: Client, filled: Filled) -> None:
    for district in ("Bình Gia", "Cao Lộc"):
        above = Place.objects.create(kind="district", title="Huyện", name=district, province=filled.world.province)
        old = Place.objects.create(
            kind="commune", title="Xã", name="Hồng Phong", parent=above, province=filled.world.province,
            valid_to=NEW_UNITS - timedelta(days=1),
        )  # fmt: skip
        PlaceSuccession.objects.create(predecessor=old, successor=filled.world.commune, on=NEW_UNITS)
    page = text(client, filled.world.commune)
    assert "Xã Hồng Phong (Huyện Bình Gia)</a>" in page
    assert "Xã Hồng Phong (Huyện Cao Lộc)</a>" in page
    assert ">Thị trấn Cao Lộc</a>" in page


def test_operators_stand_in_the_order_of_the_alphabet(as_: As, filled: Filled) -> None:
    first = Organisation.objects.create(kind=Organisation.Kind.OPERATOR, name="Ánh Dương")
    for operator in (filled.world.rival, first):
        DeclaredCoverage.objects.create(
            place=filled.world.village, operator=operator, technology="4G", since_on=LONG_AGO
        )
    own = as_("department_head").get(filled.world.village.get_absolute_url()).context["presence"].own
    assert dict(own.mobile)["4G"] == "A, Ánh Dương, B"


def test_the_history_is_linked_for_those_who_may_see_it(client: Client, as_: As, filled: Filled) -> None:
    way = f"/dia-ban/{filled.world.commune.pk}/sua#lich-su"
    head = as_("department_head")
    assert way in text(head, filled.world.commune)
    assert 'id="lich-su"' in head.get(way).content.decode()
    assert way not in text(client, filled.world.commune)
    assert way not in text(as_("operator"), filled.world.commune)


def test_the_way_down_begins_with_the_provinces_on_every_page(as_: As, filled: Filled) -> None:
    client = as_("department_head")
    officers = ("/ha-tang/20/cot", "/so-lieu/20/ghi", f"/ke-hoach/lang-son/bao-cao/{LAST_YEAR}/", "/dia-ban/20/")
    place = filled.world.commune.get_absolute_url()
    for address in ("/tinh/20/", "/ke-hoach/lang-son/", "/tinh/20/chi-tieu/dien-thoai/", place, *officers):
        page = client.get(address).content.decode()
        assert page.count("?tinh=moi") == 1, address
        assert '<ol><li><a href="/?tinh=moi">Các tỉnh</a></li>' in page, address


def test_a_former_province_leads_to_its_targets(client: Client, filled: Filled) -> None:
    page = text(client, filled.former)
    assert "Hà Giang nay thuộc tỉnh Tuyên Quang từ 01/07/2025." in page
    assert f"/tinh/08/#dia-ban-{filled.former.pk}" in page


def test_todays_province_has_its_own_page(client: Client, filled: Filled) -> None:
    assert client.get(filled.world.province.get_absolute_url()).headers["Location"] == "/tinh/20/"
    assert client.get("/noi/999999/").status_code == 404


def test_a_simulated_service_puts_the_mark_on_the_page(client: Client, filled: Filled) -> None:
    assert "DỮ LIỆU MÔ PHỎNG" not in text(client, filled.world.village)
    DeclaredCoverage.objects.update(simulated=True)
    assert "DỮ LIỆU MÔ PHỎNG" in text(client, filled.world.village)
    assert "DỮ LIỆU MÔ PHỎNG" in text(client, filled.world.commune)


def test_few_queries_however_many_villages(
    as_: As, filled: Filled, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(40):
        Place.objects.create(
            kind="village", title="Thôn", name=f"{n}", code=f"X{n}", parent=filled.world.commune,
            province=filled.world.province,
        )  # fmt: skip
    client = as_("department_head")
    for place in (filled.world.commune, filled.world.village, filled.former, filled.old_commune):
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(place.get_absolute_url())
