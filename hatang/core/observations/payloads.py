"""What devices send: a number, JSON, or SenML (RFC 8428). Each reading is taken or refused by itself."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn

MOST_BYTES: Final = 262_144
MOST_READINGS: Final = 10_000
MOST_TEXT: Final = 4_000
SENML: Final = frozenset({"n", "bn", "v", "vs", "vb", "vd", "bv", "bt", "t"})
RELATIVE_BELOW_S: Final = 2**28
"""Times of SenML below that are counted from now (RFC 8428, 4.5.3)."""
INSTANT: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)\Z", re.IGNORECASE
)


class PayloadError(ValueError):
    """A payload, or one reading in it, is not to be taken: the reason's key, and what would be right."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading as a device told it; `code` names the stream, empty where the topic does."""

    code: str
    at: datetime
    until: datetime | None
    result: Any
    quality: Any = None


def read_instant(text: Any) -> datetime:
    """Read a moment of ISO 8601 with its zone, as a datetime in UTC.

    >>> read_instant("2026-11-27T08:00:00.5+07:00").isoformat()
    '2026-11-27T01:00:00.500000+00:00'
    """
    found = INSTANT.match(text) if isinstance(text, str) else None
    if not found:
        raise PayloadError("bad_time", f"Thời điểm {str(text)[:60]!r} phải như 2026-11-27T08:00:00+07:00.")
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    micro = int((found[7] or "0").ljust(6, "0")[:6])
    try:
        zone = timedelta() if found[8] in "Zz" else read_offset(found[8])
        there = datetime(year, month, day, hour, minute, int(found[6] or 0), micro, tzinfo=UTC)
        return there - zone
    except (ValueError, OverflowError) as fault:
        raise PayloadError("bad_time", f"Thời điểm {text[:60]!r} không có thật.") from fault


def read_offset(text: str) -> timedelta:
    """Read an offset from UTC: +07, +0700, +07:00."""
    digits = text[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if away > timedelta(hours=18):
        raise ValueError(text)
    return -away if text[0] == "-" else away


def read_time(text: Any) -> tuple[datetime, datetime | None]:
    """Read a moment, or an interval of two moments with a slash between them."""
    if isinstance(text, str) and "/" in text:
        begin, _, end = text.partition("/")
        at, until = read_instant(begin), read_instant(end)
        if until < at:
            raise PayloadError("bad_time", f"Khoảng thời gian {text[:80]!r} kết thúc trước khi bắt đầu.")
        return at, until
    return read_instant(text), None


def readings(payload: bytes, now: datetime) -> Iterator[Reading | PayloadError]:
    """Read a payload; each reading in it by itself.

    Raises PayloadError where the whole of it cannot be read.
    """
    if len(payload) > MOST_BYTES:
        raise PayloadError("too_large", f"Gói {len(payload)} byte; nhiều nhất {MOST_BYTES}.")
    told = read_json(payload)
    parts = told if isinstance(told, list) else [told]
    if len(parts) > MOST_READINGS:
        raise PayloadError("too_large", f"Gói có {len(parts)} số đo; nhiều nhất {MOST_READINGS}.")
    if parts and all(isinstance(part, dict) and SENML & part.keys() for part in parts):
        return senml(parts, now)
    return plain(parts, now)


def read_json(payload: bytes) -> Any:
    """Read JSON without NaN, infinities or depths."""
    try:
        return DECODER.decode(payload.decode())
    except (ValueError, RecursionError) as fault:
        raise PayloadError("unreadable", "Nội dung phải là JSON (UTF-8) hoặc SenML.") from fault


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and infinities, which JSON does not have."""
    raise ValueError(name)


DECODER: Final = json.JSONDecoder(parse_constant=refuse_constant)


def plain(parts: list[Any], now: datetime) -> Iterator[Reading | PayloadError]:
    """Read numbers, and objects with `result`, or with a name for each stream."""
    for part in parts:
        try:
            yield from plain_one(part, now)
        except PayloadError as fault:
            yield fault


def plain_one(part: Any, now: datetime) -> Iterator[Reading | PayloadError]:
    """Read one number or object."""
    if not isinstance(part, dict):
        yield Reading("", now, None, sound_result(part))
        return
    at, until = read_time(part["phenomenonTime"]) if part.get("phenomenonTime") is not None else (now, None)
    quality = part.get("resultQuality")
    if "result" in part:
        yield Reading(str(part.get("stream", "")), at, until, sound_result(part["result"]), quality)
        return
    for code, result in part.items():
        if code not in ("phenomenonTime", "resultQuality"):
            try:
                yield Reading(code, at, until, sound_result(result), quality)
            except PayloadError as fault:
                yield fault


def sound_result(result: Any) -> Any:
    """Give a result that can be kept: a finite number, or a short text, truth value, object."""
    if isinstance(result, bool) or result is None:
        if result is None:
            raise PayloadError("bad_result", "Thiếu kết quả (result).")
        return result
    if isinstance(result, int | float):
        try:
            found = float(result)
        except OverflowError:
            found = math.inf
        if not math.isfinite(found):
            raise PayloadError("bad_result", "Kết quả phải là số hữu hạn.")
        return found
    if len(json.dumps(result, ensure_ascii=False)) > MOST_TEXT:
        raise PayloadError("bad_result", f"Kết quả dài quá {MOST_TEXT} ký tự.")
    return result


def senml(parts: list[dict[str, Any]], now: datetime) -> Iterator[Reading | PayloadError]:
    """Resolve a SenML pack (RFC 8428, 4.6): base fields hold for the records that follow."""
    base: dict[str, Any] = {}
    for part in parts:
        base |= {name: part[name] for name in ("bn", "bt", "bv", "bver") if name in part}
        try:
            if base.get("bver", 10) != 10 or any(name.endswith("_") for name in part):
                raise PayloadError("unreadable", "Chỉ đọc SenML phiên bản 10, không có trường bắt buộc khác.")
            if {"v", "vs", "vb", "vd"} & part.keys():
                yield senml_one(part, base, now)
        except PayloadError as fault:
            yield fault


def senml_one(part: dict[str, Any], base: dict[str, Any], now: datetime) -> Reading:
    """Read one record."""
    name = f"{base.get('bn', '')}{part.get('n', '')}"
    seconds = number_of(base.get("bt", 0)) + number_of(part.get("t", 0))
    try:
        begin = now if seconds < RELATIVE_BELOW_S else datetime(1970, 1, 1, tzinfo=UTC)
        at = begin + timedelta(seconds=seconds)
    except OverflowError as fault:
        raise PayloadError("bad_time", "Thời điểm SenML không có thật.") from fault
    result = next(part[key] for key in ("v", "vs", "vb", "vd") if key in part)
    if "v" in part:
        result = number_of(result) + number_of(base.get("bv", 0))
    return Reading(name, at, None, sound_result(result))


def number_of(value: Any) -> float:
    """Give a number of SenML."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PayloadError("unreadable", "Trường số của SenML phải là số.")
    try:
        return float(value)
    except OverflowError as fault:
        raise PayloadError("unreadable", "Trường số của SenML quá lớn.") from fault
