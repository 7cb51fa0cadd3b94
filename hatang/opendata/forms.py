"""What anyone may write about an error in a dataset, and what an officer answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.opendata.models import ErrorReport


class ErrorReportForm(forms.ModelForm[ErrorReport]):
    """An error, by anyone; nothing is asked of who."""

    website = forms.CharField(label="Để trống ô này", required=False, max_length=200)

    class Meta:
        model = ErrorReport
        fields = ["words", "where"]
        labels = {"words": "Sai ở đâu, đúng ra là gì", "where": "Dòng, cột nào"}
        help_texts = {
            "words": "Đừng ghi tên, số điện thoại hay điều riêng tư: không cần để sửa dữ liệu.",
            "where": "Ví dụ: thôn Nà Lầm, cột số hộ.",
        }
        widgets = {"words": forms.Textarea(attrs={"rows": 5})}
        error_messages = {
            "words": {"required": "Viết vài chữ: sai ở đâu, đúng ra là gì.", "max_length": "Nhiều nhất 2.000 chữ."},
            "where": {"max_length": "Nhiều nhất 200 chữ."},
        }

    def clean_website(self) -> str:
        """Refuse what only a machine fills in: people do not see the field."""
        if self.cleaned_data["website"]:
            raise ValidationError("Để trống ô này.")
        return ""


class AnswerForm(forms.ModelForm[ErrorReport]):
    """What was done about an error."""

    class Meta:
        model = ErrorReport
        fields = ["answer"]
        help_texts = {"answer": "Đã sửa gì, ở đâu; hoặc vì sao dữ liệu không sai."}
        widgets = {"answer": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True
        self.fields["answer"].error_messages["required"] = "Viết đã làm gì, hoặc vì sao không sai."
