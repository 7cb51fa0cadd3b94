"""Microwave hops: line of sight and clearance of the first Fresnel zone over a path's ground.

Recommendation ITU-R P.530-17 (12/2017) §2.2 (clearance, equations 2 and 3) and P.526-15 (10/2019) §4.1 (a path with
0.6 of the first Fresnel zone free loses nothing worth counting to diffraction). P.530's steps for a design ask more for
long paths (§2.2.2.1: above some 30 km in tropical climates); hops that a plan proposes stay shorter, see `LONGEST_KM`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.radio.errors import check_range
from hatang.core.radio.p526 import EARTH_RADIUS_KM, checked_path

VERSION = "ITU-R P.530-17 (12/2017) §2.2, P.526-15 (10/2019) §4.1"
FREE_SHARE = 0.6
"""Of the first Fresnel zone, what must be free for a path to count as unobstructed."""
LONGEST_KM = 30.0
"""Up to here P.530 §2.2.2.1 asks nothing more of paths in tropical climates for the least refraction."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clearance:
    """The point of a path that comes furthest into the first Fresnel zone.

    `distance_km` is from the start; `clearance_m` how far the ray passes above the ground there, negative below it;
    `fresnel_m` the radius of the first Fresnel zone there.
    """

    distance_km: float
    clearance_m: float
    fresnel_m: float

    @property
    def free_share(self) -> float:
        """The clearance in radii of the first Fresnel zone."""
        return self.clearance_m / self.fresnel_m

    @property
    def in_sight(self) -> bool:
        """Whether the ends see each other."""
        return self.clearance_m > 0

    @property
    def is_clear(self) -> bool:
        """Whether enough of the first Fresnel zone is free."""
        return self.free_share >= FREE_SHARE


def fresnel_radius_m(distances_km: ArrayLike, *, length_km: float, frequency_ghz: float) -> Floats:
    """Give the radius of the first Fresnel zone at distances from the start, m (P.530-17 §2.2, equation 3).

    F1 = 17.3 sqrt(d1 d2 / (f d)): distances within the path, lengths in km above 0, frequencies of 0.3 to 100 GHz.
    Raises RangeError.

    >>> fresnel_radius_m([16.0], length_km=40.0, frequency_ghz=4.0).round(1).tolist()  # 17.3 sqrt(2.4)
    [26.8]
    """
    check_range("tần số", frequency_ghz, 0.3, 100, "GHz")
    check_range("khoảng cách", length_km, 1e-6, 1e3, "km")
    along = np.asarray(distances_km, dtype=np.float64)
    for end in (along.min(initial=0.0), along.max(initial=0.0)):
        check_range("khoảng cách từ đầu đường", float(end), 0, length_km, "km")
    return np.asarray(17.3 * np.sqrt(along * (length_km - along) / (frequency_ghz * length_km)))


def obstruction_loss_db(free_share: float) -> float:
    """Give the loss of an average path whose clearance is so many radii of the first Fresnel zone (P.530-17 eq. 2).

    Ad = -20 h/F1 + 10, valid for losses above about 15 dB and used down to grazing; nothing from 0.5 radii on.

    >>> obstruction_loss_db(-0.5), obstruction_loss_db(0.0), obstruction_loss_db(0.6)
    (20.0, 10.0, 0.0)
    """
    return max(10.0 - 20.0 * free_share, 0.0)


def bulge_m(distances_km: ArrayLike, *, length_km: float, earth_radius_km: float = EARTH_RADIUS_KM) -> Floats:
    """Give by how much the bent Earth rises into a path, m; the radius is the effective one, 4/3 of the Earth's.

    >>> bulge_m([25.0], length_km=50.0).round(1).tolist()  # d1 d2 / (12.75 k), k = 4/3
    [36.8]
    """
    along = np.asarray(distances_km, dtype=np.float64)
    return np.asarray(1000 * along * (length_km - along) / (2 * earth_radius_km))


def worst_clearance(
    distances_km: Floats,
    heights_m: Floats,
    *,
    start_height_m: float,
    end_height_m: float,
    frequency_ghz: float,
    earth_radius_km: float = EARTH_RADIUS_KM,
) -> Clearance:
    """Give where a path comes furthest into its first Fresnel zone; its ends do not count.

    `distances_km` (n,) ascend from 0, `heights_m` (n,) are of the ground (and what stands on it) above sea, n is 3 or
    more; antennas 0.5 to 3000 m above the ground at the ends; effective radius 1000 to 100,000 km. Raises RangeError,
    ProfileError.

    >>> hill = np.array([0.0, 5.0, 10.0]), np.array([0.0, 20.0, 0.0])
    >>> worst = worst_clearance(*hill, start_height_m=30, end_height_m=30, frequency_ghz=15)
    >>> round(worst.clearance_m, 2), round(worst.fresnel_m, 2), worst.in_sight, worst.is_clear
    (8.53, 7.06, True, True)
    """
    for quantity, value in (("độ cao ăng ten đầu", start_height_m), ("độ cao ăng ten cuối", end_height_m)):
        check_range(quantity, value, 0.5, 3000, "m")
    check_range("bán kính hiệu dụng của Trái Đất", earth_radius_km, 1000, 100_000, "km")
    distances_km, heights_m = checked_path(distances_km, heights_m)
    length_km = float(distances_km[-1])
    between, ground = distances_km[1:-1], heights_m[1:-1]
    share = between / length_km
    ray = (heights_m[0] + start_height_m) * (1 - share) + (heights_m[-1] + end_height_m) * share
    room = ray - ground - bulge_m(between, length_km=length_km, earth_radius_km=earth_radius_km)
    radii = fresnel_radius_m(between, length_km=length_km, frequency_ghz=frequency_ghz)
    worst = int(np.argmin(room / radii))
    return Clearance(float(between[worst]), float(room[worst]), float(radii[worst]))


def horizon_km(height_m: float, earth_radius_km: float = EARTH_RADIUS_KM) -> float:
    """Give how far the smooth Earth's horizon lies from a height, km (P.526-15 §3.2): sqrt(2 a h).

    >>> round(horizon_km(45.0), 1)
    27.7
    """
    check_range("độ cao", height_m, 0, 10_000, "m")
    return math.sqrt(2 * earth_radius_km * height_m / 1000)
