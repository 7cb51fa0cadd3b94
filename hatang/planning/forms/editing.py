"""Where a work is moved to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from hatang.core.vietnamese import number
from hatang.pages.fields import NumberField
from hatang.pages.widgets import PointWidget
from hatang.planning.models import Candidate

DECIMALS = 6
"""Of a degree: ten centimetres."""


class MoveForm(forms.Form):
    """A new position, typed or set on the map; `around` is GeoJSON of who lacks the service about it."""

    lon = NumberField(label="Kinh độ", min_value=102, max_value=118, help_text="Từ 102 đến 118, ví dụ 106,7614.")
    lat = NumberField(
        label="Vĩ độ", min_value=6, max_value=24, help_text="Từ 6 đến 24, ví dụ 21,8530.", widget=PointWidget
    )

    def __init__(self, data: QueryDict | None, *, candidate: Candidate, around: dict[str, Any]) -> None:
        where = {"lon": number(candidate.lon, DECIMALS), "lat": number(candidate.lat, DECIMALS)}
        super().__init__(data, initial=where)
        self.candidate = candidate
        if around["features"]:
            self.fields["lat"].widget.reference = around  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a move to where it stands."""
        cleaned = super().clean() or self.cleaned_data
        stands = round(self.candidate.lon, DECIMALS), round(self.candidate.lat, DECIMALS)
        if (cleaned.get("lon"), cleaned.get("lat")) == stands:
            self.add_error("lon", "Công trình đang ở đúng chỗ này: đặt điểm ở chỗ khác.")
        return cleaned
