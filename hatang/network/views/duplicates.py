"""Masts that may be one: the list, the two side by side, and the officer's decision. Never shown to operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, number
from hatang.network.models import DuplicateCase, Mast, Station
from hatang.network.services import (
    find_duplicates,
    keep_apart,
    may_decide,
    merge_duplicates,
    swap_kept,
    undo_decision,
)
from hatang.network.views.lists import ProvinceList, in_register
from hatang.pages.features import collection, feature, point
from hatang.pages.ground import ground_url
from hatang.pages.lists import Column
from hatang.places.models import Place

LIST = "Cột nghi trùng"
State = DuplicateCase.State
ACTS: dict[str, Callable[..., DuplicateCase]] = {
    "gop": merge_duplicates,
    "khac": keep_apart,
    "doi": swap_kept,
    "hoan-tac": undo_decision,
}
SAID = {
    "gop": "Đã gộp thành một cột.",
    "khac": "Đã ghi nhận là hai cột khác nhau; cặp này không được đề nghị nữa.",
    "doi": "Đã đổi cột giữ lại.",
    "hoan-tac": "Đã hoàn tác; cặp này lại chờ quyết định.",
}


def province_to_decide(request: HttpRequest, code: str) -> Place:
    """Give the province if the person decides on doubles there; otherwise it answers as if it were not there."""
    province = province_for(request, code, "network.change_register")
    if not may_decide(request.user, province):
        raise Http404
    return province


def trail(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way to a page of doubles."""
    return in_register(province, (LIST, reverse("network:duplicates", args=[province.code]) if more else ""), *more)


class DuplicateList(ProvinceList):
    """Pairs that wait, or that were decided."""

    title = LIST
    template = "network/duplicates.html"
    search_fields = ("kept__search_key", "other_code", "kept__commune__search_key")
    default_sort = "distance_m"
    empty_text = "Không có cặp nào. Bấm “Tìm lại” sau khi sổ đăng ký thay đổi."
    columns = (
        Column("Cặp cột", str, "kept__code", link=lambda c: reverse("network:duplicate", args=[c.pk])),
        Column("Xã, phường", lambda c: str(c.kept.commune), "kept__commune__sort_key"),
        Column("Chủ cột giữ lại", lambda c: c.kept.owner.short_name or c.kept.owner.name, "kept__owner__sort_key"),
        Column("Chủ cột kia", lambda c: c.other_owner.short_name or c.other_owner.name, "other_owner__sort_key"),
        Column("Cách nhau, m", lambda c: c.distance_m, "distance_m", number=True, decimals=1),
        Column("Chênh cao, m", lambda c: c.height_difference_m, "height_difference_m", number=True, decimals=1),
        Column("Trạng thái", lambda c: c.get_state_display(), "state"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_to_decide(request, kwargs["code"])
        self.state = request.GET.get("trang-thai", State.OPEN)
        rows = DuplicateCase.objects.visible_to(request.user).filter(province=self.province, state=self.state)
        return rows.select_related("kept__commune", "kept__owner", "other", "other_owner").defer("gone")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"province": self.province, "crumbs": trail(self.province), "state": self.state, "states": State.choices}


@login_required
@require_POST
def duplicates_find(request: HttpRequest, code: str) -> HttpResponse:
    """Look for new pairs."""
    province = province_to_decide(request, code)
    found = find_duplicates(actor=request.user, province=province)  # type: ignore[arg-type]
    messages.success(request, f"Tìm xong: thêm {number(found)} cặp.")
    return redirect("network:duplicates", code=code)


def visible_case(request: HttpRequest, pk: int) -> DuplicateCase:
    """Give the case if the person may see it; otherwise it answers as if it were not there."""
    rows = DuplicateCase.objects.visible_to(request.user).select_related(
        "province", "kept__owner", "kept__commune", "other__owner", "other__commune", "other_owner", "decided_by"
    )
    return get_object_or_404(rows, pk=pk)


def next_open(case: DuplicateCase) -> DuplicateCase | None:
    """Give the next pair that waits in the province."""
    waiting = DuplicateCase.objects.filter(province=case.province_id, state=State.OPEN).exclude(pk=case.pk)
    return waiting.filter(pk__gt=case.pk).order_by("pk").first() or waiting.order_by("pk").first()


@login_required
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two masts side by side, and what was or can be decided."""
    case = visible_case(request, pk)
    both = [mast for mast in (case.kept, case.other) if mast]
    features = [
        feature(point(mast.lon, mast.lat), name=mast.code, sort=sort)
        for mast, sort in zip(both, ("kept", "other"), strict=False)
    ]
    return render(
        request,
        "network/duplicate.html",
        {
            "case": case,
            "facts": side_by_side(both),
            "next": next_open(case),
            "map": collection(features),
            "ground": ground_url(),
            "simulated": case.simulated,
            "crumbs": trail(case.province, (str(case), "")),
        },
    )


def side_by_side(masts: list[Mast]) -> list[tuple[str, list[str], bool]]:
    """Give the facts of masts in rows: the label, each one's words, and whether they differ."""
    stations: dict[int, list[str]] = {mast.pk: [] for mast in masts}
    on_air = Station.objects.on_air(on=timezone.localdate()).filter(mast__in=masts).select_related("operator")
    for one in on_air.order_by("operator__sort_key", "technology"):
        stations[one.mast_id].append(f"{one.operator.short_name or one.operator.name} {one.technology}")
    reads: dict[str, Callable[[Mast], str]] = {
        "Mã": lambda m: m.code,
        "Chủ sở hữu": lambda m: str(m.owner),
        "Xã, phường": lambda m: str(m.commune),
        "Kinh độ; vĩ độ": lambda m: f"{number(m.lon, 6)}; {number(m.lat, 6)}",
        "Loại cột": lambda m: m.get_structure_display(),
        "Chiều cao": lambda m: f"{number(m.height_m, 1)} m" if m.height_m is not None else "–",
        "Đặt trên": lambda m: m.get_mount_display() or "–",
        "Địa chỉ": lambda m: m.address or "–",
        "Đưa vào sử dụng": lambda m: day(m.built_on),
        "Chỗ còn trống": lambda m: number(m.spare),
        "Trạm đang phát sóng": lambda m: ", ".join(stations[m.pk]) or "–",
        "Ghi chú": lambda m: m.remarks or "–",
    }
    rows = [(label, [read(mast) for mast in masts]) for label, read in reads.items()]
    return [(label, words, len(set(words)) > 1) for label, words in rows]


@login_required
@require_POST
def duplicate_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Decide on a pair, or take the decision back; then go on to the next one that waits."""
    case = visible_case(request, pk)
    if act not in ACTS:
        raise Http404
    more = {"note": request.POST.get("note", "")} if act in ("gop", "khac") else {}
    try:
        ACTS[act](actor=request.user, case=case, **more)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("network:duplicate", pk=pk)
    messages.success(request, f"{case}: {SAID[act]}")
    following = next_open(case) if act in ("gop", "khac") else case
    if following is None:
        return redirect("network:duplicates", code=case.province.code)
    return redirect("network:duplicate", pk=following.pk)
