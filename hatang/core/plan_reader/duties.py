"""Report duties: results, difficulties, amendments, plans or data that somebody is to send to somebody, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hatang.core.plan_reader.bodies import body_of
from hatang.core.plan_reader.body_names import begins_body, read_body
from hatang.core.plan_reader.leaves import is_row, own_span, under
from hatang.core.plan_reader.legal_bases import COMMITTEE
from hatang.core.plan_reader.report_times import BY_DAY, CONDITION, day_of_year, rhythm_of, times_of, when_of
from hatang.core.plan_reader.structure import Body, Header, Item, Part, ReportDuty, Span, Text
from hatang.core.vietnamese import UPPER

WHERE = (Part.ORGANISATION, Part.CLOSING)
NOUN_BEFORE = (
    "số liệu", "bản", "mẫu", "chế độ", "nội dung", "các", "kỳ", "thống", "tài liệu", "những", "trong", "công tác",
    "theo",
)  # fmt: skip
OTHER_REPORTS = ("viên", "tài chính", "đánh giá", "nghiên cứu", "kinh tế")
HEARD_BEFORE = ("tiếp nhận", "thông tin", "xử lý", "giải quyết", "những", "các")
DATA = ("số liệu", "dữ liệu", "thông tin", "báo cáo", "tài liệu", "danh sách", "hồ sơ", "kết quả")
HOW = ("đầy đủ", "kịp thời", "chính xác", "thường xuyên")
OFFICES = r"(?:Sở|UBND|(?:Ủy|Uỷ) ban|Bộ)"
RECIPIENTS = (
    "UBND", "HĐND", "(?:Ủy|Uỷ) ban", "Hội đồng", "Sở", "Bộ", "Bộ trưởng", "Thủ tướng", "Chính phủ", "Ban", "Chủ tịch",
    "cấp (?:có )?thẩm quyền", "cơ quan (?:có )?thẩm quyền", "(?:Tỉnh|Thành) ủy", "Văn phòng", "Cục", "Vụ", "Viện",
    "Công an", "Trung tâm", "cấp trên", "Thường trực", "Lãnh đạo", "Tổ", "Cơ quan", "Đơn vị",
)  # fmt: skip
CHANNELS = ("Sở", "Văn phòng", "Bộ", "Cục", "Vụ", "Viện", "Ban", "Công an", "UBND", "Trung tâm", "Cổng", "Hệ thống")
MORE_VERBS = ("đề xuất", "kiến nghị", "tham mưu", "phản ánh", "trình", "kịp thời", "gửi", "báo cáo")
BEGINNINGS = ("định kỳ", "kịp thời", "tổng hợp", "hàng năm", "hằng năm", "báo cáo", "gửi", "trước ngày")


def _not_after(words: Sequence[str]) -> str:
    return "".join(f"(?<!{word} )" for word in words)


VERB = re.compile(
    rf"{_not_after(NOUN_BEFORE)}\bbáo cáo\b(?! (?:{'|'.join(OTHER_REPORTS)}))"
    rf"|{_not_after(HEARD_BEFORE)}\bphản ánh\b(?!, kiến nghị của)"
    rf"|\bgửi\b(?! kèm)|\bphản hồi\b|\b(?:thông tin|trao đổi)(?: kịp thời)? (?:về|với)(?= {OFFICES})"
    rf"|\bcung cấp(?: (?:{'|'.join(HOW)}),?)*(?: các)?(?: thông tin,)? (?:{'|'.join(DATA)})"
    r"(?= .{0,80}\b(?:cho|theo (?:yêu cầu|hướng dẫn|đề nghị)|về) )",
    re.IGNORECASE,
)
CUT = re.compile(
    rf";\s?|\.(?=\s+(?-i:[{UPPER}]))\s*|\.\s?/\.?|\s(?:và|đồng thời)\s(?=(?:kịp thời|định kỳ|hàng năm|hằng năm)\b)",
    re.IGNORECASE,
)
BUDGET = re.compile(r"\b(?:dự toán|kinh phí|bố trí vốn|nguồn vốn)\b", re.IGNORECASE)
NOT_BUDGET = re.compile(r"\b(?:kết quả|khó khăn|vướng mắc)\b", re.IGNORECASE)
TOWARDS = re.compile(
    r"\s(?:gửi(?:\s(?:về|cho|đến|tới))?|về|cho|đến|tới|lên|với|theo (?:yêu cầu|hướng dẫn|đề nghị) của|trình)\s(?=\S)",
    re.IGNORECASE,
)
AFTER_VERB = re.compile(
    rf"(?:,?\s(?:và\s)?(?:{'|'.join(MORE_VERBS)}))*(?:\s(?:về|cho|đến|tới|lên|với|trực tiếp))*\s(?=\S)", re.IGNORECASE
)
RECIPIENT = re.compile(rf"(?:{'|'.join(RECIPIENTS)})\b", re.IGNORECASE)
ABOVE = re.compile(r"(?:cấp|cơ quan|lãnh đạo)\s(?:có thẩm quyền|thẩm quyền|cấp trên|trên)", re.IGNORECASE)
NOT_TOWARDS = re.compile(r"\b(?:của|do|thuộc|phối hợp với|phối hợp|cùng|với|tại)\s$", re.IGNORECASE)
VIA = re.compile(rf"\(?\b(?:thông qua|qua)\s(?={'|'.join(CHANNELS)})")
SUBJECT_SIGN = re.compile(
    r"(?:^|[;:.]\s|,\s|(?:yêu cầu|đề nghị|giao)\s(?:cho\s)?|(?:thực hiện|bổ sung|vướng mắc),?\s)(?=\S)", re.IGNORECASE
)
SPEAKER = re.compile(r",?\s(?:yêu cầu|đề nghị|giao)\b", re.IGNORECASE)
QUOTE_ENDS = re.compile(r",?\s(?:đảm bảo|bảo đảm|nhằm)\s", re.IGNORECASE)
SEGMENT = re.compile(rf",\s(?=(?:{'|'.join(BEGINNINGS)})\b)", re.IGNORECASE)
LONG_LEAD = 150
NAMED_PLACE = re.compile(r"^(UBND|HĐND)\s(tỉnh|thành phố)\s.*$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a paragraph that may tell of a report: its bounds, and where its verb is."""

    start: int
    end: int
    verb: int
    after: int


