"""The layers that the map draws as vector tiles: what each answers, whose rows, and what a feature says. One table.

A feature is known by the key of its place or mast. Nobody gets a row that `visible_to` does not give; which field of a
mast is whose stands in `network.audience`. That a place is served is public, by whom is not: no tile says that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.db.models.lookups import GreaterThan

from hatang.accounts.access import scopes
from hatang.accounts.models import Organisation
from hatang.network.audience import Viewer, seeing
from hatang.network.models import MOBILE_BROADBAND, DeclaredCoverage, FibreReach, Mast, Station, Technology
from hatang.places.models import Boundary, Place, PlaceSuccession

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

LAST_DAY_OF_FORMER_UNITS = date(2025, 6, 30)
SEE_MASTS = "network.view_thing"
BROADBAND, FIBRE = "di-dong", "cap-quang"
SERVED = {
    **{t: f"có {t} theo khai báo của doanh nghiệp" for t in Technology.values},
    BROADBAND: "có 3G, 4G hoặc 5G theo khai báo",
    FIBRE: "có cáp quang mà hộ dân có thể lắp",
}
SIMULATED = {"simulated": "dữ liệu mô phỏng"}


@dataclass(frozen=True)
class Ask:
    """Who asks for a layer, in which province (None: everywhere), as of which day."""

    person: Someone
    province: Place | None
    on: date


@dataclass(frozen=True)
class Drawing:
    """Rows with the name of their geometry, what each says, by which number it is known, and which points are rough."""

    rows: QuerySet[Any]
    geometry: str
    properties: Mapping[str, Any]
    feature_id: str = "pk"
    rough: Q | None = None


@dataclass(frozen=True)
class Layer:
    """A layer: the question it answers, how it is drawn, what a feature says, from which tables, and to whom."""

    key: str
    question: str
    shape: str
    says: Mapping[str, str]
    draw: Callable[[Ask], Drawing]
    reads: tuple[type[Model], ...]
    minzoom: int = 5
    permission: str = ""

    def open_to(self, ask: Ask) -> bool:
        """Tell whether the layer is there at all for the person."""
        return not self.permission or any(
            ask.province is None or scope.province_id in (None, ask.province.pk)
            for scope in scopes(ask.person, self.permission)
        )

    def audience(self, ask: Ask) -> tuple[Any, ...]:
        """Give what tells apart people who get different tiles; those with equal scopes share theirs."""
        if not self.permission:
            return ()
        held = {(s.province_id, s.place_id, s.organisation_id) for s in scopes(ask.person, self.permission)}
        return tuple(sorted(held, key=repr))

    def state(self) -> tuple[Any, ...]:
        """Give numbers that change whenever rows behind the layer do; one query.

        A register's row that is made, changed or deleted leaves a newer row in its history, whether one by one or in
        bulk; rows loaded without one have a newer key. A boundary is only ever added or ended. The moments tell apart
        two databases with the same keys, as before and after a backup is put back.
        """
        with connection.cursor() as cursor:
            cursor.execute(state_sql(self.reads))
            return tuple(cursor.fetchone())


@cache
def state_sql(models: tuple[type[Model], ...]) -> str:
    """Write the query of `Layer.state`, once for all tiles."""
    return "SELECT " + ", ".join(f"({mark})" for model in models for mark in marks_of(model))


def marks_of(model: type[Model]) -> list[str]:
    """Write the queries whose answers change when a table does: the newest key, and the newest word about a row."""
    quote = connection.ops.quote_name
    key, table = quote(str(model._meta.pk.column)), quote(model._meta.db_table)
    marks = [f"SELECT max({key}) FROM {table}"]  # noqa: S608 (names of our own tables)
    if model is Boundary:
        # every place_id is above 0: said so that the small index of the current ones is read, not the table
        marks.append(f"SELECT count(*) FROM {table} WHERE known_to IS NULL AND place_id > 0")  # noqa: S608
        marks.append(f"SELECT known_from FROM {table} ORDER BY {key} DESC LIMIT 1")  # noqa: S608
    elif hasattr(model, "history"):
        kept = model.history.model._meta
        key, table = quote(kept.pk.column), quote(kept.db_table)
        marks += [f"SELECT {what} FROM {table} ORDER BY {key} DESC LIMIT 1" for what in (key, "history_date")]  # noqa: S608
    return marks


# Units


def full_name(path: str = "") -> Trim:
    """Write a place's name with its title."""
    return Trim(Concat(F(f"{path}title"), Value(" "), F(f"{path}name")))


