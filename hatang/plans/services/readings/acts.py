"""What an officer does to a reading, each act stored at once and able to be taken back."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from copy import deepcopy
from hashlib import sha256
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from hatang.accounts.models import Person
from hatang.plans.forms.reading import AMENDS, INDEPENDENT, REPLACES, SAME
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services.readings.access import GONE
from hatang.plans.services.readings.arriving import known_of
from hatang.plans.services.readings.facts import Known, empty_facts, sureness, tidy
from hatang.plans.services.readings.parties import parties_in, unknown
from hatang.plans.services.readings.proposing import MOST_SECTION, place_order
from hatang.plans.services.readings.recording import recorded
from hatang.plans.services.readings.rereading import duties_below, facts_from_words

State = Statement.State
STATE_WORDS = {State.CONFIRMED: "nhận", State.REJECTED: "bỏ", State.PROPOSED: "để chờ xem lại"}
LARGEST_NUMBER = 2**63 - 1
"""The largest number that a row can bear."""
SIGNS = " \t\u00a0.;,"


def confirm(*, actor: Person, reading: PlanReading, statements: Collection[int]) -> None:
    """Confirm statements as they are."""
    _set_state(actor, reading, statements, State.CONFIRMED)


def reject(*, actor: Person, reading: PlanReading, statements: Collection[int]) -> None:
    """Leave statements out of the plan."""
    _set_state(actor, reading, statements, State.REJECTED)


def restore(*, actor: Person, reading: PlanReading, statements: Collection[int]) -> None:
    """Let statements wait again, whether they were confirmed or left out."""
    _set_state(actor, reading, statements, State.PROPOSED)


def _set_state(actor: Person, reading: PlanReading, statements: Collection[int], state: State) -> None:
    with recorded(actor, reading, f"{STATE_WORDS[state]} {len(statements)} dòng") as row:
        _all_of(row, statements).update(state=state)


class ChangedMeanwhileError(ValidationError):
    """A row, or the plan's own facts, that somebody else changed after they were shown."""


def stamp_of(statement: Statement) -> str:
    """Give a short sign of what a row says; it differs once anybody changed the row."""
    return _stamp([statement.kind, statement.quote, statement.facts])


def head_stamp_of(reading: PlanReading) -> str:
    """Give a short sign of the plan's own facts; it differs once anybody changed them."""
    return _stamp([reading.facts, reading.against_id])


def _stamp(said: list[Any]) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def correct(*, actor: Person, reading: PlanReading, statement: int, facts: dict[str, Any], seen: str = "") -> Statement:
    """Set facts of a statement as a form gave them; who corrects a statement confirms it.

    `seen` is the stamp of the row as the form showed it: a row that was changed since is not overwritten.
    """
    with recorded(actor, reading, "sửa một dòng") as row:
        kept = _of(row, statement)
        if seen and seen != stamp_of(kept):
            raise ChangedMeanwhileError("Có người vừa sửa dòng này.")
        kept.facts = kept.facts | facts
        kept.state = State.CONFIRMED
        kept.save(update_fields=["facts", "state"])
    return kept


def correct_head(*, actor: Person, reading: PlanReading, facts: dict[str, Any], seen: str = "") -> None:
    """Set the plan's own facts as a form gave them; for another territory or day the bodies are looked up again.

    `seen` is the stamp of the facts as the form showed them: what was changed since is not overwritten.
    """
    with recorded(actor, reading, "sửa thông tin chung") as row:
        if seen and seen != head_stamp_of(row):
            raise ChangedMeanwhileError("Có người vừa sửa phần này.")
        before, told = row.facts, dict(facts)
        if "against" in told:
            row.against_id = told.pop("against")
        row.facts = before | told
        if any(before.get(name) != row.facts.get(name) for name in ("territory", "date")):
            look_up_bodies(row)
    reading.facts, reading.against_id = row.facts, row.against_id


def look_up_bodies(reading: PlanReading) -> None:
    """Match every named body again with the organisations of the reading's territory and day."""
    bodies, changed = known_of(reading).bodies, []
    for row in reading.statements.all():
        before = deepcopy(row.facts)
        for party in parties_in(row.facts):
            party.update(bodies.matched(party))
        changed += [row] if row.facts != before else []
    Statement.objects.bulk_update(changed, ["facts"])


