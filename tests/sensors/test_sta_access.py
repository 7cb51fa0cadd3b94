"""Who sees and writes what through SensorThings: owner, rival, officer, other province, visitor, device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from hatang.sensors.models import Alert, Thing
from tests.conftest import World
from tests.sensors.conftest import Field, Sta, basic
from tests.sensors.things_needs import a_rule

SETS = ("Things", "Datastreams", "Sensors", "ObservedProperties", "Observations", "Locations", "FeaturesOfInterest")


@pytest.fixture
def told(call_as: Callable[[str], Sta], a_field: Field) -> Field:
    """One observation of operator A's gauge, which stands somewhere."""
    call = call_as("operator")
    place = {"encodingType": "application/geo+json", "location": {"type": "Point", "coordinates": [106.7, 21.9]}}
    assert call("POST", f"Things({a_field.thing.pk})/Locations", {"name": "Cầu", **place})[0] == 201
    assert call("POST", f"Datastreams({a_field.stream.pk})/Observations", {"result": 4.2})[0] == 201
    return a_field


def seen(call: Sta, field: Field) -> dict[str, int]:
    return {name: len(call("GET", name)[1]["value"]) for name in SETS}


@pytest.mark.parametrize("who", ["operator", "department_officer", "commune_officer", "auditor"])
def test_owner_commune_and_officers_see_what_is_not_public(
    who: str, call_as: Callable[[str], Sta], told: Field
) -> None:
    there = call_as(who)("GET", f"Datastreams({told.stream.pk})/Observations")[1]["value"]
    assert [one["result"] for one in there] == [4.2]


@pytest.mark.parametrize("who", ["stranger", "rival", "visitor", "administrator"])
def test_others_see_nothing_by_any_way(who: str, call_as: Callable[[str], Sta], told: Field) -> None:
    """Neither in lists nor by a link, an expansion, a filter or a count."""
    call = call_as(who)
    own = 1 if who == "rival" else 0
    assert seen(call, told) == {name: own if name in SETS[:4] else 0 for name in SETS}
    observation = call_as("operator")("GET", "Observations")[1]["value"][0]["@iot.id"]
    for address in (
        f"Things({told.thing.pk})",
        f"Datastreams({told.stream.pk})",
        f"Datastreams({told.stream.pk})/Thing",
        f"Sensors({told.stream.sensor_id})/Datastreams",
        f"Observations('{observation}')",
        f"Observations('{observation}')/Datastream",
    ):
        assert call("GET", address)[0] == 404, address
    for query in ("Datastream/Thing/name ne 'x'", f"Datastream/id eq {told.stream.pk}", "result gt 0"):
        assert call("GET", "Observations", **{"$filter": query, "$count": "true"})[1]["@iot.count"] == 0
    assert call("GET", "Things", **{"$expand": "Datastreams/Observations"})[0] == 200


def test_what_is_public_everybody_sees_with_all_that_belongs_to_it(call_as: Callable[[str], Sta], told: Field) -> None:
    Thing.objects.filter(pk=told.thing.pk).update(public=True)
    visitor = call_as("visitor")
    assert seen(visitor, told) == {name: 0 if name == "Locations" else 1 for name in SETS}
    assert visitor("POST", "Things", {"name": "x"})[0] == 401
    assert visitor("DELETE", f"Things({told.thing.pk})")[0] == 401


def test_nobody_writes_into_what_is_anothers(call_as: Callable[[str], Sta], told: Field) -> None:
    for who in ("rival", "stranger", "commune_officer", "analyst", "administrator"):
        call = call_as(who)
        Thing.objects.filter(pk=told.thing.pk).update(public=True)
        assert call("PATCH", f"Things({told.thing.pk})", {"name": "khác"})[0] == 403, who
        assert call("DELETE", f"Things({told.thing.pk})")[0] == 403, who
        assert call("POST", f"Datastreams({told.stream.pk})/Observations", {"result": 1})[0] == 403, who
        group = [{"Datastream": {"@iot.id": told.stream.pk}, "components": ["result"], "dataArray": [[1]]}]
        assert call("POST", "CreateObservations", group)[0] == 403, who
    assert Thing.objects.get(pk=told.thing.pk).name == told.thing.name


def test_what_is_told_or_corrected_is_held_against_its_rules_at_once(
    call_as: Callable[[str], Sta], told: Field, world: World
) -> None:
    rule, call = a_rule(told.stream), call_as("operator")
    address = f"Datastreams({told.stream.pk})/Observations"
    at = {"phenomenonTime": timezone.now().isoformat()}
    assert call("POST", address, at | {"result": 3})[0] == 201
    assert Alert.objects.get(threshold=rule).closed_at is None
    latest = call("GET", f"{address}?$orderby=phenomenonTime desc&$top=1")[1]["value"][0]
    assert call("PATCH", f"Observations('{latest['@iot.id']}')", {"result": 226})[0] == 200
    assert Alert.objects.get(threshold=rule).closed_at


def test_the_owner_changes_and_removes_and_nothing_is_forgotten(
    call_as: Callable[[str], Sta], told: Field, world: World
) -> None:
    call = call_as("operator")
    [one] = call("GET", f"Datastreams({told.stream.pk})/Observations")[1]["value"]
    address = f"Observations('{one['@iot.id']}')"
    status, changed = call("PATCH", address, {"result": 5.5, "resultQuality": "sửa tay"})
    assert (status, changed["result"], changed["phenomenonTime"]) == (200, 5.5, one["phenomenonTime"])
    told.stream.refresh_from_db()
    assert (told.stream.last_result, told.stream.last_quality) == (5.5, '"sửa tay"')
    assert call("DELETE", address)[0] == 200
    told.stream.refresh_from_db()
    assert told.stream.last_result is None and call("GET", address)[0] == 404
    assert [(row.before["result"], (row.after or {}).get("result")) for row in told.stream.changes.order_by("pk")] == [
        (4.2, 5.5),
        (5.5, None),
    ]
    assert call("PATCH", f"Things({told.thing.pk})", {"name": "Tên mới"})[1]["name"] == "Tên mới"
    assert told.thing.history.count() >= 2
    assert call("DELETE", f"Things({told.thing.pk})")[0] == 200
    assert call("GET", f"Datastreams({told.stream.pk})")[0] == 404


def test_a_device_writes_into_the_streams_of_its_own_thing_only(told: Field, db: Any) -> None:
    call = Sta(basic(told.device.key, told.secret))
    assert call("POST", f"Datastreams({told.stream.pk})/Observations", {"result": 1.5})[0] in (201, 404)
    assert call("POST", "Observations", {"result": 1.5, "Datastream": {"@iot.id": told.stream.pk}})[0] == 201
    assert call("POST", "Observations", {"result": 1, "Datastream": {"@iot.id": told.rivals_stream.pk}})[0] == 400
    assert call("POST", "Things", {"name": "x"})[0] == 403
    assert call("DELETE", f"Things({told.thing.pk})")[0] in (403, 404)
    assert Sta(basic(told.device.key, "sai"))("GET", "Things")[0] == 401
    told.device.is_active = False
    told.device.save()
    assert call("GET", "Things")[0] == 401
