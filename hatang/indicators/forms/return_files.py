"""What may be brought as a file for a return."""

from __future__ import annotations

from django import forms

KINDS = ".pdf,.docx,.xlsx,.csv,.txt,.jpg,.jpeg,.png,.webp"


class ReturnFileForm(forms.Form):
    """A filled workbook of one return."""

    file = forms.FileField(
        label="Tệp đã điền",
        help_text="Mẫu .xlsx tải từ trang này; điền trong Excel hay LibreOffice. Tệp được xem trước, chưa lưu gì.",
        error_messages={"required": "Chọn tệp đã điền.", "empty": "Tệp trống. Chọn tệp đã điền."},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class EvidenceForm(forms.Form):
    """A file on which an answer rests."""

    file = forms.FileField(
        label="Tệp",
        help_text="Văn bản, bảng số hoặc ảnh (PDF, DOCX, XLSX, CSV, TXT, JPEG, PNG, WebP). Ai xem được phiếu thì tải "
        "được; nơi chụp và máy chụp ghi trong ảnh được xoá.",
        error_messages={"required": "Chọn một tệp.", "empty": "Tệp trống. Chọn tệp khác."},
        widget=forms.FileInput(attrs={"accept": KINDS}),
    )
