"""Load measurements: upload a file, see what is in it and what is wrong, save it or give it up, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.core.measurements.suspects import BY_NAME
from hatang.core.vietnamese import moment
from hatang.pages.lists import EXPORTS, Column, ListPage
from hatang.quality.forms.loads import LoadForm
from hatang.quality.forms.rules import RuleForm
from hatang.quality.models import BRING_MEASUREMENT, CHANGE_SETTINGS, VIEW_MEASUREMENT, MeasurementLoad
from hatang.quality.services.loads import (
    ask_to_save,
    ask_to_undo,
    discard_load,
    error_lines,
    may_undo,
    start_load,
)
from hatang.quality.services.rules import rules_of, set_rule
from hatang.quality.services.set_aside import rows_set_aside
from hatang.quality.views.territory import holds, way
from hatang.work.services import SETTLED, job_page, original_response

TITLE = "Tệp đo đã nạp"
PAGE = "quality:load"
ERRORS_SHOWN = 100


class LoadList(LoginRequiredMixin, ListPage):
    """The files of a province, the newest first."""

    title = TITLE
    template = "quality/loads.html"
    search_fields = ("search_key",)
    default_sort = "-pk"
    empty_text = "Chưa nạp tệp nào."
    columns = (
        Column("Tệp", lambda u: u.file.name, "search_key", link=lambda u: reverse(PAGE, args=[u.pk])),
        Column("Loại", lambda u: u.get_kind_display(), "kind"),
        Column("Trạng thái", lambda u: u.told, "state"),
        Column("Dòng đã lưu", lambda u: u.rows, "rows", number=True, decimals=0),
        Column("Xếp riêng", lambda u: u.set_aside, "set_aside", number=True, decimals=0),
        Column("Tải lên lúc", lambda u: moment(u.file.stored_at), "file__stored_at"),
        Column("Người tải", lambda u: str(u.file.stored_by or "")),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[MeasurementLoad]:
        self.province = province_for(request, kwargs["code"], VIEW_MEASUREMENT, whole=True)
        return MeasurementLoad.objects.visible_to(request.user).filter(province=self.province).whole()

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "may_bring": holds(request, BRING_MEASUREMENT, self.province),
            "crumbs": way(self.province, (TITLE, "")),
        }


@login_required
def load_new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file and say of which kind it is."""
    province = province_for(request, code, BRING_MEASUREMENT, whole=True)
    form = LoadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("kind", "month", "access")}
        try:
            job = start_load(actor=request.user, province=province, upload=form.cleaned_data["file"], **said)  # type: ignore[arg-type]
            return redirect("work:job", job.pk)
        except ValidationError as error:
            form.add_error("file", error)
    listed = (TITLE, reverse("quality:loads", args=[code]))
    context = {"province": province, "form": form, "crumbs": way(province, listed, ("Nạp tệp", ""))}
    return render(request, "quality/load_new.html", context, status=422 if form.errors else 200)


def visible_load(request: HttpRequest, pk: int) -> MeasurementLoad:
    """Give the load if the person may see it; otherwise it answers as if it were not there."""
    return get_object_or_404(MeasurementLoad.objects.visible_to(request.user).whole(), pk=pk)


def own_load(request: HttpRequest, pk: int) -> MeasurementLoad:
    """Give the load if the person may change it."""
    row = visible_load(request, pk)
    if not holds(request, BRING_MEASUREMENT, row.province):
        raise Http404
    return row


@login_required
@require_GET
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file holds, or what is wrong in it."""
    row = visible_load(request, pk)
    may_bring = holds(request, BRING_MEASUREMENT, row.province)
    listed = (TITLE, reverse("quality:loads", args=[row.province.code]))
    suspects = row.summary.get("suspects", {})
    context = {
        "upload": row,
        "summary": row.summary,
        "errors": row.summary.get("errors", [])[:ERRORS_SHOWN],
        "aside": row.summary.get("aside", [])[:ERRORS_SHOWN],
        "suspects": [(BY_NAME[name], count) for name, count in suspects.items() if name in BY_NAME],
        "may_save": may_bring and row.state == MeasurementLoad.State.READY,
        "settled": may_bring and row.state in SETTLED,
        "undoable": may_bring and may_undo(row),
        "simulated": row.summary.get("simulated", False),
        "crumbs": way(row.province, listed, (row.file.name, "")),
    }
    return render(request, "quality/load.html", context)


@login_required
@require_GET
def load_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the errors of a file, and the rows that it sets aside, as a workbook."""
    row = visible_load(request, pk)
    return EXPORTS["xlsx"](f"loi tep {row.pk}", error_lines(row))


@login_required
@require_GET
def load_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded, to who loads such files: M-Lab's hold addresses."""
    return original_response(own_load(request, pk))


@login_required
@require_POST
def load_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Start saving; then wait for it."""
    row = own_load(request, pk)
    return job_page(request, row, PAGE, lambda: ask_to_save(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def load_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Start taking a saved file back; then wait for it."""
    row = own_load(request, pk)
    return job_page(request, row, PAGE, lambda: ask_to_undo(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def load_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard a file that was not saved."""
    row = own_load(request, pk)
    try:
        discard_load(actor=request.user, load=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ tệp {row.file.name}. Không số liệu nào thay đổi.")
        return redirect("quality:loads", row.province.code)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(PAGE, pk)


@login_required
@require_GET
def suspects(request: HttpRequest, code: str) -> HttpResponse:
    """Show the tests that a rule set aside, the newest first."""
    province = province_for(request, code, VIEW_MEASUREMENT, whole=True)
    rule = BY_NAME.get(request.GET.get("quy-tac", ""))
    rows = rows_set_aside(province=province, rule=rule.name if rule else "")
    if request.GET.get("xuat") in EXPORTS:
        lines = [list(row.values()) for row in rows]
        headings = [
            ["Lúc", "Nguồn", "Xã", "Loại mạng", "Tải xuống", "Tải lên", "Độ trễ", "Kinh độ", "Vĩ độ", "Quy tắc", ""]
        ]
        return EXPORTS[request.GET["xuat"]](f"luot do xep rieng {province.name}", headings + lines)
    ways = way(province, ("Quy tắc", reverse("quality:rules", args=[code])), ("Lượt đo xếp riêng", ""))
    context = {"province": province, "rows": rows, "rule": rule, "rules": BY_NAME.values(), "crumbs": ways}
    context["simulated"] = any(row["simulated"] for row in rows)
    return render(request, "quality/suspects.html", context)


@login_required
def rule(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Set a rule from a day on."""
    province = province_for(request, code, CHANGE_SETTINGS, whole=True)
    standing = rules_of(province, timezone.localdate()).get(name)
    if standing is None:
        raise Http404
    shown = "" if standing.value is None else f"{standing.value:g}".replace(".", ",")
    form = RuleForm(request.POST or None, initial={"value": shown, "source": standing.source, "note": standing.note})
    if request.method == "POST" and form.is_valid():
        try:
            set_rule(actor=request.user, province=province, name=name, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, f"Đã đặt “{standing.label}”. Bấm “Tính lại” để thống kê theo giá trị mới.")
            return redirect("quality:rules", code)
        except ValidationError as error:
            form.add_error("value" if "value" in getattr(error, "error_dict", {}) else None, error.messages)
    ways = way(province, ("Quy tắc", reverse("quality:rules", args=[code])), (standing.label, ""))
    context = {"province": province, "rule": standing, "form": form, "crumbs": ways}
    return render(request, "quality/rule.html", context, status=422 if form.errors else 200)
