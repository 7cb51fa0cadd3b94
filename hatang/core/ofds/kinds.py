"""How the members of OFDS objects are read out of JSON, checked, and written back: one small class for each kind."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any, Protocol, get_type_hints

from hatang.core.ofds.faults import KEPT, Fault

SHOWN = 40
LARGEST = sys.float_info.max
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NAMES: dict[type, str] = {str: "chữ", bool: "đúng/sai", int: "số", float: "số", list: "danh sách", dict: "đối tượng"}


@dataclass
class Reading:
    """The version that a package is read by, and the faults found on the way."""

    version: str
    faults: list[Fault] = field(default_factory=list)
    count: int = 0

    def fault(self, path: str, message: str, right: str = "") -> None:
        """Note a fault."""
        self.count += 1
        if len(self.faults) < KEPT:
            self.faults.append(Fault(path, message, right))

    def is_a(self, value: object, kind: type, path: str) -> bool:
        """Tell whether a value is of a JSON type, noting a fault where it is not."""
        if isinstance(value, kind):
            return True
        self.fault(path, f"Cần {NAMES[kind]}, đang ghi {shown(value)}.", "Sửa lại kiểu giá trị.")
        return False


class Kind(Protocol):
    """A kind of value."""

    def read(self, value: object, path: str, reading: Reading) -> Any:
        """Give the value of a JSON value, or note why it cannot be."""
        ...

    def write(self, value: Any) -> Any:
        """Give the JSON value."""
        ...


@dataclass(frozen=True)
class Text:
    """Text that is accepted by a rule, not empty by itself."""

    accepts: Callable[[str], object] = bool
    right: str = "Ghi chữ vào, hoặc bỏ hẳn mục này."

    def read(self, value: object, path: str, reading: Reading) -> Any:
        """Give the text."""
        if reading.is_a(value, str, path) and not self.accepts(str(value)):
            reading.fault(path, f"Giá trị {shown(value)} không hợp lệ.", self.right)
        return value

    def write(self, value: Any) -> Any:
        """Give the text."""
        return value


TEXT = Text()
WEB = Text(IRI.fullmatch, "Ghi địa chỉ đầy đủ, ví dụ https://example.vn/.")


def const(text: str) -> Text:
    """Give the kind of text that can only be this one."""
    return Text(text.__eq__, f"Cần “{text}”.")


@dataclass(frozen=True)
class Code:
    """A code out of a closed list; `later` is the list since version 0.4 where it differs."""

    codes: frozenset[str]
    later: frozenset[str] | None = None

    def read(self, value: object, path: str, reading: Reading) -> Any:
        """Give the code."""
        codes = self.codes if self.later is None or reading.version == "0.3" else self.later
        if reading.is_a(value, str, path) and value not in codes:
            listed = ", ".join(sorted(codes)[:8]) + (", …" if len(codes) > 8 else "")
            reading.fault(path, f"Mã {shown(value)} không có trong danh mục.", f"Chọn một trong: {listed}.")
        return value

    def write(self, value: Any) -> Any:
        """Give the code."""
        return value


@dataclass(frozen=True)
class Day:
    """A day, written 2026-11-26."""

    def read(self, value: object, path: str, reading: Reading) -> date | None:
        """Give the day."""
        if reading.is_a(value, str, path):
            try:
                if DAY.fullmatch(str(value)):
                    return date.fromisoformat(str(value))
            except ValueError:
                pass
            reading.fault(path, f"Ngày {shown(value)} không hợp lệ.", "Viết năm-tháng-ngày, ví dụ 2025-12-31.")
        return None

    def write(self, value: date) -> str:
        """Give the day as text."""
        return value.isoformat()


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def read(self, value: object, path: str, reading: Reading) -> Any:
        """Give the truth value."""
        return value if reading.is_a(value, bool, path) else None

    def write(self, value: Any) -> Any:
        """Give the truth value."""
        return value


@dataclass(frozen=True)
class Number:
    """A finite number, a whole one if so asked."""

    whole: bool = False

    def read(self, value: object, path: str, reading: Reading) -> Any:
        """Give the number."""
        if not is_number(value) or (self.whole and not float(value).is_integer()):  # type: ignore[arg-type]
            name = "số nguyên" if self.whole else "số"
            reading.fault(path, f"Cần {name}, đang ghi {shown(value)}.", "Viết số không có dấu ngoặc kép, ví dụ 48.")
            return None
        return int(value) if self.whole else value  # type: ignore[call-overload]

    def write(self, value: Any) -> Any:
        """Give the number."""
        return value


@dataclass(frozen=True)
class Several:
    """A list of one thing or more, no two alike; an absent one is an empty tuple."""

    kind: Kind

    def read(self, value: object, path: str, reading: Reading) -> tuple[Any, ...]:
        """Give the things."""
        if not reading.is_a(value, list, path) or not isinstance(value, list):
            return ()
        if not value:
            reading.fault(path, "Danh sách rỗng.", "Ghi ít nhất một mục, hoặc bỏ hẳn danh sách.")
        for at in repeated(value):
            reading.fault(f"{path}[{at}]", "Mục lặp lại y nguyên trong danh sách.", "Bỏ mục thừa.")
        return tuple(self.kind.read(each, f"{path}[{at}]", reading) for at, each in enumerate(value))

    def write(self, value: tuple[Any, ...]) -> list[Any]:
        """Give the JSON list."""
        return [self.kind.write(each) for each in value]


@dataclass(frozen=True)
class Member:
    """How an attribute stands in JSON: the member's name and its kind; the attribute is annotated with it."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Known:
    """A member that a class has: its attribute, its kind, whether it must be there."""

    attribute: str
    kind: Kind
    required: bool


