"""Named generator of provinces: villages along valleys, masts, what may be built, money by year and source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.planning.problem import Horizon, Need, Problem, Requirements, Structure, Work

OPERATORS = ("alpha", "beta", "gamma")
SOURCES = ("fund", "operators", "province")
YEARS = range(2026, 2031)
HORIZON = Horizon(YEARS[0], YEARS[-1], 7.0, 10)
REACH_KM = {"mast": 4.0, "small": 1.5, "roof": 2.5}
CAPITAL_VND = {"mast": 900e6, "small": 350e6, "roof": 250e6, "radio": 450e6, "repeater": 120e6, "leo": 25e6}
DENSE = 2.1
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """Where things are, km: villages with people and communes, places of structures."""

    villages: Points
    valleys: NDArray[np.int64]
    people: NDArray[np.int64]
    communes: NDArray[np.int64]
    beds: NDArray[np.float64]


@dataclass(frozen=True)
class Sites:
    """Structures with their places, valleys and kinds of reach."""

    structures: list[Structure]
    where: Points
    valleys: NDArray[np.int64]
    reach: list[str]


def province_in_valleys(villages: int, candidates: int, seed: int, reach: float = 1.0) -> Problem:
    """Make a province of so many villages and works that may be built; the same seed gives the same province.

    `reach` is how many times as far radio goes: 1 gives about 6 villages for each radio work, `DENSE` about 14.

    A third of the villages is served today. Five years, three sources that together give enough for the target of
    95 % of people; no commune below 60 %, 95 % of border villages, 40 % of new sites on existing structures, masts 1 km
    apart.
    """
    random = np.random.default_rng(seed)
    ground = _lay_ground(villages, random)
    sites = _lay_structures(candidates, ground, random)
    needs = _make_needs(ground, random)
    works = _make_works(candidates, ground, sites, reach, random)
    return Problem(
        needs=tuple(needs),
        structures=tuple(sites.structures),
        works=tuple(works),
        horizon=HORIZON,
        requirements=Requirements(
            served_percent=95.0,
            least_percent_in_area=60.0,
            least_percent_of_group={"border": 95.0},
            shared_percent=40.0,
            budget_vnd=_make_budget(works, sites.structures, random),
            apart=_too_near(sites),
        ),
    )


def _lay_ground(villages: int, random: np.random.Generator) -> Ground:
    """Villages about valleys of 40 km that wander across 160 km x 110 km, one a kilometre; communes about centres."""
    count = max(2, villages // 40)
    heads = random.uniform((0, 0), (160, 110), (count, 2))
    bends = random.normal(0, 0.35, (count, 40)).cumsum(axis=1) + random.uniform(0, 2 * np.pi, (count, 1))
    beds = heads[:, None, :] + np.stack([np.cos(bends), np.sin(bends)], axis=2).cumsum(axis=1)
    at = random.integers(40 * count, size=villages)
    spots = beds.reshape(-1, 2)[at] + random.normal(0, 0.6, (villages, 2))
    people = np.round(np.exp(random.normal(5.6, 0.6, villages))).astype(np.int64) + 40
    centres = spots[random.choice(villages, max(2, villages // 17), replace=False)]
    communes = ((spots[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    return Ground(spots, at // 40, people, communes, beds)


def _lay_structures(candidates: int, ground: Ground, random: np.random.Generator) -> Sites:
    """Masts and roofs in use, places for new masts and small poles; about two works go on each."""
    count = max(4, int(candidates * 0.45))
    kinds = random.choice(["mast", "roof", "new", "small"], size=count, p=[0.3, 0.2, 0.3, 0.2])
    at = random.integers(40 * len(ground.beds), size=count)
    structures = []
    for number, kind in enumerate(kinds):
        price = {"new": "mast", "small": "small"}.get(kind)
        capital = CAPITAL_VND[price] * random.uniform(0.8, 1.5) if price else 0.0
        structures.append(
            Structure(f"{kind}-{number}", round(capital, -6), round(capital * 0.03, -5), kind in ("mast", "roof"))
        )
    where = ground.beds.reshape(-1, 2)[at] + random.normal(0, 0.7, (count, 2))
    return Sites(structures, where, at // 40, [{"new": "mast"}.get(kind, kind) for kind in kinds])


def _make_needs(ground: Ground, random: np.random.Generator) -> list[Need]:
    served = random.random(len(ground.people)) < 1 / 3
    border = ground.villages[:, 1] > np.quantile(ground.villages[:, 1], 0.9)
    return [
        Need(
            f"village-{number}",
            float(people),
            f"commune-{commune}",
            frozenset({"border"}) if border[number] else frozenset(),
            frozenset({str(random.choice(OPERATORS))}) if served[number] else frozenset(),
        )
        for number, (people, commune) in enumerate(zip(ground.people, ground.communes, strict=True))
    ]


def _make_works(candidates: int, ground: Ground, sites: Sites, reach: float, random: np.random.Generator) -> list[Work]:
    """Radio of one or more operators on each structure; satellite for single villages makes up the number."""
    works: list[Work] = []
    for number, structure in enumerate(sites.structures):
        seen = _seen(ground, sites, number, reach, random)
        owner = random.integers(len(OPERATORS))
        for turn in range(random.integers(1, 4)):
            serves = seen & (random.random(len(seen)) < 0.95)
            if serves.any() and len(works) < candidates * 0.9:
                works.append(_radio(structure, OPERATORS[(owner + turn) % 3], turn > 0, serves, random))
    far = random.permutation(len(ground.villages))
    works += [_satellite(int(village), random) for village in far[: candidates - len(works)]]
    sites.structures.extend(Structure(work.structure) for work in works if work.technology == "leo")
    return works


def _seen(ground: Ground, sites: Sites, number: int, reach: float, random: np.random.Generator) -> NDArray[np.bool_]:
    """Villages within reach by chance that falls with distance; a ridge hides most of another valley's."""
    away = np.hypot(*(sites.where[number] - ground.villages).T)
    chance = np.exp(-((away / (reach * REACH_KM[sites.reach[number]])) ** 2))
    chance[ground.valleys != sites.valleys[number]] *= 0.2
    return np.asarray(random.random(len(away)) < chance)


