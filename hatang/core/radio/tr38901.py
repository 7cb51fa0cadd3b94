"""3GPP TR 38.901 V18.0.0 (2024-03): path loss for 0.5 to 100 GHz, of large cells, street cells and offices.

Table 7.4.1-1 gives the loss with and without line of sight, Table 7.4.2-1 how probable the line of sight is, §7.4.3
the loss into buildings and cars. It knows neither terrain nor the clutter of one place: the shadow fading stands for
them. Frequencies in GHz, distances along the ground and heights in m, arrays of any shapes that broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from hatang.core.radio.normal import cumulative
from hatang.core.radio.ranges import Floats, between, within

VERSION = "3GPP TR 38.901 V18.0.0"
LIGHT_M_PER_S = 3.0e8
"""The speed of light as the notes of Table 7.4.1-1 write it."""


class Scenario(StrEnum):
    """Where the cell stands; the two offices differ only in how probable the line of sight is."""

    RMA = "RMa"
    UMA = "UMa"
    UMI = "UMi-Street Canyon"
    INDOOR_MIXED = "InH-Mixed office"
    INDOOR_OPEN = "InH-Open office"


OFFICES = (Scenario.INDOOR_MIXED, Scenario.INDOOR_OPEN)


@dataclass(frozen=True)
class Applies:
    """What a scenario is stated for: lowest and highest values, and the height of the cell that the table assumes.

    Outdoors heights other than 25 m (UMa) and 10 m (UMi) go beyond the table, which only RMa states a range for.
    """

    frequency_ghz: tuple[float, float]
    distance_m: tuple[float, float]
    beyond_sight_m: float
    base_height_m: tuple[float, float]
    terminal_height_m: tuple[float, float]
    table_height_m: float | None


INDOORS = Applies((0.5, 100.0), (0.0, 150.0), 150.0, (1.0, 10.0), (0.5, 10.0), None)
APPLIES = {
    Scenario.RMA: Applies((0.5, 30.0), (10.0, 10_000.0), 5_000.0, (10.0, 150.0), (1.0, 10.0), None),
    Scenario.UMA: Applies((0.5, 100.0), (10.0, 5_000.0), 5_000.0, (10.0, 150.0), (1.5, 22.5), 25.0),
    Scenario.UMI: Applies((0.5, 100.0), (10.0, 5_000.0), 5_000.0, (3.0, 25.0), (1.5, 22.5), 10.0),
    Scenario.INDOOR_MIXED: INDOORS,
    Scenario.INDOOR_OPEN: INDOORS,
}


@dataclass(frozen=True)
class Link:
    """Checked arrays of one call: frequency, distance along the ground and through the air, heights, surroundings."""

    frequency_ghz: Floats
    distance_m: Floats
    direct_m: Floats
    base_m: Floats
    terminal_m: Floats
    building_m: Floats
    street_m: Floats


def path_loss_db(
    scenario: Scenario,
    *,
    line_of_sight: ArrayLike,
    frequency_ghz: ArrayLike,
    distance_m: ArrayLike,
    base_height_m: ArrayLike,
    terminal_height_m: ArrayLike = 1.5,
    building_height_m: ArrayLike = 5.0,
    street_width_m: ArrayLike = 20.0,
) -> Floats:
    """Give the mean path loss of Table 7.4.1-1, with line of sight where `line_of_sight` is true.

    Ranges are those of `APPLIES`, without line of sight no farther than `beyond_sight_m`; mean height of buildings and
    width of streets, both 5 to 50 m, count in RMa only. UMa takes 1 m as effective environment height (note 1), which
    is certain for terminals up to 13 m. Raises RangeError.

    >>> def uma(sight, metres): return path_loss_db(
    ...     Scenario.UMA, line_of_sight=sight, frequency_ghz=3.5, distance_m=metres, base_height_m=25)
    >>> uma([True, False], 200).round(2).tolist()  # 28 + 22 lg 201.376 + 20 lg 3.5; 13.54 + 39.08 lg d + 20 lg 3.5
    [89.57, 114.46]
    >>> uma(False, 9)
    Traceback (most recent call last):
    hatang.core.radio.errors.RangeError: Khoảng cách 9 m ngoài khoảng của phương pháp: từ 10 đến 5.000 m.
    """
    sight = np.asarray(line_of_sight, dtype=bool)
    link = checked_link(
        scenario, frequency_ghz, distance_m, base_height_m, terminal_height_m, building_height_m, street_width_m
    )
    applies = APPLIES[scenario]
    far = np.where(sight, 0.0, link.distance_m)
    within("khoảng cách không nhìn thẳng", far, 0.0, applies.beyond_sight_m, "m")
    seen = IN_SIGHT[scenario](link)
    if sight.all():
        return np.broadcast_to(seen, np.broadcast_shapes(seen.shape, sight.shape)).copy()
    return np.where(sight, seen, np.maximum(seen, OUT_OF_SIGHT[scenario](link)))


def checked_link(
    scenario: Scenario,
    frequency_ghz: ArrayLike,
    distance_m: ArrayLike,
    base_height_m: ArrayLike,
    terminal_height_m: ArrayLike,
    building_height_m: ArrayLike,
    street_width_m: ArrayLike,
) -> Link:
    """Check every value against the scenario's ranges and add the distance through the air."""
    applies = APPLIES[scenario]
    ground = within("khoảng cách", distance_m, *applies.distance_m, "m")
    base = within("độ cao ăng ten", base_height_m, *applies.base_height_m, "m")
    terminal = within("độ cao máy", terminal_height_m, *applies.terminal_height_m, "m")
    direct = np.hypot(ground, base - terminal)
    if scenario in OFFICES:
        direct = within("khoảng cách trong không gian", direct, 1.0, 150.0, "m")
    return Link(
        within("tần số", frequency_ghz, *applies.frequency_ghz, "GHz"),
        ground,
        direct,
        base,
        terminal,
        within("độ cao nhà", building_height_m, 5.0, 50.0, "m"),
        within("bề rộng phố", street_width_m, 5.0, 50.0, "m"),
    )


