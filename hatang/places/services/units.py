"""Load the administrative units, former and present, and who succeeded whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import LegalReference, Place, PlaceSuccession
from hatang.places.services.unit_source import NEW_UNITS, Key, LegalKey, Link, Source, Unit, read_source

LEVELS = (Place.Kind.PROVINCE, Place.Kind.DISTRICT, Place.Kind.COMMUNE)
FROM_SOURCE = ["title", "name", "valid_to", "parent_id", "province_id", "former_province_id", "legal_id"]
ONLY_IF_EMPTY = ["lon", "lat", "area_km2"]
REASON = "Nạp danh mục đơn vị hành chính"


@dataclass
class ImportCounts:
    """What a load did to the rows of one table; missing ones are stored, unknown to the source, and left alone."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0

    def __str__(self) -> str:
        return (
            f"thêm {self.added}, sửa {self.changed}, giữ nguyên {self.unchanged}, không có trong nguồn {self.missing}"
        )


@dataclass
class UnitsImport:
    """What a load of units did."""

    places: ImportCounts = field(default_factory=ImportCounts)
    successions: ImportCounts = field(default_factory=ImportCounts)


@transaction.atomic
def import_units(source: Source | None = None) -> UnitsImport:
    """Load provinces, districts and communes of before and after 1 July 2025; a second load changes nothing.

    A point or area that an officer has corrected stays, and so does a share that was filled in.
    """
    source = source or read_source()
    acts = store_acts(source)
    stored = {key_of(place): place for place in Place.objects.of_kind(*LEVELS)}
    done = UnitsImport()
    done.places.missing = len(stored.keys() - {unit.key for unit in source.units})
    for generation in generations(source.units):
        store_units(generation, stored, acts, done.places)
    store_links(source.links, stored, acts, done.successions)
    return done


def key_of(place: Place) -> Key:
    """Give what tells a unit from all others."""
    return (place.kind, place.code, place.valid_from)


def generations(units: Iterable[Unit]) -> list[list[Unit]]:
    """Part the units by level, those that others refer to first."""
    units = list(units)
    return [[unit for unit in units if unit.kind == level] for level in LEVELS]


def store_acts(source: Source) -> dict[LegalKey, LegalReference]:
    """Store the legal documents that the source names."""
    named = dict.fromkeys([unit.legal for unit in source.units] + [link.legal for link in source.links])
    acts = {}
    for number, issuer, date, title in filter(None, named):
        known = {"number": number, "issuer": issuer, "date": date}
        acts[number, issuer, date, title] = LegalReference.objects.get_or_create(**known, defaults={"title": title})[0]
    return acts


def store_units(
    units: Iterable[Unit], stored: dict[Key, Place], acts: dict[LegalKey, LegalReference], counts: ImportCounts
) -> None:
    """Add the units that are new and correct those that differ."""
    new, changed = [], []
    for unit in units:
        wanted = values_of(unit, stored, acts)
        place = stored.get(unit.key)
        if place is None:
            new.append(made(unit, wanted))
        elif differs(place, wanted):
            changed.append(place)
        else:
            counts.unchanged += 1
    for place in bulk_create_with_history(new, Place, batch_size=2000, default_change_reason=REASON):
        stored[key_of(place)] = place
    bulk_update_with_history(
        changed,
        Place,
        [*FROM_SOURCE, *ONLY_IF_EMPTY, "search_key", "sort_key"],
        batch_size=500,
        default_change_reason=REASON,
    )
    counts.added += len(new)
    counts.changed += len(changed)


def values_of(unit: Unit, stored: dict[Key, Place], acts: dict[LegalKey, LegalReference]) -> dict[str, Any]:
    """Give the fields of a place as the source has them."""
    above = {
        f"{role}_id": getattr(unit, role) and stored[getattr(unit, role)].pk
        for role in ("parent", "province", "former_province")
    }
    plain = {name: getattr(unit, name) for name in ("title", "name", "valid_to", *ONLY_IF_EMPTY)}
    return plain | above | {"legal_id": unit.legal and acts[unit.legal].pk}


def made(unit: Unit, wanted: dict[str, Any]) -> Place:
    """Make a place that is not stored yet."""
    place = Place(kind=unit.kind, code=unit.code, valid_from=unit.valid_from, **wanted)
    place.fill_keys()
    return place


def differs(place: Place, wanted: dict[str, Any]) -> bool:
    """Take over what the source knows better; tell whether that changed anything."""
    news = {name: wanted[name] for name in FROM_SOURCE if getattr(place, name) != wanted[name]}
    news |= {name: wanted[name] for name in ONLY_IF_EMPTY if getattr(place, name) is None and wanted[name] is not None}
    for name, value in news.items():
        setattr(place, name, value)
    place.fill_keys()
    return bool(news)


def store_links(
    links: Iterable[Link], stored: dict[Key, Place], acts: dict[LegalKey, LegalReference], counts: ImportCounts
) -> None:
    """Add the successions that are new, without a history: a first correction keeps what they said."""
    wanted = {(stored[link.predecessor].pk, stored[link.successor].pk): link for link in links}
    known = set(PlaceSuccession.objects.filter(on=NEW_UNITS).values_list("predecessor_id", "successor_id"))
    new = [succession(*ends, link, acts) for ends, link in wanted.items() if ends not in known]
    PlaceSuccession.objects.bulk_create(new, batch_size=2000)
    counts.added = len(new)
    counts.unchanged = len(wanted) - len(new)
    counts.missing = len(known - wanted.keys())


def succession(
    predecessor_id: int, successor_id: int, link: Link, acts: dict[LegalKey, LegalReference]
) -> PlaceSuccession:
    """Make a succession: all of it, or a share that is unknown."""
    share = 100 if link.whole else None
    return PlaceSuccession(
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        on=NEW_UNITS,
        population_percent=share,
        area_percent=share,
        legal=acts[link.legal] if link.legal else None,
    )
