"""Pages of scenarios: the list, the form, a scenario's page, and what may be done with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, moment
from hatang.coverage.models import CoverageRun
from hatang.pages.amounts import vnd_words
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.planning.forms.scenarios import ScenarioForm
from hatang.planning.models import ADOPT, CHANGE, SEE, Scenario, ScenarioBudget
from hatang.planning.services.candidates import GROUPS
from hatang.planning.services.figures import figures_of
from hatang.planning.services.infeasible import floor_told, reasons_told, relax_scenario, take_over
from hatang.planning.services.scenarios import (
    adopt_scenario,
    change_scenario,
    copy_scenario,
    create_scenario,
    delete_scenario,
    give_back_scenario,
)
from hatang.planning.services.solving import SOLVING_FROM, ask_solve, fits, stop_solving
from hatang.planning.services.words import asked_words, change_words, finding, late_words
from hatang.planning.views.territory import way
from hatang.planning.views.ways import PLANNING, in_planning, in_scenario, scenario_for

State, Source = Scenario.State, ScenarioBudget.Source
SAVE_ONLY, TABLE_ONLY = "luu", "bang"
NAMED_FIRST = 20


class ScenarioList(LoginRequiredMixin, ListPage):
    """A province's scenarios."""

    title = "Phương án phủ sóng"
    template = "planning/scenario_list.html"
    search_fields = ("search_key",)
    default_sort = "-asked_at"
    empty_text = "Chưa có phương án nào."
    columns: ClassVar[tuple[Column, ...]] = (
        Column("Phương án", str, "search_key", link=Scenario.get_absolute_url),
        Column("Cần", asked_words),
        Column("Trạng thái", lambda row: row.get_state_display(), "state"),
        Column("Công trình", lambda row: row.works if row.solved else None, "works", number=True, decimals=0),
        Column("Vốn, tỷ đồng", lambda row: billions(row, "capital_vnd"), number=True, decimals=2),
        Column("Quy về hiện tại, tỷ đồng", lambda row: billions(row, "cost_vnd"), number=True, decimals=2),
        Column(
            "Được, %", lambda row: row.answer.get("served_percent") if row.solved else None, number=True, decimals=1
        ),
        Column("Được chọn", lambda row: day(row.adopted_at) if row.adopted_at else "", "adopted_at"),
        Column("Lập lúc", lambda row: moment(row.asked_at), "asked_at"),
        Column("Người lập", lambda row: str(row.asked_by or "")),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_for(request, kwargs["code"], SEE, whole=True)
        rows = Scenario.objects.filter(province=self.province).visible_to(request.user)
        if request.GET.get("chon"):
            rows = rows.adopted()
        built = Count("candidates", filter=Q(candidates__year__isnull=False))
        return rows.annotate(works=built).select_related("asked_by", "area").defer("curve", "tornado")

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"Phương án {self.province} {timezone.localdate():%Y-%m-%d}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "changes": request.user.has_perm(CHANGE, self.province),
            "runs": CoverageRun.objects.done().filter(province=self.province).exists(),
            "crumbs": way(self.province, (PLANNING, "")),
        }


def billions(scenario: Scenario, of: str) -> float | None:
    """Give a solved scenario's capital or present cost, tỷ đồng."""
    amount = scenario.answer.get(of)
    return amount / 1e9 if scenario.solved and amount is not None else None


