"""What happens to figures: computed, rolled up, recorded, approved, published, and never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.indicators import services
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import Entry
from hatang.network.models import DeclaredCoverage, Mast
from hatang.places.models import Place, PlaceSuccession
from tests.conftest import World, make_person
from tests.indicators.conftest import make_indicator
from tests.indicators.publishing import publish

TODAY = date(2026, 3, 1)


def compute(world: World, year: int = 2025, **more: Any) -> services.Counts:
    """Compute Lạng Sơn's figures as the system."""
    return services.compute_values(actor=None, province=world.province, year=year, today=TODAY, **more)


def now(indicator: Indicator, place: Place, year: int = 2025, formula: str = "") -> Value:
    """Give the figure that stands."""
    formula = formula or indicator.formula
    return Value.objects.known().get(indicator=indicator, formula=formula, place=place, year=year)


def test_a_figure_is_counted_for_the_commune_and_the_province(
    world: World, broadband: Indicator, cover: Callable[..., Any]
) -> None:
    cover(world.village)
    counts = compute(world)
    commune, province = now(broadband, world.commune), now(broadband, world.province)
    assert counts == services.Counts(added=2)
    assert (commune.numerator, commune.denominator, commune.value) == (1, 2, 50)
    assert (province.value, province.how, province.on) == (50, "counted", date(2025, 12, 31))
    assert province.missing_children == 1, "phường Kỳ Lừa chưa có thôn nào: thiếu, không phải 0"
    assert not Value.objects.filter(place=world.neighbour).exists()


def test_the_running_year_is_counted_today_and_the_coming_one_refused(world: World, broadband: Indicator) -> None:
    compute(world, 2026)
    assert now(broadband, world.province, 2026).on == TODAY
    with pytest.raises(ValidationError, match="Năm 2027 không hợp lệ"):
        compute(world, 2027)


def test_unchanged_figures_are_left_and_changed_ones_superseded(
    world: World, broadband: Indicator, cover: Callable[..., Any]
) -> None:
    compute(world)
    before = now(broadband, world.province)
    assert compute(world) == services.Counts(unchanged=2)
    cover(world.village)
    assert compute(world) == services.Counts(changed=2)
    after = now(broadband, world.province)
    before.refresh_from_db()
    assert (before.value, before.known_to) == (0, after.known_from)
    held_then = Value.objects.known(before.known_from).get(place=world.province)
    assert held_then == before
    assert Value.objects.known(after.known_from).get(place=world.province) == after


def test_a_figure_that_can_no_longer_be_counted_is_emptied(world: World, broadband: Indicator) -> None:
    compute(world)
    Place.objects.villages().delete()
    assert compute(world) == services.Counts(changed=2)
    assert now(broadband, world.province).value is None
    assert compute(world) == services.Counts()


def test_figures_before_today_s_communes_are_restated_and_say_so(world: World, broadband: Indicator) -> None:
    """Xã có từ 1/7/2025: số liệu năm 2024 của xã là tính lại; tỉnh Lạng Sơn không đổi nên không phải."""
    compute(world, 2024)
    assert now(broadband, world.commune, 2024).restated
    assert not now(broadband, world.province, 2024).restated
    compute(world, 2025)
    assert not now(broadband, world.commune, 2025).restated


def test_former_provinces_keep_their_own_figures(
    world: World, broadband: Indicator, villages: Callable[..., list[Place]], cover: Callable[..., Any]
) -> None:
    """Mục tiêu của Hà Giang cũ vẫn đo được trên lãnh thổ Hà Giang cũ."""
    former = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=date(2025, 6, 30))
    PlaceSuccession.objects.create(predecessor=former, successor=world.other_province, on=date(2025, 7, 1))
    Place.objects.filter(pk=world.other_commune.pk).update(former_province=former)
    own = Place.objects.create(
        kind="commune",
        title="Xã",
        name="Sơn Dương",
        code="9",
        province=world.other_province,
        parent=world.other_province,
    )
    cover(villages(world.other_commune, 2)[0])
    villages(own, 2)
    services.compute_values(actor=None, province=world.other_province, year=2025, today=TODAY)
    assert now(broadband, world.other_province).value == 25
    assert (now(broadband, former).value, now(broadband, former).restated) == (50, True)
    head = make_person("tq", Role.DEPARTMENT_HEAD, province=world.other_province)
    assert now(broadband, former) in Value.objects.visible_to(head)
    services.approve_values(actor=head, values=Value.objects.filter(place=former))
    assert now(broadband, former).state == "approved"


