"""From an address of SensorThings to its answer: which entity or set is meant, and what is done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest

from hatang.core.observations.odata import Options, QueryError, read_options
from hatang.core.observations.schema import Observation
from hatang.sensors.models import Datastream, Device
from hatang.sensors.services.caller import Caller
from hatang.sensors.services.sta.entities import KINDS, OBSERVATION_LINKS, SETS, Kind, StaError, key_of
from hatang.sensors.services.sta.reading import ABSENT, Reading, observation_properties
from hatang.sensors.services.sta.writing import (
    Writing,
    change_observation,
    id_in,
    keep_observations,
    remove,
)

SEGMENT: Final = re.compile(r"(\$?[A-Za-z@.]+)(?:\((?:'([^']{1,60})'|(\d{1,18}))\))?\Z")
MOST_SEGMENTS: Final = 8
MOST_SINGLE: Final = 200
"""So many lines are tried one by one where not all of them are right; further ones are answered with “error”."""
CONFORMANCE: Final = [
    f"http://www.opengis.net/spec/iot_sensing/1.1/req/{name}"
    for name in (
        "datamodel/entity-control-information",
        "datamodel/thing",
        "datamodel/location",
        "datamodel/historical-location",
        "datamodel/datastream",
        "datamodel/sensor",
        "datamodel/observed-property",
        "datamodel/observation",
        "datamodel/feature-of-interest",
        "resource-path/resource-path-to-entities",
        "request-data/order",
        "request-data/expand",
        "request-data/select",
        "request-data/status-code",
        "request-data/query-status-code",
        "request-data/orderby",
        "request-data/top",
        "request-data/skip",
        "request-data/count",
        "request-data/filter",
        "request-data/built-in-filter-operations",
        "request-data/built-in-query-functions",
        "request-data/pagination",
        "create-update-delete/create-entity",
        "create-update-delete/link-to-existing-entities",
        "create-update-delete/deep-insert",
        "create-update-delete/deep-insert-status-code",
        "create-update-delete/historical-location-auto-creation",
        "create-update-delete/update-entity",
        "data-array/data-array",
    )
]
"""The requirements of STA 1.1 that hold; delete-entity does not: what streams still name is not removed with them."""


@dataclass
class Meant:
    """What an address means: a set of rows of a kind, perhaps one of them; or observations, perhaps one."""

    kind: Kind | None
    rows: Any = None
    key: int | None = None
    streams: list[int] | None = None
    more: str = "true"
    observation: Observation | None = None
    parent: Any = None
    link: str = ""
    rest: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """Whether one entity is meant."""
        return self.key is not None or self.observation is not None


class Answering:
    """One request."""

    def __init__(self, request: HttpRequest, caller: Caller, root: str) -> None:
        """`root` is the address of the service."""
        self.request, self.caller, self.root = request, caller, root
        self.reading = Reading(caller.person, root)

    def options(self) -> Options:
        """Read what is asked besides the address."""
        try:
            return read_options([(name, str(text)) for name, text in self.request.GET.items()])
        except QueryError as fault:
            raise StaError(400, str(fault)) from fault

    def meant(self, path: str) -> Meant:
        """Say what an address means, step by step."""
        parts = [part for part in path.split("/") if part]
        if not parts or len(parts) > MOST_SEGMENTS:
            raise StaError(404, ABSENT)
        meant: Meant | None = None
        for place, part in enumerate(parts):
            found = SEGMENT.match(part)
            name = found[1] if found else ""
            key = (found[2] or found[3]) if found else None
            if meant is None:
                meant = self.first(name, key)
            elif meant.is_one and name in self.links_of(meant):
                meant = self.along(meant, name, key)
            else:
                meant.rest = tuple(parts[place:])
                return meant
        assert meant is not None
        return meant

    def links_of(self, meant: Meant) -> Any:
        """Give the names of the links that lead on."""
        return meant.kind.links if meant.kind else OBSERVATION_LINKS

    def first(self, name: str, key: str | None) -> Meant:
        """Begin with a set."""
        if name not in SETS:
            raise StaError(404, ABSENT)
        if name == "Observations":
            found = self.reading.find_observation(key) if key is not None else None
            return Meant(None, observation=found)
        kind = KINDS[name]
        return self.there(Meant(kind, self.reading.rows(kind), None if key is None else key_of(key)))

    def there(self, meant: Meant) -> Meant:
        """Ask that one entity which is meant exists."""
        if meant.key is not None and not meant.rows.filter(pk=meant.key).exists():
            raise StaError(404, ABSENT)
        return meant

    def along(self, meant: Meant, name: str, key: str | None) -> Meant:
        """Go along a link."""
        if meant.observation:
            [feature] = self.reading.features_of([meant.observation])
            kind = KINDS[OBSERVATION_LINKS[name]]
            one = meant.observation.stream if name == "Datastream" else feature
            return self.there(Meant(kind, self.reading.rows(kind), one or 0))
        assert meant.kind
        link, parent = meant.kind.links[name], meant.rows.get(pk=meant.key)
        if link.to == "Observations":
            return self.observations_along(meant.kind, parent, key)
        kind = KINDS[link.to]
        rows = self.reading.rows(kind).filter(**{link.back: parent.pk})
        if not link.many:
            return self.there(Meant(kind, rows, getattr(parent, f"{link.path}_id"), parent=parent, link=name))
        return self.there(Meant(kind, rows, None if key is None else key_of(key), parent=parent, link=name))

    def observations_along(self, kind: Kind, parent: Any, key: str | None) -> Meant:
        """Go from a stream, or a feature, to its observations."""
        if kind.single == "Datastream":
            rows, more = Datastream.objects.filter(pk=parent.pk), "true"
        else:
            rows = Datastream.objects.visible_to(self.caller.person).filter(features=parent)
            own = ", ".join(map(str, rows.filter(feature=parent).values_list("pk", flat=True))) or "null"
            more = f'("feature" = {int(parent.pk)} or ("feature" is null and "stream" in ({own})))'
        found = self.reading.find_observation(key, rows) if key is not None else None
        streams = list(rows.values_list("pk", flat=True))
        return Meant(None, streams=streams, more=more, observation=found, parent=parent, link="Observations")

    # reading

    def get(self, path: str) -> Any:
        """Answer what is asked."""
        meant, address = self.meant(path), f"{self.root}/{path.strip('/')}"
        options = self.options()
        if meant.rest:
            return self.property(meant, options)
        if meant.observation:
            return self.reading.observations([meant.observation], options)[0]
        told = {name: str(text) for name, text in self.request.GET.items()}
        if meant.kind is None:
            return self.reading.observation_page(options, meant.streams, address, told, meant.more)
        if meant.key is not None:
            return self.reading.one(meant.kind, meant.rows, meant.key, options)
        return self.reading.page(meant.kind, meant.rows, options, address, told)

    def property(self, meant: Meant, options: Options) -> Any:
        """Answer one property, its bare value, or links to the entities of a set."""
        name = meant.rest[0]
        if meant.rest == ("$ref",) and not meant.is_one:
            if meant.kind is None:
                page = self.reading.observation_page(options, meant.streams, self.root, {}, meant.more)
            else:
                page = self.reading.page(meant.kind, meant.rows, options, self.root, {})
            return {"value": [{"@iot.selfLink": one["@iot.selfLink"]} for one in page["value"]]}
        if not meant.is_one or len(meant.rest) > 2 or (len(meant.rest) == 2 and meant.rest[1] != "$value"):
            raise StaError(404, ABSENT)
        if meant.observation:
            told = observation_properties(meant.observation)
        else:
            assert meant.kind
            told = self.reading.one(meant.kind, meant.rows, meant.key or 0, Options())
        told = {key: value for key, value in told.items() if "@iot" not in key}
        if name not in told:
            raise StaError(404, ABSENT)
        return told[name] if len(meant.rest) == 2 else {name: told[name]}

    # writing

    def post(self, path: str, body: Any) -> Any:
        """Make what is sent; give its address and itself."""
        if path.strip("/") == "CreateObservations":
            return self.create_observations(body)
        meant = self.meant(path)
        if meant.is_one or meant.rest:
            raise StaError(405, "Chỉ thêm vào một tập, ví dụ Things hoặc Things(1)/Datastreams.")
        with transaction.atomic():
            if meant.kind is None:
                return self.post_observation(meant, body)
            writing = Writing(self.writer())
            given = {self.back_name(meant): meant.parent} if meant.parent is not None else {}
            row = writing.create(meant.kind, body, given)
        return self.reading.one(meant.kind, meant.kind.model._default_manager.all(), row.pk, Options())

    def back_name(self, meant: Meant) -> str:
        """Give the name of the link back to where the address came from."""
        assert meant.kind
        came = next(kind for kind in KINDS.values() if isinstance(meant.parent, kind.model))
        path = came.links[meant.link].back
        return next(name for name, link in meant.kind.links.items() if link.path == path)

    def writer(self) -> Any:
        """Give the person who writes; nobody else may."""
        if self.caller.writer is None:
            raise StaError(401 if not self.caller.may_write else 403, "Cần mã truy cập của người được ghi.")
        return self.caller.writer

    def stream(self, key: int | None) -> Datastream:
        """Give a stream that the caller may write into."""
        rows = Datastream.objects.select_related("thing").filter(pk=key or 0)
        device: Device | None = self.caller.device
        if device:
            found = rows.filter(thing=device.thing_id).first()
        else:
            person = self.writer()
            found = rows.filter(pk__in=Datastream.objects.visible_to(person)).first()
            if found and not Datastream.objects.changeable_by(person).filter(pk=found.pk).exists():
                raise StaError(403, "Luồng này không phải của bạn để ghi.")
        if found is None:
            raise StaError(404 if key is None else 400, f"Datastream({key}): {ABSENT}")
        return found

    def post_observation(self, meant: Meant, body: Any) -> Any:
        """Store one observation."""
        if not isinstance(body, dict):
            raise StaError(400, "Nội dung phải là một Observation.")
        if isinstance(meant.parent, Datastream):
            key: int | None = meant.parent.pk
        elif "Datastream" in body:
            key = id_in(body["Datastream"])
        else:
            raise StaError(400, "Observation thiếu Datastream.")
        if isinstance(meant.parent, Datastream) is False and meant.parent is not None:
            body = body | {"FeatureOfInterest": {"@iot.id": meant.parent.pk}}
        [one] = self.keep([(self.stream(key), body)])
        return self.reading.observation(one, Options())

    def keep(self, told: list[tuple[Datastream, Any]]) -> list[Observation]:
        """Store observations; a device names no features."""
        by_device = self.caller.device is not None
        if by_device:
            told = [(stream, {k: v for k, v in one.items() if k != "FeatureOfInterest"}) for stream, one in told]
        actor: Any = self.caller.writer or self.caller.person
        return keep_observations(Writing(actor, by_device=by_device), told)

    def create_observations(self, body: Any) -> list[str]:
        """Store observations in the short form; each is answered with its address, or with “error”."""
        if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
            raise StaError(400, "CreateObservations cần một mảng các đối tượng có Datastream, components, dataArray.")
        answers = []
        for group in body:
            stream = self.stream(id_in(group.get("Datastream")))
            names, lines = group.get("components"), group.get("dataArray")
            if not isinstance(names, list) or not isinstance(lines, list):
                raise StaError(400, "Thiếu components hoặc dataArray.")
            answers += self.lines(stream, names, lines)
        return answers

    def lines(self, stream: Datastream, names: list[Any], lines: list[Any]) -> list[str]:
        """Store lines of the short form for one stream: all at once, or where one is wrong each by itself."""
        told = [line_told(names, line) for line in lines]
        if None not in told:
            try:
                kept = self.keep([(stream, one) for one in told])
            except StaError as fault:
                if fault.status == 413:
                    raise
            else:
                return [f"{self.root}/Observations('{one.id}')" for one in kept]
        return [self.single(stream, one) for one in told[:MOST_SINGLE]] + ["error"] * len(told[MOST_SINGLE:])

    def single(self, stream: Datastream, one: dict[str, Any] | None) -> str:
        """Store one line."""
        try:
            return "error" if one is None else f"{self.root}/Observations('{self.keep([(stream, one)])[0].id}')"
        except StaError:
            return "error"

    def patch(self, path: str, body: Any) -> Any:
        """Change what is sent of an entity."""
        meant, person = self.meant(path), self.writer()
        if not meant.is_one or meant.rest:
            raise StaError(405, "Chỉ sửa được một thực thể.")
        if meant.observation:
            if not isinstance(body, dict):
                raise StaError(400, "Nội dung phải là một đối tượng JSON.")
            change_observation(person, self.stream(meant.observation.stream), meant.observation, body)
            return self.reading.observation(self.reading.find_observation(meant.observation.id), Options())
        assert meant.kind
        with transaction.atomic():
            Writing(person).change(meant.kind, self.changeable(meant, person), body)
        return self.reading.one(meant.kind, meant.kind.model._default_manager.all(), meant.key or 0, Options())

    def changeable(self, meant: Meant, person: Any) -> Any:
        """Give the entity that is meant, if the person may change it."""
        assert meant.kind
        found = meant.kind.model._default_manager.changeable_by(person).filter(pk=meant.key).first()  # type: ignore[attr-defined]
        if found is None:
            raise StaError(403, "Thực thể này không phải của bạn để sửa.")
        return found

    def delete(self, path: str) -> None:
        """Remove an entity."""
        meant, person = self.meant(path), self.writer()
        if not meant.is_one or meant.rest:
            raise StaError(405, "Chỉ xóa được một thực thể.")
        if meant.observation:
            change_observation(person, self.stream(meant.observation.stream), meant.observation, None)
        else:
            remove(person, self.changeable(meant, person))


def line_told(names: list[Any], line: Any) -> dict[str, Any] | None:
    """Give a line of the short form as an observation; nothing where it does not fit its heads."""
    if not isinstance(line, list) or len(line) != len(names):
        return None
    told = dict(zip(map(str, names), line, strict=True))
    for name in ("FeatureOfInterest/id", "FeatureOfInterest/@iot.id"):
        if name in told:
            told["FeatureOfInterest"] = {"@iot.id": told.pop(name)}
    return told
