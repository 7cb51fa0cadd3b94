"""What each draft would serve: the exact kernel from its cells to every place within reach, a few hundred at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from hatang.core.radio.antennas import Pattern
from hatang.core.radio.cells import Cell, check_cells
from hatang.core.radio.coverage.batches import Points
from hatang.core.radio.coverage.changes import within_reach
from hatang.core.radio.coverage.sites import along_curve
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.engine import METHOD, RULE, Land, served_at, settings_of, standard_of
from hatang.planning.services.candidates.assumed import Usual
from hatang.planning.services.candidates.drafts import Draft

AT_A_TIME = 160
"""Drafts in one batch: neighbours, so that their places are few; and often enough to tell how far it is."""
Reach = dict[int, float]
"""Places, by their numbers, with the probability of service."""
Done = Callable[[int, int], None]


def reached(
    drafts: Sequence[Draft],
    points: Points,
    *,
    run: CoverageRun,
    land: Land,
    usual: Usual,
    patterns: Mapping[str, Pattern],
    done: Done,
) -> list[Reach]:
    """Give for each draft the places that it alone would serve, by the run's standard, with the probability.

    `points` are the places asked about; `done` is told how many drafts of how many are done, and may raise.
    """
    found: list[Reach] = [{} for _ in drafts]
    order = sorted(range(len(drafts)), key=lambda n: curve(drafts[n]))
    for start in range(0, len(order), AT_A_TIME):
        done(start, len(order))
        some = [number for number in order[start : start + AT_A_TIME] if drafts[number].sectors]
        cells = sound([cell for number in some for cell in drafts[number].cells(usual, f"{number:07d}")])
        for name, reach in served_by(cells, points, run=run, land=land, patterns=patterns).items():
            found[int(name)] = reach
    return found


def curve(draft: Draft) -> tuple[int, float, float, float]:
    """Give where a draft comes in an order in which neighbours are together."""
    spot = draft.spot
    return along_curve((spot.lon, spot.lat, spot.height_m)), spot.lon, spot.lat, spot.height_m


def sound(cells: list[Cell]) -> list[Cell]:
    """Leave out cells that no run would compute: the register's own faults."""
    faulty = {fault.cell_id for fault in check_cells(cells, method=METHOD, rule=RULE)}
    return [cell for cell in cells if cell.id not in faulty]


def served_by(
    cells: Sequence[Cell], points: Points, *, run: CoverageRun, land: Land, patterns: Mapping[str, Pattern]
) -> dict[str, Reach]:
    """Give for each layer of the cells the places that it serves."""
    if not cells or not len(points.numbers):
        return {}
    near = points.chosen(within_reach(cells, points, run.radius_km))
    if not len(near.numbers):
        return {}
    asked = Points(near.lons_deg, near.lats_deg, np.arange(len(near.numbers)))
    served = served_at(asked, cells, land, settings=settings_of(run), standard=standard_of(run), patterns=patterns)
    found: dict[str, Reach] = {layer.operator: {} for layer in served.layers}
    for row, place in np.argwhere(served.served).tolist():
        reach = found[served.layers[row].operator]
        reach[int(near.numbers[place])] = round(float(served.probabilities[row, place]), 4)
    return found
