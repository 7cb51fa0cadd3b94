"""From a scenario to what could be built for it: places, candidates, what each serves and costs; all or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.core.radio.antennas import Pattern
from hatang.core.radio.coverage.batches import Points
from hatang.core.vietnamese import number
from hatang.coverage.models import SERVICES
from hatang.coverage.services.antennas import patterns_of
from hatang.coverage.services.engine import Land, land_of
from hatang.network.models import Technology
from hatang.pages.histories import bulk_create_with_history
from hatang.planning.models import Candidate, CandidateService, Scenario, ScenarioPlace
from hatang.planning.services.candidates.assumed import Usual, technology_for
from hatang.planning.services.candidates.costs import RADIO, Bill, Prices, lines_cost, price
from hatang.planning.services.candidates.drafts import (
    Draft,
    Kind,
    Spot,
    on_masts,
    on_poles,
    on_roofs,
    repeaters,
    satellites,
)
from hatang.planning.services.candidates.ground import MOVED, Wanted, ground_spot, new_masts
from hatang.planning.services.candidates.needs import Needs, needs_of
from hatang.planning.services.candidates.reach import Reach, reached
from hatang.planning.services.candidates.registers import Registers
from hatang.planning.services.candidates.supply import Supply, supplies_of

Tell = Callable[[int, str], None]
MOST_CANDIDATES = 2_000
"""Of more than these the ones that cost most for what they serve are left out, never the last few of a place."""
CHOICES_OF_PLACE = 4
BATCH = 1_000
MADE = "lập danh sách công trình có thể làm"
REUSE = (Kind.TECHNOLOGY, Kind.SHARED, Kind.OTHER_SECTOR, Kind.REPEATER, Kind.SATELLITE, Kind.NEW_MAST)
"""In this order where reuse comes first: what stands is used before anything is put up."""
READ_PERCENT, STANDING_PERCENT, NEW_PERCENT, PRICED_PERCENT = 5, 55, 90, 95
PARTS = {
    Kind.TECHNOLOGY: (),
    Kind.SHARED: ("shared_mast_works", "shared_mast_rent_yearly"),
    Kind.OTHER_SECTOR: ("roof_works", "roof_rent_yearly"),
    Kind.NEW_MAST: (),
    Kind.REPEATER: ("repeater", "repeater_yearly"),
    Kind.SATELLITE: ("leo_terminal", "leo_yearly"),
}
"""What an operator pays for by the kind of its place, beside radio, power and backhaul."""
STRUCTURES = {Kind.NEW_MAST: ("mast_45m", "mast_yearly")}


@dataclass(frozen=True)
class Made:
    """What was made: how many candidates, by kind, and what a reader should know."""

    count: int
    by_kind: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Built:
    """A draft with what it serves, how it is supplied, its lines and what they cost in each year."""

    draft: Draft
    reach: Reach
    row: Candidate
    yearly_vnd: float
    worth: float


class Making:
    """What the making of a scenario's candidates reads, once each."""

    def __init__(self, scenario: Scenario, prices: Prices) -> None:
        self.scenario, self.prices = scenario, prices
        self.technology = technology_for(scenario.service)

    @cached_property
    def registers(self) -> Registers:
        """The registers of the province."""
        return Registers(self.scenario)

    @cached_property
    def needs(self) -> Needs:
        """The places."""
        return needs_of(self.scenario)

    @cached_property
    def land(self) -> Land:
        """The ground of the scenario's run."""
        return land_of(self.scenario.run.terrain)

    @cached_property
    def patterns(self) -> Mapping[str, Pattern]:
        """The antennas that the province knows."""
        return patterns_of(self.scenario.province)

    @cached_property
    def usual(self) -> Usual:
        """What operators usually send."""
        return Usual(self.scenario.run, self.technology, self.patterns)

    @cached_property
    def wanting(self) -> tuple[int, ...]:
        """The places that too few serve, by their numbers."""
        return tuple(np.flatnonzero(self.needs.wanting).tolist())

    @cached_property
    def old(self) -> dict[tuple[str, int | None, str, str], Candidate]:
        """The candidates that stand in the database, by what makes them the same."""
        rows = self.scenario.candidates.order_by("number")
        return {(row.kind, row.operator_id, row.technology, row.structure): row for row in rows}

    def reach(self, drafts: Sequence[Draft], done: Callable[[int, int], None]) -> list[Reach]:
        """Give for each draft the places that it adds to: which its operator does not serve yet."""
        points = self.needs.points.chosen(self.needs.wanting)
        asked = Points(points.lons_deg, points.lats_deg, points.numbers)
        found = reached(
            drafts,
            asked,
            run=self.scenario.run,
            land=self.land,
            usual=self.usual,
            patterns=self.patterns,
            done=done,
        )
        return [
            {place: chance for place, chance in reach.items() if draft.operator not in self.needs.served_by[place]}
            for draft, reach in zip(drafts, found, strict=True)
        ]


