"""In which province a page of planning is, for whom, and the way to it."""

from __future__ import annotations

from django.urls import reverse

from hatang.places.models import Place

Step = tuple[str, str]


def way(province: Place, *more: Step) -> list[Step]:
    """Give the way from the province to a page of planning."""
    return [(str(province), reverse("web:province", args=[province.code])), *more]