def test_rows_outside_every_commune_count_only_where_the_parent_is_recomputed(world: World) -> None:
    recomputed = make_indicator("a", "zones_sites_5g", rollup=Indicator.Rollup.RECOMPUTED)
    Place.objects.create(kind="zone", type="tourist_zone", title="Khu", name="Mẫu Sơn", province=world.province)
    compute(world)
    assert now(recomputed, world.province).denominator == 1
    Indicator.objects.update(rollup=Indicator.Rollup.RATIO_OF_SUMS)
    compute(world)
    assert now(recomputed, world.province).value is None


def test_all_readings_are_computed_and_the_head_chooses(
    world: World, people: dict[str, Person], sharing: Indicator, mast: Callable[..., Mast]
) -> None:
    mast((world.operator, "4G"), (world.rival, "4G"))
    mast((world.operator, "4G"))
    compute(world, publish=True)
    assert now(sharing, world.province).value == 50
    assert now(sharing, world.province, formula="bts_sharing_tenancies").value == pytest.approx(66.67, abs=0.01)
    with pytest.raises(PermissionDenied):
        services.choose_formula(
            actor=people["department_officer"],
            indicator=sharing,
            province=world.province,
            formula="bts_sharing_tenancies",
        )
    with pytest.raises(ValidationError, match="không có công thức này"):
        services.choose_formula(
            actor=people["department_head"], indicator=sharing, province=world.province, formula="villages_fibre"
        )
    services.choose_formula(
        actor=people["department_head"], indicator=sharing, province=world.province, formula="bts_sharing_tenancies"
    )
    (shown,) = services.series(person=people["analyst"], indicator=sharing, place=world.province)
    assert shown.formula == "bts_sharing_tenancies"


def test_computing_takes_no_more_queries_when_registers_grow(
    world: World,
    broadband: Indicator,
    sharing: Indicator,
    villages: Callable[..., list[Place]],
    mast: Callable[..., Mast],
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(2):
        for village in villages(world.commune, 20 * (1 + number)):
            DeclaredCoverage.objects.create(
                place=village, operator=world.operator, technology="4G", since_on=date(2020, 1, 1)
            )
            mast((world.operator, "4G"))
        with django_assert_max_num_queries(18):
            compute(world)


# --- roll up


def record(world: World, *rows: Entry, actor: Person | None = None, **more: Any) -> services.Counts:
    """Record figures as the system unless somebody is named."""
    return services.record_values(actor=actor, rows=rows, today=TODAY, source="Báo cáo thử", **more)


def test_the_province_is_the_ratio_of_sums_not_the_mean_of_ratios(world: World, smartphones: Indicator) -> None:
    """Xã 10/100 và phường 900/900: 91 %, không phải trung bình 55 %."""
    record(world, Entry(smartphones, world.commune, 2025, 10, 100), Entry(smartphones, world.neighbour, 2025, 900, 900))
    rolled = services.roll_up(province=world.province, year=2025, today=TODAY)["dien-thoai-thong-minh"]
    assert (rolled.value, rolled.children, rolled.missing_children) == (91, 2, 0)
    assert rolled.how == "reported"


def test_a_missing_commune_is_counted_as_missing(world: World, smartphones: Indicator) -> None:
    record(world, Entry(smartphones, world.commune, 2025, 10, 100, simulated=True))
    rolled = services.roll_up(province=world.province, year=2025, today=TODAY)["dien-thoai-thong-minh"]
    assert (rolled.value, rolled.missing_children, rolled.simulated) == (10, 1, True)
    empty = services.roll_up(province=world.province, year=2024, today=TODAY)["dien-thoai-thong-minh"]
    assert (empty.value, empty.missing_children) == (None, 2)


def test_sums_are_summed_and_other_kinds_are_not_rolled_up(world: World) -> None:
    things = make_indicator("so-thiet-bi", unit_code="count", rollup=Indicator.Rollup.SUM)
    make_indicator("toc-do", unit_code="mbps", rollup=Indicator.Rollup.RECOMPUTED, number=2)
    make_indicator("san-sang-6g", unit_code="yes_no", rollup=Indicator.Rollup.NONE, number=3)
    record(world, Entry(things, world.commune, 2025, value=3), Entry(things, world.neighbour, 2025, value=4))
    rolled = services.roll_up(province=world.province, year=2025, today=TODAY)
    assert rolled["so-thiet-bi"].value == 7
    assert set(rolled) == {"so-thiet-bi"}


def test_roll_up_takes_the_same_queries_for_any_number_of_indicators(
    world: World, django_assert_num_queries: Any
) -> None:
    for n in range(20):
        record(world, Entry(make_indicator(f"i{n}"), world.commune, 2025, n, 100))
    with django_assert_num_queries(4):
        assert len(services.roll_up(province=world.province, year=2025, today=TODAY)) == 20


@settings(max_examples=30, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 900), st.integers(900, 1000)), min_size=1, max_size=2))
def test_roll_up_equals_the_ratio_of_sums(pairs: list[tuple[int, int]]) -> None:
    """For any communes' figures the province's is the sum of numerators over the sum of denominators."""
    from hatang.indicators.services.rolling import ChildSums, rolled_up

    indicator = Indicator(pk=1, unit_code="percent", rollup=Indicator.Rollup.RATIO_OF_SUMS)
    numerator, denominator = sum(n for n, _ in pairs), sum(d for _, d in pairs)
    sums = ChildSums(numerator, denominator, None, len(pairs), "reported", False)
    rolled = rolled_up(indicator, "reported", {(1, "reported"): sums}, 5)
    assert rolled.value == pytest.approx(100 * sum(n for n, _ in pairs) / sum(d for _, d in pairs))
    assert rolled.missing_children == 5 - len(pairs)


