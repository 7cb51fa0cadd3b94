"""3GPP TR 38.901 over the ground: above 6 GHz and for small cells, where P.1812 does not hold.

The formulas are those of `hatang.core.radio.tr38901`, which they are held against; distances along the great circle,
heights above ground, as the model has them. Whether there is a line of sight the profile says, over the land cover: the
terrain is then known, and the probability of Table 7.4.2-1 is not used. Without land cover nobody knows where houses
stand, and every place counts as hidden unless the model lets the bare ground decide. Measured against the reference:
≤ 2e-5 dB, which is the result's single precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.choice import Model
from hatang.core.radio.errors import check_range
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F
from hatang.core.radio.kernels.conditions import air_of
from hatang.core.radio.kernels.exact import fill_profile, spans_of
from hatang.core.radio.kernels.geometry import tops_from_tx
from hatang.core.radio.kernels.great_circle import Frame, inside, track_between
from hatang.core.radio.kernels.ground import (
    Conditions,
    Ground,
    Kernel,
    PointLosses,
    RasterLosses,
    Transmitter,
    Why,
    check_stands_on,
    step_of,
)
from hatang.core.radio.kernels.windows import window_about
from hatang.core.radio.tr38901 import APPLIES, FADING_DB, LIGHT_M_PER_S, RURAL_FAR_FADING_DB, Scenario

Row = NDArray[np.float32]
Doubles = NDArray[np.float64]
SCENARIOS = {Scenario.RMA: 0, Scenario.UMA: 1, Scenario.UMI: 2}
RMA, UMA = SCENARIOS[Scenario.RMA], SCENARIOS[Scenario.UMA]
LEAST_KM, FARTHEST_KM = 0.010, 5.0
"""What the scenarios outdoors are stated for, with and without line of sight."""
BUILDING_M, STREET_M = 5.0, 20.0
"""Mean height of buildings and width of streets that RMa takes by default (Table 7.4.1-1)."""
TOO_NEAR, OUTSIDE = int(Why.TOO_NEAR), int(Why.OUTSIDE)


def kernel_of(model: Model) -> Kernel:
    """Name the computation of a model of TR 38.901."""
    return Kernel("tr38901", model.name, "1")


@dataclass(frozen=True)
class FadedPoints(PointLosses):
    """Losses with the standard deviation of their shadow fading, both (frequencies, points), dB."""

    fading_db: Row


@dataclass(frozen=True)
class FadedRaster(RasterLosses):
    """Losses with the standard deviation of their shadow fading, both (frequencies, rows, columns), dB."""

    fading_db: Row


class Scene(NamedTuple):
    """What is the same for all points: scenario, antennas above ground, air, sampling; who may decide on the sight."""

    scenario: int
    lon_deg: float
    lat_deg: float
    base_m: float
    terminal_m: float
    bulge: float
    step_km: float
    farthest_km: float
    profile_decides: bool


class Fading(NamedTuple):
    """Standard deviations in dB: with line of sight, beyond RMa's breakpoint, and without."""

    seen_db: float
    far_db: float
    hidden_db: float


def losses_to_points(
    ground: Ground,
    transmitter: Transmitter,
    lons_deg: Doubles,
    lats_deg: Doubles,
    conditions: Conditions,
    model: Model,
    radius_km: float = FARTHEST_KM,
) -> FadedPoints:
    """Give the mean loss from a transmitter to each point and its shadow fading, dB, at each frequency.

    Points nearer than 10 m (`Why.TOO_NEAR`, their fading is that of line of sight) and those beyond the radius, 5 km at
    most, or off the terrain (`Why.OUTSIDE`) have no loss. Raises RangeError for what the scenario is not stated for.

    >>> from hatang.core.radio.choice import UMI
    >>> flat = Ground(np.zeros((51, 51), dtype=np.float32), 105.0, 21.0, 0.001, 0.001)
    >>> there = losses_to_points(flat, Transmitter(105.0, 21.0, 10.0), np.array([105.001, 105.0]),
    ...                          np.array([21.0, 21.0]), Conditions([26.0]), UMI)
    >>> there.losses_db.round(0).tolist(), there.fading_db.round(0).tolist(), there.why.tolist()
    ([[124.0, nan]], [[8.0, 4.0]], [0, 1])
    """
    check_stands_on(ground, transmitter)
    scene, bands = scene_of(ground, transmitter, conditions, model, radius_km), np.array(conditions.frequencies_ghz)
    lons, lats = (np.ascontiguousarray(degrees, dtype=np.float64).reshape(-1) for degrees in (lons_deg, lats_deg))
    losses = np.full((len(bands), len(lons)), np.nan, dtype=np.float32)
    fading = np.full_like(losses, np.nan)
    why = np.zeros(len(lons), dtype=np.uint8)
    heights, clutter = ground.flat()
    deviations = fading_of(model)
    many_losses(heights, clutter, ground.frame, scene, deviations, lons, lats, bands, s.new_room(), losses, fading, why)
    return FadedPoints(losses, why, kernel_of(model), fading)


