"""A table of attacks on calls: each is refused clearly, costs little, and leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from allauth.idp.oidc.models import Token
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.kept_secrets import rsa_key
from hatang.exchange.issuer import Issuer
from hatang.exchange.models import CallRecord, PartnerKey
from hatang.exchange.services import revoke_key, rotate_secret
from tests.conftest import World
from tests.exchange.made import (
    CALL,
    TOKEN,
    VILLAGES,
    Partner,
    agreed,
    asked,
    bearer,
    key_of,
    offered,
    partner,
    partner_of,
)

pytestmark = pytest.mark.django_db
DAY_S = 86_400
Forge = Callable[[Partner, dict[str, Any]], str]


def our_key() -> Any:
    """Give the issuer's own private key."""
    return load_pem_private_key(Issuer().get_signing_key().pem.encode(), None)


def kept_as_issued(token: str, who: Partner) -> str:
    """Write a token into the issuer's table, so that the table alone does not refuse it."""
    row = Token(type=Token.Type.ACCESS_TOKEN, client=who.key.client, expires_at=timezone.now() + timezone.timedelta(1))
    row.set_value(token)
    row.set_scopes([VILLAGES])
    row.save()
    return token


def signed(claims: dict[str, Any], key: Any, algorithm: str = "RS256") -> str:
    """Sign claims."""
    return jwt.encode(claims, key, algorithm=algorithm)


def public_pem() -> bytes:
    """Give the issuer's public key as text, which an attacker would use as a secret of HMAC."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(our_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def hmac_with(key: bytes, claims: dict[str, Any]) -> str:
    """Sign with HS256 and a key that PyJWT itself would refuse."""
    import base64
    import hashlib
    import hmac
    import json

    def part(content: bytes) -> bytes:
        return base64.urlsafe_b64encode(content).rstrip(b"=")

    text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (text + b"." + part(hmac.new(key, text, hashlib.sha256).digest())).decode()


FORGED: dict[str, Forge] = {
    "of another issuer's key": lambda who, claims: signed(claims, load_pem_private_key(rsa_key(), None)),
    "of another issuer's name": lambda who, claims: signed(claims | {"iss": "https://khac.vn"}, our_key()),
    "expired a day ago": lambda who, claims: signed(claims | {"exp": int(time.time()) - DAY_S}, our_key()),
    "issued tomorrow": lambda who, claims: signed(
        claims | {"iat": int(time.time()) + DAY_S, "exp": int(time.time()) + 2 * DAY_S}, our_key()
    ),
    "without an end": lambda who, claims: signed({k: v for k, v in claims.items() if k != "exp"}, our_key()),
    "with no algorithm": lambda who, claims: jwt.encode(claims, None, algorithm="none"),
    "signed with the public key": lambda who, claims: hmac_with(public_pem(), claims),
    "an identity token": lambda who, claims: signed(claims | {"token_use": "id"}, our_key()),
    "of another client": lambda who, claims: signed(claims | {"client_id": "khac"}, our_key()),
    "no token at all": lambda who, claims: "a.b.c",
    "of 5,000 characters": lambda who, claims: "e" * 5_000,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_opens_nothing(name: str, world: World, people: dict[str, Person]) -> None:
    """Even one that stands in the issuer's table; the same claims rightly signed open the service."""
    who, now = partner(world, people), int(time.time())
    claims = {"iss": settings.ORIGIN, "iat": now, "exp": now + 600, "client_id": who.key.client_id}
    claims |= {"token_use": "access", "jti": "1", "scope": VILLAGES}
    right = kept_as_issued(signed(claims, our_key()), who)
    assert Client().get(CALL, headers=bearer(right)).status_code == 200
    before = CallRecord.objects.count()
    forged = kept_as_issued(FORGED[name](who, claims), who)
    answer = Client().get(CALL, headers=bearer(forged))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert CallRecord.objects.count() == before


def test_a_token_that_was_signed_but_never_issued_opens_nothing(world: World, people: dict[str, Person]) -> None:
    who, now = partner(world, people), int(time.time())
    claims = {"iss": settings.ORIGIN, "iat": now, "exp": now + 600, "client_id": who.key.client_id}
    assert Client().get(CALL, headers=bearer(signed(claims | {"token_use": "access"}, our_key()))).status_code == 401


