"""Made-up streets from a commune's centre through its villages, and along them pole lines, ducts and cables."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import shapely
from django.contrib.gis.geos import LineString

from hatang.accounts.models import Organisation
from hatang.network.models import (
    CableRoute,
    Chamber,
    Closure,
    Pole,
    PoleKind,
    PoleLine,
    UndergroundKind,
    UndergroundWork,
)
from hatang.places.models import Place
from hatang.sample.chance import chance
from hatang.sample.ground import KM_PER_DEGREE, Point, distance_km, moved, near, point_of
from hatang.sample.masts import OWNER_WEIGHTS
from hatang.sample.structures import begun
from hatang.sample.territories import Territory
from hatang.sample.villages import is_ward

VILLAGES_ON_STREETS = 5
BETWEEN_POLES_KM = 0.045
POLES_DRAWN = 24
BETWEEN_CHAMBERS_KM = 0.15
BETWEEN_JOINTS_KM = 2.0
OWN_POLES = "Chưa có tuyến cột dùng chung trên đoạn này."
Path = list[Point]


@dataclass
class Routes:
    """The routes of a territory and what stands along them, unsaved."""

    underground: list[UndergroundWork] = field(default_factory=list)
    chambers: list[Chamber] = field(default_factory=list)
    pole_lines: list[PoleLine] = field(default_factory=list)
    poles: list[Pole] = field(default_factory=list)
    cables: list[CableRoute] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)


@dataclass(frozen=True)
class Builder:
    """Who builds in which commune, under which codes."""

    draw: random.Random
    territory: Territory
    commune: Place
    operators: Sequence[Organisation]

    def facts(self, letters: str, number: int) -> dict[str, Any]:
        """Give what every thing of one builder here has."""
        return {
            "code": f"{letters}-{self.territory.prefix}-{self.commune.code}-{number:02d}",
            "owner": self.draw.choices(self.operators, OWNER_WEIGHTS)[0],
            "province": self.commune.province,
            "commune": self.commune,
            "simulated": True,
        }


def make_routes(
    territory: Territory, *, communes: Sequence[Place], villages: Sequence[Place], operators: Sequence[Organisation]
) -> Routes:
    """Make the territory's routes, commune by commune, and backbones from each centre to the next."""
    routes = Routes()
    by_commune: dict[int, list[Place]] = {}
    for village in villages:
        by_commune.setdefault(id(village.parent), []).append(village)
    for commune in communes:
        builder = Builder(chance(f"routes:{commune.code}"), territory, commune, operators)
        along_streets(routes, builder, by_commune.get(id(commune), []))
        under_the_centre(routes, builder)
    for one, other in pairwise(chain(communes)):
        backbone(routes, Builder(chance(f"backbone:{one.code}"), territory, one, operators), other)
    return routes


def chain(communes: Sequence[Place]) -> list[Place]:
    """Order communes so that each is followed by the nearest one left, as a backbone would go."""
    left = list(communes)
    way = [left.pop(0)]
    while left:
        nearest = min(left, key=lambda c: (distance_km(point_of(way[-1]), point_of(c)), c.code))
        left.remove(nearest)
        way.append(nearest)
    return way


# Streets


def tour(start: Point, villages: Sequence[Place]) -> Path:
    """Walk from the centre always to the nearest village not yet seen, to a few of them."""
    left = sorted(villages, key=lambda v: v.code)
    way = [start]
    while left and len(way) <= VILLAGES_ON_STREETS:
        nearest = min(left, key=lambda v: distance_km(way[-1], point_of(v)))
        left.remove(nearest)
        way.append(point_of(nearest))
    return way


