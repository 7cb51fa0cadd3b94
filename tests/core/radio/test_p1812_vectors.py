"""P.1812-8: the 63 validation cases of the Swiss OFCOM, the loss and every intermediate value that both have."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from hatang.core.radio.p1812 import PathLoss, path_loss

LOGS = [
    f"{profile}_{number}"
    for profile, count in {
        "b2iseac": 3,
        "b2iseac_dense_urban_land": 3,
        "b2iseac_dense_urban_land_eqdist": 3,
        "b2iseac_eqdist": 3,
        "b2iseac_eqdist_vertical": 3,
        "b2iseac_rural_land_100km": 3,
        "b2iseac_rural_land_100km_eqdist": 3,
        "b2iseac_rural_land_10km": 3,
        "b2iseac_rural_land_10km_eqdist": 3,
        "b2iseac_rural_land_1km": 3,
        "b2iseac_rural_land_1km_eqdist": 3,
        "b2iseac_vertical": 3,
        "rburg": 3,
        "rburg_rural_noclutter": 3,
        "rburg_rural_noclutter_los": 3,
        "rburg_rural_noclutter_los_subpath_diffraction": 3,
        "rburg_rural_with_clutter": 3,
        "rburg_urban_with_clutter": 6,
        "rburg_urban_with_clutter_vertical": 6,
    }.items()
    for number in range(count)
]
DIGITS = 2e-9
"""The logs have ten significant digits: the tolerance, relative, absolute for small values (dB, m, km, mrad)."""
INPUTS = {"Ptx (kW)", "Gtx (dBi)", "Grx (dBi)", "Ep (dBuV/m) w.r.t. Ptx", "Rn-1 (m)", "R2 (m)"} | {
    "f (GHz)", "p (%)", "pL (%)", "sigmaL (dB)", "phi_t (deg)", "phi_r (deg)", "lam_t (deg)", "lam_r (deg)", "htg (m)",
    "hrg (m)", "pol", "DN", "N0", "dct (km)", "dcr (km)", "phi (deg)",
}  # fmt: skip
"""What goes in, and the station's power, which the prediction does not know."""

VALUES: dict[str, Callable[[PathLoss], float]] = {
    "d (km)": lambda r: r.geometry.length_km,
    "dlt (km)": lambda r: r.geometry.horizons.transmitter_km,
    "dlr (km)": lambda r: r.geometry.horizons.receiver_km,
    "th_t (mrad)": lambda r: r.geometry.horizons.transmitter_mrad,
    "th_r (mrad)": lambda r: r.geometry.horizons.receiver_mrad,
    "th (mrad)": lambda r: r.geometry.angle_mrad,
    "hts (m)": lambda r: r.geometry.transmitter_m,
    "hrs (m)": lambda r: r.geometry.receiver_m,
    "htc (m) Table 5": lambda r: r.geometry.transmitter_m,
    "hrc (m) Table 5": lambda r: r.geometry.receiver_m,
    "w": lambda r: r.climate.sea_fraction,
    "dtm (km)": lambda r: r.climate.longest_land_km,
    "dlm (km)": lambda r: r.climate.longest_inland_km,
    "b0 (%)": lambda r: r.climate.ducting_percent,
    "ae (km)": lambda r: r.climate.earth_radius_km,
    "hst (m) Eq (85)": lambda r: r.geometry.fitted_transmitter_m,
    "hsr (m) Eq (86)": lambda r: r.geometry.fitted_receiver_m,
    "hst (m) Eq (90a)": lambda r: r.geometry.smooth_transmitter_m,
    "hsr (m) Eq (90b)": lambda r: r.geometry.smooth_receiver_m,
    "hstd (m)": lambda r: r.geometry.diffraction_transmitter_m,
    "hsrd (m)": lambda r: r.geometry.diffraction_receiver_m,
    "htc (m) Eq (37a)": lambda r: r.geometry.transmitter_m - r.geometry.diffraction_transmitter_m,
    "hrc (m) Eq (37b)": lambda r: r.geometry.receiver_m - r.geometry.diffraction_receiver_m,
    "hte (m)": lambda r: r.geometry.effective_transmitter_m,
    "hre (m)": lambda r: r.geometry.effective_receiver_m,
    "hm (m)": lambda r: r.geometry.roughness_m,
    "Fi": lambda r: r.diffraction.weight,
    "Fj": lambda r: r.combination.angle_weight,
    "Fk": lambda r: r.combination.distance_weight,
    "Lbfs": lambda r: r.sight.free_space_db,
    "Lb0p": lambda r: r.sight.at_time_db,
    "Lb0b": lambda r: r.sight.at_ducting_db,
    "Lbulla (dB)": lambda r: r.diffraction.ducting.path_db,
    "Lbulls (dB)": lambda r: r.diffraction.ducting.smooth_db,
    "Ldsph (dB)": lambda r: r.diffraction.ducting.spherical_db,
    "Ld50 (dB)": lambda r: r.diffraction.median.loss_db,
    "Ldb (dB)": lambda r: r.diffraction.ducting.loss_db,
    "Ldp (dB)": lambda r: r.diffraction.at_time_db,
    "Lbd50 (dB)": lambda r: r.combination.diffraction_median_db,
    "Lbd (dB)": lambda r: r.combination.enhanced_diffraction_db,
    "Lminb0p (dB)": lambda r: r.combination.least_sight_db,
    "Lba (dB)": lambda r: r.combination.ducting_db,
    "Lminbap (dB)": lambda r: r.combination.least_ducting_db,
    "Lbda (dB)": lambda r: r.combination.enhanced_diffraction_db,
    "Lbam (dB)": lambda r: r.combination.modified_db,
    "Lbs (dB)": lambda r: r.combination.troposcatter_db,
    "Lbc (dB)": lambda r: r.combination.loss_db,
    "Lb (dB)": lambda r: r.loss_db,
    "Ep (dBuV/m)": lambda r: r.field_strength_dbuv_m,
}
"""The logs' parts of the diffraction loss are those for β0 % of the time, as their sum Ldb shows; their Lbd is Lbda."""
TWICE = {"hst (m)", "hsr (m)", "htc (m)", "hrc (m)"}


