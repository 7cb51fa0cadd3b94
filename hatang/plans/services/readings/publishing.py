"""A reading becomes a plan: one transaction, once; and back, as long as nothing hangs on the plan."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.indicators.models import Indicator
from hatang.places.models import Place
from hatang.places.services import follow
from hatang.plans.forms.reading import AMENDS, REPLACES
from hatang.plans.models import Plan, PlanReading, Statement, Target, Task
from hatang.plans.services.readings.access import authorise, locked
from hatang.plans.services.readings.comparing import compare
from hatang.plans.services.readings.head import free_code
from hatang.plans.services.readings.making import CARRIED, Making, planned, publishing_reason
from hatang.plans.services.readings.parties import parties_in
from hatang.plans.services.readings.problems import publishing_problems
from hatang.plans.services.readings.standing import published_rows

State = PlanReading.State


def publish_reading(*, actor: Person, reading: PlanReading) -> Plan:
    """Make the plan that a reading describes, with its targets, tasks and duties, and publish it; once."""
    with transaction.atomic():
        row = locked(actor, reading)
        check_publishable(row)
        continued = continued_tasks(row)
        plan = make_plan(row, actor)
        Making(plan, actor, row, continued).make(published_rows(row))
        row.plan, row.state, row.saved_at = plan, State.SAVED, timezone.now()
        row.save(update_fields=["plan", "state", "saved_at"])
    return plan


def check_publishable(reading: PlanReading) -> None:
    """Refuse to publish while something is missing."""
    missing = [problem.message for problem in publishing_problems(reading) if problem.blocks]
    if missing:
        raise ValidationError(missing)


def continued_tasks(reading: PlanReading) -> dict[int, Task]:
    """Give the earlier plan's task that each task of an amendment or replacement continues, by its statement."""
    if reading.against is None or reading.facts.get("relation") not in (AMENDS, REPLACES):
        return {}
    found = compare(reading, reading.against)
    pairs = [(line.statement, line.row) for line in (*found.same, *found.changed) if line.kind == Statement.Kind.TASK]
    earlier = reading.against.tasks.select_related("lead").in_bulk([row for _, row in pairs])
    return {statement: earlier[row] for statement, row in pairs if statement and row}


def make_plan(reading: PlanReading, actor: Person) -> Plan:
    """Store the plan itself."""
    plan = planned(reading)
    plan.code = code_for(reading, plan.territory)
    check_territory(plan)
    sign(plan, actor, publishing_reason(reading))
    plan.full_clean()
    plan.save()
    return plan


def code_for(reading: PlanReading, territory: Place) -> str:
    """Give the plan's code: as it was typed; one that the machine proposed gives way where it was taken meanwhile."""
    facts = reading.facts
    code: str = facts["code"]
    taken = not facts.get("code_typed") and Plan.objects.filter(code=code).exists()
    return free_code(territory, (facts["year_from"], facts["year_to"])) if taken else code


def check_territory(plan: Plan) -> None:
    """Refuse a territory that does not lie in the province today."""
    places = follow([plan.territory], timezone.localdate())[plan.territory_id]
    if [passing.place.pk for passing in places] != [plan.province_id]:
        raise ValidationError(f"{plan.territory} nay không thuộc {plan.province}: chọn lại địa bàn của kế hoạch.")


def withdraw_plan(*, actor: Person, reading: PlanReading) -> None:
    """Take a published plan back to its reading, as long as nobody reported on it or works by it."""
    authorise(actor, reading)
    with transaction.atomic():
        row = PlanReading.objects.select_for_update().defer("document").get(pk=reading.pk)
        plan = Plan.objects.select_for_update().filter(pk=row.plan_id or 0).first()
        if row.state != State.SAVED or plan is None:
            raise ValidationError("Văn bản này chưa thành kế hoạch, hoặc kế hoạch đã được rút.")
        hanging = what_hangs_on(plan)
        if hanging:
            raise ValidationError(f"Không rút được kế hoạch: {hanging}.")
        reason = f"Rút về văn bản được đọc số {reading.pk}"
        sign(plan, actor, reason)
        plan.delete()
        PlanReading.objects.filter(pk=row.pk).update(plan=None, state=State.READY, saved_at=None)
        take_back_made(row, actor, reason)


def may_withdraw(reading: PlanReading) -> bool:
    """Tell whether the plan of a reading can still be taken back."""
    return reading.state == State.SAVED and reading.plan is not None and not what_hangs_on(reading.plan)


def what_hangs_on(plan: Plan) -> str:
    """Say what would be lost with a plan."""
    if plan.reports.exists():
        return "đã có báo cáo năm"
    if plan.amendments.exists() or Plan.objects.filter(replaces=plan).exists():
        return "đã có văn bản sửa đổi hoặc thay thế"
    if Task.objects.filter(continues__plan=plan).exists():
        return "nhiệm vụ của văn bản sau nối tiếp nhiệm vụ của kế hoạch này"
    untouched = {"state": Task.State.NOT_STARTED, "progress_text": "", "obstacle_text": "", "funding_source": ""}
    touched = plan.tasks.exclude(**untouched, estimate_vnd=None, spent_vnd=None)
    if any(map(moved_on, touched.select_related("continues"))):
        return "đã có tiến độ nhiệm vụ"
    return "đã được sửa sau khi công bố" if changed_since(plan) else ""


def changed_since(plan: Plan) -> bool:
    """Tell whether the plan, its targets or its tasks were changed after it was published."""
    saved_at = plan.readings.filter(state=State.SAVED).values_list("saved_at", flat=True).first()
    if saved_at is None:
        return False
    since = {"history_date__gt": saved_at}
    own = Plan.history.filter(id=plan.pk, **since).exists()
    return own or any(model.history.filter(plan_id=plan.pk, **since).exists() for model in (Task, Target))


def take_back_made(reading: PlanReading, actor: Person, reason: str) -> None:
    """Take away the indicators and bodies that publishing made and nothing uses now."""
    made = publishing_reason(reading)
    waiting = (
        Statement.objects.filter(reading__state=State.READY).exclude(reading=reading).values_list("facts", flat=True)
    )
    listed = list(waiting)
    named = {facts.get("indicator") for facts in listed}
    meant = {party["id"] for facts in listed for party in parties_in(facts)}
    for model, key, wanted in ((Indicator, "code", named), (Organisation, "pk", meant)):
        own = model.history.filter(history_type="+", history_change_reason=made).values("id")
        for row in model.objects.filter(pk__in=own):
            if getattr(row, key) not in wanted and not used(row):
                sign(row, actor, reason)
                row.delete()


def used(row: Model) -> bool:
    """Tell whether any register speaks of a row; histories do not count."""
    related = [f for f in row._meta.get_fields(include_hidden=True) if f.auto_created and not f.concrete]
    registers: list[Any] = [f for f in related if not hasattr(f.related_model, "history_type")]
    return any(f.related_model._base_manager.filter(**{f.field.name: row}).exists() for f in registers)


def moved_on(task: Task) -> bool:
    """Tell whether a task is further than the earlier document's task that it continues."""
    earlier = task.continues
    return earlier is None or any(getattr(task, name) != getattr(earlier, name) for name in CARRIED)
