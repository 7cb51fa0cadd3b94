"""The methods of path loss that a table of cases may name; a further one is a row of METHODS."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hatang.core.radio import p525, p526, p1812
from hatang.core.radio.cases import Case, Method, Outcome, ProfileTable
from hatang.core.radio.methods_statistical import EARTH, STATISTICAL
from hatang.core.vietnamese import number

MIDDLE_OF_VIETNAM_DEG = 16.0
HALF = 50.0
ANTENNAS = {
    "độ cao ăng ten phát": "transmitter_height_m",
    "độ cao ăng ten thu": "receiver_height_m",
    "phân cực (1 ngang, 2 đứng)": "polarisation",
}
OVER_GROUND = ("frequency_mhz", "profile", "transmitter_height_m", "receiver_height_m", "polarisation")
FREQUENCY = {"tần số": "frequency_mhz"}


def free_space(case: Case) -> Outcome:
    """Compute free space by P.525 over the distance given, or that of the profile."""
    length_km = case.length_km()
    loss_db = p525.free_space_loss_db(frequency_ghz=case.number("frequency_mhz") / 1000, distance_km=length_km)
    return Outcome(loss_db, {"length_km": length_km, "free_space_db": loss_db})


def delta_bullington(case: Case) -> Outcome:
    """Compute free space and diffraction by P.526 over the bare ground of the profile."""
    path, frequency_ghz = case.path(), case.number("frequency_mhz") / 1000
    heights_m = case.number("transmitter_height_m"), case.number("receiver_height_m")
    sea = p1812.sea_fraction(path.distances_km, path.zones)
    bent = p526.diffraction_loss(
        frequency_ghz=frequency_ghz,
        polarisation=int(case.number("polarisation")),
        distances_km=path.distances_km,
        heights_m=path.heights_m,
        transmitter_height_m=heights_m[0],
        receiver_height_m=heights_m[1],
        sea_fraction=sea,
        earth_radius_km=case.number_or("earth_radius_km", p526.EARTH_RADIUS_KM, EARTH),
    )
    if path.has_clutter:
        case.notes.append("p526 không dùng lớp phủ của mặt cắt")
    note_zones(case, path)
    apart_m = path.heights_m[0] + heights_m[0] - path.heights_m[-1] - heights_m[1]
    slant_km = math.hypot(path.length_km, apart_m / 1000)
    free_space_db = p525.free_space_loss_db(frequency_ghz=frequency_ghz, distance_km=slant_km)
    return Outcome(
        free_space_db + bent.loss_db,
        {
            "length_km": path.length_km,
            "sea_fraction": sea,
            "free_space_db": free_space_db,
            "diffraction_db": bent.loss_db,
            "bullington_db": bent.path_db,
            "smooth_bullington_db": bent.smooth_db,
            "spherical_db": bent.spherical_db,
        },
    )


TERMS: dict[str, Callable[[p1812.PathLoss], float]] = {
    "length_km": lambda r: r.geometry.length_km,
    "sea_fraction": lambda r: r.climate.sea_fraction,
    "free_space_db": lambda r: r.sight.free_space_db,
    "diffraction_db": lambda r: r.diffraction.at_time_db,
    "bullington_db": lambda r: r.diffraction.median.path_db,
    "smooth_bullington_db": lambda r: r.diffraction.median.smooth_db,
    "spherical_db": lambda r: r.diffraction.median.spherical_db,
    "diffraction_median_db": lambda r: r.diffraction.median.loss_db,
    "diffraction_ducting_db": lambda r: r.diffraction.ducting.loss_db,
    "sight_loss_db": lambda r: r.sight.at_time_db,
    "diffraction_loss_db": lambda r: r.combination.diffraction_db,
    "ducting_loss_db": lambda r: r.combination.ducting_db,
    "troposcatter_loss_db": lambda r: r.combination.troposcatter_db,
    "loss_at_half_db": lambda r: r.combination.loss_db,
    "location_deviation_db": lambda r: r.location_deviation_db,
    "field_strength_dbuv_m": lambda r: r.field_strength_dbuv_m,
    "trans_horizon": lambda r: float(r.geometry.horizons.trans_horizon),
    "transmitter_horizon_km": lambda r: r.geometry.horizons.transmitter_km,
    "receiver_horizon_km": lambda r: r.geometry.horizons.receiver_km,
    "transmitter_horizon_mrad": lambda r: r.geometry.horizons.transmitter_mrad,
    "receiver_horizon_mrad": lambda r: r.geometry.horizons.receiver_mrad,
    "path_angle_mrad": lambda r: r.geometry.angle_mrad,
    "roughness_m": lambda r: r.geometry.roughness_m,
    "ducting_percent": lambda r: r.climate.ducting_percent,
    "earth_radius_km": lambda r: r.climate.earth_radius_km,
}
"""What a P.1812 prediction is made of, by the names of the output's columns."""


