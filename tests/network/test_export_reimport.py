"""What is exported can be uploaded again, and nothing of it changes."""

from __future__ import annotations

from typing import Any

import pytest

from hatang.accounts.models import Person
from hatang.network.services.exports import TABLES
from tests.conftest import World
from tests.network.files import changes, uploaded, words
from tests.network.test_exports import kept, register

__all__ = ["kept", "register"]
GOOD = ("added", "changed", "wrong")


def verdict(upload: Any) -> dict[str, dict[str, int]]:
    """Give what would be added, changed or refused, by model; nothing is right."""
    counts = {count["model"]: {name: count.get(name, 0) for name in GOOD} for count in upload.summary.get("counts", [])}
    return {model: count for model, count in counts.items() if any(count.values())}


@pytest.mark.parametrize("who", ["department_officer", "operator"])
@pytest.mark.parametrize("slug", TABLES)
def test_a_csv_of_each_kind_comes_back_unchanged(
    kept: Any, world: World, people: dict[str, Person], who: str, slug: str
) -> None:
    whose = {"dn": world.operator.pk} if who == "operator" else {}
    path = kept(who, slug, "csv", tt="moi", **whose)
    upload = uploaded(people[who], world.province, path.read_bytes(), path.name)
    assert (verdict(upload), changes(upload)) == ({}, []), (upload.state, upload.summary, words(upload))
    assert upload.state == "ready" or not upload.summary["rows"], (upload.state, upload.summary, words(upload))


def test_a_workbook_of_all_comes_back_unchanged(kept: Any, world: World, people: dict[str, Person]) -> None:
    path = kept("department_officer", "tat-ca", "xlsx", tt="moi")
    upload = uploaded(people["department_officer"], world.province, path.read_bytes(), path.name)
    assert (verdict(upload), changes(upload)) == ({}, []), (upload.state, upload.summary, words(upload))
    assert upload.state == "ready" or not upload.summary["rows"], (upload.state, upload.summary, words(upload))
