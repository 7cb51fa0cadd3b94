"""Slips of citing and of writing: impossible dates, torn numbers, debris, frequent misprints; one check for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatang.core.plan_reader.dates import DATE, iso_date
from hatang.core.plan_reader.structure import LegalBasis, Part, PlanRead, Span

Found = Iterator[tuple[Span | None, str]]

FIGURE = re.compile(r"(?<![\w/])\d+(?=\s*[/-])")
SENTENCE_OPEN = re.compile(r"[^\s.:;!?…/)”\"]$")
DEBRIS = re.compile(r"\*{1,2}[^\s*][^*]{0,80}\*{1,2}|\S\s\|\s\S|_{4,}|\ufffd")
STRAY_SIGN = re.compile(r",\s*\.(?!\.)|;\s*\.(?!\.)|(?<=[\w%])\s+[.;](?![.\w])|,,")
TWICE = re.compile(r"\b(?P<word>[^\W\d_]{2,}(?:\s[^\W\d_]{2,})?)\s(?P=word)\b", re.IGNORECASE)
SYLLABLE = re.compile(r"\w+")
NEXT_SYLLABLE = re.compile(r"\s(\w+)")
NOT_BLANK = re.compile(r"\S")
NUMBER_GOES_ON = re.compile(r"[\w/]")
LONGEST_WORD = 80
LONGEST_NUMBER = 160
MAY_BE_TWICE = {
    "song", "luôn", "dần", "ngày", "người", "nhà", "ai", "đâu", "mãi", "thường", "từng", "đều", "ngành", "nơi", "năm",
}  # fmt: skip
COMPOUNDS = {
    "vi phạm", "thông minh", "thông tin", "thông suốt", "triển khai", "định kỳ", "định hướng", "dân sinh", "tế bào",
}  # fmt: skip
SLIPS: tuple[tuple[str, str], ...] = (
    (r"Phần đầu(?=\s+(?:đạt|đến|có|tỷ lệ|tỉ lệ|trung bình|hoàn thành|phủ|trên|từ|mỗi|xây dựng|\d))", "Phấn đấu"),
    (r"\bphần đầu(?=\s+(?:đạt|đến năm|hoàn thành|trên \d|\d))", "phấn đấu"),
    (r"nền tàng", "nền tảng"),
    (r"hạ tằng", "hạ tầng"),
    (r"tập chung(?!\s+cư)", "tập trung"),
    (r"(?<![Tt]ruyền )thông nhất(?!\s+là)", "thống nhất"),
    (r"công kênh", "cồng kềnh"),
    (r"viển thông", "viễn thông"),
    (r"băng rông", "băng rộng"),
    (r"chuyển đối số", "chuyển đổi số"),
    (r"blockhain", "blockchain"),
    (r"\bCông TTĐT", "Cổng TTĐT"),
)
NOT_PROSE = (Part.RECIPIENTS,)


# --- the documents cited


def citation_date_impossible(read: PlanRead) -> Found:
    """A citation's date must exist and lie before the day of signing."""
    for basis, span, found in _dated_citations(read):
        day = iso_date(found)
        if day is None:
            yield span, f"{basis.number} ghi {found.group()}: lịch không có ngày này; tra lại văn bản gốc."
        elif read.header.date is not None and day > read.header.date:
            yield span, f"{basis.number} ghi {found.group()}, sau ngày ban hành của văn bản này; tra lại văn bản gốc."
        elif (year := re.search(r"/((?:19|20)\d\d)/", basis.number)) and year[1] != day[:4]:
            yield span, f"{basis.number} ghi {found.group()}, khác năm trong số hiệu; tra lại văn bản gốc."


def citation_with_two_dates(read: PlanRead) -> Found:
    """One document has one date."""
    first: dict[str, str] = {}
    for basis, span, found in _dated_citations(read):
        day = iso_date(found)
        if day and first.setdefault(basis.number, day) != day:
            yield (
                span,
                f"{basis.number} ghi {found.group()} nhưng chỗ khác ghi {_vietnamese(first[basis.number])}; "
                "tra lại văn bản gốc.",
            )


def blanks_inside_number(read: PlanRead) -> Found:
    """A number torn by a blank is not found by searching."""
    for basis, span in _citations(read):
        words = read.text.words(span)
        if re.search(r"\s", words):
            yield span, f"số hiệu “{words}” có khoảng trắng ở giữa; được đọc là {basis.number}."


def _citations(read: PlanRead) -> Iterator[tuple[LegalBasis, Span]]:
    """Find every place where a cited number stands, with blanks inside or without."""
    numbers = {_untorn(basis.number): basis for basis in reversed(read.legal_bases)}
    figures = {found[0] for number in numbers if (found := re.match(r"\d+", number))}
    for position, block in enumerate(read.text.blocks):
        for start in FIGURE.finditer(block.text):
            known = _number_at(block.text, start.start(), numbers) if start[0] in figures else None
            if known:
                yield known[0], Span(position, start.start(), known[1])


