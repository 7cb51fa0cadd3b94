"""A plan's document on its way: read into rows, looked through by acts that can be taken back, seen by its officers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from hatang.accounts.models import Organisation, Person
from hatang.accounts.roles import Role
from hatang.core.plan_reader import structure
from hatang.indicators.models import Indicator
from hatang.places.models import Place
from hatang.plans.forms import FORMS, HeadFactsForm
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services import readings
from hatang.plans.services.readings.arriving import read_job
from hatang.plans.services.readings.facts import Known, short_form, sureness, task_facts
from hatang.plans.services.readings.parties import Bodies
from hatang.work.models import Job
from hatang.work.services import GIVEN_UP
from tests.conftest import World, make_person
from tests.plans.reading import kept_reading, plan_read

Kind, State = Statement.Kind, Statement.State


@pytest.fixture
def reading(world: World, officer: Person) -> PlanReading:
    Organisation.objects.create(kind="department", name="Sở Xây dựng", province=world.province)
    return kept_reading(officer, world.province)


def of_kind(reading: PlanReading, kind: str) -> list[Statement]:
    return list(reading.statements.filter(kind=kind))


def state_of(reading: PlanReading) -> tuple[Any, ...]:
    reading.refresh_from_db()
    rows = reading.statements.values("pk", *[f.name for f in Statement._meta.fields if f.name not in ("id", "reading")])
    return list(rows), reading.facts


def test_everything_found_becomes_a_row_in_the_documents_order(reading: PlanReading) -> None:
    assert Counter(reading.statements.values_list("kind", flat=True)) == {
        "target": 4,
        "baseline": 1,
        "task": 2,
        "body": 2,
        "duty": 1,
        "basis": 1,
        "oddity": 1,
    }
    blocks = [row.block for row in reading.statements.all()]
    assert blocks[0] is None
    assert blocks[1:] == sorted(blocks[1:], key=lambda n: n or 0)
    assert reading.state == PlanReading.State.READY


def test_the_head_is_proposed(reading: PlanReading, world: World) -> None:
    facts = reading.facts
    assert facts["title"] == "Kế hoạch phát triển hạ tầng số của tỉnh Lạng Sơn giai đoạn 2026 - 2030"
    assert (facts["number"], facts["date"], facts["year_from"], facts["year_to"]) == (
        "12/KH-UBND",
        "2026-04-15",
        2026,
        2030,
    )
    assert (facts["code"], facts["plan_kind"], facts["territory"]) == ("lang-son-2026-2030", "plan", world.province.pk)


def test_bodies_are_found_among_the_provinces_organisations(reading: PlanReading, world: World) -> None:
    known, unknown = (row.facts["organisations"][0] for row in of_kind(reading, Kind.BODY))
    assert (known["id"], known["new"]) == (world.department.pk, False)
    assert (unknown["id"], unknown["name"]) == (None, "Ban Quản lý Khu công nghệ số")
    task = of_kind(reading, Kind.TASK)[0]
    assert [p["known_as"] for p in task.facts["support"]] == ["Sở Xây dựng"]


def test_reading_again_gives_the_same_rows(reading: PlanReading) -> None:
    before = [(r.kind, r.block, r.start, r.facts) for r in reading.statements.all()]
    readings.keep_read(reading, plan_read(), pages=1, kind="txt")
    assert [(r.kind, r.block, r.start, r.facts) for r in reading.statements.all()] == before


def test_confirm_reject_and_restore(reading: PlanReading, officer: Person) -> None:
    first, second = of_kind(reading, Kind.TASK)
    readings.confirm(actor=officer, reading=reading, statements=[first.pk])
    readings.reject(actor=officer, reading=reading, statements=[second.pk])
    assert [row.state for row in of_kind(reading, Kind.TASK)] == ["confirmed", "rejected"]
    readings.restore(actor=officer, reading=reading, statements=[first.pk, second.pk])
    assert {row.state for row in of_kind(reading, Kind.TASK)} == {"proposed"}
    assert reading.acts.count() == 3


def test_an_act_that_changes_nothing_leaves_no_trace(reading: PlanReading, officer: Person) -> None:
    readings.restore(actor=officer, reading=reading, statements=[row.pk for row in reading.statements.all()])
    assert not reading.acts.exists()


def test_split_and_merge_a_sentence(reading: PlanReading, officer: Person) -> None:
    task = of_kind(reading, Kind.TASK)[0]
    at = reading.document["blocks"][8]["text"].index("Sở Xây dựng")
    first, second = readings.split(actor=officer, reading=reading, statement=task.pk, at=at)
    assert first.quote == "Kéo cáp quang tới mọi thôn còn thiếu"
    assert second.quote.startswith("Sở Xây dựng cùng làm")
    assert [r.pk for r in of_kind(reading, Kind.TASK)][:2] == [first.pk, second.pk]
    whole = readings.merge(actor=officer, reading=reading, statements=[first.pk, second.pk])
    assert (whole.start, whole.end, whole.quote) == (task.start, task.end - 1, task.quote)


def test_merge_asks_for_neighbours_of_one_kind(reading: PlanReading, officer: Person) -> None:
    task, target = of_kind(reading, Kind.TASK)[0], of_kind(reading, Kind.TARGET)[0]
    with pytest.raises(ValidationError, match="cùng loại"):
        readings.merge(actor=officer, reading=reading, statements=[task.pk, target.pk])
    bodies = of_kind(reading, Kind.BODY)
    with pytest.raises(ValidationError, match="liền nhau"):
        readings.merge(actor=officer, reading=reading, statements=[b.pk for b in bodies])
    with pytest.raises(ValidationError, match="hai dòng"):
        readings.merge(actor=officer, reading=reading, statements=[task.pk])


def test_merged_neighbours_keep_both_places(reading: PlanReading, officer: Person) -> None:
    tasks = of_kind(reading, Kind.TASK)
    merged = readings.merge(actor=officer, reading=reading, statements=[t.pk for t in tasks])
    assert merged.quote == f"{tasks[0].quote} {tasks[1].quote}"
    assert [block for block, _ in readings.marks_of(merged)] == [8, 9]


def test_words_marked_by_an_officer_become_a_row(reading: PlanReading, officer: Person) -> None:
    added = readings.add(actor=officer, reading=reading, kind=Kind.TASK, block=12, start=1, end=19)
    assert (added.quote, added.by_hand, added.state, added.section) == (
        "Theo dõi, đôn đốc",
        True,
        "confirmed",
        "IV.1.-1",
    )
    assert added.facts["title"] == "Theo dõi, đôn đốc"
    with pytest.raises(ValidationError, match="một từ"):
        readings.add(actor=officer, reading=reading, kind=Kind.TASK, block=12, start=0, end=0)
    with pytest.raises(ValidationError, match="đoạn"):
        readings.add(actor=officer, reading=reading, kind=Kind.TASK, block=99, start=0, end=5)


@pytest.mark.parametrize("kind", [kind for kind in Kind.values if kind != Kind.TASK])
def test_a_row_becomes_one_of_another_kind(reading: PlanReading, officer: Person, kind: str) -> None:
    task = of_kind(reading, Kind.TASK)[1]
    changed = readings.retype(actor=officer, reading=reading, statement=task.pk, kind=kind)
    assert (changed.kind, changed.quote) == (kind, task.quote)
    readings.undo(actor=officer, reading=reading)
    assert Statement.objects.get(pk=task.pk).facts == task.facts


def test_undo_and_redo(reading: PlanReading, officer: Person) -> None:
    first = state_of(reading)
    task = of_kind(reading, Kind.TASK)[0]
    readings.split(actor=officer, reading=reading, statement=task.pk, at=task.start + 20)
    readings.correct_head(actor=officer, reading=reading, facts={"number": "13/KH-UBND"})
    last = state_of(reading)
    readings.undo(actor=officer, reading=reading)
    readings.undo(actor=officer, reading=reading)
    assert state_of(reading) == first
    with pytest.raises(ValidationError, match="hoàn tác"):
        readings.undo(actor=officer, reading=reading)
    readings.redo(actor=officer, reading=reading)
    readings.redo(actor=officer, reading=reading)
    assert state_of(reading) == last
    with pytest.raises(ValidationError, match="làm lại"):
        readings.redo(actor=officer, reading=reading)


def test_a_new_act_drops_what_could_be_done_again(reading: PlanReading, officer: Person) -> None:
    first, second = of_kind(reading, Kind.TASK)
    readings.confirm(actor=officer, reading=reading, statements=[first.pk])
    readings.undo(actor=officer, reading=reading)
    readings.confirm(actor=officer, reading=reading, statements=[second.pk])
    with pytest.raises(ValidationError, match="làm lại"):
        readings.redo(actor=officer, reading=reading)
    assert [row.state for row in of_kind(reading, Kind.TASK)] == ["proposed", "confirmed"]


def filled(form: Any) -> dict[str, Any]:
    """Give what a browser would send for a form left as it is shown."""
    return {name: form.fields[name].prepare_value(value) for name, value in form.initial.items() if name in form.fields}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_left_as_it_is_changes_no_fact(reading: PlanReading, officer: Person, kind: str) -> None:
    Indicator.objects.create(
        code="cap-quang",
        number=1,
        name="Tỷ lệ thôn có cáp quang",
        short_name="cáp quang",
        component="telecom",
        unit_code="percent",
        rollup="none",
        source="reported",
    )
    for row in of_kind(reading, kind):
        form = FORMS[kind](reading, row.facts, filled(FORMS[kind](reading, row.facts)))
        assert form.is_valid(), form.errors
        corrected = row.facts | form.facts | {"score": row.facts.get("score", 1)}
        assert corrected == row.facts | {"score": row.facts.get("score", 1)}


def test_the_head_form_left_as_it_is_changes_no_fact(reading: PlanReading) -> None:
    form = HeadFactsForm(reading, reading.facts, filled(HeadFactsForm(reading, reading.facts)))
    assert form.is_valid(), form.errors
    assert reading.facts | form.facts == reading.facts


def test_a_target_is_corrected(reading: PlanReading, officer: Person) -> None:
    row = of_kind(reading, Kind.TARGET)[0]
    data = filled(FORMS[Kind.TARGET](reading, row.facts)) | {"value": "96,5", "due_year": "2029", "aspirational": "on"}
    form = FORMS[Kind.TARGET](reading, row.facts, data)
    assert form.is_valid(), form.errors
    readings.correct(actor=officer, reading=reading, statement=row.pk, facts=form.facts)
    row.refresh_from_db()
    assert (row.facts["value"], row.facts["due_year"], row.facts["aspirational"], row.state) == (
        96.5,
        2029,
        True,
        "confirmed",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": ""}, "value"),
        ({"comparator": "double", "base_year": ""}, "base_year"),
        ({"condition_value": "5", "condition_comparator": ""}, "condition_comparator"),
        ({"due_year": "1999"}, "due_year"),
        ({"indicator": "", "new_name": ""}, "new_name"),
    ],
)
def test_a_target_that_cannot_be_is_refused(reading: PlanReading, changes: dict[str, str], field: str) -> None:
    row = of_kind(reading, Kind.TARGET)[0]
    form = FORMS[Kind.TARGET](reading, row.facts, filled(FORMS[Kind.TARGET](reading, row.facts)) | changes)
    assert field in form.errors


def test_bodies_are_corrected(reading: PlanReading, officer: Person, world: World) -> None:
    row = of_kind(reading, Kind.BODY)[1]
    data = {"name": row.facts["name"], "organisations": [world.department.pk], "organisations_names": "Ban Số"}
    form = FORMS[Kind.BODY](reading, row.facts, data | {"organisations_new": "on"})
    assert form.is_valid(), form.errors
    readings.correct(actor=officer, reading=reading, statement=row.pk, facts=form.facts)
    row.refresh_from_db()
    assert [(p["id"], p["name"], p["new"]) for p in row.facts["organisations"]] == [
        (world.department.pk, world.department.name, False),
        (None, "Ban Số", True),
    ]


def test_a_duty_needs_a_day_that_exists(reading: PlanReading) -> None:
    row = of_kind(reading, Kind.DUTY)[0]
    shown = filled(FORMS[Kind.DUTY](reading, row.facts))
    assert "day" in FORMS[Kind.DUTY](reading, row.facts, shown | {"day": "31", "month": "2"}).errors
    assert "day" in FORMS[Kind.DUTY](reading, row.facts, shown | {"day": "", "month": "2"}).errors


@pytest.mark.parametrize(
    "role", ["stranger", "operator", "commune_officer", "commune_leader", "analyst", "auditor", "administrator"]
)
def test_only_the_provinces_officers_see_and_change_a_reading(
    reading: PlanReading, people: dict[str, Person], role: str
) -> None:
    person = people[role]
    assert not PlanReading.objects.visible_to(person).exists()
    assert not readings.may_read_plans(person, reading.province)
    task = of_kind(reading, Kind.TASK)[0]
    for act in (
        lambda: readings.confirm(actor=person, reading=reading, statements=[task.pk]),
        lambda: readings.undo(actor=person, reading=reading),
        lambda: readings.publish_reading(actor=person, reading=reading),
        lambda: readings.discard_reading(actor=person, reading=reading),
        lambda: readings.start_reading(actor=person, province=reading.province, name="a.txt", content=b"a"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_officers_of_the_province_see_the_reading(reading: PlanReading, people: dict[str, Person]) -> None:
    for role in ("department_officer", "department_head"):
        assert PlanReading.objects.visible_to(people[role]).get() == reading
    assert not PlanReading.objects.visible_to(AnonymousUser()).exists()
    assert not readings.may_read_plans(AnonymousUser(), reading.province)


def test_only_a_reading_that_waits_can_be_changed(reading: PlanReading, officer: Person) -> None:
    task = of_kind(reading, Kind.TASK)[0]
    readings.discard_reading(actor=officer, reading=reading)
    with pytest.raises(ValidationError, match="không còn chờ xem"):
        readings.confirm(actor=officer, reading=reading, statements=[task.pk])
    with pytest.raises(ValidationError, match="đổi trạng thái"):
        readings.discard_reading(actor=officer, reading=reading)


def test_acts_take_few_queries(
    reading: PlanReading, officer: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    waiting = [row.pk for row in reading.statements.exclude(kind=Kind.ODDITY)]
    with django_assert_max_num_queries(12):
        readings.confirm(actor=officer, reading=reading, statements=waiting)


def test_two_officers_act_one_after_the_other(reading: PlanReading, people: dict[str, Person]) -> None:
    """Each act locks the reading, and the second sees what the first did though its own copy is older."""
    stale = PlanReading.objects.get(pk=reading.pk)
    readings.correct_head(actor=people["department_officer"], reading=reading, facts={"number": "1/KH"})
    with CaptureQueriesContext(connection) as asked:
        readings.correct_head(actor=people["department_head"], reading=stale, facts={"title": "Kế hoạch"})
    if connection.features.has_select_for_update:
        assert any("FOR UPDATE" in query["sql"] for query in asked)
    reading.refresh_from_db()
    assert (reading.facts["number"], reading.facts["title"]) == ("1/KH", "Kế hoạch")


def uploaded(officer: Person, province: Place, name: str, content: bytes) -> PlanReading:
    readings.start_reading(actor=officer, province=province, name=name, content=content)
    return PlanReading.objects.latest("pk")


WORDS = """KẾ HOẠCH
Phát triển hạ tầng số tỉnh Lạng Sơn năm 2027

