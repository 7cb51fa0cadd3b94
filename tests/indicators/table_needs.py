"""What addresses of analysis need, for the access table."""

from __future__ import annotations

from typing import Any

from hatang.indicators.models import SavedView
from tests.access_needs import People
from tests.conftest import World


def shared_view(world: World, people: People) -> dict[str, Any]:
    """Address a view that an analyst shared."""
    view = SavedView.objects.create(
        province=world.province, owner=people["analyst"], name="A", kind="pivot", asked={"query": ""}, shared=True
    )
    return {"pk": view.pk}
