"""What addresses of the indicators' pages need in the access table."""

from __future__ import annotations

from typing import Any

from hatang.accounts.models import Person
from hatang.work.services import store_file
from tests.access_needs import indicator_here
from tests.conftest import World
from tests.indicators.conftest import make_indicator

People = dict[str, Person]
OLD_INDICATOR = "ho-co-cap-quang"


def indicator_of_commune(world: World, people: People) -> dict[str, Any]:
    """Address an indicator at a commune of the province."""
    return {**indicator_here(world, people), "pk": world.commune.pk}


def old_file(world: World, people: People) -> dict[str, Any]:
    """Address a file of old figures that an officer of the province brought."""
    make_indicator(OLD_INDICATOR)
    content = "Mã;Tên;Năm;Tử số;Mẫu số\n;Xã Không Có;2020;1;2\n".encode()
    more = {"province": world.province, "organisation": None}
    return {
        "code": world.province.code,
        "pk": store_file(actor=people["department_officer"], name="cu.csv", content=content, **more).pk,  # type: ignore[arg-type]
    }
