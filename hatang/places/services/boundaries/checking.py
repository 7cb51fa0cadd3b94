"""Check a boundary file against the units: what it would add and change, and what is doubtful; nothing is stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import shapely

from hatang.core.polygons import PileError, geodesic_area_km2, mended
from hatang.core.vector_files import Feature, VectorFile
from hatang.core.vietnamese import number
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries.claims import claim_findings
from hatang.places.services.boundaries.columns import population_column, properties_of
from hatang.places.services.boundaries.findings import (
    HAIRLINE_M,
    area_findings,
    fit_findings,
    hairline_m,
    middle,
    missing_findings,
    point_findings,
    wrong_findings,
)
from hatang.places.services.boundaries.matching import BY_CHOICE, FURTHEST_KM, Match, Matcher, away_km, settle_pairs
from hatang.places.services.boundaries.outcome import MENDED, NOTE, BoundaryOutcome, Drawn, Finding
from hatang.places.services.boundaries.recognising import Asked, Recognised, recognise
from hatang.places.services.territory import of_territory

Tell = Callable[[int, str], None]
FAR_SHARE = 0.5
"""A file most of whose polygons lie far from their units is in another coordinate system than it says."""
GENERAL_SHARE = 0.5
TRUNCATED_BELOW = 1_000
BATCH = 500


def silent(percent: int, message: str) -> None:
    """Tell nobody."""


def check_boundaries(
    file: VectorFile, *, asked: Asked | None = None, today: date, tell: Tell = silent
) -> BoundaryOutcome:
    """Check every feature of a file: its unit, its polygon, and how the polygons fit together; changes nothing."""
    asked = asked or Asked()
    tell(5, "Đang đọc tệp.")
    features = list(file.features())
    rows = [f.properties for f in features]
    tell(30, "Đang tìm đơn vị của từng hình.")
    found = recognise(rows, asked, today=today)
    matches = match_all(features, found, asked)
    outcome = BoundaryOutcome(
        found, matches, notes=[*file.notes, *filter(None, [file.crs_assumed]), *untaken(rows, found)]
    )
    tell(50, "Đang sửa và so các hình.")
    draw(outcome, features, asked)
    outcome.findings += wrong_findings(outcome, features)
    features.clear()
    tell(70, "Đang so các hình với nhau.")
    compare_neighbours(outcome)
    tell(90, "Đang so với diện tích và các điểm đã biết.")
    outcome.findings += [*area_findings(outcome.drawn), *point_findings(outcome.drawn, found.on)]
    outcome.findings += missing_findings(outcome, asked)
    return outcome


def compare_neighbours(outcome: BoundaryOutcome) -> None:
    """List overlaps and gaps, level by level."""
    for units in outcome.found.levels:
        drawn = [d for d in outcome.drawn if d.place.kind == units.kind]
        hairline = hairline_m(drawn)
        try:
            outcome.findings += fit_findings(drawn, hairline)
        except PileError as error:
            raise BoundaryFileError(error.message, error.right) from error
        outcome.findings += claim_findings(drawn, units.kind, outcome.found.on, hairline)
        note = (
            "Hình vẽ thô (các đỉnh cách nhau xa) nên các đơn vị cạnh nhau không khít; "
            f"chỉ nêu chỗ chồng, chỗ trống rộng trên {number(hairline)} m."
        )
        if drawn and hairline > HAIRLINE_M and note not in outcome.notes:
            outcome.notes.append(note)


# Which unit


def match_all(features: Sequence[Feature], found: Recognised, asked: Asked) -> list[Match]:
    """Find each feature's unit; what the user chose goes before what we find."""
    matcher = Matcher(found.levels, found.columns, found.above)
    matches = [matcher.match(f.number, f.properties, f.geometry) for f in features]
    known = {pk: place for units in found.levels for pk, place in units.by_pk.items()}
    for match in matches:
        chosen = known.get(asked.choices.get(match.number, 0))
        if chosen is not None:
            match.place, match.how, match.wrong, match.note = chosen, BY_CHOICE, "", ""
    settle_pairs(matches, merge=asked.merge)
    return matches


def untaken(rows: Sequence[dict[str, Any]], found: Recognised) -> list[str]:
    """Say which properties are not taken, and that populations look cut off where they do."""
    others = [c for c in properties_of(rows) if c not in found.columns.used()]
    if not others:
        return []
    named = ", ".join(others[:12]) + (" …" if len(others) > 12 else "")
    said = [f"Chỉ lấy hình. Các cột khác không được lấy: {named}."]
    column = population_column(rows)
    values = [row[column] for row in rows if isinstance(row.get(column), int | float)] if column else []
    cut = sum(0 < value < TRUNCATED_BELOW for value in values)
    if cut and found.kind == Place.Kind.COMMUNE:
        said.append(
            f"Cột “{column}” có {number(cut)} giá trị dưới 1.000 người, thường là số bị cắt; dân số không được lấy."
        )
    return said


# Which polygon


def draw(outcome: BoundaryOutcome, features: Sequence[Feature], asked: Asked) -> None:
    """Mend the polygons of the territory's units and compare them with what is stored."""
    inside = territory_ids(asked.province, outcome.found)
    groups = grouped(outcome, features, asked, inside)
    check_position(groups)
    general = general_notes(features)
    outcome.notes += [f"{note} ({number(n)} hình)" for note, n in general.items()]
    drawn = [drawn_of(place, parts, general) for place, parts in groups]
    outcome.findings += [finding for _, finding in drawn if finding]
    rows = [d for d, _ in drawn if not shapely.is_empty(d.geometry)]
    compare(outcome, rows)
    outcome.findings += [
        note_of(m) for m in outcome.matches if m.place and m.note and (not inside or m.place.pk in inside)
    ]


