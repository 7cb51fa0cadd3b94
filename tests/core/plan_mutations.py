"""Changes of a plan's text that must not change its reading: other breaks, blanks, bullets, dashes, codes and debris.

Each function takes the text of a plan and gives it as another office, printer or converter would have written it.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable

WIDTHS = (48, 70)
LINES_A_PAGE = 37
BULLET = re.compile(r"^(\s*)[-–—•*](\s+)(?=\S)", re.M)
MARKER = re.compile(r"^(\s*(?:[IVX]+\.|\d+(?:\.\d+)*\.|[a-zđ]\)|[-–—•*]))[ \t]+", re.M)
LETTER = re.compile(r"^(\s*)([a-zđ])\)(\s)", re.M)
ROMAN_HEADING = re.compile(r"^(\s*[IVX]+\. +\S+) +(?=\S)", re.M)
NUMBERED_TITLE = re.compile(r"^\s*\d+\. [^.:;%]{4,70}$")
STARTS_ANEW = re.compile(r"^\s*(?:$|[IVX]+\.|\d+\.|[a-zđ]\)|[-–—•*+])")


def narrow_lines(text: str) -> str:
    """Break every line again at a narrow width, also inside sentences."""
    return _broken(text, WIDTHS[0])


def wider_lines(text: str) -> str:
    """Break every line again at the width of a typed page."""
    return _broken(text, WIDTHS[1])


def _broken(text: str, width: int) -> str:
    lines = (textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n"))
    return "\n".join("\n".join(parts) for parts in lines)


def decomposed(text: str) -> str:
    """Write each letter apart from its marks."""
    return unicodedata.normalize("NFD", text)


def hard_blanks(text: str) -> str:
    """Put a non-breaking space wherever a typesetter forbids a break: after markers and between figure and unit."""
    text = MARKER.sub("\\1\u00a0", text)
    return re.sub(r"(?<=\d) (?=\S)|(?<=ngày) |(?<=tháng) |(?<=năm) |(?<=số) ", "\u00a0", text)


def every_blank_hard(text: str) -> str:
    """Make every space a non-breaking one."""
    return text.replace(" ", "\u00a0")


def round_bullets(text: str) -> str:
    """Set round bullets for hyphens."""
    return BULLET.sub(r"\1•\2", text)


def long_bullets(text: str) -> str:
    """Set long dashes for hyphens at the start of a line."""
    return BULLET.sub(r"\1–\2", text)


def star_bullets(text: str) -> str:
    """Set asterisks for hyphens."""
    return BULLET.sub(r"\1*\2", text)


def longer_dashes(text: str) -> str:
    """Set a long dash wherever a hyphen stands between blanks inside a line."""
    return re.sub(r"(?<=\S) - (?=\S)", " – ", text)


def letters_with_dot(text: str) -> str:
    """Write "a." for "a)"."""
    return LETTER.sub(r"\1\2.\3", text)


def blank_lines(text: str) -> str:
    """Put an empty line between any two lines, as some converters do."""
    return "\n\n".join(text.split("\n"))


def no_blank_lines(text: str) -> str:
    """Leave out the empty lines."""
    return "\n".join(line for line in text.split("\n") if line.strip())


def page_numbers(text: str) -> str:
    """Print a page number after every so many lines, wherever in a sentence that is."""
    lines = text.split("\n")
    pages = [lines[at : at + LINES_A_PAGE] for at in range(0, len(lines), LINES_A_PAGE)]
    return "\n".join("\n".join([*page, f"   {number}"]) for number, page in enumerate(pages, start=2))


def form_feeds(text: str) -> str:
    """Break pages with the form feed of PDF converters."""
    lines = text.split("\n")
    pages = [lines[at : at + LINES_A_PAGE] for at in range(0, len(lines), LINES_A_PAGE)]
    return "\f".join("\n".join(page) + "\n" for page in pages)


def carriage_returns(text: str) -> str:
    """End lines as Windows does, with a byte order mark before all."""
    return "\ufeff" + text.replace("\n", "\r\n")


def loose_blanks(text: str) -> str:
    """Indent lines, let them end with blanks and double some blanks inside."""
    return "\n".join(f"    {re.sub(r'(?<=,) ', '  ', line)}  \t" if line.strip() else line for line in text.split("\n"))


def tabs_after_markers(text: str) -> str:
    """Set a tab after each number, letter or bullet."""
    return MARKER.sub("\\1\t", text)


def capital_titles(text: str) -> str:
    """Print whole numbered titles in capitals."""
    lines = text.split("\n")
    after = [*lines[1:], ""]
    return "\n".join(
        line.upper() if NUMBERED_TITLE.match(line) and STARTS_ANEW.match(following) else line
        for line, following in zip(lines, after, strict=True)
    )


def broken_headings(text: str) -> str:
    """Break the headings of the parts over two lines."""
    return ROMAN_HEADING.sub(r"\1\n", text)


def hidden_characters(text: str) -> str:
    """Sprinkle soft hyphens and zero-width blanks, as pages of the web carry them."""
    return re.sub(r"(?<=[a-z]) (?=[a-z])", " \u200b", text).replace("thông tin", "thông\u00ad tin")


def old_tone_places(text: str) -> str:
    """Put tone marks where older keyboards put them."""
    for new, old in (("ủy", "uỷ"), ("Ủy", "Uỷ"), ("hóa", "hoá"), ("ỦY", "UỶ")):
        text = text.replace(new, old)
    return text


MUTATIONS: tuple[Callable[[str], str], ...] = (
    narrow_lines,
    wider_lines,
    decomposed,
    hard_blanks,
    every_blank_hard,
    round_bullets,
    long_bullets,
    star_bullets,
    longer_dashes,
    letters_with_dot,
    blank_lines,
    no_blank_lines,
    page_numbers,
    form_feeds,
    carriage_returns,
    loose_blanks,
    tabs_after_markers,
    capital_titles,
    broken_headings,
    hidden_characters,
    old_tone_places,
)
