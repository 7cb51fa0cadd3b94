"""Two scenarios on one map: what only one of them builds and serves, what both do, what neither serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.planning.services.figures import Figures, PlaceRow, Tally
from hatang.planning.services.figures_compared import Comparison, SharedWork, comparable
from hatang.planning.services.figures_map import Sign, place_noun, tally_words

A, B, BOTH, TODAY, NEITHER = "a", "b", "both", "today", "neither"
WORK_WORDS = {A: "chỉ A làm", B: "chỉ B làm", BOTH: "cả hai cùng làm"}
PLACE_WORDS = {
    A: "chỉ A phục vụ",
    B: "chỉ B phục vụ",
    BOTH: "cả hai phục vụ thêm",
    TODAY: "được phục vụ hôm nay",
    NEITHER: "cả hai để thiếu",
}
Years = tuple[int | None, ...]


@dataclass(frozen=True)
class ServedPlace:
    """A place with the year from which each scenario serves it, None where it does not or somebody does today."""

    place: PlaceRow
    state: str
    years: Years


@dataclass(frozen=True)
class Difference:
    """A comparison of exactly two scenarios, as a map tells it."""

    comparison: Comparison

    @property
    def figures(self) -> tuple[Figures, Figures]:
        """The figures of A and of B."""
        one, other = self.comparison.figures
        return one, other

    @property
    def alike(self) -> bool:
        """Whether both count the same: only then do places compare."""
        return comparable([one.scenario for one in self.figures])

    @cached_property
    def works(self) -> list[tuple[SharedWork, str]]:
        """Every work of either with who builds it: those of one alone first."""
        rows = [(row, BOTH if row.everywhere else row.letters.lower()) for row in self.comparison.works()]
        return sorted(rows, key=lambda row: ((A, B, BOTH).index(row[1]), not row[0].moved))

    @cached_property
    def places(self) -> list[ServedPlace]:
        """Every place that either wants served with who serves it; none where the two count different things."""
        if not self.alike:
            return []
        rows: list[Mapping[int, PlaceRow]] = [{place.pk: place for place in one.places} for one in self.figures]
        return [self.served(pk, rows) for pk in {**rows[0], **rows[1]}]

    def served(self, pk: int, rows: list[Mapping[int, PlaceRow]]) -> ServedPlace:
        """Tell who serves a place at the end."""
        known = [(one, places.get(pk)) for one, places in zip(self.figures, rows, strict=True)]
        today = [place is not None and one.is_today(place) for one, place in known]
        years = tuple(place.served_in if place and one.is_new(place) else None for one, place in known)
        by_a, by_b = (now or year is not None for now, year in zip(today, years, strict=True))
        state = TODAY if all(today) else BOTH if by_a and by_b else A if by_a else B if by_b else NEITHER
        return ServedPlace(rows[0].get(pk) or rows[1][pk], state, years)

    def works_of(self, state: str) -> list[SharedWork]:
        """Give the works that only A, only B, or both build."""
        return [row for row, who in self.works if who == state]

    def places_of(self, state: str) -> list[ServedPlace]:
        """Give the places that only A, only B, or both serve, most people first."""
        rows = [one for one in self.places if one.state == state]
        return sorted(rows, key=lambda one: (-(one.place.people or 0), one.place.name, one.place.pk))

    @property
    def work_signs(self) -> list[Sign]:
        """Give the legend of works."""
        return signs(WORK_WORDS, (who for _, who in self.works))

    @property
    def place_signs(self) -> list[Sign]:
        """Give the legend of places; none where they do not compare."""
        return signs(PLACE_WORDS, (one.state for one in self.places)) if self.places else []

    @property
    def noun(self) -> str:
        """What is served."""
        return place_noun(self.figures[0].scenario)

    def finding(self) -> str:
        """Say in two sentences what the map shows."""
        built = ", ".join(f"{number(s.count)} công trình {s.label}" for s in self.work_signs if s.count)
        built = built or "Không phương án nào xây gì"
        if moved := sum(row.moved for row, _ in self.works):
            built += f" ({number(moved)} làm khác năm)"
        if not self.places:
            return f"{sentence(built)}."
        told = [f"chỉ {who.upper()} phục vụ {self.tally_words(who)}" for who in (A, B) if any(self.places_of(who))] or [
            f"hai phương án phục vụ cùng những {self.noun}"
        ]
        return f"{sentence(built)}. {sentence(', '.join(told))}."

    def tally_words(self, state: str) -> str:
        """Say how many places of a state there are, and who lives there."""
        return tally_words(self.figures[0].scenario, Tally.of(one.place for one in self.places_of(state)))

    def bounds(self) -> list[float] | None:
        """Give west, south, east, north of the works and of what differs; None where nothing is drawn."""
        points = [(row.work.lon, row.work.lat) for row, _ in self.works]
        points += [
            (one.place.lon, one.place.lat)
            for one in self.places
            if one.place.lon is not None and one.place.lat is not None
        ]
        if not points:
            return None
        lons, lats = zip(*points, strict=True)
        return [min(lons), min(lats), max(lons), max(lats)]

    def data(self) -> dict[str, Any]:
        """Lay works and places out as the script reads them; a work's places are their places in the list."""
        at = {one.place.pk: index for index, one in enumerate(self.places)}
        return {
            "works": [self.packed_work(row, who, at) for row, who in self.works],
            "places": [packed_place(one) for one in self.places],
        }

    def packed_work(self, row: SharedWork, who: str, at: Mapping[int, int]) -> list[Any]:
        """Give a work's key, who builds it, kind, operator, technology, commune, years, point, money, places."""
        work, holder = row.work, self.figures[1 if who == B else 0]
        serves = sorted(at[place] for place in holder.serves.get(work.pk, ()) if place in at)
        about = [work.pk, who, sentence(work.kind_label), work.operator, work.technology, work.commune, list(row.years)]
        return [*about, work.lon, work.lat, f"vốn {vnd_words(work.capital_vnd)}", serves]


def packed_place(one: ServedPlace) -> list[Any]:
    """Give a place's key, name, commune, people, point, who serves it, years."""
    place = one.place
    return [place.pk, place.name, place.commune, place.people, place.lon, place.lat, one.state, list(one.years)]


def signs(words: Mapping[str, str], states: Iterable[str]) -> list[Sign]:
    """Give a legend with counts, in the order of its words."""
    counts = Counter(states)
    return [Sign(state, label, counts[state]) for state, label in words.items()]


def sentence(words: str) -> str:
    """Begin with a capital letter."""
    return f"{words[:1].upper()}{words[1:]}"
