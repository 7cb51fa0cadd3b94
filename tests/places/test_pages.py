"""Pages about units: everybody may read them, only an officer of the place may correct them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.places.models import LegalReference, Place, PlaceSuccession
from hatang.places.services import record_shares
from tests.conftest import NEW_UNITS, World
from tests.places.drawings import bound, square

pytestmark = pytest.mark.django_db
LAST_DAY = date(2025, 6, 30)
MAY = {"department_officer", "department_head", "administrator"}
MAY_NOT = ["commune_officer", "commune_leader", "operator", "rival", "analyst", "auditor", "stranger"]


@pytest.fixture
def divided(world: World) -> Place:
    """Make a former commune that was divided between both communes of Lạng Sơn in unknown shares."""
    district = Place.objects.create(
        kind="district",
        title="Huyện",
        name="Cao Lộc",
        code="183",
        parent=world.province,
        province=world.province,
        valid_to=LAST_DAY,
    )
    former = Place.objects.create(
        kind="commune",
        title="Xã",
        name="Thụy Hùng",
        code="06187",
        parent=district,
        province=world.province,
        valid_to=LAST_DAY,
    )
    act = LegalReference.objects.create(
        number="1672/NQ-UBTVQH15", issuer="Ủy ban Thường vụ Quốc hội", date=date(2025, 6, 16)
    )
    for successor in (world.commune, world.neighbour):
        PlaceSuccession.objects.create(predecessor=former, successor=successor, on=NEW_UNITS, legal=act)
    return former


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"places:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_communes_of_today_with_what_they_were_made_of(client: Client, world: World, divided: Place) -> None:
    html = page(client, "communes", "20")
    assert "Xã Đồng Đăng" in html
    assert "Phường Kỳ Lừa" in html
    assert "Xã Thụy Hùng (một phần, tỷ lệ chưa biết)" in html
    assert "Xã Đồng Văn" not in html


@pytest.mark.parametrize("typed", ["thuy hung", "06181", "DONG DANG"])
def test_communes_are_searched_also_by_former_names(client: Client, world: World, divided: Place, typed: str) -> None:
    html = page(client, "communes", "20", q=typed)
    assert html.count(">Xã Đồng Đăng<") == 1


def test_communes_on_a_day_before_the_reform(client: Client, world: World, divided: Place) -> None:
    html = page(client, "communes", "20", ngay="2025-01-01")
    assert "Ngày 01/01/2025" in html
    assert "Huyện Cao Lộc" in html
    assert "Phường Kỳ Lừa (một phần, tỷ lệ chưa biết), Xã Đồng Đăng (một phần, tỷ lệ chưa biết)" in html or (
        "Xã Đồng Đăng (một phần, tỷ lệ chưa biết), Phường Kỳ Lừa (một phần, tỷ lệ chưa biết)" in html
    )
    assert ">Xã Đồng Đăng<" not in html


def test_communes_of_a_merged_province_on_a_day_before(client: Client, world: World) -> None:
    former = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=LAST_DAY)
    PlaceSuccession.objects.create(
        predecessor=former, successor=world.other_province, on=NEW_UNITS, population_percent=100, area_percent=100
    )
    Place.objects.create(
        kind="commune", title="Xã", name="Lũng Cú", code="00715", province=former, parent=former, valid_to=LAST_DAY
    )
    html = page(client, "communes", "08", ngay="2024-12-31")
    assert "Xã Lũng Cú" in html
    assert "Tỉnh Hà Giang" in html
    assert "Xã Lũng Cú" not in page(client, "communes", "08")


@pytest.mark.parametrize("day", ["", "hôm qua", "2025-02-30", "99999-01-01"])
def test_a_day_that_is_none_means_today(client: Client, world: World, day: str) -> None:
    assert "Xã Đồng Đăng" in page(client, "communes", "20", ngay=day)


@pytest.mark.parametrize("code", ["99", "06181", "02"])
def test_only_provinces_of_today_have_a_list(client: Client, world: World, code: str) -> None:
    Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=LAST_DAY)
    assert client.get(reverse("places:communes", args=[code])).status_code == 404


def test_communes_are_exported(client: Client, world: World, divided: Place) -> None:
    answer = client.get(reverse("places:communes", args=["20"]), {"xuat": "xlsx", "q": "thuy hung"})
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][0] == "Tên"
    assert {row[0] for row in rows[1:]} == {"Xã Đồng Đăng", "Phường Kỳ Lừa"}


def test_the_list_asks_as_many_questions_for_many_communes(client: Client, world: World, divided: Place) -> None:
    counts = []
    for start in (0, 50):
        for i in range(start, start + 5):
            commune = Place.objects.create(
                kind="commune",
                title="Xã",
                name=f"Mới {i}",
                code=f"9{i:04}",
                parent=world.province,
                province=world.province,
                valid_from=NEW_UNITS,
            )
            PlaceSuccession.objects.create(predecessor=divided, successor=commune, on=NEW_UNITS)
        with CaptureQueriesContext(connection) as queries:
            page(client, "communes", "20")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("role", sorted(MAY))
def test_officers_correct_their_places(people: dict[str, Person], world: World, role: str) -> None:
    client = signed_in(people[role])
    typed = {"population": "8.500", "households": "2100", "lon": "106,7", "lat": "21.95", "area_km2": "1.045,5"}
    answer = client.post(reverse("places:edit", args=[world.commune.pk]), typed | {"has_grid_power": "true"})
    assert answer.status_code == 302
    world.commune.refresh_from_db()
    stored = world.commune
    assert (stored.population, stored.households, stored.area_km2, stored.has_grid_power) == (8500, 2100, 1045.5, True)
    assert (stored.lon, stored.lat, stored.name) == (106.7, 21.95, "Đồng Đăng")


@pytest.mark.parametrize("role", MAY_NOT)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_learns_that_there_is_a_form(
    people: dict[str, Person], world: World, role: str, method: str
) -> None:
    client = signed_in(people[role])
    answers = [
        getattr(client, method)(reverse("places:edit", args=[pk]), {"population": "1"})
        for pk in (world.commune.pk, 987_654)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    world.commune.refresh_from_db()
    assert world.commune.population is None


def test_visitors_are_asked_to_sign_in(client: Client, world: World) -> None:
    for pk in (world.commune.pk, 987_654):
        assert client.get(reverse("places:edit", args=[pk])).status_code == 302


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"population": "N/A"}, "Nhập một số nguyên, ví dụ 12345 hoặc 12.345."),
        ({"population": "-5"}, "Số không thể âm."),
        ({"population": "12,5"}, "Nhập một số nguyên"),
        ({"population": "99999999999999999999"}, "Số quá lớn"),
        ({"population": "10", "households": "20"}, "Số hộ không thể lớn hơn số người."),
        ({"lon": "106.7"}, "Nhập cả kinh độ và vĩ độ"),
        ({"lon": "21.9", "lat": "106.7"}, "Kinh độ của Việt Nam từ 102 đến 118."),
        ({"lon": "106.7", "lat": "nan"}, "Nhập một số, ví dụ 1234,5."),
        ({"area_km2": "-1"}, "Diện tích không thể âm."),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    people: dict[str, Person], world: World, typed: dict[str, str], message: str
) -> None:
    answer = signed_in(people["department_officer"]).post(reverse("places:edit", args=[world.commune.pk]), typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert message in html
    assert all(f'value="{value}"' in html for value in typed.values()), "what was typed stays"
    world.commune.refresh_from_db()
    assert world.commune.population is None


def test_the_page_tells_who_changed_what(people: dict[str, Person], world: World) -> None:
    officer, head = people["department_officer"], people["department_head"]
    address = reverse("places:edit", args=[world.village.pk])
    kept = {"households": "100", "has_grid_power": "true", "lon": "106.7", "lat": "21.95"}
    signed_in(officer).post(address, kept | {"population": "410"})
    html = signed_in(head).get(address).content.decode()
    assert "dân số, người: 400 → 410" in html
    assert str(officer) in html
    signed_in(head).post(address, kept | {"population": "410"})
    assert world.village.history.count() == 2, "saving without a change leaves no trace"


def test_a_place_loaded_without_history_keeps_its_first_state(people: dict[str, Person], world: World) -> None:
    world.village.history.all().delete()
    address = reverse("places:edit", args=[world.village.pk])
    client = signed_in(people["department_officer"])
    client.post(address, {"population": "410", "households": "100", "lon": "106.7", "lat": "21.95"})
    assert "dân số, người: 400 → 410" in client.get(address).content.decode()


def test_everybody_reads_before_and_after(client: Client, world: World, divided: Place) -> None:
    before, after = page(client, "succession", divided.pk), page(client, "succession", world.commune.pk)
    assert "Xã Đồng Đăng" in before
    assert "Phường Kỳ Lừa" in before
    assert "Xã Thụy Hùng" in after
    assert "1672/NQ-UBTVQH15 ngày 16/06/2025" in after
    assert before.count("chưa biết</span>") == 4
    assert "Ghi tỷ lệ" not in before


def test_an_officer_fills_in_shares(people: dict[str, Person], world: World, divided: Place) -> None:
    client = signed_in(people["department_officer"])
    address = reverse("places:succession", args=[divided.pk])
    one, two = divided.successions.order_by("pk")
    assert "Ghi tỷ lệ" in client.get(address).content.decode()
    client.post(address, {f"population_percent_{one.pk}": "62,5", f"population_percent_{two.pk}": "37,5"})
    one.refresh_from_db()
    assert (one.population_percent, one.area_percent) == (62.5, None)
    assert one.history.latest().history_user == people["department_officer"]
    one.history.all().delete()
    client.post(address, {f"population_percent_{one.pk}": "60", f"population_percent_{two.pk}": "37,5"})
    assert list(one.history.order_by("history_id").values_list("population_percent", flat=True)) == [62.5, 60]
    html = page(client, "succession", divided.pk)
    assert "37,5 %" in html
    assert "Xã Thụy Hùng (60 % dân số)" in page(client, "communes", "20")


def test_shares_above_the_whole_are_refused(people: dict[str, Person], world: World, divided: Place) -> None:
    one, two = divided.successions.order_by("pk")
    typed = {f"area_percent_{one.pk}": "60", f"area_percent_{two.pk}": "50"}
    answer = signed_in(people["department_officer"]).post(reverse("places:succession", args=[divided.pk]), typed)
    assert "Tổng phần diện tích của Xã Thụy Hùng chuyển đi là 110 %, vượt quá 100 %." in answer.content.decode()
    assert set(divided.successions.values_list("area_percent", flat=True)) == {None}


@pytest.mark.parametrize("typed", ["-1", "101", "một nửa", "95%"])
def test_a_share_is_a_number_up_to_100(people: dict[str, Person], world: World, divided: Place, typed: str) -> None:
    one = divided.successions.order_by("pk")[0]
    address = reverse("places:succession", args=[divided.pk])
    answer = signed_in(people["department_officer"]).post(address, {f"area_percent_{one.pk}": typed})
    assert "field__error" in answer.content.decode()
    one.refresh_from_db()
    assert one.area_percent is None


@pytest.mark.parametrize("role", MAY_NOT)
def test_nobody_else_fills_in_shares(people: dict[str, Person], world: World, divided: Place, role: str) -> None:
    one = divided.successions.order_by("pk")[0]
    client = signed_in(people[role])
    assert (
        client.post(reverse("places:succession", args=[divided.pk]), {f"area_percent_{one.pk}": "5"}).status_code == 404
    )
    assert "Ghi tỷ lệ" not in page(client, "succession", divided.pk)
    with pytest.raises(PermissionDenied):
        record_shares(predecessor=divided, shares={one.pk: {"area_percent": 5}}, actor=people[role])


def test_an_officer_fills_in_only_what_came_to_their_province(
    people: dict[str, Person], world: World, divided: Place
) -> None:
    theirs = PlaceSuccession.objects.create(
        predecessor=divided, successor=world.other_commune, on=NEW_UNITS, population_percent=70
    )
    ours = divided.successions.order_by("pk")[0]
    html = page(signed_in(people["department_officer"]), "succession", divided.pk)
    assert f"population_percent_{theirs.pk}" not in html
    with pytest.raises(ValidationError, match="110 %"):
        record_shares(
            predecessor=divided, shares={ours.pk: {"population_percent": 40}}, actor=people["department_officer"]
        )
    with pytest.raises(PermissionDenied):
        record_shares(
            predecessor=divided, shares={theirs.pk: {"population_percent": 1}}, actor=people["department_officer"]
        )


def test_a_unit_that_passed_whole_has_nothing_to_fill_in(people: dict[str, Person], world: World) -> None:
    former = Place.objects.create(kind="commune", title="Xã", name="Cũ", province=world.province, valid_to=LAST_DAY)
    PlaceSuccession.objects.create(
        predecessor=former, successor=world.commune, on=NEW_UNITS, population_percent=100, area_percent=100
    )
    html = page(signed_in(people["department_officer"]), "succession", former.pk)
    assert "100 %" in html
    assert "Ghi tỷ lệ" not in html


@pytest.mark.parametrize(
    ("which", "typed", "told"),
    [
        ("village", {"lon": "105,8", "lat": "21,95"}, "Điểm cách Xã Đồng Đăng 92 km"),
        ("village", {"lon": "106,7", "lat": "21,95"}, None),
        ("commune", {"lon": "105,8", "lat": "21,95"}, "Điểm cách Xã Thụy Hùng (nay thuộc Xã Đồng Đăng) 95 km"),
        ("province", {"lon": "2", "lat": "48"}, "Kinh độ của Việt Nam từ 102 đến 118."),
        ("village", {"population": "-1"}, "Số không thể âm."),
        ("village", {"area_km2": "-1"}, "Diện tích không thể âm."),
    ],
)
def test_a_point_far_from_its_commune_is_refused_in_our_words(
    people: dict[str, Person], world: World, divided: Place, which: str, typed: dict[str, str], told: str | None
) -> None:
    Place.objects.filter(pk=divided.pk).update(lon=106.72, lat=21.9)
    place = getattr(world, which)
    url = reverse("places:edit", args=[place.pk])
    answer = signed_in(people["department_officer"]).post(url, typed)
    html = answer.content.decode()
    assert "Đảm bảo" not in html
    assert answer.status_code == (302 if told is None else 422)
    assert told is None or told in html


def test_a_point_set_in_another_commune_is_told(people: dict[str, Person], world: World) -> None:
    """With real boundaries a point near by may still be wrong: it is kept as typed, and said."""
    bound(world.commune, square(106.69, 21.94))
    bound(world.neighbour, square(106.76, 21.86))
    url = reverse("places:edit", args=[world.village.pk])
    answer = signed_in(people["department_officer"]).post(url, {"lon": "106,76", "lat": "21,86"}, follow=True)
    assert "Điểm vừa đặt nằm trong Phường Kỳ Lừa, ngoài Xã Đồng Đăng" in answer.content.decode()


def test_shares_beyond_the_whole_are_refused_in_our_words(
    people: dict[str, Person], world: World, divided: Place
) -> None:
    row = PlaceSuccession.objects.filter(predecessor=divided).first()
    assert row
    url = reverse("places:succession", args=[divided.pk])
    html = signed_in(people["department_officer"]).post(url, {f"population_percent_{row.pk}": "120"}).content.decode()
    assert "Tỷ lệ từ 0 đến 100%." in html


def test_the_exported_list_keeps_numbers_plain_and_names_its_province(client: Client, world: World) -> None:
    Place.objects.filter(pk=world.commune.pk).update(area_km2=1234.567, population=12345)
    assert "1.234,57" in page(client, "communes", "20")
    answer = client.get(reverse("places:communes", args=["20"]), {"xuat": "csv", "ngay": "2025-09-01"})
    assert 'filename="xa-phuong-dac-khu-tinh-lang-son-2025-09-01.csv"' in answer["Content-Disposition"]
    assert "Xã Đồng Đăng,06181,1234.57,12345,," in answer.content.decode()
    assert client.get(reverse("places:communes", args=["20"]), {"xuat": "xlsx"}).status_code == 200
