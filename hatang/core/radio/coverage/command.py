"""The command `coverage`: files of cells, terrain and places in; rasters, who is served and a summary out."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hatang.core.named_files import named_content
from hatang.core.radio.antennas import Pattern
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell, CellsError, Usable, usable_cells
from hatang.core.radio.choice import RULES, Model, Rule
from hatang.core.radio.coverage import files
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.fading import fading_on_raster, judged_points
from hatang.core.radio.coverage.layers import Layer, Part
from hatang.core.radio.coverage.runs import NOWHERE, Coverage, Progress, compute_coverage
from hatang.core.radio.coverage.served import Served, Standard, count_operators
from hatang.core.radio.coverage.sites import Site, highest_ghz, layers_of, sites_of
from hatang.core.radio.coverage.told import (
    about_models,
    assumed_antennas,
    computed_by,
    hidden,
    layer_facts,
    models_by_layer,
    models_of,
    models_of_technology,
    nearer_facts,
    rule_facts,
)
from hatang.core.radio.coverage.workers import LostWorkersError, Workers, on_dask
from hatang.core.radio.kernels.ground import EXACT, Ground
from hatang.core.radio.services import SERVICES, with_threshold
from hatang.core.results_folder import check_output, write_whole
from hatang.core.terrain.clutter import Clutter, LandClass, clutter_over, no_clutter, read_classes
from hatang.core.terrain.cogs import About, write_cog
from hatang.core.terrain.grid import Area, Grid, Lattice, checked_area
from hatang.core.terrain.mosaics import Terrain, open_terrain
from hatang.core.terrain.sea import NO_SEA, Zones, open_sea, sea_in_clutter, zones_over
from hatang.core.vietnamese import number

METHOD = "P.1812"
KM_PER_DEGREE = 111.0
SOURCE_KIND = "predicted"
MOST_NAMED = 5


@dataclass(frozen=True)
class Inputs:
    """What the files gave, checked."""

    usable: Usable
    patterns: dict[str, Pattern]
    places: files.Places | None
    terrain: Terrain
    clutter: Clutter
    zones: Zones | None
    ground: Ground
    standard: Standard
    rule: Rule
    layers: tuple[Layer, ...]
    sites: list[Site]
    settings: Settings


def run(given: argparse.Namespace) -> int:
    """Compute; 0 where results were written, 1 with a message where they could not be. Nothing is half-written."""
    try:
        check_output(given.output)
        inputs = read_inputs(given)
        coverage = compute(given, inputs)
        write_whole(given.output, lambda folder: write_results(folder, given, inputs, coverage))
    except CellsError as error:
        print("\n".join([str(error), *map(str, error.faults)]), file=sys.stderr)
        print("Sửa các ô trên, hoặc thêm --leave-out-faulty để tính phần còn lại.", file=sys.stderr)
        return 1
    except (ValueError, OSError, LostWorkersError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def read_inputs(given: argparse.Namespace) -> Inputs:
    """Read every file before anything is computed."""
    if given.threshold_dbm is not None and given.technology is None:
        raise ValueError("--threshold-dbm cần --technology: mỗi công nghệ một ngưỡng.")
    patterns = files.read_patterns(given.antennas)
    cells = named_content(given.cells, files.read_cells)
    if given.technology:
        cells = [cell for cell in cells if cell.technology == given.technology]
    if not cells:
        raise ValueError(f"{given.cells}: không có ô nào để tính.")
    rule = RULES[given.models]
    usable = usable_cells(cells, method=METHOD, leave_out_faulty=given.leave_out_faulty, rule=rule)
    places = named_content(given.villages, files.read_places) if given.villages else None
    if given.area:
        check_area(given.area, usable.cells, places)
    mosaic = open_terrain(given.dem)
    lattice = mosaic.lattice(given.area or area_about(usable.cells, given.radius_km))
    terrain = mosaic.read(lattice, gaps="sea" if given.gaps_are_sea else "refuse")

    classes = named_content(given.clutter_classes, read_classes) if given.clutter_classes else ()
    clutter = read_clutter(given, lattice, classes)
    sea = open_sea(given.sea) if given.sea else sea_in_clutter(clutter, classes)
    zones = zones_over(terrain.grid, sea) if sea else None
    ground = Ground(
        terrain.grid.values,
        *terrain.grid.place,
        clutter_m=clutter.heights.values if clutter.cells else None,
        zones=zones.values if zones else None,
    )
    layers, settings = layers_of(usable.cells), Settings(given.radius_km, given.kernel)
    sites = sites_of(usable.cells, layers, patterns, rule=rule)
    return Inputs(
        usable, patterns, places, terrain, clutter, zones, ground, standard_of(given), rule, layers, sites, settings
    )


def check_area(asked: Area, cells: Sequence[Cell], places: files.Places | None) -> None:
    """Refuse an area that leaves cells or places out: nothing would reach such a place, and it would not be served."""
    west, south, east, north = checked_area(asked)
    spots = [(f"ô {cell.id}", cell.lon, cell.lat) for cell in cells]
    if places:
        spots += [
            (f"điểm {place}", *at) for place, *at in zip(places.ids, places.lons_deg, places.lats_deg, strict=True)
        ]
    outside = [name for name, lon, lat in spots if not (west <= lon <= east and south <= lat <= north)]
    if outside:
        raise ValueError(
            f"Nằm ngoài --area: {number(len(outside))} ô, điểm ({', '.join(outside[:MOST_NAMED])}). "
            "Mở rộng khu vực, hoặc bỏ các dòng ấy khỏi bảng."
        )


def read_clutter(given: argparse.Namespace, lattice: Lattice, classes: Sequence[LandClass]) -> Clutter:
    """Read land cover with its classes, or bare ground."""
    if not given.clutter:
        return no_clutter(lattice)
    if not given.clutter_classes:
        raise ValueError("--clutter cần --clutter-classes: bảng chiều cao của từng lớp.")
    return clutter_over(lattice, given.clutter, classes)


def area_about(cells: Sequence[Cell], radius_km: float) -> Area:
    """Give the box that holds the reach of all cells."""
    lons, lats = [cell.lon for cell in cells], [cell.lat for cell in cells]
    up = radius_km / KM_PER_DEGREE
    across = up / np.cos(np.radians(max(map(abs, lats)) + up))
    return min(lons) - across, min(lats) - up, max(lons) + across, max(lats) + up


def standard_of(given: argparse.Namespace) -> Standard:
    """Give the thresholds, the user's own where one was given."""
    services = dict(SERVICES)
    if given.threshold_dbm is not None:
        technology = Technology(given.technology)
        services[technology] = with_threshold(technology, given.threshold_dbm, "--threshold-dbm")
    return Standard(services)


