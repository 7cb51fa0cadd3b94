"""The head of a document: kind, number, place and date, issuer, title, signer, period (NĐ 30/2020/NĐ-CP, Phụ lục I)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest

from hatang.core.plan_reader.dates import iso
from hatang.core.plan_reader.normalise import shouted
from hatang.core.plan_reader.structure import Header, Part, Text
from hatang.core.vietnamese import LOWER, UPPER, search_key

KINDS = (
    "KẾ HOẠCH", "QUYẾT ĐỊNH", "NGHỊ QUYẾT", "ĐỀ ÁN", "CHƯƠNG TRÌNH", "CHIẾN LƯỢC", "CHỈ THỊ", "PHƯƠNG ÁN", "QUY HOẠCH",
)  # fmt: skip
KIND_KEYS = {search_key(kind): kind for kind in KINDS}
KIND_SIGNS = {
    "KH": "KẾ HOẠCH",
    "QĐ": "QUYẾT ĐỊNH",
    "NQ": "NGHỊ QUYẾT",
    "CT": "CHỈ THỊ",
    "CTr": "CHƯƠNG TRÌNH",
    "ĐA": "ĐỀ ÁN",
}
NUMBER_LINE = re.compile(
    r"\bS[ốo]\s*[:.]?\s*(?P<number>[0-9][0-9A-Za-z]{0,5}\s*(?:/\s*[0-9]{4}\s*)?[/-]\s*"
    r"[A-ZĐ][A-ZĐa-zđ&]*(?:\s*[-–/]\s*[A-ZĐ][A-ZĐa-zđ&]*)*)"
)
BLANK_NUMBER = re.compile(r"\bS[ốo]\s*:\s*[.…_ ]*/\s*(?P<sign>[A-ZĐ][\w&-]*)?")
LETTERHEAD = re.compile(r"(?:ỦY BAN|UỶ BAN|HỘI ĐỒNG|THỦ TƯỚNG|CHÍNH PHỦ|BỘ |CHỦ TỊCH|CỘNG H|Độc lập|Số\b)|.*,\s*ngày\b")
DATE = re.compile(
    r"ng[àa]y\s+(?P<day>[0-9]{1,2})\s+th[áa]ng\s+(?P<month>[0-9]{1,2})\s+n[ăa]m\s+(?P<year>[0-9]{4})"
    r"|ng[àa]y\s+(?P<d>[0-9]{1,2})\s*[/.-]\s*(?P<m>[0-9]{1,2})\s*[/.-]\s*(?P<y>[0-9]{4})",
    re.IGNORECASE,
)
PLACE_LINE = re.compile(rf"(?P<place>[{UPPER}][\w\s.-]{{1,40}}),\s*ngày\b")
NAME = rf"(?P<name>[{UPPER}]\w*(?:[ -]+[{UPPER}]\w*){{0,3}})"
UNIT_NAMES = {
    search_key(unit): unit
    for unit in ("tỉnh", "thành phố", "huyện", "thị xã", "quận", "xã", "phường", "thị trấn", "đặc khu")
} | {"tp": "thành phố"}
UNITS = "|".join([*UNIT_NAMES.values(), *UNIT_NAMES])
OWN_UNIT = re.compile(rf"(?P<unit>(?i:{UNITS}))\.?\s+(?P<name>.+)")
UNIT = re.compile(r"(?P<unit>(?i:tỉnh|thành phố))\s+" + NAME)
COMMITTEE = re.compile(
    r"(?P<body>UBND|HĐND|(?i:ủy ban nhân dân|uỷ ban nhân dân|uy ban nhan dan|hội đồng nhân dân"
    r"|hoi dong nhan dan))\s+(?P<unit>(?i:" + UNITS + r"))\s+" + NAME
)
DEPARTMENT = re.compile(r"^(?:SỞ|BAN QUẢN LÝ|CÔNG AN|VĂN PHÒNG|CHI CỤC|THANH TRA)\b")
PARTY = re.compile(r"^(?P<body>TỈNH ỦY|TỈNH UỶ|THÀNH ỦY|THÀNH UỶ|ĐẢNG ỦY|HUYỆN ỦY)\s+" + NAME)
DEPARTMENTS = (
    "Sở Khoa học và Công nghệ", "Sở Thông tin và Truyền thông", "Sở Tài chính", "Sở Kế hoạch và Đầu tư", "Sở Xây dựng",
    "Sở Công Thương", "Sở Nông nghiệp và Môi trường", "Sở Nông nghiệp và Phát triển nông thôn", "Sở Nội vụ",
    "Sở Tài nguyên và Môi trường", "Sở Giao thông vận tải", "Sở Y tế", "Sở Giáo dục và Đào tạo", "Sở Tư pháp",
    "Sở Văn hóa, Thể thao và Du lịch", "Sở Lao động - Thương binh và Xã hội", "Sở Dân tộc và Tôn giáo", "Sở Du lịch",
)  # fmt: skip
MINISTRY = re.compile(r"^(?:BỘ|ỦY BAN|UỶ BAN|NGÂN HÀNG|THỦ TƯỚNG|CHÍNH PHỦ|QUỐC HỘI)\b")
MINISTRY_SIGNS = {
    "BKHCN": "Bộ Khoa học và Công nghệ", "BTTTT": "Bộ Thông tin và Truyền thông", "TTg": "Thủ tướng Chính phủ",
    "CP": "Chính phủ", "BTC": "Bộ Tài chính", "BNV": "Bộ Nội vụ", "BYT": "Bộ Y tế", "BXD": "Bộ Xây dựng",
    "BGDĐT": "Bộ Giáo dục và Đào tạo", "BCT": "Bộ Công Thương", "BCA": "Bộ Công an", "BQP": "Bộ Quốc phòng",
    "BNNMT": "Bộ Nông nghiệp và Môi trường", "BTNMT": "Bộ Tài nguyên và Môi trường", "BTP": "Bộ Tư pháp",
}  # fmt: skip
CITIES = ("hà nội", "hồ chí minh", "đà nẵng", "hải phòng", "cần thơ", "huế")
PERIOD = re.compile(
    r"(?:giai đoạn|thời kỳ|(?:các |từ )?năm)\s+(?P<a>20[0-9]{2})\s*(?:[-–—,]|và|đến(?: năm)?)\s*(?P<b>20[0-9]{2})",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:năm|đến)\s+(?P<year>20[0-9]{2})", re.IGNORECASE)
ENACTS = re.compile(
    r"(?:Thực hiện|Căn cứ|Theo đề nghị|Xét đề nghị|Triển khai|Điều 1|I\.|Phần|QUYẾT ĐỊNH|Ủy ban|UBND|Bộ |\(|Số\s*:)"
)
PERSON = re.compile(rf"[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]*){{1,4}}")
OFFICE = re.compile(r"(?:PHÓ |THỨ )?(?:CHỦ TỊCH|BỘ TRƯỞNG|TRƯỞNG|THỦ TƯỚNG|GIÁM ĐỐC|CHỦ NHIỆM)\b", re.IGNORECASE)
HEAD_BLOCKS = 60


def read_header(text: Text) -> Header:
    """Read what a document says of itself; what it leaves blank is None, and so is a date without its day."""
    head = _head_lines(text)
    number, sign = _number(head)
    at = next((n for n, line in enumerate(head) if _kind(line)), None)
    kind = _kind(head[at]) if at is not None else KIND_SIGNS.get(re.split(r"[/-]", sign)[0])
    title = _title(head, at) if at is not None else _shouted_title(head)
    return Header(
        kind, number, _date(head), _issuer(head, sign, text), title, _signer(text), *_period(title or "", text)
    )


def _head_lines(text: Text) -> list[str]:
    """List the lines before the first heading; rows of two columns are read column by column."""
    first = next((n for n, item in enumerate(text.items) if item.heading), len(text.items))
    lines: list[str] = []
    for columned, run in groupby(text.blocks[: min(first, HEAD_BLOCKS)], key=lambda block: bool(block.cells)):
        rows = [block.cells if columned else (block.text,) for block in run]
        lines.extend(cell for column in zip_longest(*rows, fillvalue="") for cell in column if cell)
    return lines


def _kind(line: str) -> str | None:
    """Give the kind of document that a line names alone or before the title."""
    key = search_key(line)
    if key in KIND_KEYS:
        return KIND_KEYS[key]
    return next((kind for k, kind in KIND_KEYS.items() if key.startswith(k + " ") and shouted(line[: len(kind)])), None)


def _title(head: Sequence[str], at: int) -> str | None:
    """Give the title: the rest of the kind's line, or the lines up to where the text begins."""
    rest = head[at][len(_kind(head[at]) or "") :].strip(" :-")
    if rest:
        return rest
    lines: list[str] = []
    for line in head[at + 1 : at + 5]:
        if ENACTS.match(line) or LETTERHEAD.match(line) or (lines and line.endswith((";", ".", ":"))):
            break
        lines.append(line)
        if len(lines) > 1 and not shouted(line):
            break
    return " ".join(lines) or None


