"""Which province a command means."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.utils import timezone

from hatang.places.models import Place
from hatang.places.services import provinces_on


def province_of(code: str) -> Place:
    """Find today's province of a code."""
    province: Place | None = provinces_on(timezone.localdate()).filter(code=code).first()
    if province is None:
        raise CommandError(f"Không có tỉnh hiện nay nào mã “{code}”. Mã gồm hai chữ số, ví dụ 20.")
    return province
