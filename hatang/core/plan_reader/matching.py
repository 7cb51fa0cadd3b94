"""Which indicator of a catalogue a statement speaks of, with a score from 0 to 1; below LIKELY it is a new one.

What is counted, the generation of a network and a speed to be reached decide: a share of households is no share of
villages, 200 Mb/s are not 1 Gb/s. Other words count by how rare they are in the catalogue. To add a synonym, add a row
to CONCEPTS (words without diacritics) and one to tests/core/test_matching.py.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from hatang.core.plan_reader.quantities import find_quantities
from hatang.core.plan_reader.structure import Condition
from hatang.core.vietnamese import search_key

LIKELY = 0.5

CONCEPTS: dict[str, tuple[str, ...]] = {
    "<mobile>": (
        "bang rong di dong", "di dong bang rong", "mang di dong", "vien thong di dong mat dat", "song di dong",
        "mang vien thong di dong mat dat", "dich vu di dong", "3g 4g 5g", "di dong",
    ),
    "<fixed>": ("bang rong co dinh", "mang co dinh", "co dinh bang rong", "co dinh"),
    "<fibre>": (
        "cap quang ftth", "internet cap quang", "bang rong cap quang", "cap quang internet", "cap quang", "ftth",
        "ftth xgspon", "soi quang",
    ),
    "<village>": (
        "thon ban", "thon buon", "thon to dan pho", "thon ban to dan pho", "thon", "ban", "buon", "ap", "khom",
        "to dan pho", "khu pho", "soc", "xom", "thon xom", "ap khu pho",
    ),
    "<adult>": (
        "dan so truong thanh", "nguoi truong thanh", "nguoi dan truong thanh", "dan so o do tuoi truong thanh",
        "dan so do tuoi truong thanh", "nguoi dan tu 15 tuoi", "nguoi dan tu 18 tuoi", "cong dan truong thanh",
    ),
    "<people>": ("dan so", "nguoi dan", "dan cu", "cong dan", "moi nguoi", "dau nguoi", "100 dan"),
    "<household>": ("ho gia dinh", "so ho gia dinh", "ho dan", "so ho", "ho"),
    "<user>": ("nguoi su dung", "nguoi dung", "khach hang"),
    "<subscription>": ("thue bao",),
    "<enterprise>": ("doanh nghiep vua va nho", "doanh nghiep"),
    "<agency>": (
        "co quan quan ly nha nuoc", "co quan nha nuoc", "co quan to chuc nha nuoc", "co quan hanh chinh nha nuoc",
        "co quan hanh chinh", "co quan don vi",
    ),
    "<party>": ("co quan dang nha nuoc", "co quan dang va nha nuoc", "co quan dang"),
    "<organisation>": ("to chuc kinh te xa hoi", "to chuc kinh te"),
    "<committee>": (
        "ubnd cap xa", "uy ban nhan dan cap xa", "uy ban nhan dan xa", "ubnd xa phuong", "ubnd cac xa phuong",
        "ubnd xa", "uy ban nhan dan cac xa phuong", "uy ban nhan dan cac xa",
    ),
    "<commune>": (
        "trung tam xa phuong", "trung tam cac xa phuong", "trung tam cac xa", "trung tam xa", "xa phuong thi tran",
        "dia phuong cap xa phuong", "dia phuong cap xa", "don vi hanh chinh cap xa", "xa phuong", "phuong xa", "xa",
    ),
    "<district>": ("huyen thi xa thanh pho", "huyen thanh pho", "quan huyen"),
    "<zone>": (
        "khu cum cong nghiep", "khu cong nghiep cum cong nghiep", "khu cong nghiep", "cum cong nghiep", "kcn ccn",
        "kcn", "ccn", "khu che xuat", "khu kinh te",
    ),
    "<dense>": ("khu dong dan cu", "khu vuc dong dan cu", "khu dan cu tap trung"),
    "<essential>": ("ha tang thiet yeu", "cong trinh thiet yeu", "ha tang kinh te xa hoi thiet yeu"),
    "<school>": ("truong hoc", "co so giao duc", "co so dao tao"),
    "<hospital>": ("benh vien", "co so y te", "co so kham chua benh"),
    "<tourism>": ("dia diem du lich", "diem du lich", "khu du lich", "du lich"),
    "<systems>": ("he thong thong tin", "httt"),
    "<shared systems>": (
        "he thong thong tin dung chung cap tinh", "he thong thong tin dung chung", "he thong dung chung",
    ),
    "<smartphone>": (
        "dien thoai thong minh", "co dien thoai thong minh", "smartphone", "smp", "dien thoai di dong thong minh",
    ),
    "<cloud>": ("dien toan dam may", "dam may", "cloud"),
    "<account>": ("tai khoan",),
    "<domestic>": (
        "doanh nghiep trong nuoc cung cap", "do doanh nghiep trong nuoc cung cap", "trong nuoc",
        "doanh nghiep viet nam cung cap", "do doanh nghiep viet nam cung cap",
    ),
    "<download>": ("toc do tai xuong", "tai xuong", "toc do download", "toc do bang rong", "toc do"),
    "<line>": ("duong truyen",),
    "<ispeed>": ("i speed", "ispeed"),
    "<iot>": ("internet van vat", "internet of things", "van vat ket noi", "iot"),
    "<ai>": ("tri tue nhan tao", "ai"),
    "<chain>": ("chuoi khoi", "blockchain", "cong nghe chuoi khoi"),
    "<sharing>": ("dung chung", "chia se dung chung", "su dung chung"),
    "<bts>": ("tram bts", "bts", "tram thu phat song", "tram phat song", "cot anten", "vi tri tram"),
    "<position>": ("vi tri bts", "vi tri tram bts", "vi tri tram thu phat song"),
    "<pole>": ("cot treo cap", "cot treo", "cot vien thong"),
    "<duct>": ("cong be cap", "cong be", "cong be ky thuat", "ong cap"),
    "<existing>": ("ha tang hien trang", "ha tang co san", "ha tang hien huu", "hien trang", "co san"),
    "<new>": ("phat trien moi", "xay dung moi", "lap dat moi"),
    "<tslcd>": ("mang truyen so lieu chuyen dung", "truyen so lieu chuyen dung", "tslcd", "mang tslcd"),
    "<meetings>": ("hop truc tuyen", "hoi nghi truc tuyen", "truyen hinh truc tuyen"),
    "<signature>": ("chu ky so", "chu ky dien tu", "chung thu so"),
    "<identity>": ("dinh danh", "dinh danh so", "danh tinh so", "dinh danh dien tu"),
    "<platform>": ("nen tang so",),
    "<ipv6>": ("ipv6", "giao thuc internet the he moi"),
    "<covered>": ("duoc phu song", "phu song", "duoc phu", "phu", "co dich vu", "vung phu"),
    "<able>": ("kha nang tiep can", "san sang tiep can", "co the truy nhap", "kha nang truy nhap", "kha nang"),
    "<access>": ("truy nhap", "truy cap"),
    "<internet>": ("internet",),
    "<use>": ("su dung", "dung", "ung dung"),
    "<connect>": ("ket noi", "dau noi"),
    "<standard>": ("quy chuan", "qcvn", "dap ung quy chuan"),
    "<twin>": ("ban sao so",),
    "<pilot>": ("thi diem", "thu nghiem"),
    "<power>": ("co dien", "dien luoi", "da co dien"),
    "<demand>": ("co nhu cau", "nhu cau su dung", "khu vuc co nhu cau"),
    "<urban>": ("khu vuc thanh thi", "thanh thi", "do thi"),
    "<sensor>": ("cam bien",),
    "<latency>": ("do tre thap", "do tre"),
    "<key>": ("trong diem",),
    "<as a service>": ("nhu dich vu", "nhu mot dich vu"),
    "<government>": ("chinh phu so", "chinh quyen so"),
    "<encouraged>": ("khuyen khich",),
    "<ecosystem>": ("he sinh thai",),
    "<utilities>": ("tien ich so",),
    "<doubled>": ("gap doi", "so voi nam", "gap"),
    "<fifth generation>": ("the he thu 5", "the he 5"),
    "<area>": ("dien tich", "dien tich tu nhien"),
    "<poor household>": ("ho ngheo", "ho can ngheo", "ho gia dinh ngheo"),
    "<dossier>": ("ho so", "thu tuc hanh chinh", "dich vu cong", "dich vu cong truc tuyen"),
    "<official>": ("can bo cong chuc", "can bo", "cong chuc vien chuc", "cong chuc"),
    "<data centre>": ("trung tam du lieu",),
    "<road>": ("tuyen duong", "quoc lo", "cao toc"),
    "<camera>": ("camera",),
}  # fmt: skip
WHO = (
    "<adult>", "<people>", "<household>", "<village>", "<user>", "<subscription>", "<enterprise>", "<agency>",
    "<party>", "<organisation>", "<committee>", "<commune>", "<district>", "<zone>", "<dense>", "<essential>",
    "<shared systems>", "<area>", "<poor household>", "<dossier>", "<official>", "<data centre>", "<road>",
    "<camera>", "<systems>", "<school>", "<hospital>", "<tourism>", "<position>", "<pole>", "<duct>", "<bts>",
)  # fmt: skip
KIN: tuple[frozenset[str], ...] = (
    frozenset({"<position>", "<bts>"}),
    frozenset({"<agency>", "<party>"}),
    frozenset({"<systems>", "<shared systems>"}),
    frozenset({"<district>", "<zone>", "<school>", "<hospital>", "<tourism>"}),
)
STOP = frozenset({
    "ban", "bang", "bao", "binh", "cac", "cap", "cho", "co", "cua", "dam", "dat", "dau", "de", "den", "dia", "dien",
    "do", "duoc", "hang", "hay", "hoac", "it", "khi", "la", "le", "loai", "luong", "mang", "moi", "mot", "muc", "nam",
    "nay", "nham", "nhat", "nhung", "phan", "qua", "rong", "so", "suot", "tai", "theo", "thi", "thieu", "thoai",
    "thong", "tinh", "toi", "tong", "tram", "tren", "trong", "trung", "tu", "ty", "va", "vao", "ve", "voi",
})  # fmt: skip
MODIFIERS = frozenset({"<able>", "<power>", "<pilot>", "<sensor>"})
GENERIC = frozenset({*WHO, "<use>", "<access>", "<connect>", "<covered>", "<mobile>", "<fixed>", *MODIFIERS})
NETWORKS: tuple[frozenset[str], ...] = (frozenset({"<mobile>"}), frozenset({"<fixed>", "<fibre>"}))
GENERATIONS = frozenset({"2g", "3g", "4g", "5g", "6g"})
UNIT_OF_CATALOGUE = {
    "percent": ("percent",),
    "per_100_people": ("per_100_people", "percent"),
    "per_person": ("per_person", "count"),
    "Mbps": ("mbps",),
    "ratio": ("times", "per_person", "count", "percent"),
    "count": ("count", "per_person", "yes_no"),
    "none": ("yes_no", "percent"),
}
OTHER_UNIT, OTHER_WHO, NO_WHO, UNSAID_WHO = 0.0, 0.4, 0.85, 0.75
OTHER_GENERATION, MISSING_GENERATION, OTHER_SPEED, MISSING_SPEED, OTHER_NETWORK = 0.15, 0.55, 0.15, 0.75, 0.5
UNSAID_NETWORK, OTHER_MODIFIER, OTHER_THING, SAME_SPEED = 0.85, 0.7, 0.6, 1.2
RECALL_COUNTS, FULL = 0.65, 1.0
WORDS_ONLY = 0.9


class IndicatorName(NamedTuple):
    """What matching must know of an indicator: its code, names and unit code (percent, mbps, yes_no)."""

    code: str
    name: str
    short_name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Features:
    """What decides of a text: its concepts and words in order of appearance, network generations, speeds."""

    words: tuple[str, ...]
    who: str
    generations: frozenset[str]
    speeds: frozenset[float]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A catalogue read once: each indicator's features and how rare each word is."""

    rows: tuple[tuple[IndicatorName, tuple[Features, ...]], ...]
    rarity: dict[str, float]
    unknown: float


