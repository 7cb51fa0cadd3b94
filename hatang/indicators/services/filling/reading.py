"""A return as its page shows it: line by line, with what was answered, what is known, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import day, number
from hatang.core.working_days import WorkingCalendar
from hatang.indicators.models import CellNote, Finding, FormItem, Return, ReturnCell, Value
from hatang.indicators.services.choosing import REPORTED
from hatang.indicators.services.extracts import EXTRACTS
from hatang.indicators.services.return_forms import denominator_at, lacking, parted, typed_of, with_denominators
from hatang.places.models import Place
from hatang.work.models import Clock, StoredFile
from hatang.work.services import due_in_words

PLAIN_CALENDAR = WorkingCalendar(frozenset(), frozenset(), settings.WEEKEND)
"""Terms of days are counted without it."""
FROM_PLACE = {"population": "dân", "households": "hộ", "villages": "thôn"}


@dataclass
class Line:
    """One cell on the page: the question, the place, what stands, what was typed, and what is said about it."""

    item: FormItem
    place: Place
    cell: ReturnCell | None
    typed: str
    before: str = ""
    fault: str = ""
    conflict: ReturnCell | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[CellNote] = field(default_factory=list)
    named: bool = False
    """Whether the page names the place beside it, since the line stands with other places'."""

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"{self.item.code}.{self.place.pk}"

    @property
    def revision(self) -> int:
        """The revision that its reader sees."""
        return self.cell.revision if self.cell else 0

    @property
    def stored(self) -> str:
        """What stands, as it would be typed."""
        return typed_of(self.item, self.cell)

    @property
    def note(self) -> str:
        """What was noted beside the answer; a dispute's reason is its answer."""
        return self.cell.note if self.cell and not self.item.is_counted else ""

    @property
    def evidence(self) -> StoredFile | None:
        """The file that the answer rests on."""
        return self.cell.evidence if self.cell else None

    @property
    def lacking(self) -> str:
        """What is still wanted."""
        return lacking(self.item, self.place, self.cell)

    @property
    def counted(self) -> dict[str, Any]:
        """What the registers counted."""
        return (self.cell.counted if self.cell else None) or {}

    @property
    def counted_words(self) -> str:
        """What the registers counted, in words."""
        return counted_words(self)

    @property
    def counted_on(self) -> str:
        """The day as of which they were counted."""
        told = self.counted.get("on")
        return day(date.fromisoformat(told)) if told else ""

    @property
    def shape(self) -> str:
        """Which field it is typed into."""
        unit = self.item.unit
        if self.item.is_counted:
            return "counted"
        if self.item.kind == FormItem.Kind.YES_NO or (unit and unit.code == "yes_no"):
            return "yes_no"
        if self.item.kind in (FormItem.Kind.CHOICE, FormItem.Kind.TEXT):
            return str(self.item.kind)
        return "ratio" if self.item.is_ratio and not self.item.denominator_from else "number"

    @property
    def first(self) -> str:
        """The text of the first of a ratio's two fields."""
        return parted(self.typed)[0]

    @property
    def second(self) -> str:
        """The text of the second."""
        return parted(self.typed)[1]

    @property
    def disputed(self) -> bool:
        """Whether what was counted is disputed in what was typed."""
        return self.shape == "counted" and self.typed.startswith("không đồng ý")

    @property
    def reason(self) -> str:
        """The reason of a dispute that was typed."""
        return self.typed.partition(":")[2].strip() if self.disputed else ""

    @property
    def divisor(self) -> str:
        """The number that the system divides by, in words."""
        if not self.item.denominator_from:
            return ""
        found = denominator_at(self.item, self.place)
        return f"trên {number(found)} {FROM_PLACE[self.item.denominator_from]}" if found is not None else ""

    @property
    def sign(self) -> str:
        """The unit beside the field of a number."""
        unit = self.item.unit
        return unit.sign.strip() if unit and not self.item.is_ratio else ""


@dataclass(frozen=True)
class Section:
    """A part of the form with its lines."""

    title: str
    lines: list[Line]


def items_of(row: Return) -> list[FormItem]:
    """Give the lines of a return's form, in order."""
    return list(row.period.version.items.select_related("indicator").order_by("order", "pk"))


