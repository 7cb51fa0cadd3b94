"""Results as Cloud-Optimised GeoTIFF: laid out as such, read back as they were, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from hatang.core.terrain import Grid, Lattice, TerrainError
from hatang.core.terrain.cogs import SIMULATED, About, read_cog, write_cog, write_cog_tiles
from tests.core.terrain.cog_layout import faults

LATTICE = Lattice(106.0, 22.0, 1 / 1200, 1 / 1200, 700, 900)
LEVELS = About("Mức thu 5G", "ITU-R P.1812-8", "1.0", unit="dBm", terrain_version="abc", overview="average")


def levels() -> Grid:
    row, column = np.mgrid[0:700, 0:900]
    values = (-140 + 50 * np.cos(row / 90) * np.sin(column / 70)).astype(np.float32)
    values[:40, :60] = np.nan
    return Grid.over(LATTICE, values)


def test_a_result_is_cloud_optimised_and_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "muc-thu.tif"
    write_cog(path, levels(), LEVELS)
    assert faults(path) == []
    back = read_cog(path)
    assert back.place == pytest.approx(levels().place, abs=1e-12)
    assert np.array_equal(back.values, levels().values, equal_nan=True)
    with rasterio.open(path) as dataset:
        assert dataset.crs.to_epsg() == 4326 and np.isnan(dataset.nodata)
        assert dataset.overviews(1) == [2, 4] and dataset.block_shapes == [(256, 256)]
        assert dataset.tags(ns="IMAGE_STRUCTURE") | {"COMPRESSION": "DEFLATE", "LAYOUT": "COG"} == dataset.tags(
            ns="IMAGE_STRUCTURE"
        )
        small = dataset.read(1, out_shape=(350, 450))
        tags = dataset.tags()
    assert small[100, 100] == pytest.approx(levels().values[200:202, 200:202].mean(), abs=0.01)
    assert (tags["METHOD"], tags["METHOD_VERSION"], tags["TERRAIN_VERSION"]) == ("ITU-R P.1812-8", "1.0", "abc")
    assert "SIMULATED" not in tags
    assert list(tmp_path.iterdir()) == [path]


def test_the_mark_of_simulated_data_goes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write_cog(path, levels(), About("Mức thu", "m", "1", simulated=True))
    with rasterio.open(path) as dataset:
        assert dataset.tags()["SIMULATED"] == SIMULATED == "DỮ LIỆU MÔ PHỎNG"


def test_bytes_depend_on_values_alone_not_on_tiles_or_their_order(tmp_path: Path) -> None:
    grid = levels()
    paths = [tmp_path / f"{name}.tif" for name in "abc"]
    write_cog(paths[0], grid, LEVELS)
    write_cog(paths[1], grid, LEVELS)
    tiles = [(tile, grid.values[tile.rows, tile.columns]) for tile in LATTICE.tiles(300)]
    write_cog_tiles(paths[2], LATTICE, reversed(tiles), LEVELS)
    first, *others = (path.read_bytes() for path in paths)
    assert all(other == first for other in others)


def test_numbers_of_servers_keep_their_kind_and_missing_tiles_are_without_value(tmp_path: Path) -> None:
    servers = np.random.default_rng(2).integers(0, 200, LATTICE.shape).astype(np.uint8)
    about = About("Số trạm phục vụ", "đếm", "1", nodata=255, overview="mode")
    path = tmp_path / "a.tif"
    tiles = [(tile, servers[tile.rows, tile.columns]) for tile in LATTICE.tiles(256)]
    write_cog_tiles(path, LATTICE, tiles[1:], about, kind="uint8")
    assert faults(path) == []
    with rasterio.open(path) as dataset:
        assert dataset.dtypes == ("uint8",) and dataset.nodata == 255
    back = read_cog(path).values
    assert np.isnan(back[:256, :256]).all() and np.array_equal(back[256:], servers[256:])


def test_what_does_not_fit_is_refused_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write_cog(path, levels(), LEVELS)
    before = path.read_bytes()
    whole = next(LATTICE.tiles(1000))
    high = [(whole, np.full(LATTICE.shape, 300))]
    for tiles, about, kind in [
        (high, About("a", "m", "1", nodata=255), "uint8"),
        (high, About("a", "m", "1"), "uint16"),
        (high, About("a", "m", "1"), "int8"),
        (high, About("a", "m", "1", overview="cubic"), "float32"),
        ([(whole, np.zeros((2, 2)))], LEVELS, "float32"),
    ]:
        with pytest.raises(TerrainError):
            write_cog_tiles(path, LATTICE, tiles, about, kind)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    path.write_bytes(before[:50_000])
    with pytest.raises(TerrainError, match="hỏng"):
        read_cog(path)
    with pytest.raises(TerrainError, match="Không ghi được"):
        write_cog(tmp_path / "không có" / "a.tif", levels(), LEVELS)
