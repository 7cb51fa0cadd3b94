"""What the page of a thing says of its sharing: the requests that the reader may see, and what they may begin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from hatang.network.models import SHAREABLE, SharingRequest, Station, Thing
from hatang.network.services import may_ask_for
from hatang.network.services.tenancies import CHANGE


def sharing(request: HttpRequest, thing: Thing, stations: Iterable[Station] = ()) -> dict[str, Any]:
    """Give the requests for a thing, where to ask for it and where to enter a tenancy; nothing where it is not shared.

    `stations` are those on it that the reader sees: on them active sharing and roaming are entered.
    """
    if not isinstance(thing, SHAREABLE):
        return {}
    rows = SharingRequest.objects.visible_to(request.user).filter(**{thing.KEY: thing.pk})
    may_ask = may_ask_for(request.user, thing)
    asks = bool(may_ask) and bool(may_ask - waiting_for(thing))
    links = []
    if request.user.has_perm(CHANGE, thing):
        links.append(("Ghi việc dùng chung đã có", reverse("network:tenancy_new", args=[thing.KEY, thing.pk])))
    links += [
        (f"Ghi chuyển vùng, dùng chung vô tuyến: trạm {row}", reverse("network:tenancy_new", args=["station", row.pk]))
        for row in stations
        if request.user.has_perm(CHANGE, row)
    ]
    return {
        "requests": list(rows.select_related("requester").order_by("-received_at")),
        "ask": reverse("network:request_new", args=[thing.KEY, thing.pk]) if asks else "",
        "links": links,
    }


def waiting_for(thing: Thing) -> set[int]:
    """Give who has asked for a thing and has no last answer yet."""
    open_requests = SharingRequest.objects.open().filter(**{thing.KEY: thing.pk})
    return set(open_requests.values_list("requester_id", flat=True))
