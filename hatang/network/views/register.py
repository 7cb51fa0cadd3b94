"""The register of a province on one page: how much there is of each kind, and where each question is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.accounts.access import scopes_in
from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, number
from hatang.network.audience import Viewer
from hatang.network.kinds import TABLE, Kind
from hatang.network.models import SHAREABLE, Cell, LifeState, Station
from hatang.network.narrowing import told_of
from hatang.network.services import may_decide, may_upload_for
from hatang.network.views.lists import REGISTER, crumbs, may_add
from hatang.places.models import Place

COMING = (LifeState.PLANNED, LifeState.CONSTRUCTION)


@dataclass(frozen=True)
class Line:
    """One kind's line: how many are in use, their length, how many are to come, shared, on offer."""

    kind: Kind
    in_use: int
    km: float | None
    coming: int
    shared: int | None
    offered: int | None
    simulated: bool

    @property
    def words(self) -> str:
        """The line in words: lines by their length, all else by their number."""
        if self.km is not None:
            return f"{number(self.km)} km {self.kind.label}"
        return f"{number(self.in_use)} {self.kind.label}"


@login_required
@require_GET
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Show how much the register of a province holds of what this person may see."""
    province = province_for(request, code, "network.view_thing")
    viewer, today = Viewer(request.user), timezone.localdate()
    lines = [line_of(kind, province, viewer, request.user) for kind in TABLE]
    sees_stations = bool(scopes_in(request.user, "network.view_station", province.pk))
    context = {
        "province": province,
        "lines": lines,
        "finding": finding(lines, viewer, province),
        "stations": stations_line(province, request.user) if sees_stations else None,
        "sees_all": viewer.sees_all,
        "may_add": may_add(request.user, province),
        "decides": may_decide(request.user, province),
        "may_upload": may_upload_for(request.user, province)[0],
        "simulated": any(line.simulated for line in lines),
        "today": today,
        "crumbs": crumbs(province, (REGISTER, "")),
    }
    return render(request, "network/register.html", context)


def line_of(kind: Kind, province: Place, viewer: Viewer, person: Any) -> Line:
    """Count one kind, over rows that the person sees and fields that they may know."""
    today = timezone.localdate()
    rows = told_of(kind.objects.visible_to(person).filter(province=province), kind, viewer, today)
    used = Q(state=LifeState.IN_USE)
    wanted: dict[str, Any] = {
        "in_use": Count("pk", filter=used),
        "coming": Count("pk", filter=Q(state__in=COMING)),
        "shared": Count("pk", filter=used & Q(users__gt=1)),
        "offered": Count("pk", filter=used & Q(offered=True)),
        "marked": Count("pk", filter=Q(simulated=True)),
    }
    if kind.is_line:
        wanted["km"] = Sum("length_km", filter=used, default=0.0)
    found = rows.aggregate(**wanted)
    return Line(
        kind=kind,
        in_use=found["in_use"],
        km=found.get("km"),
        coming=found["coming"],
        shared=found["shared"] if kind.model in SHAREABLE else None,
        offered=found["offered"] if kind.passive and kind.has_spare else None,
        simulated=found["marked"] > 0,
    )


def stations_line(province: Place, person: Any) -> dict[str, int]:
    """Count the stations and cells on air that the person sees."""
    today = timezone.localdate()
    stations = Station.objects.visible_to(person).on_air(on=today).filter(mast__province=province)
    cells = Cell.objects.visible_to(person).on_air(today).filter(station__mast__province=province)
    return {"stations": stations.count(), "cells": cells.count()}


def finding(lines: list[Line], viewer: Viewer, province: Place) -> str:
    """Say what there is, how much of it is shared and how much is on offer."""
    there = [line for line in lines if line.in_use]
    if not there:
        return f"Sổ hạ tầng của {province.name_inside} chưa có công trình nào đang sử dụng mà bạn xem được."
    seen = "" if viewer.sees_all else " mà bạn được xem"
    shared, offered = sum(line.shared or 0 for line in lines), sum(line.offered or 0 for line in lines)
    return (
        f"Ngày {day(timezone.localdate())}, sổ hạ tầng có {', '.join(line.words for line in there)} "
        f"đang sử dụng{seen}; {number(shared)} công trình dùng chung, {number(offered)} công trình chào dùng chung."
    )
