"""Windows of a grid: which pixels lie within a radius of a transmitter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.errors import check_range
from hatang.core.radio.kernels.great_circle import Frame
from hatang.core.radio.kernels.ground import Transmitter
from hatang.core.radio.kernels.sorted_pixels import polar
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM

Places = NDArray[np.signedinteger[Any]]
Degrees = NDArray[np.float64]
LARGEST_RADIUS_KM = 300.0


@dataclass(frozen=True)
class Window:
    """A rectangle of a grid."""

    first_row: int
    first_column: int
    rows: int
    columns: int

    def pixels(
        self, frame: Frame, transmitter: Transmitter, radius_km: float
    ) -> tuple[Places, Places, Degrees, Degrees]:
        """Give the window's own rows and columns, and the degrees, of the pixels whose centre is within the radius."""
        corner = (self.first_row, self.first_column, self.rows, self.columns)
        distances, _ = polar(frame, corner, transmitter.lon_deg, transmitter.lat_deg)
        rows, columns = np.divmod(np.flatnonzero(distances <= np.float32(radius_km)), self.columns)
        lats = frame.north_deg - (self.first_row + rows) * frame.step_lat_deg
        lons = frame.west_deg + (self.first_column + columns) * frame.step_lon_deg
        return rows, columns, lons, lats


def window_about(frame: Frame, transmitter: Transmitter, radius_km: float) -> Window:
    """Give the smallest window that holds every pixel within a radius, 0.25 to 300 km. Raises RangeError."""
    check_range("bán kính", radius_km, 0.25, LARGEST_RADIUS_KM, "km")
    up = math.degrees(radius_km / EARTH_RADIUS_KM)
    narrow = math.cos(math.radians(min(abs(transmitter.lat_deg) + up, 89.0)))
    across = up / narrow
    row, column = (
        (frame.north_deg - transmitter.lat_deg) / frame.step_lat_deg,
        (transmitter.lon_deg - frame.west_deg) / frame.step_lon_deg,
    )
    first_row, last_row = span_about(row, up / frame.step_lat_deg, frame.rows)
    first_column, last_column = span_about(column, across / frame.step_lon_deg, frame.columns)
    return Window(first_row, first_column, last_row - first_row + 1, last_column - first_column + 1)


def span_about(middle: float, reach: float, size: int) -> tuple[int, int]:
    """Give the first and last place within reach, inside 0 to size - 1."""
    return max(0, math.floor(middle - reach)), min(size - 1, math.ceil(middle + reach))
