"""Fibre plans: stretches hang together, add up, follow the roads, and name what was left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hatang.core.fibre import FibreSolution, Prices, RoadLine, Spot, Way, plan_fibre
from hatang.core.fibre.files import read_lines
from hatang.core.lengths import WGS84
from tests.core.fibre.makers import spot

PRICES = Prices(aerial=60e6, new_poles=90e6, buried=400e6)


def test_stretches_of_one_road_are_one_and_the_way_changes_where_the_road_does() -> None:
    pieces = [RoadLine(np.array([(106 + at / 100, 21), (106.01 + at / 100, 21)]), name="QL.1") for at in (2, 0, 1)]
    pieces[2] = RoadLine(pieces[2].path[::-1], name="QL.1")
    poles = RoadLine(np.array([(106.03, 21.0), (106.03, 21.02)]), (Way.AERIAL,), "QL.1")
    found = plan_fibre([*pieces, poles], [spot("T1", 106.03, 21.02)], [spot("MX", 106.0, 21.0)], PRICES)
    told = [(stretch.road, stretch.way, round(stretch.length_km, 2)) for stretch in found.stretches]
    assert sorted(told) == [("QL.1", Way.AERIAL, 2.21), ("QL.1", Way.NEW_POLES, 3.12)]
    whole = next(stretch for stretch in found.stretches if stretch.way == Way.NEW_POLES)
    assert sorted((whole.path[0, 0], whole.path[-1, 0])) == pytest.approx([106.0, 106.03])
    assert np.abs(np.diff(whole.path[:, 0])).sum() == pytest.approx(0.03), "no piece is walked backwards"


def test_without_a_closure_or_an_end_nothing_is_built() -> None:
    road = RoadLine(np.array([(106.0, 21.0), (106.1, 21.0)]))
    alone = plan_fibre([road], [spot("T1", 106.05, 21.0)], [], PRICES)
    assert alone.stretches == ()
    assert [left.why for left in alone.unreachable] == ["không có măng xông nào nằm gần đường hay tuyến cột"]
    assert plan_fibre([road], [], [spot("MX", 106.0, 21.0)], PRICES).capital_vnd == 0


@pytest.fixture(scope="module")
def planned(shared: Path) -> tuple[list[Spot], FibreSolution]:
    """Plan along the real roads north of Hà Nội, with rings: places beside the roads, closures on them."""
    roads = read_lines(shared / "data/roads-power/vn_national_provincial_roads_rail.geojson.gz")
    spots, chance = np.concatenate([road.path for road in roads]), np.random.default_rng(0)
    west, south, east, north = 105.5, 20.8, 107.5, 22.5
    inside = (spots > (west, south)).all(axis=1) & (spots < (east, north)).all(axis=1)
    chosen = chance.choice(spots[inside], 130) + chance.normal(0, 0.008, (130, 2))
    places = [spot(f"T{at}", *place) for at, place in enumerate(chosen.tolist())]
    closures, ends = places[:10], places[10:]
    found = plan_fibre(
        roads, ends, closures, PRICES, rings=True, tolerance_m=30, seconds=600, most_windows=300, longest_drop_m=3000
    )
    return ends, found


def test_a_plan_along_real_roads_adds_up(planned: tuple[list[Spot], FibreSolution]) -> None:
    ends, found = planned
    assert {end.end for end in found.joined} | {end.end for end in found.unreachable} == {end.id for end in ends}
    assert len(found.joined) > 100
    assert sum(stretch.capital_vnd for stretch in found.stretches) == pytest.approx(found.capital_vnd)
    assert sum(s.capital_vnd for s in found.stretches if s.ring) == pytest.approx(found.ring_vnd)
    for stretch in found.stretches:
        assert stretch.length_km == pytest.approx(WGS84.line_length(*stretch.path.T) / 1000, abs=1e-6)
        price = PRICES.of(stretch.way)
        assert price
        assert stretch.capital_vnd == pytest.approx(stretch.length_km * price)
        assert (stretch.road == "") == stretch.drop or not stretch.drop


def test_a_plan_along_real_roads_is_near_its_proven_bound(planned: tuple[list[Spot], FibreSolution]) -> None:
    _, found = planned
    assert 0 <= found.gap_percent < 1
    assert found.bound_vnd <= found.tree_vnd < found.capital_vnd
    assert sum(end.second_way for end in found.joined) > 0.5 * len(found.joined)