def units(ask: Ask, *kinds: str, on: date) -> QuerySet[Boundary]:
    """Give the boundaries, as known now, of the units that were in force that day."""
    places = Place.objects.visible_to(ask.person).of_kind(*kinds).in_force(on)
    return Boundary.objects.visible_to(ask.person).current().filter(place__in=places.values("pk"))


def of_units(rows: QuerySet[Boundary], **more: Any) -> Drawing:
    """Draw boundaries, each known by its place."""
    facts = {
        "name": full_name("place__"),
        "code": F("place__code"),
        "population": F("place__population"),
        "illustrative": F("illustrative"),
        "simulated": F("place__simulated"),
    }
    return Drawing(rows, "geometry", facts | more, feature_id="place_id")


def communes(ask: Ask) -> Drawing:
    """Draw the communes of the day."""
    rows = units(ask, Place.Kind.COMMUNE, on=ask.on)
    return of_units(rows.filter(place__province=ask.province) if ask.province else rows)


def provinces(ask: Ask) -> Drawing:
    """Draw the provinces of the day."""
    rows = units(ask, Place.Kind.PROVINCE, on=ask.on)
    return of_units(rows.filter(place=ask.province) if ask.province else rows)


def former(ask: Ask) -> Drawing:
    """Draw the communes and districts that ended on 30 June 2025; of a province, those of all that became it."""
    rows = units(ask, Place.Kind.COMMUNE, Place.Kind.DISTRICT, on=LAST_DAY_OF_FORMER_UNITS)
    rows = rows.filter(place__valid_to=LAST_DAY_OF_FORMER_UNITS)
    if ask.province:
        before = PlaceSuccession.objects.filter(successor=ask.province).values("predecessor")
        rows = rows.filter(Q(place__province=ask.province) | Q(place__province__in=before))
    return of_units(rows, kind=F("place__kind"), district=full_name("place__parent__"))


# Villages, zones, sites


def declared(on: date, *technologies: str) -> QuerySet[DeclaredCoverage]:
    """Give the declarations for the place of the outer row."""
    return DeclaredCoverage.objects.covering(*technologies, on=on).filter(place=OuterRef("pk"))


def served(on: date) -> dict[str, Any]:
    """Write which services a place has, whosever; and whether any row read for that is simulated."""
    fibre = FibreReach.objects.reaching(on).filter(village=OuterRef("pk"), households_able__gt=0)
    marked = Exists(declared(on, *Technology.values).filter(simulated=True)) | Exists(fibre.filter(simulated=True))
    return {
        **{t: Exists(declared(on, t)) for t in Technology.values},
        BROADBAND: Exists(declared(on, *MOBILE_BROADBAND)),
        FIBRE: Exists(fibre),
        "simulated": ExpressionWrapper(Q(simulated=True) | marked, BooleanField()),
    }


def spots(ask: Ask, *kinds: str) -> QuerySet[Place]:
    """Give the places of the day that have a point."""
    rows = Place.objects.visible_to(ask.person).of_kind(*kinds).in_force(ask.on).filter(point__isnull=False)
    return rows.filter(province=ask.province) if ask.province else rows


def villages(ask: Ask) -> Drawing:
    """Draw villages."""
    facts = {
        "name": full_name(),
        "commune": full_name("parent__"),
        "households": F("households"),
        "power": F("has_grid_power"),
    }
    return Drawing(spots(ask, Place.Kind.VILLAGE), "point", facts | served(ask.on))


