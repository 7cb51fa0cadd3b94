"""What files of boundaries and of roads share on their way in: who may bring them, how they are kept and opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from hatang.accounts.access import scopes
from hatang.accounts.models import Person
from hatang.core.vector_files import VectorFile, VectorFileError, open_vector
from hatang.places.models import Place, PlaceQuerySet
from hatang.places.services import provinces_on
from hatang.places.services.territory import around
from hatang.web.models import BoundaryUpload, RoadUpload
from hatang.work.models import StoredFile
from hatang.work.services import MAP_KINDS, store_file

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

MapUpload = BoundaryUpload | RoadUpload
CHANGE = "places.change_place"


def territories(person: Someone) -> tuple[PlaceQuerySet, bool]:
    """Give the provinces whose boundaries and roads the person may bring, and whether also the whole country's."""
    held = scopes(person, CHANGE)
    provinces = provinces_on(timezone.localdate()).order_by("sort_key")
    if any(s.province_id is None for s in held):
        return provinces, True
    return provinces.filter(pk__in=[s.province_id for s in held]), False


def check_may_bring(actor: Person, province: Place | None) -> None:
    """Refuse somebody who may not bring files of a province, or of the whole country."""
    provinces, everywhere = territories(actor)
    if not (everywhere if province is None else provinces.filter(pk=province.pk).exists()):
        raise PermissionDenied


def authorise(actor: Person, upload: MapUpload) -> None:
    """Refuse somebody whose scopes do not cover the upload."""
    if not actor.has_perm(CHANGE, upload):
        raise PermissionDenied


def store_map_file(*, actor: Person, province: Place | None, name: str, content: bytes) -> StoredFile:
    """Keep a file of shapes as it came."""
    return store_file(
        actor=actor, name=name, content=content, province=province, organisation=actor.organisation, kinds=MAP_KINDS
    )


def opened(upload: MapUpload, *, polygons_only: bool = False) -> VectorFile:
    """Open the stored file in the way that the user chose."""
    return open_vector(
        Path(upload.file.file.path),
        name=upload.file.name,
        max_bytes=settings.UPLOAD_BYTES,
        crs=upload.options.get("crs") or None,
        layer=upload.options.get("layer") or None,
        expected=around(upload.province),
        polygons_only=polygons_only,
    )


def refusal(error: VectorFileError) -> dict[str, Any]:
    """Give what is wrong with a file, and between what the user may choose."""
    choices = [[choice.value, choice.label] for choice in error.choices]
    return {
        "wrong": error.message,
        "right": error.right,
        "feature": error.feature,
        "asks": error.asks,
        "choices": choices,
    }
