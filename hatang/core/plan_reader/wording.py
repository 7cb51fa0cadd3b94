"""Wordings in two dresses: as written, and without diacritics for texts in plain capitals.

A wording is typed once, with its marks. In a text that has marks it must be met with them ("đạt" is not "đất"); in a
text without any, such as DAT TREN 50%, it is met without.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

BLANKS = str.maketrans("\u00a0\u2002\u2003\u2007\u2009\u202f", " " * 6)
D_LETTERS = str.maketrans("đĐ", "dD")


def composed(text: str) -> str:
    """Give the text in composed letters, the form that every position in this package counts.

    >>> len(composed("đa\\u0323t"))
    3
    """
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1024)
def reading_key(text: str) -> str:
    """Give small letters and plain blanks, one character for each of the text's.

    >>> reading_key("ĐẠT\\u00a050 %")
    'đạt 50 %'
    """
    small = text.translate(BLANKS).lower()
    if len(small) == len(text):
        return small
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text.translate(BLANKS))


def without_marks(text: str) -> str:
    """Drop the diacritics of composed text, one character for each.

    >>> without_marks("từ 50 Mb/s trở lên")
    'tu 50 Mb/s tro len'
    """
    return "".join(unicodedata.normalize("NFD", c)[0] for c in text.translate(D_LETTERS))


@lru_cache(maxsize=4096)
def is_plain(key: str) -> bool:
    """Say whether no letter of the text has a mark."""
    return key.isascii() or all(c.isascii() or not c.isalpha() for c in key)


@dataclass(frozen=True, slots=True)
class Wording:
    """A pattern, typed with its marks, that reads a key in either dress."""

    source: str
    written: re.Pattern[str] = field(init=False)
    plain: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Compile both."""
        object.__setattr__(self, "written", re.compile(self.source))
        object.__setattr__(self, "plain", re.compile(without_marks(self.source)))

    def of(self, key: str) -> re.Pattern[str]:
        """Choose the pattern for a key."""
        return self.plain if is_plain(key) else self.written


def one_of(*words: str) -> str:
    """Join words to an alternative, the longest first.

    >>> one_of("trên", "hơn", "nhiều hơn")
    '(?:nhiều hơn|trên|hơn)'
    """
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"
