"""Numbered documents that a text cites: (number, date, issuer, title), in the order in which they are first cited.

Signs follow NĐ 30/2020 ("749/QĐ-TTg", "163/2024/NĐ-CP", "3115/BTTTT-CVT") and the Party's own form ("48-NQ/TU").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hatang.core.plan_reader.body_names import read_body
from hatang.core.plan_reader.body_wordings import CAPITAL
from hatang.core.plan_reader.dates import DATE, iso_date
from hatang.core.plan_reader.structure import Header, Item, LegalBasis, Part, Span, Text
from hatang.core.vietnamese import UPPER, search_key

KINDS = (
    "luật", "bộ luật", "pháp lệnh", "nghị quyết", "nghị định", "quyết định", "chỉ thị", "thông tư",
    "thông tư liên tịch", "kế hoạch", "chương trình", "chương trình hành động", "công văn", "văn bản", "tờ trình",
    "báo cáo", "thông báo", "kết luận", "hướng dẫn", "công điện", "đề án", "quy định", "quy chế", "giấy mời",
    "sắc lệnh", "lệnh", "chiến lược", "phương án",
)  # fmt: skip
STATE_KINDS = {
    "QD", "NQ", "ND", "TT", "TTLT", "NQLT", "CT", "KH", "CTR", "CTHD", "CV", "TB", "KL", "HD", "TTR", "BC", "CD", "PL",
    "L", "DA", "PA", "QC", "QYD", "VBHN", "BB", "TC", "CTPH", "QCPH", "LUAT", "UQ", "PC",
}  # fmt: skip
PARTY_KINDS = {
    "NQ", "CT", "KL", "QD", "HD", "CTR", "KH", "TB", "BC", "CV", "TTR", "QC", "QYD", "QYC", "DA", "CTHD", "CTPH", "TT",
}  # fmt: skip
PARTY_BODIES = {"TW", "TU", "DU", "HU", "QU", "TXU", "DUK", "BCSD", "BTGTW", "BCD", "BCDTW", "VPTW", "UBKTTW"}
ISSUERS = {
    "TTG": "Thủ tướng Chính phủ", "CP": "Chính phủ", "VPCP": "Văn phòng Chính phủ", "CTN": "Chủ tịch nước",
    "UBTVQH": "Ủy ban Thường vụ Quốc hội", "QH": "Quốc hội", "TW": "Trung ương Đảng", "TU": "Tỉnh ủy",
    "BTTTT": "Bộ Thông tin và Truyền thông", "BKHCN": "Bộ Khoa học và Công nghệ",
    "BKHDT": "Bộ Kế hoạch và Đầu tư", "BTC": "Bộ Tài chính", "BNV": "Bộ Nội vụ", "BCA": "Bộ Công an",
    "BQP": "Bộ Quốc phòng", "BXD": "Bộ Xây dựng", "BGTVT": "Bộ Giao thông vận tải", "BCT": "Bộ Công Thương",
    "BTNMT": "Bộ Tài nguyên và Môi trường", "BTP": "Bộ Tư pháp", "BYT": "Bộ Y tế", "BNG": "Bộ Ngoại giao",
    "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn", "BNNMT": "Bộ Nông nghiệp và Môi trường",
    "BNN": "Bộ Nông nghiệp và Phát triển nông thôn", "BGDDT": "Bộ Giáo dục và Đào tạo",
    "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch", "BLDTBXH": "Bộ Lao động - Thương binh và Xã hội",
    "BDTTG": "Bộ Dân tộc và Tôn giáo", "NHNN": "Ngân hàng Nhà nước Việt Nam",
    "STTTT": "Sở Thông tin và Truyền thông", "SKHCN": "Sở Khoa học và Công nghệ", "UBND": "UBND", "HDND": "HĐND",
}  # fmt: skip
PLACED = ("UBND", "HĐND")
KIND = "|".join(KINDS)
TITLE_BEGINS = (
    "về việc", "về", "phê duyệt", "ban hành", "quy định", "sửa đổi", "hướng dẫn", "triển khai", "thực hiện",
    "điều chỉnh",
)  # fmt: skip
LAW_NAMES = (
    "Bảo vệ và phát triển rừng", "Thực hành tiết kiệm, chống lãng phí", "Tiêu chuẩn và quy chuẩn kỹ thuật",
    "Khoa học, công nghệ và đổi mới sáng tạo", "Khoa học và công nghệ", "Quy hoạch đô thị và nông thôn",
)  # fmt: skip
LAW_STOPS = (
    "và", "hoặc", "được", "năm", "ngày", "số", "quy định", "để", "có", "hiện hành", "của", "cùng", "theo", "trong",
    "về", "Luật", "do", "khi", "đã", "là", "phải", "thì", "với", "cho",
)  # fmt: skip
WITHOUT_NUMBER = (
    "Nghị quyết", "Chỉ thị", "Kết luận", "Nghị định", "Chiến lược", "Chương trình", "Đề án", "Quy hoạch",
)  # fmt: skip
WHOSE_ACT = ("Ban Chấp hành", "Ban chấp hành", "Tỉnh ủy", "HĐND", "Hội đồng", "Chính phủ", "Bộ Chính trị")

ICELANDIC_D = "\u00d0"
DASH = r"\s?[-–—‑]\s?"
WORD = r"[A-ZĐ][A-Za-zĐđ&]"
NOT_INSIDE = r"(?<![\w/:-])(?<!\d[.,])"
STATE = re.compile(
    rf"{NOT_INSIDE}(?P<figure>\d{{1,5}}[a-zA-Z]?)\s?/\s?(?:(?P<year>\d{{4}})\s?/\s?)?"
    rf"(?P<sign>{WORD}{{0,11}}\d{{0,2}}(?:{DASH}{WORD}{{1,11}}\d{{0,3}})?(?:[-–—‑]{WORD}{{0,11}}\d{{0,3}}){{0,2}})(?!\w)"
)
PARTY = re.compile(
    rf"{NOT_INSIDE}(?P<figure>\d{{1,5}}){DASH}"
    rf"(?P<sign>{WORD}{{1,4}}\s?(?:/\s?{WORD}{{1,9}}\d{{0,3}}(?:[-–—‑]{WORD}+)?|-\s?T[UW]))(?!\w)"
)
KIND_BEFORE = re.compile(rf"\b(?:{KIND})\s(?:liên tịch\s)?(?:số\s?)?:?\s?$", re.IGNORECASE)
NUMBER_WORD = re.compile(r"\bsố\s?:?\s?$", re.IGNORECASE)
SPECIMEN = re.compile(r"\b(?:mẫu|biểu)\s(?:số\s)?$", re.IGNORECASE)
BARE_LIST = re.compile(r"\bsố\s(?P<bare>\d{1,5}(?:(?:,\s?|\svà\s)\d{1,5})*)(?:,\s?|\svà\s)$", re.IGNORECASE)
LOOK_BACK = 60

NOTE_MARK = r"(?:\s?(?:\[\d{1,2}\]|\(\d{1,2}\)|[⁽]?[¹²³⁴⁵⁶⁷⁸⁹⁰]+[⁾]?))?"
AFTER_DATE = re.compile(
    rf"{NOTE_MARK}\s?(?:\(\s?(?=\d)"
    r"|[,(]?\s?(?:(?:được\s)?(?:ban hành|ký|thông qua)\s)?(?:vào\s)?(?:cùng\s)?ng[àa]y\s?)",
    re.IGNORECASE,
)
BEFORE_DATE = re.compile(
    rf"\bngày\s{DATE.pattern},?\s(?P<issuer>{CAPITAL}[^.;:]{{2,80}}?)\s(?:đã\s)?(?:ký\s)?(?:ban hành|có)\s"
    r"(?:\w+\s){1,4}(?:số\s)?$",
    re.IGNORECASE,
)
COMMON_DATE = re.compile(r"\bcùng\sngày", re.IGNORECASE)
OF_ISSUER = re.compile(rf"{NOTE_MARK}\s?[,)]?\s?(?:do|của)\s(?:đồng chí\s|Hội nghị lần thứ\s\w+\s)?", re.IGNORECASE)
HEAD_OF = re.compile(r"^(?:Bộ trưởng|Chủ nhiệm|Chủ tịch|Thống đốc)\s(?=Bộ|UBND|Ủy ban nhân dân)", re.IGNORECASE)
COMMITTEE = re.compile(r"^(?:Ủy|Uỷ) ban nhân dân\b", re.IGNORECASE)
COUNCIL = re.compile(r"^Hội đồng nhân dân\b", re.IGNORECASE)
CHAIN = re.compile(
    rf"^{NOTE_MARK}(?:\s?,?\s?(?:và\s|cùng\s)?)(?:(?:các\s)?(?:{KIND})\s?:?\s?)?(?:số\s?)?:?\s?$", re.IGNORECASE
)
MANY_ACTS = re.compile(rf"\bcác\s(?:{KIND})\b[^.;]*$", re.IGNORECASE)
ANY_KIND = re.compile(KIND, re.IGNORECASE)
TITLE = re.compile(rf"\s?[,)]?\s?(?=(?:{'|'.join(TITLE_BEGINS)})\s|[“\"])", re.IGNORECASE)
TITLE_END = re.compile(
    rf";|\.(?=\s|$)|\./|(?:,|\svà)\s(?:các\s)?(?i:{KIND})\s(?:số\s)?\d|,\ssố\s\d|\s\((?:sau đây|gọi tắt|văn bản)"
)
TITLE_LIMIT = 400

OWN_LINE = re.compile(r"^[*(\s]*(?:ban hành\s|đính\s)?kèm\stheo\b", re.IGNORECASE)
OWN_LINE_LIMIT = 260
OWN_INSIDE = re.compile(r"\((?:ban hành\s|đính\s)?kèm\stheo\b[^()]{0,200}", re.IGNORECASE)
OUTSIDE_SENTENCES = (Part.HEAD, Part.ANNEX)
NUMBER_LINE = re.compile(r"^\s?số\s?:", re.IGNORECASE)
NAME_ENDS = rf"(?=\s(?:{'|'.join(LAW_STOPS)})\b|[,;.:()“”]|$)"
LAWS = re.compile(
    rf"\b(?:Bộ luật|Luật|Pháp lệnh)\s(?:{'|'.join(LAW_NAMES)}"
    rf"|(?:Phòng, chống|Quản lý, sử dụng|Sửa đổi, bổ sung)\s[^,;.:()]{{3,60}}?{NAME_ENDS}"
    rf"|[{UPPER}][^,;.:()“”]{{2,70}}?{NAME_ENDS})"
)
STANDARDS = re.compile(
    r"\b(?:QCVN|TCVN|TCN)\s\d{1,6}(?:-\d{1,3})?(?::\s?\d{4})?(?:/[A-ZĐ]+)?"
    r"|\b(?:Quy chuẩn|Tiêu chuẩn)\s(?:kỹ thuật\s)?quốc gia\s(?:\([A-Z]+\)\s)?về\s[^,;.:()]{3,80}?"
    r"(?=\s(?:với|và|của|để|đối)\b|[,;.:()]|$)"
)
UNNUMBERED = re.compile(
    rf"\b(?:{'|'.join(WITHOUT_NUMBER)})"
    rf"\s(?:của\s(?={'|'.join(WHOSE_ACT)})|quốc gia\s|tổng thể\s|phát triển\s)"
    r"[^,;.:“”]{8,200}(?:,\s(?:định hướng|tầm nhìn)[^,;.:“”]{3,60})?"
)
NAMED_BY_NUMBER = re.compile(r"\b(?:phê duyệt|ban hành)[^.;,]*$|[“\"]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """One place where a document is cited."""

    number: str
    span: Span
    date: str | None = None
    issuer: str | None = None
    title: str | None = None

    @property
    def key(self) -> str:
        """The number in one spelling, however it is printed."""
        return number_key(self.number)


def number_key(number: str) -> str:
    """Give a document's number in a spelling that ignores blanks, case, diacritics, dashes and zeros in front.

    >>> number_key("04- NQ/TU") == number_key("4-NQ/TU"), number_key("36/QD-TTG")
    (True, '36 qd ttg')
    """
    return search_key(number).lstrip("0")


def find_legal_bases(text: Text, header: Header) -> tuple[LegalBasis, ...]:
    """List every numbered document that is cited, once each, its own number left out."""
    rows: dict[str, Citation] = {}
    for citation in _citations(text):
        if _is_own(citation, header):
            continue
        key = _row_of(rows, citation)
        rows[key] = _merged(rows[key], citation) if key in rows else citation
    return tuple(_basis(row, header) for row in rows.values())


def _row_of(rows: dict[str, Citation], citation: Citation) -> str:
    """Two acts may share a number: another year's date makes another row."""
    known = rows.get(citation.key)
    if (
        known
        and known.date
        and citation.date
        and known.date[:4] != citation.date[:4]
        and known.issuer != citation.issuer
    ):
        return f"{citation.key} {citation.date}"
    return citation.key


