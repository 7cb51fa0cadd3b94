"""What a document changes against a plan: added, changed, the same, missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from hatang.core.vietnamese import day, number, search_key
from hatang.indicators.models import Indicator
from hatang.indicators.units import UNIT_KINDS
from hatang.plans.models import Comparator, Plan, PlanReading, Statement
from hatang.plans.services.readings.making import COMPARATORS
from hatang.plans.services.readings.standing import agreed, published_rows

Kind = Statement.Kind
ALIKE = 0.72
"""How alike two texts must be for one to be the other's new wording."""
RAREST, NEAREST = 10, 12
"""By how many of its rarest words a text is looked up, and how many rows at most are held against it."""
IN_PLACE = 0.4
"""How alike two texts of one place must be for the same."""


@dataclass(frozen=True)
class Difference:
    """One fact that differs, as the plan has it and as the document says it."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One row of a comparison: the statement (None: missing in the document), the plan's row, and what differs."""

    kind: str
    words: str
    statement: int | None
    row: int | None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What a document says against a plan."""

    plan: Plan
    added: list[Line]
    changed: list[Line]
    same: list[Line]
    missing: list[Line]


@dataclass(frozen=True)
class Fact:
    """A row of either side: what makes it the same thing, its words, and its facts as people read them.

    `near` makes two rows the same where nothing nearer does and no other row has it; `ours` are words that are not the
    document's; `maybe` are facts that the reader proposes and nobody has agreed to, which are no change either.
    """

    kind: str
    pk: int
    key: Hashable
    words: str
    facts: Mapping[str, str]
    near: Hashable = None
    ours: bool = False
    maybe: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> tuple[int, Hashable]:
        """What tells it from the other rows of its side."""
        return self.pk, self.key


Pairs = dict[tuple[int, Hashable], Fact]


def compare(reading: PlanReading, plan: Plan) -> Comparison:
    """Hold a reading against a plan.

    Targets are the same by indicator, year and scope, documents by number, bodies by name, the rest by their words.
    """
    result = Comparison(plan, [], [], [], [])
    mine, theirs = facts_of_reading(reading), facts_of_plan(plan)
    for kind in (Kind.TARGET, Kind.BASELINE, Kind.TASK, Kind.BODY, Kind.DUTY, Kind.BASIS):
        new = [fact for fact in mine if fact.kind == kind]
        old = [fact for fact in theirs if fact.kind == kind]
        sort_out(result, new, old, by_words=kind in (Kind.TASK, Kind.DUTY, Kind.BASELINE))
    return result


def sort_out(result: Comparison, new: Sequence[Fact], old: Sequence[Fact], *, by_words: bool) -> None:
    """Put each row of one kind where it belongs."""
    pairs = paired(new, old, by_words=by_words)
    for fact in new:
        twin = pairs.get(fact.own)
        if twin is None:
            result.added.append(Line(fact.kind, fact.words, fact.pk, None))
            continue
        differences = tuple(differing(twin, fact, by_words=by_words))
        place = result.changed if differences else result.same
        place.append(Line(fact.kind, fact.words, fact.pk, twin.pk, differences))
    met = {twin.pk for twin in pairs.values()}
    result.missing.extend(Line(fact.kind, fact.words, None, fact.pk) for fact in old if fact.pk not in met)


def paired(new: Sequence[Fact], old: Sequence[Fact], *, by_words: bool) -> Pairs:
    """Pair rows that are the same thing: by what names them, then, where words make the thing, by likeness."""
    open_rows = {fact.pk: fact for fact in old}
    by_key: dict[Hashable, list[Fact]] = defaultdict(list)
    for fact in old:
        by_key[fact.key].append(fact)
    pairs: Pairs = {}
    for fact in new:
        same = by_key.get(fact.key)
        if same:
            twin = same.pop(0)
            pairs[fact.own] = open_rows.pop(twin.pk)
    if by_words:
        pair_alike([fact for fact in new if fact.own not in pairs], open_rows, pairs)
    pair_near([fact for fact in new if fact.own not in pairs], open_rows, pairs)
    return pairs


def pair_near(new: Sequence[Fact], open_rows: dict[int, Fact], pairs: Pairs) -> None:
    """Pair what is left where both sides have just one row of a place or figure."""
    mine, theirs = Counter(f.near for f in new), Counter(f.near for f in open_rows.values())
    for fact in new:
        if fact.near is not None and mine[fact.near] == theirs[fact.near] == 1:
            twin = next(other for other in open_rows.values() if other.near == fact.near)
            if fits_its_place(fact, twin):
                pairs[fact.own] = open_rows.pop(twin.pk)


def fits_its_place(fact: Fact, twin: Fact) -> bool:
    """Tell whether a row of the same place may be the same thing: work in other words must still resemble it."""
    of_words = fact.kind in (Kind.TASK, Kind.DUTY) and not twin.ours
    return not of_words or likeness(words_of(fact), words_of(twin)) >= IN_PLACE


def pair_alike(new: Iterable[Fact], open_rows: dict[int, Fact], pairs: Pairs) -> None:
    """Pair what is left by the likeness of words, the most alike first."""
    words = {pk: words_of(fact) for pk, fact in open_rows.items()}
    bags = {pk: Counter(own) for pk, own in words.items()}
    holders = holders_of(words)
    scored = []
    for fact in new:
        own = words_of(fact)
        bag = Counter(own)
        near = [pk for pk in rows_near(own, holders) if may_be_alike(bag, bags[pk])]
        scored += [(likeness(own, words[pk]), fact, pk) for pk in near]
    for score, fact, pk in sorted(scored, key=lambda row: -row[0]):
        if score >= ALIKE and fact.own not in pairs and pk in open_rows:
            pairs[fact.own] = open_rows.pop(pk)


def holders_of(words: Mapping[int, Sequence[str]]) -> dict[str, list[int]]:
    """List for each word the rows that hold it."""
    holders: dict[str, list[int]] = defaultdict(list)
    for pk, own in words.items():
        for word in set(own):
            holders[word].append(pk)
    return holders


def rows_near(words: Sequence[str], holders: Mapping[str, Sequence[int]]) -> list[int]:
    """Name the few rows that share the most of the rarest words: only these are held against a text word by word."""
    known = sorted((len(holders[word]), word) for word in set(words) if word in holders)
    shared = Counter(pk for _, word in known[:RAREST] for pk in holders[word])
    return [pk for pk, _ in shared.most_common(NEAREST)]


def words_of(fact: Fact) -> list[str]:
    """Give the words of a row without their diacritics."""
    return search_key(fact.words).split()


def may_be_alike(first: Counter[str], second: Counter[str]) -> bool:
    """Tell whether two texts share words enough to be alike, whatever their order."""
    return 2 * (first & second).total() >= ALIKE * (first.total() + second.total())


def likeness(first: Sequence[str], second: Sequence[str]) -> float:
    """Say how alike two texts are, from 0 to 1."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def differing(before: Fact, after: Fact, *, by_words: bool) -> Iterable[Difference]:
    """List the facts that differ, and the words where they make the thing.

    A plan that was typed by hand may say more than its document did: what the document leaves out is no change then.
    """
    for what, value in after.facts.items():
        old = before.facts.get(what, "")
        if old not in (value, after.maybe.get(what, value)) and (value or not before.ours):
            yield Difference(what, old, value)
    if by_words and not before.ours and "".join(words_of(before)) != "".join(words_of(after)):
        yield Difference("nội dung", before.words, after.words)


