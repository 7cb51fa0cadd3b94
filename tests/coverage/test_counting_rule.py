"""The written rule, case by case: which evidence counts. Each case reads as a lawyer would put it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.coverage.models import Level, Verification
from hatang.coverage.services.evidence.counting import (
    Counted,
    Evidence,
    Facts,
    Readings,
    Terms,
    count,
    evidence_on,
    timeline,
)

TERMS = Terms(
    verified_months=12, measurement_months=12, measurements_least=3, measured_percent=95, least_download_mbps=0
)
YES, NO, UNSTEADY = Verification.Answer.YES, Verification.Answer.NO, Verification.Answer.UNSTEADY
NEW_YEAR = date(2026, 1, 1)

CASES: list[tuple[str, Evidence, Counted | None]] = [
    ("Không có bằng chứng nào: không tính.", Evidence(), None),
    ("Chỉ có khai báo: có, theo khai báo.", Evidence(declared=True), Counted(True, Level.DECLARED)),
    (
        "Khai báo có, dự đoán không: không, theo dự đoán.",
        Evidence(declared=True, predicted=False),
        Counted(False, Level.PREDICTED),
    ),
    (
        "Chưa khai báo, dự đoán có: có, theo dự đoán.",
        Evidence(predicted=True),
        Counted(True, Level.PREDICTED),
    ),
    (
        "Dự đoán có, 3 phép đo, không phép nào đạt: không, theo kết quả đo.",
        Evidence(declared=True, predicted=True, readings=Readings(3, 0)),
        Counted(False, Level.MEASURED),
    ),
    (
        "Dự đoán không, 3 phép đo, cả 3 đạt: có, theo kết quả đo.",
        Evidence(predicted=False, readings=Readings(3, 3)),
        Counted(True, Level.MEASURED),
    ),
    (
        "Mới có 2 phép đo: chưa đủ, tính theo dự đoán.",
        Evidence(predicted=False, readings=Readings(2, 2)),
        Counted(False, Level.PREDICTED),
    ),
    (
        "100 phép đo, 95 đạt: vừa đủ 95 %, có.",
        Evidence(readings=Readings(100, 95)),
        Counted(True, Level.MEASURED),
    ),
    ("100 phép đo, 94 đạt: chưa đủ, không.", Evidence(readings=Readings(100, 94)), Counted(False, Level.MEASURED)),
    (
        "Đo đạt mà xã xác minh không: không, theo xã.",
        Evidence(readings=Readings(9, 9), verified=NO),
        Counted(False, Level.VERIFIED),
    ),
    (
        "Đo không đạt mà xã xác minh có: có, theo xã.",
        Evidence(readings=Readings(9, 0), verified=YES),
        Counted(True, Level.VERIFIED),
    ),
    (
        "Xã xác minh chập chờn: tính là chưa có.",
        Evidence(declared=True, verified=UNSTEADY),
        Counted(False, Level.VERIFIED),
    ),
    (
        "Quyết định có phủ, xã (trước đó) xác minh không: có, theo quyết định.",
        Evidence(verified=NO, decided=True),
        Counted(True, Level.DECIDED),
    ),
    (
        "Quyết định không phủ, mọi mức khác đều có: không, theo quyết định.",
        Evidence(declared=True, predicted=True, readings=Readings(9, 9), verified=YES, decided=False),
        Counted(False, Level.DECIDED),
    ),
]


@pytest.mark.parametrize(("evidence", "counted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_first_level_that_says_something_counts(evidence: Evidence, counted: Counted | None) -> None:
    assert count(evidence, TERMS) == counted


def told(facts: Facts) -> list[tuple[str, str | None, bool, str]]:
    """Give a timeline as days, yes or no, and the level."""
    return [
        (p.since.isoformat(), p.until.isoformat() if p.until else None, p.counted.served, str(p.counted.level))
        for p in timeline(facts, TERMS)
    ]


def test_a_declaration_counts_from_its_day_until_the_day_before_its_end() -> None:
    facts = Facts(declared=[(date(2024, 3, 1), date(2025, 3, 1)), (date(2025, 9, 1), None)])
    assert told(facts) == [
        ("2024-03-01", "2025-03-01", True, "declared"),
        ("2025-09-01", None, True, "declared"),
    ]


def test_a_verification_counts_for_twelve_months_then_the_levels_below_count_again() -> None:
    facts = Facts(declared=[(date(2024, 1, 1), None)], verified=[(date(2026, 2, 10), NO)])
    assert told(facts) == [
        ("2024-01-01", "2026-02-10", True, "declared"),
        ("2026-02-10", "2027-02-10", False, "verified"),
        ("2027-02-10", None, True, "declared"),
    ]


def test_of_two_answers_of_one_day_the_later_given_counts() -> None:
    facts = Facts(verified=[(NEW_YEAR, NO), (NEW_YEAR, YES)])
    assert told(facts)[0][2:] == (True, "verified")


def test_a_decision_counts_until_the_commune_verifies_later_and_does_not_come_back() -> None:
    facts = Facts(
        declared=[(date(2024, 1, 1), None)],
        verified=[(date(2026, 1, 10), NO), (date(2026, 6, 1), YES)],
        decided=[(date(2026, 3, 1), False)],
    )
    assert told(facts) == [
        ("2024-01-01", "2026-01-10", True, "declared"),
        ("2026-01-10", "2026-03-01", False, "verified"),
        ("2026-03-01", "2026-06-01", False, "decided"),
        ("2026-06-01", "2027-06-01", True, "verified"),
        ("2027-06-01", None, True, "declared"),
    ]


def test_measurements_count_once_three_lie_within_twelve_months() -> None:
    one = Readings(1, 1)
    facts = Facts(readings=[(date(2025, 1, 15), one), (date(2025, 12, 1), one), (date(2026, 1, 10), one)])
    assert told(facts) == [("2026-01-10", "2026-01-15", True, "measured")]


DAYS = st.integers(0, 1500).map(lambda n: NEW_YEAR + timedelta(n))
SPANS = st.tuples(DAYS, st.none() | DAYS).filter(lambda span: span[1] is None or span[1] > span[0])
FACTS = st.builds(
    Facts,
    declared=st.lists(SPANS, max_size=3),
    predicted=st.lists(st.tuples(SPANS, st.booleans()).map(lambda p: (*p[0], p[1])), max_size=2),
    readings=st.lists(st.tuples(DAYS, st.builds(Readings, st.just(2), st.integers(0, 2))), max_size=4),
    verified=st.lists(st.tuples(DAYS, st.sampled_from(Verification.Answer)), max_size=3),
    decided=st.lists(st.tuples(DAYS, st.booleans()), max_size=2),
)


@given(facts=FACTS, on=DAYS)
def test_on_every_day_the_timeline_says_what_the_rule_says(facts: Facts, on: date) -> None:
    """The rows that are stored and the rule asked for one day never differ, and never overlap."""
    holding: list[Any] = [p for p in timeline(facts, TERMS) if p.since <= on and (p.until is None or on < p.until)]
    expected = count(evidence_on(facts, on, TERMS), TERMS)
    assert [p.counted for p in holding] == ([expected] if expected else [])


def test_what_an_installation_chooses_changes_what_counts() -> None:
    weak = replace(TERMS, measurements_least=2, measured_percent=50)
    assert count(Evidence(readings=Readings(2, 1)), weak) == Counted(True, Level.MEASURED)
