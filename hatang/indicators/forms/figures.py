"""Figures as people here write them, and the table into which those of one indicator are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils import timezone

from hatang.core.vietnamese import day, number
from hatang.indicators.formulas import variants
from hatang.indicators.models import Indicator, Value
from hatang.pages.widgets import DateInput
from hatang.places.models import Place

GROUPED_BY_COMMA = re.compile(r"\d{1,3}(,\d{3})+")
NUMBER = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
MOST_DECIMALS = 9
LARGEST_COUNT = 2_147_483_647
LARGEST_FIGURE = 10.0**15


class NumberField(forms.Field):
    """A number as people here write it: 1.234,5."""

    widget = forms.TextInput
    most: ClassVar[float] = LARGEST_FIGURE

    def to_python(self, value: Any) -> float | None:
        """Read the number, or say how to write it."""
        text = re.sub(r"\s", "", str(value)) if value is not None else ""
        if not text:
            return None
        if text.endswith("%"):
            raise ValidationError(f"“{value}”: chỉ ghi số, bỏ dấu %.")
        if not NUMBER.fullmatch(text):
            raise ValidationError(f"“{value}” không phải số; viết như 1.234,5.")
        found = float(text.replace(".", "").replace(",", "."))
        if abs(found) > self.most:
            raise ValidationError(f"Số này quá lớn; nhiều nhất {number(self.most)}.")
        return found

    def prepare_value(self, value: Any) -> Any:
        """Write a number back as it may be typed."""
        return number(value, MOST_DECIMALS) if isinstance(value, int | float) else value


class WholeNumberField(NumberField):
    """A count."""

    def to_python(self, value: Any) -> float | None:
        """Read the number and ask that it is whole: who parts thousands by a comma is told how it is written here."""
        text = re.sub(r"\s", "", str(value or ""))
        if GROUPED_BY_COMMA.fullmatch(text):
            whole = int(text.replace(",", ""))
            raise ValidationError(f"“{value}” phải là số nguyên; viết {whole} hoặc {number(whole)}.")
        found = super().to_python(value)
        if found is not None and (found < 0 or found != int(found)):
            raise ValidationError(f"“{value}” không phải số nguyên không âm.")
        return found


class SampleSizeField(WholeNumberField):
    """A count that must fit the column of sample sizes."""

    most = LARGEST_COUNT


class IndicatorField(forms.ModelChoiceField):
    """An indicator, said with how much of it is still missing."""

    def label_from_instance(self, obj: Any) -> str:
        """Name the indicator and what it lacks."""
        if obj.lowest_level == Place.Kind.PROVINCE:
            return f"{obj.name} ({'cấp tỉnh chưa có' if obj.lacking else 'đã có'})"
        return f"{obj.name} ({f'còn thiếu {number(obj.lacking)} xã, phường' if obj.lacking else 'đã đủ'})"


class PickForm(forms.Form):
    """Which indicator and year to record."""

    indicator = IndicatorField(
        Indicator.objects.none(), to_field_name="code", label="Chỉ tiêu", empty_label="Chọn chỉ tiêu…"
    )
    year = forms.TypedChoiceField(coerce=int, label="Năm")

    def __init__(self, *args: Any, years: list[int], indicators: QuerySet[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator, year = self.fields["indicator"], self.fields["year"]
        assert isinstance(indicator, forms.ModelChoiceField)
        assert isinstance(year, forms.TypedChoiceField)
        indicator.queryset = indicators
        year.choices = [(y, str(y)) for y in years]


class RecordForm(forms.Form):
    """A table of places to type one indicator's figures of one year into."""

    source = forms.CharField(label="Nguồn số liệu", max_length=300, help_text="Văn bản, báo cáo hoặc khảo sát nào.")
    on = forms.DateField(
        label="Tính đến ngày",
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=DateInput,
        help_text="Để trống: ngày cuối năm, hoặc hôm nay nếu năm chưa hết.",
    )
    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        required=False,
        help_text="Bắt buộc khi sửa hay rút số đã ghi, khi số của tỉnh khác số gộp từ các xã; lý do ở lại với con số.",
    )

    def __init__(
        self,
        *args: Any,
        indicator: Indicator,
        year: int,
        places: list[Place],
        standing: Mapping[int, Value],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.year, self.places = indicator, year, places
        self.standing = {pk: value for pk, value in standing.items() if value.value is not None}
        self.shows_simulated = any(value.simulated for value in standing.values())
        for place in places:
            for name, label in self.columns():
                self.fields[f"{place.pk}-{name}"] = self._cell(place, name, label, standing.get(place.pk))

    def clean_on(self) -> date | None:
        """Ask for a day of the year: said once, not for each place."""
        on: date | None = self.cleaned_data["on"]
        if on and (on.year != self.year or on > timezone.localdate()):
            raise ValidationError(f"Ngày {day(on)} phải nằm trong năm {self.year} và không sau hôm nay.")
        return on

    def clean(self) -> dict[str, Any]:
        """Ask why what stands is corrected or withdrawn."""
        cleaned: dict[str, Any] = super().clean() or {}
        corrected = [str(place) for place in self.changed() if place.pk in self.standing]
        if corrected and "reason" not in self.errors and not cleaned["reason"].strip():
            named = ", ".join(corrected[:3]) + (f" và {number(len(corrected) - 3)} nơi khác" if corrected[3:] else "")
            self.add_error("reason", f"Đang sửa số đã ghi của {named}: ghi vì sao sửa.")
        return cleaned

    def columns(self) -> list[tuple[str, str]]:
        """Say what is typed for each place: a ratio's two numbers, or a value and its sample."""
        if self.indicator.unit.ratio_scale is None:
            return [("value", f"Giá trị{self.indicator.unit.sign}"), ("sample_size", "Cỡ mẫu")]
        numerator = self.indicator.numerator_text or "tử số"
        return [("numerator", f"Tử số: {numerator}"), ("denominator", f"Mẫu số: {self.indicator.denominator_text}")]

    def _cell(self, place: Place, name: str, label: str, standing: Value | None) -> NumberField:
        counts = name != "value" or self.indicator.unit.code == "count"
        kind = SampleSizeField if name == "sample_size" else WholeNumberField if counts else NumberField
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 12, "aria-label": f"{place}, {label}"})
        initial = getattr(standing, name) if standing else None
        return kind(label=f"{place}, {label}", required=False, initial=initial, widget=widget)

    def lines(self) -> Iterator[tuple[Place, list[BoundField]]]:
        """Give each place with its cells."""
        for place in self.places:
            yield place, [self[f"{place.pk}-{name}"] for name, _ in self.columns()]

    def blame(self, place: Place, reason: str) -> None:
        """Put an objection to a place's figures at the ratio's last number that is empty or zero, or at the first."""
        names = [f"{place.pk}-{name}" for name, _ in self.columns()]
        ratio = self.indicator.unit.ratio_scale is not None
        wrong = [name for name in names if ratio and not self.cleaned_data.get(name)]
        self.add_error(wrong[-1] if wrong else names[0], f"{reason[:1].upper()}{reason[1:]}")

    def changed(self) -> list[Place]:
        """Give the places of which a cell was changed."""
        names = [name for name, _ in self.columns()]
        return [p for p in self.places if any(f"{p.pk}-{name}" in self.changed_data for name in names)]

    def typed(self) -> list[tuple[Place, dict[str, float | None]]]:
        """Give the places whose cells were changed, with what stands in them now."""
        return [
            (place, {name: self.cleaned_data[f"{place.pk}-{name}"] for name, _ in self.columns()})
            for place in self.changed()
        ]


class ChooseForm(forms.Form):
    """Which reading of a figure the province shows."""

    formula = forms.ChoiceField(label="Cách tính", widget=forms.RadioSelect)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["formula"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f.name, f.label) for f in variants(indicator.formula)]
