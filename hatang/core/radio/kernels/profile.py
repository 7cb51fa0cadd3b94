"""One profile, point by point, through the fast kernels' own arithmetic: so they are held against the reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio import p1812
from hatang.core.radio.errors import check_range
from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import MATHS, F
from hatang.core.radio.kernels.closed_form import Sizes, geometry_for, losses_of
from hatang.core.radio.kernels.conditions import Air, air_of, bands_of, longest_root
from hatang.core.radio.kernels.geometry import describe_path, edge_over_tops
from hatang.core.radio.kernels.sea import NO_COAST_KM
from hatang.core.radio.kernels.zones import describe_passage, pass_profile

Numbers = NDArray[np.float64]


def profile_losses(
    distances_km: Numbers,
    heights_m: Numbers,
    *,
    transmitter_height_m: float,
    receiver_height_m: float,
    frequencies_ghz: Sequence[float],
    latitude_deg: float,
    clutter_heights_m: Numbers | None = None,
    zones: NDArray[np.uint8] | None = None,
    time_percent: float = 50.0,
    delta_n: float = p1812.VIETNAM.delta_n,
    n0: float = p1812.VIETNAM.n0,
    polarisation: int = 1,
    coasts_km: tuple[float, float] = (NO_COAST_KM, NO_COAST_KM),
) -> NDArray[np.float32]:
    """Give the basic transmission loss along a profile for each frequency, dB, with the exact kernel's arithmetic.

    The profile has n ≥ 3 points, spaced as it likes, from the transmitter (0 km) to the receiver (≥ 0.25 km); `zones`
    are P.1812's 1 sea, 3 coast, 4 inland (none: all inland); `coasts_km` are both terminals' distances over land to the
    coast; heights above sea, antennas above ground, latitude of the middle. Raises RangeError.

    >>> flat = np.linspace(0, 10, 101)
    >>> loss = profile_losses(flat, 0 * flat, transmitter_height_m=50, receiver_height_m=50, frequencies_ghz=[2.0],
    ...                       latitude_deg=21)
    >>> round(float(loss[0]), 2)
    118.42
    """
    check_range("chiều dài tuyến", float(distances_km[-1]), 0.25, 3000, "km")
    check_range("số điểm của mặt cắt", len(distances_km), 3, s.MOST + 1)
    air = air_of(time_percent, delta_n, n0)
    bands = bands_of(frequencies_ghz, polarisation, air.radius_km)
    bare = clutter_heights_m is None
    room = room_of(distances_km, heights_m, clutter_heights_m)
    geometry = geometry_for(1)
    whole = np.full(len(distances_km), 4, dtype=np.uint8) if zones is None else zones.astype(np.uint8)
    describe_any(room, whole, bare, transmitter_height_m, receiver_height_m, air, latitude_deg, coasts_km, geometry)
    losses = np.zeros((len(bands), 1), dtype=np.float32)
    sizes = Sizes(1, even=False, with_sea=True)
    losses_of(geometry, sizes, air, bands, longest_root(bands), np.zeros(1, dtype=np.int32), losses)
    return losses[:, 0]


def room_of(distances_km: Numbers, heights_m: Numbers, clutter_heights_m: Numbers | None) -> NDArray[np.float32]:
    """Lay a profile out as the geometry takes it."""
    room = np.zeros((s.ROWS, s.ROOM), dtype=np.float32)
    out = np.asarray(distances_km, dtype=np.float64)
    back, top = out[-1] - out, np.array(heights_m, dtype=np.float64)
    if clutter_heights_m is not None:
        top[1:-1] += np.asarray(clutter_heights_m)[1:-1]
    with np.errstate(divide="ignore"):
        rows = {s.GROUND: heights_m, s.TOP: top, s.FROM_TX: out, s.FROM_RX: back, s.PER_TX: 1 / out, s.PER_RX: 1 / back}
    for row, values in rows.items():
        room[row // s.ROOM, : len(out)] = values
    return room.reshape(-1)


@njit(**MATHS)
def describe_any(
    room: NDArray[np.float32],
    zones: NDArray[np.uint8],
    bare: bool,
    above_tx: float,
    above_rx: float,
    air: Air,
    latitude_deg: float,
    coasts_km: tuple[float, float],
    work: NDArray[np.float32],
) -> None:
    """Describe a profile of any spacing in the workspace's first column, sea and smooth edges included."""
    n = len(zones) - 1
    describe_path(room, n, bare, F(above_tx), F(above_rx), air, work, 0)
    passage = pass_profile(zones, room[s.FROM_TX : s.FROM_TX + n + 1])
    tx, rx = room[s.GROUND] + above_tx, room[s.GROUND + n] + above_rx
    describe_passage(passage, coasts_km, tx, rx, latitude_deg, work, 0)
    for i in range(n + 1):
        room[s.TOP + i] = F(0.0)
    smooth_tx, smooth_rx = work[r.HEIGHT_TX], work[r.HEIGHT_RX]
    work[r.MEDIAN_SMOOTH] = edge_over_tops(room, n, smooth_tx, smooth_rx, F(500.0 / air.radius_km))
    work[r.BETA_SMOOTH] = edge_over_tops(room, n, smooth_tx, smooth_rx, F(500.0 / air.beta_radius_km))
