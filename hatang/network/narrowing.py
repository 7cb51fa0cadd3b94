"""How lists, the register's page and the map narrow down things of a kind: one set of filters for all of them.

What a filter keeps must tell nothing that its reader may not see: a filter over a masked field keeps only rows of which
the person sees the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, DateField, F, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from hatang.network.audience import Viewer, seeing
from hatang.network.forms.exports import EVERY_STATE, InstantField
from hatang.network.kinds import Kind
from hatang.network.models import SHAREABLE, LifeState, Mast, Station, Technology
from hatang.network.services.as_of import ServiceState, rows_as_of, sees_former
from hatang.network.services.usage import users
from hatang.pages.lists import whole_number

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from hatang.network.services.exports.asking import Asked

    Someone = AbstractBaseUser | AnonymousUser

FILTERS = ("xa", "dn", "loai", "tt", "gd", "mang", "chao", "chung", "trong", "ngay")
MOST_FIGURES = 14


def read_day(text: str) -> date | None:
    """Read a day written as yyyy-mm-dd, or none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """Read an instant in Viet Nam's time, or a day, which means its end; or none."""
    try:
        return InstantField(required=False).clean(text)
    except ValidationError:
        return None


def written_instant(instant: datetime) -> str:
    """Write an instant as `read_instant` reads it: a day's end as the day."""
    local = timezone.localtime(instant)
    return f"{local:%Y-%m-%d}" if local.time() == time.max else f"{local:%Y-%m-%dT%H:%M}"


def known_instant(person: Someone, asked: datetime | None) -> datetime | None:
    """Give the instant as of which a person is told what the register held; None for what it holds now.

    Who may not ask that is told of now, as is who asks for an instant to come.
    """
    past = asked is not None and asked < timezone.now()
    return asked if past and sees_former(person) else None


@dataclass(frozen=True)
class Narrowing:
    """What is asked of things: commune, owner or operator, sort, state, technology on air, offered, shared, spare.

    `stage` is asked of what has a first and a last day (ServiceState), as other sectors' works have.
    """

    commune: int | None = None
    organisation: int | None = None
    sort: str = ""
    state: str = ""
    stage: str = ""
    technology: str = ""
    offered: bool = False
    shared: bool = False
    spare: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Narrowing:
        """Read an address; what cannot be read counts as not asked."""
        state, technology, stage = query.get("tt", ""), query.get("mang", ""), query.get("gd", "")
        return cls(
            commune=whole_number(query.get("xa", ""), MOST_FIGURES),
            organisation=whole_number(query.get("dn", ""), MOST_FIGURES),
            sort=query.get("loai", "")[:20].replace("\x00", ""),
            state=state if state in (EVERY_STATE, *LifeState.values) else "",
            stage=stage if stage in (EVERY_STATE, *ServiceState.values) else "",
            technology=technology if technology in Technology.values else "",
            offered=bool(query.get("chao")),
            shared=bool(query.get("chung")),
            spare=bool(query.get("trong")),
        )

    def query(self) -> dict[str, str]:
        """Write what is asked as an address does, what is not asked left out."""
        said = {
            "xa": str(self.commune or ""),
            "dn": str(self.organisation or ""),
            "loai": self.sort,
            "tt": self.state,
            "gd": self.stage,
            "mang": self.technology,
            "chao": "1" if self.offered else "",
            "chung": "1" if self.shared else "",
            "trong": "1" if self.spare else "",
        }
        return {name: value for name, value in said.items() if value}


def told_of(rows: QuerySet[Any], kind: Kind, viewer: Viewer, on: date) -> QuerySet[Any]:
    """Annotate `audience`, `state`, and as far as the person may see them `named`, `begun` and `users`."""
    rows = rows.annotate(audience=viewer.rule(kind.model)).with_state(on)  # type: ignore[attr-defined]
    return told_more(rows, kind, on)


def told_as_of(kind: Kind, person: Someone, on: date, known_at: datetime) -> QuerySet[Any]:
    """Give the things that a person may see as they were held at an instant, with what `told_of` annotates."""
    return told_more(rows_as_of(kind.model, person=person, on=on, known_at=known_at), kind, on, known_at)


def told_more(rows: QuerySet[Any], kind: Kind, on: date, known_at: datetime | None = None) -> QuerySet[Any]:
    """Annotate, of rows with `audience`, as far as the person may see them `named`, `begun` and `users`."""
    code = Case(When(seeing("code"), then=F("code")), default=Value(""), output_field=CharField())
    begun = Case(When(seeing("built_on"), then=F("built_on")), default=None, output_field=DateField())
    used = users(kind.model, on, known_at)
    count = Case(When(seeing("tenants"), then=used), default=None, output_field=IntegerField())
    return rows.annotate(named=code, begun=begun, users=count)


def narrowed(
    rows: QuerySet[Any], kind: Kind, asked: Narrowing, person: Someone, on: date, known_at: datetime | None = None
) -> QuerySet[Any]:
    """Keep what is asked for, of rows of `told_of`; unless a state is named, all but the dismantled."""
    rows = narrowed_by_facts(rows, kind, asked)
    if asked.shared and kind.model in SHAREABLE:
        rows = rows.filter(users__gt=1)
    if asked.technology and kind.model is Mast:
        own = rows_as_of(Station, person=person, on=on, known_at=known_at)
        on_air = own.filter(technology=asked.technology, state=ServiceState.IN_FORCE)
        rows = rows.filter(id__in=on_air.values("mast"))
    return rows


def narrowed_by_facts(rows: QuerySet[Any], kind: Kind, asked: Narrowing | Asked) -> QuerySet[Any]:
    """Keep what the rows themselves tell, of today's rows and of former ones alike; they carry `state`, `audience`."""
    if asked.state == "":
        rows = rows.exclude(state=LifeState.DISMANTLED)
    elif asked.state != EVERY_STATE:
        rows = rows.filter(state=asked.state)
    if asked.commune:
        rows = rows.filter(commune=asked.commune)
    if asked.organisation:
        operates = Q(operator=asked.organisation) & seeing("operator")
        rows = rows.filter(Q(owner=asked.organisation) | operates)
    if asked.sort:
        rows = rows.filter(**{kind.sort: asked.sort})
    if asked.offered:
        rows = rows.filter(offered=True)
    if asked.spare and kind.has_spare:
        rows = rows.filter(spare__gt=0)
    return rows
