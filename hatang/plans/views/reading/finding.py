"""Find words that somebody pasted in a document, whatever the blanks between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

Place = tuple[int, int, int]
NOT_THERE = "Không thấy những chữ này trong văn bản: chép nguyên văn một đoạn từ văn bản bên cạnh."


def place_of_words(blocks: Sequence[Mapping[str, Any]], words: str) -> Place:
    """Give the first block that has these words, from which character, to which.

    >>> place_of_words([{"text": "Đạt  50% số xã."}], "50% số xã")
    (0, 5, 14)
    """
    parts = unicodedata.normalize("NFC", words).split()
    if not parts:
        raise ValidationError("Dán những chữ cần thêm, chép nguyên văn từ văn bản.")
    pattern = re.compile(r"\s+".join(re.escape(part) for part in parts), re.IGNORECASE)
    for number, block in enumerate(blocks):
        found = pattern.search(block["text"])
        if found:
            return number, found.start(), found.end()
    raise ValidationError(NOT_THERE)
