"""The same step for many returns, in the background where they are many, each refused one told with its reason."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.indicators.models import APPROVE_RETURN, CHECK_RETURN, Period, Return, ReturnStep
from hatang.indicators.services.approval.many import remind_filers, send_back_returns
from hatang.indicators.services.approval.steps import Outcome, approve_returns, check_returns
from hatang.indicators.services.checks import run_checks
from hatang.work.models import Job
from hatang.work.services import Progress, background, run_job

log = logging.getLogger("hatang.indicators")

CHUNK = 25
NAMED = 5
LONGEST = 500
NO_LONGER = "bạn không còn quyền làm bước này"
FAULT = "hệ thống gặp lỗi, phiếu giữ nguyên; báo quản trị"
State = Return.State


@dataclass(frozen=True)
class BulkStep:
    """A step at the desk: its verb, its service, from and to which state, who takes it, whether it asks for words."""

    verb: str
    take: Callable[..., Outcome]
    before: Sequence[str]
    after: str = ""
    permission: str = CHECK_RETURN
    asks_words: bool = False


STEPS: dict[str, BulkStep] = {
    "kiem-tra": BulkStep("kiểm tra xong", check_returns, [State.SIGNED], State.CHECKED),
    "duyet": BulkStep("duyệt", approve_returns, [State.CHECKED], State.APPROVED, APPROVE_RETURN),
    "tra-lai": BulkStep("trả lại", send_back_returns, [State.SIGNED, State.CHECKED], State.RETURNED, asks_words=True),
    "nhac": BulkStep("nhắc", remind_filers, Return.EDITABLE),
}


def start_bulk(*, actor: Person, period: Period, act: str, returns: Sequence[Return], words: str = "") -> Job:
    """Start a step for some returns of a period; the job's page shows how far it is."""
    keys = [str(row.pk) for row in returns]
    title = "Kiểm tra lại" if act == "kiem-lai" else f"{STEPS[act].verb.capitalize()} {number(len(keys))} phiếu"
    more: dict[str, Any] = {"period_id": period.pk, "act": act, "keys": keys, "words": words}
    return run_job(bulk_job, actor=actor, title=f"{title}: {period.title}", **more)


@background
def bulk_job(progress: Progress, period_id: int, act: str, keys: list[str], words: str = "") -> str:
    """Take the step for each chunk, then lead back to the desk, which shows what became of it."""
    period = Period.objects.select_related("form__province", "version").get(pk=period_id)
    job = Job.objects.select_related("asked_by").get(pk=progress.job_id)
    if job.asked_by is None:
        raise PermissionDenied
    if act == "kiem-lai":
        told_words = check_anew(period, job.asked_by)
    else:
        told_words = step_by_chunks(progress, STEPS[act], keys, words, job)
    progress(99, told_words)
    desk = reverse("indicators:return_desk", args=[period.form.province.code])
    return f"{desk}?ky={period.pk}&viec={progress.job_id}"


def check_anew(period: Period, actor: Person) -> str:
    """Run the checks of a whole period."""
    if not may_check(actor, period):
        raise PermissionDenied
    found = run_checks(period)
    hard = sum(finding.hard for finding in found)
    return f"Đã kiểm tra lại: {number(len(found))} điều cần xem, {number(hard)} điều chặn."


def may_check(actor: Person, period: Period) -> bool:
    """Tell whether the actor checks the returns of a period."""
    return actor.has_perm(CHECK_RETURN, period.form.province)


def step_by_chunks(progress: Progress, step: BulkStep, keys: Sequence[str], words: str, job: Job) -> str:
    """Take a step for returns, some at a time; give what became of it in words.

    A job whose worker was killed is begun anew: what it had done already counts as done.
    """
    done, refused = 0, list[tuple[Return, str]]()
    more = {"words": words} if step.asks_words else {}
    for begin in range(0, len(keys), CHUNK):
        progress(100 * begin // len(keys), f"{number(begin)} trên {number(len(keys))} phiếu")
        rows = list(Return.objects.filter(pk__in=[UUID(key) for key in keys[begin : begin + CHUNK]]))
        before = done_before(step, rows, job.asked_by, job.asked_at)
        outcome = taken(step, [row for row in rows if row.pk not in before], job.asked_by, more)
        done += len(before) + len(outcome.done)
        refused += outcome.refused
    return told(step, done, refused)


def done_before(step: BulkStep, rows: Sequence[Return], actor: Person | None, since: datetime) -> set[UUID]:
    """Give the returns for which the person's own job has taken its step already."""
    steps = ReturnStep.objects.filter(of_return__in=rows, after=step.after, by=actor, at__gte=since)
    return set(steps.values_list("of_return", flat=True)) if step.after else set()


def taken(step: BulkStep, rows: Sequence[Return], actor: Person | None, more: dict[str, str]) -> Outcome:
    """Take a step for a chunk; what fails as a whole is tried one by one, so that one return holds up no other."""
    try:
        return step.take(actor=actor, returns=rows, **more)
    except PermissionDenied:
        return Outcome([], [(row, NO_LONGER) for row in rows])
    except Exception:
        if len(rows) < 2:
            log.exception("bulk step failed", extra={"returns": [str(row.pk) for row in rows]})
            return Outcome([], [(row, FAULT) for row in rows])
    alone = [taken(step, [row], actor, more) for row in rows]
    return Outcome([row for one in alone for row in one.done], [pair for one in alone for pair in one.refused])


def told(step: BulkStep, done: int, refused: Sequence[tuple[Return, str]]) -> str:
    """Say how many took a step, how many were not at it, and why the others stayed: each reason once, with whom."""
    whom: dict[str, list[str]] = defaultdict(list)
    for row, reason in refused:
        if row.state in step.before:
            whom[reason.rstrip(".")].append(str(row.filer))
    elsewhere = [row for row, _ in refused if row.state not in step.before]
    words = [f"Đã {step.verb} {number(done)} phiếu."]
    if whom:
        reasons = "; ".join(f"{named(names)}: {reason}" for reason, names in whom.items())
        words.append(f"{number(len(refused) - len(elsewhere))} phiếu chưa được: {reasons}.")
    if elsewhere:
        words.insert(1, f"Bỏ qua {number(len(elsewhere))} phiếu không ở bước này: {where_they_are(elsewhere)}.")
    text = " ".join(words)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2].rsplit(' ', 1)[0]} …"


def where_they_are(rows: Sequence[Return]) -> str:
    """Say at which step returns are: each by name where they are few."""
    if len(rows) <= NAMED:
        return ", ".join(f"{row.filer} ({row.get_state_display()})" for row in rows)
    return "; ".join(f"{number(count)} {State(state).label}" for state, count in Counter(r.state for r in rows).items())


def named(names: Sequence[str]) -> str:
    """Name the first of some filers, and say how many more there are."""
    more = f" và {number(len(names) - NAMED)} nơi khác" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
