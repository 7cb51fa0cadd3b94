"""What a map page is asked in its address, and everything it answers with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.gis.db.models.functions import Envelope, PointOnSurface
from django.db.models import Q

from hatang.accounts.access import scopes_in
from hatang.core.vietnamese import moment, number
from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import Component, Indicator, Value
from hatang.network.narrowing import Narrowing, known_instant, read_day, read_instant
from hatang.network.services.as_of import sees_former
from hatang.pages.lists import whole_number
from hatang.places.models import Boundary, Place
from hatang.places.services import units_on
from hatang.places.services.territory import of_territory
from hatang.places.services.unit_source import NEW_UNITS
from hatang.plans.services import TargetProgress, governing_only, progress_of
from hatang.web.services.days import shown_day
from hatang.web.services.layer import ANYTHING, Ask
from hatang.web.services.maps.choropleth import bare_view, choropleth, choropleth_of_country
from hatang.web.services.maps.frames import MapView
from hatang.web.services.maps.questions import TECHNOLOGIES, VIEWS
from hatang.web.services.maps.things import things_view
from hatang.web.services.maps.works import announced_view
from hatang.web.services.thing_layers import QUESTIONS as OF_THINGS
from hatang.web.services.thing_layers import SEE_THINGS
from hatang.web.services.work_layers import ANNOUNCED

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Bounds = tuple[float, float, float, float]
WHOLE_COUNTRY: Bounds = (101.8, 5.6, 117.8, 23.6)
MARGIN_DEG = 0.12
INDICATOR = "chi-tieu"
FORMER = "dia-gioi"
QUESTIONS = {
    INDICATOR: "Chỉ tiêu theo xã, phường",
    "thon": "Thôn nào chưa có …?",
    "khu": "Khu, điểm nào có …?",
    **{key: asked.title for key, asked in OF_THINGS.items()},
    **{key: asked.title for key, asked in ANNOUNCED.items()},
    FORMER: "Địa giới trước 1/7/2025",
}
OF_SERVICES = ("thon", "khu")


@dataclass(frozen=True)
class Asked:
    """What the address asks: question, indicator, year, service, day, the place marked, what narrows it down.

    `known_at` is the instant as of which it asks what the register held.
    """

    question: str = INDICATOR
    indicator: str = ""
    year: int | None = None
    technology: str = "5G"
    on: date | None = None
    place: int | None = None
    narrowing: Narrowing = ANYTHING
    known_at: datetime | None = None


def read_asked(query: Mapping[str, str]) -> Asked:
    """Read the query string; what cannot be read counts as not asked."""
    question, technology = query.get("hoi", ""), query.get("cn", "")
    return Asked(
        question=question if question in QUESTIONS else INDICATOR,
        indicator=query.get("ct", "")[:60].replace("\x00", ""),
        year=whole_number(query.get("nam", ""), 4),
        technology=technology if technology in TECHNOLOGIES else "5G",
        on=read_day(query.get("ngay", "")),
        place=whole_number(query.get("noi", ""), 15),
        narrowing=Narrowing.read(query),
        known_at=read_instant(query.get("luc", "")),
    )


@dataclass(frozen=True)
class MapPage:
    """A map page: what was asked, what is answered, what can be asked, where it lies, whose boundaries are drawn.

    `known_at` is the instant as of which the register is told, None for now; `asks_known_at`: the person may name one.
    """

    asked: Asked
    view: MapView
    indicator: Indicator | None
    indicators: list[tuple[str, list[Indicator]]]
    questions: dict[str, str]
    bounds: Bounds
    boundaries: str
    on: date
    known_at: datetime | None = None
    asks_known_at: bool = False


def province_page(*, province: Place, asked: Asked, person: Someone, today: date) -> MapPage:
    """Answer a question about a province."""
    on = shown_day(asked.on, today=today)
    communes = list(
        Place.objects.communes().in_force(today).filter(province=province).select_related("former_province")
        .order_by("sort_key")
    )  # fmt: skip
    sees_things = bool(scopes_in(person, SEE_THINGS, province.pk))
    offered = {k: v for k, v in QUESTIONS.items() if k not in OF_THINGS or sees_things}
    question = asked.question if asked.question in offered else INDICATOR
    indicators = indicators_offered(communes, person, asked.indicator)
    progress = governing_only(progress_of(province, today=today, person=person)) if question == INDICATOR else []
    known_at = known_instant(person, asked.known_at) if question in OF_THINGS else None
    indicator = chosen_indicator(asked.indicator, indicators, {p.indicator.pk for p in progress})
    if question == INDICATOR:
        view = indicator_view(indicator, province, communes, progress, person)
    elif question in OF_THINGS:
        narrowed = Ask(person, province, on, asked.narrowing, known_at)
        view = things_view(OF_THINGS[question], province=province, communes=communes, ask=narrowed)
    elif question in ANNOUNCED:
        narrowed = Ask(person, province, on, asked.narrowing)
        view = announced_view(ANNOUNCED[question], province=province, communes=communes, ask=narrowed)
    else:
        ask = {"province": province, "communes": communes, "technology": asked.technology, "on": on, "person": person}
        view = VIEWS[question](**ask)
    drawn = boundaries_of(view.names)
    return MapPage(
        asked=asked,
        view=placed(view, drawn),
        indicator=indicator,
        indicators=by_component(indicators),
        questions=offered,
        bounds=bounds_of(province, communes, drawn),
        boundaries=former_note(province) if question == FORMER else drawn.note,
        on=on,
        known_at=known_at,
        asks_known_at=sees_things and sees_former(person),
    )


def indicator_view(
    indicator: Indicator | None,
    province: Place,
    communes: Sequence[Place],
    progress: Sequence[TargetProgress],
    person: Someone,
) -> MapView:
    """Colour an indicator, or say that there is none yet."""
    if indicator is None:
        told = f"{number(len(communes))} xã, phường; chưa có số liệu cấp xã nào được công bố."
        return bare_view(communes, f"Các xã, phường của {province.full_name}", told)
    return choropleth(indicator=indicator, province=province, communes=communes, progress=progress, person=person)


def country_page(*, asked: Asked, person: Someone, today: date) -> MapPage:
    """Answer for the whole country: an indicator by province."""
    provinces = list(Place.objects.provinces().in_force(today).order_by("sort_key"))
    indicators = indicators_offered(provinces, person, asked.indicator)
    indicator = chosen_indicator(asked.indicator, indicators, set())
    if indicator is None:
        told = f"{number(len(provinces))} tỉnh, thành phố; chọn một nơi để xem bản đồ của nơi ấy."
        view = bare_view(provinces, "Các tỉnh, thành phố", told, "tỉnh, thành phố")
    else:
        view = choropleth_of_country(indicator=indicator, provinces=provinces, person=person)
    drawn = boundaries_of(view.names)
    return MapPage(
        asked=asked,
        view=placed(view, drawn),
        indicator=indicator,
        indicators=by_component(indicators),
        questions={},
        bounds=WHOLE_COUNTRY,
        boundaries=drawn.note,
        on=today,
    )


def indicators_offered(places: Sequence[Place], person: Someone, asked: str) -> list[Indicator]:
    """Give the indicators of which the person may see a figure at one of the places, and the one asked for."""
    seen = Value.objects.visible_to(person).known().filter(place__in=places, value__isnull=False)
    return list(Indicator.objects.filter(Q(pk__in=seen.order_by().values("indicator")) | Q(code=asked)))


def chosen_indicator(code: str, offered: Sequence[Indicator], targeted: Collection[int]) -> Indicator | None:
    """Choose the indicator asked for; else a counted one, with a target if one has."""
    known = next((i for i in offered if i.code == code), None)
    ranked = sorted(offered, key=lambda i: (i.formula not in FORMULAS, i.pk not in targeted))
    return known or next(iter(ranked), None)


def by_component(indicators: Sequence[Indicator]) -> list[tuple[str, list[Indicator]]]:
    """Group indicators for the list to choose from."""
    groups = [(c.label, [i for i in indicators if i.component == c]) for c in Component]
    return [(label, own) for label, own in groups if own]


@dataclass(frozen=True)
class Drawn:
    """Whose boundaries are drawn, in words, where in each unit its name is written, and the box that they fill."""

    note: str
    spots: dict[int, tuple[float, float]]
    bounds: Bounds | None


def boundaries_of(places: Collection[int]) -> Drawn:
    """Say where the drawn boundaries come from and whether some only illustrate; find a spot in each; one query."""
    spot, box = PointOnSurface("geometry"), Envelope("geometry")
    rows = Boundary.objects.current().filter(place__in=list(places)).annotate(spot=spot, box=box)
    drawn = list(rows.values_list("place", "illustrative", "source", "spot", "box"))
    real = sorted({source for _, illustrative, source, _, _ in drawn if not illustrative and source})
    illustrative = any(mark for _, mark, _, _, _ in drawn)
    note = boundaries_note(bool(drawn), real, illustrative)
    return Drawn(note, {pk: (spot.x, spot.y) for pk, _, _, spot, _ in drawn}, around([row[-1].extent for row in drawn]))


def around(boxes: Collection[Bounds]) -> Bounds | None:
    """Give the box around boxes; None where there are none."""
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def boundaries_note(drawn: bool, real: Sequence[str], illustrative: bool) -> str:
    """Name the sources of boundaries."""
    if not drawn:
        return "Chưa có ranh giới để vẽ."
    if not illustrative:
        return f"Ranh giới: {'; '.join(real)}."
    if not real:
        return "Ranh giới minh hoạ, vẽ từ điểm trung tâm của từng đơn vị; không phải địa giới hành chính."
    return f"Ranh giới: {'; '.join(real)}. Nơi chưa có ranh giới thật được vẽ ranh giới minh hoạ."


def former_note(province: Place) -> str:
    """Name the sources of the boundaries of former units, districts and communes apart; one query."""
    day = NEW_UNITS - timedelta(days=1)
    units = of_territory(units_on(day, Place.Kind.DISTRICT, Place.Kind.COMMUNE), province)
    rows = Boundary.objects.current().real().filter(place__in=units.values("pk"))
    sources: dict[str, set[str]] = {Place.Kind.DISTRICT: set(), Place.Kind.COMMUNE: set()}
    for kind, source in rows.values_list("place__kind", "source").distinct():
        sources[kind].add(source)
    told = {kind: "; ".join(sorted(named)) or "chưa có" for kind, named in sources.items()}
    return f"Ranh giới huyện cũ: {told[Place.Kind.DISTRICT]}. Ranh giới xã cũ: {told[Place.Kind.COMMUNE]}."


def placed(view: MapView, drawn: Drawn) -> MapView:
    """Write names inside their units, which a unit's own point need not be."""
    names = {
        pk: replace(named, lon=drawn.spots[pk][0], lat=drawn.spots[pk][1]) if pk in drawn.spots else named
        for pk, named in view.names.items()
    }
    return replace(view, names=names)


def bounds_of(province: Place, communes: Sequence[Place], drawn: Drawn) -> Bounds:
    """Give the box that the province fills: that of its communes' boundaries, else that of their points."""
    points = [(p.lon, p.lat, p.lon, p.lat) for p in (province, *communes) if p.lon is not None and p.lat is not None]
    box = around(points)
    if drawn.bounds and len(drawn.spots) * 2 > len(communes):
        return drawn.bounds
    if box is None:
        return drawn.bounds or WHOLE_COUNTRY
    return box[0] - MARGIN_DEG, box[1] - MARGIN_DEG, box[2] + MARGIN_DEG, box[3] + MARGIN_DEG


def page_data(page: MapPage) -> dict[str, Any]:
    """Give what the browser needs besides the address, as plain data."""
    return page.view.data() | {
        "indicator": page.indicator.code if page.indicator and page.view.question == INDICATOR else "",
        "bounds": [round(x, 5) for x in page.bounds],
        "boundaries": page.boundaries,
        "on": page.on.isoformat(),
        "former": former_words(page.known_at),
    }


def former_words(known_at: datetime | None) -> str:
    """Say as of which instant the register is told; nothing for now."""
    return f"Sổ như đã ghi lúc {moment(known_at)}" if known_at else ""
