"""Text that was written for the fonts from before Unicode (.VnTime: TCVN3, VNI-Times: VNI), made Unicode.

A font's name says so for a run of DOCX; elsewhere the words themselves do, all of a document's together first, then
line by line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from hatang.core.documents.faults import SAVE_AS_DOCX, DocumentError
from hatang.core.legacy_vietnamese import WORD, corrected, is_syllable, mistaken
from hatang.core.plan_reader.structure import Line

ENCODINGS = {".vn": "TCVN3", "vni-": "VNI"}
SIGN = re.compile(r"[^\w\s]|[\d_]")
FEWEST_OLD_WORDS = 12
FEWEST_WORDS = 40
LEAST_VIETNAMESE = 0.5
SAMPLE = 200


def of_font(font: str) -> str:
    """Tell the encoding that a font's name stands for; empty for fonts of Unicode.

    >>> of_font(".VnTimeH"), of_font("VNI-Times"), of_font("Times New Roman")
    ('TCVN3', 'VNI', '')
    """
    return next((encoding for start, encoding in ENCODINGS.items() if font.lower().startswith(start)), "")


def is_capital_font(font: str) -> bool:
    """Whether a font of TCVN3 draws small letters as great ones.

    >>> is_capital_font(".VnTimeH"), is_capital_font(".VnTime")
    (True, False)
    """
    return font.lower().startswith(".vn") and font.endswith("H")


def vietnamese_share(text: str) -> float:
    """Give the share of the words beyond ASCII that are Vietnamese syllables, 1 where there are none."""
    words = [word for word in WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


def unicode_texts(texts: Sequence[str], encoding: str) -> list[str]:
    """Read the texts of runs in an old font, unless they are Vietnamese as they stand.

    >>> unicode_texts(["KÕ ho¹ch", "h¹ tÇng"], "TCVN3"), unicode_texts(["Xã", "Đồng"], "TCVN3")
    (['Kế hoạch', 'hạ tầng'], ['Xã', 'Đồng'])
    """
    read = [corrected(text, encoding) for text in texts]
    sound = [new for new in read if new is not None]
    if len(sound) < len(texts) or vietnamese_share("".join(sound)) <= vietnamese_share("".join(texts)):
        return list(texts)
    return sound


def sound_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give the lines in Unicode NFC, or raise DocumentError where their letters are in no encoding we know."""
    composed = [composed_line(line) for line in lines]
    texts = sampled(composed)
    encoding = mistaken(texts) if words_beyond_ascii(texts) >= FEWEST_OLD_WORDS else ""
    if encoding:
        composed = [converted(line, encoding) for line in composed]
        texts = sampled(composed)
    if words_beyond_ascii(texts) >= FEWEST_WORDS and vietnamese_share("\n".join(texts)) < LEAST_VIETNAMESE:
        raise DocumentError(
            "Chữ trong tệp ở phông hoặc bảng mã cũ mà hệ thống không nhận ra.",
            f"Chuyển sang Unicode (ví dụ bằng Unikey: TCVN3 hoặc VNI → Unicode). {SAVE_AS_DOCX}",
        )
    return tuple(composed)


def words_beyond_ascii(texts: Sequence[str]) -> int:
    """Count the words with a letter beyond ASCII."""
    return sum(not word.isascii() for text in texts for word in text.split())


def sampled(lines: Sequence[Line]) -> list[str]:
    """Give the letters of some lines from all parts of a document."""
    texts = [line.text for line in lines if not line.text.isascii()]
    return [plain(text) for text in texts[:: len(texts) // SAMPLE + 1]]


def plain(text: str) -> str:
    """Leave out signs and figures, which tell nothing of the letters."""
    return SIGN.sub(lambda found: found[0] if found[0] in OLD_SIGNS else " ", text)


OLD_SIGNS = "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿×÷€‚ƒ„…†‡ˆ‰‹›™˜Ÿ\xad"


def composed_line(line: Line) -> Line:
    """Give a line in NFC."""
    if line.text.isascii():
        return line
    nfc = unicodedata.normalize
    return replace(line, text=nfc("NFC", line.text), cells=tuple(nfc("NFC", cell) for cell in line.cells))


def converted(line: Line, encoding: str) -> Line:
    """Read a line again where that makes it Vietnamese."""
    if line.cells:
        cells = tuple(reread(cell, encoding) for cell in line.cells)
        return replace(line, text=" | ".join(cells), cells=cells)
    return replace(line, text=reread(line.text, encoding))


def reread(text: str, encoding: str) -> str:
    """Read a text again where that makes more of its words Vietnamese."""
    new = corrected(text, encoding)
    if new is None or vietnamese_share(new) < vietnamese_share(text):
        return text
    return unicodedata.normalize("NFC", new)
