"""What a table of roads says: which column is what, of which class a road is, and its number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hatang.core.vietnamese import search_key
from hatang.places.models import Road

Class = Road.Class
NAME, NUMBER, CLASS = "name", "number", "road_class"
HEADINGS: dict[str, tuple[str, ...]] = {
    NAME: ("tenduong", "tentuyen", "tentuyenduong", "ten", "tuyenduong", "namevi", "roadname", "streetname", "name"),
    NUMBER: (
        "sohieu",
        "sohieuduong",
        "sohieutuyen",
        "masoduong",
        "maduong",
        "matuyen",
        "kyhieuduong",
        "ref",
        "roadno",
        "roadnumber",
        "roadref",
        "roadcode",
        "number",
    ),
    CLASS: (
        "capduong",
        "capquanly",
        "phancap",
        "cap",
        "loaiduong",
        "phanloai",
        "loai",
        "roadclass",
        "roadtype",
        "class",
        "category",
        "railway",
        "type",
        "level",
    ),
}
"""Headings without accents, case and blanks, the surest first. “ma” alone is often a code of the object's kind."""
CLASS_WORDS: dict[str, tuple[str, ...]] = {
    Class.NATIONAL: ("quoclo", "duongquoclo", "quocgia", "capquocgia", "ql", "national", "nationalroad"),
    Class.PROVINCIAL: ("tinhlo", "duongtinh", "duongtinhlo", "captinh", "tinh", "dt", "tl", "provincial"),
    Class.DISTRICT: ("duonghuyen", "huyenlo", "caphuyen", "huyen", "dh", "district"),
    Class.COMMUNE: ("duongxa", "capxa", "xa", "dx", "commune"),
    Class.URBAN: ("duongdothi", "dothi", "duongpho", "urban"),
    Class.RAILWAY: ("duongsat", "railway", "rail"),
    Class.OTHER: ("khac", "duongkhac", "chuyendung", "duongchuyendung", "other"),
}
CLASS_OF = {word: name for name, words in CLASS_WORDS.items() for word in words}
KINDS = {
    "quoc lo": ("QL", Class.NATIONAL),
    "tinh lo": ("TL", Class.PROVINCIAL),
    "duong tinh": ("ĐT", Class.PROVINCIAL),
    "duong huyen": ("ĐH", Class.DISTRICT),
    "duong xa": ("ĐX", Class.COMMUNE),
}
BY_LETTERS = {search_key(letters): road_class for letters, road_class in KINDS.values()}
NAMED = re.compile(rf"({'|'.join(KINDS)}) (?:so )?(\d{{1,4}}[a-z]?)")
NUMBERED = re.compile(rf"({'|'.join(BY_LETTERS)}) ?\d")
UNKNOWN = {"khongbiet", "khongro", "chuabiet", "chuaro", "khongten", "unknown", "null", "none"}


def joined(text: Any) -> str:
    """Give a text's letters and figures alone, small and without accents.

    >>> joined("Số_hiệu đường")
    'sohieuduong'
    """
    return search_key(str(text)).replace(" ", "")


def columns_called(fields: Iterable[str], what: str) -> list[str]:
    """Give the columns that say something (name, number, class), the surest first.

    >>> columns_called(["gid", "ma", "ten", "loai_duong", "cap_duong"], "road_class")
    ['cap_duong', 'loai_duong']
    """
    order = HEADINGS[what]
    found = [(order.index(joined(f)), f) for f in fields if joined(f) in order]
    return [f for _, f in sorted(found, key=lambda pair: pair[0])]


def told(value: Any) -> str:
    """Write a cell; what says that nothing is known says nothing.

    >>> told(" Quốc lộ  1A "), told("Không biết"), told(None), told(279.0)
    ('Quốc lộ 1A', '', '', '279')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split()) if value is not None else ""
    return "" if joined(text) in UNKNOWN else text


def number_in(name: str) -> str:
    """Give the number that a name is, in the letters that stand for its kind; empty where the name is another.

    >>> number_in("Quốc lộ 1A"), number_in("Tỉnh lộ 279"), number_in("Quốc lộ 1A cũ"), number_in("Đường Hồ Chí Minh")
    ('QL1A', 'TL279', '', '')
    """
    found = NAMED.fullmatch(search_key(name))
    return f"{KINDS[found[1]][0]}{found[2].upper()}" if found else ""


def class_of(cells: Iterable[Any], number: str, name: str) -> str:
    """Give a road's class: what its columns say, railways first, else what its number or name says; else empty.

    >>> class_of(["Quốc Gia", "Đường sắt"], "", ""), class_of(["Cấp Tỉnh"], "", "")
    ('railway', 'provincial')
    >>> class_of(["Asean", "Đường chính"], "", "Quốc lộ 1A"), class_of([], "ĐT.242", ""), class_of(["?"], "", "Phố Huế")
    ('national', 'provincial', '')
    """
    said = [str(CLASS_OF[joined(cell)]) for cell in cells if joined(cell) in CLASS_OF]
    if Class.RAILWAY in said:
        return str(Class.RAILWAY)
    if said:
        return said[0]
    return numbered_class(number) or numbered_class(number_in(name))


def numbered_class(number: str) -> str:
    """Give the class that a number's letters stand for."""
    found = NUMBERED.match(search_key(number))
    return str(BY_LETTERS[found[1]]) if found else ""
