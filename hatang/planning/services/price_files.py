"""A table of prices: every row read by the page's own form, shown by cell, then saved whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from openpyxl.utils import get_column_letter

from hatang.accounts.models import Person
from hatang.core.cells import Cell, Fault, TableError, as_text
from hatang.core.tables import Row, Table, read_table
from hatang.core.vietnamese import day, number, search_key
from hatang.pages.amounts import AMOUNT
from hatang.places.models import Place
from hatang.planning.forms.costs import UnitCostForm
from hatang.planning.models import PriceUpload, UnitCost
from hatang.planning.services.prices import ASSUMED, COLUMNS, Price, keep_price, may_change, prices_of
from hatang.work.services import KINDS, discard, store_file, take

MOST_ROWS = 500
TABLE_KINDS = {name: kind for name, kind in KINDS.items() if name in (".xlsx", ".csv", ".txt")}
HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("ma", "ma khoan", "code"),
    "label": ("khoan", "ten khoan"),
    "amount_vnd": ("don gia dong", "don gia"),
    "low_vnd": ("thap nhat dong", "thap nhat"),
    "high_vnd": ("cao nhat dong", "cao nhat"),
    "source": ("nguon", "nguon cua gia"),
    "on": ("ngay cua gia", "ngay"),
    "note": ("ghi chu",),
}
FIELD_OF = {words: name for name, names in HEADINGS.items() for words in names}
NAMES = dict(zip(("code", "group", "label", "per", "amount_vnd", "low_vnd", "high_vnd"), COLUMNS, strict=False)) | dict(
    zip(("source", "on", "note"), COLUMNS[7:], strict=True)
)
REQUIRED = ("amount_vnd", "low_vnd", "high_vnd", "source", "on")
PRICED = ("amount_vnd", "low_vnd", "high_vnd")
FACTS = (*PRICED, "source", "on", "note")
NO_CODE = f"Ghi mã của khoản như ở cột “{COLUMNS[0]}” của tệp mẫu."
MOVED = "Đơn giá đã đổi từ khi kiểm tra nên chưa lưu gì. Kết quả dưới đây là mới: xem lại rồi lưu."
NO_SOURCE = "Giá khác mức giả định: ghi nguồn của giá (văn bản, báo giá, hợp đồng) thay cho “giả định của hệ thống”."
State = PriceUpload.State


@dataclass(frozen=True)
class Cells:
    """A price that a file changes: the cells before and after, as people read them."""

    price: Price
    row: int
    cost: UnitCost
    cells: tuple[tuple[str, str, str], ...]


@dataclass
class PricesRead:
    """What a file of prices would bring; `kept` are a province's prices that the file still calls assumed."""

    added: list[Cells] = field(default_factory=list)
    changed: list[Cells] = field(default_factory=list)
    unchanged: int = 0
    kept: list[Price] = field(default_factory=list)
    missing: int = 0
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def kept_count(self) -> int:
        """How many prices of the province stay because the file says nothing of them."""
        return len(self.kept)

    @property
    def changes(self) -> list[Cells]:
        """All that would be stored."""
        return [*self.added, *self.changed]

    def fingerprint(self) -> str:
        """Name what was shown, so that only that is saved."""
        shown = [(one.price.code, one.cells) for one in self.changes]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


@dataclass(frozen=True)
class Sheet:
    """A table with the place of each column that is read."""

    table: Table
    at: Mapping[str, int]

    def cell(self, row: Row, name: str) -> Cell:
        """Give a row's cell of a column; nothing where the file has no such column."""
        return row.cells[self.at[name]] if name in self.at else None

    def fault(self, row: Row, name: str, wrong: str) -> Fault:
        """Say what is wrong with a cell."""
        column = get_column_letter(self.at[name] + 1) if name in self.at else ""
        return Fault(row.number, column, NAMES.get(name, NAMES["amount_vnd"]), shown(self.cell(row, name)), wrong)


