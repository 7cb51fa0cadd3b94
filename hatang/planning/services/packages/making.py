"""Make a package from a scenario, change it, drop it."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.places.models import Place
from hatang.places.services.territory import provinces_on
from hatang.planning.fund_rules import least_villages, small_words
from hatang.planning.models import CHANGE, FundPackage
from hatang.planning.services.packages.offers import estimate_of, offers_of, serving


def nearest_provinces(province: Place) -> list[Place]:
    """Give the other provinces of today, the nearest first."""
    others = provinces_on(timezone.localdate()).exclude(pk=province.pk)
    return sorted(others, key=lambda other: (_apart_deg(province, other), other.sort_key))


def _apart_deg(one: Place, other: Place) -> float:
    """Say how far apart two provinces' points lie; one without a point is far."""
    if None in (one.lon, one.lat, other.lon, other.lat):
        return 360.0
    return hypot(float(one.lon or 0) - float(other.lon or 0), float(one.lat or 0) - float(other.lat or 0))


@transaction.atomic
def keep_package(*, actor: Person, package: FundPackage, villages: Iterable[Place]) -> FundPackage:
    """Keep a package, new or changed, with its villages; what it costs is summed from the scenario's works.

    Raises PermissionDenied for whoever does not make the province's scenarios, ValidationError when a village is none
    that the scenario newly serves, or a small package is joined with no province.
    """
    may_change(actor, package)
    chosen = list(villages)
    check_villages(package, chosen)
    if len(chosen) < least_villages() and package.joined_with is None:
        raise ValidationError({"joined_with": small_words(len(chosen))})
    served = serving(package.scenario, [village.pk for village in chosen])
    estimate = estimate_of(served)
    package.capital_vnd, package.yearly_vnd = estimate.capital_vnd, estimate.yearly_vnd
    of_places, of_works = any(v.simulated for v in chosen), any(w.simulated for w in served.chosen)
    package.simulated = package.scenario.simulated or of_places or of_works
    if package.pk is None:
        package.made_by = actor
    sign(package, actor)
    package.save()
    package.villages.set(chosen)
    return package


def check_villages(package: FundPackage, villages: list[Place]) -> None:
    """Ask for at least one village, each newly served by the scenario. Raises ValidationError that names others."""
    offered = {offer.village.pk for offer in offers_of(package.scenario)}
    strange = [str(village) for village in villages if village.pk not in offered]
    if strange:
        raise ValidationError({"villages": f"Phương án không đưa dịch vụ mới tới: {', '.join(strange[:5])}."})
    if not villages:
        raise ValidationError({"villages": "Chọn ít nhất một thôn."})


@transaction.atomic
def drop_package(*, actor: Person, package: FundPackage) -> None:
    """Remove a package; its history stays. Raises PermissionDenied as keeping it does."""
    may_change(actor, package)
    sign(package, actor)
    package.delete()


def may_change(actor: Person, package: FundPackage) -> None:
    """Refuse whoever does not make the province's scenarios. Raises PermissionDenied."""
    if not (actor.has_perm(CHANGE, package) and actor.has_perm(CHANGE, package.scenario)):
        raise PermissionDenied
