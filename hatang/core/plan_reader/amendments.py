"""Texts that amend another plan: what they abolish or keep, and the words that they put into it."""

from __future__ import annotations

from hatang.core.plan_reader.wording import Wording, one_of, reading_key

PLACES = one_of("điểm", "khoản", "mục", "tiểu mục", "gạch đầu dòng", "đoạn", "phần", "cụm từ", "dòng", "ý")
LEVELS = one_of("mục tiêu", "chỉ tiêu")
NAMED = one_of("nhiệm vụ", "giải pháp", "nội dung", "phụ lục", "phụ biểu", "biểu", "danh mục", "dự án")
MANY = r"(?:(?:các|toàn bộ|một số|một phần|những|cả) )*"
ABOLISHES = Wording(
    r"^\W*(?:bãi bỏ|huỷ bỏ|hủy bỏ|bỏ|loại bỏ|lược bỏ) " + MANY + r"(?:" + PLACES + "|" + LEVELS + "|" + NAMED + r")\b"
)
KEEPS = Wording(
    r"^\W*(?:giữ nguyên|không thay đổi) |^\W*(?:các |những )?(?:nội dung|quy định|mục tiêu|chỉ tiêu|nhiệm vụ)"
    r"(?:, (?:nội dung|quy định|mục tiêu|chỉ tiêu|nhiệm vụ))* (?:khác|còn lại|không (?:được )?sửa đổi)\b[^;]*?"
    r"(?:giữ nguyên|không thay đổi|(?:tiếp tục )?thực hiện theo|vẫn có hiệu lực)"
)
REPLACES = Wording(r"^\W*thay (?:thế )?(?:" + PLACES + r"|phụ lục|phụ biểu|biểu)\b[^:“\"]*(?:“|\"|bằng|$)")
CHANGING = one_of("sửa đổi", "bổ sung", "điều chỉnh", "thay thế", "sửa")
CHANGES = Wording(
    r"^\W*" + CHANGING + r"(?:(?:,| và) " + CHANGING + r")* (?:thêm )?" + MANY
    + r"(?:(?P<level>" + LEVELS + r")|" + PLACES + "|" + NAMED + r")\b[^:“\"]{0,240}:\s*"
)  # fmt: skip
OPENS = Wording(r"\s*(?:[“\"]\s*)?(?:[-–+•*]\s+)?(?:(?:[a-zđ]|\d{1,2})[).]\s+)?")
QUOTED = Wording(r"[“\"]\s*(?:[-–+•*]\s*)?(?:(?:[a-zđ]|\d{1,2})[).]\s+)?")
SHUT = '”"'


def abolishes(words: str) -> bool:
    """Say whether words strike something out of an earlier text.

    >>> abolishes("Bãi bỏ mục tiêu về bản sao số tại điểm 2 Mục II."), abolishes("Bãi bỏ thủ tục rườm rà.")
    (True, False)
    """
    key = reading_key(words)
    return bool(ABOLISHES.of(key).match(key))


def only_instructs(words: str) -> bool:
    """Say whether words only abolish, keep or swap parts of an earlier text: neither a target nor a task."""
    key = reading_key(words)
    return any(wording.of(key).match(key) for wording in (ABOLISHES, KEEPS, REPLACES))


def changes_levels(words: str) -> bool:
    """Say whether words put targets into an earlier text: "Sửa đổi mục tiêu ... như sau: ..."."""
    key = reading_key(words)
    found = CHANGES.of(key).match(key)
    return bool(found and found["level"])


def puts_in(words: str) -> bool:
    """Say whether a paragraph holds the words that it puts into an earlier text."""
    key = reading_key(words)
    found = CHANGES.of(key).match(key)
    return bool(found and key[found.end() :].strip())


def amended_from(words: str, start: int = 0) -> int:
    """Give where the words begin that are put into an earlier text; `start` where nothing is.

    >>> words = "Sửa đổi mục tiêu tại điểm 1 như sau: “- Tối thiểu 45% dân số có sóng.”"
    >>> words[amended_from(words):]
    'Tối thiểu 45% dân số có sóng.”'
    """
    key = reading_key(words[start:])
    found = CHANGES.of(key).match(key)
    if found:
        opened = OPENS.of(key).match(key, found.end())
        return start + (opened.end() if opened and opened.end() < len(key) else found.end())
    quoted = QUOTED.of(key).match(key)
    if not quoted or any(sign in key[quoted.end() : -2].rstrip(" .;,") for sign in SHUT):
        return start
    return start + quoted.end()