def read_prices(content: bytes, *, name: str, province: Place) -> PricesRead:
    """Read a file against a province's prices. Raises ValidationError for what makes the whole file useless."""
    try:
        table = read_table(content, name, known=COLUMNS, max_rows=MOST_ROWS)
    except TableError as error:
        raise ValidationError(str(error)) from error
    sheet = Sheet(table, columns_of(table))
    prices, own = prices_of(province), {row.item: row for row in UnitCost.objects.of(province)}
    named = {search_key(heading) for heading in COLUMNS} | FIELD_OF.keys()
    read = PricesRead(ignored=[text for text in table.headings if text and search_key(text) not in named])
    seen: dict[str, int] = {}
    for row in table.rows:
        add_row(read, sheet, row, prices, own, seen, province)
    read.missing = len(prices.keys() - seen.keys())
    return read


def columns_of(table: Table) -> dict[str, int]:
    """Give where each column stands. Raises ValidationError when a needed one is missing."""
    at: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        if known := FIELD_OF.get(search_key(heading)):
            at.setdefault(known, place)
    needed = (*(() if "code" in at or "label" in at else ("code",)), *REQUIRED)
    if missing := [f"“{NAMES[name]}”" for name in needed if name not in at]:
        raise ValidationError(f"Dòng tiêu đề thiếu cột {', '.join(missing)}: dùng tệp mẫu, giữ nguyên tên cột.")
    return at


def add_row(
    read: PricesRead,
    sheet: Sheet,
    row: Row,
    prices: Mapping[str, Price],
    own: Mapping[str, UnitCost],
    seen: dict[str, int],
    province: Place,
) -> None:
    """Read one row: an unknown or second price is wrong, an empty one says nothing, the others go through the form."""
    price = price_of(sheet, row, prices)
    if price is None:
        read.faults.append(sheet.fault(row, "code" if "code" in sheet.at else "label", unknown(sheet, row, prices)))
        return
    if price.code in seen:
        told = f"“{price.code}” đã có ở dòng {seen[price.code]}: mỗi khoản một dòng."
        read.faults.append(sheet.fault(row, "code" if "code" in sheet.at else "label", told))
        return
    seen[price.code] = row.number
    if not any(as_text(sheet.cell(row, name)) for name in PRICED) or still_assumed(sheet, row, price):
        put(read, price, own)
        return
    form = form_of(sheet, row, price, own.get(price.code), province)
    if form.is_valid():
        compare(read, row, price, own.get(price.code), form.instance)
        return
    read.faults += [sheet.fault(row, name, str(error)) for name, errors in form.errors.items() for error in errors]


def put(read: PricesRead, price: Price, own: Mapping[str, UnitCost]) -> None:
    """Count a row that says nothing new: the province's price, if it has one, stays."""
    if price.code in own:
        read.kept.append(price)
    else:
        read.unchanged += 1


def price_of(sheet: Sheet, row: Row, prices: Mapping[str, Price]) -> Price | None:
    """Give the price that a row is about, by its code, else by its name."""
    if code := as_text(sheet.cell(row, "code")):
        return prices.get(code.lower())
    wanted = search_key(as_text(sheet.cell(row, "label")))
    return next((price for price in prices.values() if wanted and search_key(price.label) == wanted), None)


def unknown(sheet: Sheet, row: Row, prices: Mapping[str, Price]) -> str:
    """Say that a row names no price, and which it may mean."""
    code = as_text(sheet.cell(row, "code"))
    near = get_close_matches(code.lower(), prices, n=1)
    more = f" Có phải {near[0]} ({prices[near[0]].label})?" if near else ""
    if code:
        return f"Không có khoản mã “{code[:60]}”.{more} {NO_CODE}"
    return NO_CODE


def still_assumed(sheet: Sheet, row: Row, price: Price) -> bool:
    """Tell whether a row still holds an assumption: no source of the province, and the amounts as they were."""
    source = search_key(as_text(sheet.cell(row, "source")))
    if source != search_key(ASSUMED) or as_text(sheet.cell(row, "on")):
        return False
    same = all(amount_text(sheet.cell(row, name)) == str(getattr(price, name)) for name in PRICED)
    return same or not price.assumed


