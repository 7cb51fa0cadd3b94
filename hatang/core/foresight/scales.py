"""The scale on which a series is projected: its own, or logits where a share comes near an end that it cannot pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

EDGE = 0.0025
"""How near the ends a logit is taken, as part of the whole: a share of 100 % is read as 99.75 %, whose logit exists."""
NEAR = 0.2
"""A share within this part of an end is projected on logits."""


@dataclass(frozen=True)
class Scale:
    """A scale: `least` and `most` bound the values (None: unbounded), `logit` says that logits are projected."""

    least: float | None = None
    most: float | None = None
    logit: bool = False

    def forth(self, values: Sequence[float] | Doubles) -> Doubles:
        """Put values on the scale.

        >>> Scale(0, 100, logit=True).forth([50.0, 100.0]).round(2).tolist()
        [0.0, 5.99]
        """
        levels = np.asarray(values, dtype=np.float64)
        if not self.logit or self.least is None or self.most is None:
            return levels
        part = np.clip((levels - self.least) / (self.most - self.least), EDGE, 1 - EDGE)
        return np.asarray(np.log(part / (1 - part)))

    def back(self, scaled: Doubles) -> Doubles:
        """Take values off the scale, within its bounds.

        >>> Scale(0, 100).back(np.array([97.0, 103.0])).tolist()
        [97.0, 100.0]
        """
        if not self.logit or self.least is None or self.most is None:
            return np.clip(scaled, self.least, self.most) if self._bounded else scaled
        return self.least + (self.most - self.least) / (1 + np.exp(-scaled))

    def leads_out(self, levels: Doubles) -> bool:
        """Tell whether levels on this scale end near a bound, or beyond, that a logit would keep them from.

        >>> Scale(0, 100).leads_out(np.array([60.0, 95.0])), Scale(0, 100, logit=True).leads_out(np.array([9.0]))
        (True, False)
        """
        if self.logit or self.least is None or self.most is None or not len(levels):
            return False
        part = (float(levels[-1]) - self.least) / (self.most - self.least)
        return part <= NEAR or part >= 1 - NEAR

    @property
    def _bounded(self) -> bool:
        return self.least is not None or self.most is not None


def scale_for(values: Sequence[float] | Doubles, *, least: float | None, most: float | None) -> Scale:
    """Choose the scale by the written rule: logits where both ends are known and the newest value is near one.

    >>> scale_for([70.0, 85.0], least=0, most=100).logit, scale_for([40.0, 50.0], least=0, most=100).logit
    (True, False)
    """
    if least is None or most is None or not len(values):
        return Scale(least, most)
    part = (float(values[-1]) - least) / (most - least)
    return Scale(least, most, logit=part <= NEAR or part >= 1 - NEAR)
