"""What a mast's page does besides showing the row: its neighbours and its photo."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.geosqlite.functions import GeodesicDistance
from hatang.network.models import Mast
from hatang.work.services import PICTURES, drop_file, store_file

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def neighbours(
    mast: Mast, person: AbstractBaseUser | AnonymousUser, *, within_m: float = 1000
) -> list[tuple[float, Mast]]:
    """Give the other masts near by that the person may see, nearest first, with their distance in metres."""
    near = Mast.objects.visible_to(person).filter(point__dwithin_m=(mast.point, within_m)).exclude(pk=mast.pk)
    measured: Any = near.annotate(away_m=GeodesicDistance("point", mast.point)).order_by("away_m", "pk")
    return [(other.away_m, other) for other in measured.select_related("owner")]


def keep_photo(*, actor: Person, mast: Mast, name: str, content: bytes) -> None:
    """Store a mast's photo, bare of what the camera wrote into it, in place of the former one."""
    if not actor.has_perm("network.change_register", mast):
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
