"""What stands below what: the leaf items of a heading, and what is only a lead-in or goes on with the item before."""

from __future__ import annotations

import re

from hatang.core.plan_reader.structure import Item, Span, Text

CLOSING_WORDS = (
    r"Trên đây là", r"Trên đây,", r"Trong quá trình (?:tổ chức |triển khai |thực hiện)",
    r"(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân) (?:tỉnh|thành phố)(?: \w+){0,3} (?:yêu cầu|đề nghị|giao)\b",
    r"Yêu cầu (?:các|thủ trưởng)", r"Căn cứ (?:nội dung )?Kế hoạch này", r"Kế hoạch này (?:có hiệu lực|thay thế)",
)  # fmt: skip
CLOSING = re.compile(rf"^(?:{'|'.join(CLOSING_WORDS)})", re.IGNORECASE)
LEADS_IN = re.compile(r"(?::|\b(?:sau|sau đây|dưới đây)\s?[.:;]?)\s*$")
FINAL = " .;,:…"
FAR = 40


def below(text: Text, n: int) -> list[int]:
    """List the positions of the items under the heading at position `n`."""
    found = []
    for k in range(n + 1, len(text.items)):
        if n not in text.items[k].above:
            break
        found.append(k)
    return found


def nested(text: Text, n: int) -> list[int]:
    """List the positions of the list items under the list item at position `n`."""
    item, found = text.items[n], []
    for k in range(n + 1, len(text.items)):
        other = text.items[k]
        if other.section == item.section and not other.marker and other.above == item.above:
            continue
        if not other.section.startswith(f"{item.section}."):
            break
        found.append(k)
    return found


def under(text: Text, n: int) -> list[int]:
    """List what stands below a heading or a list item."""
    item = text.items[n]
    return below(text, n) if item.heading else nested(text, n) if item.marker else []


def parent(item: Item) -> int:
    """Give the position of the heading right above; -1 for none."""
    return item.above[-1] if item.above else -1


def section_over(text: Text, item: Item) -> str:
    """Give the section whose words an item belongs to: the heading's right above, or its own if it is one."""
    return text.items[item.above[-1]].section if item.above and not item.heading else item.section


def over_of(text: Text, n: int) -> int:
    """Give the position of the list item or heading that an item stands under; -1 for none."""
    item = text.items[n]
    for k in range(n - 1, max(parent(item), n - FAR, -1), -1):
        before = text.items[k]
        if before.marker and before.above == item.above and item.section.startswith(f"{before.section}."):
            return k
    return parent(item)


def is_row(text: Text, item: Item) -> bool:
    """Whether an item is a row of a table."""
    return bool(text.blocks[item.block].cells)


def is_plain(text: Text, item: Item) -> bool:
    """Whether an item is a paragraph without marker."""
    return not item.heading and not item.marker and not is_row(text, item) and not text.blocks[item.block].footnote


def goes_on(text: Text, n: int) -> bool:
    """Whether a paragraph without marker goes on with the marked item before it."""
    item = text.items[n]
    if not is_plain(text, item):
        return False
    for k in range(n - 1, max(-1, n - FAR), -1):
        before = text.items[k]
        if before.heading or before.above != item.above:
            return False
        if before.marker:
            return True
    return False


def is_leaf(text: Text, n: int) -> bool:
    """Whether an item says something itself: neither a heading over others, nor a lead-in, nor a continuation."""
    item = text.items[n]
    if text.blocks[item.block].footnote or not text.own(item).strip(FINAL):
        return False
    if under(text, n):
        return False
    if is_plain(text, item):
        return item.leaf and not (goes_on(text, n) or leads_in(text, n) or CLOSING.match(text.own(item)))
    return True


def leads_in(text: Text, n: int) -> bool:
    """Whether a paragraph only announces the items that follow, or the headings below its own."""
    following = text.items[n + 1] if n + 1 < len(text.items) else None
    if following is None or not LEADS_IN.search(text.own(text.items[n])):
        return False
    return not following.heading or parent(following) == parent(text.items[n]) >= 0


def own_span(text: Text, item: Item, start: int | None = None, end: int | None = None) -> Span:
    """Give the place of an item's words without its marker and its final sign."""
    words = text.blocks[item.block].text
    first = item.start if start is None else start
    last = len(words) if end is None else end
    while first < last and words[first] in FINAL:
        first += 1
    kept = words[first:last].rstrip(FINAL + "/")
    return Span(item.block, first, first + len(kept))
