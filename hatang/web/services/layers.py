"""The layers that the map draws as vector tiles: what each answers, whose rows, and what a feature says. One table.

A feature is known by the key of its place or thing. Nobody gets a row that `visible_to` does not give; things of the
network stand in `thing_layers`. That a place is served is public, by whom is not: no tile says that.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Trim

from hatang.network.models import MOBILE_BROADBAND, DeclaredCoverage, FibreReach, Technology
from hatang.places.models import Boundary, Place, PlaceSuccession
from hatang.web.services.layer import SIMULATED, Ask, Drawing, Layer
from hatang.web.services.thing_layers import THING_LAYERS
from hatang.web.services.work_layers import WORK_LAYERS

__all__ = ["LAYERS", "Ask", "Layer"]

LAST_DAY_OF_FORMER_UNITS = date(2025, 6, 30)
BROADBAND, FIBRE = "di-dong", "cap-quang"
SERVED = {
    **{t: f"có {t} theo khai báo của doanh nghiệp" for t in Technology.values},
    BROADBAND: "có 3G, 4G hoặc 5G theo khai báo",
    FIBRE: "có cáp quang mà hộ dân có thể lắp",
}


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
    *THING_LAYERS,
    *WORK_LAYERS,
)
LAYERS: dict[str, Layer] = {layer.key: layer for layer in TABLE}
