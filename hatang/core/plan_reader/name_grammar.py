"""How far a sentence's opening words can be a name: capitals, nouns that names have, and what links them.

Any verb ends a name, also one that no table knows, since it is neither.
"""

from __future__ import annotations

import re

from hatang.core.plan_reader.body_names import EXACT_NAME, HEAD, STOP
from hatang.core.plan_reader.body_wordings import NAME_LINKS, NAME_NOUNS
from hatang.core.vietnamese import LOWER, UPPER

GAP = re.compile(r"\s?[,;/–-]\s?|\s")
NOUN = re.compile(rf"(?:{'|'.join(sorted(NAME_NOUNS, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
LINK = re.compile(rf"(?:{'|'.join(NAME_LINKS)})(?!\w)", re.IGNORECASE)
MANY = re.compile(r"Các\s(?![A-ZĐ])")
LEVEL = re.compile(r"(?:Tỉnh|Huyện|Quận|Xã|Phường)(?!\w)")
CAPITALISED = re.compile(rf"[{UPPER}][\w&]*")
SECOND = re.compile(rf"\s[{LOWER}]+(?!\w)")
FOREIGN = re.compile(rf"(?:[{UPPER}]{{2}}|[A-Za-z]{{8}})$")
LONGEST_SYLLABLE = 8
BRACKET = re.compile(r"\s?\([^()]{1,250}\)")


def name_reach(words: str, start: int) -> int:
    """Give the place up to which words can be nothing but a name that begins at `start`.

    >>> words = "UBND các xã, phường giám sát việc lắp trạm"
    >>> words[: name_reach(words, 0)]
    'UBND các xã, phường'
    """
    reached, at, after_capital = start, start, False
    while True:
        gap = GAP.match(words, at) if at > start else None
        begin = gap.end() if gap else at
        if at > start and not gap and words[at : at + 1] != "(":
            return reached
        end, after_capital, counts = _piece(words, begin, after_capital)
        if end is None:
            return reached
        at, reached = end, end if counts else reached


def _piece(words: str, at: int, after_capital: bool) -> tuple[int | None, bool, bool]:
    """Read one piece of a name: its end, whether it is a lone capitalised word, whether a name may end with it."""
    capital = CAPITALISED.match(words, at)
    noun = _noun(words, at, bool(capital))
    if noun:
        return noun.end(), False, True
    link = LINK.match(words, at)
    if link:
        return link.end(), False, False
    return _compound(words, capital.end(), after_capital) if capital else (None, False, False)


def _noun(words: str, at: int, capital: bool) -> re.Match[str] | None:
    """Read a name or noun that is known as a whole; one capitalised syllable may begin another word."""
    whole = EXACT_NAME.match(words, at) or BRACKET.match(words, at)
    if whole or not capital:
        return whole or NOUN.match(words, at)
    head = None if MANY.match(words, at) else HEAD.match(words, at)
    return head or LEVEL.match(words, at) or _long_noun(words, at)


def _long_noun(words: str, at: int) -> re.Match[str] | None:
    noun = NOUN.match(words, at)
    return noun if noun and " " in noun.group() else None


def _compound(words: str, end: int, after_capital: bool) -> tuple[int, bool, bool]:
    """Let a first capitalised syllable take a small one, as in "Phụ nữ"; a place's second capital does not."""
    second = None if after_capital or FOREIGN.search(words[:end][-LONGEST_SYLLABLE:]) else SECOND.match(words, end)
    if second and not STOP.match(words, end + 1) and not _long_noun(words, end + 1):
        return second.end(), False, True
    return end, True, True
