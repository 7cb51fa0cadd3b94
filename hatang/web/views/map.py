"""What is here? The map of a province and of the country, with its table, its data and its sheet of paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from hatang.core.vietnamese import search_key
from hatang.coverage.models import CoverageRun
from hatang.network.forms.exports import EVERY_STATE
from hatang.network.models import LifeState, Technology
from hatang.network.narrowing import FILTERS
from hatang.pages.ground import ground_url
from hatang.pages.lists import EXPORTS
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.web.services.maps import MapPage, country_page, export_table, page_data, province_page, read_asked
from hatang.web.services.maps.frames import Frame, Item
from hatang.web.services.maps.page import OF_SERVICES, former_words
from hatang.web.services.maps.questions import TECHNOLOGIES
from hatang.web.services.thing_layers import QUESTIONS as OF_THINGS
from hatang.web.services.work_layers import ANNOUNCED, Announced

PAPERS = {
    "a4-ngang": "A4 ngang",
    "a4-doc": "A4 dọc",
    "a3-ngang": "A3 ngang",
    "a3-doc": "A3 dọc",
}
KEPT = ("hoi", "ct", "cn", "ngay", "luc", "nam", "noi", "khung", *FILTERS[1:-1])
Crumbs = list[tuple[str, str]]


@require_GET
def province_map(request: HttpRequest, code: str) -> HttpResponse:
    """Show a province's map with one question answered in words, colours and a table."""
    province, page = asked_page(request, code)
    if export := exported(request, page, province.name):
        return export
    return render(request, "web/map.html", map_context(request, page, province))


@require_GET
def country_map(request: HttpRequest) -> HttpResponse:
    """Show the whole country, from which a province is chosen."""
    page = country_page(asked=read_asked(request.GET), person=request.user, today=timezone.localdate())
    if export := exported(request, page, "Việt Nam"):
        return export
    return render(request, "web/map.html", map_context(request, page, None))


@require_GET
def choropleth(request: HttpRequest, code: str) -> HttpResponse:
    """Give all years of an indicator, or a question about points, as this person may see it."""
    _, page = asked_page(request, code)
    response = JsonResponse(page_data(page))
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_GET
def country_choropleth(request: HttpRequest) -> HttpResponse:
    """Give all years of an indicator by province."""
    page = country_page(asked=read_asked(request.GET), person=request.user, today=timezone.localdate())
    response = JsonResponse(page_data(page))
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_GET
def map_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Lay the map of a province out on a sheet of paper."""
    province, page = asked_page(request, code)
    return render(request, "web/map_sheet.html", sheet_context(request, page, province))


@require_GET
def country_sheet(request: HttpRequest) -> HttpResponse:
    """Lay the map of the country out on a sheet of paper."""
    page = country_page(asked=read_asked(request.GET), person=request.user, today=timezone.localdate())
    return render(request, "web/map_sheet.html", sheet_context(request, page, None))


def asked_page(request: HttpRequest, code: str) -> tuple[Place, MapPage]:
    """Answer what the address asks of a province."""
    province = province_by_code(code)
    asked = read_asked(request.GET)
    return province, province_page(province=province, asked=asked, person=request.user, today=timezone.localdate())


def exported(request: HttpRequest, page: MapPage, where: str) -> HttpResponse | None:
    """Answer with the table as a file, if one is asked for."""
    export = EXPORTS.get(request.GET.get("xuat", ""))
    if export is None:
        return None
    frame = page.view.frame(page.asked.year)
    year = f" {frame.year}" if frame.year else ""
    return export(f"ban do {page.view.title} {where}{year}", export_table(page.view, page.asked.year))


def map_context(request: HttpRequest, page: MapPage, province: Place | None) -> dict[str, Any]:
    """Give what the page shows; without a script it is all there is, so the place marked has its lines too."""
    frame = page.view.frame(page.asked.year)
    items = items_of(frame, page)
    return common(page, frame, province) | {
        "where_url": reverse("web:whereabouts"),
        "choropleth_url": address_of(province, "choropleth"),
        "items": items,
        "items_of": page.view.names[items[0].of].name if items else "",
        "marked": marked_place(page),
        "corrects": province is not None and request.user.has_perm("places.change_place", province),
        "technologies": TECHNOLOGIES,
        "of_services": page.view.question in OF_SERVICES,
        "narrowing": narrowing_context(page),
        "coverage_url": coverage_url(request, province) if page.view.question in OF_SERVICES else "",
        "crumbs": crumbs(province),
    }


def coverage_url(request: HttpRequest, province: Place | None) -> str:
    """Give the address of the map of predicted levels that counts today, if there is one that the person may see."""
    if province is None:
        return ""
    run = CoverageRun.objects.visible_to(request.user).counting(province, timezone.localdate())
    return reverse("coverage:run_map", args=[run.pk]) if run else ""


def narrowing_context(page: MapPage) -> dict[str, Any]:
    """Give what things and announced works can be narrowed down by, and what is chosen; nothing on a country's map."""
    things = {key: asked for key, asked in OF_THINGS.items() if key in page.questions}
    announced = {key: asked for key, asked in ANNOUNCED.items() if key in page.questions}
    if not announced:
        return {}
    fields = {key: asked.kind.model._meta.get_field(asked.kind.sort) for key, asked in things.items()}
    fields |= {key: asked.model._meta.get_field("kind") for key, asked in announced.items()}
    return {
        "keys": " ".join([*things, *announced]),
        "things": " ".join(things),
        "announced": " ".join(announced),
        "sorts": [(key, field.flatchoices) for key, field in fields.items()],  # type: ignore[union-attr]
        "states": [(EVERY_STATE, "mọi trạng thái"), *LifeState.choices],
        "stages": [(key, stage_choices(asked)) for key, asked in announced.items()],
        "technologies": Technology.values,
        "chosen": page.asked.narrowing.query(),
        "shown": page.view.things is not None,
        "of_things": page.view.question in things,
        "of_announced": page.view.question in announced,
    }


