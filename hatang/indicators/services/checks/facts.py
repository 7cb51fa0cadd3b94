"""What rules read: a period's answers and those before it, each set asked of the database once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.indicators.models import FormItem, Period, Return, ReturnCell, ReturnForm
from hatang.places.models import Place
from hatang.places.services import communes_of

Filer = tuple[int, int | None]
"""Whose return it is: its place and, where somebody else than a commune files it, the organisation."""
PERIODS_BACK = 12
MOST_NAMED = 500
"""Of more returns than that all answers of the period are read: a statement names only so many."""


class Told(NamedTuple):
    """One answer as rules read it."""

    return_id: UUID | None
    place_id: int
    code: str
    numerator: float | None
    denominator: float | None
    value: float | None
    none_here: bool
    answer: str
    text: str
    note: str

    @property
    def amount(self) -> float | None:
        """What was counted there: the numerator of a ratio, otherwise the figure; none at all is zero."""
        if self.none_here:
            return 0.0
        return self.value if self.numerator is None else self.numerator

    @property
    def rate(self) -> float | None:
        """The figure to hold beside other places and times: a whole ratio, or what was counted."""
        return 0.0 if self.none_here else self.value


FIELDS = (
    "of_return_id",
    "place_id",
    "item__code",
    "numerator",
    "denominator",
    "value",
    "none_here",
    "answer",
    "text",
    "note",
)
Rows = dict[str, list[Told]]
Answers = dict[tuple[Filer, str, int], Told]
"""Answers of a period by filer, item and place."""


def read_rows(period: Period, *, returns: Collection[UUID] | None = None) -> Rows:
    """Read answers of a period by item's code, of some returns or of all, in one query."""
    cells = ReturnCell.objects.filter(of_return__period=period).order_by()
    if returns is not None:
        cells = cells.filter(of_return__in=returns)
    return by_code(Told(*row) for row in cells.values_list(*FIELDS).iterator(chunk_size=5000))


def by_code(rows: Iterable[Told]) -> Rows:
    """Sort answers by item's code."""
    found: Rows = defaultdict(list)
    for row in rows:
        found[row.code].append(row)
    return found


def told_by(cell: ReturnCell) -> Told:
    """Read a cell that is in memory, stored or not."""
    figures = (cell.numerator, cell.denominator, cell.value)
    place_id = cell.place_id or 0
    return Told(
        cell.of_return_id, place_id, cell.item.code, *figures, cell.none_here, cell.answer, cell.text, cell.note
    )


