"""How one version of a form differs from another: items by their code, checks by their rule and items."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hatang.core.vietnamese import number
from hatang.indicators.models import FormCheck, FormItem, FormVersion

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
ITEM_FIELDS = (
    *("section", "label", "help", "kind", "indicator", "unit_code"),
    *("denominator_from", "options", "extract", "required"),
)
CHECK_FIELDS = ("settings", "hard", "message")


@dataclass(frozen=True)
class Difference:
    """One difference: of which kind, in what, and for a change each field's name, former and later contents."""

    kind: str
    what: str
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def kind_label(self) -> str:
        """Name the kind."""
        return {ADDED: "thêm", REMOVED: "bỏ", CHANGED: "sửa", MOVED: "chuyển chỗ"}[self.kind]


def differences(before: FormVersion, after: FormVersion) -> list[Difference]:
    """Tell what a version asks and checks otherwise than another."""
    old = {item.code: item for item in before.items.select_related("indicator").order_by("order", "pk")}
    new = {item.code: item for item in after.items.select_related("indicator").order_by("order", "pk")}
    told = list(between(old, new, ITEM_FIELDS, lambda item: str(item.label)))
    told += [Difference(MOVED, new[code].label) for code in moved(list(old), list(new))]
    return told + list(between(by_key(before), by_key(after), CHECK_FIELDS, check_words))


def between(old: Mapping[Any, Any], new: Mapping[Any, Any], fields: Iterable[str], name: Any) -> Iterable[Difference]:
    """Tell what was added, taken away and changed among rows by their key."""
    for key, row in new.items():
        if key not in old:
            yield Difference(ADDED, name(row))
        elif changes := tuple(changed(old[key], row, fields)):
            yield Difference(CHANGED, name(row), changes)
    yield from (Difference(REMOVED, name(row)) for key, row in old.items() if key not in new)


def changed(
    old: FormItem | FormCheck, new: FormItem | FormCheck, fields: Iterable[str]
) -> Iterable[tuple[str, str, str]]:
    """Give each field that differs."""
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield str(old._meta.get_field(field).verbose_name), words(old, field), words(new, field)  # type: ignore[union-attr]


def words(row: FormItem | FormCheck, field: str) -> str:
    """Write a field's contents for readers."""
    value = getattr(row, field)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "–"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else "–"
    display = getattr(row, f"get_{field}_display", None)
    return str(display() if display else value or "") or "–"


def moved(old: list[str], new: list[str]) -> list[str]:
    """Give the fewest codes whose moving explains the new order of those that are in both.

    >>> moved(["a", "b", "c", "d"], ["d", "a", "b", "x", "c"])
    ['d']
    """
    place = {code: n for n, code in enumerate(old)}
    common = [code for code in new if code in place]
    kept: list[str] = []
    ending_at: dict[str, list[str]] = {}
    for code in common:
        before = [chain for last, chain in ending_at.items() if place[last] < place[code]]
        ending_at[code] = [*longest(before), code]
        kept = longest([kept, ending_at[code]])
    return [code for code in common if code not in kept]


def longest(chains: Iterable[list[str]]) -> list[str]:
    """Give the longest of some lists, the first of equals; an empty one where there are none."""
    return max(chains, key=lambda chain: len(chain), default=list[str]())


def by_key(version: FormVersion) -> dict[tuple[str, str, int], FormCheck]:
    """Give a version's checks by rule, items and which of several alike."""
    seen: Counter[tuple[str, str]] = Counter()
    told = {}
    for check in version.checks.order_by("order", "pk"):
        key = (check.rule, ";".join(check.items))
        seen[key] += 1
        told[(*key, seen[key])] = check
    return told


def check_words(check: FormCheck) -> str:
    """Name a check."""
    return f"luật {check.rule}" + (f" ({', '.join(check.items)})" if check.items else "")


def count_words(told: Iterable[Difference]) -> str:
    """Sum differences up in a sentence's part.

    >>> count_words([Difference(ADDED, "a"), Difference(ADDED, "b"), Difference(MOVED, "c")])
    'thêm 2, chuyển chỗ 1'
    """
    counts = Counter(difference.kind_label for difference in told)
    return ", ".join(
        f"{label} {number(counts[label])}" for label in ("thêm", "bỏ", "sửa", "chuyển chỗ") if counts[label]
    )
