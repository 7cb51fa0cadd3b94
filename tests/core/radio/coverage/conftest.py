"""Hills of real terrain moved to Viet Nam, and a few cells on them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from hatang.core.radio.cells import Cell
from hatang.core.radio.kernels.ground import Ground

PIXEL_DEG = 1 / 1200


@pytest.fixture(scope="session")
def alps(shared: Path) -> bytes:
    """Give a file of heights, 3 arc-seconds, as its name places it at 21 N 106 E."""
    return gzip.decompress((shared / "data/dem/N43E006.hgt.gz").read_bytes())


@pytest.fixture(scope="session")
def hills(alps: bytes) -> Ground:
    """Give 20 km of them as ground."""
    heights = np.frombuffer(alps, dtype=">i2").reshape(1201, 1201).astype(np.float32)
    return Ground(heights[300:540, 300:540].copy(), 106.25, 21.75, PIXEL_DEG, PIXEL_DEG)


def cell(name: str, lon: float, lat: float, **more: object) -> Cell:
    """Make a cell of 4G in band 3."""
    said = {"height_m": 30.0, "power_dbm": 46.0, "band": "B3", "bandwidth_mhz": 20.0, "operator": "A"}
    return Cell(id=name, technology="4G", lon=lon, lat=lat, **({"azimuth_deg": 0.0} | said | more))


@pytest.fixture(scope="session")
def cells() -> list[Cell]:
    """Give two operators' cells: sites of three sectors in two bands, and one that sends to all sides."""
    places = [(106.31, 21.70), (106.34, 21.66), (106.38, 21.69), (106.33, 21.62), (106.40, 21.60)]
    made = [
        cell(f"{k}-{band}-{azimuth}", lon, lat, operator="AB"[k % 2], band=band, azimuth_deg=float(azimuth), **tilt)
        for k, (lon, lat) in enumerate(places)
        for band in ("B3", "B8")
        for azimuth, tilt in ((0, {}), (120, {"tilt_electrical_deg": 4.0}), (240, {"tilt_mechanical_deg": 6.0}))
    ]
    made = [c if c.band == "B3" else Cell(**(vars(c) | {"bandwidth_mhz": 10.0})) for c in made]
    return [*made, cell("omni", 106.36, 21.64, azimuth_deg=None, omnidirectional=True)]
