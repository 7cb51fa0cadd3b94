"""What may be typed about a return on its way: a reason, and notes on its cells."""

from __future__ import annotations

from typing import Any

from django import forms

from hatang.indicators.models import FormItem
from hatang.places.models import Place

LINES = 5
LONGEST = 500


class ReasonForm(forms.Form):
    """A reason that stays with the return."""

    words = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi lý do; lý do ở lại trong các bước của phiếu."},
    )

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label


class NoteForm(forms.Form):
    """One thing to mend: at which line and place, and what."""

    item = forms.ChoiceField(label="dòng", required=False)
    place = forms.ChoiceField(label="nơi", required=False)
    text = forms.CharField(label="điều cần sửa", required=False, max_length=LONGEST)

    def __init__(self, *args: Any, items: list[FormItem], places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = [("", "cả phiếu")]
        choices = {
            "item": whole + [(item.code, item.label[:80]) for item in items],
            "place": [("", "mọi nơi")] + [(str(place.pk), str(place)) for place in places],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = listed
            field.error_messages["invalid_choice"] = "Chọn trong danh sách."
        if len(places) < 2:
            del self.fields["place"]