def _untorn(number: str) -> str:
    return "".join(number.split()).lower()


def _number_at(text: str, at: int, numbers: dict[str, LegalBasis]) -> tuple[LegalBasis, int] | None:
    """Find a known number with blanks anywhere inside, and where it ends."""
    written = ""
    for letter in NOT_BLANK.finditer(text, at, at + LONGEST_NUMBER):
        written += letter[0].lower()
        if written in numbers and not NUMBER_GOES_ON.match(text, letter.end()):
            return numbers[written], letter.end()
    return None


def _dated_citations(read: PlanRead) -> Iterator[tuple[LegalBasis, Span, re.Match[str]]]:
    """Find the dates that follow a cited number."""
    for basis, span in _citations(read):
        text = read.text.blocks[span.block].text
        found = DATE.search(text, span.end, span.end + 34)
        if found and re.fullmatch(r",?\s*(?:ký\s+)?ngày\s*", text[span.end : found.start()]):
            yield basis, Span(span.block, span.start, found.end()), found


# --- the writing


def note_inside_sentence(read: PlanRead) -> Found:
    """A note or table in the midst of a sentence hides how it goes on."""
    blocks = read.text.blocks
    for position in range(1, len(blocks) - 1):
        before, block, after = blocks[position - 1 : position + 2]
        strays = (block.footnote or bool(block.cells)) and not (before.cells or before.footnote or after.cells)
        if strays and SENTENCE_OPEN.search(before.text) and after.text[:1].islower():
            yield (
                Span(position, 0, len(block.text)),
                f"ghi chú hoặc bảng chen giữa câu “… {_end(before.text)} / {after.text[:30]} …”; "
                "đọc liền hai phần của câu.",
            )


def debris_inside_text(read: PlanRead) -> Found:
    """Signs of a converter are no part of the text."""
    for position, block in enumerate(read.text.blocks):
        found = None if block.cells else DEBRIS.search(block.text)
        if found:
            yield (
                Span(position, found.start(), found.end()),
                f"còn sót ký hiệu “{found.group()[:40]}” do chuyển đổi tệp; bỏ qua khi đọc.",
            )


def slip_of_typing(read: PlanRead) -> Found:
    """Frequent words that were read or typed wrongly."""
    for pattern, right in SLIPS:
        for position, found in _matches(read, re.compile(pattern)):
            yield (
                Span(position, found.start(), found.end()),
                f"“{found.group()}” có lẽ là “{right}”; sửa khi ban hành.",
            )


def word_twice(read: PlanRead) -> Found:
    """A word that stands twice, unless it ends one compound and begins another (hành vi vi phạm)."""
    follows: dict[tuple[str, str], set[str]] | None = None
    for position, found in _matches(read, TWICE):
        word = found["word"].lower()
        if word in MAY_BE_TWICE:
            continue
        follows = _words_before_pairs(read) if follows is None else follows
        if not _begins_compound(word, found, follows):
            yield Span(position, found.start(), found.end()), f"lặp từ “{found.group()}”; bỏ một."


def _words_before_pairs(read: PlanRead) -> dict[tuple[str, str], set[str]]:
    """List for each two syllables of the text the words before them."""
    words = [word for block in read.text.blocks for word in block.text.lower().split()]
    before: dict[tuple[str, str], set[str]] = {}
    for other, first, second in zip(words, words[1:], words[2:], strict=False):
        if syllable := SYLLABLE.match(second):
            before.setdefault((first, syllable[0]), set()).add(other)
    return before


def _begins_compound(word: str, found: re.Match[str], before: dict[tuple[str, str], set[str]]) -> bool:
    """Whether the second of two syllables goes with the next one: the pair is usual, or follows other words too."""
    previous = found.string[max(0, found.start() - LONGEST_WORD) : found.start()].lower().split()[-1:]
    following = NEXT_SYLLABLE.match(found.string, found.end())
    if following is None or " " in word:
        return False
    pair = (word, following[1].lower())
    return " ".join(pair) in COMPOUNDS or not before.get(pair, set()) <= {word, *previous}


def stray_sign(read: PlanRead) -> Found:
    """Punctuation that belongs to nothing."""
    for position, found in _matches(read, STRAY_SIGN):
        before = found.string[max(0, found.start() - 4 * LONGEST_WORD) : found.start()]
        yield (
            Span(position, found.start(), found.end()),
            f"dấu câu thừa sau “{_end(before)}”; xem có thiếu chữ không.",
        )


def _matches(read: PlanRead, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Search the paragraphs, tables and the lists of recipients left out."""
    for item in read.text.items:
        block = read.text.blocks[item.block]
        if not block.cells and item.part not in NOT_PROSE:
            yield from ((item.block, found) for found in pattern.finditer(block.text))


def _vietnamese(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def _end(text: str) -> str:
    return " ".join(text.split()[-4:])
