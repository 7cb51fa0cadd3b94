"""Writing entities: new ones with what is within them, changes, removals; whole or not at all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.contrib.gis.geos import GEOSException, GEOSGeometry, WKBWriter
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from hatang.accounts.access import Scope, scopes
from hatang.accounts.models import Person
from hatang.core.observations.payloads import PayloadError, read_instant, read_time, sound_result
from hatang.core.observations.schema import ROWS, Observation
from hatang.core.observations.table import as_json, rows_of
from hatang.places.models import Place
from hatang.sensors.models import (
    CHANGE,
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    ObservationChange,
    Thing,
    ThingKind,
    ThingState,
)
from hatang.sensors.services.observations import keep, observation_table, reset_latest
from hatang.sensors.services.sta.entities import KINDS, SINGLE, Kind, StaError
from hatang.sensors.services.sta.reading import ABSENT, observation_properties
from hatang.sensors.services.taking import check_clock

MOST_WITHIN: Final = 1_000
MOST_OBSERVATIONS: Final = 20_000
GEOJSON: Final = re.compile(r"geo\+json|geojson", re.IGNORECASE)
CODE: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass
class Writing:
    """What one request writes, by one person, within one scope of theirs, or by a device, whose clock may be wrong."""

    actor: Person
    made: int = 0
    by_device: bool = False

    def scope(self) -> Scope:
        """Give the scope in which the person may write."""
        held = [scope for scope in scopes(self.actor, CHANGE) if scope.province_id is not None]
        if not held:
            raise StaError(403, "Bạn không được ghi ở đây.")
        return held[0]

    def create(self, kind: Kind, body: Any, given: dict[str, Any]) -> Any:
        """Make an entity with all that is within it; `given` are links that the address tells."""
        if not isinstance(body, dict):
            raise StaError(400, f"Nội dung phải là một đối tượng JSON của {kind.single}.")
        self.made += 1
        if self.made > MOST_WITHIN:
            raise StaError(400, f"Nhiều nhất {MOST_WITHIN} thực thể trong một lần gửi.")
        lacking = [name for name in kind.required if body.get(name) is None]
        if lacking:
            raise StaError(400, f"{kind.single} thiếu {', '.join(lacking)}.")
        row = kind.model()
        self.fill(kind, row, body)
        for name, link in kind.links.items():
            if not link.many:
                setattr(row, link.path, given.get(name) or self.linked(kind, name, body))
        self.own(kind, row)
        saved(row)
        self.within(kind, row, body, given)
        return row

    def own(self, kind: Kind, row: Any) -> None:
        """Say whose a new row is; a stream and a former whereabouts belong to their thing."""
        if kind.single in ("Datastream", "HistoricalLocation"):
            if not self.actor.has_perm(CHANGE, row.thing):
                raise StaError(403, "Vật này không phải của bạn để ghi.")
            return
        scope = self.scope()
        row.province_id = scope.province_id
        row.owner_id = scope.organisation_id or self.actor.organisation_id
        if isinstance(row, Thing):
            row.commune_id = row.commune_id or scope.place_id
            row.code = row.code or f"T{secrets.token_hex(6)}"

    def linked(self, kind: Kind, name: str, body: dict[str, Any]) -> Any:
        """Give the one entity of a link: named by its id, or made from what is within."""
        told = body.get(name)
        if told is None:
            raise StaError(400, f"{kind.single} thiếu {name}.")
        return self.named(SINGLE[name], told)

    def named(self, kind: Kind, told: Any) -> Any:
        """Find an entity that is named by its id, or make it."""
        key = id_in(told)
        if key is None:
            return self.create(kind, told, {})
        found = kind.model._default_manager.visible_to(self.actor).filter(pk=key).first()  # type: ignore[attr-defined]
        if found is None:
            raise StaError(400, f"{kind.single}({key}): {ABSENT}")
        return found

    def within(self, kind: Kind, row: Any, body: dict[str, Any], given: dict[str, Any]) -> None:
        """Make or link the entities of a new one's links to many."""
        for name, link in kind.links.items():
            told = body.get(name, body.get(link.to[:-1])) if link.many else None
            if told is not None and not isinstance(told, list):
                told = [told]
            if link.to == "Observations":
                if told:
                    keep_observations(self, [(row, one) for one in told])
            elif link.many:
                related = [self.related(KINDS[link.to], one, kind, link.back, row) for one in told or []]
                if name in given:
                    related.append(given[name])
                self.attach(kind, row, name, related)

    def related(self, kind: Kind, told: Any, parent: Kind, back: str, row: Any) -> Any:
        """Give one of the many entities of a link."""
        name = next((name for name, link in kind.links.items() if link.path == back and not link.many), "")
        if name and id_in(told) is None:
            return self.create(kind, told, {name: row})
        return self.named(kind, told)

    def attach(self, kind: Kind, row: Any, name: str, related: Sequence[Any]) -> None:
        """Link entities; where a thing stands is remembered with its moment."""
        if not related:
            return
        path = kind.links[name].path
        if kind.single == "Thing" and name == "Locations":
            move(row, related)
        elif kind.single == "Location" and name == "Things":
            for thing in related:
                if not self.actor.has_perm(CHANGE, thing):
                    raise StaError(403, "Vật này không phải của bạn để ghi.")
                move(thing, [row])
        elif kind.links[name].back in ("locations", "whereabouts") and path == "locations":
            row.locations.set(related)

    def fill(self, kind: Kind, row: Any, body: dict[str, Any]) -> None:
        """Set the columns that a body tells."""
        if kind.single == "HistoricalLocation":
            if "time" in body:
                row.time = moment(body["time"])
            return
        if "name" in body or not row.name:
            row.name = text(body.get("name", body.get("description", "")) or kind.single, "name")[:255]
        if "description" in body:
            row.description = text(body["description"], "description")
        if "properties" in body:
            row.properties = (
                body["properties"] if isinstance(body["properties"], dict) else {"value": body["properties"]}
            )
        for name, column in (("encodingType", "encoding_type"), ("definition", "definition")):
            if name in kind.fields and name in body:
                setattr(row, column, text(body[name], name))
        if "metadata" in kind.fields and "metadata" in body:
            row.metadata = body["metadata"]
        for name in ("location", "feature"):
            if name in kind.fields and name in body:
                setattr(row, name, body[name])
                row.shape = shape_of(body[name], row.encoding_type, name)
        if isinstance(row, Datastream):
            fill_stream(row, body)
        if isinstance(row, Thing):
            fill_thing(row)

    def change(self, kind: Kind, row: Any, body: Any) -> None:
        """Change what a body tells of an entity; links may be set to others by their ids."""
        if not isinstance(body, dict):
            raise StaError(400, "Nội dung phải là một đối tượng JSON.")
        self.fill(kind, row, body)
        for name, link in kind.links.items():
            if not link.many and name in body:
                setattr(row, link.path, self.linked(kind, name, body))
        if kind.single in ("Datastream", "HistoricalLocation") and not self.actor.has_perm(CHANGE, row.thing):
            raise StaError(403, "Vật này không phải của bạn để ghi.")
        saved(row)
        if isinstance(row, Thing) and "Locations" in body:
            told = body["Locations"] if isinstance(body["Locations"], list) else [body["Locations"]]
            move(row, [self.named(KINDS["Locations"], one) for one in told])


