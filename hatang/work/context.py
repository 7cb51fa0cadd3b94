"""What every page knows of its reader's notices."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from hatang.work.models import Notice


def unread_notices(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """Give a count that is read from the database only when the page's header asks for it."""

    def count() -> int:
        return Notice.objects.visible_to(request.user).unread().count()

    return {"unread_notices": count}