def stage_choices(asked: Announced) -> list[tuple[str, str]]:
    """Give the stages to choose from, those that are shown unless another is asked for in one line."""
    shown = " và ".join(asked.stages[stage] for stage in asked.shown)
    return [("", shown), *asked.stages.items(), (EVERY_STATE, "tất cả")]


def common(page: MapPage, frame: Frame, province: Place | None) -> dict[str, Any]:
    """Give what the page and its sheet of paper share."""
    return {
        "province": province,
        "page": page,
        "view": page.view,
        "frame": frame,
        "rows": [(row, page.view.names[row.place]) for row in frame.rows],
        "data": page_data(page),
        "ground": ground_url(),
        "tiles_url": tiles_pattern(),
        "unit_layer": "communes" if province else "provinces",
        "map_url": address_of(province, "map"),
        "sheet_url": address_of(province, "map_sheet"),
        "papers": PAPERS,
        "former": former_words(page.known_at),
        "simulated": page.view.simulated,
    }


def address_of(province: Place | None, name: str) -> str:
    """Give the address of the province's map, data or sheet, or of the country's."""
    country = {"map": "country_map", "choropleth": "country_choropleth", "map_sheet": "country_sheet"}
    return reverse(f"web:{name}", args=[province.code]) if province else reverse(f"web:{country[name]}")


def tiles_pattern() -> str:
    """Give the address of tiles with the words that the browser puts the layer and the tile's numbers for."""
    return reverse("web:tile", args=["LAYER", 0, 0, 0]).replace("/0/0/0.", "/{z}/{x}/{y}.")


def marked_place(page: MapPage) -> Place | None:
    """Give the place that the address marks, if there is such a one."""
    if page.asked.place is None:
        return None
    return Place.objects.select_related("parent").filter(pk=page.asked.place).first()


def items_of(frame: Frame, page: MapPage) -> list[Item]:
    """Give the villages or zones of the commune that the address marks, or in which the place marked lies."""
    inside = next((item.of for item in frame.items if item.pk == page.asked.place), page.asked.place)
    return [item for item in frame.items if item.of == inside]


def crumbs(province: Place | None) -> Crumbs:
    """Give the way to the map."""
    if province is None:
        return [("Bản đồ", "")]
    return [(province.full_name, reverse("web:province", args=[province.code])), ("Bản đồ", "")]


def sheet_context(request: HttpRequest, page: MapPage, province: Place | None) -> dict[str, Any]:
    """Give what stands on the sheet; an unknown kind of paper is refused by showing A4."""
    frame, paper = page.view.frame(page.asked.year), request.GET.get("giay", "")
    return common(page, frame, province) | {
        "paper": paper if paper in PAPERS else "a4-ngang",
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        "file_name": file_name(page, frame, province),
        "today": timezone.localdate(),
        "marked": marked_place(page),
        "corrects": province is not None and request.user.has_perm("places.change_place", province),
        "simulated": False,
        "mark": page.view.simulated,
    }


def file_name(page: MapPage, frame: Frame, province: Place | None) -> str:
    """Name the picture after what it shows."""
    year = str(frame.year) if frame.year else page.on.isoformat()
    where = province.name if province else "Việt Nam"
    return search_key(f"ban do {page.view.title} {where} {year}").replace(" ", "-")
