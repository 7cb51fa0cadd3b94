"""From a run's inputs to its results: levels, who is served, rasters in files, counts. Nothing is stored here."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hatang.core.radio.bands import Technology
from hatang.core.radio.choice import Model
from hatang.core.radio.coverage.fading import Fading, Floats, fading_on_raster, judged_points
from hatang.core.radio.coverage.files import layer_names
from hatang.core.radio.coverage.layers import NOBODY, Layer, Part
from hatang.core.radio.coverage.runs import Coverage, Progress, compute_coverage
from hatang.core.radio.coverage.served import Served, count_operators
from hatang.core.radio.coverage.sites import highest_ghz
from hatang.core.radio.coverage.told import about_models, models_of_technology
from hatang.core.terrain.cogs import About, write_cog
from hatang.core.terrain.grid import Grid
from hatang.core.vietnamese import number
from hatang.coverage.models import PredictedService, RunRaster, RunTally
from hatang.coverage.services.engine import points_of, settings_of
from hatang.coverage.services.runs.inputs import Inputs
from hatang.coverage.services.runs.roads import Roads, roads_of
from hatang.coverage.services.runs.tallies import tallies_of

Tell = Callable[[int, str], None]
Quantity = RunRaster.Quantity
READ_PERCENT, COMPUTED_PERCENT, WRITTEN_PERCENT, COUNTED_PERCENT = 3, 80, 93, 97
"""Of the whole: how far a run is when its inputs are read, its levels computed, its rasters written, all counted."""
PROBABILITY_DECIMALS, LEVEL_DECIMALS = 4, 2


@dataclass(frozen=True)
class RasterFile:
    """A raster that lies in a file: whose, of what."""

    quantity: str
    operator: int | None
    technology: str
    path: Path


@dataclass
class Results:
    """What a run found, ready to be stored."""

    served: Served
    rasters: list[RasterFile]
    tallies: list[RunTally]
    roads: Roads
    seconds: dict[str, float] = field(default_factory=dict)


def compute(inputs: Inputs, folder: Path, tell: Tell) -> Results:
    """Compute a run in a folder, from which it goes on after an interruption. `tell` may end it by raising."""
    seconds: dict[str, float] = {}
    with measured(seconds, "levels"):
        coverage = levels_of(inputs, folder / "levels", tell)
    tell(COMPUTED_PERCENT, "Đang ghi bản đồ mức thu")
    served = judged(inputs, coverage.points)
    assert coverage.raster
    with measured(seconds, "rasters"):
        fading = fading_on_raster(inputs.land.ground, inputs.sites, coverage.raster, settings_of(inputs.run))
        rasters = list(write_rasters(inputs, coverage.raster, fading, folder, tell))
    tell(WRITTEN_PERCENT, "Đang đếm thôn, hộ, người, km đường")
    with measured(seconds, "counts"):
        roads = roads_of(inputs.run.province, inputs.run.on)
        tallies = tallies_of(inputs, served, roads, coverage.raster, fading)
    tell(COUNTED_PERCENT, "Đang lưu kết quả")
    return Results(served, rasters, tallies, roads, seconds)


@contextmanager
def measured(seconds: dict[str, float], part: str) -> Iterator[None]:
    """Note how long a part took."""
    started = time.monotonic()
    yield
    seconds[part] = round(time.monotonic() - started, 2)


def levels_of(inputs: Inputs, folder: Path, tell: Tell) -> Coverage:
    """Compute the levels over the ground by the run's kernel and at places by the exact one."""
    return compute_coverage(
        inputs.land.ground,
        inputs.sites,
        len(inputs.layers),
        settings=settings_of(inputs.run),
        points=points_of(inputs.places.known),
        folder=folder,
        on_progress=lambda done: tell(percent_of(done), words_of(done)),
    )


def percent_of(done: Progress) -> int:
    """Give how far the whole run is.

    >>> percent_of(Progress(4, 8, 10.0))
    41
    """
    return READ_PERCENT + round((COMPUTED_PERCENT - READ_PERCENT) * done.done / done.whole - 0.5)


def words_of(done: Progress) -> str:
    """Say how far it is and how long it will take.

    >>> words_of(Progress(4, 8, 100.0))
    'Đã tính 4/8 phần, còn khoảng 2 phút'
    """
    left = done.seconds_left
    if left is None:
        return f"Đã tính {done.done}/{done.whole} phần"
    time_left = f"{number(left)} giây" if left < 90 else f"{number(left / 60)} phút"
    return f"Đã tính {done.done}/{done.whole} phần, còn khoảng {time_left}"


