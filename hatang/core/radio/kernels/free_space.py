"""Free space as compiled code: the named alternative where P.1812 does not hold, nearer than 0.25 km (P.525-4 §2.2)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels.arithmetic import INSIDE, MAKES_ARRAYS, F, log10_of


@njit(**INSIDE)
def free_space_db(kilometres: float, frequency_ghz: float) -> float:
    """Give the free-space loss, dB, over a distance above 0.

    >>> round(float(free_space_db(F(0.1), F(0.9))), 2)
    71.48
    """
    return F(92.4) + F(20.0) * log10_of(F(frequency_ghz) * F(kilometres))


@njit(**MAKES_ARRAYS)
def free_space_losses(kilometres: NDArray[np.float32], frequency_ghz: float) -> NDArray[np.float32]:
    """Give the free-space losses, dB, over some distances above 0 at one frequency."""
    losses = np.empty_like(kilometres)
    for i in range(len(kilometres)):
        losses[i] = free_space_db(kilometres[i], frequency_ghz)
    return losses
