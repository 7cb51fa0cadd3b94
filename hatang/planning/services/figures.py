"""What a solved scenario buys, from its rows: works, money, places; by year, operator, source, kind and commune."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count

from hatang.core.planning.money import present_cost_vnd
from hatang.core.planning.problem import Horizon
from hatang.places.models import Place
from hatang.planning.models import Candidate, CandidateService, Scenario, ScenarioBudget, ScenarioPlace

Kind = Candidate.Kind
EXISTING_KINDS = frozenset({Kind.SHARED, Kind.OTHER_SECTOR})
"""Kinds of new sites on a structure which is there already: what the sharing rate counts."""
UNNAMED = ""
"""The source of capital that no source was found for: the scenario has no budget by source."""
SOURCE_WORDS: dict[str, str] = {**dict(ScenarioBudget.Source.choices), UNNAMED: "chưa phân nguồn"}
NOBODY_WORDS = "chưa định doanh nghiệp"


@dataclass(frozen=True)
class WorkRow:
    """A chosen work: when, what, whose, where, and its money; the structure's part is its own only if it pays it."""

    pk: int
    number: int
    kind: str
    operator_id: int | None
    operator: str
    technology: str
    structure: str
    commune_id: int
    commune: str
    lon: float
    lat: float
    year: int
    capital_vnd: int
    yearly_vnd: int
    paid_vnd: Mapping[str, float]
    simulated: bool

    @property
    def kind_label(self) -> str:
        """What its kind is called."""
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class PlaceRow:
    """A place that the scenario wants served."""

    pk: int
    name: str
    commune_id: int | None
    commune: str
    people: int | None
    households: int | None
    lon: float | None
    lat: float | None
    weight: float
    groups: tuple[str, ...]
    operators_today: int
    served_in: int | None


@dataclass(frozen=True)
class Tally:
    """How many places and who lives there; `unknown` places have no number of people, so are only places."""

    places: int = 0
    people: int = 0
    households: int = 0
    weight: float = 0.0
    unknown: int = 0

    @classmethod
    def of(cls, places: Iterable[PlaceRow]) -> Tally:
        """Count places."""
        rows = list(places)
        return cls(
            len(rows),
            sum(row.people or 0 for row in rows),
            sum(row.households or 0 for row in rows),
            sum(row.weight for row in rows),
            sum(row.people is None for row in rows),
        )


@dataclass(frozen=True)
class Line:
    """A line of a table of works: their number, money (đồng), and the places newly served among what they serve."""

    key: Any
    label: str
    works: int
    capital_vnd: int
    yearly_vnd: int
    new: Tally


@dataclass(frozen=True)
class YearLine(Line):
    """A year: what is built in it, what runs at its end, who is served then and should be, % of weight."""

    running_vnd: int
    served_percent: float | None
    asked_percent: float | None


@dataclass(frozen=True)
class SourceLine:
    """Capital of a source by year, đồng, in the order of the years, and what the source gives; None: no bound."""

    key: str
    label: str
    by_year_vnd: tuple[int, ...]
    given_by_year_vnd: tuple[int | None, ...]

    @property
    def total_vnd(self) -> int:
        """All of it."""
        return sum(self.by_year_vnd)

    @property
    def given_vnd(self) -> int | None:
        """What the source gives in all; None: no bound."""
        known = [amount for amount in self.given_by_year_vnd if amount is not None]
        return sum(known) if known else None


@dataclass(frozen=True)
class CommuneLine(Line):
    """A commune: the works in it, and its places that were served, will be, and are left."""

    today: Tally
    left: Tally