def by_p1812(case: Case) -> Outcome:
    """Compute P.1812-8 over the profile; what the row leaves out is taken by default and noted."""
    path = case.path()
    note_profile(case, path)
    result = p1812.path_loss(
        frequency_ghz=case.number("frequency_mhz") / 1000,
        polarisation=int(case.number("polarisation")),
        distances_km=path.distances_km,
        heights_m=path.heights_m,
        clutter_heights_m=path.clutter_heights_m,
        zones=path.zones,
        transmitter_height_m=case.number("transmitter_height_m"),
        receiver_height_m=case.number("receiver_height_m"),
        **defaulted(case),
        transmitter_coast_km=case.values.get("transmitter_coast_km"),
        receiver_coast_km=case.values.get("receiver_coast_km"),
        location_deviation_db=case.values.get("location_deviation_db"),
        building_entry_loss_db=case.values.get("building_entry_loss_db", 0.0),
        building_entry_deviation_db=case.values.get("building_entry_deviation_db", 0.0),
    )
    return Outcome(result.loss_db, {name: float(term(result)) for name, term in TERMS.items()})


def note_profile(case: Case, path: ProfileTable) -> None:
    """Note what the profile does not tell."""
    if not path.has_clutter:
        case.notes.append("mặt cắt không có lớp phủ: coi là đất trống")
    note_zones(case, path)


def note_zones(case: Case, path: ProfileTable) -> None:
    """Note that the path was taken for inland where the profile has no zones."""
    if not path.has_zones:
        case.notes.append("mặt cắt không có vùng: coi là nội địa")


def defaulted(case: Case) -> dict[str, Any]:
    """Give the inputs that have a default, noting each that was taken."""
    assumed = p1812.VIETNAM
    given = {
        "time_percent": (HALF, "time_percent 50"),
        "location_percent": (HALF, "location_percent 50"),
        "latitude_deg": (MIDDLE_OF_VIETNAM_DEG, "latitude_deg 16 (giả định: giữa Việt Nam)"),
        "delta_n": (assumed.delta_n, f"delta_n {number(assumed.delta_n, 1)} (giả định: khí quyển tham chiếu P.453)"),
        "n0": (assumed.n0, f"n0 {number(assumed.n0, 1)} (giả định: khí quyển tham chiếu P.453)"),
    }
    values = {column: case.number_or(column, *default) for column, default in given.items()}
    resolution_m = case.values.get("resolution_m", p1812.RESOLUTION_M)
    if values["location_percent"] != HALF and not {"resolution_m", "location_deviation_db"} & case.values.keys():
        case.notes.append(f"resolution_m {number(resolution_m)}")
    return values | {"resolution_m": resolution_m}


METHODS: dict[str, Method] = {
    "p525": Method(p525.VERSION, free_space, ("frequency_mhz",), FREQUENCY | {"khoảng cách": "distance_km"}),
    "p526": Method(
        p526.VERSION,
        delta_bullington,
        OVER_GROUND,
        FREQUENCY | ANTENNAS | {"bán kính hiệu dụng của Trái Đất": "earth_radius_km"},
    ),
    "p1812": Method(
        p1812.VERSION,
        by_p1812,
        OVER_GROUND,
        FREQUENCY
        | ANTENNAS
        | {
            "chiều dài đường truyền": "profile",
            "tỷ lệ thời gian": "time_percent",
            "tỷ lệ vị trí": "location_percent",
            "vĩ độ giữa đường truyền": "latitude_deg",
            "ΔN": "delta_n",
            "N0": "n0",
            "khoảng cách từ ăng ten phát tới bờ biển": "transmitter_coast_km",
            "khoảng cách từ ăng ten thu tới bờ biển": "receiver_coast_km",
            "độ rộng ô dự đoán": "resolution_m",
            "độ lệch chuẩn theo vị trí": "location_deviation_db",
            "suy hao vào nhà": "building_entry_loss_db",
            "độ lệch chuẩn của suy hao vào nhà": "building_entry_deviation_db",
        },
    ),
    **STATISTICAL,
}
