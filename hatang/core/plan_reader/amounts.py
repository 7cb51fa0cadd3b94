"""Which amounts of a text are levels to reach, and which are thresholds, bases or details of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hatang.core.plan_reader.quantities import Quantity
from hatang.core.plan_reader.statements import first_verb
from hatang.core.plan_reader.wording import Wording, one_of

THRESHOLD_UNITS = ("Mbps", "ms", "TB", "second", "minute", "hour", "m2")
MOST_DETAILS = 40
LONGEST_CLAUSE = 1_000
SIZE_UNITS = ("MW", "VND", "USD", "m2", "ha", "km", "km2", "TB")
COUNT_UNITS = ("count", "ratio", "per_person", "")
BOUNDARY = Wording(r"[,;] |[,;]? (?:và|còn|đồng thời) ")
YEAR_LEADS = Wording(r"năm (?:19|20)\d\d:? ?$")
CLAUSE_END = re.compile(r"[;.] ")
FOR_SHARE = Wording(r"(?:cho|tới|đến|đối với|với)(?: khoảng| trên| ít nhất| tối thiểu)? ?$")
COMPARED = Wording(r"(?:so với|thay vì|hoặc|tức|\() ?$")
OF_NOW = Wording(
    r"\([^()]*(?<!\w)" + one_of(
        "hiện nay", "hiện tại", "hiện", "đến nay", "cùng kỳ", "thực hiện", "kết quả", "ước", "so với", "kế hoạch",
        "chỉ tiêu", "mục tiêu", "cả nước", "trung ương", "toàn quốc",
    ) + r"(?!\w)"
)  # fmt: skip
ONE_YEAR = Wording(r"\((?:[^()\d]*) ?((?:19|20)\d\d)[^()\d]*$")
CHANGES = Wording(r"(?:tăng|tăng thêm|giảm|giảm thêm|gấp|tăng gấp|vượt|cao hơn|thấp hơn|nhiều hơn)(?!\w)")
CHANGE_ENDS = Wording(r" ?(?:$|[,;.)]|so(?: với)?(?!\w)|năm (?:19|20)\d\d|cùng kỳ|kế hoạch|mục tiêu)")
SET_OFF = Wording(r"^[^,;(]*[,;(] ?(?:tức )?$")
NOTE_END = re.compile(r"[,;)]")
REACHES = Wording(r"^(?:đạt|là|:)")


@dataclass(frozen=True, slots=True)
class Roles:
    """The levels in order, and the threshold of each that has one."""

    mains: tuple[Quantity, ...]
    conditions: tuple[tuple[Quantity, Quantity], ...]
    details: tuple[Quantity, ...] = ()

    def mains_in(self, start: int, end: int) -> list[Quantity]:
        """List the levels whose figure stands in a stretch."""
        return [q for q in self.mains if start <= q.number < end]

    def notes(self, key: str) -> list[tuple[int, int]]:
        """List the stretches that only compare: brackets, and ", tăng 12% so với năm 2024"."""
        return [note for q in self.details if (note := _note(key, q))]

    def condition_of(self, main: Quantity) -> Quantity | None:
        """Give a level's threshold."""
        return next((threshold for q, threshold in self.conditions if q == main), None)


def _note(key: str, q: Quantity) -> tuple[int, int] | None:
    """Give where a note opens, at its bracket or comma, and where it ends; None for a detail in the words' flow."""
    opened, shut = key.rfind("(", 0, q.start), key.find(")", q.end)
    if opened >= 0 and shut >= 0 and ")" not in key[opened : q.start]:
        return opened, shut + 1
    if not CHANGES.of(key).match(key, q.start) or not key[: q.start].rstrip().endswith((",", ";")):
        return None
    end = NOTE_END.search(key, q.end)
    return max(key.rfind(sign, 0, q.start) for sign in ",;"), end.start() if end else len(key)


def roles_in(key: str, quantities: Sequence[Quantity], first_year: int = 0) -> Roles:
    """Part levels from thresholds and details; what a bracket dates before the plan's `first_year` is a base."""
    mains: list[Quantity] = []
    details: list[Quantity] = []
    conditions: list[tuple[Quantity, Quantity]] = []
    for q in quantities:
        near = mains and q.start - mains[-1].end <= LONGEST_CLAUSE
        previous = mains[-1] if near and _goes_on(key[mains[-1].end : q.start]) else None
        role = "detail" if previous and _tells_base(key, previous, q, first_year) else _role(key, previous, q)
        if role in ("share", "same") and previous:
            conditions += [(q, previous)] if role == "share" else []
            mains[-1] = q
        elif role == "main" or previous is None:
            mains.append(q)
        elif role == "condition" and (not conditions or conditions[-1][0] != previous):
            conditions.append((previous, q))
        else:
            details.append(q)
    return Roles(tuple(mains), tuple(conditions), tuple(details[:MOST_DETAILS]))