def find_report_duties(text: Text, bodies: Sequence[Body], header: Header) -> tuple[ReportDuty, ...]:
    """List who is to report what to whom, in order."""
    rows: list[ReportDuty] = []
    for n, item in enumerate(text.items):
        if item.part in WHERE and not is_row(text, item) and not (item.heading and under(text, n)):
            rows.extend(_of_item(text, n, tuple(bodies), header))
    return tuple(rows)


def _of_item(text: Text, n: int, bodies: tuple[Body, ...], header: Header) -> list[ReportDuty]:
    item = text.items[n]
    words = text.blocks[item.block].text
    body = body_of(text, bodies, n) if item.part != Part.CLOSING else None
    start = body.span.end if body and body.span.block == item.block else item.start
    found = [_duty(text, item, clause, body) for clause in clauses_in(words, start)]
    return [each for row in _with_recipient([row for row in found if row], header) for each in _each_time(row)]


def _each_time(row: ReportDuty) -> Iterator[ReportDuty]:
    """Give a duty for each of its times of the year: a report of six months and one of the year are two."""
    times = times_of(row.when or "")
    for time in times:
        month, day = day_of_year(BY_DAY.search(time))
        yield replace(row, when=time, rhythm="yearly", month=month, day=day)
    if not times:
        yield row


def _with_recipient(rows: list[ReportDuty], header: Header) -> list[ReportDuty]:
    """Say to whom a report goes that names nobody: as the others of its paragraph, else whoever issues the plan."""
    known = next((row.to for row in rows if row.to), None) or _whose_plan(header)
    return [row if row.to else replace(row, to=known, sure=0.6) for row in rows]


def _whose_plan(header: Header) -> str | None:
    return _plain_name(header.issuer) if header.issuer else None


def clauses_in(words: str, start: int = 0) -> Iterator[Clause]:
    """Give the clauses of a paragraph that tell of a report; money to be asked for is none.

    >>> text = "Theo dõi; báo cáo UBND tỉnh kết quả. Gửi dự toán kinh phí về Sở Tài chính."
    >>> [text[c.start:c.end] for c in clauses_in(text)]
    ['báo cáo UBND tỉnh kết quả']
    """
    ends = [(m.start(), m.end()) for m in CUT.finditer(words, start)] + [(len(words), len(words))]
    for end, following in ends:
        verb = VERB.search(words, start, end)
        if verb and not _asks_for_money(words[start:end]):
            yield Clause(start, end, verb.start(), verb.end())
        start = following