def choose_against(*, actor: Person, reading: PlanReading, plan: Plan | None) -> None:
    """Say which plan of the province a reading is held against; how it stands to another plan must be said anew."""
    if plan and plan.province_id != reading.province_id:
        raise ValidationError("Kế hoạch để so sánh phải là của tỉnh này.")
    with recorded(actor, reading, "chọn kế hoạch để so sánh") as row:
        if row.against_id != (plan.pk if plan else None):
            row.against = plan
            if row.facts.get("relation") in (SAME, AMENDS, REPLACES):
                row.facts = row.facts | {"relation": "" if plan else INDEPENDENT}
    reading.facts, reading.against = row.facts, row.against


def add(*, actor: Person, reading: PlanReading, kind: str, block: int, start: int, end: int) -> Statement:
    """Add a statement for words that an officer marked, with what the reader makes of just these words."""
    with recorded(actor, reading, "thêm một dòng") as row:
        statement = Statement(reading=row, by_hand=True, state=State.CONFIRMED, sure=1)
        _place(statement, row, block, start, end)
        _make_facts(statement, row, kind, known_of(row))
        statement.save()
    return statement


def retype(*, actor: Person, reading: PlanReading, statement: int, kind: str) -> Statement:
    """Say that a statement is of another kind; its facts are read anew from its words."""
    with recorded(actor, reading, "đổi loại một dòng") as row:
        kept = _of(row, statement)
        taken_in = kept.facts.get("also", [])
        _make_facts(kept, row, kind, known_of(row))
        _keep_also(kept, row, taken_in)
        kept.save()
    return kept


def split(*, actor: Person, reading: PlanReading, statement: int, at: int) -> tuple[Statement, Statement]:
    """Cut a statement in two at a character of its block; each half's facts are read anew from its words."""
    with recorded(actor, reading, "tách một dòng") as row:
        first = _of(row, statement)
        if first.block is None or not first.start < at < first.end:
            raise ValidationError("Chỗ tách phải nằm trong câu.")
        second = Statement(reading=row, by_hand=True, state=first.state, sure=first.sure)
        taken_in = first.facts.get("also", [])
        _place(second, row, first.block, at, first.end)
        _place(first, row, first.block, first.start, at)
        known = known_of(row)
        for half in (first, second):
            _make_facts(half, row, first.kind, known)
        _keep_also(second, row, taken_in)
        first.save()
        second.save()
    return first, second


def merge(*, actor: Person, reading: PlanReading, statements: Collection[int]) -> Statement:
    """Make one statement of several of one kind that stand beside one another; the first one's facts lead."""
    with recorded(actor, reading, f"gộp {len(set(statements))} dòng") as row:
        rows = list(_all_of(row, statements))
        check_mergeable(rows, wanted=len(set(statements)))
        first, others = rows[0], rows[1:]
        for other in others:
            _take_in(first, other, row)
        first.save()
        row.statements.filter(pk__in=[other.pk for other in others]).delete()
    return first


def check_mergeable(rows: Sequence[Statement], *, wanted: int) -> None:
    """Refuse statements of different kinds, or with other paragraphs between them."""
    if len(rows) < 2 or len(rows) != wanted:
        raise ValidationError("Chọn từ hai dòng trở lên để gộp.")
    if len({row.kind for row in rows}) > 1:
        raise ValidationError("Chỉ gộp các dòng cùng loại.")
    blocks = [row.block for row in rows]
    if any(block is None for block in blocks):
        raise ValidationError("Chỉ gộp các dòng có chỗ trong văn bản.")
    if any((later or 0) - (earlier or 0) > 1 for earlier, later in pairwise(blocks)):
        raise ValidationError("Chỉ gộp các dòng nằm trong một đoạn hoặc hai đoạn liền nhau.")


def make_missing_bodies(*, actor: Person, reading: PlanReading, statements: Collection[int] = ()) -> None:
    """Say that the bodies which are not known yet are to be made with the plan: of some statements or of all."""
    with recorded(actor, reading, "tạo mới các cơ quan chưa có") as row:
        rows = _all_of(row, statements) if statements else row.statements.all()
        changed = [kept for kept in rows if _mark_new(kept)]
        Statement.objects.bulk_update(changed, ["facts"])


