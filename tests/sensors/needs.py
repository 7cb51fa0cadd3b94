"""What addresses of things need in the access table."""

from __future__ import annotations

from typing import Any

from hatang.accounts.models import Person
from hatang.sensors.models import Device, Thing
from tests.conftest import World
from tests.sensors.things_needs import a_thing


def operators_gauge(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Address a gauge of operator A in SensorThings that is not public."""
    place = {"province": world.province, "commune": world.commune, "owner": world.operator}
    return {"path": f"Things({Thing.objects.create(**place, code='TV-01', name='Thủy văn', kind='river').pk})"}


def a_code(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Address a stream by its code, whoever sends."""
    return {"code": "muc-nuoc"}


def power_sender(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Address what sends for a thing of the operator."""
    device = Device(thing=a_thing(world))
    device.new_secret()
    device.save()
    return {"pk": device.pk}


def power_sender_stopped(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Address the stopping of what sends for a thing of the operator."""
    return power_sender(world, people) | {"act": "dung"}
