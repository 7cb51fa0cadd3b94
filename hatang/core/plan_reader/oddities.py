"""What in a document should be looked at before it is believed: one named check for each kind of oddity.

A check yields where it saw something (None: the whole document) and a message that says what, and what would be right;
the place is put before it. Its name is the oddity's kind. To add one, write it and add it to CHECKS; its tests are a
text that has the oddity and one that has not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hatang.core.plan_reader.amendments import abolishes
from hatang.core.plan_reader.dates import DATE, iso_date
from hatang.core.plan_reader.markers import LETTERS, Rank, marker_of
from hatang.core.plan_reader.report_times import BY_DAY, day_of_year
from hatang.core.plan_reader.section_words import section_in_words
from hatang.core.plan_reader.slips import (
    Found,
    blanks_inside_number,
    citation_date_impossible,
    citation_with_two_dates,
    debris_inside_text,
    note_inside_sentence,
    slip_of_typing,
    stray_sign,
    word_twice,
)
from hatang.core.plan_reader.structure import Condition, Item, Oddity, Part, PlanRead, Span, Target
from hatang.core.plan_reader.subjects import Subjects, carrying_words
from hatang.core.vietnamese import number, search_key

Thing = tuple[str, Condition | None, frozenset[str]]

HARDLY = 0.01
WHOLE_PERCENT = 100.0
NAMED = 5
QUOTED = 120
LEFT_BLANK = re.compile(r"ngày\s*(?P<day>\d{0,2})[\s.…_]*tháng\s*(?P<month>\d{0,2})[\s.…_]*năm\s*(?P<year>\d{4})")
HEAD_LINES = 40
AMENDS = re.compile(r"(?:ve viec )?(?:sua doi|dieu chinh|bo sung)\b")
PER_HUNDRED = re.compile(r"/\s*100\s*(?:người\s+)?dân|trên\s+100\s+(?:người\s+)?dân", re.IGNORECASE)
PERCENT = re.compile(r"\d\s*%")
PERCENT_ENDS = re.compile(r"\d\s*%(?:\s*trở lên)?\s*(?:$|[.;,)]|và\b)")
NAMES_A_SHARE = re.compile(r"\b(?:ty|ti) (?:le|trong|suat)\b|\bphan tram\b|\bmuc do\b|\bmuc tieu dung\b")
ANOTHER_FIGURE = re.compile(r"(?<![\d/])(?!(?:19|20)\d\d\b)\d+(?:[.,]\d+)*(?![\d/]|G\b)")
NATIONAL = re.compile(r"(?:của|mặt đất|di động|cố định|Internet|trung bình|cả nước)\s+Việt Nam\b")
ALTERNATIVE = re.compile(
    r"\bhoặc\s+(?:là\s+)?(?:trung bình|bình quân|đạt|tối thiểu|ít nhất|tối đa|trên|dưới|mỗi|từ|khoảng|tăng|giảm|\d)"
)
NO_BODY = re.compile(
    r"^(?:dieu khoan|quy dinh chuyen tiep|hieu luc|che do (?:bao cao|thong tin)|thoi gian thuc hien|tien do thuc hien"
    r"|kinh phi|so ket|tong ket|kiem tra giam sat|khen thuong)\b"
)
ANNOUNCES = re.compile(
    r"\b(?:bieu|bang|phu luc|danh muc)(?: \w+){0,8}? (?:kem theo|dinh kem|gui kem)\b"
    r"|\b(?:chi tiet|cu the|neu|xem|quy dinh|theo|phan cong)(?: \w+){0,3}? (?:tai|theo|trong|o) (?:cac )?phu luc\b"
    r"|\bco phu luc\b"
)
CAPTION = re.compile(r"^\(?\s*(?:ban hanh )?kem theo (?:ke hoach|quyet dinh|nghi quyet|van ban|cong van)\b")
ANNEX_LABEL = re.compile(r"\bphu luc(?: so)? (?P<label>[ivx]+|\d+)\b")


def find_oddities(read: PlanRead) -> tuple[Oddity, ...]:
    """Run every check on a reading and give what was seen, in the order of the checks."""
    return tuple(Oddity(check.__name__, _told(read, *seen), seen[0]) for check in CHECKS for seen in check(read))


def _told(read: PlanRead, span: Span | None, message: str) -> str:
    """Say first where it is."""
    if span is None:
        return message
    item = read.text.items[span.block]
    place = place_of(item.section) if item.section else OUTSIDE.get(item.part, place_of(""))
    return f"{place}: {message}"


# --- the document as a whole


def number_missing(read: PlanRead) -> Found:
    """A document without number cannot be cited."""
    if read.header.number is None:
        yield None, "Đầu văn bản không có số, ký hiệu: đối chiếu bản đã ký rồi ghi số."


def date_missing(read: PlanRead) -> Found:
    """A document without day, month and year cannot be cited either."""
    if read.header.date is not None or any(date_impossible(read)):
        return
    for position, found in _in_head(read, LEFT_BLANK):
        if not (found["day"] and found["month"]):
            yield (
                Span(position, found.start(), found.end()),
                f"ngày ban hành để trống, chỉ biết năm {found['year']}; ghi đủ ngày, tháng.",
            )
            return
    yield None, "Đầu văn bản không có ngày ban hành: đối chiếu bản đã ký rồi ghi ngày."


def date_impossible(read: PlanRead) -> Found:
    """A day of issue that no calendar has was written wrongly."""
    for position, found in _in_head(read, DATE):
        if read.header.date is None and iso_date(found) is None:
            yield (
                Span(position, found.start(), found.end()),
                f"ngày ban hành ghi {found.group()}: lịch không có ngày này; đối chiếu bản đã ký rồi ghi lại.",
            )


def _in_head(read: PlanRead, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Search the lines of the head."""
    for position, block in enumerate(read.text.blocks[:HEAD_LINES]):
        found = pattern.search(block.text) if read.text.items[position].part == Part.HEAD else None
        if found:
            yield position, found


