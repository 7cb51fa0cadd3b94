"""The sets of places that plans set targets for, as of a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from hatang.places.models import Place, PlaceQuerySet

DISTRICTS_LAST_DAY = date(2025, 6, 30)
INDUSTRIAL = (Place.Type.INDUSTRIAL_PARK, Place.Type.INDUSTRIAL_CLUSTER)
LEARNING_HEALTH_LEISURE = (Place.Type.SCHOOL, Place.Type.CLINIC, Place.Type.PARK, Place.Type.TOURIST_SITE)
PUBLIC_AND_TRANSPORT = (
    Place.Type.OFFICE,
    Place.Type.PARK,
    Place.Type.TOURIST_SITE,
    Place.Type.STATION,
    Place.Type.AIRPORT,
)


def villages_of(province: Place, on: date) -> PlaceQuerySet:
    return Place.objects.villages().in_force(on).filter(province=province)


def zones_of(province: Place, on: date) -> PlaceQuerySet:
    return Place.objects.of_kind(Place.Kind.ZONE).in_force(on).filter(province=province)


def sites_of(province: Place, on: date, *types: str) -> PlaceQuerySet:
    return Place.objects.of_kind(Place.Kind.SITE).in_force(on).filter(province=province, type__in=types)


def commune_centres(province: Place, on: date) -> PlaceQuerySet:
    return sites_of(province, on, Place.Type.COMMUNE_CENTRE)


def industrial_zones(province: Place, on: date) -> PlaceQuerySet:
    return zones_of(province, on).filter(type__in=INDUSTRIAL)


def zones_sites(province: Place, on: date) -> PlaceQuerySet:
    return zones_of(province, on) | sites_of(province, on, *LEARNING_HEALTH_LEISURE)


def districts_zones_sites(province: Place, on: date) -> PlaceQuerySet:
    """Give zones, public and transport sites, and the districts as they last were."""
    territory = Place.objects.now_in(province)
    districts = (
        Place.objects.of_kind(Place.Kind.DISTRICT)
        .in_force(min(on, DISTRICTS_LAST_DAY))
        .filter(Q(province__in=territory) | Q(parent__in=territory))
    )
    others = zones_of(province, on) | sites_of(province, on, *PUBLIC_AND_TRANSPORT)
    return Place.objects.filter(Q(pk__in=districts.values("pk")) | Q(pk__in=others.values("pk")))
