"""The observations of the installation: where they lie, how they are drawn, what goes in with the latest values."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from hatang.core.observations import asking
from hatang.core.observations.asking import Asked, Bucket
from hatang.core.observations.schema import Observation
from hatang.core.observations.table import ObservationTable
from hatang.sensors.models import Datastream, Threshold
from hatang.sensors.services.watching import watch

log = logging.getLogger("hatang.sensors")

FOLDER = "observations"
DRAWN = 600
"""So many points of a stream are drawn: more than a screen shows."""
LATEST = """
update sensors_datastream set
    heard_at = %s,
    first_at = case when first_at is null or first_at > %s then %s else first_at end,
    last_result = case when last_at is null or last_at <= %s then %s else last_result end,
    last_text = case when last_at is null or last_at <= %s then %s else last_text end,
    last_quality = case when last_at is null or last_at <= %s then %s else last_quality end,
    last_at = case when last_at is null or last_at <= %s then %s else last_at end
where id = %s
"""


def observation_table() -> ObservationTable:
    """Open the installation's table, in a folder of its data directory."""
    return ObservationTable(Path(settings.DATA) / FOLDER)


def keep(observations: Sequence[Observation], *, load: int = 0) -> int:
    """Store observations and the latest value of each stream; give how many were new.

    Safe to be done again: what is known already is not stored twice, and the latest value is that of the latest moment.
    """
    if not observations:
        return 0
    done = observation_table().keep(observations, load=load)
    set_latest(observations)
    return done.new


def set_latest(observations: Iterable[Observation]) -> None:
    """Write the latest value of each stream, where these are later than what stands there."""
    first: dict[int, datetime] = {}
    last: dict[int, Observation] = {}
    for one in observations:
        first[one.stream] = min(one.at, first.get(one.stream, one.at))
        if one.stream not in last or one.at >= last[one.stream].at:
            last[one.stream] = one
    adapted = connection.ops.adapt_datetimefield_value
    now = adapted(timezone.now())
    rows = []
    for stream, one in sorted(last.items()):
        begin, at = adapted(first[stream]), adapted(one.at)
        quality = (one.quality or "")[:200]
        rows.append((now, begin, begin, at, one.result, at, one.text or "", at, quality, at, at, stream))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(LATEST, rows)
    watch_streams(last)


def watch_streams(streams: Collection[int]) -> None:
    """Hold latest values against their rules at once.

    A fault in that is written down and looked at again by the hourly round: what was stored stays stored, and who sent
    it is answered.
    """
    try:
        with transaction.atomic():
            watch(Threshold.objects.filter(stream__in=streams))
    except Exception:
        log.exception("thresholds could not be looked at")


def reset_latest(stream: Datastream) -> None:
    """Work the latest value of a stream out anew from all its observations."""
    rows = Datastream.objects.filter(pk=stream.pk)
    rows.update(first_at=None, last_at=None, last_result=None, last_text="", last_quality="")
    table, asked = observation_table(), Asked([stream.pk])
    ends = asking.observations(table, asked, limit=1) + asking.observations(table, asked, order='"at", id', limit=1)
    if ends:
        set_latest(ends)


def series(stream: Datastream, begin: datetime, end: datetime, *, buckets: int = DRAWN) -> list[Bucket]:
    """Draw a stream: least, mean and greatest value in each of so many equal stretches of time."""
    return asking.series(observation_table(), stream.pk, begin, end, buckets)


def observations(
    stream: Datastream, begin: datetime, end: datetime, *, limit: int = 1000, skip: int = 0
) -> list[Observation]:
    """Give single observations of a stream, the latest first."""
    return asking.observations(observation_table(), Asked([stream.pk], begin, end), limit=limit, skip=skip)


def recent(stream: Datastream, hours: float = 24) -> list[Bucket]:
    """Draw the last hours of a stream."""
    now = timezone.now()
    return series(stream, now - timedelta(hours=hours), now)


def value_of(observation: Observation) -> Any:
    """Give a result as it was told: a number, or what its JSON says."""
    return observation.result if observation.text is None else json.loads(observation.text)
