"""Fields of a task that stand in items of their own: "a) Nhiệm vụ: ...", "b) Cơ quan thực hiện:" over a list, ..."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from hatang.core.plan_reader.assignments import (
    ASSIGNING,
    LABEL,
    Assignment,
    from_field,
    from_fields,
    kind_of,
    labelled,
)
from hatang.core.plan_reader.leaves import is_row, parent, under
from hatang.core.plan_reader.structure import Part, Text

ASIDES = (
    "ghi chú", "yêu cầu", "mục đích", "phạm vi", "đối tượng", "quy mô", "địa điểm", "căn cứ", "cấp (?:trình|phê duyệt)",
    "cơ quan (?:trình|phê duyệt|giám sát|theo dõi|ban hành)", "hình thức", "sự cần thiết", "tổ chức thực hiện",
    "lãnh đạo (?:chỉ đạo|phụ trách)", "đánh giá",
)  # fmt: skip
ASIDE = re.compile(rf"(?:{'|'.join(ASIDES)})\s?:", re.IGNORECASE)
BARE = re.compile(rf"(?:{LABEL})\s?(?P<colon>:?)\s*", re.IGNORECASE)


def label_of(text: Text, n: int) -> str:
    """Say which field an item is: by the label that opens it, or that is all of it; empty if it is none."""
    words = text.own(text.items[n])
    bare = BARE.fullmatch(words)
    if bare:
        return kind_of(bare)
    fields = labelled(words)
    return fields[0].kind if fields and fields[0].label == 0 else ""


def fielded(text: Text) -> set[int]:
    """Give the positions under headings whose own items are fields of a task, whatever part they were taken for."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for n, item in enumerate(text.items):
        if item.above and item.part in (Part.OTHER, Part.TASKS, Part.SOLUTIONS):
            kinds[parent(item)].add(label_of(text, n))
    heads = {n for n, found in kinds.items() if text.items[n].above and "task" in found and found & set(ASSIGNING)}
    return {n for n, item in enumerate(text.items) if heads & set(item.above)}


def is_aside(text: Text, n: int) -> bool:
    """Whether an item says by a label what is neither the task nor who does it nor when."""
    return bool(ASIDE.match(text.own(text.items[n])))


def bare_label(text: Text, n: int, among_fields: bool) -> str:
    """Say which field's label an item is and nothing more; empty if it is none.

    A title such as "Kinh phí" is a label only among the fields of a task, or one that says who or when by a colon.
    """
    bare = None if is_row(text, text.items[n]) else BARE.fullmatch(text.own(text.items[n]))
    if not bare:
        return ""
    kind = kind_of(bare)
    return kind if among_fields or (bare["colon"] and kind in (*ASSIGNING, "task")) else ""


def values_below(text: Text, n: int) -> list[int]:
    """Give the positions of what a bare label holds: what is under it, else what follows in another form."""
    return under(text, n) or list(_following(text, n))


def _following(text: Text, n: int) -> Iterator[int]:
    """Go on behind a bare label to the next item of its own form, or that has a label."""
    label = text.items[n]
    for k in range(n + 1, len(text.items)):
        item = text.items[k]
        if item.heading or item.above != label.above or item.marker[:1] == label.marker[:1] or label_of(text, k):
            return
        yield k


def said_below(text: Text, n: int, values: Sequence[int]) -> Assignment:
    """Read the values under a bare label; they may bear labels themselves."""
    own = [text.own(text.items[k]).strip(" .;,") for k in values]
    known = Assignment()
    for words in own:
        fields = labelled(words)
        known = known.filled(from_fields(fields) if fields and fields[0].label == 0 else Assignment())
    plain = "; ".join(words for words in own if not labelled(words))
    return known.filled(from_field(label_of(text, n), plain) if plain else Assignment())
