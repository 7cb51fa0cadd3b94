"""Pages of which no address is kept."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

MEASURE = "Đo tốc độ"
View = Callable[..., HttpResponse]


def address_unkept(view: View) -> View:
    """Keep the asker's address out of the log of requests."""

    @functools.wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.address_unkept = True  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return asked
