"""Fields of a form for days, and for what is drawn on a map; without JavaScript, or a mouse, all are typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.gis.forms import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.forms.widgets import Script, Textarea, TextInput

from hatang.pages.ground import ground_url
from hatang.pages.shapes import WGS84, lines_of, read_shape

SHEETS = {"all": ["vendor/maplibre-gl.css", "pages/map.css"]}
TYPED_HELP = {
    "POINT": "Gõ được kinh độ; vĩ độ, ví dụ 106,7614; 21,8530.",
    "LINESTRING": "Mỗi dòng một đỉnh: kinh độ; vĩ độ, ví dụ 106,7614; 21,8530. Dán GeoJSON cũng được.",
    "POLYGON": "Mỗi dòng một đỉnh: kinh độ; vĩ độ, ví dụ 106,7614; 21,8530. Dòng “lỗ” mở một lỗ bên trong. "
    "Dán GeoJSON cũng được.",
}
SEVERAL_HELP = " Dòng trống ngăn các phần."


class GeometryWidget(Textarea):
    """Draw a point, line or polygon, single or several, on a map; the text beneath says the same in lines.

    For any geometry field of a ModelForm, and as `formfield_overrides` of an admin:

        class BoundaryForm(forms.ModelForm):
            class Meta:
                model = Boundary
                fields = ["geometry"]
                field_classes = {"geometry": ShapeField}          # Vietnamese words for an empty field too
                widgets = {"geometry": GeometryWidget(near=(106.76, 21.85))}   # optional

    The page prints `{{ form.media }}` in its head. `near` is where an empty map opens; `reference` is GeoJSON (a dict)
    drawn in grey, to whose vertices one can snap: the neighbours' boundaries; its `sources`, if any, are named below.
    Both can be set later, for each form: `form.fields["geometry"].widget.reference = {...}`. What is posted is GeoJSON,
    or the typed lines; both are read by `hatang.pages.shapes.read_shape`, whose messages appear at the field. Polygons
    come in WGS 84, valid, in Việt Nam.
    """

    template_name = "pages/geometry.html"
    map_srid = WGS84
    supports_3d = False

    class Media:
        css = SHEETS
        js = [Script("pages/map/geometry.js", type="module")]

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        near: tuple[float, float] | None = None,
        reference: dict[str, Any] | None = None,
    ) -> None:
        super().__init__({"rows": 6, "spellcheck": "false", "autocomplete": "off", **(attrs or {})})
        self.near = near
        self.reference = reference

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Give what was posted; blanks alone are nothing."""
        text = str(data.get(name) or "")
        return text if text.strip() else ""

    def deserialize(self, value: str) -> GEOSGeometry:
        """Read what was posted; the form field asks this."""
        return read_shape(value, self.attrs.get("geom_type", "GEOMETRY"))

    def format_value(self, value: Any) -> str:
        """Write a geometry as lines; what was typed and is wrong comes back as it was."""
        if not value:
            return ""
        try:
            return lines_of(value if isinstance(value, GEOSGeometry) else self.deserialize(str(value)))
        except ValidationError:
            return str(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        kind = context["widget"]["attrs"].pop("geom_type", "GEOMETRY")
        single = kind.removeprefix("MULTI")
        context["map"] = {
            "type": kind if single in TYPED_HELP else "",
            "ground": ground_url(),
            "near": position_words(self.near),
            "reference": self.reference,
            "help": TYPED_HELP.get(single, TYPED_HELP["POLYGON"]) + (SEVERAL_HELP if kind != single else ""),
        }
        return context


class ShapeField(GeometryField):
    """A geometry field whose every message is ours; for `field_classes` of a ModelForm, or alone with `geom_type`."""

    widget = GeometryWidget
    default_error_messages = {
        "required": "Vẽ hình trên bản đồ, hoặc gõ tọa độ.",
        "invalid_geom": "Không đọc được hình này.",
        "invalid_geom_type": "Hình này khác loại cần có.",
        "transform_error": "Không chuyển được hình này sang hệ tọa độ của hệ thống.",
    }


class PointWidget(TextInput):
    """The second field of a point, with a map under it that sets both: `widgets = {"lat": PointWidget(partner="lon")}`.

    The page prints `{{ form.media }}` in its head. `near` is where the map opens while the fields are empty; it can be
    set for each form: `form.fields["lat"].widget.near = (106.76, 21.85)`; so can `reference`, GeoJSON drawn in grey, to
    which the point can snap. The fields keep their own form of number. With `beneath=False` the page puts the map where
    it wants it: `pages/point_map.html` with `map` from `map_of`.
    """

    template_name = "pages/point.html"

    class Media:
        css = SHEETS
        js = [Script("pages/map/point.js", type="module")]

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        partner: str = "lon",
        near: tuple[float, float] | None = None,
        reference: dict[str, Any] | None = None,
        beneath: bool = True,
    ) -> None:
        super().__init__({"inputmode": "decimal", **(attrs or {})})
        self.partner, self.beneath = partner, beneath
        self.near = near
        self.reference = reference

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["map"] = self.map_of(name)
        return context

    def map_of(self, name: str) -> dict[str, Any]:
        """Give what the map needs for the field of this name."""
        prefix = name.rpartition("-")[0]
        return {
            "lon": f"{prefix}-{self.partner}" if prefix else self.partner,
            "lat": name,
            "ground": ground_url(),
            "near": position_words(self.near),
            "reference": self.reference,
            "beneath": self.beneath,
        }


def position_words(position: tuple[float | None, float | None] | None) -> str:
    """Write a position for the page's script; nothing when there is none."""
    return f"{position[0]},{position[1]}" if position and None not in position else ""


class DateInput(forms.DateInput):
    """The browser's own date field; it wants and gives yyyy-mm-dd."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
