"""Made-up things in the field: river gauges, power at masts, air, traffic; a month of hourly values of each.

Levels and thresholds are invented to try the system with: none is an official alarm level of any river or road.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from hatang.core.observations.schema import Observation
from hatang.network.models import Mast, Station
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.sample.chance import chance
from hatang.sensors.models import (
    Alert,
    Datastream,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
    ThingKind,
    Threshold,
    ThresholdKind,
    ThresholdLevel,
)
from hatang.sensors.services.observations import observation_table
from hatang.sensors.services.watching import title_of

REASON = "Dữ liệu mô phỏng"
MARK = "Mức mô phỏng để dùng thử, không phải mức báo động của cơ quan có thẩm quyền"
HOURS, QUICK_HOURS = 30 * 24, 3 * 24
HOUR = timedelta(hours=1)
RIVERS = ("Kỳ Cùng", "Bắc Giang", "Thương", "Hóa", "Trung")
SUSPECT, GOOD = '"suspect"', '"good"'
AWAY_DEG = 0.02
Value = Callable[[random.Random, datetime, int], float]
"""Gives a value from chance, the moment and the hours until now."""


@dataclass(frozen=True)
class Kind:
    """What things of a kind are called, how many there are, and what their streams tell."""

    kind: ThingKind
    prefix: str
    count: int
    quick: int
    public: bool
    streams: tuple[Stream, ...]


@dataclass(frozen=True)
class Stream:
    """One series of a kind: its code, what it observes, its unit, its values, and the rule on it."""

    code: str
    name: str
    unit: str
    symbol: str
    value: Value
    failing: Value | None = None
    rule: tuple[str, ThresholdKind, float, float, ThresholdLevel] | None = None


def by_day(at: datetime) -> float:
    """Give from 0 at four in the morning to 1 at four in the afternoon, by the clocks of Viet Nam."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * ((at.hour + 7 - 4) % 24) / 24)


def river_m(draw: random.Random, at: datetime, ago: int) -> float:
    return 2.0 + 0.5 * math.sin(ago / 90) + 0.08 * by_day(at) + draw.gauss(0, 0.03)


def flood_m(draw: random.Random, at: datetime, ago: int) -> float:
    return river_m(draw, at, ago) + 2.6 * math.exp(-ago / 14)


def grid_v(draw: random.Random, at: datetime, ago: int) -> float:
    return 226 - 6 * by_day(at) + draw.gauss(0, 1.5)


def grid_out_v(draw: random.Random, at: datetime, ago: int) -> float:
    return 0.0 if ago < 3 else grid_v(draw, at, ago)


def battery_v(draw: random.Random, at: datetime, ago: int) -> float:
    return 53.6 + draw.gauss(0, 0.15)


def battery_falls_v(draw: random.Random, at: datetime, ago: int) -> float:
    return battery_v(draw, at, ago) - (2.0 * (3 - ago) if ago < 3 else 0)


def dust(draw: random.Random, at: datetime, ago: int) -> float:
    return max(3.0, 24 + 12 * math.sin(ago / 60) + 8 * by_day(at) + draw.gauss(0, 3))


def vehicles(draw: random.Random, at: datetime, ago: int) -> float:
    return float(max(0, round(40 + 420 * by_day(at) + draw.gauss(0, 25))))


ABOVE, BELOW = ThresholdKind.ABOVE, ThresholdKind.BELOW
WARNING, DANGER = ThresholdLevel.WARNING, ThresholdLevel.DANGER
HIGH_WATER = ("Mực nước cao", ABOVE, 4.0, 3.7, DANGER)
NO_POWER = ("Mất điện lưới", BELOW, 100.0, 180.0, WARNING)
LOW_BATTERY = ("Ắc quy yếu", BELOW, 48.0, 50.0, DANGER)
MUCH_DUST = ("Bụi mịn cao", ABOVE, 150.0, 120.0, WARNING)
WATER = Stream("muc-nuoc", "Mực nước", "mét", "m", river_m, flood_m, HIGH_WATER)
GRID = Stream("dien-luoi", "Điện áp lưới", "vôn", "V", grid_v, grid_out_v, NO_POWER)
BATTERY = Stream("ac-quy", "Điện áp ắc quy", "vôn", "V", battery_v, battery_falls_v, LOW_BATTERY)
DUST = Stream("pm2-5", "Bụi mịn PM2.5", "microgam trên mét khối", "µg/m³", dust, None, MUCH_DUST)
TRAFFIC = Stream("luot-xe", "Lượt xe trong giờ", "lượt", "lượt/giờ", vehicles)
KINDS = (
    Kind(ThingKind.RIVER, "MN", 8, 1, public=True, streams=(WATER,)),
    Kind(ThingKind.POWER, "ND", 20, 4, public=False, streams=(GRID, BATTERY)),
    Kind(ThingKind.AIR, "KK", 6, 1, public=True, streams=(DUST,)),
    Kind(ThingKind.TRAFFIC, "GT", 6, 1, public=True, streams=(TRAFFIC,)),
)


