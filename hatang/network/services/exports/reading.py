"""The rows of an export: what was asked for, as far as the person may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation, Person
from hatang.network.audience import Audience, Viewer, seeing
from hatang.network.models import Thing
from hatang.network.services.as_of import rows_as_of, told_then
from hatang.network.services.exports.asking import Asked, services_asked, things_asked
from hatang.network.services.exports.columns import EXACT, TABLES, Column, Table
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

CHUNK = 2_000


def tables_for(person: Someone, province: Place) -> list[Table]:
    """Give the tables of which the person may see rows in the province."""
    return [table for table in TABLES.values() if scopes_in(person, table.permission, province.pk)]


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
            return things_asked(rows, model, asked, self.person)
        return services_asked(rows, model, asked)

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return int(self.queryset.count())

    @cached_property
    def simulated(self) -> bool:
        """Whether one of the rows is simulated."""
        return bool(self.queryset.filter(simulated=True).exists())

    @cached_property
    def told_columns(self) -> list[int]:
        """The places of the columns for files that are uploaded again.

        A link to a row of which the person may not know the code would be empty, and an empty cell takes the link away
        when the file comes back: such a column, with what helps it, is left out, and a column that is not there says
        nothing.
        """
        masked = {link.name for column in self.table.links for link in column.tells if self.masks(column)}
        dropped = {column.name for column in self.table.links if {link.name for link in column.tells} & masked}
        return [at for at, column in enumerate(self.table.columns) if column.name not in dropped]

    def masks(self, column: Column) -> bool:
        """Tell whether a row names another of which the person may not know what the column tells.

        Asked of rows whose link is for the person alone: of a rival's, the missing column would tell that it has one.
        """
        if len(column.tells) > 1 or Viewer(self.person).sees_all:
            return False
        rows = self.queryset.filter(seeing(column.field)) if column.field else self.queryset
        hidden = rows.annotate(**{column.source: self.told(column)}).filter(**{f"{column.source}__isnull": True})
        return bool(hidden.filter(**{f"{column.tells[0].name}__isnull": False}).exists())

    def rows(self, *, words: bool = False) -> Iterator[tuple[Any, ...]]:
        """Give each row's values in the order of the columns, nothing where not for the person.

        As they are kept, or with `words` as people read and upload them.
        """
        thing = issubclass(self.table.model, Thing)
        known = {column.source: self.told(column) for column in self.table.links}
        sources = [*(["audience"] if thing else []), *(column.source for column in self.table.columns)]
        changes = {who.name: self.changes(who, words) for who in Audience}
        whole = changes[Audience.OWNER.name]
        for row in self.queryset.annotate(**known).order_by("id").values_list(*sources).iterator(chunk_size=CHUNK):
            cells = list(row[1:] if thing else row)
            for at, change in changes[row[0]] if thing else whole:
                cells[at] = change(cells[at])
            yield tuple(cells)

    def changes(self, who: Audience, words: bool) -> list[tuple[int, Callable[[Any], Any]]]:
        """Give what is done to a row's values for an audience, each by its place; the others stay as they are."""
        done, here = [], self.asked.province
        for at, column in enumerate(self.table.columns):
            told = who in column.audiences and (
                not column.permission or scopes_in(self.person, column.permission, here.pk)
            )
            change = self.reader(column) if told else column.hidden
            if words and column.worded:
                change = followed(change, column.read)
            if change:
                done.append((at, change))
        return done

    def told(self, column: Column) -> Coalesce | Subquery:
        """Write what a column tells of other rows."""
        person, known_at = self.person, self.asked.known_at
        ways = [told_then(one.name, one.model, one.field, person=person, known_at=known_at) for one in column.tells]
        return Coalesce(*ways) if len(ways) > 1 else ways[0]

    def reader(self, column: Column) -> Callable[[Any], Any] | None:
        """Give what turns a value of the database into the value of the export, if anything."""
        if column.name == "coordinates":
            return lambda value: EXACT
        if column.kind not in NAMES:
            return None
        if column.kind not in self.names:
            self.names[column.kind] = NAMES[column.kind](self.asked.province)
        return self.names[column.kind].get


def followed(first: Callable[[Any], Any] | None, then: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Do one thing after another, if there is a first."""
    return (lambda value: then(first(value))) if first else then


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


def rows_in(sheets: list[Sheet]) -> int:
    """Count the rows of several tables."""
    return sum(sheet.count for sheet in sheets)


def on_day(person: Someone, asked: date) -> date:
    """Give the day as of which the person is told states."""
    return Viewer(person).day(asked)
