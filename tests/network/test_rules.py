"""Rules on sharing: data with validity dates, per province; nothing holds where nobody adopted anything."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hatang.accounts.models import Person
from hatang.network.models import KEYS, SharingRule
from hatang.network.services import adopt_rules, correct_rule, end_rules, import_rules, rule, rules_on
from hatang.places.models import Place
from tests.conftest import World

BAC_NINH_FROM = date(2025, 12, 1)
ON = date(2026, 6, 1)


def spacing(
    value: float, since: date, until: date | None = None, key: str = "distance.other_network.urban"
) -> SharingRule:
    return SharingRule(
        key=key, value=value, unit=KEYS[key].unit, valid_from=since, valid_to=until, legal="Quyết định 1/2026/QĐ-UBND"
    )


def test_bac_ninhs_rules_ship_for_bac_ninh_from_its_day_and_for_nobody_else(world: World) -> None:
    """A province that adopted nothing is asked nothing, but for the settings that this system needs everywhere."""
    bac_ninh = Place.objects.create(kind="province", title="Tỉnh", name="Bắc Ninh", code="24")
    assert import_rules() == 18
    assert import_rules() == 0
    found = rule(bac_ninh, "distance.other_network.urban", BAC_NINH_FROM)
    assert found is not None
    assert (found.value, found.unit) == (120, "m")
    assert found.basis.startswith("Điều 15 khoản 5 điểm a Quyết định 72/2025/QĐ-UBND")
    assert rule(bac_ninh, "distance.other_network.urban", BAC_NINH_FROM - timedelta(days=1)) is None
    assert [
        r.value
        for key in ("distance.same_network.urban", "distance.same_network.non_urban", "share.reply_days")
        if (r := rule(bac_ninh, key, ON))
    ] == [300, 450, 7]
    assert rule(world.province, "distance.other_network.urban", ON) is None
    assert rule(world.province, "share.reply_days", ON) is None
    assert set(rules_on(world.province, ON)) == {row.key for row in KEYS.values() if row.default is not None}


def test_what_an_officer_changed_is_not_loaded_over(world: World, people: dict[str, Person]) -> None:
    bac_ninh = Place.objects.create(kind="province", title="Tỉnh", name="Bắc Ninh", code="24")
    import_rules()
    SharingRule.objects.filter(key="share.reply_days").update(value=5)
    import_rules()
    found = rule(bac_ninh, "share.reply_days", ON)
    assert found is not None and found.value == 5


def test_a_newer_rule_ends_the_older_the_day_before(world: World, people: dict[str, Person]) -> None:
    officer = people["department_officer"]
    adopt_rules(actor=officer, province=world.province, rows=[spacing(100, date(2026, 1, 1))])
    adopt_rules(actor=officer, province=world.province, rows=[spacing(150, date(2026, 5, 1))])

    def held(on: date) -> float | None:
        found = rule(world.province, "distance.other_network.urban", on)
        return found.value if found else None

    assert [held(d) for d in (date(2025, 12, 31), date(2026, 4, 30), date(2026, 5, 1))] == [None, 100, 150]
    older = SharingRule.objects.get(value=100)
    assert older.history.first().history_user == officer
    assert older.history.count() == 2
    with pytest.raises(ValidationError, match="01/05/2026"):
        adopt_rules(actor=officer, province=world.province, rows=[spacing(90, date(2026, 3, 1))])
    end_rules(actor=officer, rows=SharingRule.objects.filter(value=150), last_day=date(2026, 7, 1), reason="bãi bỏ")
    assert held(date(2026, 7, 2)) is None


def test_a_correction_must_not_overlap_and_needs_the_right(world: World, people: dict[str, Person]) -> None:
    officer = people["department_officer"]
    rows = [spacing(100, date(2026, 1, 1), date(2026, 3, 1)), spacing(120, date(2026, 4, 1))]
    adopt_rules(actor=officer, province=world.province, rows=rows)
    second = SharingRule.objects.get(value=120)
    second.valid_from = date(2026, 2, 1)
    with pytest.raises(ValidationError, match="Chồng"):
        correct_rule(actor=officer, row=second)
    for stranger in ("operator", "commune_leader", "analyst", "stranger"):
        with pytest.raises(PermissionDenied):
            adopt_rules(actor=people[stranger], province=world.province, rows=[spacing(1, date(2027, 1, 1))])


def test_an_officer_copies_a_set_corrects_a_line_and_ends_it(world: World, people: dict[str, Person]) -> None:
    """Chép của Bắc Ninh, đổi một số, sửa một dòng, chấm dứt cả văn bản; nhập sai thì không gì được lưu."""
    Place.objects.create(kind="province", title="Tỉnh", name="Bắc Ninh", code="24")
    import_rules()
    client = Client()
    client.force_login(people["department_officer"])
    adopt = reverse("network:rules_adopt", args=[world.province.code])
    copied = client.get(f"{adopt}?chep=24").context["form"]
    values = {f"value.{key}": copied[f"value.{key}"].initial for key in KEYS}
    filled = {name: "" if value is None else str(value) for name, value in values.items()}
    filled |= {"legal": "Quyết định 1/2026/QĐ-UBND", "valid_from": "01/02/2026"}
    wrong = client.post(adopt, filled | {"value.share.reply_days": "2,5"})
    assert wrong.status_code == 422 and "Số nguyên từ 1" in wrong.content.decode()
    assert not SharingRule.objects.filter(province=world.province).exists()
    assert client.post(adopt, filled | {"value.distance.other_network.urban": "150"}).status_code == 302
    found = rule(world.province, "distance.other_network.urban", ON)
    assert found is not None and found.value == 150
    edit = reverse("network:rule_edit", args=[found.pk])
    facts = {"value": "140", "valid_from": "01/02/2026", "legal": found.legal}
    assert client.post(edit, facts).status_code == 302
    page = client.get(reverse("network:rules", args=[world.province.code])).content.decode()
    assert "140 m" in page and "Quyết định 1/2026/QĐ-UBND" in page
    end = {"legal": found.legal, "last_day": "30/06/2026", "reason": "bãi bỏ"}
    client.post(reverse("network:rules_end", args=[world.province.code]), end)
    held = [rule(world.province, "distance.other_network.urban", day) for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert held[0] is not None and held[1] is None
    assert rule(Place.objects.get(code="24"), "distance.other_network.urban", date(2026, 7, 1)) is not None


class RulesNeverOverlap(TestCase):
    """Whatever is adopted in whatever order, at most one rule of a key holds on any day."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 30)), min_size=1, max_size=6))
    def test(self, spans: list[tuple[int, int | None]]) -> None:
        province = Place.objects.create(kind="province", title="Tỉnh", name="Thử", code="99")
        head = Person.objects.create_user("x", "x@example.vn", "mat-khau")
        head.grants.create(role="department_head", province=province)
        first = date(2026, 1, 1)
        for begin, length in spans:
            since = first + timedelta(begin)
            until = None if length is None else since + timedelta(length)
            try:
                adopt_rules(actor=head, province=province, rows=[spacing(1, since, until)])
            except ValidationError:
                continue
        rows = list(SharingRule.objects.filter(province=province).order_by("valid_from"))
        assert rows
        for row, following in pairwise(rows):
            assert row.valid_to is not None and row.valid_to < following.valid_from
