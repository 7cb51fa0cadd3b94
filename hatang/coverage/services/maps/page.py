"""What a run's map shows a person: whose levels may be chosen, and each village's level, people, and threshold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.functional import cached_property
from numpy.typing import NDArray

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation
from hatang.core.radio.bands import Technology
from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.link_budget import margin_db
from hatang.core.radio.normal import quantile
from hatang.coverage.models import CoverageRun, PredictedService, RunRaster
from hatang.coverage.services.engine import standard_of
from hatang.coverage.services.maps.tiles import HIGHEST_GHZ
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

LEVELS, CELLS, OPERATORS = "muc-thu", "o-phuc-vu", "so-doanh-nghiep"
LAYERS = {
    LEVELS: (RunRaster.Quantity.LEVEL, "mức thu"),
    CELLS: (RunRaster.Quantity.SERVER, "ô phục vụ"),
    OPERATORS: (RunRaster.Quantity.OPERATORS, "số doanh nghiệp"),
}
ANYBODY = "bat-ky"
PEOPLE_CLASSES: tuple[tuple[str, int | None], ...] = (
    ("từ 1.000 người", 1000),
    ("500–999 người", 500),
    ("200–499 người", 200),
    ("dưới 200 người", 0),
    ("chưa rõ số dân", None),
)
"""Sizes of villages left out, the largest first; None is unknown."""
UNSURE, NEAR_ZERO, MOST_DEVIATION_DB = 1e-3, 0.2, 30.0
"""Runs round probabilities: those next to 0 and 1, and to one half, tell nothing of how much a level varies."""
JUST_BELOW_DB, ROUNDING_DB = 0.001, 1e-6
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class VillageLevel:
    """A village in a run: its people, the best median level there, the probability of service, and up to which
    threshold it would be served (None where no cell reaches).
    """

    pk: int
    code: str
    name: str
    commune: str
    lon: float
    lat: float
    people: int | None
    level_dbm: float | None
    probability: float
    served_up_to_dbm: float | None

    def served(self, threshold_dbm: float) -> bool:
        """Whether it counts as served at a threshold."""
        return self.served_up_to_dbm is not None and self.served_up_to_dbm >= threshold_dbm - ROUNDING_DB

    @property
    def percent(self) -> float:
        """The probability of service at the run's threshold, %."""
        return 100 * self.probability

    @property
    def people_class(self) -> int:
        """Its place among `PEOPLE_CLASSES`."""
        if self.people is None:
            return len(PEOPLE_CLASSES) - 1
        return next(k for k, (_, least) in enumerate(PEOPLE_CLASSES) if least is not None and self.people >= least)


@dataclass(frozen=True)
class Tally:
    """Villages and their people; those of unknown people are only villages."""

    villages: int
    people: int

    @classmethod
    def of(cls, villages: Iterable[VillageLevel]) -> Tally:
        """Count villages."""
        rows = list(villages)
        return cls(len(rows), sum(row.people or 0 for row in rows))


@dataclass(frozen=True)
class Choices:
    """What of a run a person may look at: layers as (operator, technology), and whether all operators together."""

    run: CoverageRun
    operators: tuple[Organisation, ...]
    pairs: frozenset[tuple[int, str]]
    rasters: tuple[RunRaster, ...]
    whole: bool

    @property
    def technologies(self) -> list[str]:
        """The technologies of which there are results, oldest first."""
        return sorted({technology for _, technology in self.pairs})

    def raster(self, quantity: str, operator: int | None, technology: str) -> RunRaster | None:
        """Give a raster, if there is one."""
        for raster in self.rasters:
            if (raster.quantity, raster.operator_id, raster.technology) == (quantity, operator, technology):
                return raster
        return None

    def levels(self, operator: Organisation | None, technology: str) -> list[RunRaster]:
        """Give the rasters of level of an operator, or of all of them."""
        return [
            raster
            for raster in self.rasters
            if raster.quantity == RunRaster.Quantity.LEVEL
            and raster.technology == technology
            and (operator is None or raster.operator_id == operator.pk)
        ]


