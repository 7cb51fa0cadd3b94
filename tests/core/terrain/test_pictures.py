"""Small pictures of a grid: as high as the ground in proportion, slopes lit from the north-west."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hatang.core.terrain import Grid, Lattice, TerrainError
from hatang.core.terrain.cogs import About, write_cog
from hatang.core.terrain.pictures import picture_png
from hatang.core.terrain.raster_tiles import Palette

LATTICE = Lattice(106.0, 60.0, 0.01, 0.01, 100, 200)
"""At 59.5° north, where a degree of longitude is half as long as one of latitude."""
GREEN = (0, 128, 0)
PALETTE = Palette.steps([(-10, "#008000"), (2000, "#800000")])


@pytest.fixture
def hill(tmp_path: Path) -> Path:
    """Write a cone of 1000 m amid a plain, without value in the south-east."""
    lon, lat = np.meshgrid(LATTICE.lons_deg(), LATTICE.lats_deg())
    heights = np.clip(1000 - 2500 * np.hypot((lon - 107) / 2, lat - 59.5), 0, None)
    heights[(lon > 107.8) & (lat < 59.1)] = np.nan
    path = tmp_path / "doi.tif"
    write_cog(path, Grid.over(LATTICE, heights.astype(np.float32)), About("Độ cao", "m", "1", overview="average"))
    return path


def test_the_north_western_slope_is_bright_and_the_other_dark(hill: Path) -> None:
    picture = Image.open(io.BytesIO(picture_png(hill, PALETTE, width_px=200)))
    assert picture.size == (200, 197)
    pixels = np.asarray(picture.convert("RGBA")).astype(int)
    bright, plain, dark = pixels[90, 92, 1], pixels[20, 20, 1], pixels[107, 108, 1]
    assert GREEN[1] >= bright > plain > dark > 40
    assert pixels[-5, -5, 3] == 0


def test_without_light_every_cell_has_its_own_colour(hill: Path) -> None:
    picture = Image.open(io.BytesIO(picture_png(hill, PALETTE, lit=False))).convert("RGBA")
    assert {colour for _, colour in picture.getcolors() or []} == {(*GREEN, 255), (0, 0, 0, 0)}
    assert picture_png(hill, PALETTE) == picture_png(hill, PALETTE)


def test_a_cut_file_is_named(hill: Path) -> None:
    hill.write_bytes(hill.read_bytes()[:2000])
    with pytest.raises(TerrainError, match=r"doi\.tif"):
        picture_png(hill, PALETTE)
