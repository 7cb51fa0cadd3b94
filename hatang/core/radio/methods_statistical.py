"""Cases by P.2108 and TR 38.901: methods that know what kind of surroundings a place has, not the ground itself."""

from __future__ import annotations

from collections.abc import Callable

from hatang.core.radio import p525, p526, p2108, tr38901
from hatang.core.radio.cases import AROUND, Case, CaseError, Method, Outcome
from hatang.core.radio.errors import RangeError, check_range
from hatang.core.radio.normal import quantile
from hatang.core.radio.ranges import Floats, between
from hatang.core.radio.tr38901 import EitherWay, Scenario
from hatang.core.vietnamese import number

HALF = 50.0
BUILDING_M = 5.0
"""RMa's default (Table 7.4.1-1), as is the street's."""
RURAL_STREET_M = 20.0
EARTH_RADII_KM = (1000.0, 100_000.0)
MOST_M = 1000.0
"""P.2108 §3.1 sets no upper ends; what is higher or wider is a slip of the pen."""
EARTH = "earth_radius_km 8500 (4/3 Trái Đất)"


def with_free_space(frequency_ghz: float, clutter_db: float, length_km: float) -> Outcome:
    """Add a clutter loss to that of free space."""
    free_db = p525.free_space_loss_db(frequency_ghz=frequency_ghz, distance_km=length_km)
    terms = {"length_km": length_km, "free_space_db": free_db, "clutter_loss_db": clutter_db}
    return Outcome(free_db + clutter_db, terms)


def clutter_statistics(case: Case) -> Outcome:
    """Compute free space and the clutter loss of P.2108 §3.2 at one end of the path."""
    frequency_ghz, length_km = case.number("frequency_mhz") / 1000, case.length_km()
    clutter_db = p2108.statistical_loss_db(
        frequency_ghz=frequency_ghz,
        distance_km=length_km,
        location_percent=case.number_or("location_percent", HALF, "location_percent 50"),
    )
    return with_free_space(frequency_ghz, float(clutter_db), length_km)


def clutter_at_terminal(case: Case) -> Outcome:
    """Compute free space and the median clutter loss of P.2108 §3.1 at the receiver."""
    frequency_ghz, length_km = case.number("frequency_mhz") / 1000, case.length_km()
    clutter = list(AROUND.values())[int(case.number("clutter"))]
    usual_m, street_m, height_m = p2108.HEIGHTS_M[clutter], p2108.STREET_WIDTH_M, case.number("receiver_height_m")
    around_m = case.number_or("clutter_height_m", usual_m, f"clutter_height_m {number(usual_m)} (Bảng 3)")
    wide_m = case.number_or("street_width_m", street_m, f"street_width_m {number(street_m)}")
    for quantity, value in (("độ cao máy", height_m), ("độ cao vật che", around_m), ("bề rộng phố", wide_m)):
        check_range(quantity, value, 0.0, MOST_M, "m")
    clutter_db = p2108.height_gain_loss_db(
        clutter,
        frequency_ghz=frequency_ghz,
        terminal_height_m=height_m,
        clutter_height_m=around_m,
        street_width_m=wide_m,
    )
    return with_free_space(frequency_ghz, float(clutter_db), length_km)


def by_scenario(scenario: Scenario) -> Callable[[Case], Outcome]:
    """Give the calculation of cases of TR 38.901 in one scenario."""

    def compute(case: Case) -> Outcome:
        try:
            return in_scenario(scenario, case)
        except RangeError as error:
            if case.profile and error.quantity.startswith("khoảng cách"):
                raise CaseError("profile", str(error)) from error
            raise

    return compute


def in_scenario(scenario: Scenario, case: Case) -> Outcome:
    """Compute the loss that so many % of places do not exceed: in sight, hidden, or either where nobody knows."""
    either = either_way(scenario, case, case.length_km())
    percent = case.number_or("location_percent", HALF, "location_percent 50")
    share = float(between("tỷ lệ vị trí", percent, 0.0, 100.0, "%")) / 100
    terms = {"length_km": case.length_km(), "sight_loss_db": float(either.seen_db)}
    terms["hidden_loss_db"] = float(either.hidden_db)
    sight = sight_of(case)
    if sight is None:
        case.notes.append("line_of_sight: chưa biết, lấy theo xác suất của TR 38.901")
        terms |= {"sight_probability": float(either.in_sight), "loss_at_half_db": float(either.not_exceeded_db(HALF))}
        return Outcome(float(either.not_exceeded_db(percent)), terms)
    mean_db, sigma_db = (either.seen_db, either.seen_sigma_db) if sight else (either.hidden_db, either.hidden_sigma_db)
    terms |= {"sight_probability": float(sight), "loss_at_half_db": float(mean_db)}
    terms["location_deviation_db"] = float(sigma_db)
    return Outcome(float(mean_db + sigma_db * quantile(share)), terms)


