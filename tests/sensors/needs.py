"""What addresses of things need in the access table."""

from __future__ import annotations

from typing import Any

from hatang.accounts.models import Person
from hatang.sensors.models import Thing
from tests.conftest import World


def operators_gauge(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Address a gauge of operator A in SensorThings that is not public."""
    place = {"province": world.province, "commune": world.commune, "owner": world.operator}
    return {"path": f"Things({Thing.objects.create(**place, code='TV-01', name='Thủy văn', kind='river').pk})"}


def a_code(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Address a stream by its code, whoever sends."""
    return {"code": "muc-nuoc"}
