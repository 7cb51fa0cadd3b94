"""Which of several targets for one figure governs on a day, since when, and why: by a written rule.

The rule, where a territory's documents set targets for the same indicator and year:
1. A document that replaces another takes the place of all its targets; one that amends another, of those it sets anew.
2. Otherwise the later document governs, of whatever kind. One without date counts from the start of its period.
3. Of documents that cannot be ordered both govern, and it is said; what they set alike is one target and counts once.
Targets of a former province do not compete with today's; a document governs from its own day, and drafts take no part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from hatang.core.vietnamese import day, search_key
from hatang.plans.models import Plan, Target, Task

UNDATED = "văn bản không ghi ngày, xếp theo năm đầu của kỳ"


@dataclass(frozen=True)
class Governing:
    """Whether a target governs, since when it does or no longer does (None: unknown), in words, and on whose account.

    `contested` says that another document speaks of the same figure, `unordered` that it is unknown which came later,
    `repeated` that both set the same level.
    """

    governs: bool
    since: date | None
    text: str
    by: Plan | None = None
    contested: bool = False
    unordered: bool = False
    repeated: bool = False

    @property
    def around(self) -> tuple[str, str, str]:
        """The text before the other document's name, the name, and the text after it, so that pages can link it."""
        return self.text.partition(name_of(self.by)) if self.by else (self.text, "", "")


def governing_of(targets: Sequence[Target], replacing: Iterable[Plan], *, on: date) -> dict[int, Governing]:
    """Tell for each target, by its id, whether it governs on a day.

    `targets` are all those of a province that may compete, with their plans; `replacing` the published plans that
    replace others, also those that set no target.
    """
    groups: dict[tuple[int, int, int], list[Target]] = defaultdict(list)
    for target in targets:
        groups[target.indicator_id, target.year, target.plan.territory_id].append(target)
    successors: dict[int, list[Plan]] = defaultdict(list)
    for plan in replacing:
        successors[plan.replaces_id or 0].append(plan)
    return {t.pk: _judged(t, group, successors, on) for group in groups.values() for t in group}


def _judged(target: Target, group: Sequence[Target], successors: Mapping[int, list[Plan]], on: date) -> Governing:
    """Judge one target among those of its figure."""
    plan = target.plan
    if not plan.published:
        return Governing(True, None, "bản nháp, chưa công bố")
    if plan.date and plan.date > on:
        return Governing(False, plan.date, f"áp dụng từ {day(plan.date)}")
    found = [r for r in _rivals(target, group) if _in_force(r.plan, on)]
    rivals = list({r.plan_id: r.plan for r in found}.values())
    alike = {r.plan_id for r in found if _level(r) == _level(target)}
    later = [p for p in successors[plan.pk] if _in_force(p, on)] if plan.pk in successors else []
    later += [rival for rival in rivals if outranks(rival, plan)]
    if later:
        first = min(later, key=lambda p: (plan_day(p), p.pk))
        repeated = first.pk in alike and first.replaces_id != plan.pk
        told = _superseded(plan, first, repeated=repeated)
        return Governing(False, first.date, told, first, contested=True, repeated=repeated)
    return _governs(plan, rivals, alike)


def _rivals(target: Target, group: Sequence[Target]) -> Iterator[Target]:
    """Give other plans' targets for the same thing: the same scope and threshold, or the plans' only ones."""
    own = sum(t.plan_id == target.plan_id for t in group)
    for other in group:
        if other.plan_id == target.plan_id or not other.plan.published:
            continue
        theirs = sum(t.plan_id == other.plan_id for t in group)
        if own == theirs == 1 or _bounds(other) == _bounds(target):
            yield other


def _bounds(target: Target) -> tuple[str, float | None]:
    return search_key(target.scope), target.condition_value


def _level(target: Target) -> tuple[str, float | None, int | None, float | None, str]:
    """Give what two targets for one figure must share to ask the same."""
    return target.comparator, target.value, target.base_year, target.condition_value, target.condition_comparator


def _in_force(plan: Plan, on: date) -> bool:
    return plan.date is None or plan.date <= on


def plan_day(plan: Plan) -> date:
    """Give the day by which documents are ordered; one without date counts from the start of its period."""
    return plan.date or date(plan.year_from, 1, 1)


def outranks(plan: Plan, other: Plan) -> bool:
    """Tell whether a document takes the place of another's target for the same thing."""
    if other.pk in (plan.replaces_id, plan.amends_id):
        return True
    if plan.pk in (other.replaces_id, other.amends_id):
        return False
    return plan_day(plan) > plan_day(other)


