"""What the addresses of things, thresholds and alerts need, for the access table and their tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hatang.accounts.models import Organisation
from hatang.sensors.models import Alert, Datastream, ObservedProperty, Sensor, Thing, ThingKind, Threshold
from tests.access_needs import People
from tests.conftest import World

AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def a_thing(world: World, code: str = "ND-1", owner: Organisation | None = None, **more: Any) -> Thing:
    """Make a thing that watches the power at a mast of the operator, in the commune."""
    said = {"name": f"Nguồn điện {code}", "kind": ThingKind.POWER, "commune": world.commune, "lon": 106.7, "lat": 21.9}
    owner = world.operator if owner is None else owner
    return Thing.objects.create(province=world.province, code=code, owner=owner, **said | more)


def a_stream(thing: Thing, code: str = "dien-luoi", **more: Any) -> Datastream:
    """Make a stream of a thing, with what it names."""
    here = {"province": thing.province}
    said = {"name": "Điện áp lưới", "unit_symbol": "V", "last_at": AT, "last_result": 225.0} | more
    sensor, _ = Sensor.objects.get_or_create(name="Vôn kế", **here)
    observed, _ = ObservedProperty.objects.get_or_create(name="Điện áp", defaults={"definition": "urn:v"}, **here)
    return Datastream.objects.create(thing=thing, sensor=sensor, observed_property=observed, code=code, **said)


def a_rule(stream: Datastream, **more: Any) -> Threshold:
    """Set a rule: power has failed below 100 V, and is back from 180 V."""
    said = {"name": "Mất điện lưới", "kind": "below", "limit": 100.0, "clear_limit": 180.0} | more
    return Threshold.objects.create(stream=stream, **said)


def an_alert(rule: Threshold, **more: Any) -> Alert:
    """Open an alert of a rule."""
    said = {"title": f"{rule.name}: 0 V", "level": rule.level, "raised_at": AT, "value": 0.0, "worst": 0.0}
    return Alert.objects.create(threshold=rule, stream=rule.stream, **said | more)


def province(world: World, people: People) -> dict[str, Any]:
    """Address the province, where a thing stands."""
    a_stream(a_thing(world))
    return {"code": world.province.code}


def power_thing(world: World, people: People) -> dict[str, Any]:
    """Address the operator's thing."""
    return {"pk": a_stream(a_thing(world)).thing_id}


def power_rule(world: World, people: People) -> dict[str, Any]:
    """Address the rule on the operator's thing."""
    rule = a_rule(a_stream(a_thing(world)))
    return {"pk": rule.stream.thing_id, "rule": rule.pk}


def power_alert(world: World, people: People) -> dict[str, Any]:
    """Address the open alert of the operator's thing."""
    return {"pk": an_alert(a_rule(a_stream(a_thing(world, site_code="C-1")))).pk}


def open_power_alert(world: World, people: People) -> dict[str, Any]:
    """Address the province where the operator's power failed at a mast that nobody registered."""
    power_alert(world, people)
    return {"code": world.province.code}
