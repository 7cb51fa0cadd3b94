"""Amounts in đồng: typed with dots or without, said in words in a sentence."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hatang.core.vietnamese import number

MOST_VND = 10**15
AMOUNT = re.compile(r"[0-9]+|[0-9]{1,3}(\.[0-9]{3})+")
BILLION, MILLION = 10**9, 10**6


class AmountField(forms.IntegerField):
    """An amount in đồng, typed with or without dots for thousands."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def __init__(self, **options: Any) -> None:
        options.pop("widget", None)
        super().__init__(**{**options, "min_value": 0, "max_value": MOST_VND, "localize": False})

    def to_python(self, value: Any) -> int | None:
        text = "".join(str(value if value is not None else "").split())
        if not text or AMOUNT.fullmatch(text):
            return super().to_python(text.replace(".", ""))
        raise ValidationError(f"“{value}” không phải số tiền: ghi số đồng, ví dụ 1.500.000.", code="invalid")

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


def vnd_words(amount_vnd: float) -> str:
    """Say an amount in a sentence, to three figures or so; a table gives it exactly.

    >>> vnd_words(12_340_000_000), vnd_words(450_000_000), vnd_words(999_600_000), vnd_words(20_000)
    ('12,3 tỷ đồng', '450 triệu đồng', '1 tỷ đồng', '20.000 đồng')
    """
    for size, noun in ((BILLION, "tỷ"), (MILLION, "triệu")):
        rounded = round(amount_vnd / size, 1 if size == BILLION else 0)
        if rounded >= 1:
            decimals = 0 if rounded >= 100 or rounded == int(rounded) else 1
            return f"{number(rounded, decimals)} {noun} đồng"
    return f"{number(amount_vnd)} đồng"