def choices_for(run: CoverageRun, person: Someone) -> Choices:
    """Give what of a run a person may look at; nothing of it is an empty choice."""
    rows = PredictedService.objects.visible_to(person).filter(run=run)
    pairs = frozenset(rows.order_by().values_list("operator_id", "technology").distinct())
    whole = sees_whole(person, run.province_id)
    operators = Organisation.objects.filter(pk__in={operator for operator, _ in pairs}).order_by("sort_key")
    rasters = RunRaster.objects.visible_to(person).filter(run=run).select_related("file").order_by("pk")
    return Choices(run, tuple(operators), pairs, tuple(rasters), whole)


def sees_whole(person: Someone, province_id: int) -> bool:
    """Tell whether a person sees all operators of a province."""
    return any(scope.is_whole for scope in scopes_in(person, "coverage.view_run", province_id))


@dataclass(frozen=True)
class Side:
    """One map: a run's results for one operator (None: the best of all) and technology, drawn as one layer."""

    choices: Choices
    operator: Organisation | None
    technology: str
    layer: str
    person: Someone

    @property
    def run(self) -> CoverageRun:
        """The run."""
        return self.choices.run

    @cached_property
    def standard(self) -> Standard:
        """From when on the run counts a place as served."""
        return standard_of(self.run)

    @property
    def threshold_dbm(self) -> float:
        """The run's own threshold."""
        return self.standard.services[Technology(self.technology)].threshold_dbm

    @property
    def who(self) -> str:
        """Whose service it is."""
        return str(self.operator) if self.operator else "ít nhất một doanh nghiệp"

    @property
    def same(self) -> tuple[int, int | None, str]:
        """What tells two maps apart."""
        return self.run.pk, self.operator.pk if self.operator else None, self.technology

    @cached_property
    def villages(self) -> list[VillageLevel]:
        """The villages that the run computed, most people first."""
        return villages_of(self)


def side_for(choices: Choices, person: Someone, *, operator: str, technology: str, layer: str = LEVELS) -> Side | None:
    """Choose what is asked for, or what comes nearest to it; None where there is nothing for this person."""
    if not choices.pairs:
        return None
    chosen = technology if technology in choices.technologies else choices.technologies[-1]
    having = [one for one in choices.operators if (one.pk, chosen) in choices.pairs]
    named = next((one for one in having if str(one.pk) == operator), None)
    who = named if named or choices.whole else having[0]
    return Side(choices, who, chosen, layer if layer in layers_for(choices, who, chosen) else LEVELS, person)


def layers_for(choices: Choices, operator: Organisation | None, technology: str) -> dict[str, str]:
    """Give the layers that can be drawn of an operator's service, by key, with their words."""
    there = {LEVELS}
    if operator and choices.raster(RunRaster.Quantity.SERVER, operator.pk, technology):
        there.add(CELLS)
    if operator is None and choices.raster(RunRaster.Quantity.OPERATORS, None, technology):
        there.add(OPERATORS)
    return {key: words for key, (_, words) in LAYERS.items() if key in there}


FIELDS = (
    "place_id",
    "place__code",
    "place__title",
    "place__name",
    "place__parent__name",
    "place__lon",
    "place__lat",
    "place__population",
    "level_dbm",
    "deviation_db",
    "probability",
    "served",
)


def villages_of(side: Side) -> list[VillageLevel]:
    """Give each village once, with the service of whom it would keep longest as the threshold rises."""
    rows = PredictedService.objects.visible_to(side.person).filter(
        run=side.run, technology=side.technology, place__kind=Place.Kind.VILLAGE
    )
    if side.operator:
        rows = rows.filter(operator=side.operator)
    found = list(rows.order_by("place_id").values_list(*FIELDS))
    levels, deviations, probabilities, served = ([row[k] for row in found] for k in (-4, -3, -2, -1))
    upto = served_up_to_dbm(levels, probabilities, served, side.technology, side.standard, deviations)
    best: dict[int, VillageLevel] = {}
    for row, limit in zip(found, upto.tolist(), strict=True):
        one = village_of(row, limit)
        if one.pk not in best or (one.served_up_to_dbm or -np.inf) > (best[one.pk].served_up_to_dbm or -np.inf):
            best[one.pk] = one
    return sorted(best.values(), key=lambda one: (-(one.people or 0), one.name, one.pk))


