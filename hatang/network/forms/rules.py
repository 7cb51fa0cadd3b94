"""What an officer types when the province adopts, corrects or ends rules on sharing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hatang.network.models import KEYS, RuleKey, RuleUnit, SharingRule
from hatang.pages.fields import DayField, NumberField, keep_order

NOTHING = "Nhập ít nhất một giá trị. Dòng để trống thì không ban hành."


def rule_fields(row: RuleKey, old: SharingRule | None) -> dict[str, forms.Field]:
    """Make the fields of one rule: its number, where the text says it, and a note."""
    article, note = (f"{what} của “{row.label}”" for what in ("Điều, khoản", "Ghi chú"))
    value: float | None = old.value if old else None
    shown = int(value) if value is not None and value.is_integer() else value
    typed, told = forms.TextInput(attrs={"aria-label": article}), forms.Textarea(attrs={"aria-label": note, "rows": 1})
    return {
        "value": NumberField(label=row.label, required=False, localize=True, initial=shown),
        "article": forms.CharField(
            label=article, max_length=80, required=False, initial=old.article if old else "", widget=typed
        ),
        "note": forms.CharField(
            label=note, max_length=400, required=False, initial=old.note if old else "", widget=told
        ),
    }


class AdoptForm(forms.Form):
    """A decision with its first day, and a number for each rule that it sets; what is left blank is not ruled."""

    legal = forms.CharField(
        label="Theo văn bản", max_length=300, help_text="Số, ngày, cơ quan. Ví dụ: Quyết định 72/2025/QĐ-UBND …"
    )
    valid_from = DayField(label="Có hiệu lực từ ngày")

    def __init__(self, *args: Any, copied: Iterable[SharingRule] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from_ = {row.key: row for row in copied}
        for key, row in KEYS.items():
            for part, field in rule_fields(row, from_.get(key)).items():
                self.fields[f"{part}.{key}"] = field

    def lines(self) -> list[tuple[Any, ...]]:
        """Give for each rule its label, unit, note, and its fields for the table of the page."""
        return [
            (
                row.label,
                str(row.unit.label),
                row.note,
                *(self[f"{part}.{key}"] for part in ("value", "article", "note")),
            )
            for key, row in KEYS.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        values = [cleaned.get(f"value.{key}") for key in KEYS]
        if not self.errors and all(value is None for value in values):
            raise ValidationError(NOTHING)
        for key, row in KEYS.items():
            value = cleaned.get(f"value.{key}")
            if value is not None and (fault := value_fault(value, row.unit)):
                self.add_error(f"value.{key}", fault)
        return cleaned

    def rows(self) -> list[SharingRule]:
        """Give the rules that were typed, unsaved."""
        cleaned = self.cleaned_data
        common = {"legal": cleaned["legal"], "valid_from": cleaned["valid_from"]}
        return [
            SharingRule(
                key=key,
                unit=row.unit,
                value=cleaned[f"value.{key}"],
                article=cleaned[f"article.{key}"],
                note=cleaned[f"note.{key}"],
                **common,
            )
            for key, row in KEYS.items()
            if cleaned[f"value.{key}"] is not None
        ]


def value_fault(value: float, unit: str) -> str:
    """Say what is wrong with a rule's number, or nothing."""
    if unit == RuleUnit.SWITCH and value not in (0, 1):
        return "Chỉ nhận 1 (có) hoặc 0 (không)."
    if unit == RuleUnit.PERCENT and not 0 <= value <= 100:
        return "Từ 0 đến 100 %."
    whole = unit in (RuleUnit.WORKING_DAYS, RuleUnit.DAYS, RuleUnit.HOURS, RuleUnit.COUNT)
    if whole and (value != int(value) or not 1 <= value <= 3660):
        return "Số nguyên từ 1 đến 3.660."
    return "" if 0 <= value <= 100_000 else "Từ 0 đến 100.000."


class RuleForm(forms.ModelForm[SharingRule]):
    """The correction of one rule that was written down wrongly."""

    class Meta:
        model = SharingRule
        fields: ClassVar = ["value", "valid_from", "valid_to", "legal", "article", "note"]
        field_classes: ClassVar = {"value": NumberField, "valid_from": DayField, "valid_to": DayField}
        localized_fields: ClassVar = ["value"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        keep_order(self, "valid_from", "valid_to", same_day=True)
        return cleaned

    def clean_value(self) -> float:
        """Ask what the rule's unit asks."""
        value: float = self.cleaned_data["value"]
        if fault := value_fault(value, self.instance.unit):
            raise ValidationError(fault)
        return value


class EndForm(forms.Form):
    """The last day of all the rules of one decision."""

    legal = forms.CharField(max_length=300, widget=forms.HiddenInput)
    last_day = DayField(label="Hiệu lực đến hết ngày")
    reason = forms.CharField(label="Lý do", max_length=100, help_text="Ví dụ: bãi bỏ bởi văn bản số …")

    def day(self) -> date:
        """The last day."""
        day: date = self.cleaned_data["last_day"]
        return day
