"""Instants by the clocks of Viet Nam, and what time it is."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone


def at(text: str) -> datetime:
    """Give an instant in Viet Nam."""
    return timezone.make_aware(datetime.strptime(text, "%d/%m/%Y %H:%M"))


def set_now(monkeypatch: pytest.MonkeyPatch, text: str) -> datetime:
    """Let it be that instant for everybody who asks the time."""
    instant = at(text)
    monkeypatch.setattr(timezone, "now", lambda: instant)
    return instant
