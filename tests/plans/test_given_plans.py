"""The given plans, read whole by the province's officer and published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hatang.accounts.models import Organisation, Person
from hatang.accounts.roles import Role
from hatang.core.documents import read_document
from hatang.core.plan_reader.reading import read_plan
from hatang.places.models import Place
from hatang.plans.models import Comparator, Plan, PlanReading, Statement
from hatang.plans.services import import_plans, readings
from tests.conftest import make_person
from tests.core.document_makers import docx, p, pdf_of

FORMER = date(2025, 6, 30)
PLANS = {
    "lang-son-2025-2030": ("20", "Lạng Sơn", None, 20),
    "tuyen-quang-2025-2030": ("08", "Tuyên Quang", FORMER, 25),
    "dak-lak-2025-2030": ("66", "Đắk Lắk", FORMER, 17),
    "bac-giang-2023-2025": ("24", "Bắc Giang", FORMER, 17),
    "ha-giang-2023-2025": ("08", "Hà Giang", FORMER, 20),
}


def officer_of(code: str) -> Person:
    province = Place.objects.get(kind="province", code=code, valid_to=None)
    return make_person(f"can_bo_{code}", Role.DEPARTMENT_OFFICER, province=province)


def read_given(name: str, shared: Path, officer: Person, against: Plan | None = None) -> PlanReading:
    """Read a given plan as an officer uploads it."""
    return uploaded(f"{name}.txt", (shared / "plans" / f"{name}.txt").read_bytes(), officer, against)


def uploaded(name: str, content: bytes, officer: Person, against: Plan | None = None) -> PlanReading:
    province = officer.grants.get().province
    assert province is not None
    job = readings.start_reading(actor=officer, province=province, name=name, content=content, against=against)
    job.refresh_from_db()
    assert job.state == job.State.DONE
    return PlanReading.objects.order_by("-pk")[0]


def published(reading: PlanReading, officer: Person) -> Plan:
    """Publish what was read as it is, with the new indicators that the reader proposes."""
    targets = reading.statements.filter(kind=Statement.Kind.TARGET, facts__mention=False)
    readings.confirm(actor=officer, reading=reading, statements=list(targets.values_list("pk", flat=True)))
    readings.make_missing_bodies(actor=officer, reading=reading)
    return readings.publish_reading(actor=officer, reading=reading)


@pytest.mark.parametrize("name", PLANS)
def test_a_given_plan_is_read_and_published_whole(reference: None, shared: Path, name: str) -> None:
    code, territory, until, least = PLANS[name]
    officer = officer_of(code)
    reading = read_given(name, shared, officer)
    plan = published(reading, officer)
    assert (plan.territory.name, plan.territory.valid_to) == (territory, until)
    assert plan.title.startswith("Kế hoạch phát triển hạ tầng số")
    assert (plan.year_from, plan.year_to) == tuple(int(year) for year in name.split("-")[-2:])
    assert plan.targets.count() >= least
    assert plan.tasks.count() == reading.statements.filter(kind=Statement.Kind.TASK).count()
    assert all(row.quote for rows in (plan.targets, plan.tasks, plan.duties) for row in rows.all())
    known = [d.body for d in plan.duties.select_related("body") if d.body.key]
    assert len({body.pk for body in known}) >= 5


@pytest.mark.parametrize("name", PLANS)
def test_what_was_read_agrees_with_the_plan_typed_by_hand(reference: None, shared: Path, name: str) -> None:
    """The reference file's targets are found again: the same indicator, year and level for nearly all."""
    import_plans(codes=[name])
    by_hand = Plan.objects.get(code=name)
    officer = officer_of(PLANS[name][0])
    reading = read_given(name, shared, officer, against=by_hand)
    found = readings.compare(reading, by_hand)
    of_targets = [
        [line for line in lines if line.kind == Statement.Kind.TARGET] for lines in (found.same, found.changed)
    ]
    read = {
        (row.facts["indicator"], row.facts["due_year"], row.facts["value"])
        for row in reading.statements.filter(kind=Statement.Kind.TARGET)
    }
    wanted = {
        (t.indicator.code, t.year, None if t.comparator == Comparator.DONE else t.value)
        for t in by_hand.targets.select_related("indicator")
    }
    assert len(wanted & read) >= 0.8 * len(wanted), sorted(map(str, wanted - read))
    assert any(of_targets)


def test_bodies_of_a_former_province_have_their_heirs(reference: None, shared: Path) -> None:
    officer = officer_of("66")
    reading = read_given("dak-lak-2025-2030", shared, officer)
    parties = [
        party for row in reading.statements.filter(kind=Statement.Kind.BODY) for party in row.facts["organisations"]
    ]
    heirs = {party["name"]: party["today"] for party in parties}
    assert heirs["Sở Thông tin và Truyền thông"] == "Sở Khoa học và Công nghệ"
    assert heirs["Sở Giao thông vận tải"] == "Sở Xây dựng"
    first = Organisation.objects.get(pk=parties[0]["id"])
    assert (first.province and first.province.valid_to) == FORMER


def test_reading_the_same_file_twice_gives_the_same(reference: None, shared: Path) -> None:
    officer = officer_of("20")
    first, second = (read_given("lang-son-2025-2030", shared, officer) for _ in range(2))
    columns = ("kind", "block", "start", "end", "quote", "facts", "sure")
    assert list(first.statements.values_list(*columns)) == list(second.statements.values_list(*columns))


def test_a_given_plan_against_itself_changes_nothing(reference: None, shared: Path) -> None:
    officer = officer_of("20")
    plan = published(read_given("lang-son-2025-2030", shared, officer), officer)
    again = read_given("lang-son-2025-2030", shared, officer, against=plan)
    found = readings.compare(again, plan)
    assert (found.added, found.changed, found.missing) == ([], [], [])


def test_a_plan_published_from_its_docx_is_the_same_in_its_pdf(reference: None, shared: Path) -> None:
    officer = officer_of("20")
    lines = read_document((shared / "plans" / "lang-son-2025-2030.txt").read_bytes(), "ke-hoach.txt").lines
    paragraphs = [block.text for block in read_plan(lines).text.blocks]
    first = uploaded("ke-hoach.docx", docx("".join(map(p, paragraphs))), officer)
    targets = first.statements.filter(kind=Statement.Kind.TARGET, facts__mention=False)
    readings.confirm(actor=officer, reading=first, statements=list(targets.values_list("pk", flat=True)))
    plan = readings.publish_reading(actor=officer, reading=first)
    again = uploaded("ke-hoach.pdf", pdf_of(paragraphs), officer, plan)
    found = readings.compare(again, plan)
    assert (found.added, found.changed, found.missing) == ([], [], [])
    assert again.facts["relation"] == "same"
