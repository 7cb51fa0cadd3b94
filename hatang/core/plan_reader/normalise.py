"""From lines to paragraphs: one spelling, no debris, broken lines joined, footnotes set aside, table rows kept.

A hard-wrapped text breaks its lines anywhere, a clean one only between paragraphs. Which it is shows in how many of
its lines begin with a small letter. A line goes on with the one before when that one cannot have ended there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from hatang.core.plan_reader.debris import RULE, heads_table, is_rule, without_debris
from hatang.core.plan_reader.markers import PLAIN_FIGURES, Marker, Rank, marker_of
from hatang.core.plan_reader.structure import Block, Line
from hatang.core.vietnamese import UPPER, search_key

BLANKS = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f\ufffe\uffff]")
EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|__)(?=\S)(.{1,400}?)(?<=\S)\1(?![\w*])")
NOTE = re.compile(r"[⁽(\[]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}[⁾)\]]?\s*\S|\[[0-9]{1,2}\]\s+\S")
ENDS = re.compile(r"(?:[.;:!?…]|\./\.|[.;:!?…]\s*[”\"’)\]»])$")
OPEN_END = re.compile(r"[,(/“‘&≥≤<>=-]$|\b(?:" + "|".join((
    "và", "hoặc", "của", "các", "những", "với", "về", "cho", "theo", "đến", "tại", "trên", "trong", "từ", "do", "là",
    "bằng", "để", "khi", "có", "được", "bị", "Số", "Điều", "khoản", "Sở", "Bộ", "Ban", "Ủy", "Uỷ", "Ủy ban", "Thủ",
    "Hội đồng", "Quyết", "Nghị", "Chủ", "Ngân", "Các", "Trung", "một", "mỗi", "trước", "sau", "giữa", "thuộc", "cùng",
    "như", "không", "chưa", "nhằm", "gồm",
)) + r")$")  # fmt: skip
BEFORE_NUMBER = re.compile(r"\b(?:số|năm|tháng|ngày|khoản|mục|đoạn|đạt|trên|dưới|quý|Tier|đợt|tối thiểu|ít nhất)$")
STARTERS = re.compile(
    r"(?:Căn cứ|Nơi nhận|Kính gửi|Số\s*:|Trên đây là|Xét đề nghị|Theo đề nghị|TM\.|KT\.|TL\.|TUQ\.|Q\.|CỘNG H|Độc lập\b"
    r"|Thực hiện (?:Quyết định|Nghị quyết|Kế hoạch|Chỉ thị|Công văn|Chương trình)"
    r"|(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân) (?:tỉnh|thành phố)\b.{0,30} (?:yêu cầu|ban hành)"
    rf"|SỞ (?=[{UPPER}])|HỘI ĐỒNG NHÂN DÂN|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|THỦ TƯỚNG CHÍNH PHỦ|BỘ TRƯỞNG BỘ"
    r"|Trong quá trình (?:tổ chức |triển khai )?thực hiện|\((?:Ban hành )?[Kk]èm theo\b|Kèm theo\b)"
)
ACTS = re.compile(
    r"(?:Quyết định|Nghị quyết|Nghị định|Luật|Thông tư|Kế hoạch|Chỉ thị|Kết luận|Công văn|Văn bản|Chương trình"
    r"|Thông báo)\b"
)
ALONE = {
    "ke hoach", "quyet dinh", "nghi quyet", "de an", "chuong trinh", "chien luoc", "to trinh", "bao cao", "chi thi",
    "noi nhan", "pho chu tich", "chu tich", "bo truong", "thu truong", "du thao", "quyet nghi",
}  # fmt: skip
VERBS = (
    "chu tri", "phoi hop", "nghien cuu", "trien khai", "xay dung va", "thuc hien", "chi dao", "tham muu", "huong dan",
    "khuyen khich", "day manh", "can cu", "tren co so", "to chuc thuc", "tang cuong", "ho tro", "cung cap", "bao dam",
    "dam bao", "theo doi", "kiem tra", "tiep tuc", "ra soat", "trach nhiem", "hang nam", "dinh ky", "tao dieu kien",
    "dang ", "dua ", "lap ", "ban hanh", "bo tri", "can doi", "tham dinh", "hoan thanh", "moi ", "phan dau", "den nam",
    "co trach nhiem", "chiu trach nhiem", "chu dong", "tuyen truyen", "quan ly", "bao cao", "tong hop",
    "xay dung ", "phat trien ", "thanh lap ", "pho bien", "cong bo", "giam sat", "van dong", "tiep nhan", "cap nhat",
    "nang cap", "dau tu", "rut gon", "su dung", "ket noi", "thuc day", "huy dong", "tang ", "kip thoi",
    "tham gia", "chap hanh",
)  # fmt: skip
CUT_NUMBER = re.compile(r"\d/[A-ZĐ]{1,4}-$")
HEAD_COLUMNS = re.compile(
    r"(?:(?:ỦY|UỶ) BAN|UBND|SỞ|BỘ|HỘI ĐỒNG|TỈNH|THÀNH PHỐ|Số\s*:|[-_]{3,})[^\s]*(?:\s{1,2}\S+)*"
    r"(?:\s+(?=CỘNG H|Độc lập)|\s{3,})(?:CỘNG H|Độc lập|[-_]{3,}|\S+(?:\s{1,2}\S+)*,\s{1,2}ngày\b)"
)
GOES_ON_WITH = ("≥", "≤", "%", ")", ";", ",", "/", "”")
FIGURE_AHEAD = re.compile(r"[0-9]|[IVX]{1,4}\s?/\s?[0-9]")
SHARE_AHEAD = re.compile(r"[0-9]+(?:,[0-9]+)? ?%")
COMPOUNDS = (
    ("phát thanh", "truyền hình"), ("kinh tế", "xã hội"), ("lao động", "thương binh"), ("vật lý", "số"),
    ("quốc phòng", "an ninh"), ("chính trị", "xã hội"), ("văn hóa", "xã hội"), ("điện tử", "viễn thông"),
    ("việt", "nam"),
)  # fmt: skip
BODIES_AHEAD = re.compile(r"\b(?:Sở|Các sở|UBND|Ủy ban|Uỷ ban|Công an|Ban|Bộ|Văn phòng|Báo|Hội)\b")
COLUMN_AHEAD = re.compile(r"(?:noi dung|nhiem vu|ten |chi tieu|cong viec|muc tieu|don vi|co quan|danh muc)")
YEAR_BEFORE = re.compile(r"(?:19|20)[0-9]{2}$")
MARKDOWN = re.compile(r"^(?:#{1,6} +)?\*{2}((?:[^*])+)\*{2}$|^#{1,6} +(?=\S)")
UNIT_AHEAD = re.compile(r"(?:[KMGT]b(?:ps|it/s|/s)?|%|km|MW|GB|TB|ms)(?![^\W\d_])")
LONGEST_HEAD = 250
MOST_LETTERS = 20_000
"""A longer paragraph is none that people write; it is read in parts so that no text can hold up the reader."""
WRAPPED_FROM = 0.08
COPIED_FROM = 0.2
WIDEST = 140
FULL = 0.9
LONGEST_HEADING = 220
SHORT_LINE = 60
LONGEST_NAME_LINE = 120


@dataclass(slots=True)
class Piece:
    """A paragraph on its way: its lines so far, and where it began."""

    parts: list[str]
    page: int
    marker: Marker | None
    strong: bool
    cells: tuple[str, ...] = ()
    footnote: bool = False
    closed: bool = False
    last_width: int = 0
    length: int = 0
    open_brackets: int = 0

    @property
    def text(self) -> str:
        """The paragraph so far."""
        return joined(self.parts)

    def take(self, text: str) -> None:
        """Go on with a line."""
        self.parts.append(text)
        self.last_width = len(text)
        self.length += len(text) + 1
        self.open_brackets += text.count("(") - text.count(")")


@dataclass(slots=True)
class Reader:
    """Joins the lines of one text; `width` is how long its full lines are, 0 where lines are paragraphs.

    A table that came with one cell a line is read as if each line were a paragraph, until a heading comes.
    """

    width: int
    text_width: int = 0
    pieces: list[Piece] = field(default_factory=list)
    current: Piece | None = None
    note: Piece | None = None
    following: str = ""

    def feed(self, line: Line, following: str) -> None:
        """Take the next line; the one after it helps to tell a heading's end."""
        self.following = following
        self._mind_table(line, following)
        if line.cells:
            self.close()
            self.pieces.append(Piece([line.text], line.page, None, line.strong, cells=line.cells, closed=True))
        elif line.footnote or self._opens_note(line):
            self._add_note(line)
        elif self.note is not None and not self.note.closed and self._note_continues(self.note, line.text):
            self.note.take(line.text)
        elif self.current is not None and self._continues(self.current, line):
            self.current.take(line.text)
        else:
            self._begin(line)

    def _mind_table(self, line: Line, following: str) -> None:
        """Notice where a table of single cells begins and where it ends."""
        marker = marker_of(line.text)
        if self.width and heads_table(line.text) and COLUMN_AHEAD.match(search_key(following)):
            self.text_width, self.width = self.width, 0
        elif self.text_width and marker is not None and marker.rank <= Rank.ROMAN:
            self.width, self.text_width = self.text_width, 0

    def close(self) -> None:
        """Let nothing join the paragraph before."""
        self.current = None

    def _begin(self, line: Line) -> None:
        self.note = None
        self.current = Piece([], line.page, marker_of(line.text), line.strong, closed=line.whole)
        self.current.take(line.text)
        self.pieces.append(self.current)

    def _opens_note(self, line: Line) -> bool:
        """Whether a note breaks into a sentence here."""
        if not NOTE.match(line.text):
            return False
        return self.current is None or not line.whole

    def _add_note(self, line: Line) -> None:
        self.note = Piece([], line.page, None, line.strong, footnote=True, closed=line.whole or not self.width)
        self.note.take(line.text)
        self.pieces.append(self.note)

    def _note_continues(self, note: Piece, text: str) -> bool:
        """Whether a line goes on with the note: until a full stop on a line that is not full, or a marker."""
        before = note.parts[-1]
        marker = marker_of(text)
        if STARTERS.match(text) or (marker is not None and not text.startswith("(")):
            return False
        return not before.endswith(".") or (not text[:1].islower() and self._full(note, text))

    def _continues(self, piece: Piece, line: Line) -> bool:
        """Whether the line goes on with the paragraph."""
        if piece.cells or (piece.closed and line.whole):
            return False
        before, text = piece.parts[-1], line.text
        if ENDS.search(before) and not _cut_name(before, text):
            return self._goes_on_after_end(piece, text)
        return self._goes_on(piece, before, text)

    def _goes_on_after_end(self, piece: Piece, text: str) -> bool:
        """After a full stop only a full line of a wrapped paragraph goes on without a marker."""
        before = piece.parts[-1]
        marker = marker_of(text)
        if not self.width or before.endswith("./.") or (marker and not self._runs_on(piece, marker, text)):
            return False
        if marker:
            return True
        if STARTERS.match(text) and not (before.endswith(":") and self._full(piece, text)):
            return False
        if before.endswith(";") and _titled_but_for_end(piece) and text[:1].isupper():
            return True
        if before.endswith((";", ":")):
            led_in = _itemised(piece) and before.endswith(":")
            return (
                text[:1].islower()
                or led_in
                or (not _begins_act(piece, text) and not _titled(piece) and self._full(piece, text))
            )
        if len(piece.parts) == 1 and _titled(piece):
            return False
        return text[:1].islower() or self._full(piece, text)

    def _runs_on(self, piece: Piece, marker: Marker, text: str) -> bool:
        """Whether (ii) at the start of a line goes on with a row that runs inside the paragraph."""
        if marker.rank != Rank.ENCLOSED:
            return False
        if marker.ordinal == 1:
            return _itemised(piece) and self._full(piece, text)
        inside = piece.marker is None or piece.marker.rank != Rank.ENCLOSED
        return inside and any("(i)" in part or "(1)" in part for part in piece.parts)

    def _goes_on(self, piece: Piece, before: str, text: str) -> bool:
        if search_key(before) in ALONE or (STARTERS.match(text) and not OPEN_END.search(before)):
            return False
        small = (text[:1].islower() and not _bulleted(text)) or text[:1] in GOES_ON_WITH
        if small and not _lettered_start(text):
            return True
        marker = marker_of(text)
        if marker and not _false_marker(marker, text, piece):
            return False
        if OPEN_END.search(before) or (BEFORE_NUMBER.search(before) and FIGURE_AHEAD.match(text)):
            return True
        if self.width and _compound(before, text):
            return True
        if not self.width:
            return _titled(piece) and _goes_on_shouting(piece, text)
        return self._open_line(piece, before, text)

    def _open_line(self, piece: Piece, before: str, text: str) -> bool:
        """Whether an unended line of a wrapped text is gone on with by one that begins with a capital."""
        if piece.parts[-1][-1:].isdigit() and UNIT_AHEAD.match(text):
            return True
        if text[:1].isdigit() and not shouted(before) and not (_titled(piece) and SHARE_AHEAD.match(text)):
            return True
        if shouted(before) or shouted(text):
            return _goes_on_shouting(piece, text)
        if _titled(piece):
            return self._name_goes_on(text) or self._full_name(piece, text) or _cut_title(piece, text)
        return piece.length > SHORT_LINE or len(piece.parts) > 1 or self._full(piece, text) or _itemised(piece)

    def _name_goes_on(self, text: str) -> bool:
        """Whether a heading goes on with a capital: a short unended line before an item or a sentence of its own."""
        if text.startswith("("):
            return True
        if ENDS.search(text) or search_key(text).startswith(VERBS):
            return False
        after = self.following
        if after[:1].islower():
            return False
        named = marker_of(after) is not None or search_key(after).startswith(VERBS)
        return (named and len(text) < LONGEST_NAME_LINE) or (after[:1].isupper() and len(text) < SHORT_LINE * 2 // 3)

    def _full_name(self, piece: Piece, text: str) -> bool:
        return self._full(piece, text) and not search_key(text).startswith(VERBS)

    def _full(self, piece: Piece, text: str) -> bool:
        """Whether the next word would not have fitted on the line before."""
        first = text.split(" ", 1)[0]
        return piece.last_width + 1 + len(first) > self.width * FULL


def normalised(lines: Iterable[Line]) -> tuple[Block, ...]:
    """Give the paragraphs, table rows and footnotes of a text, NFC and without debris.

    >>> lines = ["1. Sở", "Tài chính", "chủ trì.", "- 12 -", "2. Sở Y tế"]
    >>> [block.text for block in normalised(map(Line, lines))]
    ['1. Sở Tài chính chủ trì.', '2. Sở Y tế']
    """
    clean = without_debris(_parted([line for line in map(cleaned, _barred(lines)) if line.text or line.cells]))
    reader = Reader(wrap_width(clean))
    for n, line in enumerate(clean):
        if is_rule(line):
            reader.close()
        else:
            reader.feed(line, next((other.text for other in clean[n + 1 : n + 2]), ""))
    return tuple(_blocks(reader.pieces))


def _parted(lines: Sequence[Line]) -> Sequence[Line]:
    """Take paragraphs that are really the printed lines of a copied text as lines."""
    whole = [line for line in lines if line.whole and not line.cells and len(line.text) > 3]
    small = sum(line.text[0].islower() and not _lettered_start(line.text) for line in whole)
    if small < max(3, COPIED_FROM * len(whole)):
        return lines
    return [replace(line, whole=False) for line in lines]


def _barred(lines: Iterable[Line]) -> Iterator[Line]:
    """Give a bar that ends a cell's line a line of its own."""
    for line in lines:
        bare = line.text.strip()
        if not line.cells and bare.count("|") == 1 and len(bare) > 1 and "|" in (bare[0], bare[-1]):
            bar = replace(line, text="|")
            yield from (bar, replace(line, text=bare[1:])) if bare[0] == "|" else (replace(line, text=bare[:-1]), bar)
        else:
            yield line


def cleaned(line: Line) -> Line:
    """Give a line in NFC, its blanks folded, emphasis marks and invisible signs taken away, its cells parted."""
    cells = tuple(_folded(cell) for cell in line.cells or split_cells(line.text))
    text = " | ".join(cells) if cells else MARKDOWN.sub(lambda m: m[1] or "", _folded(line.text))
    marker = _folded(line.marker)
    return replace(line, text=f"{marker} {text}".strip() if marker else text, cells=cells, marker="")


def split_cells(text: str) -> tuple[str, ...]:
    """Part a row that is written with bars or tabs, or the two columns of a head; a rule of bars is no row.

    >>> split_cells("| 1 | Lập quy hoạch | Sở A |"), split_cells("Số: 28/KH-UBND"), split_cells("|---|---|")
    (('1', 'Lập quy hoạch', 'Sở A'), (), ())
    """
    bare = text.strip()
    if len(bare) <= LONGEST_HEAD and HEAD_COLUMNS.match(bare):
        return tuple(re.split(r"\s{3,}|\s+(?=CỘNG H|Độc lập)", bare, maxsplit=1))
    sign = "|" if text.count("|") >= 2 else "\t" if bare.count("\t") >= 2 else ""
    if not sign or RULE.fullmatch(text):
        return ()
    cells = bare.removeprefix(sign).removesuffix(sign).split(sign) if sign == "|" else bare.split(sign)
    return tuple(cell.strip() for cell in cells) if sum(bool(cell.strip()) for cell in cells) > 1 else ()


def wrap_width(lines: Sequence[Line]) -> int:
    """Give how long full lines of a hard-wrapped text are, or 0 where each line is a paragraph."""
    loose = [line.text for line in lines if not line.whole and not line.cells and len(line.text) > 3]
    small = sum(text[0].islower() and not _lettered_start(text) for text in loose)
    narrow = small > 1 and max(map(len, loose)) <= WIDEST
    if not narrow and (not loose or small < WRAPPED_FROM * len(loose)):
        return 0
    return sorted(map(len, loose))[int(0.9 * (len(loose) - 1))]


def joined(parts: Sequence[str]) -> str:
    """Join lines with blanks, and a number that was broken after its hyphen without one."""
    signs = ["" if CUT_NUMBER.search(part[-12:]) else " " for part in parts[:-1]]
    return "".join(piece for pair in zip(parts, [*signs, ""], strict=True) for piece in pair)


def _blocks(pieces: Iterable[Piece]) -> Iterator[Block]:
    for piece in pieces:
        text = _bare(piece.text)
        if piece.footnote:
            text = text.translate(PLAIN_FIGURES)
        for part in _bounded(text):
            yield Block(part, piece.page, piece.cells, piece.strong, piece.footnote)


def _bounded(text: str) -> Iterator[str]:
    """Part a text that is longer than any paragraph, at blanks."""
    while len(text) > MOST_LETTERS:
        cut = text.rfind(" ", 1, MOST_LETTERS)
        cut = cut if cut > 0 else MOST_LETTERS
        yield text[:cut]
        text = text[cut:].lstrip()
    if text:
        yield text


def _folded(text: str) -> str:
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return BLANKS.sub(" ", plain).strip()


def _bare(text: str) -> str:
    """Take away signs of emphasis that came with the text."""
    return EMPHASIS.sub(r"\2", text) if "*" in text or "__" in text else text


def _bulleted(text: str) -> bool:
    return text[:1] in "+-–—•*"


def _lettered_start(text: str) -> bool:
    marker = marker_of(text)
    return marker is not None and marker.rank == Rank.LETTER


def _false_marker(marker: Marker, text: str, piece: Piece) -> bool:
    """Whether a dash or a number at the start of a line belongs to the sentence before."""
    before = piece.parts[-1]
    after = text[marker.end : marker.end + 1]
    bracketed = piece.open_brackets > 0
    if bracketed and ")" in text[: marker.end] and "(" not in text[: marker.end]:
        return True
    if marker.rank == Rank.DASH and _compound(before, text[marker.end :]):
        return True
    if marker.rank in (Rank.DASH, Rank.PLUS):
        return bracketed or (after.islower() and not shouted(before))
    if marker.rank == Rank.ROMAN and BEFORE_NUMBER.search(before):
        return True
    if marker.rank == Rank.ENCLOSED:
        return any("(i)" in part or "(1)" in part for part in piece.parts)
    numbered = marker.rank in (Rank.NUMBER, Rank.DECIMAL)
    return numbered and (bool(OPEN_END.search(before)) or after.islower()) and before[-1:] != ","


def _compound(before: str, after: str) -> bool:
    """Whether a dash between two lines stands inside a name of two halves."""
    if YEAR_BEFORE.search(before) and after[:4].isdigit():
        return True
    left, right = before.lower(), after.lower()
    return any(left.endswith(first) and right.startswith(second) for first, second in COMPOUNDS)


def _cut_name(before: str, text: str) -> bool:
    """Whether the full stop belongs to a shortened word ("TP.", "GS.")."""
    return bool(re.search(r"\b(?:TP|Tp|TX|GS|TS|ThS|PGS)\.$", before)) and text[:1].isupper()


def shouted(text: str) -> bool:
    """Whether a text is in capitals."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 1 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def _goes_on_shouting(piece: Piece, text: str) -> bool:
    """Whether a title in capitals goes on in capitals; a bare label ("PHỤ LỤC") stands alone."""
    bare = piece.marker is not None and piece.marker.end >= piece.length - 1
    return not bare and shouted(piece.parts[-1]) and shouted(text) and search_key(text) not in ALONE


def _begins_act(piece: Piece, text: str) -> bool:
    """Whether a line names the next legal act of a list whose rows bear no marker."""
    return piece.marker is None and bool(ACTS.match(text))


def _titled(piece: Piece) -> bool:
    """Whether a paragraph may be a heading: numbered, short, without an end."""
    outer = piece.marker is not None and piece.marker.rank < Rank.LETTER
    return (outer or piece.strong) and piece.length <= LONGEST_HEADING and not piece.parts[-1].endswith((".", ";"))


def _titled_but_for_end(piece: Piece) -> bool:
    """Whether a numbered line that ends in a semicolon names bodies and must go on."""
    return piece.marker is not None and piece.marker.rank < Rank.LETTER and bool(BODIES_AHEAD.search(piece.parts[0]))


def _itemised(piece: Piece) -> bool:
    return piece.marker is not None and piece.marker.rank >= Rank.LETTER


def _cut_title(piece: Piece, text: str) -> bool:
    """Whether a heading of one word after its number goes on with a name."""
    end = piece.marker.end if piece.marker else 0
    return piece.length < SHORT_LINE and len(piece.text[end:].split()) < 2 and not search_key(text).startswith(VERBS)