def make_candidates(scenario: Scenario, prices: Prices, *, told: Tell | None = None) -> Made:
    """Write the places of a scenario and what could be built for them, in place of those that stood there before.

    A person's wish is kept where the same work (kind, operator, technology, structure) comes up again, and so is what
    a person moved. `told` hears how far it is, in percent and words, and may end it by raising: then nothing changes.
    Raises ValidationError where the scenario's run knows nothing of its service.
    """
    tell = told or silent
    making = Making(scenario, prices)
    check_run(scenario)
    tell(0, "Đang đọc sổ, nơi cần phục vụ")
    standing = list(drafts_standing(making))
    tell(READ_PERCENT, f"Đang tính {number(len(standing))} công trình trên kết cấu có sẵn")
    first = making.reach(standing, teller(tell, READ_PERCENT, STANDING_PERCENT, "trên kết cấu có sẵn"))
    wanted = wanted_after(making, standing, first)
    new = list(drafts_new(making, wanted))
    second = making.reach(new, teller(tell, STANDING_PERCENT, NEW_PERCENT, "mới"))
    drafts, reaches = useful([*standing, *new], [*first, *second], making)
    tell(NEW_PERCENT, "Đang tính nguồn điện, truyền dẫn, chi phí")
    built = kept_few(making, built_of(making, drafts, reaches))
    tell(PRICED_PERCENT, f"Đang lưu {number(len(built))} công trình")
    notes = (*making.needs.notes, *notes_of(making, built))
    store(making, built)
    return Made(len(built), dict(Counter(str(one.row.kind) for one in built)), notes)


def check_run(scenario: Scenario) -> None:
    """Refuse a run that was not asked about the scenario's service: everybody would count as unserved."""
    asked = scenario.run.technologies
    if asked and not set(asked) & set(SERVICES[scenario.service]):
        told = f"Lượt tính “{scenario.run}” chỉ có {', '.join(asked)}, không cho biết ai có {scenario.service}."
        raise ValidationError(f"{told} Chọn lượt tính có công nghệ ấy.")


def silent(percent: int, message: str) -> None:
    """Tell nobody."""


