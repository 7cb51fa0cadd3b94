"""Profiles of the ground along great circles of a sphere of 6371 km (ITU-R P.1812, section 3).

Plain float64: what kernels sample is checked against this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM
from hatang.core.radio.p1812.profile import INLAND
from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Doubles, Grid, written
from hatang.core.vietnamese import number

LEAST_STEPS = 2
MOST_STEPS = 1_000_000
Place = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, eq=False)
class Profile:
    """The ground between two places, evenly spaced, both ends included; all arrays are (n,).

    `distances_km` from the start; `heights_m` above the sea; `clutter_heights_m` of what stands there (at the ends too:
    a method that leaves it out there does so itself); `zones` 1 sea, 3 coastal land, 4 inland.
    """

    distances_km: Doubles
    heights_m: Doubles
    clutter_heights_m: Doubles
    zones: NDArray[np.int64]
    lons_deg: Doubles
    lats_deg: Doubles


def angle_rad(start: Place, end: Place) -> float:
    """Give the angle between two places as seen from the centre of the Earth."""
    one, two = unit_vector(start), unit_vector(end)
    return math.atan2(float(np.linalg.norm(np.cross(one, two))), float(one @ two))


def distance_km(start: Place, end: Place) -> float:
    """Give the length of the great circle between two places (lon, lat).

    >>> round(distance_km((105.0, 21.0), (105.0, 22.0)), 3)
    111.195
    """
    return EARTH_RADIUS_KM * angle_rad(start, end)


def bearing_deg(start: Place, end: Place) -> float:
    """Give the direction in which the great circle leaves its start, clockwise from north, 0 to 360.

    >>> bearing_deg((105.0, 21.0), (105.0, 22.0)), round(bearing_deg((0, 0), (1, 0)), 9)
    (0.0, 90.0)
    """
    (lon1, lat1), (lon2, lat2) = np.radians(start), np.radians(end)
    east = math.sin(lon2 - lon1) * math.cos(lat2)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return math.degrees(math.atan2(east, north)) % 360


def places_between(start: Place, end: Place, steps: int) -> tuple[Doubles, Doubles]:
    """Give longitudes and latitudes (steps + 1,) at even distances along the great circle, both ends included.

    >>> lons, lats = places_between((0, 0), (90, 0), 3)
    >>> lons.round(9).tolist(), lats.tolist()
    ([0.0, 30.0, 60.0, 90.0], [0.0, 0.0, 0.0, 0.0])
    """
    angle = angle_rad(start, end)
    share = np.arange(steps + 1) / steps
    weight = np.sin(share * angle) / math.sin(angle)
    points = np.outer(weight[::-1], unit_vector(start)) + np.outer(weight, unit_vector(end))
    lons = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    lats = np.degrees(np.arctan2(points[:, 2], np.hypot(points[:, 0], points[:, 1])))
    lons[[0, -1]], lats[[0, -1]] = (start[0], end[0]), (start[1], end[1])
    return lons, lats


def unit_vector(place: Place) -> Doubles:
    """Give a place as x, y, z on the unit sphere. Raises TerrainError for what is no place."""
    lon, lat = place
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 360 and abs(lat) <= 90):
        raise TerrainError(f"Điểm ({lon}; {lat}) không có trên Trái Đất.", "Ghi kinh độ trước, vĩ độ sau, theo độ.")
    lon, lat = math.radians(lon), math.radians(lat)
    return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])


def step_km(grid: Grid, start: Place, end: Place) -> float:
    """Give the spacing that a grid's resolution asks for between two places: the shorter side of its cells there."""
    narrow = math.cos(math.radians(max(abs(start[1]), abs(end[1]))))
    return EARTH_RADIUS_KM * math.radians(min(grid.step_lat_deg, grid.step_lon_deg * narrow))


def profile_between(
    grid: Grid,
    start: Place,
    end: Place,
    *,
    spacing_km: float | None = None,
    clutter: Grid | None = None,
    zones: Grid | None = None,
) -> Profile:
    """Sample the ground between two places (lon, lat): heights bilinear, clutter and zones of the nearest cell.

    Points are no further apart than `spacing_km`, by default what the grid's resolution asks for; there are at least
    three. Without clutter the ground is bare, without zones all is inland. Raises TerrainError for one and the same
    place, for the opposite side of the Earth, and where the path leaves a grid or meets a cell without value.
    """
    length = distance_km(start, end)
    if not 1e-6 < length < EARTH_RADIUS_KM * (math.pi - 1e-6):
        raise TerrainError("Hai đầu trùng nhau hoặc đối nhau qua tâm Trái Đất.", "Chọn hai điểm khác nhau.")
    spacing = step_km(grid, start, end) if spacing_km is None else spacing_km
    if not spacing > 0:
        raise TerrainError("Khoảng cách giữa các điểm phải dương.", "Ví dụ 0,03 km.")
    steps = max(math.ceil(length / spacing - 1e-9), LEAST_STEPS)
    if steps > MOST_STEPS:
        raise TerrainError(f"Mặt cắt có {number(steps)} đoạn, quá {number(MOST_STEPS)}.", "Dùng khoảng cách lớn hơn.")
    lons, lats = places_between(start, end, steps)
    heights = known(grid.bilinear(lons, lats), lons, lats, grid, "độ cao")
    bare = np.zeros(steps + 1)
    covers = bare if clutter is None else known(clutter.nearest(lons, lats), lons, lats, clutter, "lớp phủ")
    inland = np.full(steps + 1, float(INLAND))
    kinds = inland if zones is None else known(zones.nearest(lons, lats), lons, lats, zones, "vùng")
    distances = length * np.arange(steps + 1) / steps
    return Profile(distances, heights, covers, kinds.astype(np.int64), lons, lats)


def known(values: Doubles, lons: Doubles, lats: Doubles, grid: Grid, what: str) -> Doubles:
    """Give values back, or raise TerrainError that says where along the path there is none."""
    void = np.flatnonzero(np.isnan(values))
    if len(void):
        first = void[0]
        raise TerrainError(
            f"Không có {what} tại {number(float(lons[first]), 5)}; {number(float(lats[first]), 5)} trên mặt cắt "
            f"({number(len(void))} trong {number(len(values))} điểm).",
            f"Lưới phủ {written(grid.lattice.area)}; đọc địa hình rộng hơn.",
        )
    return values
