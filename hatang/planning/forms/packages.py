"""A package of the universal-service fund: its villages, years, the province it is joined with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms

from hatang.pages.choices import RowsField
from hatang.places.models import Place
from hatang.planning.fund_rules import fund_rules, least_villages, small_words
from hatang.planning.models import FundPackage

EARLIEST, LATEST = 2020, 2060


class ProvinceField(forms.ModelChoiceField[Place]):
    """A choice of provinces, the nearest first."""

    def label_from_instance(self, obj: Place) -> str:
        return obj.full_name


class PackageForm(forms.ModelForm[FundPackage]):
    """What an officer says of a package; its estimate is summed from the scenario's works."""

    villages = RowsField(
        Place.objects.none(),
        label="Thôn",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một thôn."},
    )

    class Meta:
        model = FundPackage
        fields = ("title", "first_year", "last_year", "joined_with", "note", "villages")
        field_classes: ClassVar = {"joined_with": ProvinceField}
        widgets: ClassVar = {"note": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, offered: Sequence[int], nearest: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = fund_rules()["least_villages"]
        field = cast(ProvinceField, self.fields["joined_with"])
        field.queryset = Place.objects.filter(pk__in=[province.pk for province in nearest])
        field.choices = [("", "không gộp"), *((province.pk, province.full_name) for province in nearest)]
        field.help_text = f"Gói dưới {rule.value} {rule.unit} thì gộp với tỉnh lân cận ({rule.legal}). {rule.note}"
        cast(Any, self.fields["villages"]).queryset = Place.objects.filter(pk__in=offered)

    def clean(self) -> dict[str, Any]:
        """Hold the years in order, and ask with whom a small package is joined."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        for name, year in (("first_year", first), ("last_year", last)):
            if year is not None and not EARLIEST <= year <= LATEST:
                self.add_error(name, f"Ghi năm từ {EARLIEST} đến {LATEST}.")
        if first is not None and last is not None and last < first:
            self.add_error("last_year", "Năm cuối phải từ năm đầu trở đi.")
        villages = cleaned.get("villages")
        if villages is not None and len(villages) < least_villages() and cleaned.get("joined_with") is None:
            self.add_error("joined_with", small_words(len(villages)))
        return cleaned
