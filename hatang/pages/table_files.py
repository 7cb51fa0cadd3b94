"""A table that somebody brings as a file, to be taken whole or not at all: its field, and a page for its faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hatang.core.vietnamese import number

MOST_SHOWN = 100


class TableFileField(forms.FileField):
    """An Excel or CSV file no larger than the house takes."""

    def __init__(self, *, label: str = "Tệp", help_text: str = "Excel (.xlsx) hoặc CSV.") -> None:
        widget = forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"})
        said = {"required": "Chọn một tệp Excel hoặc CSV.", "empty": "Tệp trống, không có dòng nào."}
        super().__init__(label=label, help_text=help_text, widget=widget, error_messages=said)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse what is too large before it is read."""
        file = super().clean(data, initial)
        if file and file.size > settings.UPLOAD_BYTES:
            most = number(settings.UPLOAD_BYTES / 1e6)
            raise ValidationError(f"Tệp có {number(file.size / 1e6, 1)} MB, nhiều nhất {most} MB; chia tệp ra.")
        return file


class TableFileForm(forms.Form):
    """A file and nothing else."""

    file = TableFileField()


def faults_in_file(request: HttpRequest, keep: Callable[[bytes, str], object]) -> list[str]:
    """Give the file that was sent to `keep`, which takes all of it or raises ValidationError; tell what is wrong."""
    form = TableFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return [str(fault) for fault in form.errors["file"]]
    file = form.cleaned_data["file"]
    try:
        keep(file.read(), file.name)
    except ValidationError as error:
        return error.messages
    return []


def faults_page(
    request: HttpRequest, faults: Sequence[str], *, back: str, crumbs: Sequence[tuple[str, str]]
) -> HttpResponse:
    """Show what is wrong with a file of which nothing was kept, and lead back to where another is chosen."""
    context = {"faults": faults[:MOST_SHOWN], "count": len(faults), "back": back, "crumbs": crumbs}
    return render(request, "pages/file_faults.html", context, status=422)
