"""Where a mast stands by its point: the commune that a file leaves out, the zone it lies in, and what cannot be."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.network.models import Mast, RegisterUpload
from hatang.network.services import ask_to_save
from hatang.places.models import Boundary, Place
from tests.conftest import World
from tests.network.files import lines, station_file, uploaded, words

State = RegisterUpload.State


def bound(place: Place, *, illustrative: bool = False, side: float = 0.04) -> None:
    """Draw a square round a place's point."""
    west, south = place.lon - side / 2, place.lat - side / 2
    shape = MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)
    Boundary.objects.create(
        place=place, geometry=shape, area_km2=16, source="thử", illustrative=illustrative, known_from=timezone.now()
    )


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


@pytest.fixture
def zone(world: World) -> Place:
    """An industrial park with a boundary."""
    park = Place.objects.create(
        kind="zone", type="industrial_park", title="Khu công nghiệp", name="Hữu Lũng", parent=world.commune,
        province=world.province, lon=106.69, lat=21.94,
    )  # fmt: skip
    bound(park, side=0.004)
    return park


def test_a_blank_commune_is_found_by_the_point(world: World, officer: Person, zone: Place) -> None:
    bound(world.commune)
    upload = uploaded(officer, world.province, station_file({"commune": None, "lon": 106.69, "lat": 21.94}))
    assert upload.state == State.READY, words(upload)
    ask_to_save(actor=officer, upload=upload)
    mast = Mast.objects.get()
    assert (mast.commune, mast.zone) == (world.commune, zone)


def test_a_drawing_that_only_illustrates_proves_no_commune(world: World, officer: Person) -> None:
    bound(world.commune, illustrative=True)
    upload = uploaded(officer, world.province, station_file({"commune": None, "lon": 106.69, "lat": 21.94}))
    assert upload.state == State.WRONG
    assert "cần mã xã" in words(upload)
    assert "tìm theo tọa độ" in words(upload)


def test_a_point_in_another_commune_is_told_and_may_still_be_saved(world: World, officer: Person) -> None:
    bound(world.commune)
    bound(world.neighbour)
    upload = uploaded(officer, world.province, station_file({"lon": 106.76, "lat": 21.86}))
    assert upload.state == State.READY, words(upload)
    doubt = lines(upload, "doubt")[0]
    assert (doubt.row, doubt.heading) == (2, "Mã xã")
    assert doubt.wrong.startswith("Tệp ghi Xã Đồng Đăng, điểm nằm trong Phường Kỳ Lừa")
    client = Client()
    client.force_login(officer)
    page = client.get(reverse("network:upload_detail", args=[upload.pk])).content.decode()
    assert "Cần xem lại: 1" in page and "điểm nằm trong Phường Kỳ Lừa" in page


def test_a_mast_that_moves_into_a_zone_is_found_there(world: World, officer: Person, zone: Place) -> None:
    for point in ({"lon": 106.7, "lat": 21.95}, {"lon": 106.69, "lat": 21.94}):
        ask_to_save(actor=officer, upload=uploaded(officer, world.province, station_file(point)))
    assert Mast.objects.get().zone == zone


def test_a_masts_page_says_where_its_point_lies(world: World, people: dict[str, Person], officer: Person) -> None:
    bound(world.commune, side=0.1)
    ask_to_save(actor=officer, upload=uploaded(officer, world.province, station_file({})))
    client, address = Client(), Mast.objects.get().get_absolute_url()
    client.force_login(officer)
    page = client.get(address).content.decode()
    assert "Theo bản đồ" in page
    assert "Thôn Nà Lầm" in page
    client.force_login(people["commune_officer"])
    assert "Theo bản đồ" not in client.get(address).content.decode(), "a commune knows the point only roughly"


def test_correcting_a_mast_warns_of_another_commune(world: World, officer: Person) -> None:
    bound(world.commune)
    bound(world.neighbour)
    ask_to_save(actor=officer, upload=uploaded(officer, world.province, station_file({})))
    mast = Mast.objects.get()
    client = Client()
    client.force_login(officer)
    facts = {
        "code": "C-1", "owner": world.operator.pk, "commune": world.commune.pk, "zone": "", "structure": "A1",
        "lon": "106,76", "lat": "21,86", "height_m": "45", "built_on": "01/03/2020", "dismantled_on": "",
    }  # fmt: skip
    facts["seen"] = Mast.history.latest("history_id").pk
    answer = client.post(reverse("network:edit_thing", args=["mast", mast.pk]), facts, follow=True)
    assert "Điểm nằm trong ranh giới Phường Kỳ Lừa, không phải Xã Đồng Đăng" in answer.content.decode()
