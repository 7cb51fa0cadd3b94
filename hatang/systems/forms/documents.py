"""What may be brought as the document of a system's security level."""

from __future__ import annotations

from django import forms

KINDS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"


class DocumentForm(forms.Form):
    """The file by which a system's level was approved."""

    file = forms.FileField(
        label="Tệp hồ sơ",
        help_text="Văn bản phê duyệt, hồ sơ đề xuất cấp độ (PDF, DOCX, XLSX hoặc ảnh). Chỉ người được xem điểm yếu "
        "của hệ thống tải được: cán bộ, lãnh đạo Sở, thanh tra.",
        error_messages={"required": "Chọn một tệp.", "empty": "Tệp trống. Chọn tệp khác."},
        widget=forms.FileInput(attrs={"accept": KINDS}),
    )
