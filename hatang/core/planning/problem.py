"""What is planned: needs, structures and works that may be built, money by year and source, what must be true.

Everything is named, so that an answer, an infeasibility or an audit can name it. No geometry: what a work serves and
what it costs has been found before (the radio engine, `core.fibre`, a table of prices).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PlanningError(ValueError):
    """A problem that cannot be put to the solver; the message, in Vietnamese, says what would be right."""


class Wish(StrEnum):
    """What a person decided of a work before the computation does: nothing, that it is built, that it is not."""

    FREE = "free"
    FIXED = "fixed"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Need:
    """A place that wants a service: a village, a school, a cell of a population raster.

    `weight` is what serving it counts for (people, households, or 1 a village), at least 0. `area` is the commune
    whose fairness it counts in; `groups` the priorities it belongs to ("border", "school"); `served_by` the operators
    that serve it today.
    """

    id: str
    weight: float
    area: str = ""
    groups: frozenset[str] = frozenset()
    served_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Structure:
    """What carries equipment: a mast in use, a roof or pole of another sector, a new mast; paid once, whoever uses it.

    Costs in đồng: `capital_vnd` when it is opened, `yearly_vnd` each year from then on (both 0 where it stands and is
    rented by the work). `existing` counts for sharing: a new site on an existing structure shares.
    """

    id: str
    capital_vnd: float = 0.0
    yearly_vnd: float = 0.0
    existing: bool = False


@dataclass(frozen=True)
class Work:
    """Equipment of one operator and technology on a structure, with its power and backhaul; it serves needs.

    `serves` are keys of needs. `sources` are the sources of money that may pay its capital; empty: every source.
    `kind` is what it is called in tables ("thêm công nghệ trên cột đang dùng"). `new_site` is false where its operator
    stands on the structure already: a technology more there is no new site, and counts in no sharing share.
    """

    id: str
    structure: str
    operator: str
    technology: str
    capital_vnd: float
    yearly_vnd: float
    serves: tuple[str, ...]
    kind: str = ""
    sources: frozenset[str] = frozenset()
    wish: Wish = Wish.FREE
    new_site: bool = True


@dataclass(frozen=True)
class Horizon:
    """The plan's years and what money costs.

    `first_year` to `last_year`, both counted; a work's capital is repaid as an annuity over `lifetime_years` at
    `interest_percent` a year (see `core.planning.money`), so late works cost the plan less.
    """

    first_year: int
    last_year: int
    interest_percent: float
    lifetime_years: int

    @property
    def years(self) -> range:
        """The years in which may be built."""
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True)
class Requirements:
    """What must be true of the answer; each that is set is a named constraint.

    Shares are percent of weight (of a group: of its needs, which may weigh nothing), counting what is served today.

    - `served_percent`: of all weight, served in `last_year`; None: as much as the budget allows.
    - `served_percent_by`: the same at the end of earlier years.
    - `least_operators`: how many operators must serve a need before it counts.
    - `least_percent_in_area`: fairness: no area below, as far as works reach it.
    - `least_percent_of_group`: priority places, by group.
    - `shared_percent`: of new sites (an operator's works on one structure), how many on existing structures.
    - `budget_vnd`: capital by (year, source); a pair that is absent gives nothing; None: money is no bound. A
      structure is opened, and paid, in the year of the first work on it, by sources that may pay works begun then.
    - `total_vnd`: present cost of the whole, None: no bound. The curve of cost and people moves it.
    - `apart`: pairs of structures of which at most one may be opened (spacing rules).
    """

    served_percent: float | None = None
    served_percent_by: Mapping[int, float] = field(default_factory=dict)
    least_operators: int = 1
    least_percent_in_area: float | None = None
    least_percent_of_group: Mapping[str, float] = field(default_factory=dict)
    shared_percent: float | None = None
    budget_vnd: Mapping[tuple[int, str], float] | None = None
    total_vnd: float | None = None
    apart: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Problem:
    """All that a planner needs. `reuse_first`: as few new structures as can be, and the cheapest of those."""

    needs: tuple[Need, ...]
    structures: tuple[Structure, ...]
    works: tuple[Work, ...]
    horizon: Horizon
    requirements: Requirements
    reuse_first: bool = False


class Aim(StrEnum):
    """The two ways round."""

    LEAST_COST = "least_cost"
    MOST_SERVED = "most_served"


class State(StrEnum):
    """How a solution ended: proven within the gap asked, stopped by time with the best so far, or impossible."""

    PROVEN = "proven"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True)
class Built:
    """A work of the answer: when, and which source pays how much of its capital and its structure's, đồng."""

    work: str
    year: int
    paid_vnd: Mapping[str, float]


@dataclass(frozen=True)
class Solution:
    """The answer with its proof.

    `objective` and `bound` are đồng of present cost (least cost) or weight (most served); `gap_percent` is how far
    apart they are, of the objective. `served` are the needs served at the end, `served_weight` their weight;
    `cost_vnd` the present cost. `solver` names program, version and method; `seconds` is wall time.
    `proof` names what the bound is proven for: kept with it, an edited problem starts from this bound.
    """

    aim: Aim
    state: State
    built: tuple[Built, ...]
    served: tuple[str, ...]
    served_weight: float
    cost_vnd: float
    objective: float
    bound: float
    gap_percent: float
    seconds: float
    solver: str
    proof: str = ""