def _merged(first: Citation, later: Citation) -> Citation:
    return replace(
        first,
        number=later.number if later.number.count("Đ") > first.number.count("Đ") else first.number,
        date=first.date or later.date,
        issuer=first.issuer or later.issuer,
        title=first.title or later.title,
    )


def _is_own(citation: Citation, header: Header) -> bool:
    if not header.number or number_key(header.number) != citation.key:
        return False
    return citation.date is None or header.date is None or citation.date == header.date


def _basis(row: Citation, header: Header) -> LegalBasis:
    issuer = row.issuer or issuer_of(row.number, header.issuer)
    return LegalBasis(row.number, row.date, issuer, row.span, row.title)


def issuer_of(number: str, here: str | None = None) -> str | None:
    """Say who issues documents of this number's sign; `here` is the committee whose plan it is.

    >>> issuer_of("749/QĐ-TTg"), issuer_of("24/2023/QH15"), issuer_of("06/KH-UBND", "UBND tỉnh Hà Giang")
    ('Thủ tướng Chính phủ', 'Quốc hội', 'UBND tỉnh Hà Giang')
    """
    for sign in reversed(_sign_parts(number)):
        issuer = ISSUERS.get(sign.rstrip("0123456789"))
        if issuer:
            return _placed(issuer, here)
    return None


