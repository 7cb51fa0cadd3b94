"""Pages of runs: the province's coverage, a new run, a run's results, acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.models import Person
from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, moment
from hatang.coverage.forms.runs import RunForm
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.maps.page import sees_whole
from hatang.coverage.services.runs.acts import (
    adopt_run,
    ask_again_without_faulty,
    ask_run,
    cancel_run,
    give_back_run,
)
from hatang.coverage.services.runs.cells_seen import faults_told
from hatang.coverage.services.runs.figures import TOLD_FIRST, Figures, by_commune, finding, models_used, table_of
from hatang.coverage.views.territory import COVERAGE, in_coverage, in_run, way
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, Column, ListPage

SEES, COMPUTES, ADOPTS = "coverage.view_run", "coverage.compute_run", "coverage.adopt_run"
FAULTS_SHOWN = 20
COMPARABLE = 12
HEAVY = ("cells",)


def run_for(request: HttpRequest, pk: int, permission: str = "") -> CoverageRun:
    """Give a run that the person may see, and, with a permission, act on; otherwise it is not there."""
    rows = CoverageRun.objects.visible_to(request.user).defer(*HEAVY)
    row = get_object_or_404(rows.select_related("province", "terrain", "job", "asked_by", "adopted_by"), pk=pk)
    if permission and not request.user.has_perm(permission, row):
        raise Http404
    return row


class RunList(LoginRequiredMixin, ListPage):
    """A province's coverage: what the run that counts found, and all runs."""

    title = COVERAGE
    template = "coverage/runs.html"
    search_fields = ("search_key",)
    default_sort = "-asked_at"
    empty_text = "Chưa có lượt tính nào."
    columns: ClassVar[tuple[Column, ...]] = (
        Column("Lượt tính", str, "search_key", link=CoverageRun.get_absolute_url),
        Column("Ô phát như ngày", lambda run: day(run.on), "on"),
        Column("Công nghệ", lambda run: ", ".join(run.technologies) or "tất cả"),
        Column("Địa hình", lambda run: run.terrain.title),
        Column("Trạng thái", lambda run: run.get_state_display(), "state"),
        Column("Dự đoán của tỉnh", lambda run: f"từ {moment(run.adopted_at)}" if run.adopted_at else "", "adopted_at"),
        Column("Yêu cầu lúc", lambda run: moment(run.asked_at), "asked_at"),
        Column("Người yêu cầu", lambda run: str(run.asked_by or "")),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_for(request, kwargs["code"], SEES)
        if not sees_whole(request.user, self.province.pk):
            self.columns = RunList.columns[:-1]  # type: ignore[misc]
        runs = CoverageRun.objects.filter(province=self.province).visible_to(request.user)
        return runs.select_related("terrain", "asked_by").defer("summary", *HEAVY)

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"Lượt tính vùng phủ {self.province} {timezone.localdate():%Y-%m-%d}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        counting = CoverageRun.objects.counting(self.province, timezone.localdate())
        figures = Figures(counting, request.user) if counting else None
        visible = CoverageRun.objects.filter(province=self.province).visible_to(request.user)
        return {
            "province": self.province,
            "under_way": list(visible.under_way().defer("summary", *HEAVY)),
            "counting": counting,
            "figures": figures,
            "finding": finding(counting, figures) if counting and figures else "",
            "computes": request.user.has_perm(COMPUTES, self.province),
            "whole": sees_whole(request.user, self.province.pk),
            "crumbs": way(self.province, (COVERAGE, "")),
        } | ({"simulated": True} if counting and counting.simulated else {})


@login_required
def new_run(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what to compute; the computation begins at once in the background."""
    province = province_for(request, code, COMPUTES, whole=True)
    posted = request.POST if request.method == "POST" else None
    form = RunForm(posted, province=province, today=timezone.localdate())
    if posted is not None and form.is_valid():
        actor: Person = request.user  # type: ignore[assignment]
        try:
            asked = ask_run(actor=actor, run=form.instance, operators=form.cleaned_data["operators"])
            return redirect(asked)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "province": province, "crumbs": in_coverage(province, ("Lượt tính mới", ""))}
    return render(request, "coverage/run_new.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run: how far it is, why it could not be computed, or what it found."""
    row = run_for(request, pk)
    context = {
        "run": row,
        "province": row.province,
        "computes": request.user.has_perm(COMPUTES, row),
        "adopts": request.user.has_perm(ADOPTS, row),
        "whole": sees_whole(request.user, row.province_id),
        "simulated": row.simulated,
        "crumbs": in_coverage(row.province, (row.title, "")),
    }
    if row.state == CoverageRun.State.DONE:
        return done_page(request, row, context)
    return render(request, "coverage/run_waiting.html", context | progress_of(row) | faults_of(request, row))


def done_page(request: HttpRequest, row: CoverageRun, context: dict[str, Any]) -> HttpResponse:
    """Show or export what a run found."""
    figures = Figures(row, request.user)
    if (export := request.GET.get("xuat")) in EXPORTS:
        marked = [[SIMULATED_LINE]] if row.simulated else []
        return EXPORTS[export](f"Vùng phủ {row.province} {row.on:%Y-%m-%d}", marked + table_of(figures))
    service = chosen_service(request, figures)
    headings, lines = figures.by_operator(service)
    return render(
        request,
        "coverage/run.html",
        context
        | {
            "finding": finding(row, figures),
            "figures": figures,
            "service": service,
            "headings": headings,
            "by_operator": lines,
            "communes": by_commune(row, service),
            "others": comparable_with(request, row),
            "models": models_used(row, request.user),
            "left_out": row.summary.get("left_out", []),
        },
    )


def chosen_service(request: HttpRequest, figures: Figures) -> str:
    """Give the service that the address asks for, else the first that the sentence tells of."""
    asked = request.GET.get("dv", "")
    return asked if asked in figures.services else next((s for s in TOLD_FIRST if s in figures.services), "4G")


def comparable_with(request: HttpRequest, row: CoverageRun) -> list[CoverageRun]:
    """Give the newest other runs of the province that found something."""
    runs = CoverageRun.objects.done().filter(province=row.province_id).exclude(pk=row.pk).visible_to(request.user)
    return list(runs.defer("summary", *HEAVY)[:COMPARABLE])


def progress_of(row: CoverageRun) -> dict[str, Any]:
    """Give what the piece of the page that waits for a run needs."""
    return {
        "job": row.job,
        "running": row.under_way and row.job is not None and row.job.under_way,
        "poll_url": reverse("coverage:run_progress", args=[row.pk]),
        "cancel_url": reverse("coverage:run_cancel", args=[row.pk]),
        "back_url": row.get_absolute_url(),
    }


def faults_of(request: HttpRequest, row: CoverageRun) -> dict[str, Any]:
    """Give why a run could not be computed, by cell."""
    faults = row.summary.get("faults", [])
    cells = {fault["cell"] for fault in faults}
    told = faults_told(request.user, faults[:FAULTS_SHOWN])
    return {"error": row.summary.get("error", ""), "faults": told, "faulty": len(cells)}


@login_required
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a run is; one that has ended is shown anew."""
    row = run_for(request, pk, COMPUTES)
    if not row.under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "work/progress.html", progress_of(row))


@login_required
@require_GET
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """Show or export what is wrong in cells: of a run that could not be computed, or that left them out."""
    row = run_for(request, pk)
    if not sees_whole(request.user, row.province_id):
        raise Http404
    found = faults_told(request.user, row.summary.get("faults") or row.summary.get("left_out", []))
    if (export := request.GET.get("xuat")) in EXPORTS:
        lines = [[f["operator"], f["station"], f["code"], f["field"], f["message"], f["right"]] for f in found]
        heading = ["Doanh nghiệp", "Trạm", "Ô", "Trường", "Sai gì", "Đúng thì sao"]
        return EXPORTS[export](f"Ô có lỗi {row.province} {row.on:%Y-%m-%d}", [heading, *lines])
    crumbs = in_run(row, ("Các ô có lỗi", ""))
    context = {"run": row, "faults": found, "cells": len({f["cell"] for f in found}), "crumbs": crumbs}
    return render(request, "coverage/run_faults.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a run to end."""
    row = run_for(request, pk, COMPUTES)
    if not cancel_run(actor=request.user, run=row):  # type: ignore[arg-type]
        messages.info(request, "Lượt tính này đã xong hoặc đã dừng trước khi kịp huỷ.")
    return redirect(row)


@login_required
@require_POST
def without_faulty(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute once more without the cells that are faulty."""
    row = run_for(request, pk, COMPUTES)
    try:
        return redirect(ask_again_without_faulty(actor=request.user, run=row))  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(row)


@login_required
@require_POST
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a run as the province's prediction."""
    return decided(request, pk, adopt_run, "Kết quả này là dự đoán vùng phủ của tỉnh từ ngày {}.")


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop taking a run as the province's prediction."""
    return decided(request, pk, give_back_run, "Kết quả ngày {} thôi là dự đoán của tỉnh; lượt lấy trước đó lại dùng.")


def decided(request: HttpRequest, pk: int, act: Callable[..., None], words: str) -> HttpResponse:
    """Do what the head of the department decided and say so."""
    row = run_for(request, pk, ADOPTS)
    try:
        act(actor=request.user, run=row)
        messages.success(request, words.format(day(row.on)))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)