def baselines_missing(read: PlanRead) -> Found:
    """Without a starting point progress cannot be judged; an amendment leaves it to what it amends."""
    counted = [t for t in read.targets if t.value is not None]
    if counted and not read.baselines and not _amends(read):
        yield (
            None,
            f"Văn bản có {len(counted)} mục tiêu bằng số nhưng không nêu hiện trạng nào: "
            "cần số liệu năm gần nhất cho từng chỉ tiêu.",
        )


def funding_missing(read: PlanRead) -> Found:
    """Who pays should be said in a part of its own."""
    parts = {item.part for item in read.text.items}
    if Part.ORGANISATION in parts and Part.FUNDING not in parts and not _amends(read):
        yield None, "Văn bản không có phần kinh phí riêng: tìm nguồn vốn trong phần giải pháp hoặc đề nghị bổ sung."


def _amends(read: PlanRead) -> bool:
    return bool(AMENDS.match(search_key(read.header.title or "")))


def annex_absent(read: PlanRead) -> Found:
    """A table or annex that the text announces has to follow."""
    annexes = _annexes(read)
    for position, block in enumerate(read.text.blocks):
        key = search_key(block.text)
        found = ANNOUNCES.search(key)
        if found and not CAPTION.match(key) and not annexes.follow(position, key):
            yield (
                Span(position, 0, len(block.text)),
                "dẫn tới bảng hoặc phụ lục nhưng trong tệp không có: tải lên tệp có đủ phụ lục.",
            )


@dataclass(frozen=True)
class Annexes:
    """The last places of what may be announced: the last table row but one, an annex, an annex of each label."""

    row: int
    annex: int
    labelled: dict[str, int]

    def follow(self, position: int, key: str) -> bool:
        """Whether a table or an annex of the announced label stands below a block."""
        label = ANNEX_LABEL.search(key)
        if label and max(self.labelled.values(), default=-1) > position:
            return self.labelled.get(label["label"], -1) > position
        return self.row > position or self.annex > position


def _annexes(read: PlanRead) -> Annexes:
    """Find the last tables and annexes."""
    rows = [n for n, block in enumerate(read.text.blocks) if len(block.cells) > 2]
    annex = [n for n, item in enumerate(read.text.items) if item.part == Part.ANNEX]
    labelled = {
        found["label"]: n for n in annex for found in ANNEX_LABEL.finditer(search_key(read.text.blocks[n].text) + " .")
    }
    return Annexes(rows[-2] if len(rows) > 1 else -1, annex[-1] if annex else -1, labelled)


# --- the outline


def numbering_broken(read: PlanRead) -> Found:
    """A number that is left out may be a paragraph that is; letters may leave out đ, f, j, w, z."""
    last: dict[tuple[tuple[int, ...], Rank], tuple[int, str]] = {}
    for item in read.text.items:
        marker = marker_of(f"{item.marker} Mục") if item.marker else None
        if marker is None or not marker.ordinal or item.part in (Part.ANNEX, Part.RECIPIENTS):
            continue
        row = (item.above, marker.rank)
        before = last.get(row)
        last[row] = (marker.ordinal, item.marker)
        if before and _leaves_out(before[0], marker.ordinal, marker.rank):
            yield (
                Span(item.block, 0, item.start),
                f"sau “{before[1]}” đến “{item.marker}”; xem có thiếu mục ở giữa hay đánh số nhầm.",
            )


