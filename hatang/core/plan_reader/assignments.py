"""Who does a task, with whom and until when: from labels, from table columns, from the sentence itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hatang.core.plan_reader.body_names import SEPARATOR, begins_body, read_body, split_names
from hatang.core.plan_reader.dates import DEADLINE, LEAD_WORDS, POINT, deadline_in
from hatang.core.plan_reader.name_grammar import name_reach
from hatang.core.vietnamese import search_key

LABELS: tuple[tuple[str, str], ...] = (
    ("support", r"(?:các )?(?:cơ quan|đơn vị|đơn vị, cơ quan)?\s?(?:cùng )?phối hợp(?: thực hiện)?"),
    ("support", r"(?:các )?(?:cơ quan|đơn vị)(?:, (?:cơ quan|đơn vị))? (?:có )?liên quan"),
    ("deadline", r"(?:mốc )?thời (?:gian|hạn|điểm)"
                 r"(?:,? (?:và )?(?:thực hiện|hoàn thành|triển khai|bắt đầu|kết thúc|dự kiến))*(?: \(dự kiến\))?"),
    ("deadline", r"tiến độ(?: thực hiện| hoàn thành)?|hoàn thành|lộ trình(?: thực hiện)?"),
    ("product", r"sản phẩm(?:, kết quả)?(?: đầu ra| dự kiến| hoàn thành)?|đầu ra"),
    ("product", r"kết quả(?: đầu ra| dự kiến| thực hiện| cần đạt)?(?:, sản phẩm)?"),
    ("cost", r"(?:nguồn |dự kiến |khái toán )?(?:kinh phí|vốn)(?: thực hiện| dự kiến)?|tổng mức đầu tư"),
    ("lead", r"(?:các )?(?:cơ quan|đơn vị|doanh nghiệp)(?:, (?:cơ quan|đơn vị))? "
             r"(?:chủ trì|thực hiện|triển khai|đầu mối|tham mưu|được giao|chịu trách nhiệm|phụ trách|chủ quản)"
             r"(?: thực hiện| chính| tham mưu|,? (?:và )?phối hợp|/\s?phối hợp|, chủ trì)*"),
    ("lead", r"chủ trì(?: thực hiện| tham mưu)?|phân công(?: thực hiện| nhiệm vụ)?|đầu mối(?: thực hiện)?"),
    ("lead", r"(?:chịu )?trách nhiệm(?: chính| thực hiện)?|đơn vị|chủ đầu tư"),
    ("task", r"(?:tên )?nhiệm vụ(?: cụ thể| trọng tâm)?(?: (?:số )?\d{1,3})?|tên (?:dự án|công việc)|công việc"),
    ("task", r"(?:nhiệm vụ, )?giải pháp|mục tiêu"),
    ("task", r"nội dung(?: nhiệm vụ| thực hiện| công việc| triển khai)?"),
)  # fmt: skip
LABEL = "|".join(f"(?P<{kind}_{n}>{words})" for n, (kind, words) in enumerate(LABELS))
AT_START = re.compile(rf"(?:[-+*•]\s)?(?:{LABEL})\s?:\s?", re.IGNORECASE)
INSIDE = re.compile(rf"(?:(?<=[.;,(])\s?|(?<=[.;,]\s-)\s)(?:{LABEL})\s?:\s", re.IGNORECASE)
LEADS = re.compile(r"\s(?:chủ trì|là cơ quan chủ trì|làm đầu mối|là đầu mối)\b", re.IGNORECASE)
WITH = re.compile(r"\bphối hợp(?: chặt chẽ)?(?: (?:với|cùng))?:?\s", re.IGNORECASE)
SUPPORTED_BY = re.compile(
    r"[;,.]\s(?P<names>[^;.:]{3,200}?)\s(?:cùng\s)?phối hợp(?:\sthực hiện)?(?=\s?[.;,)]|$)", re.IGNORECASE
)
UNLABELLED_TIME = re.compile(
    rf"(?:^|[;,.]\s|\s\()(?P<time>{DEADLINE.pattern}|(?:hoàn thành )?{POINT}\s?\)?$)", re.IGNORECASE
)
SUBJECT = re.compile(
    r"(?:Sở|UBND|(?:Ủy|Uỷ) ban|Công an|Bộ Chỉ huy|Các (?:sở|doanh nghiệp|cơ quan|đơn vị|nhà mạng)|Doanh nghiệp)\s",
    re.IGNORECASE,
)
LONGEST_LEAD = 200
ASSIGNING = ("lead", "support", "deadline")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is said of a task beside its words."""

    lead: str | None = None
    support: tuple[str, ...] = ()
    deadline: str | None = None

    def filled(self, other: Assignment) -> Assignment:
        """Take from another what is not known yet."""
        return Assignment(self.lead or other.lead, self.support or other.support, self.deadline or other.deadline)


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled value in a paragraph: what it is, where its label begins and where its words do."""

    kind: str
    label: int
    start: int
    value: str


def labelled(words: str, start: int = 0) -> list[Field]:
    """Part a paragraph into its labelled fields, in order.

    >>> [(f.kind, f.value) for f in labelled("Lập đề án. Cơ quan chủ trì: Sở Y tế; thời gian: quý I/2026.")]
    [('lead', 'Sở Y tế'), ('deadline', 'quý I/2026')]
    """
    first = AT_START.match(words, start)
    found = ([first] if first else []) + list(INSIDE.finditer(words, first.end() if first else start))
    ends = [*(m.start() for m in found), len(words)][1:]
    fields = [
        Field(kind_of(m), _bare(m), m.end(), _value(words[m.end() : end])) for m, end in zip(found, ends, strict=True)
    ]
    return [part for field in fields for part in _parted_from_time(field)]


def _parted_from_time(field: Field) -> Iterator[Field]:
    """Part a body's name from a deadline without label behind it: "UBND cấp xã; hoàn thành trước 31/12/2026"."""
    time = UNLABELLED_TIME.search(field.value) if field.kind in ("lead", "support") else None
    if not time:
        yield field
        return
    yield replace(field, value=_value(field.value[: time.start()]))
    at = field.start + time.start("time")
    yield Field("deadline", at, at, _value(LEAD_WORDS.sub("", field.value[time.start("time") :])))


