"""The rules by which speeds are read: the defaults of the reference table, and what a province set from a day on."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.core.measurements.suspects import Limits
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.quality.models import CHANGE_SETTINGS, SpeedRule

FILE = "speed_rules.csv"
PUBLIC = "public_by_operator"
LIMITS = tuple(field.name for field in fields(Limits))


@dataclass(frozen=True)
class RuleInForce:
    """A rule as it stands on a day: its value, since when (None: the default), on what ground."""

    name: str
    label: str
    unit: str
    value: float | None
    least: float
    most: float
    source: str
    note: str
    since: date | None = None

    @property
    def written(self) -> str:
        """The value as people write it."""
        if self.name == PUBLIC:
            return "có" if self.value else "không"
        return "chưa đặt" if self.value is None else f"{number(self.value, 2)} {self.unit}"

    @property
    def of_suspects(self) -> bool:
        """Whether it belongs to the rules that set tests aside."""
        return self.name in LIMITS


@cache
def defaults(path: Path) -> tuple[RuleInForce, ...]:
    """Read the reference table."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            RuleInForce(
                line["name"],
                line["label"],
                line["unit"],
                float(line["value"]) if line["value"] else None,
                float(line["least"]),
                float(line["most"]),
                line["source"],
                line["note"],
            )
            for line in csv.DictReader(file)
        )


def rules_of(province: Place, on: date) -> dict[str, RuleInForce]:
    """Give every rule as it stands in a province on a day."""
    rules = {rule.name: rule for rule in defaults(Path(settings.REFERENCE) / FILE)}
    for row in SpeedRule.objects.of(province, on):
        if row.name in rules:
            before = rules[row.name]
            said: dict[str, Any] = {"source": row.source or before.source, "note": row.note or before.note}
            rules[row.name] = replace(before, value=row.value, since=row.valid_from, **said)
    return rules


def value_of(province: Place, name: str, on: date) -> float | None:
    """Give one rule's value."""
    return rules_of(province, on)[name].value


def limits_of(province: Place, on: date) -> Limits:
    """Give the limits of the rules that set tests aside."""
    rules = rules_of(province, on)
    said = {name: rules[name].value for name in LIMITS if rules[name].value is not None}
    counts = {"most_a_day", "repeated", "rhythm_tests"}
    return Limits(**{name: int(value) if name in counts else value for name, value in said.items()})  # type: ignore[arg-type]


@transaction.atomic
def set_rule(
    *, actor: Person, province: Place, name: str, value: float | None, valid_from: date, source: str, note: str
) -> SpeedRule:
    """Set a rule of a province from a day on; what was set for the same day is changed, and the history keeps both."""
    row = SpeedRule.objects.filter(province=province, name=name, valid_from=valid_from).first()
    row = row or SpeedRule(province=province, name=name, valid_from=valid_from)
    if not actor.has_perm(CHANGE_SETTINGS, row):
        raise PermissionDenied
    rule = next((r for r in defaults(Path(settings.REFERENCE) / FILE) if r.name == name), None)
    if rule is None:
        raise ValidationError({"value": "Không có quy tắc này."})
    if value is not None and not rule.least <= value <= rule.most:
        wrong = f"{number(value, 3)} ngoài khoảng {number(rule.least, 3)} đến {number(rule.most, 3)} {rule.unit}."
        raise ValidationError({"value": wrong})
    row.value, row.source, row.note, row.set_by = value, source, note, actor
    row.full_clean(exclude=["province", "set_by"])
    row.save()
    return row
