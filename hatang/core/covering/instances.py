"""Made-up instances by name, so that a promise of speed can be measured again by anyone."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.covering.cover import Cover

SIDE_KM = 100.0
POINTS_A_TOWN = 100
"""Demand points for each town, on average; towns differ in size by a power law (Pareto, exponent 1.2)."""
SCATTERED_SHARE = 0.4
REACH_KM = (1.0, 3.0)
"""Shortest and longest reach with 5,000 candidates; fewer candidates reach farther, so that overlaps stay alike."""


def scattered_cover(candidates: int, demand: int, seed: int) -> Cover:
    """Make candidates and demand on a square of 100 km: discs of differing reach over towns and scattered houses.

    Three fifths of the demand lie in towns, the rest anywhere; weights are whole people, log-normal about 100. Half
    of the candidates stand near demand, half anywhere; they reach 1 to 3 km (for 5,000 of them) and cost about 1, more
    the farther they reach, with 40 % either way by chance.

    >>> cover = scattered_cover(50, 500, seed=1)
    >>> len(cover.costs), len(cover.weights), bool((cover.weights >= 1).all())
    (50, 500, True)
    """
    dice = np.random.default_rng(seed)
    spots = _demand_spots(demand, dice)
    weights = np.ceil(dice.lognormal(4.6, 0.8, demand))
    sites = dice.random((candidates, 2)) * SIDE_KM
    near = dice.random(candidates) < 0.5
    sites[near] = spots[dice.integers(demand, size=near.sum())] + dice.normal(0, 0.5, (near.sum(), 2))
    low, high = REACH_KM
    reach_km = (low + (high - low) * dice.random(candidates)) * np.sqrt(5000 / candidates)
    costs = np.round(reach_km / reach_km.mean() * (0.6 + 0.8 * dice.random(candidates)), 3)
    near_sites = shapely.STRtree(shapely.points(spots)).query(shapely.points(sites), "dwithin", reach_km)
    starts = np.searchsorted(near_sites[0], np.arange(candidates + 1))
    return Cover(costs, weights, starts.astype(np.int64), near_sites[1].astype(np.int32))


def _demand_spots(demand: int, dice: np.random.Generator) -> NDArray[np.float64]:
    """Scatter demand points over the square, (m, 2) km: most about towns."""
    towns = max(demand // POINTS_A_TOWN, 1)
    middles = dice.random((towns, 2)) * SIDE_KM
    sizes = dice.pareto(1.2, towns) + 1
    town = dice.choice(towns, demand, p=sizes / sizes.sum())
    width_km = (0.5 + 1.5 * dice.random(towns))[town]
    spots = middles[town] + dice.normal(0, 1, (demand, 2)) * width_km[:, None]
    apart = dice.random(demand) < SCATTERED_SHARE
    spots[apart] = dice.random((apart.sum(), 2)) * SIDE_KM
    return np.clip(spots, 0, SIDE_KM)
