"""What may be typed or uploaded about masts and stations: the same fields clean a page's form and a file's rows."""

from __future__ import annotations

from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.accounts.models import Organisation
from hatang.core.tables import RIGHT_DATE, TableError, as_text, parse_date, parse_number
from hatang.core.vietnamese import number
from hatang.network.models import Mast, Station
from hatang.places.models import Place

FURTHEST_FROM_COMMUNE_KM = 60


class CodeField(forms.CharField):
    """A code; one that Excel took for a number comes back as it was written."""

    def to_python(self, value: Any) -> str:
        return super().to_python(as_text(value)) or ""


class NumberField(forms.FloatField):
    """A number as people here write it, or as Excel holds it."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        try:
            return parse_number(value)
        except TableError as error:
            raise ValidationError(str(error), code="invalid") from error


class DayField(forms.DateField):
    """A day as dd/mm/yyyy, or as Excel holds it."""

    widget = forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "31/12/2025"})

    def to_python(self, value: Any) -> date | None:
        try:
            return parse_date(value)
        except TableError as error:
            raise ValidationError(str(error), code="invalid") from error


FIELDS = {"code": CodeField, "lon": NumberField, "lat": NumberField, "height_m": NumberField} | dict.fromkeys(
    ("built_on", "dismantled_on", "on_air_on", "off_air_on"), DayField
)


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Give the distance on a sphere of 6.371 km; good to half a percent.

    >>> round(distance_km(106.76, 21.85, 105.85, 21.03))
    131
    """
    half_lat, half_lon = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_lon) ** 2
    return 2 * 6371 * asin(sqrt(min(1.0, chord)))


def position_fault(commune: Place, lon: float | None, lat: float | None) -> str:
    """Say that a point cannot lie in its commune, or nothing; few communes reach 30 km from their centre."""
    if None in (lon, lat, commune.lon, commune.lat):
        return ""
    away = distance_km(lon, lat, commune.lon, commune.lat)  # type: ignore[arg-type]
    if away <= FURTHEST_FROM_COMMUNE_KM:
        return ""
    return f"Điểm cách {commune.full_name} {number(away)} km: sai tọa độ hoặc sai mã xã."


def dates_fault(begin: date | None, end: date | None) -> str:
    """Say what the table's constraint on dates would say, or nothing."""
    return "Ngày kết thúc phải sau ngày bắt đầu." if begin and end and end <= begin else ""


class MastForm(forms.ModelForm[Mast]):
    """A mast's facts. Its commune must lie in the province, its point near the commune."""

    class Meta:
        model = Mast
        fields = [
            "code",
            "owner",
            "commune",
            "zone",
            "structure",
            "lon",
            "lat",
            "height_m",
            "built_on",
            "dismantled_on",
        ]
        field_classes = FIELDS

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        inside = Place.objects.filter(province=province).in_force(today).order_by("sort_key")
        choose(self, "commune", inside.communes())
        choose(self, "zone", inside.of_kind(Place.Kind.ZONE))
        choose(self, "owner", Organisation.objects.in_force(today).order_by("sort_key"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        commune = cleaned.get("commune")
        fault = commune and position_fault(commune, cleaned.get("lon"), cleaned.get("lat"))
        if fault:
            self.add_error("lon", fault)
        return cleaned


class StationForm(forms.ModelForm[Station]):
    """A station's facts. Its mast must stand in the province."""

    class Meta:
        model = Station
        fields = ["code", "mast", "operator", "technology", "on_air_on", "off_air_on"]
        field_classes = FIELDS

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "mast", Mast.objects.filter(province=province).order_by("code"))
        choose(self, "operator", Organisation.objects.operators().in_force(today).order_by("sort_key"))


def choose(form: forms.ModelForm[Any], name: str, rows: Any) -> None:
    """Let a field name only these rows."""
    field: Any = form.fields[name]
    field.queryset = rows


class UploadForm(forms.Form):
    """A file of stations."""

    file = forms.FileField(label="Tệp Excel (.xlsx) hoặc CSV", help_text=f"Theo tệp mẫu. {RIGHT_DATE}")


class PhotoForm(forms.Form):
    """A picture of a mast."""

    photo = forms.FileField(label="Ảnh (JPEG, PNG, WebP)", help_text="Vị trí và thông tin máy ảnh bị xóa khi lưu.")
