"""What may be written for a rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.core.cells import TableError, parse_date, parse_number


class RuleForm(forms.Form):
    """A rule's value from a day on, with its ground."""

    value = forms.CharField(label="Giá trị", required=False, help_text="Để trống: chưa biết; không đánh giá.")
    valid_from = forms.CharField(
        label="Từ ngày", help_text="Ngày/tháng/năm. Số liệu của ngày trước vẫn theo giá trị cũ."
    )
    source = forms.CharField(label="Căn cứ", required=False, max_length=300, help_text="Số, cơ quan, ngày của văn bản.")
    note = forms.CharField(label="Ghi chú", required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"valid_from": f"{timezone.localdate():%d/%m/%Y}"} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def clean_value(self) -> float | None:
        """Read a number as people here write it."""
        try:
            return parse_number(self.cleaned_data["value"].strip())
        except TableError as error:
            raise ValidationError(f"{error.message} {error.right}") from error

    def clean_valid_from(self) -> Any:
        """Read a day."""
        try:
            return parse_date(self.cleaned_data["valid_from"])
        except TableError as error:
            raise ValidationError(f"{error.message} {error.right}") from error
