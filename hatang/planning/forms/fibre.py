"""What a fibre plan is to join, where, by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from hatang.pages.fields import ONE_OF_LIST, CountField
from hatang.pages.lists import whole_number
from hatang.places.models import Place
from hatang.places.services.territory import communes_of
from hatang.planning.models import FibrePlan

LONGEST_SECONDS = 300
USUAL_YEAR = 2030
"""The year at which the plans of provinces set their goals."""
SECONDS = f"Từ 1 đến {LONGEST_SECONDS} giây."
NOT_LISTED = {"invalid_choice": "Chọn trong danh sách.", "required": "Chọn ít nhất một loại nơi cần nối."}


class FibrePlanForm(forms.ModelForm[FibrePlan]):
    """A new fibre plan, sensible as it stands."""

    ends = forms.MultipleChoiceField(
        label="Nối tới",
        choices=FibrePlan.Ends.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=(
            "Thôn: không doanh nghiệp nào khai có cáp quang. Cột, trụ sở: không có cáp nào chạy qua trong vòng 100 m."
        ),
        error_messages=NOT_LISTED,
    )
    last_year = CountField(
        label="Xong vào cuối năm",
        help_text="Công trình của ngành khác xong đến cuối năm này thì được tính là có thể đi chung hào.",
    )
    most_seconds = CountField(
        label="Tính lâu nhất, giây",
        help_text=f"Lâu hơn thì rẻ hơn một chút. {SECONDS}",
        validators=[MinValueValidator(1, SECONDS), MaxValueValidator(LONGEST_SECONDS, SECONDS)],
    )

    class Meta:
        model = FibrePlan
        fields = ("title", "ends", "area", "last_year", "closes_rings", "most_seconds")
        labels: ClassVar = {"area": "Chỉ trong xã, phường"}
        help_texts: ClassVar = {
            "area": "Để trống là cả tỉnh.",
            "closes_rings": "Thêm tuyến để những nơi đã nối còn đường khác khi đứt một đoạn; tốn thêm vốn.",
        }
        error_messages: ClassVar = {"area": ONE_OF_LIST}

    def __init__(self, data: QueryDict | None, *, province: Place, today: date, asked: Mapping[str, str]) -> None:
        super().__init__(data, instance=FibrePlan(province=province))
        self.today = today
        area: Any = self.fields["area"]
        area.queryset = communes_of(province, today).order_by("sort_key")
        area.empty_label = "cả tỉnh"
        year = max(USUAL_YEAR, today.year)
        self.initial.update(
            {
                "title": f"Cáp quang tới các thôn chưa có, đến năm {year}",
                "ends": [FibrePlan.Ends.VILLAGES],
                "last_year": year,
                "most_seconds": 10,
            }
            | told_by(asked)
        )

    def clean_last_year(self) -> int:
        """Refuse a year that is over."""
        year: int = self.cleaned_data["last_year"]
        if year < self.today.year:
            raise forms.ValidationError(f"Năm {year} đã qua: ghi từ năm {self.today.year}.")
        return year


def told_by(asked: Mapping[str, str]) -> dict[str, Any]:
    """Read what an address says of a new plan, the goal that a target hands down; what cannot be is left out."""
    year, title = whole_number(asked.get("nam", ""), 4), asked.get("ten", "").strip()[:200]
    return {name: value for name, value in (("last_year", year), ("title", title)) if value}


class RingForm(forms.Form):
    """A weak point, by its name and place, round which a ring is to be closed."""

    name = forms.CharField(max_length=150)
    lon = forms.FloatField(min_value=102, max_value=118)
    lat = forms.FloatField(min_value=6, max_value=24)

    def plan(self, province: Place, today: date) -> FibrePlan:
        """Make the plan, unsaved."""
        said = self.cleaned_data
        return FibrePlan(
            province=province,
            title=f"Khép vòng quanh {said['name']}",
            around_lon=said["lon"],
            around_lat=said["lat"],
            closes_rings=True,
            last_year=max(USUAL_YEAR, today.year),
        )
