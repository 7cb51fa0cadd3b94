"""The state of a target, by a written rule (docs/trang-thai-muc-tieu.md)."""

from __future__ import annotations

from datetime import date

from hatang.plans.models import Comparator

MET, ON_TRACK, AT_RISK, MISSED = "met", "on_track", "at_risk", "missed"
NOT_MEASURED, NOT_DUE = "not_measured", "not_due"
FORESEEN_MET, FORESEEN_UNSURE, FORESEEN_MISSED = "foreseen_met", "foreseen_unsure", "foreseen_missed"
NOT_FORESEEN = "not_foreseen"
FROM_ABOVE = (Comparator.AT_MOST, Comparator.LESS_THAN)
STRICTLY = (Comparator.MORE_THAN, Comparator.LESS_THAN)


def target_state(
    *,
    comparator: str,
    target: float | None,
    value: float | None,
    baseline: float | None,
    baseline_year: int | None,
    year: int,
    today: date,
    value_on: date | None = None,
    direction: str = "higher",
) -> str:
    """Give the state of a target for the end of `year`.

    1. A yes/no target before its date is not due until it is done.
    2. Without a value it is not measured; after its date, a value from before the target's year counts as none.
    3. A doubling is held against twice the base year's value, `baseline`; without it, it is not measured.
    4. Met when the value reaches the target ("more than" and "below" must pass it); where lower is better, or the
       target sets a bound from above (`le`, `lt`), the other way round. "About" is held like "at least".
    5. After 31/12 of its year it is missed when not met.
    6. Before that it is on track when the value lies on the target's side of the straight line from the baseline
       (31/12 of its year) to the target (31/12 of the target's year), read on the value's date `value_on` (today if not
       given); at risk otherwise; not measured without a baseline.
    """
    due = today > date(year, 12, 31)
    if comparator == Comparator.DONE:
        return _state_of_yes_no(value, due)
    goal = _goal(comparator, target, baseline)
    if value is None or goal is None or (due and value_on is not None and value_on.year < year):
        return NOT_MEASURED
    lower = direction == "lower" or comparator in FROM_ABOVE
    if _reached(value, goal, strictly=comparator in STRICTLY, lower=lower):
        return MET
    if due:
        return MISSED
    if baseline is None or baseline_year is None:
        return NOT_MEASURED
    expected = expected_on(value_on or today, baseline=baseline, baseline_year=baseline_year, goal=goal, year=year)
    return ON_TRACK if _reached(value, expected, lower=lower) else AT_RISK


def foreseen_state(chance: float | None, *, met_percent: float, missed_percent: float) -> str:
    """Give what is foreseen of a target from the chance (0 to 1) that it will be met.

    Foreseen as met from `met_percent` on, as missed below `missed_percent`, unsure between; not foreseen without a
    chance.

    >>> [foreseen_state(p, met_percent=80, missed_percent=20) for p in (0.8, 0.5, 0.1, None)]
    ['foreseen_met', 'foreseen_unsure', 'foreseen_missed', 'not_foreseen']
    """
    if chance is None:
        return NOT_FORESEEN
    if 100 * chance >= met_percent:
        return FORESEEN_MET
    return FORESEEN_MISSED if 100 * chance < missed_percent else FORESEEN_UNSURE


def expected_on(on: date, *, baseline: float, baseline_year: int, goal: float, year: int) -> float:
    """Read the straight line from the baseline to the target on a day; before it the baseline, after it the target."""
    start, end = date(baseline_year, 12, 31), date(year, 12, 31)
    if end <= start:
        return goal
    passed = (on - start).days / (end - start).days
    return baseline + (goal - baseline) * min(max(passed, 0), 1)


def _state_of_yes_no(value: float | None, due: bool) -> str:
    if value:
        return MET
    if not due:
        return NOT_DUE
    return NOT_MEASURED if value is None else MISSED


def _goal(comparator: str, target: float | None, baseline: float | None) -> float | None:
    """Give the figure to reach; of a doubling, that many times the base value."""
    if comparator != Comparator.DOUBLE or target is None:
        return target
    return None if baseline is None else target * baseline


def _reached(value: float, goal: float, *, strictly: bool = False, lower: bool = False) -> bool:
    if strictly:
        return value < goal if lower else value > goal
    return value <= goal if lower else value >= goal