def compute(given: argparse.Namespace, inputs: Inputs) -> Coverage:
    """Compute levels by the workers asked for, and tell how far it is."""
    return compute_coverage(
        inputs.ground,
        inputs.sites,
        len(inputs.layers),
        settings=inputs.settings,
        points=points_of(inputs.places),
        with_raster=not given.no_rasters,
        workers=workers_of(given),
        on_progress=tell,
    )


def points_of(places: files.Places | None) -> Points:
    """Give places as points."""
    if places is None:
        return NOWHERE
    return Points(places.lons_deg, places.lats_deg, np.arange(len(places.ids)))


def workers_of(given: argparse.Namespace) -> Workers:
    """Give the workers: threads here, or those of a Dask scheduler."""
    if given.scheduler:
        return lambda: on_dask(given.scheduler)
    return lambda: ThreadPoolExecutor(given.workers)


def tell(progress: Progress) -> None:
    """Say on the terminal how far it is."""
    left = progress.seconds_left
    rest = "" if left is None else f", còn khoảng {left:.0f} giây"
    print(f"\rĐã tính {progress.done}/{progress.whole} phần{rest}   ", end="", file=sys.stderr, flush=True)
    if progress.done == progress.whole:
        print(file=sys.stderr)


def write_results(folder: Path, given: argparse.Namespace, inputs: Inputs, coverage: Coverage) -> None:
    """Write rasters, table and summary."""
    served = None
    if inputs.places:
        served = judged(inputs, coverage.points)
        names = [model.name for model in models_of(inputs.usable.cells, inputs.rule)]
        files.write_served(folder / "served.csv", inputs.places, served, inputs.usable.cells, names)
    if coverage.raster:
        write_rasters(folder, given, inputs, coverage.raster)
    files.write_summary(folder / "summary.json", summary(given, inputs, served))


