"""The entities of SensorThings beside our tables: properties, links, and what a filter may look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import models

from hatang.sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)


class StaError(Exception):
    """Something asked that cannot be: the HTTP status and words for whoever asked."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True)
class Link:
    """A way to other entities: of which set, by which relation and back by which, one or many."""

    to: str
    path: str
    back: str
    many: bool
    filtered: bool = False
    """Whether a filter may look along it: only where whoever sees this sees that."""


@dataclass(frozen=True)
class Kind:
    """A set of entities: its name, the name of one, its table, property to column and kind of value, and its links."""

    plural: str
    single: str
    model: type[models.Model]
    fields: Mapping[str, tuple[str, str]]
    links: Mapping[str, Link]
    required: tuple[str, ...] = ()
    json: tuple[str, ...] = field(default=("properties",))


DESCRIBED: Final = {
    "name": ("name", "text"),
    "description": ("description", "text"),
    "properties": ("properties", "json"),
}
ENCODED: Final = {"encodingType": ("encoding_type", "text")}
UNIT: Final = {
    "unitOfMeasurement/name": ("unit_name", "text"),
    "unitOfMeasurement/symbol": ("unit_symbol", "text"),
    "unitOfMeasurement/definition": ("unit_definition", "text"),
}
KINDS: Final = {
    kind.plural: kind
    for kind in (
        Kind(
            "Things",
            "Thing",
            Thing,
            DESCRIBED,
            {
                "Locations": Link("Locations", "locations", "things", True, True),
                "HistoricalLocations": Link("HistoricalLocations", "whereabouts", "thing", True),
                "Datastreams": Link("Datastreams", "datastreams", "thing", True, True),
            },
        ),
        Kind(
            "Locations",
            "Location",
            Location,
            DESCRIBED | ENCODED | {"location": ("shape", "geo")},
            {
                "Things": Link("Things", "things", "locations", True),
                "HistoricalLocations": Link("HistoricalLocations", "whereabouts", "locations", True),
            },
            ("encodingType", "location"),
        ),
        Kind(
            "HistoricalLocations",
            "HistoricalLocation",
            HistoricalLocation,
            {"time": ("time", "time")},
            {
                "Thing": Link("Things", "thing", "whereabouts", False, True),
                "Locations": Link("Locations", "locations", "whereabouts", True, True),
            },
            ("time",),
        ),
        Kind(
            "Datastreams",
            "Datastream",
            Datastream,
            DESCRIBED | UNIT | {"observationType": ("observation_type", "text"), "phenomenonTime": ("last_at", "time")},
            {
                "Thing": Link("Things", "thing", "datastreams", False, True),
                "Sensor": Link("Sensors", "sensor", "datastreams", False, True),
                "ObservedProperty": Link("ObservedProperties", "observed_property", "datastreams", False, True),
                "Observations": Link("Observations", "", "", True),
            },
            ("unitOfMeasurement", "observationType"),
        ),
        Kind(
            "Sensors",
            "Sensor",
            Sensor,
            DESCRIBED | ENCODED | {"metadata": ("metadata", "json")},
            {"Datastreams": Link("Datastreams", "datastreams", "sensor", True)},
            ("encodingType", "metadata"),
        ),
        Kind(
            "ObservedProperties",
            "ObservedProperty",
            ObservedProperty,
            DESCRIBED | {"definition": ("definition", "text")},
            {"Datastreams": Link("Datastreams", "datastreams", "observed_property", True)},
            ("definition",),
        ),
        Kind(
            "FeaturesOfInterest",
            "FeatureOfInterest",
            FeatureOfInterest,
            DESCRIBED | ENCODED | {"feature": ("shape", "geo")},
            {"Observations": Link("Observations", "", "", True)},
            ("encodingType", "feature"),
        ),
    )
}
SINGLE: Final = {kind.single: kind for kind in KINDS.values()}
OBSERVATION_LINKS: Final = {"Datastream": "Datastreams", "FeatureOfInterest": "FeaturesOfInterest"}
SETS: Final = (*KINDS, "Observations")
ID: Final = re.compile(r"\d{1,18}\Z")


def key_of(text: str) -> int:
    """Read the number of an entity; what is none stands for nothing."""
    if not ID.match(text):
        raise StaError(404, "Không có, hoặc bạn không được xem.")
    return int(text)


def moment_text(moment: datetime | None) -> str | None:
    """Write a moment in UTC as the standard wants it.

    >>> moment_text(datetime(2026, 1, 1, tzinfo=UTC))
    '2026-01-01T00:00:00Z'
    """
    if moment is None:
        return None
    there = moment.astimezone(UTC)
    return (
        there.strftime("%Y-%m-%dT%H:%M:%S")
        + (f".{there.microsecond:06d}".rstrip("0") if there.microsecond else "")
        + "Z"
    )


def interval_text(begin: datetime | None, end: datetime | None) -> str | None:
    """Write an interval; a moment where it has no end."""
    if begin is None or end is None:
        return moment_text(begin)
    return f"{moment_text(begin)}/{moment_text(end)}"


def ours_of(thing: Thing) -> dict[str, Any]:
    """Give what we know of a thing besides its own properties."""
    told = {"code": thing.code, "kind": thing.kind, "state": thing.state, "simulated": thing.simulated}
    return told | ({"site": thing.site_code} if thing.site_code else {})


def properties_of(kind: Kind, row: Any) -> dict[str, Any]:
    """Give the properties of an entity."""
    if kind.single == "HistoricalLocation":
        return {"time": moment_text(row.time)}
    told: dict[str, Any] = {"name": row.name, "description": row.description}
    if kind.single == "Datastream":
        told |= stream_properties(row)
    for name, column in (("encodingType", "encoding_type"), ("metadata", "metadata"), ("definition", "definition")):
        if name in kind.fields:
            told[name] = getattr(row, column)
    for name in ("location", "feature"):
        if name in kind.fields:
            told[name] = getattr(row, name)
    ours = {"hatang": ours_of(row)} if isinstance(row, Thing) else {}
    if not ours and getattr(row, "simulated", False):
        ours = {"hatang": {"simulated": True}}
    return told | {"properties": (row.properties if isinstance(row.properties, dict) else {}) | ours}


def stream_properties(row: Datastream) -> dict[str, Any]:
    """Give the properties that only a stream has."""
    unit = {"name": row.unit_name, "symbol": row.unit_symbol, "definition": row.unit_definition}
    told: dict[str, Any] = {
        "unitOfMeasurement": unit if any(unit.values()) else dict.fromkeys(unit),
        "observationType": row.observation_type,
    }
    if row.first_at:
        told["phenomenonTime"] = interval_text(row.first_at, row.last_at)
    return told
