"""A province's figure that somebody states, held against what its communes' approved figures make."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone

from hatang.core.vietnamese import number
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import REPORTED
from hatang.indicators.services.recording import Entry
from hatang.indicators.services.rolling import ADDED_UP, RolledUp, child_sums, rolled_up
from hatang.indicators.services.storing import ROLLED_UP
from hatang.places.models import Place


def apart_from_communes(*, province: Place, year: int, stated: Mapping[int, float]) -> dict[int, str]:
    """Say, by indicator, which stated figures of a province its communes do not make, in words; three queries.

    While communes are missing, a ratio is held against nothing, and a sum only where it is less than they have already.
    """
    wanted = list(Indicator.objects.filter(pk__in=stated, rollup__in=ADDED_UP))
    if not wanted:
        return {}
    communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province)
    told = Value.objects.last_approved().filter(formula=REPORTED, year=year, indicator__in=wanted, place__in=communes)
    sums, count = child_sums(told), communes.count()
    found = {indicator: rolled_up(indicator, REPORTED, sums, count) for indicator in wanted}
    return {i.pk: words(i, stated[i.pk], made) for i, made in found.items() if apart(i, stated[i.pk], made)}


def disagreement(entry: Entry) -> str:
    """Say how a figure handed in of a whole province differs from what its communes make, or that it replaces that.

    Nothing is said of a place below, nor where communes have not made a figure.
    """
    if entry.place.kind != Place.Kind.PROVINCE or entry.empty:
        return ""
    figure = entry.value
    if entry.numerator is not None and entry.denominator is not None:
        figure = entry.indicator.unit.ratio(entry.numerator, entry.denominator)
    stated = {} if figure is None else {entry.indicator.pk: figure}
    told = apart_from_communes(province=entry.place, year=entry.year, stated=stated)
    return told.get(entry.indicator.pk, "") or replaced(entry)


def replaced(entry: Entry) -> str:
    """Say which figure made of communes stands where one is handed in; nothing where none does."""
    same = {"indicator": entry.indicator, "place": entry.place, "year": entry.year, "formula": REPORTED}
    made = Value.objects.known().filter(**same, source=ROLLED_UP, value__isnull=False).select_related("indicator")
    standing = made.first()
    return f"đang có số gộp từ các xã, {standing}, số này thay nó" if standing else ""


def apart(indicator: Indicator, stated: float, made: RolledUp) -> bool:
    """Tell whether a stated figure is further from what communes make than the tolerance that is set."""
    if made.value is None:
        return False
    far = abs(stated - made.value) * 100 > settings.STATED_TOLERANCE_PERCENT * max(abs(stated), abs(made.value))
    return far and (not made.missing_children or (indicator.rollup == Indicator.Rollup.SUM and stated < made.value))


def words(indicator: Indicator, stated: float, made: RolledUp) -> str:
    """Say both figures."""
    how = "cộng lại là" if indicator.rollup == Indicator.Rollup.SUM else "gộp lại (tỷ số của các tổng) là"
    return (
        f"cả tỉnh ghi {indicator.unit.write(stated)}, {number(made.children)} xã, phường đã duyệt {how} "
        f"{indicator.unit.write(made.value)}"
    )
