"""The filled world, and a browser's client for each person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hatang.accounts.models import Person
from tests.conftest import World
from tests.web.filled import Filled, fill

MOST_QUERIES = 12


@pytest.fixture
def filled(world: World) -> Filled:
    """Fill the small world."""
    return fill(world)


@pytest.fixture
def as_(people: dict[str, Person]) -> Callable[[str], Client]:
    """Sign in as one of the people."""

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(people[who])
        return client

    return sign_in
