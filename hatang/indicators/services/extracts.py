"""Extracts of the registers that a return shows for confirmation: a named count each, by commune, whole or one owner's.

What a commune or the department sees counts all owners; an operator's return counts its own alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.urls import reverse

from hatang.accounts.models import Organisation
from hatang.indicators.formulas.table import marked_where
from hatang.network.kinds import kind_of
from hatang.network.models import DeclaredCoverage, FibreReach, Mast, Station, Technology
from hatang.places.models import Place

Counted = tuple[float, bool]
"""A count, and whether a simulated row is in it."""
Rows = Callable[[Place, date, Organisation | None], QuerySet[Any, Any]]


@dataclass(frozen=True)
class Extract:
    """What is counted, how it is called, and in which list its rows stand."""

    code: str
    label: str
    rows: Rows
    """Gives rows of (commune's key, count, whether one is simulated), one a commune."""
    address: Callable[[Place, Place, Organisation | None], str]

    def counts(self, province: Place, on: date, organisation: Organisation | None) -> dict[int, Counted]:
        """Count by commune on a day; a commune without rows is left out."""
        rows = self.rows(province, on, organisation)
        return {pk: (float(count or 0), bool(marked)) for pk, count, marked in rows if pk}


def asked(page: str, province: Place, place: Place, organisation: Organisation | None, **more: str) -> str:
    """Give a register's list narrowed to a place and an owner."""
    narrowed: dict[str, Any] = dict(more)
    if place.pk != province.pk:
        narrowed["xa"] = place.pk
    if organisation:
        narrowed["dn"] = organisation.pk
    return f"{page}?{urlencode(narrowed)}"


def mast_list(province: Place, place: Place, organisation: Organisation | None) -> str:
    page = reverse("network:things", args=[province.code, kind_of("cot")])
    return asked(page, province, place, organisation)


def station_list(technology: str) -> Callable[[Place, Place, Organisation | None], str]:
    """Give the address of the list of stations of a technology on air."""

    def address(province: Place, place: Place, organisation: Organisation | None) -> str:
        page = reverse("network:stations", args=[province.code])
        return asked(page, province, place, organisation, cn=technology, phat="1")

    return address


def place_page(province: Place, place: Place, organisation: Organisation | None) -> str:
    return place.get_absolute_url()


def by_commune(rows: QuerySet[Any], commune: str, count: Any) -> QuerySet[Any, Any]:
    """Count rows by commune."""
    return (
        rows.order_by()
        .values(commune)
        .annotate(n=count, mark=Max(marked_where(Q(simulated=True))))
        .values_list(commune, "n", "mark")
    )


def of_owner(rows: QuerySet[Any], field: str, organisation: Organisation | None) -> QuerySet[Any]:
    """Keep one owner's rows, or all."""
    return rows.filter(**{field: organisation}) if organisation else rows


def masts(province: Place, on: date, organisation: Organisation | None) -> QuerySet[Any, Any]:
    rows = Mast.objects.in_use(on).filter(province=province)
    return by_commune(of_owner(rows, "owner", organisation), "commune", Count("pk"))


def stations(technology: str) -> Rows:
    """Count the stations of a technology on air."""

    def rows(province: Place, on: date, organisation: Organisation | None) -> QuerySet[Any, Any]:
        found = Station.objects.on_air(technology, on=on).filter(mast__province=province)
        return by_commune(of_owner(found, "operator", organisation), "mast__commune", Count("pk"))

    return rows


def villages_declared(technology: str) -> Rows:
    """Count the villages for which coverage is declared."""

    def rows(province: Place, on: date, organisation: Organisation | None) -> QuerySet[Any, Any]:
        found = DeclaredCoverage.objects.covering(technology, on=on)
        found = found.filter(place__kind=Place.Kind.VILLAGE, place__province=province)
        return by_commune(of_owner(found, "operator", organisation), "place__parent", Count("place", distinct=True))

    return rows


def villages_fibre(province: Place, on: date, organisation: Organisation | None) -> QuerySet[Any, Any]:
    found = FibreReach.objects.reaching(on).filter(village__province=province, households_able__gt=0)
    return by_commune(of_owner(found, "operator", organisation), "village__parent", Count("village", distinct=True))


def villages(province: Place, on: date, organisation: Organisation | None) -> QuerySet[Any, Any]:
    return by_commune(Place.objects.villages().in_force(on).filter(province=province), "parent", Count("pk"))


def households(province: Place, on: date, organisation: Organisation | None) -> QuerySet[Any, Any]:
    return by_commune(Place.objects.villages().in_force(on).filter(province=province), "parent", Sum("households"))


def people(province: Place, on: date, organisation: Organisation | None) -> QuerySet[Any, Any]:
    return by_commune(Place.objects.villages().in_force(on).filter(province=province), "parent", Sum("population"))


TECHNOLOGIES = [
    Extract(f"tram-{name.lower()}", f"Số trạm {name} đang phát sóng", stations(name), station_list(name))
    for name in Technology.values
]
EXTRACTS: dict[str, Extract] = {
    extract.code: extract
    for extract in (
        Extract("cot-ang-ten", "Số cột ăng ten đang sử dụng", masts, mast_list),
        *TECHNOLOGIES,
        Extract("thon-4g", "Số thôn được khai báo phủ sóng 4G", villages_declared(Technology.G4), place_page),
        Extract("thon-5g", "Số thôn được khai báo phủ sóng 5G", villages_declared(Technology.G5), place_page),
        Extract("thon-cap-quang", "Số thôn có cáp quang tới hộ", villages_fibre, place_page),
        Extract("so-thon", "Số thôn trong sổ", villages, place_page),
        Extract("so-ho", "Số hộ trong sổ", households, place_page),
        Extract("dan-so", "Dân số trong sổ", people, place_page),
    )
}


def extract_choices() -> list[tuple[str, str]]:
    """List the extracts for who composes a form."""
    return [(extract.code, extract.label) for extract in EXTRACTS.values()]