@cache
def profile(path: Path) -> dict[str, np.ndarray]:
    """Read the points of a profile file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start, end = (
        next(i for i, line in enumerate(lines) if line.startswith(mark)) for mark in ("{Begin of P", "{End of P")
    )
    d, h, _, r, z = np.array([line.split(",")[:5] for line in lines[start + 2 : end]], dtype=float).T
    return {"distances_km": d, "heights_m": h, "clutter_heights_m": r, "zones": z}


def log(path: Path) -> dict[str, float]:
    """Read a log: names, with the equation where a name comes twice, and values."""
    values = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.reader(line for line in file if line.strip(", \n") and not line.startswith("#")):
            name, value = row[0].strip(), [cell for cell in row if cell][-1]
            values[f"{name} {row[1]}" if name in TWICE else name] = float(value)
    return values


@pytest.mark.parametrize("name", LOGS)
def test_validation_case(shared: Path, name: str) -> None:
    tests = shared / "data" / "radio-validation" / "p1812_ofcom" / "tests"
    expected = log(tests / "validation_results" / f"{name}_log.csv")
    result = path_loss(
        **profile(tests / "validation_profiles" / f"{name.rsplit('_', 1)[0]}.csv"),
        frequency_ghz=expected["f (GHz)"],
        time_percent=expected["p (%)"],
        location_percent=expected["pL (%)"],
        location_deviation_db=expected["sigmaL (dB)"],
        transmitter_height_m=expected["htg (m)"],
        receiver_height_m=expected["hrg (m)"],
        polarisation=int(expected["pol"]),
        delta_n=expected["DN"],
        n0=expected["N0"],
        transmitter_coast_km=expected["dct (km)"],
        receiver_coast_km=expected["dcr (km)"],
        latitude_deg=expected["phi (deg)"],
    )
    assert expected.keys() - INPUTS == VALUES.keys()
    got = {name: value(result) for name, value in VALUES.items()}
    assert got == pytest.approx({name: expected[name] for name in VALUES}, rel=DIGITS, abs=5 * DIGITS)
    own = result.combination.diffraction_db
    assert own == pytest.approx(expected["Lb0p"] + expected["Ldp (dB)"], abs=1e-6)


def test_every_log_is_a_case(shared: Path) -> None:
    results = shared / "data" / "radio-validation" / "p1812_ofcom" / "tests" / "validation_results"
    assert {path.stem.removesuffix("_log") for path in results.glob("*_log.csv")} == set(LOGS)
    assert len(LOGS) == 63
