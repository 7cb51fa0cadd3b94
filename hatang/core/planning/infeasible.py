"""Why a problem is impossible: which needs nothing reaches, which requirement is too much, what smallest change helps.

Elastic programming (Brown and Graves 1975; Chinneck, *Feasibility and Infeasibility in Optimization*, 2008): each
requirement may be missed at a price, and the cheapest miss is the smallest relaxation. A miss is measured against what
the requirement speaks of: all weight, all money, the members of a group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from hatang.core.planning.answers import Plan
from hatang.core.planning.engine import Ended, Limits, run
from hatang.core.planning.facts import Facts
from hatang.core.planning.model import VND, Asked, Model, build_model
from hatang.core.planning.problem import Aim, Problem
from hatang.core.planning.program import INFINITY
from hatang.core.planning.solved import plan_of, run_with_whole_years
from hatang.core.vietnamese import number

LEAST_MISS = 1e-5
SECONDS = 20.0
MANY_WORKS = 200


@dataclass(frozen=True)
class Relaxation:
    """A requirement in words, what it asks, what could be had in its place, both in `unit`.

    `name` and `key` say which it is: share (year), area (area), group (group), budget (year, source), total, sharing,
    apart (two structures).
    """

    requirement: str
    asked: float
    reachable: float
    unit: str
    name: str = ""
    key: tuple[object, ...] = ()


@dataclass(frozen=True)
class Infeasibility:
    """Why a problem is impossible.

    - `unreachable`: needs not served today that no works, or works of too few operators, reach.
    - `requirements`: the smallest relaxation: with all of these together the problem can be solved.
    - `alone`: requirements of which each, relaxed alone so far, would be enough.
    - `messages`: all that in Vietnamese, a sentence each.
    """

    unreachable: tuple[str, ...]
    requirements: tuple[Relaxation, ...]
    alone: tuple[tuple[Relaxation, ...], ...]
    messages: tuple[str, ...]


def why_infeasible(problem: Problem, *, seconds: float = SECONDS) -> Infeasibility:
    """Explain an impossible problem; of a possible one only what is out of reach is told."""
    limits = Limits(seconds, 1.0)
    facts = Facts(problem)
    together = _relax(problem, None, limits)
    alone: tuple[tuple[Relaxation, ...], ...] = ()
    if together:
        kinds = dict.fromkeys(_kind(asked) for asked in build_model(problem, Aim.LEAST_COST).asked)
        found = [_relax(problem, {kind}, replace(limits, seconds=limits.spent + 3)) for kind in kinds]
        alone = tuple(relaxations for relaxations in found if relaxations)
    unreachable = tuple(need.id for need in facts.unreachable)
    return Infeasibility(unreachable, together or (), alone, tuple(_messages(facts, together or (), alone)))


def areas_out_of_reach(problem: Problem) -> dict[str, float]:
    """By area that no works can bring to the fairness asked: the percent that they can at most."""
    facts = Facts(problem)
    asked = problem.requirements.least_percent_in_area or 0.0
    reach = {area: 100 * floor / whole for area, (floor, whole) in facts.area_floors().items() if whole}
    return {area: percent for area, percent in reach.items() if percent < asked - LEAST_MISS}


def _kind(asked: Asked) -> str:
    """Budgets, areas and spacing pairs are relaxed as one; shares and groups each by itself."""
    return asked.name if asked.name in ("budget", "area", "apart") else " ".join([asked.name, *map(str, asked.key)])


def _relax(problem: Problem, kinds: Collection[str] | None, limits: Limits) -> tuple[Relaxation, ...] | None:
    """Find the smallest relaxation of some kinds of requirements (None: of all); None where that is not enough."""
    model = build_model(problem, Aim.LEAST_COST)
    misses = _define_misses(model, kinds)
    ended = run(model.program, limits)
    if ended.values is not None and len(model.facts.years) > 1:
        ended = run_with_whole_years(model, plan_of(model, ended) if len(model.built) > MANY_WORKS else None, limits)
    if ended.values is None:
        return None
    plan = plan_of(model, ended)
    return tuple(
        replace(_in_words(model.facts, asked, amount, plan), name=asked.name, key=tuple(asked.key))
        for asked, amount in _missed(model, misses, ended)
    )


def _define_misses(model: Model, kinds: Collection[str] | None) -> list[tuple[Asked, int]]:
    """miss[requirement]: by how much it is missed; the objective is their sum, each measured against its whole."""
    misses = []
    for asked in model.asked:
        if kinds is None or _kind(asked) in kinds:
            column = model.program.variable("miss", asked.name, *asked.key, high=_most_missed(asked))
            model.program.widen(asked.row, column, 1.0 if asked.floor else -1.0)
            misses.append((asked, column))
    model.program.minimise([(column, 1 / _whole(model.facts, asked)) for asked, column in misses])
    return misses


def _most_missed(asked: Asked) -> float:
    return max(asked.amount, 0.0) if asked.floor and asked.name != "sharing" else INFINITY


def _missed(model: Model, misses: Iterable[tuple[Asked, int]], ended: Ended) -> list[tuple[Asked, float]]:
    """What is missed of what is asked: a row gives a hair away, which is missed too."""
    assert ended.values is not None
    amounts = ((asked, float(ended.values[column])) for asked, column in misses)
    kept = ((asked, amount) for asked, amount in amounts if amount > LEAST_MISS * max(1.0, abs(asked.amount)))
    return [(asked, amount + _hair(model, asked)) for asked, amount in kept]


def _hair(model: Model, asked: Asked) -> float:
    low, high = model.program.row_low[asked.row], model.program.row_high[asked.row]
    return asked.amount - low if asked.floor else high - asked.amount


def _whole(facts: Facts, asked: Asked) -> float:
    """What a requirement speaks of, in its row's unit."""
    requirements = facts.problem.requirements
    if asked.name == "share":
        return max(facts.total_weight, 1.0)
    if asked.name == "area":
        return max(facts.area_floors()[str(asked.key[0])][1], 1.0)
    if asked.name == "group":
        return max(_members(facts, str(asked.key[0])), 1)
    if asked.name == "budget":
        return max(sum((requirements.budget_vnd or {}).values()) / VND, 1.0)
    if asked.name == "total":
        return max(asked.amount, 1.0)
    return max(len(facts.sites), 1) if asked.name == "sharing" else 1.0


