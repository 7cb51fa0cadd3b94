"""Works and telecom plans that meet: against every pair looked at one by one, and against metres on the ellipsoid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.ops import nearest_points

from hatang.core.joint_works import METRES_PER_DEGREE, Planned, days_between, meetings
from hatang.core.lengths import WGS84

DAY = date(2026, 1, 1)
days = st.integers(0, 90)
spots = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda p: (106 + p[0] / 5000, 21 + p[1] / 5000))
lines = st.lists(spots, min_size=2, max_size=4, unique=True).map(shapely.LineString)
areas = lines.map(lambda line: shapely.box(*shapely.buffer(line, 0.0005).bounds))
telecom_shapes = st.one_of(lines, spots.map(shapely.Point))
periods = st.tuples(st.integers(0, 300), st.integers(0, 200)).map(
    lambda p: (DAY + timedelta(days=p[0]), DAY + timedelta(days=p[0] + p[1]))
)
telecom_plans = st.builds(lambda shape, when: Planned(shape, *when), telecom_shapes, periods)
planned = st.builds(lambda shape, when: Planned(shape, *when), st.one_of(telecom_shapes, areas), periods)


def metres(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Give the distance on the ellipsoid between the nearest points of two shapes."""
    a, b = nearest_points(one, other)
    return float(WGS84.inv(a.x, a.y, b.x, b.y)[2])


def days_apart(one: Planned, other: Planned) -> int:
    """Count the days that one waits for the other, day by day."""
    ours = {one.first + timedelta(days=n) for n in range((one.last - one.first).days + 1)}
    theirs = [other.first + timedelta(days=n) for n in range((other.last - other.first).days + 1)]
    return 0 if ours & set(theirs) else min(abs((a - b).days) for a in (one.first, one.last) for b in theirs)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(planned, max_size=5), st.lists(telecom_plans, max_size=5), st.sampled_from([20, 200]), st.integers(0, 90)
)
def test_the_set_is_every_pair_looked_at_one_by_one(
    works: list[Planned], telecoms: list[Planned], within_m: float, within_days: int
) -> None:
    found = meetings(works, telecoms, within_m=within_m, within_days=within_days)
    pairs = {(met.work, met.telecom): met for met in found}
    assert list(pairs) == sorted(pairs) and len(pairs) == len(found)
    for i, work in enumerate(works):
        for j, telecom in enumerate(telecoms):
            away, apart = metres(work.shape, telecom.shape), days_apart(work, telecom)
            if apart > within_days or away > within_m * 1.02:
                assert (i, j) not in pairs
            elif away < within_m * 0.98:
                assert pairs[i, j].days_apart == apart
                assert 0 <= pairs[i, j].common_m <= METRES_PER_DEGREE * shapely.length(telecom.shape) + 0.001


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(planned, planned)
def test_days_apart_are_the_same_seen_from_either_side(one: Planned, other: Planned) -> None:
    assert days_between(one, other) == days_between(other, one) == days_apart(one, other)


def test_metres_in_common_are_those_beside_the_road() -> None:
    road = Planned(shapely.LineString([(106.0, 21.0), (106.01, 21.0)]), DAY, DAY)
    beside = Planned(shapely.LineString([(106.005, 21.0001), (106.02, 21.0001)]), DAY, DAY)
    crossing = Planned(shapely.LineString([(106.002, 20.99), (106.002, 21.01)]), DAY, DAY)
    mast = Planned(shapely.Point(106.003, 21.0001), DAY, DAY)
    along, across, spot = meetings([road], [beside, crossing, mast], within_m=20, within_days=0)
    assert along.common_m == pytest.approx(WGS84.inv(106.005, 21, 106.01, 21)[2] + 16.6, rel=0.01)
    assert across.common_m == pytest.approx(40, rel=0.01)
    assert (spot.common_m, round(spot.away_m)) == (0, 11)


def test_what_cannot_be_measured_is_refused() -> None:
    for wrong in ({"within_m": 0, "within_days": 1}, {"within_m": 1, "within_days": -1}):
        with pytest.raises(ValueError, match="within_m"):
            meetings([], [], **wrong)