def beyond_table(scenario: Scenario, base_height_m: float) -> bool:
    """Tell whether a cell's height is not the one the table assumes: its results say so then.

    >>> beyond_table(Scenario.UMA, 25), beyond_table(Scenario.UMA, 42), beyond_table(Scenario.RMA, 42)
    (False, True, False)
    """
    assumed = APPLIES[scenario].table_height_m
    return assumed is not None and base_height_m != assumed


def urban_breakpoint_m(link: Link) -> Floats:
    """Give the breakpoint of note 1, with an effective environment of 1 m."""
    return 4 * (link.base_m - 1) * (link.terminal_m - 1) * link.frequency_ghz * 1e9 / LIGHT_M_PER_S


def rural_breakpoint_m(link: Link) -> Floats:
    """Give the breakpoint of note 5."""
    return 2 * np.pi * link.base_m * link.terminal_m * link.frequency_ghz * 1e9 / LIGHT_M_PER_S


def urban_in_sight_db(link: Link, at_a_metre: float, slope: float, bend: float) -> Floats:
    """Give the loss with two slopes that UMa and UMi share: one up to the breakpoint, 40 dB a decade beyond."""
    turn, tone = urban_breakpoint_m(link), 20 * np.log10(link.frequency_ghz)
    near = at_a_metre + slope * np.log10(link.direct_m) + tone
    fall = bend * np.log10(turn**2 + (link.base_m - link.terminal_m) ** 2)
    return np.asarray(np.where(link.distance_m <= turn, near, at_a_metre + 40 * np.log10(link.direct_m) + tone - fall))


def uma_in_sight_db(link: Link) -> Floats:
    """Give UMa with line of sight."""
    return urban_in_sight_db(link, 28, 22, 9)


def uma_out_of_sight_db(link: Link) -> Floats:
    """Give UMa without line of sight, before it is bounded by the loss with it."""
    tone = 20 * np.log10(link.frequency_ghz)
    return np.asarray(13.54 + 39.08 * np.log10(link.direct_m) + tone - 0.6 * (link.terminal_m - 1.5))


