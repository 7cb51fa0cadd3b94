"""Where today's cables hang by a thread: stretches and joints whose loss cuts villages off, the worst first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q

from hatang.accounts.models import Organisation
from hatang.core.fibre import Graph, Prices, RoadLine, Spot, Way, WeakPoint, lay_graph, weak_points
from hatang.core.fibre.kernels.csr import arcs_of, parts_of
from hatang.core.near_points import near_points
from hatang.core.vietnamese import number
from hatang.network.models import CableRoute, Closure, FibreReach, House, Mast, Station, Tenancy
from hatang.pages.features import collection, feature, point
from hatang.pages.histories import newest_lines
from hatang.places.models import Place
from hatang.places.services.locating import locate
from hatang.places.services.territory import communes_of
from hatang.planning.services.fibre.ends import NEAR_M, near_any

Function = House.Function
CENTRES = (Function.SWITCHING, Function.REGIONAL, Function.NATIONAL, Function.INTERNATIONAL, Function.LANDING)
JOINED_WITHIN_M = 50.0
"""A cable that ends this near another is taken to be joined to it; the register does not say what is spliced."""
REACH_M = 5_000.0
"""A village hangs on the nearest cable, if one runs this near."""
HOUSE_WITHIN_KM = 0.3
"""A switching house this near a cable is taken to be what the cable leads to."""
FREE = Prices(*[0.0] * len(Way))
NAMED_WITHIN_M = 30.0
DECIMALS = 5
KEPT_SECONDS = 24 * 3600
READ_FROM = (CableRoute, Closure, House, FibreReach, Mast, Station, Tenancy, Place)
EDGE, NODE = "edge", "node"


@dataclass(frozen=True)
class Network:
    """Today's cables as lines, what hangs on them, where they lead; `root_words` says what is taken as the root."""

    lines: list[RoadLine]
    roots: list[Spot]
    villages: list[Spot]
    masts: list[Spot]
    root_words: str
    simulated: bool

    @property
    def ends(self) -> list[Spot]:
        """What hangs on the cables: villages with their people, masts with none."""
        return [*self.villages, *self.masts]

    @cached_property
    def graph(self) -> Graph:
        """The cables, joined where one ends on another; what hangs on them."""
        return lay_graph(
            self.lines,
            FREE,
            ends=self.ends,
            roots=self.roots,
            tolerance_m=JOINED_WITHIN_M,
            longest_drop_m=REACH_M,
            crossings_join=False,
        )


@dataclass(frozen=True)
class Weakness:
    """A weak point with what is known of it: what it is called, where, who is cut off; `at` is its middle, lon, lat."""

    kind: str
    name: str
    commune: str
    people: int
    villages: int
    masts: int
    length_km: float
    path: shapely.Geometry
    at: tuple[float, float]
    more: int = 0
    """How many further stretches of the same cable are weak, where they are told as one; `length_km` is of all."""

    @property
    def what(self) -> str:
        """Say what kind of thing it is."""
        return "đoạn cáp" if self.kind == EDGE else "chỗ nối"

    @property
    def cut_off(self) -> str:
        """Say who is cut off."""
        told = [f"{number(self.villages)} thôn"] if self.villages else []
        told += [f"{number(self.masts)} cột"] if self.masts else []
        return ", ".join(told)


@dataclass(frozen=True)
class Weaknesses:
    """All weak points of a network, the worst first, and what could not be told."""

    points: list[Weakness]
    network: Network
    unknown: int
    """Villages with fibre near which the register has no cable that leads to the root."""

    @cached_property
    def by_cable(self) -> list[Weakness]:
        """The weak points with the stretches of one cable as one: its worst, how many more there are."""
        edges: dict[str, list[Weakness]] = defaultdict(list)
        for row in self.points:
            if row.kind == EDGE:
                edges[row.name].append(row)
        found = [row for row in self.points if row.kind == NODE]
        for rows in edges.values():
            length_km = sum(row.length_km for row in rows)
            found.append(replace(rows[0], more=len(rows) - 1, length_km=length_km))
        return sorted(found, key=lambda row: (-row.people, -row.masts, row.name))


def weaknesses_of(province: Place, on: date, operator: Organisation | None = None) -> Weaknesses:
    """Give the weak points of a province's cables, of all operators as one network or of one operator's own.

    What was found is kept until a register that it was found from changes.
    """
    mark = "-".join(str(newest or 0) for newest in newest_lines(READ_FROM))
    key = f"weak:{province.pk}:{operator.pk if operator else 0}:{on}:{mark}"
    kept: Weaknesses | None = cache.get(key)
    if kept is None:
        kept = find_weaknesses(province, on, operator)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def find_weaknesses(province: Place, on: date, operator: Organisation | None) -> Weaknesses:
    """Find the weak points."""
    network = network_of(province, on, operator)
    if not network.lines:
        return Weaknesses([], network, len(network.villages))
    found = ranked(network, network.ends)
    each = [replace(end, people=1.0) for end in network.villages]
    villages = {key_of(point): round(point.people_cut_off) for point in ranked(network, [*each, *network.masts])}
    unknown = int((network.graph.ends[: len(network.villages)] < 0).sum())
    return Weaknesses(told(found, villages, province, on), network, unknown)


