"""What kernels are given and what they give: ground, transmitter, conditions; losses and who computed them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio import p525, p1812
from hatang.core.radio.errors import RangeError, check_range
from hatang.core.radio.kernels.great_circle import Frame, inside
from hatang.core.radio.p526 import HORIZONTAL
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM
from hatang.core.radio.p1812.profile import COASTAL, INLAND, SEA

LEAST_KM = 0.25
"""P.1812 does not hold for shorter paths."""
LARGEST_GRID = 2**31 - 1


@dataclass(frozen=True)
class Kernel:
    """Which computation made a result: its own name, the published method, and the version of both."""

    name: str
    method: str
    version: str


METHOD = f"{p1812.VERSION}, 50 % vị trí"
EXACT = Kernel("exact", METHOD, "1")
"""Every point has a profile of its own."""
SWEEP = Kernel("sweep", METHOD, "1")
"""Every pixel has its own height and distance, on the profile of the nearest azimuth."""
FREE_SPACE = Kernel("free-space", p525.VERSION, "1")
"""What may stand in below the method's range."""


class Why(IntEnum):
    """Why a place has a loss or NaN instead: computed, too near for the method, outside the terrain or the radius."""

    COMPUTED = 0
    TOO_NEAR = 1
    OUTSIDE = 2


