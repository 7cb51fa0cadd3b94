"""Map tiles of a result: the right colour at the right place, at any zoom, the same bytes each time."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyproj
import pytest
from PIL import Image

from hatang.core.terrain import Grid, Lattice, TerrainError
from hatang.core.terrain.cogs import About, write_cog, write_cog_tiles
from hatang.core.terrain.raster_tiles import Palette, empty_tile, pixel_places, tile_png

LATTICE = Lattice(106.0, 22.0, 1 / 1200, 1 / 1200, 1100, 1300)
PALETTE = Palette.steps([(-120, "#d7191c"), (-110, "#fdae61"), (-100, "#1a9641cc")])
CLEAR, RED, AMBER, GREEN = (0, 0, 0, 0), (215, 25, 28, 255), (253, 174, 97, 255), (26, 150, 65, 204)


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write levels that rise from west to east, without value in the north."""
    lon, lat = np.meshgrid(LATTICE.lons_deg(), LATTICE.lats_deg())
    values = np.where(lat > 21.9, np.nan, -130 + 40 * (lon - 106)).astype(np.float32)
    path = tmp_path_factory.mktemp("cog") / "muc.tif"
    write_cog(path, Grid.over(LATTICE, values), About("Mức thu", "m", "1", overview="average"))
    return path


def picture(png: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG" and image.size == (256, 256)
    return np.asarray(image.convert("RGBA"))


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Give the tile in which a place lies, by pyproj's web mercator."""
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    half = np.pi * 6378137
    return int((x + half) / (2 * half) * 2**zoom), int((half - y) / (2 * half) * 2**zoom)


@pytest.mark.parametrize("zoom", [7, 9, 11, 14, 18])
def test_each_pixel_has_the_colour_of_the_ground_beneath_it(levels: Path, zoom: int) -> None:
    x, y = tile_at(106.4, 21.5, zoom)
    found = picture(tile_png(levels, zoom, x, y, PALETTE))
    lons, lats = pixel_places(zoom, x, y)
    level = -130 + 40 * (lons - 106)
    expected = np.select([level < -120, level < -110, level < -100], [0, 1, 2], 3)
    colours = np.array([CLEAR, RED, AMBER, GREEN])
    inside = (lats < 21.88) & (lats > 21.1)
    reach = (lons > 106.01) & (lons < 107.07)
    near_border = np.abs((level + 125) % 10 - 5) < 0.4
    columns = np.flatnonzero(reach & ~near_border & (level < -100.5) & (level > -129))
    assert len(columns) and inside.any()
    for row in np.flatnonzero(inside):
        assert np.array_equal(found[row, columns], colours[expected[columns]])
    assert (found[lats > 21.92][:, :, 3] == 0).all()
    assert (found[:, (lons < 105.98) | (lons > 107.1), 3] == 0).all()


def test_bytes_are_the_same_each_time_and_small(levels: Path) -> None:
    x, y = tile_at(106.5, 21.5, 10)
    one, two = tile_png(levels, 10, x, y, PALETTE), tile_png(levels, 10, x, y, PALETTE)
    assert one == two and len(one) < 10_000


def test_a_tile_with_nothing_is_clear(levels: Path) -> None:
    x, y = tile_at(20.0, 50.0, 10)
    assert tile_png(levels, 10, x, y, PALETTE) == empty_tile()
    assert (picture(empty_tile())[:, :, 3] == 0).all()


def test_the_whole_world_shows_the_result_as_a_dot(levels: Path) -> None:
    found = picture(tile_png(levels, 5, *tile_at(106.5, 21.5, 5), PALETTE))
    assert 0 < (found[:, :, 3] > 0).sum() < 1_000


def test_classes_colour_their_number_alone(tmp_path: Path) -> None:
    lattice = Lattice(106.0, 22.0, 0.001, 0.001, 300, 300)
    servers = np.repeat([[0, 1, 2]], 300, axis=0).repeat(100, axis=1).astype(np.uint8)
    path = tmp_path / "a.tif"
    about = About("Trạm", "m", "1", nodata=0, overview="mode")
    write_cog_tiles(path, lattice, [(next(lattice.tiles(300)), servers)], about, kind="uint8")
    x, y = tile_at(106.15, 21.85, 12)
    found = picture(tile_png(path, 12, x, y, Palette.classes({2: "#0000ff", 7: "#ffffff"})))
    lons, _ = pixel_places(12, x, y)
    assert {tuple(pixel) for pixel in found[128, lons < 106.199]} == {CLEAR}
    east = picture(tile_png(path, 12, *tile_at(106.25, 21.85, 12), Palette.classes({2: "#0000ff"})))
    assert (east[128] == (0, 0, 255, 255)).all(axis=1).any()


def test_a_file_written_anew_is_drawn_anew(levels: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(levels.read_bytes())
    x, y = tile_at(106.5, 21.5, 10)
    before = tile_png(path, 10, x, y, PALETTE)
    write_cog(path, Grid(np.full((50, 50), -90), 106.45, 21.55, 0.01, 0.01), About("a", "m", "1"))
    assert tile_png(path, 10, x, y, PALETTE) != before


def test_no_such_tile_palette_or_file(levels: Path, tmp_path: Path) -> None:
    for zoom, x, y in [(3, 8, 0), (-1, 0, 0), (23, 0, 0), (2, 0, -1)]:
        with pytest.raises(TerrainError, match="Không có mảnh"):
            tile_png(levels, zoom, x, y, PALETTE)
    for entries in ([], [(2, "#ffffff"), (1, "#ffffff")], [(1, "red")], [(float("nan"), "#ffffff")]):
        with pytest.raises(TerrainError):
            Palette.steps(entries)
    broken = tmp_path / "a.tif"
    broken.write_bytes(levels.read_bytes()[:3_000])
    with pytest.raises(TerrainError, match="hỏng"):
        tile_png(broken, 10, *tile_at(106.5, 21.5, 10), PALETTE)
