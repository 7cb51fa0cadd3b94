"""Views kept under a link: what was chosen, so that who opens one sees the figures that they may see."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.indicators.models import QUERY_TABLES, SavedView
from hatang.places.models import Place

MOST_VIEWS = 200


@transaction.atomic
def save_view(
    *, actor: Person, province: Place, name: str, kind: str, asked: dict[str, Any], shared: bool
) -> SavedView:
    """Keep a view; one of the same name and kind of the same person is replaced."""
    if not actor.has_perm(QUERY_TABLES, province):
        raise PermissionDenied
    name = name.strip()[:120]
    if not name:
        raise ValidationError("Đặt tên cho khung nhìn.")
    mine = SavedView.objects.filter(owner=actor, province=province)
    found = mine.filter(name=name, kind=kind).first()
    if found is None and mine.count() >= MOST_VIEWS:
        raise ValidationError(f"Mỗi người lưu nhiều nhất {MOST_VIEWS} khung nhìn; xoá bớt trước.")
    view = found or SavedView(owner=actor, province=province, name=name, kind=kind)
    view.asked, view.shared = asked, shared
    view.save()
    return view


def drop_view(*, actor: Person, pk: uuid.UUID) -> None:
    """Take one's own view away."""
    SavedView.objects.filter(owner=actor, pk=pk).delete()
