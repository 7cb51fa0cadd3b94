"""Questions about things with a point: which villages, zones and sites lack a service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from hatang.core.vietnamese import day, number
from hatang.network.models import MOBILE_BROADBAND, DeclaredCoverage, FibreReach, Technology
from hatang.places.models import Place, PlaceSuccession
from hatang.web.services.maps.frames import Frame, Item, MapView, Named, Row, counted, plain_frame

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

NEW_UNITS = date(2025, 7, 1)
NAMED = 3
LACKS, HAS = "lacks", "has"
DECLARED = "sổ đăng ký, theo khai báo của doanh nghiệp; chưa phải kết quả đo"
WHOLE, PART = "whole", "part"
BROADBAND, FIBRE = "di-dong", "cap-quang"
TECHNOLOGIES = {
    **{t: t for t in reversed(Technology.values)},
    BROADBAND: "băng rộng di động (3G trở lên)",
    FIBRE: "cáp quang",
}


@dataclass(frozen=True)
class Counted:
    """What a row counts, where it lies, and whether it has what is asked for."""

    item: Item
    simulated: bool
    people: int = 0


@dataclass(frozen=True)
class Words:
    """How a question is told: its things, and what those that it looks for and the others are."""

    things: str
    found: str
    rest: str


def villages_view(*, province: Place, communes: Sequence[Place], technology: str, on: date, person: Someone) -> MapView:
    """Say which villages lack a service; that a place is served is public, so everybody gets the same answer."""
    rows = Place.objects.villages().in_force(on).filter(province=province).order_by("sort_key")
    service = TECHNOLOGIES[technology]
    words = Words("thôn, tổ dân phố", f"chưa có {service}", f"có {service}")
    things = [
        Counted(item_of(v, f"{number(v.households)} hộ" if v.households else ""), v.marked, v.households or 0)
        for v in served(rows, technology, on)
    ]
    title = f"Thôn nào chưa có {service}?"
    return view_of("thon", title, things, communes, words, on=on, layer="villages", heading="Thôn chưa có")


def spots_view(*, province: Place, communes: Sequence[Place], technology: str, on: date, person: Someone) -> MapView:
    """Say which zones and sites have a mobile service."""
    technology = technology if technology != FIBRE else Technology.G5
    kinds = Place.objects.of_kind(Place.Kind.ZONE, Place.Kind.SITE).in_force(on)
    rows, service = kinds.filter(province=province).order_by("kind", "sort_key"), TECHNOLOGIES[technology]
    words = Words("khu, cụm, địa điểm", f"chưa có {service}", f"có {service}")
    things = [Counted(item_of(s, s.get_type_display()), s.marked) for s in served(rows, technology, on)]
    title = f"Khu, điểm nào có {service}?"
    return view_of("khu", title, things, communes, words, on=on, layer="zones", heading="Nơi chưa có")


def served(places: QuerySet[Place], technology: str, on: date) -> Iterable[Any]:
    """Mark the places that have the service, and those about which a simulated row was read; one query."""
    if technology == FIBRE:
        evidence: QuerySet[Any] = FibreReach.objects.reaching(on).filter(village=OuterRef("pk"), households_able__gt=0)
    else:
        asked = MOBILE_BROADBAND if technology == BROADBAND else (technology,)
        evidence = DeclaredCoverage.objects.covering(*asked, on=on).filter(place=OuterRef("pk"))
    marked = Q(simulated=True) | Exists(evidence.filter(simulated=True))
    return places.annotate(served=Exists(evidence), marked=ExpressionWrapper(marked, output_field=BooleanField()))


def item_of(place: Any, note: str) -> Item:
    """Give a place that has or lacks the service."""
    return Item(place.pk, place.full_name, place.parent_id, HAS if place.served else LACKS, note)


def view_of(
    question: str,
    title: str,
    things: Sequence[Counted],
    communes: Sequence[Place],
    words: Words,
    *,
    on: date,
    layer: str,
    heading: str,
) -> MapView:
    """Lay out a question: communes with most of what is looked for first."""
    names = {c.pk: Named(c.full_name, "", c.lon, c.lat) for c in communes}
    own = [thing for thing in things if thing.item.of in names]
    shades = counted((LACKS, HAS), (words.found, words.rest), [thing.item.shade for thing in own])
    rows = rows_of(own, communes)
    frame = Frame(None, finding_of(own, rows, names, words, on), shades, rows, items=tuple(t.item for t in own))
    empty = f"Chưa có {words.things} nào trong sổ đăng ký của tỉnh mà bạn xem được."
    return MapView(
        question=question,
        title=title,
        names=names,
        frames=[frame if own else plain_frame(names, empty)],
        heading=heading,
        source=DECLARED,
        layer=layer,
        item_noun=words.things,
    )


def rows_of(things: Iterable[Counted], communes: Sequence[Place]) -> list[Row]:
    """Count in each commune what is looked for; most first, then by name."""
    inside: dict[int, list[Counted]] = {c.pk: [] for c in communes}
    for thing in things:
        inside[thing.item.of].append(thing)
    rows = [row_of(pk, own) for pk, own in inside.items() if own]
    counts = {pk: sum(t.item.shade == LACKS for t in own) for pk, own in inside.items()}
    return sorted(rows, key=lambda row: -counts[row.place])


def row_of(commune: int, things: Sequence[Counted]) -> Row:
    """Give a commune's row."""
    wanted = [t for t in things if t.item.shade == LACKS]
    people = sum(t.people for t in wanted)
    return Row(
        place=commune,
        figure=f"{number(len(wanted))} / {number(len(things))}",
        shade=LACKS if wanted else "",
        note=f"{number(people)} hộ" if people else "",
        how="counted",
        simulated=any(t.simulated for t in things),
    )