def kind_of(found: re.Match[str]) -> str:
    """Give the field that a label which was met opens."""
    return next(kind for n, (kind, _) in enumerate(LABELS) if found[f"{kind}_{n}"])


def _bare(found: re.Match[str]) -> int:
    return found.start() + len(found.group()) - len(found.group().lstrip())


def _value(words: str) -> str:
    plain = words.strip(" .;,-")
    return plain[:-1].strip() if plain.endswith(")") and plain.count(")") > plain.count("(") else plain


def from_fields(fields: list[Field]) -> Assignment:
    """Give the assignment that labelled fields say."""
    known = Assignment()
    for field in fields:
        known = known.filled(from_field(field.kind, field.value))
    return known


def from_field(kind: str, value: str) -> Assignment:
    """Give what one field says; a leading body's field may name the others too."""
    if not value.strip(" -–…."):
        return Assignment()
    if kind == "lead":
        said = said_in(value, sure=True)
        return said if said.lead else Assignment(lead=value)
    if kind == "support":
        return Assignment(support=tuple(split_names(value)))
    return Assignment(deadline=value) if kind == "deadline" else Assignment()


def said_in(words: str, *, sure: bool = False) -> Assignment:
    """Read lead, support and deadline out of a sentence.

    >>> said_in("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính rà soát biên chế, hoàn thành trước ngày 30/6/2026")
    Assignment(lead='Sở Nội vụ', support=('Sở Tài chính',), deadline='trước ngày 30/6/2026')
    """
    found = LEADS.search(words)
    lead, end = _lead_before(words, found) if found else (None, 0)
    if lead is None and not sure:
        return Assignment(_subject(words), (), deadline_in(words))
    return Assignment(lead, _support_after(words, end), deadline_in(words))


def _lead_before(words: str, found: re.Match[str]) -> tuple[str | None, int]:
    """Give the name right before "chủ trì"."""
    low = max(0, found.start() - LONGEST_LEAD)
    before = words[low : found.start()]
    begin = max(
        (m.end() for m in re.finditer(r"[.;(]\s?|\b(?:do|giao|giao cho|phân công)\s|:\s|^", before, re.IGNORECASE)),
        default=0,
    )
    name = before[begin:].strip(" ,")
    return (name, found.end()) if begins_body(name) else (None, 0)


def _support_after(words: str, end: int) -> tuple[str, ...]:
    """Give the names behind "phối hợp với", or before a "phối hợp" that ends the clause."""
    found = WITH.search(words, end, end + 40)
    if found:
        return tuple(read_names(words, found.end()))
    behind = SUPPORTED_BY.search(words, end)
    return tuple(split_names(behind["names"])) if behind and begins_body(behind["names"]) else ()


