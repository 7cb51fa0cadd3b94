"""Challenges to operators: sent, answered, decided, each step kept and told; what is decided counts at once.

The cycle is the FCC's (47 CFR 1.7006): an operator concedes or disputes within a term; a dispute is decided; silence
counts as conceding where the installation says so. No law of Viet Nam sets the terms: they are settings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import number
from hatang.coverage.models import (
    ANSWER_CHALLENGE,
    DECIDE_CHALLENGE,
    OPEN_CHALLENGE,
    Challenge,
    ChallengeStep,
    CountedService,
)
from hatang.coverage.services.evidence.reading import disagreements, snapshot
from hatang.coverage.services.evidence.recounting import recount
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place
from hatang.work.models import Clock, StoredFile
from hatang.work.services import (
    About,
    notify,
    people_of,
    people_with,
    reminds,
    start_clock,
    stop_clock,
    store_file,
)

ANSWER, DECISION = "coverage.challenge_answer", "coverage.challenge_decision"
REMIND_BEFORE = 5
ESCALATE_AFTER = 3
"""Days before and after the end at which people are told; no law sets them."""
MOST_AT_ONCE = 200
State, Act, Basis = Challenge.State, ChallengeStep.Act, Challenge.Basis
CHANGED = ["state", "clock", "answered_at", "accepted", "decided_at", "served", "basis"]
MOVED = "Có yêu cầu đã sang bước khác; tải lại danh sách rồi chọn lại."
Paper = tuple[str, bytes]


@dataclass(frozen=True)
class Step:
    """A step about to be written: what was done, by whom, when, in which words, with which paper."""

    act: ChallengeStep.Act
    at: datetime
    by: Person | None = None
    words: str = ""
    file: StoredFile | None = None


def term_days(rule: str) -> int:
    """Give the working days of a term."""
    days = settings.CHALLENGE_ANSWER_DAYS if rule == ANSWER else settings.CHALLENGE_DECIDE_DAYS
    return int(days)


def silence_concedes() -> bool:
    """Tell whether an operator that does not answer in time concedes, as the installation says."""
    return bool(settings.CHALLENGE_UNANSWERED == "upheld")


def term(rule: str, province: Place, at: datetime, actor: Person | None) -> Clock:
    """Start a term."""
    unit = Clock.Unit.WORKING_DAYS
    return start_clock(rule=rule, limit=term_days(rule), unit=unit, started_at=at, province=province, actor=actor)


# Opening


def may(person: Any, permission: str, province: Place) -> bool:
    """Tell whether the person may do an act of the department in a province."""
    return bool(person.has_perm(permission, Challenge(province=province)))


@transaction.atomic
def open_challenges(
    *, actor: Person, province: Place, rows: Collection[CountedService], words: str, at: datetime
) -> list[Challenge]:
    """Ask operators to verify services on which levels disagree; those to one operator share a term.

    Raises ValidationError where a service is being asked about already, or its levels no longer disagree.
    """
    if not may(actor, OPEN_CHALLENGE, province):
        raise PermissionDenied
    within_many(len(rows))
    Place.objects.select_for_update().get(pk=province.pk)
    there = list(disagreements(actor, province).filter(pk__in=[row.pk for row in rows]).order_by("pk"))
    if len(there) != len(rows) or any(row.asked for row in there):  # type: ignore[attr-defined]
        raise ValidationError("Có dòng đã được gửi yêu cầu, hoặc các mức không còn khác nhau. Xem lại danh sách.")
    made: list[Challenge] = []
    for operator in {row.operator_id: row.operator for row in there}.values():
        clock = term(ANSWER, province, at, actor)
        made += [drafted(row, province, clock, at) for row in there if row.operator_id == operator.pk]
    bulk_create_with_history(made, Challenge, default_user=actor, default_change_reason="gửi yêu cầu")
    keep_steps(made, Step(Act.OPENED, at, actor, words))
    tell_operators(made, "Yêu cầu xác minh phủ sóng mới", words)
    return made


def within_many(count: int) -> None:
    """Refuse nothing, and more than one looks through."""
    if not count:
        raise ValidationError("Chưa chọn dòng nào.")
    if count > MOST_AT_ONCE:
        raise ValidationError(f"Chọn nhiều nhất {MOST_AT_ONCE} dòng một lần.")


def drafted(row: CountedService, province: Place, clock: Clock, at: datetime) -> Challenge:
    """Write a challenge of what an operator declares, or does not."""
    place = row.place
    return Challenge(
        province=province,
        place=place,
        operator=row.operator,
        technology=row.technology,
        claims_served=not row.declared,
        grounds=snapshot(row),
        people=place.population,
        clock=clock,
        opened_at=at,
        simulated=row.simulated,
    )


# Answering, deciding, withdrawing


@transaction.atomic
def answer_challenges(
    *, actor: Person, keys: Collection[UUID], accepts: bool, words: str, at: datetime, paper: Paper | None = None
) -> list[Challenge]:
    """Answer challenges to an operator: conceding decides them, disputing hands them to the department."""
    rows = locked(keys, State.SENT)
    if not all(actor.has_perm(ANSWER_CHALLENGE, row) for row in rows):
        raise PermissionDenied
    if not accepts and not words.strip():
        raise ValidationError("Ghi vì sao không chấp nhận.")
    if any(row.overdue(at) for row in rows) and silence_concedes():
        raise ValidationError("Đã hết hạn trả lời: theo quy tắc, yêu cầu được coi là đã chấp nhận.")
    file = kept(paper, actor, rows[0].province, rows[0].operator)
    step = Step(Act.CONCEDED if accepts else Act.DENIED, at, actor, words, file)
    for row in rows:
        row.accepted, row.answered_at = accepts, at
    if accepts:
        settle(rows, Basis.CONCEDED, step, served=None)
    else:
        hand_over(rows, step)
    news = "Doanh nghiệp chấp nhận" if accepts else "Doanh nghiệp không chấp nhận"
    tell_department(rows, f"{news} yêu cầu xác minh phủ sóng", words)
    return rows


@transaction.atomic
def decide_challenges(
    *, actor: Person, keys: Collection[UUID], served: bool, words: str, at: datetime
) -> list[Challenge]:
    """Decide challenges that an operator disputed; what is decided counts from that day on."""
    rows = locked(keys, State.ANSWERED)
    if not all(may(actor, DECIDE_CHALLENGE, row.province) for row in rows):
        raise PermissionDenied
    if not words.strip():
        raise ValidationError("Ghi lý do của quyết định.")
    settle(rows, Basis.DEPARTMENT, Step(Act.DECIDED, at, actor, words), served=served)
    tell_operators(rows, f"Sở quyết định về yêu cầu xác minh: {rows[0].outcome}", words)
    return rows


@transaction.atomic
def withdraw_challenge(*, actor: Person, challenge: Challenge, words: str, at: datetime) -> Challenge:
    """Withdraw a challenge on which nothing was decided."""
    (row,) = locked([challenge.pk], State.SENT, State.ANSWERED)
    if not may(actor, OPEN_CHALLENGE, row.province):
        raise PermissionDenied
    row.state = State.WITHDRAWN
    write([row], Step(Act.WITHDRAWN, at, actor, words))
    tell_operators([row], "Sở rút yêu cầu xác minh phủ sóng", words)
    return row


def locked(keys: Collection[UUID], *states: str) -> list[Challenge]:
    """Read challenges as they are now, locked. Raises ValidationError unless all are in one of these states."""
    within_many(len(keys))
    rows = Challenge.objects.whole().select_for_update(of=("self",)).filter(pk__in=keys).order_by("opened_at", "pk")
    found = list(rows)
    if len(found) != len(set(keys)) or any(row.state not in states for row in found):
        raise ValidationError(MOVED)
    if len({(row.province_id, row.operator_id) for row in found}) > 1 and State.SENT in states:
        raise ValidationError("Chỉ trả lời một lần cho các yêu cầu của một doanh nghiệp trong một tỉnh.")
    return found


def kept(paper: Paper | None, actor: Person, province: Place, operator: Organisation) -> StoredFile | None:
    """Store an operator's paper, if there is one."""
    if paper is None:
        return None
    name, content = paper
    return store_file(actor=actor, name=name, content=content, province=province, organisation=operator)


