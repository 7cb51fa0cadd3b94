"""Index sets: only what is known is shipped, a province fills its own copy, scores itself, and is held to the most."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.indicators.models import Assessment, Criterion, IndexSet, Indicator, Mark, Value
from hatang.indicators.scoring import points_by_rule
from hatang.indicators.services import Entry, record_values
from hatang.indicators.services.index_sets import (
    copy_set,
    import_index_sets,
    keep_criterion,
    keep_mark,
    marked,
    standing_of,
    start_assessment,
)
from tests.conftest import World

pytestmark = pytest.mark.django_db
YEAR = 2025


@pytest.fixture
def shipped(world: World) -> IndexSet:
    """Read the shipped set of QĐ 885."""
    import_index_sets()
    return IndexSet.objects.get(code="dii-885")


@pytest.fixture
def own(shipped: IndexSet, world: World, people: dict[str, Person]) -> IndexSet:
    """Copy it for the province."""
    return copy_set(actor=people["department_officer"], index_set=shipped, province=world.province)


def criterion_of(own: IndexSet, code: str) -> Criterion:
    """Give a criterion by its code."""
    return Criterion.objects.select_related("group__index_set__province").get(group__index_set=own, code=code)


def test_the_shipped_set_has_24_criteria_in_6_groups_of_300_points_and_invents_none(shipped: IndexSet) -> None:
    criteria = Criterion.objects.filter(group__index_set=shipped)
    assert criteria.count() == 24
    assert shipped.groups.count() == 6
    assert shipped.groups.aggregate(sum=Sum("points"))["sum"] == shipped.points == 300
    unknown = criteria.filter(name="")
    assert unknown.count() == 20
    assert all("Sở điền theo văn bản" in c.note for c in unknown)
    assert not criteria.exclude(rule={}).exists()


def test_reading_again_writes_nothing_over(shipped: IndexSet) -> None:
    shipped.groups.update(name="Sửa tay")
    assert import_index_sets() == 0
    assert set(shipped.groups.values_list("name", flat=True)) == {"Sửa tay"}


def test_the_countrys_set_is_not_written_in_but_copied(
    shipped: IndexSet, own: IndexSet, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    with pytest.raises(PermissionDenied):
        keep_criterion(actor=officer, criterion=criterion_of(shipped, "2.1"))
    criterion = criterion_of(own, "2.1")
    criterion.name, criterion.points = "Thôn có băng rộng di động", 10
    keep_criterion(actor=officer, criterion=criterion)
    assert criterion_of(shipped, "2.1").name == ""
    again = copy_set(actor=officer, index_set=own, province=own.province)  # type: ignore[arg-type]
    assert (again.version, criterion_of(again, "2.1").name) == (2, "Thôn có băng rộng di động")


def test_criteria_stay_within_the_points_of_their_group(own: IndexSet, people: dict[str, Person]) -> None:
    criterion = criterion_of(own, "2.1")
    criterion.points = 61
    with pytest.raises(ValidationError, match="60 điểm của nhóm"):
        keep_criterion(actor=people["department_officer"], criterion=criterion)


@given(
    figure=st.floats(-10, 200),
    least=st.floats(0, 50),
    width=st.floats(1, 50),
    most=st.floats(1, 40),
    better=st.floats(0, 50),
)
def test_points_by_share_lie_between_none_and_the_most_and_grow_with_the_figure(
    figure: float, least: float, width: float, most: float, better: float
) -> None:
    rule = {"kind": "proportion", "least": least, "most": least + width}
    points = points_by_rule(rule, most, figure)
    more = points_by_rule(rule, most, figure + better)
    assert points is not None and more is not None
    assert 0 <= points <= more <= most


def test_a_figure_proposes_points_and_the_officer_decides(
    own: IndexSet, smartphones: Indicator, world: World, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    criterion = criterion_of(own, "2.1")
    criterion.name, criterion.points, criterion.indicator = "Điện thoại thông minh", 10, smartphones
    criterion.rule = {"kind": "steps", "steps": [[50, 4], [80, 10]]}
    keep_criterion(actor=officer, criterion=criterion)
    record_values(actor=None, rows=[Entry(smartphones, world.province, YEAR, numerator=79, denominator=100)])
    assessment = start_assessment(actor=officer, index_set=own, province=world.province, year=YEAR)
    keep_mark(actor=officer, mark=Mark(assessment=assessment, criterion=criterion, own_points=5))
    line = next(x for x in standing_of(assessment, officer).lines if x.criterion == criterion)
    assert (line.by_rule, line.mark.own_points if line.mark else None) == (4, 5)
    assert line.lacks_evidence
    assert Value.objects.get(place=world.province).pk == (line.figure.pk if line.figure else None)


def test_marks_stay_below_the_most_and_a_finished_assessment_takes_only_the_ministrys(
    own: IndexSet, world: World, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    assessment = start_assessment(actor=officer, index_set=own, province=world.province, year=YEAR)
    criterion = criterion_of(own, "1.1")
    with pytest.raises(ValidationError, match="nhiều nhất 35 điểm"):
        keep_mark(actor=officer, mark=Mark(assessment=assessment, criterion=criterion, own_points=36))
    mark = Mark(assessment=assessment, criterion=criterion, own_points=30)
    keep_mark(actor=officer, mark=mark)
    marked(actor=officer, assessment=assessment, finished=True)
    mark.ministry_points = 20
    keep_mark(actor=officer, mark=mark)
    mark.own_points = 35
    with pytest.raises(ValidationError, match="đã chấm xong"):
        keep_mark(actor=officer, mark=mark)
    criterion.points = 34
    with pytest.raises(ValidationError, match="lập bản mới"):
        keep_criterion(actor=officer, criterion=criterion)


def test_the_ministrys_marks_and_last_years_stand_beside(
    own: IndexSet, world: World, people: dict[str, Person]
) -> None:
    officer, head = people["department_officer"], people["department_head"]
    for year, points in ((YEAR - 1, 20), (YEAR, 30)):
        assessment = start_assessment(actor=officer, index_set=own, province=world.province, year=year)
        mark = Mark(assessment=assessment, criterion=criterion_of(own, "1.1"), own_points=points, ministry_points=25)
        keep_mark(actor=officer, mark=mark)
    standing = standing_of(assessment, head)
    assert (standing.own, standing.ministry, standing.last_year) == (30, 25, 20)
    assert standing.finding == (
        "Tự chấm 30 điểm trên 300; còn 23 trong 24 tiêu chí chưa chấm; bộ chấm 25; năm trước tự chấm 20."
    )


def test_an_officer_fills_a_criterion_and_marks_it_on_the_pages(
    own: IndexSet, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    keys: dict[str, Any] = {"code": world.province.code, "pk": own.pk}
    criterion = criterion_of(own, "2.1")
    page = f"{reverse('indicators:index_set', kwargs=keys)}?tieu-chi={criterion.pk}"
    typed = {"name": "Phủ sóng", "points": "12,5", "kind": "steps", "steps": "50; 5\n40; 10"}
    answer = client.post(page, typed)
    assert answer.status_code == 422
    assert "Các bậc phải tăng dần" in answer.text
    answer = client.post(page, typed | {"steps": "50; 5\n80 10"})
    assert "cách nhau bằng dấu chấm phẩy" in answer.text
    assert client.post(page, typed | {"steps": "50; 5\n80; 12,5"}).status_code == 302
    assert criterion_of(own, "2.1").rule == {"kind": "steps", "steps": [[50, 5], [80, 12.5]]}
    page = f"{reverse('indicators:assessment', kwargs=keys | {'year': YEAR})}?tieu-chi={criterion.pk}"
    assert client.get(page).status_code == 200
    assert not Assessment.objects.exists()
    file = SimpleUploadedFile("minh-chung.txt", b"so lieu")
    assert client.post(page, {"own_points": "12", "explanation": "Có báo cáo", "file": file}).status_code == 302
    mark = Mark.objects.get()
    assert (mark.own_points, str(mark.evidence)) == (12, "minh-chung.txt")
    assert "minh-chung.txt" in client.get(page).text
    assert client.post(page, {"own_points": "13"}).status_code == 422
