"""Radio-climatic parameters of a path: P.1812-8 §3.5 (refractivity), §3.6 (ducting), §3.7 (effective earth radius)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hatang.core.radio.errors import check_range
from hatang.core.radio.p1812.profile import COASTAL, INLAND, Profile, longest_km, sea_fraction

EARTH_RADIUS_KM = 6371.0
DUCTING_K = 3.0
"""The effective-earth factor that holds for the time of ducting, k_beta."""


@dataclass(frozen=True)
class Refractivity:
    """Refractivity of the air: N0 at sea level (N-units), its lapse in the lowest km (N-units/km), and whence it is."""

    n0: float
    delta_n: float
    note: str


def check_refractivity(delta_n: float, n0: float) -> None:
    """Raise RangeError unless ΔN (N-units/km) and N0 (N-units) are such as P.1812's maps have, with room to spare."""
    check_range("ΔN", delta_n, 1, 150, "đơn vị N/km")
    check_range("N0", n0, 200, 500, "đơn vị N")


VIETNAM = Refractivity(
    n0=315.0,
    delta_n=40.0,
    note=(
        "Giả định: khí quyển tham chiếu trung bình toàn cầu của ITU-R P.453 (N0 = 315, độ cao thang 7,35 km, suy ra "
        "ΔN = 315·(1 − e^(−1/7,35)) ≈ 40), không phải số liệu đo hay số liệu chính thức của Việt Nam. Bản đồ N0 và ΔN "
        "của ITU không được phép phát hành lại; ai có bản đồ thì nhập giá trị tại trung điểm đường truyền."
    ),
)
"""What is taken in Viet Nam where the user gives nothing better."""


@dataclass(frozen=True)
class Climate:
    """What the path's zones and refractivity give: parts in km, β0 in percent of time, effective radii in km."""

    sea_fraction: float
    longest_land_km: float
    longest_inland_km: float
    tau: float
    ducting_percent: float
    earth_radius_km: float
    ducting_earth_radius_km: float


def climate_of(profile: Profile, latitude_deg: float, delta_n: float) -> Climate:
    """Give the radio-climatic parameters of a path from the latitude of its middle and ΔN there (N-units/km)."""
    land_km, inland_km = longest_km(profile, COASTAL, INLAND), longest_km(profile, INLAND)
    return Climate(
        sea_fraction=sea_fraction(profile.distances_km, profile.zones),
        longest_land_km=land_km,
        longest_inland_km=inland_km,
        tau=inland_weight(inland_km),
        ducting_percent=ducting_percent(latitude_deg, land_km, inland_weight(inland_km)),
        earth_radius_km=EARTH_RADIUS_KM * 157 / (157 - delta_n),
        ducting_earth_radius_km=EARTH_RADIUS_KM * DUCTING_K,
    )


def inland_weight(longest_inland_km: float) -> float:
    """Give τ of §3.6 equation (3): 0 with no inland part, towards 1 as it grows."""
    return 1 - math.exp(-4.12e-4 * math.pow(longest_inland_km, 2.41))


def ducting_percent(latitude_deg: float, longest_land_km: float, tau: float) -> float:
    """Give β0, the percentage of time for which ducting is to be expected in the lowest 100 m (§3.6).

    >>> round(ducting_percent(48.58877214, 96.2, inland_weight(96.2)), 6)
    1.442217
    """
    latitude = abs(latitude_deg)
    by_land = math.pow(10, -longest_land_km / (16 - 6.6 * tau)) + math.pow(10, -(2.48 + 1.77 * tau))
    mu1 = min(math.pow(by_land, 0.2), 1.0)
    if latitude > 70:
        return 4.17 * mu1 * math.pow(mu1, 0.3)
    return math.pow(10, -0.015 * latitude + 1.67) * mu1 * math.pow(mu1, -0.935 + 0.0176 * latitude)
