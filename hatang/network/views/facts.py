"""A thing in words: its facts as far as a person may see them, what changed when, what it is now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist

from hatang.core.vietnamese import number
from hatang.network.audience import Viewer
from hatang.network.kinds import OF_MODEL, Kind
from hatang.network.models import LifeState, PointThing, Thing
from hatang.network.models.things import LIFE, OWN_CODES
from hatang.network.services import records_of
from hatang.network.services.wording import HIDDEN
from hatang.pages.facts import label_of, written

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

HISTORY_SHOWN = 20
NO_NEWS = {"point", "search_key", "id", "history_id", "simulated", "photo", "province"}
Fact = tuple[str, str, str]


def kind_of_thing(thing: Thing) -> Kind:
    """Give a thing's row in the table of kinds."""
    return OF_MODEL[type(thing)]


def order_of(kind: Kind) -> list[str]:
    """Name the fields of a kind in the order in which people read them."""
    first = ["code_system", "owner", "operator", "commune", kind.sort, *kind.specific]
    where = ["along", "length_km"] if kind.is_line else []
    spare = ["capacity", "spare"] if kind.has_spare else []
    return [*first, "address", *where, *spare, *LIFE, "offered", "remarks"]


def facts(thing: Thing, viewer: Viewer, person: Someone, state: Thing | None = None) -> list[Fact]:
    """Give the facts that this person may see: name, value, and the address of what the value names.

    `state` is the thing as the register held it some day; who may see what follows from the thing as it is now.
    """
    told = state or thing
    lines = [fact for name in order_of(kind_of_thing(thing)) for fact in fact_of(told, thing, name, viewer, person)]
    if isinstance(told, PointThing) and isinstance(thing, PointThing):
        decimals = 6 if viewer.sees(thing, "point") else 2
        rough = "" if decimals == 6 else " (làm tròn khoảng 1 km)"
        lines.append(("Kinh độ; vĩ độ", f"{number(told.lon, decimals)}; {number(told.lat, decimals)}{rough}", ""))
    return lines


def fact_of(told: Thing, thing: Thing, name: str, viewer: Viewer, person: Someone) -> Iterator[Fact]:
    """Give one fact, if it is known and this person may see it."""
    field: Any = told._meta.get_field(name)
    value = viewer.shown(thing, name, getattr(told, name))
    if (name == "code_system" and value == OWN_CODES) or (name == "offered" and not kind_of_thing(thing).passive):
        return
    if isinstance(value, Thing):
        rows: Any = type(value)._default_manager.all()
        if rows.visible_to(person).filter(pk=value.pk).exists():
            yield label_of(field)[0], viewer.name(value), value.get_absolute_url()
    elif words := written(field, value):
        yield label_of(field)[0], words, ""


def finding(thing: Thing, viewer: Viewer, users: int | None, on: date) -> str:
    """Say in one sentence what a thing is now, who uses it and what is free."""
    told = [f"{thing._meta.verbose_name} {LifeState(thing.state_on(on)).label}"]
    if users is not None and viewer.sees(thing, "tenants"):
        told.append(f"{number(users)} doanh nghiệp dùng chung" if users > 1 else "chưa dùng chung")
    spare = getattr(thing, "spare", None)
    if spare is not None and viewer.sees(thing, "spare"):
        told.append(f"còn trống {number(spare)}" if spare else "không còn chỗ trống")
    if thing.offered:
        told.append("chủ sở hữu chào dùng chung")
    words = "; ".join(told)
    return f"{words[0].upper()}{words[1:]}."


# --- history


def history(thing: Thing, viewer: Viewer) -> list[dict[str, Any]]:
    """Give the latest changes: when, each field's old and new value, why, and, for officers, by whom."""
    if not viewer.sees(thing, "history"):
        return []
    lines = list(records_of(thing).select_related("history_user")[: HISTORY_SHOWN + 1])
    named = viewer.sees(thing, "history_person")
    olders = [*(old for _, old in pairwise(lines)), None]
    return [told_line(new, old, viewer, named) for new, old in zip(lines, olders, strict=True)][:HISTORY_SHOWN]


def told_line(new: Any, old: Any, viewer: Viewer, named: bool) -> dict[str, Any]:
    """Say what a line of the history changed."""
    return {
        "number": new.history_id,
        "at": new.history_date,
        "first": old is None,
        "changes": changes(new, old, viewer) if old else [],
        "reason": new.history_change_reason or "",
        "by": new.history_user if named else None,
    }


def changes(new: Any, old: Any, viewer: Viewer) -> list[tuple[str, str, str]]:
    """Give the fields in which two lines differ: name, old value, new value, as far as the person may know them."""
    fields = [f for f in new._meta.concrete_fields if f.name not in NO_NEWS and not f.name.startswith("history_")]
    differing = [f for f in fields if getattr(new, f.attname) != getattr(old, f.attname)]

    def told(line: Any, field: Any) -> str:
        return told_value(line, field, viewer) or "trống"

    return [(label_of(f)[0], told(old, f), told(new, f)) for f in differing]


def told_value(line: Any, field: Any, viewer: Viewer) -> str:
    """Write a value of a line of the history; what it names may be gone."""
    try:
        value = getattr(line, field.name)
    except ObjectDoesNotExist:
        return f"số {getattr(line, field.attname)} (không còn)"
    if isinstance(value, Thing) and not viewer.sees(value, "code"):
        return HIDDEN
    return written(field, value)