def make_things(province: Place, communes: Sequence[Place], today: date, *, quick: bool = False) -> list[Thing]:
    """Make and store the things, their streams, rules, open alerts and observations; in bulk."""
    now = hour_of(today)
    things = [thing for kind in KINDS for thing in things_of(kind, province, communes, quick=quick)]
    for thing in things:
        thing.fill_keys()
    bulk_create_with_history(things, Thing, default_change_reason=REASON)
    locate(things)
    sensors, properties = named_by(province)
    pairs = [
        (told, Datastream(thing=thing, sensor=sensors[told.code], observed_property=properties[told.code],
                          code=told.code, name=told.name, unit_name=told.unit, unit_symbol=told.symbol))
        for thing in things
        for told in told_by(thing)
    ]  # fmt: skip
    streams = [stream for _, stream in pairs]
    failing = failing_of(things)
    observed = [
        one
        for number, (told, stream) in enumerate(pairs, 1)
        for one in month(told, stream, number, now, QUICK_HOURS if quick else HOURS, stream.thing in failing)
    ]
    set_ends(streams, observed)
    bulk_create_with_history(streams, Datastream, default_change_reason=REASON)
    make_rules(pairs, now)
    keys = {number: stream.pk for number, stream in enumerate(streams, 1)}
    transaction.on_commit(lambda: append(keys, observed))
    return things


def hour_of(today: date) -> datetime:
    """Give the last full hour, or noon of a today that is not the clock's."""
    now = timezone.now()
    if timezone.localdate(now) != today:
        now = datetime.combine(today, time(12), timezone.get_current_timezone())
    return now.replace(minute=0, second=0, microsecond=0)


