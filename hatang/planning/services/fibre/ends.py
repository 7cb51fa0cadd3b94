"""What a fibre plan joins: villages, masts and offices without fibre; and where today's network can be joined."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db.models import Exists, OuterRef, Q
from numpy.typing import NDArray

from hatang.core.polygons import METRES_PER_DEGREE
from hatang.network.models import CableRoute, Closure, FibreReach, Mast, Station
from hatang.places.models import Place, PlaceQuerySet
from hatang.places.services.territory import communes_of
from hatang.planning.models import FibrePlan

NEAR_M = 100.0
"""A mast or office this near a cable has fibre; the registers do not say which is joined to which."""
OFFICES = (Place.Type.OFFICE, Place.Type.COMMUNE_CENTRE)
TITLES = {FibrePlan.Ends.VILLAGES: "thôn", FibrePlan.Ends.MASTS: "cột ăng ten", FibrePlan.Ends.OFFICES: "trụ sở"}
Points = NDArray[np.float64]


@dataclass(frozen=True)
class End:
    """A place that is to be joined: which, where in degrees, in which commune, for how many people."""

    kind: str
    name: str
    lon: float
    lat: float
    place: int | None = None
    commune: int | None = None
    people: int = 0
    simulated: bool = False


@dataclass(frozen=True)
class Today:
    """Today's cables as lines, and the points of closures with room, of whatever owner."""

    cables: NDArray[np.object_]
    closures: Points
    simulated: bool

    @property
    def nothing(self) -> bool:
        """Whether nothing is known of today's cables."""
        return not len(self.cables) and not len(self.closures)


def today(province: Place, on: date) -> Today:
    """Read the cables and closures in use whose room is not known to be used up."""
    has_room = Q(spare__isnull=True) | Q(spare__gt=0)
    cables = list(CableRoute.objects.in_use(on).filter(province=province).filter(has_room).order_by("pk"))
    closures = list(Closure.objects.in_use(on).filter(province=province).filter(has_room).order_by("pk"))
    shapes = np.empty(len(cables), dtype=object)
    shapes[:] = [shapely.from_wkb(bytes(row.path.wkb)) for row in cables]
    points = np.array([(row.lon, row.lat) for row in closures], dtype=np.float64).reshape(-1, 2)
    return Today(shapes, points, any(row.simulated for row in (*cables, *closures)))


def ends_of(plan: FibrePlan, on: date) -> tuple[list[End], dict[str, int]]:
    """Give what a plan joins, and by kind how many places without fibre have no coordinates."""
    found: list[End] = []
    unplaced: dict[str, int] = {}
    for kind in plan.ends:
        ends, missing = READERS[kind](plan.province, plan.area, on)
        found += ends
        if missing:
            unplaced[kind] = missing
    return found, unplaced


def villages(province: Place, area: Place | None, on: date) -> tuple[list[End], int]:
    """Give the villages in which no operator has fibre."""
    fibre = FibreReach.objects.reaching(on).filter(village=OuterRef("pk"))
    rows = inside(Place.objects.villages().in_force(on).filter(province=province), area)
    lacking = list(rows.filter(~Exists(fibre)).order_by("pk"))
    placed = [row for row in lacking if row.lon is not None and row.lat is not None]
    return [end_of(FibrePlan.Ends.VILLAGES, row) for row in placed], len(lacking) - len(placed)


def offices(province: Place, area: Place | None, on: date) -> tuple[list[End], int]:
    """Give the offices that no cable passes."""
    rows = Place.objects.of_kind(Place.Kind.SITE).in_force(on).filter(province=province, type__in=OFFICES)
    known = list(inside(rows, area).order_by("pk"))
    placed = [end_of(FibrePlan.Ends.OFFICES, row) for row in known if row.lon is not None and row.lat is not None]
    return without_cable(placed, province, on), len(known) - len(placed)


def masts(province: Place, area: Place | None, on: date) -> tuple[list[End], int]:
    """Give the masts with a station on the air that no cable passes."""
    on_air = Station.objects.on_air(on=on).values("mast")
    rows = Mast.objects.in_use(on).filter(province=province, pk__in=on_air).select_related("commune").order_by("pk")
    if area is not None:
        rows = rows.filter(commune=area)
    ends = [
        End(
            kind=FibrePlan.Ends.MASTS,
            name=f"Cột ăng ten {row.code}",
            lon=row.lon,
            lat=row.lat,
            commune=row.commune_id,
            simulated=row.simulated,
        )
        for row in rows
    ]
    return without_cable(ends, province, on), 0


READERS: dict[str, Callable[[Place, Place | None, date], tuple[list[End], int]]] = {
    FibrePlan.Ends.VILLAGES: villages,
    FibrePlan.Ends.MASTS: masts,
    FibrePlan.Ends.OFFICES: offices,
}


def inside(rows: PlaceQuerySet, area: Place | None) -> PlaceQuerySet:
    """Keep what lies in a commune, if one is named."""
    return rows if area is None else rows.filter(parent=area)


def end_of(kind: str, row: Place) -> End:
    """Take a place."""
    assert row.lon is not None
    assert row.lat is not None
    return End(
        kind=kind,
        name=row.full_name,
        lon=row.lon,
        lat=row.lat,
        place=row.pk,
        commune=row.parent_id,
        people=row.population or 0,
        simulated=row.simulated,
    )


def without_cable(ends: list[End], province: Place, on: date) -> list[End]:
    """Leave out what a cable or closure in use passes, whoever owns it and whatever room it has."""
    cables = CableRoute.objects.in_use(on).filter(province=province).values_list("path", flat=True)
    closures = Closure.objects.in_use(on).filter(province=province).values_list("lon", "lat")
    shapes = [shapely.from_wkb(bytes(path.wkb)) for path in cables] + [shapely.Point(*spot) for spot in closures]
    far = ~near_any(np.array([(end.lon, end.lat) for end in ends]), shapes, NEAR_M)
    return [end for end, kept in zip(ends, far.tolist(), strict=True) if kept]


def near_any(points: Points, shapes: Collection[object], within_m: float) -> NDArray[np.bool_]:
    """Tell of points (n, 2) which lie within some metres of a shape, on a plane true at their middle latitude."""
    found = np.zeros(len(points), dtype=bool)
    if len(points) and len(shapes):
        scale = np.array([np.cos(np.radians(points[:, 1].mean())), 1.0]) * METRES_PER_DEGREE
        tree = shapely.STRtree(shapely.transform(np.array(list(shapes), dtype=object), lambda c: c * scale))
        at, _ = tree.query(shapely.points(points * scale), predicate="dwithin", distance=within_m)
        found[at] = True
    return found


def communes_named(province: Place, on: date) -> dict[int, str]:
    """Name the province's communes by key."""
    return {row.pk: row.full_name for row in communes_of(province, on)}
