"""The way to a page of things, and things and alerts for who may see them."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from hatang.places.models import Place
from hatang.sensors.models import Alert, Thing

THINGS, ALERTS = "Cảm biến, thiết bị IoT", "Cảnh báo của cảm biến"
Step = tuple[str, str]


def way(province: Place, *more: Step) -> list[Step]:
    """Give the way from the province through its things to a page."""
    home = (str(province), reverse("web:province", args=[province.code]))
    return [home, (THINGS, reverse("sensors:things", args=[province.code]) if more else ""), *more]


def in_thing(thing: Thing, *more: Step) -> list[Step]:
    """Give the way through a thing to a page of it."""
    return way(thing.province, (thing.name, reverse("sensors:thing", args=[thing.pk]) if more else ""), *more)


def visible_thing(request: HttpRequest, pk: int) -> Thing:
    """Give a thing if the person may see it; otherwise it answers as if it were not there."""
    rows = Thing.objects.visible_to(request.user).select_related("province", "owner", "commune")
    found: Thing = get_object_or_404(rows, pk=pk)
    return found


def visible_alert(request: HttpRequest, pk: int) -> Alert:
    """Give an alert if the person may see it; otherwise it answers as if it were not there."""
    rows = Alert.objects.visible_to(request.user).select_related(
        "stream__thing__province",
        "stream__thing__commune",
        "stream__observed_property",
        "threshold",
        "seen_by",
        "closed_by",
    )
    return get_object_or_404(rows, pk=pk)