def raster_losses(
    ground: Ground, transmitter: Transmitter, radius_km: float, conditions: Conditions, model: Model
) -> FadedRaster:
    """Give the losses and their fading to every pixel of the ground (its centre) within a radius, 5 km at most."""
    reach_km = min(radius_km, FARTHEST_KM)
    window = window_about(ground.frame, transmitter, reach_km)
    rows, columns, lons, lats = window.pixels(ground.frame, transmitter, reach_km)
    points = losses_to_points(ground, transmitter, lons, lats, conditions, model)
    shape = (window.rows, window.columns)
    losses, fading = (np.full((len(points.losses_db), *shape), np.nan, dtype=np.float32) for _ in range(2))
    why = np.full(shape, Why.OUTSIDE, dtype=np.uint8)
    losses[:, rows, columns], fading[:, rows, columns] = points.losses_db, points.fading_db
    why[rows, columns] = points.why
    return FadedRaster(losses, why, window.first_row, window.first_column, points.kernel, fading)


def scene_of(ground: Ground, transmitter: Transmitter, conditions: Conditions, model: Model, radius_km: float) -> Scene:
    """Check what is asked against the scenario's ranges and gather it."""
    assert model.scenario
    applies = APPLIES[model.scenario]
    for frequency_ghz in conditions.frequencies_ghz:
        check_range("tần số", frequency_ghz, *applies.frequency_ghz, "GHz")
    check_range("độ cao ăng ten", transmitter.height_m, *applies.base_height_m, "m")
    check_range("độ cao máy", conditions.receiver_height_m, *applies.terminal_height_m, "m")
    air = air_of(conditions.time_percent, conditions.delta_n, conditions.n0)
    return Scene(
        SCENARIOS[model.scenario],
        transmitter.lon_deg,
        transmitter.lat_deg,
        transmitter.height_m,
        conditions.receiver_height_m,
        500.0 / air.radius_km,
        step_of(ground, transmitter, conditions),
        min(radius_km, FARTHEST_KM),
        ground.clutter_m is not None or model.sight_over_bare_ground,
    )


def fading_of(model: Model) -> Fading:
    """Give the deviations of a model's scenario (Table 7.4.1-1)."""
    assert model.scenario
    seen_db, hidden_db = FADING_DB[model.scenario]
    return Fading(seen_db, RURAL_FAR_FADING_DB if model.scenario is Scenario.RMA else seen_db, hidden_db)


@njit(**MATHS)
def many_losses(
    heights: Row,
    clutter: Row,
    frame: Frame,
    scene: Scene,
    deviations: Fading,
    lons: Doubles,
    lats: Doubles,
    bands: Doubles,
    room: Row,
    losses: Row,
    fading: Row,
    why: NDArray[np.uint8],
) -> None:
    """Go over points; each one's profile is only sampled where it decides."""
    for i in range(len(lons)):
        if not inside(frame, lons[i], lats[i]):
            why[i] = OUTSIDE
            continue
        track = track_between(frame, scene.lon_deg, scene.lat_deg, lons[i], lats[i])
        if track.kilometres < LEAST_KM:
            why[i] = TOO_NEAR
            for k in range(len(bands)):
                fading[k, i] = deviations.seen_db
            continue
        if track.kilometres > scene.farthest_km:
            why[i] = OUTSIDE
            continue
        sight = False
        if scene.profile_decides:
            n = min(spans_of(track.kilometres, scene.step_km), s.MOST)
            fill_profile(heights, clutter, frame, track, n, room)
            sight = is_clear(room, n, F(scene.base_m), F(scene.terminal_m), F(scene.bulge))
        metres = 1000.0 * track.kilometres
        for k in range(len(bands)):
            losses[k, i] = loss_db(scene, sight, bands[k], metres)
            far = scene.scenario == RMA and metres > rural_turn_m(scene, bands[k])
            in_sight = deviations.far_db if far else deviations.seen_db
            fading[k, i] = in_sight if sight else deviations.hidden_db