def _tells_base(key: str, previous: Quantity, q: Quantity, first_year: int) -> bool:
    """Say whether an amount only tells what the one before it grew from or by: "(năm 2025: 30%)", ", tăng 12%"."""
    between = key[previous.end : q.start]
    if CHANGES.of(key).match(key, q.start) and SET_OFF.of(key).match(between):
        return bool(CHANGE_ENDS.of(key).match(key, q.end))
    if not _bracketed(between):
        return False
    year = ONE_YEAR.of(key).search(between)
    return bool(OF_NOW.of(key).search(between)) or (year is not None and int(year[1]) < first_year)


def _goes_on(between: str) -> bool:
    """Say whether two amounts stand in one clause, or the second one in a bracket behind the first."""
    return _bracketed(between) or not CLAUSE_END.search(between)


def _role(key: str, previous: Quantity | None, q: Quantity) -> str:
    """Say what an amount is beside the one before it.

    Main, a condition of it, a share (of what reaches the one before), the same in percent, or a detail.
    """
    if previous is None:
        return "main"
    between = key[previous.end : q.start]
    if _bracketed(between):
        if q.unit == "percent" and "/" in key[previous.number : previous.end]:
            return "same"
        if YEAR_LEADS.of(key).search(between):
            return "main"
        return "condition" if q.comparator not in ("", "ge", "eq") else "detail"
    if COMPARED.of(key).search(between):
        return "detail"
    if _sized(previous, q) and not BOUNDARY.of(key).search(between):
        return "condition"
    if previous.unit in THRESHOLD_UNITS and q.unit == "percent" and _reached_by(key, between, q):
        return "share"
    if q.unit in THRESHOLD_UNITS and previous.unit not in THRESHOLD_UNITS:
        return "main" if _begins_anew(key, between, q) else "condition"
    if q.unit in COUNT_UNITS and previous.unit in ("percent", *COUNT_UNITS):
        return _count_role(key, between, previous, q)
    return "main"


def _sized(previous: Quantity, q: Quantity) -> bool:
    """Say whether an amount can tell the rank or size of what is counted: "02 trung tâm quy mô 10 MW"."""
    return q.unit == "rank" or (previous.unit == "count" and q.unit in SIZE_UNITS)


def _reached_by(key: str, between: str, q: Quantity) -> bool:
    """Say whether a share is of what reaches the level before: "150 Mb/s cho 95% trường", "hộ dùng 1 Gb/s đạt 90%"."""
    if FOR_SHARE.of(key).search(between):
        return True
    return not BOUNDARY.of(key).search(between) and _is_reached(key, q)


def _is_reached(key: str, q: Quantity) -> bool:
    """Say whether an amount is told with "đạt"."""
    return bool(REACHES.of(key).match(key[q.start :]))


def _bracketed(between: str) -> bool:
    """Say whether a bracket opens between two amounts and is not shut."""
    return between.count("(") > between.count(")")


def _begins_anew(key: str, between: str, q: Quantity) -> bool:
    """Say whether a speed is told by itself: behind a sign or "và", with "đạt"."""
    return bool(BOUNDARY.of(key).search(between)) and _is_reached(key, q)


def _qualifies(tail: str, q: Quantity) -> bool:
    """Say whether a count says how large the last things of a list are: "thôn, khu dân cư trên 50 hộ"."""
    return q.unit == "count" and q.comparator in ("gt", "ge", "lt", "le") and len(tail.split()) > 1


def _count_role(key: str, between: str, previous: Quantity, q: Quantity) -> str:
    """Say what a count is behind a share or another count: "100% xã có ít nhất 01 điểm" sets a threshold."""
    signs = list(BOUNDARY.of(key).finditer(between))
    if not signs:
        return "condition" if previous.unit == "percent" else "detail"
    head, tail = between[: signs[0].start()], between[signs[-1].end() :]
    listed = previous.unit == "percent" and not _predicates(head) and (_predicates(tail) or _qualifies(tail, q))
    return "condition" if listed else "main"


def _predicates(words: str) -> bool:
    """Say whether words hold a predicate."""
    return first_verb(words, 0, len(words)) is not None