def _members(facts: Facts, group: str) -> int:
    return sum(group in need.groups for need in facts.problem.needs)


def _in_words(facts: Facts, asked: Asked, missed: float, plan: Plan) -> Relaxation:
    requirements, key = facts.problem.requirements, asked.key
    percent = 100 / _whole(facts, asked)
    if asked.name == "share":
        wanted = (asked.amount + facts.today_weight) * percent
        return Relaxation(f"tỷ lệ được phục vụ cuối năm {key[0]}", wanted, wanted - missed * percent, "%")
    if asked.name == "area":
        floor, whole = facts.area_floors()[str(key[0])]
        return Relaxation(f"mức thấp nhất ở {key[0]}", 100 * floor / whole, 100 * (floor - missed) / whole, "%")
    if asked.name == "group":
        wanted = requirements.least_percent_of_group[str(key[0])]
        return Relaxation(f"tỷ lệ của nhóm ưu tiên {key[0]}", wanted, wanted - missed * percent, "%")
    if asked.name == "budget":
        name = f"ngân sách năm {key[0]} của {key[1]}"
        return Relaxation(name, asked.amount * VND, (asked.amount + missed) * VND, "đồng")
    if asked.name == "total":
        return Relaxation("tổng chi phí quy về hiện tại", asked.amount * VND, (asked.amount + missed) * VND, "đồng")
    if asked.name == "sharing":
        wanted = requirements.shared_percent or 0.0
        return Relaxation("tỷ lệ vị trí mới trên hạ tầng có sẵn", wanted, _shared_percent(facts, plan), "%")
    return Relaxation(f"khoảng cách giữa {key[0]} và {key[1]}", 1.0, 2.0, "hạ tầng")


def _shared_percent(facts: Facts, plan: Plan) -> float:
    works = [facts.works[name] for name in plan]
    sites = {(work.operator, work.structure) for work in works if work.new_site}
    shared = sum(facts.structures[structure].existing for _, structure in sites)
    return 100 * shared / len(sites) if sites else 100.0


def _messages(
    facts: Facts, together: tuple[Relaxation, ...], alone: tuple[tuple[Relaxation, ...], ...]
) -> Iterable[str]:
    if facts.unreachable:
        least = facts.problem.requirements.least_operators
        why = "không có công trình nào phục vụ tới được" if least == 1 else f"không đủ {least} doanh nghiệp tới được"
        weight = sum(need.weight for need in facts.unreachable)
        most = 100 * (1 - weight / facts.total_weight) if facts.total_weight else 100.0
        yield f"{len(facts.unreachable)} nơi {why}; vì vậy nhiều nhất chỉ đạt {number(most, 1)} %."
    if together:
        yield f"Nới ít nhất như sau thì làm được: {'; '.join(map(_sentence, together))}."
    ways = [way for way in alone if way != together]
    if ways:
        yield f"Hoặc chỉ nới một trong các yêu cầu sau: {' / '.join('; '.join(map(_sentence, way)) for way in ways)}."


def _sentence(relaxation: Relaxation) -> str:
    if relaxation.unit == "hạ tầng":
        return f"cho phép {relaxation.requirement} gần hơn quy định"
    if relaxation.unit == "đồng":
        asked, reachable = (number(amount / VND, 1) for amount in (relaxation.asked, relaxation.reachable))
        return f"{relaxation.requirement} từ {asked} thành {reachable} triệu đồng"
    asked, reachable = (number(amount, 2) for amount in (relaxation.asked, relaxation.reachable))
    return f"{relaxation.requirement} từ {asked} thành {reachable} {relaxation.unit}"
