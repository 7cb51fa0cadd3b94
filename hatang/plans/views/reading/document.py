"""The words of a published plan, with what was read out of them marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hatang.pages.lists import whole_number
from hatang.plans.models import Plan, Statement
from hatang.plans.services.readings import Mark, Paragraph, document_of
from hatang.plans.services.readings.facts import tidy
from hatang.plans.views.reading.paper import MARKS, sheets

Kind = Statement.Kind


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Which words does the plan stand on?"""
    plans = Plan.objects.visible_to(request.user).select_related("territory", "province")
    plan = get_object_or_404(plans, code=code)
    paragraphs = document_of(plan, request.user)
    if not paragraphs:
        raise Http404
    words = asked_words(request, plan)
    if words:
        return redirect(f"{reverse('plans:document', args=[code])}#doan-{paragraph_of(words, paragraphs)}")
    context = {
        "plan": plan,
        "sheets": list(sheets(paragraphs, leads_to(plan, paragraphs))),
        "marks": MARKS,
        "crumbs": [
            (plan.province.full_name, reverse("web:province", args=[plan.province.code])),
            (plan.title, reverse("plans:plan", args=[plan.code])),
            ("Văn bản", ""),
        ],
    }
    return render(request, "plans/document.html", context)


def asked_words(request: HttpRequest, plan: Plan) -> str:
    """Give the words that the target or the task was read from whose place is asked for."""
    rows: dict[str, Any] = {"muc-tieu": plan.targets, "nhiem-vu": plan.tasks}
    for name, related in rows.items():
        pk = request.GET.get(name, "")
        if whole_number(pk, 9) is not None:
            return related.filter(pk=pk).values_list("quote", flat=True).first() or ""
    return ""


def paragraph_of(words: str, paragraphs: list[Paragraph]) -> int:
    """Say in which paragraph a mark has these words; the first paragraph where none has."""
    said = tidy(words)
    found = (p.number for p in paragraphs for m in p.marks if tidy(p.text[m.start : m.end]) == said)
    return next(found, 0)


def leads_to(plan: Plan, paragraphs: list[Paragraph]) -> Callable[[Mark], str]:
    """Give where each mark leads: a target to its indicator, a task to its page, the rest to its part of the plan."""
    own = reverse("plans:plan", args=[plan.code])
    parts = {Kind.BASIS: "can-cu", Kind.BODY: "trach-nhiem", Kind.DUTY: "trach-nhiem"}
    targets, tasks = targets_by_words(plan), tasks_by_words(plan)
    words = {m.statement: p.text[m.start : m.end] for p in paragraphs for m in p.marks if not m.why}

    def address(mark: Mark) -> str:
        said = tidy(words.get(mark.statement, ""))
        if mark.kind == Kind.TARGET:
            return targets.get(said, f"{own}#muc-tieu")
        if mark.kind == Kind.TASK:
            return tasks.get(said, f"{own}#nhiem-vu")
        return f"{own}#{parts.get(Kind(mark.kind), 'muc-tieu')}"

    return address


def targets_by_words(plan: Plan) -> dict[str, str]:
    """Give the address of each target's indicator by the words it was read from."""
    rows = plan.targets.exclude(quote="").values_list("quote", "indicator__code")
    return {tidy(quote): reverse("web:indicator", args=[plan.province.code, code]) for quote, code in rows}


def tasks_by_words(plan: Plan) -> dict[str, str]:
    """Give the address of each task by the words it was read from."""
    return {
        tidy(quote): reverse("plans:task", args=[pk])
        for pk, quote in plan.tasks.exclude(quote="").values_list("pk", "quote")
    }