def id_in(told: Any) -> int | None:
    """Give the id by which something within names an entity that is there."""
    if not isinstance(told, dict):
        raise StaError(400, "Liên kết phải là một đối tượng JSON.")
    key = told.get("@iot.id", told.get("id"))
    if key is None:
        return None
    if isinstance(key, bool) or not re.fullmatch(r"\d{1,18}", str(key)):
        raise StaError(400, f"@iot.id {str(key)[:40]!r} không phải số của một thực thể.")
    return int(key)


def text(value: Any, name: str) -> str:
    """Give a text of a body."""
    if not isinstance(value, str) or "\0" in value:
        raise StaError(400, f"{name} phải là chữ.")
    return value


def moment(value: Any) -> datetime:
    """Read a moment of a body."""
    try:
        return read_instant(value)
    except PayloadError as fault:
        raise StaError(400, str(fault)) from fault


def shape_of(told: Any, encoding: str, name: str) -> GEOSGeometry | None:
    """Read GeoJSON into a geometry in degrees; other encodings have none."""
    if not GEOJSON.search(encoding):
        return None
    inner = told.get("geometry") if isinstance(told, dict) and told.get("type") == "Feature" else told
    try:
        shape = GEOSGeometry(as_json(inner) or "", srid=4326)
        west, south, east, north = shape.extent
    except (ValueError, TypeError, GEOSException) as fault:
        raise StaError(400, f"{name} không phải hình GeoJSON.") from fault
    except Exception as fault:
        if type(fault).__name__ != "GDALException":
            raise
        raise StaError(400, f"{name} không phải hình GeoJSON.") from fault
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise StaError(400, f"{name}: kinh độ từ -180 đến 180, vĩ độ từ -90 đến 90 (kinh độ ghi trước).")
    return GEOSGeometry(WKBWriter(dim=2).write(shape), srid=4326)