def facts_of_reading(reading: PlanReading) -> list[Fact]:
    """Give the statements that would be published, as facts to compare; who is not known and not made leaves none."""
    units = dict(Indicator.objects.values_list("code", "unit_code"))
    makers: dict[str, Callable[[Statement], Fact]] = {
        Kind.TARGET: lambda row: target_said(row, reading, units),
        Kind.BASELINE: baseline_said,
        Kind.TASK: task_said,
        Kind.DUTY: duty_said,
        Kind.BASIS: basis_said,
    }
    rows = published_rows(reading)
    told = [row for row in rows if row.kind != Kind.DUTY or named_bodies(row.facts["organisations"])]
    return once(makers[row.kind](row) for row in told if row.kind in makers) + bodies_said(rows)


def once(facts: Iterable[Fact]) -> list[Fact]:
    """Keep one of several duties in the same words: a plan has it once for each body that owes it."""
    kept: dict[Hashable, Fact] = {}
    for fact in facts:
        kept.setdefault((fact.kind, fact.key if fact.kind == Kind.DUTY else fact.pk), fact)
    return list(kept.values())


def named_bodies(parties: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name the bodies that a plan would have: those known, and those that are to be made."""
    return [p["known_as"] or p["name"] for p in parties if p["id"] or p["new"]]


def target_said(row: Statement, reading: PlanReading, units: Mapping[str, str]) -> Fact:
    facts = row.facts
    year = facts["due_year"] or reading.facts.get("year_to")
    named = facts["indicator"] or search_key((facts["new_indicator"] or {}).get("name", facts["subject"]))
    unit = units.get(facts["indicator"] or "") or (facts["new_indicator"] or {}).get("unit", "")
    level = level_words(COMPARATORS.get(facts["comparator"], facts["comparator"]), facts["value"], unit)
    condition = facts.get("condition") or {}
    told = {"mức": level, "ngưỡng": plain(condition.get("value")), "phấn đấu": yes(facts["aspirational"])}
    return Fact(row.kind, row.pk, (named, year, search_key(facts["scope"])), row.quote, told, near=(named, year))


def baseline_said(row: Statement) -> Fact:
    key = row.facts["indicator"] or search_key(row.facts["subject"])
    return Fact(row.kind, row.pk, key, row.quote, {"mức": plain(row.facts["value"])})


def task_said(row: Statement) -> Fact:
    told = {"chủ trì": first_of(agreed(row, "lead")), "hạn": iso_day(row.facts["due"])}
    maybe = {"chủ trì": first_of(row.facts["lead"])}
    return Fact(row.kind, row.pk, search_key(row.quote), row.quote, told, near=row.section, maybe=maybe)


def first_of(parties: Iterable[Mapping[str, Any]]) -> str:
    """Name the first body that a plan would have."""
    return next(iter(named_bodies(parties)), "")


def bodies_said(rows: Iterable[Statement]) -> list[Fact]:
    """Give each body that has something to do once; one that is told nothing leaves nothing in a plan."""
    facts: dict[Hashable, Fact] = {}
    for row in rows:
        if row.kind == Kind.DUTY or (row.kind == Kind.BODY and row.facts["duties"]):
            for name in named_bodies(row.facts["organisations"]):
                facts.setdefault(search_key(name), Fact(Kind.BODY, row.pk, search_key(name), name, {}))
    return list(facts.values())


def duty_said(row: Statement) -> Fact:
    due = f"{row.facts['day']}/{row.facts['month']}" if row.facts["month"] else ""
    told = {"nơi nhận": row.facts["to"], "hạn": due}
    return Fact(row.kind, row.pk, search_key(row.quote), row.quote, told, near=row.section)


def basis_said(row: Statement) -> Fact:
    return Fact(row.kind, row.pk, row.facts["number"], row.facts["number"], {"ngày": iso_day(row.facts["date"])})


def facts_of_plan(plan: Plan) -> list[Fact]:
    """Give the plan's own rows, as facts to compare."""
    return [
        *(target_kept(target) for target in plan.targets.select_related("indicator")),
        *(baseline_kept(row) for row in plan.baselines.select_related("indicator")),
        *(task_kept(task) for task in plan.tasks.written().select_related("lead")),
        *bodies_kept(plan),
        *once(duty_kept(duty) for duty in plan.duties.filter(is_report=True)),
        *(basis_kept(base) for base in plan.bases.all()),
    ]


def target_kept(target: Any) -> Fact:
    told = {
        "mức": level_words(target.comparator, target.value, target.indicator.unit_code),
        "ngưỡng": plain(target.condition_value),
        "phấn đấu": yes(target.aspirational),
    }
    words = target.quote or f"{target.indicator.name}: {target.written}"
    named = (target.indicator.code, target.year)
    return Fact(Kind.TARGET, target.pk, (*named, search_key(target.scope)), words, told, near=named)


def baseline_kept(row: Any) -> Fact:
    key = row.indicator.code if row.indicator else search_key(row.label)
    words = row.quote or row.label
    return Fact(Kind.BASELINE, row.pk, key, words, {"mức": plain(row.value)}, ours=not row.quote)


def task_kept(task: Any) -> Fact:
    words = task.quote or task.title
    told = {"chủ trì": task.lead.name if task.lead else "", "hạn": shown_day(task.due_on)}
    ours = not task.quote
    return Fact(Kind.TASK, task.pk, search_key(words), words, told, near=task.section, ours=ours)


def bodies_kept(plan: Plan) -> Iterable[Fact]:
    """Give the bodies that the plan gives work to."""
    bodies = {duty.body_id: duty.body.name for duty in plan.duties.select_related("body")}
    return [Fact(Kind.BODY, pk, search_key(name), name, {}) for pk, name in bodies.items()]


def duty_kept(duty: Any) -> Fact:
    words = duty.quote or duty.title
    due = f"{duty.due_day}/{duty.due_month}" if duty.due_month else ""
    told, ours = {"nơi nhận": duty.recipient, "hạn": due}, not duty.quote
    return Fact(Kind.DUTY, duty.pk, search_key(words), words, told, near=duty.section, ours=ours)


def basis_kept(base: Any) -> Fact:
    return Fact(Kind.BASIS, base.pk, base.number, base.number, {"ngày": shown_day(base.date)})


def level_words(comparator: str, value: float | None, unit: str) -> str:
    """Write a level as both sides are compared: ít nhất 98%."""
    sign = UNIT_KINDS[unit].sign if unit in UNIT_KINDS and value is not None else ""
    return f"{Comparator(comparator).label} {plain(value)}{sign}".strip()


def plain(value: float | None) -> str:
    return "" if value is None else number(value, 2)


def yes(value: bool) -> str:
    return "có" if value else "không"


def iso_day(value: str | None) -> str:
    return "/".join(reversed(value.split("-"))) if value else ""


def shown_day(value: Any) -> str:
    return day(value) if value else ""
