"""Pages about units: a province's communes on a day, a place's own facts, and who came before and after it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from hatang.core.vietnamese import number
from hatang.pages.lists import Column, ListPage
from hatang.places.forms import DrawnBoundaryForm, PlaceForm, SharesForm
from hatang.places.models import Boundary, Place, PlaceQuerySet, PlaceSuccession
from hatang.places.services import communes_of, province_by_code, record_shares
from hatang.places.services.boundaries import keep_drawn
from hatang.places.services.changes import changes_of, save_corrected
from hatang.places.services.locating import strayed
from hatang.places.services.unit_source import NEW_UNITS

CHANGE = "places.change_place"


def asked_day(request: HttpRequest) -> date:
    """Read the day that the page is about; today unless the address names a real date."""
    try:
        return parse_date(request.GET.get("ngay", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def predecessor_names(commune: Place) -> str:
    """Name the former units of a commune, and which gave only a part."""
    rows = sorted(commune.precessions.all(), key=lambda row: row.predecessor.sort_key)
    return ", ".join(f"{row.predecessor.full_name}{share_words(row)}" for row in rows)


def successor_names(commune: Place) -> str:
    """Name the units to which a former commune passed, and in which parts."""
    rows = sorted(commune.successions.all(), key=lambda row: row.successor.sort_key)
    return ", ".join(f"{row.successor.full_name}{share_words(row)}" for row in rows)


def share_words(row: PlaceSuccession) -> str:
    """Say in brackets what part passed on; nothing when all did."""
    if row.whole:
        return ""
    if row.population_percent is None:
        return " (một phần, tỷ lệ chưa biết)"
    return f" ({number(row.population_percent, 1)} % dân số)"


def succession_url(place: Place) -> str:
    """Give the address of a place's predecessors and successors."""
    return reverse("places:succession", args=[place.pk])


NAME = Column("Tên", lambda p: p.full_name, "sort_key", link=Place.get_absolute_url)
CODE = Column("Mã", lambda p: p.code, "code")


class UnitList(ListPage):
    """The communes that made up today's province on a day."""

    default_sort = "sort_key"
    template = "places/communes.html"
    empty_text = "Chưa có xã, phường nào."
    page_size = 100
    links: ClassVar[Prefetch[Any]]

    def rows(self, request: HttpRequest, **kwargs: Any) -> PlaceQuerySet:
        communes = communes_of(province_by_code(kwargs["code"]), asked_day(request)).visible_to(request.user)
        return communes.select_related("parent", "province").prefetch_related(self.links).distinct()

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"{self.title} {province_by_code(kwargs['code'])} {asked_day(request):%Y-%m-%d}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        province, on = province_by_code(kwargs["code"]), asked_day(request)
        merged = province.precessions.select_related("predecessor").order_by("predecessor__sort_key")
        return {
            "province": province,
            "on": on,
            "former": [row.predecessor for row in merged],
            "before": on < NEW_UNITS,
            "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), (self.title, "")],
        }


class CommunesPage(UnitList):
    """The communes since 1 July 2025, and what they were made of."""

    title = "Xã, phường, đặc khu"
    columns = (
        NAME,
        CODE,
        Column("Diện tích, km²", lambda p: p.area_km2, "area_km2", number=True, decimals=2),
        Column("Dân số", lambda p: p.population, "population", number=True, decimals=0),
        Column("Số hộ", lambda p: p.households, "households", number=True, decimals=0),
        Column("Từ các đơn vị cũ", predecessor_names, link=succession_url),
    )
    search_fields = ("search_key", "code", "precessions__predecessor__search_key")
    links = Prefetch("precessions", PlaceSuccession.objects.select_related("predecessor"))


class FormerCommunesPage(UnitList):
    """The communes before 1 July 2025, with their districts and what became of them."""

    title = "Xã, phường, thị trấn cũ"
    columns = (
        NAME,
        CODE,
        Column("Huyện", lambda p: p.parent and p.parent.full_name, "parent__sort_key"),
        Column("Tỉnh khi ấy", lambda p: p.province and p.province.full_name, "province__sort_key"),
        Column("Nay thuộc", successor_names, link=succession_url),
    )
    search_fields = ("search_key", "code", "parent__search_key", "successions__successor__search_key")
    links = Prefetch("successions", PlaceSuccession.objects.select_related("successor"))


