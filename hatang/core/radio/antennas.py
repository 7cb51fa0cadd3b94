"""Antenna patterns: 3GPP TR 38.901 Table 7.3-1, TR 36.814 §A.2.1.1, two measured cuts, and how tilt turns them.

Angles in degrees. Azimuth is counted clockwise, 0 along the antenna's axis (the cell's azimuth on the ground);
elevation is positive upward, 0 the horizon. Tilts are positive downward. Electrical tilt bends the beam alike in every
direction, so it shifts the elevation; mechanical tilt turns the whole antenna about its horizontal axis, so that what
points backward rises by as much as the front sinks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.radio.ranges import Floats, within

Floats32 = NDArray[np.float32]
AZIMUTHS, ELEVATIONS = 361, 181
"""Size of a sampled table: azimuths -180 to 180, elevations -90 to 90, one degree apart."""
MOST_TILT_DEG = 45.0


class Pattern(Protocol):
    """What every antenna can tell: its name, highest gain, the tilt built in, and how much weaker it is elsewhere."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def max_gain_dbi(self) -> float:
        """The gain in the strongest direction."""

    @property
    def built_in_tilt_deg(self) -> float:
        """The electrical tilt that its attenuations already hold."""

    def attenuation_db(self, azimuth_deg: Floats, elevation_deg: Floats) -> Floats:
        """Give how many dB below the highest gain, of arrays that broadcast; never negative."""


@dataclass(frozen=True)
class Beam:
    """A pattern with parabolic main beam and a floor, the form of TR 38.901 Table 7.3-1 and TR 36.814 §A.2.1.1.

    Half-power widths in degrees; None spreads alike in all directions of that plane. `front_to_back_db` bounds the
    horizontal and the whole attenuation (A_m, A_max), `side_lobe_db` the vertical one (SLA_V).
    """

    name: str
    max_gain_dbi: float
    horizontal_width_deg: float | None
    vertical_width_deg: float | None
    front_to_back_db: float
    side_lobe_db: float
    built_in_tilt_deg: float = 0.0

    def __post_init__(self) -> None:
        """Raise RangeError for widths, gains and floors that no antenna has."""
        within("độ lợi ăng ten", self.max_gain_dbi, -10.0, 50.0, "dBi")
        for width in (self.horizontal_width_deg, self.vertical_width_deg):
            if width is not None:
                within("độ rộng búp sóng", width, 0.5, 360.0, "°")
        within("mức suy giảm sau lưng", self.front_to_back_db, 0.0, 100.0, "dB")
        within("mức suy giảm búp phụ", self.side_lobe_db, 0.0, 100.0, "dB")

    def attenuation_db(self, azimuth_deg: Floats, elevation_deg: Floats) -> Floats:
        """Give min(A_H + A_V, A_max) of arrays that broadcast."""
        across = parabola_db(azimuth_deg, self.horizontal_width_deg, self.front_to_back_db)
        upright = parabola_db(elevation_deg, self.vertical_width_deg, self.side_lobe_db)
        floor = self.side_lobe_db if self.horizontal_width_deg is None else self.front_to_back_db
        return np.minimum(across + upright, floor)


def parabola_db(off_axis_deg: Floats, width_deg: float | None, floor_db: float) -> Floats:
    """Give min(12 (angle / width)^2, floor), the angle first brought into -180..180."""
    if width_deg is None:
        return np.zeros_like(off_axis_deg)
    return np.minimum(12 * (wrapped_deg(off_axis_deg) / width_deg) ** 2, floor_db)


ELEMENT = Beam("phần tử TR 38.901 (8 dBi, 65°)", 8.0, 65.0, 65.0, 30.0, 30.0)
"""One element of a panel, TR 38.901 Table 7.3-1."""
SECTOR = Beam("ăng ten quạt TR 36.814 (14 dBi, 70° × 10°)", 14.0, 70.0, 10.0, 25.0, 20.0)
"""A sector of a large cell, TR 36.814 §A.2.1.1 (3GPP cases 1 and 3); its gain already counts the loss of the cable."""


def omnidirectional(max_gain_dbi: float, vertical_width_deg: float | None = None, side_lobe_db: float = 20.0) -> Beam:
    """Give an antenna that sends alike to all sides; used only where somebody said that a cell is one.

    >>> gain_dbi(omnidirectional(11, 7), [0, 90, 180], 0).tolist()
    [11.0, 11.0, 11.0]
    """
    return Beam(f"vô hướng {max_gain_dbi:g} dBi", max_gain_dbi, None, vertical_width_deg, side_lobe_db, side_lobe_db)


class Combination(StrEnum):
    """How two cuts make a pattern in space."""

    SUM = "cộng hai lát cắt"
    HORIZONTAL_INTERPOLATION = "nội suy theo phương ngang (Gil và cộng sự, 2001)"