def settle(rows: Sequence[Challenge], basis: str, step: Step, *, served: bool | None) -> None:
    """Decide challenges, as the department says or, with None, as each of them claims; count the places anew."""
    for row in rows:
        row.state, row.basis, row.decided_at = State.DECIDED, basis, step.at
        row.served = row.claims_served if served is None else served
    write(rows, step)
    for province in {row.province_id: row.province for row in rows}.values():
        recount(province=province, places={row.place_id for row in rows if row.province_id == province.pk})


def hand_over(rows: Sequence[Challenge], step: Step) -> None:
    """Hand challenges to the department, which decides within its term."""
    clock = term(DECISION, rows[0].province, step.at, step.by)
    before = {row.clock_id for row in rows}
    for row in rows:
        row.state, row.clock = State.ANSWERED, clock
    save(rows, step.by)
    keep_steps(rows, step, clock)
    stop_unused(before, step)


def write(rows: Sequence[Challenge], step: Step) -> None:
    """Store challenges and their step; terms for which nothing waits any more stop."""
    save(rows, step.by)
    keep_steps(rows, step)
    stop_unused({row.clock_id for row in rows}, step)


def save(rows: Sequence[Challenge], actor: Person | None) -> None:
    """Store challenges, each with its history."""
    bulk_update_with_history(list(rows), Challenge, CHANGED, default_user=actor)


def stop_unused(clocks: Collection[int | None], step: Step) -> None:
    """Stop the terms for which no challenge waits any more."""
    waiting = set(Challenge.objects.open().filter(clock__in=clocks).values_list("clock_id", flat=True))
    for clock in Clock.objects.open().filter(pk__in={pk for pk in clocks if pk} - waiting):
        stop_clock(clock=clock, outcome=str(step.act.label), at=max(step.at, clock.started_at), actor=step.by)


