"""Spacing: new masts that a province's rules forbid beside masts that stand, and beside each other."""

from __future__ import annotations

import numpy as np

from hatang.core.near_points import pairs_within
from hatang.network.services.proposal_check import BTS, Sight, is_urban
from hatang.places.models import Place
from hatang.planning.models import Candidate, Scenario

Pairs = frozenset[tuple[str, str]]


def needed_m(sight: Sight, commune: Place | None, *, same_network: bool) -> float:
    """Give how far masts must be apart where one would stand; 0 where the province rules nothing.

    New masts of a scenario are never the low ones that rules let off.
    """
    area = "urban" if is_urban(commune, sight) else "non_urban"
    network = "same_network" if same_network else "other_network"
    return sight.value(f"distance.{network}.{area}") or 0.0


def keeps_distance(sight: Sight, commune: Place | None, lon: float, lat: float, operator: int) -> bool:
    """Tell whether an operator's new mast keeps the least distance to every mast of mobile networks."""
    same_m, other_m = (needed_m(sight, commune, same_network=same) for same in (True, False))
    furthest = max(same_m, other_m)
    if not furthest:
        return True
    used = sight.used_by(operator)
    for mast, away_m in sight.near(lon, lat, furthest):
        same = operator in (mast.owner_id, mast.operator_id) or mast.pk in used
        if mast.structure in BTS and away_m < (same_m if same else other_m):
            return False
    return True


def apart_pairs(scenario: Scenario) -> Pairs:
    """Give the pairs of new structures of which at most one may be opened, by the province's spacing rules.

    Pairs that one operator may use both of keep the greater distance of the same network.
    """
    sight = Sight(scenario.province, scenario.run.on)
    rows = scenario.candidates.filter(kind=Candidate.Kind.NEW_MAST).select_related("commune").order_by("pk")
    spots: dict[str, tuple[float, float, Place]] = {}
    users: dict[str, set[int | None]] = {}
    for row in rows.defer("cost_lines", "paid_vnd"):
        spots[row.structure] = (row.lon, row.lat, row.commune)
        users.setdefault(row.structure, set()).add(row.operator_id)
    return pairs_of(sight, spots, users)


def pairs_of(sight: Sight, spots: dict[str, tuple[float, float, Place]], users: dict[str, set[int | None]]) -> Pairs:
    """Give the pairs of structures that stand too near each other."""
    furthest = max(
        (sight.value(f"distance.{n}.{a}") or 0.0 for n in ("same_network", "other_network") for a in AREAS), default=0.0
    )
    if not furthest or len(spots) < 2:
        return frozenset()
    names = sorted(spots)
    places = np.array([spots[name][:2] for name in names], dtype=np.float64)
    found = set()
    for one, other, away_m in zip(*(column.tolist() for column in pairs_within(places, furthest)), strict=True):
        first, second = names[one], names[other]
        same = bool(users[first] & users[second])
        least_m = max(needed_m(sight, spots[name][2], same_network=same) for name in (first, second))
        if away_m < least_m:
            found.add((first, second))
    return frozenset(found)


AREAS = ("urban", "non_urban")
