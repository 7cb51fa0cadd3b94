"""What the map and the table beside it show: a sentence, classes with their counts, and rows, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

NONE, OTHER = "none", "other"


@dataclass(frozen=True)
class Shade:
    """A line of the legend: the class, what it means, how many places are in it."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Row:
    """A place in the table and on the map.

    `figure` is as people read it, `number` the same for a file, `value` the figure's row if it has one.
    """

    place: int
    figure: str
    shade: str
    note: str = ""
    number: float | None = None
    value: int | None = None
    how: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class Item:
    """One thing that a row counts: a village, a zone, a mast; `of` is the place it lies in."""

    pk: int
    name: str
    of: int
    shade: str
    note: str = ""


@dataclass(frozen=True)
class Frame:
    """One view: a year's figures, or what the registers say today."""

    year: int | None
    finding: str
    shades: list[Shade]
    rows: list[Row]
    goal: str = ""
    items: tuple[Item, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether a row is simulated."""
        return any(row.simulated for row in self.rows)

    @property
    def hows(self) -> list[str]:
        """How the figures came, each way once."""
        return sorted({row.how for row in self.rows if row.how})


@dataclass(frozen=True)
class Named:
    """A place's name, what follows it in small print, the point at which it is written, and a province's code."""

    name: str
    under: str = ""
    lon: float | None = None
    lat: float | None = None
    code: str = ""


@dataclass(frozen=True)
class Drawn:
    """A kind that is drawn: its layer, the name of one, the address of the one of key 0, and the words of its sorts.

    `holder` is what its owner is called, `states` the words of its states; `is_shape`: its points have lines or areas.
    """

    layer: str
    label: str
    page_url: str
    sorts: dict[str, str]
    holder: str = "Chủ sở hữu"
    states: dict[str, str] = field(default_factory=dict)
    page_words: str = "Trang của công trình"
    is_shape: bool = False


@dataclass(frozen=True)
class Things:
    """How things of the network are drawn: shaded by their tiles, narrowed down by `query`, the kind asked about first.

    `list_url` is the address of that kind's list, `list_query` what is asked of it, `list_words` how it is called,
    `list_of_commune` whether it can be asked for one commune;
    `operators` are those by which one can narrow down: key and name. `known_at` is written as in the address: the
    instant as of which the register is told; nothing for now.
    """

    kinds: tuple[Drawn, ...]
    is_line: bool
    query: dict[str, str]
    list_url: str
    list_query: dict[str, str]
    list_words: str
    operators: tuple[tuple[int, str], ...]
    known_at: str = ""
    list_of_commune: bool = True


@dataclass(frozen=True)
class MapView:
    """All that one question shows: its frames by year (at least one), names of places, headings, sources in words."""

    question: str
    title: str
    names: dict[int, Named]
    frames: list[Frame]
    heading: str = "Giá trị"
    unit: str = ""
    source: str = ""
    layer: str = ""
    noun: str = "xã, phường"
    item_noun: str = ""
    things: Things | None = None

    def frame(self, year: int | None) -> Frame:
        """Give the frame of a year; the newest for a year that has none."""
        return next((f for f in self.frames if f.year == year), self.frames[-1])

    @property
    def years(self) -> list[int]:
        """The years that can be chosen."""
        return [f.year for f in self.frames if f.year is not None]

    @property
    def simulated(self) -> bool:
        """Whether anything shown is simulated."""
        return any(f.simulated for f in self.frames)

    def data(self) -> dict[str, Any]:
        """Give everything as plain data for the browser; rows and items as lists, to be small."""
        return {
            "question": self.question,
            "title": self.title,
            "heading": self.heading,
            "unit": self.unit,
            "source": self.source,
            "layer": self.layer,
            "noun": self.noun,
            "itemNoun": self.item_noun,
            "things": asdict(self.things) if self.things else None,
            "names": {pk: [n.name, n.under, short(n.lon), short(n.lat), n.code] for pk, n in self.names.items()},
            "frames": [frame_data(f) for f in self.frames],
        }


def plain_frame(places: Iterable[int], finding: str) -> Frame:
    """Show places without any figure: they can still be found and chosen."""
    return Frame(None, finding, [], [Row(place, "–", "") for place in places])


def short(degrees: float | None) -> float | None:
    """Cut a degree to about ten metres."""
    return None if degrees is None else round(degrees, 4)


def frame_data(frame: Frame) -> dict[str, Any]:
    """Give a frame as plain data."""
    return {
        "year": frame.year,
        "finding": frame.finding,
        "goal": frame.goal,
        "simulated": frame.simulated,
        "hows": frame.hows,
        "shades": [asdict(s) for s in frame.shades],
        "rows": [[r.place, r.figure, r.shade, r.note, r.value, r.how, int(r.simulated)] for r in frame.rows],
        "items": [[i.pk, i.name, i.of, i.shade, i.note] for i in frame.items],
    }


def counted(keys: Sequence[str], labels: Sequence[str], shades: Sequence[str], **rest: str) -> list[Shade]:
    """Count what falls into each class; the words of `rest` stand for what lies outside them, where there is such."""
    counts = Counter(shades)
    lines = [Shade(key, label, counts[key]) for key, label in zip(keys, labels, strict=True)]
    return lines + [Shade(key, label, counts[key]) for key, label in rest.items() if counts[key]]
