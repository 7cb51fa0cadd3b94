"""Diffraction by P.526: the Study Group's examples, and what holds for any path."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from hatang.core.radio import p526
from hatang.core.radio.p526 import GroundPath, SmoothPath, Wave

TOLERANCE_DB = 1e-6
Answer = Callable[[GroundPath, Wave], tuple[float, ...]]


@cache
def ground(folder: Path, number: str) -> tuple[np.ndarray, np.ndarray]:
    values = np.loadtxt(folder / f"dbull_path{number}.csv", delimiter=",", skiprows=1)
    return values[:, 0], values[:, 1]


def examples(folder: Path, name: str) -> Iterator[tuple[str, GroundPath, Wave, tuple[float, ...]]]:
    """Give each example of a file: its name, path and wave, and the values that are expected."""
    with (folder / f"expected_{name}.csv").open(encoding="utf-8") as file:
        for number, hts, hrs, mhz, *expected in list(csv.reader(file))[1:]:
            d, h = ground(folder, number)
            path = GroundPath(d, h, h[0] + float(hts), h[-1] + float(hrs))
            yield (
                f"{number}, {hts} m, {hrs} m, {mhz} MHz",
                path,
                Wave(float(mhz) / 1000, p526.HORIZONTAL),
                tuple(map(float, expected)),
            )


def smooth(path: GroundPath) -> SmoothPath:
    low, high = p526.diffraction_surface(path)
    return SmoothPath(path.length_km, path.transmitter_m - low, path.receiver_m - high)


def level(path: GroundPath) -> GroundPath:
    heights = smooth(path)
    return GroundPath(path.distances_km, np.zeros_like(path.distances_km), heights.transmitter_m, heights.receiver_m)


R = p526.EARTH_RADIUS_KM
ANSWERS: dict[str, Answer] = {
    "calculateDiffractionModelSmoothEarthHeightsTest": lambda p, w: (smooth(p).transmitter_m, smooth(p).receiver_m),
    "DiffractionLoss_calcBullingtonLossTest": lambda p, w: (p526.bullington_loss_db(p, w, R),),
    "DiffractionLoss_calcSmoothEarthBullingtonLossTest": lambda p, w: (p526.bullington_loss_db(level(p), w, R),),
    "DiffractionLoss_calcSphericalEarthLossFirstTermTest": lambda p, w: p526.first_term(smooth(p), w, R, p526.LAND),
    "DiffractionLoss_calcSphericalEarthLossTest": lambda p, w: (p526.spherical_earth_loss_db(smooth(p), w, R),),
    "DiffractionLoss_calcDeltaBullingtonLossTest": lambda p, w: (
        p526.delta_bullington(p, p526.diffraction_surface(p), w, R).loss_db,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_study_groups_examples(shared: Path, name: str) -> None:
    """Twenty cases over four real paths, every part of the calculation within 1e-6 dB (heights: 1e-6 m)."""
    cases = list(examples(shared / "data" / "radio-validation" / "delta_bullington_p526", name))
    for which, path, wave, expected in cases:
        assert ANSWERS[name](path, wave) == pytest.approx(expected, abs=TOLERANCE_DB), which
    assert len(cases) == (9 if "FirstTerm" in name else 20)
