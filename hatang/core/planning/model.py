"""The planner's model: which works to build in which year, so that what is asked is true at the least cost.

Sets: needs i (merged into demands d where nothing tells them apart), works w with their structure s and operator o,
years t (those in which building may be best), sources of money m; works with the same allowed sources are a class k.

Variables
    built[w]           the work is built (0 or 1); build[w,t]: in that year
    opened[s]          its structure is opened, once for all works on it; open[s,t]: in that year
    any_of[s,W]        some of the works W on a structure are built
    site[o,s]          the operator is new on the structure
    served[d]          share of the demand served at the end; served_in[d,t]: at the end of an earlier year
    served_by[d,o]     the operator serves it, where several are asked
    paid[k,t,m]        what the source pays in the year for works of the class
    carried[s,k,t]     which share of a structure's capital is paid with works of the class

Constraints
    built[w] = sum of build[w,t];  opened[s] = sum of open[s,t] <= 1
    build[w,t] <= sum over u <= t of open[s,u];  open[s,t] <= sum over w on s of build[w,t]
    any_of[s,W] <= opened[s], sum over w in W of built[w]
    served[d] <= sum over w serving d of built[w], or of any_of[s,W] where they stand on one structure;
        where n operators lack: of the operators that remain when any n - 1 are left out
    share, interim share, area, group: sums of served over weight, or over needs, at least what is asked
    sharing: new sites on existing structures are at least the asked share of all new sites
    apart: opened[s] + opened[r] <= 1
    pay: paid in (class, year) = capital built in it;  budget: paid in (year, source) <= what it gives
    total: present cost <= what is given

Years by groups: to choose works among thousands, build[w,t] and open[s,t] are at first left out. Works, or works with
the structure opened for them (leads[w]), that have the same class and about the same cost a year for a đồng of capital
are a group g; spent[g,t] is the capital of the group spent in a year. That costs no more than the works would, so the
bound holds, and with a quarter of the columns it is found in a quarter of the time.

Objective: least present cost, or most weight served, or fewest new structures.

With whole `built`, `build` and `opened` all other variables come out whole by themselves. `build` is at first let be
split over years: the bound holds all the same, and years are made whole for the works chosen (`core.planning.solving`).
Money is in million đồng.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from hatang.core.planning.facts import Demand, Facts, Sources
from hatang.core.planning.money import annuity, present_worth
from hatang.core.planning.problem import Aim, Problem, Structure, Wish, Work
from hatang.core.planning.program import INFINITY, Program

VND = 1e6
HAIR, FLOOR_HAIR = 1e-9, 5e-7
MOST_GROUPS = 150


@dataclass(frozen=True)
class Asked:
    """A requirement as a row of the program: what it is, of what, how much, in which unit; `floor`: at least."""

    name: str
    key: tuple[object, ...]
    row: int
    amount: float
    floor: bool


@dataclass(frozen=True)
class Group:
    """Works and structures of a class that cost about as much a year for each đồng of capital: at least `ratio`.

    `capital` is million đồng by column; `rest` what a column costs a year beyond capital times ratio.
    """

    sources: Sources
    ratio: float
    capital: tuple[tuple[int, float], ...]
    rest: tuple[tuple[int, float], ...]


@dataclass
class Model:
    """The program with its columns by name and its requirements by row."""

    facts: Facts
    grouped: bool = False
    program: Program = field(default_factory=Program)
    built: dict[str, int] = field(default_factory=dict)
    build: dict[tuple[str, int], int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    open: dict[tuple[str, int], int] = field(default_factory=dict)
    site: dict[tuple[str, str], int] = field(default_factory=dict)
    any_of: dict[tuple[str, ...], int] = field(default_factory=dict)
    served: dict[int, int] = field(default_factory=dict)
    served_in: dict[tuple[int, int], int] = field(default_factory=dict)
    served_by: dict[tuple[int, str, int], int] = field(default_factory=dict)
    paid: dict[tuple[Sources, int, str], int] = field(default_factory=dict)
    carried: dict[tuple[str, Sources, int], int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    led: dict[str, int] = field(default_factory=dict)
    spent: dict[tuple[int, int], int] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def problem(self) -> Problem:
        """What is modelled."""
        return self.facts.problem

    def require(
        self, name: str, *key: object, terms: Iterable[tuple[int, float]], amount: float, floor: bool = True
    ) -> None:
        """Constrain, and remember that a person asked it: what cannot be met is explained by these.

        A floor is half as loose as `judging` is: where everything must be served HiGHS finds nothing within less.
        """
        hair = (FLOOR_HAIR if floor else HAIR) * max(1.0, abs(amount))
        low, high = (amount - hair, INFINITY) if floor else (-INFINITY, amount + hair)
        row = self.program.constrain(name, *map(str, key), terms=terms, low=low, high=high)
        self.asked.append(Asked(name, key, row, amount, floor))


def build_model(problem: Problem, aim: Aim, facts: Facts | None = None, *, grouped: bool = False) -> Model:
    """Build the model step by step, years not whole yet; raises PlanningError for a problem that contradicts itself.

    `grouped`: years by groups of works, for a quick choice of works and its bound; interim shares are left aside.
    """
    model = Model(facts or Facts(problem), grouped)
    for define in STEPS:
        define(model)
    define_objective(model, aim)
    return model


def define_works(model: Model) -> None:
    """built[w] and build[w,t]; a fixed work is built."""
    program, years = model.program, model.facts.years
    for name, work in model.facts.works.items():
        low = 1.0 if work.wish is Wish.FIXED else 0.0
        model.built[name] = column = program.variable("built", name, low=low, high=1, whole=True)
        if len(years) == 1:
            model.build[name, years[0]] = column
        if len(years) == 1 or model.grouped:
            continue
        for year in years:
            model.build[name, year] = program.variable("build", name, year, high=1)
        parts = [(model.build[name, year], -1.0) for year in years]
        program.constrain("built", name, terms=[(column, 1.0), *parts], low=0, high=0)


def define_structures(model: Model) -> None:
    """opened[s] and open[s,t], where a structure costs, must keep apart, or is counted as new."""
    program, years = model.program, model.facts.years
    for structure in _structures_that_matter(model):
        works = model.facts.on[structure.id]
        name = structure.id
        model.opened[name] = column = program.variable("opened", name, high=1, whole=True)
        for work in works:
            program.constrain("stands", work.id, terms=[(column, 1.0), (model.built[work.id], -1.0)], low=0)
        if model.grouped:
            built = [(model.built[work.id], -1.0) for work in works]
            program.constrain("begun", name, terms=[(column, 1.0), *built], high=0)
            continue
        for year in years:
            single = len(years) == 1
            model.open[name, year] = column if single else program.variable("open", name, year, high=1)
            begun = [(model.build[work.id, year], -1.0) for work in works]
            program.constrain("begun", name, year, terms=[(model.open[name, year], 1.0), *begun], high=0)
        if len(years) > 1:
            parts = [(model.open[name, year], -1.0) for year in years]
            program.constrain("opened", name, terms=[(column, 1.0), *parts], low=0, high=0)
            _open_before_built(model, works)


def _structures_that_matter(model: Model) -> list[Structure]:
    apart = {name for pair in model.problem.requirements.apart for name in pair}
    return [
        structure
        for structure in model.problem.structures
        if model.facts.on.get(structure.id)
        and (
            structure.capital_vnd
            or structure.yearly_vnd
            or structure.id in apart
            or (model.problem.reuse_first and not structure.existing)
        )
    ]


def _open_before_built(model: Model, works: list[Work]) -> None:
    years = model.facts.years
    for work in works:
        for place, year in enumerate(years[:-1]):
            built = [(model.build[work.id, earlier], -1.0) for earlier in years[: place + 1]]
            ready = [(model.open[work.structure, earlier], 1.0) for earlier in years[: place + 1]]
            model.program.constrain("ready", work.id, year, terms=ready + built, low=0)


def define_served(model: Model) -> None:
    """served[d]: no more than the works that serve it, at the end."""
    for number, demand in enumerate(model.facts.demands):
        if demand.weight > 0 or demand.groups:
            column = model.program.variable("served", demand.needs[0], high=1)
            model.served[number] = column
            last = model.facts.years[-1]
            _serve(model, number, demand, last, column, partial(_carriers, model))


def define_served_earlier(model: Model) -> None:
    """served_in[d,t]: the same with the works of the years up to an interim year; only where one is asked."""
    years = model.facts.years
    for interim in sorted(model.problem.requirements.served_percent_by):
        if interim == years[-1] or model.grouped:
            continue
        until = years[: years.index(interim) + 1]
        for number, demand in enumerate(model.facts.demands):
            if demand.weight > 0:
                column = model.program.variable("served_in", demand.needs[0], interim, high=1)
                model.served_in[number, interim] = column
                _serve(model, number, demand, interim, column, partial(_begun, model, until))


def _begun(model: Model, until: tuple[int, ...], works: Sequence[str]) -> list[int]:
    return [model.build[work, year] for work in works for year in until]


def _carriers(model: Model, works: Sequence[str]) -> list[int]:
    """What any of the works is built by: where several stand on one structure that costs, one column for them.

    Without it half a structure with half of each of two works would serve whole.
    """
    by_structure: dict[str, list[str]] = defaultdict(list)
    for work in works:
        by_structure[model.facts.works[work].structure].append(work)
    columns: list[int] = []
    for structure, names in by_structure.items():
        if len(names) == 1 or structure not in model.opened:
            columns += [model.built[name] for name in names]
        else:
            columns.append(_any_of(model, structure, tuple(names)))
    return columns


def _any_of(model: Model, structure: str, works: tuple[str, ...]) -> int:
    if works not in model.any_of:
        key = structure, "+".join(works)
        model.any_of[works] = column = model.program.variable("any_of", *key, high=1)
        built = [(model.built[work], -1.0) for work in works]
        model.program.constrain("any_of", *key, terms=[(column, 1.0), *built], high=0)
        model.program.constrain("stands", *key, terms=[(column, 1.0), (model.opened[structure], -1.0)], high=0)
    return model.any_of[works]


def _serve(
    model: Model, number: int, demand: Demand, year: int, served: int, built: Callable[[Sequence[str]], list[int]]
) -> None:
    """Bound a served share by works; where n operators lack, whichever n - 1 are left out, one must remain."""
    program = model.program
    if demand.missing == 1:
        columns = built(demand.works)
        program.constrain("serve", demand.needs[0], year, terms=[(served, 1.0), *((c, -1.0) for c in columns)], high=0)
        return
    for operator in demand.operators:
        by = program.variable("served_by", demand.needs[0], operator, year, high=1)
        model.served_by[number, operator, year] = by
        works = [work for work in demand.works if model.facts.works[work].operator == operator]
        columns = built(works)
        program.constrain(
            "serve_by", demand.needs[0], operator, year, terms=[(by, 1.0), *((c, -1.0) for c in columns)], high=0
        )
    for left_out in combinations(demand.operators, demand.missing - 1):
        rest = [model.served_by[number, name, year] for name in demand.operators if name not in left_out]
        program.constrain("serve", demand.needs[0], year, terms=[(served, 1.0), *((c, -1.0) for c in rest)], high=0)


def define_groups(model: Model) -> None:
    """spent[g,t]: capital of a group spent in a year; in the grouped model, in place of build[w,t] and open[s,t]."""
    if not model.grouped:
        return
    by_class: dict[Sources, list[Carrier]] = defaultdict(list)
    for carrier in _carriers_of_money(model):
        by_class[carrier.sources].append(carrier)
    model.groups = [group for sources, carriers in by_class.items() for group in _groups(sources, carriers)]
    for number, group in enumerate(model.groups):
        for year in model.facts.years:
            model.spent[number, year] = model.program.variable("spent", number, year)
        spent = [(model.spent[number, year], -1.0) for year in model.facts.years]
        model.program.constrain("spent", number, terms=[*group.capital, *spent], low=0, high=0)


@dataclass(frozen=True)
class Carrier:
    """What is paid at once in one year: capital and cost a year, million đồng, as sums over columns."""

    sources: Sources
    capital: float
    yearly: float
    columns: tuple[tuple[int, float], ...]

    @property
    def ratio(self) -> float:
        """What it costs a year for each đồng of capital."""
        return self.yearly / self.capital if self.capital else 0.0


def _carriers_of_money(model: Model) -> Iterator[Carrier]:
    """A work with the structure that is opened for it, leads[w], and works by themselves."""
    facts = model.facts
    for name, work in facts.works.items():
        capital, yearly = _million_a_year(model, work)
        alone, led = model.built[name], model.opened.get(work.structure)
        if led is None:
            yield Carrier(facts.allowed(work), capital, yearly, ((alone, 1.0),))
            continue
        works = facts.on[work.structure]
        leads = led if len(works) == 1 else _leads(model, name, led)
        opening, upkeep = _million_a_year(model, facts.structures[work.structure])
        payers = frozenset[str]().union(*(facts.allowed(other) for other in works))
        yield Carrier(payers, capital + opening, yearly + upkeep, ((leads, 1.0),))
        if len(works) > 1:
            yield Carrier(facts.allowed(work), capital, yearly, ((alone, 1.0), (leads, -1.0)))


def _leads(model: Model, name: str, opened: int) -> int:
    """leads[w]: the structure is opened for this work of those on it."""
    program, structure = model.program, model.facts.works[name].structure
    if structure not in model.led:
        model.led[structure] = program.constrain("led", structure, terms=[(opened, -1.0)], low=0, high=0)
    leads = program.variable("leads", name, high=1)
    program.widen(model.led[structure], leads, 1.0)
    program.constrain("leads", name, terms=[(leads, 1.0), (model.built[name], -1.0)], high=0)
    return leads


def _million_a_year(model: Model, carrier: Work | Structure) -> tuple[float, float]:
    horizon = model.problem.horizon
    repaid = annuity(horizon.interest_percent, horizon.lifetime_years)
    return carrier.capital_vnd / VND, (carrier.yearly_vnd + repaid * carrier.capital_vnd) / VND


def _groups(sources: Sources, carriers: list[Carrier]) -> Iterator[Group]:
    carriers.sort(key=lambda carrier: carrier.ratio)
    size = -(-len(carriers) // MOST_GROUPS)
    for begin in range(0, len(carriers), size):
        some = carriers[begin : begin + size]
        least = some[0].ratio
        capital = tuple((column, sign * one.capital) for one in some for column, sign in one.columns if one.capital)
        rest = tuple(
            (column, sign * (one.yearly - least * one.capital)) for one in some for column, sign in one.columns
        )
        yield Group(sources, least, capital, rest)


def define_payments(model: Model) -> None:
    """paid[k,t,m] and carried[s,k,t]: capital of a class and year is paid by sources that may pay it."""
    if model.problem.requirements.budget_vnd is None:
        return
    spent: dict[tuple[Sources, int], list[tuple[int, float]]] = defaultdict(list)
    for (name, year), column in model.build.items():
        work = model.facts.works[name]
        spent[model.facts.allowed(work), year].append((column, work.capital_vnd / VND))
    for (name, year), column in model.open.items():
        _carry(model, name, year, column, spent)
    for (number, year), column in model.spent.items():
        spent[model.groups[number].sources, year].append((column, 1.0))
    for (sources, year), terms in spent.items():
        for source in sorted(sources):
            model.paid[sources, year, source] = model.program.variable("paid", "+".join(sorted(sources)), year, source)
        paid = [(model.paid[sources, year, source], -1.0) for source in sorted(sources)]
        key = "+".join(sorted(sources)), year
        model.program.constrain("pay", *key, terms=[*((c, f) for c, f in terms if f), *paid], low=0, high=0)


def _carry(
    model: Model, name: str, year: int, opened: int, spent: dict[tuple[Sources, int], list[tuple[int, float]]]
) -> None:
    """Share a structure's capital among the classes of the works begun on it in that year."""
    capital = model.facts.structures[name].capital_vnd / VND
    by_class: dict[Sources, list[int]] = defaultdict(list)
    for work in model.facts.on[name]:
        by_class[model.facts.allowed(work)].append(model.build[work.id, year])
    if len(by_class) == 1:
        spent[next(iter(by_class)), year].append((opened, capital))
        return
    shares = []
    for sources, begun in by_class.items():
        key = name, "+".join(sorted(sources)), year
        share = model.program.variable("carried", *key, high=1)
        model.carried[name, sources, year] = share
        model.program.constrain("carry", *key, terms=[(share, 1.0), *((c, -1.0) for c in begun)], high=0)
        spent[sources, year].append((share, capital))
        shares.append((share, 1.0))
    model.program.constrain("carried", name, year, terms=[*shares, (opened, -1.0)], low=0, high=0)


