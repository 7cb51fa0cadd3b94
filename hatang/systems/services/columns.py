"""The columns of a kind's sheet: each a field of its form, with what may be written in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms

from hatang.accounts.models import Organisation
from hatang.core.cells import RIGHT_DATE, Cell
from hatang.core.vietnamese import search_key
from hatang.pages.fields import CountField, DayField, FlagField, NumberField, WordField, YesNoField
from hatang.places.models import Place
from hatang.systems.forms.entries import model_of
from hatang.systems.kinds import Kind
from hatang.systems.models import Entry

RIGHT_YES = "Viết có hoặc không; chưa biết thì để trống."
ALSO: Mapping[str, tuple[str, ...]] = {
    "commune": ("xã", "mã xã", "xã phường"),
    "owner": ("chủ quản", "đơn vị chủ quản", "chủ sở hữu"),
    "operator": ("nhà mạng", "doanh nghiệp", "đơn vị vận hành"),
    "agency": ("cơ quan", "đơn vị"),
    "host_name": ("url", "địa chỉ", "domain", "tên miền truy cập"),
    "security_level": ("cấp độ",),
    "capacity_mbps": ("dung lượng", "băng thông", "băng thông, mb/s"),
    "physical_paths": ("số đường",),
}
"""Headings by which a column is known besides its label and its name."""
EXAMPLES: Mapping[str, Cell] = {
    "code": "HT-001",
    "name": "Hệ thống thông tin giải quyết thủ tục hành chính",
    "host_name": "dichvucong.langson.gov.vn",
    "security_level": "cấp độ 3",
    "capacity_mbps": 50,
    "physical_paths": 2,
    "pue": 1.6,
}


@dataclass(frozen=True)
class SheetColumn:
    """One column: the field that cleans it, its heading, the headings by which it is known, and what is right."""

    name: str
    heading: str
    known: tuple[str, ...]
    right: str
    help: str
    needed: bool
    choices: tuple[str, ...]
    target: Any
    example: Cell


@cache
def columns_of(kind: Kind) -> tuple[SheetColumn, ...]:
    """Give the columns of a kind's sheet."""
    return tuple(column_of(kind, name) for name in kind.fields)


def column_of(kind: Kind, name: str) -> SheetColumn:
    """Make the column of one field."""
    field: Any = kind.form.base_fields[name]
    heading = str(field.label)
    target = model_of(field) if isinstance(field, forms.ModelChoiceField) else None
    return SheetColumn(
        name=name,
        heading=f"{heading[0].upper()}{heading[1:]}",
        known=tuple(search_key(word) for word in (heading, name, *ALSO.get(name, ()))),
        right=right_of(field, target),
        help=str(field.help_text),
        needed=field.required and not kind.model._meta.get_field(name).has_default(),  # type: ignore[union-attr]
        choices=choices_of(field),
        target=target,
        example=EXAMPLES.get(name),
    )


def choices_of(field: forms.Field) -> tuple[str, ...]:
    """Give the words of a drop-down; none where anything may be written."""
    if isinstance(field, WordField):
        return tuple(str(label) for value, label in list(field.choices) if value not in ("", None))  # type: ignore[arg-type]
    return ("có", "không") if isinstance(field, YesNoField | FlagField) else ()


def right_of(field: forms.Field, target: Any) -> str:
    """Say what a cell may hold."""
    if target is not None:
        return right_reference(target)
    if isinstance(field, YesNoField | FlagField):
        return RIGHT_YES
    if words := choices_of(field):
        return f"Một trong: {'; '.join(words)}."
    rights: tuple[tuple[type[forms.Field], str], ...] = (
        (DayField, RIGHT_DATE),
        (CountField, "Số nguyên từ 0 trở lên."),
        (NumberField, "Viết số, ví dụ 12,5; chưa biết thì để trống."),
    )
    named = next((right for kind, right in rights if isinstance(field, kind)), "")
    return named or f"Tối đa {getattr(field, 'max_length', None)} ký tự."


def right_reference(target: Any) -> str:
    """Say how to name another row."""
    if target is Place:
        return "Mã 5 chữ số hiện hành hoặc tên, xem trang “Mã xã” của tệp mẫu."
    if target is Organisation:
        return "Tên hoặc tên ngắn, xem trang “Tổ chức” của tệp mẫu."
    assert issubclass(target, Entry)
    return f"Mã hoặc tên của {target._meta.verbose_name}, có trong sổ hoặc trong cùng tệp."
