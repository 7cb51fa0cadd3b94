"""Diffraction: Bullington, the spherical earth, and delta-Bullington of Recommendation ITU-R P.526-15 (10/2019).

§3.1.1 (first term of the residue series), §3.2 (spherical earth for any distance), §4.1 (knife edge), §4.5.1
(Bullington), §4.5.2 (delta-Bullington). The same equations stand in P.1812-8 §4.3 with another wavelength and other
effective radii, so both are arguments. Everything is double precision; a path is n points from the transmitter
to the receiver, distances in km, heights in m above sea.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.errors import ProfileError, RangeError, check_range

VERSION = "ITU-R P.526-15 (10/2019), delta-Bullington"
EARTH_RADIUS_KM = 8500.0
"""The effective radius of the median atmosphere (4/3 of the earth's), as in the Recommendation's own examples."""
HORIZONTAL, VERTICAL = 1, 2
LAND, SEA = (22.0, 0.003), (80.0, 5.0)
"""Relative permittivity and conductivity in S/m of average ground and of the sea."""

LEAST_POINTS = 3
HIGHEST_M = 9000

Floats = NDArray[np.float64]


class Constants(NamedTuple):
    """Where the Recommendations differ in rounding: wavelength, scales of the first term, free clearance, beta.

    `light_m_ghz` is wavelength in m times frequency in GHz; `distance` and `height` bring km and m of a path to the
    normalised ones of the first term; `clearance` scales the least clearance that is free of loss; `always_beta` is
    whether the ground's admittance bears on the first term at all frequencies (P.1812), or not where it is negligible
    (P.526 §3.1.1.2: horizontal polarisation; vertical above 20 MHz over land, 300 MHz over the sea).
    """

    light_m_ghz: float
    distance: float
    height: float
    clearance: float
    always_beta: bool


P526 = Constants(0.3, 10 * (math.pi / 0.3) ** (1 / 3), 0.2 * (math.pi / 0.3) ** (2 / 3), 0.552 * math.sqrt(1000), False)
"""P.526's form in consistent units, with light at 3e8 m/s as in the Study Group's examples."""


@dataclass(frozen=True)
class Wave:
    """What crosses a path: the frequency in GHz, the polarisation (1 horizontal, 2 vertical), and over how much sea.

    `sea_fraction` is the part of the path over the sea, 0 to 1.
    """

    frequency_ghz: float
    polarisation: int
    sea_fraction: float = 0.0
    constants: Constants = P526

    @property
    def wavelength_m(self) -> float:
        """Give the wavelength in m."""
        return self.constants.light_m_ghz / self.frequency_ghz


@dataclass(frozen=True)
class GroundPath:
    """A path over ground: n distances in km from 0 on, n heights in m above sea, the antennas' heights above sea."""

    distances_km: Floats
    surface_m: Floats
    transmitter_m: float
    receiver_m: float

    @property
    def length_km(self) -> float:
        """Give the distance of the terminals in km."""
        return float(self.distances_km[-1])


@dataclass(frozen=True)
class SmoothPath:
    """A path over the smooth earth: its length in km and the antennas' effective heights in m, above 0."""

    length_km: float
    transmitter_m: float
    receiver_m: float


class FirstTerm(NamedTuple):
    """The first term of the residue series, in dB: of distance, and of the height gain of each terminal."""

    distance_db: float
    transmitter_db: float
    receiver_db: float

    @property
    def loss_db(self) -> float:
        """Give the loss, positive where the field is below that of free space."""
        return -self.distance_db - self.transmitter_db - self.receiver_db


@dataclass(frozen=True)
class DeltaBullington:
    """The delta-Bullington loss in dB and its parts: the path's, the smooth path's by Bullington, the sphere's."""

    path_db: float
    smooth_db: float
    spherical_db: float

    @property
    def loss_db(self) -> float:
        """Give the diffraction loss: the path's, and what the spherical earth has above its Bullington part."""
        return self.path_db + max(self.spherical_db - self.smooth_db, 0.0)


def diffraction_loss(
    *,
    frequency_ghz: float,
    polarisation: int,
    distances_km: Floats,
    heights_m: Floats,
    transmitter_height_m: float,
    receiver_height_m: float,
    sea_fraction: float = 0.0,
    earth_radius_km: float = EARTH_RADIUS_KM,
) -> DeltaBullington:
    """Give the delta-Bullington diffraction loss of a path above free space, with its parts (§4.5.2).

    `distances_km` (n,) ascend from 0, `heights_m` (n,) are of the ground above sea, n is 3 or more. Antennas stand
    0.5 to 3000 m above the ground at the ends; frequencies of 0.01 to 1000 GHz; polarisation 1 horizontal, 2 vertical;
    effective earth radius 1000 to 100,000 km. Raises RangeError, ProfileError.

    >>> flat = diffraction_loss(
    ...     frequency_ghz=0.1, polarisation=1, distances_km=np.linspace(0, 60, 61), heights_m=np.zeros(61),
    ...     transmitter_height_m=30, receiver_height_m=10)
    >>> round(flat.path_db, 2), round(flat.smooth_db, 2), round(flat.spherical_db, 2), round(flat.loss_db, 2)
    (16.96, 16.96, 43.2, 43.2)
    """
    for quantity, value, low, high, unit in (
        ("tần số", frequency_ghz, 0.01, 1000, "GHz"),
        ("độ cao ăng ten phát", transmitter_height_m, 0.5, 3000, "m"),
        ("độ cao ăng ten thu", receiver_height_m, 0.5, 3000, "m"),
        ("phần đường trên biển", sea_fraction, 0, 1, ""),
        ("bán kính hiệu dụng của Trái Đất", earth_radius_km, 1000, 100_000, "km"),
    ):
        check_range(quantity, value, low, high, unit)
    check_polarisation(polarisation)
    distances_km, heights_m = checked_path(distances_km, heights_m)
    transmitter_m, receiver_m = heights_m[0] + transmitter_height_m, heights_m[-1] + receiver_height_m
    path = GroundPath(distances_km, heights_m, float(transmitter_m), float(receiver_m))
    wave = Wave(frequency_ghz, polarisation, sea_fraction)
    return delta_bullington(path, diffraction_surface(path), wave, earth_radius_km)


def check_polarisation(polarisation: int) -> None:
    """Raise RangeError unless it is 1 (horizontal) or 2 (vertical)."""
    if polarisation not in (HORIZONTAL, VERTICAL):
        raise RangeError("phân cực (1 ngang, 2 đứng)", polarisation, HORIZONTAL, VERTICAL, "")


def checked_path(distances_km: Floats, heights_m: Floats) -> tuple[Floats, Floats]:
    """Give distances and heights as float64, or raise ProfileError saying which point is at fault."""
    distances_km, heights_m = (np.asarray(values, dtype=np.float64) for values in (distances_km, heights_m))
    if distances_km.ndim != 1 or distances_km.shape != heights_m.shape:
        raise ProfileError("Mặt cắt phải có một độ cao cho mỗi khoảng cách.")
    if len(distances_km) < LEAST_POINTS:
        raise ProfileError(f"Mặt cắt có {len(distances_km)} điểm; cần ít nhất {LEAST_POINTS}.")
    refuse_first(~np.isfinite(distances_km), "khoảng cách không phải số hữu hạn.")
    refuse_first(~(np.abs(heights_m) <= HIGHEST_M), f"độ cao phải từ -{HIGHEST_M} đến {HIGHEST_M} m.")
    if distances_km[0] != 0:
        raise ProfileError("khoảng cách phải là 0, ở chân ăng ten phát.", 0)
    refuse_first(np.diff(distances_km, prepend=-1.0) <= 0, "khoảng cách phải lớn hơn điểm trước.")
    return distances_km, heights_m


def refuse_first(wrong: NDArray[np.bool_], message: str) -> None:
    """Raise ProfileError for the first point that is marked."""
    if wrong.any():
        raise ProfileError(message, int(wrong.argmax()))


def delta_bullington(path: GroundPath, smooth_m: tuple[float, float], wave: Wave, radius_km: float) -> DeltaBullington:
    """Give the delta-Bullington loss of a path over its smooth surface (§4.5.2, P.1812-8 §4.3.4).

    `smooth_m` are the heights of the smooth surface at the terminals for diffraction, see `diffraction_surface`.
    """
    smooth = SmoothPath(path.length_km, path.transmitter_m - smooth_m[0], path.receiver_m - smooth_m[1])
    level = GroundPath(path.distances_km, np.zeros_like(path.surface_m), smooth.transmitter_m, smooth.receiver_m)
    return DeltaBullington(
        path_db=bullington_loss_db(path, wave, radius_km),
        smooth_db=bullington_loss_db(level, wave, radius_km),
        spherical_db=spherical_earth_loss_db(smooth, wave, radius_km),
    )


def knife_edge_loss_db(v: float) -> float:
    """Give J(v), the loss in dB over a single knife edge (§4.1); 0 for v of -0.78 or less.

    >>> round(knife_edge_loss_db(0.0), 3), knife_edge_loss_db(-0.8)
    (6.033, 0.0)
    """
    if v <= -0.78:
        return 0.0
    return 6.9 + 20 * math.log10(math.sqrt((v - 0.1) ** 2 + 1) + v - 0.1)


def bullington_loss_db(path: GroundPath, wave: Wave, radius_km: float) -> float:
    """Give the Bullington loss in dB (§4.5.1, P.1812-8 §4.3.1).

    Where some ground is above the line of sight, the two horizons meet in the one edge that counts; else it is the
    ground with the least clearance. The ends of `surface_m` do not count.

    >>> hill = GroundPath(np.array([0.0, 5.0, 10.0]), np.array([0.0, 100.0, 0.0]), 30.0, 30.0)
    >>> round(bullington_loss_db(hill, Wave(1.0, HORIZONTAL), 8500.0), 3)
    34.207
    """
    total, d = path.length_km, path.distances_km[1:-1]
    ground = path.surface_m[1:-1] + 500 / radius_km * d * (total - d)
    up = float(np.max((ground - path.transmitter_m) / d))
    if up < (path.receiver_m - path.transmitter_m) / total:
        v = float(np.max(fresnel_parameter(d, ground, path, wave)))
    else:
        down = float(np.max((ground - path.receiver_m) / (total - d)))
        point_km = (path.receiver_m - path.transmitter_m + down * total) / (up + down)
        v = float(fresnel_parameter(np.float64(point_km), np.float64(path.transmitter_m + up * point_km), path, wave))
    edge = knife_edge_loss_db(v)
    return edge + (1 - math.exp(-edge / 6)) * (10 + 0.02 * total)


def fresnel_parameter(
    d: Floats | np.float64, top_m: Floats | np.float64, path: GroundPath, wave: Wave
) -> Floats | np.float64:
    """Give v, the diffraction parameter of tops (m, the curvature in them) at distances d (km) on the path (§4.1)."""
    total = path.length_km
    ray_m = (path.transmitter_m * (total - d) + path.receiver_m * d) / total
    return (top_m - ray_m) * np.sqrt(0.002 * total / (wave.wavelength_m * d * (total - d)))


def spherical_earth_loss_db(path: SmoothPath, wave: Wave, radius_km: float) -> float:
    """Give the diffraction loss in dB over a spherical earth (§3.2, P.1812-8 §4.3.2), never below 0 in line of sight.

    Beyond the marginal line-of-sight distance it is the first term. Within, it is nothing where the least clearance is
    enough, else the first term over the earth that would make the path marginal, in proportion to what is lacking.
    """
    d, h1, h2 = path.length_km, path.transmitter_m, path.receiver_m
    if d >= math.sqrt(2 * radius_km) * (math.sqrt(0.001 * h1) + math.sqrt(0.001 * h2)):
        return first_term_loss_db(path, wave, radius_km)
    near = near_part_km(path, radius_km)
    clearance_m = ((h1 - 500 * near**2 / radius_km) * (d - near) + (h2 - 500 * (d - near) ** 2 / radius_km) * near) / d
    enough_m = wave.constants.clearance * math.sqrt(near * (d - near) * wave.wavelength_m / d)
    if clearance_m > enough_m:
        return 0.0
    marginal_km = 500 * (d / (math.sqrt(h1) + math.sqrt(h2))) ** 2
    return (1 - clearance_m / enough_m) * max(first_term_loss_db(path, wave, marginal_km), 0.0)


def near_part_km(path: SmoothPath, radius_km: float) -> float:
    """Give the distance in km from the transmitter to where the line of sight is closest to the smooth earth (§3.2)."""
    heights = path.transmitter_m + path.receiver_m
    c = (path.transmitter_m - path.receiver_m) / heights
    m = 250 * path.length_km**2 / (radius_km * heights)
    angle = math.acos(1.5 * c * math.sqrt(3 * m / (m + 1) ** 3))
    return path.length_km / 2 * (1 + 2 * math.sqrt((m + 1) / (3 * m)) * math.cos((math.pi + angle) / 3))


def first_term_loss_db(path: SmoothPath, wave: Wave, radius_km: float) -> float:
    """Give the first-term loss in dB, land and sea weighted by their parts of the path (P.1812-8 §4.3.3)."""
    land, sea = (first_term(path, wave, radius_km, ground).loss_db for ground in (LAND, SEA))
    return wave.sea_fraction * sea + (1 - wave.sea_fraction) * land


def first_term(path: SmoothPath, wave: Wave, radius_km: float, ground: tuple[float, float]) -> FirstTerm:
    """Give the first term of the residue series over one kind of ground (§3.1.1.2, P.1812-8 §4.3.3).

    `ground` is its relative permittivity and its conductivity in S/m.
    """
    f, k = wave.frequency_ghz, surface_admittance(wave, radius_km, ground)
    beta = admittance_factor(k) if beta_counts(wave, ground) else 1.0
    x = wave.constants.distance * beta * (f / radius_km**2) ** (1 / 3) * path.length_km
    b_per_m = wave.constants.height * beta**2 * (f**2 / radius_km) ** (1 / 3)
    gains = (height_gain_db(b_per_m * height, k) for height in (path.transmitter_m, path.receiver_m))
    return FirstTerm(distance_term_db(x), *gains)


def beta_counts(wave: Wave, ground: tuple[float, float]) -> bool:
    """Tell whether the admittance of the ground bears on the normalised lengths."""
    negligible_from_ghz = 0.3 if ground == SEA else 0.02
    return wave.constants.always_beta or (wave.polarisation == VERTICAL and wave.frequency_ghz < negligible_from_ghz)


def admittance_factor(k: float) -> float:
    """Give beta, by which the admittance K shortens the normalised lengths (§3.1.1.2)."""
    return (1 + 1.6 * k**2 + 0.67 * k**4) / (1 + 4.5 * k**2 + 1.53 * k**4)


def surface_admittance(wave: Wave, radius_km: float, ground: tuple[float, float]) -> float:
    """Give K, the normalised factor for the surface admittance of a ground (§3.1.1.1)."""
    permittivity, lossy = ground[0], 18 * ground[1] / wave.frequency_ghz
    k = 0.036 * (radius_km * wave.frequency_ghz) ** (-1 / 3) * ((permittivity - 1) ** 2 + lossy**2) ** (-1 / 4)
    return float(k * math.sqrt(permittivity**2 + lossy**2) if wave.polarisation == VERTICAL else k)


def distance_term_db(x: float) -> float:
    """Give the distance term of the normalised distance x (§3.1.1.2)."""
    return 11 + 10 * math.log10(x) - 17.6 * x if x >= 1.6 else -20 * math.log10(x) - 5.6488 * x**1.425


def height_gain_db(b: float, k: float) -> float:
    """Give the gain of a normalised height b over ground of admittance k (§3.1.1.2), at least 2 + 20 log k."""
    gain = 17.6 * math.sqrt(b - 1.1) - 5 * math.log10(b - 1.1) - 8 if b > 2 else 20 * math.log10(b + 0.1 * b**3)
    return max(gain, 2 + 20 * math.log10(k))


def fitted_surface(distances_km: Floats, heights_m: Floats) -> tuple[float, float]:
    """Give the heights (m above sea) at both ends of the straight line that fits the ground best, by least squares.

    §4.5.2, P.1812-8 Attachment 1 §5.1.

    >>> fitted_surface(np.array([0.0, 1.0, 4.0]), np.array([10.0, 11.0, 14.0]))
    (10.0, 14.0)
    """
    total, d, h = float(distances_km[-1]), distances_km, heights_m
    step = np.diff(d)
    v1 = float(np.sum(step * (h[1:] + h[:-1])))
    v2 = float(np.sum(step * (h[1:] * (2 * d[1:] + d[:-1]) + h[:-1] * (d[1:] + 2 * d[:-1]))))
    return (2 * v1 * total - v2) / total**2, (v2 - v1 * total) / total**2


def diffraction_surface(path: GroundPath) -> tuple[float, float]:
    """Give the heights (m above sea) of the smooth surface at both terminals, for diffraction.

    §4.5.2, P.1812-8 Attachment 1 §5.2: the fitted line, lowered where obstacles stand above the line of sight, and
    nowhere above the ground at the terminals. `surface_m` is the bare ground.
    """
    at_transmitter, at_receiver = fitted_surface(path.distances_km, path.surface_m)
    total, d = path.length_km, path.distances_km[1:-1]
    above = path.surface_m[1:-1] - (path.transmitter_m * (total - d) + path.receiver_m * d) / total
    highest = float(np.max(above))
    if highest > 0:
        from_transmitter, from_receiver = float(np.max(above / d)), float(np.max(above / (total - d)))
        at_transmitter -= highest * from_transmitter / (from_transmitter + from_receiver)
        at_receiver -= highest * from_receiver / (from_transmitter + from_receiver)
    return min(at_transmitter, float(path.surface_m[0])), min(at_receiver, float(path.surface_m[-1]))