def umi_in_sight_db(link: Link) -> Floats:
    """Give UMi with line of sight."""
    return urban_in_sight_db(link, 32.4, 21, 9.5)


def umi_out_of_sight_db(link: Link) -> Floats:
    """Give UMi without line of sight, before it is bounded by the loss with it."""
    tone = 21.3 * np.log10(link.frequency_ghz)
    return 35.3 * np.log10(link.direct_m) + 22.4 + tone - 0.3 * (link.terminal_m - 1.5)


def rma_in_sight_db(link: Link) -> Floats:
    """Give RMa with line of sight."""
    turn = rural_breakpoint_m(link)
    near, far = rural_near_db(link, link.direct_m), rural_near_db(link, turn) + 40 * np.log10(link.direct_m / turn)
    return np.where(link.distance_m <= turn, near, far)


def rural_near_db(link: Link, direct_m: Floats) -> Floats:
    """Give PL1 of RMa at a distance through the air."""
    built = link.building_m**1.72
    free = 20 * np.log10(40 * np.pi * direct_m * link.frequency_ghz / 3)
    spread = np.minimum(0.03 * built, 10) * np.log10(direct_m) - np.minimum(0.044 * built, 14.77)
    return np.asarray(free + spread + 0.002 * np.log10(link.building_m) * direct_m)


def rma_out_of_sight_db(link: Link) -> Floats:
    """Give RMa without line of sight, before it is bounded by the loss with it."""
    base, built = link.base_m, link.building_m
    height = (24.37 - 3.7 * (built / base) ** 2) * np.log10(base)
    slope = (43.42 - 3.1 * np.log10(base)) * (np.log10(link.direct_m) - 3)
    terminal = 3.2 * np.log10(11.75 * link.terminal_m) ** 2 - 4.97
    ground = 161.04 - 7.1 * np.log10(link.street_m) + 7.5 * np.log10(built)
    return np.asarray(ground - height + slope + 20 * np.log10(link.frequency_ghz) - terminal)


def office_in_sight_db(link: Link) -> Floats:
    """Give InH with line of sight."""
    return np.asarray(32.4 + 17.3 * np.log10(link.direct_m) + 20 * np.log10(link.frequency_ghz))


def office_out_of_sight_db(link: Link) -> Floats:
    """Give InH without line of sight, before it is bounded by the loss with it."""
    return 38.3 * np.log10(link.direct_m) + 17.3 + 24.9 * np.log10(link.frequency_ghz)


IN_SIGHT = {
    Scenario.RMA: rma_in_sight_db,
    Scenario.UMA: uma_in_sight_db,
    Scenario.UMI: umi_in_sight_db,
    Scenario.INDOOR_MIXED: office_in_sight_db,
    Scenario.INDOOR_OPEN: office_in_sight_db,
}
OUT_OF_SIGHT = {
    Scenario.RMA: rma_out_of_sight_db,
    Scenario.UMA: uma_out_of_sight_db,
    Scenario.UMI: umi_out_of_sight_db,
    Scenario.INDOOR_MIXED: office_out_of_sight_db,
    Scenario.INDOOR_OPEN: office_out_of_sight_db,
}
FADING_DB = {
    Scenario.RMA: (4.0, 8.0),
    Scenario.UMA: (4.0, 6.0),
    Scenario.UMI: (4.0, 7.82),
    Scenario.INDOOR_MIXED: (3.0, 8.03),
    Scenario.INDOOR_OPEN: (3.0, 8.03),
}
"""Standard deviation of the shadow fading with and without line of sight (Table 7.4.1-1)."""
RURAL_FAR_FADING_DB = 6.0


