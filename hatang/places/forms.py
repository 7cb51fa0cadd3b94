"""What may be typed about places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from hatang.core.vietnamese import number
from hatang.pages.widgets import DateInput, PointWidget, ShapeField
from hatang.places.models import Place, PlaceSuccession
from hatang.places.points import FURTHEST_FROM_COMMUNE_KM, LAT_RANGE, LON_RANGE, too_far_km

THOUSANDS = re.compile(r"\d{1,3}([. ]\d{3})+")
SHARE_FIELDS = ("population_percent", "area_percent")


class CountField(forms.IntegerField):
    """A whole number, also as people here write it: 12.345."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    default_error_messages = {
        "invalid": "Nhập một số nguyên, ví dụ 12345 hoặc 12.345.",
        "min_value": "Số không thể âm.",
        "max_value": "Số quá lớn: nhiều nhất là 150 triệu.",
    }
    default_validators = [MaxValueValidator(150_000_000)]

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        return super().to_python(re.sub("[. ]", "", text) if THOUSANDS.fullmatch(text) else value)


class MeasureField(forms.FloatField):
    """A number with decimals, also as people here write it: 1.234,5."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages = {"invalid": "Nhập một số, ví dụ 1234,5."}

    def to_python(self, value: Any) -> Any:
        text = str(value if value is not None else "").strip()
        return super().to_python(text.replace(".", "").replace(",", ".") if "," in text else text)


class PlaceForm(forms.ModelForm[Place]):
    """What an officer knows about a place; its name, code and dates come from the law."""

    class Meta:
        model = Place
        fields: ClassVar = [
            "population",
            "households",
            "area_km2",
            "has_grid_power",
            "grid_power_on",
            "has_demand",
            "lon",
            "lat",
        ]
        field_classes: ClassVar = {
            "population": CountField,
            "households": CountField,
            "area_km2": MeasureField,
            "lon": MeasureField,
            "lat": MeasureField,
        }
        widgets: ClassVar = {
            "lat": PointWidget(partner="lon"),
            "grid_power_on": DateInput,
        }
        localized_fields: ClassVar = ["area_km2", "lon", "lat"]
        error_messages: ClassVar = {
            "grid_power_on": {"invalid": "Ngày viết năm-tháng-ngày, ví dụ 2027-12-31."},
            "lon": dict.fromkeys(("min_value", "max_value"), LON_RANGE),
            "lat": dict.fromkeys(("min_value", "max_value"), LAT_RANGE),
            "area_km2": {"min_value": "Diện tích không thể âm."},
        }
        help_texts: ClassVar = {
            "lon": "Độ thập phân, hệ WGS 84, ví dụ 106,7614.",
            "lat": "Độ thập phân, hệ WGS 84, ví dụ 21,8530.",
            "population": "Để trống nếu chưa biết.",
            "households": "Để trống nếu chưa biết.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.kind in (Place.Kind.PROVINCE, Place.Kind.DISTRICT):
            del self.fields["has_grid_power"], self.fields["grid_power_on"], self.fields["has_demand"]
        above = self.instance.parent or self.instance.province
        if above is not None:
            self.fields["lat"].widget.near = (above.lon, above.lat)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = {name for name in ("lon", "lat") if cleaned.get(name) is not None}
        for name in {"lon", "lat"} - typed if len(typed) == 1 and not {"lon", "lat"} & self.errors.keys() else ():
            self.add_error(name, "Nhập cả kinh độ và vĩ độ, hoặc để trống cả hai.")
        if cleaned.get("has_grid_power") and cleaned.get("grid_power_on"):
            self.add_error("grid_power_on", "Nơi này đã có điện lưới: xóa ngày dự kiến.")
        people, households = cleaned.get("population"), cleaned.get("households")
        if people is not None and households is not None and households > people:
            self.add_error("households", "Số hộ không thể lớn hơn số người.")
        if {"lon", "lat"} & set(self.changed_data):
            self.check_distance(cleaned.get("lon"), cleaned.get("lat"))
        return cleaned

    def check_distance(self, lon: float | None, lat: float | None) -> None:
        """Refuse a point that is too far from the commune it lies in, or from all that a commune was made of."""
        near = [(other, too_far_km(other, lon, lat)) for other in communes_of_point(self.instance)]
        far = [(other, away) for other, away in near if away is not None]
        if far and len(far) == len(near):
            other, away = min(far, key=lambda pair: pair[1])
            limit = f"quá {FURTHEST_FROM_COMMUNE_KM} km thì một trong hai điểm sai"
            now = f" (nay thuộc {self.instance})" if self.instance.kind == Place.Kind.COMMUNE else ""
            self.add_error("lon", f"Điểm cách {other.full_name}{now} {number(away)} km; {limit}.")


def communes_of_point(place: Place) -> list[Place]:
    """Give the communes near which the place's point must lie: the one above it, or those a commune was made of."""
    if place.kind == Place.Kind.COMMUNE:
        before = Place.objects.communes().filter(successions__successor=place)
        return list(before.filter(lon__isnull=False, lat__isnull=False))
    above = place.parent
    return [above] if above is not None and above.kind == Place.Kind.COMMUNE else []


class DrawnBoundaryForm(forms.Form):
    """The boundary of a zone, site or village, drawn by hand; left empty it is taken away."""

    geometry = ShapeField(
        geom_type="MULTIPOLYGON",
        srid=4326,
        label="Ranh giới",
        required=False,
        help_text="Bấm từng đỉnh trên bản đồ; để trống thì nơi này không có ranh giới.",
    )

    def __init__(self, *args: Any, place: Place, beside: dict[str, Any] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        widget: Any = self.fields["geometry"].widget
        holder = place if place.lon is not None else place.parent or place
        widget.near, widget.reference = (holder.lon, holder.lat), beside

    def clean_geometry(self) -> GEOSGeometry | None:
        """Refuse what lies too far from the commune that the place is in."""
        drawn: GEOSGeometry | None = self.cleaned_data["geometry"]
        commune = self.place.parent
        if drawn and commune is not None:
            away = too_far_km(commune, drawn.centroid.x, drawn.centroid.y)
            if away is not None:
                raise ValidationError(f"Hình cách {commune.full_name} {number(away)} km. Vẽ lại ở đúng xã.")
        return drawn


class SharesForm(forms.Form):
    """How much of a former place passed to each of its successors, two fields for each."""

    def __init__(self, *args: Any, rows: Iterable[PlaceSuccession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            for name in SHARE_FIELDS:
                self.fields[f"{name}_{row.pk}"] = share_field(row, name)

    def shares(self) -> dict[int, dict[str, float | None]]:
        """Give what was typed, by succession."""
        return {row.pk: {name: self.cleaned_data[f"{name}_{row.pk}"] for name in SHARE_FIELDS} for row in self.rows}

    def refuse(self, error: ValidationError) -> None:
        """Show an error that concerns all rows together."""
        self.add_error(None, error)


def share_field(row: PlaceSuccession, name: str) -> MeasureField:
    """Make the field of one share."""
    label = PlaceSuccession._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return MeasureField(
        label=f"{row.successor.full_name}: {label}",
        required=False,
        min_value=0,
        max_value=100,
        localize=True,
        initial=getattr(row, name),
        error_messages=dict.fromkeys(("min_value", "max_value"), "Tỷ lệ từ 0 đến 100%%."),
    )
