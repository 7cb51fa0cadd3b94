"""Figures that somebody hands in, or that another package comes by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import day, number
from hatang.indicators.models import Indicator, Period, Value
from hatang.indicators.services.choosing import REPORTED, may, require_system
from hatang.indicators.services.parents import roll_up_again
from hatang.indicators.services.storing import Counts, store
from hatang.indicators.services.years import EARLIEST_YEAR, day_of
from hatang.places.models import Place
from hatang.work.models import StoredFile

LARGEST = 1e12
LEVELS = (Place.Kind.PROVINCE, Place.Kind.DISTRICT, Place.Kind.COMMUNE)


@dataclass(frozen=True)
class Entry:
    """A figure as somebody hands it in; with neither a ratio nor a value it withdraws the one that stands.

    `reason` says why it corrects the one that stands.
    """

    indicator: Indicator
    place: Place
    year: int
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    sample_size: int | None = None
    on: date | None = None
    simulated: bool = False
    evidence: StoredFile | None = None
    reason: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is no figure in it."""
        return self.numerator is None and self.denominator is None and self.value is None


class FigureError(ValidationError):
    """An objection to one figure handed in, which a form can show at its place."""

    def __init__(self, entry: Entry, reason: str) -> None:
        super().__init__(f"{entry.indicator.short_name}, {entry.place}: {reason}")
        self.place, self.reason = entry.place, reason


@transaction.atomic
def record_values(
    *,
    actor: Person | None,
    rows: Sequence[Entry],
    how: str = Value.How.REPORTED,
    source: str = "",
    formula: str = REPORTED,
    today: date | None = None,
    publish: bool = False,
    evidence: StoredFile | None = None,
    reason: str = "",
    period: Period | None = None,
) -> Counts:
    """Store figures that were handed in or come from another package: all of them, or none with every reason told.

    `reason` says why they correct what was published; `period` is the round of returns that they come from.
    """
    if publish:
        require_system(actor)
    today = today or timezone.localdate()
    for place in {e.place.pk: e.place for e in rows}.values():
        if not may(actor, "indicators.record_value", place):
            raise PermissionDenied(f"Bạn không có quyền ghi số liệu tại {place}.")
    errors: list[ValidationError | str] = [FigureError(e, m) for e in rows for m in _objections(e, how, today)]
    keys = [(e.indicator.pk, e.place.pk, e.year) for e in rows]
    if len(set(keys)) < len(keys):
        errors.append("Một chỉ tiêu có hai số liệu cho cùng nơi và năm.")
    if errors:
        raise ValidationError(errors)
    values = [_entered(e, how=how, source=source, formula=formula, today=today, period=period) for e in rows]
    for value in values:
        value.evidence = value.evidence or evidence
        value.reason = value.reason or reason
    counts = store(values, actor=actor, publish=publish)
    if formula == REPORTED:
        touched = [(e.indicator.pk, e.year, e.place) for e in rows]
        roll_up_again(touched, actor=actor, publish=publish, today=today)
    return counts


def _objections(entry: Entry, how: str, today: date) -> list[str]:
    """Say everything that is wrong with a figure handed in."""
    reasons = []
    if not EARLIEST_YEAR <= entry.year <= today.year:
        reasons.append(f"năm {entry.year} không hợp lệ, phải từ {EARLIEST_YEAR} đến {today.year}.")
    if entry.on is not None and (entry.on.year != entry.year or entry.on > today):
        reasons.append(f"ngày {day(entry.on)} phải nằm trong năm {entry.year} và không sau hôm nay.")
    if how not in Value.How.values:
        reasons.append(f"“{how}” không phải một cách có số liệu.")
    if _too_low(entry):
        reasons.append(f"chỉ tiêu này không có số liệu ở cấp {entry.place.get_kind_display()}.")
    return reasons + _wrong_figures(entry)


def _too_low(entry: Entry) -> bool:
    lowest = entry.indicator.lowest_level
    allowed = LEVELS[: LEVELS.index(Place.Kind(lowest)) + 1] if lowest in LEVELS else (*LEVELS, lowest)
    return entry.place.kind not in allowed


def _wrong_figures(entry: Entry) -> list[str]:
    """Check the numbers themselves against the kind of unit."""
    numbers = [x for x in (entry.numerator, entry.denominator, entry.value) if x is not None]
    if not all(math.isfinite(x) and abs(x) <= LARGEST for x in numbers):
        return [f"số không hợp lệ: phải nhỏ hơn {number(LARGEST)}."]
    if entry.empty:
        return []
    if (entry.numerator is None) != (entry.denominator is None):
        return ["cần cả tử số và mẫu số."]
    if entry.numerator is not None and entry.denominator is not None:
        return _wrong_ratio(entry, entry.numerator, entry.denominator)
    if _needs_ratio(entry):
        return ["cần tử số và mẫu số, để gộp lên cấp tỉnh bằng tỷ số của các tổng."]
    return _unit_messages(entry, entry.value or 0)


def _needs_ratio(entry: Entry) -> bool:
    below = entry.place.kind != Place.Kind.PROVINCE
    return below and entry.indicator.rollup == Indicator.Rollup.RATIO_OF_SUMS


def _wrong_ratio(entry: Entry, numerator: float, denominator: float) -> list[str]:
    ratio = entry.indicator.unit.ratio(numerator, denominator)
    if entry.indicator.unit.ratio_scale is None:
        return ["chỉ tiêu này không phải tỷ số, chỉ ghi giá trị."]
    if ratio is None or denominator < 0 or numerator < 0:
        return ["mẫu số phải lớn hơn 0 và tử số không âm."]
    if entry.value is not None and not math.isclose(entry.value, ratio, rel_tol=1e-6, abs_tol=1e-6):
        return [f"giá trị {entry.indicator.unit.write(entry.value)} khác tử số chia mẫu số."]
    return _unit_messages(entry, ratio)


def _unit_messages(entry: Entry, value: float) -> list[str]:
    try:
        entry.indicator.unit.check(value)
    except ValidationError as error:
        return error.messages
    return []


def _entered(entry: Entry, *, how: str, source: str, formula: str, today: date, period: Period | None) -> Value:
    value = entry.value
    if entry.numerator is not None and entry.denominator is not None:
        value = entry.indicator.unit.ratio(entry.numerator, entry.denominator)
    return Value(
        indicator=entry.indicator,
        formula=formula,
        place=entry.place,
        year=entry.year,
        on=entry.on or day_of(entry.year, today),
        numerator=entry.numerator,
        denominator=entry.denominator,
        value=value,
        sample_size=entry.sample_size,
        how=how,
        source=source,
        simulated=entry.simulated,
        evidence=entry.evidence,
        reason=entry.reason,
        period=period,
    )
