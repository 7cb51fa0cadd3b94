"""What may be typed about figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from hatang.core.vietnamese import number
from hatang.indicators.formulas import FORMULAS, variants
from hatang.indicators.models import Indicator, Value
from hatang.places.models import Place

NUMBER = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
MOST_DECIMALS = 9


class NumberField(forms.Field):
    """A number as people here write it: 1.234,5."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> float | None:
        """Read the number, or say how to write it."""
        text = re.sub(r"\s", "", str(value)) if value is not None else ""
        if not text:
            return None
        if text.endswith("%"):
            raise ValidationError(f"“{value}”: chỉ ghi số, bỏ dấu %.")
        if not NUMBER.fullmatch(text):
            raise ValidationError(f"“{value}” không phải số; viết như 1.234,5.")
        return float(text.replace(".", "").replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        """Write a number back as it may be typed."""
        return number(value, MOST_DECIMALS) if isinstance(value, int | float) else value


class WholeNumberField(NumberField):
    """A count."""

    def to_python(self, value: Any) -> float | None:
        """Read the number and ask that it is whole."""
        found = super().to_python(value)
        if found is not None and (found < 0 or found != int(found)):
            raise ValidationError(f"“{value}” không phải số nguyên không âm.")
        return found


class PickForm(forms.Form):
    """Which indicator and year to record."""

    indicator = forms.ModelChoiceField(Indicator.objects.none(), to_field_name="code", label="Chỉ tiêu")
    year = forms.TypedChoiceField(coerce=int, label="Năm")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator, year = self.fields["indicator"], self.fields["year"]
        assert isinstance(indicator, forms.ModelChoiceField)
        assert isinstance(year, forms.TypedChoiceField)
        indicator.queryset = Indicator.objects.exclude(formula__in=FORMULAS)
        year.choices = [(y, str(y)) for y in years]


class RecordForm(forms.Form):
    """A table of places to type one indicator's figures of one year into."""

    source = forms.CharField(label="Nguồn số liệu", max_length=300, help_text="Văn bản, báo cáo hoặc khảo sát nào.")
    on = forms.DateField(
        label="Tính đến ngày",
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Để trống: ngày cuối năm, hoặc hôm nay nếu năm chưa hết.",
    )

    def __init__(
        self, *args: Any, indicator: Indicator, places: list[Place], standing: Mapping[int, Value], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.places = indicator, places
        self.shows_simulated = any(value.simulated for value in standing.values())
        for place in places:
            for name, label in self.columns():
                self.fields[f"{place.pk}-{name}"] = self._cell(place, name, label, standing.get(place.pk))

    def columns(self) -> list[tuple[str, str]]:
        """Say what is typed for each place: a ratio's two numbers, or a value and its sample."""
        if self.indicator.unit.ratio_scale is None:
            return [("value", f"Giá trị{self.indicator.unit.sign}"), ("sample_size", "Cỡ mẫu")]
        numerator = self.indicator.numerator_text or "tử số"
        return [("numerator", f"Tử số: {numerator}"), ("denominator", f"Mẫu số: {self.indicator.denominator_text}")]

    def _cell(self, place: Place, name: str, label: str, standing: Value | None) -> NumberField:
        kind = WholeNumberField if name == "sample_size" else NumberField
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 12, "aria-label": f"{place}, {label}"})
        initial = getattr(standing, name) if standing else None
        return kind(label=f"{place}, {label}", required=False, initial=initial, widget=widget)

    def lines(self) -> Iterator[tuple[Place, list[BoundField]]]:
        """Give each place with its cells."""
        for place in self.places:
            yield place, [self[f"{place.pk}-{name}"] for name, _ in self.columns()]

    def typed(self) -> list[tuple[Place, dict[str, float | None]]]:
        """Give the places whose cells were changed, with what stands in them now."""
        return [
            (place, {name: self.cleaned_data[f"{place.pk}-{name}"] for name, _ in self.columns()})
            for place in self.places
            if any(f"{place.pk}-{name}" in self.changed_data for name, _ in self.columns())
        ]


class ChooseForm(forms.Form):
    """Which reading of a figure the province shows."""

    formula = forms.ChoiceField(label="Cách tính", widget=forms.RadioSelect)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["formula"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f.name, f.label) for f in variants(indicator.formula)]
