"""Keys by which people find and order Vietnamese names."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hatang.core.vietnamese import LETTERS, search_key, sort_key

SYLLABLES = st.text(alphabet="aàảãáạăằẳẵắặâầẩẫấậeèêềểễếệoòôồơờởỡớợuùưừửữứựdđnghmtxyỳ AĂÂĐÊÔƠƯ-'1", max_size=30)


@given(st.text())
@example("Ðắk Lắk")
@example("Ｈà Ｎội")
def test_search_key_is_plain_and_stays_as_it_is(text: str) -> None:
    key = search_key(text)
    assert re.fullmatch(r"([0-9a-z]+( [0-9a-z]+)*)?", key)
    assert search_key(key) == key


@given(SYLLABLES)
def test_search_key_does_not_depend_on_how_marks_are_stored(text: str) -> None:
    stored = {search_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert stored == {search_key(text.upper())}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("hoà bình", "Hòa Bình"),
        ("DAK LAK", "Đắk Lắk"),
        ("Ðồng Đăng", "Đồng Đăng"),
        ("M'Đrăk", "m drak"),
        ("Thừa Thiên–Huế", "thua thien hue"),
    ],
)
def test_search_key_of_what_people_type(typed: str, name: str) -> None:
    assert search_key(typed) == search_key(name)


@given(st.text(max_size=60))
def test_sort_key_sorts_alike_in_every_collation(text: str) -> None:
    """Only figures and small letters: no database weighs these differently or skips them."""
    assert re.fullmatch(r"[0-9a-z]*", sort_key(text))


@given(SYLLABLES)
def test_sort_key_does_not_depend_on_how_marks_are_stored(text: str) -> None:
    assert (
        sort_key(unicodedata.normalize("NFD", text))
        == sort_key(unicodedata.normalize("NFC", text))
        == sort_key(text.upper())
    )


@given(SYLLABLES, SYLLABLES)
def test_sort_key_tells_different_words_apart(one: str, other: str) -> None:
    letters = {t: re.sub(r"[-']", "-", unicodedata.normalize("NFC", t).lower()) for t in (one, other)}
    assert (sort_key(one) == sort_key(other)) == (letters[one] == letters[other])


def test_letters_stand_in_alphabetical_order() -> None:
    assert all(sort_key(a) < sort_key(b) for a, b in pairwise(LETTERS))
    assert all(sort_key(f"{a}z") < sort_key(f"{b}a") for a, b in pairwise(LETTERS))


@pytest.mark.parametrize("letter", ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"])
def test_tones_stand_in_the_order_of_the_dictionary(letter: str) -> None:
    words = [
        unicodedata.normalize("NFC", f"t{letter}{tone}n")
        for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    ]
    assert all(sort_key(a) < sort_key(b) for a, b in pairwise(words))


def test_tones_count_only_when_the_letters_are_equal() -> None:
    names = ["An", "Án", "An Lạc", "Án Lạc", "Anh", "Ăn", "Ân", "Dạ", "Da Lạc", "Đa", "Phường 1", "Phường 2"]
    assert all(sort_key(a) < sort_key(b) for a, b in pairwise(names))
