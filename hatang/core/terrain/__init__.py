"""The ground: heights and land cover out of files in any system, profiles, grids written as GeoTIFF and map tiles."""

from hatang.core.terrain.faults import Limits, TerrainError
from hatang.core.terrain.grid import Grid, Lattice, Tile, lattice_around
from hatang.core.terrain.mosaics import Mosaic, Source, Terrain, open_terrain
from hatang.core.terrain.reports import Gaps, NotCoveredError, Report, SourceUse

__all__ = [
    "Gaps",
    "Grid",
    "Lattice",
    "Limits",
    "Mosaic",
    "NotCoveredError",
    "Report",
    "Source",
    "SourceUse",
    "Terrain",
    "TerrainError",
    "Tile",
    "lattice_around",
    "open_terrain",
]
