"""Changes: cells switched off, added or altered, and what becomes of the points that they can reach; nothing else is
computed.

A point's best level of a layer can only change where a changed cell of that layer reaches. There, and only there, the
cells that change and those that stay are computed by the exact kernel, before and after alike: what two full runs would
give, without the runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.antennas import PATTERNS, Pattern
from hatang.core.radio.cells import Cell
from hatang.core.radio.choice import BY_P1812, Rule
from hatang.core.radio.coverage.batches import Points, Settings, reached
from hatang.core.radio.coverage.fading import judged_points
from hatang.core.radio.coverage.layers import Layer, Part, merge
from hatang.core.radio.coverage.runs import compute_coverage
from hatang.core.radio.coverage.served import Served, Standard
from hatang.core.radio.coverage.sites import Site, layers_of, sites_of
from hatang.core.radio.kernels.ground import Ground, Transmitter
from hatang.core.terrain.grid import Area

Mask = NDArray[np.bool_]
MARGIN_DEG = 0.02
"""By so much the ground reaches beyond cells and points: great circles bulge over the box that holds their ends."""
ANY_HEIGHT_M = 1.0
"""Distances along the ground ask for no height; transmitters do."""


@dataclass(frozen=True)
class Neighbourhood:
    """What a change touches: the layers of the changed cells; the cells of these layers that stay, go or come, one list
    in which servers count; which of them were and will be, (cells,); and the points that a changed cell reaches, with
    their numbers among all.
    """

    layers: tuple[Layer, ...]
    cells: tuple[Cell, ...]
    was: Mask
    will: Mask
    points: Points

    @property
    def is_empty(self) -> bool:
        """Whether nothing can change anywhere."""
        return not len(self.points.numbers)

    @property
    def area(self) -> Area:
        """Give the box of the ground that has to be read. Raises ValueError where nothing is touched."""
        lons = [*self.points.lons_deg.tolist(), *(cell.lon for cell in self.cells)]
        lats = [*self.points.lats_deg.tolist(), *(cell.lat for cell in self.cells)]
        return min(lons) - MARGIN_DEG, min(lats) - MARGIN_DEG, max(lons) + MARGIN_DEG, max(lats) + MARGIN_DEG


@dataclass(frozen=True)
class Changed:
    """Who served the touched points and who will; `servers` of both count in the neighbourhood's cells."""

    neighbourhood: Neighbourhood
    before: Served
    after: Served


def side_by_side(before: Sequence[Cell], after: Sequence[Cell]) -> Iterator[tuple[Cell, bool, bool]]:
    """Give each cell with whether it was and will be: an altered one twice, as it was and as it will be.

    Both lists name a cell by its id, the common ones in one order; so a tie of levels goes to whom a full run gives it.

    >>> old, new = Cell("1", "4G", 106, 21, 30.0, 46.0), Cell("1", "4G", 106, 21, 40.0, 46.0)
    >>> added = Cell("2", "4G", 106, 21, 30.0, 46.0)
    >>> [(c.id, c.height_m, was, will) for c, was, will in side_by_side([old], [new, added])]
    [('1', 30.0, True, False), ('1', 40.0, False, True), ('2', 30.0, False, True)]
    """
    later, earlier = {cell.id: cell for cell in after}, {cell.id for cell in before}
    for cell in before:
        same = later.get(cell.id)
        stays = same is cell or same == cell
        yield cell, True, stays
        if same is not None and not stays:
            yield same, False, True
    for cell in after:
        if cell.id not in earlier:
            yield cell, False, True


def touched(before: Sequence[Cell], after: Sequence[Cell], points: Points, *, radius_km: float) -> Neighbourhood:
    """Find what a change of checked cells touches, when cells reach so far."""
    both = list(side_by_side(before, after))
    changing = [cell for cell, was, will in both if was != will]
    layers = layers_of(changing)
    near = points.chosen(within_reach(changing, points, radius_km))
    names = {(layer.operator, layer.technology.value) for layer in layers}
    kept = [row for row in both if (row[0].operator, row[0].technology) in names]
    places = sorted({(row[0].lon, row[0].lat) for row in kept})
    heard = {place for place in places if (distances(place, near) <= radius_km).any()}
    kept = [row for row in kept if (row[0].lon, row[0].lat) in heard]
    was, will = (np.array([row[k] for row in kept], dtype=np.bool_) for k in (1, 2))
    return Neighbourhood(layers, tuple(row[0] for row in kept), was, will, near)


def within_reach(cells: Sequence[Cell], points: Points, radius_km: float) -> Mask:
    """Tell which points lie within reach of at least one cell, (points,)."""
    near = np.zeros(len(points.numbers), dtype=np.bool_)
    for place in {(cell.lon, cell.lat) for cell in cells}:
        near |= distances(place, points) <= radius_km
    return near


def distances(place: tuple[float, float], points: Points) -> NDArray[np.float64]:
    """Give how far points are from a place (degrees), km."""
    return reached(Transmitter(*place, ANY_HEIGHT_M), points)


def compute_change(
    neighbourhood: Neighbourhood,
    ground: Ground,
    *,
    settings: Settings,
    standard: Standard,
    clutter_m: NDArray[np.float32],
    patterns: Mapping[str, Pattern] = PATTERNS,
    rule: Rule = BY_P1812,
) -> Changed:
    """Compute who serves the touched points before and after, on ground that holds the neighbourhood's area.

    `clutter_m` is the height of what stands at each touched point, `rule` the one by which cells were let pass. Raises
    RangeError where a cell does not stand on the ground.
    """
    layers, cells = neighbourhood.layers, neighbourhood.cells
    sites = sites_of(cells, layers, patterns, rule=rule)
    was, will, asked = neighbourhood.was, neighbourhood.will, renumbered(neighbourhood.points)

    def levels(which: Mask) -> Part:
        return levels_of(picked(sites, which), len(layers), ground, asked, settings)

    kept = levels(was & will)

    def judged(more: Part) -> Served:
        whole = Part(kept.levels_dbm.copy(), kept.servers.copy(), 0, 0)
        merge(whole, more)
        return judged_points(
            whole,
            asked,
            ground,
            sites,
            layers=layers,
            cells=cells,
            clutter_m=clutter_m,
            settings=settings,
            standard=standard,
        )

    return Changed(neighbourhood, judged(levels(was & ~will)), judged(levels(will & ~was)))


def picked(sites: Sequence[Site], which: Mask) -> list[Site]:
    """Keep some cells' sectors, and the sites that have any left."""
    fewer = [replace(site, sectors=tuple(s for s in site.sectors if which[s.number])) for site in sites]
    return [site for site in fewer if site.sectors]


def levels_of(sites: Sequence[Site], layers: int, ground: Ground, points: Points, settings: Settings) -> Part:
    """Compute the best level of each layer at points by the exact kernel."""
    return compute_coverage(ground, sites, layers, settings=settings, points=points, with_raster=False).points


def renumbered(points: Points) -> Points:
    """Number points by their place among themselves."""
    return replace(points, numbers=np.arange(len(points.numbers)))
