"""Every address of the project has a row in the access table, and answers each person as the table says."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hatang.accounts.models import Person
from tests.access_table import ACCESS, WHO
from tests.conftest import World


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
    assert not missing, "Thêm vào tests/access_table.py:\n  " + "\n  ".join(missing)
    assert not stale, "Không còn địa chỉ:\n  " + "\n  ".join(stale)


def answer(name: str, who: str, world: World, people: dict[str, Person]) -> int:
    """Ask for the address as that person, and undo whatever it did."""
    entry = ACCESS[name]
    client = Client()
    with transaction.atomic():
        address = reverse(name, kwargs=entry.needs(world, people))
        if who != "visitor":
            client.force_login(people[who], backend="hatang.accounts.backends.RoleBackend")
        response = getattr(client, entry.method)(address, entry.data)
        if response.streaming:
            list(response)
        transaction.set_rollback(True)
    return int(response.status_code)


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_each_person_gets_the_answer_of_the_table(name: str, world: World, people: dict[str, Person]) -> None:
    """Each row holds for the visitor, every role, a rival operator, and an officer of another province."""
    answers = {who: answer(name, who, world, people) for who in WHO}
    assert answers == ACCESS[name].statuses
