"""Trying a version of a form before it is published: in the page, and as the workbook that filers will get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hatang.core.vietnamese import within_words
from hatang.indicators.models import FormItem, FormVersion, ReturnForm
from hatang.indicators.services.return_forms import (
    Tried,
    choices_of,
    joined,
    places_to_try,
    sample_return,
    template_of,
    try_version,
    way_of,
)
from hatang.indicators.views.return_forms import trail_of, version_for
from hatang.pages.lists import whole_number
from hatang.places.models import Place

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECOND = "mau-so", "ly-do"


@dataclass(frozen=True)
class Field:
    """An item as it is tried: what is typed in its one or two fields, what is offered, how it is written, the fault."""

    item: FormItem
    first: str
    second: str
    choices: tuple[str, ...]
    way: str
    denominator: str
    fault: str

    @property
    def both(self) -> bool:
        """Whether a denominator is typed beside."""
        return self.item.is_ratio and not self.item.is_counted and not self.item.denominator_from


@login_required
@require_http_methods(["GET", "POST"])
def form_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill a version in without saving, and see what its checks say."""
    version = version_for(request, pk)
    places = places_to_try(version.form, timezone.localdate())
    place = chosen_place(request, places)
    items = list(version.items.select_related("indicator").order_by("order", "pk"))
    tried = try_version(version, place, typed_in(request, items)) if request.method == "POST" and place else None
    context = {
        "version": version,
        "place": place,
        "places": places,
        "fields": [field_of(request, item, tried) for item in items],
        "tried": tried,
        "hard": [f for f in tried.findings if f.hard] if tried else [],
        "soft": [f for f in tried.findings if not f.hard] if tried else [],
        "for_operators": version.form.filer == ReturnForm.Filer.OPERATOR,
        "crumbs": trail_of(version.form, *way_back(version), ("Điền thử", "")),
    }
    return render(request, "indicators/form_try.html", context, status=422 if tried and tried.faults else 200)


def way_back(version: FormVersion) -> list[tuple[str, str]]:
    """Give the step of the way to the version: where it is composed while it is a draft."""
    name = "form_draft" if version.state == FormVersion.State.DRAFT else "form_version"
    return [(f"Bản {version.number}", reverse(f"indicators:{name}", args=[version.pk]))]


def chosen_place(request: HttpRequest, places: list[Place]) -> Place | None:
    """Give the place at which the form is tried: the one asked for, or the first."""
    key = whole_number(request.GET.get("noi", ""), 18)
    return next((place for place in places if place.pk == key), places[0] if places else None)


def typed_in(request: HttpRequest, items: list[FormItem]) -> dict[str, str]:
    """Give what was typed for each item as the one text that is read."""
    return {item.code: typed_for(request, item) for item in items}


def typed_for(request: HttpRequest, item: FormItem) -> str:
    """Put an item's fields together."""
    first, second = posted(request, item)
    if item.is_counted:
        return f"{first}: {second}" if second and first else first
    return joined(first, second) if second else first


def posted(request: HttpRequest, item: FormItem) -> tuple[str, str]:
    """Give what was typed in an item's one or two fields."""
    second = next((request.POST[f"{item.code}-{name}"] for name in SECOND if f"{item.code}-{name}" in request.POST), "")
    return request.POST.get(item.code, "").strip(), second.strip()


def field_of(request: HttpRequest, item: FormItem, tried: Tried | None) -> Field:
    """Show an item with what was typed."""
    first, second = posted(request, item)
    told: dict[str, Any] = {"choices": choices_of(item), "way": way_of(item), "denominator": ""}
    if item.is_ratio and item.indicator:
        told["denominator"] = within_words(item.indicator.denominator_text)
    return Field(item, first, second, fault=tried.faults.get(item.code, "") if tried else "", **told)


@login_required
def form_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the workbook of a version as filers will get it, of no return."""
    version = version_for(request, pk)
    if not places_to_try(version.form, timezone.localdate()):
        return HttpResponse("Tỉnh chưa có xã, phường nào nên chưa có mẫu.", status=422, content_type="text/plain")
    response = HttpResponse(template_of(sample_return(version)), content_type=SPREADSHEET)
    response["Content-Disposition"] = f'attachment; filename="{version.form.code}-ban-{version.number}.xlsx"'
    return response
