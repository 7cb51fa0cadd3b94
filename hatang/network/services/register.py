"""What the register holds that a file could touch, read in a handful of queries however many rows there are.

Only what the uploader may know of is given: a rival's code that is hidden is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day, search_key
from hatang.network.models import Cell, DuplicateCase, Station, Tenancy, Thing
from hatang.places.models import Place
from hatang.places.services import follow

AT_A_TIME = 5_000
CODE_FIRST = 5


class Register:
    """The register before one uploader: an operator, or the department of a province (operator None)."""

    def __init__(self, *, province: Place, operator: Organisation | None, today: date) -> None:
        self.province, self.operator, self.today = province, operator, today

    # Organisations and places

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """The organisations at work here by name and short name, without accents; operators win a shared name."""
        names: dict[str, Organisation] = {}
        here = Organisation.objects.in_force(self.today).at_work_in(self.province)
        rows = here.exclude(kind=Organisation.Kind.GROUP)
        for row in sorted(rows, key=lambda o: o.kind == Organisation.Kind.OPERATOR):
            names |= {search_key(name): row for name in (row.name, row.short_name) if name}
        return names

    @cached_property
    def operator_names(self) -> str:
        """The names of the operators, for messages."""
        rows = {o for o in self.organisations.values() if o.kind == Organisation.Kind.OPERATOR}
        return ", ".join(sorted(o.short_name or o.name for o in rows)[:12])

    @cached_property
    def organisation_names(self) -> dict[int, str]:
        """What every organisation, also a former one, is called."""
        return {o.pk: o.short_name or o.name for o in Organisation.objects.all()}

    @cached_property
    def communes(self) -> dict[int, Place]:
        """The communes of the province, also those that ended, by their key."""
        return {place.pk: place for place in Place.objects.communes().filter(province=self.province)}

    @cached_property
    def communes_by_code(self) -> dict[str, Place]:
        """The communes in force by their code."""
        inside = Place.objects.communes().filter(province=self.province).in_force(self.today).values_list("pk", "code")
        return {code: self.communes[pk] for pk, code in inside}

    @cached_property
    def communes_by_name(self) -> dict[str, Place]:
        """The communes in force by their names; a name that two bear names none."""
        return once(
            (search_key(name), place)
            for place in self.communes_by_code.values()
            for name in {place.full_name, place.name}
        )

    @cached_property
    def zones(self) -> dict[int, Place]:
        """The zones of the province by their key."""
        inside = Place.objects.filter(province=self.province).of_kind(Place.Kind.ZONE).in_force(self.today)
        return {place.pk: place for place in inside}

    @cached_property
    def zones_by_name(self) -> dict[str, Place]:
        """The zones by name and code."""
        names = ((n, z) for z in self.zones.values() for n in {z.full_name, z.name, z.code} if n)
        return once((search_key(name), zone) for name, zone in names)

    def commune(self, text: str) -> Place | None:
        """Find a commune by its code, with or without its name behind, or by its name alone."""
        if code := code_in(text):
            return self.communes_by_code.get(code.zfill(CODE_FIRST)) or self.communes_by_code.get(code)
        return self.communes_by_name.get(search_key(text))

    def became(self, codes: Collection[str]) -> dict[str, str]:
        """Say of codes that are no commune here today what they are: elsewhere, or gone and into what."""
        asked = {code.zfill(CODE_FIRST) for code in codes} - set(self.communes_by_code)
        places = list(Place.objects.communes().filter(code__in=asked).select_related("province")) if asked else []
        ended = [place for place in places if place.valid_to and place.valid_to < self.today]
        followed = follow(ended, self.today)
        said: dict[str, str] = {}
        for place in ended:
            targets = ", ".join(f"{p.place.full_name} ({p.place.code})" for p in followed.get(place.pk, []))
            onward = f"; nay thuộc {targets}" if targets else ""
            said[place.code] = f"{place.full_name} có đến hết {day(place.valid_to)}{onward}."
        for place in places:
            if place not in ended:
                said[place.code] = f"{place.full_name} thuộc {place.province}, không thuộc tỉnh này."
        return said

    # Things and services

    def things(self, model: type[Thing], codes: Collection[str]) -> Iterator[Any]:
        """Give the things of a kind with these codes that the uploader may name, also of its own in other provinces."""
        rows: Any = model._default_manager.all()
        if "point" in {field.name for field in model._meta.fields}:
            rows = rows.defer("point")
        links = [f.name for f in model._meta.fields if f.is_relation and issubclass(f.related_model or Place, Thing)]
        rows = rows.annotate(**{f"was_{name}": self.code_of(model, name) for name in links})
        return fetched(self.nameable(rows), "code", codes)

    def nameable(self, rows: Any) -> Any:
        """Keep the things that the uploader may name: an operator its own, those it runs, and those it uses."""
        if self.operator is None:
            return rows
        return rows.filter(Q(owner=self.operator) | Q(operator=self.operator) | rows.used_by(self.operator.pk))

    def code_of(self, model: type[Thing], link: str) -> Subquery:
        """Write the code of the thing that a link names; nothing where the uploader may not name it."""
        target: Any = model._meta.get_field(link).related_model
        named = self.nameable(target._default_manager.filter(pk=OuterRef(f"{link}_id")))
        return Subquery(named.values("code")[:1])

    def stations(self, codes: Collection[str]) -> Iterator[Any]:
        """Give the stations with these codes that the uploader may name."""
        rows = Station.objects.annotate(province_id=F("mast__province_id"), was_mast=F("mast__code"))
        return fetched(rows.filter(operator=self.operator) if self.operator else rows, "code", codes)

    def merged(self, codes: Collection[str]) -> Iterator[DuplicateCase]:
        """Give the decisions by which masts of these codes were merged into others, as far as the uploader may know."""
        rows = DuplicateCase.objects.filter(state=DuplicateCase.State.MERGED, kept__province=self.province)
        rows = rows.filter(other_owner=self.operator) if self.operator else rows
        return fetched(rows.select_related("kept"), "other_code", codes)

    def cells(self, stations: Collection[int]) -> Iterator[Any]:
        """Give the cells of these stations."""
        return fetched(Cell.objects.all(), "station_id", stations)

    def tenancies(self, link: str, things: Collection[int]) -> Iterator[Any]:
        """Give the tenancies of these things that the uploader may know of."""
        rows = Tenancy.objects.all()
        if self.operator:
            rows = rows.filter(self.party_to_tenancy())
        return fetched(rows, f"{link}_id", things)

    def party_to_tenancy(self) -> Q:
        """Write that the operator is tenant, owner or manager of the thing."""
        mine = Q(tenant=self.operator) | Q(station__operator=self.operator)
        for link in Tenancy.LINKS:
            if link != "station":
                mine |= Q(**{f"{link}__owner": self.operator}) | Q(**{f"{link}__operator": self.operator})
        return mine

    def held_of(self, model: type[Any], parties: Collection[int]) -> Iterator[tuple[tuple[Any, ...], str]]:
        """Give key and name of all that the register holds here of these parties, to tell what a file leaves out."""
        if model is Station:
            rows = Station.objects.filter(mast__province=self.province, operator__in=parties)
            for operator, code, technology in rows.values_list("operator_id", "code", "technology").order_by("code"):
                yield (operator, code, technology), f"{code} {technology}"
        elif model is Cell:
            cells = Cell.objects.filter(station__mast__province=self.province, station__operator__in=parties)
            for station, code, of in cells.values_list("station_id", "code", "station__code").order_by("code"):
                yield (station, code), f"{of} {code}"
        elif issubclass(model, Thing):
            things: Any = model._default_manager.filter(province=self.province, owner__in=parties)
            for owner, code in things.values_list("owner_id", "code").order_by("code"):
                yield (owner, code), code


def code_in(text: str) -> str:
    """Give the commune's code with which a text begins; nothing where it begins with a name.

    >>> code_in("06181 · Xã Đồng Đăng"), code_in("6181."), code_in("Đồng Đăng")
    ('06181', '6181', '')
    """
    code = text.split(maxsplit=1)[0].rstrip(".·,") if text.split() else ""
    return code if code.isdigit() else ""


def once(named: Iterable[tuple[str, Place]]) -> dict[str, Place]:
    """Give places by name, without the names that several bear."""
    found: dict[str, Place] = {}
    twice: set[str] = set()
    for name, place in named:
        if found.setdefault(name, place) is not place:
            twice.add(name)
    return {name: place for name, place in found.items() if name not in twice}


def fetched(rows: Any, name: str, asked: Collection[Any]) -> Iterator[Any]:
    """Give the rows whose field is one of these values, some thousands a query."""
    values = iter(sorted(asked))
    while chunk := list(islice(values, AT_A_TIME)):
        yield from rows.filter(**{f"{name}__in": chunk})
