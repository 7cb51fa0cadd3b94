"""Access tokens: made by a person for a machine of theirs, shown once, kept as a hash, revoked at any time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import AccessToken, Person

MOST_LIVE = 10
PREFIX = "htg_"
NOTED_EVERY = timedelta(minutes=10)


def digest(secret: str) -> str:
    """Give what is kept of a token. A random one of 256 bits needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(*, actor: Person, name: str, days: int) -> tuple[AccessToken, str]:
    """Make a token for the person who asks; the second value is the token itself, which nobody can read again."""
    if days not in AccessToken.LIFETIMES_DAYS:
        raise ValidationError({"days": "Chọn một thời hạn trong danh sách."})
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)
        if AccessToken.objects.live(timezone.now()).filter(person=actor).count() >= MOST_LIVE:
            raise ValidationError(f"Đã có {MOST_LIVE} mã truy cập còn hiệu lực: thu hồi mã không dùng nữa.")
        token = AccessToken(
            person=actor,
            name=name,
            sha256=digest(secret),
            begins=secret[:8],
            expires_at=timezone.now() + timedelta(days=days),
        )
        token.full_clean()
        token.save()
    return token, secret


def revoke_token(*, actor: Person, token: AccessToken) -> None:
    """Revoke a token of one's own at once."""
    if token.person_id != actor.pk:
        raise PermissionDenied
    AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())


def person_with(secret: str, now: datetime) -> Person | None:
    """Give the person whose live token this is, and note now and then that it was used."""
    token = AccessToken.objects.live(now).select_related("person").filter(sha256=digest(secret)).first()
    if token is None:
        return None
    if token.used_at is None or now - token.used_at > NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(used_at=now)
    return token.person
