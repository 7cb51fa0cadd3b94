"""Anyone reports an error in a dataset; the department's officers answer and close."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, moment
from hatang.opendata.catalogue import BY_SLUG
from hatang.opendata.forms import AnswerForm, ErrorReportForm
from hatang.opendata.models import ANSWER, DatasetVersion, ErrorReport
from hatang.opendata.services.reports import close_report, may_report, receive_report
from hatang.opendata.services.versions import current_version
from hatang.opendata.views.files import asked
from hatang.opendata.views.portal import TITLE, crumbs_to
from hatang.pages.lists import Column, ListPage
from hatang.work.services import household

REPORTS = "Báo lỗi dữ liệu"
THANKS = "Đã nhận. Cán bộ Sở sẽ xem; dữ liệu sửa xong thì có bản mới ở trang này."
TOO_MANY = "Trong một giờ qua có quá nhiều báo lỗi từ mạng này. Đợi ít phút rồi gửi lại; điều đã viết còn nguyên."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_error(request: HttpRequest, dataset: str, code: str) -> HttpResponse:
    """Take in what somebody says is wrong."""
    wanted, province = asked(dataset, code)
    version = current_version(wanted, province)
    if version is None:
        raise Http404
    form, status = ErrorReportForm(request.POST or None), 200
    if request.method == "POST":
        form = ErrorReportForm(request.POST)
        status = taken(request, form, version)
        if status == 302:
            messages.success(request, THANKS)
            return redirect("opendata:dataset", dataset, code)
    crumbs = crumbs_to(wanted, province, ("Báo lỗi", ""))
    context = {"form": form, "dataset": wanted, "province": province, "crumbs": crumbs, "simulated": version.simulated}
    return render(request, "opendata/report_error.html", context, status=status)


def taken(request: HttpRequest, form: ErrorReportForm, version: DatasetVersion) -> int:
    """Keep a report that is right; give the status of the answer."""
    if not form.is_valid():
        return 422
    address = household(str(get_adapter(request).get_client_ip(request)))
    if not may_report(who=address, version=version):
        form.add_error(None, TOO_MANY)
        return 429
    receive_report(version=version, report=form.save(commit=False))
    return 302


def title_of(row: ErrorReport) -> str:
    """Name the dataset of a report."""
    return BY_SLUG[row.dataset].title if row.dataset in BY_SLUG else row.dataset


class ReportList(LoginRequiredMixin, ListPage):
    """What was reported in a province, the newest first."""

    title = REPORTS
    template = "opendata/reports.html"
    search_fields = ("words",)
    default_sort = "-received_at"
    empty_text = "Chưa ai báo lỗi nào."
    columns = (
        Column("Nội dung", lambda r: r.words[:120], link=ErrorReport.get_absolute_url),
        Column("Bộ dữ liệu", title_of, "dataset"),
        Column("Bản", lambda r: r.version_number, "version_number", number=True),
        Column("Nhận ngày", lambda r: day(r.received_at.date()), "received_at"),
        Column("Xong ngày", lambda r: day(r.closed_at.date()) if r.closed_at else "chưa", "closed_at"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[ErrorReport]:
        self.province = province_for(request, kwargs["code"], ANSWER, whole=True)
        rows = ErrorReport.objects.visible_to(request.user).filter(province=self.province)
        return rows.open() if request.GET.get("cho") else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        waiting = ErrorReport.objects.visible_to(request.user).filter(province=self.province).open().count()
        crumbs = [(TITLE, reverse("opendata:portal")), (f"{REPORTS}, {self.province.name}", "")]
        return {"province": self.province, "waiting": waiting, "only": request.GET.get("cho", ""), "crumbs": crumbs}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report to those who answer it, and close it."""
    row = get_object_or_404(ErrorReport.objects.visible_to(request.user).select_related("province", "closed_by"), pk=pk)
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if request.method == "POST" and closed(request, form, row):
        messages.success(request, "Đã ghi câu trả lời.")
        return redirect("opendata:reports", row.province.code)
    here = reverse("opendata:reports", args=[row.province.code])
    context = {
        "row": row,
        "title": title_of(row),
        "received": moment(row.received_at),
        "form": form,
        "crumbs": [
            (TITLE, reverse("opendata:portal")),
            (f"{REPORTS}, {row.province.name}", here),
            ("Một báo lỗi", ""),
        ],
    }
    return render(request, "opendata/report.html", context, status=422 if request.method == "POST" else 200)


def closed(request: HttpRequest, form: AnswerForm, row: ErrorReport) -> bool:
    """Close a report with what the form says; what is wrong goes onto the form."""
    if not form.is_valid():
        return False
    try:
        close_report(actor=request.user, report=row, answer=form.cleaned_data["answer"])  # type: ignore[arg-type]
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
