"""What a scenario offers for a package: villages it newly serves, the works that serve them, where these can stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hatang.network.models import PublicSite
from hatang.places.models import Place
from hatang.planning.models import Candidate, CandidateService, Scenario, ScenarioBudget, ScenarioPlace

FUND = ScenarioBudget.Source.FUND
SITE = "địa điểm công"


@dataclass(frozen=True)
class Offer:
    """A village that the scenario newly serves, from which year, and whether the fund pays a work that serves it."""

    village: Place
    year: int
    fund_pays: bool


@dataclass(frozen=True)
class CostLine:
    """What a package's works are made of: an item, how many, for how much; `yearly` is paid each year."""

    label: str
    count: float
    amount_vnd: int
    yearly: bool


@dataclass(frozen=True)
class Estimate:
    """What the works of a package cost: capital, each year, how much of the capital the scenario takes from the fund.

    A structure that several works share is paid once. `more_served`: villages outside the package that the same works
    serve too.
    """

    works: int
    capital_vnd: int
    yearly_vnd: int
    fund_vnd: int
    lines: tuple[CostLine, ...]
    items: frozenset[str]
    more_served: int


@dataclass(frozen=True)
class Spot:
    """A point where infrastructure can stand, and for which villages; no operator is named.

    `planned`: the scenario builds here.
    """

    name: str
    kind: str
    commune: Place
    lon: float
    lat: float
    planned: bool
    villages: tuple[int, ...]
    simulated: bool = False


def offers_of(scenario: Scenario) -> list[Offer]:
    """Give the villages that the scenario newly serves, by commune and name."""
    rows = ScenarioPlace.objects.filter(scenario=scenario, place__kind=Place.Kind.VILLAGE, served_in__isnull=False)
    paid = _served_by_fund(scenario)
    ordered = rows.select_related("place__parent").order_by("place__parent__sort_key", "place__sort_key", "place_id")
    return [
        Offer(row.place, row.served_in, row.place_id in paid)
        for row in ordered
        if row.served_in is not None and len(row.served_by) < scenario.least_operators
    ]


def _served_by_fund(scenario: Scenario) -> set[int]:
    """Give the places that works which the fund pays for serve."""
    chosen = Candidate.objects.chosen().filter(scenario=scenario).only("pk", "paid_vnd")
    paid = [work.pk for work in chosen if (work.paid_vnd or {}).get(FUND, 0) > 0]
    return set(CandidateService.objects.filter(candidate__in=paid).values_list("place_id", flat=True))


@dataclass(frozen=True)
class Served:
    """The candidates of a scenario that serve villages of a package, and whom each serves, inside and outside it."""

    works: tuple[Candidate, ...]
    served: dict[int, frozenset[int]]
    villages: frozenset[int]

    @property
    def chosen(self) -> list[Candidate]:
        """Those that the scenario builds."""
        return [work for work in self.works if work.year is not None]


def serving(scenario: Scenario, villages: Iterable[int]) -> Served:
    """Read the candidates that serve some of the villages."""
    wanted = frozenset(villages)
    works = Candidate.objects.filter(scenario=scenario, services__place__in=wanted).distinct().order_by("number")
    found = tuple(works.select_related("commune", "mast", "site"))
    served: dict[int, set[int]] = {}
    pairs = CandidateService.objects.filter(candidate__in=[work.pk for work in found])
    for candidate, place in pairs.values_list("candidate_id", "place_id"):
        served.setdefault(candidate, set()).add(place)
    return Served(found, {key: frozenset(places) for key, places in served.items()}, wanted)


def estimate_of(served: Served) -> Estimate:
    """Sum what the works cost that the scenario builds for the villages."""
    works = served.chosen
    first_on = {work.structure: work for work in reversed(works)}
    lines: dict[tuple[str, bool], tuple[float, int]] = {}
    items = set()
    for work in works:
        for line in work.cost_lines:
            if line["structure"] and first_on[work.structure].pk != work.pk:
                continue
            count, amount = lines.get((line["label"], line["yearly"]), (0.0, 0))
            lines[line["label"], line["yearly"]] = count + line["count"], amount + line["amount_vnd"]
            items.add(line["item"])
    reached = frozenset().union(*(served.served.get(work.pk, frozenset()) for work in works))
    structures = first_on.values()
    return Estimate(
        works=len(works),
        capital_vnd=sum(w.capital_vnd for w in works) + sum(w.structure_capital_vnd for w in structures),
        yearly_vnd=sum(w.yearly_vnd for w in works) + sum(w.structure_yearly_vnd for w in structures),
        fund_vnd=sum(int((w.paid_vnd or {}).get(FUND, 0)) for w in works),
        lines=tuple(CostLine(label, *sums, yearly) for (label, yearly), sums in lines.items()),
        items=frozenset(items),
        more_served=len(reached - served.villages),
    )


def spots_of(served: Served, communes: Iterable[int], on: date) -> list[Spot]:
    """Give where infrastructure for the villages can stand: the candidates' structures, and public sites on offer."""
    by_structure: dict[str, list[Candidate]] = {}
    for work in served.works:
        if work.kind != Candidate.Kind.SATELLITE:
            by_structure.setdefault(work.structure, []).append(work)
    spots = [_spot(works, served) for works in by_structure.values()]
    known = {work.site_id for work in served.works if work.site_id is not None}
    offered = PublicSite.objects.offered_on(on).filter(commune__in=list(communes)).exclude(pk__in=known)
    sites = offered.select_related("commune").order_by("title")
    return spots + [_site(site) for site in sites]


def _spot(works: list[Candidate], served: Served) -> Spot:
    """Describe a structure by the candidates that stand on it; what the scenario builds goes first."""
    first = min(works, key=lambda work: (work.year is None, work.number))
    villages = frozenset().union(*(served.served.get(work.pk, frozenset()) for work in works)) & served.villages
    return Spot(
        name=str(first.site or (first.mast.code if first.mast else first)),
        kind=_stands_on(first),
        commune=first.commune,
        lon=first.lon,
        lat=first.lat,
        planned=first.year is not None,
        villages=tuple(sorted(villages)),
        simulated=any(work.simulated for work in works),
    )


def _stands_on(work: Candidate) -> str:
    """Say what a candidate stands on: a mast in use, or as its kind says."""
    return "cột đang có" if work.mast_id else SITE if work.site_id else str(work.get_kind_display())


def _site(site: Any) -> Spot:
    return Spot(site.title, SITE, site.commune, site.lon, site.lat, False, ())
