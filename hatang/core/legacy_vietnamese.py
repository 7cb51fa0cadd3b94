"""Vietnamese text in the encodings from before Unicode: TCVN3 (TCVN 5712:1993, ABC fonts), VNI and Windows-1258.

Which one a text is in is told by decoding it each way and counting how many of its words are syllables that
Vietnamese can have (onset, rhyme, one tone), the readings' plausibility being far apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

TCVN3_LETTERS = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\xa0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
TCVN3_CONTROLS = dict(zip(b"\1\2\4\5\6\x11\x12\x13\x14\x15\x16\x17", "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True))
TCVN3 = {0x80 + i: letter for i, letter in enumerate(TCVN3_LETTERS)} | TCVN3_CONTROLS
GRAVE, HOOK, TILDE, ACUTE, DOT = "\u0300\u0309\u0303\u0301\u0323"
CIRCUMFLEX, BREVE = "\u0302", "\u0306"
VNI_SIGNS = {
    "ø": GRAVE, "û": HOOK, "õ": TILDE, "ù": ACUTE, "ï": DOT,
    "â": CIRCUMFLEX, "à": CIRCUMFLEX + GRAVE, "å": CIRCUMFLEX + HOOK, "ã": CIRCUMFLEX + TILDE,
    "á": CIRCUMFLEX + ACUTE, "ä": CIRCUMFLEX + DOT,
    "ê": BREVE, "è": BREVE + GRAVE, "ú": BREVE + HOOK, "ü": BREVE + TILDE, "é": BREVE + ACUTE, "ë": BREVE + DOT,
}  # fmt: skip
VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
VNI_PAIR = re.compile("([aeouyôö])([" + "".join(VNI_SIGNS) + "])", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
TONES = re.compile(f"[{GRAVE}{HOOK}{TILDE}{ACUTE}{DOT}]")
SYLLABLE = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?"
    "(?:iê|yê|ia|ya|uyê|uya|uyu|uôi|ươi|ươu|iêu|yêu|oai|oay|oeo|uây|uâ|uơ|uê|uy|uô|ươ|ưa|ua|oa|oă|oe|oo|ôô|"
    "ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    "(?:ng|nh|ch|[cmnptk])?"
)


def from_tcvn3(raw: bytes) -> str:
    """Read TCVN3, as the ABC fonts (.VnTime) show it.

    Their capitals (.VnTimeH) are the small letters' codes in another font: a text whose plain letters, three or more,
    are all great is great as a whole.

    >>> from_tcvn3(b"X\\xb7 \\xa7\\xe5ng \\xa7\\xa8ng, t\\xd8nh L\\xb9ng S\\xacn")
    'Xã Đồng Đăng, tỉnh Lạng Sơn'
    >>> from_tcvn3(b"X\\xb7 \\xa7\\xe5NG \\xa7\\xa8NG")
    'XÃ ĐỒNG ĐĂNG'
    """
    text = unicodedata.normalize("NFC", raw.decode("latin-1").translate(TCVN3))
    plain = [c for c in text if c.isascii() and c.isalpha()]
    return text.upper() if len(plain) > 2 and all(c.isupper() for c in plain) else text


def from_vni(raw: bytes) -> str:
    """Read VNI for Windows, as the VNI- fonts show it: a letter, then a sign for its tone.

    >>> from_vni("Xaõ Ñoàng Ñaêng, tænh Laïng Sôn".encode("cp1252"))
    'Xã Đồng Đăng, tỉnh Lạng Sơn'
    """
    text = raw.decode("cp1252", "replace")
    text = VNI_PAIR.sub(lambda m: letter(m[1]) + VNI_SIGNS[m[2].lower()], text)
    return unicodedata.normalize("NFC", "".join(letter(c) for c in text))


def letter(sign: str) -> str:
    """Give the letter that a sign of VNI stands for, as great or small as it is."""
    known = VNI_LETTERS.get(sign.lower(), sign.lower())
    return known.upper() if sign.isupper() else known if sign.isalpha() else sign


def from_cp1258(raw: bytes) -> str:
    """Read Windows-1258, whose tones are signs of their own, composed.

    >>> from_cp1258(b"Nguy\\xea\\xden")
    'Nguyễn'
    """
    return unicodedata.normalize("NFC", raw.decode("cp1258"))


def from_utf8(raw: bytes) -> str:
    """Read UTF-8; a letter that a field's end has cut is left out.

    >>> from_utf8("Xã Đồ".encode()[:-1])
    'Xã Đ'
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(raw) and error.reason == "unexpected end of data":
            return raw[: error.start].decode("utf-8")
        raise


