"""Files that people bring."""

from __future__ import annotations

from django import forms

from hatang.core.tables import RIGHT_DATE


class UploadForm(forms.Form):
    """A file of stations."""

    file = forms.FileField(label="Tệp Excel (.xlsx) hoặc CSV", help_text=f"Theo tệp mẫu. {RIGHT_DATE}")


class PhotoForm(forms.Form):
    """A picture of a thing."""

    photo = forms.FileField(label="Ảnh (JPEG, PNG, WebP)", help_text="Vị trí và thông tin máy ảnh bị xóa khi lưu.")
