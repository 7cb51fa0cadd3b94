"""The smooth Earth beneath a path: its least clearance (P.1812 §4.3.2) and its Bullington edge (§4.3.1), in blocks."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, asin_of, floor_of, greater, lesser, sin_of_small

Work = NDArray[np.float32]
FAR = F(1e30)


@njit(**MATHS)
def spherical_clearance(work: Work, radius_km: float) -> None:
    """Fill the rows of clearance, first-term radius (26) and place of least clearance for an effective Earth radius.

    The middle root of eq (24)'s cubic is taken by its sine form, 2√((m+1)/3m)·sin(⅓ arcsin z), which keeps its
    precision where m is small.
    """
    for j in range(r.BLOCK):
        kilometres, tx, rx = work[r.DISTANCE + j], work[r.HEIGHT_TX + j], work[r.HEIGHT_RX + j]
        roots = F(math.sqrt(tx)) + F(math.sqrt(rx))
        horizon = F(math.sqrt(F(0.002) * radius_km)) * roots
        both = tx + rx
        m = F(250.0) * kilometres * kilometres / (radius_km * both)
        c = (tx - rx) / both
        z = F(1.5) * c * F(math.sqrt(F(3.0) * m / ((m + F(1.0)) * (m + F(1.0)) * (m + F(1.0)))))
        z = greater(lesser(z, F(1.0)), F(-1.0))
        b = F(2.0) * F(math.sqrt((m + F(1.0)) / (F(3.0) * m))) * sin_of_small(asin_of(z) * F(1.0 / 3.0))
        share = F(0.5) + F(0.5) * b
        d1 = share * kilometres
        d2 = kilometres - d1
        bulge = F(500.0) / radius_km
        height = ((tx - bulge * d1 * d1) * d2 + (rx - bulge * d2 * d2) * d1) / kilometres
        wanted = F(17.456) * F(math.sqrt(d1 * d2 / kilometres))
        beyond = kilometres >= horizon
        work[r.CLEAR + j] = F(-1.0) if beyond else greater(height, F(0.0)) / wanted
        ratio = kilometres / roots
        work[r.RADIUS + j] = radius_km if beyond else F(500.0) * ratio * ratio
        work[r.NEAREST + j] = share


@njit(**MATHS)
def smooth_edges(work: Work, radius_km: float, widest: float) -> None:
    """Fill a row with ν√λ of Bullington's edge over the smooth surface, as the even samples between the ends see it.

    A path that clears even the longest wavelength needs none; if all of a block do, the row is left as it is.
    """
    least = FAR
    for j in range(r.BLOCK):
        least = lesser(least, work[r.CLEAR + j])
    if least > widest:
        return
    bulge = F(500.0) / radius_km
    for j in range(r.BLOCK):
        kilometres, tx, rx = work[r.DISTANCE + j], work[r.HEIGHT_TX + j], work[r.HEIGHT_RX + j]
        step, last = work[r.STEP + j], work[r.LAST + j]
        direct = (rx - tx) / kilometres
        slope_tx = steepest_from(tx, bulge, kilometres, step, step, last)
        near = kilometres - last * step
        slope_rx = steepest_from(rx, bulge, kilometres, near, step, last)
        middle = (rx - tx + slope_rx * kilometres) / (slope_tx + slope_rx)
        beyond = middle_edge(tx, rx, kilometres, middle, slope_tx * middle)
        seen = clearest_edge(tx, rx, kilometres, work[r.NEAREST + j], bulge, step, last)
        work[r.SMOOTH + j] = seen if slope_tx < direct else beyond


@njit(**INSIDE)
def steepest_from(height: float, bulge: float, kilometres: float, first: float, step: float, last: float) -> float:
    """Give the steepest slope (m/km) from an antenna to samples of the bulging surface at first, first + step ...

    The slope is concave in distance with its top where height = bulge·d²: one of the two samples about it is steepest.
    """
    place = F(floor_of((F(math.sqrt(height / bulge)) - first) / step))
    place = greater(lesser(place, last - F(1.0)), F(0.0))
    after = lesser(place + F(1.0), last - F(1.0))
    d1, d2 = first + place * step, first + after * step
    s1 = bulge * (kilometres - d1) - height / d1
    s2 = bulge * (kilometres - d2) - height / d2
    return greater(s1, s2)


@njit(**INSIDE)
def middle_edge(tx: float, rx: float, kilometres: float, at_km: float, rise: float) -> float:
    """Eq (20): ν√λ of an edge `rise` metres above the transmitting antenna."""
    rest = kilometres - at_km
    above = tx + rise - (tx * rest + rx * at_km) / kilometres
    return above * F(math.sqrt(F(0.002) * kilometres / (at_km * rest)))


@njit(**INSIDE)
def clearest_edge(
    tx: float, rx: float, kilometres: float, nearest: float, bulge: float, step: float, last: float
) -> float:
    """Eq (15) over zero heights: the greatest ν√λ of a smooth path with line of sight.

    Two steps of Newton from the place of least clearance, in t = √(d1/d2), then the better of the samples about it.
    """
    t = F(math.sqrt(nearest / (F(1.0) - nearest)))
    hill = bulge * kilometres * kilometres
    for _ in range(2):
        t2 = t * t
        q = F(1.0) / (F(1.0) + t2)
        slope = hill * (F(1.0) - t2) * q * q + tx / t2 - rx
        curve = F(2.0) * hill * t * (t2 - F(3.0)) * q * q * q - F(2.0) * tx / (t2 * t)
        move = slope / curve
        t = t - (move if abs(move) < F(0.5) * t else F(0.0))
    at_km = kilometres * t * t / (F(1.0) + t * t)
    place = F(floor_of(at_km / step))
    place = greater(lesser(place, last), F(1.0))
    after = lesser(place + F(1.0), last)
    one = smooth_nu(tx, rx, kilometres, place * step, bulge)
    other = smooth_nu(tx, rx, kilometres, after * step, bulge)
    return greater(one, other)


@njit(**INSIDE)
def smooth_nu(tx: float, rx: float, kilometres: float, at_km: float, bulge: float) -> float:
    """Eq (15) for one point of height zero."""
    rest = kilometres - at_km
    above = bulge * at_km * rest - (tx * rest + rx * at_km) / kilometres
    return above * F(math.sqrt(F(0.002) * kilometres / (at_km * rest)))
