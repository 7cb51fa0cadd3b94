"""Signing in by an outer OpenID Connect issuer: a real one, in a server of its own."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from hatang.accounts.models import Person
from hatang.config.environment import oidc_issuer
from tests.accounts.oidc_issuer import CLIENT, SECRET, Issuer
from tests.conftest import PASSWORD

LOGIN = "/tai-khoan/oidc/ngoai/login/"


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    made = Issuer()
    app = {"provider_id": "ngoai", "name": "Cổng thử", "client_id": CLIENT, "secret": SECRET}
    app |= {"settings": {"server_url": made.url, "fetch_userinfo": False}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    try:
        yield made
    finally:
        made.stop()


def through(client: Client, issuer: Issuer, process: str = "") -> Any:
    """Go to the issuer and come back, as a browser does."""
    begun = client.post(LOGIN + (f"?process={process}" if process else ""))
    assert begun.status_code == 302
    there = urlsplit(begun["Location"])
    assert f"{there.scheme}://{there.netloc}" == issuer.url
    assert parse_qs(there.query)["code_challenge_method"] == ["S256"]
    asked = http.client.HTTPConnection(there.netloc)
    asked.request("GET", f"{there.path}?{there.query}")
    back = asked.getresponse().headers["Location"]
    asked.close()
    return client.get(back[back.index("/tai-khoan/") :])


def link(person: Person, issuer: Issuer) -> None:
    """Link the issuer's subject with a person, who is asked for the password once more."""
    client = signed_in(person)
    assert through(client, issuer, "connect")["Location"] == "/tai-khoan/reauthenticate/"
    client.post("/tai-khoan/reauthenticate/", {"password": PASSWORD})
    said = client.get("/tai-khoan/3rdparty/").content.decode()
    assert "third-party" not in said and ("Đã liên kết" in said or "tài khoản khác" in said)


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def signed_in(person: Person) -> Client:
    client = Client()
    client.post("/tai-khoan/login/", {"login": person.username, "password": PASSWORD})
    return client


def test_a_linked_subject_signs_in_and_a_stranger_does_not(issuer: Issuer, people: dict[str, Person]) -> None:
    officer = people["department_officer"]
    stranger = Client()
    answer = through(stranger, issuer)
    assert answer["Location"] == "/tai-khoan/login/"
    assert "chưa liên kết" in stranger.get(answer["Location"]).content.decode()
    assert (who(stranger), SocialAccount.objects.count()) == (None, 0)
    link(officer, issuer)
    assert SocialAccount.objects.get().user == officer
    client = Client()
    through(client, issuer)
    assert who(client) == str(officer.pk)
    issuer.subject = "cccd-002"
    other = Client()
    through(other, issuer)
    assert who(other) is None


def test_a_mail_address_links_nobody(issuer: Issuer, people: dict[str, Person]) -> None:
    issuer.claims = {"email": people["administrator"].email, "email_verified": True}
    client = Client()
    through(client, issuer)
    assert who(client) is None


def test_a_subject_that_is_another_persons_is_not_taken_over(issuer: Issuer, people: dict[str, Person]) -> None:
    link(people["department_officer"], issuer)
    link(people["stranger"], issuer)
    assert SocialAccount.objects.get().user == people["department_officer"]


def test_the_second_factor_is_asked_and_a_closed_account_stays_closed(
    issuer: Issuer, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    link(officer, issuer)
    TOTP.activate(officer, generate_totp_secret())
    client = Client()
    assert through(client, issuer)["Location"] == "/tai-khoan/2fa/authenticate/"
    assert who(client) is None
    officer.is_active = False
    officer.save()
    client = Client()
    through(client, issuer)
    assert who(client) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://ke-gian.example"},
        {"aud": "ung-dung-khac"},
        {"exp": 1_700_000_000},
    ],
    ids=["another issuer", "for another client", "expired"],
)
def test_a_token_that_is_not_for_us_opens_nothing(
    issuer: Issuer, people: dict[str, Person], claims: dict[str, Any]
) -> None:
    link(people["department_officer"], issuer)
    issuer.claims = claims
    client = Client()
    answer = through(client, issuer)
    assert (who(client), answer.status_code) == (None, 401)
    assert "Chưa đăng nhập được" in answer.content.decode()


@pytest.mark.parametrize("off_s", [-86_400, 86_400])
def test_a_clock_off_by_a_day_is_told_and_opens_nothing(issuer: Issuer, people: dict[str, Person], off_s: int) -> None:
    link(people["department_officer"], issuer)
    now = int(time.time())
    issuer.claims = {"iat": now + off_s, "nbf": now + off_s, "exp": now + 2 * 86_400}
    client = Client()
    through(client, issuer)
    assert who(client) is None
    assert "lệch nhau" in client.get("/tai-khoan/login/").content.decode()


def test_an_answer_without_our_question_or_told_twice_opens_nothing(issuer: Issuer, people: dict[str, Person]) -> None:
    link(people["department_officer"], issuer)
    client = Client()
    client.get("/tai-khoan/oidc/ngoai/login/callback/?code=abc&state=xyz")
    assert who(client) is None


def test_the_button_stands_only_where_an_issuer_is_set(client: Client, db: None, issuer: Issuer, settings: Any) -> None:
    assert "Đăng nhập bằng Cổng thử" in client.get("/tai-khoan/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "Cổng thử" not in client.get("/tai-khoan/login/").content.decode()
    assert client.get(LOGIN).status_code == 404


def test_an_issuer_without_tls_is_refused_beyond_this_machine() -> None:
    assert oidc_issuer("http://127.0.0.1:9000") == "http://127.0.0.1:9000"
    with pytest.raises(ValueError, match="https"):
        oidc_issuer("http://dangnhap.tinh.gov.vn")
