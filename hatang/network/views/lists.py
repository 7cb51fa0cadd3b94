"""Lists of masts and stations, masked for who reads them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import scopes
from hatang.accounts.models import Organisation
from hatang.network.audience import Viewer
from hatang.network.models import Mast, MastQuerySet, Station, Technology, in_force
from hatang.network.services import may_upload_for
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.places.services import province_by_code


def province_for(request: HttpRequest, code: str, permission: str) -> Place:
    """Give the province if the person holds the permission in it; otherwise it answers as if it were not there."""
    province = province_by_code(code)
    if not any(s.province_id in (None, province.pk) for s in scopes(request.user, permission)):
        raise Http404
    return province


def crumbs(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way from the province to a page of its network."""
    return [(str(province), reverse("web:province", args=[province.code])), *more]


class NetworkList(LoginRequiredMixin, ListPage):
    """A list within one province, filtered by commune, operator, technology and what is on air."""

    permission: str
    template = "network/list.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.today = timezone.localdate()
        self.province: Place | None = None

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_for(request, kwargs["code"], self.permission)
        return self.filtered(self.visible(request, self.province), request)

    def visible(self, request: HttpRequest, province: Place) -> QuerySet[Any]:
        """Give the rows of the province that the person may see."""
        raise NotImplementedError

    def filtered(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Apply the filters that were chosen."""
        raise NotImplementedError

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"{self.title} {self.province} {self.today:%Y-%m-%d}"

    def chosen(self, request: HttpRequest, name: str) -> int | None:
        """Give a filter's row id, nothing if it is none."""
        return whole_number(request.GET.get(name, ""), 14)

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        province = self.province
        assert province is not None
        communes = Place.objects.communes().filter(province=province).in_force(self.today).order_by("sort_key")
        return {
            "province": province,
            "crumbs": crumbs(province, (self.title, "")),
            "communes": communes.values_list("pk", "name"),
            "operators": Organisation.objects.operators().order_by("sort_key").values_list("pk", "name"),
            "technologies": Technology.values,
            "chosen": {name: request.GET.get(name, "") for name in ("xa", "dn", "cn", "phat")},
            "may_upload": may_upload_for(request.user, province)[0],
        }


class MastList(NetworkList):
    """Masts of a province."""

    title = "Cột ăng ten"
    permission = "network.view_thing"
    search_fields = ("code", "commune__search_key", "owner__search_key")
    default_sort = "code"
    empty_text = "Chưa có cột nào khớp. Bỏ bớt điều kiện lọc, hoặc tải lên tệp trạm."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        viewer = Viewer(request.user)
        self.columns = (  # type: ignore[misc]
            Column("Mã cột", lambda m: m.code, "code", link=lambda m: reverse("network:mast", args=[m.pk])),
            Column("Xã, phường", lambda m: str(m.commune), "commune__sort_key"),
            Column("Chủ sở hữu", lambda m: m.owner.short_name or m.owner.name, "owner__sort_key"),
            Column("Loại", lambda m: m.structure, "structure"),
            Column("Cao, m", lambda m: viewer.shown(m, "height_m", m.height_m), number=True, decimals=1),
            Column("Kinh độ; vĩ độ", viewer.point),
            Column("Số doanh nghiệp", lambda m: m.tenants, "tenants", number=True),
            Column("Từ ngày", lambda m: f"{m.built_on:%d/%m/%Y}", "built_on"),
        )

    def visible(self, request: HttpRequest, province: Place) -> MastQuerySet:
        masts = Mast.objects.visible_to(request.user).filter(province=province).select_related("commune", "owner")
        on_air = in_force(self.today, begin="stations__on_air_on", end="stations__off_air_on")
        return masts.annotate(tenants=Count("stations__operator", distinct=True, filter=on_air))

    def filtered(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Filter by technology over the stations that the person sees: else it would tell a rival's."""
        if commune := self.chosen(request, "xa"):
            rows = rows.filter(commune=commune)
        if owner := self.chosen(request, "dn"):
            rows = rows.filter(owner=owner)
        stations = Station.objects.visible_to(request.user)
        if technology := request.GET.get("cn"):
            rows = rows.filter(pk__in=stations.filter(technology=technology).values("mast"))
        if request.GET.get("phat"):
            rows = rows.filter(pk__in=stations.on_air(on=self.today).values("mast"))
        return rows


class StationList(NetworkList):
    """Stations of a province: an operator's own, or all for the department."""

    title = "Trạm thu phát sóng"
    permission = "network.view_station"
    search_fields = ("code", "mast__code", "mast__commune__search_key", "operator__search_key")
    default_sort = "code"
    empty_text = "Chưa có trạm nào khớp. Bỏ bớt điều kiện lọc, hoặc tải lên tệp trạm."
    columns = (
        Column("Mã trạm", lambda s: s.code, "code"),
        Column("Cột", lambda s: s.mast.code, "mast__code", link=lambda s: reverse("network:mast", args=[s.mast_id])),
        Column("Xã, phường", lambda s: str(s.mast.commune), "mast__commune__sort_key"),
        Column("Doanh nghiệp", lambda s: s.operator.short_name or s.operator.name, "operator__sort_key"),
        Column("Công nghệ", lambda s: s.technology, "technology"),
        Column("Ngày phát sóng", lambda s: f"{s.on_air_on:%d/%m/%Y}", "on_air_on"),
        Column("Ngày ngừng phát", lambda s: f"{s.off_air_on:%d/%m/%Y}" if s.off_air_on else None, "off_air_on"),
    )

    def visible(self, request: HttpRequest, province: Place) -> QuerySet[Station]:
        stations = Station.objects.visible_to(request.user).filter(mast__province=province)
        return stations.select_related("mast__commune", "operator")

    def filtered(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        if commune := self.chosen(request, "xa"):
            rows = rows.filter(mast__commune=commune)
        if operator := self.chosen(request, "dn"):
            rows = rows.filter(operator=operator)
        if technology := request.GET.get("cn"):
            rows = rows.filter(technology=technology)
        if request.GET.get("phat"):
            rows = rows.filter(in_force(self.today, begin="on_air_on", end="off_air_on"))
        return rows
