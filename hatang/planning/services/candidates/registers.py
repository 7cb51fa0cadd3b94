"""What the registers hold about a scenario's province, read once: masts in use, who is on them, power, fibre, roads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon

from hatang.core.terrain.grid import Area
from hatang.coverage.services.engine import KM_PER_DEGREE, area_of
from hatang.network import models as network
from hatang.network.services.proposal_check import Sight
from hatang.places.models import Place, Road
from hatang.planning.models import Scenario
from hatang.planning.services.candidates.assumed import Sector
from hatang.planning.services.candidates.plane import Doubles, Nearest, Plane

RIM_DEG = 0.1 / KM_PER_DEGREE
"""Equipment stands so far inside the terrain at least."""


@dataclass(frozen=True)
class OnMast:
    """An operator on a mast: its technologies on air, and where the sectors of its newest look."""

    technologies: frozenset[str]
    sectors: tuple[Sector, ...]


class Registers:
    """The registers as of the scenario's run; each table is read once, when it is first asked for."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.run, self.province = scenario, scenario.run, scenario.province
        self.on = scenario.run.on
        west, south, east, north = self.area = area_of(self.run.terrain)
        self.plane = Plane((south + north) / 2)
        self.inner: Area = (west + RIM_DEG, south + RIM_DEG, east - RIM_DEG, north - RIM_DEG)

    def holds(self, lon: float, lat: float) -> bool:
        """Tell whether equipment may stand there: on the run's terrain, not on its rim."""
        west, south, east, north = self.inner
        return west < lon < east and south < lat < north

    @cached_property
    def sight(self) -> Sight:
        """The masts planned or standing, and the province's rules, as a check of a proposal sees them."""
        return Sight(self.province, self.on)

    @cached_property
    def communes(self) -> dict[int, Place]:
        """The province's communes, by their keys."""
        return Place.objects.communes().filter(province=self.province).defer("point").in_bulk()

    @cached_property
    def masts(self) -> list[network.Mast]:
        """The province's masts in use, on the run's terrain."""
        rows = network.Mast.objects.in_use(self.on).filter(province=self.province)
        found = rows.select_related("owner").defer("point").order_by("pk")
        return [mast for mast in found if self.holds(mast.lon, mast.lat)]

    @cached_property
    def on_masts(self) -> dict[int, dict[int, OnMast]]:
        """Who is on which mast: by mast and operator."""
        stations = network.Station.objects.on_air(on=self.on).filter(mast__province=self.province)
        found: dict[tuple[int, int], set[str]] = defaultdict(set)
        for mast, operator, technology in stations.values_list("mast", "operator", "technology"):
            found[mast, operator].add(technology)
        sectors = self.sectors
        held: dict[int, dict[int, OnMast]] = defaultdict(dict)
        for (mast, operator), technologies in sorted(found.items()):
            newest = next((sectors[mast, operator, t] for t in sorted(technologies, reverse=True)
                           if (mast, operator, t) in sectors), ())  # fmt: skip
            held[mast][operator] = OnMast(frozenset(technologies), tuple(newest))
        return held

    @cached_property
    def sectors(self) -> dict[tuple[int, int, str], list[Sector]]:
        """Where the cells on air look, by mast, operator and technology; those without height or side are left out."""
        rows = network.Cell.objects.on_air(self.on).filter(station__mast__province=self.province, height_m__gt=0)
        if not self.run.blank_azimuth_is_omni:
            rows = rows.filter(azimuth_deg__isnull=False)
        named = ("station__mast", "station__operator", "station__technology")
        said = ("height_m", "azimuth_deg", "tilt_electrical_deg", "tilt_mechanical_deg")
        found: dict[tuple[int, int, str], list[Sector]] = defaultdict(list)
        for mast, operator, technology, *sector in rows.order_by("pk").values_list(*named, *said):
            found[mast, operator, technology].append(Sector(*sector))
        return found

    @cached_property
    def operators(self) -> list[int]:
        """The operators that may build: those asked for, else all that are on air in the province."""
        asked = list(self.scenario.operators.order_by("pk").values_list("pk", flat=True))
        return asked or sorted({operator for held in self.on_masts.values() for operator in held})

    @cached_property
    def connected(self) -> list[network.Mast]:
        """The masts that have power and backhaul: somebody is on air there."""
        return [mast for mast in self.masts if self.on_masts.get(mast.pk)]

    @cached_property
    def connected_km(self) -> Doubles:
        """Where they stand on the plane, (n, 2)."""
        return self.plane.laid([mast.lon for mast in self.connected], [mast.lat for mast in self.connected])

    @cached_property
    def poles(self) -> list[network.Pole]:
        """Poles shared with another sector (C2), high enough to carry a small antenna."""
        rows = network.Pole.objects.in_use(self.on).filter(province=self.province, kind=network.PoleKind.C2)
        found = rows.filter(height_m__gte=6).defer("point").order_by("pk")
        return [pole for pole in found if self.holds(pole.lon, pole.lat)]

    @cached_property
    def houses(self) -> list[network.House]:
        """Houses of equipment in use that have room left."""
        rows = network.House.objects.in_use(self.on).filter(province=self.province).exclude(spare=0)
        return [house for house in rows.defer("point").order_by("pk") if self.holds(house.lon, house.lat)]

    @cached_property
    def public_sites(self) -> list[network.PublicSite]:
        """Public places on offer."""
        rows = network.PublicSite.objects.offered_on(self.on).filter(province=self.province)
        return [site for site in rows.defer("point").order_by("pk") if self.holds(site.lon, site.lat)]

    @cached_property
    def powered(self) -> Nearest:
        """What has grid power: villages, masts on air, houses of equipment, poles shared with the power sector."""
        villages = Place.objects.villages().in_force(self.on).filter(province=self.province, has_grid_power=True)
        spots = [(lon, lat) for lon, lat in villages.values_list("lon", "lat") if lon is not None and lat is not None]
        return Nearest(
            self.plane.points(spots),
            self.plane.points((mast.lon, mast.lat) for mast in self.connected),
            self.plane.points((house.lon, house.lat) for house in self.houses),
            self.lines_of(network.PoleLine.objects.filter(kind=network.PoleKind.C2)),
        )

    @cached_property
    def fibre(self) -> Nearest:
        """Where fibre begins: cables in use, their closures, masts on air."""
        closures = network.Closure.objects.in_use(self.on).filter(province=self.province)
        return Nearest(
            self.lines_of(network.CableRoute.objects.all()),
            self.plane.points(closures.values_list("lon", "lat")),
            self.plane.points((mast.lon, mast.lat) for mast in self.connected),
        )

    @cached_property
    def pole_lines(self) -> Nearest:
        """Pole lines that a cable can hang on: those not known to be full."""
        return Nearest(self.lines_of(network.PoleLine.objects.exclude(spare=0)))

    @cached_property
    def road_paths(self) -> list[Any]:
        """The paths of roads of any source; railways are none."""
        box = Polygon.from_bbox(self.area)
        box.srid = 4326
        rows = Road.objects.filter(path__bboverlaps=box).exclude(road_class=Road.Class.RAILWAY)
        return list(rows.order_by("pk").values_list("path", flat=True))

    @cached_property
    def roads(self) -> Nearest:
        """The roads on the plane."""
        return Nearest(self.plane.lines(self.road_paths))

    @property
    def knows_roads(self) -> bool:
        """Whether any road is known."""
        return self.roads.tree is not None

    def lines_of(self, rows: Any) -> Any:
        """Lay the lines in use of a kind onto the plane."""
        found = rows.in_use(self.on).filter(province=self.province).order_by("pk").values_list("path", flat=True)
        return self.plane.lines(found)

    def km_of(self, spots: Iterable[Any]) -> Doubles:
        """Lay things that have `lon` and `lat` onto the plane, (n, 2)."""
        kept = list(spots)
        return self.plane.laid([one.lon for one in kept], [one.lat for one in kept])


def within_km(spots_km: Doubles, others_km: Doubles, reach_km: float) -> list[list[int]]:
    """Give for each spot the others within reach, in their order."""
    if not len(spots_km) or not len(others_km):
        return [[] for _ in range(len(spots_km))]
    tree = shapely.STRtree(shapely.points(others_km))
    one, other = tree.query(shapely.points(spots_km), predicate="dwithin", distance=reach_km)
    found: list[list[int]] = [[] for _ in range(len(spots_km))]
    for near, far in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        found[near].append(far)
    return found


def nearest_of(spot_km: Doubles, others_km: Doubles, most: int) -> list[int]:
    """Give the nearest others of a spot, the nearest first."""
    away = np.hypot(*(others_km - spot_km).T)
    return np.argsort(away, kind="stable")[:most].tolist()