def keep_budgets(model: Model) -> None:
    """Each source pays in each year no more than it gives."""
    budget = model.problem.requirements.budget_vnd
    if budget is None:
        return
    drawn: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for (_, year, source), column in model.paid.items():
        drawn[year, source].append((column, 1.0))
    for key, terms in drawn.items():
        model.require("budget", *key, terms=terms, amount=budget.get(key, 0.0) / VND, floor=False)


def keep_total(model: Model) -> None:
    """The present cost of the whole stays within what is given."""
    total = model.problem.requirements.total_vnd
    if total is not None:
        model.require("total", terms=cost_terms(model), amount=total / VND, floor=False)


def reach_share(model: Model) -> None:
    """As much weight served at the end as is asked."""
    asked, facts = model.problem.requirements, model.facts
    last = facts.years[-1]
    shares = [asked.served_percent, asked.served_percent_by.get(last)]
    percent = max((share for share in shares if share is not None), default=None)
    if percent is not None:
        missing = percent / 100 * facts.total_weight - facts.today_weight
        model.require("share", last, terms=served_terms(model), amount=missing)


def reach_interim_shares(model: Model) -> None:
    """As much weight served at the end of earlier years as is asked."""
    demands, facts = model.facts.demands, model.facts
    for year, percent in sorted(model.problem.requirements.served_percent_by.items()):
        if year != facts.years[-1] and not model.grouped:
            terms = [(c, demands[number].weight) for (number, when), c in model.served_in.items() if when == year]
            model.require("share", year, terms=terms, amount=percent / 100 * facts.total_weight - facts.today_weight)


