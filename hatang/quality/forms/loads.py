"""What is said with a file of measurements."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.core.cells import TableError
from hatang.core.measurements.imports.ispeed import month_of
from hatang.quality.models import AccessKind, MeasurementLoad

Kind = MeasurementLoad.Kind
BROUGHT = [(kind.value, kind.label) for kind in (Kind.ISPEED, Kind.MLAB, Kind.OOKLA)]


class MonthField(forms.CharField):
    """A month as people write it: 09/2025; for a quarter any of its months."""

    def to_python(self, value: Any) -> date | None:  # type: ignore[override]
        try:
            return month_of(super().to_python(value))
        except TableError as error:
            raise ValidationError(f"{error.message} {error.right}") from error


class LoadForm(forms.Form):
    """A file, of which kind it is, and what its name does not say."""

    kind = forms.ChoiceField(label="Loại tệp", choices=BROUGHT, error_messages={"required": "Chọn loại tệp."})
    file = forms.FileField(
        label="Tệp",
        help_text="i-Speed: Excel hoặc CSV. M-Lab: CSV, JSON, NDJSON, có thể nén .gz. Ookla: Parquet, CSV, CSV.GZ.",
        error_messages={"required": "Chọn tệp.", "empty": "Tệp trống."},
    )
    month = MonthField(
        label="Tháng, quý",
        required=False,
        help_text="Chỉ ghi khi tệp không cho biết, ví dụ 09/2025; quý ghi tháng đầu.",
    )
    access = forms.ChoiceField(
        label="Loại mạng",
        choices=[("", "theo tên tệp"), *AccessKind.choices],
        required=False,
        help_text="Chỉ cho tệp Ookla đã đổi tên.",
    )
