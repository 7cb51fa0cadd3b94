"""The things of the register that forms are filled from, read once, each with the names that stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import sort_key
from hatang.network.audience import Viewer
from hatang.network.models import House, Mast, PoleLine, Station, Tenancy, Thing, UndergroundWork
from hatang.places.models import Place
from hatang.places.services.locating import Whereabouts, locate
from hatang.plans.legal_forms.areas import AreaLevel, former_districts
from hatang.plans.legal_forms.extent import Extent

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

NOT_READ = ("search_key", "photo", "code_system")


@dataclass(slots=True)
class Entry:
    """One thing with what stands beside it in a form; names that are not known are empty."""

    thing: Any
    area: str = ""
    end_area: str = ""
    zone: str = ""
    owner: str = ""
    unit: str = ""

    @property
    def simulated(self) -> bool:
        """Whether the row is made up."""
        return bool(self.thing.simulated)

    @property
    def shared(self) -> bool:
        """Whether others use the thing, or its owner offers it to them."""
        return bool(self.thing.offered or self.thing.used_by_others)


@dataclass
class Register:
    """What the forms are filled from: the province's things of one extent, of all owners or of one."""

    province: Place
    extent: Extent
    owner: Organisation | None = None
    masts: list[Entry] = field(default_factory=list)
    houses: list[Entry] = field(default_factory=list)
    underground: list[Entry] = field(default_factory=list)
    pole_lines: list[Entry] = field(default_factory=list)

    @property
    def routes(self) -> list[Entry]:
        """Underground works, then pole lines."""
        return self.underground + self.pole_lines

    @property
    def entries(self) -> list[Entry]:
        """Everything."""
        return [*self.routes, *self.masts, *self.houses]

    @property
    def simulated(self) -> bool:
        """Whether any row is made up."""
        return any(entry.simulated for entry in self.entries)


def read_register(
    *,
    person: Someone,
    province: Place,
    extent: Extent,
    owner: Organisation | None = None,
    level: AreaLevel = AreaLevel.COMMUNE,
) -> Register:
    """Read the things that the person may see in the province, of one owner if it is named.

    Who is no officer is told as of today what is shared: asked from day to day, it would tell when a rival came.
    """
    shared_on = extent.reference_day if Viewer(person).sees_all else timezone.localdate()

    def read(model: type[Thing]) -> list[Entry]:
        rows: Any = model._default_manager
        rows = rows.visible_to(person).filter(province=province)
        kept = extent.of(rows.filter(owner=owner) if owner else rows)
        used = used_by_others(model, shared_on)
        return [Entry(thing) for thing in kept.annotate(used_by_others=used).defer(*NOT_READ).order_by("code", "pk")]

    register = Register(province, extent, owner, read(Mast), read(House), read(UndergroundWork), read(PoleLine))
    add_names(register.entries)
    add_ends(register.routes, province)
    add_zones(register.houses, province)
    if level == AreaLevel.FORMER_DISTRICT:
        add_former_districts(register.entries)
    order_by_area(register)
    return register


def used_by_others(model: type[Thing], on: date) -> Q:
    """Write that somebody else uses the thing on that day: a tenant or, on a mast, another operator with a station."""
    tenants = Tenancy.objects.in_force(on).filter(**{model.KEY: OuterRef("pk")})
    used = Q(Exists(tenants))
    if model is Mast:
        others = Station.objects.on_air(on=on).filter(mast=OuterRef("pk")).exclude(operator=F("mast__owner"))
        used |= Q(Exists(others))
    return used


def add_names(entries: Sequence[Entry]) -> None:
    """Give each thing the names of its commune, owner and managing unit."""
    communes = Place.objects.in_bulk({e.thing.commune_id for e in entries} - {None}) if entries else {}
    bodies = Organisation.objects.in_bulk({n for e in entries for n in (e.thing.owner_id, e.thing.operator_id) if n})
    for entry in entries:
        thing = entry.thing
        entry.area = str(communes.get(thing.commune_id, ""))
        entry.owner = str(bodies[thing.owner_id])
        entry.unit = str(bodies[thing.operator_id or thing.owner_id])


def add_ends(routes: Sequence[Entry], province: Place) -> None:
    """Give each route the communes in which it ends and, where the register names none, begins, by their boundaries."""
    ends = whereabouts((entry.thing.path[-1] for entry in routes), province)
    starts = whereabouts((entry.thing.path[0] for entry in routes if not entry.area), province)
    for entry, where in zip(routes, ends, strict=True):
        entry.end_area = str(where.commune or "")
    for entry, where in zip((e for e in routes if not e.area), starts, strict=True):
        entry.area = str(where.commune or "")


def add_zones(houses: Sequence[Entry], province: Place) -> None:
    """Give the houses that need land, and of which room for two is not known, the zone in which they stand."""
    doubtful = [e for e in houses if e.thing.kind == House.Kind.NT1 and (e.thing.capacity or 0) < 2]
    found = whereabouts(((e.thing.lon, e.thing.lat) for e in doubtful), province)
    for entry, where in zip(doubtful, found, strict=True):
        entry.zone = str(where.zone or "")


def whereabouts(points: Iterable[tuple[float, float]], province: Place) -> list[Whereabouts]:
    """Say where points (lon, lat) lie today."""
    listed = list(points)
    return locate(np.array(listed), on=timezone.localdate(), province=province) if listed else []


def add_former_districts(entries: Sequence[Entry]) -> None:
    """Replace the communes by the districts there were, as far as former boundaries are known."""
    starts = former_districts([start_of(entry.thing) for entry in entries])
    routes = [entry for entry in entries if hasattr(entry.thing, "path")]
    ends = former_districts([entry.thing.path[-1] for entry in routes])
    for entry, name in zip(entries, starts, strict=True):
        entry.area = name
    for entry, name in zip(routes, ends, strict=True):
        entry.end_area = name


def start_of(thing: Any) -> tuple[float, float]:
    """Give a thing's point, or a route's first one: lon, lat."""
    return thing.path[0][:2] if hasattr(thing, "path") else (thing.lon, thing.lat)


def order_by_area(register: Register) -> None:
    """Order the things of each kind by area in the order of the Vietnamese alphabet, what lies nowhere last."""
    keys = {entry.area: (not entry.area, area_key(entry.area)) for entry in register.entries}
    for entries in (register.masts, register.houses, register.underground, register.pole_lines):
        entries.sort(key=lambda entry: keys[entry.area])


def area_key(name: str) -> str:
    """Give the key by which an area is ordered: its name without the kind of unit before it."""
    for title in ("Xã ", "Phường ", "Đặc khu ", "Thị trấn ", "Huyện ", "Quận ", "Thị xã ", "Thành phố "):
        name = name.removeprefix(title)
    return sort_key(name)