def things_of(kind: Kind, province: Place, communes: Sequence[Place], *, quick: bool) -> Iterator[Thing]:
    """Make the things of a kind, unsaved: power at masts with stations, the rest near centres of communes."""
    count = kind.quick if quick else kind.count
    draw = chance(f"things:{kind.prefix}")
    said = {"kind": kind.kind, "province": province, "public": kind.public, "simulated": True}
    if kind.kind == ThingKind.POWER:
        rows = Mast.objects.filter(province=province, simulated=True, pk__in=Station.objects.values("mast"))
        masts = list(rows.select_related("owner").order_by("pk"))
        for n, mast in enumerate(masts[:: max(len(masts) // count, 1)][:count], 1):
            at = {"commune_id": mast.commune_id, "lon": mast.lon, "lat": mast.lat, "site_code": mast.code}
            name = f"Nguồn điện cột {mast.code}"
            yield Thing(code=f"MP-{kind.prefix}-{n:02d}", name=name, owner=mast.owner, **at, **said)
        return
    known = [commune for commune in communes if commune.lon is not None and commune.lat is not None]
    for n in range(1, min(count, len(known)) + 1):
        commune = known[(n * len(known)) // (count + 1) % len(known)]
        lon, lat = (side + draw.uniform(-AWAY_DEG, AWAY_DEG) for side in (commune.lon or 0, commune.lat or 0))
        yield Thing(code=f"MP-{kind.prefix}-{n:02d}", name=name_of(kind.kind, commune, n), commune=commune,
                    lon=round(lon, 5), lat=round(lat, 5), **said)  # fmt: skip


def locate(things: Sequence[Thing]) -> None:
    """Say where the things are as clients of SensorThings ask for it."""
    made = [
        Location(
            name=thing.name,
            location={"type": "Point", "coordinates": [thing.lon, thing.lat]},
            shape=Point(thing.lon, thing.lat, srid=4326),
            province=thing.province,
            owner=thing.owner,
            public=thing.public,
            simulated=True,
        )
        for thing in things
    ]
    bulk_create_with_history(made, Location, default_change_reason=REASON)
    link = Thing.locations.through
    link.objects.bulk_create(link(thing=thing, location=location) for thing, location in zip(things, made, strict=True))


def name_of(kind: ThingKind, commune: Place, n: int) -> str:
    """Name a thing by what it watches and where."""
    if kind == ThingKind.RIVER:
        return f"Mực nước sông {RIVERS[n % len(RIVERS)]} tại {commune.full_name}"
    return f"{'Không khí' if kind == ThingKind.AIR else 'Đếm xe'} {commune.full_name}"


def named_by(province: Place) -> tuple[dict[str, Sensor], dict[str, ObservedProperty]]:
    """Make what streams name, one for each code."""
    codes = {told.code: told for kind in KINDS for told in kind.streams}
    said = {"province": province, "public": True, "simulated": True}
    sensors = [Sensor(name=f"Cảm biến mô phỏng: {told.name}", **said) for told in codes.values()]
    properties = [
        ObservedProperty(name=told.name, definition=f"https://hatang.example/do/{code}", **said)
        for code, told in codes.items()
    ]
    bulk_create_with_history(sensors, Sensor, default_change_reason=REASON)
    bulk_create_with_history(properties, ObservedProperty, default_change_reason=REASON)
    return dict(zip(codes, sensors, strict=True)), dict(zip(codes, properties, strict=True))


def told_by(thing: Thing) -> tuple[Stream, ...]:
    """Give the streams of a thing's kind."""
    return next(kind.streams for kind in KINDS if kind.kind == thing.kind)


def failing_of(things: Sequence[Thing]) -> list[Thing]:
    """Choose what fails now: one river in flood; every seventh mast, the last first, without power."""
    rivers = [thing for thing in things if thing.kind == ThingKind.RIVER]
    power = [thing for thing in things if thing.kind == ThingKind.POWER]
    return [*rivers[:1], *power[-1::-7]]


def month(
    told: Stream, stream: Datastream, number: int, now: datetime, hours: int, fails: bool
) -> Iterator[Observation]:
    """Give the hourly values of a stream, numbered while it is not stored; one in fifty is of doubtful quality."""
    draw = chance(f"observed:{stream.thing.code}:{told.code}")
    value = told.failing if fails and told.failing else told.value
    for ago in range(hours - 1, -1, -1):
        at = now - ago * HOUR
        result = round(value(draw, at.astimezone(UTC), ago), 2)
        yield Observation(number, at, result=result, quality=SUSPECT if draw.random() < 0.02 and ago else GOOD)


def set_ends(streams: Sequence[Datastream], observed: Sequence[Observation]) -> None:
    """Write into each stream its first moment and its latest value."""
    for one in observed:
        stream = streams[one.stream - 1]
        stream.first_at = stream.first_at or one.at
        stream.last_at = stream.heard_at = one.at
        stream.last_result, stream.last_quality = one.result, one.quality or ""


def make_rules(pairs: Sequence[tuple[Stream, Datastream]], now: datetime) -> None:
    """Set the rules of streams that have one, and open the alerts of those that are true now."""
    rules, alerts = [], []
    for told, stream in pairs:
        if told.rule is None:
            continue
        name, kind, limit, clear, level = told.rule
        rule = Threshold(stream=stream, name=name, kind=kind, limit=limit, clear_limit=clear, level=level, basis=MARK)
        value = stream.last_result or 0.0
        rules.append(rule)
        if value > limit if kind == ABOVE else value < limit:
            rule.true_since = now
            alerts.append(Alert(threshold=rule, stream=stream, title=title_of(rule), level=level, raised_at=now,
                                value=value, worst=value, notified_at=now, simulated=True))  # fmt: skip
    bulk_create_with_history(rules, Threshold, default_change_reason=REASON)
    bulk_create_with_history(alerts, Alert, default_change_reason=REASON)


def append(keys: dict[int, int], observed: Sequence[Observation]) -> None:
    """Store the observations under the keys of their streams, once these are stored for good."""
    observation_table().keep([replace(one, stream=keys[one.stream]) for one in observed])
