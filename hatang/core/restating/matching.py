"""Finding former units by code or by name, when names come without accents, run together or with another title."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from hatang.core.restating.units_2025 import UnitName
from hatang.core.vietnamese import LOWER, TONE_MARKS, UPPER, search_key

TITLES = ("thanhpho", "thitran", "thixa", "dackhu", "phuong", "huyen", "quan", "tinh", "xa")
SAME_PROVINCE = {"thuathienhue": "hue"}
"""Names that a province bore before: Thừa Thiên Huế became the city of Huế on 1 January 2025."""
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
CAPITAL_INSIDE = re.compile(f"(?<=[{LOWER}])(?=[{UPPER}])")
MOST_CANDIDATES = 5


class How(StrEnum):
    """How a unit was found, the surest first."""

    CODE = "code"
    NAMES = "names"
    TITLE = "title"
    DISTRICT = "district"
    SEVERAL = "several"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """How, for readers."""
        return {
            "code": "đúng mã",
            "names": "đúng tên xã, huyện, tỉnh",
            "title": "đúng tên, khác cấp (xã, phường, thị trấn) hoặc khác dấu",
            "district": "đúng tên trong tỉnh, khác huyện",
            "several": "nhiều đơn vị cùng tên",
            "unknown": "không tìm thấy",
        }[self.value]

    @property
    def sure(self) -> bool:
        """Whether nobody needs to be asked."""
        return self in (How.CODE, How.NAMES)


@dataclass(frozen=True)
class Match:
    """What was found for a unit asked for: one, or several to choose from."""

    how: How
    found: tuple[UnitName, ...]

    @property
    def unit(self) -> UnitName | None:
        """The unit, where there is but one; close spellings are never taken for it."""
        return self.found[0] if self.how not in (How.SEVERAL, How.UNKNOWN) else None


class Matcher:
    """Known units, ready to be found."""

    def __init__(self, known: Iterable[UnitName]) -> None:
        self.by_code: dict[str, UnitName] = {}
        self.in_district: dict[tuple[str, str, str], list[UnitName]] = defaultdict(list)
        self.in_province: dict[tuple[str, str], list[UnitName]] = defaultdict(list)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.provinces: set[str] = set()
        for unit in known:
            province, district, name = province_key(unit.province), bare(unit.district), bare(unit.name)
            self.by_code[unit.code] = unit
            self.in_district[province, district, name].append(unit)
            self.in_province[province, name].append(unit)
            self.names[province].add(name)
            self.provinces.add(unit.province)

    def find(self, asked: UnitName) -> Match:
        """Find a unit by its code or, without one, by the names it gives; what it leaves empty is not asked for.

        >>> known = [UnitName("06001", "Xã Hoà Bình", "Huyện Chi Lăng", "Tỉnh Lạng Sơn", "20")]
        >>> Matcher(known).find(UnitName("", "Xã HòaBình", "ChiLăng", "LạngSơn", "")).how
        <How.NAMES: 'names'>
        >>> Matcher(known).find(UnitName("", "Phường Hòa Bình", "Huyện Khác", "Lạng Sơn", "")).how
        <How.DISTRICT: 'district'>
        """
        if asked.code:
            unit = self.by_code.get(asked.code)
            if unit and (not asked.name or bare(unit.name) == bare(asked.name)):
                return Match(How.CODE, (unit,))
            return Match(How.UNKNOWN, (unit,) if unit else ())
        province, district, name = province_key(asked.province), bare(asked.district), bare(asked.name)
        here = self.in_district.get((province, district, name), ())
        anywhere = self.in_province.get((province, name), ())
        return chosen(asked, here, anywhere) or Match(How.UNKNOWN, self.spelled_like(province, name))

    def spelled_like(self, province: str, name: str) -> tuple[UnitName, ...]:
        """Give a few units of the province whose names are spelled nearly so."""
        near = get_close_matches(name, sorted(self.names[province]), n=3, cutoff=0.8)
        return tuple(unit for key in near for unit in self.in_province[province, key])[:MOST_CANDIDATES]


def chosen(asked: UnitName, here: Sequence[UnitName], anywhere: Sequence[UnitName]) -> Match | None:
    """Choose among units of the same name, in the same district first; None where there is none."""
    same = [unit for unit in here if spelling(unit.name) == spelling(asked.name)]
    if len(same) == 1:
        return Match(How.NAMES, tuple(same))
    if len(here) == 1:
        return Match(How.TITLE, tuple(here))
    if len(here) > 1:
        return Match(How.SEVERAL, tuple(here))
    same = [unit for unit in anywhere if spelling(unit.name) == spelling(asked.name)] or list(anywhere)
    if not same:
        return None
    sure = How.DISTRICT if asked.district else How.TITLE
    if len(same) == 1 and not asked.district and spelling(same[0].name) == spelling(asked.name):
        sure = How.NAMES
    return Match(sure if len(same) == 1 else How.SEVERAL, tuple(same[:MOST_CANDIDATES]))


def squeezed(text: str) -> str:
    """Give a text without accents, blanks and signs, its numbers without leading zeros.

    >>> squeezed("Phường 01"), squeezed("ĐạM'ri")
    ('phuong1', 'damri')
    """
    return LEADING_ZEROS.sub("", search_key(text).replace(" ", ""))


@lru_cache(maxsize=50_000)
def bare(text: str) -> str:
    """Give a name squeezed and without its title.

    >>> bare("Thị trấn Xá"), bare("Xã Xã Lủng"), bare("Quận 3")
    ('xa', 'xalung', '3')
    """
    key = squeezed(text)
    title = next((t for t in TITLES if key.startswith(t) and len(key) > len(t)), "")
    return key[len(title) :] if has_title(text) else key


def has_title(text: str) -> bool:
    """Whether a name begins with a title as a word of its own, or run together with a capital.

    >>> has_title("Xã Hòa"), has_title("ThịTrấnHòa"), has_title("Xalung")
    (True, True, False)
    """
    words = CAPITAL_INSIDE.sub(" ", unicodedata.normalize("NFC", text)).split()
    heads = {"".join(search_key(word) for word in words[:n]) for n in (1, 2)}
    return len(words) > 1 and not heads.isdisjoint(TITLES)


def province_key(text: str) -> str:
    """Give a province's name as it is compared.

    >>> province_key("Tỉnh Thừa Thiên Huế"), province_key("Bà Rịa - Vũng Tàu")
    ('hue', 'bariavungtau')
    """
    key = bare(text)
    return SAME_PROVINCE.get(key, key)


def spelling(text: str) -> tuple[str, str]:
    """Give a name with its title and its accents, wherever the tone mark was put: hoà and hòa are one."""
    letters = unicodedata.normalize("NFD", LEADING_ZEROS.sub("", unicodedata.normalize("NFC", text).lower()))
    plain = unicodedata.normalize("NFC", TONE_MARKS.sub("", letters))
    return "".join(c for c in plain if c.isalnum()), "".join(TONE_MARKS.findall(letters))
