"""What may be typed about an obligation."""

from __future__ import annotations

from django import forms

from hatang.pages.fields import DayField


class AnswerForm(forms.Form):
    """The paper that was sent."""

    words = forms.CharField(
        label="Số ký hiệu, ngày của văn bản",
        required=False,
        max_length=500,
        help_text="Ví dụ 125/KH-VT ngày 15/12/2026. Để trống được nếu kèm tệp.",
    )
    file = forms.FileField(label="Tệp văn bản", required=False)


class ExcuseForm(forms.Form):
    """Why a body need not answer."""

    reason = forms.CharField(label="Lý do miễn", max_length=500)


class ReopenForm(forms.Form):
    """Until when it is asked for anew, and why."""

    due_on = DayField(label="Hạn mới")
    reason = forms.CharField(label="Lý do", max_length=500)
