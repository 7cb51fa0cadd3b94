"""Graphs of roads: split at crossings and near ends, measured on the ellipsoid, places joined by drops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hatang.core.fibre import Graph, Prices, RoadLine, Way, lay_graph
from hatang.core.fibre.files import read_lines
from hatang.core.lengths import WGS84
from tests.core.fibre.makers import reached, spot

PRICES = Prices(aerial=60e6, new_poles=90e6, buried=400e6)


def line(*spots: tuple[float, float], ways: tuple[Way, ...] = (Way.AERIAL,), name: str = "") -> RoadLine:
    return RoadLine(np.array(spots), ways, name)


def parts(graph: Graph) -> int:
    """Count the connected parts."""
    edges, left, count = np.column_stack([graph.ones, graph.twos]), set(range(len(graph.nodes))), 0
    while left:
        left -= reached(len(graph.nodes), edges, [left.pop()])
        count += 1
    return count


CROSS = (line((106.0, 21.0), (106.02, 21.02)), line((106.0, 21.02), (106.02, 21.0)))


def test_roads_join_where_they_cross_and_cables_do_not() -> None:
    roads = lay_graph(CROSS, PRICES)
    assert (len(roads.ones), parts(roads)) == (4, 1)
    crossing = roads.nodes[np.bincount(np.concatenate([roads.ones, roads.twos])).argmax()]
    assert crossing == pytest.approx([106.01, 21.01])
    cables = lay_graph(CROSS, PRICES, crossings_join=False)
    assert (len(cables.ones), parts(cables)) == (2, 2)


@pytest.mark.parametrize(("gap_deg", "joined"), [(0.00003, 1), (0.0001, 2)])
def test_an_end_near_a_road_joins_it_within_the_tolerance(gap_deg: float, joined: int) -> None:
    main = line((106.0, 21.0), (106.02, 21.0))
    side = line((106.01, 21.0 + gap_deg), (106.01, 21.01))
    assert parts(lay_graph([main, side], PRICES, tolerance_m=5)) == joined


def test_a_road_that_bends_back_upon_itself_and_a_round_one_are_split_too() -> None:
    loop = line((106.0, 21.0), (106.02, 21.0), (106.02, 21.01), (106.01, 21.01), (106.01, 20.99))
    assert len(lay_graph([loop], PRICES).ones) == 2, "the way round is a stretch from the crossing to itself: no use"
    ring = line((106.0, 21.0), (106.02, 21.0), (106.01, 21.02), (106.0, 21.0))
    graph = lay_graph([ring], PRICES, ends=[spot("A", 106.01, 21.0), spot("B", 106.015, 21.01)])
    assert parts(graph) == 1


def test_lengths_are_geodesic_and_cost_is_length_by_the_cheapest_way() -> None:
    road = line((106.0, 21.0), (106.01, 21.01), (106.03, 21.0), ways=(Way.BURIED, Way.NEW_POLES, Way.DUCT))
    graph = lay_graph([road], PRICES)
    km = WGS84.line_length(*road.path.T) / 1000
    assert graph.length_km.tolist() == pytest.approx([km])
    assert graph.cost_vnd.tolist() == pytest.approx([km * 90e6])


def test_an_end_takes_the_nearest_road_that_leads_to_a_closure() -> None:
    island = line((106.0, 21.002), (106.01, 21.002))
    road = line((106.0, 21.0), (106.01, 21.0))
    closure = spot("MX", 106.0, 21.0)
    ends = [spot("T1", 106.005, 21.0015), spot("T2", 106.005, 21.5)]
    graph = lay_graph([island, road], PRICES, ends=ends, roots=[closure], longest_drop_m=300)
    drop = np.flatnonzero(graph.twos == graph.ends[0])
    assert graph.length_km[drop].tolist() == pytest.approx([0.166], abs=0.001), "to the road, not to the nearer island"
    assert graph.why == {1: "không có đường hay tuyến cột nào trong vòng 300 m"}
    apart = lay_graph([island, road], PRICES, ends=ends[:1], roots=[closure], longest_drop_m=100)
    assert apart.why == {0: "mạng đường ở đây không nối tới măng xông nào"}
    alone = lay_graph([island, road], PRICES, ends=ends, roots=[spot("MX", 107.0, 21.0)])
    assert set(alone.why.values()) == {"không có măng xông nào nằm gần đường hay tuyến cột"}


def test_what_cannot_be_used_is_named() -> None:
    with pytest.raises(ValueError, match=r"Đường “ĐT\.1” \(aerial\) không có đơn giá"):
        lay_graph([line((106, 21), (106.1, 21), name="ĐT.1")], Prices(buried=1.0))
    with pytest.raises(ValueError, match=r"Đường “ĐT\.2” cần ít nhất hai điểm"):
        lay_graph([line((106, 21), name="ĐT.2")], PRICES)
    with pytest.raises(ValueError, match="“T9” cần kinh độ"):
        lay_graph(CROSS, PRICES, ends=[spot("T1", 106.0, 21.0), spot("T9", float("nan"), 21.0)])
    with pytest.raises(ValueError, match="Đơn giá của “duct” là -1"):
        Prices(duct=-1)


def test_roads_of_the_whole_country_lose_nothing_and_hang_together(shared: Path) -> None:
    roads = read_lines(shared / "data/roads-power/vn_national_provincial_roads_rail.geojson.gz")
    graph = lay_graph(roads, PRICES, tolerance_m=30)
    whole = sum(WGS84.line_length(*road.path.T) for road in roads) / 1000
    assert graph.length_km.sum() == pytest.approx(whole, rel=1e-3)
    ways = [WGS84.line_length(*graph.path(edge).T) / 1000 for edge in range(len(graph.ones))]
    assert ways == pytest.approx(graph.length_km.tolist(), abs=1e-9)
    for edge in range(0, len(graph.ones), 50):
        path = graph.path(edge)
        assert path[0].tolist() == graph.nodes[graph.ones[edge]].tolist()
        assert path[-1].tolist() == graph.nodes[graph.twos[edge]].tolist()
    largest = len(reached(len(graph.nodes), np.column_stack([graph.ones, graph.twos]), [int(graph.ones[0])]))
    assert largest > 0.6 * len(graph.nodes)
