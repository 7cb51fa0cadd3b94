"""Those in charge read reports, answer them, and let the words be read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.access import scopes
from hatang.accounts.models import Organisation
from hatang.accounts.services import province_for
from hatang.core.vietnamese import moment
from hatang.network.forms import AnswerForm
from hatang.network.models import ProblemReport, ReportAnswer
from hatang.network.services.report_answers import (
    Answer,
    answer_report,
    forget_contact,
    next_states,
    publish_words,
    side_of,
)
from hatang.network.services.reports import AWAY, restore_rule
from hatang.network.views.lists import in_register
from hatang.pages.features import collection, feature, point
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column, ListPage
from hatang.work.services import due_in_words, file_response, working_calendar

TITLE = "Báo cáo sự cố"
VIEW = "network.view_report"
Side = ReportAnswer.Side


class ProblemList(LoginRequiredMixin, ListPage):
    """The reports that the reader may see in a province."""

    title = TITLE
    template = "network/problems.html"
    search_fields = ("search_key", "commune__search_key")
    default_sort = "-received_at"
    empty_text = "Chưa có báo cáo nào."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        self.columns = (  # type: ignore[misc]
            Column("Mã", lambda r: r.code, "code", link=ProblemReport.get_absolute_url),
            Column("Sự cố", lambda r: r.get_kind_display(), "kind"),
            Column("Xã, phường", lambda r: r.commune and str(r.commune), "commune__sort_key"),
            Column("Nhận lúc", lambda r: moment(r.received_at), "received_at"),
            Column("Trạng thái", lambda r: r.get_state_display(), "state"),
            Column("Thời hạn", self.term, "clock__due_at"),
            Column("Đơn vị quản lý", lambda r: r.owner and (r.owner.short_name or r.owner.name), "owner__sort_key"),
            Column("Mô tả", lambda r: r.words[:160]),
        )

    def term(self, report: ProblemReport) -> str:
        """Say how the term stands, or that the law sets none."""
        if report.clock is None:
            return "không có"
        return due_in_words(clock=report.clock, now=self.now, calendar=self.calendar)

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[ProblemReport]:
        self.province = province_for(request, kwargs["code"], VIEW)
        year = timezone.localdate().year
        self.calendar = working_calendar(province_id=self.province.pk, first_year=year - 1, last_year=year + 1)
        rows = ProblemReport.objects.visible_to(request.user).filter(province=self.province)
        state = request.GET.get("tt", "mo")
        if state == "mo":
            rows = rows.open()
        elif state == "qua":
            rows = rows.overdue(self.now)
        elif state in ProblemReport.State.values:
            rows = rows.filter(state=state)
        return rows.select_related("commune", "owner", "clock")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        states = [("mo", "chưa xong"), ("qua", "quá hạn"), *ProblemReport.State.choices, ("het", "tất cả")]
        return {
            "province": self.province,
            "states": states,
            "chosen": request.GET.get("tt", "mo"),
            "crumbs": in_register(self.province, (TITLE, "")),
        }


def visible_report(request: HttpRequest, pk: int) -> ProblemReport:
    """Give the report if the person may see it; otherwise it answers as if it were not there."""
    rows = ProblemReport.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("commune", "province", "owner", "clock", "photo", "duplicate_of"), pk=pk
    )


@login_required
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report to who is in charge, and take an answer."""
    row = visible_report(request, pk)
    side = side_of(request.user, row)
    form = answer_form(request, row, side) if side and not row.is_closed else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and answered(request, row, form):
            return redirect(after(request, pk))
    return render(
        request, "network/problem.html", page_of(request, row, side, form), status=422 if form and form.errors else 200
    )


def after(request: HttpRequest, pk: int) -> str:
    """Give where to go after an answer: back to the report, or home when it was sent on to somebody else."""
    if ProblemReport.objects.visible_to(request.user).filter(pk=pk).exists():
        return reverse("network:problem", args=[pk])
    return reverse("web:home")


def page_of(request: HttpRequest, row: ProblemReport, side: str, form: AnswerForm | None) -> dict[str, Any]:
    """Give what the page shows to this person."""
    officer = side in (Side.DEPARTMENT, Side.COMMUNE)
    provinces_only = sees_everything(request, row)
    return {
        "report": row,
        "facts": facts(row, everything=officer or provinces_only, exactly=sees_points(request, row)),
        "shapes": where(row),
        "ground": ground_url(),
        "contact": [text for text in (row.phone, row.email) if text] if side else [],
        "asks_contact": bool(side),
        "officer": officer,
        "steps": steps(request, row, everything=officer or provinces_only),
        "other": visible_other(request, row),
        "rule": restore_rule(row),
        "term": due_in_words(clock=row.clock, now=timezone.now()) if row.clock else "",
        "form": form,
        "simulated": row.simulated,
        "crumbs": in_register(
            row.province, (TITLE, reverse("network:problems", args=[row.province.code])), (row.code, "")
        ),
    }