def ranked(network: Network, ends: Sequence[Spot]) -> list[WeakPoint]:
    """Ask the core for the weak points, by the people of some ends."""
    return weak_points(
        network.lines,
        network.roots,
        ends,
        tolerance_m=JOINED_WITHIN_M,
        longest_drop_m=REACH_M,
        crossings_join=False,
    )


def key_of(point: WeakPoint) -> tuple[str, bytes]:
    """Tell a weak point from others."""
    return point.kind, point.path.tobytes()


# What is read


def network_of(province: Place, on: date, operator: Organisation | None) -> Network:
    """Read the cables in use, the centres that they lead to, the villages and masts that hang on them."""
    cables = list(cables_of(province, on, operator).order_by("code", "pk"))
    shapes = [shapely.from_wkb(bytes(row.path.wkb)) for row in cables]
    lines = [
        RoadLine(shapely.get_coordinates(path), (Way.BURIED,), row.code)
        for row, path in zip(cables, shapes, strict=True)
    ]
    rows = villages_with_fibre(province, on, operator)
    villages, masts = [village(row) for row in rows], masts_on(province, on, operator, shapes)
    simulated = any(row.simulated for row in (*cables, *rows))
    if not lines:
        return Network(lines, [], villages, masts, "", simulated)
    roots, words = roots_of(lines, rows, switching_houses(province, on, operator), communes_of(province, on))
    return Network(lines, roots, villages, masts, words, simulated)


def cables_of(province: Place, on: date, operator: Organisation | None) -> Any:
    """Give the cables in use: all, or those that an operator owns, runs or rents."""
    rows = CableRoute.objects.in_use(on).filter(province=province)
    if operator is None:
        return rows
    return rows.filter(Q(owner=operator) | Q(operator=operator) | rows.used_by(operator, on))


def villages_with_fibre(province: Place, on: date, operator: Organisation | None) -> list[Place]:
    """Give the villages with coordinates in which somebody, or the operator, has fibre."""
    reach = FibreReach.objects.reaching(on).filter(village=OuterRef("pk"))
    if operator is not None:
        reach = reach.filter(operator=operator)
    rows = Place.objects.villages().in_force(on).filter(province=province, lon__isnull=False, lat__isnull=False)
    return list(rows.filter(Exists(reach)).order_by("pk"))


def village(row: Place) -> Spot:
    """Hand a village to the core."""
    assert row.lon is not None
    assert row.lat is not None
    return Spot(f"v{row.pk}", row.lon, row.lat, row.full_name, float(row.population or 0))


def masts_on(province: Place, on: date, operator: Organisation | None, cables: Sequence[Any]) -> list[Spot]:
    """Give the masts with a station on the air that a cable passes."""
    on_air = Station.objects.on_air(on=on)
    if operator is not None:
        on_air = on_air.filter(operator=operator)
    rows = Mast.objects.in_use(on).filter(province=province, pk__in=on_air.values("mast")).order_by("pk")
    found = list(rows.values_list("pk", "lon", "lat", "code"))
    near = near_any(np.array([(lon, lat) for _, lon, lat, _ in found]).reshape(-1, 2), list(cables), NEAR_M)
    return [Spot(f"m{pk}", lon, lat, code) for (pk, lon, lat, code), here in zip(found, near, strict=True) if here]


def switching_houses(province: Place, on: date, operator: Organisation | None) -> list[Spot]:
    """Give the houses through which a network goes out to the world."""
    houses = House.objects.in_use(on).filter(province=province, function__in=CENTRES).order_by("pk")
    if operator is not None:
        houses = houses.filter(Q(owner=operator) | Q(operator=operator))
    return [Spot(f"h{row.pk}", row.lon, row.lat, row.code) for row in houses]


def roots_of(
    lines: list[RoadLine], villages: list[Place], houses: list[Spot], communes: Iterable[Place]
) -> tuple[list[Spot], str]:
    """Give where each part of the network goes out: its switching houses, else the middle of its largest commune."""
    spots = [village(row) for row in villages]
    graph = lay_graph(lines, FREE, ends=[*spots, *houses], tolerance_m=JOINED_WITHIN_M, longest_drop_m=REACH_M,
                      crossings_join=False)  # fmt: skip
    part = parts_of(arcs_of(len(graph.nodes), graph.ones, graph.twos, graph.length_km))
    drops_km = dict(zip(graph.twos[graph.drops].tolist(), graph.length_km[graph.drops].tolist(), strict=True))
    at_house = graph.ends[len(spots) :].tolist()
    near = {place for place, node in enumerate(at_house) if node >= 0 and drops_km[node] <= HOUSE_WITHIN_KM}
    led = {int(part[at_house[place]]) for place in near}
    people: dict[int, Counter[int]] = defaultdict(Counter)
    for row, node in zip(villages, graph.ends.tolist(), strict=False):
        if node >= 0 and row.parent_id and part[node] not in led:
            people[int(part[node])][row.parent_id] += row.population or 1
    middles = {row.pk: np.array([row.lon, row.lat]) for row in communes if None not in (row.lon, row.lat)}
    roots = [houses[place] for place in sorted(near)]
    for number_of, counted in people.items():
        joints = np.flatnonzero(graph.joints & (part == number_of))
        middle = next((middles[key] for key, _ in counted.most_common() if key in middles), graph.nodes[joints[0]])
        nearest = graph.nodes[joints[np.hypot(*(graph.nodes[joints] - middle).T).argmin()]]
        roots.append(Spot(f"p{number_of}", float(nearest[0]), float(nearest[1])))
    return roots, root_words(len(near), len(people))