def finding_of(things: Sequence[Counted], rows: Sequence[Row], names: dict[int, Named], words: Words, on: date) -> str:
    """Say how many are looked for and where most of them are."""
    wanted = [t for t in things if t.item.shade == LACKS]
    total = f"{number(len(things))} {words.things}"
    if not wanted:
        return f"Ngày {day(on)}, không nơi nào trong {total} {words.found}."
    most = ", ".join(f"{names[r.place].name} ({r.figure})" for r in rows[:NAMED] if r.shade)
    people = sum(t.people for t in wanted)
    homes = f" ({number(people)} hộ)" if people else ""
    return f"Ngày {day(on)}, {number(len(wanted))} trong {total} {words.found}{homes}; nhiều nhất: {most}."


# --- the units of before 1 July 2025


def former_view(*, province: Place, communes: Sequence[Place], technology: str, on: date, person: Someone) -> MapView:
    """Say which communes of before 1 July 2025 today's are made of; one query."""
    links = PlaceSuccession.objects.filter(
        successor__in=[c.pk for c in communes], predecessor__kind=Place.Kind.COMMUNE, on=NEW_UNITS
    )
    ordered = links.select_related("predecessor__parent").order_by("predecessor__sort_key", "predecessor")
    today = {c.pk: c for c in communes}
    before: dict[int, list[PlaceSuccession]] = {}
    for link in ordered:
        before.setdefault(link.predecessor_id, []).append(link)
    rows = [former_row(passed, today) for passed in before.values()]
    names = {pk: former_name(passed[0].predecessor) for pk, passed in before.items()}
    labels = ("toàn bộ vào một đơn vị mới", "chia vào nhiều đơn vị, hoặc tỷ lệ chưa biết")
    shades = counted((WHOLE, PART), labels, [row.shade for row in rows])
    frame = Frame(None, former_finding(before, communes), shades, rows)
    return MapView(
        question="dia-gioi",
        title="Địa giới trước 1/7/2025",
        names=names,
        frames=[frame if rows else plain_frame(names, "Chưa có dữ liệu về các đơn vị trước 1/7/2025 của tỉnh này.")],
        heading="Nay thuộc",
        source="danh mục đơn vị hành chính trước và sau 1/7/2025",
        layer="former",
        noun="đơn vị cũ",
    )


def former_name(place: Place) -> Named:
    """Name a former unit with its district."""
    return Named(place.full_name, place.parent.full_name if place.parent else "", place.lon, place.lat)


def former_row(passed: Sequence[PlaceSuccession], today: dict[int, Place]) -> Row:
    """Say what became of a former commune."""
    names = ", ".join(today[link.successor_id].full_name for link in passed)
    whole = len(passed) == 1 and passed[0].whole
    return Row(
        place=passed[0].predecessor_id, figure=names if whole else f"một phần: {names}", shade=WHOLE if whole else PART
    )


def former_finding(before: dict[int, list[PlaceSuccession]], communes: Sequence[Place]) -> str:
    """Count the units before and after."""
    districts = {passed[0].predecessor.parent_id for passed in before.values()} - {None}
    of_districts = f" của {number(len(districts))} huyện, thị xã, thành phố" if districts else ""
    split = sum(len(passed) > 1 for passed in before.values())
    parts = f" {number(split)} đơn vị cũ bị chia vào nhiều nơi." if split else ""
    return (
        f"Trước 1/7/2025, địa bàn này có {number(len(before))} xã, phường, thị trấn{of_districts}; "
        f"nay là {number(len(communes))} xã, phường.{parts}"
    )


VIEWS: dict[str, Callable[..., MapView]] = {
    "thon": villages_view,
    "khu": spots_view,
    "dia-gioi": former_view,
}
