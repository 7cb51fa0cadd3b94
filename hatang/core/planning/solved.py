"""Between plans and columns: what a solved program builds, and what a plan is in columns."""

from __future__ import annotations

from hatang.core.planning.answers import Plan, opened_in
from hatang.core.planning.engine import Ended, Limits, run
from hatang.core.planning.model import Model


def values_of(model: Model, plan: Plan | None) -> dict[int, float] | None:
    """Values of the columns of works, years and structures for a plan."""
    if plan is None:
        return None
    opened = opened_in(model.facts, plan)
    values = {column: float(name in plan) for name, column in model.built.items()}
    if len(model.facts.years) > 1:
        values |= {column: float(plan.get(name) == year) for (name, year), column in model.build.items()}
    return values | {column: float(name in opened) for name, column in model.opened.items()}


def plan_of(model: Model, ended: Ended) -> dict[str, int]:
    """By work that is built: its year; where years are split the one with most of it, grouped the last."""
    values = ended.values
    assert values is not None
    built = [name for name, column in model.built.items() if values[column] > 0.5]
    if model.grouped:
        return dict.fromkeys(built, model.facts.years[-1])
    return {name: max(model.facts.years, key=lambda year: float(values[model.build[name, year]])) for name in built}


def run_with_whole_years(model: Model, works: Plan | None, limits: Limits) -> Ended:
    """Solve with no work split over years, of some works only (some may fall away), or of all."""
    high = model.program.high
    shut = [
        column
        for name, column in model.built.items()
        if works is not None and name not in works and model.program.low[column] == 0
    ]
    for column in shut:
        high[column] = 0.0
    make_years_whole(model, True)
    ended = run(model.program, limits)
    make_years_whole(model, False)
    for column in shut:
        high[column] = 1.0
    return ended


def make_years_whole(model: Model, whole: bool) -> None:
    """Let no work be split over years, or let it again."""
    if len(model.facts.years) > 1:
        for column in model.build.values():
            model.program.whole[column] = whole