def lines_of(row: Return, items: Sequence[FormItem], places: Sequence[Place]) -> list[Line]:
    """Read the lines of some places of a return, with what stands, what was said, and the last period's answers."""
    if any(item.denominator_from == FormItem.Denominator.VILLAGES for item in items):
        places = with_denominators(places)
    here = {"item__in": items, "place__in": places}
    cells = {(c.item_id, c.place_id): c for c in row.cells.filter(**here).select_related("changed_by", "evidence")}
    read_words(row)
    findings, notes = row.findings.all(), row.notes.all()
    before = answers_before(row, items, places)
    lines = []
    for item in items:
        for place in places:
            cell = cells.get((item.pk, place.pk))
            line = Line(item, place, cell, typed_of(item, cell), before.get((item.code, place.pk), ""))
            line.findings = [f for f in findings if f.item_id == item.pk and f.place_id in (place.pk, None)]
            line.notes = [n for n in notes if n.item_id == item.pk and n.place_id in (place.pk, None)]
            lines.append(line)
    return lines


def read_words(row: Return) -> None:
    """Read once what stands to be said about a return: findings that stand, notes not yet settled."""
    findings = Finding.objects.filter(standing=True).select_related("item", "place", "answered_by")
    notes = CellNote.objects.filter(settled_at=None).select_related("item", "place", "by")
    prefetch_related_objects([row], Prefetch("findings", findings), Prefetch("notes", notes))


def answers_before(row: Return, items: Sequence[FormItem], places: Sequence[Place]) -> dict[tuple[str, int], str]:
    """Give what the same filer answered in the period before, by line's code and place."""
    cells = ReturnCell.objects.filter(
        of_return__period__form=row.period.form_id,
        of_return__period__last_on__lt=row.period.first_on,
        of_return__place=row.place_id,
        of_return__organisation=row.organisation_id,
        item__code__in=[item.code for item in items if not item.is_counted],
        place__in=places,
    )
    told = cells.select_related("item__indicator").order_by("of_return__period__last_on", "pk")
    return {(c.item.code, c.place_id): typed_of(c.item, c) for c in told}


def sections(lines: Iterable[Line]) -> list[Section]:
    """Group lines by the part of the form, in its order."""
    found: list[Section] = []
    for line in lines:
        if not found or found[-1].title != line.item.section:
            found.append(Section(line.item.section, []))
        found[-1].lines.append(line)
    return found


ANSWERED = Q(none_here=True) | ~Q(answer="") | ~Q(text="") | Q(value__isnull=False)


def answered_by_place(row: Return) -> dict[int, int]:
    """Count the required lines that are answered, by place."""
    cells = row.cells.filter(ANSWERED, item__required=True).order_by().values_list("place")
    return dict(cells.annotate(count=Count("pk")))


def counted_words(line: Line) -> str:
    """Write what the registers counted: the figure, its numbers, the day."""
    counted = line.counted
    if not counted or (counted.get("value") is None and counted.get("denominator") is None):
        return f"Chưa có: {counted.get('lacking') or 'sổ chưa có dòng nào để đếm'}."
    unit = line.item.unit
    figure = unit.write(counted["value"]) if unit else number(counted["value"])
    parts = ""
    if counted.get("denominator") is not None:
        parts = f" ({number(counted['numerator'], 2)} trên {number(counted['denominator'], 2)})"
    return f"{figure}{parts}"


def rows_address(person: Person, row: Return, item: FormItem, place: Place) -> str:
    """Give the page of the rows that a line counts: a register's list, a stored figure's rows, or the indicator."""
    extract = EXTRACTS.get(item.extract)
    if extract or item.indicator is None:
        return extract.address(row.province, place, row.organisation) if extract else place.get_absolute_url()
    stored = Value.objects.latest_for(person).filter(indicator=item.indicator, place=place)
    value = stored.exclude(formula=REPORTED).order_by("-year", "-known_from").first()
    if value is not None:
        return reverse("indicators:value", args=[value.pk])
    return reverse("web:indicator", args=[row.province.code, item.indicator.code])


def due_words(row: Return) -> str:
    """Say until when a return is due, and how its clock stands."""
    clock = row.clock
    if clock is None:
        return f"hạn hết ngày {day(row.period.due_on)}"
    plain = PLAIN_CALENDAR if clock.counted_in == Clock.Unit.DAYS else None
    words = due_in_words(clock=clock, now=timezone.now(), calendar=plain)
    return f"hạn hết ngày {day(clock.due_on)} ({words})"
