"""Power failures that things at masts tell of, the masts they stand at, and what would be without service there.

A thing says by its `site_code` at which mast it stands; who is served by that mast the run of the radio engine says, as
for any other what-if.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from hatang.coverage.models import CoverageRun
from hatang.coverage.services.what_if.answer import Reading
from hatang.coverage.services.what_if.asking import TooManyError, what_if
from hatang.coverage.services.what_if.choice import run_to_ask
from hatang.coverage.services.what_if.effect import sight_of
from hatang.coverage.suppositions import MOST_CHANGES, MastOff
from hatang.network.models import Mast
from hatang.pages.features import collection
from hatang.places.models import Place
from hatang.sensors.models import Alert, Thing, ThingKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

SORTS = {"dark": "other", "lost": "planned", "gained": "candidates"}
"""Outcomes as the map of pages colours them; anything else has its own colour."""


@dataclass(frozen=True)
class Failure:
    """An alert of a thing and the mast where it stands, if that is in the register and the person may see it."""

    alert: Alert
    mast: Mast | None


@dataclass
class PowerOut:
    """What the failures of power would take away: the run that was asked, its answer, or why there is none."""

    failures: list[Failure]
    run: CoverageRun | None = None
    reading: Reading | None = None
    lacking: str = ""
    left_out: int = 0
    masts: list[Mast] = field(default_factory=list)


def power_alerts(person: Someone, province: Place) -> QuerySet[Alert]:
    """Give the open alerts of power at known sites that the person may see, the newest first."""
    rows = Alert.objects.visible_to(person).filter(closed_at=None, stream__thing__province=province)
    rows = rows.filter(stream__thing__kind=ThingKind.POWER).exclude(stream__thing__site_code="")
    return rows.select_related("stream__thing__commune").order_by("-raised_at", "pk")  # type: ignore[return-value]


def failures_of(alerts: Sequence[Alert], person: Someone, province: Place) -> list[Failure]:
    """Find the masts at which alerts were raised."""
    codes = {alert.stream.thing.site_code for alert in alerts}
    rows = Mast.objects.visible_to(person).filter(province=province, code__in=codes).order_by("pk")
    masts = list(rows.select_related("commune", "owner"))
    return [Failure(alert, mast_of(alert.stream.thing, masts)) for alert in alerts]


def mast_of(thing: Thing, masts: Sequence[Mast]) -> Mast | None:
    """Give the mast where a thing stands: its owner's of that code, else the only one; two owners may use one code."""
    coded = [mast for mast in masts if mast.code == thing.site_code]
    own = [mast for mast in coded if mast.owner_id == thing.owner_id]
    return own[0] if own else coded[0] if len(coded) == 1 else None


def power_out(*, person: Someone, province: Place, alerts: Sequence[Alert], today: date) -> PowerOut:
    """Say which villages would be without service if the masts without power went off the air."""
    found = PowerOut(failures_of(alerts, person, province))
    masts = list({one.mast.pk: one.mast for one in found.failures if one.mast}.values())
    found.masts, found.left_out = masts[:MOST_CHANGES], max(len(masts) - MOST_CHANGES, 0)
    found.run = run_to_ask(person, province, today) if masts else None
    if not masts:
        found.lacking = "Không tìm thấy trong sổ (hoặc bạn không được xem) cột nào mang mã mà các vật này ghi."
    elif found.run is None:
        found.lacking = "Chưa có lượt tính vùng phủ nào mà bạn được xem nên chưa biết thôn nào phụ thuộc."
    else:
        answer(found, person)
    return found


def answer(found: PowerOut, person: Someone) -> None:
    """Ask the run what is lost without the masts."""
    assert found.run is not None
    sight = sight_of(person, found.run)
    try:
        found.reading = Reading(what_if(sight, [MastOff(mast.pk) for mast in found.masts]), sight)
    except TooManyError as error:
        found.lacking = str(error)


def shapes_of(reading: Reading) -> dict[str, Any]:
    """Give the places that lose service and the masts, coloured as the map of pages does."""
    features = [one for one in reading.features()["features"] if one["properties"]["sort"] != "kept"]
    for one in features:
        one["properties"]["sort"] = SORTS.get(one["properties"]["sort"], "")
    return collection(features)
