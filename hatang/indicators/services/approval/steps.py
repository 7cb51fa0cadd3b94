"""Steps of a return up the line and back: each leaves a row of who, when, from where to where, and with what words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import (
    APPROVE_RETURN,
    CHECK_RETURN,
    SIGN_RETURN,
    CellNote,
    Finding,
    Return,
    ReturnForm,
    ReturnStep,
)
from hatang.indicators.services.approval.clocks import begin_mending, stop_filling
from hatang.indicators.services.approval.figures import settle, take_back, write_figures
from hatang.indicators.services.approval.gates import (
    in_the_way,
    is_filer,
    may,
    may_be_filled,
    refuse,
    require,
    wrong_state,
)
from hatang.indicators.services.approval.telling import tell_filer, tell_leaders
from hatang.indicators.services.checks import check_returns_of, run_checks, standing_by_return
from hatang.pages.histories import bulk_update_with_history

State = Return.State
MOVED = ["state", "clock", "submitted_at", "submitted_by", "approved_at", "approved_by"]
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Note:
    """What a superior asks: about one cell, or without an item about the whole return."""

    text: str
    item_code: str = ""
    place_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a step that was asked for many returns: those that took it, and the others with the reason."""

    done: list[Return]
    refused: list[tuple[Return, str]]


def locked(returns: Iterable[UUID]) -> list[Return]:
    """Give returns as they are now, held until the transaction ends."""
    rows = Return.objects.select_for_update(of=("self",)).whole().select_related("period__form__province")
    return list(rows.filter(pk__in=list(returns)).order_by("place__sort_key", "pk"))


def the_one(return_: Return) -> Return:
    """Give a return as it is now, held until the transaction ends."""
    return locked([return_.pk])[0]


def move(rows: Sequence[Return], *, actor: Person | None, after: str, words: str = "", **fields: Any) -> None:
    """Take returns to another state, each with its step and its history."""
    now = timezone.now()
    steps = [ReturnStep(of_return=r, before=r.state, after=after, by=actor, at=now, words=words) for r in rows]
    for row in rows:
        row.state = after
        for name, value in fields.items():
            setattr(row, name, value)
    more: dict[str, Any] = {"batch_size": 500, "default_user": actor, "default_change_reason": words[:100]}
    bulk_update_with_history(rows, Return, MOVED, **more)
    ReturnStep.objects.bulk_create(steps, batch_size=500)


def clean_words(text: str, what: str) -> str:
    """Read words that have to be there."""
    words = " ".join(text.split())
    if not words:
        raise ValidationError(f"Ghi {what}.")
    if len(words) > LONGEST_WORDS:
        raise ValidationError(f"{what.capitalize()} dài quá {LONGEST_WORDS} ký tự.")
    return words


def submit_return(*, actor: Person | None, return_: Return) -> Return:
    """Send a return: blocking findings keep it, others need a reason. A commune's then waits for its leader.

    What the checks found stays though the return could not be sent: it is to be mended or explained.
    """
    with transaction.atomic():
        row = the_one(return_)
        require(is_filer(actor, row))
        refuse([wrong_state(row, *Return.EDITABLE)])
        refuse(["" if may_be_filled(row) else "kỳ đã đóng; xin Sở mở lại kỳ"])
        reasons = in_the_way(run_checks(row))
        if not reasons:
            send(row, actor)
    refuse(reasons)
    return row


def send(row: Return, actor: Person | None) -> None:
    """Take a return to who looks at it first: the commune's leader, or the department."""
    by_commune = row.period.form.filer == ReturnForm.Filer.COMMUNE
    now = timezone.now()
    after = State.SUBMITTED if by_commune else State.SIGNED
    move([row], actor=actor, after=after, submitted_at=now, submitted_by=actor)
    row.notes.filter(settled_at=None).update(settled_at=now)
    stop_filling(row, actor)
    if by_commune:
        tell_leaders(row)


@transaction.atomic
def sign_return(*, actor: Person | None, return_: Return) -> Return:
    """Sign a commune's return as its leader; it goes to the department."""
    row = the_one(return_)
    require(may(actor, SIGN_RETURN, row))
    refuse([wrong_state(row, State.SUBMITTED)])
    move([row], actor=actor, after=State.SIGNED)
    return row


@transaction.atomic
def check_returns(*, actor: Person | None, returns: Iterable[Return]) -> Outcome:
    """Pass returns as checked by an officer: the checks are run anew, what they find must be mended or explained."""
    rows = locked(r.pk for r in returns)
    require(all(may(actor, CHECK_RETURN, row) for row in rows))
    able, refused = parted(rows, State.SIGNED)
    for period in {row.period_id: row.period for row in able}.values():
        check_returns_of(period, [row for row in able if row.period_id == period.pk])
    return passed(able, refused, actor=actor, after=State.CHECKED)


def parted(rows: Sequence[Return], state: str) -> tuple[list[Return], list[tuple[Return, str]]]:
    """Part returns that are at a step from those that are not."""
    refused = [(row, reason) for row in rows if (reason := wrong_state(row, state))]
    return [row for row in rows if row.state == state], refused


def passed(
    rows: Sequence[Return], refused: list[tuple[Return, str]], *, actor: Person | None, after: str, **fields: Any
) -> Outcome:
    """Move those returns in whose way nothing stands."""
    standing = standing_by_return(row.pk for row in rows)
    held = {row.pk: " ".join(reasons) for row in rows if (reasons := in_the_way(standing[row.pk]))}
    able = [row for row in rows if row.pk not in held]
    move(able, actor=actor, after=after, **fields)
    return Outcome(able, refused + [(row, held[row.pk]) for row in rows if row.pk in held])


