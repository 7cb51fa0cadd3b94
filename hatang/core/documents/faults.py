"""What a document may hold, and how one says what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable

from hatang.core.vietnamese import number

MOST_BYTES = 100_000_000
MOST_LINES = 200_000
MOST_CHARACTERS = 10_000_000
MOST_DEPTH = 100
MOST_COLUMNS = 100
SAVE_AS_DOCX = "Mở bằng Word hoặc LibreOffice, chọn “Lưu thành” → Word (.docx), rồi tải lên lại."
SAVE_AS_PDF = "Xuất lại PDF thẳng từ Word hoặc LibreOffice (không in ra rồi quét), hoặc dùng tệp .docx."
ACCEPTED = "Dùng tệp Word (.docx), PDF có chữ, HTML hoặc văn bản thuần (.txt)."


class DocumentError(ValueError):
    """What is wrong in a document, what would be right, and on which page if on one (0: none).

    `pages` are all the pages concerned, in order.
    """

    def __init__(self, message: str, right: str = "", page: int = 0, pages: tuple[int, ...] = ()) -> None:
        super().__init__(f"{message} {right}".strip())
        self.message, self.right, self.page = message, right, page
        self.pages = pages or ((page,) if page else ())


def too_long() -> DocumentError:
    """Give the error for a document with more text than any plan has."""
    return DocumentError(
        f"Tệp có hơn {number(MOST_LINES)} dòng hoặc {number(MOST_CHARACTERS)} ký tự.",
        "Chỉ tải lên văn bản kế hoạch; tách phụ lục số liệu ra tệp riêng.",
    )


def too_deep() -> DocumentError:
    """Give the error for parts nested in parts beyond what people write."""
    return DocumentError(f"Tệp có phần lồng nhau quá {MOST_DEPTH} tầng, không an toàn.", SAVE_AS_DOCX)


def without_text(kind: str) -> DocumentError:
    """Give the error for a document in which nothing is written."""
    return DocumentError(
        f"Tệp {kind} không có chữ nào.", "Kiểm tra lại tệp; nếu nội dung là ảnh chụp, hãy nhận dạng chữ (OCR) trước."
    )


def listed(pages: Iterable[int]) -> str:
    """Write page numbers as people do.

    >>> listed([1, 3, 4, 5, 9])
    '1, 3–5, 9'
    """
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)
