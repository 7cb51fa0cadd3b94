"""Lists of things, stations and cells, masked for who reads them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import FloatField, IntegerField, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Organisation
from hatang.accounts.services import province_for
from hatang.core.vietnamese import day, search_key
from hatang.network.audience import Viewer, known_to_hold
from hatang.network.forms.exports import STATES
from hatang.network.kinds import TABLE, Kind
from hatang.network.models import SHAREABLE, Cell, LifeState, Mast, Station, Technology, Thing
from hatang.network.narrowing import FILTERS, Narrowing, narrowed, read_day, told_of
from hatang.network.services import may_upload_for
from hatang.network.services.exports import AT_ONCE_ROWS
from hatang.pages.lists import MOST_WORDS, Column, ListPage, whole_number
from hatang.places.models import Place

REGISTER = "Sổ hạ tầng"


def crumbs(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way from the province to a page of its network."""
    return [(str(province), reverse("web:province", args=[province.code])), *more]


def in_register(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way through the province's register to a page that only those who see the register open."""
    return crumbs(province, (REGISTER, reverse("network:register", args=[province.code])), *more)


def may_add(person: Any, province: Place) -> bool:
    """Tell whether the person may add things in the province: the department, and an operator its own."""
    return any(s.place_id is None for s in scopes_in(person, "network.change_register", province.pk))


class ProvinceList(LoginRequiredMixin, ListPage):
    """A list within one province; a file of it is named after the province and the day."""

    province: Place

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"{self.title} {self.province} {timezone.localdate():%Y-%m-%d}"


class NetworkList(ProvinceList):
    """A list within one province, filtered by commune, operator, technology and what is on air."""

    permission: str
    template = "network/list.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.today = timezone.localdate()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Give the list; a workbook that takes long is left to the export, which is made in the background."""
        if request.GET.get("xuat") == "xlsx":
            rows = self.searched(self.rows(request, **kwargs), request.GET.get("q", ""))
            if rows.count() > AT_ONCE_ROWS:
                asked = request.GET.copy()
                del asked["xuat"]
                file = reverse("network:export_file", args=[kwargs["code"], self.table_slug(**kwargs), "xlsx"])
                return redirect(f"{file}?{asked.urlencode()}" if asked else file)
        return super().get(request, **kwargs)

    def table_slug(self, **kwargs: Any) -> str:
        """Name the table of the export that holds this list's rows."""
        raise NotImplementedError

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        self.province = province_for(request, kwargs["code"], self.permission)
        return self.filtered(self.visible(request, self.province), request)

    def visible(self, request: HttpRequest, province: Place) -> QuerySet[Any]:
        """Give the rows of the province that the person may see."""
        raise NotImplementedError

    def filtered(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Apply the filters that were chosen."""
        raise NotImplementedError

    def chosen(self, request: HttpRequest, name: str) -> int | None:
        """Give a filter's row id, nothing if it is none."""
        return whole_number(request.GET.get(name, ""), 14)

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        province = self.province
        communes = Place.objects.communes().filter(province=province).in_force(self.today).order_by("sort_key")
        return {
            "province": province,
            "crumbs": in_register(province, (self.title, "")),
            "communes": communes.values_list("pk", "name"),
            "operators": Organisation.objects.operators().order_by("sort_key").values_list("pk", "name"),
            "technologies": Technology.values,
            "chosen": {name: request.GET.get(name, "") for name in ("xa", "dn", "cn", "phat")},
            "may_upload": may_upload_for(request.user, province)[0],
        }


class ThingList(NetworkList):
    """Things of one kind in a province, each with what this person may know of it."""

    permission = "network.view_thing"
    template = "network/things.html"
    default_sort = "named"
    empty_text = "Sổ chưa có công trình nào loại này mà bạn được xem."
    kind: Kind

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.kind = kwargs["kind"]
        self.title = self.kind.plural  # type: ignore[misc]
        self.viewer = Viewer(request.user)
        self.on = self.viewer.day(read_day(request.GET.get("ngay", "")) or self.today)
        self.columns = tuple(columns(self.kind, self.viewer))  # type: ignore[misc]

    def table_slug(self, **kwargs: Any) -> str:
        return self.kind.slug

    def visible(self, request: HttpRequest, province: Place) -> QuerySet[Any]:
        rows = self.kind.objects.visible_to(request.user).filter(province=province)
        return told_of(rows.select_related("commune", "owner"), self.kind, self.viewer, self.on)

    def filtered(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        return narrowed(rows, self.kind, Narrowing.read(request.GET), request.user, self.on)

    def searched(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Search codes and addresses only where the person may see them: a hit would tell them."""
        for word in search_key(text[:1000]).split()[:MOST_WORDS]:
            public = Q(commune__search_key__contains=word) | Q(owner__search_key__contains=word)
            rows = rows.filter(known_to_hold(word) | public)
        return rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        context = super().extra(request, **kwargs)  # noqa: S610
        return context | {
            "kind": self.kind,
            "kinds": TABLE,
            "sorts": self.kind.model._meta.get_field(self.kind.sort).flatchoices,  # type: ignore[union-attr]
            "states": STATES,
            "chosen": {name: request.GET.get(name, "") for name in FILTERS},
            "on": self.on,
            "chooses_day": self.viewer.sees_all,
            "may_add": may_add(request.user, self.province),
            "of_masts": self.kind.model is Mast,
            "shareable": self.kind.model in SHAREABLE,
        }


def columns(kind: Kind, viewer: Viewer) -> Iterator[Column]:
    """Give the columns of a kind's list; sorted is by what the person sees alone."""
    yield Column("Mã", viewer.name, "named", link=lambda t: t.get_absolute_url())
    yield Column("Xã, phường", lambda t: str(t.commune or ""), "commune__sort_key")
    yield Column("Chủ sở hữu", lambda t: t.owner.short_name or t.owner.name, "owner__sort_key")
    yield Column("Loại", lambda t: getattr(t, f"get_{kind.sort}_display")(), kind.sort)
    if kind.is_line:
        yield Column("Dài, km", lambda t: t.length_km, "length_km", number=True, decimals=2)
    for name in kind.specific:
        field: Any = kind.model._meta.get_field(name)
        if isinstance(field, FloatField | IntegerField):
            heading = str(field.verbose_name)
            read = partial(shown, viewer, name)
            yield Column(heading[0].upper() + heading[1:], read, number=True, decimals=1)
    if not kind.is_line:
        yield Column("Kinh độ; vĩ độ", viewer.point)
    if kind.model in SHAREABLE:
        yield Column("Số doanh nghiệp", lambda t: t.users, "users", number=True)
    if kind.has_spare:
        yield Column("Còn trống", lambda t: t.spare, "spare", number=True)
    if kind.passive and kind.has_spare:
        yield Column("Chào dùng chung", lambda t: "có" if t.offered else "", "offered")
    yield Column("Trạng thái", lambda t: LifeState(t.state).label, "state")
    yield Column("Từ ngày", lambda t: day(t.begun) if t.begun else None, "begun")


def shown(viewer: Viewer, name: str, thing: Thing) -> Any:
    """Give a field's value, if the person may see it."""
    return viewer.shown(thing, name, getattr(thing, name))


class ServiceList(NetworkList):
    """Services on the masts: stations, and cells, whose `station` leads to theirs."""

    permission = "network.view_station"
    station = ""
    slug: str

    def table_slug(self, **kwargs: Any) -> str:
        return self.slug

    def filtered(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        asked = {
            "mast__commune": self.chosen(request, "xa"),
            "operator": self.chosen(request, "dn"),
            "technology": request.GET.get("cn"),
        }
        rows = rows.filter(**{f"{self.station}{name}": value for name, value in asked.items() if value})
        return rows.on_air(on=self.today) if request.GET.get("phat") else rows  # type: ignore[attr-defined]


class StationList(ServiceList):
    """Stations of a province: an operator's own, or all for the department."""

    title, slug = "Trạm thu phát sóng", "tram"
    search_fields = ("code", "mast__code", "mast__commune__search_key", "operator__search_key")
    default_sort = "code"
    empty_text = "Sổ chưa có trạm nào mà bạn được xem."
    columns = (
        Column("Mã trạm", lambda s: s.code, "code"),
        Column("Cột", lambda s: s.mast.code, "mast__code", link=lambda s: s.mast.get_absolute_url()),
        Column("Xã, phường", lambda s: str(s.mast.commune), "mast__commune__sort_key"),
        Column("Doanh nghiệp", lambda s: s.operator.short_name or s.operator.name, "operator__sort_key"),
        Column("Công nghệ", lambda s: s.technology, "technology"),
        Column("Ngày phát sóng", lambda s: f"{s.on_air_on:%d/%m/%Y}", "on_air_on"),
        Column("Ngày ngừng phát", lambda s: f"{s.off_air_on:%d/%m/%Y}" if s.off_air_on else None, "off_air_on"),
    )

    def visible(self, request: HttpRequest, province: Place) -> QuerySet[Station]:
        stations = Station.objects.visible_to(request.user).filter(mast__province=province)
        return stations.select_related("mast__commune", "operator")


class CellList(ServiceList):
    """Cells of a province: an operator's own, or all for the department."""

    title, slug = "Ô (cell)", "o"
    station = "station__"
    search_fields = ("code", "station__code", "station__mast__commune__search_key", "station__operator__search_key")
    default_sort = "code"
    empty_text = "Sổ chưa có ô nào mà bạn được xem."
    columns = (
        Column("Mã ô", lambda c: c.code, "code"),
        Column("Trạm", lambda c: c.station.code, "station__code", link=lambda c: c.station.mast.get_absolute_url()),
        Column("Xã, phường", lambda c: str(c.station.mast.commune), "station__mast__commune__sort_key"),
        Column("Doanh nghiệp", lambda c: str(c.station.operator), "station__operator__sort_key"),
        Column("Công nghệ", lambda c: c.station.technology, "station__technology"),
        Column("Băng tần", lambda c: c.band, "band"),
        Column("Hướng, độ", lambda c: c.azimuth_deg, "azimuth_deg", number=True, decimals=0),
        Column("Cao, m", lambda c: c.height_m, "height_m", number=True, decimals=1),
        Column("Công suất, dBm", lambda c: c.power_dbm, "power_dbm", number=True, decimals=1),
        Column("Ngày phát sóng", lambda c: day(c.on_air_on), "on_air_on"),
    )

    def visible(self, request: HttpRequest, province: Place) -> QuerySet[Cell]:
        cells = Cell.objects.visible_to(request.user).filter(station__mast__province=province)
        return cells.select_related("station__mast__commune", "station__operator")
