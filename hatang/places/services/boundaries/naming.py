"""How units are named in files: without diacritics, run together, with or without titles; codes without zeros."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hatang.core.vietnamese import search_key
from hatang.places.models import Place
from hatang.places.services.search import ABBREVIATIONS
from hatang.places.services.unit_source import TITLES

CODE_LENGTHS = {Place.Kind.PROVINCE: 2, Place.Kind.DISTRICT: 3, Place.Kind.COMMUNE: 5}
FIRST_WORDS = {
    "t": "tinh", "h": "huyen", "q": "quan", "x": "xa", "p": "phuong", "dk": "dac khu", "tp": "thanh pho",
    "tx": "thi xa", "tt": "thi tran",
}  # fmt: skip
SHORT_NUMBERED = re.compile(r"^(p|q)0*(\d+)$")
LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
TITLES_OF = {
    Place.Kind.PROVINCE: {"tinh", "thanh pho"},
    Place.Kind.DISTRICT: {"huyen", "quan", "thi xa", "thanh pho"},
    Place.Kind.COMMUNE: {"xa", "phuong", "thi tran", "dac khu"},
}
TITLE_KEYS = sorted((search_key(title) for title in TITLES), key=len, reverse=True)
WHOLE_NUMBER = re.compile(r"(\d+)(?:\.0+)?")


@dataclass(frozen=True)
class Written:
    """A unit's name as a file has it, made comparable: all of it, and what follows its title if it bears one."""

    whole: str
    title: str = ""
    bare: str = ""
    exact: str = ""


def written(text: Any) -> Written:
    """Make a name comparable.

    >>> written("TP. Hà Giang"), written("HaNoi").whole, written("P. 01").bare
    (Written(whole='thanhphohagiang', title='thanh pho', bare='hagiang', exact='tp. hà giang'), 'hanoi', '1')
    """
    return _written(str(text or "").strip()[:200])


@lru_cache(maxsize=100_000)
def _written(text: str) -> Written:
    key = spelled(search_key(text))
    title = next((t for t in TITLE_KEYS if key.startswith(f"{t} ")), "")
    return Written(joined(key), title, joined(key[len(title) :]) if title else "", exactly(text))


def exactly(text: str) -> str:
    """Write a name in small letters with its diacritics."""
    return unicodedata.normalize("NFC", text).lower()


def spelled(key: str) -> str:
    """Write out an abbreviated title at the beginning, and what people abbreviate anywhere."""
    words = SHORT_NUMBERED.sub(r"\1 \2", key).split()
    if len(words) > 1:
        words[0] = FIRST_WORDS.get(words[0], words[0])
    return " ".join(ABBREVIATIONS.get(word, word) for word in words)


def joined(key: str) -> str:
    """Leave out blanks and the zeros before numbers."""
    return LEADING_ZEROS.sub("", key).replace(" ", "")


def code_of(value: Any, kind: str) -> str:
    """Write a code as units of that level have it: with its zeros, without a decimal part that a table added.

    >>> code_of(4.0, "commune"), code_of("08", "province"), code_of("Ba Đình", "commune"), code_of(1010101, "district")
    ('00004', '08', '', '')
    """
    return _code_of(str(value).strip(), kind) if value is not None else ""


@lru_cache(maxsize=100_000)
def _code_of(text: str, kind: str) -> str:
    found = WHOLE_NUMBER.fullmatch(text)
    length = CODE_LENGTHS.get(Place.Kind(kind), 0)
    return found[1].lstrip("0").rjust(length, "0") if found and len(found[1].lstrip("0")) <= length else ""