def judged(inputs: Inputs, points: Part) -> Served:
    """Say who is served at the places."""
    asked = points_of(inputs.places.known)
    clutter = inputs.land.clutter_at(asked.lons_deg, asked.lats_deg)
    return judged_points(
        points,
        asked,
        inputs.land.ground,
        inputs.sites,
        layers=inputs.layers,
        cells=inputs.usable.cells,
        clutter_m=clutter,
        settings=settings_of(inputs.run),
        standard=inputs.standard,
    )


def about_of(inputs: Inputs, models: Counter[Model]) -> About:
    """Say of a raster how it was made, by which models."""
    run = inputs.run
    return about_models(models, run.kernel, terrain_version=run.terrain.version, simulated=run.simulated)


def write_rasters(inputs: Inputs, raster: Part, fading: Fading, folder: Path, tell: Tell) -> Iterator[RasterFile]:
    """Write the best level and server of each layer, and the number of operators by technology."""
    ahead = WRITTEN_PERCENT - COMPUTED_PERCENT
    for k, (layer, name) in enumerate(zip(inputs.layers, layer_names(inputs.layers), strict=True)):
        yield from write_layer(inputs, raster, k, folder / name)
        if k in fading:
            yield write_fading(inputs, layer, fading[k], folder / f"fading-{name}.tif")
        tell(COMPUTED_PERCENT + ahead * (k + 1) // len(inputs.layers), f"Đã ghi bản đồ {layer.technology}")
    highest = highest_ghz(inputs.usable.cells)
    for technology in sorted({layer.technology for layer in inputs.layers}):
        count = count_operators(raster, inputs.layers, highest, technology, inputs.standard, fading)
        about = about_of(inputs, models_of_technology(inputs.models_by_layer, technology))
        path = folder / f"operators-{technology.lower()}.tif"
        counted = Grid.over(inputs.land.heights.lattice, count.astype(np.float32))
        write_cog(path, counted, replace(about, title=f"Số doanh nghiệp {technology} phục vụ"))
        yield RasterFile(Quantity.OPERATORS, None, str(technology), path)


def write_layer(inputs: Inputs, raster: Part, k: int, stem: Path) -> Iterator[RasterFile]:
    """Write one layer's levels, and its servers as places in the run's list of cells, from 1."""
    layer, lattice = inputs.layers[k], inputs.land.heights.lattice
    title, about = title_of(layer), about_of(inputs, inputs.models_by_layer[layer])
    quantity = inputs.standard.services[layer.technology].quantity
    levels = np.where(np.isneginf(raster.levels_dbm[k]), np.nan, raster.levels_dbm[k])
    level = replace(about, title=f"{quantity} {title}", unit="dBm", overview="average")
    path = stem.with_name(f"level-{stem.name}.tif")
    write_cog(path, Grid.over(lattice, levels), level)
    yield RasterFile(Quantity.LEVEL, int(layer.operator), str(layer.technology), path)
    servers = np.where(raster.servers[k] == NOBODY, np.nan, raster.servers[k] + 1).astype(np.float32)
    path = stem.with_name(f"server-{stem.name}.tif")
    write_cog(path, Grid.over(lattice, servers), replace(about, title=f"Ô phục vụ tốt nhất {title}"))
    yield RasterFile(Quantity.SERVER, int(layer.operator), str(layer.technology), path)


def write_fading(inputs: Inputs, layer: Layer, deviations_db: Floats, path: Path) -> RasterFile:
    """Write how much one layer's level varies over locations where TR 38.901 gives it; nothing where P.1812 does."""
    about = about_of(inputs, inputs.models_by_layer[layer])
    said = replace(about, title=f"Che khuất theo TR 38.901 {title_of(layer)}", unit="dB")
    write_cog(path, Grid.over(inputs.land.heights.lattice, deviations_db), said)
    return RasterFile(Quantity.FADING, int(layer.operator), str(layer.technology), path)


def title_of(layer: Layer) -> str:
    """Name a layer."""
    return f"{Technology(layer.technology)}, doanh nghiệp {layer.operator}"


def service_rows(inputs: Inputs, served: Served) -> Iterator[PredictedService]:
    """Give what was found at each place for each layer."""
    cells = [int(cell.id) for cell in inputs.usable.cells]
    for k, layer in enumerate(served.layers):
        columns = (served.levels_dbm, served.servers, served.deviations_db, served.probabilities, served.served)
        found = zip(*(column[k].tolist() for column in columns), strict=True)
        for place, (level, server, deviation, probability, enough) in zip(inputs.places.known, found, strict=True):
            reached = server != NOBODY
            yield PredictedService(
                run=inputs.run,
                place=place,
                operator_id=int(layer.operator),
                technology=str(layer.technology),
                level_dbm=round(level, LEVEL_DECIMALS) if reached else None,
                deviation_db=round(deviation, LEVEL_DECIMALS) if reached else None,
                probability=round(probability, PROBABILITY_DECIMALS) if reached else 0.0,
                served=enough,
                cell_id=cells[server] if reached else None,
            )
