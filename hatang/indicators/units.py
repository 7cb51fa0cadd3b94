"""Kinds of units: each knows its sign, how it is written, and which values can be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from hatang.core.vietnamese import number


@dataclass(frozen=True)
class UnitKind:
    """A kind of unit: `least` and `most` bound what can be; `ratio_scale` multiplies numerator/denominator."""

    code: str
    label: str
    sign: str
    decimals: int
    least: float | None = 0
    most: float | None = None
    ratio_scale: float | None = None

    def check(self, value: float) -> None:
        """Raise ValidationError when a value cannot be, saying what would be right."""
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            bounds = f"từ {number(self.least, 1)}" + (
                f" đến {number(self.most, 1)}" if self.most is not None else " trở lên"
            )
            raise ValidationError(f"Giá trị {number(value, self.decimals)} không hợp lý: {self.label} phải {bounds}.")

    def ratio(self, numerator: float, denominator: float) -> float | None:
        """Give the figure of a ratio unit; None when there is nothing to divide by."""
        if not denominator or self.ratio_scale is None:
            return None
        return self.ratio_scale * numerator / denominator

    def shown(self, value: float) -> float:
        """Round as pages do, but never up to the most that can be: 99,996 % is not yet 100 %.

        >>> UNIT_KINDS["percent"].shown(99.4996), UNIT_KINDS["percent"].shown(99.996)
        (99.5, 99.99)
        """
        rounded = round(value, self.decimals)
        if self.most is None or not value < self.most <= rounded:
            return rounded
        return math.floor(value * 10**self.decimals) / 10**self.decimals

    def plain(self, value: float | None) -> str:
        """Write a value without its sign, for tables that name the unit in a column of its own."""
        if value is None:
            return "–"
        if self.code == "yes_no":
            return "có" if value else "chưa"
        return number(self.shown(value), self.decimals)

    def write(self, value: float | None) -> str:
        """Write a value with its sign, as people here do."""
        return f"{self.plain(value)}{self.sign if value is not None else ''}"


UNIT_KINDS = {
    kind.code: kind
    for kind in (
        UnitKind("percent", "tỷ lệ phần trăm", "%", 2, most=100, ratio_scale=100),
        UnitKind("per_100_people", "số trên 100 dân", " /100 dân", 1, most=1000, ratio_scale=100),
        UnitKind("per_person", "số trên một người", " /người", 2, most=1000, ratio_scale=1),
        UnitKind("mbps", "tốc độ Mb/s", " Mb/s", 2, most=100_000),
        UnitKind("times", "số lần so với năm gốc", " lần", 2, most=1000),
        UnitKind("count", "số lượng", "", 0),
        UnitKind("yes_no", "đạt hay chưa", "", 0, most=1),
    )
}