def _placed(issuer: str, here: str | None) -> str:
    if here and issuer in PLACED:
        return re.sub(r"^(?:UBND|Ủy ban nhân dân)", issuer, here)
    if here and issuer == "Tỉnh ủy" and "thành phố" in here.lower():
        return "Thành ủy"
    return issuer


def _sign_parts(number: str) -> list[str]:
    return [search_key(part).upper() for part in re.split(r"[/–—‑-]", number) if part.strip()]


def _citations(text: Text) -> Iterator[Citation]:
    """Give all citations but the recipients' and those of the plan's own number."""
    for item in text.items:
        words = text.blocks[item.block].text
        if item.part == Part.RECIPIENTS or _own_line(item, words):
            continue
        own = OWN_INSIDE.search(words) if item.part in OUTSIDE_SENTENCES else None
        for citation in citations_in(words, item.block):
            if not own or not own.start() <= citation.span.start < own.end():
                yield citation


def _own_line(item: Item, words: str) -> bool:
    """Whether a line says the plan's own number: at its head, or above its annex."""
    if item.part == Part.HEAD and NUMBER_LINE.match(words):
        return True
    return bool(OWN_LINE.match(words)) and len(words) <= OWN_LINE_LIMIT


def citations_in(words: str, block: int = 0) -> list[Citation]:
    """List the citations in one paragraph.

    >>> [(c.number, c.date) for c in citations_in("Quyết định số 36/QĐ- TTg ngày 11/01/2024 của Bộ A")]
    [('36/QĐ-TTg', '2024-01-11')]
    """
    if "/" not in words and "-T" not in words:
        return []
    words = words.replace(ICELANDIC_D, "Đ")
    found = sorted((*_state_numbers(words), *_party_numbers(words)), key=lambda m: m.start())
    ends = [*(m.start() for m in found), len(words)][1:]
    rows = [_citation(words, m, end, block) for m, end in zip(found, ends, strict=True)]
    _share(words, rows)
    return [row for m, own in zip(found, rows, strict=True) for row in (*_bare(words, m, own), own)]


