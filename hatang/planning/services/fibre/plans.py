"""Fibre plans: asked for, computed in the background whole or not at all, cancelled, removed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.planning.models import CHANGE, FibreEnd, FibrePlan, FibreStretch
from hatang.planning.services.fibre.joining import joined_ends
from hatang.planning.services.fibre.results import Answer
from hatang.planning.services.fibre.ring import closed_ring
from hatang.work.models import Job
from hatang.work.services import (
    GIVEN_UP_WORDS,
    Cancelled,
    Progress,
    background,
    cancel_job,
    run_job,
    when_given_up,
)

State = FibrePlan.State
Tell = Callable[[int, str], None]
BATCH = 2_000
AT_FAULT = "Hệ thống gặp lỗi khi tính; chưa có gì được lưu. Báo quản trị số của phương án này."
UNDER_WAY = "Phương án đang được tính. Huỷ việc tính trước rồi xoá."


def ask_plan(*, actor: Person, plan: FibrePlan) -> FibrePlan:
    """Store a plan, new or ended, and start its computation; the worker does the rest.

    Raises PermissionDenied, and ValidationError for one that is under way.
    """
    if not actor.has_perm(CHANGE, plan):
        raise PermissionDenied
    if plan.under_way:
        raise ValidationError("Phương án này đang được tính.")
    with transaction.atomic():
        plan.state, plan.answer = State.WAITING, {}
        plan.asked_by = plan.asked_by or actor
        sign(plan, actor)
        plan.save()
        title = f"Tính phương án cáp quang: {plan.title}"
        job = run_job(plan_job, actor=actor, title=title, may_cancel=True, plan_id=plan.pk)
        FibrePlan.objects.filter(pk=plan.pk).update(job=job)
    plan.refresh_from_db()
    return plan


@background(lane=Job.Lane.LONG)
def plan_job(progress: Progress, plan_id: int) -> str:
    """Compute a plan in the background."""
    return compute_plan(progress, plan_id)


@when_given_up(plan_job)
def given_up(plan_id: int) -> None:
    """Tell that a plan cannot be computed."""
    end(plan_id, State.FAILED, error=GIVEN_UP_WORDS)


def compute_plan(progress: Tell, plan_id: int) -> str:
    """Compute a plan and store what it found, all of it or nothing; give the address of its page.

    Raises ValidationError where it cannot be computed, Cancelled where somebody ended it: the plan says so then, too.
    """
    plan = FibrePlan.objects.select_related("province", "area").get(pk=plan_id)
    if plan.state == State.CANCELLED:
        raise Cancelled
    if not plan.under_way:
        return plan.get_absolute_url()
    FibrePlan.objects.filter(pk=plan_id).update(state=State.RUNNING)
    try:
        answer = joined_ends if plan.around is None else closed_ring
        store(plan, answer(plan, timezone.localdate(), progress))
    except Cancelled:
        end(plan_id, State.CANCELLED)
        raise
    except (ValidationError, ValueError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        end(plan_id, State.FAILED, error=said)
        raise ValidationError(said) from error
    except Exception:
        end(plan_id, State.FAILED, error=AT_FAULT)
        raise
    return plan.get_absolute_url()


@transaction.atomic
def store(plan: FibrePlan, answer: Answer) -> None:
    """Replace what a plan held by an answer."""
    plan.stretches.all().delete()
    plan.joined.all().delete()
    FibreStretch.objects.bulk_create(answer.stretches, batch_size=BATCH)
    FibreEnd.objects.bulk_create(answer.ends, batch_size=BATCH)
    plan.state, plan.answer, plan.simulated = State.DONE, answer.facts, answer.simulated
    plan.save(update_fields=["state", "answer", "simulated"])


def end(plan_id: int, state: str, **facts: object) -> None:
    """Write down that a plan ended without an answer, with its history."""
    plan = FibrePlan.objects.get(pk=plan_id)
    if plan.under_way:
        plan.state, plan.answer = state, facts
        plan.save(update_fields=["state", "answer"])


def cancel_plan(*, actor: Person, plan: FibrePlan) -> bool:
    """Ask a plan to end, one that still waits for its turn at once; tell whether it still could be asked."""
    if not actor.has_perm(CHANGE, plan):
        raise PermissionDenied
    return cancel_job(plan.job, not_begun=lambda: end(plan.pk, State.CANCELLED))


@transaction.atomic
def remove_plan(*, actor: Person, plan: FibrePlan) -> None:
    """Remove a plan with its stretches and ends; its history stays. Raises ValidationError for one under way."""
    if not actor.has_perm(CHANGE, plan):
        raise PermissionDenied
    row = FibrePlan.objects.select_for_update().get(pk=plan.pk)
    if row.under_way:
        raise ValidationError(UNDER_WAY)
    sign(row, actor)
    row.delete()
