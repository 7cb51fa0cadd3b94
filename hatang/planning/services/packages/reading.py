"""Read a package with all that its pages and files show."""

from __future__ import annotations

from django.utils import timezone

from hatang.planning.models import FundPackage
from hatang.planning.services.packages.checks import Content
from hatang.planning.services.packages.offers import estimate_of, serving, spots_of


def content_of(package: FundPackage) -> Content:
    """Give the package's villages by commune and name, what its works cost now, and where they can stand."""
    villages = list(package.villages.select_related("parent").order_by("parent__sort_key", "sort_key", "pk"))
    served = serving(package.scenario, [village.pk for village in villages])
    communes = {village.parent_id for village in villages if village.parent_id is not None}
    spots = spots_of(served, communes, timezone.localdate())
    return Content(package, villages, estimate_of(served), spots)
