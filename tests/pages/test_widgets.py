"""The widgets without a browser: what they show, read back, and say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django import forms
from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry

from hatang.pages.widgets import GeometryWidget, PointWidget, ShapeField
from hatang.places.models import Boundary
from tests.pages.drawing import WITH_HOLE

TRIANGLE = "106,7; 21,8\n106,8; 21,8\n106,8; 21,9"


class BoundaryForm(forms.ModelForm[Boundary]):
    """A form as an app writes it."""

    class Meta:
        model = Boundary
        fields = ["geometry"]
        field_classes = {"geometry": ShapeField}


class Plain(forms.ModelForm[Boundary]):
    """The widget alone, on Django's own field."""

    class Meta:
        model = Boundary
        fields = ["geometry"]
        widgets = {"geometry": GeometryWidget}


@pytest.mark.parametrize("form_class", [BoundaryForm, Plain])
def test_one_polygon_fits_a_field_of_several(form_class: Any) -> None:
    form = form_class({"geometry": TRIANGLE})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["geometry"].geom_type == "MultiPolygon"
    assert form.cleaned_data["geometry"].srid == 4326


@pytest.mark.parametrize("form_class", [BoundaryForm, Plain])
def test_a_wrong_line_is_named_at_the_field_and_the_text_comes_back(form_class: Any) -> None:
    text = f"{TRIANGLE}\n106,9; x"
    form = form_class({"geometry": text})
    assert form.errors["geometry"] == [
        "Dòng 4: “106,9; x” không phải hai số. Viết kinh độ; vĩ độ, ví dụ 106,7614; 21,8530."
    ]
    assert "106,9; x" in str(form["geometry"])  # fmt: skip


def test_an_empty_field_asks_in_vietnamese() -> None:
    assert BoundaryForm({"geometry": "  "}).errors["geometry"] == ["Vẽ hình trên bản đồ, hoặc gõ tọa độ."]
    assert BoundaryForm({}).errors["geometry"] == ["Vẽ hình trên bản đồ, hoặc gõ tọa độ."]


def test_what_is_stored_is_shown_as_lines_and_unchanged_when_posted_back() -> None:
    stored = Boundary(
        geometry=GEOSGeometry(
            f'{{"type":"MultiPolygon","coordinates":[{json.dumps(json.loads(WITH_HOLE)["coordinates"])}]}}'
        )
    )
    form = BoundaryForm(instance=stored)
    shown = form["geometry"].field.widget.format_value(stored.geometry)
    assert "106,7; 21,8" in shown
    assert "lỗ" in shown
    assert not BoundaryForm({"geometry": shown}, instance=stored).has_changed()
    assert BoundaryForm({"geometry": shown.replace("106,7;", "106,71;")}, instance=stored).has_changed()  # fmt: skip


def test_a_posted_geojson_comes_back_as_lines_when_another_field_is_wrong() -> None:
    form = BoundaryForm({"geometry": WITH_HOLE})
    assert "106,7; 21,8\n" in str(form["geometry"])


def test_the_widget_serves_every_geometry_field_of_a_model() -> None:
    """As an admin does with formfield_overrides."""
    for field_class in (models.PointField, models.LineStringField, models.PolygonField, models.MultiLineStringField):
        field = field_class(srid=4326, name="shape").formfield(widget=GeometryWidget)
        html = str(field.widget.render("shape", None, {"id": "id_shape"}))
        assert f'data-type="{field.geom_type}"' in html
        assert "geom_type" not in html


def test_a_field_of_any_geometry_is_typed_only() -> None:
    assert "data-type" not in GeometryWidget().render("shape", None, {})


def test_neighbours_go_to_the_script_as_data() -> None:
    form = BoundaryForm()
    form.fields["geometry"].widget.reference = {"type": "Point", "coordinates": [106, 21], "x": "</script><b>"}
    html = str(form["geometry"])
    assert '<script type="application/json">' in html
    assert "</script><b>" not in html


def test_the_second_field_of_a_point_names_the_first() -> None:
    class Place(forms.Form):
        lon = forms.FloatField()
        lat = forms.FloatField(widget=PointWidget(near=(106.76, 21.85)))

    html = str(Place(prefix="a")["lat"])
    assert 'data-lon="a-lon" data-lat="a-lat"' in html
    assert 'data-near="106.76,21.85"' in html
    assert 'data-lon="lon"' in str(Place()["lat"])
    assert 'type="module"' in str(Place().media)


def test_an_unknown_neighbourhood_is_no_place() -> None:
    assert 'data-near=""' in PointWidget(near=(None, None)).render("lat", None)  # type: ignore[arg-type]
