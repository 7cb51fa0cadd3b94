"""What somebody who works through the findings may say of one."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from hatang.pages.fields import ONE_OF_LIST, CountField, DayField, choose
from hatang.systems.models import FindingTerms, SystemFinding


class FindingForm(forms.ModelForm[SystemFinding]):
    """Who works on it, until when, what was done; or that it is accepted, with the reason."""

    outcome = forms.ChoiceField(
        label="Kết quả",
        choices=(("open", "còn phải làm"), ("done", "đã làm xong"), ("accepted", "chấp nhận, không sửa: ghi lý do")),
        help_text="“Đã làm xong” mà sổ vẫn chưa đổi thì lần tính sau sẽ mở lại.",
    )

    class Meta:
        model = SystemFinding
        fields: ClassVar = ["assigned_to", "due_on", "note"]
        field_classes: ClassVar = {"due_on": DayField}
        error_messages: ClassVar = {"assigned_to": ONE_OF_LIST}

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["outcome"] = self.instance.state
        choose(self, "assigned_to", people)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == SystemFinding.State.ACCEPTED and not cleaned.get("note"):
            self.add_error("note", "Chấp nhận thì phải ghi lý do.")
        elif cleaned.get("outcome"):
            self.instance.state = cleaned["outcome"]
        return cleaned


class TermsForm(forms.ModelForm[FindingTerms]):
    """The terms by which a province judges."""

    class Meta:
        model = FindingTerms
        fields: ClassVar = ["file_months", "certificate_days"]
        field_classes: ClassVar = {"file_months": CountField, "certificate_days": CountField}