@login_required
def new_scenario(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is needed; a plan's goal, or a scenario and a point of its curve, fill the form through the address."""
    province = province_for(request, code, CHANGE, whole=True)
    return written(request, Scenario(province=province), like=named(request, province))


def named(request: HttpRequest, province: Place) -> Scenario | None:
    """Give the scenario of the province that a new one is to be like, if the address names one."""
    key = whole_number(request.GET.get("tu", ""), 14)
    return Scenario.objects.visible_to(request.user).filter(province=province, pk=key).first() if key else None


@login_required
def edit_scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is needed; the answer no longer holds then. `noi` takes a way to ask less over into the form."""
    return written(request, scenario_for(request, pk, CHANGE))


def written(request: HttpRequest, scenario: Scenario, like: Scenario | None = None) -> HttpResponse:
    """Show the form, or save it and begin to compute unless only saving was asked for."""
    posted = request.POST if request.method == "POST" else None
    runs = CoverageRun.objects.visible_to(request.user)
    taken = take_over(scenario, request.GET.get("noi", "")) if scenario.pk and posted is None else None
    more = {"asked": request.GET, "like": like, "money": taken.money if taken else None}
    form = ScenarioForm(posted, scenario=scenario, runs=runs, group_labels=GROUPS, **more)  # type: ignore[arg-type]
    act = request.POST.get("viec", "")
    if posted is not None and act != TABLE_ONLY and form.is_valid():
        try:
            return redirect(saved(request, form, act))
        except ValidationError as error:
            form.add_error(None, error)
    context: dict[str, Any] = {"form": form, "scenario": scenario, "like": like, "province": scenario.province}
    context |= {"crumbs": form_crumbs(scenario), "taken": taken.words if taken else []}
    if posted is not None and act == TABLE_ONLY:
        form.unchecked()
        return render(request, "planning/scenario_form.html", context)
    return render(request, "planning/scenario_form.html", context, status=422 if form.errors else 200)


def saved(request: HttpRequest, form: ScenarioForm, act: str) -> Scenario:
    """Store what a form says, and begin to compute."""
    what = {"scenario": form.instance, "operators": form.cleaned_data["operators"], "budgets": form.budgets}
    store = change_scenario if form.instance.pk else create_scenario
    scenario = store(actor=request.user, **what)  # type: ignore[arg-type]
    if act == SAVE_ONLY:
        messages.success(request, "Đã lưu; bấm Tính khi cần.")
        return scenario
    return ask_solve(actor=request.user, scenario=scenario)  # type: ignore[arg-type]


def form_crumbs(scenario: Scenario) -> list[tuple[str, str]]:
    """Give the way to the form."""
    if scenario.pk:
        return in_scenario(scenario, ("Sửa", ""))
    return in_planning(scenario.province, ("Lập phương án", ""))


@login_required
@require_GET
def scenario_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a scenario: what it found, how far it is, or why it found nothing."""
    row = scenario_for(request, pk)
    context = {
        "scenario": row,
        "province": row.province,
        "asked": asked_words(row),
        "changes": request.user.has_perm(CHANGE, row),
        "adopts": request.user.has_perm(ADOPT, row),
        "operators": ", ".join(str(one) for one in row.operators.all()),
        "groups": [(GROUPS.get(name, name), share) for name, share in row.least_percent_of_group.items()],
        "simulated": row.simulated,
        "floor": floor_told(row),
        "crumbs": in_planning(row.province, (row.title, "")),
    }
    if row.solved:
        return solved_page(request, row, context)
    given = row.budgets.values_list("year", "source", "amount_vnd")
    context |= {"finding": finding(row), "budgets": money_given({(y, s): a for y, s, a in given})} | progress_of(row)
    if row.state == State.INFEASIBLE:
        context["why"] = reasons_told(row, NAMED_FIRST)
    return render(request, "planning/scenario_waiting.html", context)


def money_given(budgets: Mapping[tuple[int, str], int]) -> list[tuple[int, str]]:
    """Say for each year what the sources give."""
    years = sorted({year for year, _ in budgets})
    named = {year: [(s.label, budgets[year, s]) for s in Source if (year, s) in budgets] for year in years}
    return [(year, "; ".join(f"{label} {vnd_words(amount)}" for label, amount in named[year])) for year in years]


def solved_page(request: HttpRequest, row: Scenario, context: dict[str, Any]) -> HttpResponse:
    """Show what a scenario found."""
    figures = figures_of(row)
    more = {
        "figures": figures,
        "finding": finding(row, figures),
        "change": change_words(row),
        "stale": not fits(row),
        "notes": row.answer.get("made", {}).get("notes", []),
        "out_of_reach": figures.out_of_reach.places,
        "budgets": money_given(figures.budgets),
        "late": late_words(figures),
        "by_hand": row.candidates.exclude(wish="free").count(),
    }
    return render(request, "planning/scenario.html", context | more)


def progress_of(row: Scenario) -> dict[str, Any]:
    """Give what the piece of the page that waits for a scenario needs."""
    return {
        "job": row.job,
        "running": row.under_way and row.job is not None and row.job.under_way,
        "solving": row.job is not None and row.job.done_percent >= SOLVING_FROM,
        "poll_url": reverse("planning:scenario_progress", args=[row.pk]),
    }


@login_required
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a scenario is; one that has ended is shown anew."""
    row = scenario_for(request, pk, CHANGE)
    if not row.under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "planning/parts/progress.html", {"scenario": row} | progress_of(row))


@login_required
@require_POST
def solve_scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute a scenario from the registers of today."""
    row = scenario_for(request, pk, CHANGE)
    return done(request, row, lambda: ask_solve(actor=request.user, scenario=row, anew=True))  # type: ignore[arg-type]


@login_required
@require_POST
def stop_scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a computation to end and to keep the best so far."""
    row = scenario_for(request, pk, CHANGE)
    if not stop_solving(actor=request.user, scenario=row):  # type: ignore[arg-type]
        messages.info(request, "Phương án này đã tính xong hoặc đã dừng trước khi kịp bấm.")
    return redirect(row)


@login_required
@require_POST
def relax(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take the smallest relaxation that helps, and compute again."""
    row = scenario_for(request, pk, CHANGE)
    return done(request, row, lambda: relax_scenario(actor=request.user, scenario=row, number=number))  # type: ignore[arg-type]


@login_required
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a scenario that asks the same."""
    row = scenario_for(request, pk, CHANGE)
    try:
        made = copy_scenario(actor=request.user, scenario=row)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(row)
    messages.success(request, "Đã chép. Đây là bản chép; bản gốc vẫn như cũ.")
    return redirect(made)


@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with what goes; then delete."""
    row = scenario_for(request, pk, CHANGE)
    if request.method == "POST":
        try:
            delete_scenario(actor=request.user, scenario=row)  # type: ignore[arg-type]
            messages.success(request, f"Đã xoá phương án “{row.title}”.")
            return redirect("planning:scenarios", row.province.code)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(row)
    context = {
        "scenario": row,
        "works": row.candidates.filter(year__isnull=False).count(),
        "by_hand": row.candidates.exclude(wish="free").count(),
        "crumbs": in_scenario(row, ("Xoá", "")),
    }
    return render(request, "planning/scenario_delete.html", context)


@login_required
@require_POST
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a scenario as what is carried out."""
    row = scenario_for(request, pk, ADOPT)
    words = "Đã chọn phương án này để thực hiện; từ nay không sửa được nữa, trừ khi thôi chọn."
    return done(request, row, lambda: adopt_scenario(actor=request.user, scenario=row), words)  # type: ignore[arg-type]


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop taking a scenario as what is carried out."""
    row = scenario_for(request, pk, ADOPT)
    words = "Đã thôi chọn; phương án lại sửa được."
    return done(request, row, lambda: give_back_scenario(actor=request.user, scenario=row), words)  # type: ignore[arg-type]


def done(request: HttpRequest, row: Scenario, act: Any, words: str = "") -> HttpResponse:
    """Do something with a scenario, say so or why not, and go back to its page."""
    try:
        act()
        if words:
            messages.success(request, words)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)
