"""Pages on which returns go up the line: what a return's page offers, each step, and the department's desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hatang.accounts.models import Person
from hatang.accounts.services import person_of
from hatang.core.vietnamese import number
from hatang.indicators.forms.approval import LINES, NoteForm, ReasonForm
from hatang.indicators.models import CHECK_RETURN, Finding, Return
from hatang.indicators.services.approval import (
    ACTS,
    Act,
    Note,
    acts_for,
    answer_finding,
    approve_return,
    check_return,
    is_filer,
    leave_out,
    may_be_filled,
    reopen_return,
    send_back,
    sign_return,
    submit_return,
)
from hatang.indicators.services.approval.mending import take_factor
from hatang.indicators.services.checks import run_checks
from hatang.indicators.services.checks.changes import factor_in, factor_words
from hatang.indicators.services.filling import items_of, read_words
from hatang.indicators.services.periods import places_of
from hatang.places.models import Place

Step = Callable[..., object]
MOST_SHOWN = 100
DONE = {
    "gui": "Đã gửi phiếu.",
    "ky": "Đã ký; phiếu sang Sở.",
    "kiem-tra": "Đã kiểm tra; phiếu chờ lãnh đạo Sở duyệt.",
    "duyet": "Đã duyệt và khoá phiếu.",
    "tra-lai": "Đã trả lại phiếu; người nộp được báo.",
    "mo-lai": "Đã mở lại phiếu; người nộp được báo.",
    "bo-qua": "Đã ghi lý do; số liệu cấp tỉnh không chờ phiếu này nữa.",
}
PLAIN: dict[str, Step] = {"gui": submit_return, "ky": sign_return, "kiem-tra": check_return, "duyet": approve_return}
WITH_REASON: dict[str, Step] = {"mo-lai": reopen_return, "bo-qua": leave_out}


def return_acts(request: HttpRequest, return_: Return) -> dict[str, Any]:
    """Give what `indicators/parts/return_acts.html` shows of a return: steps to take and taken, findings, notes."""
    person = person_of(request)
    acts = acts_for(person, return_)
    read_words(return_)
    findings = [shown(person, return_, finding) for finding in return_.findings.all()]
    return {
        "row": return_,
        "acts": acts,
        "findings": findings[:MOST_SHOWN],
        "standing": len(findings),
        "not_shown": max(0, len(findings) - MOST_SHOWN),
        "blocking": sum(f["finding"].hard for f in findings),
        "unexplained": sum(not f["finding"].hard and not f["finding"].reason for f in findings),
        "notes": list(return_.notes.all()),
        "steps": list(return_.steps.select_related("by")),
        "many_places": return_.period.form.by_commune,
    }


def shown(person: Person, row: Return, finding: Finding) -> dict[str, Any]:
    """Say of a finding what the person can do about it."""
    fills = may_be_filled(row) and is_filer(person, row)
    checks = row.state in (Return.State.SIGNED, Return.State.CHECKED) and person.has_perm(CHECK_RETURN, row)
    factor = factor_in(finding.key)
    own = not finding.reason or finding.answered_by_id == person.pk
    return {
        "finding": finding,
        "may_answer": not finding.hard and (fills or (checks and own)),
        "factor": factor_words(factor) if factor and fills else "",
        "place": finding.place if row.period.form.by_commune else None,
    }


def seen(request: HttpRequest, pk: object) -> Return:
    """Give a return that the person may see."""
    return get_object_or_404(
        Return.objects.visible_to(request.user).whole().select_related("period__form__province"), pk=pk
    )


@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: object, act: str) -> HttpResponse:
    """Take a step with a return; one that needs words, or is only looked at, has a page of its own."""
    row, step = seen(request, pk), ACTS.get(act)
    if step is None:
        raise Http404
    if step not in acts_for(person_of(request), row):
        messages.error(
            request, f"Không {step.button.lower()} được: phiếu {row.get_state_display()}, hoặc không phải việc của bạn."
        )
        return redirect(row)
    if act == "tra-lai":
        return notes_page(request, row, step)
    if act in WITH_REASON:
        return reason_page(request, row, step)
    if request.method == "GET":
        return redirect(row)
    done = take(request, row, step)
    return redirect(f"{row.get_absolute_url()}#{'cac-buoc' if done else 'kiem-tra'}")


def take(request: HttpRequest, row: Return, step: Act) -> bool:
    """Take a step that needs no words, say what came of it, and tell whether the return has moved."""
    try:
        if step.slug == "kiem":
            found = run_checks(row)
            hard = sum(finding.hard for finding in found)
            words = f"{number(len(found))} điều cần xem, {number(hard)} điều chặn." if found else "Không thấy điều gì."
            messages.success(request, f"Đã kiểm tra: {words}")
            return False
        PLAIN[step.slug](actor=person_of(request), return_=row)
    except ValidationError as error:
        messages.error(request, refused_words(row, step, error.messages))
    else:
        messages.success(request, DONE[step.slug])
        return True
    return False


def refused_words(row: Return, step: Act, reasons: list[str]) -> str:
    """Say why a step could not be taken: one reason whole; of several how many, since the page shows them below."""
    standing = row.findings.filter(standing=True, message__in=[r.removesuffix(" Cần giải thích.") for r in reasons])
    what = f"Chưa {step.button.lower()} được"
    if len(reasons) < 2 or not standing.exists():
        return f"{what}: {' '.join(reasons)}"
    waiting = row.findings.filter(standing=True)
    hard, soft = waiting.filter(hard=True).count(), waiting.filter(hard=False, reason="").count()
    parts = [f"{number(hard)} điều phải sửa" * bool(hard), f"{number(soft)} điều chờ giải thích" * bool(soft)]
    return f"{what}: còn {' và '.join(part for part in parts if part)}, kể ra dưới đây."


def reason_page(request: HttpRequest, row: Return, step: Act) -> HttpResponse:
    """Ask for a reason, then take the step."""
    form = ReasonForm(request.POST if request.method == "POST" else None, label=step.words)
    if form.is_valid():
        try:
            WITH_REASON[step.slug](actor=person_of(request), return_=row, reason=form.cleaned_data["words"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, DONE[step.slug])
            return redirect(row)
    context = {"form": form, "row": row, "act": step, "crumbs": crumbs_of(row, step)}
    return render(request, "indicators/return_reason.html", context, status=422 if form.errors else 200)


def notes_page(request: HttpRequest, row: Return, step: Act) -> HttpResponse:
    """Ask for notes on cells, then send the return back."""
    lines = note_lines(request, row, items_of(row), places_of(row))
    fault = ""
    if request.method == "POST" and all(line.is_valid() for line in lines):
        try:
            send_back(actor=person_of(request), return_=row, notes=notes_in(lines, row))
        except ValidationError as error:
            fault = " ".join(error.messages)
        else:
            messages.success(request, DONE[step.slug])
            return redirect(row)
    standing = row.findings.filter(standing=True)[:LINES]
    wrong = bool(fault) or any(line.errors for line in lines)
    context = {"lines": lines, "row": row, "act": step, "fault": fault, "findings": standing}
    return render(
        request,
        "indicators/return_notes.html",
        context | {"crumbs": crumbs_of(row, step)},
        status=422 if wrong else 200,
    )


def note_lines(request: HttpRequest, row: Return, items: list[Any], places: list[Place]) -> list[NoteForm]:
    """Make the lines for notes; the first is about the cell that the address names."""
    data = request.POST if request.method == "POST" else None
    asked = {"item": request.GET.get("dong", ""), "place": request.GET.get("noi", "")}
    return [
        NoteForm(data, items=items, places=places, prefix=f"n{n}", initial=asked if n == 0 else None)
        for n in range(LINES)
    ]


def notes_in(lines: Iterable[NoteForm], row: Return) -> list[Note]:
    """Read the notes that were typed; one about a line of a single place is about that place."""
    typed = [line.cleaned_data for line in lines]
    only = None if row.period.form.by_commune else row.place_id
    return [
        Note(t["text"], t["item"], int(t["place"]) if t.get("place") else (only if t["item"] else None)) for t in typed
    ]


def crumbs_of(row: Return, step: Act) -> list[tuple[str, str]]:
    """Lead from the return to a step."""
    return [(str(row.period), row.get_absolute_url()), (step.button, "")]


@require_POST
@login_required
def finding(request: HttpRequest, pk: object, finding: int) -> HttpResponse:
    """Explain a finding, or take what it proposes."""
    row = seen(request, pk)
    found = get_object_or_404(row.findings.select_related("of_return__period__form", "item", "place"), pk=finding)
    able = shown(person_of(request), row, found)
    if not able["may_answer"] and not able["factor"]:
        raise Http404
    try:
        if request.POST.get("nhan") and able["factor"]:
            take_factor(actor=person_of(request), finding=found)
            messages.success(request, f"Đã sửa {able['factor']}.")
        else:
            answer_finding(actor=person_of(request), finding=found, reason=request.POST.get("ly_do", ""))
            messages.success(request, "Đã ghi giải thích.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('indicators:return', args=[row.pk])}#kiem-tra")
