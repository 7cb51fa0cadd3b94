"""The plan's page and a task's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from hatang.accounts.models import Organisation
from hatang.accounts.services import bodies_on, body_on
from hatang.core.vietnamese import number
from hatang.indicators.models import Component
from hatang.places.models import Place
from hatang.planning.models import CHANGE as CHANGE_SCENARIO
from hatang.planning.models import SEE as SEE_SCENARIO
from hatang.planning.models import Candidate, CandidateService
from hatang.plans.checks import PlanFacts, find_oddities
from hatang.plans.forms import ProgressForm, TaskForm
from hatang.plans.governing import continued, relations_of
from hatang.plans.models import Baseline, Duty, Plan, PlanReading, Task
from hatang.plans.services import TargetProgress, finding, governing_only, progress_of, report_years, task_changes
from hatang.plans.views.foresight import early_of

CHANGE, REPORT, ODDITY = "plans.change_plan", "plans.report_task", "plans.view_oddity"
SEE_MONEY = "indicators.view_draft"


@dataclass(frozen=True)
class TargetGroup:
    """The targets of one component."""

    label: str
    rows: Sequence[TargetProgress]


@dataclass(frozen=True)
class TaskLine:
    """A task, whether it is late, and whether a later document took it over."""

    task: Task
    late: bool
    gone: bool = False


@dataclass(frozen=True)
class LeadGroup:
    """The tasks that one body leads (None: the plan names nobody); `heir` answers for it today if it is gone."""

    lead: Organisation | None
    heir: Organisation | None
    lines: Sequence[TaskLine]

    @property
    def late(self) -> int:
        """How many are late."""
        return sum(line.late for line in self.lines)


@dataclass(frozen=True)
class DutyGroup:
    """What one body owes."""

    body: Organisation
    heir: Organisation | None
    duties: Sequence[Duty]


def plan_page(request: HttpRequest, code: str) -> HttpResponse:
    """Who must do what by when?"""
    plan, later = plan_and_later(request, code)
    today = timezone.localdate()
    stated = list(Baseline.objects.filter(plan__province=plan.province).order_by("pk"))
    baselines = [b for b in stated if b.plan_id == plan.pk]
    everything = progress_of(plan.province, today=today, person=request.user)
    own = [p for p in everything if p.target.plan_id == plan.pk]
    taken_over = Exists(Task.objects.superseded(today).filter(pk=OuterRef("pk")))
    tasks = list(plan.tasks.visible_to(request.user).select_related("lead__province").annotate(gone=taken_over))
    duties = list(plan.duties.select_related("body__province"))
    bodies = {d.body_id: d.body for d in duties} | {t.lead.pk: t.lead for t in tasks if t.lead}
    heirs = bodies_on(bodies.values(), today)
    rivals = [p.target for p in everything if p.target.plan_id != plan.pk]
    facts = PlanFacts(plan, [p.target for p in own], baselines, list(bodies.values()), today, heirs, rivals)
    lead_groups = _by_lead(tasks, heirs, today)
    context = {
        "plan": plan,
        "finding": finding_of(own, today),
        "relations": relations_of(plan, later, on=today),
        "late": _lateness(lead_groups),
        "groups": _by_component(own),
        "early": early_of(plan, own, request.user, today),
        "leads": lead_groups,
        "duty_groups": _by_body(duties, heirs),
        "bases": plan.bases.order_by("date", "number"),
        "other_baselines": [b for b in baselines if b.indicator_id is None],
        "oddities": find_oddities(facts) if request.user.has_perm(ODDITY, plan) else None,
        "others": _other_plans(plan, everything),
        "years": report_years(plan, today=today),
        "writes": request.user.has_perm("plans.write_report", plan),
        "reads": request.user.has_perm(CHANGE, plan),
        "begins_scenarios": request.user.has_perm(CHANGE_SCENARIO, plan.province),
        "has_document": has_document(plan),
        "sees_money": request.user.has_perm(SEE_MONEY, plan),
        "simulated": any(p.simulated for p in own) or any(t.simulated for t in tasks),
        "crumbs": [*_above(plan), (plan.title, "")],
    }
    return render(request, "plans/plan.html", context)


def finding_of(own: Sequence[TargetProgress], today: date) -> str:
    """Say how the targets that still govern stand, and how many a later document took over."""
    governing = governing_only(own)
    gone = len(own) - len(governing)
    repeated = any(p.governing and p.governing.repeated for p in own if not p.governs)
    verb = "được văn bản khác nhắc lại, thay hoặc sửa" if repeated else "được văn bản sau thay hoặc sửa"
    if own and not governing:
        return f"Mọi mục tiêu của kế hoạch này đã {verb}."
    told = f" {number(gone)} mục tiêu khác đã {verb}." if gone else ""
    return finding(governing, today=today) + told


def plan_and_later(request: HttpRequest, code: str) -> tuple[Plan, list[Plan]]:
    """Give the plan of a code and the published documents that replace or amend it, in one query."""
    wanted = Q(code=code) | Q(replaces__code=code, published=True) | Q(amends__code=code, published=True)
    related = ("territory", "province", "replaces", "amends")
    plans = list(Plan.objects.visible_to(request.user).filter(wanted).select_related(*related).distinct())
    plan = next((plan for plan in plans if plan.code == code), None)
    if plan is None:
        raise Http404
    return plan, [other for other in plans if other.pk != plan.pk]


def has_document(plan: Plan) -> bool:
    """Tell whether the plan was read from a document that can be shown."""
    return plan.readings.filter(state=PlanReading.State.SAVED).exists()


def _above(plan: Plan) -> list[tuple[str, str]]:
    province = plan.province
    return [(province.full_name, reverse("web:province", args=[province.code]))]


def _by_component(progress: Iterable[TargetProgress]) -> list[TargetGroup]:
    """Group targets by component; within one, the targets of an indicator stand together by year."""
    listed = list(progress)
    groups = [(c.label, [p for p in listed if p.indicator.component == c]) for c in Component]
    ordered = [(label, sorted(rows, key=lambda p: (p.indicator.number, p.target.year))) for label, rows in groups]
    return [TargetGroup(label, rows) for label, rows in ordered if rows]


def _by_lead(tasks: Iterable[Any], heirs: dict[int, Organisation], today: date) -> list[LeadGroup]:
    """Group tasks by who leads them, those without a lead last."""
    by_lead: dict[int | None, list[Any]] = {}
    for task in tasks:
        by_lead.setdefault(task.lead_id, []).append(task)
    groups = [
        LeadGroup(same[0].lead, _heir(same[0].lead, heirs), [_line(t, today, t.gone) for t in same])
        for same in by_lead.values()
    ]
    return sorted(groups, key=lambda group: (group.lead is None, -group.late))


def _line(task: Task, today: date, gone: bool) -> TaskLine:
    """Give a task's line; what a later document took over is not late here."""
    return TaskLine(task, not gone and task.late(today), gone)


