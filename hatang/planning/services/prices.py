"""Prices: the defaults of data/unit_costs.csv, and what a province knows better, with source, day and range."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import Change, sign
from hatang.core.vietnamese import day, number
from hatang.places.models import Place
from hatang.planning.models import CHANGE, UnitCost

FILE = "unit_costs.csv"
ASSUMED = "giả định của hệ thống"
COLUMNS = (
    "Mã",
    "Nhóm",
    "Khoản",
    "Tính cho",
    "Đơn giá, đồng",
    "Thấp nhất, đồng",
    "Cao nhất, đồng",
    "Nguồn",
    "Ngày của giá",
    "Ghi chú",
)
LAST_CHANGES = 30


@dataclass(frozen=True)
class Price:
    """A price by its code: what a unit of it costs once, or each year where `yearly`, and between what it lies.

    `assumed`: nobody in the province has said so; it is a default of this system and of no authority.
    """

    code: str
    group: str
    label: str
    unit: str
    yearly: bool
    amount_vnd: int
    low_vnd: int
    high_vnd: int
    note: str
    source: str = ASSUMED
    on: date | None = None
    assumed: bool = True

    @property
    def per(self) -> str:
        """What it is paid for: trạm, km, trạm mỗi năm."""
        return f"{self.unit} mỗi năm" if self.yearly else self.unit


@cache
def default_prices() -> dict[str, Price]:
    """Read the defaults, by code, in the order of the file."""
    with (settings.REFERENCE / FILE).open(encoding="utf-8", newline="") as file:
        return {line["code"]: _from_line(line) for line in csv.DictReader(file)}


def _from_line(line: dict[str, str]) -> Price:
    amounts: dict[str, Any] = {name: int(line[name]) for name in ("amount_vnd", "low_vnd", "high_vnd")}
    words: dict[str, Any] = {name: line[name] for name in ("code", "group", "label", "unit", "note")}
    return Price(**words, **amounts, yearly=line["yearly"] == "1")


def prices_of(province: Place) -> dict[str, Price]:
    """Give every price as it holds in a province, by code: the province's own where it has one, else the default."""
    own = {row.item: row for row in UnitCost.objects.of(province)}
    return {code: _known(price, own[code]) if code in own else price for code, price in default_prices().items()}


def _known(default: Price, row: UnitCost) -> Price:
    """Give a price as the province knows it."""
    return Price(
        code=default.code,
        group=default.group,
        label=default.label,
        unit=default.unit,
        yearly=default.yearly,
        amount_vnd=row.amount_vnd,
        low_vnd=row.low_vnd,
        high_vnd=row.high_vnd,
        note=row.note,
        source=row.source,
        on=row.on,
        assumed=False,
    )


def by_group(prices: dict[str, Price]) -> list[tuple[str, list[Price]]]:
    """Give the groups in the order of the file, each with its prices."""
    return [(group, list(rows)) for group, rows in groupby(prices.values(), key=lambda price: price.group)]


def line_of(price: Price) -> list[Any]:
    """Write a price for an export, under `COLUMNS`."""
    amounts = [price.amount_vnd, price.low_vnd, price.high_vnd]
    return [price.code, price.group, price.label, price.per, *amounts, price.source, price.on, price.note]


def changes_of_prices(province: Place) -> list[Change]:
    """Tell the latest changes of a province's prices, newest first."""
    records: Any = UnitCost.history.filter(province=province).select_related("history_user")
    before: dict[str, Any] = {}
    changes = []
    for record in records.order_by("history_date", "history_id"):
        changes.append(Change(record.history_date, record.history_user, _told(record, before.get(record.item))))
        before[record.item] = record if record.history_type != "-" else None
    return changes[::-1][:LAST_CHANGES]


def _told(record: Any, before: Any) -> str:
    """Say what a change did to a price."""
    default = default_prices().get(record.item)
    label = default.label if default else record.item
    if record.history_type == "-":
        return f"{label}: bỏ giá của tỉnh {number(record.amount_vnd)} đồng, dùng {ASSUMED}"
    was = f"{number(before.amount_vnd)} → " if before else ""
    between = f"từ {number(record.low_vnd)} đến {number(record.high_vnd)}"
    return f"{label}: {was}{number(record.amount_vnd)} đồng ({between}), {record.source}, {day(record.on)}"


@transaction.atomic
def keep_price(*, actor: Person, cost: UnitCost) -> None:
    """Keep a province's own price in the place of the one before.

    Raises PermissionDenied for whoever does not make the province's scenarios.
    """
    may_change(actor, cost.province)
    before = UnitCost.objects.of(cost.province).filter(item=cost.item).first()
    cost.pk = before.pk if before else None
    sign(cost, actor)
    cost.save(force_insert=before is None, force_update=before is not None)


@transaction.atomic
def take_back_price(*, actor: Person, province: Place, code: str) -> bool:
    """Go back to the default of a price; tell whether there was anything to take back. Its history stays."""
    may_change(actor, province)
    row = UnitCost.objects.of(province).filter(item=code).first()
    if row is None:
        return False
    sign(row, actor)
    row.delete()
    return True


def may_change(actor: Person, province: Place) -> None:
    """Refuse whoever does not make the province's scenarios. Raises PermissionDenied."""
    if not actor.has_perm(CHANGE, province):
        raise PermissionDenied