def keep_steps(rows: Iterable[Challenge], step: Step, clock: Clock | None = None) -> None:
    """Write down one step of several challenges."""
    ChallengeStep.objects.bulk_create(
        ChallengeStep(
            challenge=row,
            act=step.act,
            at=step.at,
            by=step.by,
            words=step.words.strip(),
            file=step.file,
            clock=clock or (row.clock if step.act == Act.OPENED else None),
        )
        for row in rows
    )


# What nobody answered


def expire_overdue(*, now: datetime) -> int:
    """Let challenges expire whose operator did not answer in time: as the installation says; give how many."""
    late = Challenge.objects.filter(state=State.SENT, clock__in=Clock.objects.overdue(now))
    return sum(expire_letter(pk) for pk in set(late.values_list("clock_id", flat=True)))


@transaction.atomic
def expire_letter(clock_id: int | None) -> int:
    """Let the challenges of one term expire: conceded, or handed to the department."""
    waiting = Challenge.objects.whole().select_for_update(of=("self",))
    rows = list(waiting.filter(clock=clock_id, state=State.SENT).order_by("opened_at", "pk"))
    if not rows:
        return 0
    assert rows[0].clock is not None
    at = rows[0].clock.due_at
    if silence_concedes():
        words = "Không trả lời đúng hạn: theo quy tắc, coi như doanh nghiệp chấp nhận."
        settle(rows, Basis.UNANSWERED, Step(Act.EXPIRED, at, words=words), served=None)
    else:
        words = "Không trả lời đúng hạn: chuyển Sở quyết định."
        hand_over(rows, Step(Act.EXPIRED, at, words=words))
    told = "Yêu cầu xác minh phủ sóng hết hạn trả lời"
    tell_operators(rows, told, words)
    tell_department(rows, told, words)
    return len(rows)


# Who hears of it


def tell_operators(rows: Sequence[Challenge], news: str, words: str) -> None:
    """Tell each operator of its challenges, in one notice however many there are."""
    for operator in {row.operator_id: row.operator for row in rows}.values():
        own = [row for row in rows if row.operator_id == operator.pk]
        people = people_of(organisation=operator, province=own[0].province)
        notify(to=people, subject=f"{news}: {told_of(own)}", body=words, url=address(own))


def tell_department(rows: Sequence[Challenge], news: str, words: str) -> None:
    """Tell the department of challenges to an operator."""
    people = people_with(permission=DECIDE_CHALLENGE, province=rows[0].province)
    notify(to=people, subject=f"{news}: {rows[0].operator}, {told_of(rows)}", body=words, url=address(rows))


def told_of(rows: Sequence[Challenge]) -> str:
    """Name one challenge, or say how many there are."""
    if len(rows) == 1:
        return f"{rows[0].technology} tại {rows[0].place.name_inside}"
    return f"{number(len(rows))} dịch vụ"


def address(rows: Sequence[Challenge]) -> str:
    """Give the page of one challenge, or the list of many."""
    if len(rows) == 1:
        return rows[0].get_absolute_url()
    return f"{reverse('coverage:challenges', args=[rows[0].province.code])}?{urlencode({'viec': 1})}"


@reminds(ANSWER, before=REMIND_BEFORE, escalate_after=ESCALATE_AFTER)
def answer_due(clock: Clock) -> About | None:
    """The operator must answer; the department hears of it when it does not."""
    rows = of_clock(clock)
    if not rows:
        return None
    people = people_of(organisation=rows[0].operator, province=rows[0].province)
    superiors = people_with(permission=DECIDE_CHALLENGE, province=rows[0].province)
    return About(people, f"trả lời yêu cầu xác minh phủ sóng, {told_of(rows)}", address(rows), superiors)


@reminds(DECISION, before=REMIND_BEFORE, escalate_after=ESCALATE_AFTER)
def decision_due(clock: Clock) -> About | None:
    """The department must decide."""
    rows = of_clock(clock)
    if not rows:
        return None
    people = people_with(permission=DECIDE_CHALLENGE, province=rows[0].province)
    return About(people, f"quyết định yêu cầu xác minh phủ sóng, {told_of(rows)}", address(rows), people)


def of_clock(clock: Clock) -> list[Challenge]:
    """Give the open challenges for which a term runs."""
    return list(Challenge.objects.open().whole().filter(clock=clock).order_by("opened_at", "pk"))


# Whose turn it is


def waiting_for(person: Any, province: Place) -> Any:
    """Give the challenges of a province that wait for the person."""
    rows = Challenge.objects.visible_to(person).filter(province=province)
    if may(person, DECIDE_CHALLENGE, province):
        return rows.filter(state=State.ANSWERED)
    if any(answers_for(person, province)):
        return rows.filter(state=State.SENT)
    return rows.none()


def answers_for(person: Any, province: Place) -> set[int]:
    """Give the operators for which the person answers in a province."""
    return {s.organisation_id for s in scopes_in(person, ANSWER_CHALLENGE, province.pk) if s.organisation_id}
