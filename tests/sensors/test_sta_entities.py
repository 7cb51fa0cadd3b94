"""The entities that other implementations test with, and what the standard says of making and linking them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sensors.conftest import Field, Sta

FOLDERS = {
    "thing": "Things",
    "locations": "Locations",
    "sensors": "Sensors",
    "observedproperties": "ObservedProperties",
    "foi": "FeaturesOfInterest",
    "datastreams": "Datastreams",
    "observations": "Observations",
}
WRONG = {
    "thing/2.json": "Sensor",
    "thing/3.json": "Sensor",
    "locations/3.json": "GeoJSON",  # rings of a polygon are lists of lists
    "locations/4.json": "GeoJSON",
    "locations/southern-alberta-polygon.json": "GeoJSON",
    "foi/missingEncodingType.json": "encodingType",
    "observations/observation.json": "Datastream",
    "observations/observationWithoutPTime.json": "Datastream",
}
WITH_ID = re.compile(r"\$(THING|SENSOR|OBSERVEDPROPERTY|OBSPROP|DATASTREAM|FOI)[-_]ID")


@pytest.fixture
def ids(call_as: Callable[[str], Sta], a_field: Field) -> dict[str, int]:
    feature = {
        "name": "Trạm",
        "encodingType": "application/geo+json",
        "feature": {"type": "Point", "coordinates": [1, 2]},
    }
    status, told = call_as("operator")("POST", "FeaturesOfInterest", feature)
    assert status == 201, told
    stream = a_field.stream
    return {
        "THING": a_field.thing.pk,
        "SENSOR": stream.sensor_id,
        "OBSERVEDPROPERTY": stream.observed_property_id,
        "OBSPROP": stream.observed_property_id,
        "DATASTREAM": stream.pk,
        "FOI": told["@iot.id"],
    }


def test_entities_of_others_are_taken_as_the_standard_says(
    shared: Path, call_as: Callable[[str], Sta], ids: dict[str, int]
) -> None:
    """Each is made and read again as it was sent, or refused with the name of what is wrong in it."""
    call, tried = call_as("operator"), 0
    for folder, entity_set in FOLDERS.items():
        for path in sorted((shared / "data/conformance/sta10_json_entities" / folder).glob("*.json")):
            name = f"{folder}/{path.name}"
            body = json.loads(WITH_ID.sub(lambda found: str(ids[found[1]]), path.read_text()))
            address = "CreateObservations" if path.name == "dataArray.json" else entity_set
            status, told = call("POST", address, completed(entity_set, body, name, ids))
            tried += 1
            if name in WRONG:
                assert status == 400 and WRONG[name] in told["message"], (name, told)
                continue
            assert status == 201, (name, told)
            if address != "CreateObservations":
                check_kept(call, entity_set, body, told, name)
    assert tried == 71


def completed(entity_set: str, body: Any, name: str, ids: dict[str, int]) -> Any:
    """Say of an entity what its file leaves to the test that reads it: where it belongs."""
    if entity_set == "Datastreams":
        links = {"Thing": "THING", "Sensor": "SENSOR", "ObservedProperty": "OBSERVEDPROPERTY"}
        return {link: {"@iot.id": ids[key]} for link, key in links.items()} | body
    if entity_set == "Observations" and isinstance(body, dict) and name not in WRONG:
        return {"Datastream": {"@iot.id": ids["DATASTREAM"]}} | body
    return body


def check_kept(call: Sta, entity_set: str, body: dict[str, Any], told: dict[str, Any], name: str) -> None:
    key = told["@iot.id"]
    address = f"{entity_set}('{key}')" if isinstance(key, str) else f"{entity_set}({key})"
    status, again = call("GET", address)
    assert status == 200 and again == told, name
    for part in ("description", "encodingType", "location", "feature", "metadata", "definition", "unitOfMeasurement"):
        if part in body:
            assert again[part] == body[part], (name, part)
    if entity_set == "Observations":
        assert again["result"] == body["result"], name


@pytest.mark.parametrize("file", ["noName", "noSymbol", "noDefinition"])
def test_a_unit_lacks_nothing(shared: Path, call_as: Callable[[str], Sta], ids: dict[str, int], file: str) -> None:
    unit = json.loads((shared / f"data/conformance/sta10_json_entities/unitsOfMeasurement/{file}.json").read_text())
    links = {"Thing": "THING", "Sensor": "SENSOR", "ObservedProperty": "OBSERVEDPROPERTY"}
    body = {link: {"@iot.id": ids[key]} for link, key in links.items()}
    status, told = call_as("operator")(
        "POST", "Datastreams", body | {"unitOfMeasurement": unit, "observationType": "x"}
    )
    assert status == 400 and "unitOfMeasurement" in told["message"]


def test_what_is_within_is_made_at_once_or_not_at_all(call_as: Callable[[str], Sta], shared: Path) -> None:
    """Deep insert: thing, location, stream, sensor, property and four observations; with a wrong one nothing stays."""
    call = call_as("operator")
    body = json.loads((shared / "data/conformance/sta10_json_entities/thing/complete.json").read_text())
    status, told = call("POST", "Things", body)
    assert status == 201
    expand = (
        "Locations,HistoricalLocations/Locations,Datastreams($expand=Sensor,ObservedProperty,Observations($count=true))"
    )
    status, whole = call("GET", f"Things({told['@iot.id']})", **{"$expand": expand})
    assert status == 200
    [stream] = whole["Datastreams"]
    assert [one["result"] for one in stream["Observations"]] == [13, 12, 11, 10]
    assert whole["HistoricalLocations"][0]["Locations"] == whole["Locations"]
    assert stream["phenomenonTime"] == "2015-03-01T00:10:00Z/2015-03-01T01:40:00Z"
    del body["Datastreams"][0]["Sensor"]
    before = {name: call("GET", name, **{"$count": "true", "$top": "0"})[1]["@iot.count"] for name in FOLDERS.values()}
    assert call("POST", "Things", body)[0] == 400
    assert before == {
        name: call("GET", name, **{"$count": "true", "$top": "0"})[1]["@iot.count"] for name in FOLDERS.values()
    }


def test_the_root_names_every_set_and_what_is_done(client: Any) -> None:
    told = client.get("/sta/v1.1").json()
    assert {one["name"] for one in told["value"]} == {*FOLDERS.values(), "HistoricalLocations"}
    claimed = " ".join(told["serverSettings"]["conformance"])
    assert "built-in-query-functions" in claimed and "data-array" in claimed
    assert not any(name in claimed for name in ("multi-datastream", "batch", "mqtt")), "none of them is done"
    assert client.get("/sta/v1.1/MultiDatastreams").status_code == 404
