"""A network's length without double count, against walking along every route step by step."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from hatang.core.lengths import length_km
from hatang.core.overlapping_routes import CROSSING, lengths_once

TOLERANCE_M = 5.0
DEGREE_M = 111_319.49
ORIGIN = (106.0, 21.0)
STEP_M = 0.5

spots = st.tuples(st.integers(-40, 40), st.integers(-40, 40)).map(lambda p: (p[0] * 25.0, p[1] * 25.0))
ways = st.lists(spots, min_size=2, max_size=4, unique=True)


def at(*metres: tuple[float, float]) -> LineString:
    """Draw a route through points given in metres east and north of the origin."""
    across = DEGREE_M * np.cos(np.radians(ORIGIN[1]))
    return LineString([(ORIGIN[0] + x / across, ORIGIN[1] + y / DEGREE_M) for x, y in metres])


def walked_km(ways: list[list[tuple[float, float]]]) -> float:
    """Walk along every route: a step counts unless a longer route runs beside it for more than a crossing."""
    lines = sorted((LineString(way) for way in ways), key=lambda line: -line.length)
    total = 0.0
    for i, line in enumerate(lines):
        steps = np.arange(STEP_M / 2, line.length, STEP_M)
        points = shapely.line_interpolate_point(line, steps)
        counted = np.ones(len(steps), dtype=bool)
        for longer in lines[:i]:
            near = shapely.distance(points, longer) <= TOLERANCE_M
            edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(int), [0]])))
            for begin, end in edges.reshape(-1, 2):
                if (end - begin) * STEP_M > CROSSING * TOLERANCE_M or near.all():
                    counted[begin:end] = False
        total += counted.sum() * STEP_M
    return total / 1000


def total(*routes: LineString) -> float:
    return lengths_once(routes, tolerance_m=TOLERANCE_M).total_km


@settings(max_examples=60, deadline=None)
@given(st.lists(ways, min_size=1, max_size=4), st.data())
def test_a_copy_of_a_route_never_changes_the_total(drawn: list[list[tuple[float, float]]], data: st.DataObject) -> None:
    """Wherever the copy stands in the list and whichever way it was drawn."""
    routes = [at(*way) for way in drawn]
    copied = data.draw(st.sampled_from(routes))
    copy = copied.reverse() if data.draw(st.booleans()) else copied
    place = data.draw(st.integers(0, len(routes)))
    assert total(*routes[:place], copy, *routes[place:]) == pytest.approx(total(*routes), abs=2e-5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(spots, st.integers(100, 900), st.integers(0, 5)), min_size=1, max_size=5))
def test_routes_along_streets_measure_as_when_walked(drawn: list[tuple[tuple[float, float], int, int]]) -> None:
    """Straight routes along the streets of a town: every overlap is long or a crossing, none on the edge."""
    ways = [
        [start, (start[0] + length, start[1]) if turn % 2 else (start[0], start[1] + length)]
        for start, length, turn in drawn
    ]
    ways = [[(x, y + shift) for x, y in way] for way, shift in zip(ways, (0.0, 2.0, 3.0, 1.0, 4.0), strict=False)]
    assert total(*(at(*way) for way in ways)) == pytest.approx(walked_km(ways), rel=0.012, abs=0.015)


@settings(max_examples=40, deadline=None)
@given(st.lists(ways, min_size=1, max_size=4))
def test_the_total_lies_between_the_longest_route_and_the_sum(drawn: list[list[tuple[float, float]]]) -> None:
    routes = [at(*way) for way in drawn]
    lengths = [length_km(shapely.unary_union(route)) for route in routes]
    assert max(lengths) - 1e-5 <= total(*routes) <= sum(lengths) + 1e-5


def test_what_several_owners_cover() -> None:
    """Hai tuyến song song 3 m của hai chủ, chồng nhau 600 m trong 1.000 m và 800 m: mạng 1.200 m, 600 m có hai chủ."""
    one, two = at((0, 0), (1000, 0)), at((400, 3), (1200, 3))
    found = lengths_once([one, two], tolerance_m=TOLERANCE_M, owners=["A", "B"])
    assert found.total_km == pytest.approx(1.2, abs=0.006)
    assert found.several_km.sum() == pytest.approx(0.6, abs=0.012)
    assert lengths_once([one, two], tolerance_m=TOLERANCE_M, owners=["A", "A"]).several_km.sum() == 0
    assert lengths_once([one, two], tolerance_m=2, owners=["A", "B"]).total_km == pytest.approx(1.8, abs=0.01)


def test_a_shared_route_that_comes_first_keeps_its_whole_length() -> None:
    long, short = at((0, 0), (1000, 0)), at((0, 2), (400, 2))
    plain = lengths_once([long, short], tolerance_m=TOLERANCE_M)
    led = lengths_once([long, short], tolerance_m=TOLERANCE_M, first=[False, True])
    assert plain.own_km == pytest.approx([1, 0], abs=1e-3)
    assert led.own_km == pytest.approx([0.6, 0.4], abs=0.006)


def test_roads_that_cross_lose_nothing() -> None:
    assert total(at((0, 0), (1000, 0)), at((500, -500), (500, 500))) == pytest.approx(2.0, rel=3e-3)


def test_what_cannot_be_measured_is_refused() -> None:
    assert lengths_once([], tolerance_m=5).total_km == 0
    with pytest.raises(ValueError, match="tolerance_m"):
        lengths_once([at((0, 0), (1, 1))], tolerance_m=0)
    with pytest.raises(ValueError, match="owners"):
        lengths_once([at((0, 0), (1, 1))], tolerance_m=5, owners=[])