def test_computing_stores_what_communes_reported_as_the_province_s_figure(world: World, smartphones: Indicator) -> None:
    record(world, Entry(smartphones, world.commune, 2025, 10, 100))
    compute(world)
    assert now(smartphones, world.province).value == 10
    record(world, Entry(smartphones, world.province, 2025, value=88.5))
    record(world, Entry(smartphones, world.commune, 2025, 20, 100))
    compute(world)
    assert now(smartphones, world.province).value == 88.5, "số của chính tỉnh không bị ghi đè"


def public(indicator: Indicator, place: Place) -> list[float | None]:
    """Give what a visitor reads."""
    rows = Value.objects.latest_for(AnonymousUser()).filter(indicator=indicator, place=place)
    return [row.value for row in rows]


def test_recording_a_commune_moves_the_province_s_draft_and_publishing_it_the_published_figure(
    world: World, people: dict[str, Person], smartphones: Indicator
) -> None:
    record(world, Entry(smartphones, world.commune, 2025, 10, 100), publish=True)
    assert public(smartphones, world.province) == [10]
    record(world, Entry(smartphones, world.neighbour, 2025, 90, 100), actor=people["department_officer"])
    draft = now(smartphones, world.province)
    assert (draft.value, draft.state, draft.missing_children, draft.recorded_by) == (50, "draft", 0, None)
    assert public(smartphones, world.province) == [10], "xã còn dự thảo thì số đã công bố của tỉnh đứng yên"
    publish(world, people, Value.objects.filter(place=world.neighbour), reason="bổ sung phường Kỳ Lừa")
    assert public(smartphones, world.province) == [50]
    assert now(smartphones, world.province).approved_by == people["department_head"]


def test_a_published_roll_up_leaves_drafts_out(world: World, people: dict[str, Person], smartphones: Indicator) -> None:
    record(world, Entry(smartphones, world.commune, 2025, 10, 100), publish=True)
    record(world, Entry(smartphones, world.neighbour, 2025, 90, 100))
    services.publish_values(actor=None, values=Value.objects.filter(place=world.province))
    assert public(smartphones, world.province) == [10]
    compute(world, publish=True)
    assert public(smartphones, world.province) == [10]
    record(world, Entry(smartphones, world.commune, 2025, 20, 100))
    compute(world, publish=True)
    assert public(smartphones, world.province) == [10]


