"""From losses to levels: a site's sectors laid into arrays, and its levels added to layers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.coverage.layers import Part
from hatang.core.radio.coverage.sites import Site, table_of
from hatang.core.radio.kernels.strongest import Mast, Sectors, point_levels, raster_levels

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]


def sectors_of(site: Site) -> Sectors:
    """Lay a site's sectors into arrays."""
    bands = {frequency: place for place, frequency in enumerate(site.frequencies_ghz)}
    tables = {pose: place for place, pose in enumerate(dict.fromkeys(s.pose for s in site.sectors))}
    pointed = [(s.azimuth_deg, tables[s.pose]) for s in site.sectors]
    beams = {beam: place for place, beam in enumerate(dict.fromkeys(pointed))}
    return Sectors(
        whole_numbers(bands[s.frequency_ghz] for s in site.sectors),
        whole_numbers(s.layer for s in site.sectors),
        whole_numbers(s.number for s in site.sectors),
        np.array([s.reference_dbm for s in site.sectors], dtype=np.float32),
        whole_numbers(beams[beam] for beam in pointed),
        np.array([azimuth for azimuth, _ in beams], dtype=np.float32),
        whole_numbers(table for _, table in beams),
        np.stack([table_of(pose) for pose in tables]),
        np.empty(len(beams), dtype=np.float32),
    )


def whole_numbers(values: Iterable[int]) -> NDArray[np.int32]:
    """Lay whole numbers into an array."""
    return np.array(list(values), dtype=np.int32)


def add_raster(
    part: Part,
    site: Site,
    mast: Mast,
    losses_db: Floats,
    why: NDArray[np.uint8],
    tops_m: Floats,
    lats_deg: Doubles,
    lons_deg: Doubles,
    at: tuple[int, int],
) -> None:
    """Add a site's levels to layers: losses (frequencies, rows, columns) of a window that begins `at` the part's row
    and column; `tops_m` (rows, columns) are the receivers' heights above sea.
    """
    losses_db = losses_db.reshape(len(losses_db), -1)
    turns = np.radians(lons_deg - mast.lon_deg)
    easts, norths = np.sin(turns), np.cos(turns)
    raster_levels(
        part.levels_dbm, part.servers, sectors_of(site), mast, losses_db, why, tops_m, lats_deg, easts, norths, *at
    )


def add_points(
    part: Part,
    site: Site,
    mast: Mast,
    losses_db: Floats,
    why: NDArray[np.uint8],
    tops_m: Floats,
    lats_deg: Doubles,
    lons_deg: Doubles,
    points: NDArray[np.int64],
) -> None:
    """Add a site's levels to layers of points (layers, 1, all points): losses (frequencies, some points) and which."""
    point_levels(
        part.levels_dbm, part.servers, sectors_of(site), mast, losses_db, why, tops_m, lats_deg, lons_deg, points
    )
