"""People put things, streams and devices into the register by hand, and a device sends with what it was given."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.sensors.models import Datastream, Device, RefusedInput, Thing
from tests.conftest import World
from tests.sensors.conftest import Sta, basic
from tests.sensors.things_needs import a_stream, a_thing

SECRET = re.compile(r"Bí mật \(mật khẩu\)</dt><dd><code>([^<]+)</code>")


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(world: World, **more: Any) -> dict[str, Any]:
    said = {"code": "TV-01", "name": "Mực nước Kỳ Cùng", "kind": "river", "state": "active", "public": "on"}
    return said | {"commune": world.commune.pk, "lon": "106,7", "lat": "21,9"} | more


def send(device: Device, secret: str, code: str, text: bytes = b"4.25") -> Any:
    sender: Any = Client()
    headers = basic(device.key, secret)
    return sender.post(f"/cam-bien/gui/{code}", text, content_type="application/json", headers=headers)


def test_from_an_empty_register_to_the_first_value(world: World, people: dict[str, Person]) -> None:
    operator = client_of(people["operator"])
    page = operator.get(f"/cam-bien/tinh/{world.province.code}").content.decode()
    assert "Ghi một vật" in page
    form = operator.get(f"/cam-bien/tinh/{world.province.code}/moi").content.decode()
    assert f'value="{world.operator.pk}" selected' in form
    made = operator.post(f"/cam-bien/tinh/{world.province.code}/moi", typed(world, owner=world.operator.pk))
    thing = Thing.objects.get()
    assert made.status_code == 302 and thing.owner == world.operator and thing.public
    words = {"code": "muc-nuoc", "name": "Mực nước", "observed": "mực nước", "unit": "m", "sensor": "radar"}
    assert operator.post(f"/cam-bien/{thing.pk}/luong", words).status_code == 302
    shown = operator.post(f"/cam-bien/{thing.pk}/thiet-bi", {"name": "RTU 2"})
    device, found = Device.objects.get(), SECRET.search(shown.content.decode())
    assert found and "no-store" in shown["Cache-Control"] and f"hatang/{device.key}/muc-nuoc" in shown.content.decode()
    assert send(device, found[1], "muc-nuoc").json()["stored"] == 1
    assert "4,25 m" in Client().get(f"/cam-bien/{thing.pk}/").content.decode()
    status, places = Sta({})("GET", f"Things({thing.pk})/Locations")
    assert (status, places["value"][0]["location"]["coordinates"]) == (200, [106.7, 21.9])


def test_a_secret_is_changed_and_a_device_stopped(world: World, people: dict[str, Person]) -> None:
    thing = a_thing(world)
    a_stream(thing, last_at=None, last_result=None)
    operator = client_of(people["operator"])
    first = SECRET.search(operator.post(f"/cam-bien/{thing.pk}/thiet-bi", {"name": "RTU"}).content.decode())
    device = Device.objects.get()
    second = SECRET.search(operator.post(f"/cam-bien/thiet-bi/{device.pk}/doi").content.decode())
    assert first and second and send(device, first[1], "dien-luoi").status_code == 401
    assert send(device, second[1], "khong-co").status_code == 422
    assert "khong-co" in operator.get(f"/cam-bien/{thing.pk}/").content.decode()
    assert operator.post(f"/cam-bien/thiet-bi/{device.pk}/dung").status_code == 302
    assert send(device, second[1], "dien-luoi").status_code == 401
    operator.post(f"/cam-bien/thiet-bi/{device.pk}/gui-lai")
    assert send(device, second[1], "dien-luoi").status_code == 200
    assert RefusedInput.objects.get().reason == "no_stream"
    seen = client_of(people["commune_officer"]).get(f"/cam-bien/{thing.pk}/").content.decode()
    assert device.key not in seen and "khong-co" not in seen


def test_a_form_that_is_sent_twice_makes_one_device(world: World, people: dict[str, Person]) -> None:
    thing, operator = a_thing(world), client_of(people["operator"])
    answers = [operator.post(f"/cam-bien/{thing.pk}/thiet-bi", {"name": "RTU"}).status_code for _ in range(2)]
    assert answers == [200, 422] and Device.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": ""}, "Ghi mã của vật"),
        ({"code": "có dấu"}, "Mã gồm chữ không dấu"),
        ({"lat": ""}, "Ghi cả kinh độ và vĩ độ"),
        ({"lon": "10,5"}, "sai tọa độ hoặc sai xã"),
    ],
)
def test_a_wrong_thing_is_refused_in_words(
    world: World, people: dict[str, Person], wrong: dict[str, str], said: str
) -> None:
    answer = client_of(people["department_officer"]).post(
        f"/cam-bien/tinh/{world.province.code}/moi", typed(world, **wrong)
    )
    assert answer.status_code == 422 and said in answer.content.decode() and not Thing.objects.exists()


def test_nobody_writes_for_another_owner(world: World, people: dict[str, Person]) -> None:
    address = f"/cam-bien/tinh/{world.province.code}/moi"
    for owner in (world.rival.pk, ""):
        answer = client_of(people["operator"]).post(address, typed(world, owner=owner))
        assert answer.status_code == 422 and not Thing.objects.exists()
    assert client_of(people["department_officer"]).post(address, typed(world, owner=world.rival.pk)).status_code == 302


def test_a_point_that_moved_is_remembered(world: World, people: dict[str, Person]) -> None:
    officer = client_of(people["department_officer"])
    officer.post(f"/cam-bien/tinh/{world.province.code}/moi", typed(world))
    thing = Thing.objects.get()
    for lat in ("21,9", "21,91"):
        assert officer.post(f"/cam-bien/{thing.pk}/sua", typed(world, lat=lat, code="khác")).status_code == 302
    thing.refresh_from_db()
    assert (thing.code, thing.lat, thing.whereabouts.count(), thing.locations.count()) == ("TV-01", 21.91, 2, 1)


def test_streams_name_again_what_their_owner_measures(world: World, people: dict[str, Person]) -> None:
    thing, operator = a_thing(world), client_of(people["operator"])
    for code in ("a", "b", "a"):
        said = {"code": code, "name": code, "observed": "điện áp", "unit": "V", "sensor": ""}
        operator.post(f"/cam-bien/{thing.pk}/luong", said)
    streams = Datastream.objects.filter(thing=thing)
    assert streams.count() == 2 and len(set(streams.values_list("observed_property", "sensor"))) == 1