def shadow_fading_db(
    scenario: Scenario,
    *,
    line_of_sight: ArrayLike,
    frequency_ghz: ArrayLike,
    distance_m: ArrayLike,
    base_height_m: ArrayLike,
    terminal_height_m: ArrayLike = 1.5,
) -> Floats:
    """Give the standard deviation of the shadow fading (Table 7.4.1-1); in RMa it grows beyond the breakpoint.

    Ranges as for `path_loss_db`. Raises RangeError.

    >>> def rma(metres): return shadow_fading_db(
    ...     Scenario.RMA, line_of_sight=True, frequency_ghz=0.7, distance_m=metres, base_height_m=35)
    >>> rma([700, 900]).tolist()  # breakpoint 2 pi 35 1.5 700e6 / 3e8 = 769.7 m
    [4.0, 6.0]
    """
    link = checked_link(scenario, frequency_ghz, distance_m, base_height_m, terminal_height_m, 5.0, 20.0)
    seen, hidden = FADING_DB[scenario]
    in_sight = np.full(np.broadcast_shapes(link.frequency_ghz.shape, link.direct_m.shape), seen)
    if scenario is Scenario.RMA:
        in_sight = np.where(link.distance_m <= rural_breakpoint_m(link), seen, RURAL_FAR_FADING_DB)
    return np.where(np.asarray(line_of_sight, dtype=bool), in_sight, hidden)


def line_of_sight_probability(
    scenario: Scenario, *, distance_m: ArrayLike, terminal_height_m: ArrayLike = 1.5
) -> Floats:
    """Give how probable the line of sight is (Table 7.4.2-1); distances from 0, terminals up to 23 m.

    >>> def sight(scenario, metres): return line_of_sight_probability(scenario, distance_m=metres).round(4).tolist()
    >>> sight(Scenario.RMA, [10, 1010]), sight(Scenario.UMI, [18, 100]), sight(Scenario.UMA, [18, 100])
    ([1.0, 0.3679], [1.0, 0.231], [1.0, 0.3477])
    """
    distance = within("khoảng cách", distance_m, 0.0, np.inf, "m")
    height = within("độ cao máy", terminal_height_m, 0.0, 23.0, "m")
    if scenario is Scenario.RMA:
        return np.exp(-np.maximum(distance - 10, 0) / 1000) + 0 * height
    if scenario in OFFICES:
        return office_sight(scenario, distance) + 0 * height
    reach = 63.0 if scenario is Scenario.UMA else 36.0
    far = np.maximum(distance, 18.0)
    plain = 18 / far + np.exp(-far / reach) * (1 - 18 / far)
    if scenario is Scenario.UMI:
        return plain + 0 * height
    lifted = np.maximum((height - 13) / 10, 0) ** 1.5 * 1.25 * (far / 100) ** 3 * np.exp(-far / 150)
    return np.where(distance <= 18, 1.0, plain * (1 + lifted))


def office_sight(scenario: Scenario, distance_m: Floats) -> Floats:
    """Give how probable the line of sight is in an office."""
    if scenario is Scenario.INDOOR_MIXED:
        near = np.exp(-np.maximum(distance_m - 1.2, 0) / 4.7)
        return np.where(distance_m < 6.5, near, 0.32 * np.exp(-(distance_m - 6.5) / 32.6))
    near = np.exp(-np.maximum(distance_m - 5, 0) / 70.8)
    return np.where(distance_m <= 49, near, 0.54 * np.exp(-(distance_m - 49) / 211.7))


FARTHEST_SIGMAS, HALVINGS = 8.0, 40


@dataclass(frozen=True)
class EitherWay:
    """A loss where nobody knows whether there is a line of sight: how probable it is, and both cases, as arrays."""

    in_sight: Floats
    seen_db: Floats
    seen_sigma_db: Floats
    hidden_db: Floats
    hidden_sigma_db: Floats

    @property
    def mean_db(self) -> Floats:
        """The mean of the two in dB."""
        return self.in_sight * self.seen_db + (1 - self.in_sight) * self.hidden_db

    def exceeded_db(self, loss_db: ArrayLike) -> Floats:
        """Give the probability that the loss exceeds so many dB."""
        bound = np.asarray(loss_db, dtype=np.float64)
        seen = cumulative((self.seen_db - bound) / self.seen_sigma_db)
        return self.in_sight * seen + (1 - self.in_sight) * cumulative((self.hidden_db - bound) / self.hidden_sigma_db)

    def not_exceeded_db(self, location_percent: ArrayLike) -> Floats:
        """Give the loss that so many % of places do not exceed, to a millionth of a dB. Raises RangeError.

        >>> at = loss_at_random_place(Scenario.UMI, frequency_ghz=26, distance_m=100, base_height_m=10)
        >>> at.exceeded_db(at.not_exceeded_db([10, 50, 90])).round(6).tolist()
        [0.9, 0.5, 0.1]
        """
        share = between("tỷ lệ vị trí", location_percent, 0.0, 100.0, "%") / 100
        apart = FARTHEST_SIGMAS * np.maximum(self.seen_sigma_db, self.hidden_sigma_db)
        low, high = self.seen_db - apart + 0 * share, self.hidden_db + apart + 0 * share
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            too_low = 1 - self.exceeded_db(middle) < share
            low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
        return np.asarray((low + high) / 2)


