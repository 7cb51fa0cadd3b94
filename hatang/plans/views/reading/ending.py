"""The end of a review: what changed against an earlier plan, publishing, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from hatang.core.vietnamese import number
from hatang.plans.forms.reading import RELATIONS, plan_label
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services import readings
from hatang.plans.services.readings import Comparison, Line
from hatang.plans.services.readings.parties import parties_in, unknown
from hatang.plans.views.reading.desk import under_review, visible_reading, way
from hatang.plans.views.reading.rows import TABS, row_url
from hatang.plans.views.reading.wording import side_by_side

State = PlanReading.State
SIDES = (
    ("changed", "Thay đổi"),
    ("added", "Thêm mới"),
    ("missing", "Kế hoạch có, văn bản không nhắc"),
    ("same", "Giữ nguyên"),
)
LONG = 12


def crumbs(reading: PlanReading, here: str) -> list[tuple[str, str]]:
    """Give the way to a page after the review."""
    return way(reading, (reading.file.name, reverse("plans:reading", args=[reading.pk])), (here, ""))


@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with what will come of it; then make the plan."""
    reading = visible_reading(request, pk)
    if reading.state != State.READY:
        return redirect("plans:reading", pk)
    if request.method == "POST":
        return published(request, reading)
    return render(request, "plans/reading_publish.html", publishing_context(reading))


def published(request: HttpRequest, reading: PlanReading) -> HttpResponse:
    """Make the plan, or say what is still missing."""
    try:
        readings.publish_reading(actor=request.user, reading=reading)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("plans:reading_publish", reading.pk)
    messages.success(request, "Đã công bố kế hoạch.")
    return redirect("plans:reading", reading.pk)


def publishing_context(reading: PlanReading) -> dict[str, Any]:
    """Give what will be made, what nobody looked at, and what stands against it."""
    rows = list(reading.statements.all())
    problems, told = readings.publishing_problems(reading), counts(rows)
    blocking = [problem_line(reading, rows, p) for p in problems if p.blocks]
    return {
        "reading": reading,
        "facts": reading.facts,
        "counts": told,
        "blocking": blocking,
        "warnings": [problem_line(reading, rows, p) for p in problems if not p.blocks],
        "unknown": any(unknown(parties_in(s.facts)) for s in rows),
        "on": parse_date(reading.facts.get("date") or ""),
        "total": sum(made for _, made, _, _ in told),
        "relation": dict(RELATIONS).get(reading.facts.get("relation", ""), ""),
        "crumbs": crumbs(reading, "Công bố"),
    }


def counts(rows: list[Statement]) -> list[tuple[str, int, int, int]]:
    """Count by kind what will be made, how much of it nobody looked at, and what stays out."""
    told = []
    for kind, label in TABS.items():
        own = [s for s in rows if s.kind == kind]
        made = [s for s in own if readings.goes_in(s)]
        unseen = sum(s.state == Statement.State.PROPOSED for s in made)
        told += [(label, len(made), unseen, len(own) - len(made))] if kind != Statement.Kind.ODDITY and own else []
    return told


def problem_line(reading: PlanReading, rows: list[Statement], problem: readings.Problem) -> tuple[str, str]:
    """Give a problem with the address where it is mended."""
    statement = next((s for s in rows if s.pk == problem.statement), None)
    if statement:
        return problem.message, row_url(reading.pk, statement.kind, statement.pk)
    return problem.message, f"{reverse('plans:reading', args=[reading.pk])}?loai=chung" if problem.blocks else ""


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published plan back to its document."""
    reading = visible_reading(request, pk)
    try:
        readings.withdraw_plan(actor=request.user, reading=reading)  # type: ignore[arg-type]
        messages.success(request, "Đã rút lại kế hoạch; văn bản trở lại bước xem.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("plans:reading", pk)


@login_required
@require_http_methods(["GET", "POST"])
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """What does the document change against a plan? Choosing the plan also says which one it may amend."""
    reading = under_review(request, pk)
    plans = list(Plan.objects.visible_to(request.user).filter(province=reading.province).order_by("-year_to", "code"))
    if request.method == "POST":
        chosen = next((p for p in plans if p.code == request.POST.get("voi")), None)
        readings.choose_against(actor=request.user, reading=reading, plan=chosen)  # type: ignore[arg-type]
        return redirect("plans:reading_compare", pk)
    plan = reading.against
    context: dict[str, Any] = {
        "reading": reading,
        "plan": plan,
        "plans": [(p, plan_label(p)) for p in plans],
        "crumbs": crumbs(reading, "So sánh"),
    }
    if plan:
        found = readings.compare(reading, plan)
        context |= {"finding": finding(found), "sides": sides(reading, found)}
    return render(request, "plans/reading_compare.html", context)


def finding(found: Comparison) -> str:
    """Say in one sentence what changes."""
    sides = (("thay đổi", found.changed), ("thêm", found.added), ("không nhắc lại", found.missing))
    counted = [f"{word} {number(len(rows))} dòng" for word, rows in sides if rows]
    if not counted:
        return "Văn bản không thay đổi gì so với kế hoạch."
    return f"Văn bản {', '.join(counted)}; giữ nguyên {number(len(found.same))} dòng."


def sides(reading: PlanReading, found: Comparison) -> list[dict[str, Any]]:
    """Give each side of a comparison that has rows, kind by kind."""
    told = []
    for name, label in SIDES:
        lines: list[Line] = getattr(found, name)
        kinds = [
            kind_of_side(reading, name, label, [x for x in lines if x.kind == kind]) for kind, label in TABS.items()
        ]
        told.append({"name": name, "label": label, "count": len(lines), "kinds": [k for k in kinds if k["rows"]]})
    return [side for side in told if side["count"]]


def kind_of_side(reading: PlanReading, side: str, label: str, lines: list[Line]) -> dict[str, Any]:
    """Give the rows of one kind; what stays the same and what is long is folded."""
    is_open = side == "changed" or (side != "same" and len(lines) <= LONG)
    return {"label": label, "rows": [lined(reading, line) for line in lines], "open": is_open}


def lined(reading: PlanReading, line: Line) -> dict[str, Any]:
    """Give a line with the address of its words, and what differs word by word."""
    return {
        "words": line.words,
        "url": row_url(reading.pk, line.kind, line.statement) if line.statement else "",
        "differences": [(d.what, *side_by_side(d.before, d.after)) for d in line.differences],
    }