def _by_body(duties: Iterable[Duty], heirs: dict[int, Organisation]) -> list[DutyGroup]:
    by_body: dict[int, list[Duty]] = {}
    for duty in duties:
        by_body.setdefault(duty.body_id, []).append(duty)
    return [DutyGroup(same[0].body, _heir(same[0].body, heirs), same) for same in by_body.values()]


def _heir(body: Organisation | None, heirs: dict[int, Organisation]) -> Organisation | None:
    """Give who answers today for a body that is gone; None where it still does itself, or a body of the same name."""
    heir = heirs.get(body.pk) if body else None
    return heir if heir and body and heir.name != body.name else None


def _lateness(groups: Iterable[LeadGroup]) -> str:
    """Say how many tasks are done and how many late, of those that no later document took over."""
    everything = [line for group in groups for line in group.lines]
    lines = [line for line in everything if not line.gone]
    gone = len(everything) - len(lines)
    moved = f" {number(gone)} nhiệm vụ đã được văn bản sau thay hoặc sửa, theo dõi ở văn bản ấy." if gone else ""
    if not lines:
        return moved.strip()
    done = sum(line.task.state == Task.State.DONE for line in lines)
    late = sum(line.late for line in lines)
    undated = sum(line.task.due_on is None for line in lines)
    text = f"{number(done)} trong {number(len(lines))} nhiệm vụ đã hoàn thành, {number(late)} quá hạn"
    return (f"{text}; {number(undated)} nhiệm vụ kế hoạch không ghi hạn." if undated else f"{text}.") + moved