def fill_stream(row: Datastream, body: dict[str, Any]) -> None:
    """Set the columns that only a stream has."""
    if "observationType" in body:
        row.observation_type = text(body["observationType"], "observationType")
    if "unitOfMeasurement" in body:
        unit = body["unitOfMeasurement"]
        if not isinstance(unit, dict) or not {"name", "symbol", "definition"} <= unit.keys():
            raise StaError(400, "unitOfMeasurement cần name, symbol, definition.")
        row.unit_name, row.unit_symbol, row.unit_definition = (
            text(unit[name] or "", name) for name in ("name", "symbol", "definition")
        )
    ours = row.properties.get("hatang") if isinstance(row.properties, dict) else None
    if isinstance(ours, dict) and not row.code:
        row.code = text(ours.get("code", ""), "properties.hatang.code")
    row.code = row.code or f"s{secrets.token_hex(6)}"


def fill_thing(row: Thing) -> None:
    """Set the columns of ours that a thing's properties tell under “hatang”; an officer's own are passed over."""
    ours = row.properties.pop("hatang", None) if isinstance(row.properties, dict) else None
    if not isinstance(ours, dict):
        return
    if row.pk is None and "code" in ours:
        row.code = text(ours["code"], "code")
    for name, column, known in (("kind", "kind", ThingKind), ("state", "state", ThingState)):
        if name in ours:
            if ours[name] not in known.values:
                raise StaError(400, f"properties.hatang.{name}: một trong {', '.join(known.values)}.")
            setattr(row, column, ours[name])
    if "site" in ours:
        row.site_code = text(ours["site"], "site")
    if "commune" in ours:
        row.commune = Place.objects.communes().in_force(timezone.localdate()).filter(code=str(ours["commune"])).first()


def saved(row: models.Model) -> None:
    """Check and store a row; says what is wrong with it."""
    try:
        row.full_clean(exclude=["point"])
    except ValidationError as fault:
        told = [f"{name}: {' '.join(messages)}" for name, messages in fault.message_dict.items()]
        raise StaError(400, "; ".join(told)) from fault
    row.save()


def move(thing: Thing, locations: Sequence[Any]) -> None:
    """Put a thing where these locations are, and remember since when."""
    thing.locations.set(locations)
    place = HistoricalLocation.objects.create(thing=thing, time=timezone.now())
    place.locations.set(locations)
    shape = next((location.shape for location in locations if location.shape), None)
    if shape is not None:
        centre = shape if shape.geom_type == "Point" else shape.centroid
        thing.lon, thing.lat = centre.x, centre.y
        thing.save()


