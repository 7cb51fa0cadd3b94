"""Which field of a thing whom may see: one table, read by pages, lists, tiles and exports alike.

Operators are rivals. On a shared mast each sees that it is shared and by how many, never by whom or with what.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone

from hatang.accounts.access import Scope, scopes
from hatang.core.vietnamese import number

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from hatang.network.models import PointThing, Thing


class Audience(StrEnum):
    """Who looks at a thing that they may see at all."""

    OFFICER = "Sở, phân tích, thanh tra"
    OWNER = "chủ sở hữu"
    TENANT = "bên thuê, doanh nghiệp đặt trạm"
    COMMUNE = "xã, phường"
    RIVAL = "doanh nghiệp khác, khi được chào dùng chung"


EVERYBODY = frozenset(Audience)
KNOWN_TO = EVERYBODY - {Audience.RIVAL}
PARTIES = frozenset({Audience.OFFICER, Audience.OWNER, Audience.TENANT})
OWN = frozenset({Audience.OFFICER, Audience.OWNER})
OFFICERS = frozenset({Audience.OFFICER})

FIELDS: dict[str, frozenset[Audience]] = {
    "commune": EVERYBODY,
    "owner": EVERYBODY,
    "structure": EVERYBODY,
    "kind": EVERYBODY,
    "part": EVERYBODY,
    "function": EVERYBODY,
    "laying": EVERYBODY,
    "offered": EVERYBODY,
    "spare": EVERYBODY,
    "rough_point": EVERYBODY,
    "point": EVERYBODY - {Audience.COMMUNE},
    "path": EVERYBODY,
    "along": EVERYBODY,
    "length_km": EVERYBODY,
    "code": KNOWN_TO,
    "tenants": KNOWN_TO,
    "built_on": KNOWN_TO,
    "photo": KNOWN_TO,
    "history": OWN,
    "history_person": OFFICERS,
    "tenant_names": OFFICERS,
}
"""Every other field of a thing is for the parties alone: officers, its owner, those who use it."""


def may_see(audience: Audience, field: str) -> bool:
    """Tell whether a field is for an audience."""
    return audience in FIELDS.get(field, PARTIES)


def in_province(scope: Scope) -> Q:
    """Write that a thing lies in a scope's province."""
    return Q(province=scope.province_id) if scope.province_id else Q(pk__isnull=False)


def seeing(field: str) -> Q:
    """Write, over things annotated with `audience`, who sees the field."""
    return Q(audience__in=[who.name for who in FIELDS.get(field, PARTIES)])


def known_to_hold(word: str) -> Q:
    """Write, over things annotated with `audience`, that a word of a search stands in a code or address one may see."""
    return (Q(search_key__contains=word) & seeing("address")) | (Q(code__icontains=word) & seeing("code"))


class Viewer:
    """A person before things of the register; asks the database once for each kind, however many things there are."""

    def __init__(self, person: AbstractBaseUser | AnonymousUser) -> None:
        self.scopes = scopes(person, "network.view_thing")
        self.used: dict[tuple[type[Thing], int], set[int]] = {}

    def audience(self, thing: Thing) -> Audience:
        """Tell as whom the person sees a thing that `visible_to` has let them see."""
        held = [s for s in self.scopes if s.province_id in (None, thing.province_id)]
        if any(s.is_whole for s in held):
            return Audience.OFFICER
        mine = [s.organisation_id for s in held if s.organisation_id]
        if any(organisation in (thing.owner_id, thing.operator_id) for organisation in mine):
            return Audience.OWNER
        if any(thing.pk in self.things_used(type(thing), organisation) for organisation in mine):
            return Audience.TENANT
        return Audience.RIVAL if mine else Audience.COMMUNE

    def things_used(self, model: type[Thing], organisation_id: int) -> set[int]:
        """Give the keys of the things of a kind that an operator uses, or used."""
        asked = (model, organisation_id)
        if asked not in self.used:
            rows: Any = model._default_manager.all()
            self.used[asked] = set(rows.filter(rows.used_by(organisation_id)).values_list("pk", flat=True))
        return self.used[asked]

    def sees(self, thing: Thing, field: str) -> bool:
        """Tell whether the person may see the field."""
        return may_see(self.audience(thing), field)

    def shown(self, thing: Thing, field: str, value: Any) -> Any:
        """Give the value, or nothing when it is not for this person."""
        return value if self.sees(thing, field) else None

    def name(self, thing: Thing) -> str:
        """Name a thing: by its code, or by what is public of it."""
        return thing.code if self.sees(thing, "code") else f"{thing._meta.verbose_name} số {thing.pk}"

    def day(self, asked: date) -> date:
        """Give the day as of which the person sees things: who is not an officer everywhere sees them as of today.

        From day to day an operator would read off when a rival goes on air, a commune when a mast comes down.
        """
        today = timezone.localdate()
        return min(asked, today) if self.sees_all else today

    @property
    def sees_all(self) -> bool:
        """Whether the person sees everything of the provinces in which they see anything: an officer's rights alone."""
        return all(s.is_whole for s in self.scopes)

    def rule(self, model: type[Thing]) -> Case:
        """Write `audience` as an expression over things of a kind, for sets of them."""
        everywhere = [s for s in self.scopes if s.is_whole]
        operators = [s for s in self.scopes if s.organisation_id]
        rows: Any = model._default_manager.all()
        never = Q(pk__in=[])

        def either(ways: Iterable[Q]) -> Q:
            return reduce(or_, ways, never)

        own = (in_province(s) & (Q(owner=s.organisation_id) | Q(operator=s.organisation_id)) for s in operators)
        cases = {
            Audience.OFFICER: either(in_province(s) for s in everywhere),
            Audience.OWNER: either(own),
            Audience.TENANT: either(in_province(s) & rows.used_by(s.organisation_id) for s in operators),
            Audience.RIVAL: either(in_province(s) for s in operators),
        }
        told = [When(rule, then=Value(who.name)) for who, rule in cases.items()]
        return Case(*told, default=Value(Audience.COMMUNE.name), output_field=CharField())

    def point(self, thing: PointThing) -> str:
        """Give the point as far as the person may know it: exact, or to about a kilometre."""
        decimals = 6 if self.sees(thing, "point") else 2
        return f"{number(thing.lon, decimals)}; {number(thing.lat, decimals)}"

    def away(self, thing: Thing, metres: float) -> str:
        """Say how far another thing stands; to who knows points only roughly, exact distances would give them away."""
        return f"cách {number(metres)} m" if self.sees(thing, "point") else ""
