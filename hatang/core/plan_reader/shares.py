"""Amounts that are no tasks: what each operator, year or place has of a total ("VNPT: 850 trạm")."""

from __future__ import annotations

import re

from hatang.core.plan_reader.body_names import begins_body
from hatang.core.plan_reader.leaves import FINAL, is_plain, under
from hatang.core.plan_reader.structure import Item, Text

ABOUT = r"(?:(?:là|đạt|khoảng|tối thiểu|ít nhất|trên|dự kiến)\s)*"
AMOUNT = rf"{ABOUT}\d[\d.,]*\s?[^\d,;:.()]{{0,30}}(?:\s?\([^()]*\))?"
SHARE = re.compile(rf"(?P<name>[^:;()]{{2,70}}?)(?P<sign>\s?[:–]\s?|\s-\s|\s){AMOUNT}", re.IGNORECASE)
PIECES = re.compile(r"[;,]\s(?=\D)(?![^()]*\))")
OF_TIME_OR_PLACE = re.compile(
    r"(?:trong |đến |vào )?(?:năm|giai đoạn|quý|tháng)\s|(?:tại |trên )?(?:địa bàn |khu vực |các )?"
    r"(?:huyện|xã|phường|thị xã|thành phố|đặc khu|vùng|khu vực|cụm|tuyến)\s",
    re.IGNORECASE,
)
FIGURE = re.compile(r"\d")
NAMES = 8
LONGEST = 300


def is_share(text: Text, n: int) -> bool:
    """Whether an item only gives somebody's share of a total, or is one in a list of amounts under a lead-in."""
    words = text.own(text.items[n]).strip(FINAL)
    if not text.items[n].marker or len(words) > LONGEST:
        return False
    found = [SHARE.fullmatch(piece.strip()) for piece in PIECES.split(words)]
    shares = [piece for piece in found if piece]
    if len(shares) < len(found):
        return False
    announced = _announced_by(text, n)
    if announced is None:
        return False
    of_a_total = bool(FIGURE.search(text.own(announced))) and all(":" in m["sign"] for m in shares)
    return all(map(_names_a_holder, shares)) or of_a_total


def _names_a_holder(share: re.Match[str]) -> bool:
    name = share["name"].strip()
    if begins_body(name):
        return len(name.split()) <= NAMES or ":" in share["sign"]
    return ":" in share["sign"] and bool(OF_TIME_OR_PLACE.match(name))


def _announced_by(text: Text, n: int) -> Item | None:
    """Give the sentence that announces the list an item stands in; a title without a figure is none."""
    item = text.items[n]
    for k in range(n - 1, -1, -1):
        before = text.items[k]
        if _announces(text, before):
            return before
        if before.marker != item.marker or before.above != item.above or before.heading:
            return None
    return None


def _announces(text: Text, item: Item) -> bool:
    words = text.own(item).rstrip()
    return words.endswith(":") and (not item.heading or bool(FIGURE.search(words)))


def is_total(text: Text, n: int) -> bool:
    """Whether a numbered item gives a total whose shares are all that stands below it."""
    item = text.items[n]
    inner = under(text, n)
    marked = bool(item.marker) and not is_plain(text, item) and bool(FIGURE.search(text.own(item)))
    return marked and bool(inner) and all(is_share(text, k) for k in inner)
