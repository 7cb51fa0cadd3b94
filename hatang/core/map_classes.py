"""How figures fall into the few classes that a map colours: by what is asked, where something is, else in equal parts.

After Cynthia Brewer's advice for choropleth maps: few classes, round bounds, two hues that part at the goal.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
PARTED_BY = 20
BEHIND = ("low3", "low2", "low1")
REACHED = ("high1", "high2")
RISING = ("q1", "q2", "q3", "q4", "q5")
DONE, OPEN = "high2", "low2"

Write = Callable[[float], str]


@dataclass(frozen=True)
class Scale:
    """Classes from the worst to the best (or from least to most): `thresholds` part them, each belongs to the upper.

    With `sign` -1 lower figures are better: thresholds are those of the negative figure.
    """

    thresholds: tuple[float, ...]
    keys: tuple[str, ...]
    labels: tuple[str, ...]
    sign: int = 1

    def key(self, figure: float) -> str:
        """Give the class of a figure."""
        return self.keys[bisect_right(self.thresholds, self.sign * figure)]


def step_for(spread: float) -> float:
    """Give the step, 1, 2, 2,5 or 5 times a power of ten, of which about twenty fill the spread (> 0).

    >>> step_for(100), step_for(0.39), step_for(97531)
    (5.0, 0.02, 5000.0)
    """
    power = 10.0 ** math.floor(math.log10(spread / PARTED_BY))
    return float(min((step * power for step in STEPS), key=lambda step: abs(step - spread / PARTED_BY)))


def parting(figures: Sequence[float], parts: int) -> list[float]:
    """Give the round numbers that part figures into so many parts of about equal size; fewer where they are alike.

    Where one figure is so frequent that parts would fall together, each different figure counts once.

    >>> parting([1, 2, 3, 4, 5, 6], 3)
    [3.0, 5.0]
    >>> parting([0, 0, 0, 0, 10, 20, 30, 40, 50], 3)
    [20.0, 40.0]
    >>> parting([98.3, 98.69], 5), parting([7, 7, 7], 3)
    ([98.68], [])
    """
    cuts = _cuts(sorted(figures), parts)
    return cuts if len(cuts) == parts - 1 else _cuts(sorted(set(figures)), parts)


def _cuts(ordered: Sequence[float], parts: int) -> list[float]:
    """Cut at round numbers not above the figures that begin the parts, so that these stay in them."""
    if not ordered or ordered[0] == ordered[-1]:
        return []
    step = step_for(ordered[-1] - ordered[0])
    begins = {ordered[len(ordered) * n // parts] for n in range(1, parts)}
    cuts = {round(math.floor(round(begin / step, 6)) * step, 9) for begin in begins}
    return sorted(cut for cut in cuts if ordered[0] < cut <= ordered[-1])


def scale_without_goal(figures: Iterable[float], write: Write) -> Scale:
    """Part figures for which nothing is asked into up to five parts of about equal size."""
    cuts = parting(list(figures), len(RISING))
    keys = RISING[-1:] if not cuts else tuple(RISING[round(n * 4 / len(cuts))] for n in range(len(cuts) + 1))
    return Scale(tuple(cuts), keys, tuple(labels_of(cuts, write, 1)))


def scale_with_goal(
    figures: Iterable[float], goal: float, write: Write, *, lower: bool = False, judged: bool = True
) -> Scale:
    """Part figures at the goal, those behind it into up to three classes, those that reach it into up to two.

    With `judged` false the goal is not asked of every place, and no class is said to reach it.
    """
    sign = -1 if lower else 1
    mirrored = [sign * figure for figure in figures]
    at = sign * goal
    behind = [cut for cut in parting([y for y in mirrored if y < at], len(BEHIND)) if cut < at]
    beyond = [cut for cut in parting([y for y in mirrored if y >= at], len(REACHED)) if cut > at]
    cuts = [*behind, at, *beyond]
    keys = (*BEHIND[len(BEHIND) - 1 - len(behind) :], *(REACHED if beyond else REACHED[1:]))
    labels = labels_of(cuts, write, sign)
    return Scale(
        tuple(cuts), keys, tuple(f"{t}: đạt" if judged and n > len(behind) else t for n, t in enumerate(labels)), sign
    )


def scale_of_yes_and_no() -> Scale:
    """Tell what is done from what is not."""
    return Scale((0.5,), (OPEN, DONE), ("chưa", "có"))


def labels_of(cuts: Sequence[float], write: Write, sign: int) -> list[str]:
    """Write each class: from the lower bound, which belongs to it, to below the upper one."""
    if not cuts:
        return ["mọi con số"]
    lower = sign < 0
    told = [sign * cut for cut in cuts]
    first = f"trên {write(told[0])}" if lower else f"dưới {write(told[0])}"
    between = [
        f"trên {write(b)} đến {write(a)}" if lower else f"từ {write(a)} đến dưới {write(b)}" for a, b in pairwise(told)
    ]
    last = f"đến {write(told[-1])}" if lower else f"từ {write(told[-1])}"
    return [first, *between, last]
