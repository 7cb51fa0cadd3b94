"""Made-up ground for Lạng Sơn: villages lie in valleys, karst hills rise between them; no real height is in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hatang.core.terrain.grid import Area, Grid, Lattice, lattice_around
from hatang.coverage.models import Terrain
from hatang.coverage.services.terrain.area import province_area
from hatang.coverage.services.terrain.storing import store_terrain
from hatang.places.models import Place
from hatang.sample.chance import chance
from hatang.sample.ground import KM_PER_DEGREE, Point, point_of
from hatang.sample.territories import Territory

STEP_DEG = 3 / 3600
LOWEST_M, HIGHEST_M = 20.0, 1541.0
"""Lạng Sơn has nothing higher than Mẫu Sơn."""
VALLEY_KM, RIDGE_KM = 0.2, 1.8
"""How far from a village the ground stays flat, and from where on it is as high as it gets."""
ROUNDING_CELLS = 2
SAID = "Đồi núi bịa ra để dùng thử: thấp ở gần các thôn, cao dần khi xa thôn; không dùng cho địa hình thật."

Values = NDArray[np.float32]


def store_ground(territory: Territory, province: Place) -> Terrain:
    """Make and keep the terrain of a territory's province, marked, about the places that it has."""
    villages = Place.objects.villages().filter(province=province).order_by("code")
    heights = make_ground(territory, province_area(province), [point_of(village) for village in villages])
    terrain = Terrain(
        province=province,
        title=f"Địa hình mẫu {province.name}",
        source="Dữ liệu mẫu của chương trình, không phải độ cao thật",
        licence="Không hạn chế",
        simulated=True,
    )
    return store_terrain(actor=None, terrain=terrain, heights=heights, report={"sentences": [SAID]})


def make_ground(territory: Territory, area: Area, valleys: Sequence[Point]) -> Grid:
    """Make heights over an area, whole metres, the same in every run."""
    lattice = lattice_around(area, STEP_DEG, STEP_DEG)
    away = rounded(smooth((distances_km(lattice, valleys) - VALLEY_KM) / (RIDGE_KM - VALLEY_KM)))
    relief = {name: waves(f"{name}:{territory.prefix}", lattice, apart_km) for name, apart_km in WAVES.items()}
    crests = 460 * sharp(relief["ridges"]) + 260 * sharp(relief["spurs"]) + 130 * relief["towers"]
    heights = 100 + 330 * relief["rolling"] + away * (60 + (0.3 + relief["ranges"]) * crests * 1.25)
    return Grid.over(lattice, np.round(np.clip(heights, LOWEST_M, HIGHEST_M)))


WAVES = {"rolling": 60.0, "ranges": 26.0, "ridges": 11.0, "spurs": 5.0, "towers": 2.1}
"""How far apart the tops of each kind of relief are, about, km."""
DIRECTIONS = 40


def sharp(noise: Values) -> Values:
    """Turn what lies in the middle of noise from 0 to 1 into crests."""
    return np.asarray(1 - np.abs(2 * noise - 1), dtype=np.float32)


def waves(subject: str, lattice: Lattice, apart_km: float) -> Values:
    """Make gentle noise from 0 to 1: waves of about one length that run in drawn directions, added up.

    The cosine of a sum is a sum of products, so that a wave over all cells costs no more than one over the edges.
    """
    draw = chance(subject)
    north_km = (lattice.lats_deg() - lattice.south_deg) * KM_PER_DEGREE
    east_km = (lattice.lons_deg() - lattice.west_deg) * KM_PER_DEGREE * math.cos(math.radians(lattice.south_deg))
    ways = [draw.uniform(0, math.pi) for _ in range(DIRECTIONS)]
    turns = [2 * math.pi / (apart_km * draw.uniform(0.7, 1.5)) for _ in ways]
    begins = np.array([draw.uniform(0, 2 * math.pi) for _ in ways])
    up = np.outer(north_km, np.sin(ways) * turns)
    across = np.outer(east_km, np.cos(ways) * turns) + begins
    total = np.cos(up) @ np.cos(across).T - np.sin(up) @ np.sin(across).T
    return np.clip(0.5 + total / (4 * math.sqrt(DIRECTIONS / 2)), 0, 1).astype(np.float32)


def smooth(part: NDArray[np.floating]) -> Values:
    """Lead from 0 to 1 without an edge at either end."""
    held = np.clip(part, 0, 1)
    return np.asarray(held * held * (3 - 2 * held), dtype=np.float32)


def rounded(values: Values) -> Values:
    """Take the edge off what meets at a crease: means over a few cells, down and across, twice."""
    for axis in (0, 1, 0, 1):
        width = 2 * ROUNDING_CELLS + 1
        edges = [(ROUNDING_CELLS + 1, ROUNDING_CELLS) if side == axis else (0, 0) for side in (0, 1)]
        sums = np.cumsum(np.pad(values, edges, mode="edge"), axis=axis, dtype=np.float64)
        ahead, behind = np.split(sums, [width], axis=axis)[1], np.split(sums, [-width], axis=axis)[0]
        values = ((ahead - behind) / width).astype(np.float32)
    return values


def distances_km(lattice: Lattice, points: Sequence[Point]) -> Values:
    """Give each cell's distance to the nearest point (rows, columns), at most that at which the ridges are reached."""
    found = np.full(lattice.shape, RIDGE_KM**2, dtype=np.float32)
    up_km = lattice.lats_deg() * KM_PER_DEGREE
    for lon, lat in points:
        east_km = KM_PER_DEGREE * math.cos(math.radians(lat))
        rows, columns = lattice.indices(lon, lat)
        tall, wide = RIDGE_KM / KM_PER_DEGREE / lattice.step_lat_deg, RIDGE_KM / east_km / lattice.step_lon_deg
        down = slice(max(int(rows - tall), 0), max(int(rows + tall) + 1, 0))
        across = slice(max(int(columns - wide), 0), max(int(columns + wide) + 1, 0))
        right_km = (lattice.lons_deg()[across] - lon) * east_km
        apart = (up_km[down, None] - lat * KM_PER_DEGREE) ** 2 + right_km[None, :] ** 2
        np.minimum(found[down, across], apart, out=found[down, across], casting="same_kind")
    return np.sqrt(found)
