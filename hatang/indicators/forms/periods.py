"""What may be typed about a period: one out of turn, and a later day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from hatang.indicators.models import ReturnForm
from hatang.pages.widgets import DateInput

DAYS = ("%Y-%m-%d", "%d/%m/%Y")
INVALID_DAY = {"invalid": "Nhập ngày dạng 31/12/2026.", "required": "Nhập ngày dạng 31/12/2026."}


def day_field(label: str, help_text: str = "") -> forms.DateField:
    """Make a field for a day."""
    return forms.DateField(
        label=label, help_text=help_text, widget=DateInput, input_formats=DAYS, error_messages=INVALID_DAY
    )


class PeriodForm(forms.Form):
    """A period out of turn: which form is asked for, for which time, and until when."""

    form = forms.ModelChoiceField(
        ReturnForm.objects.none(),
        label="Biểu",
        error_messages={"required": "Chọn một biểu.", "invalid_choice": "Chọn một biểu trong danh sách."},
    )
    title = forms.CharField(
        label="Tên kỳ",
        max_length=200,
        help_text="Ví dụ: Rà soát sau bão số 10, tháng 11/2026.",
        error_messages={"required": "Đặt tên cho kỳ; người nộp đọc được."},
    )
    first_on = day_field("Số liệu từ ngày")
    last_on = day_field("Đến hết ngày")
    opens_on = day_field("Mở ngày", "Hôm nay hay đã qua: mở ngay khi lưu.")
    due_on = day_field("Hạn nộp")

    def __init__(self, *args: Any, forms_of: QuerySet[ReturnForm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["form"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = forms_of

    def clean(self) -> dict[str, Any]:
        """Ask that the days stand in order, as the table does."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("first_on") and data.get("last_on") and data["last_on"] < data["first_on"]:
            self.add_error("last_on", "Ngày cuối không trước ngày đầu.")
        if data.get("opens_on") and data.get("due_on") and data["due_on"] < data["opens_on"]:
            self.add_error("due_on", "Hạn nộp không trước ngày mở.")
        return data


class ExtendForm(forms.Form):
    """A later day for a whole period, or for one filer of it."""

    due_on = day_field("Hạn mới")
    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Người nộp đọc được. Ví dụ: xã bị cô lập vì lũ.",
        error_messages={"required": "Ghi lý do gia hạn; người nộp đọc được."},
    )
