"""A province's rules on sharing: what holds, since when and by what text; and how an officer changes that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.services import province_for
from hatang.network.forms import AdoptForm, EndForm, RuleForm
from hatang.network.models import KEYS, SharingRule
from hatang.network.services import adopt_rules, correct_rule, end_rules, may_change_rules
from hatang.network.views.lists import in_register
from hatang.places.models import Place

SEES, CHANGES = "network.view_thing", "network.change_rules"
LAST_CHANGES = 30


def trail(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way to a page of rules."""
    return in_register(
        province, ("Quy định dùng chung", reverse("network:rules", args=[province.code]) if more else ""), *more
    )


@login_required
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Show the rules of a province: those in force, those that ended or are to come, settings, and what changed."""
    province = province_for(request, code, SEES)
    today = timezone.localdate()
    rows = list(SharingRule.objects.filter(province=province).order_by("legal", "valid_from", "pk"))
    running = [row for row in rows if row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)]
    ruled = {row.key for row in running}
    may_change = may_change_rules(request.user, province)  # type: ignore[arg-type]
    texts = sorted({row.legal for row in running if row.valid_to is None})
    return render(
        request,
        "network/rules.html",
        {
            "province": province,
            "today": today,
            "running": sorted(running, key=lambda row: list(KEYS).index(row.key)),
            "others": [row for row in rows if row not in running],
            "settings": [row for row in KEYS.values() if row.default is not None and row.key not in ruled],
            "may_change": may_change,
            "ends": [(text, EndForm(initial={"legal": text}, auto_id=False)) for text in texts] if may_change else [],
            "sources": sources(province) if may_change else [],
            "changes": changes(province),
            "crumbs": trail(province),
        },
    )


def sources(province: Place) -> list[tuple[str, str]]:
    """List the provinces whose rules can be copied."""
    held = Place.objects.provinces().filter(sharing_rules__isnull=False).exclude(pk=province.pk).distinct()
    return list(held.order_by("sort_key").values_list("code", "name"))


def changes(province: Place) -> list[dict[str, Any]]:
    """Tell the latest changes of the province's rules."""
    records: Any = SharingRule.history.filter(province=province).select_related("history_user")
    verbs = {"+": "thêm", "~": "sửa", "-": "xóa"}
    return [
        {
            "at": record.history_date,
            "by": record.history_user,
            "what": f"{verbs[record.history_type]}: {record.instance}",
            "why": record.history_change_reason,
        }
        for record in records.order_by("-history_date", "-history_id")[:LAST_CHANGES]
    ]


@login_required
def rules_adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Adopt rules, typed or copied from another province and adapted."""
    province = province_for(request, code, CHANGES)
    standing = SharingRule.objects.in_force(timezone.localdate()).select_related("province")
    rows = list(standing.filter(province__code=request.GET.get("chep", "")))
    copied = rows[0].province.full_name if rows else ""
    form = AdoptForm(request.POST or None, copied=rows)
    if request.method == "POST" and form.is_valid():
        try:
            made = adopt_rules(actor=request.user, province=province, rows=form.rows())  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(
                request, f"Đã ban hành {len(made)} quy định từ ngày {form.cleaned_data['valid_from']:%d/%m/%Y}."
            )
            return redirect("network:rules", code=code)
    context = {"province": province, "form": form, "copied": copied, "lines": form.lines()}
    context["crumbs"] = trail(province, ("Ban hành", ""))
    return render(request, "network/rules_adopt.html", context, status=422 if form.errors else 200)


@login_required
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one rule."""
    row = get_object_or_404(SharingRule.objects.visible_to(request.user).select_related("province"), pk=pk)
    if not may_change_rules(request.user, row.province):  # type: ignore[arg-type]
        raise Http404
    form = RuleForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            correct_rule(actor=request.user, row=form.instance)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, "Đã sửa. Bản trước còn trong lịch sử.")
            return redirect("network:rules", code=row.province.code)
    context = {"title": f"Sửa: {row.label}", "form": form, "crumbs": trail(row.province, ("Sửa", ""))}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def rules_end(request: HttpRequest, code: str) -> HttpResponse:
    """End all rules of one decision."""
    province = province_for(request, code, CHANGES)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Chưa chấm dứt: nhập ngày dạng 31/12/2026 và lý do.")
        return redirect("network:rules", code=code)
    open_ones = SharingRule.objects.filter(province=province, legal=form.cleaned_data["legal"], valid_to=None)
    try:
        ended = end_rules(actor=request.user, rows=open_ones, last_day=form.day(), reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, f"Chưa chấm dứt: {' '.join(error.messages)}")
    else:
        messages.success(request, f"{ended} quy định có hiệu lực đến hết ngày {form.day():%d/%m/%Y}.")
    return redirect("network:rules", code=code)
