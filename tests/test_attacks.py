"""The table of attacks on the doors: which tests try each of them, and those that are the same at every door.

A line names tests of other files; what is renamed or taken out there fails here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

from hatang.accounts.models import Person
from hatang.exchange.models import CallRecord
from hatang.sensors.services import observations as kept
from tests.conftest import World
from tests.core import test_signatures as signatures
from tests.core.observations import test_table as table
from tests.exchange import test_attacks as tokens
from tests.exchange import test_calls as calls
from tests.exchange import test_outgoing as outgoing
from tests.exchange.made import CALL, TOKEN, bearer, partner
from tests.opendata import test_hostile as open_data
from tests.sensors import test_mqtt as mqtt
from tests.sensors import test_sta_filters as things
from tests.sensors import test_taking as taking
from tests.sensors.conftest import Field, basic, make_field
from tests.utilities import test_documents as documents

ATTACKS: dict[str, list[tuple[ModuleType, str]]] = {
    "hostile filters": [
        (open_data, "test_features_refuse_in_clear_words"),
        (open_data, "test_ckans_door_refuses_in_clear_words"),
        (open_data, "test_whatever_is_asked_of_features_is_answered_or_refused"),
        (things, "test_hostile_questions_are_refused_in_words"),
        (things, "test_no_text_breaks_the_parser"),
        (tokens, "test_hostile_bodies_are_refused_in_words"),
        (tokens, "test_polluted_and_endless_addresses_are_refused"),
    ],
    "deep expansions": [
        (things, "test_hostile_questions_are_refused_in_words"),
        (open_data, "test_a_body_that_is_no_question_is_refused"),
    ],
    "huge pages": [
        (open_data, "test_a_huge_page_is_the_largest_page"),
        (tokens, "test_hostile_bodies_are_refused_in_words"),
        (things, "test_hostile_questions_are_refused_in_words"),
    ],
    "XML bombs": [(signatures, "test_what_cannot_be_looked_at_is_refused_in_words")],
    "PDFs with scripts": [(documents, "test_what_cannot_be_signed_is_refused_and_nothing_is_kept")],
    "incremental updates": [
        (signatures, "test_what_was_changed_after_signing_is_told"),
        (documents, "test_a_changed_copy_is_told_with_what_was_changed"),
    ],
    "tokens of another issuer": [(tokens, "test_a_forged_token_opens_nothing")],
    "replayed messages": [
        (calls, "test_the_same_call_with_its_key_is_counted_once"),
        (mqtt, "test_the_door_refuses_clearly_what_is_wrong"),
        (table, "test_what_comes_again_is_kept_once"),
        (taking, "test_a_device_sends_over_http_and_hears_what_became_of_it"),
    ],
    "topics of another owner": [
        (mqtt, "test_the_door_refuses_clearly_what_is_wrong"),
        (mqtt, "test_mosquitto_lets_a_device_write_to_its_own_topics_only"),
    ],
    "payloads of 10 MB": [
        (mqtt, "test_the_door_refuses_clearly_what_is_wrong"),
        (tokens, "test_a_body_of_ten_megabytes_is_refused_unread"),
        (documents, "test_the_public_page_refuses_in_words"),
    ],
    "clocks off by a day": [
        (tokens, "test_a_forged_token_opens_nothing"),
        (taking, "test_wrong_clocks_and_large_bodies_are_refused_and_counted"),
        (mqtt, "test_the_door_refuses_clearly_what_is_wrong"),
        (signatures, "test_nothing_is_signed_with_a_clock_off_by_a_day"),
    ],
    "addresses within this machine": [(outgoing, "test_addresses_that_must_not_be_called_are_refused")],
}
TEN_MB = b"9" * 10_000_000
DAY = timedelta(days=1, minutes=5)


@pytest.fixture
def field(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Field:
    """A river gauge with its device, and a table of its own."""
    monkeypatch.setattr(kept, "FOLDER", str(tmp_path / "observations"))
    return make_field(world)


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_is_tried(attack: str) -> None:
    for module, name in ATTACKS[attack]:
        assert callable(getattr(module, name)), f"{module.__name__}.{name}"


DOORS: dict[str, Callable[[Field], tuple[str, dict[str, str], int]]] = {
    "CKAN": lambda field: ("/api/3/action/datastore_search", {}, 409),
    "SensorThings": lambda field: ("/sta/v1.1/Observations", basic(field.device.key, field.secret), 413),
    "a device over HTTP": lambda field: ("/cam-bien/gui/muc-nuoc", basic(field.device.key, field.secret), 413),
    "tokens": lambda field: (TOKEN, {}, 413),
    "a service without a token": lambda field: (CALL, {}, 413),
}


@pytest.mark.parametrize("door", DOORS)
def test_ten_megabytes_are_refused_in_json_at_every_door(door: str, field: Field) -> None:
    address, headers, status = DOORS[door](field)
    answer = Client().post(address, TEN_MB, content_type="application/json", headers=headers)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (status, "application/json")
    assert "byte" in json.dumps(answer.json(), ensure_ascii=False)
    assert observed(field) == []


def observed(field: Field) -> list[float | None]:
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    return [one.result for one in kept.observations(field.stream, begin, begin + timedelta(days=36_500))]


@pytest.mark.parametrize("off", [-DAY, DAY])
def test_a_device_with_a_clock_off_by_a_day_is_refused_by_sensorthings_too(off: timedelta, field: Field) -> None:
    said = {"result": 1, "Datastream": {"@iot.id": field.stream.pk}}
    headers, address = basic(field.device.key, field.secret), "/sta/v1.1/Observations"

    def told(at: datetime) -> tuple[int, str]:
        body = said | {"phenomenonTime": at.isoformat()}
        answer = Client().post(address, body, content_type="application/json", headers=headers)
        return answer.status_code, answer.content.decode()

    now = datetime.now(UTC)
    status, words = told(now + off)
    assert (status, "chỉnh đồng hồ" in words, observed(field)) == (400, True, [])
    assert [told(now)[0] for _ in range(3)] == [201] * 3, "a replayed one is answered as the first"
    assert observed(field) == [1.0]


def test_what_is_refused_leaves_the_door_open(world: World, people: dict[str, Person]) -> None:
    who = partner(world, people)
    token, before = who.token(), CallRecord.objects.count()
    for body in (TEN_MB, b"[" * 60_000, b"\xff"):
        Client().post(CALL, body, content_type="application/json", headers=bearer(token))
    assert Client().get(CALL, headers=bearer(token)).status_code == 200
    assert CallRecord.objects.count() - before <= 4
