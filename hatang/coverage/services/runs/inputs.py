"""What a run computes with: cells, ground, and the places that are asked about, read once before anything begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count

from hatang.core.radio.antennas import Pattern
from hatang.core.radio.cells import FIELDS, Cell, Fault, Usable
from hatang.core.radio.choice import Model
from hatang.core.radio.coverage.layers import Layer
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.coverage.sites import Site, layers_of, sites_of
from hatang.core.radio.coverage.told import models_by_layer, models_of
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.antennas import patterns_of
from hatang.coverage.services.engine import RULE, Land, area_of, cells_for, land_of, standard_of
from hatang.network import models as network
from hatang.network.models import Technology
from hatang.places.models import Place

KINDS = (Place.Kind.VILLAGE, Place.Kind.ZONE, Place.Kind.SITE)
NO_CELLS = "Không có ô phát nào trong vùng của địa hình vào ngày đã chọn. Kiểm tra ngày, doanh nghiệp và công nghệ."
ROWS_AT_A_TIME = 500


@dataclass(frozen=True)
class Places:
    """The villages, zones and sites of a run: those at a point on the terrain, and those that cannot be computed."""

    known: tuple[Place, ...]
    without_point: tuple[Place, ...]
    off_terrain: tuple[Place, ...]

    @property
    def all(self) -> tuple[Place, ...]:
        """Give all of them, the known ones first, in their order."""
        return (*self.known, *self.without_point, *self.off_terrain)


@dataclass(frozen=True)
class Inputs:
    """What the registers and the terrain gave for a run, checked."""

    run: CoverageRun
    usable: Usable
    land: Land
    places: Places
    standard: Standard
    patterns: Mapping[str, Pattern]
    bare_stations: Mapping[str, int]

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Give the layers, in order."""
        return layers_of(self.usable.cells)

    @cached_property
    def sites(self) -> list[Site]:
        """Give the cells gathered into sites, each with its model."""
        return sites_of(self.usable.cells, self.layers, self.patterns, rule=RULE)

    @cached_property
    def models(self) -> list[Model]:
        """Give each cell's model."""
        return models_of(self.usable.cells, RULE)

    @cached_property
    def models_by_layer(self) -> dict[Layer, Counter[Model]]:
        """Count for each layer the cells of each model."""
        return models_by_layer(self.usable.cells, RULE)

    @cached_property
    def technologies(self) -> tuple[str, ...]:
        """Give the technologies asked for, with or without cells."""
        return tuple(self.run.technologies) or tuple(Technology.values)

    @cached_property
    def without_cells(self) -> list[str]:
        """Give the technologies asked for of which the register has no cell there: nothing can be said of them."""
        return [name for name in self.technologies if name not in {layer.technology for layer in self.layers}]


def inputs_of(run: CoverageRun) -> Inputs:
    """Read everything that a run needs. Raises CellsError where cells are faulty and the run leaves none out."""
    usable = cells_for(run)
    return Inputs(
        run,
        usable,
        land_of(run.terrain),
        places_of(run),
        standard_of(run),
        patterns_of(run.province),
        bare_stations_of(run),
    )


def places_of(run: CoverageRun) -> Places:
    """Read the province's villages, zones and sites that existed on the run's day."""
    rows = Place.objects.of_kind(*KINDS).filter(province=run.province).in_force(run.on)
    found = list(rows.select_related("parent").defer("point", "parent__point").order_by("pk"))
    placed = [place for place in found if place.lon is not None and place.lat is not None]
    inside = set(np.flatnonzero(within_terrain(run, placed)).tolist())
    return Places(
        tuple(place for i, place in enumerate(placed) if i in inside),
        tuple(place for place in found if place.lon is None or place.lat is None),
        tuple(place for i, place in enumerate(placed) if i not in inside),
    )


def bare_stations_of(run: CoverageRun) -> dict[str, int]:
    """Count by technology the stations on air on the run's terrain of which the register has no cell on air."""
    west, south, east, north = area_of(run.terrain)
    rows = network.Station.objects.on_air(*run.technologies, on=run.on).filter(
        mast__lon__range=(west, east), mast__lat__range=(south, north)
    )
    if operators := [operator.pk for operator in run.operators.all()]:
        rows = rows.filter(operator__in=operators)
    bare = rows.exclude(pk__in=network.Cell.objects.on_air(run.on).values("station"))
    return dict(bare.order_by("technology").values_list("technology").annotate(count=Count("pk")))


def within_terrain(run: CoverageRun, places: Sequence[Place]) -> np.ndarray:
    """Tell which places lie on the run's terrain."""
    west, south, east, north = area_of(run.terrain)
    lons = np.array([place.lon for place in places], dtype=np.float64)
    lats = np.array([place.lat for place in places], dtype=np.float64)
    return np.asarray((lons >= west) & (lons <= east) & (lats >= south) & (lats <= north))


def commune_of(place: Place) -> int:
    """Give the commune that a place lies in, 0 where none is known."""
    return place.parent_id if place.parent and place.parent.kind == Place.Kind.COMMUNE and place.parent_id else 0


def kept_cells(cells: Sequence[Cell]) -> dict[str, Any]:
    """Write down the cells of a run as they were: a later run is compared with these, the register goes on changing."""
    names = [field.name for field in fields(Cell)]
    return {"fields": names, "rows": [[getattr(cell, name) for name in names] for cell in cells]}


def cells_kept(run: CoverageRun) -> dict[str, Cell]:
    """Read the cells of a run back, by the key of their row, in their order."""
    names = run.cells.get("fields", [])
    cells = (Cell(**dict(zip(names, row, strict=True))) for row in run.cells.get("rows", []))
    return {cell.id: cell for cell in cells}


def kept_faults(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Write faults down by cell, with the names that people know the cell by."""
    names = names_of([int(fault.cell_id) for fault in faults])
    return [
        {
            "cell": int(fault.cell_id),
            **names.get(int(fault.cell_id), {"code": fault.cell_id, "station": "", "operator": ""}),
            "field": FIELDS[fault.field],
            "message": fault.message,
            "right": fault.right,
        }
        for fault in faults
    ]


def names_of(cells: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Give cell, station and operator by the cell's key."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(cells), ROWS_AT_A_TIME):
        rows = network.Cell.objects.filter(pk__in=cells[start : start + ROWS_AT_A_TIME])
        for pk, code, station, operator in rows.values_list("pk", "code", "station__code", "station__operator__name"):
            found[pk] = {"code": code, "station": station, "operator": operator}
    return found
