"""Which of several documents' targets governs, since when, and why; and where the pages say so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hatang.accounts.models import Person
from hatang.indicators.models import Indicator
from hatang.places.models import Place, PlaceSuccession
from hatang.plans.governing import Governing, governing_of, relations_of
from hatang.plans.models import Plan, Target, Task
from hatang.plans.services import governing_only, progress_of, report_years, standing_of_provinces
from hatang.web.services import plans_of
from tests.conftest import World

TODAY = date(2027, 1, 1)
NOBODY = AnonymousUser()


@pytest.fixture
def fibre(db: None) -> Indicator:
    traits = {"component": "telecom", "unit_code": "percent", "rollup": "none", "source": "reported"}
    return Indicator.objects.create(
        code="thon-cap-quang", number=1, name="Tỷ lệ thôn có cáp quang", short_name="Thôn có cáp quang", **traits
    )


def make_plan(world: World, number: str, signed: date | None, **more: Any) -> Plan:
    traits: dict[str, Any] = {"territory": world.province, "province": world.province, "published": True}
    return Plan.objects.create(
        code=f"ke-hoach-{number}",
        number=f"{number}/KH-UBND",
        title=f"Kế hoạch {number}",
        issuer="UBND tỉnh",
        date=signed,
        year_from=2025,
        year_to=2030,
        **(traits | more),
    )


def target(plan: Plan, of: Indicator, value: float = 90, **more: Any) -> Target:
    return Target.objects.create(plan=plan, indicator=of, year=2030, comparator="ge", value=value, **more)


def judged(*targets: Target, on: date = TODAY) -> list[Governing]:
    found = governing_of(targets, Plan.objects.filter(replaces__isnull=False, published=True), on=on)
    return [found[t.pk] for t in targets]


def test_a_target_alone_governs_since_its_documents_day(world: World, fibre: Indicator) -> None:
    [alone] = judged(target(make_plan(world, "1", date(2025, 3, 1)), fibre))
    assert (alone.governs, alone.since, alone.contested) == (True, date(2025, 3, 1), False)
    assert alone.text == "đang áp dụng từ 01/03/2025"


def test_the_later_document_of_the_territory_governs(world: World, fibre: Indicator) -> None:
    old, new = judged(
        target(make_plan(world, "1", date(2025, 3, 1)), fibre),
        target(make_plan(world, "2", date(2026, 4, 2)), fibre, 95),
    )
    assert (old.governs, old.since, old.contested) == (False, date(2026, 4, 2), True)
    assert old.text == "đã được thay bởi Kế hoạch 2/KH-UBND, từ 02/04/2026"
    assert (new.governs, new.since) == (True, date(2026, 4, 2))
    assert new.text == "đang áp dụng từ 02/04/2026, thay mục tiêu của Kế hoạch 1/KH-UBND"


def test_a_document_governs_from_its_own_day(world: World, fibre: Indicator) -> None:
    targets = [
        target(make_plan(world, "1", date(2025, 3, 1)), fibre), target(make_plan(world, "2", date(2026, 4, 2)), fibre)
    ]  # fmt: skip
    assert [g.governs for g in judged(*targets, on=date(2026, 4, 1))] == [True, False]
    assert [g.governs for g in judged(*targets, on=date(2026, 4, 2))] == [False, True]


def test_each_names_the_first_that_took_its_place(world: World, fibre: Indicator) -> None:
    first, second, third = judged(
        *(target(make_plan(world, str(n), date(2025 + n, 1, 1)), fibre) for n in range(3)), on=date(2028, 1, 1)
    )
    assert [g.governs for g in (first, second, third)] == [False, False, True]
    assert (first.by and first.by.number, second.by and second.by.number) == ("1/KH-UBND", "2/KH-UBND")


def test_an_explicit_relation_counts_before_the_day(world: World, fibre: Indicator) -> None:
    old = make_plan(world, "1", date(2026, 5, 1))
    new = make_plan(world, "2", date(2026, 4, 1), replaces=old)
    assert [g.governs for g in judged(target(old, fibre), target(new, fibre))] == [False, True]


def test_an_amendment_takes_only_the_targets_that_it_sets_anew(world: World, fibre: Indicator) -> None:
    other = Indicator.objects.create(
        code="khac", number=2, name="Khác", short_name="Khác",
        component="telecom", unit_code="percent", rollup="none", source="reported",
    )  # fmt: skip
    plan = make_plan(world, "1", date(2025, 3, 1))
    amendment = make_plan(world, "2", date(2026, 3, 1), amends=plan, kind=Plan.Kind.AMENDMENT)
    changed, left, new = judged(target(plan, fibre), target(plan, other), target(amendment, fibre, 95))
    assert [g.governs for g in (changed, left, new)] == [False, True, True]
    assert changed.text == "đã được sửa bởi văn bản sửa đổi 2/KH-UBND, từ 01/03/2026"


def test_a_replaced_plan_loses_every_target(world: World, fibre: Indicator) -> None:
    plan = make_plan(world, "1", date(2025, 3, 1))
    make_plan(world, "2", date(2026, 3, 1), replaces=plan)
    [old] = judged(target(plan, fibre))
    assert (old.governs, old.since) == (False, date(2026, 3, 1))
    target(plan, fibre)
    assert governing_only(progress_of(world.province, today=TODAY, person=NOBODY)) == []
    assert governing_only(progress_of(plan, today=TODAY, person=NOBODY)) == []


def test_undated_documents_are_ordered_by_their_period_and_it_is_said(world: World, fibre: Indicator) -> None:
    old, new = judged(
        target(make_plan(world, "1", date(2023, 3, 1)), fibre), target(make_plan(world, "2", None), fibre, 95)
    )
    assert [old.governs, new.governs] == [False, True]
    assert (old.since, new.since) == (None, None)
    assert "không ghi ngày" in old.text
    assert "không ghi ngày" in new.text


def test_what_cannot_be_ordered_governs_together_and_it_is_said(world: World, fibre: Indicator) -> None:
    both = judged(target(make_plan(world, "1", None), fibre), target(make_plan(world, "2", None), fibre, 95))
    assert [g.governs for g in both] == [True, True]
    assert all(g.text.endswith("KH-UBND không") and g.unordered for g in both)


def test_what_two_documents_set_alike_counts_once(world: World, fibre: Indicator) -> None:
    signed = date(2025, 3, 1)
    targets = [target(make_plan(world, number, signed), fibre) for number in ("1", "2", "3")]
    assert [g.governs for g in judged(*targets)] == [True, False, False]
    assert len(governing_only(progress_of(world.province, today=TODAY, person=NOBODY))) == 1
    [standing] = standing_of_provinces(person=NOBODY, today=TODAY)
    assert len(standing.targets) == 1


def test_an_unchanged_target_of_an_amendment_holds_since_the_first_day(world: World, fibre: Indicator) -> None:
    plan = make_plan(world, "1", date(2025, 3, 1))
    amendment = make_plan(world, "2", date(2026, 3, 1), amends=plan, kind=Plan.Kind.AMENDMENT)
    old, new = judged(target(plan, fibre), target(amendment, fibre))
    assert [old.governs, new.governs] == [False, True]
    assert new.text == "nhắc lại mục tiêu của Kế hoạch 1/KH-UBND, không đổi; áp dụng từ 01/03/2025"
    assert old.text == "được văn bản sửa đổi 2/KH-UBND nhắc lại, không đổi, từ 01/03/2026"
    assert new.around == ("nhắc lại mục tiêu của ", "Kế hoạch 1/KH-UBND", ", không đổi; áp dụng từ 01/03/2025")


def task(plan: Plan, title: str, **more: Any) -> Task:
    return Task.objects.create(plan=plan, title=title, due_on=date(2026, 1, 1), **more)


def test_a_task_that_a_later_document_took_over_is_not_live(
    world: World, client: Client, people: dict[str, Person]
) -> None:
    plan = make_plan(world, "1", date(2025, 3, 1))
    amendment = make_plan(world, "2", date(2026, 3, 1), amends=plan, kind=Plan.Kind.AMENDMENT)
    old, left = task(plan, "Dựng trạm ở thôn lõm"), task(plan, "Lập danh mục tuyến cống bể")
    new = task(amendment, "Dựng trạm ở mọi thôn lõm", continues=old)
    assert set(Task.objects.superseded(TODAY)) == {old}
    assert set(Task.objects.superseded(date(2026, 1, 1))) == set()
    page = client.get(f"/ke-hoach/nhiem-vu/{old.pk}/").content.decode()
    assert f'đã được sửa bởi <a href="/ke-hoach/{amendment.code}/">văn bản sửa đổi 2/KH-UBND</a> từ 01/03/2026' in page
    assert f'/ke-hoach/nhiem-vu/{new.pk}/">{new.title}' in page
    assert "quá hạn" not in page
    client.force_login(people["department_officer"])
    assert 'name="progress_text"' not in client.get(f"/ke-hoach/nhiem-vu/{old.pk}/").content.decode()
    assert 'name="progress_text"' in client.get(f"/ke-hoach/nhiem-vu/{left.pk}/").content.decode()
    assert f'/ke-hoach/nhiem-vu/{old.pk}/">{old.title}' in client.get(f"/ke-hoach/nhiem-vu/{new.pk}/").content.decode()
    shown = client.get(f"/ke-hoach/{plan.code}/").content.decode()
    assert "0 trong 1 nhiệm vụ đã hoàn thành, 1 quá hạn. 1 nhiệm vụ đã được văn bản sau thay hoặc sửa" in shown
    assert {p.code: p.late_tasks for p in plans_of(world.province, NOBODY, TODAY)} == {plan.code: 1, amendment.code: 1}  # type: ignore[attr-defined]
    make_plan(world, "3", date(2026, 6, 1), replaces=plan)
    assert set(Task.objects.superseded(TODAY)) == {old, left}


def test_an_amendment_is_reported_on_from_its_own_year(world: World) -> None:
    plan = make_plan(world, "1", date(2025, 3, 1))
    amendment = make_plan(world, "2", date(2026, 9, 1), amends=plan)
    assert report_years(plan, today=date(2026, 11, 1)) == [2025, 2026]
    assert report_years(amendment, today=date(2026, 11, 1)) == [2026]


def test_what_cannot_be_ordered_asks_only_officers(
    world: World, fibre: Indicator, client: Client, people: dict[str, Person]
) -> None:
    first, second = make_plan(world, "1", None), make_plan(world, "2", None)
    target(first, fibre)
    target(second, fibre, 95)
    asked = "ghi ngày ban hành hoặc quan hệ"
    assert asked not in client.get(f"/ke-hoach/{first.code}/").content.decode()
    assert asked not in client.get(f"/tinh/20/chi-tieu/{fibre.code}/").content.decode()
    client.force_login(people["department_officer"])
    assert asked in client.get(f"/ke-hoach/{first.code}/").content.decode()


def test_drafts_take_no_part(world: World, fibre: Indicator) -> None:
    old = target(make_plan(world, "1", date(2025, 3, 1)), fibre)
    draft = target(make_plan(world, "2", date(2026, 3, 1), published=False), fibre)
    assert [g.governs for g in judged(old, draft)] == [True, True]
    assert not judged(old, draft)[0].contested


def test_other_scopes_of_one_document_stay(world: World, fibre: Indicator) -> None:
    plan, later = make_plan(world, "1", date(2025, 3, 1)), make_plan(world, "2", date(2026, 3, 1))
    towns, villages = target(plan, fibre, scope="phường"), target(plan, fibre, scope="xã")
    found = judged(towns, villages, target(later, fibre, scope="Xã"))
    assert [g.governs for g in found] == [True, False, True]


@pytest.fixture
def former(world: World) -> Place:
    place = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=date(2025, 6, 30))
    PlaceSuccession.objects.create(predecessor=place, successor=world.other_province, on=date(2025, 7, 1))
    return place


def test_a_former_provinces_targets_do_not_compete_with_todays(world: World, fibre: Indicator, former: Place) -> None:
    here = {"province": world.other_province}
    old = target(make_plan(world, "1", date(2024, 3, 1), territory=former, **here), fibre)
    new_plan = make_plan(world, "2", date(2026, 3, 1), territory=world.other_province, **here)
    assert [g.governs for g in judged(old, target(new_plan, fibre))] == [True, True]
    new_plan.replaces = old.plan
    new_plan.save()
    assert [g.governs for g in judged(old, target(new_plan, fibre))] == [False, True]


def test_tallies_count_only_what_governs(world: World, fibre: Indicator) -> None:
    old, new = make_plan(world, "1", date(2025, 3, 1)), make_plan(world, "2", date(2026, 3, 1))
    target(old, fibre)
    target(new, fibre, value=95)
    assert [p.target.plan for p in governing_only(progress_of(world.province, today=TODAY, person=NOBODY))] == [new]
    [standing] = standing_of_provinces(person=NOBODY, today=TODAY)
    assert [s.target.plan for s in standing.targets] == [new]
    [own] = progress_of(old, today=TODAY, person=NOBODY)
    assert (own.governs, own.governing and own.governing.by) == (False, new)


def test_governing_costs_no_query_more(
    world: World, fibre: Indicator, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    plans = [make_plan(world, str(n), date(2025, 3, n)) for n in range(1, 9)]
    for plan in plans:
        target(plan, fibre)
    with django_assert_max_num_queries(5):
        assert len(governing_only(progress_of(world.province, today=TODAY, person=NOBODY))) == 1
    with django_assert_max_num_queries(5):
        assert [p.governs for p in progress_of(plans[0], today=TODAY, person=NOBODY)] == [False]


def test_the_whole_documents_relations_are_said(world: World) -> None:
    first = make_plan(world, "1", date(2025, 3, 1))
    amendment = make_plan(world, "2", date(2026, 3, 1), amends=first)
    later = make_plan(world, "3", date(2026, 9, 1), replaces=first)
    assert [str(told) for told in relations_of(first, [later, amendment], on=TODAY)] == [
        "được sửa đổi, bổ sung bởi Kế hoạch 2/KH-UBND từ 01/03/2026",
        "đã được thay bởi Kế hoạch 3/KH-UBND từ 01/09/2026",
    ]
    assert relations_of(first, [later, amendment], on=date(2025, 4, 1)) == []
    assert [*map(str, relations_of(later, [], on=TODAY))] == ["thay thế Kế hoạch 1/KH-UBND"]
    assert [*map(str, relations_of(amendment, [], on=TODAY))] == ["sửa đổi, bổ sung Kế hoạch 1/KH-UBND"]


def test_the_pages_say_which_governs(world: World, fibre: Indicator, client: Client) -> None:
    old = make_plan(world, "1", date(2025, 3, 1))
    new = make_plan(world, "2", date(2026, 3, 1), amends=old, kind=Plan.Kind.AMENDMENT)
    target(old, fibre, value=61)
    target(new, fibre, value=62)
    page = client.get(f"/tinh/20/chi-tieu/{fibre.code}/").content.decode()
    link = f'<a href="/ke-hoach/{old.code}/">Kế hoạch 1/KH-UBND</a>'
    assert f"đang áp dụng từ 01/03/2026, sửa mục tiêu của {link}" in page
    later = f'<a href="/ke-hoach/{new.code}/">văn bản sửa đổi 2/KH-UBND</a>'
    assert f"đã được sửa bởi {later}, từ 01/03/2026" in page
    assert page.index("62%") < page.index("61%")
    assert page.count("state__shape") == 1
    assert "Mục tiêu năm 2030 (ít nhất 62%) đang áp dụng từ 01/03/2026" in page
    shown = client.get(f"/ke-hoach/{old.code}/").content.decode()
    assert f"Được sửa đổi, bổ sung bởi {later} từ 01/03/2026." in shown
    assert "đã được sửa bởi" in shown
    assert "state__shape" not in shown
    assert "Mọi mục tiêu của kế hoạch này đã được văn bản sau thay hoặc sửa." in shown
    assert "Sửa đổi, bổ sung" in client.get(f"/ke-hoach/{new.code}/").content.decode()
    province = client.get("/tinh/20/").content.decode()
    assert "62%" in province
    assert "61%" not in province
