"""A change computed in its neighbourhood says what two full runs say, and touches nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.antennas import PATTERNS
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell, frequency_of
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.changes import Changed, compute_change, touched
from hatang.core.radio.coverage.layers import Layer
from hatang.core.radio.coverage.runs import compute_coverage
from hatang.core.radio.coverage.served import Served, Standard, served_points
from hatang.core.radio.coverage.sites import sites_of
from hatang.core.radio.kernels.ground import Ground
from hatang.core.radio.services import SERVICES
from tests.core.radio.coverage.conftest import cell

REACH = Settings(radius_km=4.0)
STANDARD = Standard(SERVICES)
SPREAD = np.random.default_rng(7).random((2, 60)) * 0.17
POINTS = Points(106.265 + SPREAD[0], 21.565 + SPREAD[1], np.arange(60))
SAME_DB = 0.1
"""Parts of the ground have corners of their own: in the last digits levels differ."""
BOTH = ("A", "B")


def full_run(ground: Ground, cells: Sequence[Cell]) -> Served:
    """Compute every point and every cell, over both operators' layers."""
    layers = [Layer(name, Technology.G4) for name in BOTH]
    sites = sites_of(cells, layers, PATTERNS)
    found = compute_coverage(ground, sites, len(layers), settings=REACH, points=POINTS, with_raster=False)
    frequencies = [(frequency_of(one) or 0.0) / 1000 for one in cells]
    return served_points(found.points, layers, frequencies, np.zeros(60, dtype=np.float32), STANDARD)


def change(ground: Ground, before: Sequence[Cell], after: Sequence[Cell]) -> Changed:
    """Compute only what a change touches, on no more ground than it needs."""
    near = touched(before, after, POINTS, radius_km=REACH.radius_km)
    bare = np.zeros(len(near.points.numbers), dtype=np.float32)
    return compute_change(near, part_of(ground, near.area), settings=REACH, standard=STANDARD, clutter_m=bare)


def part_of(ground: Ground, area: tuple[float, float, float, float]) -> Ground:
    """Cut out the pixels whose centres lie in an area."""
    rows, columns = ground.heights_m.shape
    lats = ground.north_deg - np.arange(rows) * ground.step_lat_deg
    lons = ground.west_deg + np.arange(columns) * ground.step_lon_deg
    down = np.flatnonzero((lats >= area[1]) & (lats <= area[3]))
    across = np.flatnonzero((lons >= area[0]) & (lons <= area[2]))
    heights = ground.heights_m[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    return replace(ground, heights_m=heights, west_deg=float(lons[across[0]]), north_deg=float(lats[down[0]]))


def names(cells: Sequence[Cell], servers: np.ndarray) -> list[str]:
    """Name servers; nobody is nobody."""
    return [cells[k].id if k >= 0 else "" for k in servers.tolist()]


def agree(found: Changed, whole: Served, cells: Sequence[Cell], *, after: bool) -> None:
    """Ask that the touched points have the levels, servers and verdicts of a full run."""
    near, half = found.neighbourhood, found.after if after else found.before
    for place, layer in enumerate(near.layers):
        row = BOTH.index(layer.operator)
        expected, levels = whole.levels_dbm[row, near.points.numbers], half.levels_dbm[place]
        there = np.isfinite(expected)
        assert (there == np.isfinite(levels)).all()
        assert (np.abs(levels[there] - expected[there]) < SAME_DB).all()
        sure = np.abs(whole.probabilities[row, near.points.numbers] - STANDARD.served_percent / 100) > 0.01
        assert (half.served[place] == whole.served[row, near.points.numbers])[sure].all()
        alone = clear(whole, cells, row, near.points.numbers)
        mine, full = names(near.cells, half.servers[place]), names(cells, whole.servers[row, near.points.numbers])
        told = zip(mine, full, alone, strict=True)
        assert all(one == other for one, other, certain in told if certain)


def clear(whole: Served, cells: Sequence[Cell], row: int, numbers: np.ndarray) -> list[bool]:
    """Tell where a server leaves no doubt: nobody, or a mast that carries one cell of its operator."""
    places = [(one.lon, one.lat, one.operator) for one in cells]
    return [k < 0 or places.count(places[k]) == 1 for k in whole.servers[row, numbers].tolist()]


@st.composite
def changed(draw: st.DrawFn, cells: Sequence[Cell]) -> list[Cell]:
    """Switch some cells off, turn, raise or weaken others, and perhaps add a site."""
    off = draw(st.sets(st.integers(0, len(cells) - 1), max_size=12))
    altered = draw(st.sets(st.integers(0, len(cells) - 1), max_size=3))
    moves = st.sampled_from([{"azimuth_deg": 200.0}, {"power_dbm": 30.0}, {"height_m": 55.0}])
    after = [
        replace(one, **draw(moves)) if k in altered and not one.omnidirectional else one
        for k, one in enumerate(cells)
        if k not in off
    ]
    spot = draw(st.none() | st.tuples(st.floats(106.3, 106.4), st.floats(21.6, 21.7)))
    return after if spot is None else [*after, cell("new", *spot, operator=draw(st.sampled_from(BOTH)))]


@settings(max_examples=25)
@given(data=st.data())
def test_a_change_says_what_two_full_runs_say(hills: Ground, cells: list[Cell], data: st.DataObject) -> None:
    """On the touched points both agree; elsewhere the two full runs do not differ."""
    after = data.draw(changed(cells))
    before_run, after_run = full_run(hills, cells), full_run(hills, after) if after else None
    near = touched(cells, after, POINTS, radius_km=REACH.radius_km)
    elsewhere = np.setdiff1d(POINTS.numbers, near.points.numbers)
    if after_run:
        here = before_run.levels_dbm[:, elsewhere], after_run.levels_dbm[:, elsewhere]
        assert (np.isfinite(here[0]) == np.isfinite(here[1])).all()
        assert np.allclose(here[0], here[1], atol=SAME_DB)
    if near.is_empty:
        assert after == cells or not len(near.points.numbers)
        return
    found = change(hills, cells, after)
    agree(found, before_run, cells, after=False)
    if after_run:
        agree(found, after_run, after, after=True)


def test_what_stays_is_the_same_to_the_last_digit(hills: Ground, cells: list[Cell]) -> None:
    """Where the strongest cell stays, its level before and after is one number: no false gains, no false losses."""
    found = change(hills, cells, cells[:6] + cells[12:])
    same = found.before.servers == found.after.servers
    assert same.any()
    assert not same.all()
    assert (found.before.levels_dbm[same] == found.after.levels_dbm[same]).all()
    assert (found.after.levels_dbm <= found.before.levels_dbm).all()


def test_another_operators_layer_is_left_alone(hills: Ground, cells: list[Cell]) -> None:
    near = touched(cells, [one for one in cells if one.operator != "B"], POINTS, radius_km=REACH.radius_km)
    assert {layer.operator for layer in near.layers} == {"B"}
    assert {one.operator for one in near.cells} == {"B"}
    assert not near.will.any()
