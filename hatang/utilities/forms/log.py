"""What may be handed to the log for comparing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.core.vietnamese import number

MOST_CHECKED_BYTES = 20_000_000


class CheckForm(forms.Form):
    """A file to compare with the log; it is not kept."""

    file = forms.FileField(
        label="Tệp cần kiểm tra",
        help_text=f"Tối đa {number(MOST_CHECKED_BYTES / 1e6)} MB. Tệp chỉ được so rồi bỏ, không lưu.",
        error_messages={"empty": "Tệp này rỗng.", "required": "Xin chọn một tệp."},
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than any published file."""
        file = self.cleaned_data["file"]
        if file.size > MOST_CHECKED_BYTES:
            most = number(MOST_CHECKED_BYTES / 1e6)
            raise ValidationError(f"Tệp nặng {number(file.size / 1e6, 1)} MB; tối đa {most} MB.")
        return file
