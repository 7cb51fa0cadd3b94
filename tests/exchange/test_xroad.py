"""The same call in the form of X-Road's Message Protocol for REST."""

from __future__ import annotations

import base64
from hashlib import sha512
from typing import Any

import pytest
from django.test import Client

from hatang.accounts.models import Person
from tests.conftest import World
from tests.exchange.made import CALL, Partner, bearer, partner

pytestmark = pytest.mark.django_db
US = "VN/GOV/20/hatang"
THEM = "VN/ORG/0100109106/his"
ADDRESS = f"/r1/{US}/thon-phu-song"


@pytest.fixture
def member(world: World, people: dict[str, Person], settings: Any) -> Partner:
    """Have a member of the network with an agreement, before an installation that is one."""
    settings.XROAD_IDENTITY = US
    return partner(world, people, xroad=THEM)


def test_a_member_gets_the_same_data_and_the_protocols_headers(member: Partner) -> None:
    token = member.token()
    headers = bearer(token, **{"X-Road-Client": THEM, "X-Road-Id": "m-1"})
    answer = Client().get(f"{ADDRESS}?so_dong=1", headers=headers)
    assert answer.status_code == 200
    assert answer.content == Client().get(f"{CALL}?so_dong=1", headers=bearer(token)).content
    assert answer.headers["X-Road-Id"] == "m-1"
    assert (answer.headers["X-Road-Client"], answer.headers["X-Road-Service"]) == (THEM, f"{US}/thon-phu-song")
    message = f"GET\r\n{ADDRESS}?so_dong=1\r\nX-Road-Client:{THEM}\r\nX-Road-Id:m-1\r\n"
    assert answer.headers["X-Road-Request-Hash"] == base64.b64encode(sha512(message.encode()).digest()).decode()
    assert answer.headers["X-JWS-Signature"]


def test_a_body_enters_the_hash_as_the_protocol_says(member: Partner) -> None:
    headers = bearer(member.token(), **{"X-Road-Client": THEM, "X-Road-Id": "m-1"})
    body = b'{"so_dong": 1}'
    answer = Client().post(ADDRESS, body, content_type="application/json", headers=headers)
    message = sha512(f"POST\r\n{ADDRESS}\r\nX-Road-Client:{THEM}\r\nX-Road-Id:m-1\r\n".encode()).digest()
    whole = sha512(message + sha512(body).digest()).digest()
    assert answer.headers["X-Road-Request-Hash"] == base64.b64encode(whole).decode()


def test_a_member_is_believed_only_with_a_token_or_from_a_trusted_security_server(
    member: Partner, settings: Any, world: World, people: dict[str, Person]
) -> None:
    bare = {"X-Road-Client": THEM}
    refused = Client().get(ADDRESS, headers=bare)
    assert refused.status_code == 401
    assert refused.headers["X-Road-Error"] == "Server.ServerProxy.AccessDenied"
    settings.XROAD_TRUSTED = ("192.0.2.7",)
    assert Client(REMOTE_ADDR="192.0.2.7").get(ADDRESS, headers=bare).status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.8").get(ADDRESS, headers=bare).status_code == 401
    forged = bare | {"X-Forwarded-For": "192.0.2.7"}
    assert Client(REMOTE_ADDR="192.0.2.8").get(ADDRESS, headers=forged).status_code == 401
    other = partner(world, people, name="Ngân hàng", xroad="VN/ORG/2/bank")
    mixed = bearer(other.token(), **bare)
    assert Client().get(ADDRESS, headers=mixed).status_code == 401, "a token of one member, the name of another"


@pytest.mark.parametrize(
    ("address", "client", "status"),
    [
        (ADDRESS, "", 400),
        (ADDRESS, "VN/ORG", 400),
        (ADDRESS, "VN/ORG/%2F/x", 400),
        (ADDRESS, "VN/ORG/none/x", 401),
        (f"/r1/{US}/khong-co", THEM, 404),
        ("/r1/VN/GOV/99/khac/thon-phu-song", THEM, 404),
        ("/r1/thon-phu-song", THEM, 404),
    ],
)
def test_wrong_names_are_refused_in_words(address: str, client: str, status: int, member: Partner) -> None:
    answer = Client().get(address, headers=bearer(member.token(), **{"X-Road-Client": client}))
    assert answer.status_code == status
    assert answer.headers["X-Road-Error"]
    assert answer.headers["X-Road-Id"], "an id is made where none is given"


def test_an_installation_outside_the_network_answers_nobody(member: Partner, settings: Any) -> None:
    settings.XROAD_IDENTITY = ""
    headers = bearer(member.token(), **{"X-Road-Client": THEM})
    assert Client().get(ADDRESS, headers=headers).status_code == 404
    assert Client().get("/r1//thon-phu-song", headers=headers).status_code == 404
