"""How many organisations use a thing on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from hatang.network.models import SHAREABLE, Mast, Station, Tenancy, Thing, in_force
from hatang.network.services.as_of import held


def users(model: type[Thing], on: date, known_at: datetime | None = None) -> Any:
    """Count the organisations that use each thing of a kind: an expression over its rows, as they are or were held.

    On a mast: who has a station on air there, and tenants without one. Elsewhere: the owner and its tenants. Of a kind
    that nobody can share nothing is counted.
    """
    if model not in SHAREABLE:
        return Cast(Value(None), IntegerField())
    tenancies = held(Tenancy, known_at).filter(in_force(on, begin="since_on", end="until_on"))
    tenancies = tenancies.filter(**{model.KEY: OuterRef("id")})
    if model is not Mast:
        return Value(1) + counted(tenancies, "tenant", model.KEY)
    on_air = held(Station, known_at).filter(in_force(on, begin="on_air_on", end="off_air_on"))
    here = on_air.filter(mast=OuterRef("mast"), operator=OuterRef("tenant"))
    return counted(on_air.filter(mast=OuterRef("id")), "operator", "mast") + counted(
        tenancies.exclude(Exists(here)), "tenant", "mast"
    )


def counted(rows: QuerySet[Any], whom: str, link: str) -> Coalesce:
    """Write how many different organisations stand in the rows of one thing."""
    count = rows.order_by().values(link).annotate(users=Count(whom, distinct=True)).values("users")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)
