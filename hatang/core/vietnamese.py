"""Vietnamese text: keys for searching and sorting, and numbers and dates as people here write them."""

import math
import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
TONE_MARKS = re.compile("[" + "".join(TONES) + "]")
UPPER = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EF9, 2)))
"""Capital letters, for a class in a regular expression: in Unicode they alternate with the small ones."""
LOWER = UPPER.lower()
NOT_WORD = re.compile(r"[^0-9a-z]+")
LOOKS_LIKE_D = str.maketrans("đðɖ", "ddd")
OUR_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


def search_key(text: str) -> str:
    """Give text without diacritics, in small letters, words parted by one blank.

    >>> search_key("  Hoà Bình – ĐẮK LẮK ")
    'hoa binh dak lak'
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower().translate(LOOKS_LIKE_D)).lower()
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return NOT_WORD.sub(" ", bare).strip()


def within_words(text: str) -> str:
    """Write a text that stands within a sentence: only its first letter is made small, names keep theirs.

    >>> within_words("Cột ăng ten của VNPT")
    'cột ăng ten của VNPT'
    """
    return text[:1].lower() + text[1:]


def sort_key(text: str) -> str:
    """Give a key that sorts by the Vietnamese alphabet; tones only part what has equal letters.

    Their order is ngang, huyền, hỏi, ngã, sắc, nặng. The key has only figures and plain small letters, in which every
    database's collation agrees: two characters for each letter, `00`, then one figure for each letter's tone.

    >>> sorted(["Đà Nẵng", "Da Lộc", "Ân Thi", "An Lão", "Ăn Hải", "Ân Hoà"], key=sort_key)
    ['An Lão', 'Ăn Hải', 'Ân Hoà', 'Ân Thi', 'Da Lộc', 'Đà Nẵng']
    >>> sorted(["mạ", "mã", "má", "mà", "ma", "mả"], key=sort_key)
    ['ma', 'mà', 'mả', 'mã', 'má', 'mạ']
    """
    letters, tones = [], []
    for c in unicodedata.normalize("NFC", text).lower():
        letter, tone = _parted(c)
        letters.append(letter)
        tones.append(tone)
    return "".join(letters) + "00" + "".join(tones)


@lru_cache(maxsize=1_000)
def _parted(c: str) -> tuple[str, str]:
    """Give a letter's place in the alphabet, and its tone."""
    parts = unicodedata.normalize("NFD", c)
    tone = TONE_MARKS.search(parts)
    return _rank(unicodedata.normalize("NFC", TONE_MARKS.sub("", parts))), TONES[tone.group()] if tone else "0"


def _rank(c: str) -> str:
    """Give a letter's place in the alphabet in two characters; blanks, signs and figures come before letters."""
    if c in RANKS:
        return RANKS[c]
    plain = search_key(c)[:1]
    return f"1{plain}" if plain.isdigit() else RANKS.get(plain, "02")


def _ranks() -> dict[str, str]:
    """Number the letters that share a plain letter: a a0, ă a1, â a2."""
    ranks, plain, count = {" ": "01"}, "", 0
    for letter in LETTERS:
        bare = search_key(letter)
        count = count + 1 if bare == plain else 0
        plain = bare
        ranks[letter] = f"{bare}{count}"
    return ranks


RANKS = _ranks()


def number(value: float | int | None, decimals: int = 0) -> str:
    """Write a number as in Viet Nam: dot for thousands, comma for decimals, needless zeros dropped.

    >>> number(1234.5, 2), number(98.0, 1), number(None)
    ('1.234,5', '98', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def day(value: date | None) -> str:
    """Write a date as dd/mm/yyyy.

    >>> day(date(2025, 7, 1))
    '01/07/2025'
    """
    return value.strftime("%d/%m/%Y") if value else "–"


def moment(instant: datetime) -> str:
    """Write an instant by the clocks of Viet Nam as hh:mm dd/mm/yyyy.

    >>> moment(datetime.fromisoformat("2026-11-26T18:05:00+00:00"))
    '01:05 27/11/2026'
    """
    return f"{instant.astimezone(OUR_TIME):%H:%M %d/%m/%Y}"