def zones(ask: Ask) -> Drawing:
    """Draw zones and sites of interest."""
    facts = {"name": full_name(), "commune": full_name("parent__"), "kind": F("kind"), "type": F("type")}
    return Drawing(spots(ask, Place.Kind.ZONE, Place.Kind.SITE), "point", facts | served(ask.on))


# Masts


def tenants(on: date) -> Coalesce:
    """Count the operators with a station on air on the mast of the outer row."""
    stations = Station.objects.on_air(on=on).filter(mast=OuterRef("pk")).order_by().values("mast")
    count = stations.annotate(tenants=Count("operator", distinct=True)).values("tenants")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def masts(ask: Ask) -> Drawing:
    """Draw the masts that the person may see, with what they may know of each."""
    viewer = Viewer(ask.person)
    on = viewer.day(ask.on)
    rows = Mast.objects.visible_to(ask.person).in_use(on).annotate(audience=viewer.rule(Mast))
    rows = rows.filter(province=ask.province) if ask.province else rows
    count = tenants(on)
    facts = {
        "code": F("code"),
        "commune": full_name("commune__"),
        "owner": Coalesce(NullIf(F("owner__short_name"), Value("")), F("owner__name"), output_field=CharField()),
        "structure": F("structure"),
        "tenants": count,
        "shared": Case(When(GreaterThan(count, 1), then=True), default=False, output_field=BooleanField()),
        "height_m": Case(When(seeing("height_m"), then=F("height_m")), default=None),
        "rough": ExpressionWrapper(~seeing("point"), BooleanField()),
        "simulated": F("simulated"),
    }
    return Drawing(rows, "point", facts, rough=~seeing("point"))


UNIT = {
    "name": "tên với tiền tố",
    "code": "mã",
    "population": "dân số, người; không có khi chưa biết",
    "illustrative": "chỉ là ranh giới minh hoạ",
} | SIMULATED
UNITS_READ: tuple[type[Model], ...] = (Place, Boundary)
SPOTS_READ: tuple[type[Model], ...] = (Place, DeclaredCoverage, FibreReach)

TABLE = (
    Layer("provinces", "Tỉnh, thành phố", "polygon", UNIT, provinces, UNITS_READ, minzoom=3),
    Layer("communes", "Xã, phường", "polygon", UNIT, communes, UNITS_READ),
    Layer(
        "former",
        "Địa giới trước 1/7/2025",
        "polygon",
        UNIT | {"kind": "district hoặc commune", "district": "huyện của xã cũ"},
        former,
        (*UNITS_READ, PlaceSuccession),
    ),
    Layer(
        "villages",
        "Thôn nào chưa có 5G?",
        "point",
        {"name": "tên với tiền tố", "commune": "xã, phường", "households": "số hộ", "power": "có điện lưới"}
        | SERVED
        | SIMULATED,
        villages,
        SPOTS_READ,
    ),
    Layer(
        "zones",
        "Khu, điểm có 5G chưa?",
        "point",
        {"name": "tên với tiền tố", "commune": "xã, phường", "kind": "zone hoặc site", "type": "loại khu, địa điểm"}
        | SERVED
        | SIMULATED,
        zones,
        SPOTS_READ,
    ),
    Layer(
        "masts",
        "Cột nào dùng chung?",
        "point",
        {
            "code": "mã cột",
            "commune": "xã, phường",
            "owner": "chủ sở hữu",
            "structure": "loại cột, A1 đến A6",
            "tenants": "số doanh nghiệp có trạm đang phát",
            "shared": "từ hai doanh nghiệp dùng chung",
            "height_m": "chiều cao, m; chỉ với Sở, chủ cột và doanh nghiệp trên cột",
            "rough": "điểm chỉ đúng đến khoảng 1 km",
        }
        | SIMULATED,
        masts,
        (Mast, Station, Place, Organisation),
        permission=SEE_MASTS,
    ),
)
LAYERS: dict[str, Layer] = {layer.key: layer for layer in TABLE}
