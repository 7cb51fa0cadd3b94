"""The same step for many returns, in the background where they are many, each refused one told with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.indicators.models import CHECK_RETURN, Period, Return
from hatang.indicators.services.approval.steps import Outcome, approve_returns, check_returns
from hatang.indicators.services.checks import run_checks
from hatang.work.models import Job
from hatang.work.services import Progress, background, run_job

CHUNK = 25
NAMED = 5
Step = Callable[..., Outcome]
STEPS: dict[str, tuple[str, Step]] = {"kiem-tra": ("kiểm tra xong", check_returns), "duyet": ("duyệt", approve_returns)}


def start_bulk(*, actor: Person, period: Period, act: str, returns: Sequence[Return]) -> Job:
    """Start a step for some returns of a period; the job's page shows how far it is."""
    keys = [str(row.pk) for row in returns]
    words = "Kiểm tra lại" if act == "kiem-lai" else f"{STEPS[act][0].capitalize()} {number(len(keys))} phiếu"
    return run_job(bulk_job, actor=actor, title=f"{words}: {period.title}", period_id=period.pk, act=act, keys=keys)


@background
def bulk_job(progress: Progress, period_id: int, act: str, keys: list[str]) -> str:
    """Take the step for each chunk, then lead back to the desk, which shows what became of it."""
    period = Period.objects.select_related("form__province", "version").get(pk=period_id)
    actor = Job.objects.select_related("asked_by").get(pk=progress.job_id).asked_by
    if actor is None:
        raise PermissionDenied
    words = check_anew(period, actor) if act == "kiem-lai" else step_by_chunks(progress, act, keys, actor)
    progress(99, words)
    return (
        f"{reverse('indicators:return_desk', args=[period.form.province.code])}?ky={period.pk}&viec={progress.job_id}"
    )


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


def step_by_chunks(progress: Progress, act: str, keys: Sequence[str], actor: Person) -> str:
    """Take a step for returns, some at a time; give what became of it in words."""
    done, refused = 0, []
    for begin in range(0, len(keys), CHUNK):
        progress(100 * begin // len(keys), f"{number(begin)} trên {number(len(keys))} phiếu")
        rows = Return.objects.filter(pk__in=[UUID(key) for key in keys[begin : begin + CHUNK]])
        outcome = STEPS[act][1](actor=actor, returns=rows)
        done += len(outcome.done)
        refused += outcome.refused
    return told(STEPS[act][0], done, refused)


def told(verb: str, done: int, refused: Sequence[tuple[Return, str]]) -> str:
    """Say how many took a step and why the others did not."""
    words = f"Đã {verb} {number(done)} phiếu."
    if not refused:
        return words
    named = "; ".join(f"{row.filer}: {reason}" for row, reason in refused[:NAMED])
    more = f"; và {number(len(refused) - NAMED)} phiếu khác" if len(refused) > NAMED else ""
    return f"{words} {number(len(refused))} phiếu chưa được: {named}{more}."[:500]
