"""Questions to the rows of a version: by equal cells, by words, in an order. Bounded, and refused in clear words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hatang.core.vietnamese import search_key
from hatang.opendata.catalogue import KINDS, Field
from hatang.opendata.services.content import Indices, Sheet

MOST_FILTERS = 20
MOST_VALUES = 200
MOST_WORDS = 8
MOST_SORTS = 5
LONGEST_TEXT = 500
LARGEST_WHOLE = 2**53
TRUTHS = {"true": True, "false": False, "1": True, "0": False, "có": True, "không": False}


class Refused(ValueError):  # noqa: N818 - it is the question that is refused
    """A question that cannot be answered: what is wrong with it, and what would be right."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words


@dataclass(frozen=True)
class Question:
    """What somebody asks of a sheet: cells that must be equal to one of some values, words, and the order of rows."""

    equal: Mapping[str, Sequence[Any]]
    words: str = ""
    sort: str = ""


def answer(sheet: Sheet, question: Question) -> Indices:
    """Give where the rows stand that answer, in their order. Raises Refused."""
    if len(question.equal) > MOST_FILTERS:
        raise Refused("filters", f"Nhiều nhất {MOST_FILTERS} điều kiện; câu hỏi có {len(question.equal)}.")
    kept = np.arange(len(sheet.rows), dtype=np.int64)
    for name, wanted in question.equal.items():
        kept = with_cell(sheet, kept, name, wanted)
    kept = with_words(sheet, kept, question.words)
    return sorted_by(sheet, kept, question.sort)


def field_of(sheet: Sheet, name: str, what: str) -> Field:
    """Give a field by its name, or say which there are."""
    field = sheet.named.get(name)
    if field is None:
        known = ", ".join(sheet.named)
        raise Refused(what, f"Không có trường “{name[:60]}”. Các trường: {known}.")
    return field


def with_cell(sheet: Sheet, kept: Indices, name: str, wanted: Sequence[Any]) -> Indices:
    """Keep the rows whose cell is one of the values."""
    field = field_of(sheet, name, "filters")
    if len(wanted) > MOST_VALUES:
        raise Refused(name, f"Trường {name}: nhiều nhất {MOST_VALUES} giá trị.")
    values = {value_of(field, one) for one in wanted}
    n, rows = sheet.place[name], sheet.rows
    return np.array([k for k in kept.tolist() if same(rows[k][n]) in values], dtype=np.int64)


def same(cell: Any) -> Any:
    """Give a cell so that truth is not taken for the number one."""
    return (bool, cell) if isinstance(cell, bool) else cell


def value_of(field: Field, asked: Any) -> Any:
    """Read a value as the field's kind holds it. Raises Refused."""
    if asked is None:
        return "" if field.kind == "text" else None
    if isinstance(asked, dict | list):
        raise Refused(field.name, f"Trường {field.name}: chỉ nhận một giá trị hay một danh sách giá trị.")
    text = str(asked)
    if len(text) > LONGEST_TEXT:
        raise Refused(field.name, f"Trường {field.name}: giá trị dài quá {LONGEST_TEXT} chữ.")
    if field.kind in ("text", "day"):
        return text
    try:
        return READERS[field.kind](text)
    except (ValueError, KeyError, OverflowError) as error:
        told = f"Trường {field.name} là {KINDS[field.kind]}; không hiểu “{text[:60]}”."
        raise Refused(field.name, told) from error


def whole(text: str) -> int:
    """Read a whole number that JSON holds exactly."""
    value = float(text)
    if not value.is_integer() or abs(value) > LARGEST_WHOLE:
        raise ValueError
    return int(value)


def finite(text: str) -> float:
    """Read a number that is one."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


READERS: Mapping[str, Any] = {
    "whole": whole,
    "number": finite,
    "yes_no": lambda text: (bool, TRUTHS[text.lower()]),
}


def with_words(sheet: Sheet, kept: Indices, text: str) -> Indices:
    """Keep the rows in whose texts every word stands, accents or not."""
    words = search_key(text[:LONGEST_TEXT]).split()[:MOST_WORDS]
    if not words:
        return kept
    texts = sheet.search_texts
    return np.array([k for k in kept.tolist() if all(word in texts[k] for word in words)], dtype=np.int64)


def sorted_by(sheet: Sheet, kept: Indices, sort: str) -> Indices:
    """Order rows by fields, each with `asc` or `desc` behind it; what is empty comes last."""
    parts = [part.strip() for part in sort[: LONGEST_TEXT * 2].split(",") if part.strip()]
    if len(parts) > MOST_SORTS:
        raise Refused("sort", f"Sắp theo nhiều nhất {MOST_SORTS} trường.")
    order = kept.tolist()
    for part in reversed(parts):
        name, _, way = part.replace('"', "").partition(" ")
        if way.strip().lower() not in ("", "asc", "desc"):
            raise Refused("sort", f"Cách sắp “{part[:60]}”: viết tên trường, rồi asc hoặc desc.")
        n, rows = sheet.place[field_of(sheet, name, "sort").name], sheet.rows
        filled = [k for k in order if rows[k][n] is not None]
        empty = [k for k in order if rows[k][n] is None]
        order = sorted(filled, key=lambda k: rows[k][n], reverse=way.strip().lower() == "desc") + empty
    return np.array(order, dtype=np.int64)


def count_of(name: str, text: Any, default: int, most: int) -> int:
    """Read how many rows are asked for, or from which on; more than the most is the most. Raises Refused."""
    if text in (None, ""):
        return default
    if isinstance(text, bool) or not str(text).isascii() or not str(text).isdigit() or len(str(text)) > 15:
        raise Refused(name, f"{name} là số nguyên không âm; không hiểu “{str(text)[:30]}”.")
    return min(int(str(text)), most)
