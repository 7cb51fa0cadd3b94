"""The provinces' rules on sharing and spacing: which holds on a day, and how officers adopt, correct and end them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.network.models import KEYS, SharingRule
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.places.services import provinces_on

FILE = "sharing_rules.csv"
FROM_DATA = "nạp từ data/sharing_rules.csv"


def rules_on(province: Place, on: date) -> dict[str, SharingRule]:
    """Give every rule that holds in a province on a day, by its key; a setting nobody ruled comes as an unsaved row."""
    settings_ = {row.key: _setting(province, row.key) for row in KEYS.values() if row.default is not None}
    ruled = SharingRule.objects.filter(province=province).in_force(on).order_by("valid_from")
    return settings_ | {row.key: row for row in ruled}


def rule(province: Place, key: str, on: date) -> SharingRule | None:
    """Give the rule that holds in a province on a day, or None: then nothing is asked there.

    Its `value` is a number in `unit`; `basis` names article and legal text. Raises KeyError for a key that is no rule.
    """
    held = SharingRule.objects.filter(province=province, key=KEYS[key].key).in_force(on).order_by("-valid_from").first()
    return held or (_setting(province, key) if KEYS[key].default is not None else None)


def _setting(province: Place, key: str) -> SharingRule:
    """Write a setting of this system as the rule that it stands in for."""
    row = KEYS[key]
    assert row.default is not None
    facts = {"value": row.default, "unit": row.unit, "legal": "mặc định của hệ thống", "note": row.note}
    return SharingRule(province=province, key=key, valid_from=date.min, **facts)


@transaction.atomic
def import_rules(folder: Path | None = None) -> int:
    """Add the rules of the data folder that a province does not have from that day; nothing that stands is touched.

    Raises ValidationError that names file, line and column.
    """
    provinces = {place.code: place for place in provinces_on(date.max)}
    standing = set(SharingRule.objects.values_list("province_id", "key", "valid_from"))
    with ((folder or settings.REFERENCE) / FILE).open(encoding="utf-8", newline="") as file:
        lines = list(enumerate(csv.DictReader(file), start=2))
    read = [
        _from_line(number, cells, provinces[cells["province_code"]])
        for number, cells in lines
        if cells["province_code"] in provinces
    ]
    new = [row for row in read if (row.province_id, row.key, row.valid_from) not in standing]
    bulk_create_with_history(new, SharingRule, default_change_reason=FROM_DATA)
    return len(new)


def _from_line(number: int, cells: dict[str, str], province: Place) -> SharingRule:
    """Read a line of the data folder's table."""
    if cells["key"] not in KEYS:
        raise ValidationError(f"{FILE}, dòng {number}, cột key: không có quy định “{cells['key']}”.")
    until = date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else None
    texts = {name: cells[name] for name in ("unit", "legal", "article", "note")}
    row = SharingRule(
        province=province,
        key=cells["key"],
        value=float(cells["value"]),
        valid_from=date.fromisoformat(cells["valid_from"]),
        valid_to=until,
        **texts,
    )
    row.clean_fields()
    return row


def may_change_rules(actor: Person, province: Place) -> bool:
    """Tell whether the person adopts rules in the province."""
    return actor.has_perm("network.change_rules", SharingRule(province=province))


def _must(actor: Person, province: Place) -> None:
    if not may_change_rules(actor, province):
        raise PermissionDenied


@transaction.atomic
def adopt_rules(*, actor: Person, province: Place, rows: Iterable[SharingRule]) -> list[SharingRule]:
    """Let rules hold in a province from their first day; a rule of the same key that runs then ends the day before.

    Raises ValidationError when a later rule of the same key is already there.
    """
    _must(actor, province)
    adopted = list(rows)
    for row in adopted:
        row.province = province
        _close_older(actor, row)
        sign(row, actor, "ban hành")
        row.full_clean()
        row.save()
    return adopted


def _close_older(actor: Person, row: SharingRule) -> None:
    """End what the new rule replaces; refuse to slip in before a rule that comes later."""
    same = SharingRule.objects.filter(province=row.province, key=row.key)
    later = same.filter(valid_from__gte=row.valid_from).order_by("valid_from").first()
    if later and (row.valid_to is None or row.valid_to >= later.valid_from):
        told = f"“{row.label}” đã có từ ngày {later.valid_from:%d/%m/%Y}. Chọn ngày sau đó, hoặc sửa dòng ấy."
        raise ValidationError(told)
    for older in same.in_force(row.valid_from):
        end_rule(actor=actor, row=older, last_day=row.valid_from - timedelta(days=1), reason=f"thay bằng {row.legal}")


@transaction.atomic
def end_rule(*, actor: Person, row: SharingRule, last_day: date, reason: str) -> None:
    """Let a rule hold until a day and no longer."""
    _must(actor, row.province)
    row.valid_to = last_day
    sign(row, actor, reason[:100])
    row.full_clean()
    row.save()


def end_rules(*, actor: Person, rows: Iterable[SharingRule], last_day: date, reason: str) -> int:
    """Let several rules hold until a day; give how many."""
    with transaction.atomic():
        ended = [end_rule(actor=actor, row=row, last_day=last_day, reason=reason) for row in rows]
    return len(ended)


@transaction.atomic
def correct_rule(*, actor: Person, row: SharingRule) -> None:
    """Save a rule that was written down wrongly; what it said before stays in its history."""
    _must(actor, row.province)
    others = SharingRule.objects.filter(province=row.province, key=row.key).exclude(pk=row.pk)
    last = row.valid_to or date.max
    overlapping = [o for o in others if o.valid_from <= last and (o.valid_to or date.max) >= row.valid_from]
    if overlapping:
        clash = overlapping[0]
        raise ValidationError({"valid_from": f"Chồng với dòng có hiệu lực từ ngày {clash.valid_from:%d/%m/%Y}."})
    sign(row, actor, "sửa")
    row.full_clean()
    row.save()