def _leaves_out(before: int, here: int, rank: Rank) -> bool:
    """Whether a row breaks: one is left out or told twice; a row that begins anew at 1 is another row."""
    if here == 1 or here == before + 1:
        return False
    skipped_dd = rank == Rank.LETTER and LETTERS[before : here - 1] == "đ"
    return not skipped_dd


def clause_among_bodies(read: PlanRead) -> Found:
    """A clause numbered among the bodies is none."""
    for item in read.text.of_part(Part.ORGANISATION):
        if item.heading and NO_BODY.match(search_key(item.title)):
            yield (
                _whole(read, item),
                f"“{item.title}” đánh số chung với các cơ quan nhưng không phải cơ quan: "
                "không giao nhiệm vụ cho mục này.",
            )


# --- the targets


def target_without_figure(read: PlanRead) -> Found:
    """A target without a level can only be declared done."""
    for target in read.targets:
        if target.value is None and target.due_year is not None:
            yield (
                target.span,
                "mục tiêu chỉ nêu bằng lời; cần quy định thế nào là hoàn thành.",
            )


def target_without_year(read: PlanRead) -> Found:
    """A level without a year can never be missed."""
    for target in read.targets:
        if target.value is not None and target.due_year is None:
            yield (
                target.span,
                f"mục tiêu có mức {_written(target)} nhưng không rõ năm phải đạt.",
            )


def target_equal_to_earlier(read: PlanRead) -> Found:
    """A later target that asks for nothing more may be a slip of copying; all of them stays all."""
    for earlier, later in _later(read):
        if earlier.value == later.value and not _is_all(later):
            yield (
                later.span,
                f"mục tiêu năm {later.due_year} bằng mục tiêu năm {earlier.due_year} "
                f"({_written(earlier)}), có thể chép nhầm; đối chiếu bản gốc.",
            )


def target_below_earlier(read: PlanRead) -> Found:
    """A later target below an earlier one would be a step back."""
    for earlier, later in _later(read):
        if _less(later, _value(earlier)):
            yield (
                later.span,
                f"mục tiêu năm {later.due_year} ({_written(later)}) kém mục tiêu năm "
                f"{earlier.due_year} ({_written(earlier)}); đối chiếu bản gốc.",
            )


def level_dropped_later(read: PlanRead) -> Found:
    """A thing that has a level for the first year and none for the last is lost from sight; what is all stays all."""
    counted = [t for t in read.targets if t.value is not None and t.due_year]
    years = sorted({t.due_year for t in counted if t.due_year})
    followed = {id(earlier) for earlier, _ in _later(read)}
    dropped = [t for t in counted if t.due_year == years[0] and id(t) not in followed and not _is_all(t)]
    if len(years) > 1 and dropped:
        names = "; ".join(t.subject for t in dropped[:NAMED]) + ("; …" if len(dropped) > NAMED else "")
        yield (
            None,
            f"{len(dropped)} chỉ tiêu có mức năm {years[0]} nhưng không có mức năm sau: {names}; "
            "xem có phải đặt mức tiếp theo.",
        )


def _is_all(target: Target) -> bool:
    return target.unit == "percent" and target.value == WHOLE_PERCENT


def two_levels_at_once(read: PlanRead) -> Found:
    """Two levels for one thing in one year contradict each other."""
    first: dict[tuple[object, ...], Target] = {}
    for target in read.targets:
        if target.value is None:
            continue
        thing = (target.due_year, target.unit, target.condition, target.comparator, carrying_words(target.subject))
        before = first.setdefault(thing, target)
        if before.value != target.value:
            yield (
                target.span,
                f"cùng năm {target.due_year} đã có mức {_written(before)} cho chỉ tiêu này, ở đây lại là "
                f"{_written(target)}; chọn một mức.",
            )


def target_not_above_present(read: PlanRead) -> Found:
    """A target that the present state reaches asks for nothing."""
    for target, present in _with_present(read):
        if _value(target) == present or _less(target, present):
            yield (
                target.span,
                f"mức {_written(target)} không cao hơn hiện trạng {_written(target, present)} "
                "mà văn bản nêu; xem lại mức hoặc hiện trạng.",
            )