@dataclass(frozen=True)
class Cuts:
    """A pattern of two measured cuts: 360 attenuations in dB each, a degree apart, not negative.

    `horizontal_db[a]` at azimuth a; `vertical_db[d]` at d degrees below the horizon in front, so 90 is straight down,
    180 the horizon behind and 270 straight up.

    SUM adds what both cuts lack. HORIZONTAL_INTERPOLATION (F. Gil, A. R. Claro, J. M. Ferreira, C. Pardelinha,
    L. M. Correia: A 3D interpolation method for base-station-antenna radiation patterns, IEEE Antennas and Propagation
    Magazine 43(2), 2001) goes from the front half of the vertical cut to its back half, and gives both cuts back
    wherever they agree with each other; it is bounded so as never to exceed the highest gain.
    """

    name: str
    max_gain_dbi: float
    horizontal_db: tuple[float, ...]
    vertical_db: tuple[float, ...]
    built_in_tilt_deg: float = 0.0
    combination: Combination = Combination.HORIZONTAL_INTERPOLATION

    def __post_init__(self) -> None:
        """Raise ValueError for cuts of another length, RangeError for attenuations outside 0 to 200 dB."""
        for cut in (self.horizontal_db, self.vertical_db):
            if len(cut) != 360:
                raise ValueError("a cut has 360 values")
            within("suy giảm trong lát cắt", cut, 0.0, 200.0, "dB")

    def attenuation_db(self, azimuth_deg: Floats, elevation_deg: Floats) -> Floats:
        """Give the attenuation of arrays that broadcast, by the pattern's combination."""
        around, front = np.abs(wrapped_deg(azimuth_deg)), -elevation_deg
        across, ahead = along(self.horizontal_db, azimuth_deg), along(self.vertical_db, front)
        if self.combination is Combination.SUM:
            return across + ahead
        behind = along(self.vertical_db, 180.0 - front)
        share = around / 180.0
        extra = (1 - share) * (ahead - self.horizontal_db[0]) + share * (behind - self.horizontal_db[180])
        return np.maximum(across + extra, 0.0)


def along(cut_db: tuple[float, ...], angle_deg: Floats) -> Floats:
    """Give a cut's values at any angles, linear between its degrees.

    >>> along(tuple(range(360)), np.array([0.5, -1.0, 359.5, 720.25])).tolist()
    [0.5, 359.0, 179.5, 0.25]
    """
    cut = np.asarray(cut_db, dtype=np.float64)
    turned = np.mod(angle_deg, 360.0)
    low = np.minimum(turned.astype(np.int64), 359)
    part = turned - low
    return np.asarray(cut[low] * (1 - part) + cut[(low + 1) % 360] * part)


def wrapped_deg(angle_deg: ArrayLike) -> Floats:
    """Bring angles into -180 (kept) to 180 (excluded).

    >>> wrapped_deg([190, -190, 540, 0]).tolist()
    [-170.0, 170.0, -180.0, 0.0]
    """
    return np.mod(np.asarray(angle_deg, dtype=np.float64) + 180.0, 360.0) - 180.0


def turned_by_tilt(azimuth_deg: ArrayLike, elevation_deg: ArrayLike, tilt_deg: float) -> tuple[Floats, Floats]:
    """Give the azimuth and elevation that a direction has for an antenna which is mechanically tilted down.

    The direction is turned about the horizontal axis across the antenna's own, as a vector; arrays broadcast.

    >>> def seen(azimuth, elevation): return [a.round(6).item() + 0.0 for a in turned_by_tilt(azimuth, elevation, 6)]
    >>> seen(0, -6), seen(180, 0), seen(90, 0)  # the front looks down, the back up, the side stays
    ([0.0, 0.0], [180.0, -6.0], [90.0, 0.0])
    """
    azimuth, elevation, tilt = (
        np.radians(np.asarray(a, dtype=np.float64)) for a in (azimuth_deg, elevation_deg, tilt_deg)
    )
    forward, sideward, upward = (
        np.cos(elevation) * np.cos(azimuth),
        np.cos(elevation) * np.sin(azimuth),
        np.sin(elevation),
    )
    own_forward = forward * np.cos(tilt) - upward * np.sin(tilt)
    own_upward = forward * np.sin(tilt) + upward * np.cos(tilt)
    own_elevation = np.degrees(np.arctan2(own_upward, np.hypot(own_forward, sideward)))
    return np.degrees(np.arctan2(sideward, own_forward)), own_elevation


