"""Addresses of a page with one drawn field, for tests: it gives back what it took."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from hatang.pages.shapes import lines_of
from hatang.pages.widgets import GeometryWidget, ShapeField

PAGE = """{% extends "base.html" %}
{% block head %}{{ form.media }}{% endblock %}
{% block content %}<h1>Vẽ</h1>
{% if saved %}<pre id="saved">{{ saved }}</pre><p id="lines">{{ lines }}</p>{% endif %}
<form class="form" method="post" novalidate>{% csrf_token %}{% include "pages/fields.html" %}
<p class="actions"><button class="btn" id="save">Lưu</button></p></form>{% endblock %}"""
NEAR = (106.76, 21.85)
SQUARE = [[106.7, 21.8], [106.8, 21.8], [106.8, 21.9], [106.7, 21.9], [106.7, 21.8]]
HOLE = [[106.77, 21.81], [106.79, 21.81], [106.79, 21.83], [106.77, 21.81]]
WITH_HOLE = '{"type": "Polygon", "coordinates": [' + f"{SQUARE}, {HOLE}" + "]}"


class Drawing(forms.Form):
    """One field, of the type that the address names."""

    def __init__(self, geom_type: str, *args: Any, reference: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = GeometryWidget(near=NEAR, reference=reference)
        self.fields["shape"] = ShapeField(geom_type=geom_type, label="Hình", widget=widget)


def draw(request: HttpRequest, geom_type: str) -> HttpResponse:
    """Show the form, filled where `co` says so; after a right post, what was saved."""
    reference = {"type": "Polygon", "coordinates": [SQUARE]} if "nen" in request.GET else None
    initial = {"shape": WITH_HOLE} if "co" in request.GET else {}
    form = Drawing(geom_type, request.POST or None, initial=initial, reference=reference)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= {"saved": form.cleaned_data["shape"].json, "lines": lines_of(form.cleaned_data["shape"])}
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("ve/<str:geom_type>", draw), path("", include("hatang.config.urls"))]
