"""What the process that takes MQTT in does with each batch of messages."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import close_old_connections
from django.utils import timezone

from hatang.core.mqtt.taking import Taken
from hatang.sensors.services.taking import Batch, Refusal, Senders, known_device, store, take
from hatang.sensors.services.watching import watch_time

senders = Senders()
unstored: list[tuple[str | None, str, str, bytes]] = []
"""What the door turned away, until the next batch counts it."""


def turned_away(name: str | None, reason: str, topic: str, payload: bytes) -> None:
    """Remember what the door refused; a flood of it is counted as what there is room for."""
    if len(unstored) < 100_000:
        unstored.append((name, reason, topic, payload[:500]))


def is_known(name: str, secret: str) -> bool:
    """Tell whether a device may come in."""
    close_old_connections()
    return known_device(name, secret) is not None


def look_at_clock() -> None:
    """Raise, tell higher up and close what time alone makes due."""
    close_old_connections()
    watch_time()


def store_messages(messages: Sequence[Taken]) -> None:
    """Store what the messages tell, all of it or none; raises where it cannot be stored now."""
    close_old_connections()
    batch, now = Batch(), timezone.now()
    for message in messages:
        _, _, rest = message.topic.partition("/")
        key, _, code = rest.partition("/")
        sender = senders.find(message.sender or key)
        if sender is None:
            said = "Không có thiết bị mang khóa này, hoặc thiết bị đã bị dừng."
            sample = message.payload[:500].decode(errors="replace").replace("\0", "")
            batch.refused.append(Refusal(None, "not_own", said, message.topic[:200].replace("\0", ""), sample))
        else:
            take(batch, sender, code, message.payload, topic=message.topic, now=now)
    away = unstored.copy()
    batch.refused += [refusal_of(*one) for one in away]
    store(batch)
    del unstored[: len(away)]


def refusal_of(name: str | None, reason: str, topic: str, payload: bytes) -> Refusal:
    """Give what the door refused as a counter's row."""
    sender = senders.find(name) if name else None
    said = {
        "not_own": "Thiết bị gửi vào chủ đề không phải của mình; kết nối bị đóng.",
        "too_large": "Gói MQTT quá lớn; kết nối bị đóng.",
    }.get(reason, "Gói MQTT sai; kết nối bị đóng.")
    sample = payload.decode(errors="replace").replace("\0", "")
    return Refusal(sender.device if sender else None, reason, said, topic[:200], sample)
