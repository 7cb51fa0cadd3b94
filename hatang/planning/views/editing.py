"""A work of a scenario: what it is and serves and costs, what else could serve that; pinned, forbidden, moved."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hatang.pages.lists import whole_number
from hatang.planning.forms.editing import MoveForm
from hatang.planning.models import CHANGE, Candidate, Scenario
from hatang.planning.services.candidates import may_move
from hatang.planning.services.editing import move_work, wish_works
from hatang.planning.services.words import change_words
from hatang.planning.services.work_told import lacking_around, work_told
from hatang.planning.views.ways import candidate_for, in_scenario, scenario_for
from hatang.planning.views.works import WISH_ACTS, operator_words, paid_words

STANDS: dict[str, str] = {
    Candidate.Kind.NEW_MAST: "cột dựng mới ở chỗ này",
    Candidate.Kind.REPEATER: "trạm lặp đặt tại thôn",
    Candidate.Kind.SATELLITE: "thiết bị đầu cuối đặt tại thôn",
}


@login_required
@require_GET
def candidate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a work: whether and when it is built, what it serves, its costs line by line, what else there is."""
    row = candidate_for(request, pk)
    context = {
        "candidate": row,
        "scenario": row.scenario,
        "told": work_told(row),
        "operator": operator_words(row),
        "paid": paid_words(row),
        "wishes": WISH_ACTS,
        "stands": STANDS.get(row.kind, "kết cấu có sẵn"),
        "movable": may_move(row),
        "edits": request.user.has_perm(CHANGE, row.scenario) and may_edit(row.scenario),
        "simulated": row.simulated,
        "crumbs": in_work(row, ""),
    }
    return render(request, "planning/candidate.html", context)


def may_edit(scenario: Scenario) -> bool:
    """Tell whether a scenario is open to edits by hand: not under way, not taken."""
    return not scenario.under_way and not scenario.adopted_at


def in_work(row: Candidate, page: str) -> list[tuple[str, str]]:
    """Give the way to a work, or to a page of it."""
    works = ("Công trình", reverse("planning:works", args=[row.scenario_id]))
    own = (str(row), row.get_absolute_url() if page else "")
    return in_scenario(row.scenario, works, own, *([(page, "")] if page else []))


@login_required
@require_POST
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin, forbid or leave free some works of a scenario, and solve it again."""
    row = scenario_for(request, pk, CHANGE)
    said = [whole_number(text, 14) for text in request.POST.getlist("cong-trinh")]
    works = [number for number in said if number]
    wished = request.POST.get("y", "")

    def act() -> Scenario:
        return wish_works(actor=request.user, scenario=row, works=works, wish=wished)  # type: ignore[arg-type]

    return acted(request, row, act)


@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a work, and solve its scenario again."""
    row = candidate_for(request, pk, CHANGE)
    posted = request.POST if request.method == "POST" else None
    around = lacking_around(row)
    form = MoveForm(posted, candidate=row, around=around)
    if posted is not None and form.is_valid():
        place = form.cleaned_data
        try:
            moved = move_work(actor=request.user, candidate=row, lon=place["lon"], lat=place["lat"])  # type: ignore[arg-type]
            return told(request, moved)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "candidate": row, "lacking": len(around["features"]), "crumbs": in_work(row, "Dời")}
    return render(request, "planning/candidate_move.html", context, status=422 if form.errors else 200)


def acted(request: HttpRequest, row: Scenario, act: Callable[[], Scenario]) -> HttpResponse:
    """Edit a scenario and go to its page, or say why not."""
    try:
        return told(request, act())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back_to(request, row))


def told(request: HttpRequest, scenario: Scenario) -> HttpResponse:
    """Go to the scenario, whose page says what changed, or back to the list with words of it."""
    words = change_words(scenario) if from_list(request) else ""
    messages.success(request, f"Đã ghi và tính lại. {words}".strip() if scenario.solved else "Đã ghi.")
    return redirect(back_to(request, scenario))


def from_list(request: HttpRequest) -> bool:
    """Tell whether somebody edits from the list of works, not from a work's own page."""
    return request.POST.get("tu") == "danh-sach"


def back_to(request: HttpRequest, scenario: Scenario) -> str:
    """Give the page from which somebody edits: the list of works, or the scenario's own page."""
    if from_list(request):
        return reverse("planning:works", args=[scenario.pk])
    return scenario.get_absolute_url()
