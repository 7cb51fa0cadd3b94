"""The checklist of a province's readiness for 6G, Open RAN and the end of 2G and 3G."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services import province_for
from hatang.coverage.forms.readiness import ReadinessForm
from hatang.coverage.models import ReadinessAnswer
from hatang.coverage.services.readiness.checklist import (
    CHANGE,
    Item,
    Standing,
    answer_item,
    by_group,
    checklist,
    finding_of,
    items,
    take_back,
)
from hatang.coverage.views.territory import in_coverage
from hatang.pages.lists import EXPORTS, SIMULATED_LINE
from hatang.places.models import Place

TITLE = "Sẵn sàng cho công nghệ mới"
HEADINGS = ["Nhóm", "Việc", "Trạng thái", "Đếm được", "Tổng số", "Đếm gì", "Mô phỏng"]
HEADINGS += ["Ngày", "Số văn bản", "Ghi chú", "Người trả lời"]


@login_required
def readiness(request: HttpRequest, code: str) -> HttpResponse:
    """Show where the province stands; `viec` names the item that is being answered."""
    province = province_for(request, code, "coverage.view_run", whole=True)
    may = request.user.has_perm(CHANGE, province)
    item = items().get(request.GET.get("viec", "")) if may else None
    form = form_for(request, province, item) if item else None
    if form and form.is_bound and acted(request, form):
        return redirect("coverage:readiness", code)
    standings = checklist(province, timezone.localdate())
    simulated = any(row.tally and row.tally.simulated for row in standings)
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        marked = [[SIMULATED_LINE]] if simulated else []
        return EXPORTS[export](f"{TITLE} {province}", [*marked, HEADINGS, *map(line_of, standings)])
    context = {
        "province": province,
        "title": TITLE,
        "finding": finding_of(standings),
        "groups": by_group(standings),
        "simulated": simulated,
        "may": may,
        "item": item,
        "form": form,
        "crumbs": in_coverage(province, (TITLE, "")),
    }
    return render(request, "coverage/readiness.html", context, status=422 if form and form.errors else 200)


def form_for(request: HttpRequest, province: Place, item: Item) -> ReadinessForm:
    """Give the form of an item, filled with what was answered."""
    before = ReadinessAnswer.objects.filter(province=province, item=item.key).first()
    answer = before or ReadinessAnswer(province=province, item=item.key, on=timezone.localdate())
    posted = request.POST if request.method == "POST" else None
    return ReadinessForm(posted, instance=answer, counted=item.counted)


def acted(request: HttpRequest, form: ReadinessForm) -> bool:
    """Keep the answer that was given, or take back the one before; tell whether either was done."""
    actor: Person = request.user  # type: ignore[assignment]
    if "bo" in request.POST:
        take_back(actor=actor, answer=form.instance)
        messages.success(request, "Đã bỏ câu trả lời.")
        return True
    if form.is_valid():
        answer_item(actor=actor, answer=form.instance)
        messages.success(request, "Đã lưu câu trả lời.")
        return True
    return False


def line_of(row: Standing) -> list[Any]:
    """Write an item for an export."""
    tally, answer = row.tally, row.answer
    counted = [tally.found, tally.total, tally.noun, "x" if tally.simulated else ""] if tally else [None, None, "", ""]
    said = [answer.on, answer.reference, answer.note, str(answer.by or "")] if answer else [None, "", "", ""]
    return [row.item.group, row.item.question, row.label, *counted, *said]