def _state_numbers(words: str) -> Iterator[re.Match[str]]:
    return (m for m in STATE.finditer(words) if _is_state_sign(words, m))


def _is_state_sign(words: str, found: re.Match[str]) -> bool:
    parts = _sign_parts(found["sign"])
    kind = parts[0].rstrip("0123456789")
    if kind in ("QH", "UBTVQH") and found["year"]:
        return True
    before = words[max(0, found.start() - LOOK_BACK) : found.start()]
    if SPECIMEN.search(before):
        return False
    if len(parts) == 1:
        return bool(KIND_BEFORE.search(before)) and len(kind) > 1
    return kind in STATE_KINDS or kind in ISSUERS or bool(KIND_BEFORE.search(before) or NUMBER_WORD.search(before))


def _party_numbers(words: str) -> Iterator[re.Match[str]]:
    return (m for m in PARTY.finditer(words) if _is_party_sign(words, m))


def _is_party_sign(words: str, found: re.Match[str]) -> bool:
    """Whether a sign is of a known kind, of a Party committee, or stands behind the kind's name."""
    parts = _sign_parts(found["sign"])
    if parts[0] in PARTY_KINDS or parts[-1].rstrip("0123456789") in PARTY_BODIES:
        return True
    return bool(KIND_BEFORE.search(words[max(0, found.start() - LOOK_BACK) : found.start()]))


def plain_number(printed: str) -> str:
    """Give a printed number without blanks, its dashes all alike."""
    return re.sub(r"[–—‑]", "-", re.sub(r"\s", "", printed))


