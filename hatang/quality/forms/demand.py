"""What somebody wants to do where, and what a purpose needs."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.places.models import Place
from hatang.quality.forms.tests import OneRowField
from hatang.quality.models import NEEDS, PurposeSetting, purposes


class DemandForm(forms.Form):
    """A purpose and a commune; nothing about who asks."""

    purpose = forms.ChoiceField(
        label="Để làm gì",
        error_messages={"required": "Chọn việc bạn cần làm.", "invalid_choice": "Không có mục đích này."},
    )
    commune = OneRowField(
        Place.objects.none(),
        label="Ở xã, phường nào",
        error_messages={
            "required": "Gõ tên xã, phường rồi chọn trong danh sách.",
            "invalid_choice": "Không có xã, phường này. Gõ lại rồi chọn trong danh sách.",
        },
    )
    token = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: object, today: date | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["purpose"].choices = [(p.key, p.name) for p in purposes().values()]  # type: ignore[attr-defined]
        communes = Place.objects.communes().in_force(today or timezone.localdate()).exclude(province=None)
        self.fields["commune"].queryset = communes.select_related("province")  # type: ignore[attr-defined]


class PurposeSettingForm(forms.ModelForm[PurposeSetting]):
    """What a purpose needs in a province."""

    class Meta:
        model = PurposeSetting
        fields: ClassVar[list[str]] = [*NEEDS, "why"]
        error_messages: ClassVar[dict[str, dict[str, str]]] = {
            "why": {"required": "Ghi căn cứ; chưa có văn bản thì ghi “giả định”."}
        }

    def clean(self) -> dict[str, object]:
        """Ask for at least one figure: a purpose without any would be met everywhere."""
        cleaned = super().clean() or {}
        if all(cleaned.get(name) is None for name in NEEDS) and not self.errors:
            raise ValidationError("Điền ít nhất một con số; để trống hết thì nơi nào cũng đạt.")
        return cleaned
