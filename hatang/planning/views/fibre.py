"""Pages of fibre plans: the list, a new one, what one found, acts on it, its map and files."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import moment
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column, ListPage, attachment
from hatang.places.models import Place
from hatang.planning.forms.fibre import FibrePlanForm
from hatang.planning.models import CHANGE, SEE, FibrePlan
from hatang.planning.services.fibre.exports import FORMATS, drawn, file_name
from hatang.planning.services.fibre.figures import commune_rows, finding, proof, way_rows
from hatang.planning.services.fibre.plans import ask_plan, cancel_plan, remove_plan
from hatang.planning.views.territory import Step
from hatang.planning.views.ways import in_planning

TITLE = "Phương án cáp quang"
ENDS_SHOWN = 200


def plan_for(request: HttpRequest, pk: int, permission: str = "") -> FibrePlan:
    """Give a plan that the person may see, and, with a permission, act on; otherwise it is not there."""
    rows = FibrePlan.objects.visible_to(request.user).select_related("province", "area", "job", "asked_by")
    row = get_object_or_404(rows, pk=pk)
    if permission and not request.user.has_perm(permission, row):
        raise Http404
    return row


def in_fibre(province: Place, *more: Step) -> list[Step]:
    """Give the way through the fibre plans of a province."""
    return in_planning(province, (TITLE, reverse("planning:fibre_plans", args=[province.code])), *more)


class FibrePlanList(LoginRequiredMixin, ListPage):
    """The fibre plans of a province."""

    title = TITLE
    template = "planning/fibre_list.html"
    search_fields = ("search_key",)
    default_sort = "-asked_at"
    empty_text = "Chưa có phương án cáp quang nào."
    columns: ClassVar[tuple[Column, ...]] = (
        Column("Phương án", str, "search_key", link=FibrePlan.get_absolute_url),
        Column("Trạng thái", lambda plan: plan.get_state_display(), "state"),
        Column("Đã nối, nơi", lambda plan: plan.answer.get("joined"), number=True, decimals=0),
        Column("Chưa nối được, nơi", lambda plan: plan.answer.get("left"), number=True, decimals=0),
        Column("Cáp mới, km", lambda plan: plan.answer.get("length_km"), number=True, decimals=1),
        Column("Vốn, đồng", lambda plan: plan.answer.get("capital_vnd"), number=True, decimals=0),
        Column("Xong năm", lambda plan: plan.last_year, "last_year", number=True),
        Column("Lập lúc", lambda plan: moment(plan.asked_at), "asked_at"),
        Column("Người lập", lambda plan: str(plan.asked_by or "")),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_for(request, kwargs["code"], SEE, whole=True)
        return FibrePlan.objects.filter(province=self.province).visible_to(request.user).select_related("asked_by")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "changes": request.user.has_perm(CHANGE, self.province),
            "crumbs": in_planning(self.province, (TITLE, "")),
        }


@login_required
def new_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Say what to join; the computation begins at once in the background."""
    province = province_for(request, code, CHANGE, whole=True)
    posted = request.POST if request.method == "POST" else None
    form = FibrePlanForm(posted, province=province, today=timezone.localdate(), asked=request.GET.dict())
    if posted is not None and form.is_valid():
        return redirect(ask_plan(actor=request.user, plan=form.instance))  # type: ignore[arg-type]
    context = {"form": form, "province": province, "crumbs": in_fibre(province, ("Phương án mới", ""))}
    return render(request, "planning/fibre_new.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan: how far it is, why there is none, or what it found."""
    row = plan_for(request, pk)
    context = {
        "plan": row,
        "province": row.province,
        "finding": finding(row),
        "ends_words": ", ".join(str(FibrePlan.Ends(kind).label) for kind in row.ends),
        "changes": request.user.has_perm(CHANGE, row),
        "simulated": row.simulated,
        "crumbs": in_fibre(row.province, (row.title, "")),
    }
    if row.state != FibrePlan.State.DONE:
        return render(request, "planning/fibre_waiting.html", context | progress_of(row))
    return render(request, "planning/fibre_plan.html", context | found(row))


def found(row: FibrePlan) -> dict[str, Any]:
    """Give what the page of a finished plan shows."""
    ends = row.joined.select_related("place__parent")
    ways = way_rows(row)
    return {
        "facts": row.answer,
        "on": date.fromisoformat(row.answer["on"]),
        "ways": ways,
        "rings": sum(way.ring_km for way in ways),
        "communes": commune_rows(row),
        "left": list(ends.exclude(why_not="").order_by("name", "pk")[:ENDS_SHOWN]),
        "joined": list(ends.filter(why_not="").order_by("name", "pk")[:ENDS_SHOWN]),
        "shown": ENDS_SHOWN,
        "proof": proof(row),
        "formats": [(key, form.label) for key, form in FORMATS.items()],
        "ground": ground_url(),
    }


def progress_of(row: FibrePlan) -> dict[str, Any]:
    """Give what the piece of the page that waits for a plan needs."""
    return {
        "job": row.job,
        "running": row.under_way and row.job is not None and row.job.under_way,
        "poll_url": reverse("planning:fibre_progress", args=[row.pk]),
        "cancel_url": reverse("planning:fibre_cancel", args=[row.pk]),
        "back_url": row.get_absolute_url(),
    }


@login_required
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a plan is; one that has ended is shown anew."""
    row = plan_for(request, pk)
    if not row.under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "work/progress.html", progress_of(row))


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a plan to end."""
    row = plan_for(request, pk, CHANGE)
    if not cancel_plan(actor=request.user, plan=row):  # type: ignore[arg-type]
        messages.info(request, "Phương án này đã tính xong hoặc đã dừng trước khi kịp huỷ.")
    return redirect(row)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute a plan anew, with the registers and prices of today."""
    return acted(request, plan_for(request, pk, CHANGE))


def acted(request: HttpRequest, row: FibrePlan) -> HttpResponse:
    """Ask for a plan and show it, or say why that cannot be."""
    try:
        ask_plan(actor=request.user, plan=row)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a plan."""
    row = plan_for(request, pk, CHANGE)
    try:
        remove_plan(actor=request.user, plan=row)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(row)
    messages.success(request, f"Đã xoá phương án “{row.title}”.")
    return redirect("planning:fibre_plans", row.province.code)


@login_required
@require_GET
def plan_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Give what the map of a plan draws."""
    return JsonResponse(drawn(plan_for(request, pk)))


@login_required
@require_GET
def plan_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Give a finished plan as a file."""
    row = plan_for(request, pk)
    if form not in FORMATS or row.state != FibrePlan.State.DONE:
        raise Http404
    made = FORMATS[form]
    return attachment(made.write(row), file_name(row, form), made.content_type)