def either_way(scenario: Scenario, case: Case, length_km: float) -> EitherWay:
    """Compute the loss with and without line of sight."""
    rural = scenario is Scenario.RMA
    around = {}
    if rural:
        note = f"building_height_m {number(BUILDING_M)}", f"street_width_m {number(RURAL_STREET_M)}"
        around["building_height_m"] = case.number_or("building_height_m", BUILDING_M, note[0])
        around["street_width_m"] = case.number_or("street_width_m", RURAL_STREET_M, note[1])
    return tr38901.loss_at_random_place(
        scenario,
        frequency_ghz=case.number("frequency_mhz") / 1000,
        distance_m=1000 * length_km,
        base_height_m=case.number("transmitter_height_m"),
        terminal_height_m=case.number("receiver_height_m"),
        **around,
    )


def sight_of(case: Case) -> bool | None:
    """Tell whether the ends see each other: as the row says, else as the profile does, None where neither knows.

    A profile without cover can hide, but not show: houses may stand on it.
    """
    if "line_of_sight" in case.values:
        return bool(case.number("line_of_sight"))
    if case.profile is None:
        return None
    path = case.path()
    heights_m = case.number("transmitter_height_m"), case.number("receiver_height_m")
    radius_km = case.number_or("earth_radius_km", p526.EARTH_RADIUS_KM, EARTH)
    check_range("bán kính hiệu dụng của Trái Đất", radius_km, *EARTH_RADII_KM, "km")
    clear = is_clear(path.distances_km, path.heights_m, path.clutter_heights_m, heights_m, radius_km)
    if clear and not path.has_clutter:
        case.notes.append("mặt cắt không che nhưng không có lớp phủ")
        return None
    case.notes.append(f"line_of_sight {'có' if clear else 'không'} (theo mặt cắt)")
    return clear


def is_clear(
    distances_km: Floats,
    heights_m: Floats,
    clutter_heights_m: Floats,
    antennas_m: tuple[float, float],
    earth_radius_km: float,
) -> bool:
    """Tell whether nothing between the ends of a profile (n,) rises above the straight line of the antennas.

    >>> import numpy as np
    >>> def over(hill_m): return is_clear(*np.array([[0, 5, 10], [0, hill_m, 0], [0, 0, 0]]), (30.0, 10.0), 8500.0)
    >>> over(18), over(19)  # the line is 20 m high there, the Earth bulges 5 x 5 / (2 x 8500) km = 1.47 m
    (True, False)
    """
    length_km = distances_km[-1]
    first_m, last_m = heights_m[0] + antennas_m[0], heights_m[-1] + antennas_m[1]
    line_m = first_m + (last_m - first_m) * distances_km / length_km
    bulge_m = 1000 * distances_km * (length_km - distances_km) / (2 * earth_radius_km)
    return bool((heights_m + clutter_heights_m + bulge_m <= line_m)[1:-1].all())


SCENES = {
    "tần số": "frequency_mhz",
    "khoảng cách": "distance_km",
    "khoảng cách không nhìn thẳng": "distance_km",
    "khoảng cách trong không gian": "distance_km",
    "tỷ lệ vị trí": "location_percent",
    "độ cao ăng ten": "transmitter_height_m",
    "độ cao máy": "receiver_height_m",
    "có hay không nhìn thẳng": "line_of_sight",
    "bán kính hiệu dụng của Trái Đất": "earth_radius_km",
}
RURAL = {"độ cao nhà": "building_height_m", "bề rộng phố": "street_width_m"}
NAMES = {
    "tr38901-rma": Scenario.RMA,
    "tr38901-uma": Scenario.UMA,
    "tr38901-umi": Scenario.UMI,
    "tr38901-inh-mixed": Scenario.INDOOR_MIXED,
    "tr38901-inh-open": Scenario.INDOOR_OPEN,
}
STATISTICAL: dict[str, Method] = {
    "p2108": Method(
        f"{p2108.VERSION} §3.2",
        clutter_statistics,
        ("frequency_mhz",),
        {
            "tần số": "frequency_mhz",
            "khoảng cách": "distance_km",
            "chiều dài đường truyền": "distance_km",
            "tỷ lệ vị trí": "location_percent",
        },
    ),
    "p2108-terminal": Method(
        f"{p2108.VERSION} §3.1",
        clutter_at_terminal,
        ("frequency_mhz", "receiver_height_m", "clutter"),
        {
            "tần số": "frequency_mhz",
            "khoảng cách": "distance_km",
            "độ cao máy": "receiver_height_m",
            "loại vật che": "clutter",
            "độ cao vật che": "clutter_height_m",
            "bề rộng phố": "street_width_m",
        },
    ),
    **{
        name: Method(
            f"{tr38901.VERSION} {scenario}",
            by_scenario(scenario),
            ("frequency_mhz", "transmitter_height_m", "receiver_height_m"),
            SCENES | (RURAL if scenario is Scenario.RMA else {}),
        )
        for name, scenario in NAMES.items()
    },
}
"""What `methods.METHODS` takes up."""
