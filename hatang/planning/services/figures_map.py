"""What a scenario's map shows: works by kind, who is served today, newly by year, and who is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.planning.models import Candidate, Scenario
from hatang.planning.services.figures import Figures, PlaceRow, Tally, WorkRow

TODAY, NEW, LEFT, OUT_OF_REACH = "today", "new", "left", "out"
STATE_WORDS = {
    TODAY: "được phục vụ hôm nay",
    NEW: "được phục vụ nhờ công trình",
    LEFT: "còn thiếu",
    OUT_OF_REACH: "còn thiếu, không công trình nào với tới",
}


@dataclass(frozen=True)
class Sign:
    """A line of the legend: what is drawn how, and how many of it there are."""

    key: str
    label: str
    count: int


def place_noun(scenario: Scenario) -> str:
    """Call what a scenario serves: thôn, or nơi where it counts zones and sites."""
    return "nơi" if scenario.measure == Scenario.Measure.SITES else "thôn"


def tally_words(scenario: Scenario, tally: Tally) -> str:
    """Say how many places and people: 4 thôn (700 người)."""
    people = f" ({number(tally.people)} người)" if tally.people else ""
    return f"{number(tally.places)} {place_noun(scenario)}{people}"


def map_finding(figures: Figures) -> str:
    """Say what the map shows in one sentence."""
    scenario = figures.scenario
    words = f"{number(len(figures.works))} công trình đưa dịch vụ tới thêm {tally_words(scenario, figures.new)}"
    if not figures.left.places:
        return f"{words}; không còn {place_noun(scenario)} nào thiếu."
    words += f"; còn thiếu {tally_words(scenario, figures.left)}"
    out = figures.out_of_reach.places
    return (
        f"{words}, trong đó {number(out)} {place_noun(scenario)} không công trình nào với tới." if out else f"{words}."
    )


def kinds_of(figures: Figures) -> list[Sign]:
    """Give the legend of works: every kind that is built."""
    counts = Counter(work.kind for work in figures.works)
    return [Sign(kind.value, str(kind.label), counts[kind]) for kind in Candidate.Kind if counts[kind]]


def states_of(figures: Figures) -> list[Sign]:
    """Give the legend of places."""
    counts = Counter(state_of(figures, place) for place in figures.places)
    return [Sign(state, words, counts[state]) for state, words in STATE_WORDS.items()]


def state_of(figures: Figures, place: PlaceRow) -> str:
    """Tell who serves a place: somebody today, the works, or nobody."""
    if figures.is_today(place):
        return TODAY
    if figures.is_new(place):
        return NEW
    return LEFT if place.pk in figures.reachable else OUT_OF_REACH


def map_data(figures: Figures) -> dict[str, Any]:
    """Lay works and places out as the script reads them; a work's places are their places in the list."""
    at = {place.pk: index for index, place in enumerate(figures.places)}
    return {
        "works": [packed_work(figures, work, at) for work in figures.works],
        "places": [packed_place(figures, place) for place in figures.places],
    }


def packed_work(figures: Figures, work: WorkRow, at: dict[int, int]) -> list[Any]:
    """Give a work's key, number, kind, operator, technology, commune, year, point, money in words, places served."""
    serves = sorted(at[place] for place in figures.serves.get(work.pk, ()) if place in at)
    money = f"vốn {vnd_words(work.capital_vnd)}, mỗi năm {vnd_words(work.yearly_vnd)}"
    about = [work.pk, work.number, work.kind, work.operator, work.technology, work.commune, work.year]
    return [*about, work.lon, work.lat, money, serves]


def packed_place(figures: Figures, place: PlaceRow) -> list[Any]:
    """Give a place's key, name, commune, people, point, state, year from which it is served."""
    served_in = place.served_in if figures.is_new(place) else None
    return [
        place.pk,
        place.name,
        place.commune,
        place.people,
        place.lon,
        place.lat,
        state_of(figures, place),
        served_in,
    ]


def bounds_of(figures: Figures) -> list[float] | None:
    """Give west, south, east, north of all that has a point; None where nothing has."""
    points: Sequence[tuple[float, float]] = [
        *((work.lon, work.lat) for work in figures.works),
        *((place.lon, place.lat) for place in figures.places if place.lon is not None and place.lat is not None),
    ]
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return [min(lons), min(lats), max(lons), max(lats)]


@dataclass(frozen=True)
class MapTold:
    """What the piece of a page with a scenario's map shows beside the drawing."""

    finding: str
    kinds: list[Sign]
    states: list[Sign]
    bounds: list[float] | None
    noun: str


def map_told(figures: Figures) -> MapTold:
    """Give what stands beside a scenario's map."""
    return MapTold(
        map_finding(figures), kinds_of(figures), states_of(figures), bounds_of(figures), place_noun(figures.scenario)
    )