def judged(inputs: Inputs, points: Part) -> Served:
    """Say who is served at the places."""
    assert inputs.places
    lons, lats = inputs.places.lons_deg, inputs.places.lats_deg
    clutter = np.nan_to_num(inputs.clutter.heights.nearest(lons, lats)).astype(np.float32)
    return judged_points(
        points,
        points_of(inputs.places),
        inputs.ground,
        inputs.sites,
        layers=inputs.layers,
        cells=inputs.usable.cells,
        clutter_m=clutter,
        settings=inputs.settings,
        standard=inputs.standard,
    )


def write_rasters(folder: Path, given: argparse.Namespace, inputs: Inputs, raster: Part) -> None:
    """Write the best level and the best server of each layer, and the number of operators by technology."""
    lattice, layers = inputs.terrain.grid.lattice, inputs.layers
    models = models_by_layer(inputs.usable.cells, inputs.rule)

    def about_of(used: Counter[Model]) -> About:
        version = inputs.terrain.grid.version
        return about_models(used, given.kernel, terrain_version=version, simulated=given.simulated)

    for k, (layer, name) in enumerate(zip(layers, files.layer_names(layers), strict=True)):
        about = about_of(models[layer])
        title = f"{layer.operator} {layer.technology}".strip()
        quantity = inputs.standard.services[layer.technology].quantity
        levels = np.where(np.isneginf(raster.levels_dbm[k]), np.nan, raster.levels_dbm[k])
        level = replace(about, title=f"{quantity} {title}", unit="dBm", overview="average")
        write_cog(folder / f"level-{name}.tif", Grid.over(lattice, levels), level)
        servers = np.where(raster.servers[k] < 0, np.nan, raster.servers[k] + 1).astype(np.float32)
        server = replace(about, title=f"Ô phục vụ tốt nhất {title} (số dòng trong summary.json)")
        write_cog(folder / f"server-{name}.tif", Grid.over(lattice, servers), server)
    highest = highest_ghz(inputs.usable.cells)
    fading = fading_on_raster(inputs.ground, inputs.sites, raster, inputs.settings)
    for technology in sorted({layer.technology for layer in layers}):
        count = count_operators(raster, layers, highest, technology, inputs.standard, fading).astype(np.float32)
        about = about_of(models_of_technology(models, technology))
        counted = replace(about, title=f"Số nhà mạng {technology} phục vụ")
        write_cog(folder / f"operators-{technology.lower()}.tif", Grid.over(lattice, count), counted)


def summary(given: argparse.Namespace, inputs: Inputs, served: Served | None) -> dict[str, object]:
    """Say what was computed, how, from what, what was assumed and what was left out."""
    cells, layered = inputs.usable.cells, models_by_layer(inputs.usable.cells, inputs.rule)
    models = models_of(cells, inputs.rule)
    services = {layer.technology: inputs.standard.services[layer.technology] for layer in inputs.layers}
    return {
        "source_kind": SOURCE_KIND,
        "simulated": given.simulated,
        "rasters": None if given.no_rasters else computed_by(models, given.kernel),
        "points": computed_by(models, EXACT.name),
        "nearer_than_the_model_holds": nearer_facts(models),
        "models": rule_facts(inputs.rule)
        | {
            "by_layer": layer_facts(layered),
            "by_cell": [model.name for model in models],
            "tr38901_radius_km": inputs.settings.tr38901_radius_km,
        },
        "radius_km": given.radius_km,
        "conditions": {k: v for k, v in vars(Settings().conditions).items() if k != "frequencies_ghz"},
        "served_percent": inputs.standard.served_percent,
        "services": {
            str(technology): {"quantity": s.quantity, "threshold_dbm": s.threshold_dbm, "note": s.note}
            for technology, s in services.items()
        },
        "terrain": {"version": inputs.terrain.grid.version, "report": inputs.terrain.report.sentences()},
        "clutter": list(inputs.clutter.statements),
        "sea": inputs.zones.statement if inputs.zones else NO_SEA,
        "assumed": [
            *assumed_antennas(cells, inputs.patterns),
            *hidden(models, inputs.ground),
            *([] if inputs.zones else [NO_SEA]),
        ],
        "cells": [cell.id for cell in cells],
        "left_out": [str(fault) for fault in inputs.usable.faults],
        "served": files.counted(inputs.places, served) if inputs.places and served else None,
    }
