"""Pages on which people put things, streams and devices into the register; a secret is shown once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation
from hatang.accounts.services import person_of, province_for
from hatang.places.models import Place
from hatang.sensors.forms import DeviceForm, StreamForm, ThingForm
from hatang.sensors.models import CHANGE, Datastream, Device, Thing
from hatang.sensors.services.registering import add_stream, issue_device, let_send, register_thing, rotate_device
from hatang.sensors.views.territory import in_thing, visible_thing, way

Step = tuple[str, str]


def own_thing(request: HttpRequest, pk: int) -> Thing:
    """Give a thing that the person may change."""
    row = visible_thing(request, pk)
    if not request.user.has_perm(CHANGE, row):
        raise PermissionDenied
    return row


def shown(request: HttpRequest, form: Any, title: str, said: str, back: str, crumbs: list[Step]) -> HttpResponse:
    """Show a form, perhaps one that was refused."""
    context = {"form": form, "title": title, "said": said, "back": back, "crumbs": crumbs}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


def thing_form(request: HttpRequest, row: Thing) -> ThingForm:
    """Make the form of a thing: who keeps one organisation's things writes for that one alone."""
    held = scopes_in(request.user, CHANGE, row.province_id)
    whole, today = any(scope.is_whole for scope in held), timezone.localdate()
    owners = Organisation.objects.in_force(today).at_work_in(row.province)
    if not whole:
        owners = owners.filter(pk__in=[scope.organisation_id for scope in held if scope.organisation_id])
    owners = owners | Organisation.objects.filter(pk=row.owner_id or 0)
    communes = Place.objects.communes().in_force(today).filter(province=row.province).order_by("sort_key")
    told = request.POST if request.method == "POST" else None
    return ThingForm(told, instance=row, communes=communes, owners=owners.order_by("sort_key"), whole=whole)


@login_required
def thing_new(request: HttpRequest, code: str) -> HttpResponse:
    """Put a thing into the register."""
    province = province_for(request, code, CHANGE)
    form = thing_form(request, Thing(province=province))
    if form.is_bound and form.is_valid():
        row = register_thing(actor=person_of(request), thing=form.save(commit=False))
        messages.success(request, "Đã ghi vật vào sổ. Thêm luồng số đo, rồi cấp thiết bị để gửi.")
        return redirect("sensors:thing", row.pk)
    back = reverse("sensors:things", args=[province.code])
    return shown(request, form, "Ghi một vật", "", back, way(province, ("Ghi một vật", "")))


@login_required
def thing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the register says of a thing."""
    row = own_thing(request, pk)
    form = thing_form(request, row)
    if form.is_bound and form.is_valid():
        register_thing(actor=person_of(request), thing=form.save(commit=False))
        messages.success(request, "Đã lưu.")
        return redirect("sensors:thing", row.pk)
    name = Thing.objects.values_list("name", flat=True).get(pk=pk)
    crumbs = way(row.province, (name, reverse("sensors:thing", args=[pk])), ("Sửa", ""))
    return shown(request, form, f"Sửa: {name}", "", reverse("sensors:thing", args=[pk]), crumbs)


@login_required
def stream_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a stream to a thing."""
    row = own_thing(request, pk)
    form = StreamForm(request.POST if request.method == "POST" else None, thing=row)
    if form.is_bound and form.is_valid():
        add_stream(actor=person_of(request), thing=row, **form.cleaned_data)
        messages.success(request, "Đã thêm luồng số đo.")
        return redirect("sensors:thing", row.pk)
    said = "Mỗi luồng là một đại lượng với một đơn vị."
    back = reverse("sensors:thing", args=[pk])
    return shown(request, form, f"Thêm luồng số đo: {row.name}", said, back, in_thing(row, ("Thêm luồng", "")))


@login_required
@never_cache
def device_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a device send for a thing; its secret stands in this answer alone."""
    row = own_thing(request, pk)
    form = DeviceForm(request.POST if request.method == "POST" else None, thing=row)
    if form.is_bound and form.is_valid():
        device, secret = issue_device(actor=person_of(request), thing=row, name=form.cleaned_data["name"])
        return secret_page(request, device, secret)
    said = "Thiết bị nhận khóa và bí mật riêng, chỉ gửi được cho vật này. Bí mật chỉ hiện một lần."
    back = reverse("sensors:thing", args=[pk])
    return shown(request, form, f"Cấp thiết bị: {row.name}", said, back, in_thing(row, ("Cấp thiết bị", "")))


def secret_page(request: HttpRequest, device: Device, secret: str) -> HttpResponse:
    """Show a secret, this once, and how to send with it."""
    context = {
        "device": device,
        "secret": secret,
        "stream": Datastream.objects.filter(thing=device.thing).order_by("code").first(),
        "address": request.build_absolute_uri(reverse("sensors:take")),
        "door": settings.MQTT_DOOR,
        "mosquitto": bool(settings.MQTT_BROKER),
        "crumbs": in_thing(device.thing, ("Bí mật", "")),
    }
    return render(request, "sensors/secret.html", context)


def own_device(request: HttpRequest, pk: int) -> Device:
    """Give a device that the person may change; another's answers as if it were not there."""
    rows = Device.objects.visible_to(request.user).select_related("thing__province", "thing__owner")
    device: Device = get_object_or_404(rows, pk=pk)
    return device


@login_required
@never_cache
@require_POST
def device_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a device a new secret."""
    device = own_device(request, pk)
    return secret_page(request, device, rotate_device(actor=person_of(request), device=device))


@login_required
@require_POST
def device_switch(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Stop a device, or let it send again."""
    if act not in ("dung", "gui-lai"):
        raise Http404
    device = let_send(actor=person_of(request), device=own_device(request, pk), active=act == "gui-lai")
    said = "được gửi lại" if device.is_active else "đã bị dừng; cửa MQTT thôi nhận trong vòng nửa phút"
    messages.success(request, f"Thiết bị {device} {said}.")
    return redirect("sensors:thing", device.thing_id)
