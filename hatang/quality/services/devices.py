"""Who asks, for one day only: pseudonyms under a key that is thrown away, so that nobody can be followed further."""

from __future__ import annotations

import hmac
import re
from datetime import date
from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from hatang.quality.models import DayKey, DemandMark, KeptTest
from hatang.work.services import household

TOKEN = re.compile(r"[0-9a-f]{32}")
"""What the page's script makes at random and keeps in the browser; it never reaches the database."""


def address_of(request: HttpRequest) -> str:
    """Give the asker's address, for use within this request alone."""
    return str(get_adapter(request).get_client_ip(request))


def pseudonym(words: str, *, on: date) -> str:
    """Give the name of somebody for one day: the same all day, another one tomorrow, and none leads back."""
    key, _ = DayKey.objects.get_or_create(on=on)
    return hmac.new(key.key.encode(), words.encode(), sha256).hexdigest()[:32]


def device_of(*, token: str, address: str, on: date) -> str:
    """Name a device by the token that its browser made; by its household's address where it sent none."""
    own = f"browser {token}" if TOKEN.fullmatch(token) else f"household {household(address)}"
    return pseudonym(own, on=on)


def household_of(address: str) -> str:
    """Name a household for the day, to count what it asks for; the address itself is in no count."""
    return pseudonym(f"household {household(address)}", on=timezone.localdate())


def forget_days() -> int:
    """Throw away the keys and marks of days that are over, and the pseudonyms of kept tests; give how many keys."""
    today = timezone.localdate()
    with transaction.atomic():
        DemandMark.objects.filter(on__lt=today).delete()
        KeptTest.objects.exclude(moved_at=None).exclude(device="").update(device="")
        return DayKey.objects.filter(on__lt=today).delete()[0]
