"""One thing of the register: its page and its photo."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import scopes_in
from hatang.core.vietnamese import moment
from hatang.network.audience import Audience, Viewer
from hatang.network.forms import PhotoForm
from hatang.network.kinds import TABLE, Kind
from hatang.network.models import SHAREABLE, Cell, Mast, PointThing, Tenancy, Thing
from hatang.network.narrowing import read_instant
from hatang.network.services import keep_photo, may_upload_for, neighbours, records_of, users
from hatang.network.services.siting import doubt, whereabouts
from hatang.network.views.facts import facts, finding, history
from hatang.network.views.lists import in_register
from hatang.network.views.tenancies import Teller
from hatang.network.views.thing_sharing import sharing
from hatang.pages.features import collection, feature, simple
from hatang.pages.ground import ground_url
from hatang.places.models import Place
from hatang.work.services import check_size, file_response

NEAR_SHOWN = 24
FAILS_AS = {"mast": "cot", "cable": "cap", "pole_line": "dien"}
"""Kinds whose failure takes stations along, by what the address of that question calls them."""


def visible_thing(request: HttpRequest, kind: Kind, pk: int) -> Any:
    """Give the thing if the person may see it; otherwise it answers as if it were not there."""
    rows = kind.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("owner", "operator", "province", "commune", "photo"), pk=pk)


def way(kind: Kind, province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way from the province through its register and the kind's list to a page."""
    return in_register(province, (kind.plural, reverse("network:things", args=[province.code, kind])), *more)


