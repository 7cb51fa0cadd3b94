"""A file of address blocks, or its text once it was looked at."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 2_000_000


class BlockFileForm(forms.Form):
    """A CSV or Excel file of blocks."""

    file = forms.FileField(
        label="Tệp dải địa chỉ",
        help_text="CSV hoặc Excel, hai cột: Dải địa chỉ; Doanh nghiệp. Tệp là toàn bộ bảng: dải không còn trong tệp "
        "sẽ bị bỏ.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        error_messages={"required": "Chọn tệp.", "empty": "Tệp trống. Chọn tệp có dữ liệu."},
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too big for a table of addresses."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError("Tệp lớn hơn 2 MB. Một tỉnh chỉ cần vài nghìn dòng.")
        return file


class BlockTextForm(forms.Form):
    """The rows of a file that was looked at, on their way to be saved."""

    text = forms.CharField(widget=forms.HiddenInput, max_length=MOST_BYTES)
