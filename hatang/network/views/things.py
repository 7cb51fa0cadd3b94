"""One mast: what it is, whose, who shares it, what changed; and the forms that correct one row."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import scopes
from hatang.core.vietnamese import day, number
from hatang.network.audience import Viewer
from hatang.network.forms import MastForm, PhotoForm, StationForm
from hatang.network.models import Mast, Station
from hatang.network.services import keep_photo, neighbours
from hatang.network.services.siting import doubt, whereabouts
from hatang.network.views.lists import crumbs
from hatang.network.views.thing_sharing import sharing
from hatang.places.models import Place
from hatang.work.services import check_size, file_response

HISTORY_SHOWN = 20
NO_NEWS = {"point", "search_key", "id", "history_id", "simulated"}


def visible_mast(request: HttpRequest, pk: int) -> Mast:
    """Give the mast if the person may see it; otherwise it answers as if it were not there."""
    masts = Mast.objects.visible_to(request.user).select_related("owner", "province", "commune", "zone", "photo")
    return get_object_or_404(masts, pk=pk)


def corrects(request: HttpRequest, province: Place) -> bool:
    """Tell whether the person corrects single rows of this province: the department, not an operator."""
    held = scopes(request.user, "network.change_register")
    return any(s.province_id in (None, province.pk) and s.organisation_id is None for s in held)


@login_required
def mast(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a mast."""
    row = visible_mast(request, pk)
    viewer = Viewer(request.user)
    stations = row.stations.on_air(on=timezone.localdate())
    seen = list(stations.visible_to(request.user).select_related("operator").order_by("operator", "code"))
    return render(
        request,
        "network/mast.html",
        {
            "mast": row,
            "facts": facts(row, viewer),
            "sees_history": viewer.sees(row, "history"),
            "tenant_count": stations.values("operator").distinct().count(),
            "stations": seen,
            "sharing": sharing(request, row, seen),
            "all_named": viewer.sees(row, "tenant_names"),
            "neighbours": [(viewer.away(row, away_m), other) for away_m, other in neighbours(row, request.user)[:20]],
            "history": history(row, viewer),
            "form": PhotoForm(),
            "may_change": request.user.has_perm("network.change_register", row),
            "may_correct": corrects(request, row.province),
            "simulated": row.simulated,
            "crumbs": crumbs(
                row.province, ("Cột ăng ten", reverse("network:masts", args=[row.province.code])), (row.code, "")
            ),
        },
    )


def facts(row: Mast, viewer: Viewer) -> list[tuple[str, str]]:
    """Give the facts of a mast that this person may see."""
    height = viewer.shown(row, "height_m", row.height_m)
    gone = viewer.shown(row, "dismantled_on", row.dismantled_on)
    zone = viewer.shown(row, "zone", row.zone)
    known = {
        "Chủ sở hữu": str(row.owner),
        "Xã, phường": str(row.commune),
        "Khu, cụm": str(zone or ""),
        "Loại cột": row.get_structure_display(),
        "Chiều cao": f"{number(height, 1)} m" if height is not None else "",
        "Kinh độ; vĩ độ": viewer.point(row) + ("" if viewer.sees(row, "point") else " (làm tròn khoảng 1 km)"),
        "Theo bản đồ": on_map(row) if viewer.sees(row, "point") else "",
        "Đưa vào sử dụng": day(row.built_on),
        "Tháo dỡ": day(gone) if gone else "",
    }
    return [(label, value) for label, value in known.items() if value]


def on_map(row: Mast) -> str:
    """Say in which village, commune and zone the mast's point lies, and how sure that is."""
    where = whereabouts(row, on=timezone.localdate())
    names = ", ".join(str(place) for place in (where.village, where.zone, where.commune) if place)
    return " ".join(filter(None, [f"{names}." if names else "", where.note, doubt(row, where)]))


def history(row: Mast, viewer: Viewer) -> list[dict[str, Any]]:
    """Give the latest changes: when, what, and, for officers, by whom."""
    if not viewer.sees(row, "history"):
        return []
    records: Any = (
        Mast.history.filter(id=row.pk).select_related("history_user").order_by("-history_date", "-history_id")
    )
    lines = list(records[: HISTORY_SHOWN + 1])
    news = [what_changed(new, old) for new, old in pairwise(lines)] + (["ghi lần đầu"] if lines else [])
    named = viewer.sees(row, "history_person")
    return [
        {"at": r.history_date, "news": n, "reason": r.history_change_reason, "by": r.history_user if named else None}
        for r, n in zip(lines, news, strict=True)
    ][:HISTORY_SHOWN]


def what_changed(new: Any, old: Any) -> str:
    """Name the fields in which two records of history differ."""
    names = [
        f.verbose_name for f in Mast._meta.concrete_fields if f.name not in NO_NEWS and differ(new, old, f.attname)
    ]
    return ", ".join(str(name) for name in names) or "không đổi số liệu"


def differ(new: Any, old: Any, name: str) -> bool:
    """Tell whether two records differ in a field."""
    return bool(getattr(new, name) != getattr(old, name))


@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a mast's photo, or keep a new one."""
    row = visible_mast(request, pk)
    if request.method == "POST":
        return new_photo(request, row)
    if row.photo is None:
        raise Http404
    return file_response(row.photo, inline=True)


def new_photo(request: HttpRequest, row: Mast) -> HttpResponse:
    """Keep the photo that was sent; who may not change the mast learns nothing of the form."""
    form = PhotoForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            file = form.cleaned_data["photo"]
            check_size(file.size)
            keep_photo(actor=request.user, mast=row, name=file.name, content=file.read())  # type: ignore[arg-type]
            messages.success(request, "Đã lưu ảnh.")
        else:
            messages.error(request, "Chưa chọn ảnh, hoặc ảnh trống.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except PermissionDenied as error:
        raise Http404 from error
    return redirect("network:mast", row.pk)


@login_required
def edit_mast(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a mast."""
    row = visible_mast(request, pk)
    return edit(request, MastForm, row, row, row.province)


@login_required
def edit_station(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a station."""
    stations = Station.objects.visible_to(request.user).select_related("mast__province")
    row = get_object_or_404(stations, pk=pk)
    return edit(request, StationForm, row, row.mast, row.mast.province)


def edit(request: HttpRequest, form_class: Any, row: Mast | Station, mast: Mast, province: Place) -> HttpResponse:
    """Show or take a form that corrects one row; afterwards the mast's page."""
    if not corrects(request, province):
        raise Http404
    form: ModelForm[Any] = form_class(request.POST or None, instance=row, province=province, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"Đã lưu {row}.")
        if isinstance(row, Mast) and (said := doubt(row, whereabouts(row, on=timezone.localdate()))):
            messages.warning(request, said)
        return redirect("network:mast", mast.pk)
    title = f"Sửa {row._meta.verbose_name} {row}"
    way = crumbs(province, (mast.code, reverse("network:mast", args=[mast.pk])), ("Sửa", ""))
    return render(request, "network/form.html", {"form": form, "title": title, "crumbs": way})
