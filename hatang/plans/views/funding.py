"""The money of a plan's tasks: totals every way, the lines, and a form and a file for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hatang.accounts.services import person_of
from hatang.core.vietnamese import number
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number
from hatang.pages.table_files import TableFileForm, faults_in_file, faults_page
from hatang.plans.forms.funding import FundingForm
from hatang.plans.models import Funding, Plan
from hatang.plans.services.funding import (
    CHANGE,
    HEADINGS,
    against_plan,
    all_totals,
    funding_of,
    import_funding,
    keep_funding,
    remove_funding,
    total_of,
)

SEE = "indicators.view_draft"


def plan_for(request: HttpRequest, code: str, permission: str = SEE) -> Plan:
    """Give a plan to those who see its money; otherwise it answers as if it were not there."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("province"), code=code)
    if not request.user.has_perm(permission, plan.province):
        raise Http404
    return plan


@login_required
@require_http_methods(["GET", "POST"])
def funding(request: HttpRequest, code: str) -> HttpResponse:
    """Show the money; `dong` names the line that is corrected, 0 a new one."""
    plan = plan_for(request, code)
    may = request.user.has_perm(CHANGE, plan.province)
    form = form_for(request, plan) if may else None
    if request.method == "POST" and form is None:
        raise Http404
    if form and form.is_bound and form.is_valid() and kept(request, form):
        return redirect("plans:funding", code)
    rows = funding_of(plan)
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        return EXPORTS[export](f"Kinh phí {plan.title}"[:100], table_of(plan, rows))
    context = {
        "plan": plan,
        "rows": rows,
        "totals": all_totals(rows) if rows else [],
        "finding": finding_of(rows),
        "apart": against_plan(plan, rows),
        "may": may,
        "form": form,
        "file_form": TableFileForm(),
        "simulated": any(row.simulated for row in rows),
        "crumbs": [
            (plan.province.full_name, reverse("web:province", args=[plan.province.code])),
            (plan.title, reverse("plans:plan", args=[code])),
            ("Kinh phí", ""),
        ],
    }
    return render(request, "plans/funding.html", context, status=422 if form and form.errors else 200)


def finding_of(rows: list[Funding]) -> str:
    """Say in a sentence how far the money has come."""
    if not rows:
        return "Chưa có dòng kinh phí nào."
    total = total_of("", rows)
    spent = f", {number(total.spent_percent, 1)}% số được duyệt" if total.spent_percent is not None else ""
    return (
        f"Dự toán {number(total.estimate_vnd / 1e6)} triệu đồng; được duyệt {number(total.decided_vnd / 1e6)} triệu; "
        f"đã chi {number(total.spent_vnd / 1e6)} triệu{spent}."
    )


def form_for(request: HttpRequest, plan: Plan) -> FundingForm | None:
    """Give the form of the line that the address names, or of a new one."""
    asked = whole_number(request.GET.get("dong", ""), 10)
    if asked is None:
        return None
    row = Funding.objects.filter(task__plan=plan, pk=asked).first() or Funding(year=timezone.localdate().year)
    return FundingForm(request.POST if request.method == "POST" else None, instance=row, plan=plan)


def kept(request: HttpRequest, form: FundingForm) -> bool:
    """Keep the line, or put the objections on the form."""
    try:
        keep_funding(actor=person_of(request), row=form.instance)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, "Đã lưu dòng kinh phí.")
    return True


def table_of(plan: Plan, rows: list[Funding]) -> list[list[Any]]:
    """Give the lines, then a line for each task that has none, as a table to fill in and bring back."""
    numbers = {task.pk: (k, task) for k, task in enumerate(plan.tasks.order_by("order"), start=1)}
    lines = [line_of(numbers[row.task_id][0], row) for row in rows]
    without = [(k, task) for pk, (k, task) in numbers.items() if pk not in {row.task_id for row in rows}]
    year = timezone.localdate().year
    empty: list[list[Any]] = [[k, task.title, year, Funding.Source.BUDGET.label, *[None] * 7] for k, task in without]
    marked = [[SIMULATED_LINE]] if any(row.simulated for row in rows) else []
    return [*marked, list(HEADINGS), *lines, *empty]


def line_of(task_number: int, row: Funding) -> list[Any]:
    """Write a line for an export."""
    code = row.commune.code if row.commune else None
    money = [row.estimate_vnd, row.appraised_vnd, row.decided_vnd, row.decision, row.spent_vnd, row.note]
    return [task_number, row.task.title, row.year, row.get_source_display(), code, *money]


@login_required
@require_POST
def remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a line away."""
    plan = plan_for(request, code, CHANGE)
    remove_funding(actor=person_of(request), row=get_object_or_404(Funding, task__plan=plan, pk=pk))
    messages.success(request, "Đã bỏ dòng kinh phí; lịch sử vẫn giữ.")
    return redirect("plans:funding", code)


@login_required
@require_POST
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Take a file of lines, whole or not at all."""
    plan = plan_for(request, code, CHANGE)

    def keep(content: bytes, name: str) -> None:
        done = import_funding(actor=person_of(request), plan=plan, content=content, name=name)
        added, changed, alike = (number(count) for count in done)
        messages.success(request, f"Đã ghi tệp: thêm {added}, sửa {changed}, giữ nguyên {alike} dòng.")

    if faults := faults_in_file(request, keep):
        crumbs = [(plan.title, reverse("plans:plan", args=[code])), ("Tệp kinh phí", "")]
        return faults_page(request, faults, back=reverse("plans:funding", args=[code]), crumbs=crumbs)
    return redirect("plans:funding", code)
