"""What a person tells about a test that they keep; the speeds themselves come from the server alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.measurements.schema import Access
from hatang.pages.choices import LONGEST_KEY
from hatang.pages.lists import whole_number
from hatang.places.models import Place

UUID_WORDS = r"[A-Za-z0-9_.-]{8,100}"
"""An ndt7 name of a test: machine, boot and socket, no spaces and no slashes."""
DECIMALS = 3
"""A hundred metres: what leaves the browser, and what is kept of a point."""
AGAIN = "Không nhận ra lượt đo này. Hãy đo lại rồi giữ kết quả."


@dataclass(frozen=True)
class Connection:
    """How somebody says they are connected, and what of it the measurement table has."""

    label: str
    access: Access
    technology: str


CONNECTIONS = {
    "wifi": Connection("Wi-Fi ở nhà, cơ quan", Access.FIXED, "wifi"),
    "cable": Connection("Cắm dây mạng", Access.FIXED, "cable"),
    "5G": Connection("Di động 5G", Access.MOBILE, "5G"),
    "4G": Connection("Di động 4G", Access.MOBILE, "4G"),
    "3G": Connection("Di động 3G", Access.MOBILE, "3G"),
    "mobile": Connection("Di động, không rõ thế hệ", Access.MOBILE, ""),
    "": Connection("Không rõ", Access.UNKNOWN, ""),
}


def degrees(most: float) -> forms.FloatField:
    """Make the field of a coordinate."""
    wrong = {"invalid": "Tọa độ phải là số.", "min_value": "Tọa độ sai.", "max_value": "Tọa độ sai."}
    return forms.FloatField(required=False, min_value=-most, max_value=most, error_messages=wrong)


def word(wrong: str) -> forms.RegexField:
    """Make the field of a test's name."""
    return forms.RegexField(UUID_WORDS, error_messages={"required": wrong, "invalid": wrong})


class OneRowField(forms.ModelChoiceField):
    """One row by its key; a key that no row can have is not in the list, instead of more than the database compares."""

    def to_python(self, value: object) -> object:
        if value and not self.to_field_name and whole_number(str(value), LONGEST_KEY) is None:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return super().to_python(value)


class KeepForm(forms.Form):
    """The names of the two tests, and where, with whom and how they were made."""

    download = word(AGAIN)
    upload = word(AGAIN)
    province = forms.ModelChoiceField(
        Place.objects.none(),
        label="Tỉnh",
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": "Không có tỉnh này."},
    )
    commune = OneRowField(
        Place.objects.none(),
        label="Xã, phường",
        required=False,
        error_messages={"invalid_choice": "Không có xã, phường này. Chọn trong danh sách gợi ý."},
    )
    lon = degrees(180)
    lat = degrees(90)
    operator = OneRowField(
        Organisation.objects.none(),
        label="Nhà mạng",
        required=False,
        error_messages={"invalid_choice": "Không có nhà mạng này."},
    )
    connection = forms.ChoiceField(
        label="Cách vào mạng",
        required=False,
        choices=[(key, connection.label) for key, connection in CONNECTIONS.items()],
        error_messages={"invalid_choice": "Không có cách vào mạng này."},
    )
    token = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: object, today: date | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        on = today or timezone.localdate()
        self.fields["province"].queryset = Place.objects.provinces().in_force(on)  # type: ignore[attr-defined]
        self.fields["commune"].queryset = Place.objects.communes().in_force(on)  # type: ignore[attr-defined]
        operators = Organisation.objects.operators().in_force(on).order_by("sort_key")
        self.fields["operator"].queryset = operators  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Ask for two different tests and for a place, and round a point that came finer than it should."""
        cleaned = super().clean() or {}
        if cleaned.get("download") and cleaned.get("download") == cleaned.get("upload"):
            raise ValidationError(AGAIN)
        said = [cleaned.get(name) is not None for name in ("province", "commune", "lon")]
        if not any(said) and not self.errors:
            self.add_error("commune", "Chọn xã, phường nơi đo; không muốn nói rõ thì chọn tỉnh.")
        for name in ("lon", "lat"):
            value = cleaned.get(name)
            cleaned[name] = round(float(str(value)), DECIMALS) if value is not None and math.isfinite(value) else None
        return cleaned


class SpotForm(forms.Form):
    """A point, rounded in the browser."""

    lon = degrees(180)
    lat = degrees(90)

    def clean(self) -> dict[str, object]:
        """Ask for both, and round what came finer."""
        cleaned = super().clean() or {}
        if cleaned.get("lon") is None or cleaned.get("lat") is None:
            raise ValidationError("Thiếu vị trí.")
        return {name: round(cleaned[name], DECIMALS) for name in ("lon", "lat")}