@njit(**MATHS)
def is_clear(room: Row, n: int, above_tx: float, above_rx: float, bulge: float) -> bool:
    """Tell whether no top between them rises above the straight line of two antennas over the bent Earth."""
    tx, rx, kilometres = room[s.GROUND] + above_tx, room[s.GROUND + n] + above_rx, room[s.FROM_TX + n]
    return tops_from_tx(room, n, tx, bulge) <= (rx - tx) / kilometres - bulge * kilometres


@njit(**INSIDE)
def loss_db(scene: Scene, sight: bool, f: float, metres: float) -> float:
    """Table 7.4.1-1: the mean loss at a frequency in GHz over a distance along the ground."""
    direct = math.hypot(metres, scene.base_m - scene.terminal_m)
    if scene.scenario == RMA:
        seen = rural_seen_db(scene, f, metres, direct)
        return seen if sight else max(seen, rural_hidden_db(scene, f, direct))
    log_direct, raised, tone = math.log10(direct), scene.terminal_m - 1.5, math.log10(f)
    if scene.scenario == UMA:
        seen = urban_seen_db(scene, f, metres, direct, 28.0, 22.0, 9.0)
        return seen if sight else max(seen, 13.54 + 39.08 * log_direct + 20.0 * tone - 0.6 * raised)
    seen = urban_seen_db(scene, f, metres, direct, 32.4, 21.0, 9.5)
    return seen if sight else max(seen, 22.4 + 35.3 * log_direct + 21.3 * tone - 0.3 * raised)


@njit(**INSIDE)
def urban_seen_db(
    scene: Scene, f: float, metres: float, direct: float, at_a_metre: float, slope: float, bend: float
) -> float:
    """Give the loss with line of sight of UMa and UMi: two slopes about the breakpoint of note 1."""
    turn = 4.0 * (scene.base_m - 1.0) * (scene.terminal_m - 1.0) * f * 1e9 / LIGHT_M_PER_S
    rise, tone = scene.base_m - scene.terminal_m, 20.0 * math.log10(f)
    if metres <= turn:
        return at_a_metre + slope * math.log10(direct) + tone
    return at_a_metre + 40.0 * math.log10(direct) + tone - bend * math.log10(turn * turn + rise * rise)


@njit(**INSIDE)
def rural_turn_m(scene: Scene, f: float) -> float:
    """Give RMa's breakpoint (note 5)."""
    return 2.0 * math.pi * scene.base_m * scene.terminal_m * f * 1e9 / LIGHT_M_PER_S


@njit(**INSIDE)
def rural_seen_db(scene: Scene, f: float, metres: float, direct: float) -> float:
    """Give RMa with line of sight."""
    turn = rural_turn_m(scene, f)
    if metres <= turn:
        return rural_near_db(f, direct)
    return rural_near_db(f, turn) + 40.0 * math.log10(direct / turn)


@njit(**INSIDE)
def rural_near_db(f: float, direct: float) -> float:
    """Give PL1 of RMa."""
    built, log_direct = BUILDING_M**1.72, math.log10(direct)
    free = 20.0 * math.log10(40.0 * math.pi * direct * f / 3.0)
    spread = min(0.03 * built, 10.0) * log_direct - min(0.044 * built, 14.77)
    return free + spread + 0.002 * math.log10(BUILDING_M) * direct


@njit(**INSIDE)
def rural_hidden_db(scene: Scene, f: float, direct: float) -> float:
    """Give RMa without line of sight, before it is bounded by the loss with it."""
    base = scene.base_m
    height = (24.37 - 3.7 * (BUILDING_M / base) ** 2) * math.log10(base)
    slope = (43.42 - 3.1 * math.log10(base)) * (math.log10(direct) - 3.0)
    terminal = 3.2 * math.log10(11.75 * scene.terminal_m) ** 2 - 4.97
    ground = 161.04 - 7.1 * math.log10(STREET_M) + 7.5 * math.log10(BUILDING_M)
    return ground - height + slope + 20.0 * math.log10(f) - terminal