def loss_at_random_place(
    scenario: Scenario,
    *,
    frequency_ghz: ArrayLike,
    distance_m: ArrayLike,
    base_height_m: ArrayLike,
    terminal_height_m: ArrayLike = 1.5,
    building_height_m: ArrayLike = 5.0,
    street_width_m: ArrayLike = 20.0,
) -> EitherWay:
    """Give both cases with their probability and fading; one normal distribution in their stead errs by up to 16 %.

    Ranges as for `path_loss_db`, without line of sight. Raises RangeError.

    >>> at = loss_at_random_place(Scenario.UMI, frequency_ghz=26, distance_m=100, base_height_m=10)
    >>> at.mean_db.round(1).item(), at.exceeded_db([100, 118.5, 135]).round(3).tolist()
    (118.5, [0.942, 0.558, 0.05])
    """
    share = line_of_sight_probability(scenario, distance_m=distance_m, terminal_height_m=terminal_height_m)
    given = {
        "frequency_ghz": frequency_ghz,
        "distance_m": distance_m,
        "base_height_m": base_height_m,
        "terminal_height_m": terminal_height_m,
    }
    around = {"building_height_m": building_height_m, "street_width_m": street_width_m}
    seen, hidden = (path_loss_db(scenario, line_of_sight=sight, **given, **around) for sight in (True, False))
    clear_db, shadow_db = (shadow_fading_db(scenario, line_of_sight=sight, **given) for sight in (True, False))
    return EitherWay(share, seen, clear_db, hidden, shadow_db)


class Building(StrEnum):
    """The two kinds of building of Table 7.4.3-2."""

    LOW_LOSS = "low-loss"
    HIGH_LOSS = "high-loss"


INDOOR_DB_PER_M = 0.5
WALL_SIGMA_DB = {Building.LOW_LOSS: 4.4, Building.HIGH_LOSS: 6.5}
CAR_LOSS_DB, CAR_METALLISED_LOSS_DB, CAR_SIGMA_DB = 9.0, 20.0, 5.0
"""Loss into a car, with metallised windows, and its standard deviation, for 0.6 to 60 GHz (§7.4.3.2)."""


def building_loss_db(building: Building, *, frequency_ghz: ArrayLike, indoor_distance_m: ArrayLike = 0.0) -> Floats:
    """Give the mean loss into a building: walls by Table 7.4.3-2, then 0.5 dB for each metre inside (§7.4.3.1).

    Frequency 0.5 to 100 GHz, 0 to 25 m inside; `WALL_SIGMA_DB` has the standard deviation. Raises RangeError.

    >>> [building_loss_db(kind, frequency_ghz=3.5).round(2).item() for kind in Building]
    [12.7, 26.85]
    """
    frequency = within("tần số", frequency_ghz, 0.5, 100.0, "GHz")
    inside = within("khoảng cách trong nhà", indoor_distance_m, 0.0, 25.0, "m")
    concrete = 10 ** (-(5 + 4 * frequency) / 10)
    if building is Building.LOW_LOSS:
        through = 0.3 * 10 ** (-(2 + 0.2 * frequency) / 10) + 0.7 * concrete
    else:
        through = 0.7 * 10 ** (-(23 + 0.3 * frequency) / 10) + 0.3 * concrete
    return np.asarray(5 - 10 * np.log10(through) + INDOOR_DB_PER_M * inside)
