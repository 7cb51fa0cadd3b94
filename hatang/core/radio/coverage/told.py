"""What results say of a computation: which model gave the levels of which cells, which antennas were assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from hatang.core.radio.antennas import Pattern
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell, model_of, pattern_of
from hatang.core.radio.choice import Model, Rule
from hatang.core.radio.coverage.layers import Layer
from hatang.core.radio.kernels.ground import EXACT, FREE_SPACE, SWEEP, Ground, Kernel
from hatang.core.radio.kernels.tr38901 import LEAST_KM, kernel_of
from hatang.core.terrain.cogs import About
from hatang.core.vietnamese import number

KERNELS = {kernel.name: kernel for kernel in (EXACT, SWEEP)}
ModelsByLayer = Mapping[Layer, Counter[Model]]


def models_of(cells: Sequence[Cell], rule: Rule) -> list[Model]:
    """Give each cell's model; the cells are those that `usable_cells` let pass by the same rule."""
    return [model for cell in cells if (model := model_of(cell, rule))]


def models_by_layer(cells: Sequence[Cell], rule: Rule) -> dict[Layer, Counter[Model]]:
    """Count for each layer the cells of each model, P.1812 before others."""
    counted: dict[Layer, Counter[Model]] = {}
    both = zip(models_of(cells, rule), cells, strict=True)
    for model, cell in sorted(both, key=lambda pair: pair[0].scenario or ""):
        counted.setdefault(Layer(cell.operator, Technology(cell.technology)), Counter())[model] += 1
    return dict(sorted(counted.items()))


def models_of_technology(models: ModelsByLayer, technology: Technology) -> Counter[Model]:
    """Count the cells of each model over the layers of a technology."""
    return sum((of for layer, of in models.items() if layer.technology == technology), Counter())


def kernel_for(model: Model, kernel: str) -> Kernel:
    """Give what computes a model, where P.1812 is computed by the kernel of this name."""
    return kernel_of(model) if model.scenario else KERNELS[kernel]


def kernels_for(models: Sequence[Model], kernel: str) -> list[Kernel]:
    """Give what computes some models, each once, in their order."""
    return [kernel_for(model, kernel) for model in dict.fromkeys(models)]


def told_name(model: Model, kernel: str) -> str:
    """Name a model with the kernel that computes it."""
    computed = kernel_for(model, kernel)
    return f"{computed.method}; {computed.name}"


def nearest(model: Model) -> str:
    """Say from where on a model holds; nearer, free space stands in."""
    return f"{number(1000 * LEAST_KM)} m" if model.scenario else "0,25 km"


def about_models(models: Counter[Model], kernel: str, *, terrain_version: str, simulated: bool) -> About:
    """Say in a raster's tags which models gave its levels, of how many cells each, and the version of the kernel."""
    told = [
        f"{told_name(model, kernel)}: {number(count)} ô; gần hơn {nearest(model)}: {FREE_SPACE.method}"
        for model, count in models.items()
    ]
    versions = "; ".join(kernel_for(model, kernel).version for model in models)
    return About("", "; ".join(told), versions, terrain_version=terrain_version, simulated=simulated)


def computed_by(models: Sequence[Model], kernel: str) -> dict[str, str]:
    """Say which kernels, methods and versions gave the levels of a run's cells, in the order of the cells."""
    kernels = kernels_for(models, kernel)
    return {
        "kernel": "; ".join(dict.fromkeys(k.name for k in kernels)),
        "method": "; ".join(k.method for k in kernels),
        "version": "; ".join(k.version for k in kernels),
    }


def nearer_facts(models: Sequence[Model]) -> dict[str, str]:
    """Say for each model how near it no longer holds, and what stands in there."""
    return {model.name: f"{nearest(model)}: {FREE_SPACE.method}" for model in dict.fromkeys(models)}


def rule_facts(rule: Rule) -> dict[str, object]:
    """Say by which rule each cell got its model."""
    return {"rule": rule.name, "note": rule.note, "rows": [row.sentence() for row in rule.rows]}


def layer_facts(models: ModelsByLayer) -> list[dict[str, object]]:
    """Give the cells of each model in each layer as rows."""
    return [
        {"operator": layer.operator, "technology": str(layer.technology), "model": model.name, "cells": count}
        for layer, counted in models.items()
        for model, count in counted.items()
    ]


def hidden(models: Sequence[Model], ground: Ground) -> list[str]:
    """Say where a line of sight was not looked for."""
    unseen = sum(bool(model.scenario) and not model.sight_over_bare_ground for model in models)
    if ground.clutter_m is not None or not unseen:
        return []
    return [f"{number(unseen)} ô tính bằng TR 38.901 mà không có lớp phủ: coi mọi nơi là không nhìn thẳng."]


def assumed_antennas(cells: Sequence[Cell], patterns: Mapping[str, Pattern]) -> list[str]:
    """Say which patterns were taken for want of the cells' own."""
    chosen = Counter(found.pattern.name for found in (pattern_of(cell, patterns) for cell in cells) if found.assumed)
    return [f"{number(count)} ô không có tệp ăng ten: lấy {name}." for name, count in chosen.items()]
