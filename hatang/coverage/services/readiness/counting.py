"""Count what the registers tell of readiness: one function for each counted item of data/readiness.csv."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from hatang.core.joint_works import flattened
from hatang.core.vietnamese import day, number
from hatang.coverage.models import CountedService, CoverageRun, PredictedService, ReadinessAnswer
from hatang.coverage.services.what_if.effect import Sight
from hatang.coverage.services.what_if.switch_off import OLD, left_without, served_only_by
from hatang.network.kinds import KINDS
from hatang.network.models import CableRoute, Mast, Station
from hatang.places.models import Place

State = ReadinessAnswer.State
NEAR_M = 100
SIMULATED = Q(simulated=True)


@dataclass(frozen=True)
class Tally:
    """How many of all are as an item asks, what they are, what is to be said beside, and the page that lists them."""

    found: int
    total: int
    noun: str
    address: str
    remark: str = ""
    simulated: bool = False

    @property
    def state(self) -> State | None:
        """Done when all are, begun when some are; nothing where there is nothing to count."""
        if not self.total:
            return None
        return State.DONE if self.found == self.total else State.DOING if self.found else State.NOT_YET

    def __str__(self) -> str:
        return f"{number(self.found)} trong {number(self.total)} {self.noun}" if self.total else "chưa có số liệu"


def all_tallies(province: Place, on: date) -> dict[str, Tally]:
    """Count every counted item of a province on a day, by its key."""
    return {key: count(province, on) for key, count in COUNTS.items()} | stations_off(province, on)


def listed(province: Place, slug: str, query: str = "") -> str:
    """Give the address of a province's list of a kind of thing."""
    return reverse("network:things", args=[province.code, KINDS[slug]]) + query


def fibre_near(province: Place, on: date) -> Tally:
    """Count the masts in use with a cable route in use within 100 m, measured on a plane as joint works are."""
    masts = Mast.objects.in_use(on).filter(province=province).values_list("lon", "lat", "simulated")
    cables = CableRoute.objects.in_use(on).filter(province=province).values_list("path", "simulated")
    points, lines = list(masts), list(cables)
    near = 0
    if points and lines:
        shapes = [shapely.Point(lon, lat) for lon, lat, _ in points]
        flat = flattened([*shapes, *(shapely.from_wkb(bytes(path.wkb)) for path, _ in lines)])
        pairs = shapely.STRtree(flat[len(shapes) :]).query(flat[: len(shapes)], predicate="dwithin", distance=NEAR_M)
        near = len(np.unique(pairs[0]))
    simulated = any(row[-1] for row in (*points, *lines))
    return Tally(near, len(points), "cột đang dùng", listed(province, "tuyen-cap"), simulated=simulated)


def with_spare(things: QuerySet[Any], noun: str, address: str) -> Tally:
    """Count the things of which something is free; those whose owners did not say are told of."""
    found = things.order_by().aggregate(
        total=Count("pk"),
        free=Count("pk", filter=Q(spare__gt=0)),
        unsaid=Count("pk", filter=Q(spare=None)),
        simulated=Count("pk", filter=SIMULATED),
    )
    remark = f"{number(found['unsaid'])} {noun} chưa khai" if found["unsaid"] else ""
    return Tally(found["free"], found["total"], noun, address, remark, bool(found["simulated"]))


def room_on_masts(province: Place, on: date) -> Tally:
    """Count the masts in use with a place free for another operator."""
    masts = Mast.objects.in_use(on).filter(province=province)
    return with_spare(masts, "cột đang dùng", listed(province, "cot", "?trong=1"))


def spare_fibres(province: Place, on: date) -> Tally:
    """Count the cable routes in use with spare fibres."""
    cables = CableRoute.objects.in_use(on).filter(province=province)
    return with_spare(cables, "tuyến cáp đang dùng", listed(province, "tuyen-cap", "?trong=1"))


def villages_with_5g(province: Place, on: date) -> Tally:
    """Count the villages where 5G of some operator counts as there."""
    here = CountedService.objects.covering("5G", on=on).filter(place=OuterRef("pk"))
    villages = Place.objects.villages().in_force(on).filter(province=province)
    found = villages.order_by().aggregate(
        total=Count("pk"),
        served=Count("pk", filter=Q(Exists(here))),
        simulated=Count("pk", filter=SIMULATED | Q(Exists(here.filter(simulated=True)))),
    )
    address = reverse("coverage:rule")
    remark = "xem quy tắc bằng chứng nào được tính"
    return Tally(found["served"], found["total"], "thôn", address, remark, simulated=bool(found["simulated"]))


def stays_served(province: Place, on: date) -> Tally:
    """Count the villages that the run that counts predicts served and that keep an operator without 2G and 3G."""
    noun = "thôn đang có sóng"
    run = CoverageRun.objects.defer("cells", "summary").counting(province, on)
    if run is None:
        return Tally(0, 0, noun, reverse("coverage:runs", args=[province.code]), "chưa có lượt tính làm dự đoán")
    services = PredictedService.objects.filter(run=run, place__kind=Place.Kind.VILLAGE).served()
    served = services.order_by().aggregate(villages=Count("place", distinct=True))["villages"]
    lost = left_without(served_only_by(Sight(None, run, None), OLD).filter(others_left=False)).villages
    address = reverse("coverage:switch_off", args=[run.pk])
    return Tally(served - lost, served, noun, address, f"dự đoán ◇, ô phát ngày {day(run.on)}", run.simulated)


def stations_off(province: Place, on: date) -> dict[str, Tally]:
    """Count the stations of each old technology that have gone off air, among those that had ever begun."""
    begun = Station.objects.filter(mast__province=province, technology__in=OLD, on_air_on__lte=on)
    off, simulated = Count("pk", filter=Q(off_air_on__lte=on)), Count("pk", filter=SIMULATED)
    found = begun.order_by().values("technology").annotate(total=Count("pk"), off=off, marked=simulated)
    rows = {row["technology"]: row for row in found}
    address = reverse("network:stations", args=[province.code])
    none = {"total": 0, "off": 0, "marked": 0}
    return {
        f"off.{old.lower()}": Tally(
            rows.get(old, none)["off"],
            rows.get(old, none)["total"],
            f"trạm {old}",
            f"{address}?cn={old}&phat=1",
            simulated=bool(rows.get(old, none)["marked"]),
        )
        for old in OLD
    }


COUNTS: dict[str, Callable[[Place, date], Tally]] = {
    "6g.fibre": fibre_near,
    "6g.room": room_on_masts,
    "6g.five": villages_with_5g,
    "oran.fibre": spare_fibres,
    "off.left": stays_served,
}
