"""Read indicators and their sets from the reference tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import Indicator, IndicatorSet
from hatang.places.models import LegalReference

TEXTS = (
    "name",
    "short_name",
    "component",
    "unit_code",
    "direction",
    "rollup",
    "lowest_level",
    "source",
    "formula",
    "numerator_text",
    "denominator_text",
    "note",
)
LEGAL = ("legal_number", "legal_issuer", "legal_date", "valid_from", "valid_to")
COLUMNS = ["code", "number", *TEXTS, *LEGAL, "commercial"]
SET_COLUMNS = ["code", "name", *LEGAL, "indicators"]
EVERY = "*"
REPORTED = "reported"

Cells = Mapping[str, str]


@dataclass
class DefinitionsRead:
    """What reading the tables did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    sets: int = 0

    def __str__(self) -> str:
        return (
            f"Chỉ tiêu: thêm {self.added}, sửa {self.changed}, giữ nguyên {self.unchanged}; bộ chỉ tiêu: {self.sets}."
        )


@transaction.atomic
def import_indicators(folder: Path | None = None) -> DefinitionsRead:
    """Read `indicators.csv` and `indicator_sets.csv`; what stands is updated by its code, nothing is removed."""
    folder = folder or settings.REFERENCE
    read = DefinitionsRead()
    standing = {i.code: i for i in Indicator.objects.all()}
    known: set[str] = set()
    for where, cells in _lines(folder / "indicators.csv", COLUMNS):
        if cells["code"] in known:
            raise ValidationError(f"{where}: mã “{cells['code']}” đã có ở dòng trên.")
        known.add(cells["code"])
        _import_indicator(where, cells, standing.get(cells["code"]), read)
    for where, cells in _lines(folder / "indicator_sets.csv", SET_COLUMNS):
        _import_set(where, cells)
        read.sets += 1
    return read


def _lines(path: Path, columns: list[str]) -> Iterator[tuple[str, Cells]]:
    """Give each line with the words that say where it stands."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if list(reader.fieldnames or []) != columns:
            raise ValidationError(f"{path.name}: cột phải là {', '.join(columns)}.")
        for number, cells in enumerate(reader, start=2):
            if None in cells or None in cells.values():
                raise ValidationError(f"{path.name}, dòng {number}: phải có đúng {len(columns)} ô.")
            yield f"{path.name}, dòng {number}", {name: text.strip() for name, text in cells.items()}


def _import_indicator(where: str, cells: Cells, standing: Indicator | None, read: DefinitionsRead) -> None:
    wanted = _wanted(where, cells)
    indicator = standing or Indicator(code=cells["code"])
    if standing and all(getattr(indicator, name) == value for name, value in wanted.items()):
        read.unchanged += 1
        return
    for name, value in wanted.items():
        setattr(indicator, name, value)
    _check(where, indicator)
    indicator.save()
    if standing:
        read.changed += 1
    else:
        read.added += 1


def _wanted(where: str, cells: Cells) -> dict[str, Any]:
    """Give the fields of an indicator as its line says."""
    texts = {name: cells[name] for name in TEXTS}
    if not cells["number"].isdigit():
        raise ValidationError(f"{where}, cột number: “{cells['number']}” không phải số.")
    if cells["commercial"] not in ("", "1"):
        raise ValidationError(f"{where}, cột commercial: phải để trống hoặc ghi 1.")
    return texts | {
        "number": int(cells["number"]),
        "legal_id": _legal(where, cells),
        "valid_from": _day(where, "valid_from", cells),
        "valid_to": _day(where, "valid_to", cells),
        "commercial": cells["commercial"] == "1",
    }


def _check(where: str, indicator: Indicator) -> None:
    """Ask that every field may be stored and that the formula exists."""
    try:
        indicator.clean_fields(exclude=["legal"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise ValidationError(f"{where}, cột {name}: {messages[0]}") from error
    if indicator.formula != REPORTED and indicator.formula not in FORMULAS:
        raise ValidationError(f"{where}, cột formula: không có công thức “{indicator.formula}”.")


def _legal(where: str, cells: Cells) -> int | None:
    """Give the document that a line names, made if it is new."""
    if not cells["legal_number"]:
        return None
    on = _day(where, "legal_date", cells)
    reference, _ = LegalReference.objects.get_or_create(
        number=cells["legal_number"], issuer=cells["legal_issuer"], date=on
    )
    return reference.pk


def _day(where: str, column: str, cells: Cells) -> date | None:
    try:
        return date.fromisoformat(cells[column]) if cells[column] else None
    except ValueError as error:
        raise ValidationError(f"{where}, cột {column}: “{cells[column]}” phải là ngày dạng 2025-12-31.") from error


def _import_set(where: str, cells: Cells) -> None:
    """Store a set; an asterisk takes in every indicator."""
    indicators = Indicator.objects.all()
    if cells["indicators"] != EVERY:
        codes = cells["indicators"].split(";")
        indicators = indicators.filter(code__in=codes)
        missing = set(codes) - set(indicators.values_list("code", flat=True))
        if missing:
            raise ValidationError(f"{where}, cột indicators: không có chỉ tiêu {', '.join(sorted(missing))}.")
    fields = {
        "name": cells["name"],
        "legal_id": _legal(where, cells),
        "valid_from": _day(where, "valid_from", cells),
        "valid_to": _day(where, "valid_to", cells),
    }
    stored, _ = IndicatorSet.objects.update_or_create(code=cells["code"], defaults=fields)
    stored.indicators.set(indicators)