@dataclass(frozen=True)
class Figures:
    """All figures of a solved scenario; of one that is not solved, what is served today and left."""

    scenario: Scenario
    works: tuple[WorkRow, ...]
    places: tuple[PlaceRow, ...]
    serves: Mapping[int, tuple[int, ...]]
    reachable: frozenset[int]
    budgets: Mapping[tuple[int, str], int]
    candidates: int

    @property
    def years(self) -> range:
        """The years of the scenario."""
        return range(self.scenario.first_year, self.scenario.last_year + 1)

    @property
    def all_late(self) -> bool:
        """Whether all is built in the last of several years, which costs the plan least where money is no bound."""
        last = self.scenario.last_year
        spread = bool(self.budgets) or len(self.years) == 1
        return not spread and bool(self.works) and all(work.year == last for work in self.works)

    @cached_property
    def asked_by_year(self) -> dict[int, float]:
        """The shares asked at the end of years, %, where some are asked on the way; otherwise none."""
        asked, share = dict(self.scenario.milestones), self.scenario.share_percent
        if asked and share is not None and self.scenario.aim == Scenario.Aim.LEAST_COST:
            asked[int(self.scenario.last_year)] = share
        return asked

    def is_today(self, place: PlaceRow) -> bool:
        """Tell whether a place is served today, by as many operators as are asked for."""
        return place.operators_today >= self.scenario.least_operators

    def is_new(self, place: PlaceRow) -> bool:
        """Tell whether a place is served by the works and was not before."""
        return place.served_in is not None and not self.is_today(place)

    @cached_property
    def new_places(self) -> dict[int, PlaceRow]:
        """The places that the works serve and nobody did, by key."""
        return {place.pk: place for place in self.places if self.is_new(place)}

    @cached_property
    def gaps(self) -> list[PlaceRow]:
        """The places left, most people first."""
        left = [place for place in self.places if not self.is_today(place) and not self.is_new(place)]
        return sorted(left, key=lambda place: (-(place.people or 0), place.name, place.pk))

    @cached_property
    def whole(self) -> Tally:
        """All places of the scenario."""
        return Tally.of(self.places)

    @cached_property
    def today(self) -> Tally:
        """Those served today."""
        return Tally.of(place for place in self.places if self.is_today(place))

    @cached_property
    def new(self) -> Tally:
        """Those that the works add."""
        return Tally.of(self.new_places.values())

    @cached_property
    def left(self) -> Tally:
        """Those left."""
        return Tally.of(self.gaps)

    @cached_property
    def out_of_reach(self) -> Tally:
        """Those left that no candidate reaches."""
        return Tally.of(place for place in self.gaps if place.pk not in self.reachable)

    def percent(self, weight: float) -> float | None:
        """Give a weight's share of all, %; None where nothing weighs."""
        return 100 * weight / self.whole.weight if self.whole.weight else None

    @property
    def today_percent(self) -> float | None:
        """The share of weight served today."""
        return self.percent(self.today.weight)

    @property
    def served_percent(self) -> float | None:
        """The share of weight served at the end."""
        return self.percent(self.today.weight + self.new.weight)

    @cached_property
    def capital_vnd(self) -> int:
        """Capital of all works, a structure once."""
        return sum(work.capital_vnd for work in self.works)

    @cached_property
    def yearly_vnd(self) -> int:
        """Yearly cost when all is built."""
        return sum(work.yearly_vnd for work in self.works)

    @cached_property
    def present_vnd(self) -> float:
        """Present cost over the scenario's years, by annuity."""
        horizon = horizon_of(self.scenario)
        return sum(present_cost_vnd(work.capital_vnd, work.yearly_vnd, work.year, horizon) for work in self.works)

    @property
    def capital_per_person_vnd(self) -> float | None:
        """Capital by person newly served."""
        return self.capital_vnd / self.new.people if self.new.people else None

    @cached_property
    def sites(self) -> dict[tuple[int | None, str], bool]:
        """New sites: an operator's works on a structure where it does not stand yet; whether that is there already."""
        new = [work for work in self.works if work.kind != Kind.TECHNOLOGY]
        return {(work.operator_id, work.structure): work.kind in EXISTING_KINDS for work in new}

    @property
    def shared_sites(self) -> int:
        """New sites on structures that are there already."""
        return sum(self.sites.values())

    @property
    def shared_percent(self) -> float | None:
        """Their share of new sites, %."""
        return 100 * self.shared_sites / len(self.sites) if self.sites else None

    @property
    def simulated(self) -> bool:
        """Whether a figure read a simulated row."""
        return self.scenario.simulated or any(work.simulated for work in self.works)

    def newly_served_by(self, works: Iterable[WorkRow]) -> Tally:
        """Count the places newly served among what works serve, each once."""
        reached = {place for work in works for place in self.serves.get(work.pk, ())}
        return Tally.of(self.new_places[pk] for pk in sorted(reached & self.new_places.keys()))

    def lines_by(self, key: Callable[[WorkRow], Any], label: Callable[[WorkRow], str]) -> list[Line]:
        """Count works by a key, the dearest first."""
        groups: dict[Any, list[WorkRow]] = defaultdict(list)
        for work in self.works:
            groups[key(work)].append(work)
        lines = [
            Line(k, label(rows[0]), len(rows), *money_of(rows), self.newly_served_by(rows))
            for k, rows in groups.items()
        ]
        return sorted(lines, key=lambda line: (-line.capital_vnd, line.label))

    @cached_property
    def by_operator(self) -> list[Line]:
        """Count by operator; a place that two serve counts for both."""
        return self.lines_by(lambda work: work.operator_id, lambda work: work.operator)

    @cached_property
    def by_kind(self) -> list[Line]:
        """Count by kind of work."""
        return self.lines_by(lambda work: work.kind, lambda work: work.kind_label)

    @cached_property
    def by_year(self) -> list[YearLine]:
        """Count by year of building; places by the year from which they are served."""
        lines, running, weight = [], 0, self.today.weight
        for year in self.years:
            built = [work for work in self.works if work.year == year]
            new = Tally.of(place for place in self.new_places.values() if place.served_in == year)
            capital, yearly = money_of(built)
            running, weight = running + yearly, weight + new.weight
            share = self.percent(weight)
            asked = self.asked_by_year.get(year)
            lines.append(YearLine(year, str(year), len(built), capital, yearly, new, running, share, asked))
        return lines

    @cached_property
    def by_source(self) -> list[SourceLine]:
        """Tell capital by source and year, beside what each source gives."""
        paid: Counter[tuple[str, int]] = Counter()
        for work in self.works:
            for source, amount in shares_of(work).items():
                paid[source, work.year] += amount
        given = {source for _, source in self.budgets}
        return [self.source_line(source, paid) for source in SOURCE_WORDS if source in given or any_of(paid, source)]

    def source_line(self, source: str, paid: Mapping[tuple[str, int], int]) -> SourceLine:
        """Make a source's line."""
        used = tuple(paid.get((source, year), 0) for year in self.years)
        given = tuple(self.budgets.get((year, source), 0) if self.budgets else None for year in self.years)
        return SourceLine(source, SOURCE_WORDS[source], used, given)

    @cached_property
    def by_commune(self) -> list[CommuneLine]:
        """Count by commune, those with most people left first."""
        works: dict[int | None, list[WorkRow]] = defaultdict(list)
        places: dict[int | None, list[PlaceRow]] = defaultdict(list)
        for work in self.works:
            works[work.commune_id].append(work)
        for place in self.places:
            places[place.commune_id].append(place)
        lines = [self.commune_line(pk, works[pk], places[pk]) for pk in sorted({*works, *places}, key=lambda k: k or 0)]
        return sorted(lines, key=lambda line: (-line.left.people, -line.left.places, -line.new.people, line.label))

    def commune_line(self, pk: int | None, works: Sequence[WorkRow], places: Sequence[PlaceRow]) -> CommuneLine:
        """Make a commune's line."""
        new = [place for place in places if self.is_new(place)]
        today = [place for place in places if self.is_today(place)]
        left = [place for place in places if not self.is_new(place) and not self.is_today(place)]
        tallies = Tally.of(new), Tally.of(today), Tally.of(left)
        name = next(iter([place.commune for place in places] + [work.commune for work in works]), "")
        return CommuneLine(pk, name, len(works), *money_of(works), *tallies)