def check_return(*, actor: Person | None, return_: Return) -> Return:
    """Pass one return as checked."""
    return the_only(check_returns(actor=actor, returns=[return_]))


def approve_return(*, actor: Person | None, return_: Return) -> Return:
    """Approve one return."""
    return the_only(approve_returns(actor=actor, returns=[return_]))


def the_only(outcome: Outcome) -> Return:
    """Give the one return that took its step, or say why it did not."""
    refuse(reason for _, reason in outcome.refused)
    return outcome.done[0]


@transaction.atomic
def approve_returns(*, actor: Person | None, returns: Iterable[Return]) -> Outcome:
    """Approve checked returns as head: they are locked, and their figures become approved values.

    Nobody approves what they sent themselves. The province's figure follows when all below it is approved.
    """
    rows = locked(r.pk for r in returns)
    require(all(may(actor, APPROVE_RETURN, row) for row in rows))
    able, refused = parted(rows, State.CHECKED)
    own = [row for row in able if actor is not None and row.submitted_by_id == actor.pk]
    refused += [(row, "người gửi phiếu không tự duyệt phiếu của mình") for row in own]
    marks = {"approved_at": timezone.now(), "approved_by": actor}
    outcome = passed([row for row in able if row not in own], refused, actor=actor, after=State.APPROVED, **marks)
    for period in {row.period_id: row.period for row in outcome.done}.values():
        write_figures(period, [row for row in outcome.done if row.period_id == period.pk], actor=actor)
    return outcome


@transaction.atomic
def send_back(*, actor: Person | None, return_: Return, notes: Iterable[Note]) -> Return:
    """Give a return back to its filer with notes on its cells: the leader before signing, the department after."""
    row = the_one(return_)
    require(may(actor, sender_back(row), row))
    refuse([wrong_state(row, State.SUBMITTED, State.SIGNED, State.CHECKED)])
    told = [Note(clean_words(n.text, "điều cần sửa"), n.item_code, n.place_id) for n in notes if n.text.strip()]
    if not told:
        raise ValidationError("Ghi ít nhất một điều cần sửa: người nộp phải biết sửa gì.")
    items = {item.code: item for item in row.period.version.items.all()}
    refuse(f"Biểu không có dòng “{n.item_code}”." for n in told if n.item_code and n.item_code not in items)
    now = timezone.now()
    CellNote.objects.bulk_create(
        CellNote(of_return=row, item=items.get(n.item_code), place_id=n.place_id, text=n.text, by=actor, at=now)
        for n in told
    )
    to_mend(row, actor, told[0].text, f"Phiếu bị trả lại, {len(told)} điều cần sửa: {row.period.title}")
    return row


def sender_back(row: Return) -> str:
    """Name the permission by which a return is sent back from where it is."""
    if row.state == State.SUBMITTED:
        return SIGN_RETURN
    return APPROVE_RETURN if row.state == State.CHECKED else CHECK_RETURN


def to_mend(row: Return, actor: Person | None, words: str, subject: str) -> None:
    """Open a return to its filer again, with a term, and tell them."""
    clock = begin_mending(row, actor)
    gone = {"submitted_at": None, "submitted_by": None, "approved_at": None, "approved_by": None}
    move([row], actor=actor, after=State.RETURNED, words=words, clock=clock, **gone)
    tell_filer(row, subject, words)


@transaction.atomic
def reopen_return(*, actor: Person | None, return_: Return, reason: str) -> Return:
    """Unlock an approved return for a reason that stays. What it told is a draft again unless it is published."""
    row = the_one(return_)
    require(may(actor, APPROVE_RETURN, row))
    refuse([wrong_state(row, State.APPROVED)])
    words = clean_words(reason, "lý do mở lại")
    take_back(row)
    to_mend(row, actor, words, f"Phiếu đã duyệt được mở lại: {row.period.title}")
    return row


@transaction.atomic
def leave_out(*, actor: Person | None, return_: Return, reason: str) -> Return:
    """Let the province's figures be approved without a return that did not come, for a reason that stays."""
    row = the_one(return_)
    require(may(actor, APPROVE_RETURN, row))
    refuse([wrong_state(row, *Return.EDITABLE)])
    words = clean_words(reason, "lý do tổng hợp mà không chờ phiếu này")
    ReturnStep.objects.create(
        of_return=row, before=row.state, after=row.state, by=actor, at=timezone.now(), words=words
    )
    settle(row.period, actor=actor)
    return row


@transaction.atomic
def answer_finding(*, actor: Person | None, finding: Finding, reason: str) -> Finding:
    """Explain a finding that does not block: its filer while filling, the department while checking.

    A reason that somebody else gave stays as they gave it: who checks and is not content with it sends the return back.
    """
    row = the_one(finding.of_return)
    checking = row.state in (State.SIGNED, State.CHECKED) and may(actor, CHECK_RETURN, row)
    require(checking or (is_filer(actor, row) and may_be_filled(row)))
    if finding.hard:
        raise ValidationError("Điều này phải sửa, không giải thích được.")
    if checking and finding.reason and finding.answered_by != actor:
        raise ValidationError("Người nộp đã giải thích; chưa đồng ý thì trả lại phiếu và nói cần rõ điều gì.")
    finding.reason, finding.answered_by, finding.answered_at = clean_words(reason, "lý do"), actor, timezone.now()
    finding.save(update_fields=["reason", "answered_by", "answered_at"])
    return finding