def target_hardly_above_present(read: PlanRead) -> Found:
    """A target a hair above the present state may be a slip."""
    for target, present in _with_present(read):
        if 0 < _value(target) - present < HARDLY * present and not _downward(target):
            yield (
                target.span,
                f"mức {_written(target)} gần như bằng hiện trạng {_written(target, present)} mà văn bản nêu; "
                "xem lại mức.",
            )


def per_100_written_as_percent(read: PlanRead) -> Found:
    """Subscriptions per 100 people may exceed 100 and are no share."""
    for target in read.targets:
        if PER_HUNDRED.search(target.quote) and PERCENT.search(target.quote):
            yield (
                target.span,
                f"số trên 100 dân viết kèm dấu %; được hiểu là "
                f"{_shown(target.value)} trên 100 dân, không phải tỷ lệ phần trăm.",
            )


def share_above_all(read: PlanRead) -> Found:
    """No share exceeds all of it."""
    for target in read.targets:
        if target.unit == "percent" and target.value is not None and target.value > WHOLE_PERCENT:
            yield (
                target.span,
                f"tỷ lệ {_written(target)} vượt 100%; xem lại số hoặc đơn vị.",
            )


def denominator_missing(read: PlanRead) -> Found:
    """A share says of what."""
    for target in read.targets:
        said = NAMES_A_SHARE.search(search_key(target.quote))
        rest = read.text.blocks[target.span.block].text[target.span.start :]
        at_end = PERCENT_ENDS.search(rest[: len(target.quote) + 12])
        if target.unit == "percent" and at_end and not said and not read.text.blocks[target.span.block].cells:
            yield (
                target.span,
                f"không rõ {_written(target)} là của tổng số nào; hỏi cơ quan soạn thảo mẫu số.",
            )


def doubling_without_base(read: PlanRead) -> Found:
    """A doubling means nothing without the figure that is doubled."""
    presents = Subjects(b.subject for b in read.baselines)
    for target in read.targets:
        if target.comparator == "double" and not _has_base(presents, target):
            since = f"năm {target.base_year}" if target.base_year else "gốc"
            yield (
                target.span,
                f"tăng gấp đôi nhưng văn bản không nêu số liệu {since}; cần ghi số gốc thì mới tính được mức phải đạt.",
            )


def _has_base(presents: Subjects, target: Target) -> bool:
    return bool(ANOTHER_FIGURE.search(target.quote)) or bool(presents.like(target.subject))


def abolishes_earlier(read: PlanRead) -> Found:
    """What an amending text strikes out stands in an earlier one, where this reading does not reach."""
    for item in read.text.items:
        words = read.text.own(item)
        if abolishes(words):
            yield (
                Span(item.block, item.start, item.start + len(words)),
                f"“{words.strip(' .;')[:QUOTED]}”: bỏ nội dung ấy của văn bản trước khi công bố.",
            )


def report_day_impossible(read: PlanRead) -> Found:
    """A report cannot be due on a day that no calendar has."""
    for duty in read.report_duties:
        found = BY_DAY.search(duty.quote)
        if found and day_of_year(found).day is None:
            yield (
                duty.span,
                f"báo cáo “{found.group()}”: lịch không có ngày này; hỏi cơ quan soạn thảo ngày đúng.",
            )


def several_targets_in_one(read: PlanRead) -> Found:
    """Several levels in one item are easily taken for one."""
    blocks: dict[int, list[Target]] = {}
    for target in read.targets:
        if target.value is not None and not read.text.blocks[target.span.block].cells:
            blocks.setdefault(target.span.block, []).append(target)
    for position, targets in blocks.items():
        if len(targets) > 1:
            span = Span(position, min(t.span.start for t in targets), max(t.span.end for t in targets))
            levels = ", ".join(_written(t) for t in targets)
            yield (
                span,
                f"gộp {len(targets)} mục tiêu ({levels}); kiểm tra đã tách đúng từng mục tiêu.",
            )


def national_indicator_copied(read: PlanRead) -> Found:
    """A province cannot be held to a figure of the whole country."""
    if (read.header.issuer or "").startswith(("UBND", "HĐND")):
        for target in read.targets:
            if NATIONAL.search(target.quote):
                yield (
                    target.span,
                    "mục tiêu nói về cả nước (“Việt Nam”), có thể chép từ chiến lược "
                    "quốc gia; quy định mức của địa phương.",
                )