def territory_ids(province: Place | None, found: Recognised) -> set[int]:
    """Give the units of the levels that lie in a province or in what it was made of; empty when none is asked."""
    if province is None:
        return set()
    own = of_territory(Place.objects.in_force(found.on), province).values_list("pk", flat=True)
    former = Place.objects.filter(successions__successor=province).values_list("pk", flat=True)
    return {*own, *former, province.pk}


def grouped(
    outcome: BoundaryOutcome, features: Sequence[Feature], asked: Asked, inside: set[int]
) -> list[tuple[Place, list[Feature]]]:
    """Gather each unit's features; count those outside the territory and those that the user leaves out."""
    groups: dict[int, list[Feature]] = defaultdict(list)
    places: dict[int, Place] = {}
    for match, feature in zip(outcome.matches, features, strict=True):
        if match.place is not None and inside and match.place.pk not in inside:
            outcome.outside += 1
            continue
        if match.place is not None and feature.geometry is None:
            match.wrong, match.place = feature.fault, None
        if match.place is None and (asked.skip or asked.choices.get(match.number) == 0):
            outcome.skipped += 1
            match.wrong = ""
        elif match.place is not None:
            groups[match.place.pk].append(feature)
            places[match.place.pk] = match.place
    return [(places[pk], parts) for pk, parts in groups.items()]


def check_position(groups: Sequence[tuple[Place, list[Feature]]]) -> None:
    """Refuse a file whose polygons lie elsewhere than the units that they name."""
    far = sum(away_km(place, parts[0].geometry) > FURTHEST_KM for place, parts in groups)
    if groups and far > FAR_SHARE * len(groups):
        raise BoundaryFileError(
            f"{number(far)} trong {number(len(groups))} hình nằm cách đơn vị mà chúng mang tên quá {FURTHEST_KM} km.",
            "Hệ tọa độ hoặc thứ tự kinh độ, vĩ độ của tệp không đúng: chọn lại hệ tọa độ rồi kiểm tra lại.",
            asks="crs",
        )


class BoundaryFileError(ValueError):
    """Why a whole file is refused, what would be right, and what the user could choose to read it otherwise."""

    def __init__(self, message: str, right: str, *, asks: str = "") -> None:
        super().__init__(f"{message} {right}")
        self.message, self.right, self.asks = message, right, asks


def general_notes(features: Sequence[Feature]) -> dict[str, int]:
    """Count the remarks of the reader that most features share (heights dropped); they are told once for the file."""
    counted = Counter(note for f in features for note in f.notes)
    return {note: n for note, n in counted.items() if n > max(1, GENERAL_SHARE * len(features))}


def drawn_of(place: Place, parts: Sequence[Feature], general: Container[str]) -> tuple[Drawn, Finding | None]:
    """Make a unit's sound polygon out of its features, and say what was mended."""
    mends = [mended(part.geometry) for part in parts if part.geometry is not None]
    sound = mends[0] if len(mends) == 1 else mended(shapely.union_all([m.geometry for m in mends]))
    faults = [fault for m in mends for fault in m.faults]
    faults += [note for part in parts for note in part.notes if note not in general]
    words = " ".join(faults)[:500]
    drawn = Drawn(place, sound.geometry, words, geodesic_area_km2(sound.geometry), "added", parts[0].number)
    if not words:
        return drawn, None
    todo = "Xem lại hình ở nơi đã nêu; muốn khác thì sửa tệp rồi tải lên lại."
    return drawn, Finding(MENDED, str(place), words, todo, parts[0].number, place.pk, *middle(sound.geometry))


def note_of(match: Match) -> Finding:
    """Give the line about a match that should be looked at."""
    return Finding(
        NOTE, str(match.place), match.note, "Nếu khớp nhầm, sửa mã hoặc tên trong tệp.", match.number,
        match.place.pk if match.place else None,
    )  # fmt: skip


def compare(outcome: BoundaryOutcome, drawn: Sequence[Drawn]) -> None:
    """Say of each unit whether its boundary is new, changed or the same as the stored real one."""
    new = {d.place.pk: d.geometry for d in drawn}
    states: dict[int, str] = {}
    for batch in batches(list(new)):
        for pk, row, geometry in current(batch):
            states[pk] = "unchanged" if same(geometry, new[pk]) else "changed"
            outcome.held[pk] = row
    outcome.drawn = [replace(d, state=states.get(d.place.pk, "added")) for d in drawn]


def current(pks: Sequence[int]) -> Iterator[tuple[int, int, Any]]:
    """Give the current real boundaries of places: place, row, polygon."""
    rows = Boundary.objects.current().real().filter(place_id__in=pks).values_list("place_id", "pk", "geometry")
    for pk, row, geometry in rows:
        yield pk, row, shapely.from_wkb(bytes(geometry.wkb))


def same(one: Any, other: Any) -> bool:
    """Tell whether two polygons are the same, whatever vertex they begin with."""
    return bool(shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), tolerance=0.0))


def batches(pks: Sequence[int]) -> Iterator[list[int]]:
    """Part a long list of keys."""
    for start in range(0, len(pks), BATCH):
        yield list(pks[start : start + BATCH])
