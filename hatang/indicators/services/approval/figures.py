"""What approved returns say, as values: communes' and the department's each by itself, operators' added up.

A figure that is added up over several returns waits until each of them is approved or left out for a reason: a part of
the sum would tell what one operator said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import (
    FormItem,
    Period,
    Return,
    ReturnCell,
    ReturnForm,
    ReturnStep,
    Value,
    ValueQuerySet,
)
from hatang.indicators.services.choosing import REPORTED
from hatang.indicators.services.order import kept_back, unsettled
from hatang.indicators.services.recording import Entry, record_values
from hatang.indicators.services.return_forms.entry import denominator_at, with_denominators
from hatang.indicators.services.rolling import ADDED_UP
from hatang.indicators.services.storing import ROLLED_UP, advance
from hatang.places.models import Place

WHOLE = (Place.Kind.PROVINCE, Place.Kind.DISTRICT)
"""Lowest levels of indicators that have no figures in communes."""
WHOSE = {
    ReturnForm.Filer.COMMUNE: "xã, phường",
    ReturnForm.Filer.OPERATOR: "doanh nghiệp",
    ReturnForm.Filer.DEPARTMENT: "Sở",
}
Key = tuple[int, int]
"""An indicator and a place."""


@dataclass
class Gathered:
    """What returns say of one indicator at one place."""

    item: FormItem
    cells: list[ReturnCell] = field(default_factory=list)

    def added(self, name: str) -> float | None:
        """Add up one field of the answers; `không có` is zero; nothing where nobody gives it."""
        told = [0.0 if c.none_here and name != "denominator" else getattr(c, name) for c in self.cells]
        given = [amount for amount in told if amount is not None]
        return sum(given) if given else None


def write_figures(period: Period, approved: Sequence[Return], *, actor: Person | None) -> None:
    """Record the figures of returns that were just approved, and approve what stands above them."""
    if period.first_on > timezone.localdate():
        return
    complete = not unsettled(Return.objects.filter(period=period)).exists()
    found = gathered(period, cells_of(period, approved, complete=complete))
    entries = later_left(period, entries_of(period, found))
    record(period, entries, approved, actor=actor)
    approve_parents(period, actor=actor)


def settle(period: Period, *, actor: Person | None) -> None:
    """Record and approve what had waited for returns that are now left out."""
    write_figures(period, [], actor=actor)


def cells_of(period: Period, approved: Sequence[Return], *, complete: bool) -> list[ReturnCell]:
    """Read the answers that tell an indicator's figure now: what waits for several returns only when all are there."""
    together = Q(pk__in=[]) if not complete else Q(of_return__state=Return.State.APPROVED)
    alone = Q(of_return__in=approved)
    if period.form.filer == ReturnForm.Filer.OPERATOR:
        wanted = together
    else:
        whole = Q(item__indicator__lowest_level__in=WHOLE) & ~Q(place=period.form.province_id)
        wanted = (alone & ~whole) | (together & whole)
    cells = ReturnCell.objects.filter(wanted, of_return__period=period, item__kind=FormItem.Kind.INDICATOR)
    rows = cells.select_related("item__indicator", "of_return", "evidence").order_by("pk")
    return [cell for cell in rows if not cell.item.is_counted]


def gathered(period: Period, cells: Iterable[ReturnCell]) -> dict[Key, Gathered]:
    """Bring answers together by indicator and place; what has no figures in communes, at the province."""
    found: dict[Key, Gathered] = {}
    for cell in cells:
        indicator = cell.item.indicator
        assert indicator is not None
        place_id = period.form.province_id if indicator.lowest_level in WHOLE else cell.place_id
        found.setdefault((indicator.pk, place_id), Gathered(cell.item)).cells.append(cell)
    return found


def entries_of(period: Period, found: dict[Key, Gathered]) -> list[Entry]:
    """Make figures of what was gathered."""
    rows = Place.objects.filter(pk__in={place_id for _, place_id in found}).select_related("province")
    places = {place.pk: place for place in with_denominators(rows)}
    made = [entry_of(period, places[place_id], what) for (_, place_id), what in found.items()]
    return [entry for entry in made if entry is not None]


