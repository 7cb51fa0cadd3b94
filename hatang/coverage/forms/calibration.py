"""What is asked for a comparison with measurements, and what is accepted from one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.core.vietnamese import number
from hatang.coverage.models import CalibrationRow, Measurement
from hatang.pages.choices import RowsField

EVERY, ALL_KINDS = "all", "mọi loại đo"


class CompareForm(forms.Form):
    """Which measurements to compare with."""

    kind = forms.ChoiceField(
        label="Loại đo",
        choices=[*Measurement.Kind.choices, (EVERY, ALL_KINDS)],
        initial=Measurement.Kind.DRIVE_TEST,
        help_text="Dự đoán là mức thu ngoài trời. Đo lưu động trong xe và đo tốc độ trong nhà thường thấp hơn mức đó, "
        "nên xem riêng từng loại trước khi chấp nhận hiệu chỉnh.",
    )

    def clean_kind(self) -> str:
        """Give the kind, nothing for all of them."""
        kind: str = self.cleaned_data["kind"]
        return "" if kind == EVERY else kind


class OffsetField(RowsField):
    """Layers, each said with the offset that is proposed for it."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": "Chọn ít nhất một hiệu chỉnh.",
        "invalid_choice": "Hiệu chỉnh này không có trong danh sách.",
    }

    def label_from_instance(self, obj: Any) -> str:
        """Say what the offset does to the levels."""
        offset_db = obj.offset_db or 0.0
        word = "hạ" if offset_db < 0 else "nâng"
        return f"{obj.operator} {obj.technology}: {word} mức thu {number(abs(offset_db), 1)} dB"


class AcceptForm(forms.Form):
    """The offsets to accept, and why."""

    rows = OffsetField(label="Hiệu chỉnh", queryset=CalibrationRow.objects.none())
    reason = forms.CharField(
        label="Lý do",
        max_length=300,
        help_text="Giữ cùng tên người chấp nhận và thời điểm; ai xem lượt tính mới đều thấy.",
    )

    def __init__(self, *args: Any, proposed: list[CalibrationRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = self.fields["rows"]
        rows.queryset = CalibrationRow.objects.filter(pk__in=[row.pk for row in proposed]).select_related(
            "operator", "calibration__run"
        )

    def clean_reason(self) -> str:
        """Ask for words, not blanks."""
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError("Ghi lý do chấp nhận.")
        return reason
