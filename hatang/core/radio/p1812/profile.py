"""The radio path profile: P.1812-8 §3.2 (terrain and ground cover), §3.3 (radio-climatic zones)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.radio.errors import ProfileError, check_range
from hatang.core.radio.p526 import Floats, checked_path, refuse_first

SEA, COASTAL, INLAND = 1, 3, 4
NEAREST_KM, FARTHEST_KM = 0.25, 3000.0
HIGHEST_CLUTTER_M = 1000

Zones = NDArray[np.int64]


@dataclass(frozen=True)
class Profile:
    """A path of n points: distances in km from 0, ground above sea and ground cover above it in m, zones (1, 3, 4)."""

    distances_km: Floats
    heights_m: Floats
    clutter_heights_m: Floats
    zones: Zones

    @property
    def length_km(self) -> float:
        """Give the distance of the terminals in km."""
        return float(self.distances_km[-1])

    @property
    def surface_m(self) -> Floats:
        """Give g (n,), the ground with its cover, above sea; the bare ground at both terminals (§3.2)."""
        covered = self.heights_m + self.clutter_heights_m
        covered[[0, -1]] = self.heights_m[[0, -1]]
        return covered


def checked_profile(
    distances_km: ArrayLike,
    heights_m: ArrayLike,
    clutter_heights_m: ArrayLike | None = None,
    zones: ArrayLike | None = None,
) -> Profile:
    """Give the profile; no cover and inland all the way where they are not given.

    Raises ProfileError with the point at fault, RangeError for a path outside 0.25 to 3000 km.

    >>> checked_profile([0, 1, 2], [5, 6, 7], [10, 10, 10]).surface_m.tolist()
    [5.0, 16.0, 7.0]
    """
    distances, heights = checked_path(np.asarray(distances_km, np.float64), np.asarray(heights_m, np.float64))
    check_range("chiều dài đường truyền", float(distances[-1]), NEAREST_KM, FARTHEST_KM, "km")
    clutter = np.zeros_like(heights) if clutter_heights_m is None else np.asarray(clutter_heights_m, np.float64)
    kinds = np.full(len(heights), INLAND) if zones is None else np.asarray(zones)
    if clutter.shape != heights.shape or kinds.shape != heights.shape:
        raise ProfileError("Mặt cắt phải có một lớp phủ và một vùng cho mỗi điểm.")
    refuse_first(
        ~((clutter >= 0) & (clutter <= HIGHEST_CLUTTER_M)), f"lớp phủ phải cao từ 0 đến {HIGHEST_CLUTTER_M} m."
    )
    refuse_first(~np.isin(kinds, (SEA, COASTAL, INLAND)), "vùng phải là 1 (biển), 3 (đất ven biển) hoặc 4 (nội địa).")
    return Profile(distances, heights, clutter, kinds.astype(np.int64))


def lengths_km(distances_km: Floats) -> Floats:
    """Give what each point of a profile stands for (n,): half the way to the point before and to the one behind.

    >>> lengths_km(np.array([0.0, 1.0, 4.0])).tolist()
    [0.5, 2.0, 1.5]
    """
    half = np.diff(distances_km) / 2
    lengths = np.zeros_like(distances_km)
    lengths[:-1] += half
    lengths[1:] += half
    return lengths


def sea_fraction(distances_km: Floats, zones: ArrayLike) -> float:
    """Give the part of a path that is over the sea, 0 to 1 (§3.3).

    >>> sea_fraction(np.array([0.0, 1.0, 2.0]), [4, 1, 1])
    0.75
    """
    return float(lengths_km(distances_km)[np.asarray(zones) == SEA].sum() / distances_km[-1])


def longest_km(profile: Profile, *kinds: int) -> float:
    """Give the length in km of the longest unbroken part of the path in these zones.

    >>> longest_km(checked_profile([0, 1, 2, 3], [0, 0, 0, 0], None, [4, 1, 4, 4]), INLAND)
    1.5
    """
    inside = np.isin(profile.zones, kinds).astype(np.int8)
    edges = np.flatnonzero(np.diff(inside, prepend=0, append=0))
    upto_km = np.concatenate([[0.0], np.cumsum(lengths_km(profile.distances_km))])
    return float(np.max(upto_km[edges[1::2]] - upto_km[edges[::2]], initial=0.0))


def to_coast_km(profile: Profile, *, from_receiver: bool = False) -> float:
    """Give the distance over land from a terminal to the sea along the path (§3.4), the whole path without sea.

    >>> path = checked_profile([0, 1, 2, 3], [0, 0, 0, 0], None, [3, 1, 1, 1])
    >>> to_coast_km(path), to_coast_km(path, from_receiver=True)
    (0.5, 0.0)
    """
    order = slice(None, None, -1) if from_receiver else slice(None)
    sea = (profile.zones == SEA)[order]
    lengths = lengths_km(profile.distances_km)[order]
    return float(lengths[: int(sea.argmax())].sum()) if sea.any() else profile.length_km
