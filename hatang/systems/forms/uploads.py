"""A file of rows, and the day on which a row ends."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.pages.fields import DayField


class SystemsUploadForm(forms.Form):
    """A register file: what a sheet holds is told by its name and headings."""

    file = forms.FileField(
        label="Tệp",
        help_text="Excel (.xlsx) hoặc CSV theo tệp mẫu; mỗi loại một trang tính.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class CloseForm(forms.Form):
    """The day from which a row is no longer in use, and why."""

    until_on = DayField(label="Ngừng từ ngày")
    reason = forms.CharField(label="Lý do", max_length=90)

    def __init__(self, *args: Any, since_on: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since_on = since_on

    def clean_until_on(self) -> date:
        """Ask that it ends after it began."""
        day: date = self.cleaned_data["until_on"]
        if self.since_on and day <= self.since_on:
            raise ValidationError(f"Phải sau ngày bắt đầu dùng, {self.since_on:%d/%m/%Y}.")
        return day