READERS: dict[str, Callable[[bytes], str]] = {
    "UTF-8": from_utf8,
    "Windows-1258": from_cp1258,
    "TCVN3": from_tcvn3,
    "VNI": from_vni,
    "Windows-1252": lambda raw: raw.decode("cp1252"),
}


def is_syllable(word: str) -> bool:
    """Tell whether Vietnamese could have a word: one syllable, at most one tone.

    >>> [is_syllable(w) for w in ("Đồng", "khuỷu", "nghiêng", "Gia", "X·", "Ñoàng", "strasse")]
    [True, True, True, True, False, False, False]
    """
    apart = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", TONES.sub("", apart))
    return len(TONES.findall(apart)) <= 1 and SYLLABLE.fullmatch(bare) is not None


def plausibility(text: str) -> float:
    """Give the share of the words with a letter beyond ASCII that are Vietnamese syllables, in [0, 1].

    Words with great letters after small ones (ĐåNG) do not count as syllables.
    """
    words = [word for word in WORD.findall(text) if not word.isascii()]
    odd = sum(1 for c in text if not c.isascii() and not c.isalpha() and c not in "–—“”‘’…·°²³")
    good = sum(1 for word in words if is_syllable(word) and (word[1:].islower() or word.isupper() or len(word) == 1))
    return good / (len(words) + odd) if words or odd else 0.0


def detected(samples: Iterable[bytes]) -> str:
    """Tell the encoding of texts: UTF-8 where it fits, else the one whose reading is most Vietnamese.

    Texts that no reading makes Vietnamese are Windows-1252.

    >>> detected([b"plain"]), detected(["Xã Đồng Đăng".encode()])
    ('UTF-8', 'UTF-8')
    >>> detected([b"X\\xb7 \\xa7\\xe5ng \\xa7\\xa8ng"])
    'TCVN3'
    >>> detected(["Xaõ Ñoàng Ñaêng".encode("cp1252")])
    'VNI'
    >>> detected([b"X\\xe3 \\xd0\\xf4\\xccng \\xd0\\xe3ng"])
    'Windows-1258'
    """
    kept = [raw for raw in samples if not raw.isascii()]
    if all(readable(raw, "UTF-8") for raw in kept):
        return "UTF-8"
    scores = {}
    for encoding in ("Windows-1258", "TCVN3", "VNI"):
        texts = [read for raw in kept if (read := readable(raw, encoding)) is not None]
        scores[encoding] = plausibility("\n".join(texts)) * len(texts) / len(kept)
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] >= 0.6 else "Windows-1252"


def mistaken(samples: Iterable[str]) -> str:
    """Tell which encoding texts were really in that somebody has read as Windows-1252; empty for sound texts.

    >>> mistaken(["Xaõ Ñoàng Ñaêng"]), mistaken(["X· §ång §¨ng"]), mistaken(["XÃ£ TÃ¢n"])
    ('VNI', 'TCVN3', 'UTF-8')
    >>> mistaken(["Xã Đồng Đăng", "Square Théophraste Renaudot"])
    ''
    """
    kept = [text for text in samples if not text.isascii()]
    now = plausibility("\n".join(kept))
    scores = {"UTF-8": 0.0, "TCVN3": 0.0, "VNI": 0.0}
    for encoding in scores:
        texts = [read for text in kept if (read := corrected(text, encoding)) is not None]
        scores[encoding] = plausibility("\n".join(texts)) * len(texts) / max(len(kept), 1)
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] >= 0.8 and scores[best] > now + 0.3 else ""


def corrected(text: str, encoding: str) -> str | None:
    """Read again what was wrongly read as Windows-1252 (or ISO 8859-1), None where that cannot have been.

    >>> corrected("Phöôøng Kyø Löøa", "VNI")
    'Phường Kỳ Lừa'
    """
    if text.isascii():
        return text
    try:
        raw = b"".join(bytes([ord(c)]) if ord(c) < 256 else c.encode("cp1252") for c in text)
    except UnicodeEncodeError:
        return None
    return readable(raw, encoding)


def readable(raw: bytes, encoding: str) -> str | None:
    """Give a text read in an encoding, None if its bytes cannot be in it."""
    try:
        return READERS[encoding](raw)
    except UnicodeDecodeError:
        return None
