"""Sites: cells of one place and height, which share their paths, made ready for the kernels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.antennas import Pattern, sampled
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell, frequency_of, model_of, pattern_of, technology_of
from hatang.core.radio.choice import BY_P1812, P1812, Model, Rule
from hatang.core.radio.coverage.layers import Layer
from hatang.core.radio.link_budget import OUTDOORS, reference_power_dbm

TABLES_KEPT = 256
"""Sampled patterns that a worker keeps (67 MB)."""


@dataclass(frozen=True)
class Pose:
    """A pattern and how it is tilted: what cells with the same table of gains share."""

    pattern: Pattern
    tilt_electrical_deg: float | None
    tilt_mechanical_deg: float


@dataclass(frozen=True)
class Sector:
    """A cell as the kernels need it: its place in the run's list, its layer, what it sends where, and which model
    computes its losses.

    `reference_dbm` is what a phone would measure beside an antenna of 0 dBi without any path: reference power less
    the losses other than the path's.
    """

    number: int
    layer: int
    frequency_ghz: float
    reference_dbm: float
    azimuth_deg: float
    pose: Pose
    model: Model = P1812


@dataclass(frozen=True)
class Site:
    """Sectors of one place (degrees) and antenna height above ground."""

    lon_deg: float
    lat_deg: float
    height_m: float
    sectors: tuple[Sector, ...]

    @property
    def frequencies_ghz(self) -> tuple[float, ...]:
        """Give the frequencies of its sectors, each once, the lowest first."""
        return tuple(sorted({sector.frequency_ghz for sector in self.sectors}))

    def by_model(self) -> Iterator[tuple[Model, Site]]:
        """Give each model with the sectors that it computes, as a site of their own, in the order of the sectors."""
        for model in dict.fromkeys(sector.model for sector in self.sectors):
            yield model, replace(self, sectors=tuple(sector for sector in self.sectors if sector.model == model))


def layers_of(cells: Sequence[Cell]) -> tuple[Layer, ...]:
    """Give the layers that cells make up, in order."""
    return tuple(sorted({Layer(cell.operator, Technology(cell.technology)) for cell in cells}))


def frequencies_ghz(cells: Sequence[Cell]) -> list[float]:
    """Give each checked cell's frequency."""
    return [(frequency_of(cell) or 0.0) / 1000 for cell in cells]


def highest_ghz(cells: Sequence[Cell]) -> dict[Layer, float]:
    """Give the highest frequency of each layer."""
    highest: dict[Layer, float] = {}
    for cell, frequency in zip(cells, frequencies_ghz(cells), strict=True):
        layer = Layer(cell.operator, Technology(cell.technology))
        highest[layer] = max(frequency, highest.get(layer, 0.0))
    return highest


def sites_of(
    cells: Sequence[Cell],
    layers: Sequence[Layer],
    patterns: Mapping[str, Pattern],
    rule: Rule = BY_P1812,
) -> list[Site]:
    """Gather cells that `usable_cells` let pass into sites, in the order of a Morton curve: neighbours work together.

    Levels are those of a phone outdoors. A cell whose antenna is not among the patterns takes 3GPP's, see `pattern_of`;
    the rule, the one by which cells were let pass, says which model computes each.
    """
    numbers = {layer: place for place, layer in enumerate(layers)}
    placed = [(place_of(cell), sector_of(number, cell, numbers, patterns, rule)) for number, cell in enumerate(cells)]
    placed.sort(key=lambda both: (along_curve(both[0]), both[0], both[1].number))
    return [
        Site(lon, lat, height, tuple(sector for _, sector in same))
        for (lon, lat, height), same in groupby(placed, key=lambda both: both[0])
    ]


def place_of(cell: Cell) -> tuple[float, float, float]:
    """Give longitude, latitude and antenna height of a cell that was checked."""
    assert cell.height_m is not None
    return (cell.lon, cell.lat, cell.height_m)


def sector_of(
    number: int,
    cell: Cell,
    layers: Mapping[Layer, int],
    patterns: Mapping[str, Pattern],
    rule: Rule,
) -> Sector:
    """Work out what a cell sends."""
    technology, frequency_mhz = technology_of(cell), frequency_of(cell)
    assert technology is not None
    assert frequency_mhz is not None
    assert cell.power_dbm is not None
    model = model_of(cell, rule)
    assert model is not None
    pattern = pattern_of(cell, patterns).pattern
    reference_dbm = reference_power_dbm(
        technology, cell.power_dbm, bandwidth_mhz=cell.bandwidth_mhz, frequency_mhz=frequency_mhz
    )
    return Sector(
        number,
        layers[Layer(cell.operator, technology)],
        frequency_mhz / 1000,
        reference_dbm - OUTDOORS.total_db,
        cell.azimuth_deg or 0.0,
        Pose(pattern, cell.tilt_electrical_deg, cell.tilt_mechanical_deg or 0.0),
        model,
    )


def along_curve(place: tuple[float, float, float]) -> int:
    """Give where a place lies on a Morton curve of hundredths of a degree.

    >>> along_curve((106.76, 21.85, 30.0)) < along_curve((106.78, 21.85, 30.0))
    True
    """
    column, row = int((place[0] + 180) * 100), int((place[1] + 90) * 100)
    return sum(((column >> bit & 1) << 2 * bit) | ((row >> bit & 1) << 2 * bit + 1) for bit in range(16))


@lru_cache(maxsize=TABLES_KEPT)
def table_of(pose: Pose) -> NDArray[np.float32]:
    """Give the gains of a pattern with its tilts, (181, 361), made once."""
    return sampled(
        pose.pattern, tilt_electrical_deg=pose.tilt_electrical_deg, tilt_mechanical_deg=pose.tilt_mechanical_deg
    )
