"""Who serves points, by the exact kernel alone: the way of everything that asks about places and draws no raster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.antennas import PATTERNS, Pattern
from hatang.core.radio.cells import Cell
from hatang.core.radio.choice import USUAL, Rule
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.fading import judged_points
from hatang.core.radio.coverage.runs import compute_coverage
from hatang.core.radio.coverage.served import Served, Standard
from hatang.core.radio.coverage.sites import layers_of, sites_of
from hatang.core.radio.kernels.ground import Ground


def served_exactly(
    points: Points,
    cells: Sequence[Cell],
    ground: Ground,
    *,
    clutter_m: NDArray[np.float32],
    settings: Settings,
    standard: Standard,
    patterns: Mapping[str, Pattern] = PATTERNS,
    rule: Rule = USUAL,
) -> Served:
    """Compute who serves points, numbered by their order; `servers` count in `cells`, layers are those of the cells.

    `clutter_m` (n,) is the height of what stands at the points. Raises RangeError as the kernels do.
    """
    layers = layers_of(cells)
    sites = sites_of(cells, layers, patterns, rule=rule)
    found = compute_coverage(ground, sites, len(layers), settings=settings, points=points, with_raster=False)
    return judged_points(
        found.points,
        points,
        ground,
        sites,
        layers=layers,
        cells=cells,
        clutter_m=clutter_m,
        settings=settings,
        standard=standard,
    )
