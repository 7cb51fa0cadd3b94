"""What a mast's page does besides showing the row: its neighbours and its photo."""

from __future__ import annotations

from math import cos, radians
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.network.models import Mast
from hatang.places.points import distance_km
from hatang.work.services import PICTURES, drop_file, store_file

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

KM_PER_DEGREE = 111.2


def neighbours(
    mast: Mast, person: AbstractBaseUser | AnonymousUser, *, within_km: float = 1
) -> list[tuple[float, Mast]]:
    """Give the other masts near by that the person may see, nearest first, with their distance in km."""
    lat_span = within_km / KM_PER_DEGREE
    lon_span = lat_span / cos(radians(mast.lat))
    box = Mast.objects.visible_to(person).filter(
        lon__range=(mast.lon - lon_span, mast.lon + lon_span), lat__range=(mast.lat - lat_span, mast.lat + lat_span)
    )
    near = [(distance_km(mast.lon, mast.lat, m.lon, m.lat), m) for m in box.exclude(pk=mast.pk).select_related("owner")]
    return sorted((pair for pair in near if pair[0] <= within_km), key=lambda pair: pair[0])


def keep_photo(*, actor: Person, mast: Mast, name: str, content: bytes) -> None:
    """Store a mast's photo, bare of what the camera wrote into it, in place of the former one."""
    if not actor.has_perm("network.upload_station", mast):
        raise PermissionDenied
    if PurePath(name).suffix.lower() not in PICTURES:
        raise ValidationError("Ảnh phải là JPEG, PNG hoặc WebP.")
    with transaction.atomic():
        if mast.photo:
            drop_file(mast.photo)
        mast.photo = store_file(
            actor=actor, name=name, content=content, province=mast.province, organisation=actor.organisation
        )
        mast.save(update_fields=["photo"])