def _shouted_title(head: Sequence[str]) -> str | None:
    """Give the title of a document whose kind's line is missing: the first line in capitals below number and date."""
    below = next((n for n, line in enumerate(head) if PLACE_LINE.match(line)), None)
    rest = head[below + 1 :] if below is not None else []
    return next((line for line in rest if shouted(line) and not LETTERHEAD.match(line)), None)


def _number(head: Iterable[str]) -> tuple[str | None, str]:
    """Give the document's own number and the sign at its end; a number left blank is None but may bear its sign."""
    for line in head:
        blank = BLANK_NUMBER.search(line)
        if blank:
            return None, blank["sign"] or ""
        found = NUMBER_LINE.match(line)
        if found:
            number = re.sub(r"\s+", "", found["number"]).rstrip("-/,")
            return number, number.split("/", 1)[-1]
    return None, ""


def _date(head: Iterable[str]) -> str | None:
    """Give the date of the place line; none when day or month was left blank."""
    for line in head:
        if re.match(r"(?:Căn cứ|Thực hiện|Triển khai|Theo|Xét|\()", line):
            continue
        found = DATE.search(line)
        if found:
            year, month, day = (int(found[a] or found[b]) for a, b in (("year", "y"), ("month", "m"), ("day", "d")))
            return iso(year, month, day)
    return None


