"""Weak points: what cuts people off when it fails, found at once, as trying every loss finds it."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.fibre import RoadLine, Spot, lay_graph, weak_points
from hatang.core.fibre.kernels import bridges, csr
from hatang.core.fibre.weak import FREE
from hatang.core.ofds.package import read_ofds
from tests.core.fibre.makers import grid, reached, spot


@settings(max_examples=40)
@given(st.integers(2, 6), st.integers(0, 10_000), st.integers(0, 30))
def test_what_hangs_on_an_edge_or_a_node_is_what_its_loss_cuts_off(side: int, seed: int, dropped: int) -> None:
    small, chance = grid(side, 2, seed), np.random.default_rng(seed)
    kept = np.sort(chance.permutation(len(small.edges))[dropped:])
    edges = np.concatenate([small.edges[kept], small.edges[kept[:3]]])
    people = chance.integers(0, 50, small.count).astype(float)
    arcs = csr.arcs_of(small.count, edges[:, 0].copy(), edges[:, 1].copy(), np.ones(len(edges)))
    cut = bridges.cut_off(arcs, np.ones(len(edges), dtype=bool), 0, people)
    whole = reached(small.count, edges, [0])
    for edge in range(len(edges)):
        assert cut.by_edge[edge] == sum(people[list(whole - reached(small.count, edges, [0], without=edge))])
    for node in range(1, small.count):
        alone = reached(small.count, edges[(edges != node).all(axis=1)], [0])
        assert cut.by_node[node] == (sum(people[list(whole - alone - {node})]) if node in whole else 0)


def test_people_on_a_spur_hang_on_it_and_people_on_a_ring_on_nothing() -> None:
    ring = RoadLine(np.array([(106.0, 21.0), (106.1, 21.0), (106.1, 21.1), (106.0, 21.1), (106.0, 21.0)]), name="Vòng")
    spur = RoadLine(np.array([(106.1, 21.1), (106.2, 21.1)]), name="Nhánh")
    crossing = RoadLine(np.array([(106.15, 21.05), (106.15, 21.15)]), name="Cáp khác")
    ends = [spot("T1", 106.05, 21.0, 100), spot("T2", 106.18, 21.101, 40), spot("T3", 106.15, 21.14, 7)]
    found = weak_points([ring, spur, crossing], [spot("POP", 106.0, 21.05)], ends)
    assert [(point.kind, point.name, point.people_cut_off, point.ends_cut_off) for point in found] == [
        ("edge", "Nhánh", 47, 2),
        ("node", "Vòng, Nhánh", 47, 2),
        ("edge", "Nhánh", 40, 1),
    ]
    assert found[1].path.round(3).tolist() == [[106.1, 21.1]]
    second = weak_points([ring, spur], [spot("POP", 106.0, 21.05), spot("POP 2", 106.2, 21.1)], ends)
    assert second == []


def ofds(path: Path) -> tuple[list[RoadLine], list[Spot]]:
    """Read a network's spans as lines and its nodes as places of 100 people each."""
    package = read_ofds(gzip.decompress(path.read_bytes()))
    network = package.networks[0]
    lines = [
        RoadLine(np.array(span.route.line.coords), name=span.name or span.id) for span in network.spans if span.route
    ]
    nodes = [spot(node.id, *node.location.coordinates[:2], 100) for node in network.nodes if node.location]
    return lines, nodes


@pytest.mark.parametrize(
    "name",
    [
        "Tanzania/NICTBB/TZ-NICTBB_ofds-json_10mar2026.json.gz",
        "Zimbabwe/Liquid/LIQ-ZIM_ofds-json_18nov2025.json.gz",
    ],
)
def test_losing_any_weak_point_of_a_real_network_cuts_off_what_is_said(shared: Path, name: str) -> None:
    lines, nodes = ofds(shared / "data/ofds/public_data" / name)
    roots, ends = nodes[:1], nodes[1:]
    found = weak_points(lines, roots, ends)
    assert [point.people_cut_off for point in found] == sorted((point.people_cut_off for point in found), reverse=True)
    graph = lay_graph(lines, FREE, ends=ends, roots=roots, tolerance_m=50, longest_drop_m=5000, crossings_join=False)
    edges, root = np.column_stack([graph.ones, graph.twos]), graph.roots.tolist()
    at = {graph.path(edge).tobytes(): edge for edge in range(len(edges))}
    whole, hanging = reached(len(graph.nodes), edges, root), graph.ends[graph.ends >= 0].tolist()
    stretches = [point for point in found if point.kind == "edge"]
    for point in stretches[:3] + stretches[-3:]:
        left = reached(len(graph.nodes), edges, root, without=at[point.path.tobytes()])
        assert point.ends_cut_off == sum(end in whole and end not in left for end in hanging) > 0
        assert point.people_cut_off == 100 * point.ends_cut_off
