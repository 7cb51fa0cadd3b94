"""The numbers of NĐ 295/2025/NĐ-CP that packages read, as data with their source: the act was read in part."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from hatang.core.vietnamese import number

FILE = "fund_rules.csv"


@dataclass(frozen=True)
class FundRule:
    """A line of data/fund_rules.csv: a whole number, its unit, the act it is from and how sure that is."""

    key: str
    label: str
    value: int
    unit: str
    legal: str
    note: str


@cache
def fund_rules() -> dict[str, FundRule]:
    """Read the rules, by key."""
    with (settings.REFERENCE / FILE).open(encoding="utf-8", newline="") as file:
        return {line["key"]: _from_line(line) for line in csv.DictReader(file)}


def _from_line(line: dict[str, str]) -> FundRule:
    words: dict[str, Any] = {name: line[name] for name in ("key", "label", "unit", "legal", "note")}
    return FundRule(**words, value=int(line["value"]))


def least_villages() -> int:
    """Say from how many villages on a package stands by itself."""
    return fund_rules()["least_villages"].value


def small_words(count: int) -> str:
    """Say what the rule asks of a package of so few villages, and where the rule is from."""
    rule = fund_rules()["least_villages"]
    return f"Gói có {number(count)} thôn, dưới {number(rule.value)}: gộp với tỉnh lân cận theo {rule.legal}."


def years() -> int:
    """Say over how many years a package is reckoned."""
    return fund_rules()["years"].value
