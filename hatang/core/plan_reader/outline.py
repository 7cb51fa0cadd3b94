"""The outline: which block is a heading, which an item, and the path of labels that leads to it.

Markers nest as they come: one that goes on a row already open closes what lies deeper; a new kind opens below, unless
by custom it is an outer one (Phần, Chương, I, 1, a, -). Letters may skip (a b c d e g h i k).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hatang.core.plan_reader.markers import CAPITALS, Marker, Rank, marker_of
from hatang.core.plan_reader.normalise import shouted
from hatang.core.plan_reader.structure import Block, Item
from hatang.core.vietnamese import UPPER

ALWAYS = (Rank.ANNEX, Rank.PART, Rank.CHAPTER, Rank.SECTION, Rank.ARTICLE, Rank.CAPITAL, Rank.ROMAN)
LONGEST_TITLE = 300
LONGEST_LETTER_TITLE = 120
MOST_WORDS_OF_LABEL = 12
NAMES_BODIES = re.compile(r"Các (?:sở|cơ quan|đơn vị|doanh nghiệp|địa phương)\b")
LEADS_IN = re.compile(r"\b(?:gồm|sau|như sau|(?<!tiêu )(?<!vụ )cụ thể)\s*:?$")
HEADING_BULLETS = "*•●➢"
SENTENCE_INSIDE = re.compile(rf"[.?!]\s+[{UPPER}]")
FINAL = re.compile(r"[\s.:;,]+$")
BREAKS_OFF = re.compile(r"(?:Nơi nhận|Trên đây là|TM\.|KT\.|TL\.|TUQ\.)")


@dataclass(slots=True)
class Level:
    """An open level: its marker, the position of its item, how many dashes and pluses stood below it."""

    marker: Marker
    position: int
    heading: bool
    path: str
    dashes: int = 0
    pluses: int = 0


@dataclass(slots=True)
class Outliner:
    """Gives each block its place."""

    blocks: Sequence[Block]
    levels: list[Level] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    awaited: int | None = None
    loose: int = 0

    def run(self) -> tuple[Item, ...]:
        """Go through the blocks."""
        markers = _with_stars([None if b.footnote or b.cells else marker_of(b.text) for b in self.blocks], self.blocks)
        after = _following(markers)
        for position, (block, marker) in enumerate(zip(self.blocks, markers, strict=True)):
            following = after[position]
            if marker is None:
                self._plain(position, block, following)
            else:
                self._marked(position, block, self._read_anew(marker), markers)
        return self._with_leaves()

    def _plain(self, position: int, block: Block, following: Marker | None) -> None:
        """Place a block without marker: a title that a bare label awaits, or a paragraph."""
        if following is not None and following.ordinal == 1 and block.text.endswith(":") and not block.cells:
            self._close_row(following)
        above = self._above()
        names = self.awaited is not None and not block.cells and not block.footnote
        if self.awaited is not None and names:
            self.items[self.awaited] = replace(self.items[self.awaited], title=FINAL.sub("", block.text))
            self.awaited = None
        if BREAKS_OFF.match(block.text):
            self.levels.clear()
            self.loose = 0
            above = ()
        self.items.append(Item(position, "", 0, self._path(), 0, "", above, leaf=not names))

    def _marked(self, position: int, block: Block, marker: Marker, markers: Sequence[Marker | None]) -> None:
        self._close_for(marker)
        above, path = self._above(), self._path_of(marker)
        own = block.text[marker.end :]
        heading = self._is_heading(position, own, marker, markers)
        depth = 1 + sum(level.heading for level in self.levels) if heading else 0
        title = FINAL.sub("", own) if heading else ""
        sign = block.text[: marker.end].strip()
        self.items.append(Item(position, sign, marker.end, path, depth, title, above))
        self.levels.append(Level(marker, position, heading, path))
        self.awaited = position if heading and not own and marker.rank <= Rank.ARTICLE else None

    def _close_row(self, following: Marker) -> None:
        """Close the row that begins anew after a lead-in: the lead-in stands over the new row, not in the old."""
        row = next((n for n, level in enumerate(self.levels) if _alike(level.marker, following)), None)
        if row is not None and following.rank <= Rank.LETTER and self.levels[row].marker.ordinal >= following.ordinal:
            del self.levels[row:]

    def _read_anew(self, marker: Marker) -> Marker:
        """Read C, D as the third and fourth letter where letters are counted, I as the ninth after H."""
        if marker.rank != Rank.ROMAN or len(marker.label) > 1:
            return marker
        before = [level.marker for level in self.levels if level.marker.rank == Rank.CAPITAL]
        letter = CAPITALS.find(marker.label) + 1
        if before and letter and letter - before[-1].ordinal in (1, 2):
            return replace(marker, rank=Rank.CAPITAL, ordinal=letter)
        return marker

    def _close_for(self, marker: Marker) -> None:
        """Close the levels that this marker ends."""
        row = self._row(marker)
        if row is not None:
            del self.levels[row:]
            return
        while self.levels and not self._holds(self.levels[-1], marker):
            self.levels.pop()

    def _row(self, marker: Marker) -> int | None:
        """Find the open level whose row this marker goes on: the innermost whose next it is, else the outermost."""
        if marker.rank == Rank.DECIMAL:
            return self._decimal_row(marker)
        same = [n for n, level in enumerate(self.levels) if _alike(level.marker, marker)]
        if not same:
            return None
        following = [n for n in same if 0 < marker.ordinal - self.levels[n].marker.ordinal <= 2]
        if following:
            return following[-1]
        if marker.ordinal == 1 and self._lists_below(same[-1]):
            return None
        return same[-1] if marker.rank >= Rank.DASH else same[0] if marker.ordinal != 1 else same[-1]

    def _decimal_row(self, marker: Marker) -> int | None:
        """Find the level at which a decimal label stands: under its longest prefix that is open."""
        for n, level in enumerate(self.levels):
            if level.marker.rank == Rank.DECIMAL and level.marker.depth >= marker.depth:
                return n
        prefix = marker.label.rpartition(".")[0]
        for n in range(len(self.levels) - 1, -1, -1):
            own = self.levels[n].marker
            if own.rank in (Rank.DECIMAL, Rank.NUMBER) and own.label == prefix:
                return n + 1
        return None

    def _lists_below(self, n: int) -> bool:
        """Whether a row may begin anew inside the innermost item, which ends in a colon."""
        last = self.levels[-1]
        return len(self.levels) - 1 > n and self.blocks[last.position].text.endswith(":")

    def _holds(self, level: Level, marker: Marker) -> bool:
        """Whether a marker of a new kind may stand inside the level."""
        own = level.marker
        if own.rank == marker.rank == Rank.DECIMAL:
            return own.depth < marker.depth
        if own.rank == marker.rank and not _alike(own, marker):
            return marker.ordinal == 1
        if own.rank == marker.rank:
            return marker.ordinal == 1 and self.blocks[level.position].text.endswith(":")
        if own.rank < marker.rank:
            return True
        if own.rank == Rank.STAR and marker.rank in (Rank.NUMBER, Rank.LETTER):
            return marker.ordinal == 1
        if own.rank == Rank.ENCLOSED and marker.rank == Rank.LETTER:
            return marker.ordinal == 1 and level.heading
        return own.rank == Rank.LETTER and marker.rank == Rank.NUMBER and marker.ordinal == 1

    def _is_heading(self, position: int, own: str, marker: Marker, markers: Sequence[Marker | None]) -> bool:
        """Whether a marked block is a title: short, one sentence, and something stands below it."""
        if marker.rank in ALWAYS:
            return True
        if marker.rank >= Rank.DASH or len(own) > LONGEST_TITLE or SENTENCE_INSIDE.search(own) or own.endswith(";"):
            return False
        next_marker = markers[position + 1] if position + 1 < len(markers) else None
        deeper = next_marker is not None and self._deeper(marker, next_marker)
        paragraph = next_marker is None and position + 1 < len(self.blocks) and self._is_paragraph(position + 1)
        if marker.rank in (Rank.LETTER, Rank.ENCLOSED, Rank.STAR):
            below = deeper or (paragraph and len(own.split()) <= MOST_WORDS_OF_LABEL)
            return below and len(own) <= LONGEST_LETTER_TITLE and not own.endswith((".", ",")) and _title_like(own)
        if own.endswith("."):
            named = paragraph and len(own.split()) <= MOST_WORDS_OF_LABEL and bool(NAMES_BODIES.match(own))
            return (deeper or named) and len(own) <= LONGEST_LETTER_TITLE
        return (deeper or paragraph) and not own.endswith(",")

    def _deeper(self, marker: Marker, following: Marker) -> bool:
        """Whether the next marker stands below this one."""
        if following.rank == Rank.DECIMAL and marker.rank in (Rank.DECIMAL, Rank.NUMBER):
            return following.label.startswith(marker.label + ".")
        if following.rank == Rank.LETTER and marker.rank == Rank.ENCLOSED:
            return following.ordinal == 1
        if following.rank == marker.rank == Rank.ENCLOSED:
            return not _alike(marker, following) and following.ordinal == 1
        return following.rank > marker.rank or (
            following.rank == Rank.NUMBER and following.ordinal == 1 < marker.ordinal
        )

    def _is_paragraph(self, position: int) -> bool:
        block = self.blocks[position]
        return not BREAKS_OFF.match(block.text) and not block.footnote

    def _above(self) -> tuple[int, ...]:
        return tuple(level.position for level in self.levels if level.heading)

    def _path(self) -> str:
        """Give the path of the innermost open level."""
        return self.levels[-1].path if self.levels else ""

    def _path_of(self, marker: Marker) -> str:
        """Give the path of a new item: a decimal label takes the place of the numbers over it."""
        label = self._label(marker)
        if marker.rank == Rank.STAR:
            return self._path()
        if marker.rank != Rank.DECIMAL:
            return f"{self._path()}.{label}".lstrip(".")
        outer = [level for level in self.levels if level.marker.rank not in (Rank.NUMBER, Rank.DECIMAL)]
        return f"{outer[-1].path}.{label}" if outer else label

    def _label(self, marker: Marker) -> str:
        if marker.rank == Rank.DASH:
            return f"-{self._count('dashes')}"
        if marker.rank == Rank.PLUS:
            return f"+{self._count('pluses')}"
        prefix = {Rank.PART: "P", Rank.ANNEX: "PL", Rank.CHAPTER: "C", Rank.SECTION: "M", Rank.ARTICLE: "Đ"}
        return prefix.get(marker.rank, "") + marker.label

    def _count(self, name: str) -> int:
        """Count the dashes or pluses below the innermost level."""
        if not self.levels:
            self.loose += 1
            return self.loose
        level = self.levels[-1]
        setattr(level, name, getattr(level, name) + 1)
        return int(getattr(level, name))

    def _with_leaves(self) -> tuple[Item, ...]:
        """Say of each item whether a marked item stands below it."""
        inner = {item.section.rpartition(".")[0] for item in self.items if item.marker}
        return tuple(
            replace(item, leaf=False) if item.heading or (item.marker and item.section in inner) else item
            for item in self.items
        )


def outlined(blocks: Sequence[Block]) -> tuple[Item, ...]:
    """Give each block its place in the outline, in order.

    >>> [i.section for i in outlined([Block("II. MỤC TIÊU"), Block("1. Đến năm 2025"), Block("- A"), Block("- B")])]
    ['II', 'II.1', 'II.1.-1', 'II.1.-2']
    """
    return Outliner(blocks).run()


def _following(markers: Sequence[Marker | None]) -> list[Marker | None]:
    """Give for each place the next marker after it."""
    after: list[Marker | None] = [None] * len(markers)
    for n in range(len(markers) - 2, -1, -1):
        after[n] = markers[n + 1] or after[n + 1]
    return after


def _with_stars(markers: Sequence[Marker | None], blocks: Sequence[Block]) -> list[Marker | None]:
    """Tell a bullet that heads bullets of another sign from a bullet that is an item."""
    told = list(markers)
    for n, marker in enumerate(markers[:-1]):
        following = markers[n + 1]
        if marker is None or marker.rank != Rank.DASH or following is None or following.rank != Rank.DASH:
            continue
        sign, below = blocks[n].text[:1], blocks[n + 1].text[:1]
        if (
            sign in HEADING_BULLETS
            and below not in (sign, *HEADING_BULLETS)
            and not blocks[n].text.endswith((".", ";"))
        ):
            told[n] = replace(marker, rank=Rank.STAR)
    return told


def _alike(one: Marker, other: Marker) -> bool:
    """Whether two markers may stand in one row: of one kind, numbers with the same sign, (1) apart from (i)."""
    if one.rank == other.rank == Rank.ENCLOSED:
        return one.label.isdigit() == other.label.isdigit()
    return one.rank == other.rank and (
        one.rank != Rank.NUMBER or one.sign == other.sign or not (one.sign and other.sign)
    )


def _title_like(text: str) -> bool:
    """Whether a lettered line is a name and not a sentence that leads in a list."""
    return not LEADS_IN.search(text) and (shouted(text) or len(text.split()) <= 16)
