"""The hourly round of the worker: reminders, and mails that did not go out.

The round is a task of the queue that puts its successor there before it does anything else: whichever worker serves the
queue makes it, on both databases, and no other process or cron is needed. Some of its chores take minutes: it stands in
a lane of its own with what waits for other machines, where nobody waits for it and no long work holds it up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from hatang.work.models import Job
from hatang.work.services.notices import mail_waiting
from hatang.work.services.reminders import send_reminders

log = logging.getLogger("hatang.work")

INTERVAL = timedelta(hours=1)
Chore = Callable[[], object]
CHORES: list[Chore] = []


def each_round(chore: Chore) -> Chore:
    """Have a package's own chore done in every round, by a module that its `AppConfig.ready` imports."""
    CHORES.append(chore)
    return chore


@task(queue_name=Job.Lane.ASIDE)
def hourly_round() -> None:
    """Plan the next round, then do what is due; a failure of one leaves the next one standing."""
    plan_round(after=INTERVAL)
    DBTaskResult.objects.finished().filter(task_path=hourly_round.module_path).delete()
    make_round()


def make_round() -> int:
    """Do the chores, try unsent mails again and send the reminders that are due; give how many reminders."""
    for chore in CHORES:
        try:
            chore()
        except Exception:
            log.exception("chore failed", extra={"chore": chore.__name__})
    mail_waiting()
    return send_reminders(now=timezone.now())


def plan_round(*, after: timedelta = timedelta()) -> bool:
    """Put a round into the queue unless one waits there; tell whether that was needed."""
    waiting = DBTaskResult.objects.filter(task_path=hourly_round.module_path, status=TaskResultStatus.READY)
    if waiting.exists():
        return False
    hourly_round.using(run_after=timezone.now() + after).enqueue()
    return True
