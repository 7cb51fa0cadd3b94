"""Restating on real censuses: what is found, what is not, and the dirt that is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import restating_census as trial
from hatang.core.restating.matching import Matcher
from hatang.core.restating.units_2025 import Units2025, read_units_2025


@pytest.fixture(scope="module")
def units() -> Units2025:
    """Read the built-in crosswalk once."""
    return read_units_2025()


def test_the_conversion_is_whole(units: Units2025) -> None:
    assert (len(units.former), len(units.present)) == (10_040, 3_321)
    assert np.bincount(np.bincount(units.communes.origin))[1] == 9_569
    assert (len(units.provinces.before), len(units.provinces.after)) == (63, 34)


def test_the_census_of_2019_lands_on_todays_communes(shared: Path, units: Units2025) -> None:
    census = trial.read_2019(shared / "data")
    placed = trial.place(census, units, Matcher(units.former))
    done = placed.restated
    assert census.people == 96_208_984
    assert 85 < placed.coverage_percent < 95
    assert 80 < placed.complete_percent < 90
    np.testing.assert_allclose(np.nansum(done.values) + done.held_back, sum(placed.by_code.values()))
    few, disproved = trial.truncated_today(shared / "data", placed)
    assert few == 119
    assert len(disproved) > 80


def test_the_file_of_2009_is_short_of_the_official_count_and_says_where(shared: Path, units: Units2025) -> None:
    census = trial.read_2009(shared / "data")
    assert (len(census.empty), len(census.truncated)) == (78, 3)
    official = trial.read_official(shared / "data/gso-indicators" / trial.POPULATION)
    errors = trial.errors_by_province(census, official.column("Total 2009"), units)
    assert len(errors) == 34
    assert errors["Thành phố Hồ Chí Minh"] == pytest.approx(-35.6, abs=0.1)
    assert errors["Tỉnh Lạng Sơn"] == pytest.approx(-4.0, abs=0.1)


def test_the_statistics_offices_series_keep_their_sums(shared: Path, units: Units2025) -> None:
    official = trial.read_official(shared / "data/gso-indicators" / trial.POPULATION)
    for year, before, after, whole in trial.series_kept(official, units, (2005, 2009, 2016)):
        assert after == pytest.approx(before)
        assert before / whole == pytest.approx(1 if year > 2007 else 0.967, abs=0.001)
    assert trial.on_today(official.column("Total 2005"), units)[1] == ["hatay"]