def amount_text(cell: Cell) -> str:
    """Give an amount without the dots for thousands."""
    text = "".join(as_text(cell).split())
    return text.replace(".", "") if AMOUNT.fullmatch(text) else text


def form_of(sheet: Sheet, row: Row, price: Price, own: UnitCost | None, province: Place) -> UnitCostForm:
    """Put a row to the page's form; a column of notes that the file lacks leaves the note as it is."""
    data: dict[str, Any] = {name: as_text(sheet.cell(row, name)) for name in (*PRICED, "source", "note")}
    data["on"] = sheet.cell(row, "on")
    if "note" not in sheet.at:
        data["note"] = own.note if own else ""
    cost = UnitCost(province=province, item=price.code)
    form = UnitCostForm(data, instance=cost)
    if search_key(data["source"]) == search_key(ASSUMED):
        form.full_clean()
        form.add_error("source", NO_SOURCE)
    return form


def compare(read: PricesRead, row: Row, price: Price, own: UnitCost | None, cost: UnitCost) -> None:
    """Sort a good row among the added, the changed and the unchanged."""
    cells = tuple(differing(price, own, cost))
    if own is None:
        read.added.append(Cells(price, row.number, cost, cells))
    elif cells:
        read.changed.append(Cells(price, row.number, cost, cells))
    else:
        read.unchanged += 1


def differing(price: Price, own: UnitCost | None, cost: UnitCost) -> Iterable[tuple[str, str, str]]:
    """Give heading, before and after of each cell that is not as before; of a new price only what it says."""
    for name in FACTS:
        before, after = shown(getattr(own or price, name)), shown(getattr(cost, name))
        if before != after:
            yield NAMES[name], before, after


def shown(value: Any) -> str:
    """Write a cell as people read it."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return number(value, 2)
    return day(value) if hasattr(value, "year") else str(value)[:120]


# The way of a file


def check_price_file(*, actor: Person, province: Place, name: str, content: bytes) -> PriceUpload:
    """Store a file and read it; what is useless as a whole leaves nothing behind."""
    may_change(actor, province)
    read = read_prices(content, name=name, province=province)
    with transaction.atomic():
        upload = PriceUpload(province=province)
        upload.file = store_file(
            actor=actor, name=name, content=content, province=province, organisation=None, kinds=TABLE_KINDS
        )
        upload.state = State.WRONG if read.faults else State.READY
        upload.summary = {"fingerprint": read.fingerprint()}
        upload.save()
    return upload


def reread_prices(upload: PriceUpload) -> PricesRead:
    """Read a stored file against the prices of now."""
    content = Path(upload.file.file.path).read_bytes()
    return read_prices(content, name=upload.file.name, province=upload.province)


def save_price_file(*, actor: Person, upload: PriceUpload) -> int:
    """Save what was shown of a checked file, all or nothing; give how many prices it set.

    Raises ValidationError where the prices moved since: the file waits then with what it would bring now.
    """
    may_change(actor, upload.province)
    with transaction.atomic():
        take(upload, (State.READY,), State.SAVED)
        read = reread_prices(upload)
        same = not read.faults and read.fingerprint() == upload.summary.get("fingerprint")
        if same:
            for one in read.changes:
                keep_price(actor=actor, cost=one.cost)
            upload.summary |= {"added": len(read.added), "changed": len(read.changed)}
            upload.saved_at = timezone.now()
        else:
            upload.state = State.WRONG if read.faults else State.READY
            upload.summary = {"fingerprint": read.fingerprint()}
        upload.save()
    if not same:
        raise ValidationError(MOVED)
    return len(read.changes)


def give_up_price_file(*, actor: Person, upload: PriceUpload) -> None:
    """Give up a file that was not saved."""
    may_change(actor, upload.province)
    discard(upload)