def test_publishing_communes_leaves_what_the_province_reported_itself(world: World, smartphones: Indicator) -> None:
    record(world, Entry(smartphones, world.province, 2025, value=88.5), publish=True)
    record(world, Entry(smartphones, world.commune, 2025, 10, 100), publish=True)
    assert public(smartphones, world.province) == [88.5]
    record(world, Entry(smartphones, world.province, 2025), publish=True)
    assert public(smartphones, world.province) == [10], "rút số của tỉnh thì số gộp trở lại"


def test_a_former_province_is_rolled_up_with_its_communes(world: World, smartphones: Indicator) -> None:
    former = Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=date(2025, 6, 30))
    PlaceSuccession.objects.create(predecessor=former, successor=world.other_province, on=date(2025, 7, 1))
    Place.objects.filter(pk=world.other_commune.pk).update(former_province=former)
    record(world, Entry(smartphones, world.other_commune, 2025, 3, 4), publish=True)
    assert public(smartphones, former) == public(smartphones, world.other_province) == [75]


# --- counting anew


def test_counting_anew_makes_drafts_for_every_counted_year(
    world: World, people: dict[str, Person], broadband: Indicator, cover: Callable[..., Any]
) -> None:
    services.compute_values(actor=None, province=world.province, year=2024, publish=True)
    cover(world.village)
    with pytest.raises(PermissionDenied):
        services.start_recount(actor=people["analyst"], province=world.province)
    job = services.start_recount(actor=people["department_officer"], province=world.province)
    assert (job.state, job.result_url) == ("done", "/tinh/20/")
    row = now(broadband, world.province, 2024)
    assert (row.value, row.state, row.recorded_by) == (50, "draft", people["department_officer"])
    job = services.start_recount(actor=people["department_head"], province=world.province)
    assert job.result_url == "/so-lieu/20/duyet"


# --- record


def test_figures_are_recorded_all_or_none_and_every_reason_is_told(world: World, smartphones: Indicator) -> None:
    speed = make_indicator("toc-do", unit_code="mbps", rollup=Indicator.Rollup.NONE, lowest_level="province", number=9)
    good = Entry(smartphones, world.commune, 2025, 1, 2)
    wrong = [
        Entry(smartphones, world.neighbour, 2025, 11, 10),
        Entry(smartphones, world.neighbour, 2024, 1, None),
        Entry(smartphones, world.neighbour, 2023, value=50),
        Entry(smartphones, world.neighbour, 2022, 1, 0),
        Entry(smartphones, world.neighbour, 2021, float("nan"), 1),
        Entry(smartphones, world.province, 2027, 1, 2),
        Entry(speed, world.commune, 2025, value=3),
        Entry(speed, world.province, 2025, value=-1),
        Entry(speed, world.province, 2024, 1, 2),
        Entry(smartphones, world.commune, 2020, 1, 2, value=51),
    ]
    with pytest.raises(ValidationError) as caught:
        record(world, good, *wrong)
    messages = caught.value.messages
    assert len(messages) == len(wrong)
    assert all(e.indicator.short_name in m and str(e.place) in m for e, m in zip(wrong, messages, strict=True))
    assert "Giá trị 110 không hợp lý: tỷ lệ phần trăm phải từ 0 đến 100." in messages[0]
    assert not Value.objects.exists()


def test_the_same_place_and_year_twice_is_refused(world: World, smartphones: Indicator) -> None:
    entry = Entry(smartphones, world.commune, 2025, 1, 2)
    with pytest.raises(ValidationError, match="hai số liệu"):
        record(world, entry, entry)


def test_a_recorded_figure_can_be_withdrawn_and_is_still_in_the_record(world: World, smartphones: Indicator) -> None:
    record(world, Entry(smartphones, world.commune, 2025, 1, 2))
    record(world, Entry(smartphones, world.commune, 2025))
    assert now(smartphones, world.commune).value is None
    assert Value.objects.filter(place=world.commune).count() == 2
    assert now(smartphones, world.province).value is None, "con số gộp của tỉnh cũng rút"


