"""Cells above 6 GHz and small cells: computed by TR 38.901 beside P.1812's, and every result says by which."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import rasterio

from hatang.core.__main__ import main
from hatang.core.radio.antennas import PATTERNS
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell
from hatang.core.radio.choice import UMI, USUAL
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.fading import fading_at_points, fading_on_raster
from hatang.core.radio.coverage.runs import Coverage, compute_coverage
from hatang.core.radio.coverage.served import Standard, count_operators, served_points
from hatang.core.radio.coverage.sites import Site, layers_of, sites_of
from hatang.core.radio.kernels.ground import Conditions, Ground, Transmitter
from hatang.core.radio.kernels.tr38901 import losses_to_points
from hatang.core.radio.link_budget import margin_db
from hatang.core.radio.services import SERVICES
from tests.core.radio.coverage.conftest import cell
from tests.core.radio.coverage.test_command import HEADINGS, VILLAGES

LON, LAT = 106.35, 21.65
MAST = cell("mast", LON, LAT, azimuth_deg=None, omnidirectional=True)
STREET = Cell(
    "street", "5G", LON, LAT, 8.0, 36.0, band="n258", bandwidth_mhz=100.0, omnidirectional=True, operator="A"
)  # fmt: skip
CELLS = [MAST, STREET]
LAYERS = layers_of(CELLS)
SETTINGS = Settings(radius_km=6.0)
SPREAD = np.random.default_rng(5).random((2, 200)) * 0.01 - 0.005
POINTS = Points(LON + SPREAD[0], LAT + SPREAD[1], np.arange(200))


@pytest.fixture(scope="module")
def town(hills: Ground) -> Ground:
    """Give ground with houses in patches, so that some places are in sight and some are not."""
    patches = np.random.default_rng(3).choice([0, 0, 6], (80, 80)).astype(np.float32)
    return replace(hills, clutter_m=np.kron(patches, np.ones((3, 3), np.float32)))


def sites(cells: Sequence[Cell] = CELLS) -> list[Site]:
    return sites_of(cells, LAYERS, PATTERNS, rule=USUAL)


@pytest.fixture(scope="module")
def both(town: Ground) -> Coverage:
    return compute_coverage(town, sites(), len(LAYERS), settings=SETTINGS, points=POINTS)


def test_a_level_above_6_ghz_is_that_of_the_street_s_model(both: Coverage, town: Ground) -> None:
    place = Transmitter(LON, LAT, 8.0)
    found = losses_to_points(town, place, POINTS.lons_deg, POINTS.lats_deg, Conditions([25.875]), UMI)
    levels = both.points.levels_dbm[1, 0]
    given = (levels + found.losses_db[0])[np.isfinite(found.losses_db[0])]
    assert given.max() - given.min() < 25, "what remains is the antenna's gain, down to its floor"
    assert np.median(given) == pytest.approx(36 - 10 * np.log10(12 * 66) + 0.5, abs=9)
    assert len(set(found.fading_db[0].round(1))) == 2, "some in sight, some not"
    fading = fading_at_points(town, sites(), both.points, POINTS, SETTINGS)
    assert list(fading) == [1] and fading[1][0].tolist() == found.fading_db[0].tolist()


def test_the_fading_of_the_model_is_the_location_variability(both: Coverage, town: Ground) -> None:
    standard, ghz = Standard(SERVICES), [1.8425, 25.875]
    fading = fading_at_points(town, sites(), both.points, POINTS, SETTINGS)
    clutter = np.zeros(len(POINTS.numbers), dtype=np.float32)
    served = served_points(both.points, LAYERS, ghz, clutter, standard, fading)
    needed = SERVICES[Technology.G5].threshold_dbm + margin_db(95.0, fading[1][0])
    assert np.array_equal(served.served[1], served.levels_dbm[1] >= needed)
    assert 5 < served.served[1].sum() < 195
    assert np.array_equal(served.served[0], served_points(both.points, LAYERS, ghz, clutter, standard).served[0])

    assert both.raster
    on_raster = fading_on_raster(town, sites(), both.raster, SETTINGS)
    assert np.array_equal(np.isfinite(on_raster[1]), both.raster.servers[1] == 1)
    highest = dict(zip(LAYERS, ghz, strict=True))
    counted = count_operators(both.raster, LAYERS, highest, Technology.G5, standard, on_raster)
    there = both.raster.servers[1] == 1
    least = SERVICES[Technology.G5].threshold_dbm + margin_db(95.0, on_raster[1][there])
    assert np.array_equal(counted[there] == 1, both.raster.levels_dbm[1][there] >= least)
    assert counted[~there].sum() == 0 < counted.sum()


def test_a_model_beside_it_changes_nothing_for_p1812(both: Coverage, town: Ground) -> None:
    alone = compute_coverage(town, sites([MAST]), len(LAYERS), settings=SETTINGS, points=POINTS)
    assert both.raster and alone.raster
    assert both.raster.levels_dbm[0].tobytes() == alone.raster.levels_dbm[0].tobytes()
    assert both.points.levels_dbm[0].tobytes() == alone.points.levels_dbm[0].tobytes()
    row = round((town.north_deg - LAT) * 1200)
    reached = (
        np.isfinite(both.raster.levels_dbm[:, row]).sum(axis=1) * np.radians(1 / 1200) * 6371 * np.cos(np.radians(LAT))
    )
    assert reached[0] > 10.5 and reached[1] == pytest.approx(10, abs=0.3), "5 km to both sides"


def test_workers_do_not_change_a_byte(both: Coverage, town: Ground) -> None:
    for pool in (ThreadPoolExecutor, ProcessPoolExecutor):
        again = compute_coverage(town, sites(), len(LAYERS), settings=SETTINGS, points=POINTS, workers=partial(pool, 2))
        assert both.raster and again.raster
        assert again.raster.levels_dbm.tobytes() == both.raster.levels_dbm.tobytes()
        assert again.points.servers.tobytes() == both.points.servers.tobytes()


def test_files_name_the_model_of_each_cell_and_layer(tmp_path: Path, alps: bytes) -> None:
    (tmp_path / "N21E106.hgt").write_bytes(alps)
    rows = ("A1;Mạng A;5G;106,45;21,6;30;46;n78;100;0", "A2;Mạng A;5G;106,455;21,609;8;36;n258;100;90")
    (tmp_path / "cells.csv").write_text("\n".join((HEADINGS, *rows)), encoding="utf-8")
    (tmp_path / "villages.csv").write_text(VILLAGES, encoding="utf-8")
    given = ["coverage", str(tmp_path / "cells.csv"), "--dem", str(tmp_path / "N21E106.hgt"), "--radius-km", "4"]
    given += ["--villages", str(tmp_path / "villages.csv"), "-o", str(tmp_path / "out")]
    assert main([*given, "--models", "p1812"]) == 1
    assert main(given) == 0
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    names = ["ITU-R P.1812-8 (09/2025)", "3GPP TR 38.901 V18.0.0 UMi-Street Canyon"]
    assert summary["rasters"]["kernel"] == "sweep; tr38901" and summary["points"]["kernel"] == "exact; tr38901"
    assert summary["models"]["by_cell"] == names and summary["models"]["rule"] == "usual"
    assert [(row["model"], row["cells"]) for row in summary["models"]["by_layer"]] == [(name, 1) for name in names]
    assert "1 ô tính bằng TR 38.901 mà không có lớp phủ: coi mọi nơi là không nhìn thẳng." in summary["assumed"]
    for file in ("level-mang-a-5g.tif", "server-mang-a-5g.tif", "operators-5g.tif"):
        with rasterio.open(tmp_path / "out" / file) as dataset:
            tags = " ".join(dataset.tags().values())
        assert all(name in tags for name in names) and "gần hơn 10 m: ITU-R P.525-4" in tags
    table = (tmp_path / "out/served.csv").read_text(encoding="utf-8-sig")
    served = list(csv.DictReader(table.splitlines(), delimiter=";"))
    of_cell = dict(zip(("A1", "A2", ""), (*names, ""), strict=True))
    assert all(row["Mô hình"] == of_cell[row["Ô phục vụ"]] for row in served) and served[0]["Mô hình"]