@login_required
def thing(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """Show a thing; to an officer also as the register held it at an instant."""
    row, viewer, today = visible_thing(request, kind, pk), Viewer(request.user), timezone.localdate()
    officer = viewer.audience(row) == Audience.OFFICER
    known_at = read_instant(request.GET.get("luc", "")) if officer else None
    held = held_at(row, known_at) if known_at else None
    context = {
        "thing": row,
        "kind": kind,
        "name": viewer.name(row),
        "title": f"{kind.label} {row.code}" if viewer.sees(row, "code") else viewer.name(row),
        "finding": finding(row, viewer, users_of(kind, row, today), today),
        "facts": facts(row, viewer, request.user, held),
        "known_at": known_at,
        "known_words": moment(known_at) if known_at else "",
        "not_yet": known_at is not None and held is None,
        "asks_known_at": officer,
        "on_map": on_map(row) if isinstance(row, Mast) and viewer.sees(row, "point") else "",
        "fails_as": fails_as(request, kind, row, viewer),
        "sees_photo": viewer.sees(row, "photo"),
        "sees_history": viewer.sees(row, "history"),
        "history": history(row, viewer),
        "near": near_by(row, viewer, request),
        "form": PhotoForm(),
        "may_change": request.user.has_perm("network.change_register", row),
        "simulated": row.simulated,
        "ground": ground_url(),
        "spot": spot(row, viewer),
        "crumbs": way(kind, row.province, (viewer.name(row), "")),
    }
    return render(request, "network/thing.html", context | used_by(row, viewer, request, today))


def fails_as(request: HttpRequest, kind: Kind, row: Thing, viewer: Viewer) -> str:
    """Name the kind in the address that tells who loses service if the thing fails; nothing where one may not ask."""
    parties = {Audience.OFFICER, Audience.OWNER} | ({Audience.TENANT} if isinstance(row, Mast) else set())
    may = viewer.audience(row) in parties and scopes_in(request.user, "coverage.view_run", row.province_id)
    return FAILS_AS.get(kind.key, "") if may else ""


def users_of(kind: Kind, row: Thing, on: date) -> int | None:
    """Count the organisations that use a thing."""
    counted = kind.objects.filter(pk=row.pk).annotate(users=users(kind.model, on))
    count: int | None = counted.values_list("users", flat=True).first()
    return count


def used_by(row: Thing, viewer: Viewer, request: HttpRequest, on: date) -> dict[str, Any]:
    """Give who uses a thing and the services on it, as far as this person may see them."""
    tenancies: Any = Tenancy.objects.none()
    if isinstance(row, SHAREABLE):
        held: Any = row.tenancy_set  # type: ignore[attr-defined]
        tenancies = held.visible_to(request.user).select_related("tenant")
    stations: list[Any] = []
    if isinstance(row, Mast):
        seen = row.stations.on_air(on=on).visible_to(request.user).select_related("operator")
        stations = list(seen.order_by("operator__sort_key", "code", "technology"))
    shared, teller = sharing(request, row, stations), Teller(request)
    may = {one.pk: request.user.has_perm("network.change_register", one) for one in stations}
    cells = Cell.objects.visible_to(request.user).on_air(on).filter(station__in=stations).order_by("code")
    return {
        "sharing": shared,
        "tenancies": [(one, teller.price_vnd(one)) for one in tenancies.order_by("-since_on", "pk")],
        "stations": [(one, [cell for cell in cells if cell.station_id == one.pk], may[one.pk]) for one in stations],
        "off_air": off_air(row, request, on),
        "changes_stations": any(may.values()),
        "may_add_station": isinstance(row, Mast) and may_add_station(request.user, row, viewer),
        "all_named": viewer.sees(row, "tenant_names"),
        "is_mast": isinstance(row, Mast),
        "shareable": isinstance(row, SHAREABLE),
    }


def off_air(row: Thing, request: HttpRequest, on: date) -> list[Any]:
    """Give the stations of a mast that are not on air, of those that the person may change."""
    if not isinstance(row, Mast):
        return []
    rows = row.stations.visible_to(request.user).exclude(pk__in=row.stations.on_air(on=on).values("pk"))
    return [one for one in rows.order_by("code") if request.user.has_perm("network.change_register", one)]


def may_add_station(person: Any, mast: Mast, viewer: Viewer) -> bool:
    """Tell whether the person may write a station on a mast: the department, and who is a party to the mast."""
    may, operator = may_upload_for(person, mast.province)
    return may and (operator is None or viewer.sees(mast, "operator"))


def near_by(row: Thing, viewer: Viewer, request: HttpRequest) -> list[tuple[str, str, Thing, str]]:
    """Give what lies within a kilometre: its name, what it is, the thing, and how far, to who may know."""
    found = neighbours(row, request.user, [kind.model for kind in TABLE])
    named = [(viewer.name(other), str(other._meta.verbose_name), other, away_m) for away_m, other in found[:NEAR_SHOWN]]
    return [(name, what, other, viewer.away(row, away_m)) for name, what, other, away_m in named]


def on_map(row: Mast) -> str:
    """Say in which village, commune and zone the mast's point lies, and how sure that is."""
    where = whereabouts(row, on=timezone.localdate())
    names = ", ".join(str(place) for place in (where.village, where.zone, where.commune) if place)
    return " ".join(filter(None, [f"{names}." if names else "", where.note, doubt(row, where)]))


def spot(row: Thing, viewer: Viewer) -> dict[str, Any]:
    """Give where a thing lies as GeoJSON, a point as rough as this person may know it."""
    rough = isinstance(row, PointThing) and not viewer.sees(row, "point")
    return collection([feature(simple(row.shape, 2 if rough else 6))])


def held_at(row: Thing, known_at: datetime) -> Thing | None:
    """Give a thing as the register held it at an instant, or nothing if it did not hold it then."""
    line = records_of(row).filter(history_date__lte=known_at).first()
    return None if line is None or line.history_type == "-" else line.instance


# --- the photo


@login_required
def photo(request: HttpRequest, kind: Kind, pk: int) -> HttpResponseBase:
    """Give a thing's photo, or keep a new one."""
    row = visible_thing(request, kind, pk)
    if request.method == "POST":
        return new_photo(request, row)
    if row.photo is None or not Viewer(request.user).sees(row, "photo"):
        raise Http404
    return file_response(row.photo, inline=True)


def new_photo(request: HttpRequest, row: Thing) -> HttpResponse:
    """Keep the photo that was sent; who may not change the thing learns nothing of the form."""
    form = PhotoForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            file = form.cleaned_data["photo"]
            check_size(file.size)
            keep_photo(actor=request.user, thing=row, name=file.name, content=file.read())  # type: ignore[arg-type]
            messages.success(request, "Đã lưu ảnh.")
        else:
            messages.error(request, "Chưa chọn ảnh, hoặc ảnh trống.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except PermissionDenied as error:
        raise Http404 from error
    return redirect(row)
