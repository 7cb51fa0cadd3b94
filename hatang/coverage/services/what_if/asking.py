"""What if: who loses or gains when cells of a run are off, altered or added.

A run says who was served; the engine computes anew, before and after alike, only the points that changed cells reach,
and only in their layers. Where a whole layer ends nothing has to be computed. Nothing is stored.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.cells import Cell
from hatang.core.radio.coverage.batches import Points
from hatang.core.radio.coverage.changes import Changed, Neighbourhood, compute_change, touched, within_reach
from hatang.core.radio.coverage.layers import NOBODY
from hatang.core.terrain.grid import Area
from hatang.coverage.models import CoverageRun, PredictedService
from hatang.coverage.services.antennas import patterns_of
from hatang.coverage.services.engine import RULE, area_about, land_of, settings_of, standard_of
from hatang.coverage.services.what_if.effect import ADDED, Effect, LayerKey, Sight, effect_of
from hatang.coverage.suppositions import Change
from hatang.places.models import Place

MOST_SITES = 300
"""Sites that one question may change without a whole layer ending: a few seconds' work."""
SNAP_DEG = 0.1
"""Ground is read by whole tenths of a degree, so that the next question about a place finds it in memory."""
NOBODY_AT_ALL = 0
"""The server where no cell reaches; keys of rows are positive, added cells negative."""
FEW_PLACES = 400
"""So many are named in the question to the database; more are read with all."""
Verdicts = NDArray[np.bool_]


class TooManyError(ValueError):
    """A question that takes longer than somebody waits; `effect` is what its changes would do."""

    def __init__(self, sites: int, effect: Effect) -> None:
        super().__init__(
            f"Các thay đổi này động tới {sites} trạm; một lần hỏi tính tối đa {MOST_SITES} trạm. "
            "Bớt cột, chia nhỏ khu vực, hoặc tắt cả doanh nghiệp, cả công nghệ (không giới hạn)."
        )
        self.effect = effect


@dataclass
class Picture:
    """Who serves places in layers: verdicts, levels in dBm (NaN: no cell reaches) and servers, all (layers, places)."""

    served: Verdicts
    levels_dbm: NDArray[np.float64]
    servers: NDArray[np.int64]

    def copy(self) -> Picture:
        """Give another that can be changed."""
        return Picture(self.served.copy(), self.levels_dbm.copy(), self.servers.copy())


@dataclass
class WhatIf:
    """The answer: places and layers, who served before and who after; `seconds` that it took."""

    effect: Effect
    places: list[Place]
    layers: list[LayerKey]
    before: Picture
    after: Picture
    seconds: float = 0.0
    recomputed: int = 0
    differing: int = 0
    simulated: bool = False
    added: list[Cell] = field(default_factory=list)


def what_if(sight: Sight, changes: Sequence[Change]) -> WhatIf:
    """Answer who loses or gains. Raises TooManyError where that would take long."""
    begun = time.perf_counter()
    layers = layers_in(sight)
    effect = effect_of(sight, changes, layers)
    points = spots_of(sight.run)
    near = touched_by(sight, effect, points)
    if near is not None:
        layers = sorted({*layers, *((int(layer.operator), str(layer.technology)) for layer in near.layers)})
    asked = named(points.numbers if effect.ended else near.points.numbers if near else [])
    answer = WhatIf(effect, asked, layers, *pictures_of(sight, asked, layers, effect))
    if near is not None:
        lay_in(answer, computed(sight.run, near), effect)
    answer.simulated = sight.run.simulated or any(place.simulated for place in asked)
    answer.seconds = time.perf_counter() - begun
    return answer


def layers_in(sight: Sight) -> list[LayerKey]:
    """Give the run's layers that the person may see."""
    rows = PredictedService.objects.filter(run=sight.run).order_by("operator", "technology")
    found = rows.values_list("operator", "technology").distinct()
    return [(operator, technology) for operator, technology in found if sight.sees(operator)]


def spots_of(run: CoverageRun) -> Points:
    """Give where the places lie that a run computed, numbered by the keys of their rows."""
    asked = PredictedService.objects.filter(run=run).values("place")
    rows = Place.objects.filter(pk__in=asked, lon__isnull=False, lat__isnull=False).order_by("pk")
    found = np.array(rows.values_list("pk", "lon", "lat"), dtype=np.float64).reshape(-1, 3)
    return Points(found[:, 1].copy(), found[:, 2].copy(), found[:, 0].astype(np.int64))


def named(keys: Iterable[int]) -> list[Place]:
    """Read places with their communes, in the order of their keys."""
    rows = Place.objects.filter(pk__in=list(map(int, keys))).defer("point").order_by("pk")
    places = list(rows)
    parents = Place.objects.defer("point").in_bulk({place.parent_id for place in places if place.parent_id})
    for place in places:
        place.parent = parents.get(place.parent_id or 0)
    return places


# --- what has to be computed


def touched_by(sight: Sight, effect: Effect, points: Points) -> Neighbourhood | None:
    """Find what the cells that change touch, other than layers that end as a whole; None where that is nothing."""
    before, after = changing(sight, effect)
    moving, reach_km = [*before.values(), *after.values()], sight.run.radius_km
    near = points.chosen(within_reach(moving, points, reach_km))
    if not len(near.numbers):
        return None
    if (sites := len({(cell.lon, cell.lat) for cell in moving})) > MOST_SITES:
        raise TooManyError(sites, effect)
    stay = {cell.id: cell for cell in staying(sight, moving, near, effect) if cell.id not in before}
    return touched(ordered(stay | before), ordered(stay | after), points, radius_km=reach_km)


