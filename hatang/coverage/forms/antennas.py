"""Files of antenna patterns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.core.radio.antenna_files import MOST_BYTES
from hatang.core.vietnamese import number

MOST_FILES = 200


class SeveralFiles(forms.FileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class PatternFilesField(forms.FileField):
    """Pattern files, each small."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [super(PatternFilesField, self).clean(file, initial) for file in data or [None]]
        if len(files) > MOST_FILES:
            raise ValidationError(f"Có {number(len(files))} tệp; mỗi lần nhận tối đa {MOST_FILES} tệp.")
        large = [file.name for file in files if file.size > MOST_BYTES]
        if large:
            raise ValidationError(f"Tệp “{large[0][:80]}” nặng quá {number(MOST_BYTES / 1e6)} MB.")
        return files


class AntennaFilesForm(forms.Form):
    """Files to bring, several at once."""

    patterns = PatternFilesField(
        label="Tệp MSI, PLN",
        help_text="Tên tệp (không có đuôi) là tên loại ăng ten ghi trong sổ ô. Tệp cùng tên thay tệp trước.",
    )
