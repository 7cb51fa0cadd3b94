"""Money of tasks: every total adds up to the same, the steps keep their order, a file is taken whole or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.plans.models import Funding, Plan, Task
from hatang.plans.services.funding import HEADINGS, against_plan, all_totals, funding_of, import_funding, keep_funding
from tests.conftest import World
from tests.plans.obliged import plan_of

pytestmark = pytest.mark.django_db
HEAD = "Số nhiệm vụ;Năm;Nguồn;Mã xã;Dự toán, đồng;Được duyệt, đồng;Quyết định;Đã chi, đồng\n"


@pytest.fixture
def plan(world: World) -> Plan:
    """Make a plan of two tasks."""
    plan = plan_of(world)
    Task.objects.create(plan=plan, title="Kéo cáp", order=1, estimate_vnd=500)
    Task.objects.create(plan=plan, title="Dựng cột", order=2)
    return plan


def task(plan: Plan, order: int) -> Task:
    """Give a task by its order."""
    return plan.tasks.get(order=order)


def test_every_way_of_adding_up_gives_the_same(plan: Plan, world: World) -> None:
    for k, (order, year, source) in enumerate([(1, 2026, "budget"), (1, 2027, "fund"), (2, 2026, "enterprise")]):
        amount = 100 * (k + 1)
        Funding.objects.create(task=task(plan, order), year=year, source=source, estimate_vnd=amount, spent_vnd=k)
    rows = funding_of(plan)
    sums = {
        heading: (sum(t.estimate_vnd for t in lines), sum(t.spent_vnd for t in lines))
        for heading, lines in all_totals(rows)
    }
    assert set(sums.values()) == {(600, 3)}
    assert [(one.task.title, one.apart_vnd) for one in against_plan(plan, rows)] == [("Kéo cáp", -200)]


def test_steps_keep_their_order(plan: Plan, people: dict[str, Person]) -> None:
    officer = people["department_officer"]
    row = Funding(task=task(plan, 1), year=2026, source="budget", decided_vnd=100)
    with pytest.raises(ValidationError, match="quyết định phê duyệt"):
        keep_funding(actor=officer, row=row)
    row.decision, row.spent_vnd = "12/QĐ-UBND, UBND tỉnh, 1/2/2026", 101
    with pytest.raises(ValidationError, match="nhiều hơn số được duyệt"):
        keep_funding(actor=officer, row=row)
    row.spent_vnd = 40
    keep_funding(actor=officer, row=row)
    assert row.stage == "đã duyệt"
    with pytest.raises(PermissionDenied):
        keep_funding(actor=people["operator"], row=row)


def send(plan: Plan, people: dict[str, Person], rows: str) -> tuple[int, int, int]:
    """Take a file up."""
    return import_funding(
        actor=people["department_officer"], plan=plan, content=(HEAD + rows).encode(), name="kinh-phi.csv"
    )


def test_a_file_comes_back_and_the_same_file_changes_nothing(plan: Plan, people: dict[str, Person]) -> None:
    rows = "1;2026;ngân sách nhà nước;06181;1.000.000;900000;12/QĐ-UBND;0\n2;2027;doanh nghiệp;;500;;;\n"
    assert send(plan, people, rows) == (2, 0, 0)
    assert send(plan, people, rows) == (0, 0, 2)
    assert send(plan, people, rows.replace("1.000.000", "2.000.000")) == (0, 1, 1)
    assert Funding.objects.get(year=2026).estimate_vnd == 2_000_000


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("9;2026;doanh nghiệp;;1;;;", "phải từ 1 đến 2"),
        ("1;2026;tiền riêng;;1;;;", "phải là một trong"),
        ("1;2026;doanh nghiệp;99999;1;;;", "“99999” không phải mã xã"),
        ("1;2026;doanh nghiệp;;một tỷ;;;", "“một tỷ” không phải số nguyên"),
        ("1;1926;doanh nghiệp;;1;;;", "Dòng 3"),
        ("1;2026;doanh nghiệp;;1;1;;", "quyết định phê duyệt"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_kept(row: str, said: str, plan: Plan, people: dict[str, Person]) -> None:
    with pytest.raises(ValidationError) as told:
        send(plan, people, f"2;2026;doanh nghiệp;;7;;;\n{row}\n")
    assert any(said in message for message in told.value.messages)
    assert not Funding.objects.exists()


def test_the_page_adds_up_and_its_export_can_be_filled_in(
    plan: Plan, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    page = reverse("plans:funding", args=[plan.code])
    typed = {"task": task(plan, 1).pk, "year": 2026, "source": "budget", "estimate_vnd": "1.500.000.000"}
    assert client.post(f"{page}?dong=0", typed | {"decided_vnd": "5"}).status_code == 422
    assert client.post(f"{page}?dong=0", typed).status_code == 302
    assert "Dự toán 1.500 triệu đồng" in client.get(page).text
    answer = client.get(f"{page}?xuat=xlsx")
    book = b"".join(answer)
    sheet = load_workbook(BytesIO(book)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == HEADINGS
    assert [line[:2] for line in lines[1:]] == [(1, "Kéo cáp"), (2, "Dựng cột")]
    sent = SimpleUploadedFile("kinh-phi.xlsx", book)
    answer = client.post(reverse("plans:funding_upload", args=[plan.code]), {"file": sent})
    assert answer.status_code == 302
    assert Funding.objects.count() == 2


def test_every_wrong_cell_of_a_file_is_told_at_once_on_the_page(
    plan: Plan, people: dict[str, Person], client: Client
) -> None:
    """Who mends a file wants all its faults, not one a time; no file, or an empty one, is told of too."""
    client.force_login(people["department_officer"])
    page = reverse("plans:funding_upload", args=[plan.code])
    rows = "2;2026;doanh nghiệp;;7;;;\n9;2026;trời;99999;một tỷ;;;\n"
    answer = client.post(page, {"file": SimpleUploadedFile("k.csv", (HEAD + rows).encode())})
    assert answer.status_code == 422
    for said in ("phải từ 1 đến 2", "phải là một trong", "“99999” không phải mã xã", "“một tỷ” không phải số"):
        assert said in answer.text
    assert answer.text.count("Dòng 3:") == 4
    assert not Funding.objects.exists()
    for file, said in ((None, "Chọn một tệp"), (SimpleUploadedFile("k.csv", b""), "Tệp trống")):
        refused = client.post(page, {"file": file} if file else {})
        assert refused.status_code == 422
        assert said in refused.text
