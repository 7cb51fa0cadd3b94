"""Shadow fading where TR 38.901 gives the level: found again for the servers that a run chose.

A layer keeps a level and its server. How much the level varies over locations there depends, with TR 38.901, on whether
the server is in sight; P.1812's own variability (§4.7) needs no server, and has no place here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.cells import Cell
from hatang.core.radio.choice import Model
from hatang.core.radio.coverage.batches import Points, Settings, reached, transmitter_of
from hatang.core.radio.coverage.layers import Layer, Part
from hatang.core.radio.coverage.served import Served, Standard, served_points
from hatang.core.radio.coverage.sites import Site, frequencies_ghz
from hatang.core.radio.kernels import tr38901
from hatang.core.radio.kernels.ground import Ground

Floats = NDArray[np.float32]
Fading = dict[int, Floats]
"""For each layer that has such servers, by its place: standard deviations in dB as (rows, columns) of the layer, NaN
where P.1812 gives the level or nobody does."""


def fading_on_raster(ground: Ground, sites: Sequence[Site], raster: Part, settings: Settings) -> Fading:
    """Give the shadow fading over a run's rasters, which lie on the whole ground."""
    fading = empty_fading(sites, raster)
    for site, model in with_fading(sites):
        asked = settings.for_site(site)
        found = tr38901.raster_losses(ground, transmitter_of(site), settings.reach_km(model), asked, model)
        rows, columns = found.why.shape
        window = slice(found.first_row, found.first_row + rows), slice(found.first_column, found.first_column + columns)
        for sector in site.sectors:
            served = raster.servers[sector.layer][window] == sector.number
            deviations = found.fading_db[site.frequencies_ghz.index(sector.frequency_ghz)]
            fading[sector.layer][window][served] = deviations[served]
    return fading


def fading_at_points(ground: Ground, sites: Sequence[Site], points: Part, places: Points, settings: Settings) -> Fading:
    """Give the shadow fading at a run's points, (1, points) for each layer."""
    fading = empty_fading(sites, points)
    for site, model in with_fading(sites):
        mast, asked = transmitter_of(site), settings.for_site(site)
        near = np.flatnonzero(reached(mast, places) <= settings.reach_km(model))
        found = tr38901.losses_to_points(ground, mast, places.lons_deg[near], places.lats_deg[near], asked, model)
        for sector in site.sectors:
            at = places.numbers[near]
            served = points.servers[sector.layer, 0, at] == sector.number
            deviations = found.fading_db[site.frequencies_ghz.index(sector.frequency_ghz)]
            fading[sector.layer][0, at[served]] = deviations[served]
    return fading


def judged_points(
    points: Part,
    places: Points,
    ground: Ground,
    sites: Sequence[Site],
    *,
    layers: Sequence[Layer],
    cells: Sequence[Cell],
    clutter_m: Floats,
    settings: Settings,
    standard: Standard,
) -> Served:
    """Judge a run's levels at its places, each by the variability of the model that gave the level.

    `places` are numbered by their place in the levels, `cells` are those of the sites, `clutter_m` is by place.
    """
    fading = fading_at_points(ground, sites, points, places, settings)
    return served_points(points, layers, frequencies_ghz(cells), clutter_m, standard, fading)


def with_fading(sites: Sequence[Site]) -> list[tuple[Site, Model]]:
    """Give the parts of sites that TR 38.901 computes, with their models."""
    return [(part, model) for site in sites for model, part in site.by_model() if model.scenario]


def empty_fading(sites: Sequence[Site], part: Part) -> Fading:
    """Make room for the layers that have such sectors."""
    layers = sorted({sector.layer for site, _ in with_fading(sites) for sector in site.sectors})
    return {layer: np.full(part.servers.shape[1:], np.nan, dtype=np.float32) for layer in layers}
