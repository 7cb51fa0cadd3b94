"""Tiles of a run's rasters: levels from a threshold up, cells, numbers of operators; the colours and their words.

The threshold is what a service asks for; ground counts as served where the median exceeds it by the margin of the run's
probability on open ground, or by that of TR 38.901's shadow fading where this model gives the level, as the engine
counts operators. So map, villages and counts agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.bands import Technology
from hatang.core.radio.coverage.layers import Layer
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.link_budget import margin_db
from hatang.core.terrain.raster_tiles import Palette, checked_values, picture_of
from hatang.coverage.models import RunRaster
from hatang.pages.tile_memory import Memory

DRAWN = "2"
"""Changes when the same raster is drawn differently: browsers keep tiles for ever."""
COLOURS = ("#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84")
WORDS = ("rất yếu", "yếu", "vừa", "khá", "mạnh", "rất mạnh")
"""Six steps of one rising scale (ColorBrewer YlGnBu, told apart by colour-blind readers); the words only name them."""
LOWEST_DBM = {Technology.G2: -110, Technology.G3: -120, Technology.G4: -130, Technology.G5: -130}
STEP_DB = 10
CELL_COLOURS = ("#332288", "#88ccee", "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255")
OPERATOR_COLOURS = ("#cbc9e2", "#9e9ac8", "#756bb1", "#54278f")
HIGHEST_GHZ = {Technology.G2: 1.9, Technology.G3: 2.2, Technology.G4: 2.7, Technology.G5: 3.9}
"""The highest mobile band below 6 GHz in use in Viet Nam: there levels vary most, by 0.2 dB more than in the lowest."""

Values = NDArray[np.float32]
READ = Memory(48_000_000)
"""Values of the tiles that were read last, in each process: about 180 of them."""


@dataclass(frozen=True)
class Step:
    """One class of levels: from which level on, its colour, its word; the last has no upper end."""

    from_dbm: int
    colour: str
    word: str
    below_dbm: int | None


def steps_of(technology: str) -> list[Step]:
    """Give the classes of levels of a technology, the weakest first."""
    lowest = LOWEST_DBM[Technology(technology)]
    ends = [lowest + STEP_DB * k for k in range(len(COLOURS))]
    uppers = [*ends[1:], None]
    return [Step(*one) for one in zip(ends, COLOURS, WORDS, uppers, strict=True)]


def snapped_dbm(asked_dbm: float | None, technology: str, standard: Standard) -> float:
    """Give the threshold to draw with: whole dB up or down from the run's own, within what phones report.

    >>> from hatang.core.radio.services import SERVICES
    >>> [snapped_dbm(asked, "4G", Standard(SERVICES)) for asked in (None, -100.2, -999)]
    [-111.8, -99.8, -139.8]
    """
    service = standard.services[Technology(technology)]
    if asked_dbm is None or not np.isfinite(asked_dbm):
        return service.threshold_dbm
    least, most = shifts_of(technology, standard)
    shift = min(max(round(asked_dbm - service.threshold_dbm), least), most)
    return round(service.threshold_dbm + shift, 6)


def shifts_of(technology: str, standard: Standard) -> tuple[int, int]:
    """Give by how many whole dB the threshold may be moved down and up."""
    service = standard.services[Technology(technology)]
    low, high = service.reported_dbm
    return -int(service.threshold_dbm - low), int(high - service.threshold_dbm)


def margin_on_ground_db(technology: str, standard: Standard) -> float:
    """Give by how much the median must exceed a threshold on open ground to count as served."""
    kind = Technology(technology)
    return standard.least_level_dbm(Layer("", kind), HIGHEST_GHZ[kind]) - standard.services[kind].threshold_dbm


def level_palette(technology: str, from_dbm: float) -> Palette:
    """Colour levels from one on; what is below stays clear.

    >>> level_palette("4G", -104.5).entries[:2]
    ((-104.5, '#41b6c4'), (-100, '#1d91c0'))
    """
    steps = steps_of(technology)
    under = [step for step in steps if step.from_dbm <= from_dbm]
    over = [(step.from_dbm, step.colour) for step in steps if step.from_dbm > from_dbm]
    return Palette.steps([(from_dbm, (under or steps)[-1 if under else 0].colour), *over])


Fadings = Mapping[int | None, RunRaster]
"""Rasters of TR 38.901's shadow fading in one technology by operator; none of an operator without such cells."""


def level_tile(
    rasters: Sequence[RunRaster],
    zoom: int,
    x: int,
    y: int,
    *,
    threshold_dbm: float,
    standard: Standard,
    fadings: Fadings,
) -> bytes:
    """Draw the best level of one or several operators in one technology. Raises TerrainError for no such tile."""
    technology = rasters[0].technology
    values = reduce(np.fmax, (enough_of(raster, fadings, zoom, x, y, threshold_dbm, standard) for raster in rasters))
    return picture_of(values, level_palette(technology, threshold_dbm + margin_on_ground_db(technology, standard)))


def enough_of(
    levels: RunRaster, fadings: Fadings, zoom: int, x: int, y: int, threshold_dbm: float, standard: Standard
) -> Values:
    """Read levels on a tile without those of TR 38.901 that do not suffice by its own, wider variability."""
    values, fading = values_of(levels, zoom, x, y), fadings.get(levels.operator_id)
    if fading is None:
        return values
    faded = values_of(fading, zoom, x, y)
    least = threshold_dbm + margin_db(standard.served_percent, np.nan_to_num(faded))
    return np.where(np.isnan(faded) | (values >= least), values, np.float32(np.nan))


def cell_tile(
    raster: RunRaster,
    levels: RunRaster | None,
    zoom: int,
    x: int,
    y: int,
    *,
    threshold_dbm: float,
    standard: Standard,
    fadings: Fadings,
) -> bytes:
    """Draw which cell is the best, neighbours in different colours, where its level suffices."""
    servers = values_of(raster, zoom, x, y)
    if levels is not None:
        least = threshold_dbm + margin_on_ground_db(raster.technology, standard)
        enough = enough_of(levels, fadings, zoom, x, y, threshold_dbm, standard) >= least
        servers = np.where(enough, servers, np.nan)
    palette = Palette.classes(dict(enumerate(CELL_COLOURS)))
    return picture_of(np.mod(servers, len(CELL_COLOURS)), palette)


def operators_tile(raster: RunRaster, zoom: int, x: int, y: int) -> bytes:
    """Draw how many operators serve: one, two, three, four or more; clear where none does."""
    palette = Palette.steps([(k + 1, colour) for k, colour in enumerate(OPERATOR_COLOURS)])
    return picture_of(values_of(raster, zoom, x, y), palette)


def values_of(raster: RunRaster, zoom: int, x: int, y: int) -> Values:
    """Read a raster's values on a tile (256, 256), or take them from memory: whoever moves the threshold asks again."""
    key = raster.file.sha256, zoom, x, y
    kept: Values | None = READ.get(key)
    if kept is None:
        kept = checked_values(path_of(raster), zoom, x, y).astype(np.float32)
        READ.keep(key, kept, kept.nbytes)
    return kept


def path_of(raster: RunRaster) -> Path:
    """Give where a raster's file lies."""
    return Path(raster.file.file.path)
