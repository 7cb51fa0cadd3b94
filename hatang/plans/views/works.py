"""Tasks out of a scenario's works: which would be made in a plan, make them, take them back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.pages.lists import whole_number
from hatang.planning.models import Scenario
from hatang.plans.models import Plan
from hatang.plans.services.works import CHANGE, Comparison, compare_tasks, make_tasks, undo_tasks, untouched

TITLE = "Nhiệm vụ từ phương án"
UNDO = "hoan-tac"


@login_required
@require_GET
def plans_for_scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the plan that takes a scenario's works up as tasks; where there is one, it is that."""
    scenarios = Scenario.objects.visible_to(request.user).select_related("province")
    scenario = get_object_or_404(scenarios, pk=pk)
    if not request.user.has_perm(CHANGE, scenario):
        raise Http404
    plans = Plan.objects.visible_to(request.user).filter(province=scenario.province).order_by("-year_to", "code")
    if len(plans) == 1:
        return redirect(f"{reverse('plans:tasks_from_works', args=[plans[0].code])}?phuong-an={scenario.pk}")
    context = {
        "scenario": scenario,
        "plans": plans,
        "simulated": scenario.simulated,
        "crumbs": [
            (scenario.province.full_name, reverse("web:province", args=[scenario.province.code])),
            ("Phương án", reverse("planning:scenarios", args=[scenario.province.code])),
            (scenario.title, scenario.get_absolute_url()),
            (TITLE, ""),
        ],
    }
    return render(request, "plans/plans_for_scenario.html", context)


@login_required
def tasks_from_works(request: HttpRequest, code: str) -> HttpResponse:
    """Show the adopted scenarios, or of the one in the address what its tasks would be; make or take back."""
    plans = Plan.objects.visible_to(request.user).select_related("province", "territory")
    plan = get_object_or_404(plans, code=code)
    if not request.user.has_perm(CHANGE, plan):
        raise Http404
    scenario = asked_scenario(request, plan)
    if scenario and request.method == "POST":
        act(request, plan, scenario)
        return redirect(f"{reverse('plans:tasks_from_works', args=[code])}?phuong-an={scenario.pk}")
    context: dict[str, Any] = {"plan": plan, "title": TITLE, "scenario": scenario, "crumbs": crumbs(plan)}
    if scenario:
        found = compare_tasks(plan, scenario)
        context |= {"found": found, "finding": finding_of(scenario, found), "simulated": scenario.simulated}
        context |= {"undoable": any(untouched(task) for task in made_before(found))}
    else:
        scenarios = Scenario.objects.visible_to(request.user).filter(province=plan.province)
        context["scenarios"] = scenarios.adopted().order_by("-adopted_at")
    return render(request, "plans/tasks_from_works.html", context)


def asked_scenario(request: HttpRequest, plan: Plan) -> Scenario | None:
    """Give the scenario that the address names; one that is not there, or of another province, answers 404."""
    if (text := request.GET.get("phuong-an", "")) == "":
        return None
    pk = whole_number(text, 12)
    scenarios = Scenario.objects.visible_to(request.user).filter(province=plan.province_id)
    return get_object_or_404(scenarios.select_related("province"), pk=pk)


def crumbs(plan: Plan) -> list[tuple[str, str]]:
    """Give the way from the province through the plan."""
    province = plan.province
    above = [(province.full_name, reverse("web:province", args=[province.code]))]
    return [*above, (plan.title, reverse("plans:plan", args=[plan.code])), (TITLE, "")]


def made_before(found: Comparison) -> list[Any]:
    """List the tasks of the scenario that stand in the plan."""
    return [*(t for t, _, _ in found.changed), *found.gone, *(t for t, _ in found.kept), *found.same]


def finding_of(scenario: Scenario, found: Comparison) -> str:
    """Say what making the tasks would do."""
    parts = []
    if found.new:
        money = sum(task.capital_vnd for task in found.new)
        parts.append(f"lập {number(len(found.new))} nhiệm vụ mới, dự toán {vnd_words(money)}")
    for rows, words in ((found.changed, "sửa"), (found.gone, "bỏ")):
        if rows:
            parts.append(f"{words} {number(len(rows))} nhiệm vụ đã lập")
    stays = f" {number(len(found.kept))} nhiệm vụ đã có người cập nhật nên giữ nguyên." if found.kept else ""
    if parts:
        return f"Sẽ {', '.join(parts)}.{stays}"
    if found.same:
        return f"{number(len(found.same))} nhiệm vụ đã lập khớp với phương án, không có gì phải đổi.{stays}"
    return f"Phương án “{scenario.title}” không có công trình nào để lập nhiệm vụ.{stays}"


def act(request: HttpRequest, plan: Plan, scenario: Scenario) -> None:
    """Make the tasks, or take them back, and say what was done."""
    actor: Person = request.user  # type: ignore[assignment]
    try:
        if UNDO in request.POST:
            count, stay = undo_tasks(actor=actor, plan=plan, scenario=scenario)
            stays = f" {number(len(stay))} nhiệm vụ đã có người cập nhật được giữ lại." if stay else ""
            messages.success(request, f"Đã bỏ {number(count)} nhiệm vụ lập từ phương án.{stays}")
        else:
            done = make_tasks(actor=actor, plan=plan, scenario=scenario)
            told = f"{number(len(done.new))} nhiệm vụ mới, {number(len(done.changed))} sửa, {number(len(done.gone))} bỏ"
            messages.success(request, f"Đã lập nhiệm vụ: {told}.")
    except ValidationError as error:
        messages.error(request, f"Chưa lập được: {' '.join(error.messages)}")
