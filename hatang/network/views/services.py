"""Stations of a mast and their cells: add, correct, undo the last change. The department all, an operator its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hatang.network.audience import Viewer
from hatang.network.forms import CellForm, StationForm
from hatang.network.kinds import OF_MODEL
from hatang.network.models import Cell, Mast, Station
from hatang.network.services import latest_change, may_upload_for, undo_last_change
from hatang.network.views.editing import SEEN, told_since
from hatang.network.views.things import may_add_station, visible_thing, way
from hatang.pages.lists import whole_number

CHANGE = "network.change_register"
Service = Station | Cell
ServiceForm = StationForm | CellForm


def mast_of(row: Service) -> Mast:
    """Give the mast on which a service is."""
    return row.mast if isinstance(row, Station) else row.station.mast


def form_for(request: HttpRequest, row: Service) -> ServiceForm:
    """Give a service's form: a cell stays on its station, an operator's station on its mast and the operator's."""
    province = mast_of(row).province
    form_class: Any = StationForm if isinstance(row, Station) else CellForm
    form: ServiceForm = form_class(request.POST or None, instance=row, province=province, today=timezone.localdate())
    if isinstance(row, Cell):
        keep(form, "station", row.station)
        return form
    operator = may_upload_for(request.user, province)[1]
    if operator or row.pk is None:
        keep(form, "mast", row.mast)
    if operator:
        keep(form, "operator", operator)
    return form


def keep(form: ServiceForm, name: str, value: Any) -> None:
    """Let a field name this row alone, and tell of no other."""
    field: Any = form.fields[name]
    field.queryset, field.disabled = type(value)._default_manager.filter(pk=value.pk), True
    form.initial[name] = value.pk


@login_required
def add_station(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a station to a mast."""
    mast = visible_thing(request, OF_MODEL[Mast], pk)
    if not may_add_station(request.user, mast, Viewer(request.user)):
        raise Http404
    return added(request, Station(mast=mast, simulated=mast.simulated), f"Thêm trạm trên cột {mast.code}")


@login_required
def add_cell(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a cell to a station."""
    station = changeable(request, Station, pk)
    return added(request, Cell(station=station, simulated=station.simulated), f"Thêm ô của trạm {station}")


def added(request: HttpRequest, row: Service, title: str) -> HttpResponse:
    """Show or take the form of a new service."""
    form, mast = form_for(request, row), mast_of(row)
    if request.method == "POST" and form.is_valid():
        form.instance._change_reason = "thêm trên trang"  # type: ignore[union-attr]
        return saved(request, form)
    context = {"form": form, "title": title, "crumbs": crumbs(mast, "Thêm")}
    return render(request, "network/service_form.html", context, status=422 if form.errors else 200)


def crumbs(mast: Mast, last: str) -> list[tuple[str, str]]:
    """Give the way to a form through the mast."""
    return way(OF_MODEL[Mast], mast.province, (mast.code, mast.get_absolute_url()), (last, ""))


def saved(request: HttpRequest, form: ServiceForm) -> HttpResponse:
    """Save the form and show the mast."""
    row = form.save()
    messages.success(request, f"Đã lưu {row._meta.verbose_name} {row}.")
    return redirect(mast_of(row))


def changeable(request: HttpRequest, model: Any, pk: int) -> Any:
    """Give a service that the person may change; otherwise it answers as if it were not there."""
    mast = "mast" if model is Station else "station__mast"
    row = get_object_or_404(model.objects.visible_to(request.user).select_related(f"{mast}__province"), pk=pk)
    if not request.user.has_perm(CHANGE, row):
        raise Http404
    return row


@login_required
def edit_station(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a station."""
    return edited(request, changeable(request, Station, pk), "network:undo_station")


@login_required
def edit_cell(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a cell."""
    return edited(request, changeable(request, Cell, pk), "network:undo_cell")


def edited(request: HttpRequest, row: Service, undo: str) -> HttpResponse:
    """Show or take a service's form; where somebody else has saved it meanwhile, say so before it is overwritten."""
    mast, name = mast_of(row), f"{row._meta.verbose_name} {row}"
    with transaction.atomic():
        newest = latest_change(type(row)._default_manager.select_for_update().get(pk=row.pk))
        form = form_for(request, row)
        seen = whole_number(request.POST.get(SEEN, ""), 15)
        overtaken = request.method == "POST" and seen != newest
        if request.method == "POST" and not overtaken and form.is_valid():
            form.instance._change_reason = "sửa trên trang"  # type: ignore[union-attr]
            return saved(request, form)
    context = {
        "form": form,
        "title": f"Sửa {name}",
        "seen": newest,
        "overtaken": told_since(row, seen, Viewer(request.user), mast) if overtaken else None,
        "undo": reverse(undo, args=[row.pk]) if newest else "",
        "crumbs": crumbs(mast, "Sửa"),
    }
    return render(request, "network/service_form.html", context, status=422 if form.errors or overtaken else 200)


@login_required
@require_POST
def undo_station(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the last change of a station; one that was just added goes."""
    return undone(request, changeable(request, Station, pk), "network:edit_station")


@login_required
@require_POST
def undo_cell(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the last change of a cell; one that was just added goes."""
    return undone(request, changeable(request, Cell, pk), "network:edit_cell")


def undone(request: HttpRequest, row: Service, edit: str) -> HttpResponse:
    """Undo, and show the mast; what cannot be undone says why on its form."""
    pk, mast, name = row.pk, mast_of(row), f"{row._meta.verbose_name} {row}"
    seen = whole_number(request.POST.get(SEEN, ""), 15) or 0
    try:
        left = undo_last_change(actor=request.user, thing=row, seen=seen)  # type: ignore[arg-type]
    except PermissionDenied as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(edit, pk)
    messages.success(request, f"Đã hoàn tác lần sửa trước của {name}." if left else f"Đã bỏ {name} vừa thêm.")
    return redirect(mast)