def village_of(row: Sequence[Any], limit_dbm: float) -> VillageLevel:
    """Make a village out of a row."""
    pk, code, title, name, commune, lon, lat, people, level, _, probability, _ = row
    limit = None if level is None else round(limit_dbm, 3)
    return VillageLevel(pk, code, f"{title} {name}", commune or "", lon, lat, people, level, probability, limit)


def served_up_to_dbm(
    levels_dbm: Sequence[float | None],
    probabilities: Sequence[float],
    served: Sequence[bool],
    technology: str,
    standard: Standard,
    deviations_db: Sequence[float | None] = (),
) -> Doubles:
    """Give the highest threshold at which each place would still be served (n,); -inf where no cell reaches.

    By how much the level varies there a run keeps, too. Where it did not, the level and the probability of reaching the
    run's own threshold tell; where they do not (the level far from the threshold, or just at it) it is taken as on open
    ground. At the run's own threshold what the run found holds, whatever was rounded.

    >>> from hatang.core.radio.services import SERVICES
    >>> levels, shares, served = [-100.0, -111.0, None], [1.0, 0.64, 0.0], [True, False, False]
    >>> served_up_to_dbm(levels, shares, served, "4G", Standard(SERVICES)).round(1).tolist()
    [-103.0, -114.7, -inf]
    """
    levels = np.array([-np.inf if level is None else level for level in levels_dbm], dtype=np.float64)
    kind = Technology(technology)
    z = quantile(np.clip(np.array(probabilities, dtype=np.float64), UNSURE, 1 - UNSURE))
    own = standard.services[kind].threshold_dbm
    tells = np.isfinite(levels) & (np.abs(z) > NEAR_ZERO) & (np.abs(z) < -float(quantile(2 * UNSURE)))
    open_ground = standard.deviation_db(HIGHEST_GHZ[kind], 0.0)
    sigma = np.where(tells, np.divide(levels - own, z, where=tells, out=np.zeros_like(z)), open_ground)
    kept = np.array([np.nan if one is None else one for one in deviations_db or [None] * len(levels)], dtype=np.float64)
    sigma = np.where(np.isnan(kept), sigma, kept)
    upto = levels - margin_db(standard.served_percent, np.clip(sigma, 0.0, MOST_DEVIATION_DB))
    return np.where(np.array(served, dtype=bool), np.maximum(upto, own), np.minimum(upto, own - JUST_BELOW_DB))


def gaps_by_people(villages: Iterable[VillageLevel], threshold_dbm: float) -> list[tuple[str, Tally]]:
    """Count the villages left out by how many people live there, the largest first."""
    out: list[list[VillageLevel]] = [[] for _ in PEOPLE_CLASSES]
    for one in villages:
        if not one.served(threshold_dbm):
            out[one.people_class].append(one)
    return [(label, Tally.of(rows)) for (label, _), rows in zip(PEOPLE_CLASSES, out, strict=True)]


@dataclass(frozen=True)
class Found:
    """What a map says at a threshold."""

    served: Tally
    whole: Tally
    unknown: int

    @property
    def left(self) -> Tally:
        """Those left out."""
        return Tally(self.whole.villages - self.served.villages, self.whole.people - self.served.people)

    @property
    def percent(self) -> float | None:
        """The share of people served; None where nobody's number is known."""
        return 100 * self.served.people / self.whole.people if self.whole.people else None


def found_at(villages: Sequence[VillageLevel], threshold_dbm: float) -> Found:
    """Count who is served at a threshold."""
    served = Tally.of(one for one in villages if one.served(threshold_dbm))
    return Found(served, Tally.of(villages), sum(one.people is None for one in villages))


@dataclass(frozen=True)
class Change:
    """Villages gained and lost from one map to another."""

    gained: Tally
    lost: Tally


def change_between(before: Side, after: Side, shift_db: float) -> Change:
    """Count what changed, each side at its own threshold moved by as much; only villages that both computed."""
    had = {one.pk: one.served(before.threshold_dbm + shift_db) for one in before.villages}
    has = [(one, one.served(after.threshold_dbm + shift_db)) for one in after.villages if one.pk in had]
    gained = Tally.of(one for one, now in has if now and not had[one.pk])
    return Change(gained, Tally.of(one for one, now in has if had[one.pk] and not now))