def alternative_in_target(read: PlanRead) -> Found:
    """What may be reached in two ways needs a choice."""
    for target in read.targets:
        found = ALTERNATIVE.search(target.quote)
        if found:
            yield (
                target.span,
                f"mục tiêu nêu hai cách đạt (“{found.group()} …”); chọn cách nào dùng để đánh giá.",
            )


CHECKS: tuple[Callable[[PlanRead], Found], ...] = (
    number_missing,
    date_missing,
    date_impossible,
    baselines_missing,
    funding_missing,
    annex_absent,
    numbering_broken,
    clause_among_bodies,
    target_without_figure,
    target_without_year,
    target_equal_to_earlier,
    target_below_earlier,
    level_dropped_later,
    two_levels_at_once,
    target_not_above_present,
    target_hardly_above_present,
    per_100_written_as_percent,
    share_above_all,
    denominator_missing,
    doubling_without_base,
    several_targets_in_one,
    national_indicator_copied,
    alternative_in_target,
    abolishes_earlier,
    report_day_impossible,
    citation_date_impossible,
    citation_with_two_dates,
    blanks_inside_number,
    note_inside_sentence,
    debris_inside_text,
    slip_of_typing,
    word_twice,
    stray_sign,
)
OUTSIDE = {
    Part.HEAD: "Đầu văn bản",
    Part.BASES: "Phần căn cứ",
    Part.CLOSING: "Cuối văn bản",
    Part.RECIPIENTS: "Nơi nhận",
}


def _later(read: PlanRead) -> Iterator[tuple[Target, Target]]:
    """Pair each target with the next later one of the same thing."""
    dated = sorted((t for t in read.targets if t.due_year and t.value is not None), key=lambda t: t.due_year or 0)
    subjects = Subjects(t.subject for t in dated)
    levels: dict[Thing, list[int]] = {}
    for n, target in enumerate(dated):
        levels.setdefault(_thing(target, carrying_words(target.subject)), []).append(n)
    for earlier in dated:
        places = [levels.get(_thing(earlier, words), []) for words in subjects.like(earlier.subject)]
        found = [place for row in places if (place := _first_after(dated, row, earlier.due_year or 0)) is not None]
        if found:
            yield earlier, dated[min(found)]


def _thing(target: Target, words: frozenset[str]) -> Thing:
    """Tell what of these words the target measures."""
    return target.unit, target.condition, words


def _first_after(dated: list[Target], row: list[int], year: int) -> int | None:
    """Give the first place of a row that has a target of a later year."""
    n = bisect_right(row, year, key=lambda place: dated[place].due_year or 0)
    return row[n] if n < len(row) else None


def _with_present(read: PlanRead) -> Iterator[tuple[Target, float]]:
    """Pair each thing's first target with its present state."""
    again = {id(later) for _, later in _later(read)}
    subjects = Subjects(b.subject for b in read.baselines)
    first: dict[tuple[str, frozenset[str]], int] = {}
    for n, present in enumerate(read.baselines):
        first.setdefault((present.unit, carrying_words(present.subject)), n)
    for target in read.targets:
        places = [first[key] for words in subjects.like(target.subject) if (key := (target.unit, words)) in first]
        if target.value is not None and id(target) not in again and places:
            yield target, read.baselines[min(places)].value


def _less(target: Target, than: float) -> bool:
    """Whether a target asks for less; for what is to sink that is more."""
    return _value(target) > than if _downward(target) else _value(target) < than


def _downward(target: Target) -> bool:
    return target.comparator in ("le", "lt")


def _value(target: Target) -> float:
    return target.value if target.value is not None else 0.0


def _shown(value: float | None) -> str:
    return "" if value is None else number(value, 2)


def _written(target: Target, value: float | None = None) -> str:
    """Write a target's level, or another value in its unit."""
    unit = {"percent": "%", "Mbps": " Mbps", "per_100_people": " trên 100 dân", "km": " km"}.get(target.unit, "")
    return _shown(target.value if value is None else value) + unit


def place_of(section: str) -> str:
    """Write a path of labels for people, to begin a sentence.

    >>> place_of("P2.III.2.-3"), place_of("II.1"), place_of("")
    ('Phần 2, mục III.2, gạch đầu dòng 3', 'Mục II.1', 'Trong văn bản')
    """
    written = section_in_words(section) or "trong văn bản"
    return written[0].upper() + written[1:]


def _whole(read: PlanRead, item: Item) -> Span:
    return Span(item.block, 0, len(read.text.blocks[item.block].text))