def teller(tell: Tell, first: int, last: int, what: str) -> Callable[[int, int], None]:
    """Make percents and words of how many of how many are done."""

    def done(count: int, whole: int) -> None:
        words = f"Đã tính sóng của {number(count)}/{number(whole)} công trình {what}"
        tell(first + (last - first) * count // max(whole, 1), words)

    return done


# --- which works


def drafts_standing(making: Making) -> Iterable[Draft]:
    """Propose works on what stands."""
    yield from on_masts(making.registers, making.technology)
    yield from on_roofs(making.registers, making.technology, making.needs)


def wanted_after(making: Making, drafts: Sequence[Draft], reaches: Sequence[Reach]) -> Wanted:
    """Find the places that too few operators would serve even if all these works were built."""
    might: dict[int, set[int | None]] = defaultdict(set)
    for draft, reach in zip(drafts, reaches, strict=True):
        for place in reach:
            might[place].add(draft.operator)
    served_by, least = making.needs.served_by, making.scenario.least_operators
    left = (k for k in making.wanting if len(served_by[k] | might[k]) < least)
    return Wanted(making.wanting, frozenset(left))


def drafts_new(making: Making, wanted: Wanted) -> Iterable[Draft]:
    """Propose poles, repeaters and satellites for the places themselves, and new masts."""
    registers, technology, needs = making.registers, making.technology, making.needs
    for propose in (on_poles, repeaters, satellites):
        yield from propose(registers, technology, needs, wanted.places)
    yield from new_masts(registers, making.land, technology, needs, wanted, list(moved_spots(making)))


def moved_spots(making: Making) -> Iterable[Spot]:
    """Give the places where a person put a mast, each once."""
    for row in {row.structure: row for row in making.old.values()}.values():
        if row.structure.startswith(MOVED) and row.kind == Kind.NEW_MAST:
            spot = ground_spot(row.lon, row.lat, row.commune_id, simulated=row.simulated, name=MOVED)
            yield replace(spot, structure=row.structure)


def useful(drafts: Sequence[Draft], reaches: Sequence[Reach], making: Making) -> tuple[list[Draft], list[Reach]]:
    """Keep what adds to some place, each work once; a satellite serves its village whatever the ground."""
    numbers = {place.pk: k for k, place in enumerate(making.needs.places)}
    kept: dict[tuple[str, int | None, str, str], tuple[Draft, Reach]] = {}
    for draft, reach in zip(drafts, reaches, strict=True):
        served = reach if draft.place is None else {numbers[draft.place]: 1.0}
        if served:
            kept.setdefault(draft.key, (draft, served))
    return [draft for draft, _ in kept.values()], [reach for _, reach in kept.values()]


# --- what they cost


def built_of(making: Making, drafts: Sequence[Draft], reaches: Sequence[Reach]) -> list[Built]:
    """Choose power and backhaul of each structure, and price each work."""
    spots = list({draft.spot.structure: draft.spot for draft in drafts}.values())
    supplies = supplies_of(spots, making.registers, making.land, making.scenario, making.prices)
    return [
        built(making, draft, reach, supplies[draft.spot.structure])
        for draft, reach in zip(drafts, reaches, strict=True)
    ]


def built(making: Making, draft: Draft, reach: Reach, supply: Supply) -> Built:
    """Make the row of a work, without a number yet."""
    spot = draft.spot
    row = Candidate(
        scenario=making.scenario,
        kind=spot.kind,
        operator_id=draft.operator,
        technology=draft.technology,
        structure=spot.structure,
        mast_id=spot.mast,
        site_id=spot.site,
        commune_id=spot.commune,
        lon=spot.lon,
        lat=spot.lat,
        height_m=max((sector.height_m for sector in draft.sectors), default=spot.height_m),
        power=supply.power,
        backhaul=supply.backhaul,
        backhaul_km=supply.backhaul_km,
        exact=bool(draft.sectors),
        simulated=spot.simulated or making.scenario.run.simulated,
    )
    price(row, [*bill_of(draft, making.prices).lines, *supply.lines])
    worth = sum(making.needs.weights[place] for place in reach) or len(reach) / 1_000
    return Built(draft, reach, row, lines_cost(row.cost_lines, making.scenario), worth)


def bill_of(draft: Draft, prices: Prices) -> Bill:
    """Write the lines of a work and of its structure, without the structure's power and backhaul."""
    bill, kind = Bill(prices), draft.spot.kind
    if kind not in (Kind.REPEATER, Kind.SATELLITE):
        for code in (RADIO[Technology(draft.technology)], "radio_yearly", "power_yearly"):
            bill.add(code)
    for code in PARTS[kind]:
        bill.add(code)
    for code in STRUCTURES.get(kind, ()):
        bill.add(code, structure=True)
    return bill


# --- which of them, in which order


def kept_few(making: Making, found: Sequence[Built]) -> list[Built]:
    """Keep at most `MOST_CANDIDATES`: the first choices of each place, what a person decided on, then the cheapest for
    what they serve; in the order in which they are numbered.
    """
    by_worth = sorted(found, key=lambda one: (one.yearly_vnd / one.worth, one.draft.key[3], one.draft.operator or 0))
    taken: Counter[int] = Counter()
    first: list[Built] = []
    later: list[Built] = []
    for one in by_worth:
        wished = one.draft.key in making.old and making.old[one.draft.key].wish != Candidate.Wish.FREE
        needed = any(taken[place] < CHOICES_OF_PLACE for place in one.reach)
        (first if wished or needed else later).append(one)
        taken.update(one.reach)
    kept = [*first, *later[: max(MOST_CANDIDATES - len(first), 0)]]
    return sorted(kept, key=lambda one: rank(one, reuse_first=making.scenario.reuse_first))


def rank(one: Built, *, reuse_first: bool) -> tuple[int, float, str, int]:
    """Give where a work comes in the list: by cost, or by kind and then cost."""
    kind = REUSE.index(Kind(one.row.kind)) if reuse_first else 0
    return kind, one.yearly_vnd, one.row.structure, one.draft.operator or 0


def notes_of(making: Making, built: Sequence[Built]) -> Iterable[str]:
    """Say which places nothing reaches, and what became of what a person had decided."""
    reached_now = {place for one in built for place in one.reach}
    missed = [k for k in making.wanting if k not in reached_now]
    if missed:
        yield f"{number(len(missed))} nơi chưa được phục vụ mà không công trình nào trong danh sách tới được."
    keys = {one.draft.key for one in built}
    lost = [row for key, row in making.old.items() if row.wish != Candidate.Wish.FREE and key not in keys]
    if lost:
        yield f"{number(len(lost))} công trình đã ghim hoặc cấm không còn trong danh sách, nên ý ấy không còn."


# --- into the database


@transaction.atomic
def store(making: Making, built: Sequence[Built]) -> None:
    """Write places, candidates and services in place of the old ones; the same work keeps its key and its wish."""
    scenario = making.scenario
    simulated = scenario.run.simulated or any(place.simulated for place in making.needs.places)
    Scenario.objects.filter(pk=scenario.pk).update(simulated=simulated)
    scenario.simulated = simulated
    scenario.places.all().delete()
    ScenarioPlace.objects.bulk_create(making.needs.rows(scenario), batch_size=BATCH)
    rows = [one.row for one in built]
    for position, one in enumerate(built, 1):
        one.row.number = position
        if same := making.old.get(one.draft.key):
            one.row.pk, one.row.wish = same.pk, same.wish
    store_rows(making, rows)
    services = (
        CandidateService(candidate=one.row, place=making.needs.places[place], probability=chance)
        for one in built
        for place, chance in sorted(one.reach.items())
    )
    CandidateService.objects.bulk_create(services, batch_size=BATCH)


def store_rows(making: Making, rows: Sequence[Candidate]) -> None:
    """Replace the rows of candidates, with their history: only what changed is noted as changed."""
    scenario, by_key = making.scenario, {row.pk: row for row in making.old.values()}
    CandidateService.objects.filter(candidate__scenario=scenario).delete()
    kept = [row for row in rows if row.pk]
    Candidate.objects.filter(pk__in=by_key.keys() - {row.pk for row in kept}).delete()
    standing = scenario.candidates.all()
    standing._raw_delete(standing.db)
    Candidate.objects.bulk_create(kept, batch_size=BATCH)
    changed = [row for row in kept if facts_of(row) != facts_of(by_key[row.pk])]
    Candidate.history.bulk_history_create(changed, batch_size=BATCH, update=True, default_change_reason=MADE)
    fresh = [row for row in rows if not row.pk]
    bulk_create_with_history(fresh, Candidate, batch_size=BATCH, default_change_reason=MADE)


def facts_of(row: Candidate) -> dict[str, object]:
    """Give what a row says."""
    return {field.attname: getattr(row, field.attname) for field in Candidate._meta.concrete_fields}
