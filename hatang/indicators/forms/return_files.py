"""What may be brought as a file for a return."""

from __future__ import annotations

from django import forms


class ReturnFileForm(forms.Form):
    """A filled workbook of one return."""

    file = forms.FileField(
        label="Tệp đã điền",
        help_text="Mẫu .xlsx tải từ trang này; điền trong Excel hay LibreOffice. Tệp được xem trước, chưa lưu gì.",
        error_messages={"required": "Chọn tệp đã điền.", "empty": "Tệp trống. Chọn tệp đã điền."},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
