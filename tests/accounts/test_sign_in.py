"""Signing in: passwords, second factors, passkeys, lost passwords; in Vietnamese, and without a way to sign up."""

from __future__ import annotations

import gettext
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from hatang.accounts.models import Person

People = dict[str, Person]
OLD, NEW = "mat-khau-rat-dai", "con-tau-cho-gao-91"


@pytest.fixture(autouse=True)
def no_attempts_before(db: None) -> None:
    """Forget the attempts that other tests made, which allauth counts."""
    cache.clear()


def sign_in(client: Client, username: str, password: str = OLD) -> object:
    """Sign in through the page."""
    return client.post(reverse("account_login"), {"login": username, "password": password})


def switch_on_app(client: Client) -> str:
    """Confirm the password, switch on an authenticator app in the pages, and give its secret."""
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    client.post(asked.url, {"password": OLD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "data:image/svg+xml" in page
    secret = re.search(r'value="([A-Z2-7]{16,})"', page)
    assert secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret[1])})
    return secret[1]


def code_for(secret: str) -> str:
    """Compute what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_sign_in_with_name_or_address_and_out(people: People) -> None:
    for login in ("can_bo_so", "can_bo_so@example.vn"):
        client = Client()
        sign_in(client, login)
        assert client.get(reverse("accounts:me")).status_code == 200
        client.post(reverse("account_logout"))
        assert client.get(reverse("accounts:me")).status_code == 302


def test_a_wrong_password_is_told_in_vietnamese_and_too_many_are_stopped(people: People) -> None:
    client = Client()
    first = sign_in(client, "can_bo_so", "sai").content.decode()  # type: ignore[attr-defined]
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in first
    for _ in range(5):
        last = sign_in(client, "can_bo_so", "sai").content.decode()  # type: ignore[attr-defined]
    assert "Đăng nhập sai quá nhiều lần" in last
    sign_in(client, "can_bo_so")
    assert client.get(reverse("accounts:me")).status_code == 302


def test_there_is_no_signing_up(people: People) -> None:
    visitor = Client()
    typed = {"username": "la", "email": "la@example.vn", "password1": NEW, "password2": NEW}
    answer = visitor.post(reverse("account_signup"), typed)
    assert "không nhận đăng ký" in answer.content.decode()
    assert not Person.objects.filter(username="la").exists()
    for name in ("account_login", "account_reset_password", "account_reset_password_done"):
        assert reverse("account_signup") not in visitor.get(reverse(name)).content.decode()


def test_sign_in_with_an_authenticator_app_and_with_a_recovery_code(people: People) -> None:
    """From switching it on in the pages to signing in with a code, and once with a recovery code."""
    client = Client()
    sign_in(client, "can_bo_so")
    secret = switch_on_app(client)
    codes = client.get(reverse("mfa_download_recovery_codes")).content.decode().split()
    assert len(codes) == 10
    assert "có xác thực hai bước" in client.get(reverse("accounts:me")).content.decode()

    cache.clear()
    for code in (code_for(secret), codes[0]):
        later = Client()
        assert sign_in(later, "can_bo_so").url == reverse("mfa_authenticate")  # type: ignore[attr-defined]
        assert later.get(reverse("accounts:me")).status_code == 302
        wrong = later.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
        assert "Mã không đúng." in wrong
        later.post(reverse("mfa_authenticate"), {"code": code})
        assert later.get(reverse("accounts:me")).status_code == 200
    again = Client()
    sign_in(again, "can_bo_so")
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert again.get(reverse("accounts:me")).status_code == 302


def test_an_administrator_removes_a_lost_second_factor(people: People) -> None:
    officer = people["department_officer"]
    TOTP.activate(officer, generate_totp_secret())
    administrator = Client()
    sign_in(administrator, "quan_tri")
    administrator.post(reverse("accounts:remove_second_factor", args=[officer.pk]))
    assert not Authenticator.objects.filter(user=officer).exists()
    told = administrator.get(officer.get_absolute_url()).content.decode()
    assert "quan_tri: gỡ xác thực hai bước" in told


def test_changing_the_password_leaves_a_line_in_the_history(people: People) -> None:
    client = Client()
    sign_in(client, "can_bo_so")
    typed = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), typed)
    assert client.login(username="can_bo_so", password=NEW)
    assert people["department_officer"].history.first().history_change_reason == "đặt mật khẩu mới"


def test_a_lost_password_is_reset_by_mail(people: People) -> None:
    visitor = Client()
    visitor.post(reverse("account_reset_password"), {"email": "can_bo_so@example.vn"})
    (letter,) = mail.outbox
    assert "Đặt lại mật khẩu" in letter.subject
    link = re.search(r"http://\S+", letter.body)
    assert link
    form = visitor.get(link[0], follow=True)
    visitor.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert Client().login(username="can_bo_so", password=NEW)
    assert "không còn dùng được" in Client().get(link[0]).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_invitation(people: People) -> None:
    known, unknown = Client(), Client()
    first = known.post(reverse("account_reset_password"), {"email": "can_bo_so@example.vn"})
    second = unknown.post(reverse("account_reset_password"), {"email": "khong-ai@example.vn"})
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert "signup" not in mail.outbox[-1].body
    assert "hãy liên hệ quản trị" in mail.outbox[-1].body


@override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
def test_without_mail_the_page_sends_people_to_their_administrator(people: People) -> None:
    page = Client().get(reverse("account_reset_password")).content.decode()
    assert "Hãy nhờ quản trị" in page
    assert 'name="email"' not in page


class Page(HTMLParser):
    """What a page would run or style by itself, and what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.words: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_script = tag == "script"
        data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in given and not data):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if not self._in_script:
            self.words.append(data)


ENGLISH = re.compile(r"\b(the|your|you|password|sign|please|account|email|code|key|security|add|remove|this)\b", re.I)
FOR_VISITORS = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
)
FOR_PEOPLE = (
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
)


@pytest.mark.parametrize("name", FOR_VISITORS + FOR_PEOPLE)
def test_every_sign_in_page_is_vietnamese_in_our_looks_and_runs_nothing_inline(name: str, people: People) -> None:
    client = Client()
    if name in FOR_PEOPLE:
        sign_in(client, "can_bo_so")
        switch_on_app(client)
        client.get(reverse("accounts:me"))
    response = client.get(reverse(name))
    assert response.status_code == 200
    page = Page(response.content.decode())
    assert page.inline == []
    text = " ".join(" ".join(page.words).split()).replace("(passkey)", "")
    assert not ENGLISH.findall(text), text
    assert "Tới nội dung chính" in text
    policy = response["Content-Security-Policy"]
    assert "'self'" in policy
    assert "unsafe" not in policy


def test_the_vietnamese_catalogue_is_compiled() -> None:
    """Each text of django.po stands in django.mo."""
    folder = Path(settings.ROOT) / "hatang/accounts/locale/vi/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    source = (folder / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.M)
    assert len(pairs) > 150
    for original, translated in pairs:
        plain = original.replace('\\"', '"')
        if f'msgctxt "field label"\nmsgid "{original}"' not in source:
            assert compiled.gettext(plain) == translated.replace('\\"', '"')