def _superseded(plan: Plan, later: Plan, *, repeated: bool) -> str:
    """Say what took a target's place, how, and since when."""
    since = f"từ {day(later.date)}" if later.date else UNDATED
    if repeated:
        return f"được {name_of(later)} nhắc lại, không đổi, {since}"
    verb = "sửa" if later.amends_id == plan.pk else "thay"
    return f"đã được {verb} bởi {name_of(later)}, {since}"


def _governs(plan: Plan, rivals: Sequence[Plan], alike: Collection[int]) -> Governing:
    """Say since when a target governs, and in whose place."""
    since = f"đang áp dụng từ {day(plan.date)}" if plan.date else f"đang áp dụng ({UNDATED})"
    unordered = [r for r in rivals if not outranks(plan, r)]
    if unordered:
        return _beside(plan, unordered, alike, since)
    if not rivals:
        return Governing(True, plan.date, since)
    last = max(rivals, key=lambda p: (plan_day(p), p.pk))
    if last.pk in alike:
        return _repeating(plan, [r for r in rivals if r.pk in alike], last)
    verb = "sửa" if plan.amends_id == last.pk else "thay"
    return Governing(True, plan.date, f"{since}, {verb} mục tiêu của {name_of(last)}", last, contested=True)


def _beside(plan: Plan, unordered: Sequence[Plan], alike: Collection[int], since: str) -> Governing:
    """Say that a document stands beside others that it cannot be ordered with; of equal targets the first counts."""
    first = min((r for r in unordered if r.pk in alike), key=lambda p: p.pk, default=None)
    if first is None:
        told = f"đang áp dụng; chưa rõ có sau {name_of(unordered[0])} không"
        return Governing(True, plan.date, told, unordered[0], contested=True, unordered=True)
    told = f"{since}, cùng mức với {name_of(first)}"
    return Governing(plan.pk < first.pk, plan.date, told, first, contested=True, unordered=True, repeated=True)


def _repeating(plan: Plan, same: Sequence[Plan], last: Plan) -> Governing:
    """Say that a document repeats what an earlier one set, which holds since that one's day."""
    origin = min(same, key=lambda p: (plan_day(p), p.pk))
    since = f"áp dụng từ {day(origin.date)}" if origin.date else "văn bản đầu không ghi ngày"
    told = f"nhắc lại mục tiêu của {name_of(last)}, không đổi; {since}"
    return Governing(True, origin.date, told, last, contested=True, repeated=True)


def name_of(plan: Plan) -> str:
    """Name a document as one cites it: its kind with its number, else its title."""
    if not plan.number:
        return f"“{plan.title}”"
    kind = {Plan.Kind.STRATEGY: "văn bản", Plan.Kind.PLAN: "Kế hoạch", Plan.Kind.AMENDMENT: "văn bản sửa đổi"}
    return f"{kind[Plan.Kind(plan.kind)]} {plan.number}"


class Relation(NamedTuple):
    """How a document stands to another one: words before the other's name, the other, words after it."""

    before: str
    plan: Plan
    after: str = ""

    @property
    def name(self) -> str:
        """The other document's name."""
        return name_of(self.plan)

    def __str__(self) -> str:
        return f"{self.before} {self.name}{self.after}"


def relations_of(plan: Plan, others: Iterable[Plan], *, on: date) -> list[Relation]:
    """Say of a whole document what replaced and amended it, and what it replaces and amends itself."""
    told = []
    for other in sorted(others, key=lambda p: (plan_day(p), p.pk)):
        since = f" từ {day(other.date)}" if other.date else ", không rõ từ ngày nào"
        if other.replaces_id == plan.pk and _in_force(other, on):
            told.append(Relation("đã được thay bởi", other, since))
        elif other.amends_id == plan.pk and _in_force(other, on):
            told.append(Relation("được sửa đổi, bổ sung bởi", other, since))
    earlier = (("thay thế", plan.replaces), ("sửa đổi, bổ sung", plan.amends))
    told += [Relation(verb, other) for verb, other in earlier if other and other.published]
    return told


def continued(task: Task, *, on: date) -> Relation | None:
    """Say which later document's task took a task's place, singly or with its whole plan; two queries at most."""
    later = Plan.objects.filter(published=True).filter(Q(date__lte=on) | Q(date=None))
    heirs = later.filter(tasks__continues=task) | later.filter(replaces=task.plan_id)
    plan = min(heirs.distinct(), key=lambda p: (plan_day(p), p.pk), default=None)
    if plan is None:
        return None
    since = f" từ {day(plan.date)}" if plan.date else ", không rõ từ ngày nào"
    return Relation("đã được sửa bởi" if plan.amends_id == task.plan_id else "đã được thay bởi", plan, since)