def _issuer(head: Sequence[str], sign: str, text: Text) -> str | None:
    """Give the issuer: from the number's sign, the letterhead, the place line, the title, or the text."""
    issued_by = sign.rpartition("-")[2]
    if issued_by in MINISTRY_SIGNS:
        return MINISTRY_SIGNS[issued_by]
    letterhead = _letterhead(head, issued_by)
    if letterhead:
        return _with_marks(letterhead, head, text)
    places = [m["place"].strip() for line in head if (m := PLACE_LINE.match(line))]
    named = [m for line in head for m in COMMITTEE.finditer(line)] or [m for line in head for m in UNIT.finditer(line)]
    if named and (not places or search_key(named[0]["name"]) == search_key(places[0])):
        return _committee(named[0]["unit"], named[0]["name"])
    if places:
        return _committee("", places[0])
    return _from_body(text)


def _letterhead(head: Sequence[str], issued_by: str) -> str | None:
    """Give the body that the lines in capitals at the top name; a department stands below its committee.

    A department's draft for its committee bears the committee's sign and is the committee's.
    """
    top = [line for line in head[:8] if shouted(line)]
    department = next((n for n, line in enumerate(top[:5]) if DEPARTMENT.match(line)), None)
    if department is not None and issued_by not in ("UBND", "HĐND"):
        place = COMMITTEE.search(" ".join(top[:department]))
        return _sentence_case(top[department]) + (
            f" {_unit(place['unit'])} {_name_case(place['name'])}" if place else ""
        )
    return next((body for n in range(len(top)) if (body := _body_named(top[n : n + 3]))), None)


