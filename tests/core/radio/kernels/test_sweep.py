"""The sweep is the exact kernel's raster but for where its samples lie, and what a user reads off both is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hatang.core.radio.errors import RangeError
from hatang.core.radio.kernels import sweep
from hatang.core.radio.kernels.exact import raster_losses
from hatang.core.radio.kernels.ground import SWEEP, Conditions, RasterLosses, Transmitter, Why
from tests.core.radio.kernels.grounds import hills, mountains, plain, with_trees

TWO_BANDS = Conditions([0.8, 3.5])
SERVED_DB = (120.0, 130.0, 140.0)
"""Losses at which a cell ceases to serve, from a weak indoor one to a strong outdoor one."""
RADIUS_KM = 14.0
PLAIN_RADIUS_KM = 25.0
"""Far enough that the limits do not all fall into the bulk of the pixels, where a plain has nothing but noise."""


def apart(one: RasterLosses, other: RasterLosses) -> np.ndarray:
    """Give the differences at every computed pixel, (frequencies, pixels)."""
    assert np.array_equal(one.why, other.why)
    return (one.losses_db - other.losses_db)[:, one.why == Why.COMPUTED]


def agreement(one: RasterLosses, other: RasterLosses) -> float:
    """Give the smallest share of pixels that both call served or both not, over bands and limits."""
    computed = one.why == Why.COMPUTED
    a, b = one.losses_db[:, computed], other.losses_db[:, computed]
    return min(float(((a[k] < limit) == (b[k] < limit)).mean()) for k in range(len(a)) for limit in SERVED_DB)


@pytest.mark.parametrize(("time_percent", "same"), [(50.0, 0.995), (10.0, 0.993)])
@pytest.mark.parametrize("terrain", ["mountains", "hills", "plain"])
def test_the_sweep_is_as_good_as_the_exact_kernel(shared: Path, terrain: str, time_percent: float, same: float) -> None:
    ground, mast = {"mountains": mountains, "hills": hills}.get(terrain, lambda _: plain())(shared)
    asked = replace(TWO_BANDS, time_percent=time_percent)
    radius_km = PLAIN_RADIUS_KM if terrain == "plain" else RADIUS_KM
    exact, swept = (kernel(ground, mast, radius_km, asked) for kernel in (raster_losses, sweep.sweep_losses))
    assert swept.kernel == SWEEP
    assert np.median(np.abs(apart(swept, exact)), axis=1).max() <= 0.1
    assert abs(float(np.median(apart(swept, exact)))) <= 0.01
    assert agreement(swept, exact) >= same


def test_trees_hide_the_same_places(shared: Path) -> None:
    ground, mast = hills(shared)
    covered = with_trees(ground)
    exact, swept = (kernel(covered, mast, RADIUS_KM, TWO_BANDS) for kernel in (raster_losses, sweep.sweep_losses))
    assert np.median(np.abs(apart(swept, exact)), axis=1).max() <= 0.1
    assert agreement(swept, exact) >= 0.995
    bare = sweep.sweep_losses(ground, mast, RADIUS_KM, TWO_BANDS)
    assert (apart(swept, bare) > -3).mean() > 0.99 and np.median(apart(swept, bare)) > 1


def test_bytes_do_not_depend_on_other_bands(shared: Path) -> None:
    ground, mast = hills(shared)
    whole = sweep.sweep_losses(ground, mast, 8.0, TWO_BANDS)
    second = sweep.sweep_losses(ground, mast, 8.0, replace(TWO_BANDS, frequencies_ghz=[3.5]))
    assert second.losses_db[0].tobytes() == whole.losses_db[1].tobytes()


def test_a_mast_in_the_corner_of_the_terrain() -> None:
    ground, _ = plain()
    corner = Transmitter(ground.west_deg, ground.north_deg, 30.0)
    exact, swept = (kernel(ground, corner, 10.0, TWO_BANDS) for kernel in (raster_losses, sweep.sweep_losses))
    assert (swept.first_row, swept.first_column) == (0, 0)
    assert np.isnan(swept.losses_db[0]).tolist() == (swept.why != Why.COMPUTED).tolist()
    assert swept.why[0, 0] == Why.TOO_NEAR and swept.why[-1, -1] == Why.OUTSIDE
    assert np.median(np.abs(apart(swept, exact))) <= 0.1


def test_a_radius_beyond_the_samples_is_refused() -> None:
    ground, mast = plain()
    with pytest.raises(RangeError, match="Bán kính"):
        sweep.sweep_losses(ground, mast, 50.0, replace(TWO_BANDS, step_km=0.01))
