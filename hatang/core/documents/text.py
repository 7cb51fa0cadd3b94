"""Plain text: lines as they are, in whichever encoding; a form feed parts pages, as in text made of a PDF."""

from __future__ import annotations

from hatang.core.documents.encodings import decoded
from hatang.core.documents.faults import MOST_CHARACTERS, MOST_LINES, too_long
from hatang.core.plan_reader.structure import Line


def read_text(content: bytes) -> list[Line]:
    """Read the lines of a text; they may break inside sentences. Raises DocumentError.

    >>> [line.text for line in read_text("I. MỤC TIÊU\\r\\n\\r\\n- Đến năm 2030".encode())]
    ['I. MỤC TIÊU', '- Đến năm 2030']
    """
    text = decoded(content)
    if len(text) > MOST_CHARACTERS or text.count("\n") > MOST_LINES:
        raise too_long()
    pages = text.split("\f")
    paged = len(pages) > 1
    return [
        Line(line.rstrip(), page=number if paged else 0)
        for number, page in enumerate(pages, start=1)
        for line in page.split("\n")
        if line.strip()
    ]
