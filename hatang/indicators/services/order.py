"""Order: nothing is approved or published above what is not approved below.

A figure that comes from returns waits for its return; one that is added up from communes waits for each of them: those
whose returns were asked for, and those whose own figures are still drafts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from hatang.core.vietnamese import number
from hatang.indicators.models import Return, ReturnForm, ReturnQuerySet, ReturnStep, Value
from hatang.indicators.services.choosing import REPORTED, administered_by
from hatang.indicators.services.storing import ROLLED_UP
from hatang.places.models import Place

NAMED = 3
Waiting = dict[int, list[Return]]
"""The returns that are not settled, by period."""


def unsettled(returns: ReturnQuerySet) -> ReturnQuerySet:
    """Keep the returns above which nothing may be approved: not approved nor, where not sent, left out for a reason.

    Leaving out is a step that changes no state; it holds until the return takes another step.
    """
    last = ReturnStep.objects.filter(of_return=OuterRef("of_return")).order_by("-at", "-pk").values("pk")[:1]
    left_out = ReturnStep.objects.filter(of_return=OuterRef("pk"), before=F("after"), pk=Subquery(last))
    return returns.exclude(state=Return.State.APPROVED).filter(~Q(state__in=Return.EDITABLE) | ~Exists(left_out))


def kept_back(values: QuerySet[Value], *, drafts_left_out: bool = False) -> dict[int, str]:
    """Say of some figures which cannot be approved yet, each with what it waits for.

    With `drafts_left_out` communes' drafts are no obstacle: what is published above them is made without them.
    """
    of_others = Q(period__isnull=False) | Q(source=ROLLED_UP)
    rows = list(values.filter(of_others).select_related("place__province", "indicator", "period__form"))
    above = [row for row in rows if row.source == ROLLED_UP]
    children = children_of(above)
    periods = {row.period_id for row in rows} | {child.period_id for of in children.values() for child in of}
    waiting = waiting_in(pk for pk in periods if pk)
    together = set(values.values_list("pk", flat=True)) if above and not drafts_left_out else set()
    told = {row.pk: waits_for_return(row, waiting) for row in rows if row.period_id}
    told |= {row.pk: waits_below(children[row.pk], waiting, None if drafts_left_out else together) for row in above}
    return {pk: words for pk, words in told.items() if words}


def require_order(values: QuerySet[Value], *, drafts_left_out: bool = False) -> None:
    """Refuse to approve or publish figures of which some wait for what is below."""
    held = kept_back(values, drafts_left_out=drafts_left_out)
    if not held:
        return
    rows = Value.objects.filter(pk__in=list(held)[:NAMED]).select_related("indicator", "place").order_by("pk")
    told = [f"{row.indicator.short_name}, {row.place}, {row.year}: {held[row.pk]}" for row in rows]
    more = [f"và {number(len(held) - NAMED)} số liệu khác"] if len(held) > NAMED else []
    raise ValidationError(told + more)


def waiting_in(periods: Iterable[int]) -> Waiting:
    """Read the returns of some periods that are not settled."""
    rows = unsettled(Return.objects.filter(period__in=list(periods))).select_related("place", "period__form")
    found: Waiting = defaultdict(list)
    for row in rows:
        found[row.period_id].append(row)
    return found


def waiting_above(province: Place, indicators: Collection[int], year: int) -> set[int]:
    """Give the indicators whose figure of a province waits for returns of its communes or operators."""
    rows = Value.objects.known().filter(
        formula=REPORTED, place__province=province, year=year, indicator__in=indicators, period__isnull=False
    )
    told = set(rows.values_list("indicator_id", "period_id"))
    waiting = waiting_in({period_id for _, period_id in told if period_id})
    return {indicator_id for indicator_id, period_id in told if period_id in waiting}


def waits_for_return(row: Value, waiting: Waiting) -> str:
    """Say that a figure's own return is not approved: a commune's own, or any that is added up in it."""
    assert row.period is not None
    left = waiting.get(row.period.pk, [])
    if row.period.form.filer == ReturnForm.Filer.COMMUNE and row.place_id != row.period.form.province_id:
        left = [one for one in left if one.place_id == row.place_id]
    return "phiếu của số này chưa duyệt xong" if left else ""


def waits_below(children: Collection[Value], waiting: Waiting, together: set[int] | None) -> str:
    """Say what a sum over communes waits for: unsettled returns, or figures of communes that are drafts."""
    left = {one.pk: one for child in children if child.period_id for one in waiting.get(child.period_id, ())}
    if left:
        communes = [str(one.place) for one in left.values() if one.place_id != one.province_id]
        return f"chờ {number(len(left))} phiếu{names(communes)}; duyệt nốt, hoặc nêu lý do tổng hợp thiếu"
    drafts = [c for c in children if c.state == Value.State.DRAFT and together is not None and c.pk not in together]
    if drafts:
        return f"{number(len(drafts))} nơi bên dưới còn là dự thảo{names(str(c.place) for c in drafts)}"
    return ""


def names(places: Iterable[str]) -> str:
    """Name the first of some places."""
    told = list(places)
    if not told:
        return ""
    return f" ({', '.join(told[:NAMED])}{', …' if len(told) > NAMED else ''})"


def children_of(above: Collection[Value]) -> dict[int, list[Value]]:
    """Read, for each figure that is added up, the figures of communes that stand below it, in one query."""
    provinces = {row.pk: administered_by(row.place).pk for row in above}
    rows = Value.objects.known().filter(
        formula=REPORTED,
        value__isnull=False,
        place__kind=Place.Kind.COMMUNE,
        place__province__in=set(provinces.values()),
        indicator__in={row.indicator_id for row in above},
        year__in={row.year for row in above},
    )
    below: dict[tuple[int, int, int | None], list[Value]] = defaultdict(list)
    for child in rows.select_related("place"):
        below[child.indicator_id, child.year, child.place.province_id].append(child)
    found = {row.pk: below[row.indicator_id, row.year, provinces[row.pk]] for row in above}
    formers = {row.pk: row.place_id for row in above if row.place_id != provinces[row.pk]}
    return {
        pk: [c for c in of if pk not in formers or c.place.former_province_id == formers[pk]]
        for pk, of in found.items()
    }