def changing(sight: Sight, effect: Effect) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """Give the cells that change, by id, as they were and as they will be; those of layers that end only come."""
    gone = [str(key) for key in effect.off]
    otherwise = {str(key): cell for key, (_, cell) in effect.altered.items() if key not in effect.off}
    before = {key: sight.cells[key] for key in (*gone, *otherwise)}
    before = {key: cell for key, cell in before.items() if layer_of(cell) not in effect.ended}
    after = {key: cell for key, cell in otherwise.items() if key in before}
    return before, after | {cell.id: cell for cell in effect.added}


def staying(sight: Sight, moving: Sequence[Cell], near: Points, effect: Effect) -> list[Cell]:
    """Give the run's cells of the same layers in the box from which they reach the same points."""
    layers = {layer_of(cell) for cell in moving} - effect.ended
    names = {(str(operator), technology) for operator, technology in layers}
    return sight.cells.within(area_about(near.lons_deg.tolist(), near.lats_deg.tolist(), sight.run.radius_km), names)


def ordered(cells: dict[str, Cell]) -> list[Cell]:
    """Give cells in the order of a run: by the key of their row; added ones last."""
    return sorted(cells.values(), key=lambda cell: (cell.id.startswith(ADDED), int(cell.id)))


def layer_of(cell: Cell) -> LayerKey:
    """Give a cell's layer."""
    return int(cell.operator), cell.technology


def computed(run: CoverageRun, near: Neighbourhood) -> Changed:
    """Compute what the changed cells touch, on the ground about it."""
    land = land_of(run.terrain, snapped(near.area))
    return compute_change(
        near,
        land.ground,
        settings=settings_of(run),
        standard=standard_of(run),
        patterns=patterns_of(run.province),
        rule=RULE,
        clutter_m=land.clutter_at(near.points.lons_deg, near.points.lats_deg),
    )


def snapped(area: Area) -> Area:
    """Widen a box to whole steps."""
    west, south, east, north = (side / SNAP_DEG for side in area)
    low, high = (math.floor(west), math.floor(south)), (math.ceil(east), math.ceil(north))
    return low[0] * SNAP_DEG, low[1] * SNAP_DEG, high[0] * SNAP_DEG, high[1] * SNAP_DEG


# --- before and after


def pictures_of(
    sight: Sight, places: Sequence[Place], layers: Sequence[LayerKey], effect: Effect
) -> tuple[Picture, Picture]:
    """Give what the run found at places, and the same without the layers that end."""
    shape = (len(layers), len(places))
    before = Picture(np.zeros(shape, dtype=np.bool_), np.full(shape, np.nan), np.zeros(shape, dtype=np.int64))
    rows = {layer: number for number, layer in enumerate(layers)}
    columns = {place.pk: number for number, place in enumerate(places)}
    for operator, technology, place, served, level, cell in found_at(sight, columns):
        at = rows[operator, technology], columns[place]
        before.served[at], before.servers[at] = served, cell or NOBODY_AT_ALL
        before.levels_dbm[at] = np.nan if level is None else level
    after = before.copy()
    for layer in effect.ended:
        row = rows[layer]
        after.served[row], after.levels_dbm[row], after.servers[row] = False, np.nan, NOBODY_AT_ALL
    return before, after


def found_at(sight: Sight, places: Collection[int]) -> Iterator[tuple[int, str, int, bool, float | None, int | None]]:
    """Read what the run found at places in the layers that the person may see."""
    rows = PredictedService.objects.filter(run=sight.run)
    if sight.operators is not None:
        rows = rows.filter(operator__in=sight.operators)
    if len(places) <= FEW_PLACES:
        rows = rows.filter(place__in=list(places))
    found = rows.values_list("operator", "technology", "place", "served", "level_dbm", "cell")
    return (row for row in found.iterator(chunk_size=5000) if row[2] in places)


def lay_in(answer: WhatIf, changed: Changed, effect: Effect) -> None:
    """Put what was computed in the place of what the run found; a layer that ends keeps what it was before."""
    near = changed.neighbourhood
    columns = np.searchsorted([place.pk for place in answer.places], near.points.numbers)
    keys = np.array([NOBODY_AT_ALL, *map(key_of, near.cells)], dtype=np.int64)
    rows = {layer: number for number, layer in enumerate(answer.layers)}
    for number, layer in enumerate(near.layers):
        key = (int(layer.operator), str(layer.technology))
        halves = [(answer.after, changed.after)]
        if key not in effect.ended:
            halves.append((answer.before, changed.before))
            answer.differing += int((answer.before.served[rows[key], columns] != changed.before.served[number]).sum())
        for picture, served in halves:
            levels = served.levels_dbm[number].astype(np.float64)
            picture.served[rows[key], columns] = served.served[number]
            picture.levels_dbm[rows[key], columns] = np.where(np.isfinite(levels), levels, np.nan)
            picture.servers[rows[key], columns] = keys[served.servers[number] - NOBODY]
    answer.recomputed, answer.added = len(near.points.numbers), effect.added


def key_of(cell: Cell) -> int:
    """Give the key of a cell's row; an added one is negative."""
    return -1 - int(cell.id) if cell.id.startswith(ADDED) else int(cell.id)
