"""What people put into the register of things: where a thing stands, its streams, and the devices that send for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import search_key
from hatang.sensors.models import (
    CHANGE,
    Datastream,
    Device,
    HistoricalLocation,
    Location,
    ObservedProperty,
    RefusedInput,
    Sensor,
    Thing,
)

TOLD_DAYS = 30
Named = TypeVar("Named", Sensor, ObservedProperty)


@transaction.atomic
def register_thing(*, actor: Person, thing: Thing) -> Thing:
    """Store a thing; where its point has changed, clients of SensorThings hear where it stands, and since when."""
    if not actor.has_perm(CHANGE, thing):
        raise PermissionDenied
    before = Thing.objects.filter(pk=thing.pk).values_list("lon", "lat").first() if thing.pk else None
    sign(thing, actor)
    thing.save()
    if thing.lon is not None and before != (thing.lon, thing.lat):
        place(actor, thing)
    return thing


def place(actor: Person, thing: Thing) -> None:
    """Put a thing at its point."""
    whose = {"province": thing.province, "owner": thing.owner, "public": thing.public, "simulated": thing.simulated}
    point = {"type": "Point", "coordinates": [thing.lon, thing.lat]}
    location = Location(name=thing.name, location=point, **whose)
    location.shape = thing.point
    sign(location, actor)
    location.save()
    thing.locations.set([location])
    HistoricalLocation.objects.create(thing=thing, time=timezone.now()).locations.set([location])


@transaction.atomic
def add_stream(
    *, actor: Person, thing: Thing, code: str, name: str, observed: str, unit: str, sensor: str
) -> Datastream:
    """Add a stream to a thing; what the owner already measures, and by what, is named again."""
    if not actor.has_perm(CHANGE, thing):
        raise PermissionDenied
    definition = f"urn:hatang:{slugify(search_key(observed))}"
    stream = Datastream(
        thing=thing,
        sensor=of_owner(actor, Sensor(name=sensor or "Chưa ghi máy đo", encoding_type="text/plain"), thing),
        observed_property=of_owner(actor, ObservedProperty(name=observed, definition=definition), thing),
        code=code,
        name=name,
        unit_name=unit,
        unit_symbol=unit,
    )
    sign(stream, actor)
    stream.save()
    return stream


def of_owner(actor: Person, row: Named, thing: Thing) -> Named:
    """Give the thing's owner's row of this name, the first time a new one."""
    kept: QuerySet[Named] = type(row).objects.filter(name=row.name, province=thing.province, owner=thing.owner)  # type: ignore[assignment]
    found = kept.order_by("pk").first()
    if found is not None:
        return found
    row.province, row.owner, row.simulated = thing.province, thing.owner, thing.simulated
    sign(row, actor)
    row.save()
    return row


@transaction.atomic
def issue_device(*, actor: Person, thing: Thing, name: str) -> tuple[Device, str]:
    """Let a device send for a thing; give it and its secret, which nobody can read again."""
    device = Device(thing=thing, name=name)
    return device, with_new_secret(actor, device)


@transaction.atomic
def rotate_device(*, actor: Person, device: Device) -> str:
    """Give a device a new secret; the old one opens nothing any more."""
    return with_new_secret(actor, device, "đổi bí mật")


def with_new_secret(actor: Person, device: Device, reason: str = "") -> str:
    """Store a device with a new secret, and give the secret."""
    if not actor.has_perm(CHANGE, device):
        raise PermissionDenied
    secret = device.new_secret()
    sign(device, actor, reason)
    device.save()
    return secret


@transaction.atomic
def let_send(*, actor: Person, device: Device, active: bool) -> Device:
    """Stop a device, or let it send again."""
    if not actor.has_perm(CHANGE, device):
        raise PermissionDenied
    device.is_active = active
    sign(device, actor)
    device.save()
    return device


def refused_of(thing: Thing) -> QuerySet[RefusedInput]:
    """Give what of a thing's devices was not taken in the last days, the latest first."""
    since = timezone.localdate() - timedelta(days=TOLD_DAYS)
    return RefusedInput.objects.filter(device__thing=thing, on__gte=since).select_related("device").order_by("-last_at")