def money_of(works: Iterable[WorkRow]) -> tuple[int, int]:
    """Add up capital and yearly cost."""
    rows = list(works)
    return sum(work.capital_vnd for work in rows), sum(work.yearly_vnd for work in rows)


def shares_of(work: WorkRow) -> dict[str, int]:
    """Give who pays how much of a work's capital; what nobody was found for stands under `UNNAMED`."""
    shares = {source: round(amount) for source, amount in work.paid_vnd.items() if round(amount)}
    rest = work.capital_vnd - sum(shares.values())
    return {**shares, UNNAMED: rest} if abs(rest) > len(shares) else shares


def any_of(paid: Mapping[tuple[str, int], int], source: str) -> bool:
    """Tell whether a source pays anything."""
    return any(amount for (name, _), amount in paid.items() if name == source)


def horizon_of(scenario: Scenario) -> Horizon:
    """Give a scenario's years and what money costs in it."""
    return Horizon(scenario.first_year, scenario.last_year, scenario.interest_percent, int(scenario.lifetime_years))


WORK_FIELDS = (
    "pk",
    "number",
    "kind",
    "operator_id",
    "operator__short_name",
    "operator__name",
    "technology",
    "structure",
    "commune_id",
    "commune__title",
    "commune__name",
    "lon",
    "lat",
    "year",
    "capital_vnd",
    "yearly_vnd",
    "structure_capital_vnd",
    "structure_yearly_vnd",
    "paid_vnd",
    "simulated",
)
PLACE_FIELDS = (
    "place_id",
    "place__title",
    "place__name",
    "place__kind",
    "place__parent_id",
    "place__parent__title",
    "place__parent__name",
    "place__population",
    "place__households",
    "place__lon",
    "place__lat",
    "weight",
    "groups",
    "served_by",
    "served_in",
)


def figures_of(scenario: Scenario) -> Figures:
    """Read a scenario's figures from its rows, in six queries whatever its size."""
    return all_figures([scenario])[0]


