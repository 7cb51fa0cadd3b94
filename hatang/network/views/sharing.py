"""Sharing rates: the page, its export, and the list of things behind a figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import scopes_in
from hatang.accounts.services import province_for
from hatang.core.vietnamese import day
from hatang.network.audience import Viewer
from hatang.network.models import Thing
from hatang.network.services import may_decide
from hatang.network.services.sharing_overview import (
    BY_OWNER,
    Overview,
    counted_by,
    own_items,
    sharing_for_officers,
    sharing_for_operator,
    table_of,
)
from hatang.network.services.sharing_rates import (
    MAIN,
    READINGS,
    Item,
    Reading,
    items_of,
    new_within,
    tolerance_of,
    unmeasured,
)
from hatang.network.views.lists import in_register
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, Column, ListPage, whole_number
from hatang.places.models import Place

SEES = "network.view_station"
FIRST_YEAR = 2020


def organisations_of(request: HttpRequest, province: Place) -> list[int] | None:
    """Give the organisations for which the person sees figures there; None for officers, who see all."""
    held = scopes_in(request.user, SEES, province.pk)
    if any(s.is_whole for s in held):
        return None
    return [s.organisation_id for s in held if s.organisation_id is not None]


def asked_day(request: HttpRequest) -> date:
    """Give the end of the year that is asked for, or today."""
    today = timezone.localdate()
    year = whole_number(request.GET.get("nam", ""), 4) or today.year
    return date(year, 12, 31) if FIRST_YEAR <= year < today.year else today


def last_year_end() -> date:
    """Give the last day of last year."""
    return date(timezone.localdate().year, 1, 1) - timedelta(days=1)


def overview(request: HttpRequest, province: Place) -> Overview:
    """Give what the person may know."""
    mine, on = organisations_of(request, province), asked_day(request)
    if mine is None:
        return sharing_for_officers(province, on)
    return sharing_for_operator(province, on, mine, last_year_end())


@login_required
def sharing(request: HttpRequest, code: str) -> HttpResponse:
    """Show or export the sharing rates of a province."""
    province = province_for(request, code, SEES)
    shown = overview(request, province)
    title = f"Dùng chung hạ tầng {province} {shown.on:%Y-%m-%d}"
    if (export := request.GET.get("xuat")) in EXPORTS:
        return EXPORTS[export](title, ([[SIMULATED_LINE]] if shown.simulated else []) + table_of(shown))
    this_year = timezone.localdate().year
    return render(
        request,
        "network/sharing.html",
        {
            "province": province,
            "shown": shown,
            "year": shown.on.year,
            "years": [(y, "hôm nay" if y == this_year else f"31/12/{y}") for y in range(this_year, this_year - 5, -1)],
            "owner_readings": [READINGS[key] for key in BY_OWNER],
            "commune_readings": [READINGS[key] for key in MAIN],
            "decides": may_decide(request.user, province),
            "for_operator": shown.totals_on is not None,
            "simulated": shown.simulated,
            "crumbs": in_register(province, ("Dùng chung hạ tầng", "")),
        },
    )


class SharingThings(LoginRequiredMixin, ListPage):
    """The things behind a sharing rate: which count, and how much."""

    title = "Công trình của tỷ lệ dùng chung"
    template = "network/sharing_things.html"
    search_fields = ("search_key",)
    default_sort = "code"
    empty_text = "Chưa có công trình nào được tính vào tỷ lệ này."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.items: dict[int, Item] = {}
        viewer = Viewer(request.user)

        def of(read: Callable[[Item], Any]) -> Callable[[Thing], Any]:
            return lambda thing: read(self.items[thing.pk])

        self.columns = (  # type: ignore[misc]
            Column("Công trình", viewer.name, "code", link=lambda t: t.get_absolute_url()),
            Column("Chủ sở hữu", of(lambda i: i.owner), "owner__sort_key"),
            Column("Xã, phường", of(lambda i: i.commune or None), "commune__sort_key"),
            Column("Từ ngày", of(lambda i: day(i.built_on)), "built_on"),
            Column("Số bên dùng", of(lambda i: len(i.on_air | i.tenants)), number=True),
            Column("Dùng chung", of(lambda i: self.reading.counts(i)[0]), number=True, decimals=3),
            Column("Tính vào tổng", of(lambda i: self.reading.counts(i)[1]), number=True, decimals=3),
        )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_for(request, kwargs["code"], SEES)
        self.reading = self.asked(kwargs["reading"])
        self.on = asked_day(request)
        self.items = {item.pk: item for item in self.counted(request) if self.reading.counts(item)[1]}
        things: Any = self.reading.model._default_manager
        return things.filter(pk__in=list(self.items)).select_related("owner", "commune")

    @staticmethod
    def asked(key: str) -> Reading:
        """Give the reading that the address names, or answer 404."""
        if key not in READINGS:
            raise Http404
        return READINGS[key]

    def counted(self, request: HttpRequest) -> list[Item]:
        """Give the things that the person may know of and asks for; an owner's routes measured as its figure is."""
        model, whose = self.reading.model, organisations_of(request, self.province)
        if owner := whole_number(request.GET.get("dn", ""), 14):
            whose = [owner] if whose is None or owner in whose else []
        if whose is None:
            items = items_of((model,), self.province, self.on)[model]
        else:
            everything = unmeasured((model,), self.province, self.on)
            own = own_items(everything, whose, tolerance_of(self.province, self.on))
            items = counted_by(self.reading, own[model], whose)
        if commune := whole_number(request.GET.get("xa", ""), 14):
            items = [item for item in items if item.commune_id == commune]
        return new_within(items, date(self.on.year, 1, 1)) if request.GET.get("moi") else items

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the reading, the province and the day."""
        return f"{self.reading.label} {self.province} {self.on:%Y-%m-%d}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        back = reverse("network:sharing", args=[self.province.code])
        return {
            "reading": self.reading,
            "on": self.on,
            "asked": {name: request.GET.get(name, "") for name in ("xa", "dn", "moi", "nam")},
            "crumbs": in_register(self.province, ("Dùng chung hạ tầng", back), (self.reading.label, "")),
        }
