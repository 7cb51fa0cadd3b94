"""Numbers as lists draw them: figures, letters, Roman numerals, words (ECMA-376 part 1, 17.18.59; HTML `type`)."""

from __future__ import annotations

from collections.abc import Callable

ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
LAST_ROMAN = 3_999
LAST_LETTERED = 780
DIGITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
ORDINALS = {1: "nhất", 4: "tư"}
ENGLISH_ENDS = {1: "st", 2: "nd", 3: "rd"}


def roman(n: int) -> str:
    """Write 1 to 3,999 in small Roman numerals, others in figures.

    >>> roman(4), roman(49), roman(0)
    ('iv', 'xlix', '0')
    """
    if not 0 < n <= LAST_ROMAN:
        return str(n)
    text = ""
    for size, sign in ROMAN:
        text += sign * (n // size)
        n %= size
    return text


def letters(n: int) -> str:
    """Write 1 as a, 26 as z, 27 as aa, 28 as bb, as Word counts: without đ and ê, and with f, j, w and z.

    >>> [letters(n) for n in (1, 4, 5, 6, 27, 28, 53)]
    ['a', 'd', 'e', 'f', 'aa', 'bb', 'aaa']
    """
    if not 0 < n <= LAST_LETTERED:
        return str(n)
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)


def spreadsheet_letters(n: int) -> str:
    """Write 26 as z, 27 as aa, 28 as ab, as browsers count.

    >>> [spreadsheet_letters(n) for n in (1, 27, 28)]
    ['a', 'aa', 'ab']
    """
    text = "" if n > 0 else str(n)
    while n > 0:
        n, rest = divmod(n - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def in_words(n: int) -> str:
    """Write 1 to 99 in Vietnamese words, others in figures.

    >>> [in_words(n) for n in (4, 10, 15, 21, 30, 44)]
    ['bốn', 'mười', 'mười lăm', 'hai mươi mốt', 'ba mươi', 'bốn mươi tư']
    """
    if not 0 < n < 100:
        return str(n)
    tens, ones = divmod(n, 10)
    if tens == 0:
        return DIGITS[ones]
    if tens == 1:
        return f"mười {'lăm' if ones == 5 else DIGITS[ones]}".strip()
    return f"{DIGITS[tens]} mươi {AFTER_TENS.get(ones, DIGITS[ones])}".strip()


def ordinal_word(n: int) -> str:
    """Write the word after “thứ”.

    >>> [ordinal_word(n) for n in (1, 2, 4)]
    ['nhất', 'hai', 'tư']
    """
    return ORDINALS.get(n) or in_words(n)


def english_ordinal(n: int) -> str:
    """Write 1st, 2nd, 3rd, 4th ... 11th.

    >>> [english_ordinal(n) for n in (1, 2, 11, 23)]
    ['1st', '2nd', '11th', '23rd']
    """
    end = "th" if n % 100 in (11, 12, 13) else ENGLISH_ENDS.get(n % 10, "th")
    return f"{n}{end}"


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "upperRoman": lambda n: roman(n).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda n: letters(n).upper(),
    "lowerLetter": letters,
    "ordinal": english_ordinal,
    "cardinalText": lambda n: in_words(n).capitalize(),
    "ordinalText": lambda n: ordinal_word(n).capitalize(),
    "vietnameseCounting": in_words,
    "numberInDash": lambda n: f"- {n} -",
    "none": lambda n: "",
}


def drawn_number(n: int, form: str, pattern: str = "") -> str:
    """Write a number in a format by its name; one we do not know in figures, a custom one as long as its pattern.

    >>> drawn_number(3, "upperRoman"), drawn_number(3, "custom", "001, 002, 003, ..."), drawn_number(3, "hindiVowels")
    ('III', '003', '3')
    """
    if form == "custom":
        first = pattern.split(",")[0].strip()
        return str(n).zfill(len(first)) if first.isdigit() else str(n)
    return FORMATS.get(form, str)(n)