def all_figures(scenarios: Sequence[Scenario]) -> list[Figures]:
    """Read the figures of scenarios, in six queries however many there are."""
    pks = [scenario.pk for scenario in scenarios]
    candidates = Candidate.objects.filter(scenario__in=pks).order_by()
    counts = dict(candidates.values_list("scenario_id").annotate(Count("pk")))
    works, places, budgets = works_by_scenario(pks), places_by_scenario(pks), budgets_by_scenario(pks)
    serves = services_of_works(pks)
    reachable = places_in_reach(pks)
    return [
        Figures(
            scenario,
            tuple(works[scenario.pk]),
            tuple(places[scenario.pk]),
            {work.pk: tuple(serves[work.pk]) for work in works[scenario.pk]},
            frozenset(reachable[scenario.pk]),
            budgets[scenario.pk],
            counts.get(scenario.pk, 0),
        )
        for scenario in scenarios
    ]


def works_by_scenario(pks: Sequence[int]) -> dict[int, list[WorkRow]]:
    """Read the chosen works by scenario, first built first. A structure is paid once: by the first of its works."""
    works: dict[int, list[WorkRow]] = defaultdict(list)
    paid: set[tuple[int, str]] = set()
    rows = Candidate.objects.filter(scenario__in=pks).chosen().order_by("year", "number")
    for row in rows.values("scenario_id", *WORK_FIELDS):
        structure = row["scenario_id"], row["structure"]
        works[row["scenario_id"]].append(work_of(row, pays=structure not in paid))
        paid.add(structure)
    return works


def work_of(row: Mapping[str, Any], *, pays: bool) -> WorkRow:
    """Make a work out of a row; whether it pays its structure."""
    same = ("pk", "number", "kind", "operator_id", "technology", "structure", "commune_id", "lon", "lat", "year")
    return WorkRow(
        **{name: row[name] for name in (*same, "paid_vnd", "simulated")},
        operator=row["operator__short_name"] or row["operator__name"] or NOBODY_WORDS,
        commune=f"{row['commune__title']} {row['commune__name']}".strip(),
        capital_vnd=row["capital_vnd"] + (row["structure_capital_vnd"] if pays else 0),
        yearly_vnd=row["yearly_vnd"] + (row["structure_yearly_vnd"] if pays else 0),
    )


def places_by_scenario(pks: Sequence[int]) -> dict[int, list[PlaceRow]]:
    """Read the places that scenarios want served."""
    places: dict[int, list[PlaceRow]] = defaultdict(list)
    rows = ScenarioPlace.objects.filter(scenario__in=pks).order_by("pk")
    for row in rows.values("scenario_id", *PLACE_FIELDS):
        places[row["scenario_id"]].append(place_of(row))
    return places


def place_of(row: Mapping[str, Any]) -> PlaceRow:
    """Make a place out of a row; a commune is in itself."""
    name = f"{row['place__title']} {row['place__name']}".strip()
    above = f"{row['place__parent__title'] or ''} {row['place__parent__name'] or ''}".strip()
    is_commune = row["place__kind"] == Place.Kind.COMMUNE
    return PlaceRow(
        pk=row["place_id"],
        name=name,
        commune_id=row["place_id"] if is_commune else row["place__parent_id"],
        commune=name if is_commune else above,
        people=row["place__population"],
        households=row["place__households"],
        lon=row["place__lon"],
        lat=row["place__lat"],
        weight=row["weight"],
        groups=tuple(row["groups"]),
        operators_today=len(set(row["served_by"])),
        served_in=row["served_in"],
    )


def budgets_by_scenario(pks: Sequence[int]) -> dict[int, dict[tuple[int, str], int]]:
    """Read what sources give in which year, đồng."""
    budgets: dict[int, dict[tuple[int, str], int]] = defaultdict(dict)
    rows = ScenarioBudget.objects.filter(scenario__in=pks).order_by("pk")
    for scenario, year, source, amount in rows.values_list("scenario_id", "year", "source", "amount_vnd"):
        budgets[scenario][year, source] = amount
    return budgets


def services_of_works(pks: Sequence[int]) -> dict[int, list[int]]:
    """Read which places each chosen work serves."""
    serves: dict[int, list[int]] = defaultdict(list)
    rows = CandidateService.objects.filter(candidate__scenario__in=pks, candidate__year__isnull=False)
    for candidate, place in rows.order_by("pk").values_list("candidate_id", "place_id"):
        serves[candidate].append(place)
    return serves


def places_in_reach(pks: Sequence[int]) -> dict[int, list[int]]:
    """Read which places any candidate would serve, by scenario."""
    reached: dict[int, list[int]] = defaultdict(list)
    rows = CandidateService.objects.filter(candidate__scenario__in=pks).order_by()
    for scenario, place in rows.values_list("candidate__scenario_id", "place_id").distinct():
        reached[scenario].append(place)
    return reached