def _citation(words: str, found: re.Match[str], end: int, block: int) -> Citation:
    span, number = Span(block, found.start(), found.end()), plain_number(found.group())
    day, at = _date_after(words, found.end(), end)
    issuer, at = _issuer_after(words, at, end)
    before = BEFORE_DATE.search(words[max(0, found.start() - 200) : found.start()])
    if before and not day:
        return Citation(number, span, iso_date(before), issuer or _issuer(before["issuer"]), _title_after(words, at))
    return Citation(number, span, day, issuer, _title_after(words, at))


def _date_after(words: str, at: int, end: int) -> tuple[str | None, int]:
    """Read "ngày ..." behind a number; the place is where the text goes on."""
    lead = AFTER_DATE.match(words, at)
    found = DATE.match(words, lead.end()) if lead and lead.end() < end else None
    return (iso_date(found), found.end()) if found else (None, at)


def _issuer_after(words: str, at: int, end: int) -> tuple[str | None, int]:
    lead = OF_ISSUER.match(words, at)
    if not lead or lead.end() > end:
        return None, at
    stop = read_body(words, lead.end())
    return (_issuer(words[lead.end() : stop]), stop) if stop else (None, at)


def _issuer(name: str) -> str | None:
    """Give an issuer's name in one form."""
    plain = HEAD_OF.sub("", name.strip(" ,"))
    return COUNCIL.sub("HĐND", COMMITTEE.sub("UBND", plain)) or None


def _title_after(words: str, at: int) -> str | None:
    lead = TITLE.match(words, at)
    if not lead:
        return None
    rest = words[lead.end() : lead.end() + TITLE_LIMIT]
    stop = TITLE_END.search(rest)
    return rest[: stop.start() if stop else None].strip(" ,.;()") or None


def _share(words: str, rows: list[Citation]) -> None:
    """Let documents named in a row share the issuer that stands behind the last, and a day said to be common."""
    for n in range(len(rows) - 2, -1, -1):
        here, after = rows[n], rows[n + 1]
        between = words[here.span.end : after.span.start]
        if (
            here.issuer
            or not after.issuer
            or not CHAIN.match(DATE.sub("", between).replace(" ngày ", " ").replace(" ngày", ""))
        ):
            continue
        plain_chain = bool(CHAIN.match(between)) and not ANY_KIND.search(between)
        day = here.date or (after.date if plain_chain and _one_day(words, here, after) else None)
        rows[n] = replace(here, issuer=issuer_of(here.number, after.issuer) or after.issuer, date=day)


def _one_day(words: str, here: Citation, after: Citation) -> bool:
    follows = words[after.span.end : after.span.end + 20]
    return bool(MANY_ACTS.search(words[: here.span.start]) or COMMON_DATE.search(follows))


def _bare(words: str, found: re.Match[str], own: Citation) -> list[Citation]:
    """Read figures that share the sign of the number behind them: "số 36 và 1132/QĐ-TTg"."""
    listed = BARE_LIST.search(words[max(0, found.start() - LOOK_BACK) : found.start()])
    if not listed:
        return []
    tail, offset = own.number[len(found["figure"]) :], max(0, found.start() - LOOK_BACK) + listed.start("bare")
    places = [(m.group(), offset + m.start()) for m in re.finditer(r"\d+", listed["bare"])]
    return [Citation(f + tail, Span(own.span.block, at, at + len(f)), None, own.issuer) for f, at in places]


def find_other_references(text: Text) -> tuple[str, ...]:
    """List laws, standards and strategies that are named without a number, once each."""
    names: dict[str, str] = {}
    for item in text.items:
        if item.part not in (Part.RECIPIENTS, Part.HEAD):
            for name in references_in(text.blocks[item.block].text):
                names.setdefault(search_key(name), name)
    return tuple(names.values())


def references_in(words: str) -> list[str]:
    """List the laws, standards and unnumbered documents named in one paragraph, in order.

    >>> references_in("theo Luật Viễn thông, Luật Đầu tư công và QCVN 36:2022/BTTTT")
    ['Luật Viễn thông', 'Luật Đầu tư công', 'QCVN 36:2022/BTTTT']
    """
    found = [m for pattern in (LAWS, STANDARDS, UNNUMBERED) for m in pattern.finditer(words)]
    found = [m for m in found if m.re is not UNNUMBERED or not NAMED_BY_NUMBER.search(words[: m.start()][-LOOK_BACK:])]
    return [m.group().strip() for m in sorted(found, key=lambda m: m.start())]
