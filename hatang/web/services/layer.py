"""What a layer of the map is: the question that it answers, how it is drawn, for whom, and when it has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable

from hatang.accounts.access import scopes, scopes_in
from hatang.network.narrowing import Narrowing, known_instant
from hatang.places.models import Boundary, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

SIMULATED = {"simulated": "dữ liệu mô phỏng"}
ANYTHING = Narrowing()


@dataclass(frozen=True)
class Ask:
    """Who asks for a layer, in which province (None: everywhere), as of which day, narrowed down to what.

    `known_at`: as the register held it at that instant, which `known_instant` has let the person ask for; None: now.
    """

    person: Someone
    province: Place | None
    on: date
    narrowing: Narrowing = ANYTHING
    known_at: datetime | None = None


@dataclass(frozen=True)
class Drawing:
    """Rows with the name of their geometry (or how it is made), and what each says.

    `feature_id` names the number by which each is known, `rough` which points are drawn to about a kilometre.
    """

    rows: QuerySet[Any]
    geometry: str | Combinable
    properties: Mapping[str, Any]
    feature_id: str = "pk"
    rough: Q | None = None


@dataclass(frozen=True)
class Layer:
    """A layer: the question it answers, how it is drawn, what a feature says, from which tables, and to whom."""

    key: str
    question: str
    shape: str
    says: Mapping[str, str]
    draw: Callable[[Ask], Drawing]
    reads: tuple[type[Model], ...]
    minzoom: int = 5
    permission: str = ""
    also: tuple[str, ...] = ()
    """Permissions on which more of what its tiles say depends, as who sees the stations that a filter reads."""
    keeps_history: bool = False
    """Whether it can be drawn as the register held it at an instant."""

    def open_to(self, ask: Ask) -> bool:
        """Tell whether the layer is there at all for the person."""
        if not self.permission:
            return True
        if ask.province is None:
            return bool(scopes(ask.person, self.permission))
        return bool(scopes_in(ask.person, self.permission, ask.province.pk))

    def known_at(self, person: Someone, asked: datetime | None) -> datetime | None:
        """Give the instant as of which the layer is drawn for a person who asks for one; None: now."""
        return known_instant(person, asked) if self.keeps_history else None

    def audience(self, ask: Ask) -> tuple[Any, ...]:
        """Give what tells apart people who get different tiles; those with equal scopes share theirs."""
        if not self.permission:
            return ()
        asked = (self.permission, *self.also)
        held = {(p, s.province_id, s.place_id, s.organisation_id) for p in asked for s in scopes(ask.person, p)}
        return tuple(sorted(held, key=repr))

    def state(self, known_at: datetime | None = None) -> tuple[Any, ...]:
        """Give numbers that change whenever rows behind the layer do, or those that it held at an instant; one query.

        A register's row that is made, changed or deleted leaves a newer row in its history, whether one by one or in
        bulk; rows loaded without one have a newer key. A boundary is only ever added or ended. The moments tell apart
        two databases with the same keys, as before and after a backup is put back. What was held at an instant changes
        only until that instant has passed.
        """
        sql, moments = state_sql(self.reads, known_at is not None)
        with connection.cursor() as cursor:
            cursor.execute(sql, [connection.ops.adapt_datetimefield_value(known_at)] * moments)
            return tuple(cursor.fetchone())


@cache
def state_sql(models: tuple[type[Model], ...], former: bool) -> tuple[str, int]:
    """Write the query of `Layer.state`, once for all tiles, and how often it asks for the instant."""
    marks = [mark for model in models for mark in marks_of(model, former and model._meta.app_label == "network")]
    return "SELECT " + ", ".join(f"({mark})" for mark in marks), sum("%s" in mark for mark in marks)


def marks_of(model: type[Model], former: bool) -> list[str]:
    """Write the queries whose answers change when a table does: the newest key, and the newest word about a row.

    Of what a register held, which `former` asks for, only the words up to an instant count.
    """
    quote = connection.ops.quote_name
    key, table = quote(str(model._meta.pk.column)), quote(model._meta.db_table)
    marks = [f"SELECT max({key}) FROM {table}"]  # noqa: S608 (names of our own tables)
    if model is Boundary:
        # every place_id is above 0: said so that the small index of the current ones is read, not the table
        marks.append(f"SELECT count(*) FROM {table} WHERE known_to IS NULL AND place_id > 0")  # noqa: S608
        marks.append(f"SELECT known_from FROM {table} ORDER BY {key} DESC LIMIT 1")  # noqa: S608
    elif former:
        marks = former_marks(model)
    elif hasattr(model, "history"):
        kept = model.history.model._meta
        key, table = quote(kept.pk.column), quote(kept.db_table)
        marks += [f"SELECT {what} FROM {table} ORDER BY {key} DESC LIMIT 1" for what in (key, "history_date")]  # noqa: S608
    return marks


def former_marks(model: Any) -> list[str]:
    """Write the queries for the newest word about a table's rows up to an instant."""
    quote, kept = connection.ops.quote_name, model.history.model._meta
    key, table = quote(kept.pk.column), quote(kept.db_table)
    words = f"FROM {table} WHERE history_date <= %s ORDER BY history_date DESC, {key} DESC LIMIT 1"
    return [f"SELECT {what} {words}" for what in (key, "history_date")]
