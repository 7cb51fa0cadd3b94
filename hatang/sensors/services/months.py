"""What a page says of a thing: its latest values in words with their age, a month of each stream, a table of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from hatang.core.vietnamese import moment, number
from hatang.sensors.models import Datastream, Thing, Threshold, ThresholdKind
from hatang.sensors.services.observations import observations, series, value_of

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")
A_MONTH = timedelta(days=31)
MOST_DRAWN = 8
"""Streams drawn on one page; of a thing with more, the others are chosen one by one."""
MOST_EXPORTED = 100_000
DECIMALS = 2
HEADINGS = ["Luồng", "Đại lượng", "Thời điểm", "Giá trị", "Đơn vị", "Chất lượng"]
QUALITIES = {"good": "tốt", "suspect": "nghi ngờ", "bad": "hỏng", "missing": "thiếu", "estimated": "ước tính"}


@dataclass(frozen=True)
class Month:
    """A stretch of time that a page shows: a month of the calendar, or the last 31 days."""

    begin: datetime
    end: datetime
    words: str
    chosen: str = ""


@dataclass(frozen=True)
class Now:
    """What a stream says now, in words."""

    stream: Datastream
    value: str
    at: str
    age: str
    quality: str
    stale: bool


@dataclass(frozen=True)
class Drawn:
    """A month of a stream: what is drawn, and its least, mean and greatest value in words."""

    stream: Datastream
    least: str
    mean: str
    most: str
    count: int
    chart: dict[str, Any]

    @property
    def block(self) -> str:
        """The id of the page's block with what is drawn."""
        return f"luong-{self.stream.pk}"


def month_of(text: str, now: datetime) -> Month:
    """Read a month as yyyy-mm; anything else is the last 31 days."""
    found = MONTH.match(text)
    if not found:
        return Month(now - A_MONTH, now, "31 ngày qua")
    year, number_ = int(found[1]), int(found[2])
    zone = timezone.get_current_timezone()
    begin = datetime(year, number_, 1, tzinfo=zone)
    after = datetime(year + number_ // 12, number_ % 12 + 1, 1, tzinfo=zone)
    return Month(begin, after - timedelta(microseconds=1), f"tháng {number_}/{year}", text)


def age_words(age: timedelta) -> str:
    """Say how old something is.

    >>> age_words(timedelta(minutes=5)), age_words(timedelta(hours=30)), age_words(timedelta(days=3))
    ('5 phút trước', '30 giờ trước', '3 ngày trước')
    """
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return "vừa xong"
    if minutes < 60:
        return f"{minutes} phút trước"
    return f"{minutes // 60} giờ trước" if minutes < 48 * 60 else f"{number(minutes // 1440)} ngày trước"


def quality_words(quality: str) -> str:
    """Say a quality as its device told it: known words in Vietnamese, anything else as it stands."""
    try:
        told = json.loads(quality) if quality else ""
    except ValueError:
        told = quality
    return QUALITIES.get(told, told) if isinstance(told, str) else quality


def value_words(stream: Datastream) -> str:
    """Write a stream's latest value with its unit."""
    if stream.last_at is None:
        return ""
    if stream.last_result is None:
        return stream.last_text[:200] or "không có giá trị"
    return f"{number(stream.last_result, DECIMALS)} {stream.unit_symbol}".rstrip()


def told_now(streams: Iterable[Datastream], now: datetime) -> list[Now]:
    """Say what streams tell now; a day's silence makes a value stale."""
    return [
        Now(
            stream,
            value_words(stream),
            moment(stream.last_at) if stream.last_at else "",
            age_words(now - stream.last_at) if stream.last_at else "",
            quality_words(stream.last_quality),
            stream.last_at is not None and now - stream.last_at > timedelta(days=1),
        )
        for stream in streams
    ]


def drawn(stream: Datastream, month: Month, thresholds: Iterable[Threshold]) -> Drawn | None:
    """Draw a stream's month with its levels; nothing where there is no number in it."""
    buckets = series(stream, month.begin, month.end)
    if not buckets:
        return None
    count = sum(bucket.count for bucket in buckets)
    mean = sum(bucket.mean * bucket.count for bucket in buckets) / count
    levels = [
        {"name": one.name, "value": one.limit, "level": one.level}
        for one in thresholds
        if one.stream_id == stream.pk and one.is_active and one.kind != ThresholdKind.ABSENT
    ]
    points = [
        [int(one.at.timestamp() * 1000), *(round(value, 3) for value in (one.least, one.mean, one.most))]
        for one in buckets
    ]
    chart = {"name": stream.name, "unit": stream.unit_symbol, "points": points, "levels": levels}
    return Drawn(
        stream,
        least=number(min(bucket.least for bucket in buckets), DECIMALS),
        mean=number(mean, DECIMALS),
        most=number(max(bucket.most for bucket in buckets), DECIMALS),
        count=count,
        chart=chart,
    )


def month_table(thing: Thing, streams: Iterable[Datastream], month: Month) -> list[list[Any]]:
    """Give the observations of a month as a table, the latest first; what does not fit is said in the last line."""
    lines: list[list[Any]] = [list(HEADINGS)]
    for stream in streams:
        room = MOST_EXPORTED - len(lines)
        found = observations(stream, month.begin, month.end, limit=room + 1) if room > 0 else []
        for one in found[:room]:
            written = value_of(one)
            shown = written if isinstance(written, int | float | str) else json.dumps(written, ensure_ascii=False)
            lines.append(
                [stream.code, stream.observed_property.name, moment(one.at), shown, stream.unit_symbol,
                 quality_words(one.quality or "")]
            )  # fmt: skip
        if len(found) > room or room <= 0:
            lines.append([f"Chỉ xuất {number(MOST_EXPORTED)} lần đo gần nhất; chọn một luồng, một tháng để có đủ."])
            break
    return lines