def reach_areas(model: Model) -> None:
    """No area below what is asked, as far as works reach it."""
    demands, facts = model.facts.demands, model.facts
    today: dict[str, float] = defaultdict(float)
    for need in facts.served_today:
        today[need.area] += need.weight
    terms: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, column in model.served.items():
        terms[demands[number].area].append((column, demands[number].weight))
    for area, (floor, _) in facts.area_floors().items():
        if floor > today[area]:
            model.require("area", area, terms=terms[area], amount=floor - today[area])


def reach_groups(model: Model) -> None:
    """Of the needs of a priority group, as many as are asked; counted, not weighed."""
    demands, facts = model.facts.demands, model.facts
    for group, percent in sorted(model.problem.requirements.least_percent_of_group.items()):
        members = sum(group in need.groups for need in model.problem.needs)
        today = sum(group in need.groups for need in facts.served_today)
        terms = [
            (column, float(len(demands[number].needs)))
            for number, column in model.served.items()
            if group in demands[number].groups
        ]
        if percent / 100 * members > today:
            model.require("group", group, terms=terms, amount=percent / 100 * members - today)


def share_sites(model: Model) -> None:
    """Of new sites, at least the asked share on existing structures."""
    percent = model.problem.requirements.shared_percent
    if percent is None:
        return
    terms = []
    for (operator, structure), works in model.facts.sites.items():
        existing = model.facts.structures[structure].existing
        site = _site(model, operator, structure, works, existing)
        terms.append((site, 1 - percent / 100 if existing else -percent / 100))
    model.require("sharing", terms=[(column, factor) for column, factor in terms if factor], amount=0.0)


