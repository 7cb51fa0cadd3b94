"""How a run was computed, in figures and words that stay with it: whoever reads the result can judge it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from hatang.core.radio import tr38901
from hatang.core.radio.antennas import PATTERNS, Pattern
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.coverage.told import (
    assumed_antennas,
    computed_by,
    hidden,
    kernels_for,
    layer_facts,
    nearer_facts,
    rule_facts,
)
from hatang.core.radio.kernels import SOURCES, digest_of
from hatang.core.radio.kernels.ground import EXACT, FREE_SPACE
from hatang.core.radio.services import SERVICES, Service
from hatang.core.terrain.clutter import NOTHING_KNOWN
from hatang.core.terrain.sea import NO_SEA
from hatang.core.vietnamese import number
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.engine import RULE, settings_of
from hatang.coverage.services.runs.inputs import Inputs, kept_faults
from hatang.coverage.services.runs.roads import Roads
from hatang.places.models import Place

SOURCE_KIND = "predicted"
ONE_POINT = "Mỗi thôn, khu, địa điểm được tính tại một điểm: tọa độ của nó trong sổ, không phải mọi nhà trong thôn."
ON_OPEN_GROUND = "Bản đồ và km đường tính trên đất trống; tại các nơi có kể lớp phủ của điểm ấy."
ALWAYS_ASSUMED = (ONE_POINT, ON_OPEN_GROUND)
KNOWN_COVER = "Có lớp phủ: chiều cao cây và nhà lấy theo địa hình đã chuẩn bị."
MOST_NAMED = 500
Facts = dict[str, Any]


def summary_of(inputs: Inputs, roads: Roads, seconds: Mapping[str, float]) -> Facts:
    """Say what was computed, how, from what, what was assumed and what was left out."""
    run, places = inputs.run, inputs.places
    return {
        "source_kind": SOURCE_KIND,
        "rasters": computed_by(inputs.models, run.kernel),
        "points": computed_by(inputs.models, EXACT.name),
        "nearer_than_the_model_holds": nearer_facts(inputs.models),
        "models": models_facts(inputs),
        "radius_km": run.radius_km,
        "conditions": {k: v for k, v in vars(settings_of(run).conditions).items() if k != "frequencies_ghz"},
        "served_percent": run.served_percent,
        "services": services_facts(inputs.standard, inputs.technologies),
        "terrain": terrain_facts(run.terrain),
        "clutter": [KNOWN_COVER if run.terrain.clutter_id else NOTHING_KNOWN],
        "antennas": sorted({cell.antenna for cell in inputs.usable.cells} & (inputs.patterns.keys() - PATTERNS.keys())),
        "sea": run.terrain.report.get("sea", "") if run.terrain.zones_id else NO_SEA,
        "assumed": [*ALWAYS_ASSUMED, *([] if run.terrain.zones_id else [NO_SEA])],
        "assumed_of_cells": [
            *bare_words(inputs),
            *assumed_of_cells(run, inputs.usable.cells, inputs.patterns),
            *hidden(inputs.models, inputs.land.ground),
        ],
        "without_cells": inputs.without_cells,
        "bare_stations": dict(inputs.bare_stations),
        "left_out": kept_faults(inputs.usable.faults),
        "without_point": named(places.without_point),
        "off_terrain": named(places.off_terrain),
        "roads": roads.note,
        "numbers": numbers_of(inputs, roads),
        "seconds": dict(seconds),
    }


def models_facts(inputs: Inputs) -> Facts:
    """Say which model computed which layers, with counts of cells, and by which rule each cell got its own."""
    asked = settings_of(inputs.run)
    return rule_facts(RULE) | {
        "by_layer": layer_facts(inputs.models_by_layer),
        "tr38901_radius_km": min(asked.radius_km, asked.tr38901_radius_km),
    }


def services_facts(standard: Standard, technologies: Sequence[str]) -> dict[str, Facts]:
    """Give the thresholds with where they come from."""
    return {name: threshold_facts(standard.services[Technology(name)]) for name in technologies}


def threshold_facts(service: Service) -> Facts:
    """Give one technology's threshold; `own` where it is not the default, `note` says why."""
    return {
        "quantity": service.quantity,
        "threshold_dbm": service.threshold_dbm,
        "own": service.threshold_dbm != SERVICES[service.technology].threshold_dbm,
        "sensitivity_dbm": service.sensitivity_dbm,
        "sensitivity_source": service.sensitivity_source,
        "below_sensitivity": service.below_sensitivity,
        "note": service.note,
    }


def terrain_facts(terrain: Terrain) -> Facts:
    """Name the ground."""
    return {
        "terrain": terrain.pk,
        "title": terrain.title,
        "version": terrain.version,
        "source": terrain.source,
        "licence": terrain.licence,
        "step_m": terrain.step_m,
        "report": terrain.report,
    }


def assumed_of_cells(run: CoverageRun, cells: Sequence[Cell], patterns: Mapping[str, Pattern]) -> list[str]:
    """Say what was assumed for want of data, with counts of all operators' cells: for who may see them all."""
    said = assumed_antennas(cells, patterns)
    if run.blank_azimuth_is_omni:
        omni = sum(cell.omnidirectional for cell in cells)
        said.append(f"{number(omni)} ô chưa ghi góc phương vị: coi như phát mọi hướng.")
    middle = sum(cell.frequency_mhz is None for cell in cells)
    if middle:
        said.append(f"{number(middle)} ô chưa ghi tần số: lấy giữa băng tần của ô.")
    return said


def bare_words(inputs: Inputs) -> list[str]:
    """Say which stations could not be computed because nobody declared their cells."""
    if not inputs.bare_stations:
        return []
    counts = ", ".join(f"{number(count)} trạm {technology}" for technology, count in inputs.bare_stations.items())
    return [f"Trạm đang phát mà sổ chưa có ô (cell) nào nên không được tính: {counts}."]


def named(places: Sequence[Place]) -> list[list[Any]]:
    """Name places that could not be computed."""
    return [[place.pk, place.full_name] for place in places[:MOST_NAMED]]


def numbers_of(inputs: Inputs, roads: Roads) -> Facts:
    """Count what went in."""
    places = inputs.places
    return {
        "cells": len(inputs.usable.cells),
        "left_out": len(inputs.usable.left_out),
        "layers": len(inputs.layers),
        "operators": len({layer.operator for layer in inputs.layers}),
        "places": len(places.all),
        "without_point": len(places.without_point),
        "off_terrain": len(places.off_terrain),
        "roads_km": round(float(roads.lengths_km.sum()), 3),
    }


def code_version(run: CoverageRun) -> str:
    """Name the computation: runs of the same inputs and the same name give the same result on one kind of processor."""
    models = [row.model for row in RULE.rows]
    used = [*kernels_for(models, EXACT.name), *kernels_for(models, run.kernel), FREE_SPACE]
    kernels = ", ".join(dict.fromkeys(f"{kernel.name} {kernel.version}" for kernel in used))
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy"))
    return f"{EXACT.method}; {tr38901.VERSION}; {kernels}; mã {digest_of(SOURCES)}; {libraries}"[:300]
