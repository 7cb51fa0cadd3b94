"""What addresses of forms of returns need in the access table: each makes the rows and gives the arguments."""

from __future__ import annotations

from typing import Any

from hatang.accounts.models import Person
from hatang.indicators.definitions import import_indicators
from hatang.indicators.models import FormVersion
from hatang.indicators.services.return_forms import open_draft
from tests.conftest import World
from tests.indicators.cycle import a_check, an_item, make_form

People = dict[str, Person]


def published_form(world: World, people: People) -> dict[str, Any]:
    """Address a form with a published version."""
    return {"pk": published(world).form_id}


def published_version(world: World, people: People) -> dict[str, Any]:
    """Address the published version of a form."""
    return {"pk": published(world).pk}


def published(world: World) -> FormVersion:
    """Make a form with two items and a check."""
    return make_form(world.province, [an_item("so-ho"), an_item("so-may")], [a_check("at_most", "so-may", "so-ho")])


def draft(world: World) -> FormVersion:
    """Open the next version of that form."""
    return open_draft(actor=None, form=published(world).form)


def form_draft(world: World, people: People) -> dict[str, Any]:
    """Address the draft of a form's next version."""
    return {"pk": draft(world).pk}


def drafts_item(world: World, people: People) -> dict[str, Any]:
    """Address the first item of a draft."""
    return {"pk": draft(world).items.get(code="so-ho").pk}


def drafts_check(world: World, people: People) -> dict[str, Any]:
    """Address the check of a draft."""
    return {"pk": draft(world).checks.get().pk}


def province_with_indicators(world: World, people: People) -> dict[str, Any]:
    """Address the province, where the shipped forms can be taken over."""
    import_indicators()
    return {"code": world.province.code}
