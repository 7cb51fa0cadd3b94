"""Answers to reports: states, terms, forwarding, publishing, and the reporter's contact that is forgotten in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hatang.accounts.access import scopes
from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.network.models import CLOSED, FURTHER, OF_OWNER, RESTORE_RULES, ProblemReport, ReportAnswer
from hatang.network.services.reports import (
    ANSWER,
    commune_people,
    log_step,
    owner_people,
    responsible,
    restore_clock,
    restore_rule,
    tell,
)
from hatang.network.services.rules import rule
from hatang.places.models import Place
from hatang.work.models import Clock
from hatang.work.services import About, each_round, people_with, reminds, stop_clock

State = ProblemReport.State
Side = ReportAnswer.Side


@dataclass(frozen=True)
class Answer:
    """What somebody in charge decided about a report; what is None stays as it is."""

    state: str = ""
    words: str = ""
    internal: bool = False
    duplicate_of: ProblemReport | None = None
    kind: str = ""
    owner: Organisation | None = None


def side_of(person: Any, report: ProblemReport) -> str:
    """Tell for whom a person answers a report; nothing when they may not."""
    held = [s for s in scopes(person, ANSWER) if s.covers(**report.owners())]
    if any(s.organisation_id is None and s.place_id is None for s in held):
        return Side.DEPARTMENT
    if any(s.place_id is not None for s in held):
        return Side.COMMUNE
    return Side.OWNER if held else ""


def next_states(side: str, report: ProblemReport) -> list[str]:
    """Give the states that a side may set next."""
    further = [str(state) for state in FURTHER.get(State(report.state), ())]
    return [state for state in further if side != Side.OWNER or state in OF_OWNER]


@transaction.atomic
def answer_report(
    *, actor: Person, report: ProblemReport, answer: Answer, now: datetime | None = None
) -> ProblemReport:
    """Write an answer, set the next state, correct the kind, or send the report to another owner.

    Raises PermissionDenied for who may not answer, and ValidationError for a state that does not follow, a refusal
    without reason, or a duplicate of nothing.
    """
    row = ProblemReport.objects.select_for_update(of=("self",)).select_related("province", "clock").get(pk=report.pk)
    side, at = side_of(actor, row), now or timezone.now()
    if not side:
        raise PermissionDenied
    refuse(row, side, answer)
    before = row.owner_id
    if answer.kind and answer.kind != row.kind and side != Side.OWNER:
        change_kind(row, answer.kind, at, actor)
    if answer.owner and side != Side.OWNER:
        row.owner = answer.owner
    if answer.state:
        enter(row, answer, at, actor)
    sign(row, actor)
    row.save()
    log_step(row, side=side, at=at, by=actor, words=answer.words, internal=answer.internal)
    news = "Chuyển tới đơn vị" if row.owner_id != before else "Có trả lời"
    tell(responsible(row), row, news, but=actor)
    return row


def refuse(row: ProblemReport, side: str, answer: Answer) -> None:
    """Refuse an answer that cannot stand."""
    if row.is_closed:
        raise ValidationError("Báo cáo đã kết thúc. Tải lại trang để xem kết quả.")
    if answer.state and answer.state not in next_states(side, row):
        raise ValidationError({"state": "Trạng thái này không theo sau trạng thái hiện nay."})
    if answer.state in (State.REJECTED, State.RESOLVED) and (not answer.words or answer.internal):
        raise ValidationError({"words": "Ghi lý do hoặc kết quả để người báo đọc."})
    if answer.state == State.FORWARDED and not (answer.owner or row.owner_id):
        raise ValidationError({"owner": "Chọn đơn vị được chuyển tới."})
    if answer.state == State.DUPLICATE:
        other = answer.duplicate_of
        if other is None or other.pk == row.pk or other.province_id != row.province_id:
            raise ValidationError({"duplicate_of": "Ghi mã biên nhận của một báo cáo khác trong tỉnh."})
        if other.state == State.DUPLICATE:
            raise ValidationError({"duplicate_of": f"{other} cũng là báo cáo trùng: ghi {other.duplicate_of}."})


def change_kind(row: ProblemReport, kind: str, at: datetime, actor: Person) -> None:
    """Correct what the problem is; another rule's term then runs from the same receipt."""
    row.kind = kind
    held = restore_rule(row)
    if row.clock and held and row.clock.rule == f"network.{held.key}":
        return
    if row.clock:
        stop_clock(clock=row.clock, outcome="đổi loại sự cố", at=at, actor=actor)
    row.clock = restore_clock(row)


def enter(row: ProblemReport, answer: Answer, at: datetime, actor: Person) -> None:
    """Set the next state; what is settled stops the term."""
    row.state, row.duplicate_of = answer.state, answer.duplicate_of if answer.state == State.DUPLICATE else None
    if row.is_closed:
        row.closed_at = at
        if row.clock:
            stop_clock(clock=row.clock, outcome=row.get_state_display(), at=at, actor=actor)


def publish_words(*, actor: Person, report: ProblemReport, on: bool) -> None:
    """Let everybody read a report's words, or no longer; officers alone decide that."""
    if side_of(actor, report) not in (Side.DEPARTMENT, Side.COMMUNE):
        raise PermissionDenied
    report.published_at = timezone.now() if on else None
    sign(report, actor, "công khai mô tả" if on else "thôi công khai mô tả")
    report.save()


# The reporter


def add_words(*, report: ProblemReport, words: str) -> None:
    """Let the reporter add something; who is in charge is told."""
    log_step(report, side=Side.REPORTER, at=timezone.now(), words=words)
    tell(responsible(report), report, "Người báo viết thêm")


def forget_contact(report: ProblemReport) -> None:
    """Delete a reporter's telephone and mail address; nothing of them remains in the history."""
    ProblemReport.objects.filter(pk=report.pk).update(phone="", email="")


@each_round
def forget_old_contacts() -> int:
    """Delete the contacts of reports that were settled longer ago than their province keeps them; give how many."""
    known = ~Q(phone="") | ~Q(email="")
    held = ProblemReport.objects.filter(known, closed_at__isnull=False)
    forgotten, today = 0, timezone.localdate()
    for province in Place.objects.filter(pk__in=held.values("province")):
        setting = rule(province, "report.contact_days", today)
        if setting is not None:
            before = timezone.now() - timedelta(days=setting.value)
            forgotten += held.filter(province=province, closed_at__lt=before).update(phone="", email="")
    return forgotten


# Reminders


def about_report(clock: Clock) -> About | None:
    """Say who must act on a report whose term comes near: its owner, or without one the commune; above, the Sở."""
    rows = ProblemReport.objects.exclude(state__in=CLOSED).select_related("commune", "province", "owner")
    report = rows.filter(clock=clock).first()
    if report is None:
        return None
    department = people_with(permission=ANSWER, province=report.province)
    to = owner_people(report) or commune_people(report) or department
    what = f"sự cố {report.code}: {report.get_kind_display()}, {report.commune}"
    return About(to, what, report.get_absolute_url(), department)


for key in sorted(set(RESTORE_RULES.values())):
    reminds(f"network.{key}", before=2, escalate_after=1)(about_report)