def _radio(
    structure: Structure, operator: str, shares: bool, serves: NDArray[np.bool_], random: np.random.Generator
) -> Work:
    price = CAPITAL_VND["repeater" if structure.id.startswith("small") else "radio"] * random.uniform(0.7, 1.6)
    payers = [frozenset({"operators"}), frozenset({"fund", "operators"}), frozenset[str]()]
    return Work(
        id=f"{structure.id}-{operator}",
        structure=structure.id,
        operator=operator,
        technology="4G",
        capital_vnd=round(price, -6),
        yearly_vnd=round(price * 0.12 + (60e6 if structure.existing and shares else 0.0), -5),
        serves=tuple(f"village-{village}" for village in np.flatnonzero(serves)),
        kind="radio",
        sources=payers[random.integers(3)],
        new_site=shares or not structure.existing,
    )


def _satellite(village: int, random: np.random.Generator) -> Work:
    return Work(
        id=f"leo-{village}",
        structure=f"leo-{village}",
        operator=str(random.choice(OPERATORS)),
        technology="leo",
        capital_vnd=round(CAPITAL_VND["leo"] * random.uniform(0.9, 1.4), -5),
        yearly_vnd=round(random.uniform(12e6, 20e6), -5),
        serves=(f"village-{village}",),
        kind="satellite",
        new_site=False,
    )


def _make_budget(
    works: list[Work], structures: list[Structure], random: np.random.Generator
) -> dict[tuple[int, str], float]:
    """Money for a fifth of all works, most of it late, unevenly from the sources."""
    whole = sum(work.capital_vnd for work in works) + sum(structure.capital_vnd for structure in structures)
    by_year = np.array([0.10, 0.15, 0.2, 0.25, 0.3]) * random.uniform(0.9, 1.1, 5)
    by_source = dict(zip(SOURCES, (0.35, 0.45, 0.2), strict=True))
    return {
        (year, source): round(whole * 0.2 * part * share, -6)
        for year, part in zip(YEARS, by_year, strict=True)
        for source, share in by_source.items()
    }


def _too_near(sites: Sites) -> frozenset[tuple[str, str]]:
    """Pairs of places for new masts less than 1 km apart."""
    new = [number for number in range(len(sites.where)) if sites.structures[number].id.startswith("new")]
    return frozenset(
        (sites.structures[one].id, sites.structures[other].id)
        for place, one in enumerate(new)
        for other in new[place + 1 :]
        if np.hypot(*(sites.where[one] - sites.where[other])) < 1
    )
