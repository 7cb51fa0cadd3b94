"""What an export holds: the same questions as those of the lists, asked of rows of any day and any instant.

What a filter keeps tells nothing that its reader may not see: a filter over a masked field keeps only rows of which the
person sees the field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from hatang.core.vietnamese import day, moment, search_key
from hatang.network.audience import known_to_hold, seeing
from hatang.network.forms.exports import EVERY_STATE
from hatang.network.kinds import OF_MODEL
from hatang.network.models import SHAREABLE, Cell, LifeState, Mast, Station, Tenancy, Thing
from hatang.network.narrowing import narrowed_by_facts
from hatang.network.services.as_of import ServiceState, held, on_things, rows_as_of
from hatang.network.services.usage import users
from hatang.pages.lists import MOST_WORDS
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

SERVICE_STATES: dict[str, str] = {
    LifeState.PLANNED: ServiceState.AHEAD,
    LifeState.CONSTRUCTION: ServiceState.AHEAD,
    LifeState.IN_USE: ServiceState.IN_FORCE,
    LifeState.OUT_OF_USE: ServiceState.ENDED,
    LifeState.DISMANTLED: ServiceState.ENDED,
}
"""What a filter by a thing's state keeps of services."""
SEARCHED: dict[type[Any], tuple[str, ...]] = {
    Station: ("code", "mast__code", "mast__commune__search_key", "operator__search_key"),
    Cell: ("code", "station__code", "station__mast__commune__search_key", "station__operator__search_key"),
    Tenancy: ("contract", "tenant__search_key"),
}


@dataclass(frozen=True)
class Asked:
    """A province's rows as of a day, as known at an instant, narrowed down as lists are.

    `state` is a LifeState, "moi" for all, or nothing for all but the dismantled.
    """

    province: Place
    on: date
    known_at: datetime | None = None
    commune: int | None = None
    organisation: int | None = None
    state: str = EVERY_STATE
    sort: str = ""
    technology: str = ""
    offered: bool = False
    spare: bool = False
    shared: bool = False
    text: str = ""

    def arguments(self) -> dict[str, Any]:
        """Write it for a job."""
        known_at = self.known_at.isoformat() if self.known_at else None
        told = {name: value for name, value in vars(self).items() if name != "province"}
        return told | {"province": self.province.pk, "on": self.on.isoformat(), "known_at": known_at}

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> Self:
        """Read it from a job's arguments."""
        known_at = arguments["known_at"]
        given = {
            "province": Place.objects.get(pk=arguments["province"]),
            "on": date.fromisoformat(arguments["on"]),
            "known_at": datetime.fromisoformat(known_at) if known_at else None,
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
        known = f", theo sổ như lúc {moment(self.known_at)}" if self.known_at else ""
        return f"{self.province}, tình trạng ngày {day(self.on)}{known}"

    @property
    def text_words(self) -> list[str]:
        """The words that are searched for."""
        return search_key(self.text[:1000]).split()[:MOST_WORDS]


def things_asked(rows: QuerySet[Any], model: type[Thing], asked: Asked, person: Someone) -> QuerySet[Any]:
    """Narrow down things: by who runs them, by a technology on air only where the person may know of it."""
    rows = narrowed_by_facts(rows.filter(province=asked.province), OF_MODEL[model], asked)
    if asked.shared and model in SHAREABLE:
        rows = rows.annotate(users=users(model, asked.on, asked.known_at)).filter(seeing("tenants"), users__gt=1)
    if asked.technology and model is Mast:
        stations = rows_as_of(Station, person=person, on=asked.on, known_at=asked.known_at)
        on_air = stations.filter(technology=asked.technology, state=ServiceState.IN_FORCE)
        rows = rows.filter(id__in=on_air.values("mast_id"))
    return searched_things(rows, asked)


def searched_things(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Keep things that hold every word; of former rows, which have no key for searching, in their code alone."""
    for word in asked.text_words:
        found = Q(code__icontains=word) & seeing("code") if asked.known_at else known_to_hold(word)
        rows = rows.filter(found | Q(commune__search_key__contains=word) | Q(owner__search_key__contains=word))
    return rows


def services_asked(rows: QuerySet[Any], model: type[Any], asked: Asked) -> QuerySet[Any]:
    """Narrow down services by the thing that they are on, who runs or rents, technology and state."""
    rows = on_things(model, rows, asked.known_at, narrowed_by(asked))
    stations = held(Station, asked.known_at)
    if asked.organisation:
        rows = of_organisation(rows, model, stations, asked.organisation)
    if asked.technology and model is not Tenancy:
        of_station = {"station__in": stations.filter(technology=asked.technology).values("id")}
        rows = rows.filter(**({"technology": asked.technology} if model is Station else of_station))
    if asked.state in SERVICE_STATES:
        rows = rows.filter(state=SERVICE_STATES[asked.state])
    names = SEARCHED[model][:1] if asked.known_at else SEARCHED[model]
    for word in asked.text_words:
        found = Q()
        for name in names:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def narrowed_by(asked: Asked) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Give what keeps the things on which services are asked for."""

    def narrowed(things: QuerySet[Any]) -> QuerySet[Any]:
        things = things.filter(province=asked.province)
        things = things.filter(commune=asked.commune) if asked.commune else things
        return things.filter(offered=True) if asked.offered else things

    return narrowed


def of_organisation(rows: QuerySet[Any], model: type[Any], stations: QuerySet[Any], pk: int) -> QuerySet[Any]:
    """Keep the services that an organisation runs or rents."""
    if model is Cell:
        return rows.filter(station__in=stations.filter(operator=pk).values("id"))
    return rows.filter(**{"operator" if model is Station else "tenant": pk})
