"""Taking in what devices send: who sends, for which streams, with which clock; what is refused is counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hatang.core.observations.payloads import PayloadError, Reading, readings
from hatang.core.observations.schema import Observation
from hatang.core.observations.table import as_json
from hatang.core.vietnamese import number
from hatang.sensors.models import Datastream, Device, RefusedInput, RefusedReason
from hatang.sensors.services.observations import keep

KNOWN_FOR = timedelta(seconds=30)
MOST_KNOWN = 100_000


@dataclass(frozen=True)
class Sender:
    """A device and the streams for which it may send, by their codes."""

    device: int
    streams: dict[str, int]


@dataclass(frozen=True)
class Refusal:
    """Something that was not taken."""

    device: int | None
    reason: str
    message: str
    topic: str = ""
    sample: str = ""


@dataclass
class Batch:
    """What is to be stored together."""

    observations: list[Observation] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    heard: set[int] = field(default_factory=set)


class Senders:
    """The devices by their keys, as they were at most half a minute ago."""

    def __init__(self) -> None:
        self.known: dict[str, Sender | None] = {}
        self.since = timezone.now()

    def find(self, key: str) -> Sender | None:
        """Give the device of a key, nothing where it may not send."""
        now = timezone.now()
        if now - self.since > KNOWN_FOR or len(self.known) > MOST_KNOWN:
            self.known, self.since = {}, now
        if key not in self.known:
            device = Device.objects.at_work().filter(key=key).first()
            self.known[key] = sender_of(device) if device else None
        return self.known[key]


def sender_of(device: Device) -> Sender:
    """Read the streams of a device's thing."""
    streams = Datastream.objects.filter(thing=device.thing_id).values_list("code", "pk")
    return Sender(device.pk, dict(streams))


def known_device(key: str, secret: str) -> Device | None:
    """Give the device that signs in with this key and secret."""
    device = Device.objects.at_work().select_related("thing").filter(key=key).first()
    return device if device and device.knows(secret) else None


def take(batch: Batch, sender: Sender, code: str, payload: bytes, *, topic: str, now: datetime) -> None:
    """Read a payload into a batch; what cannot be taken goes there as refused."""
    batch.heard.add(sender.device)

    def refuse(fault: PayloadError) -> None:
        sample = payload[:500].decode(errors="replace").replace("\0", "")
        batch.refused.append(Refusal(sender.device, fault.reason, str(fault)[:300], topic[:200], sample))

    try:
        for reading in readings(payload, now):
            try:
                if isinstance(reading, PayloadError):
                    raise reading
                batch.observations.append(observation_of(reading, sender, code, now))
            except PayloadError as fault:
                refuse(fault)
    except PayloadError as fault:
        refuse(fault)


def observation_of(reading: Reading, sender: Sender, code: str, now: datetime) -> Observation:
    """Give a reading as an observation of one of the sender's streams, if its clock can be right."""
    named = reading.code or code
    stream = sender.streams.get(named) or sender.streams.get(named.replace(":", "/").rsplit("/", 1)[-1])
    if stream is None or (code and reading.code and sender.streams.get(code) != stream):
        known = ", ".join(sorted(sender.streams)[:10]) or "chưa có luồng nào"
        raise PayloadError("no_stream", f"Không có luồng “{named[:60]}”; vật này có: {known}.")
    check_clock(reading.at, now)
    is_number = isinstance(reading.result, float)
    return Observation(
        stream=stream,
        at=reading.at,
        until=reading.until,
        result=reading.result if is_number and math.isfinite(reading.result) else None,
        text=None if is_number else as_json(reading.result),
        quality=as_json(reading.quality),
    )


def check_clock(at: datetime, now: datetime) -> None:
    """Refuse a moment too far from the server's own."""
    hours = settings.SENSOR_CLOCK_HOURS
    if abs(at - now) > timedelta(hours=hours):
        raise PayloadError(
            "clock",
            f"Thời điểm {at:%Y-%m-%dT%H:%M:%SZ} lệch giờ máy chủ quá {number(hours, 2)} giờ; chỉnh đồng hồ thiết bị.",
        )


def store(batch: Batch) -> int:
    """Store observations, latest values, who was heard, what was refused; give how many observations are new."""
    new = keep(batch.observations)
    with transaction.atomic():
        Device.objects.filter(pk__in=batch.heard).update(heard_at=timezone.now())
        count_refused(batch.refused)
    return new


def count_refused(refused: Sequence[Refusal]) -> None:
    """Add to the counters of the day."""
    counts = Counter((one.device, one.reason) for one in refused)
    last = {(one.device, one.reason): one for one in refused}
    now = timezone.now()
    for (device, reason), count in counts.items():
        one = last[device, reason]
        told = {"last_at": now, "topic": one.topic[:200], "sample": one.sample[:500], "message": one.message[:300]}
        whose: dict[str, Any] = {"device_id": device, "on": timezone.localdate(), "reason": RefusedReason(reason)}
        row, _ = RefusedInput.objects.get_or_create(**whose, defaults=told)
        RefusedInput.objects.filter(pk=row.pk).update(count=F("count") + count, **told)
