"""Two wordings side by side, with only the words marked that differ."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Piece = tuple[str, bool]
ALIKE = 0.3
"""Below this likeness two wordings have too little in common for single words to tell anything."""


def side_by_side(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Mark what is gone in the first text and what is new in the second."""
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return _shown([(before, True)], "del"), _shown([(after, True)], "ins")
    steps = matcher.get_opcodes()
    gone = [(" ".join(old[a:b]), step != "equal") for step, a, b, _, _ in steps]
    come = [(" ".join(new[c:d]), step != "equal") for step, _, _, c, d in steps]
    return _shown(gone, "del"), _shown(come, "ins")


def _shown(pieces: list[Piece], tag: str) -> SafeString:
    """Join pieces, those that differ in an element of their own; nothing at all is a dash."""
    return format_html_join(" ", "{}", ((html,) for html in _elements(pieces, tag))) or format_html("{}", "–")


def _elements(pieces: list[Piece], tag: str) -> Iterator[SafeString]:
    for words, differs in pieces:
        if words:
            yield format_html("<{}>{}</{}>", tag, words, tag) if differs else format_html("{}", words)