def _subject(words: str) -> str | None:
    """Give the body that a sentence opens with, as who does it."""
    if not SUBJECT.match(words):
        return None
    end = min(read_body(words, 0) or 0, name_reach(words, 0))
    return words[:end].strip(" ,") if 0 < end < min(len(words) - 10, LONGEST_LEAD) else None


def read_names(words: str, at: int) -> Iterator[str]:
    """Read names one behind another: "Sở A, Sở B và các đơn vị liên quan"."""
    while end := read_body(words, at):
        yield from split_names(words[at:end])
        link = SEPARATOR.match(words, end)
        if not link:
            return
        at = link.end()


COLUMNS: tuple[tuple[str, str], ...] = (
    ("number", r"^(?:stt|tt|so tt|so thu tu|#|no)$"),
    ("deadline", r"thoi (?:gian|han|diem)|tien do|hoan thanh|lo trinh|nam thuc hien"),
    ("deadline", r"^giai doan(?: thuc hien| dau tu)?$"),
    ("lead", r"chu tri|dau moi|tham muu"),
    ("support", r"phoi hop"),
    ("product", r"san pham|ket qua|dau ra"),
    ("cost", r"kinh phi|von\b|nguon|tong muc"),
    ("lead", r"(?:co quan|don vi|to chuc|doanh nghiep).*(?:thuc hien|trien khai|chiu trach nhiem)"),
    ("lead", r"phan cong|^(?:don vi|co quan)$|trach nhiem"),
    ("note", r"ghi chu|can cu|co so"),
    ("group", r"^nhom\b|linh vuc"),
    ("task", r"nhiem vu|noi dung|cong viec|hoat dong|giai phap|du an|chuong trinh|hang muc"),
    ("aim", r"chi tieu|muc tieu"),
)  # fmt: skip
PROJECTS = re.compile(r"\b(?:du an|nhiem vu|cong viec|hang muc|chuong trinh)\b")
MEASURES = re.compile(r"don vi tinh|\bdvt\b|\b20\d\d\b")


def column_kind(header: str) -> str:
    """Say what a table's column holds, by its header; an empty text if none is known.

    >>> column_kind("Cơ quan chủ trì"), column_kind("Thời gian thực hiện"), column_kind("Tên nhiệm vụ")
    ('lead', 'deadline', 'task')
    """
    key = search_key(header)
    return next((kind for kind, words in COLUMNS if re.search(words, key)), "")


def columns_of(headers: tuple[str, ...]) -> dict[str, int]:
    """Give the column of each kind in a table of tasks; empty if these are no headers of one."""
    kinds = [column_kind(header) if len(header) < 80 else "" for header in headers]
    found: dict[str, int] = {}
    for n, kind in enumerate(kinds):
        if kind:
            found.setdefault(kind, n)
    counted = any(MEASURES.search(search_key(header)) for header in headers)
    if "task" not in found and "aim" in found and "lead" in found and not counted:
        found["task"] = found.pop("aim")
    assigned = {"lead", "support", "deadline", "product"} & set(found)
    planned = "cost" in found and "task" in found and PROJECTS.search(search_key(headers[found["task"]]))
    return found if "task" in found and (assigned or planned) else {}


def joined_headers(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    """Join two rows of headers, as where one says "Cơ quan" over "Chủ trì" and "Phối hợp".

    The second may have lost its empty cells, the first those that its widest cell covers.

    >>> joined_headers(("STT", "Nhiệm vụ", "Cơ quan thực hiện", "Thời gian"), ("", "Chủ trì", "Phối hợp"))
    ('STT', 'Nhiệm vụ', 'Chủ trì', 'Phối hợp', 'Thời gian')
    """
    if len(upper) == len(lower):
        return tuple(low if low == up else f"{up} {low}".strip() for up, low in zip(upper, lower, strict=True))
    names = tuple(cell for cell in lower if cell.strip())
    wide = next((n for n, header in enumerate(upper) if column_kind(header) == "lead"), None)
    if wide is None or not set(map(column_kind, names)) <= {"lead", "support", "deadline"}:
        return ()
    after = wide + 1
    while after < len(upper) and after - wide < len(names) and not upper[after].strip():
        after += 1
    return (*upper[:wide], *names, *upper[after:])


def with_deadline(known: Assignment, words: str) -> Assignment:
    """Take the deadline out of the task's own words where no field gives one."""
    return known if known.deadline else replace(known, deadline=deadline_in(words))