class Facts:
    """A period's form, returns and answers; `focus` are the returns in which something may be found.

    `trial` answers stand for those of a return that is only tried, under the key None.
    """

    def __init__(
        self,
        period: Period,
        items: Iterable[FormItem],
        *,
        focus: Iterable[Return],
        trial: Iterable[ReturnCell] | None = None,
    ) -> None:
        self.period, self.form = period, period.form
        self.province: Place = period.form.province
        self.items: dict[str, FormItem] = {item.code: item for item in items}
        self.focus: dict[UUID | None, Return] = {r.pk if trial is None else None: r for r in focus}
        self.trial = None if trial is None else by_code(told_by(cell)._replace(return_id=None) for cell in trial)
        self.today = timezone.localdate()

    @cached_property
    def own(self) -> Rows:
        """The answers of the returns in focus."""
        if self.trial is not None:
            return self.trial
        keys = [pk for pk in self.focus if pk is not None]
        if len(keys) <= MOST_NAMED:
            return read_rows(self.period, returns=keys)
        rows = read_rows(self.period)
        return {code: [row for row in of if row.return_id in self.focus] for code, of in rows.items()}

    @cached_property
    def at(self) -> dict[tuple[UUID | None, str, int], Told]:
        """The answers in focus by return, item and place."""
        return {(row.return_id, code, row.place_id): row for code, rows in self.own.items() for row in rows}

    @cached_property
    def everybody(self) -> Rows:
        """The answers of all returns of the period that were sent, and those in focus."""
        if self.trial is not None:
            return self.trial
        sent = {pk for pk, state in self.states.items() if state not in Return.EDITABLE}
        rows = read_rows(self.period)
        return {code: [r for r in of if r.return_id in sent or r.return_id in self.focus] for code, of in rows.items()}

    @cached_property
    def states(self) -> dict[UUID, str]:
        """The state of every return of the period."""
        return dict(Return.objects.filter(period=self.period).order_by().values_list("pk", "state"))

    @cached_property
    def places(self) -> dict[int, Place]:
        """The province and its communes of any time, by key."""
        communes = Place.objects.communes().filter(province=self.province)
        return {self.province.pk: self.province} | {place.pk: place for place in communes}

    @cached_property
    def organisations(self) -> dict[int, Organisation]:
        """The organisations whose returns are in focus."""
        return Organisation.objects.in_bulk({r.organisation_id for r in self.focus.values() if r.organisation_id})

    @cached_property
    def by_places(self) -> bool:
        """Whether one return answers for many places."""
        return self.form.by_commune

    @cached_property
    def of_operators(self) -> bool:
        """Whether operators file it, who must learn nothing of each other."""
        return self.form.filer == ReturnForm.Filer.OPERATOR

    @cached_property
    def filers(self) -> dict[UUID | None, Filer]:
        """Say whose each return in focus is."""
        return {pk: (row.place_id, row.organisation_id) for pk, row in self.focus.items()}

    @cached_property
    def earlier(self) -> list[Period]:
        """The form's earlier periods, the last first."""
        rows = Period.objects.filter(form=self.form, last_on__lt=self.period.first_on)
        return list(rows.order_by("-last_on")[:PERIODS_BACK])

    @cached_property
    def before(self) -> Answers:
        """The answers of the same filers in the last period; of a return that was never sent none."""
        return self._answers_of(self.earlier[0]) if self.earlier else {}

    @cached_property
    def past(self) -> list[Answers]:
        """The answers of the same filers in the earlier periods, the last period first."""
        return [self.before, *(self._answers_of(period) for period in self.earlier[1:])]

    def was(self, row: Told, answers: Answers) -> Told | None:
        """Find what the same filer answered to the same in an earlier period."""
        return answers.get((self.filers[row.return_id], row.code, row.place_id))

    def _answers_of(self, period: Period) -> Answers:
        returns = Return.objects.filter(period=period).exclude(state=Return.State.DRAFT).order_by()
        wanted = set(self.filers.values())
        filers = {pk: (p, o) for pk, p, o in returns.values_list("pk", "place_id", "organisation_id")}
        kept = {pk: filer for pk, filer in filers.items() if filer in wanted}
        rows = read_rows(period, returns=None if len(kept) > MOST_NAMED else list(kept))
        return {
            (kept[row.return_id], code, row.place_id): row
            for code, of in rows.items()
            for row in of
            if row.return_id in kept
        }

    def answers(self, codes: Iterable[str]) -> Iterator[Told]:
        """Walk the answers in focus to some items."""
        for code in codes:
            yield from self.own.get(code, ())

    def by_return(self, codes: Iterable[str]) -> dict[UUID | None, list[Told]]:
        """Sort the answers in focus to some items by return."""
        found: dict[UUID | None, list[Told]] = defaultdict(list)
        for row in self.answers(codes):
            found[row.return_id].append(row)
        return found

    def asked_places(self, return_id: UUID | None) -> list[int]:
        """List the places for which a return is to answer: its own, or all communes in force at the period's end."""
        return self.communes if self.by_places else [self.focus[return_id].place_id]

    @cached_property
    def communes(self) -> list[int]:
        """The communes that were in force when the period opened: those whose figures are asked for."""
        on = timezone.localdate(self.period.opened_at) if self.period.opened_at else self.today
        return list(communes_of(self.province, on).values_list("pk", flat=True))

    def place_words(self, place_id: int) -> str:
        """Name a place where a return has many; nothing where it is the return's own."""
        return f" tại {self.places[place_id]}" if self.by_places and place_id in self.places else ""

    def label(self, code: str) -> str:
        """Give an item's question."""
        return self.items[code].label
