"""Who is served: from levels to probabilities by location variability, to counts of places and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.radio.bands import Technology
from hatang.core.radio.coverage.layers import NOBODY, Layer, Part
from hatang.core.radio.link_budget import margin_db, served_probability
from hatang.core.radio.p1812 import RESOLUTION_M
from hatang.core.radio.p1812.location import location_deviation_db
from hatang.core.radio.services import SERVED_PERCENT, Service

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Standard:
    """From when on a place counts as served: a service by technology, a probability, and the width of the square that a
    level stands for in location variability.
    """

    services: Mapping[Technology, Service]
    served_percent: float = SERVED_PERCENT
    resolution_m: float = RESOLUTION_M
    receiver_height_m: float = 1.5

    def deviation_db(self, frequency_ghz: float, clutter_m: float) -> float:
        """Give the standard deviation of the level over locations there (P.1812 §4.7)."""
        return location_deviation_db(
            frequency_ghz=frequency_ghz,
            resolution_m=self.resolution_m,
            receiver_height_m=self.receiver_height_m,
            clutter_height_m=clutter_m,
        )

    def least_level_dbm(self, layer: Layer, highest_ghz: float) -> float:
        """Give the median level from which on open ground counts as served; the highest frequency varies most."""
        return float(self.level_with(layer, self.deviation_db(highest_ghz, 0.0)))

    def least_on_raster(self, layer: Layer, highest_ghz: float, faded: NDArray[np.float32] | None) -> Doubles:
        """Give the same for a raster, () or (rows, columns): where TR 38.901's fading is known (not NaN), with that."""
        least = self.least_level_dbm(layer, highest_ghz)
        if faded is None:
            return np.asarray(least)
        return np.where(np.isnan(faded), least, self.level_with(layer, faded))

    def level_with(self, layer: Layer, deviation_db: ArrayLike) -> Doubles:
        """Give the median level from which on a place counts as served, by its deviation (NaN counts as none)."""
        margin = margin_db(self.served_percent, np.nan_to_num(np.asarray(deviation_db, dtype=np.float64)))
        return np.asarray(self.services[layer.technology].threshold_dbm + margin)


@dataclass(frozen=True)
class Served:
    """For each layer and point: median level in dBm (-inf: no cell reaches), server (a cell's place in the run's list,
    -1 for none), by how much the level varies over locations there (standard deviation, dB), probability of service,
    and whether that suffices; all (layers, points).
    """

    layers: tuple[Layer, ...]
    levels_dbm: NDArray[np.float32]
    servers: NDArray[np.int32]
    deviations_db: Doubles
    probabilities: Doubles
    served: NDArray[np.bool_]

    def operators(self, technology: Technology) -> NDArray[np.int64]:
        """Count at each point the operators that serve it in a technology."""
        of = [place for place, layer in enumerate(self.layers) if layer.technology == technology]
        return np.asarray(self.served[of].sum(axis=0), dtype=np.int64)


def served_points(
    points: Part,
    layers: Sequence[Layer],
    frequencies_ghz: Sequence[float],
    clutter_m: NDArray[np.float32],
    standard: Standard,
    fading: Mapping[int, NDArray[np.float32]] | None = None,
) -> Served:
    """Judge levels at points; `frequencies_ghz` by cell, `clutter_m` by point (its height, 0 for open ground).

    `fading` is `fading_at_points`, needed where TR 38.901 computed some cells: its shadow fading counts at their
    places.
    """
    levels, servers = points.levels_dbm[:, 0], points.servers[:, 0]
    deviation: Callable[[float, float], float] = cache(standard.deviation_db)
    heights = clutter_m.tolist()
    sigma = [
        [deviation(frequencies_ghz[k], height) if k != NOBODY else 0.0 for k, height in zip(row, heights, strict=True)]
        for row in servers.tolist()
    ]
    thresholds = np.array([[standard.services[layer.technology].threshold_dbm] for layer in layers])
    deviations = np.array(sigma).reshape(levels.shape)
    for layer, own in (fading or {}).items():
        deviations[layer] = np.where(np.isnan(own[0]), deviations[layer], own[0])
    probabilities = served_probability(levels, thresholds.reshape(-1, 1), deviations)
    enough = (servers != NOBODY) & (100 * probabilities >= standard.served_percent)
    return Served(tuple(layers), levels, servers, deviations, probabilities, enough)


def count_operators(
    raster: Part,
    layers: Sequence[Layer],
    highest_ghz: Mapping[Layer, float],
    technology: Technology,
    standard: Standard,
    fading: Mapping[int, NDArray[np.float32]] | None = None,
) -> NDArray[np.uint8]:
    """Count for each pixel the operators whose level suffices on open ground, (rows, columns).

    `fading` is `fading_on_raster`, needed where TR 38.901 computed some cells.
    """
    count = np.zeros(raster.levels_dbm.shape[1:], dtype=np.uint8)
    for place, layer in enumerate(layers):
        if layer.technology == technology:
            faded = fading.get(place) if fading else None
            count += raster.levels_dbm[place] >= standard.least_on_raster(layer, highest_ghz[layer], faded)
    return count