@cache
def members_of(made: type) -> dict[str, Known]:
    """Give the members of a class by their names in JSON, in the order of its attributes."""
    hints = get_type_hints(made, include_extras=True)
    attributes: tuple[Field[Any], ...] = fields(made)
    found = {}
    for each in attributes:
        for member in getattr(hints[each.name], "__metadata__", ()):
            found[member.name] = Known(each.name, member.kind, each.default is MISSING)
    return found


@dataclass(frozen=True)
class Part:
    """An object of a class with members; members that the class does not have are kept in its `extra`.

    `closed` names the versions that allow no others; `may_be_empty` is for objects that may be {}.
    """

    made: type
    closed: tuple[str, ...] = ()
    may_be_empty: bool = False

    def read(self, value: object, path: str, reading: Reading) -> Any:
        """Give the object."""
        if not reading.is_a(value, dict, path) or not isinstance(value, dict):
            return None
        if not value and not self.may_be_empty:
            reading.fault(path, "Đối tượng rỗng.", "Ghi nội dung, hoặc bỏ hẳn mục này.")
        given, extra = self.parted(value, path, reading)
        if reading.version in self.closed:
            for name in sorted(extra):
                reading.fault(f"{path}.{name}", "Chuẩn không cho ghi thêm mục này ở đây.", "Bỏ mục này.")
        return self.made(**given, extra=extra)

    def parted(self, value: dict[str, Any], path: str, reading: Reading) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give the members that the class has, read, by attribute; and the others as they are."""
        known = members_of(self.made)
        given, extra = {}, {}
        for name, held in value.items():
            if name in known:
                given[known[name].attribute] = known[name].kind.read(held, f"{path}.{name}", reading)
            else:
                extra[name] = held
        for name, each in known.items():
            if each.required and name not in value:
                reading.fault(path, f"Thiếu “{name}”.", f"Thêm “{name}”.")
                given[each.attribute] = None
        return given, extra

    def write(self, value: Any) -> dict[str, Any]:
        """Give the JSON object: members in the order of the standard, then the others by name."""
        return dict(self.pairs(value))

    def pairs(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Give the members that are there."""
        for name, each in members_of(self.made).items():
            held = getattr(value, each.attribute)
            if held is not None and held != ():
                yield name, each.kind.write(held)
        yield from sorted(value.extra.items())


def repeated(values: list[Any]) -> Iterator[int]:
    """Give the places of values that stood in the list before; things with ids of their own are not compared whole.

    >>> list(repeated([{"id": "1"}, {"id": "1", "a": 2}, {"a": 2, "id": "1"}, "x", "x"]))
    [2, 4]
    """
    first: dict[str, Any] = {}
    texts: dict[str, set[str]] = {}
    for at, each in enumerate(values):
        own = each.get("id") if isinstance(each, dict) else None
        key = own if isinstance(own, str) else as_text(each)
        if key not in first:
            first[key] = each
            continue
        known = texts.setdefault(key, {as_text(first[key])})
        if (text := as_text(each)) in known:
            yield at
        known.add(text)


def as_text(value: object) -> str:
    """Give JSON that is equal for equal values."""
    return json.dumps(value, sort_keys=True)


def is_number(value: object) -> bool:
    """Tell whether a JSON value is a number that is finite, also as a float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST


def shown(value: object) -> str:
    """Give a value as it stands in the file, cut to what fits in a message.

    >>> shown("yes"), shown(None), shown(True), shown({"a": 1})
    ('“yes”', 'null', 'true', 'đối tượng {…}')
    """
    if isinstance(value, dict | list):
        return "đối tượng {…}" if isinstance(value, dict) else "danh sách […]"
    text = value if isinstance(value, str) else json.dumps(value)
    return f"“{text[:SHOWN]}”" if isinstance(value, str) else text[:SHOWN]
