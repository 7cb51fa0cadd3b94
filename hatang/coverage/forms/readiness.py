"""An officer's answer about an item of the checklist of readiness."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.core.vietnamese import day
from hatang.coverage.models import ReadinessAnswer
from hatang.pages.fields import DayField

State = ReadinessAnswer.State


class ReadinessForm(forms.ModelForm):  # type: ignore[type-arg]
    """How far it is, on which day, by which document; of what is counted only that it does not apply."""

    on = DayField(label="Ngày")

    class Meta:
        model = ReadinessAnswer
        fields = ("state", "on", "reference", "note")
        widgets = {"note": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, counted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [State.NOT_APPLICABLE] if counted else list(State)
        self.fields["state"].choices = [(state.value, state.label) for state in kept]  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        """Take no day to come."""
        on, today = self.cleaned_data["on"], timezone.localdate()
        if on > today:
            raise ValidationError(f"Ngày {day(on)} chưa tới: ghi ngày từ hôm nay ({day(today)}) trở về trước.")
        return on
