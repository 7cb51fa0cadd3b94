"""Whether two statements speak of the same thing, by the words that carry it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from hatang.core.vietnamese import search_key

IDLE = frozenset({
    "ty", "ti", "le", "phan", "tram", "so", "luong", "dat", "muc", "tieu", "tren", "dia", "ban", "tinh", "thanh", "pho",
    "cac", "co", "duoc", "cua", "toan", "tong", "den", "nam", "la",
})  # fmt: skip
ALIKE = 0.8


@lru_cache(maxsize=8192)
def carrying_words(subject: str) -> frozenset[str]:
    """Give the words of a subject that tell it from others.

    >>> sorted(carrying_words("Tỷ lệ thôn, bản được phủ sóng 5G trên địa bàn tỉnh"))
    ['5g', 'phu', 'song', 'thon']
    """
    return frozenset(search_key(subject).split()) - IDLE


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether most of the words are in both."""
    return bool(one and other) and len(one & other) / len(one | other) >= ALIKE


@lru_cache(maxsize=8192)
def _figures(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if re.search(r"\d", word))


class Subjects:
    """The different subjects of a document, to find those alike; beyond the first `MOST` of them only the same."""

    MOST = 200

    def __init__(self, subjects: Iterable[str]) -> None:
        """Take the subjects' carrying words, apart by the figures in them."""
        self.known = dict.fromkeys(map(carrying_words, subjects))
        self.rows: dict[frozenset[str], list[frozenset[str]]] = {}
        self.found: dict[frozenset[str], list[frozenset[str]]] = {}
        for words in self.known:
            self.rows.setdefault(_figures(words), []).append(words)

    def like(self, subject: str) -> list[frozenset[str]]:
        """Give the carrying words of the subjects alike.

        >>> [sorted(w) for w in Subjects(["dân số dùng 5G", "tỷ lệ dân số được dùng 5G"]).like("Dân số dùng 5G")]
        [['5g', 'dan', 'dung']]
        """
        words = carrying_words(subject)
        if words not in self.found:
            near = self.rows.get(_figures(words), [])
            others = [other for other in near[: self.MOST] if _overlap(words, other)]
            same = words in self.known and words not in others and bool(words)
            self.found[words] = [*others, words] if same else others
        return self.found[words]