def street(draw: random.Random, start: Point, end: Point) -> Path:
    """Draw a winding street between two points: two waves across the straight line, none at its ends."""
    length_km = distance_km(start, end)
    steps = max(4, min(40, round(length_km / 0.12)))
    narrow = math.cos(math.radians(start[1]))
    bearing = math.atan2(end[1] - start[1], (end[0] - start[0]) * narrow) + math.pi / 2
    high, low = draw.uniform(-0.06, 0.06) * length_km, draw.uniform(-0.03, 0.03) * length_km
    path = [start]
    for step in range(1, steps):
        part = step / steps
        straight = (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
        aside = high * math.sin(math.pi * part) + low * math.sin(3 * math.pi * part)
        path.append(moved(straight, bearing, aside))
    return [*path, end]


def line(path: Path) -> LineString:
    """Write a path as the database takes it."""
    return LineString(path, srid=4326)


def spaced(path: Path, step_km: float, most: int) -> list[Point]:
    """Give points along a path, a step apart, at most so many."""
    run = shapely.LineString(path)
    step = step_km / KM_PER_DEGREE
    count = min(most, int(run.length / step) + 1)
    found = shapely.line_interpolate_point(run, [n * step for n in range(count)])
    return [(round(p.x, 6), round(p.y, 6)) for p in found]


# What is built along them


def along_streets(routes: Routes, builder: Builder, villages: Sequence[Place]) -> None:
    """Put a pole line with a cable along each street, the poles of the first one by one."""
    for n, (start, end) in enumerate(pairwise(tour(point_of(builder.commune), villages)), 1):
        if distance_km(start, end) < 0.2:
            continue
        path = street(builder.draw, start, end)
        pole_line = hang(builder, path, n)
        routes.pole_lines.append(pole_line)
        if n == 1:
            routes.poles += stand(pole_line, path)
        lay(routes, builder, pole_line, path, n)


def hang(builder: Builder, path: Path, number: int) -> PoleLine:
    """Make one pole line."""
    draw = builder.draw
    shared = draw.random() < 0.55
    capacity = draw.choice([3, 4, 5])
    spare = draw.randint(0, 2)
    km = sum(distance_km(a, b) for a, b in pairwise(path))
    return PoleLine(
        **builder.facts("TC", number),
        **begun(draw, 2012),
        kind=PoleKind.C2 if shared else PoleKind.C1,
        reason="" if shared else OWN_POLES,
        path=line(path),
        along=f"Đường mẫu {number} {builder.commune.full_name}",
        pole_count=round(km / BETWEEN_POLES_KM) + 1,
        pole_height_m=draw.choice([7.0, 8.5, 10.0]),
        capacity=capacity,
        spare=spare,
        offered=spare > 0 and draw.random() < 0.6,
    )


def stand(pole_line: PoleLine, path: Path) -> Iterator[Pole]:
    """Stand the first poles of a line, one by one."""
    for n, (lon, lat) in enumerate(spaced(path, BETWEEN_POLES_KM, POLES_DRAWN), 1):
        yield Pole(
            **of_line(pole_line, f"{pole_line.code}-C{n:03d}"),
            kind=pole_line.kind,
            pole_line=pole_line,
            height_m=pole_line.pole_height_m,
            lon=lon,
            lat=lat,
        )


def of_line(route: Any, code: str) -> dict[str, Any]:
    """Give what a point on a route has from the route: owner, place, dates."""
    names = ("owner", "province", "commune", "planned_on", "construction_on", "built_on", "simulated")
    return {"code": code} | {name: getattr(route, name) for name in names}


def lay(routes: Routes, builder: Builder, along: PoleLine | UndergroundWork, path: Path, number: int) -> None:
    """Lay the owner's cable on its poles or in its duct, joined every two kilometres."""
    draw = builder.draw
    aerial = isinstance(along, PoleLine)
    fibres = draw.choice([24, 48, 96])
    cable = CableRoute(
        **of_line(along, f"CQ{'T' if aerial else 'N'}-{along.code}"),
        path=line(path),
        along=along.along,
        laying=CableRoute.Laying.AERIAL if aerial else CableRoute.Laying.DUCT,
        level=CableRoute.Level.ACCESS,
        capacity=fibres,
        spare=draw.randint(0, fibres // 2),
    )
    routes.cables.append(cable)
    routes.closures += joints(cable, path, number)


def joints(cable: CableRoute, path: Path, number: int) -> Iterator[Closure]:
    """Make the joints of a cable, a splitter at its beginning."""
    for n, (lon, lat) in enumerate(spaced(path, BETWEEN_JOINTS_KM, 20), 1):
        yield Closure(
            **of_line(cable, f"{cable.code}-N{n}"),
            kind=Closure.Kind.SPLITTER if n == 1 and number else Closure.Kind.JOINT,
            cable=cable,
            lon=lon,
            lat=lat,
            capacity=16,
            spare=n % 9,
        )


def under_the_centre(routes: Routes, builder: Builder) -> None:
    """Dig ducts from the commune's centre, more and longer ones in a ward; a cable in each, chambers along."""
    draw, centre = builder.draw, point_of(builder.commune)
    ward = is_ward(builder.commune)
    for n in range(1, 4 if ward else 2):
        end = near(draw, centre, 1.6 if ward else 0.7)
        if distance_km(centre, end) < 0.15:
            continue
        path = street(draw, centre, end)
        work = dig(builder, path, n)
        routes.underground.append(work)
        spots = enumerate(spaced(path, BETWEEN_CHAMBERS_KM, 12), 1)
        routes.chambers += [
            Chamber(**of_line(work, f"{work.code}-B{k:02d}"), kind=work.kind, underground=work, lon=lon, lat=lat)
            for k, (lon, lat) in spots
        ]
        lay(routes, builder, work, path, n)


def dig(builder: Builder, path: Path, number: int) -> UndergroundWork:
    """Make one stretch of ducts."""
    draw = builder.draw
    capacity = draw.choice([2, 4, 6])
    spare = draw.randint(0, capacity - 1)
    return UndergroundWork(
        **builder.facts("CB", number),
        **begun(draw, 2014),
        kind=draw.choice([UndergroundKind.N1, UndergroundKind.N2]),
        part=draw.choice(["duct", "duct", "conduit", "trench"]),
        path=line(path),
        along=f"Phố mẫu {number} {builder.commune.full_name}",
        capacity=capacity,
        spare=spare,
        offered=spare > 0 and draw.random() < 0.6,
    )


def backbone(routes: Routes, builder: Builder, other: Place) -> None:
    """Bury a cable from one centre to the next."""
    path = street(builder.draw, point_of(builder.commune), point_of(other))
    cable = CableRoute(
        **builder.facts("CQT", 90),
        **begun(builder.draw, 2010),
        path=line(path),
        along=f"{builder.commune.full_name} – {other.full_name}",
        laying=CableRoute.Laying.BURIED,
        level=CableRoute.Level.METRO,
        capacity=96,
        spare=builder.draw.randint(10, 60),
        capacity_gbps=100.0,
    )
    routes.cables.append(cable)
    routes.closures += joints(cable, path, 0)
