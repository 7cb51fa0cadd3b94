"""What every page knows of its reader's notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest

from hatang.work.models import Notice


def unread_notices(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """Give a count that is read from the database once, and only when a page asks for it."""

    @cache
    def count() -> int:
        return Notice.objects.visible_to(request.user).unread().count()

    return {"unread_notices": count}