@pytest.mark.parametrize(
    ("who", "place", "allowed"),
    [
        ("commune_officer", "commune", True),
        ("commune_officer", "neighbour", False),
        ("commune_officer", "province", False),
        ("department_officer", "province", True),
        ("department_officer", "neighbour", True),
        ("department_officer", "other_commune", False),
        ("commune_leader", "commune", False),
        ("operator", "commune", False),
        ("analyst", "commune", False),
        ("stranger", "commune", False),
    ],
)
def test_who_may_record_where(
    world: World, people: dict[str, Person], smartphones: Indicator, who: str, place: str, allowed: bool
) -> None:
    entry = Entry(smartphones, getattr(world, place), 2025, 1, 2)
    if allowed:
        record(world, entry, actor=people[who])
        assert now(smartphones, getattr(world, place)).recorded_by == people[who]
    else:
        with pytest.raises(PermissionDenied):
            record(world, entry, actor=people[who])


# --- approve and publish


def test_only_the_head_approves_and_the_public_sees_what_is_published(
    world: World, people: dict[str, Person], smartphones: Indicator
) -> None:
    record(world, Entry(smartphones, world.commune, 2025, 1, 2))
    values = Value.objects.filter(place=world.commune)
    for who in ("department_officer", "commune_officer", "stranger", "auditor"):
        with pytest.raises(PermissionDenied):
            services.approve_values(actor=people[who], values=values)
        with pytest.raises(PermissionDenied):
            services.publish_values(actor=people[who], values=values)
    head = people["department_head"]
    assert services.approve_values(actor=head, values=values) == 1
    assert not Value.objects.visible_to(AnonymousUser()).exists()
    publish(world, people, values)
    assert Value.objects.visible_to(AnonymousUser()).get(place=world.commune).approved_by == head


def test_no_one_person_publishes(world: World, people: dict[str, Person], broadband: Indicator) -> None:
    """Not while computing, not while recording, and not what stands; the system's own commands may."""
    facts: dict[str, Any] = {"province": world.province, "year": 2025, "today": TODAY}
    services.compute_values(actor=people["department_officer"], **facts)
    assert now(broadband, world.province).state == "draft"
    for who, published in (("department_head", True), ("analyst", False), ("stranger", False)):
        with pytest.raises(PermissionDenied):
            services.compute_values(actor=people[who], publish=published, **facts)
    with pytest.raises(PermissionDenied):
        record(world, Entry(broadband, world.commune, 2025, 1, 2), actor=people["department_head"], publish=True)
    with pytest.raises(PermissionDenied):
        services.publish_values(actor=people["department_head"], values=Value.objects.all())
    services.compute_values(actor=None, publish=True, **facts)
    assert now(broadband, world.province).state == "published"
    assert Value.objects.count() == 2, "công bố không viết lại con số"


def test_a_published_figure_stays_in_view_while_a_newer_one_waits(
    world: World, people: dict[str, Person], broadband: Indicator, cover: Callable[..., Any]
) -> None:
    def shown(person: Any) -> list[tuple[float | None, str]]:
        found = services.series(person=person, indicator=broadband, place=world.province)
        return [(v.value, v.state) for v in found]

    compute(world, publish=True)
    cover(world.village)
    compute(world)
    assert shown(AnonymousUser()) == [(0, "published")]
    assert shown(people["department_officer"]) == [(50, "draft")]
    publish(world, people, reason="thôn Nà Lầm đã có sóng")
    assert shown(AnonymousUser()) == shown(people["department_officer"]) == [(50, "published")]


def test_communes_worst_first_and_missing_last(
    world: World, people: dict[str, Person], smartphones: Indicator, django_assert_max_num_queries: Any
) -> None:
    third = Place.objects.create(kind="commune", title="Xã", name="Ba Sơn", province=world.province, code="7")
    record(world, Entry(smartphones, world.commune, 2025, 9, 10), Entry(smartphones, third, 2025, 1, 10))
    facts: dict[str, Any] = {"indicator": smartphones, "province": world.province, "year": 2025, "today": TODAY}
    people["analyst"].has_perm("indicators.view_draft")
    with django_assert_max_num_queries(4):
        lines = services.commune_table(person=people["analyst"], **facts)
    assert [line.place for line in lines] == [third, world.commune, world.neighbour]
    assert lines[2].value is None
    assert all(line.value is None for line in services.commune_table(person=people["stranger"], **facts))


def test_the_command_computes_a_province(world: World, broadband: Indicator, capsys: Any) -> None:
    call_command("compute_values", "20", "--year", "2025", "--publish")
    assert "Tỉnh Lạng Sơn, 2025: thêm 2" in capsys.readouterr().out
    assert now(broadband, world.province).state == "published"
