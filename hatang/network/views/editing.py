"""Add a thing, correct one, undo the last change: the department everything, an operator its own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.accounts.services import province_for
from hatang.network.audience import Viewer
from hatang.network.forms import ThingForm
from hatang.network.kinds import Kind
from hatang.network.models import Mast, Thing
from hatang.network.services import latest_change, may_upload_for, records_of, undo_last_change
from hatang.network.services.siting import doubt, whereabouts
from hatang.network.views.facts import changes
from hatang.network.views.lists import may_add
from hatang.network.views.reference import reference_for
from hatang.network.views.things import visible_thing, way
from hatang.pages.lists import whole_number
from hatang.places.models import Place

SEEN = "seen"


def form_for(request: HttpRequest, kind: Kind, row: Any, province: Place, near: Any) -> ThingForm:
    """Give the form of a thing, with what lies near by to snap to."""
    _, owner = may_upload_for(request.user, province)
    form = kind.form(request.POST or None, instance=row, province=province, today=timezone.localdate(), owner=owner)
    if near is not None:
        form.draw_near(near, reference_for(request.user, near, row))
    return form


@login_required
def add_thing(request: HttpRequest, code: str, kind: Kind) -> HttpResponse:
    """Add a thing; `xa` in the address names the commune about which the map opens."""
    province = province_for(request, code, "network.change_register")
    if not may_add(request.user, province):
        raise Http404
    communes = Place.objects.communes().filter(province=province).in_force(timezone.localdate())
    commune = communes.filter(pk=whole_number(request.GET.get("xa", ""), 14) or 0).first()
    at = (commune.lon, commune.lat) if commune and commune.lon is not None and commune.lat is not None else None
    row: Any = kind.model()
    row.commune = commune
    form = form_for(request, kind, row, province, at and (*at, *at))
    if request.method == "POST" and form.is_valid():
        form.instance._change_reason = "thêm trên trang"
        return saved(request, form)
    context = {
        "form": form,
        "title": f"Thêm {kind.label}",
        "communes": communes.order_by("sort_key"),
        "commune": commune,
        "crumbs": way(kind, province, ("Thêm", "")),
    }
    return render(request, "network/thing_form.html", context, status=422 if form.errors else 200)


@login_required
def edit_thing(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """Correct a thing; where somebody else has saved it meanwhile, say so before anything is overwritten."""
    row = visible_thing(request, kind, pk)
    if not request.user.has_perm("network.change_register", row):
        raise Http404
    with transaction.atomic():
        newest = latest_change(kind.objects.select_for_update().get(pk=pk))
        form = form_for(request, kind, row, row.province, row.shape.extent)
        seen = whole_number(request.POST.get(SEEN, ""), 15)
        overtaken = request.method == "POST" and seen != newest
        if request.method == "POST" and not overtaken and form.is_valid():
            form.instance._change_reason = "sửa trên trang"
            return saved(request, form)
    context = {
        "form": form,
        "title": f"Sửa {kind.label} {row.code}",
        "seen": newest,
        "overtaken": told_since(row, seen, Viewer(request.user)) if overtaken else None,
        "crumbs": way(kind, row.province, (row.code, row.get_absolute_url()), ("Sửa", "")),
    }
    return render(request, "network/thing_form.html", context, status=422 if form.errors or overtaken else 200)


def told_since(row: Any, seen: int | None, viewer: Viewer, on: Thing | None = None) -> list[dict[str, Any]]:
    """Say what was saved since the form was opened, and, to officers, by whom; a service is `on` a thing."""
    lines = list(records_of(row).filter(history_id__gte=seen or 0).select_related("history_user")[:10])
    named = viewer.sees(on or row, "history_person")
    return [
        {"at": new.history_date, "by": new.history_user if named else None, "changes": changes(new, old, viewer)}
        for new, old in pairwise(lines)
    ]


def saved(request: HttpRequest, form: ModelForm[Any]) -> HttpResponse:
    """Save the form and show the thing."""
    row = form.save()
    messages.success(request, f"Đã lưu {row}.")
    if isinstance(row, Mast) and (said := doubt(row, whereabouts(row, on=timezone.localdate()))):
        messages.warning(request, said)
    return redirect(row)


@login_required
@require_POST
def undo_thing(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """Undo the last change of a thing; one that was just added goes."""
    row = visible_thing(request, kind, pk)
    seen = whole_number(request.POST.get(SEEN, ""), 15) or 0
    try:
        left = undo_last_change(actor=request.user, thing=row, seen=seen)  # type: ignore[arg-type]
        messages.success(request, "Đã hoàn tác lần sửa trước." if left else f"Đã bỏ {kind.label} vừa thêm.")
        return redirect(left) if left else redirect("network:things", row.province.code, kind)
    except PermissionDenied as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(row)
