"""Made-up pole lines, ducts and cables along the streets of a territory."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import shapely

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
from hatang.sample.ground import KM_PER_DEGREE, Point, distance_km, near, point_of
from hatang.sample.masts import OWNER_WEIGHTS
from hatang.sample.roads import line
from hatang.sample.streets import Path, Streets, ordered, street_between, winding
from hatang.sample.structures import begun
from hatang.sample.territories import Territory
from hatang.sample.villages import is_ward

BETWEEN_POLES_KM = 0.045
POLES_DRAWN = 24
BETWEEN_CHAMBERS_KM = 0.15
BETWEEN_JOINTS_KM = 2.0
FIRST_BACKBONE = 90
OWN_POLES = "Chưa có tuyến cột dùng chung trên đoạn này."


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


def make_routes(streets: Streets, operators: Sequence[Organisation]) -> Routes:
    """Make the territory's routes along its streets, commune by commune, and backbones from centre to centre."""
    routes, territory = Routes(), streets.territory
    for commune in streets.communes:
        builder = Builder(chance(f"routes:{commune.code}"), territory, commune, operators)
        along_streets(routes, builder, streets)
        under_the_centre(routes, builder)
    laid: Counter[str] = Counter()
    for one, other in streets.backbones:
        builder = Builder(chance(f"backbone:{one.code}:{other.code}"), territory, one, operators)
        backbone(routes, builder, other, streets, number=FIRST_BACKBONE + laid[one.code])
        laid[one.code] += 1
    return routes


def spaced(path: Path, step_km: float, most: int) -> list[Point]:
    """Give points along a path, a step apart, at most so many."""
    run = shapely.LineString(path)
    step = step_km / KM_PER_DEGREE
    count = min(most, int(run.length / step) + 1)
    found = shapely.line_interpolate_point(run, [n * step for n in range(count)])
    return [(round(p.x, 6), round(p.y, 6)) for p in found]


# What is built along them


def along_streets(routes: Routes, builder: Builder, streets: Streets) -> None:
    """Put a pole line with a cable along the streets to a few villages, the poles of the first one by one."""
    for n, (start, end) in enumerate(pairwise(streets.tours[builder.commune.code]), 1):
        if distance_km(start, end) < 0.2:
            continue
        path = street_between(start, end)
        pole_line = hang(builder, path, n, streets.names[ordered(start, end)])
        routes.pole_lines.append(pole_line)
        if n == 1:
            routes.poles += stand(pole_line, path)
        lay(routes, builder, pole_line, path, n)


def hang(builder: Builder, path: Path, number: int, along: str) -> PoleLine:
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
        along=along,
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
        path = winding(draw, centre, end)
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


def backbone(routes: Routes, builder: Builder, other: Place, streets: Streets, *, number: int) -> None:
    """Bury a cable from one centre to another, along the roads between them."""
    path = streets.way(builder.commune, other)
    cable = CableRoute(
        **builder.facts("CQT", number),
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
