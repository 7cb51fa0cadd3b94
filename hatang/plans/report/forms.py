"""What an officer may type into a report, and the template that a province may upload."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator

from hatang.pages.widgets import DateInput
from hatang.plans.models import Report

LONGEST_TEXT = 30_000
LONG_TEXTS = ("assessment", "causes", "proposals")


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    """The texts that figures cannot give; all of them may stay open while the report is a draft."""

    class Meta:
        model = Report
        fields = (
            "assessment",
            "causes",
            "proposals",
            "number",
            "date",
            "place_name",
            "parent_body",
            "body",
            "addressee",
            "signer_authority",
            "signer_title",
            "signer_name",
            "recipients",
        )
        widgets = {
            "assessment": forms.Textarea(attrs={"rows": 8}),
            "causes": forms.Textarea(attrs={"rows": 8}),
            "proposals": forms.Textarea(attrs={"rows": 8}),
            "recipients": forms.Textarea(attrs={"rows": 4}),
            "date": DateInput,
        }
        help_texts = {
            "assessment": "Mỗi dòng là một đoạn; chữ hiện trong báo cáo đúng như gõ.",
            "number": "Ví dụ 05/BC-SKHCN. Để trống khi chưa cấp số.",
            "date": "Để trống khi chưa ký.",
            "signer_authority": "Ví dụ KT. GIÁM ĐỐC; để trống khi chính người đứng đầu ký.",
            "recipients": "Dòng “Lưu: …” luôn đứng cuối.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*LONG_TEXTS, "recipients"):
            self.fields[name].validators.append(MaxLengthValidator(LONGEST_TEXT))
            self.fields[name].widget.attrs["maxlength"] = LONGEST_TEXT


class TemplateForm(forms.Form):
    """A DOCX template edited in Word."""

    file = forms.FileField(label="Mẫu DOCX", help_text="Tải mẫu hiện dùng về, sửa trong Word, rồi tải lên.")

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_BYTES:
            raise forms.ValidationError(f"Tệp lớn hơn {settings.UPLOAD_BYTES // 1_000_000} MB.")
        return file