def root_words(houses: int, parts: int) -> str:
    """Say what was taken for the places where the network goes out."""
    known = f"{number(houses)} nhà trạm chuyển mạch, truyền dẫn trong sổ" if houses else ""
    guessed = (
        f"{number(parts)} mảng cáp trong sổ không thấy nối tới nhà trạm chuyển mạch nào: mỗi mảng coi như đi ra từ "
        "trung tâm xã, phường đông dân nhất của mảng"
        if parts
        else ""
    )
    return "; ".join(words for words in (known, guessed) if words) or "không rõ"


# What is told


def told(
    found: Sequence[WeakPoint], villages: dict[tuple[str, bytes], int], province: Place, on: date
) -> list[Weakness]:
    """Name weak points and the communes in which they lie; `villages` tells how many each cuts off."""
    if not found:
        return []
    middles = np.array([middle(point) for point in found])
    named = joints_named(province, on, middles)
    where = locate(middles, on=on, province=province)
    return [
        Weakness(
            kind=point.kind,
            name=named.get(at, f"chỗ nối {point.name}") if point.kind == NODE else f"đoạn cáp {point.name}",
            commune=str(where[at].commune or ""),
            people=round(point.people_cut_off),
            villages=villages[key_of(point)],
            masts=point.ends_cut_off - villages[key_of(point)],
            length_km=point.length_km,
            path=shapely.linestrings(point.path) if point.kind == EDGE else shapely.Point(point.path[0]),
            at=(round(float(middles[at][0]), 6), round(float(middles[at][1]), 6)),
        )
        for at, point in enumerate(found)
    ]


def middle(point: WeakPoint) -> tuple[float, float]:
    """Give the middle of a stretch, or the joint's place."""
    if point.kind == NODE:
        return float(point.path[0][0]), float(point.path[0][1])
    spot = shapely.line_interpolate_point(shapely.linestrings(point.path), 0.5, normalized=True)
    return float(spot.x), float(spot.y)


def joints_named(province: Place, on: date, middles: Any) -> dict[int, str]:
    """Name the closure or house that stands at each place, if one does."""
    rows: list[tuple[float, float, str]] = []
    for model, words in ((House, "nhà trạm"), (Closure, "điểm nối")):
        here = model.objects.in_use(on).filter(province=province)
        rows += [(lon, lat, f"{words} {code}") for lon, lat, code in here.values_list("lon", "lat", "code")]
    if not rows:
        return {}
    at, which, _ = near_points(middles, np.array([row[:2] for row in rows]), NAMED_WITHIN_M)
    named: dict[int, str] = {}
    for place, row in zip(at.tolist(), which.tolist(), strict=True):
        named.setdefault(place, rows[row][2])
    return named


def finding(found: Weaknesses) -> str:
    """Say in a sentence how much hangs by a thread."""
    network = found.network
    if not network.lines:
        return "Sổ hạ tầng chưa có tuyến cáp nào đang dùng, nên chưa tìm được điểm yếu."
    hanging = [row for row in found.by_cable if row.villages]
    if not hanging:
        return f"Không thấy chỗ nào mà hỏng một nơi là có thôn mất mạng, trong {number(len(network.villages))} thôn."
    cables, worst = sum(row.kind == EDGE for row in hanging), hanging[0]
    return (
        f"Đứt một trong {number(cables)} tuyến cáp, hoặc hỏng một trong {number(len(hanging) - cables)} điểm nối, là "
        f"có thôn mất mạng; nặng nhất là {worst.name}: mất {worst.cut_off}, {number(worst.people)} người."
    )


def drawn(found: Weaknesses) -> dict[str, Any]:
    """Give the map's features: the cables, the weak stretches and joints upon them."""
    cables = (feature(line_of(line.path), way="cable") for line in found.network.lines)
    weak = (
        feature(
            line_of(shapely.get_coordinates(row.path)) if row.kind == EDGE else point(*row.at),
            **({"way": "bridge", "km": round(row.length_km, 2)} if row.kind == EDGE else {"sort": "node"}),
            people=row.people,
            told=f"{row.name}: hỏng thì mất {row.cut_off or 'đường'}, {number(row.people)} người",
        )
        for row in reversed(found.points)
        if row.people
    )
    return collection([*cables, *weak])


def line_of(path: Any) -> dict[str, Any]:
    """Write a line, rounded to a metre."""
    return {"type": "LineString", "coordinates": np.round(path, DECIMALS).tolist()}
