"""Every address of the project has a row in the access table, and answers each person as the table says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from hatang.accounts.models import Person
from hatang.network.kinds import TABLE
from tests.access_table import ACCESS, WHO, Row
from tests.conftest import World, make_everybody, make_world
from tests.exchange.made import partner_of

ASKS_EACH_KIND = {
    f"network:{name}" for name in ("register", "sharing", "joint_work", "thing", "add_thing", "edit_thing")
}


@dataclass
class Standing:
    """The small world, everybody in it, and the key of each person's session."""

    world: World
    people: dict[str, Person]
    sessions: dict[str, str]

    def browser(self, who: str) -> Client:
        """Give a browser in which that person is signed in, or a visitor's."""
        client = Client()
        if who != "visitor":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


def sign_in(person: Person) -> str:
    """Sign somebody in and give the key of the session."""
    client = Client()
    client.force_login(person)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@dataclass(frozen=True)
class Answer:
    """The status of an answer, and how often the database was asked for it; the session itself stands in a cache."""

    status: int
    questions: int


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Standing]:
    """Make the small world with everybody, signed in, once for all addresses; each test undoes what it did to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        people = make_everybody(world) | {"partner": partner_of(world, "Bệnh viện")[1]}
        sessions = {who: sign_in(person) for who, person in people.items()}
        connection.check_constraints()  # once, not again in each test
        yield Standing(world, people, sessions)
        transaction.set_rollback(True)


@pytest.fixture
def made(db: None, standing: Standing) -> Standing:
    """Give it as it was made: what another test did to its rows is undone, to its objects never seen."""
    return deepcopy(standing)


def addresses(patterns: Iterable[URLPattern | URLResolver], namespace: str = "") -> Iterable[str]:
    """Walk the resolver and give each address's full name, or its pattern when it has none."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}" if pattern.name else f"(không tên) {pattern.pattern}"


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    """An address without a row is a page about which nobody asked who may see it."""
    known = set(addresses(get_resolver().url_patterns))
    missing, stale = sorted(known - set(ACCESS)), sorted(set(ACCESS) - known)
    assert not missing, "Thêm vào tests/access_table/:\n  " + "\n  ".join(missing)
    assert not stale, "Không còn địa chỉ:\n  " + "\n  ".join(stale)


def answer(entry: Row, address: str, client: Client) -> Answer:
    """Ask for the address as that person, and undo whatever it did."""
    asked = list[str]()

    def count(execute: Callable[..., Any], sql: str, *how: Any) -> Any:
        if sql.startswith("SELECT") and "django_session" not in sql:
            asked.append(sql)
        return execute(sql, *how)

    with transaction.atomic(), connection.execute_wrapper(count):
        response = getattr(client, entry.method)(address, entry.data)
        if response.streaming:
            list(response)
        transaction.set_rollback(True)
    return Answer(int(response.status_code), len(asked))


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_each_person_gets_the_answer_of_the_table_and_no_page_asks_more_than_twelve_times(
    name: str, made: Standing
) -> None:
    """Each row holds for the visitor, every role, a rival operator, and an officer of another province.

    Pages that show all kinds of things ask once more for each kind.
    """
    entry = ACCESS[name]
    address = reverse(name, kwargs=entry.needs(made.world, made.people))
    answers = {who: answer(entry, address, made.browser(who)) for who in WHO}
    assert {who: one.status for who, one in answers.items()} == entry.statuses
    most = 12 + (len(TABLE) if name in ASKS_EACH_KIND else 0)
    assert entry.method != "get" or {who: one.questions for who, one in answers.items() if one.questions > most} == {}


WILD = (
    {"xuat": "xlsx"},
    {"xuat": "csv"},
    {"xep": "--code", "trang": "-1"},
    {"q": "a " * 1500},
    {"q": "\x00%_'\"\\", "xep": "-", "trang": "9" * 30},
    {"ngay": "abc", "nam": "0", "year": "0", "indicator": "x", "tinh": "\x00", "cn": "\x00"},
    {"ngay": "0000-00-00", "nam": "9" * 30, "year": "9" * 30, "indicator": "9" * 30, "xa": "9" * 30, "dn": "x"},
)


@pytest.mark.parametrize("name", sorted(name for name, entry in ACCESS.items() if entry.method == "get"))
def test_no_question_breaks_a_page(name: str, made: Standing) -> None:
    """Whatever stands in the query string, the answer is a page or a clear refusal, for officers and visitors.

    PostgreSQL is asked by the one who sees the most.
    """
    address = reverse(name, kwargs=ACCESS[name].needs(made.world, made.people))
    askers = ("department_head", "administrator", "visitor") if connection.vendor == "sqlite" else ("department_head",)
    for who in askers:
        client = made.browser(who)
        for question in WILD:
            response = client.get(address, question)
            if response.streaming:
                list(response)
            assert response.status_code < 500, (who, question)


@pytest.mark.parametrize("name", sorted(n for n, entry in ACCESS.items() if entry.method == "get" and ":" in n))
def test_a_form_with_mistakes_answers_422(name: str, made: Standing) -> None:
    """Every form says so with one status, whoever reads it; 400 is left to addresses that mean nothing."""
    address = reverse(name, kwargs=ACCESS[name].needs(made.world, made.people))
    for who in ("department_officer", "administrator", "operator"):
        client = made.browser(who)
        with transaction.atomic():
            response = client.post(address, {"sai": "1"})
            transaction.set_rollback(True)
        page = b"".join(response) if response.streaming else response.content
        assert response.status_code != 400, who
        assert response.status_code == 422 or b'"field__error"' not in page, who
