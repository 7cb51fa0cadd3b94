"""The written rule: which evidence counts for an operator's technology at a place on a day. Everything else obeys it.

No law of Viet Nam says which evidence counts; so the rule is written out here once, printed on its page from here, and
what may be chosen in it (months, numbers, shares) is a setting of the installation. The cycle of challenge, answer and
decision follows the FCC's for coverage maps (47 CFR 1.7006).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

from django.conf import settings

from hatang.core.vietnamese import number
from hatang.coverage.models import Level, Verification


@dataclass(frozen=True)
class Terms:
    """What an installation chose within the rule."""

    verified_months: int
    measurement_months: int
    measurements_least: int
    measured_percent: float
    least_download_mbps: float

    @classmethod
    def of_installation(cls) -> Terms:
        """Read the terms from the settings."""
        return cls(
            settings.VERIFIED_MONTHS,
            settings.MEASUREMENT_MONTHS,
            settings.MEASUREMENTS_LEAST,
            settings.MEASURED_PERCENT,
            settings.LEAST_DOWNLOAD_MBPS,
        )


def rule_in_words(terms: Terms) -> list[tuple[Level, str]]:
    """Print the rule: each level in the order in which it counts, and when it does."""
    speed = number(terms.least_download_mbps, 1) if terms.least_download_mbps % 1 else number(terms.least_download_mbps)
    return [
        (
            Level.DECIDED,
            "Kết luận của yêu cầu xác minh (có phủ hoặc không phủ) được tính từ ngày quyết định, cho tới khi có quyết "
            "định mới hoặc có lần xã, phường xác minh sau ngày đó.",
        ),
        (
            Level.VERIFIED,
            f"Lần xã, phường xác minh mới nhất, trong {number(terms.verified_months)} tháng kể từ ngày thử. “Có” là có "
            "dịch vụ; “không” và “chập chờn” là chưa có.",
        ),
        (
            Level.MEASURED,
            f"Khi trong {number(terms.measurement_months)} tháng có từ {number(terms.measurements_least)} phép đo tại "
            f"nơi đó: có dịch vụ nếu ít nhất {number(terms.measured_percent)} % phép đo đạt, chưa có nếu ít hơn. Phép "
            "đo đạt khi mức thu từ ngưỡng của công nghệ trở lên (ngưỡng của lượt tính đã lấy làm dự đoán, chưa có thì "
            f"ngưỡng mặc định); phép đo không ghi mức thu đạt khi tốc độ tải xuống lớn hơn {speed} Mbit/s.",
        ),
        (
            Level.PREDICTED,
            "Lượt tính vùng phủ mới nhất, tính đến ngày xem, mà Sở đã lấy làm dự đoán của tỉnh.",
        ),
        (Level.DECLARED, "Có dịch vụ nếu khai báo phủ sóng của doanh nghiệp đang có hiệu lực."),
    ]


@dataclass(frozen=True)
class Readings:
    """How many measurements there were, and how many of them were good."""

    all: int
    good: int


@dataclass(frozen=True)
class Evidence:
    """What is known of one service on one day, each level by itself; None where a level says nothing.

    `readings` are those not too old, `verified` the newest answer not too old, `decided` the decision that stands.
    """

    declared: bool = False
    predicted: bool | None = None
    readings: Readings | None = None
    verified: Verification.Answer | None = None
    decided: bool | None = None


@dataclass(frozen=True)
class Counted:
    """Whether a service counts as there, and by which level."""

    served: bool
    level: Level


def count(evidence: Evidence, terms: Terms) -> Counted | None:
    """Say what counts: the first level, in the order of the rule, that says something. None where none does."""
    if evidence.decided is not None:
        return Counted(evidence.decided, Level.DECIDED)
    if evidence.verified is not None:
        return Counted(evidence.verified == Verification.Answer.YES, Level.VERIFIED)
    measured = measured_served(evidence.readings, terms)
    if measured is not None:
        return Counted(measured, Level.MEASURED)
    if evidence.predicted is not None:
        return Counted(evidence.predicted, Level.PREDICTED)
    return Counted(True, Level.DECLARED) if evidence.declared else None


def measured_served(readings: Readings | None, terms: Terms) -> bool | None:
    """Say what measurements show: enough of them, and a large enough share of good ones; None where too few."""
    if readings is None or readings.all < terms.measurements_least:
        return None
    return 100 * readings.good >= terms.measured_percent * readings.all


# The same over time


@dataclass
class Facts:
    """All that is known of one service, with days: spans from a day up to before another, tests and answers by day."""

    declared: list[tuple[date, date | None]] = field(default_factory=list)
    predicted: list[tuple[date, date | None, bool]] = field(default_factory=list)
    readings: list[tuple[date, Readings]] = field(default_factory=list)
    verified: list[tuple[date, Verification.Answer]] = field(default_factory=list)
    decided: list[tuple[date, bool]] = field(default_factory=list)
    simulated: bool = False


@dataclass(frozen=True)
class Period:
    """What counts from a day up to before another, and what each level says meanwhile."""

    since: date
    until: date | None
    counted: Counted
    evidence: Evidence


def months_after(day: date, months: int) -> date:
    """Give the same day some months later; the last of that month where it has no such day.

    >>> months_after(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_span(on: date, since: date, until: date | None) -> bool:
    """Tell whether a day lies in a span that ends before `until`."""
    return since <= on and (until is None or on < until)


def evidence_on(facts: Facts, on: date, terms: Terms) -> Evidence:
    """Give what is known of a service on a day: nothing that came later, nothing too old.

    Of several answers or decisions of one day the one given last holds; the lists are in the order of being given.
    """
    answers = [(day, answer) for day, answer in facts.verified if day <= on]
    newest = last_of(answers) if answers else None
    decisions = [(day, served) for day, served in facts.decided if day <= on]
    decision = last_of(decisions) if decisions else None
    if decision and newest and newest[0] > decision[0]:
        decision = None
    fresh = newest and on < months_after(newest[0], terms.verified_months)
    return Evidence(
        declared=any(in_span(on, since, until) for since, until in facts.declared),
        predicted=next((said for since, until, said in facts.predicted if in_span(on, since, until)), None),
        readings=readings_on(facts.readings, on, terms),
        verified=newest[1] if newest and fresh else None,
        decided=decision[1] if decision else None,
    )


def first(dated: tuple[date, Any]) -> date:
    """Give the day of something dated."""
    return dated[0]


def last_of(dated: Sequence[tuple[date, Any]]) -> tuple[date, Any]:
    """Give the newest; of one day's the one given last."""
    return max(reversed(dated), key=first)


def readings_on(readings: Iterable[tuple[date, Readings]], on: date, terms: Terms) -> Readings | None:
    """Add up the measurements that are not too old on a day."""
    kept = [each for day, each in readings if in_span(on, day, months_after(day, terms.measurement_months))]
    return Readings(sum(each.all for each in kept), sum(each.good for each in kept)) if kept else None


def days_of_change(facts: Facts, terms: Terms) -> list[date]:
    """Give the days on which what is known may change, in order."""
    days = {day for since, until in facts.declared for day in (since, until) if day}
    days |= {day for since, until, _ in facts.predicted for day in (since, until) if day}
    for day, _ in facts.readings:
        days |= {day, months_after(day, terms.measurement_months)}
    for day, _ in facts.verified:
        days |= {day, months_after(day, terms.verified_months)}
    return sorted(days | {day for day, _ in facts.decided})


def timeline(facts: Facts, terms: Terms) -> Iterator[Period]:
    """Give what counts over time; days on which nothing is known are left out."""
    days: list[Any] = [*days_of_change(facts, terms), None]
    told: Period | None = None
    for since, until in pairwise(days):
        evidence = evidence_on(facts, since, terms)
        said = count(evidence, terms)
        if told and said and same(told, said, evidence, terms) and told.until == since:
            told = replace(told, until=until)
            continue
        if told:
            yield told
        told = Period(since, until, said, evidence) if said else None
    if told:
        yield told


def same(period: Period, said: Counted, evidence: Evidence, terms: Terms) -> bool:
    """Tell whether a period goes on: the same counts, and every level says the same."""
    return period.counted == said and levels(period.evidence, terms) == levels(evidence, terms)


def levels(evidence: Evidence, terms: Terms) -> dict[str, bool | None]:
    """Give what each level says, yes, no or nothing, by its name."""
    answer = evidence.verified
    return {
        "declared": evidence.declared,
        "predicted": evidence.predicted,
        "measured": measured_served(evidence.readings, terms),
        "verified": None if answer is None else answer == Verification.Answer.YES,
        "decided": evidence.decided,
    }