def entry_of(period: Period, place: Place, what: Gathered) -> Entry | None:
    """Make one figure; none where its parts cannot be added up or do not make one."""
    indicator, several = what.item.indicator, len(what.cells) > 1
    assert indicator is not None
    if several and indicator.rollup not in ADDED_UP:
        return None
    on = min(period.last_on, timezone.localdate())
    simulated = any(cell.of_return.simulated for cell in what.cells)
    entry = Entry(indicator, place, on.year, on=on, simulated=simulated)
    evidence = None if several else what.cells[0].evidence
    if not what.item.is_ratio:
        return replace(entry, value=what.added("value"), evidence=evidence) if what.added("value") is not None else None
    numerator, denominator = what.added("numerator"), denominator_of(what, place)
    if numerator is None or not denominator:
        return None
    return replace(entry, numerator=numerator, denominator=denominator, evidence=evidence)


def denominator_of(what: Gathered, place: Place) -> float | None:
    """Give what a sum is divided by: a number of the place itself once, what filers stated added up.

    A number of the place that the system did not hold when the answer was typed may be held by now.
    """
    if what.item.denominator_from and len(what.cells) > 1:
        return denominator_at(what.item, place)
    stated = what.added("denominator")
    return denominator_at(what.item, place) if stated is None else stated


def later_left(period: Period, entries: Sequence[Entry]) -> list[Entry]:
    """Leave out figures over which a later part of the year already stands."""
    later = Value.objects.known().filter(
        formula=REPORTED, year=period.year, period__form__province=period.form.province, on__gt=period.last_on
    )
    standing = set(later.values_list("indicator_id", "place_id"))
    return [entry for entry in entries if (entry.indicator.pk, entry.place.pk) not in standing]


def record(period: Period, entries: Sequence[Entry], approved: Sequence[Return], *, actor: Person | None) -> None:
    """Store the figures with their period, approved; drafts of returns that were opened again stay drafts."""
    if not entries:
        return
    source = f"{period.title}, phiếu của {WHOSE[ReturnForm.Filer(period.form.filer)]}"
    record_values(actor=actor, rows=entries, source=source, period=period)
    keys = {"indicator__in": {e.indicator.pk for e in entries}, "place__in": {e.place.pk for e in entries}}
    mine = values_of_period(period).filter(state=Value.State.DRAFT, **keys)
    explain(mine, approved)
    advance(mine, actor=actor, to=Value.State.APPROVED, now=timezone.now())


def values_of_period(period: Period) -> ValueQuerySet:
    """Give the figures that stand and come from a period's returns."""
    return Value.objects.known().filter(period=period, formula=REPORTED)


def explain(values: ValueQuerySet, approved: Sequence[Return]) -> None:
    """Keep with figures that were mended why their return had been opened again."""
    opened = ReturnStep.objects.filter(of_return__in=approved, before=Return.State.APPROVED)
    for place_id, words in opened.order_by("at").values_list("of_return__place", "words"):
        values.filter(Q(place=place_id) | Q(place__province=place_id)).update(reason=words)


def approve_parents(period: Period, *, actor: Person | None) -> None:
    """Approve the province's figures that are made of the period's, as far as everything below them is approved."""
    drafts = parents_of(period).filter(state=Value.State.DRAFT)
    held = kept_back(drafts)
    advance(drafts.exclude(pk__in=held), actor=actor, to=Value.State.APPROVED, now=timezone.now())


def parents_of(period: Period) -> ValueQuerySet:
    """Give the figures of the province, and of those it came from, that are added up from a period's communes."""
    indicators = values_of_period(period).values("indicator")
    above = Value.objects.known().filter(source=ROLLED_UP, formula=REPORTED, year=period.year, indicator__in=indicators)
    province = period.form.province_id
    return above.filter(Q(place=province) | Q(place__successions__successor=province))


def take_back(row: Return) -> None:
    """Make drafts again of the approved figures that a return told, and of those above; what is published stays."""
    mine = values_of_period(row.period).filter(state=Value.State.APPROVED)
    if row.organisation_id is None and row.place_id != row.province_id:
        mine = mine.filter(place__in=(row.place_id, row.province_id))
    parents = parents_of(row.period).filter(state=Value.State.APPROVED)
    for pks in (list(parents.values_list("pk", flat=True)), list(mine.values_list("pk", flat=True))):
        Value.objects.filter(pk__in=pks).update(state=Value.State.DRAFT, approved_by=None, approved_at=None)
