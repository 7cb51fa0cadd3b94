"""What addresses of returns, index sets and programmes need, for the access table."""

from __future__ import annotations

from typing import Any

from hatang.indicators.models import Assessment, Criterion, IndexGroup, IndexSet, Mark, Programme
from tests.access_needs import People
from tests.conftest import World


def an_index_set(world: World, people: People) -> dict[str, Any]:
    """Address the province's own set of one criterion."""
    index_set = IndexSet.objects.create(code="bo-thu", name="Bộ thử", points=10, province=world.province)
    group = IndexGroup.objects.create(index_set=index_set, order=1, name="Nhóm", points=10)
    Criterion.objects.create(group=group, order=1, code="1.1", name="Có kế hoạch", points=10, rule={"kind": "yes_no"})
    return {"code": world.province.code, "pk": index_set.pk}


def an_assessment(world: World, people: People) -> dict[str, Any]:
    """Address the assessment of a year by that set."""
    keys = an_index_set(world, people)
    Assessment.objects.create(index_set_id=keys["pk"], province=world.province, year=2025)
    return keys | {"year": 2025}


def a_mark_with_evidence(world: World, people: People) -> dict[str, Any]:
    """Address the file behind a mark."""
    from hatang.work.services import store_file

    keys = an_assessment(world, people)
    file = store_file(actor=None, name="a.txt", content=b"a", province=world.province, organisation=None)
    criterion = Criterion.objects.get(group__index_set_id=keys["pk"])
    mark = Mark.objects.create(assessment=Assessment.objects.get(), criterion=criterion, own_points=10, evidence=file)
    return {"code": keys["code"], "mark": mark.pk}


def a_programme(world: World, people: People) -> dict[str, Any]:
    """Address a programme for smartphones."""
    programme = Programme.objects.create(
        province=world.province, name="Điện thoại cho hộ nghèo", groups=["hộ nghèo"], year_from=2025, year_to=2026
    )
    return {"code": world.province.code, "pk": programme.pk}
