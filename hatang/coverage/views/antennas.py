"""Antennas of a province: which kinds cells name, which have a pattern file; bring files, take one away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, number
from hatang.coverage.forms.antennas import AntennaFilesForm
from hatang.coverage.models import AntennaPattern
from hatang.coverage.services.antennas import Named, any_simulated, import_patterns, named_antennas, withdraw_pattern
from hatang.coverage.views.territory import in_coverage
from hatang.pages.lists import EXPORTS, SIMULATED_LINE

TITLE = "Mẫu ăng ten"
HEADINGS = ("Loại ăng ten", "Số ô đang phát", "Độ lợi, dBi", "Góc ngẩng có sẵn, °", "Tần số, MHz", "Hãng", "Tệp")


@login_required
def antennas(request: HttpRequest, code: str) -> HttpResponse:
    """List the antennas, and bring files."""
    province = province_for(request, code, "coverage.view_run", whole=True)
    may = request.user.has_perm("coverage.compute_run", province)
    rows = named_antennas(province, timezone.localdate())
    simulated = any_simulated(province, timezone.localdate())
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        marked = [[SIMULATED_LINE]] if simulated else []
        return EXPORTS[export](f"{TITLE} {province}", [*marked, list(HEADINGS), *map(line_of, rows)])
    form = AntennaFilesForm(request.POST or None, request.FILES or None) if may else None
    if form and request.method == "POST" and form.is_valid():
        try:
            files = [(file.name, file.read()) for file in form.cleaned_data["patterns"]]
            brought = import_patterns(actor=request.user, province=province, files=files)  # type: ignore[arg-type]
            messages.success(request, f"Đã nhận {number(len(brought))} mẫu ăng ten. Lượt tính sau sẽ dùng.")
            return redirect("coverage:antennas", code)
        except ValidationError as error:
            form.add_error("patterns", error)
    context = {
        "province": province,
        "form": form,
        "rows": rows,
        "finding": finding_of(rows),
        "title": TITLE,
        "simulated": simulated,
        "crumbs": in_coverage(province, (TITLE, "")),
    }
    return render(request, "coverage/antennas.html", context, status=422 if form and form.errors else 200)


def line_of(row: Named) -> list[Any]:
    """Write what is known of an antenna, for an export."""
    pattern = row.pattern
    if pattern is None:
        return [row.name or "(chưa ghi)", row.cells, None, None, "", "", ""]
    kept = [round(pattern.gain_dbi, 2), round(pattern.tilt_deg, 1), row.span, pattern.make, pattern.file.name]
    return [row.name, row.cells, *kept]


def finding_of(rows: list[Named]) -> str:
    """Say how many cells radiate as a file says."""
    cells = sum(row.cells for row in rows)
    known = sum(row.cells for row in rows if row.pattern)
    if not cells:
        return f"Ngày {day(timezone.localdate())} chưa có ô nào đang phát trong sổ."
    rest = "" if known == cells else " Ô còn lại được tính bằng mẫu chung của 3GPP, và kết quả nói rõ như vậy."
    return f"{number(known)} trong {number(cells)} ô đang phát có tệp mẫu ăng ten.{rest}"


@login_required
@require_POST
def withdraw_antenna(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a pattern away."""
    row = get_object_or_404(AntennaPattern.objects.visible_to(request.user).select_related("province"), pk=pk)
    code = row.province.code
    province_for(request, code, "coverage.compute_run", whole=True)
    withdraw_pattern(actor=request.user, pattern=row)  # type: ignore[arg-type]
    messages.success(request, f"Đã bỏ mẫu {row.name}. Các lượt đã tính giữ nguyên.")
    return redirect("coverage:antennas", code)
