"""The sample's doors: a service that was really called, documents that verify, each marked as made up."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.exchange.models import Agreement, CallHead, CallRecord
from hatang.places.models import Place
from hatang.sample.cast import Cast
from hatang.sample.doors import make_data_service, make_documents
from hatang.utilities.models import SignedDocument
from hatang.utilities.services import Answer, verify_file
from tests.conftest import World
from tests.utilities.signing_needs import trial_key

State = SignedDocument.State


@pytest.fixture
def cast(world: World, people: dict[str, Person]) -> Cast:
    Place.objects.filter(pk=world.commune.pk).update(households=100)
    officer, first, second = (people[who] for who in ("department_officer", "operator", "rival"))
    first.organisation, second.organisation = world.operator, world.rival
    return Cast(world.province, timezone.localdate(), officer, first, second)


def test_a_service_was_agreed_and_called(cast: Cast, world: World) -> None:
    make_data_service(cast)
    standing = dict(Agreement.objects.values_list("organisation__name", "state"))
    assert standing == {world.operator.name: "agreed", world.rival.name: "sent"}
    statuses = list(CallRecord.objects.order_by("at", "pk").values_list("status", flat=True))
    assert sorted(set(statuses)) == [200, 403, 422]
    assert CallHead.objects.latest("size").size == len(statuses), "all of them stand in the log"
    told = Client().get(f"/dich-vu/{world.province.code}/").content.decode()
    assert "đang cung cấp" in told


def test_documents_verify_and_say_that_they_are_made_up(world: World, people: dict[str, Person]) -> None:
    trial_key(world)
    make_documents(world.province, date(2026, 11, 20))
    rows = SignedDocument.objects.order_by("pk")
    assert [row.state for row in rows] == [State.IN_FORCE, State.REPLACED, State.IN_FORCE, State.PROPOSED]
    assert all(row.simulated for row in rows)
    answers = []
    for row in rows.signed():
        assert row.trial and row.file is not None
        with row.file.file.open("rb") as file:
            answers.append(verify_file(file.read()).answer)
        assert "DỮ LIỆU MÔ PHỎNG" in Client().get(row.public_url).content.decode()
    assert answers == [Answer.TRIAL, Answer.REPLACED, Answer.TRIAL]
