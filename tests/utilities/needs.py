"""What the log's addresses need, for the access table."""

from __future__ import annotations

from typing import Any

from hatang.accounts.models import Person
from tests.conftest import World
from tests.utilities.made import published


def an_entry(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Address the log's first entry."""
    return {"number": published(world).number}


def two_sizes(world: World, people: dict[str, Person]) -> dict[str, Any]:
    """Have a log with one entry."""
    published(world)
    return {}
