"""What every reader gives: features as the file has them, and attributes made clean."""

from __future__ import annotations

import io
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from shapely.geometry.base import BaseGeometry

from hatang.core.vietnamese import number

Value = str | int | float | bool | None

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
CLEANED = "Đã bỏ ký tự điều khiển trong thuộc tính."
NESTED = "Thuộc tính lồng nhau được giữ ở dạng chữ JSON."
BINARY = "Bỏ thuộc tính nhị phân."
LONGEST_TEXT = 10_000
LONGEST_NAME = 200
CUT = f"Thuộc tính dài hơn {number(LONGEST_TEXT)} ký tự bị cắt bớt."


@dataclass(frozen=True)
class RawFeature:
    """One feature in the file's own coordinates: its geometry, or the fault that kept it from being built."""

    number: int
    properties: dict[str, Value]
    geometry: BaseGeometry | None
    notes: frozenset[str] = frozenset()
    fault: str = ""


@dataclass
class Facts:
    """What a reader learns of its file: system, encoding, fields in order, remarks on the whole."""

    crs: str = ""
    encoding: str = "UTF-8"
    fields: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)


class Reader(Protocol):
    """A layer of a file that may be walked many times; `facts` is complete after the first walk."""

    facts: Facts

    def walk(self) -> Iterator[RawFeature]:
        """Give every feature, one in memory at a time."""
        ...


def clean_text(text: str, notes: set[str]) -> str:
    """Give text composed (NFC), without control characters, which a database or a page would refuse.

    >>> clean_text("Xa\\u0303\\x00 Ba\\x07", set())
    'Xã Ba'
    """
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        notes.add(CUT)
    bare = CONTROL.sub("", text)
    if bare != text:
        notes.add(CLEANED)
    return unicodedata.normalize("NFC", bare).strip()


def clean_value(value: object, notes: set[str]) -> Value:
    """Give an attribute as text, number, boolean or None."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes | bytearray | memoryview):
        notes.add(BINARY)
        return None
    if isinstance(value, dict | list):
        notes.add(NESTED)
        return clean_text(nested_text(value), notes)
    return clean_text(str(value), notes)


def nested_text(value: object) -> str:
    """Give nested values as JSON text, no further than is kept; empty for what nests too deep to be one attribute."""
    text = io.StringIO()
    try:
        for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
            text.write(piece)
            if text.tell() > LONGEST_TEXT:
                break
    except RecursionError:
        return ""
    return text.getvalue()


def clean_properties(pairs: Iterable[tuple[str, Any]], notes: set[str]) -> dict[str, Value]:
    """Give attributes by clean names; a name that repeats gets _2, _3 and so on, and a note."""
    result: dict[str, Value] = {}
    turns: dict[str, int] = {}
    for raw_name, value in pairs:
        name = stem = clean_text(str(raw_name), notes)[:LONGEST_NAME] or "(không tên)"
        turn = turns.get(name, 1)
        while name in result:
            turn += 1
            name = f"{stem}_{turn}"
        turns[stem] = turn
        if turn > 1:
            notes.add(f"Trường “{stem}” có nhiều lần: lần sau thành “{name}”.")
        result[name] = clean_value(value, notes)
    return result