def remove(actor: Person, row: Any) -> None:
    """Remove an entity, and with a thing or a stream its observations."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as fault:
        raise StaError(409, "Còn luồng số đo dùng thực thể này; xóa hoặc đổi các luồng ấy trước.") from fault


def keep_observations(writing: Writing, told: Sequence[tuple[Datastream, Any]]) -> list[Observation]:
    """Store observations of streams as clients tell them; all or none."""
    if len(told) > MOST_OBSERVATIONS:
        raise StaError(413, f"Nhiều nhất {MOST_OBSERVATIONS} số đo trong một lần gửi.")
    found = [observation_told(stream, one, writing.named) for stream, one in told]
    if writing.by_device:
        refuse_wrong_clocks(found)
    keep(found)
    return [Observation(**{**{name: getattr(one, name) for name in SLOTS}, "id": one.own_id}) for one in found]


def refuse_wrong_clocks(observations: Sequence[Observation]) -> None:
    """Refuse what a device tells of a moment too far from now, as on its other ways in; people bring in old series."""
    now = timezone.now()
    try:
        for one in observations:
            check_clock(one.at, now)
    except PayloadError as fault:
        raise StaError(400, str(fault)) from fault


SLOTS: Final = tuple(name for name in ROWS.names if name not in ("id", "load"))


def observation_told(stream: Datastream, told: Any, named: Callable[[Kind, Any], Any]) -> Observation:
    """Read an observation of a body."""
    if not isinstance(told, dict):
        raise StaError(400, "Mỗi Observation phải là một đối tượng JSON.")
    if told.get("result") is None:
        raise StaError(400, "Observation thiếu result.")
    try:
        at, until = read_time(told["phenomenonTime"]) if told.get("phenomenonTime") else (timezone.now(), None)
        result_at = read_instant(told["resultTime"]) if told.get("resultTime") else None
        valid = read_time(told["validTime"]) if told.get("validTime") else (None, None)
        result = sound_result(told["result"])
    except PayloadError as fault:
        raise StaError(400, str(fault)) from fault
    is_number = isinstance(result, float)
    return Observation(
        stream=stream.pk,
        at=at,
        until=until,
        result=result if is_number else None,
        text=None if is_number else as_json(result),
        result_at=result_at,
        quality=as_json(told.get("resultQuality")),
        valid_from=valid[0],
        valid_until=valid[1],
        parameters=as_json(told.get("parameters")),
        feature=feature_of(stream, told.get("FeatureOfInterest"), named),
    )


def feature_of(stream: Datastream, told: Any, named: Callable[[Kind, Any], Any]) -> int | None:
    """Give the feature that an observation names; without one it is the stream's, the place where the thing stands."""
    if told is not None:
        feature = named(KINDS["FeaturesOfInterest"], told)
        stream.features.add(feature)
        return int(feature.pk)
    if stream.feature_id is None:
        place = stream.thing.locations.order_by("pk").first()
        if place is not None:
            same = {name: getattr(place, name) for name in ("name", "description", "encoding_type", "shape")}
            owners = {name: getattr(place, name) for name in ("province_id", "owner_id", "public", "simulated")}
            stream.feature = FeatureOfInterest.objects.create(**same, **owners, feature=place.location)
            stream.save(update_fields=["feature"])
            stream.features.add(stream.feature)
    return None


def change_observation(actor: Person, stream: Datastream, one: Observation, body: dict[str, Any] | None) -> None:
    """Correct an observation, or remove it where there is no body; what it was is kept."""
    after = None
    if body is not None:
        whole = observation_properties(one) | body
        told = observation_told(stream, whole, Writing(actor).named)
        if told.at != one.at:
            raise StaError(400, "phenomenonTime của một Observation không đổi được; xóa và gửi lại.")
        feature = told.feature if "FeatureOfInterest" in body else one.feature
        after = Observation(**{**{name: getattr(told, name) for name in SLOTS}, "id": one.id, "feature": feature})
    with transaction.atomic():
        ObservationChange.objects.create(
            stream=stream,
            observation=one.id,
            before=observation_properties(one),
            after=observation_properties(after) if after else None,
            changed_by=actor,
        )
        observation_table().edit(one.stream, one.at, lambda rows: without(rows, one.id, after))
        reset_latest(stream)


def without(rows: pa.Table, key: str, after: Observation | None) -> pa.Table:
    """Give the rows of a file without one, or with another in its place; the same rows where it is not among them."""
    kept = rows.filter(pc.not_equal(rows["id"], key))
    if kept.num_rows == rows.num_rows:
        return rows
    if after is None:
        return kept
    month = rows.filter(pc.equal(rows["id"], key))["month"]
    return pa.concat_tables([kept, rows_of([after]).append_column("month", month).cast(kept.schema)])