I. MỤC TIÊU ĐẾN NĂM 2027
- Ít nhất 95% thôn có cáp quang.

II. NHIỆM VỤ
- Kéo cáp quang tới các thôn còn thiếu.

III. TỔ CHỨC THỰC HIỆN
1. Sở Khoa học và Công nghệ
- Theo dõi, đôn đốc việc thực hiện.
"""


def test_an_uploaded_document_is_read_in_the_background(world: World, officer: Person) -> None:
    reading = uploaded(officer, world.province, "ke-hoach.txt", WORDS.encode())
    assert reading.state == PlanReading.State.READY
    assert [row.facts["value"] for row in of_kind(reading, Kind.TARGET)] == [95]
    assert [row.facts["title"] for row in of_kind(reading, Kind.TASK)] == ["Kéo cáp quang tới các thôn còn thiếu"]
    job = Job.objects.get()
    assert (job.state, job.result_url) == (Job.State.DONE, f"/ke-hoach/doc/{reading.pk}/")
    before = state_of(reading)
    read_job.func(job.pk, reading_id=reading.pk)
    assert state_of(reading) == before


@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", b"khong phai docx"), ("a.pdf", b"%PDF-1.7 hong"), ("a.txt", b"")]
)
def test_a_file_that_cannot_be_read_says_why(world: World, officer: Person, name: str, content: bytes) -> None:
    reading = uploaded(officer, world.province, name, content)
    assert reading.state == PlanReading.State.WRONG
    assert reading.summary["refused"]["wrong"]
    assert reading.summary["refused"]["right"]
    readings.discard_reading(actor=officer, reading=reading)
    reading.refresh_from_db()
    assert (reading.state, reading.file.size_bytes) == (PlanReading.State.DISCARDED, 0)


def test_a_kind_of_file_that_holds_no_text_is_not_taken(world: World, officer: Person) -> None:
    with pytest.raises(ValidationError, match="Không nhận tệp"):
        uploaded(officer, world.province, "anh.jpg", b"x")
    assert not PlanReading.objects.exists()


def test_an_error_of_the_reader_leaves_a_reading_that_can_be_discarded(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("hatang.plans.services.readings.arriving.read_plan", broken)
    reading = uploaded(officer, world.province, "ke-hoach.txt", WORDS.encode())
    assert reading.state == PlanReading.State.WRONG
    assert "lỗi" in reading.summary["refused"]["wrong"]
    assert Job.objects.get().state == Job.State.FAILED


def test_a_text_that_takes_too_long_is_refused_in_words(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hatang.plans.services.readings.arriving.MOST_CPU_SECONDS", -1.0)
    reading = uploaded(officer, world.province, "ke-hoach.txt", WORDS.encode())
    assert reading.state == PlanReading.State.WRONG
    assert "quá dài hoặc bất thường" in reading.summary["refused"]["wrong"]


def test_a_reading_that_ended_its_worker_twice_is_given_up(world: World, officer: Person) -> None:
    reading = kept_reading(officer, world.province)
    PlanReading.objects.update(state=PlanReading.State.CHECKING)
    GIVEN_UP[read_job.module_path](reading_id=reading.pk)
    reading.refresh_from_db()
    assert reading.state == PlanReading.State.WRONG
    assert reading.summary["refused"]["right"].startswith("Tệp có thể quá lớn")


def test_only_a_plan_of_the_province_can_be_compared_with(world: World, people: dict[str, Person]) -> None:
    stranger = people["stranger"]
    plan = Plan.objects.create(
        code="khac",
        title="Khác",
        issuer="UBND",
        territory=world.province,
        province=world.province,
        year_from=2025,
        year_to=2030,
    )
    with pytest.raises(ValidationError, match="của tỉnh này"):
        readings.start_reading(actor=stranger, province=world.other_province, name="a.txt", content=b"a", against=plan)


def test_a_document_is_read_from_the_command_line(
    world: World, officer: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ke-hoach.txt"
    path.write_text(WORDS)
    call_command("read_plan", str(path), province=world.province.code, person=officer.username)
    assert "Đọc văn bản ke-hoach.txt. Xong." in capsys.readouterr().out
    assert PlanReading.objects.get().state == PlanReading.State.READY
    with pytest.raises(CommandError, match=r"^Không có tỉnh nào hiện nay mang mã “xx”.$"):
        call_command("read_plan", str(path), province="xx", person=officer.username)
    make_person("nguoi_la", Role.DEPARTMENT_OFFICER, province=world.other_province)
    with pytest.raises(CommandError, match=r"^“nguoi_la” không có quyền đọc văn bản kế hoạch của"):
        call_command("read_plan", str(path), province=world.province.code, person="nguoi_la")
    path.with_suffix(".xyz").write_text("a")
    with pytest.raises(CommandError, match=r"^[^\[\]]+$"):
        call_command("read_plan", str(path.with_suffix(".xyz")), province=world.province.code, person=officer.username)
    with pytest.raises(CommandError, match="ai-do"):
        call_command("read_plan", str(path), province=world.province.code, person="ai-do")
    with pytest.raises(CommandError, match=r"^Không mở được tệp"):
        call_command("read_plan", str(tmp_path / "khac.txt"), province=world.province.code, person=officer.username)


LONG = "bảo đảm mỗi thôn đều có đường truyền cáp quang và trạm phát sóng " * 4


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Rà soát quy hoạch; lập danh mục vị trí dựng trạm.", "Rà soát quy hoạch; lập danh mục vị trí dựng trạm"),
        ("Phát triển các nền tảng: định danh, thanh toán", "Phát triển các nền tảng: định danh, thanh toán"),
        ("Dựng trạm tại thôn lõm (Sở Xây dựng chủ trì)", "Dựng trạm tại thôn lõm"),
        ("Dựng trạm tại thôn lõm (Sở Xây dựng chủ trì, các xã", "Dựng trạm tại thôn lõm"),
        ("Dựng trạm (cột) tại mọi thôn lõm. Hoàn thành sớm.", "Dựng trạm (cột) tại mọi thôn lõm"),
        (
            f"Rà soát, lập danh mục và công bố vị trí dựng trạm dùng chung của tỉnh; {LONG}",
            "Rà soát, lập danh mục và công bố vị trí dựng trạm dùng chung của tỉnh…",
        ),
    ],
)
def test_a_title_keeps_whole_thoughts(words: str, title: str) -> None:
    assert short_form(words) == title


def test_a_long_title_ends_with_a_whole_word() -> None:
    title = short_form(LONG)
    assert len(title) <= 201
    assert title.endswith("…")
    assert LONG.startswith(f"{title[:-1]} ")


def test_a_body_found_by_leaving_words_out_is_only_proposed() -> None:
    group = Organisation(pk=7, kind="group", name="Các doanh nghiệp viễn thông")
    known = Known(Bodies([group], "lang son"), [])
    for printed, alike in (("Các doanh nghiệp viễn thông", False), ("Doanh nghiệp viễn thông có phương án", True)):
        facts = task_facts(structure.Task(structure.Span(0, 0, 3), "Dựng trạm", "I", printed), known)
        assert facts["lead"][0]["id"] == 7
        assert facts["lead_proposed"] == alike
        assert (sureness(1, facts) < 1) == alike