@dataclass(frozen=True)
class Ground:
    """Terrain, and with it clutter: float32 arrays of (rows, columns), WGS 84, the first row northernmost, no NaN.

    `heights_m` above sea, `clutter_m` representative clutter heights (None: bare ground); west and north are the centre
    of the first value, steps positive. `zones` are P.1812's, 1 sea, 3 coastal land, 4 inland (None: all is taken as
    inland). Raises RangeError.
    """

    heights_m: NDArray[np.float32]
    west_deg: float
    north_deg: float
    step_lon_deg: float
    step_lat_deg: float
    clutter_m: NDArray[np.float32] | None = None
    zones: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        rows, columns = self.heights_m.shape
        check_range("số hàng của lưới", rows, 2, LARGEST_GRID)
        check_range("số cột của lưới", columns, 2, LARGEST_GRID)
        check_range("số ô của lưới", rows * columns, 4, LARGEST_GRID)
        check_range("bước lưới theo kinh độ", self.step_lon_deg, 1e-6, 1, "độ")
        check_range("bước lưới theo vĩ độ", self.step_lat_deg, 1e-6, 1, "độ")
        if not np.isfinite(self.heights_m).all():
            row, column = np.argwhere(~np.isfinite(self.heights_m))[0] + 1
            raise ValueError(f"Lưới độ cao thiếu giá trị tại hàng {row}, cột {column}; phải lấp chỗ trống trước.")
        if self.clutter_m is not None and self.clutter_m.shape != self.heights_m.shape:
            raise ValueError("Lưới vật che phủ phải cùng kích thước với lưới độ cao.")
        if self.zones is not None and self.zones.shape != self.heights_m.shape:
            raise ValueError("Lưới vùng biển phải cùng kích thước với lưới độ cao.")
        if self.zones is not None and not np.isin(self.zones, (SEA, COASTAL, INLAND)).all():
            raise ValueError("Lưới vùng biển chỉ có 1 (biển), 3 (đất ven biển) và 4 (nội địa).")

    @property
    def frame(self) -> Frame:
        """Give where the grid lies."""
        rows, columns = self.heights_m.shape
        return Frame(self.west_deg, self.north_deg, self.step_lon_deg, self.step_lat_deg, rows, columns)

    def pixel_km(self, lat_deg: float) -> float:
        """Give the side of a pixel at a latitude, km: of a square of its area; the same in any part of a grid."""
        degrees = math.sqrt(self.step_lat_deg * self.step_lon_deg * math.cos(math.radians(lat_deg)))
        return math.radians(degrees) * EARTH_RADIUS_KM

    def flat(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Give heights and clutter row by row, as kernels take them; clutter is empty where there is none."""
        bare = np.zeros(0, dtype=np.float32)
        clutter = bare if self.clutter_m is None else laid_flat(self.clutter_m)
        return laid_flat(self.heights_m), clutter

    def flat_zones(self) -> NDArray[np.uint8]:
        """Give the zones row by row, as kernels take them; empty where there are none."""
        return np.zeros(0, dtype=np.uint8) if self.zones is None else np.ascontiguousarray(self.zones).reshape(-1)


def laid_flat(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lay an array flat, row by row, in single precision; without a copy where it already is so."""
    return np.ascontiguousarray(values, dtype=np.float32).reshape(-1)


@dataclass(frozen=True)
class Transmitter:
    """Where an antenna stands (degrees) and how high above the ground its middle is, 1 to 3000 m. Raises RangeError."""

    lon_deg: float
    lat_deg: float
    height_m: float

    def __post_init__(self) -> None:
        check_range("kinh độ trạm", self.lon_deg, -180, 180, "độ")
        check_range("vĩ độ trạm", self.lat_deg, -80, 80, "độ")
        check_range("chiều cao ăng-ten phát", self.height_m, 1, 3000, "m")


@dataclass(frozen=True)
class Conditions:
    """What to compute: frequencies (0.03 to 6 GHz), share of time (1 to 50 %), air, polarisation (1 H, 2 V), sampling.

    ΔN in N-units/km and N0 in N-units at sea level belong to the place (assumed for Viet Nam: see p1812.VIETNAM);
    `step_km` is the greatest spacing of a profile's samples (None: a pixel's side, at most 0.1 km). Values are
    checked where they are used.
    """

    frequencies_ghz: Sequence[float]
    receiver_height_m: float = 1.5
    time_percent: float = 50.0
    delta_n: float = p1812.VIETNAM.delta_n
    n0: float = p1812.VIETNAM.n0
    polarisation: int = HORIZONTAL
    step_km: float | None = None


COARSEST_STEP_KM = 0.1
FINEST_STEP_KM = 0.001


def step_of(ground: Ground, transmitter: Transmitter, conditions: Conditions) -> float:
    """Give the spacing of samples to use, km. Raises RangeError."""
    step_km = conditions.step_km or min(ground.pixel_km(transmitter.lat_deg), COARSEST_STEP_KM)
    check_range("bước mặt cắt", step_km, FINEST_STEP_KM, COARSEST_STEP_KM, "km")
    check_range("chiều cao máy thu", conditions.receiver_height_m, 1, 3000, "m")
    return step_km


def check_stands_on(ground: Ground, transmitter: Transmitter) -> None:
    """Raise RangeError unless the transmitter stands within the terrain, its rim included."""
    frame = ground.frame
    if inside(frame, transmitter.lon_deg, transmitter.lat_deg):
        return
    east = frame.west_deg + (frame.columns - 1) * frame.step_lon_deg
    south = frame.north_deg - (frame.rows - 1) * frame.step_lat_deg
    if not frame.west_deg <= transmitter.lon_deg <= east:
        raise RangeError("kinh độ trạm", transmitter.lon_deg, frame.west_deg, east, "độ")
    raise RangeError("vĩ độ trạm", transmitter.lat_deg, south, frame.north_deg, "độ")


@dataclass(frozen=True)
class PointLosses:
    """Losses of (frequencies, points), dB, NaN where `why` (a `Why` for each point) says so; and who computed them."""

    losses_db: NDArray[np.float32]
    why: NDArray[np.uint8]
    kernel: Kernel


@dataclass(frozen=True)
class RasterLosses:
    """Losses of (frequencies, rows, columns), dB, for a window of the ground that begins at a row and a column."""

    losses_db: NDArray[np.float32]
    why: NDArray[np.uint8]
    first_row: int
    first_column: int
    kernel: Kernel