def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """List the phrases by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, phrases in CONCEPTS.items():
        for phrase in phrases:
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((words, concept))
    return {first: sorted(rows, key=lambda row: -len(row[0])) for first, rows in found.items()}


PHRASES = _phrases()


@lru_cache(maxsize=4096)
def features(text: str) -> Features:
    """Read the concepts of a statement or of an indicator's name.

    >>> features("Tỷ lệ thôn, bản được phủ sóng di động băng rộng").words
    ('<village>', '<covered>', '<mobile>')
    """
    words = search_key(text).split()
    found = _sites_shared(tuple(word for word in _concepts(words) if word not in STOP))
    speeds = frozenset(q.value for q in find_quantities(text) if q.unit == "Mbps")
    return Features(
        tuple(w for w in found if w not in GENERATIONS and not _is_amount(w)),
        next((w for w in found if w in WHO), ""),
        frozenset(w for w in found if w in GENERATIONS) | ({"5g"} if "<fifth generation>" in found else set()),
        speeds,
    )


def _sites_shared(words: tuple[str, ...]) -> tuple[str, ...]:
    """Take stations that are shared for their sites, unless they are new ones on what stands already."""
    if "<sharing>" not in words or {"<new>", "<existing>"} & set(words):
        return words
    return tuple("<position>" if word == "<bts>" else word for word in words)


def _is_amount(word: str) -> bool:
    """Say whether a word is a number or a unit of speed, which are weighed apart."""
    return word.isdigit() or bool(re.fullmatch(r"\d+\D{1,5}|[mgt]b(?:ps|it)?|s", word))


def _concepts(words: Sequence[str]) -> Iterable[str]:
    """Replace the longest known phrases by their concepts."""
    at = 0
    while at < len(words):
        rows = PHRASES.get(words[at], ())
        match = next(((p, c) for p, c in rows if tuple(words[at : at + len(p)]) == p), None)
        yield match[1] if match else words[at]
        at += len(match[0]) if match else 1


@lru_cache(maxsize=8)
def _prepared(catalogue: tuple[IndicatorName, ...]) -> Prepared:
    """Read a catalogue."""
    rows = tuple((row, (features(row.name), features(row.short_name))) for row in catalogue)
    counts = Counter(word for _, (name, short) in rows for word in {*name.words, *short.words})
    top = math.log(1 + len(rows))
    return Prepared(rows, {word: top - math.log(n) * 0.6 for word, n in counts.items()}, top)


def best_matches(
    subject: str,
    unit: str,
    condition: Condition | None,
    catalogue: Sequence[IndicatorName],
    limit: int = 5,
) -> list[tuple[str, float]]:
    """Give the codes of the likeliest indicators with their scores, best first.

    `unit` is the reader's (percent, Mbps, per_person ...; none for a statement without a figure). The list is empty
    where no word agrees; a first score below `LIKELY` means that the catalogue does not know the indicator yet.
    """
    prepared = _prepared(tuple(catalogue))
    wanted = features(subject)
    speeds = wanted.speeds | ({condition.value} if condition and condition.unit == "Mbps" else set())
    wanted = Features(
        wanted.words, wanted.who, wanted.generations, frozenset(speeds) if unit != "Mbps" else frozenset()
    )
    scored = ((row.code, _score(prepared, wanted, unit, row, names)) for row, names in prepared.rows)
    return sorted(((code, round(s, 3)) for code, s in scored if s > 0.05), key=lambda pair: -pair[1])[:limit]


def _score(prepared: Prepared, wanted: Features, unit: str, row: IndicatorName, names: Sequence[Features]) -> float:
    """Score one indicator by the better of its two names."""
    units = UNIT_OF_CATALOGUE.get(unit, ("count",))
    if row.unit not in units:
        return OTHER_UNIT
    agreeing = max(_agreement(prepared, wanted, name) for name in names)
    fit = min(FULL, agreeing * _deciding(wanted, names[0]))
    return fit if row.unit == units[0] else fit * WORDS_ONLY


def _agreement(prepared: Prepared, wanted: Features, name: Features) -> float:
    """Weigh how much of the name is said, and how much of what is said the name has."""
    said, named = set(wanted.words), set(name.words)
    both = _weight(prepared, said & named)
    if not both:
        return 0.0
    recall, precision = both / _weight(prepared, named), both / _weight(prepared, said)
    return RECALL_COUNTS * recall + (FULL - RECALL_COUNTS) * precision


def _weight(prepared: Prepared, words: Iterable[str]) -> float:
    """Add up how rare words are."""
    return sum(prepared.rarity.get(word, prepared.unknown) for word in words)


def _deciding(wanted: Features, name: Features) -> float:
    """Give the factor of what decides: who is counted, which network, what speed, what thing."""
    return math.prod(compare(wanted, name) for compare in DECIDING)


def _by_who(wanted: Features, name: Features) -> float:
    """Compare what is counted."""
    if wanted.who == name.who:
        return FULL
    if not wanted.who or not name.who:
        return NO_WHO if wanted.who else UNSAID_WHO
    if any({wanted.who, name.who} <= kin for kin in KIN):
        return FULL
    return OTHER_WHO if name.who not in wanted.words else (OTHER_WHO + FULL) / 2


def _by_generation(wanted: Features, name: Features) -> float:
    """Compare 4G with 5G."""
    if wanted.generations == name.generations or (wanted.generations & name.generations):
        return FULL
    return OTHER_GENERATION if wanted.generations and name.generations else MISSING_GENERATION


def _by_speed(wanted: Features, name: Features) -> float:
    """Compare 200 Mb/s with 1 Gb/s."""
    if wanted.speeds & name.speeds:
        return SAME_SPEED
    if wanted.speeds == name.speeds:
        return FULL
    return OTHER_SPEED if wanted.speeds and name.speeds else MISSING_SPEED


def _by_network(wanted: Features, name: Features) -> float:
    """Compare mobile with fixed; what names both, or neither, is compared by its words alone."""
    said = {n for n, kinds in enumerate(NETWORKS) if kinds & set(wanted.words)}
    named = {n for n, kinds in enumerate(NETWORKS) if kinds & set(name.words)}
    if said and named:
        return FULL if said & named else OTHER_NETWORK
    return UNSAID_NETWORK if len(named) == 1 else FULL


def _by_modifiers(wanted: Features, name: Features) -> float:
    """Compare what narrows or widens a share: able to have is not having."""
    unequal = (set(wanted.words) ^ set(name.words)) & MODIFIERS
    factor: float = OTHER_MODIFIER ** len(unequal)
    return factor


def _by_thing(wanted: Features, name: Features) -> float:
    """Compare what is had or used, where the name says a thing: a signature is no platform."""
    things = set(name.words) - GENERIC
    return OTHER_THING if things and not things & set(wanted.words) else FULL


DECIDING = (_by_who, _by_generation, _by_speed, _by_network, _by_modifiers, _by_thing)
