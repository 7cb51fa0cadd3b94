"""Which properties of a file hold a unit's code, its name, and the units above it: found by what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hatang.core.vietnamese import search_key
from hatang.places.models import Place
from hatang.places.services.boundaries.naming import Written, written
from hatang.places.services.boundaries.units import OFFICIAL, Units

Rows = Sequence[dict[str, Any]]
ABOVE_SHARE = 0.8
MATCHED_SHARE = 0.2
BOTH, NAME_ALONE, CONTRADICTED, CODE_ALONE, BY_TITLE = 1.0, 0.8, 0.5, 0.3, 0.05
PARENT_WORDS = ("tinh", "province", "parent", "cha", "huyen", "district", "thuoc", "adm1", "adm2")
POPULATION_WORDS = ("dan so", "danso", "population", "pop", "so dan")
CODE_WORDS = ("ma", "code", "id", "gso", "maxa", "mahuyen", "matinh", "ma xa", "ma huyen", "ma tinh", "ma dvhc")


@dataclass(frozen=True)
class Columns:
    """The properties that say which unit a feature draws, and the code system of the codes."""

    code: str = ""
    name: str = ""
    above: tuple[tuple[str, str], ...] = ()
    system: str = OFFICIAL

    def used(self) -> set[str]:
        """Name the properties that are read."""
        return {self.code, self.name, *(column for column, _ in self.above)} - {""}


@dataclass
class Scored:
    """How well a choice of properties fits a set of units."""

    columns: Columns
    units: Units
    score: float = 0.0
    fits: set[int] = field(default_factory=set)


def properties_of(rows: Rows) -> list[str]:
    """Name every property that occurs, in order."""
    return list(dict.fromkeys(name for row in rows for name in row))


def fit(rows: Rows, units: Units, *, code: str | None = None, name: str | None = None) -> Scored:
    """Find the properties under which most features name a unit of this set.

    `code` and `name` are the user's choice; "" means that there is none, None that we look for it.
    """
    names = [name] if name is not None else likely_names(rows, units)
    codes = [(code, system) for system in units.systems] if code is not None else likely_codes(rows, units)
    trials = [Columns(c, n, system=s) for c, s in codes for n in names if c or n]
    scored = [score(rows, units, columns) for columns in trials]
    return max(scored, key=lambda s: s.score, default=Scored(Columns(), units))


def likely_names(rows: Rows, units: Units) -> list[str]:
    """Give the properties whose texts name units, the best three, and none."""

    def named(value: Any) -> bool:
        return isinstance(value, str) and bool(units.by_name(written(value)))

    return [*best(rows, properties_of(rows), named, count=3), ""]


def likely_codes(rows: Rows, units: Units) -> list[tuple[str, str]]:
    """Give the properties whose values are codes of units in some system, the best three of each, and none."""
    pairs = [
        (column, system)
        for system in units.systems
        for column in best(rows, properties_of(rows), lambda v, s=system: units.by_code(v, s) is not None, count=3)  # type: ignore[misc]
    ]
    return [*pairs, ("", OFFICIAL)]


def best(rows: Rows, columns: Iterable[str], test: Callable[[Any], bool], *, count: int) -> list[str]:
    """Give the columns in which most different values pass a test, if enough do."""
    passed = {
        column: len({str(row[column]) for row in rows if column in row and test(row[column])}) for column in columns
    }
    good = [column for column, n in passed.items() if n >= max(1, MATCHED_SHARE * len(rows))]
    return sorted(good, key=lambda column: (-passed[column], search_key(column) not in CODE_WORDS))[:count]


def score(rows: Rows, units: Units, columns: Columns) -> Scored:
    """Count the units that features name: by code and name alike 1, by name alone a bit less, by code alone little.

    A code whose name is somebody else's counts half: more than nothing, so that one slip does not discredit a column
    of codes, and less than a name, so that numbers which happen to be codes never win. A unit named many times counts
    once, so that a column of districts in a file of communes does not win either.
    """
    result = Scored(columns, units)
    seen: dict[object, float] = {}
    for position, row in enumerate(rows):
        place = units.by_code(row.get(columns.code), columns.system) if columns.code else None
        worth, whom = worth_of(units, place, written(row.get(columns.name) if columns.name else ""))
        if worth and worth != CONTRADICTED:
            result.fits.add(position)
        seen[whom] = max(worth, seen.get(whom, 0.0))
    hints = 0.01 * (search_key(columns.code) in CODE_WORDS) - 0.02 * (columns.system != OFFICIAL)
    result.score = sum(seen.values()) + hints
    return result


def worth_of(units: Units, place: Place | None, name: Written) -> tuple[float, object]:
    """Weigh one feature's evidence, and say for whom it speaks."""
    titled = BY_TITLE if units.by_title(name) else 0.0
    if place is not None and name.whole:
        return (BOTH + titled if units.agrees(place, name) else CONTRADICTED), place.pk
    if place is not None:
        return CODE_ALONE, place.pk
    found = units.exact(units.by_name(name), name)
    whom = found[0].pk if len(found) == 1 else name.whole
    return ((NAME_ALONE + titled) / len(found) if found else 0.0), whom


def find_above(rows: Rows, columns: Columns, levels: Sequence[Units]) -> Columns:
    """Find the properties that name the units above: for each level the one under which most features agree."""
    rest = [c for c in properties_of(rows) if c not in columns.used()]
    found = [(column, units.kind) for units in levels for column in above_columns(rows, rest, units)]
    return Columns(columns.code, columns.name, tuple(found), columns.system)


def above_columns(rows: Rows, columns: Iterable[str], units: Units) -> list[str]:
    """Give the properties nearly all of whose values name units of a level above."""

    def names_one(column: str, value: Any) -> bool:
        by_code = any(word in search_key(column) for word in PARENT_WORDS) and units.by_code(value)
        return bool(by_code) or (isinstance(value, str) and bool(units.by_name(written(value))))

    good = []
    for column in columns:
        values = [row[column] for row in rows if row.get(column) not in (None, "")]
        share = sum(names_one(column, v) for v in values) / len(values) if values else 0
        if share >= ABOVE_SHARE:
            good.append(column)
    return good


def population_column(rows: Rows) -> str:
    """Name the property that looks like population, "" if there is none."""
    return next((c for c in properties_of(rows) if any(w in search_key(c) for w in POPULATION_WORDS)), "")
