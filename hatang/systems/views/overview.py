"""How much the registers hold: for officers kind by kind, for everybody what may be public."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.core.vietnamese import day, number
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.systems.models import DataLink, Host, InformationSystem, SystemFinding
from hatang.systems.services import cloud_origins, lines_for, public_figures
from hatang.systems.services.figures import Line, PublicFigures, systems_sums
from hatang.systems.views.ways import REGISTER, crumbs, may_change, may_see_findings

TOLD = (InformationSystem, Host, DataLink)


@login_required
@require_GET
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Show how much there is of each kind that this person may see, and what waits."""
    province, today = province_by_code(code), timezone.localdate()
    lines = lines_for(request.user, province, today)
    if not lines:
        raise Http404
    sees = may_see_findings(request, province)
    open_findings = SystemFinding.objects.visible_to(request.user).filter(province=province).open()
    context = {
        "province": province,
        "lines": lines,
        "finding": words(lines, province, systems_sums(province, today)["pages"]),
        "sees_findings": sees,
        "open_findings": open_findings.count() if sees else 0,
        "may_change": may_change(request, province),
        "simulated": any(line.simulated for line in lines),
        "crumbs": crumbs(province, (REGISTER, "")),
    }
    return render(request, "systems/overview.html", context)


def words(lines: list[Line], province: Place, pages: int) -> str:
    """Say what there is, systems, machines and links first; pages of portals are no systems of their own."""
    told = {line.kind.model: line for line in lines if line.in_use}
    first = [told[model] for model in TOLD if model in told] or list(told.values())[:3]
    if not first:
        return f"Sổ hệ thống của {province.name_inside} chưa có gì đang dùng mà bạn được xem."
    parts = ", ".join(counted(line, pages) for line in first)
    return f"Ngày {day(timezone.localdate())}, {province.name_inside} có {parts} đang dùng."


def counted(line: Line, pages: int) -> str:
    """Say how much there is of a kind."""
    if line.kind.model is InformationSystem and pages:
        return f"{number(line.in_use - pages)} {line.kind.label} và {number(pages)} trang thành phần của cổng"
    return f"{number(line.in_use)} {line.kind.label}"


@require_GET
def public(request: HttpRequest, code: str) -> HttpResponse:
    """Show what everybody may know: sums, without names, addresses or levels."""
    province, today = province_by_code(code), timezone.localdate()
    figures = public_figures(province, today)
    context = {
        "province": province,
        "figures": figures,
        "origins": cloud_origins(province, today),
        "finding": public_words(figures),
        "simulated": figures.simulated,
        "today": today,
        "crumbs": crumbs(province, ("Hệ thống thông tin", "")),
    }
    return render(request, "systems/public.html", context)


def public_words(figures: PublicFigures) -> str:
    """Say how the province stands."""
    if not figures.systems:
        return "Tỉnh chưa ghi hệ thống thông tin nào vào sổ."
    told = [f"{number(figures.systems)} hệ thống thông tin đang dùng"]
    if figures.shared_on_cloud_percent is not None:
        share = number(figures.shared_on_cloud_percent, 1)
        told.append(f"{share} % hệ thống dùng chung của tỉnh chạy trên đám mây")
    if figures.linked_percent is not None:
        told.append(f"{number(figures.linked_percent, 1)} % cơ quan Đảng, Nhà nước đã nối mạng chuyên dùng")
    return f"{'; '.join(told)}."