def gain_dbi(
    pattern: Pattern,
    azimuth_deg: ArrayLike,
    elevation_deg: ArrayLike,
    *,
    tilt_electrical_deg: float | None = None,
    tilt_mechanical_deg: float = 0.0,
) -> Floats:
    """Give the gain in directions from the antenna; azimuths from its axis, elevations -90 to 90, arrays broadcast.

    Electrical tilt None leaves the pattern's own; else the beam is shifted by the difference. Tilts -45 to 45. Raises
    RangeError.

    >>> gain_dbi(ELEMENT, [0, 32.5, 180], 0).tolist()  # half power at half the width; 30 dB at most behind
    [8.0, 5.0, -22.0]
    >>> gain_dbi(SECTOR, [0, 180], [-6, 0], tilt_mechanical_deg=6).round(2).tolist()
    [14.0, -11.0]
    """
    elevation = within("góc ngẩng của hướng", elevation_deg, -90.0, 90.0, "°")
    mechanical = float(within("góc ngẩng cơ", tilt_mechanical_deg, -MOST_TILT_DEG, MOST_TILT_DEG, "°"))
    azimuth, elevation = np.broadcast_arrays(np.asarray(azimuth_deg, dtype=np.float64), elevation)
    if mechanical:
        azimuth, elevation = turned_by_tilt(azimuth, elevation, mechanical)
    return pattern.max_gain_dbi - pattern.attenuation_db(azimuth, elevation + shift_deg(pattern, tilt_electrical_deg))


def shift_deg(pattern: Pattern, tilt_electrical_deg: float | None) -> float:
    """Give by how much the elevation is shifted so that the pattern has this electrical tilt."""
    if tilt_electrical_deg is None:
        return 0.0
    asked = float(within("góc ngẩng điện", tilt_electrical_deg, -MOST_TILT_DEG, MOST_TILT_DEG, "°"))
    return asked - pattern.built_in_tilt_deg


def sampled(
    pattern: Pattern, *, tilt_electrical_deg: float | None = None, tilt_mechanical_deg: float = 0.0
) -> Floats32:
    """Give the gains as float32 (181, 361) for kernels: row e + 90 is elevation e, column a + 180 azimuth a from axis.

    Both tilts are in the table. Between its degrees `table_gain_dbi` is linear: measured on beams 10° and 6.5° wide it
    errs by 0.03 and 0.07 dB at most within 10 dB of the highest gain, by up to 0.8 and 1.3 dB where a beam meets its
    floor. Cells that share antenna and tilts share a table (261 kB). Raises RangeError.

    >>> sampled(ELEMENT).shape, float(sampled(ELEMENT)[90, 180]), float(sampled(SECTOR, tilt_electrical_deg=5)[85, 180])
    ((181, 361), 8.0, 14.0)
    """
    elevation = np.linspace(-90.0, 90.0, ELEVATIONS)[:, np.newaxis]
    azimuth = np.linspace(-180.0, 180.0, AZIMUTHS)[np.newaxis, :]
    gains = gain_dbi(
        pattern,
        azimuth,
        elevation,
        tilt_electrical_deg=tilt_electrical_deg,
        tilt_mechanical_deg=tilt_mechanical_deg,
    )
    return np.ascontiguousarray(gains, dtype=np.float32)


def table_gain_dbi(table_dbi: Floats32, azimuth_deg: ArrayLike, elevation_deg: ArrayLike) -> Floats:
    """Give gains out of a sampled table, bilinear: what kernels do, in numpy; azimuths from the axis, any turn.

    >>> table_gain_dbi(sampled(ELEMENT), [32.5, 392.5], [0, 0]).round(2).tolist()
    [5.0, 5.0]
    """
    column, row = wrapped_deg(azimuth_deg) + 180.0, np.clip(np.asarray(elevation_deg, dtype=np.float64), -90, 90) + 90.0
    left, low = np.minimum(column.astype(np.int64), AZIMUTHS - 2), np.minimum(row.astype(np.int64), ELEVATIONS - 2)
    right, above = column - left, row - low
    table = table_dbi.astype(np.float64)
    under = table[low, left] * (1 - right) + table[low, left + 1] * right
    over = table[low + 1, left] * (1 - right) + table[low + 1, left + 1] * right
    return np.asarray(under * (1 - above) + over * above)


def column_dbi(table_dbi: Floats32, azimuth_deg: float) -> Floats32:
    """Give the 181 gains by elevation along one azimuth from the axis: all that a radial of a sweep needs.

    >>> column_dbi(sampled(ELEMENT), 360.0)[90].item()
    8.0
    """
    column = float(wrapped_deg(azimuth_deg)) + 180.0
    left = min(int(column), AZIMUTHS - 2)
    part = np.float32(column - left)
    return np.ascontiguousarray(table_dbi[:, left] * (1 - part) + table_dbi[:, left + 1] * part)


WHIP = omnidirectional(5.0)
"""A small cell that sends to all sides, TR 36.814 §A.2.1.1.2 (5 dBi, alike in both planes)."""
PATTERNS: dict[str, Pattern] = {"tr38901-element": ELEMENT, "tr36814-sector": SECTOR, "tr36814-omni": WHIP}
"""Patterns that a cell may name without a file."""
