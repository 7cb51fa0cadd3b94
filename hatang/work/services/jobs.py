"""Jobs: long work in the background, begun by a person who can watch it."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Collection
from typing import Any, overload

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from hatang.accounts.models import Person
from hatang.work.models import Job

log = logging.getLogger("hatang.work")


class Cancelled(Exception):  # noqa: N818 - nothing went wrong: somebody asked for it
    """A job was asked to end; what it did so far is to leave no trace."""


class Progress:
    """Tells how far a job is; the page that waits for it reads this. Raises Cancelled once somebody asked to end it."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def __call__(self, percent: int, message: str) -> None:
        here = Job.objects.filter(pk=self.job_id)
        told = here.filter(cancel_asked=False).update(done_percent=percent, message=message[:500])
        if not told and here.filter(cancel_asked=True).exists():
            raise Cancelled


Work = Callable[..., str]
MOST_STARTS = 2
"""How often a job whose worker was killed is begun; what twice took its worker along would do so for ever."""
GIVEN_UP_WORDS = "Hệ thống đã hai lần phải dừng giữa chừng khi làm việc này nên không làm lại nữa."
CANCELLED_WORDS = "Đã huỷ theo yêu cầu; chưa có gì thay đổi."
GIVEN_UP: dict[str, Callable[..., None]] = {}


@overload
def background(work: Work) -> Task[..., None]: ...


@overload
def background(*, lane: Job.Lane) -> Callable[[Work], Task[..., None]]: ...


def background(work: Work | None = None, *, lane: Job.Lane = Job.Lane.SHORT) -> Any:
    """Turn `work(progress, **arguments) -> address of the result` into a task that `run_job` can start.

    What may take minutes says `@background(lane=Job.Lane.LONG)`, or ASIDE where it is for others that it waits.
    """
    return task_of(work, lane) if work else functools.partial(task_of, lane=lane)


def task_of(work: Work, lane: Job.Lane) -> Task[..., None]:
    """Make the task of some work in a lane."""

    @functools.wraps(work)
    def run(job_id: int, **arguments: Any) -> None:
        Job.objects.filter(pk=job_id).update(state=Job.State.RUNNING)
        try:
            ended(job_id, Job.State.DONE, result_url=work(Progress(job_id), **arguments), done_percent=100)
        except Cancelled:
            ended(job_id, Job.State.CANCELLED, message=CANCELLED_WORDS)
        except ValidationError as error:
            ended(job_id, Job.State.FAILED, message=" ".join(error.messages)[:500])
        except PermissionDenied:
            ended(job_id, Job.State.FAILED, message="Bạn không còn quyền làm việc này.")
        except Exception:
            log.exception("job failed", extra={"job": job_id})
            excuse = f"Hệ thống gặp lỗi, chưa có gì thay đổi. Báo quản trị mã việc {job_id}."
            ended(job_id, Job.State.FAILED, message=excuse)

    return task(queue_name=lane)(run)


def ended(job_id: int, state: Job.State, **more: Any) -> None:
    """Write down a job's end."""
    Job.objects.filter(pk=job_id).update(state=state, ended_at=timezone.now(), **more)


def run_job(work: Task[..., None], *, actor: Person, title: str, may_cancel: bool = False, **arguments: Any) -> Job:
    """Start background work for a person and give the job whose page shows how far it is.

    The queue lies in the same database: within a transaction the worker sees the job only when it commits. Work that
    `may_cancel` stores nothing before its last word of progress.
    """
    job = Job.objects.create(title=title[:200], asked_by=actor, may_cancel=may_cancel, lane=work.queue_name)
    work.enqueue(job_id=job.pk, **arguments)
    job.refresh_from_db()
    return job


def cancel_job(job: Job | None, *, not_begun: Callable[[], None] | None = None) -> bool:
    """Ask a job to end at its next word of progress; tell whether it still could be asked. Callers know who may.

    `not_begun` is called at once where the job waits for its turn: its owner need not wait to be told.
    """
    if job is None:
        return False
    waiting = (Job.State.WAITING, Job.State.RUNNING)
    asked = Job.objects.filter(pk=job.pk, may_cancel=True, state__in=waiting).update(cancel_asked=True)
    if asked and not_begun and Job.objects.filter(pk=job.pk, state=Job.State.WAITING).exists():
        not_begun()
    return bool(asked)


def in_lane(work: Task[..., None], *, long: bool) -> Task[..., None]:
    """Give work as it is, or in the lane of long work: for work of which only some is long."""
    return work.using(queue_name=Job.Lane.LONG) if long else work


def resume_interrupted_jobs(lanes: Collection[str] = Job.Lane.values) -> int:
    """Put jobs whose worker was killed back into the queue; only while no worker takes from these lanes.

    Doing them again is safe: a check changes nothing, and a save looks first whether it was done. A job that was
    interrupted twice is given up instead: a file that ends its worker must not do so at every start.
    """
    left = list(DBTaskResult.objects.running().filter(queue_name__in=lanes))
    again = [row.pk for row in left if len(row.worker_ids) < MOST_STARTS]
    for row in left:
        if row.pk not in again:
            give_up(row)
    return DBTaskResult.objects.filter(pk__in=again).update(status=TaskResultStatus.READY, started_at=None)


def when_given_up(work: Task[..., None]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name what is to happen, with the job's own arguments, when work is given up."""

    def keep(release: Callable[..., None]) -> Callable[..., None]:
        GIVEN_UP[work.module_path] = release
        return release

    return keep


def give_up(row: DBTaskResult) -> None:
    """End a job that was interrupted too often, and let go of what it held."""
    arguments = dict(row.args_kwargs["kwargs"])
    with transaction.atomic():
        row.status, row.finished_at = TaskResultStatus.FAILED, timezone.now()
        row.save(update_fields=["status", "finished_at"])
        ended(arguments.pop("job_id", 0), Job.State.FAILED, message=GIVEN_UP_WORDS)
        release = released_by(row)
        if release:
            release(**arguments)


def released_by(row: DBTaskResult) -> Callable[..., None] | None:
    """Find what lets go of a job's things; work that no longer exists holds nothing."""
    try:
        import_string(row.task_path)
    except ImportError:
        return None
    return GIVEN_UP.get(row.task_path)
