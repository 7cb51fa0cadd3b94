"""The five real plans: read as a careful reader reads them, and what is odd in them is said."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command

from hatang.accounts.services import bodies_on
from hatang.places.models import Place
from hatang.plans.checks import Oddity, PlanFacts, find_oddities
from hatang.plans.models import Baseline, Duty, Plan, Target, Task
from hatang.plans.services import import_plans

TODAY = date(2026, 11, 24)
HAND_READ = {
    "lang-son-2025-2030": "lang_son",
    "tuyen-quang-2025-2030": "tuyen_quang",
    "dak-lak-2025-2030": "dak_lak",
}
UNITS = {"percent": "percent", "per_100_people": "per_100_people", "mbps": "Mbps", "per_person": "per_person",
         "count": "count", "times": "ratio", "yes_no": "none"}  # fmt: skip


def gold(shared: Path, code: str) -> dict[str, Any]:
    return json.loads((shared / "gold" / f"{HAND_READ[code]}.json").read_text())


def as_read_by_hand(target: Target) -> tuple[Any, ...]:
    """Write one of our targets as the hand-made reading writes its rows."""
    unit, comparator, value = UNITS[target.indicator.unit_code], target.comparator, target.value
    if target.unit_as_written == "tất cả" or comparator == "done":
        unit, comparator, value = "none", "none", None
    condition = (target.condition_value, target.condition_unit, target.condition_comparator)
    return (
        target.section,
        target.year,
        comparator,
        value,
        unit,
        condition if target.condition_value else None,
        target.base_year,
        target.aspirational,
    )


def hand_row(row: dict[str, Any]) -> tuple[Any, ...]:
    condition = row.get("condition")
    return (
        row["section"],
        row["due_year"],
        row["comparator"],
        row["value"],
        row["unit"],
        (condition["value"], condition["unit"], condition["comparator"]) if condition else None,
        row.get("base_year"),
        row["aspirational"],
    )


@pytest.mark.parametrize("code", HAND_READ)
def test_targets_agree_with_a_reading_by_hand(shared: Path, reference: None, code: str) -> None:
    """Each row of a careful reader is there with the same figure, year, comparator and unit, and nothing else."""
    import_plans(codes=[code])
    dated = [row for row in gold(shared, code)["targets"] if row["due_year"]]
    needed = Counter(hand_row(row) for row in dated if not row.get("optional"))
    allowed = needed + Counter(hand_row(row) for row in dated if row.get("optional"))
    ours = Counter(as_read_by_hand(t) for t in Target.objects.select_related("indicator"))
    assert needed - ours == Counter()
    assert ours - allowed == Counter()


@pytest.mark.parametrize("code", HAND_READ)
def test_documents_and_tasks_agree_with_a_reading_by_hand(shared: Path, reference: None, code: str) -> None:
    import_plans(codes=[code])
    plan, read = Plan.objects.get(code=code), gold(shared, code)
    document = read["document"]
    assert (plan.number or None, plan.issuer) == (document["number"], document["issuer"])
    assert (plan.date.isoformat() if plan.date else None) == document["date"]
    cited = {(b["number"], b["date"]) for b in read["legal_bases"]}
    assert {(b.number, b.date.isoformat() if b.date else None) for b in plan.bases.all()} == cited
    assert sorted(plan.tasks.values_list("section", flat=True)) == sorted(task["section"] for task in read["tasks"])
    bodies = {organisation["section"] for organisation in read["organisations"]}
    assert bodies <= {section for d in plan.duties.all() for section in (d.section, d.section.rpartition(".")[0])}


def test_baselines_agree_with_a_reading_by_hand(shared: Path, reference: None) -> None:
    import_plans(codes=["tuyen-quang-2025-2030"])
    read = gold(shared, "tuyen-quang-2025-2030")["baselines"]
    ours = Baseline.objects.values_list("section", "value", "approximate")
    assert sorted(ours) == sorted((b["section"], b["value"], b["comparator"] == "approx") for b in read)
    assert set(Baseline.objects.values_list("year", flat=True)) == {2024}
    assert not Baseline.objects.filter(year_note="").exists()


def test_a_second_load_changes_nothing_and_keeps_recorded_progress(reference: None) -> None:
    call_command("load_plans", verbosity=0)
    task = Task.objects.get(plan__code="lang-son-2025-2030", section="III.2.-1")
    task.state, task.progress_text, task.lead = Task.State.UNDER_WAY, "Đã phê duyệt chủ trương", None
    task.save()
    assert import_plans().changed == 0
    task.refresh_from_db()
    assert (task.state, task.progress_text, task.lead) == ("under_way", "Đã phê duyệt chủ trương", None)


def test_each_target_stands_on_the_territory_it_was_set_for(reference: None) -> None:
    """Hà Giang's 85 % and Tuyên Quang's 95 % of villages with fibre both stand, each on its former province."""
    import_plans()
    both = Target.objects.filter(indicator__code="villages-fibre", year=2025, plan__province__name="Tuyên Quang")
    assert {(t.plan.territory.name, t.value) for t in both} == {("Hà Giang", 85), ("Tuyên Quang", 95)}
    assert {t.plan.territory.valid_to for t in both} == {date(2025, 6, 30)}
    assert Plan.objects.get(code="bac-giang-2023-2025").province.name == "Bắc Ninh"


def test_yearly_duties_know_their_date_and_addressee(reference: None) -> None:
    import_plans()
    plans_to_send = Duty.objects.get(plan__code="tuyen-quang-2025-2030", title="Gửi kế hoạch năm")
    assert (plans_to_send.due_day, plans_to_send.due_month, plans_to_send.rhythm) == (20, 12, "yearly")
    assert plans_to_send.recipient == "Sở Thông tin và Truyền thông"
    yearly = Duty.objects.filter(is_report=True, rhythm="yearly", recipient="UBND tỉnh")
    assert {d.plan.code for d in yearly} == {
        "lang-son-2025-2030",
        "dak-lak-2025-2030",
        "ha-giang-2023-2025",
        "bac-giang-2023-2025",
    }


def test_texts_are_our_own_words(shared: Path, reference: None) -> None:
    """No title of a task or duty copies eight words in a row from the document."""
    import_plans()
    for plan in Plan.objects.all():
        document = " ".join((shared / "plans" / f"{plan.code}.txt").read_text().lower().split())
        for title in [*plan.tasks.values_list("title", flat=True), *plan.duties.values_list("title", flat=True)]:
            words = title.lower().split()
            runs = [" ".join(words[i : i + 8]) for i in range(len(words) - 7)]
            assert not [run for run in runs if run in document], title


def oddities(code: str) -> list[Oddity]:
    plan = Plan.objects.select_related("territory", "province").get(code=code)
    targets = Target.objects.select_related("indicator", "plan")
    bodies = [duty.body for duty in plan.duties.select_related("body")]
    rivals = targets.filter(plan__province=plan.province).exclude(plan=plan)
    heirs = bodies_on(bodies, TODAY)
    own = list(targets.filter(plan=plan))
    return find_oddities(PlanFacts(plan, own, list(plan.baselines.all()), bodies, TODAY, heirs, list(rivals)))


def found(code: str, check: str) -> list[str]:
    """Name the targets (or give the message, where it is about the plan) that a check found."""
    return [o.target.indicator.code if o.target else o.message for o in oddities(code) if o.check == check]


def test_what_is_odd_in_the_real_plans_is_named(reference: None) -> None:
    import_plans()
    assert found("tuyen-quang-2025-2030", "same_level_later") == ["households-fibre"]
    assert found("bac-giang-2023-2025", "per_100_written_as_percent") == [
        "mobile-broadband-subscriptions",
        "fixed-broadband-subscriptions",
    ]
    assert found("lang-son-2025-2030", "doubling_without_base") == ["mobile-download-vs-2024"]
    assert "zones-5g-stations" in found("lang-son-2025-2030", "denominator_open")
    assert "mobile-download-ispeed" in found("tuyen-quang-2025-2030", "hardly_above_baseline")
    assert "số và ngày" in found("lang-son-2025-2030", "document_unnumbered")[0]
    assert found("dak-lak-2025-2030", "document_unnumbered") == []
    assert found("tuyen-quang-2025-2030", "baselines_missing") == []


def test_a_dissolved_body_is_shown_with_its_successor(reference: None) -> None:
    import_plans(codes=["dak-lak-2025-2030"])
    gone = found("dak-lak-2025-2030", "bodies_dissolved")
    assert any("Sở Thông tin và Truyền thông" in text and "Sở Khoa học và Công nghệ" in text for text in gone)
    assert any("Sở Giao thông vận tải" in text and "Sở Xây dựng" in text for text in gone)


def test_neighbouring_former_provinces_do_not_contradict_each_other(reference: None) -> None:
    """Hà Giang and the former Tuyên Quang share no ground; two plans of one territory do."""
    import_plans()
    assert found("ha-giang-2023-2025", "two_targets_at_once") == []
    rival = Plan.objects.get(code="tuyen-quang-2025-2030")
    rival.pk, rival.code = None, "tuyen-quang-khac"
    rival.save()
    original = Target.objects.get(plan__code="tuyen-quang-2025-2030", indicator__code="bts-sharing")
    original.pk, original.plan, original.value = None, rival, 30
    original.save()
    assert found("tuyen-quang-2025-2030", "two_targets_at_once") == ["bts-sharing"]


def test_levels_that_ask_for_nothing_are_named(reference: None) -> None:
    import_plans(codes=["tuyen-quang-2025-2030"])
    targets = Target.objects.filter(year=2025)
    targets.filter(indicator__code="villages-fibre").update(value=93.3)
    targets.filter(indicator__code="bts-sharing").update(value=10)
    targets.filter(indicator__code="adults-with-smartphone").update(value=95)
    code = "tuyen-quang-2025-2030"
    assert found(code, "met_at_baseline") == ["villages-fibre"]
    assert found(code, "below_baseline") == ["bts-sharing"]
    assert found(code, "lower_later") == ["adults-with-smartphone"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one real plan that a test may spoil."""
    source = settings.REFERENCE / "plans" / "lang-son-2025-2030.yaml"
    (tmp_path / source.name).write_text(source.read_text())
    return tmp_path


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("indicator: population-5g", "indicator: dan-so-5g", "không có chỉ tiêu “dan-so-5g”"),
        ("lead: lang-son/so-khcn", "lead: lang-son/so-moi", "không có tổ chức “lang-son/so-moi”"),
        ("comparator: double", "comparator: hai-lan", "khóa comparator"),
        ("year: 2030", "year: 2300", "khóa year"),
        ("scope: chữ ký cá nhân", "pham_vi: chữ ký cá nhân", "khóa lạ pham_vi"),
        ("code: lang-son-2025-2030", "code: lang-son", "khóa code"),
        ('code: "20"', 'code: "99"', "chưa có tỉnh hiện nay mã 99"),
        ('date: "2025-05-18"', 'date: "18/5/2025"', "phải là ngày"),
        ("targets:", "targets: [", "YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    reference: None, folder: Path, right: str, wrong: str, message: str
) -> None:
    path = folder / "lang-son-2025-2030.yaml"
    path.write_text(path.read_text().replace(right, wrong, 1))
    with pytest.raises(ValidationError, match=r"lang-son-2025-2030\.yaml") as refused:
        import_plans(folder)
    assert message in "".join(refused.value.messages)
    assert not Plan.objects.exists()


def test_a_missing_key_is_named(reference: None, folder: Path) -> None:
    path = folder / "lang-son-2025-2030.yaml"
    path.write_text(path.read_text().replace("    section: II.1\n", "", 1))
    with pytest.raises(ValidationError, match=r"phần targets, dòng 1: thiếu khóa section"):
        import_plans(folder)


def test_a_target_taken_out_of_the_file_is_taken_out(reference: None, folder: Path) -> None:
    import_plans(folder)
    before = Target.objects.count()
    path = folder / "lang-son-2025-2030.yaml"
    cut = "  - indicator: communes-digital-twin\n    year: 2030\n    comparator: ge\n    value: 1\n    section: II.2\n"
    assert cut in path.read_text()
    path.write_text(path.read_text().replace(cut, ""))
    import_plans(folder)
    assert Target.objects.count() == before - 1
    assert Place.objects.filter(code="20").count() == 1