def _asks_for_money(clause: str) -> bool:
    """Whether a clause is of an estimate or of funds, and not of results or difficulties."""
    money = BUDGET.search(clause)
    return money is not None and not NOT_BUDGET.search(clause, money.end())


def _duty(text: Text, item: Item, clause: Clause, body: Body | None) -> ReportDuty | None:
    words = text.blocks[item.block].text
    who = _who(words, item, clause, body)
    if who is None:
        return None
    span = _quote(text, item, clause)
    said = words[clause.start : clause.end]
    return ReportDuty(
        span,
        text.words(span),
        item.section,
        who,
        _to(words, clause),
        when_of(said, said[clause.verb - clause.start :]),
        _via(words, clause),
        rhythm_of(said),
        *day_of_year(BY_DAY.search(said)),
        0.85 if body else 0.75,
    )


def _quote(text: Text, item: Item, clause: Clause) -> Span:
    """Give the words that say the duty: from its condition or its own beginning, without what it serves."""
    words = text.blocks[item.block].text
    condition = CONDITION.search(words, clause.start, clause.verb)
    start = condition.start() if condition else clause.start
    if not condition and clause.verb - start > LONG_LEAD:
        start = max((m.end() for m in SEGMENT.finditer(words, start, clause.verb + 1)), default=start)
    stop = QUOTE_ENDS.search(words, clause.after, clause.end)
    end = stop.start() if stop else clause.end
    return own_span(text, item, start, end)


def _who(words: str, item: Item, clause: Clause, body: Body | None) -> str | None:
    """Say who reports: the subject of the clause, the section's body, or the subject of a sentence before."""
    condition = CONDITION.search(words, clause.start, clause.verb)
    said = _subject(
        words, condition.end() if condition else clause.start, clause.verb, anywhere=body is None or bool(condition)
    )
    if said:
        return said
    if body:
        return body.name
    return _subject(words, item.start, clause.start, anywhere=True)


def _subject(words: str, start: int, end: int, *, anywhere: bool) -> str | None:
    """Read the last name before the verb that can be its subject; else one that opens the clause."""
    places = [m.end() for m in SUBJECT_SIGN.finditer(words, start, end)] + [start + _blanks(words, start)]
    if not anywhere:
        places = [place for place in places if place <= start + 2]
    for place in sorted(set(places)):
        name_end = read_body(words, place) if place < end and begins_body(words[place : place + 60]) else None
        if name_end:
            name = words[place : min(name_end, end)].strip(" ,")
            if not _is_speaker(words, name_end):
                return name
    return None


def _blanks(words: str, start: int) -> int:
    return len(words[start:]) - len(words[start:].lstrip(" ,"))


def _is_speaker(words: str, end: int) -> bool:
    """Whether the name is of who asks ("UBND tỉnh yêu cầu ...") and not of who reports."""
    return bool(SPEAKER.match(words, end))


def _to(words: str, clause: Clause) -> str | None:
    """Say to whom: right behind the verb, behind "về", "gửi" ..., or the first authority named."""
    direct = AFTER_VERB.match(words, clause.after)
    if direct and RECIPIENT.match(words, direct.end()):
        return _name_at(words, direct.end())
    for found in TOWARDS.finditer(words, clause.verb - 1, clause.end):
        if RECIPIENT.match(words, found.end()):
            return _name_at(words, found.end())
    for found in RECIPIENT.finditer(words, clause.after, clause.end):
        if not NOT_TOWARDS.search(words[: found.start()][-30:]) and words[found.start()].isupper():
            return _name_at(words, found.start())
    return None


def _name_at(words: str, at: int) -> str | None:
    end = read_body(words, at)
    if end is None:
        found = ABOVE.match(words, at)
        return found.group() if found else None
    return _plain_name(words[at:end])


def _plain_name(name: str) -> str:
    """Give a recipient's name in short: the province's committee without the province."""
    short = COMMITTEE.sub("UBND", name.strip(" ,"))
    return NAMED_PLACE.sub(r"\1 \2", short)


def _via(words: str, clause: Clause) -> str | None:
    found = VIA.search(words, clause.verb, clause.end)
    end = read_body(words, found.end()) if found else None
    return words[found.end() : end].strip(" ,") if found and end else None
