"""What may be typed about the working calendar."""

from __future__ import annotations

from typing import Any

from django import forms

from hatang.pages.widgets import DateInput
from hatang.work.models import CalendarDay


class CalendarDayForm(forms.ModelForm[CalendarDay]):
    """A day off or a day that is worked instead; the date of one that stands is not changed, so that undo finds it."""

    class Meta:
        model = CalendarDay
        fields = ("on", "kind", "name", "legal")
        widgets = {"on": DateInput}
        help_texts = {"kind": "“Làm bù” là ngày lẽ ra nghỉ nhưng phải làm, ví dụ thứ Bảy hoán đổi."}
        error_messages = {"on": {"invalid": "Nhập ngày dạng 30/06/2026."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["on"]
        field.input_formats = ("%Y-%m-%d", "%d/%m/%Y")
        field.disabled = bool(self.instance.pk)
