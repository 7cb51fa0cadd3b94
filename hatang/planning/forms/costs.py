"""A province's own price, and a file of them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.core.vietnamese import day
from hatang.pages.amounts import AmountField
from hatang.pages.fields import DayField
from hatang.pages.table_files import TableFileField
from hatang.planning.models import UnitCost


class PriceFileForm(forms.Form):
    """A table of prices."""

    file = TableFileField(label="Tệp đơn giá", help_text="Excel (.xlsx) hoặc CSV, theo tệp mẫu.")


class UnitCostForm(forms.ModelForm[UnitCost]):
    """How much, between what, by which paper of which day."""

    on = DayField(label="Ngày của giá", help_text="Ngày của văn bản, báo giá, hợp đồng.")

    class Meta:
        model = UnitCost
        fields = ("amount_vnd", "low_vnd", "high_vnd", "source", "on", "note")
        field_classes: ClassVar = {"amount_vnd": AmountField, "low_vnd": AmountField, "high_vnd": AmountField}

    def clean_on(self) -> date:
        """Take no day to come."""
        on: date = self.cleaned_data["on"]
        if on > (today := timezone.localdate()):
            raise ValidationError(f"Ngày {day(on)} chưa tới: ghi ngày từ hôm nay ({day(today)}) trở về trước.")
        return on

    def clean(self) -> dict[str, Any]:
        """Ask that the range holds the price, at the side on which it does not."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        low, amount, high = (cleaned.get(name) for name in ("low_vnd", "amount_vnd", "high_vnd"))
        if low is not None and amount is not None and low > amount:
            self.add_error("low_vnd", "Mức thấp nhất phải không quá đơn giá.")
        if high is not None and amount is not None and high < amount:
            self.add_error("high_vnd", "Mức cao nhất phải từ đơn giá trở lên.")
        return cleaned