def _with_marks(issuer: str, head: Sequence[str], text: Text) -> str:
    """Write a name that stands in capitals without marks as the text writes it elsewhere."""
    if not issuer.rpartition(" ")[2].isascii():
        return issuer
    places = [m["place"] for line in head if (m := PLACE_LINE.match(line))]
    names = [own["name"] if (own := OWN_UNIT.match(place)) else place for place in places]
    names += [m["name"] for block in text.blocks for m in UNIT.finditer(block.text)]
    return next((f"{issuer[: -len(n)]}{_name_case(n)}" for n in names if _same_but_for_marks(issuer, n)), issuer)


def _same_but_for_marks(issuer: str, name: str) -> bool:
    return not name.isascii() and f" {search_key(issuer)}".endswith(f" {search_key(name)}")


def _body_named(lines: Sequence[str]) -> str | None:
    """Give the body that begins in the first of these lines of capitals."""
    party = PARTY.match(lines[0])
    if party:
        return f"{party['body'].capitalize().replace('uỷ', 'ủy')} {_name_case(party['name'])}"
    found = next((m for most in (1, 2, 3) if (m := COMMITTEE.match(" ".join(lines[:most])))), None)
    if found:
        return _committee(found["unit"], found["name"], found["body"])
    named = MINISTRY.match(lines[0]) and search_key(lines[0]) != "uy ban nhan dan"
    return _sentence_case(lines[0]) if named else None


def _unit(written: str) -> str:
    """Write the kind of a place with its marks and in small letters."""
    return UNIT_NAMES.get(search_key(written), written.lower())


def _committee(unit: str, name: str, body: str = "UBND") -> str:
    """Write a committee's or council's name as it is written in texts: UBND tỉnh Đắk Lắk."""
    own = OWN_UNIT.match(name.strip(" .,"))
    unit = own["unit"] if own else unit
    shown = _name_case(own["name"] if own else name.strip(" .,"))
    short = "HĐND" if search_key(body) in ("hdnd", "hoi dong nhan dan") else "UBND"
    kind = _unit(unit)
    if kind in ("", "tỉnh") and search_key(shown) in {search_key(c) for c in CITIES}:
        kind = "thành phố"
    return f"{short} {kind or 'tỉnh'} {shown}"


def _name_case(name: str) -> str:
    if not shouted(name):
        return name
    return re.sub(r"[^\W\d_]+", lambda m: m[0][:1].upper() + m[0][1:].lower(), name)


def _sentence_case(text: str) -> str:
    """Write a ministry's or department's name from capitals: Bộ Khoa học và Công nghệ."""
    known = {search_key(name): name for name in (*MINISTRY_SIGNS.values(), *DEPARTMENTS)}
    return known.get(search_key(text), text[:1].upper() + text[1:].lower())


def _from_body(text: Text) -> str | None:
    """Find the province that the text speaks of most."""
    counts: dict[tuple[str, str], int] = {}
    for block in text.blocks:
        for found in UNIT.finditer(block.text):
            key = (found["unit"].lower(), _name_case(found["name"]))
            counts[key] = counts.get(key, 0) + 1
    if not counts:
        return None
    unit, name = max(counts, key=lambda k: counts[k])
    return _committee(unit, name)


def _signer(text: Text) -> str | None:
    """Find the name below the office of who signs, after the recipients."""
    tail = [block.text for block, item in zip(text.blocks, text.items, strict=True) if item.part == Part.RECIPIENTS]
    offices = [n for n, line in enumerate(tail) if OFFICE.search(line) and shouted(line.replace("TM.", ""))]
    after = tail[offices[-1] + 1 :] if offices else []
    return next((line for line in after if PERSON.fullmatch(line)), None)


def _period(title: str, text: Text) -> tuple[int | None, int | None]:
    """Give the years that a title names, else those that the headings of targets name."""
    found = PERIOD.search(title)
    if found:
        return int(found["a"]), int(found["b"])
    years = [int(m["year"]) for m in YEAR.finditer(title)] or [
        int(m["year"])
        for item in text.items
        if item.heading and item.part == Part.TARGETS
        for m in YEAR.finditer(item.title)
    ]
    return (min(years), max(years)) if years else (None, None)
