"""A thing with a stream in the small world, and those who call for it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.accounts.services import make_token
from hatang.sensors.models import Datastream, Device, ObservedProperty, Sensor, Thing
from hatang.sensors.services import observations as kept
from tests.conftest import World


@dataclass
class Field:
    """A river gauge of operator A with its stream and what sends for it; and another of its rival."""

    thing: Thing
    stream: Datastream
    device: Device
    secret: str
    rivals: Thing
    rivals_stream: Datastream


@pytest.fixture(autouse=True)
def own_table(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a table of its own."""
    monkeypatch.setattr(kept, "FOLDER", str(tmp_path / "observations"))


def make_stream(thing: Thing, code: str = "muc-nuoc") -> Datastream:
    owners = {"province": thing.province, "owner": thing.owner}
    sensor = Sensor.objects.create(**owners, name="Radar", encoding_type="text/plain", metadata="radar")
    what = ObservedProperty.objects.create(**owners, name="Mực nước", definition="http://dbpedia.org/page/Water_level")
    unit = {"unit_name": "mét", "unit_symbol": "m", "unit_definition": "https://qudt.org/vocab/unit/M"}
    return Datastream.objects.create(
        thing=thing, sensor=sensor, observed_property=what, code=code, name="Mực nước", **unit
    )


def make_field(world: World) -> Field:
    place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    thing = Thing.objects.create(**place, owner=world.operator, code="TV-01", name="Thủy văn Kỳ Cùng", kind="river")
    rivals = Thing.objects.create(**place, owner=world.rival, code="TV-02", name="Thủy văn khác", kind="river")
    device = Device(thing=thing)
    secret = device.new_secret()
    device.save()
    return Field(thing, make_stream(thing), device, secret, rivals, make_stream(rivals))


@pytest.fixture
def a_field(world: World) -> Field:
    return make_field(world)


def token_of(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token(actor=person, name='máy', days=30)[1]}"}


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


@dataclass
class Sta:
    """Calls SensorThings as one caller."""

    headers: dict[str, str]

    def __call__(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Give status and content."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        client: Any = Client()
        answer = client.generic(
            method,
            f"/sta/v1.1/{path}",
            content if body is not None else b"",
            content_type="application/json",
            headers=self.headers,
            query_params=query,
        )
        told = answer.json() if "json" in answer["Content-Type"] else answer.content.decode()
        return answer.status_code, told


@pytest.fixture
def call_as(people: dict[str, Person]) -> Callable[[str], Sta]:
    """Give a caller by the name of a person of the fixture, or a visitor."""
    made: dict[str, Sta] = {"visitor": Sta({})}

    def give(name: str) -> Sta:
        if name not in made:
            made[name] = Sta(token_of(people[name]))
        return made[name]

    return give
