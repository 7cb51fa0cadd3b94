"""Organisations from the reference tables, their successors, and who may change them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from hatang.accounts import services
from hatang.accounts.models import Organisation, OrganisationSuccession, Person
from hatang.places.models import Place
from tests.conftest import NEW_UNITS, World

People = dict[str, Person]
LAST_DAY = date(2025, 6, 30)

BODIES_NAMED_IN = {
    "lang-son-2025-2030.txt": (
        "lang-son",
        "so-khcn so-xd so-nnmt so-ct bql-dong-dang cong-an so-tc ubnd-xa doanh-nghiep bao-chi",
    ),
    "tuyen-quang-2025-2030.txt": (
        "tuyen-quang-cu",
        "so-tttt so-tc so-khdt so-xd so-ct cong-an cac-so-nganh ubnd-xa ubnd-huyen doanh-nghiep bao-chi",
    ),
    "ha-giang-2023-2025.txt": ("ha-giang", "so-tttt so-tc so-xd ubnd-huyen bao-chi doanh-nghiep"),
    "dak-lak-2025-2030.txt": (
        "dak-lak-cu",
        "so-tttt cong-an so-khdt so-xd so-gtvt so-tc so-tnmt cac-so-nganh ubnd-huyen ngan-hang doanh-nghiep bao-chi",
    ),
    "bac-giang-2023-2025.txt": (
        "bac-giang",
        "so-tttt so-xd so-tc so-khdt cac-so-nganh ubnd-huyen doanh-nghiep bao-chi",
    ),
}


@pytest.fixture
def provinces(world: World) -> World:
    """Add the former provinces and the other merged ones."""
    for code, name in (("02", "Hà Giang"), ("08", "Tuyên Quang"), ("66", "Đắk Lắk"), ("24", "Bắc Giang")):
        Place.objects.create(kind="province", title="Tỉnh", name=name, code=code, valid_to=LAST_DAY)
    for code, name in (("66", "Đắk Lắk"), ("24", "Bắc Ninh")):
        Place.objects.create(kind="province", title="Tỉnh", name=name, code=code, valid_from=NEW_UNITS)
    return world


@pytest.fixture
def loaded(provinces: World) -> World:
    """Load the reference organisations."""
    services.import_organisations()
    return provinces


def body(key: str) -> Organisation:
    """Find a reference organisation."""
    return Organisation.objects.get(key=key)


def squeezed(text: str) -> str:
    """Give text in small letters with single blanks."""
    return " ".join(text.split()).lower()


@pytest.mark.parametrize("plan", sorted(BODIES_NAMED_IN))
def test_each_body_that_a_plan_gives_duties_to_is_held(plan: str, loaded: World, shared: Path) -> None:
    province, keys = BODIES_NAMED_IN[plan]
    text = squeezed((shared / "plans" / plan).read_text(encoding="utf-8"))
    duties = text[text.rindex("tổ chức thực hiện 1.") :] if "tổ chức thực hiện 1." in text else text
    for key in keys.split():
        held = body(f"{province}/{key}")
        if held.kind in (Organisation.Kind.DEPARTMENT, Organisation.Kind.POLICE):
            assert squeezed(held.name) in duties, held.name


def test_the_tables_are_read_once_and_again_without_change(provinces: World) -> None:
    first = services.import_organisations()
    lines = len((settings.REFERENCE / "organisations.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert (first.added, first.missing) == (lines, set())
    again = services.import_organisations()
    assert (again.added, again.changed, again.unchanged, again.successions) == (0, 0, lines, 0)
    assert body("lang-son/so-khcn").history.count() == 1


def test_a_renamed_body_keeps_its_old_name_in_the_history(loaded: World) -> None:
    held = body("lang-son/so-tc")
    held.name = "Sở Tài chính - Vật giá"
    held.save()
    assert services.import_organisations().changed == 1
    names = list(held.history.values_list("name", flat=True))
    assert names == ["Sở Tài chính", "Sở Tài chính - Vật giá", "Sở Tài chính"]


def test_reading_takes_a_constant_number_of_queries(provinces: World, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        services.import_organisations()


def test_a_province_that_is_not_loaded_is_named(world: World) -> None:
    with pytest.raises(CommandError, match=r"mã 02 \(cũ\)"):
        call_command("load_organisations")


def test_a_wrong_date_is_named_with_its_line(provinces: World, tmp_path: Path) -> None:
    for name in ("organisations.csv", "organisation_successions.csv"):
        (tmp_path / name).write_text((settings.REFERENCE / name).read_text(encoding="utf-8"), encoding="utf-8")
    table = tmp_path / "organisations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2025-03-01", "1/3/2025", 1), encoding="utf-8")
    with pytest.raises(ValidationError, match="cột valid_from: “1/3/2025”"):
        services.import_organisations(tmp_path)
    assert not Organisation.objects.exclude(key=None).exists()


@pytest.mark.parametrize(
    ("key", "on", "heir"),
    [
        ("lang-son/so-tttt", date(2025, 2, 28), "lang-son/so-tttt"),
        ("lang-son/so-tttt", date(2025, 3, 1), "lang-son/so-khcn"),
        ("tuyen-quang-cu/so-tttt", date(2025, 6, 30), "tuyen-quang-cu/so-khcn"),
        ("tuyen-quang-cu/so-tttt", date(2025, 7, 1), "tuyen-quang/so-khcn"),
        ("ha-giang/ubnd", date(2026, 1, 1), "tuyen-quang/ubnd"),
        ("ha-giang/ubnd-huyen", date(2026, 1, 1), "tuyen-quang/ubnd-xa"),
        ("dak-lak-cu/so-gtvt", date(2025, 12, 31), "dak-lak/so-xd"),
        ("bac-giang/so-khdt", date(2025, 7, 1), "bac-ninh/so-tc"),
        ("dak-lak-cu/so-tnmt", date(2025, 4, 1), "dak-lak-cu/so-nnmt"),
    ],
)
def test_duties_belong_to_the_successor_from_its_day_on(key: str, on: date, heir: str, loaded: World) -> None:
    assert services.body_on(body(key), on).key == heir


def test_many_bodies_are_followed_in_one_query(loaded: World, django_assert_num_queries: object) -> None:
    bodies = list(Organisation.objects.all())
    with django_assert_num_queries(1):  # type: ignore[operator]
        heirs = services.bodies_on(bodies, date(2026, 1, 1))
    assert {heir.valid_to for heir in heirs.values()} == {None}


def test_no_ended_body_is_without_successor_but_those_nobody_knows_of(loaded: World) -> None:
    ended = Organisation.objects.exclude(valid_to=None).filter(successions=None)
    assert list(ended) == []


def test_keys_and_dates_of_the_tables_agree() -> None:
    with (settings.REFERENCE / "organisations.csv").open(encoding="utf-8") as file:
        bodies = {row["key"]: row for row in csv.DictReader(file)}
    with (settings.REFERENCE / "organisation_successions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            old, new = bodies[row["predecessor"]], bodies[row["successor"]]
            assert date.fromisoformat(old["valid_to"]).toordinal() + 1 == date.fromisoformat(row["on"]).toordinal()
            assert new["valid_from"] <= row["on"]


def test_officers_change_bodies_of_their_province_and_of_those_that_became_it(loaded: World, people: People) -> None:
    old = Place.objects.get(name="Hà Giang")
    old.successions.create(successor=loaded.other_province, on=NEW_UNITS)
    theirs = Organisation.objects.editable_by(people["stranger"])
    assert theirs.filter(key="ha-giang/so-tttt").exists()
    assert theirs.filter(key="tuyen-quang/so-khcn").exists()
    assert not theirs.filter(province=loaded.province).exists()
    assert not theirs.filter(province=None).exists()
    assert not Organisation.objects.editable_by(people["analyst"]).exists()


def test_an_officer_records_a_successor_in_the_page(loaded: World, people: People) -> None:
    client = Client()
    client.force_login(people["department_officer"])
    old, new = body("lang-son/bql-dong-dang"), body("lang-son/so-ct")
    address = reverse("accounts:succession_new", args=[old.pk])
    answer = client.post(address, {"successor": new.pk, "on": "2026-07-01", "duties": "cụm công nghiệp"})
    assert answer.status_code == 302
    page = client.get(new.get_absolute_url()).content.decode()
    assert "nhận cụm công nghiệp của" in page
    back = reverse("accounts:succession_new", args=[body("lang-son/so-khcn").pk])
    circle = client.post(back, {"successor": body("lang-son/so-tttt").pk, "on": "2026-07-01"})
    assert circle.status_code == 422
    assert "không thể kế tiếp lẫn nhau" in circle.content.decode()


def test_nobody_records_a_successor_for_a_body_of_another_province(loaded: World, people: People) -> None:
    wanted = OrganisationSuccession(
        predecessor=body("lang-son/so-ct"), successor=body("tuyen-quang/so-ct"), on=NEW_UNITS
    )
    with pytest.raises(PermissionDenied):
        services.add_succession(actor=people["stranger"], succession=wanted)


def test_the_list_shows_todays_bodies_and_the_old_ones_on_request(loaded: World, people: People) -> None:
    client = Client()
    client.force_login(people["operator"])
    address = reverse("accounts:organisations")
    assert "Sở Thông tin và Truyền thông" not in client.get(address, {"q": "thong tin truyen"}).content.decode()
    old = client.get(address, {"q": "thong tin truyen lang son", "ca-cu": "1"}).content.decode()
    assert "Sở Thông tin và Truyền thông" in old
    assert "28/02/2025" in old
