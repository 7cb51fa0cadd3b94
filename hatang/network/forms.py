"""What may be typed or uploaded about masts and stations: the same fields clean a page's form and a file's rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.tables import RIGHT_DATE, TableError, as_text, parse_date, parse_number
from hatang.core.vietnamese import number
from hatang.network.models import Mast, Station
from hatang.pages.widgets import PointWidget
from hatang.places.models import Place
from hatang.places.points import too_far_km

FURTHEST_AHEAD = timedelta(days=366)
ONE_OF_LIST = {"invalid_choice": "Chọn một dòng trong danh sách."}


class CodeField(forms.CharField):
    """A code; one that Excel took for a number comes back as it was written."""

    default_error_messages: ClassVar = {"max_length": "Mã dài %(show_value)s ký tự; tối đa %(limit_value)s."}

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


def not_far_ahead(day: date) -> None:
    """Refuse a beginning more than a year ahead: nearly always a slip of the year."""
    if day > timezone.localdate() + FURTHEST_AHEAD:
        raise ValidationError(f"Ngày {day:%d/%m/%Y} còn hơn một năm nữa mới tới: kiểm tra lại năm.", code="ahead")


class BeginningField(DayField):
    """The day on which something begins, at most a year ahead."""

    default_validators = [not_far_ahead]


FIELDS = {"code": CodeField, "lon": NumberField, "lat": NumberField, "height_m": NumberField} | dict.fromkeys(
    ("dismantled_on", "off_air_on"), DayField
)
FIELDS |= dict.fromkeys(("built_on", "on_air_on"), BeginningField)


def position_fault(commune: Place, lon: float | None, lat: float | None) -> str:
    """Say that a point cannot lie in its commune, or nothing."""
    away = too_far_km(commune, lon, lat)
    return "" if away is None else f"Điểm cách {commune.full_name} {number(away)} km: sai tọa độ hoặc sai mã xã."


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
        widgets: ClassVar = {"lat": PointWidget(partner="lon")}
        localized_fields: ClassVar = ["lon", "lat", "height_m"]
        error_messages: ClassVar = {
            "structure": {"invalid_choice": "Loại cột là một trong A1, A2, A3, A4, A5, A6."},
            **dict.fromkeys(("owner", "commune", "zone"), ONE_OF_LIST),
        }

    def __init__(self, *args: Any, province: Place, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        self.fields["lat"].widget.near = (province.lon, province.lat)  # type: ignore[attr-defined]
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
        error_messages: ClassVar = {
            "technology": {"invalid_choice": "Công nghệ là một trong 2G, 3G, 4G, 5G."},
            **dict.fromkeys(("mast", "operator"), ONE_OF_LIST),
        }

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