def communes(request: HttpRequest, code: str) -> HttpResponse:
    """List the communes in force on the day asked for."""
    page = FormerCommunesPage if asked_day(request) < NEW_UNITS else CommunesPage
    return page.as_view()(request, code=code)  # type: ignore[return-value]


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an officer of the place correct its facts, and show who changed what."""
    place = get_object_or_404(Place.objects.visible_to(request.user).select_related("parent", "province"), pk=pk)
    if not request.user.has_perm(CHANGE, place):
        raise Http404
    form = PlaceForm(request.POST or None, instance=place)
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            save_corrected(form.save(commit=False))
        messages.success(request, f"Đã lưu {place.full_name}." if form.has_changed() else "Không có gì thay đổi.")
        if {"lon", "lat"} & set(form.changed_data) and (said := strayed(place, on=timezone.localdate())):
            messages.warning(request, said)
        return redirect("places:edit", pk=pk)
    context = {
        "place": place,
        "form": form,
        "changes": changes_of(place),
        "simulated": place.simulated,
        "draws": place.kind in DRAWN,
        "crumbs": crumbs_to(place, "Sửa"),
    }
    return render(request, "places/edit.html", context, status=422 if form.errors else 200)


DRAWN = (Place.Kind.ZONE, Place.Kind.SITE, Place.Kind.VILLAGE)


@login_required
def boundary(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an officer draw or correct the boundary of a zone, site or village; units' boundaries come from files."""
    places = Place.objects.visible_to(request.user).of_kind(*DRAWN).select_related("parent", "province")
    place = get_object_or_404(places, pk=pk)
    if not request.user.has_perm(CHANGE, place):
        raise Http404
    now = place.boundaries.current().real().first()  # type: ignore[attr-defined]
    above = place.parent.boundaries.current().first() if place.parent else None  # type: ignore[attr-defined]
    initial = {"geometry": now.geometry if now else None}
    form = DrawnBoundaryForm(request.POST or None, initial=initial, place=place, beside=outline_of(above))
    if request.method == "POST" and form.is_valid() and drawn(request, place, form):
        return redirect("places:edit", pk=pk)
    context = {"place": place, "form": form, "boundary": now, "simulated": place.simulated}
    context |= {"crumbs": crumbs_to(place, "Ranh giới")}
    return render(request, "places/boundary.html", context, status=422 if form.errors else 200)


def outline_of(row: Boundary | None) -> dict[str, Any] | None:
    """Give the outline of the commune around as GeoJSON, as fine as a screen shows."""
    if row is None:
        return None
    outline = row.geometry.simplify(0.0005, preserve_topology=True)
    return {"type": "Feature", "properties": {}, "geometry": json.loads(outline.geojson)}


def drawn(request: HttpRequest, place: Place, form: DrawnBoundaryForm) -> bool:
    """Store what was drawn, or put what is wrong with it on the form."""
    try:
        changed = keep_drawn(place=place, geometry=form.cleaned_data["geometry"])
    except ValidationError as error:
        form.add_error("geometry", error)
        return False
    messages.success(request, f"Đã lưu ranh giới của {place.full_name}." if changed else "Không có gì thay đổi.")
    return True


def crumbs_to(place: Place, here: str) -> list[tuple[str, str]]:
    """Give the way from the province over the place to a page about it."""
    today = place.province if place.province and place.province.valid_to is None else None
    above = [(today.full_name, reverse("web:province", args=[today.code]))] if today else []
    return [*above, (place.full_name, place.get_absolute_url()), (here, "")]


def succession(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what came before and after a place; an officer of a successor may fill in the shares."""
    places = Place.objects.visible_to(request.user).select_related("parent", "province")
    place = get_object_or_404(places, pk=pk)
    after = list(place.successions.select_related("successor__province", "legal").order_by("successor__sort_key"))
    rows = [
        row for row in after if not (row.whole and len(after) == 1) and request.user.has_perm(CHANGE, row.successor)
    ]
    if request.method == "POST" and not rows:
        raise Http404
    form = SharesForm(request.POST or None, rows=rows) if rows else None
    if request.method == "POST" and form and form.is_valid() and stored(request, place, form):
        return redirect("places:succession", pk=pk)
    before = place.precessions.select_related("predecessor__province", "predecessor__parent", "legal")
    context = {"place": place, "before": before.order_by("predecessor__sort_key"), "after": after, "form": form}
    context["crumbs"] = crumbs_to(place, "Kế tiếp")
    return render(request, "places/succession.html", context, status=422 if form and form.errors else 200)


def stored(request: HttpRequest, place: Place, form: SharesForm) -> bool:
    """Store the shares, or put what is wrong with them on the form."""
    try:
        changed = record_shares(predecessor=place, shares=form.shares(), actor=request.user)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, f"Đã lưu {changed} tỷ lệ." if changed else "Không có gì thay đổi.")
    return True
