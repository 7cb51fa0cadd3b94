"""A run over a coast: zones reach the kernels through its batches, and the command takes a map of the sea."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hatang.core.__main__ import main
from hatang.core.radio.antennas import PATTERNS
from hatang.core.radio.cells import Cell
from hatang.core.radio.coverage import batches
from hatang.core.radio.coverage.batches import Settings
from hatang.core.radio.coverage.runs import Coverage, compute_coverage
from hatang.core.radio.coverage.sites import layers_of, sites_of
from hatang.core.radio.kernels.ground import Conditions, Ground
from hatang.core.terrain.sea import NO_SEA
from tests.core.radio.coverage.test_command import GOOD, HEADINGS
from tests.core.radio.coverage.test_runs import POINTS

RARE = Settings(radius_km=4.0, conditions=Conditions((), time_percent=1.0))


def levels(ground: Ground, cells: list[Cell]) -> Coverage:
    layers = layers_of(cells)
    return compute_coverage(ground, sites_of(cells, layers, PATTERNS), len(layers), settings=RARE, points=POINTS)


def test_zones_go_with_the_ground_into_every_batch(
    monkeypatch: pytest.MonkeyPatch, hills: Ground, cells: list[Cell]
) -> None:
    zones = np.full(hills.heights_m.shape, 4, np.uint8)
    zones[:, 100:] = 1
    coast = replace(hills, zones=zones)
    whole, inland = levels(coast, cells), levels(hills, cells)
    monkeypatch.setattr(batches, "MOST_SITES", 1)
    parts = levels(coast, cells)
    for one, other, same in ((whole, parts, True), (whole, inland, False)):
        assert one.raster and other.raster
        for a, b in ((one.raster, other.raster), (one.points, other.points)):
            there = np.isfinite(a.levels_dbm) & np.isfinite(b.levels_dbm)
            apart = np.abs(a.levels_dbm[there] - b.levels_dbm[there])
            assert np.percentile(apart, 95) < 0.01 if same else apart.max() > 1


def test_the_command_takes_a_map_of_the_sea_and_says_so(tmp_path: Path, alps: bytes) -> None:
    (tmp_path / "N21E106.hgt").write_bytes(alps)
    (tmp_path / "cells.csv").write_text("\n".join((HEADINGS, *GOOD)), encoding="utf-8")
    ring = [[106.46, 21.5], [106.6, 21.5], [106.6, 21.7], [106.46, 21.7], [106.46, 21.5]]
    shape = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (tmp_path / "bien.geojson").write_text(json.dumps(shape), encoding="utf-8")
    given = ["coverage", str(tmp_path / "cells.csv"), "--dem", str(tmp_path / "N21E106.hgt"), "--radius-km", "4"]
    assert main([*given, "-o", str(tmp_path / "a"), "--sea", str(tmp_path / "bien.geojson")]) == 0
    assert main([*given, "-o", str(tmp_path / "b")]) == 0
    sea, land = (json.loads((tmp_path / name / "summary.json").read_text(encoding="utf-8")) for name in "ab")
    assert sea["sea"].startswith("Biển theo bien.geojson: ") and NO_SEA not in sea["assumed"]
    assert land["sea"] == NO_SEA and NO_SEA in land["assumed"]
    assert main([*given, "-o", str(tmp_path / "c"), "--sea", str(tmp_path / "cells.csv")]) == 1
