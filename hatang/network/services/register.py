"""What the register holds that a station file could touch, read in a handful of queries however many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import F, Q

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day, search_key
from hatang.network.models import Mast, Station
from hatang.network.services.columns import UploadRow
from hatang.places.models import Place
from hatang.places.services import follow

ROWS_A_QUERY = 5_000

StationKey = tuple[int, str, str]


@dataclass
class Register:
    """The part of the register and its references that the rows of one file name."""

    province: Place
    organisations: dict[str, Organisation]
    communes: dict[str, Place]
    communes_by_id: dict[int, Place]
    gone: dict[str, str]
    masts: dict[str, Mast]
    used_masts: set[int]
    stations: dict[StationKey, Any]


def read_register(rows: list[UploadRow], *, province: Place, operator: Organisation | None, today: date) -> Register:
    """Read the references, masts and stations that the rows name."""
    inside = Place.objects.communes().filter(province=province).in_force(today)
    communes = {place.code: place for place in inside}
    asked = {row.values.get("commune", "").zfill(5) for row in rows if row.values.get("commune")}
    return Register(
        province=province,
        organisations=organisations_by_name(today),
        communes=communes,
        communes_by_id={place.pk: place for place in inside},
        gone=became(asked - set(communes), today),
        masts={mast.code: mast for mast in fetched(Mast.objects.all(), "mast_code", rows)},
        used_masts=set(
            Mast.objects.filter(province=province, stations__operator=operator).values_list("pk", flat=True)
            if operator
            else ()
        ),
        stations={
            (station.operator_id, station.code, station.technology): station
            for station in fetched(Station.objects.annotate(province_id=F("mast__province_id")), "station_code", rows)
        },
    )


def organisations_by_name(today: date) -> dict[str, Organisation]:
    """Give the organisations in force by name and short name, without accents; operators win a shared name."""
    names: dict[str, Organisation] = {}
    rows = Organisation.objects.in_force(today).filter(~Q(kind=Organisation.Kind.GROUP))
    for row in sorted(rows, key=lambda o: o.kind == Organisation.Kind.OPERATOR):
        names |= {search_key(name): row for name in (row.name, row.short_name) if name}
    return names


def became(codes: set[str], today: date) -> dict[str, str]:
    """Say of codes that are no commune here today what they are: elsewhere, or gone and into what."""
    places = list(Place.objects.communes().filter(code__in=codes).select_related("province")) if codes else []
    ended = [place for place in places if place.valid_to and place.valid_to < today]
    followed = follow(ended, today)
    said: dict[str, str] = {}
    for place in ended:
        targets = ", ".join(f"{p.place.full_name} ({p.place.code})" for p in followed.get(place.pk, []))
        onward = f"; nay thuộc {targets}" if targets else ""
        said[place.code] = f"{place.full_name} có đến hết {day(place.valid_to)}{onward}."
    for place in places:
        if place not in ended:
            said[place.code] = f"{place.full_name} thuộc {place.province}, không thuộc tỉnh này."
    return said


def fetched(queryset: Any, key: str, rows: list[UploadRow]) -> Iterator[Any]:
    """Give the rows of the register whose code stands in the file, some thousands a query."""
    codes = iter(sorted({row.values[key] for row in rows if key in row.values}))
    while chunk := list(islice(codes, ROWS_A_QUERY)):
        yield from queryset.filter(code__in=chunk)


def missing_stations(province: Place, operators: Iterable[int], named: set[StationKey]) -> list[str]:
    """Name the stations that the register holds for these operators here and that the file does not name."""
    held = Station.objects.filter(mast__province=province, operator__in=operators).order_by("code", "technology")
    rows = held.values_list("operator_id", "code", "technology")
    return [f"{code} {technology}" for operator, code, technology in rows if (operator, code, technology) not in named]