def _other_plans(plan: Plan, progress: Iterable[TargetProgress]) -> list[Plan]:
    """List the province's other plans that have targets."""
    return list({p.target.plan_id: p.target.plan for p in progress if p.target.plan_id != plan.pk}.values())


class TaskPage(View):
    """How far is this task, and what is in its way?"""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = self.find(request, pk)
        form = _form_class(request, task)
        return self.page(request, task, form(instance=task) if form else None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = self.find(request, pk)
        form_class = _form_class(request, task)
        if form_class is None:
            raise Http404
        form = form_class(request.POST, instance=task)
        if not form.is_valid():
            return self.page(request, self.find(request, pk), form)
        form.save()
        messages.success(request, "Đã lưu nhiệm vụ.")
        return redirect("plans:task", pk=pk)

    def find(self, request: HttpRequest, pk: int) -> Task:
        """Give the task if the person may see its plan."""
        related = ("plan__province", "plan__territory", "lead__province", "continues__plan", "scenario")
        return get_object_or_404(Task.objects.visible_to(request.user).select_related(*related), pk=pk)

    def page(self, request: HttpRequest, task: Task, form: ProgressForm | None) -> HttpResponse:
        today = timezone.localdate()
        plan = task.plan
        inside = form is not None or request.user.has_perm(ODDITY, plan)
        later = continued(task, on=today)
        context: dict[str, Any] = {
            "task": task,
            "late": later is None and task.late(today),
            "later": later,
            "heirs": task.continued_by.filter(plan__in=Plan.objects.visible_to(request.user)) if later else [],
            "heir": _heir(task.lead, {task.lead.pk: body_on(task.lead, today)}) if task.lead else None,
            "support": task.support.order_by("sort_key"),
            "form": None if later else form,
            "works": works_of(task) if task.scenario_id else [],
            "sees_scenario": task.scenario_id and request.user.has_perm(SEE_SCENARIO, plan),
            "inside": inside,
            "changes": task_changes(task) if inside else [],
            "simulated": task.simulated,
            "has_document": bool(task.quote) and has_document(plan),
            "crumbs": [*_above(plan), (plan.title, reverse("plans:plan", args=[plan.code])), ("Nhiệm vụ", "")],
        }
        return render(request, "plans/task.html", context, status=422 if form and form.errors else 200)


def works_of(task: Task) -> list[tuple[Candidate, list[Place]]]:
    """Give the works of a task, each with the places that it serves, as its scenario has them now."""
    services = CandidateService.objects.select_related("place").order_by("place__sort_key")
    works = task.works.select_related("commune").prefetch_related(Prefetch("services", queryset=services))
    ordered = works.order_by("commune__sort_key", "number")
    return [(work, [service.place for service in work.services.all()]) for work in ordered]  # type: ignore[attr-defined]


def _form_class(request: HttpRequest, task: Task) -> type[ProgressForm] | None:
    """Say what the person may change: everything, the progress, or nothing."""
    if request.user.has_perm(CHANGE, task):
        return TaskForm
    return ProgressForm if request.user.has_perm(REPORT, task) else None
