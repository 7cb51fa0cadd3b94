"""Where a chart's upright axis begins and ends, in steps that people count in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TICKS = 5
CLOSE = 0.6
MARGIN = 0.25


@dataclass(frozen=True)
class Axis:
    """The axis' ends and its step; both ends lie on a step."""

    least: float
    most: float
    step: float


def axis_for(levels: Sequence[float], *, top: float | None, decimals: int) -> Axis:
    """Choose the axis for the levels: up to `top` if that is given, from zero unless the levels lie close together."""
    low, high = min(levels), max(levels)
    end = max(high, top) if top is not None else high
    begin = low - MARGIN * (high - low) if low > CLOSE * high else min(low, 0.0)
    step = step_for((end - begin) or abs(end) or 1.0, decimals)
    least, most = math.floor(begin / step) * step, math.ceil(round(end / step, 6)) * step
    return Axis(round(least, 6), round(most if most > least else least + step, 6), step)


def step_for(span: float, decimals: int) -> float:
    """Choose the least of 1, 2, 2.5, 5 times a power of ten that needs few ticks and no decimals that are not shown."""
    power = 10.0 ** math.floor(math.log10(span / TICKS))
    wide = [m * power for m in STEPS if m * power >= span / TICKS * (1 - 1e-9)]
    shown = [step for step in wide if math.isclose(step, round(step, decimals))]
    return round(shown[0], 6) if shown else 10.0**-decimals