def where(row: ProblemReport) -> dict[str, Any] | None:
    """Give the reported point as GeoJSON for the page's map; None where the reporter named only a place."""
    if row.lon is None or row.lat is None:
        return None
    return collection([feature(point(row.lon, row.lat), name=row.code)])


def sees_everything(request: HttpRequest, row: ProblemReport) -> bool:
    """Tell whether the person sees the report as an officer or auditor, not as the owner it was sent to."""
    return any(s.organisation_id is None and s.covers(**row.owners()) for s in scopes(request.user, VIEW))


def sees_points(request: HttpRequest, row: ProblemReport) -> bool:
    """Tell whether the person may know to the metre where every thing of the province stands: no commune may."""
    held = scopes(request.user, VIEW)
    return any(s.organisation_id is None and s.place_id is None and s.covers(**row.owners()) for s in held)


def visible_other(request: HttpRequest, row: ProblemReport) -> ProblemReport | None:
    """Give the report that this one repeats, if the person may see it."""
    if row.duplicate_of_id is None:
        return None
    return ProblemReport.objects.visible_to(request.user).filter(pk=row.duplicate_of_id).first()


def facts(row: ProblemReport, *, everything: bool, exactly: bool) -> list[tuple[str, str]]:
    """Give the facts of a report; which thing lies nearest is for officers: it may be another owner's.

    How far it lies from points of one's choice would tell where it stands: `exactly` says who may read that.
    """
    nearest = row.nearest if exactly else row.nearest.rpartition(AWAY)[0]
    spot = f"{row.lon:.6f}; {row.lat:.6f}".replace(".", ",") if row.lon is not None and row.lat is not None else ""
    known = {
        "Sự cố": row.get_kind_display(),
        "Xã, phường": str(row.commune or ""),
        "Địa điểm": row.place_words,
        "Kinh độ; vĩ độ": spot,
        "Nhận lúc": moment(row.received_at),
        "Trạng thái": row.get_state_display(),
        "Kết thúc lúc": moment(row.closed_at) if row.closed_at else "",
        "Đơn vị quản lý": str(row.owner or "chưa rõ") if everything else "",
        "Công trình gần nhất": nearest if everything else "",
    }
    return [(label, value) for label, value in known.items() if value]


def steps(request: HttpRequest, row: ProblemReport, *, everything: bool) -> list[ReportAnswer]:
    """Give the steps of a report; an owner does not read what an earlier owner, its rival, wrote."""
    found = row.answers.select_related("by", "organisation")
    if not everything:
        found = found.exclude(side=Side.OWNER, organisation__isnull=False) | found.filter(
            side=Side.OWNER, organisation=row.owner_id
        )
    return list(found)


def answer_form(request: HttpRequest, row: ProblemReport, side: str) -> AnswerForm:
    """Make the form of an answer for this side."""
    others = ProblemReport.objects.visible_to(request.user).filter(province=row.province_id).exclude(pk=row.pk)
    bodies = Organisation.objects.in_force(timezone.localdate()).at_work_in(row.province)
    owners = bodies.exclude(kind=Organisation.Kind.GROUP).order_by("sort_key")
    more: dict[str, Any] = {"others": others, "states": next_states(side, row)}
    return AnswerForm(request.POST or None, owners=None if side == Side.OWNER else owners, **more)


def answered(request: HttpRequest, row: ProblemReport, form: AnswerForm) -> bool:
    """Keep an answer, or put what is wrong with it on the form."""
    actor: Any = request.user
    try:
        answer_report(actor=actor, report=row, answer=Answer(**form.cleaned_data))
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, f"Đã ghi trả lời cho {row}.")
    return True


@login_required
def problem_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a report's photo."""
    row = visible_report(request, pk)
    if row.photo is None:
        raise Http404
    return file_response(row.photo, inline=True)


@login_required
@require_POST
def publish_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Let everybody read a report's words, or no longer."""
    row, actor = visible_report(request, pk), request.user
    try:
        publish_words(actor=actor, report=row, on=row.published_at is None)  # type: ignore[arg-type]
    except PermissionDenied as error:
        raise Http404 from error
    return redirect("network:problem", pk)


@login_required
@require_POST
def forget_reporter(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a reporter's contact because they asked for it."""
    row = visible_report(request, pk)
    if not side_of(request.user, row):
        raise Http404
    forget_contact(row)
    messages.success(request, "Đã xóa số điện thoại, thư điện tử của người báo.")
    return redirect("network:problem", pk)
