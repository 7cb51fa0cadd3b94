"""Old encodings of Vietnamese: all letters, and every commune's name told apart from the others."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.legacy_vietnamese import READERS, TCVN3, corrected, detected, is_syllable, mistaken

SMALL = "".join(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
)
VNI_TONES = dict(zip("\u0300\u0309\u0303\u0301\u0323", "øûõùï", strict=True))
VNI_HATS = {
    "\u0302": dict(zip(["", *VNI_TONES], "âàåãáä", strict=True)),
    "\u0306": dict(zip(["", *VNI_TONES], "êèúüéë", strict=True)),
}
VNI_ALONE = {"đ": "ñ", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}


def as_tcvn3(text: str) -> bytes:
    """Write TCVN3 by the table of the standard."""
    codes = {letter: code for code, letter in TCVN3.items()}
    return bytes(ord(c) if c.isascii() else codes[c] for c in text)


def as_vni(text: str) -> bytes:
    """Write VNI by its rules: hat and tone in one sign after the letter, some letters alone."""
    return "".join(vni_letter(c) for c in text).encode("cp1252")


def vni_letter(c: str) -> str:
    if c.lower() in VNI_ALONE:
        alone = VNI_ALONE[c.lower()]
        return alone.upper() if c.isupper() else alone
    bare, *marks = unicodedata.normalize("NFD", c.lower())
    hats = [m for m in marks if m in VNI_HATS]
    tones = [m for m in marks if m in VNI_TONES]
    horn = {"o": "ô", "u": "ö"}[bare] if "\u031b" in marks else bare
    sign = VNI_HATS[hats[0]]["".join(tones)] if hats else "".join(VNI_TONES[t] for t in tones)
    return (horn + sign).upper() if c.isupper() else horn + sign


def as_cp1258(text: str) -> bytes:
    """Write Windows-1258: the letter with its hat, then its tone."""
    parts = []
    for c in text:
        marks = unicodedata.normalize("NFD", c)
        tone = "".join(m for m in marks if m in VNI_TONES)
        parts.append(unicodedata.normalize("NFC", "".join(m for m in marks if m not in VNI_TONES)) + tone)
    return "".join(parts).encode("cp1258")


WRITERS = {"TCVN3": as_tcvn3, "VNI": as_vni, "Windows-1258": as_cp1258, "UTF-8": str.encode}


@pytest.mark.parametrize("encoding", WRITERS)
def test_every_letter_comes_back(encoding: str) -> None:
    letters = SMALL + "đ"
    assert READERS[encoding](WRITERS[encoding](letters)) == letters
    great = letters.upper()
    assert READERS[encoding](WRITERS[encoding](great)) == great


@pytest.fixture(scope="module")
def names(shared: Path) -> list[str]:
    """Give the full names of 3,321 communes."""
    with (shared / "data/admin-2025/communes_3321.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    key = next(k for k in ("full_name", "fullName", "name") if k in rows[0])
    return [unicodedata.normalize("NFC", row[key]) for row in rows]


@pytest.mark.parametrize("encoding", WRITERS)
def test_a_provinces_names_tell_their_encoding(names: list[str], encoding: str) -> None:
    """Forty names stand in for a province's file; not one of 83 such files may be taken for another encoding."""
    for start in range(0, len(names), 40):
        raw = [WRITERS[encoding](name.replace("’", "'")) for name in names[start : start + 40]]
        assert detected(raw) == encoding, names[start : start + 40]


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI", "UTF-8"])
def test_names_misread_as_western_are_told_and_corrected(names: list[str], encoding: str) -> None:
    some = [name for name in names[::37] if "’" not in name]
    wrong = [WRITERS[encoding](name).decode("latin-1") for name in some]
    assert mistaken(wrong) == encoding
    assert [corrected(text, encoding) for text in wrong] == some
    assert mistaken(some) == ""


def test_nearly_every_word_of_real_names_is_a_syllable(names: list[str]) -> None:
    """The rest are names of highland languages (Krông, Ea Súp, Đăk Pxi)."""
    words = {word for name in names for word in name.replace("-", " ").replace("’", " ").split() if word.isalpha()}
    assert sum(map(is_syllable, words)) > 0.93 * len(words)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30), max_size=5))
def test_any_bytes_have_a_reading(samples: list[bytes]) -> None:
    assert detected(samples) in READERS


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_judged(samples: list[str]) -> None:
    assert mistaken(samples) in ("", "TCVN3", "VNI", "UTF-8")
