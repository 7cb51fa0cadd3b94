"""The wording and layout that NĐ 30/2020/NĐ-CP (Chính phủ, 5/3/2020), Phụ lục I, asks of a report."""

from __future__ import annotations

import re
from datetime import date

from hatang.core.vietnamese import within_words

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
KIND = "BÁO CÁO"
MARGIN_MM = {"top": 20, "bottom": 20, "left": 30, "right": 20}
TABLE_PT = 11

KINDS = {
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
    "KH": "Kế hoạch",
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "CT": "Chỉ thị",
    "CV": "Công văn",
    "CTr": "Chương trình",
}
SMALL_WORDS = {"và", "của", "các", "về"}


def official_date(day: date) -> str:
    """Write a date of signing: days below 10 and months 1 and 2 get a leading zero, so that no digit can be added.

    >>> official_date(date(2026, 2, 5)), official_date(date(2025, 11, 23))
    ('ngày 05 tháng 02 năm 2026', 'ngày 23 tháng 11 năm 2025')
    """
    return f"ngày {day.day:02d} tháng {day.month:0{2 if day.month < 3 else 1}d} năm {day.year}"


def place_and_date(place: str, day: date | None, year: int) -> str:
    """Write place and date, leaving room for the pen while the date is open."""
    when = official_date(day) if day else f"ngày      tháng      năm {year}"
    return f"{place}, {when}"


def abbreviation(body: str) -> str:
    """Abbreviate a body as document numbers do.

    >>> abbreviation("Sở Khoa học và Công nghệ"), abbreviation("ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN")
    ('SKHCN', 'UBND')
    >>> abbreviation("UBND tỉnh Lạng Sơn")
    'UBND'
    """
    if body.lower().startswith("ubnd"):
        return "UBND"
    words = [w for w in body.lower().replace("ủy ban nhân dân", "u b n d").split() if w not in SMALL_WORDS]
    letters = "".join(word[0] for word in words).upper()
    return "UBND" if letters.startswith("UBND") else letters.translate(str.maketrans("Ủ", "U"))


def whole_names(body: str) -> str:
    """Keep a province's name on one line in the letterhead: a long body's name breaks before it."""
    start, found, end = body.partition("nhân dân ")
    return f"{start}{found}{end.replace(' ', chr(0xA0))}" if found else body


def number_line(number: str, body: str) -> str:
    """Write the number, or leave room for it before /BC-… while it is open."""
    return f"Số: {number}" if number else f"Số:        /BC-{abbreviation(body)}"


def document_kind(number: str) -> str:
    """Name the kind of a document by the letters in its number; empty when they tell nothing.

    >>> document_kind("912/QĐ-BKHCN"), document_kind("48-NQ/TU"), document_kind("24/2023/QH15")
    ('Quyết định', 'Nghị quyết', '')
    """
    for part in re.split("[/-]", number):
        if (kind := KINDS.get(part)) is not None:
            return kind
    return ""


def legal_basis(*, number: str, issuer: str, day: date | None, title: str) -> str:
    """Write one legal basis without its closing mark."""
    kind = document_kind(number)
    named = kind and title.lower().startswith(kind.lower())
    law = not kind and title.lower().startswith(("luật", "bộ luật", "pháp lệnh"))
    start = title if law else kind or "Văn bản"
    rest = "" if law or not title else f" {title[len(kind) :].strip()}" if named else f" về {_lower_first(title)}"
    when = f" {official_date(day)}" if day else ""
    return f"Căn cứ {start} số {number}{when} của {issuer}{rest}"


def _lower_first(title: str) -> str:
    bare = title.removeprefix("Về việc ").removeprefix("về việc ").removeprefix("Về ").removeprefix("về ")
    return within_words(bare) if bare[:2] != bare[:2].upper() else bare


def closed(bases: list[str]) -> tuple[str, ...]:
    """End each basis with a semicolon and the last with a full stop."""
    ends = [";"] * (len(bases) - 1) + ["."]
    return tuple(basis.rstrip(" ;.") + end for basis, end in zip(bases, ends, strict=False))


def recipient_lines(text: str, *, body: str) -> tuple[str, ...]:
    """Write the recipients one a line, each ending in a semicolon, the last being the archive."""
    named = [line.strip(" -;.\t") for line in text.splitlines() if line.strip(" -;.\t")]
    archive = next((line for line in named if line.startswith("Lưu")), "Lưu: VT")
    others = [line for line in named if not line.startswith("Lưu")] or ["Như trên"]
    return (*(f"- {line};" for line in others), f"- {archive}.")


def paragraphs(text: str) -> tuple[str, ...]:
    """Give the typed text's paragraphs as typed."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
