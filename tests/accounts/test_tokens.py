"""Access tokens: what a machine sends opens what its person may do, and nothing once it is revoked, old or wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import AccessToken, Person
from hatang.accounts.services import make_token, person_with, revoke_token
from hatang.accounts.services.tokens import MOST_LIVE


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, people: dict[str, Person]) -> None:
    client.force_login(people["operator"])
    answer = client.post("/nguoi-dung/toi/ma-truy-cap", {"name": "Máy chủ mạng", "days": "90"})
    secret = re.findall(r"<code>(htg_[\w-]{40,})</code>", answer.content.decode())[0]
    assert "no-store" in answer["Cache-Control"]
    assert person_with(secret, timezone.now()) == people["operator"]
    assert secret not in client.get("/nguoi-dung/toi/ma-truy-cap").content.decode()
    assert not AccessToken.objects.filter(sha256=secret).exists()


def test_a_revoked_an_old_and_a_wrong_token_open_nothing(people: dict[str, Person]) -> None:
    token, secret = make_token(actor=people["operator"], name="máy", days=30)
    now = timezone.now()
    assert person_with(secret + "x", now) is None
    assert person_with(secret, now + timedelta(days=31)) is None
    people["operator"].is_active = False
    people["operator"].save()
    assert person_with(secret, now) is None
    people["operator"].is_active = True
    people["operator"].save()
    assert person_with(secret, now) == people["operator"]
    revoke_token(actor=people["operator"], token=token)
    assert person_with(secret, now) is None


def test_only_so_many_tokens_live_at_once(people: dict[str, Person]) -> None:
    for n in range(MOST_LIVE):
        make_token(actor=people["operator"], name=f"máy {n}", days=30)
    with pytest.raises(ValidationError, match="thu hồi"):
        make_token(actor=people["operator"], name="máy nữa", days=30)
    with pytest.raises(ValidationError):
        make_token(actor=people["rival"], name="máy", days=4_000)


def test_a_wrong_form_keeps_what_was_typed(client: Client, people: dict[str, Person]) -> None:
    client.force_login(people["operator"])
    answer = client.post("/nguoi-dung/toi/ma-truy-cap", {"name": "Máy chủ", "days": "7"})
    assert answer.status_code == 422
    assert "Máy chủ" in answer.content.decode()
