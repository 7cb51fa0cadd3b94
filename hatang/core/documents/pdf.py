"""PDF with text: PDFium takes the file apart in a bound process of its own, the lines are made of that here.

The child process gets the file on its standard input, has no environment, and is ended after a time or an answer too
long. Its answer is data: numbers and texts, checked before use.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatang.core.bound_child import run_child
from hatang.core.documents.faults import MOST_LINES, SAVE_AS_PDF, DocumentError, listed, too_long
from hatang.core.documents.pdf_page import Page, Run, Shown, shown_lines
from hatang.core.documents.pdf_paragraphs import paragraphs, type_size, with_notes, without_debris
from hatang.core.plan_reader.structure import Line

CHILD = Path(__file__).with_name("pdf_child.py")
MOST_SECONDS = 60.0
MOST_ANSWER_BYTES = 150_000_000
LONGEST_PAGE_NUMBER = 8
SIGNATURE_LETTERS = 120
PICTURE_OF_A_PAGE = 0.6
PICTURE_SEEN = 0.02
FEWEST_LETTERS = 25
DRAWN_AS_PATHS = 150
UNREADABLE = 0.2
SCANNED = (
    "Dùng tệp Word (.docx) hoặc PDF xuất thẳng từ Word; nếu chỉ có bản quét, nhận dạng chữ (OCR) tiếng Việt "
    "rồi tải lên lại."
)
FAULTS = {
    "password": ("Tệp PDF có mật khẩu.", "Bỏ mật khẩu mở tệp rồi tải lên lại."),
    "damaged": ("Tệp PDF bị hỏng hoặc bị cắt ngắn, không mở được.", SAVE_AS_PDF),
    "pages": ("Tệp PDF có quá nhiều trang.", "Chỉ tải lên văn bản kế hoạch; tách phụ lục ra tệp riêng."),
}
TOO_HEAVY = ("Tệp PDF quá nặng hoặc bị hỏng, không đọc xong.", SAVE_AS_PDF)


def read_pdf(content: bytes) -> list[Line]:
    """Read the lines of a PDF; those that surely are paragraphs are `whole`. Raises DocumentError.

    A page that shows a picture and no words, be it only the signature's, is named in the error.
    """
    facts: list[Facts] = []
    shown: list[list[Shown]] = []
    ends_at = time.monotonic() + MOST_SECONDS
    try:
        for told in told_by_child(content):
            page = page_of(len(facts) + 1, told)
            facts.append(Facts(page.height, told["read"], told["bad"], told["picture"], told["paths"]))
            shown.append(shown_lines(page))
            if time.monotonic() > ends_at or sum(map(len, shown)) > MOST_LINES:
                raise too_long()
    except (TypeError, KeyError, OverflowError) as error:
        raise DocumentError(*TOO_HEAVY) from error
    refuse_without_text(facts)
    kept = without_debris(shown, [page.height for page in facts])
    size = type_size(kept)
    return list(paragraphs([with_notes(lines, size) for lines in kept], size))


@dataclass(frozen=True)
class Facts:
    """What tells whether a page can be read: its letters, unreadable ones, a picture's share of the page, shapes."""

    height: float
    read: int
    bad: int
    picture: float
    paths: int

    @property
    def scanned(self) -> bool:
        """Whether a picture, or letters drawn as shapes, stand in place of words; a page number does not count."""
        if self.read <= LONGEST_PAGE_NUMBER:
            return self.picture >= PICTURE_SEEN or self.paths >= DRAWN_AS_PATHS
        return self.read < SIGNATURE_LETTERS and self.picture >= PICTURE_OF_A_PAGE

    @property
    def coded(self) -> bool:
        """Whether its letters are numbers of a font without a table that says what they are."""
        return self.bad > max(UNREADABLE * self.read, FEWEST_LETTERS)


def told_by_child(content: bytes) -> Iterator[dict[str, Any]]:
    """Give what the child process tells of each page, or raise DocumentError where it tells of a fault or no end."""
    answer = run_child(CHILD, content, most_seconds=MOST_SECONDS, most_answer_bytes=MOST_ANSWER_BYTES)
    for count, line in enumerate(answer.splitlines()):
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DocumentError(*TOO_HEAVY) from error
        if fault := told.get("fault") if isinstance(told, dict) else "":
            raise too_long() if fault == "long" else DocumentError(*FAULTS.get(str(fault), TOO_HEAVY))
        if "end" in told and count == 0:
            raise DocumentError("Tệp PDF không có trang nào.", SAVE_AS_PDF)
        if "end" in told:
            return
        yield told
    raise DocumentError(*TOO_HEAVY)


def refuse_without_text(pages: Sequence[Facts]) -> None:
    """Raise DocumentError naming the pages that have pictures but no words, or words that cannot be read."""
    scanned = [number for number, page in enumerate(pages, start=1) if page.scanned]
    if scanned:
        every = len(scanned) == len(pages)
        which = f"Cả tệp PDF (trang {listed(scanned)})" if every else f"Trang {listed(scanned)} của tệp PDF"
        raise DocumentError(f"{which} chỉ có ảnh, không có chữ (bản quét).", SCANNED, scanned[0], tuple(scanned))
    coded = [number for number, page in enumerate(pages, start=1) if page.coded]
    if coded:
        raise DocumentError(
            f"Chữ ở trang {listed(coded)} của tệp PDF dùng phông không kèm bảng mã, không đọc được.",
            SAVE_AS_PDF,
            coded[0],
            tuple(coded),
        )


def page_of(number: int, told: dict[str, Any]) -> Page:
    """Take a page as the child tells of it."""
    width, height = told["width"], told["height"]
    runs = (Run(*run[:8]) for run in told["runs"])
    kept = [run for run in runs if run.text.strip() and run.size > 0 and -1 <= run.middle <= height + run.size]
    return Page(number, width, height, kept, [(x0, y0, x1, y1) for x0, y0, x1, y1 in told["rules"]])