def test_a_persons_token_is_no_machines(world: World, people: dict[str, Person]) -> None:
    from hatang.accounts.services import make_token

    _, secret = make_token(actor=people["department_head"], name="máy", days=30)
    assert Client().get(CALL, headers=bearer(secret)).status_code == 401
    assert Client().get(CALL).status_code == 401
    signed_in = Client()
    signed_in.force_login(people["department_head"])
    assert signed_in.get(CALL).status_code == 401, "a cookie opens nothing here"


def test_a_client_cannot_ask_for_anothers_scope(world: World, people: dict[str, Person]) -> None:
    who = partner(world, people)
    other, person = partner_of(world, "Ngân hàng")
    service = offered(world, people, "cot-ang-ten")
    agreed(asked(service, other, person, fields=["ma_cot"]), people)
    key, secret = key_of(world, people, other)
    bank = Partner(other, person, who.agreement, key, secret)
    assert bank.asked_token(scope=VILLAGES).status_code == 400
    refused = Client().get(CALL, headers=bearer(bank.token()))
    assert (refused.status_code, refused.json()["error"]) == (403, "no_agreement")
    narrow = Client().get(CALL, headers=bearer(who.token()))
    assert narrow.status_code == 200


def test_a_token_without_the_scope_is_refused_though_the_agreement_stands(
    world: World, people: dict[str, Person]
) -> None:
    who = partner(world, people)
    Token.objects.all().delete()
    token = who.token()
    Token.objects.update(scopes="")
    assert Client().get(CALL, headers=bearer(token)).json()["error"] == "insufficient_scope"


def test_a_new_secret_and_revoking_shut_out_the_old(world: World, people: dict[str, Person]) -> None:
    who = partner(world, people)
    token = who.token()
    new = rotate_secret(actor=people["department_officer"], key=who.key)
    assert Client().get(CALL, headers=bearer(token)).status_code == 401
    assert who.asked_token().status_code == 401
    who.secret = new
    token = who.token()
    assert Client().get(CALL, headers=bearer(token)).status_code == 200
    revoke_key(actor=people["department_officer"], key=who.key)
    assert Client().get(CALL, headers=bearer(token)).status_code == 401
    assert who.asked_token().status_code in (400, 401)
    assert PartnerKey.objects.get().client.check_secret(new) is False


@pytest.mark.parametrize("address", [CALL, TOKEN, "/r1/VN/GOV/20/hatang/thon-phu-song"])
def test_a_body_of_ten_megabytes_is_refused_unread(
    address: str, world: World, people: dict[str, Person], settings: Any
) -> None:
    settings.XROAD_IDENTITY = "VN/GOV/20/hatang"
    who = partner(world, people)
    headers = bearer(who.token(), **{"X-Road-Client": "VN/GOV/1"})
    answer = Client().post(address, b"x" * 10_000_000, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    lying = Client().post(address, b"{}", content_type="application/json", headers=headers, CONTENT_LENGTH="-1")
    assert lying.status_code == 413


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[" * 60_000, "invalid_json"),
        (b"[]", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b'{"trang": 1e999}', "invalid_parameters"),
        (b'{"so_dong": 100000000}', "invalid_parameters"),
        (b'{"xa": {"$ne": 1}}', "invalid_parameters"),
        (b'{"__class__": 1}', "invalid_parameters"),
    ],
)
def test_hostile_bodies_are_refused_in_words(body: bytes, error: str, world: World, people: dict[str, Person]) -> None:
    token = partner(world, people).token()
    answer = Client().post(CALL, body, content_type="application/json", headers=bearer(token))
    assert (answer.status_code, answer.json()["error"]) == (422, error)


def test_polluted_and_endless_addresses_are_refused(world: World, people: dict[str, Person]) -> None:
    headers = bearer(partner(world, people).token())
    assert Client().get(f"{CALL}?xa=06181&xa=00721", headers=headers).status_code == 422
    assert Client().get(f"{CALL}?xa={'1' * 5000}", headers=headers).status_code == 414
    assert Client().get(CALL, {"trang": "999999"}, headers=headers).json()["dong"] == []


def test_guessing_secrets_is_slowed(world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    from hatang.exchange import api

    monkeypatch.setattr(api, "TOKENS_A_MINUTE", 3)
    who = partner(world, people)
    right, who.secret = who.secret, "sai"
    tried = [who.asked_token().status_code for _ in range(8)]
    assert 429 in tried
    assert set(tried) == {401, 429}
    assert right


def test_no_small_key_signs_tokens() -> None:
    assert isinstance(our_key(), rsa.RSAPrivateKey)
    assert our_key().key_size >= 2048
    assert (settings.DATA / "oidc_key.pem").stat().st_mode & 0o777 == 0o600