def _site(model: Model, operator: str, structure: str, works: list[Work], existing: bool) -> int:
    if len(works) == 1:
        return model.built[works[0].id]
    model.site[operator, structure] = site = model.program.variable("site", operator, structure, high=1)
    built = [model.built[work.id] for work in works]
    if existing:
        model.program.constrain("site", operator, structure, terms=[(site, 1.0), *((c, -1.0) for c in built)], high=0)
        return site
    for work, column in zip(works, built, strict=True):
        model.program.constrain("site", work.id, terms=[(site, 1.0), (column, -1.0)], low=0)
    return site


def keep_apart(model: Model) -> None:
    """Of two structures too near to each other, at most one is opened."""
    for one, other in sorted(model.problem.requirements.apart):
        if one in model.opened and other in model.opened:
            terms = [(model.opened[one], 1.0), (model.opened[other], 1.0)]
            model.require("apart", one, other, terms=terms, amount=1.0, floor=False)


def define_objective(model: Model, aim: Aim) -> None:
    """Least present cost, or most weight served."""
    if aim is Aim.LEAST_COST:
        model.program.minimise(cost_terms(model))
    else:
        model.program.minimise(served_terms(model), model.facts.today_weight, most=True)


def cost_terms(model: Model) -> list[tuple[int, float]]:
    """Present cost, million đồng."""
    facts = model.facts
    if model.grouped:
        return _grouped_cost_terms(model)
    works = ((column, facts.cost_vnd(facts.works[name], year)) for (name, year), column in model.build.items())
    opened = ((column, facts.cost_vnd(facts.structures[name], year)) for (name, year), column in model.open.items())
    return [(column, cost / VND) for column, cost in [*works, *opened] if cost]


