"""Made-up streets over a territory: from village to village, as valleys lead, and the ways from centre to centre."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import shapely

from hatang.places.models import Place, Road
from hatang.sample.chance import chance
from hatang.sample.ground import Point, distance_km, moved, point_of
from hatang.sample.territories import Territory
from hatang.sample.villages import is_ward

VILLAGES_ON_STREETS = 5
RIDGES = 1.5
"""Power of a gap's length: hills rise where no village is near, so that two short gaps are a better way than one."""
CLASS_NAMES = {
    Road.Class.NATIONAL: "Quốc lộ mẫu",
    Road.Class.PROVINCIAL: "Tỉnh lộ mẫu",
    Road.Class.COMMUNE: "Đường mẫu",
    Road.Class.URBAN: "Phố mẫu",
}
Path = list[Point]
Link = tuple[Point, Point]


@dataclass
class Streets:
    """The streets of a territory, and who is joined by them; `owners` says in which commune a point lies."""

    territory: Territory
    communes: Sequence[Place]
    owners: dict[Point, Place]
    tours: dict[str, Path]
    links: dict[Point, dict[Point, float]]

    @cached_property
    def backbones(self) -> list[tuple[Place, Place]]:
        """Pairs of communes whose centres are joined directly: each with the next, then what closes rings."""
        chained = list(pairwise(chain(self.communes)))
        places = {point_of(c): c for c in self.communes}
        known = {frozenset((point_of(a), point_of(b))) for a, b in chained}
        closing = [link for link in shortest_tree(neighbours(list(places))) if frozenset(link) not in known]
        return chained + [(places[a], places[b]) for a, b in closing]

    @cached_property
    def classes(self) -> dict[Link, str]:
        """What each street is: national on the way from each centre to the next, provincial on rings, else local."""
        found: dict[Link, str] = {}
        chained = len(self.communes) - 1
        for n, (one, other) in enumerate(self.backbones):
            rank = Road.Class.NATIONAL if n < chained else Road.Class.PROVINCIAL
            for link in pairwise(self.stops(point_of(one), point_of(other))):
                found.setdefault(ordered(*link), rank)
        local = [*shortest_tree(self.links), *(link for tour in self.tours.values() for link in pairwise(tour))]
        for link in local:
            rank = Road.Class.URBAN if is_ward(self.owners[min(link)]) else Road.Class.COMMUNE
            found.setdefault(ordered(*link), rank)
        return found

    @cached_property
    def names(self) -> dict[Link, str]:
        """What each street is called, numbered within its commune; each name says that it is a sample."""
        counts: dict[str, int] = {}
        found = {}
        for link, rank in self.classes.items():
            commune = self.owners[link[0]]
            n = counts[commune.code] = counts.get(commune.code, 0) + 1
            found[link] = f"{CLASS_NAMES[Road.Class(rank)]} {n} {commune.full_name}"
        return found

    def stops(self, start: Point, end: Point) -> Path:
        """Give the villages and centres on the best way from one centre to another."""
        best = {start: 0.0}
        came: dict[Point, Point] = {}
        waiting = [(0.0, start)]
        while waiting:
            cost, here = heapq.heappop(waiting)
            if here == end:
                break
            if cost > best[here]:
                continue
            for there, step in self.links[here].items():
                if cost + step < best.get(there, math.inf):
                    best[there], came[there] = cost + step, here
                    heapq.heappush(waiting, (cost + step, there))
        way = [end]
        while way[-1] != start:
            way.append(came[way[-1]])
        return way[::-1]

    def way(self, start: Place, end: Place) -> Path:
        """Give the line of the best way from one centre to another."""
        legs = [street_between(a, b) for a, b in pairwise(self.stops(point_of(start), point_of(end)))]
        return [legs[0][0], *(point for leg in legs for point in leg[1:])]


def make_streets(territory: Territory, communes: Sequence[Place], villages: Sequence[Place]) -> Streets:
    """Lay the streets of a territory."""
    owners = {point_of(v): v.parent for v in villages if v.parent} | {point_of(c): c for c in communes}
    by_commune: dict[int, list[Place]] = {}
    for village in villages:
        by_commune.setdefault(id(village.parent), []).append(village)
    tours = {c.code: tour(point_of(c), by_commune.get(id(c), [])) for c in communes}
    return Streets(territory, communes, owners, tours, neighbours(list(owners)))


def neighbours(points: Sequence[Point]) -> dict[Point, dict[Point, float]]:
    """Give who lies beside whom, and how hard the way between them is; few points are all neighbours."""
    found: dict[Point, dict[Point, float]] = {point: {} for point in points}
    for one, other in beside(points):
        found[one][other] = found[other][one] = distance_km(one, other) ** RIDGES
    return found


def beside(points: Sequence[Point]) -> Iterable[Link]:
    """Give the pairs between which no other point lies (Delaunay)."""
    if len(points) < 4:
        return [(a, b) for n, a in enumerate(points) for b in points[n + 1 :]]
    edges = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points), only_edges=True))
    ends = shapely.get_coordinates(edges).reshape(-1, 2, 2).tolist()
    return sorted(ordered((a[0], a[1]), (b[0], b[1])) for a, b in ends)


def ordered(one: Point, other: Point) -> Link:
    """Write a pair the same way from both sides."""
    return (one, other) if one <= other else (other, one)


def shortest_tree(links: dict[Point, dict[Point, float]]) -> Iterator[Link]:
    """Give the links of the tree that joins all with the least (Kruskal)."""
    heads = {point: point for point in links}

    def head(point: Point) -> Point:
        while heads[point] != point:
            heads[point] = point = heads[heads[point]]
        return point

    pairs = sorted((cost, one, other) for one, beside in links.items() for other, cost in beside.items() if one < other)
    for _, one, other in pairs:
        if head(one) != head(other):
            heads[head(one)] = head(other)
            yield one, other


def chain(communes: Sequence[Place]) -> list[Place]:
    """Order communes so that each is followed by the nearest one left, as a backbone would go."""
    left = list(communes)
    way = [left.pop(0)]
    while left:
        nearest = min(left, key=lambda c: (distance_km(point_of(way[-1]), point_of(c)), c.code))
        left.remove(nearest)
        way.append(nearest)
    return way


def tour(start: Point, villages: Sequence[Place]) -> Path:
    """Walk from the centre always to the nearest village not yet seen, to a few of them."""
    left = sorted(villages, key=lambda v: v.code)
    way = [start]
    while left and len(way) <= VILLAGES_ON_STREETS:
        nearest = min(left, key=lambda v: distance_km(way[-1], point_of(v)))
        left.remove(nearest)
        way.append(point_of(nearest))
    return way


def street_between(start: Point, end: Point) -> Path:
    """Give the street between two neighbours: the same line from both sides."""
    first, last = ordered(start, end)
    path = drawn(first, last)
    return list(path if first == start else path[::-1])


@cache
def drawn(first: Point, last: Point) -> Path:
    """Draw a street once: poles, cables and roads follow it."""
    return winding(chance(f"street:{first}:{last}"), first, last)


def winding(draw: random.Random, start: Point, end: Point) -> Path:
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
