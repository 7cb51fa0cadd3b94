"""The rows of an export: what was asked for, as far as the person may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from hatang.accounts.access import scopes
from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import day
from hatang.network.audience import Audience, Viewer, seeing
from hatang.network.models import Cell, LifeState, Station, Thing
from hatang.network.services.as_of import ServiceState, held, on_things, rows_as_of, told_then
from hatang.network.services.exports.columns import EXACT, TABLES, Column, Table
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

CHUNK = 2_000
SERVICE_STATES: dict[str, str] = {
    LifeState.PLANNED: ServiceState.AHEAD,
    LifeState.CONSTRUCTION: ServiceState.AHEAD,
    LifeState.IN_USE: ServiceState.IN_FORCE,
    LifeState.OUT_OF_USE: ServiceState.ENDED,
    LifeState.DISMANTLED: ServiceState.ENDED,
}
"""What a filter by a thing's state keeps of services."""


@dataclass(frozen=True)
class Asked:
    """What an export holds: a province's rows as of a day, as known at an instant, filtered."""

    province: Place
    on: date
    known_at: datetime | None = None
    commune: int | None = None
    organisation: int | None = None
    states: tuple[str, ...] = ()
    offered: bool = False

    def arguments(self) -> dict[str, Any]:
        """Write it for a job."""
        return {
            "province": self.province.pk,
            "on": self.on.isoformat(),
            "known_at": self.known_at and self.known_at.isoformat(),
            "commune": self.commune,
            "organisation": self.organisation,
            "states": list(self.states),
            "offered": self.offered,
        }

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> Self:
        """Read it from a job's arguments."""
        known_at = arguments["known_at"]
        given = {
            "province": Place.objects.get(pk=arguments["province"]),
            "on": date.fromisoformat(arguments["on"]),
            "known_at": datetime.fromisoformat(known_at) if known_at else None,
            "states": tuple(arguments["states"]),
        }
        return cls(**arguments | given)

    @property
    def name(self) -> str:
        """Name the province, the day and the instant, for a file's name."""
        known = f"-biet-{timezone.localtime(self.known_at):%Y%m%d-%H%M}" if self.known_at else ""
        return f"{self.province.code}-{self.on:%Y-%m-%d}{known}"

    @property
    def words(self) -> str:
        """Say it to who opens the file."""
        known = f", theo sổ như lúc {timezone.localtime(self.known_at):%H:%M %d/%m/%Y}" if self.known_at else ""
        return f"{self.province}, tình trạng ngày {day(self.on)}{known}"


def tables_for(person: Someone, province: Place) -> list[Table]:
    """Give the tables of which the person may see rows in the province."""

    def may(permission: str) -> bool:
        return any(scope.province_id in (None, province.pk) for scope in scopes(person, permission))

    return [table for table in TABLES.values() if may(table.permission)]


@dataclass
class Sheet:
    """One table of an export, ready to be read row by row."""

    table: Table
    asked: Asked
    person: Person
    names: dict[str, dict[int, str]] = field(default_factory=dict)

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """The rows, filtered."""
        model, asked = self.table.model, self.asked
        rows = rows_as_of(model, person=self.person, on=asked.on, known_at=asked.known_at)
        if issubclass(model, Thing):
            rows, states = things_asked(rows, asked), set(asked.states)
        else:
            rows, states = services_asked(rows, model, asked), {SERVICE_STATES[state] for state in asked.states}
        return rows.filter(state__in=states) if states else rows

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return int(self.queryset.count())

    @cached_property
    def simulated(self) -> bool:
        """Whether one of the rows is simulated."""
        return bool(self.queryset.filter(simulated=True).exists())

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Give each row's values in the order of the columns: as they are kept, nothing where not for the person."""
        table = self.table
        thing = issubclass(table.model, Thing)
        known = {column.source: self.told(column) for column in table.links}
        audience = [F("audience")] if thing else []
        sources = [column.source for column in table.columns]
        values = self.queryset.annotate(**known).order_by("id").values_list(*audience, *sources)
        reads = [self.reader(column) for column in table.columns]
        shown = {who.name: [who in column.audiences for column in table.columns] for who in Audience}
        for row in values.iterator(chunk_size=CHUNK):
            seen = shown[row[0]] if thing else shown[Audience.OWNER.name]
            yield tuple(
                read(value) if sees else column.hidden(value)
                for read, sees, column, value in zip(reads, seen, table.columns, row[thing:], strict=True)
            )

    def told(self, column: Column) -> Coalesce | Subquery:
        """Write what a column tells of other rows."""
        person, known_at = self.person, self.asked.known_at
        ways = [told_then(one.name, one.model, one.field, person=person, known_at=known_at) for one in column.tells]
        return Coalesce(*ways) if len(ways) > 1 else ways[0]

    def reader(self, column: Column) -> Callable[[Any], Any]:
        """Give what turns a value of the database into the value of the export."""
        if column.name == "coordinates":
            return lambda value: EXACT
        if column.kind in NAMES:
            if column.kind not in self.names:
                self.names[column.kind] = NAMES[column.kind](self.asked.province)
            return self.names[column.kind].get
        return lambda value: value

    def text_rows(self) -> Iterator[tuple[Any, ...]]:
        """Give each row's values as people read and upload them."""
        columns = self.table.columns
        for row in self.rows():
            yield tuple(column.read(value) for column, value in zip(columns, row, strict=True))


def organisation_names(province: Place) -> dict[int, str]:
    """Give the names by which organisations are known in files."""
    named = Organisation.objects.values_list("pk", "short_name", "name")
    return {pk: short or name for pk, short, name in named}


def place_names(province: Place) -> dict[int, str]:
    """Give the full names of the province's places, of today and before."""
    return {place.pk: place.full_name for place in Place.objects.filter(province=province)}


def place_codes(province: Place) -> dict[int, str]:
    """Give the codes of the province's places, of today and before."""
    return dict(Place.objects.filter(province=province).values_list("pk", "code"))


NAMES: dict[str, Callable[[Place], dict[int, str]]] = {
    "organisation": organisation_names,
    "place": place_names,
    "code": place_codes,
}


def things_asked(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Filter things; by who runs them only where the person may know who does."""
    rows = rows.filter(province=asked.province)
    if asked.commune:
        rows = rows.filter(commune=asked.commune)
    if asked.organisation:
        runs = Q(operator=asked.organisation) & seeing("operator")
        rows = rows.filter(Q(owner=asked.organisation) | runs)
    return rows.filter(offered=True) if asked.offered else rows


def services_asked(rows: QuerySet[Any], model: type[Any], asked: Asked) -> QuerySet[Any]:
    """Filter services by the thing that they are on, and by who runs or rents."""

    def narrowed(things: QuerySet[Any]) -> QuerySet[Any]:
        things = things.filter(province=asked.province)
        things = things.filter(commune=asked.commune) if asked.commune else things
        return things.filter(offered=True) if asked.offered else things

    rows = on_things(model, rows, asked.known_at, narrowed)
    if not asked.organisation:
        return rows
    if model is Cell:
        return rows.filter(station__in=held(Station, asked.known_at).filter(operator=asked.organisation).values("id"))
    user = "operator" if model is Station else "tenant"
    return rows.filter(**{user: asked.organisation})


def rows_in(sheets: list[Sheet]) -> int:
    """Count the rows of several tables."""
    return sum(sheet.count for sheet in sheets)


def on_day(person: Someone, asked: date) -> date:
    """Give the day as of which the person is told states."""
    return Viewer(person).day(asked)
