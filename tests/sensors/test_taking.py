"""What devices send over HTTP, and how payloads are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as some

from hatang.core.observations.payloads import PayloadError, Reading, readings
from hatang.core.observations.schema import Observation
from hatang.sensors.models import Alert, RefusedInput
from hatang.sensors.services.observations import keep, observations, series
from tests.sensors.conftest import Field, basic
from tests.sensors.things_needs import a_rule

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def send(field: Field, body: Any, code: str = "", **more: str) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    address = f"/cam-bien/gui/{code}" if code else "/cam-bien/gui"
    headers = basic(field.device.key, field.secret) | more
    answer = Client().post(address, content, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def test_a_device_sends_over_http_and_hears_what_became_of_it(a_field: Field) -> None:
    assert send(a_field, 3.25, "muc-nuoc") == (200, {"stored": 1, "known": 0, "refused": []})
    now = datetime.now(UTC).isoformat()
    told = [{"stream": "muc-nuoc", "result": 4, "phenomenonTime": now}] * 2
    assert send(a_field, told) == (200, {"stored": 1, "known": 1, "refused": []})
    status, answer = send(a_field, [{"stream": "khac", "result": 1}, {"muc-nuoc": 5.5}])
    assert (status, answer["stored"], [one["reason"] for one in answer["refused"]]) == (200, 1, ["no_stream"])
    assert "muc-nuoc" in answer["refused"][0]["detail"]
    a_field.stream.refresh_from_db()
    assert a_field.stream.last_result == 5.5
    assert send(a_field, {"result": 1}, "muc-nuoc", Authorization="Basic eDp5")[0] == 401


def test_what_is_sent_is_held_against_its_rules_at_once(a_field: Field) -> None:
    rule = a_rule(a_field.stream)
    assert send(a_field, {"result": 226}, "muc-nuoc")[0] == 200
    assert not Alert.objects.exists()
    assert send(a_field, {"result": 0}, "muc-nuoc")[0] == 200
    assert Alert.objects.get(threshold=rule).closed_at is None
    assert send(a_field, {"result": 226}, "muc-nuoc")[0] == 200
    assert Alert.objects.get(threshold=rule).closed_at


def test_wrong_clocks_and_large_bodies_are_refused_and_counted(a_field: Field) -> None:
    for days in (-2, 2):
        at = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        status, answer = send(a_field, {"result": 1, "phenomenonTime": at}, "muc-nuoc")
        assert status == 422 and "đồng hồ" in answer["refused"][0]["detail"]
    assert send(a_field, b"9" * 10_000_000, "muc-nuoc")[0] == 413
    counted = RefusedInput.objects.values_list("reason", "count").order_by("reason")
    assert list(counted) == [("clock", 2), ("too_large", 1)]
    assert observations(a_field.stream, NOW - timedelta(days=9999), NOW + timedelta(days=999)) == []


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        # RFC 8428, 5.1.1 and 5.1.3; times relative to now: 4.5.3
        ('[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]', [("urn:dev:ow:10e2073a01080063", NOW, 23.1)]),
        (
            '[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","v":120.1}]',
            None,
        ),
        (
            '[{"bn":"d:","bt":1276020076,"n":"voltage","v":120.1},{"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"vb":true}]',
            [
                ("d:voltage", datetime(2010, 6, 8, 18, 1, 16, tzinfo=UTC), 120.1),
                ("d:current", datetime(2010, 6, 8, 18, 1, 11, tzinfo=UTC), 1.2),
                ("d:current", datetime(2010, 6, 8, 18, 1, 12, tzinfo=UTC), True),
            ],
        ),
        (
            '[{"n":"a","t":-10,"v":1,"u":"m"},{"bv":100,"n":"a","v":1}]',
            [("a", NOW - timedelta(seconds=10), 1.0), ("a", NOW, 101.0)],
        ),
    ],
)
def test_senml_as_its_standard_says(payload: str, told: list[Any] | None) -> None:
    found = list(readings(payload.encode(), NOW))
    if told is None:
        assert [one.reason for one in found if isinstance(one, PayloadError)] == ["unreadable"]
        return
    assert [(one.code, one.at, one.result) for one in found if isinstance(one, Reading)] == told


@given(some.binary(max_size=200) | some.text(max_size=100).map(str.encode))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_bytes_break_the_reader(payload: bytes) -> None:
    try:
        for one in readings(payload, NOW):
            assert isinstance(one, Reading | PayloadError)
    except PayloadError as fault:
        assert str(fault)


def test_a_month_of_a_stream_is_drawn_as_its_rows_say(a_field: Field) -> None:
    """Least, mean and greatest of each bucket, against plain Python; and dedupe over many small files."""
    begin = datetime(2026, 10, 1, tzinfo=UTC)
    rows = [
        Observation(a_field.stream.pk, begin + timedelta(hours=n), result=float((n * 37) % 101)) for n in range(720)
    ]
    for place in range(0, 720, 9):
        keep(rows[place : place + 18])
    drawn = series(a_field.stream, begin, begin + timedelta(days=30), buckets=30)
    assert [bucket.count for bucket in drawn] == [24] * 30
    for day, bucket in enumerate(drawn):
        told = [row.result or 0 for row in rows[day * 24 : day * 24 + 24]]
        assert (bucket.least, bucket.most) == (min(told), max(told)) and abs(bucket.mean - sum(told) / 24) < 1e-9