def _grouped_cost_terms(model: Model) -> list[tuple[int, float]]:
    """The same from below: a group's capital at its ratio from its year of spending, the rest as if late."""
    years, first = model.problem.horizon.years, model.problem.horizon.first_year
    worth = {
        year: present_worth(model.problem.horizon.interest_percent, year - first + 1, len(years))
        for year in model.facts.years
    }
    spent = [(column, model.groups[number].ratio * worth[year]) for (number, year), column in model.spent.items()]
    late: dict[int, float] = defaultdict(float)
    for group in model.groups:
        for column, rest in group.rest:
            late[column] += worth[model.facts.years[-1]] * rest
    return [*spent, *late.items()]


def served_terms(model: Model) -> list[tuple[int, float]]:
    """Weight served at the end beyond today's."""
    demands = model.facts.demands
    return [(column, demands[number].weight) for number, column in model.served.items() if demands[number].weight]


def new_structure_terms(model: Model) -> list[tuple[int, float]]:
    """How many structures are opened that do not stand yet."""
    return [(column, 1.0) for name, column in model.opened.items() if not model.facts.structures[name].existing]


STEPS: tuple[Callable[[Model], None], ...] = (
    define_works,
    define_structures,
    define_served,
    define_served_earlier,
    define_groups,
    define_payments,
    keep_budgets,
    keep_total,
    reach_share,
    reach_interim_shares,
    reach_areas,
    reach_groups,
    share_sites,
    keep_apart,
)
