"""Rules on streams: an alert is raised once, told to who keeps the thing, and closed by the value or by a person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.sensors.models import Alert, AlertState, Datastream, Threshold, ThresholdKind
from hatang.sensors.services.alerts import close_alert, take_on
from hatang.sensors.services.watching import Watched, true_from, watch, watch_time
from hatang.work.models import Notice
from tests.conftest import World
from tests.sensors.things_needs import AT, a_rule, a_stream, a_thing

MINUTE = timedelta(minutes=1)


def say(stream: Datastream, value: float, at: datetime) -> Watched:
    """Let a stream tell a value, and look at the rules a minute later."""
    Datastream.objects.filter(pk=stream.pk).update(last_at=at, last_result=value)
    return watch(Threshold.objects.all(), now=at + MINUTE)


@pytest.fixture
def rule(world: World) -> Threshold:
    """Set a rule on the operator's thing: power failed below 100 V, back from 180 V."""
    return a_rule(a_stream(a_thing(world)))


def test_an_alert_is_raised_once_and_told_to_who_keeps_the_thing(rule: Threshold, people: dict[str, Person]) -> None:
    assert say(rule.stream, 226, AT) == Watched(looked=1)
    assert say(rule.stream, 0, AT + MINUTE).raised == 1
    assert say(rule.stream, 0, AT + MINUTE) == Watched(looked=1)
    alert = Alert.objects.get()
    assert (alert.state, alert.value, alert.notified_at is not None) == (AlertState.OPEN, 0, True)
    assert [notice.to for notice in Notice.objects.all()] == [people["operator"]]
    assert Notice.objects.get().url.endswith(f"/canh-bao/{alert.pk}/")


def test_the_value_closes_it_only_past_the_clearing_level(rule: Threshold) -> None:
    say(rule.stream, 20, AT)
    say(rule.stream, 5, AT + MINUTE)
    say(rule.stream, 150, AT + 2 * MINUTE)
    assert Alert.objects.get().state == AlertState.OPEN
    assert say(rule.stream, 220, AT + 3 * MINUTE).closed == 1
    alert = Alert.objects.get()
    assert (alert.state, alert.worst, alert.closed_by) == (AlertState.CLOSED, 5, None)
    assert say(rule.stream, 0, AT + 4 * MINUTE).raised == 1
    assert Alert.objects.count() == 2


def test_what_a_person_closed_is_not_raised_again_until_the_value_was_back(
    rule: Threshold, people: dict[str, Person]
) -> None:
    say(rule.stream, 0, AT)
    close_alert(actor=people["operator"], alert=Alert.objects.get(), note="Đã cho chạy máy phát.")
    assert say(rule.stream, 0, AT + 5 * MINUTE).raised == 0
    say(rule.stream, 226, AT + 6 * MINUTE)
    assert say(rule.stream, 0, AT + 7 * MINUTE).raised == 1
    closed = Alert.objects.order_by("pk").first()
    assert closed and (closed.closed_by, closed.note) == (people["operator"], "Đã cho chạy máy phát.")
    with pytest.raises(ValidationError):
        close_alert(actor=people["operator"], alert=closed, note="lần nữa")


def test_only_who_keeps_the_thing_acts(rule: Threshold, people: dict[str, Person]) -> None:
    say(rule.stream, 0, AT)
    for who in ("rival", "stranger", "commune_officer", "auditor"):
        with pytest.raises(PermissionDenied):
            take_on(actor=people[who], alert=Alert.objects.get())
    assert take_on(actor=people["operator"], alert=Alert.objects.get()).state == AlertState.SEEN


def test_it_must_hold_for_its_minutes(rule: Threshold) -> None:
    Threshold.objects.update(hold_minutes=10)
    assert say(rule.stream, 0, AT).raised == 0
    assert say(rule.stream, 0, AT + 5 * MINUTE).raised == 0
    assert say(rule.stream, 0, AT + 12 * MINUTE).raised == 1


def test_what_nobody_takes_on_is_told_higher_up_once(rule: Threshold, people: dict[str, Person]) -> None:
    Threshold.objects.update(escalate_minutes=30)
    rule.escalate_to.set([people["department_head"]])
    say(rule.stream, 0, AT)
    assert say(rule.stream, 0, AT + 20 * MINUTE).escalated == 0
    assert say(rule.stream, 0, AT + 40 * MINUTE).escalated == 1
    assert say(rule.stream, 0, AT + 80 * MINUTE).escalated == 0
    assert Notice.objects.filter(to=people["department_head"]).count() == 1


def test_silence_is_an_alert_and_a_value_ends_it(rule: Threshold) -> None:
    Threshold.objects.update(kind=ThresholdKind.ABSENT, limit=None, clear_limit=None, absent_minutes=60)
    Datastream.objects.update(last_at=AT)
    assert watch(Threshold.objects.all(), now=AT + 59 * MINUTE).raised == 0
    assert watch(Threshold.objects.all(), now=AT + 61 * MINUTE).raised == 1
    assert say(rule.stream, 226, AT + 70 * MINUTE).closed == 1


def test_what_only_time_changes_is_looked_at_beside_what_comes_in(rule: Threshold, people: dict[str, Person]) -> None:
    lasting = a_rule(rule.stream, name="Mất điện lâu", hold_minutes=30)
    silent = a_rule(
        rule.stream, name="Im lặng", kind=ThresholdKind.ABSENT, limit=None, clear_limit=None, absent_minutes=60
    )
    Threshold.objects.filter(pk=rule.pk).update(escalate_minutes=5)
    say(rule.stream, 0, AT)
    assert set(Alert.objects.values_list("threshold", flat=True)) == {rule.pk}
    done = watch_time(AT + 70 * MINUTE)
    assert (done.looked, done.raised, done.escalated) == (3, 2, 1)
    assert set(Alert.objects.values_list("threshold", flat=True)) == {rule.pk, lasting.pk, silent.pk}
    say(rule.stream, 226, AT + 71 * MINUTE)
    assert watch_time(AT + 73 * MINUTE).looked == 1  # of what is over, time changes nothing


def test_a_paused_thing_and_a_rule_not_in_use_raise_nothing(rule: Threshold) -> None:
    Threshold.objects.update(is_active=False)
    assert say(rule.stream, 0, AT) == Watched()


def told(kind: str, limit: float, clear: float | None, values: list[float]) -> list[bool]:
    """Hold a rule against values one after the other, without a database."""
    stream = Datastream(last_at=AT)
    rule = Threshold(stream=stream, kind=kind, limit=limit, clear_limit=clear)
    found = []
    for value in values:
        stream.last_result = value
        since = true_from(rule, AT + MINUTE)
        rule.true_since = since
        found.append(since is not None)
    return found


@given(st.lists(st.integers(-5, 5), max_size=30), st.integers(0, 3))
def test_hysteresis_says_the_same_as_a_switch_drawn_by_hand(values: list[int], width: int) -> None:
    """Above 1 it switches on, at or below 1 less the width off; below is its mirror."""
    on, expected = False, []
    for value in values:
        on = value > (1 - width if on else 1)
        expected.append(on)
    assert told("above", 1, 1 - width, list(values)) == expected
    assert told("below", -1, width - 1, [-value for value in values]) == expected