def _mark_new(statement: Statement) -> bool:
    """Mark a statement's unknown bodies as to be made, and tell whether there were any."""
    unmade = unknown(parties_in(statement.facts))
    for party in unmade:
        party["new"] = True
    return bool(unmade)


def _of(reading: PlanReading, statement: int) -> Statement:
    """Find a statement of the reading."""
    found = reading.statements.filter(pk=statement).first()
    if found is None:
        raise ValidationError(GONE)
    return found


def _all_of(reading: PlanReading, statements: Collection[int]) -> QuerySet[Statement]:
    """Give statements of the reading, in the document's order; one that is gone is said."""
    wanted = {pk for pk in statements if pk <= LARGEST_NUMBER}
    found = reading.statements.filter(pk__in=wanted)
    if found.count() != len(set(statements)):
        raise ValidationError(GONE)
    return found


def _place(statement: Statement, reading: PlanReading, block: int, start: int, end: int) -> None:
    """Put a statement on words of the document, without the blanks and signs around them."""
    blocks = reading.document.get("blocks", [])
    if not 0 <= block < len(blocks):
        raise ValidationError("Văn bản không có đoạn này.")
    text: str = blocks[block]["text"]
    start, end = max(start, 0), min(end, len(text))
    words = text[start:end]
    start += len(words) - len(words.lstrip(SIGNS))
    end -= len(words) - len(words.rstrip(SIGNS))
    if start >= end:
        raise ValidationError("Hãy bôi đen ít nhất một từ trong văn bản.")
    statement.block, statement.start, statement.end = block, start, end
    statement.quote = tidy(text[start:end])
    statement.section = blocks[block]["section"][:MOST_SECTION]
    statement.order = place_order(block, start)


def _make_facts(statement: Statement, reading: PlanReading, kind: str, known: Known) -> None:
    """Give a statement its kind and the facts that its own words tell."""
    if kind not in Statement.Kind.values:
        raise ValidationError("Không có loại này.")
    found = facts_from_words(kind, statement, reading, known)
    statement.kind = kind
    statement.facts = found or empty_facts(kind, statement.quote, known)
    if kind == Statement.Kind.BODY:
        statement.facts["duties"] = duties_below(reading.document["blocks"], statement.block, statement.end)
    statement.sure = sureness(1, statement.facts)


def _take_in(first: Statement, other: Statement, reading: PlanReading) -> None:
    """Let a statement take in a later one: its words, and the facts that it lacks itself."""
    also = first.facts.get("also", [])
    if other.block == first.block:
        _place(first, reading, first.block or 0, min(first.start, other.start), max(first.end, other.end))
    else:
        also = [*also, {"block": other.block, "start": other.start, "end": other.end}]
    also = [*also, *(place for place in other.facts.get("also", []) if place not in also)]
    first.facts = joined(settled(first.facts, other.facts), settled(other.facts, first.facts))
    _keep_also(first, reading, also)


def _keep_also(statement: Statement, reading: PlanReading, also: Sequence[dict[str, Any]]) -> None:
    """Let a statement keep the other places whose words it took in, and their words in its own."""
    if not also or statement.block is None:
        return
    ordered = sorted(also, key=lambda place: (place["block"], place["start"]))
    statement.facts = statement.facts | {"also": ordered}
    own = {"block": statement.block, "start": statement.start, "end": statement.end}
    blocks = reading.document["blocks"]
    statement.quote = " ".join(tidy(blocks[p["block"]]["text"][p["start"] : p["end"]]) for p in [own, *ordered])


def settled(facts: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Drop who is only proposed to lead or support where the other statement says it."""
    said = [role for role in ("lead", "support") if other.get(role) and not other.get(f"{role}_proposed")]
    dropped = [role for role in said if facts.get(f"{role}_proposed")]
    return facts | {role: [] for role in dropped} | {f"{role}_proposed": False for role in dropped}


def joined(facts: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Join two statements' facts: lists are added up, what the first lacks is taken from the other."""
    result = dict(facts)
    for name, value in more.items():
        own = result.get(name)
        if isinstance(own, list) and isinstance(value, list) and name != "candidates":
            result[name] = own + [row for row in value if row not in own]
        elif own in (None, "", []) or (value is True and name.endswith("_proposed")):
            result[name] = value
    return result
