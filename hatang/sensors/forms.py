"""What is typed about a threshold, and when an alert is closed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from hatang.accounts.models import Person
from hatang.pages.fields import CountField, NumberField
from hatang.sensors.models import Datastream, Threshold, ThresholdKind

PICK = {"invalid_choice": "Chọn một dòng trong danh sách.", "invalid_pk_value": "Chọn người trong danh sách."}


class ThresholdForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule on a stream of one thing."""

    limit = NumberField(label="Mức", required=False, help_text="Theo đơn vị của luồng; ví dụ: 2,5.")
    clear_limit = NumberField(
        label="Hết khi về tới mức",
        required=False,
        help_text="Đặt thấp hơn mức “cao hơn” (hay cao hơn mức “thấp hơn”) để cảnh báo khỏi bật tắt liên tục. "
        "Để trống: hết ngay khi qua lại mức đặt ra.",
    )
    absent_minutes = CountField(label="Vắng, phút", required=False, help_text="Chỉ với “không có số đo trong”.")
    hold_minutes = CountField(label="Phải kéo dài, phút", required=False, help_text="Để trống: báo ngay.")
    escalate_minutes = CountField(
        label="Báo lên sau, phút", required=False, help_text="Khi chưa ai nhận xử lý. Để trống: không báo lên."
    )

    class Meta:
        model = Threshold
        fields: ClassVar = (
            "stream", "name", "kind", "limit", "clear_limit", "absent_minutes", "hold_minutes", "level", "basis",
            "people", "escalate_minutes", "escalate_to", "is_active",
        )  # fmt: skip
        widgets: ClassVar = {"people": forms.CheckboxSelectMultiple, "escalate_to": forms.CheckboxSelectMultiple}
        error_messages: ClassVar = dict.fromkeys(("stream", "kind", "level", "people", "escalate_to"), PICK)

    def __init__(self, *args: Any, streams: QuerySet[Datastream], people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = streams  # type: ignore[attr-defined]
        for name in ("people", "escalate_to"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
            self.fields[name].required = False
        self.fields["people"].help_text = "Không chọn ai: báo cho những người giữ vật này."

    def clean_hold_minutes(self) -> int:
        """Take nothing as at once."""
        return self.cleaned_data.get("hold_minutes") or 0

    def clean(self) -> dict[str, Any]:
        """Ask for the level or the minutes, as the rule needs, and for a clearing level on the right side."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind, limit, clear = (cleaned.get(name) for name in ("kind", "limit", "clear_limit"))
        if kind == ThresholdKind.ABSENT:
            cleaned |= {"limit": None, "clear_limit": None}
            if not cleaned.get("absent_minutes") and "absent_minutes" not in self.errors:
                self.add_error("absent_minutes", "Ghi số phút không có số đo thì báo, từ 1 trở lên.")
            return cleaned
        cleaned["absent_minutes"] = None
        if limit is None and "limit" not in self.errors:
            self.add_error("limit", "Ghi mức mà vượt qua thì báo.")
        if limit is None or clear is None:
            return cleaned
        if clear > limit if kind == ThresholdKind.ABOVE else clear < limit:
            side = "thấp hơn" if kind == ThresholdKind.ABOVE else "cao hơn"
            self.add_error("clear_limit", f"Mức hết phải bằng hoặc {side} mức đặt ra.")
        return cleaned


class ClosingForm(forms.Form):
    """Why an alert is closed by hand."""

    note = forms.CharField(
        label="Đã xử lý thế nào",
        min_length=5,
        max_length=500,
        widget=forms.Textarea,
        error_messages={"min_length": "Ghi ít nhất năm chữ: đã làm gì, vì sao đóng."},
    )
