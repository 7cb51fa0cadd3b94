"""The yearly report: its figures are the plan's, its texts the officer's, and only the right people write it."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from pathlib import Path
from shutil import which

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from hatang.accounts.models import Organisation, OrganisationSuccession, Person
from hatang.indicators.models import Indicator, Value
from hatang.places.models import LegalReference, Place
from hatang.plans.models import Plan, Report, ReportTemplate, Target, Task
from hatang.plans.report.content import build_content, with_log_root
from hatang.plans.report.docx_template import default_template
from hatang.plans.report.keeping import new_report, send_report
from hatang.plans.report.letter import NO_TEXT
from hatang.plans.services import progress_of
from hatang.utilities.models import SignedDocument
from hatang.utilities.services import sign_document, verify_file
from tests.conftest import World
from tests.utilities.made import published
from tests.utilities.signing_needs import kept, trial_key

TODAY = date(2026, 3, 10)
YEAR = 2025
TYPED = "Dùng #thẻ, $tiền$ & <b>đậm</b>: 5 * 3 _ @a {{ so }}"


def indicator(code: str, number: int, **more: object) -> Indicator:
    traits = {"component": "telecom", "unit_code": "percent", "rollup": "ratio_of_sums", "source": "register"}
    return Indicator.objects.create(
        code=code, number=number, name=f"Tỷ lệ {code}", short_name=f"Chỉ tiêu {code}", **(traits | more)
    )


def figure(of: Indicator, place: Place, year: int, value: float, **more: object) -> Value:
    traits = {"how": "counted", "state": "published", "on": date(year, 12, 31), "known_from": timezone.now()}
    return Value.objects.create(indicator=of, place=place, year=year, value=value, **(traits | more))


@pytest.fixture
def plan(world: World) -> Plan:
    """A plan with three targets, two of them measured, and three tasks."""
    plan = Plan.objects.create(
        code="lang-son",
        title="Kế hoạch phát triển hạ tầng số",
        issuer="UBND tỉnh Lạng Sơn",
        territory=world.province,
        province=world.province,
        year_from=2025,
        year_to=2030,
        published=True,
    )
    plan.bases.add(
        LegalReference.objects.create(number="1132/QĐ-TTg", issuer="Thủ tướng Chính phủ", date=date(2024, 10, 9))
    )
    villages, speed, ipv6 = indicator("villages", 1), indicator("speed", 2, unit_code="mbps"), indicator("ipv6", 3)
    for order, (of, year, value) in enumerate([(villages, 2025, 98), (speed, 2025, 100), (ipv6, 2030, 90)]):
        Target.objects.create(plan=plan, indicator=of, year=year, comparator="ge", value=value, order=order)
    for year, value in [(2024, 91.5), (2025, 98.25), (2026, 99.75)]:
        figure(villages, world.province, year, value)
    figure(villages, world.commune, 2025, 77.5)
    figure(speed, world.province, 2025, 61.4)
    kind = Organisation.Kind.DEPARTMENT
    roads = Organisation.objects.create(kind=kind, name="Sở Xây dựng", province=world.province)
    Task.objects.create(plan=plan, title="Rà soát cột", lead=roads, due_on=date(2025, 12, 31), state="under_way")
    Task.objects.create(plan=plan, title="Ngầm hóa cáp", lead=roads, state="done", order=1)
    Task.objects.create(plan=plan, title="Việc chưa giao", obstacle_text="chưa rõ đầu mối", order=2)
    return plan


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


@pytest.fixture
def desk(officer: Person) -> Client:
    """The officer's browser."""
    client = Client()
    client.force_login(officer)
    return client


def page(plan: Plan, year: int = YEAR) -> str:
    return reverse("plans:report", args=[plan.code, year])


def typed(**more: str) -> dict[str, str]:
    return {
        "assessment": "Khá.",
        "causes": "Ít tiền.",
        "proposals": "Thêm tiền.",
        "number": "05/BC-SKHCN",
        "date": "2026-02-05",
        "body": "Sở Khoa học và Công nghệ",
        "addressee": "UBND tỉnh",
        "signer_title": "GIÁM ĐỐC",
        "signer_name": "Hoàng Văn B",
    } | more


def test_figures_are_those_of_the_plan(plan: Plan, officer: Person) -> None:
    """Each target's row holds what progress_of says for that year, with the year before beside it."""
    content = build_content(new_report(plan=plan, year=YEAR, person=officer), today=TODAY, person=officer)
    rows = [row for table in content.target_tables for group in table.groups for row in group.rows]
    told = progress_of(plan, today=date(2026, 1, 1), person=officer, up_to_year=YEAR)
    assert [row.state_code for row in rows] == [p.state for p in told] == ["met", "missed", "not_measured"]
    assert [row.current for row in rows] == ["98,25", "61,4", "–"]
    assert [row.previous for row in rows] == ["91,5", "–", "–"]
    assert [row.target for row in rows] == ["≥ 98", "≥ 100", "≥ 90"]
    assert "1 đạt, 1 không đạt, 1 chưa đo được" in content.finding
    assert not content.simulated


def test_the_log_s_root_stands_at_the_end(plan: Plan, world: World, officer: Person) -> None:
    report = new_report(plan=plan, year=YEAR, person=officer)
    content = build_content(report, today=TODAY, person=officer)
    assert with_log_root(content).log_note == ""
    entry = published(world)
    note = with_log_root(content).log_note
    assert f"có 1 mục, gốc {entry.root_hash}" in note
    assert note.endswith("/so-minh-bach/")


def test_a_simulated_figure_marks_the_report(plan: Plan, officer: Person) -> None:
    Value.objects.filter(year=YEAR, place=plan.province, value=61.4).update(simulated=True)
    content = build_content(new_report(plan=plan, year=YEAR, person=officer), today=TODAY, person=officer)
    assert content.simulated
    assert any("▒" in row.current for row in content.target_tables[0].groups[0].rows)


def test_tasks_stand_by_lead_with_lateness(plan: Plan, officer: Person) -> None:
    content = build_content(new_report(plan=plan, year=YEAR, person=officer), today=TODAY, person=officer)
    assert [group.body for group in content.task_groups] == ["Sở Xây dựng", "Chưa giao chủ trì"]
    late = content.task_groups[0].rows[0]
    assert late.late
    assert late.state == "đang làm, quá hạn 69 ngày"
    assert content.task_finding.startswith("Có 3 nhiệm vụ: 1 hoàn thành, 1 quá hạn")
    assert "chưa rõ đầu mối" in content.obstacles[0]


def test_a_dissolved_lead_says_who_follows(plan: Plan, world: World, officer: Person) -> None:
    roads = Organisation.objects.get(name="Sở Xây dựng")
    OrganisationSuccession.objects.create(predecessor=roads, successor=world.department, on=date(2025, 3, 1))
    content = build_content(new_report(plan=plan, year=YEAR, person=officer), today=TODAY, person=officer)
    assert content.task_groups[0].body == "Sở Xây dựng (nay là Sở Khoa học và Công nghệ Lạng Sơn)"


def test_annex_lists_every_commune_and_keeps_secrets(plan: Plan, world: World, officer: Person) -> None:
    """A commune without a figure is shown without one; a commercial figure never enters what will be public."""
    secret = indicator("secret", 9, commercial=True)
    Target.objects.create(plan=plan, indicator=secret, year=2025, comparator="ge", value=1, order=9)
    figure(secret, world.commune, 2025, 42.42)
    annex = build_content(new_report(plan=plan, year=YEAR, person=officer), today=TODAY, person=officer).annex
    assert annex.headings == ("Chỉ tiêu villages (%)",)
    assert [(row.name, row.cells) for row in annex.rows] == [("Xã Đồng Đăng", ("77,5",)), ("Phường Kỳ Lừa", ("–",))]


def test_open_texts_are_told_and_shown(plan: Plan, desk: Client) -> None:
    answer = desk.get(page(plan))
    assert NO_TEXT in answer.content.decode()
    assert "Kiến nghị, đề xuất" in answer.context["c"].missing
    assert Report.objects.count() == 0


def test_texts_are_kept_as_typed(plan: Plan, desk: Client) -> None:
    text = f"{TYPED}\r\n\r\nĐoạn hai"
    assert desk.post(page(plan), typed(assessment=text)).status_code == 302
    report = Report.objects.get()
    assert report.assessment == text
    assert report.history.count() == 1
    assert desk.get(page(plan)).context["c"].assessment == (TYPED, "Đoạn hai")


def test_a_wrong_form_keeps_what_was_typed(plan: Plan, desk: Client) -> None:
    answer = desk.post(page(plan), typed(date="31/31/2026", causes="đừng mất"))
    assert answer.status_code == 422
    assert "đừng mất" in answer.content.decode()
    assert Report.objects.count() == 0


def test_files_hold_the_texts_and_figures(plan: Plan, desk: Client) -> None:
    desk.post(page(plan), typed(assessment=TYPED))
    pdf = desk.get(reverse("plans:report_pdf", args=[plan.code, YEAR]))
    assert pdf["Content-Type"] == "application/pdf"
    text = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf.content)).pages)
    word = desk.get(reverse("plans:report_docx", args=[plan.code, YEAR]))
    document = docx.Document(io.BytesIO(word.content))
    assert TYPED in [p.text for p in document.paragraphs]
    assert "98,25" in {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    squeezed = text.replace("\n", "").replace(" ", "")
    for expected in (TYPED, "98,25", "1132/QĐ-TTg", "ngày 05 tháng 02 năm 2026", "Hoàng Văn B"):
        assert expected.replace(" ", "") in squeezed


@pytest.mark.parametrize("who", ["rival", "stranger", "commune_officer", "analyst", None])
@pytest.mark.parametrize("name", ["report", "report_pdf", "report_docx"])
def test_a_draft_is_absent_for_others(plan: Plan, people: dict[str, Person], who: str | None, name: str) -> None:
    Report.objects.create(plan=plan, year=YEAR, assessment="bí mật")
    client = Client()
    if who:
        client.force_login(people[who])
    for year in (YEAR, 2026, 1999):
        assert client.get(reverse(f"plans:{name}", args=[plan.code, year])).status_code == 404
    assert client.post(page(plan), typed()).status_code == 404
    assert client.get(reverse("plans:report_template", args=[plan.code])).status_code == 404


def test_years_outside_the_plan_are_absent(plan: Plan, desk: Client) -> None:
    assert desk.get(page(plan, 2024)).status_code == 404
    assert desk.get(page(plan, timezone.localdate().year + 1)).status_code == 404


def test_what_was_sent_is_public_frozen_and_read_only(plan: Plan, desk: Client, people: dict[str, Person]) -> None:
    desk.post(page(plan), typed())
    desk.post(page(plan), {"viec": "gui"})
    assert Report.objects.get().sent_on == timezone.localdate()
    Value.objects.filter(year=YEAR, value=98.25).update(value=12.34)
    public = Client()
    shown = public.get(page(plan)).content.decode()
    assert "98,25" in shown
    assert "12,34" not in shown
    assert "<form method" not in shown.split("<main")[1]
    assert public.get(reverse("plans:report_pdf", args=[plan.code, YEAR])).status_code == 200
    assert public.post(page(plan), typed(causes="bôi nhọ")).status_code == 403
    assert desk.post(page(plan), typed(causes="sửa sau khi gửi")).status_code == 422
    assert Report.objects.get().causes == "Ít tiền."
    rival = Client()
    rival.force_login(people["stranger"])
    assert rival.post(page(plan), {"viec": "thu-hoi"}).status_code == 403


def test_taking_back_makes_a_draft_again(plan: Plan, desk: Client) -> None:
    desk.post(page(plan), typed())
    desk.post(page(plan), {"viec": "gui"})
    desk.post(page(plan), {"viec": "thu-hoi"})
    assert Report.objects.get().sent_on is None
    assert Client().get(page(plan)).status_code == 404


def test_an_unfinished_report_is_not_sent(plan: Plan, desk: Client) -> None:
    desk.post(page(plan), typed(proposals=""))
    answer = desk.post(page(plan), {"viec": "gui"}, follow=True)
    assert "còn thiếu: Kiến nghị, đề xuất" in answer.content.decode()
    assert Report.objects.get().sent_on is None


def test_next_year_begins_with_this_years_letterhead(plan: Plan, officer: Person) -> None:
    Report.objects.create(plan=plan, year=YEAR, body="Sở A", signer_name="Ông B", assessment="cũ")
    begun = new_report(plan=plan, year=2026, person=officer)
    assert (begun.body, begun.signer_name, begun.assessment) == ("Sở A", "Ông B", "")


def test_a_province_uses_its_own_template_and_goes_back(plan: Plan, desk: Client) -> None:
    address = reverse("plans:report_template", args=[plan.code])
    document = docx.Document(io.BytesIO(default_template()))
    document.paragraphs[0].insert_paragraph_before("Mẫu riêng {{ nam }}")
    file = io.BytesIO()
    document.save(file)
    desk.post(address, {"file": SimpleUploadedFile("mau.docx", file.getvalue()), "nam": YEAR})
    word = desk.get(reverse("plans:report_docx", args=[plan.code, YEAR]))
    assert docx.Document(io.BytesIO(word.content)).paragraphs[0].text == "Mẫu riêng 2025"
    assert desk.get(address).content == file.getvalue()
    desk.post(address, {"viec": "mac-dinh", "nam": YEAR})
    assert desk.get(address).content == default_template()


def test_a_bad_template_changes_nothing_and_says_why(plan: Plan, desk: Client) -> None:
    address = reverse("plans:report_template", args=[plan.code])
    answer = desk.post(address, {"file": SimpleUploadedFile("mau.docx", b"PK not a zip"), "nam": YEAR}, follow=True)
    assert "không phải DOCX" in answer.content.decode()
    assert ReportTemplate.objects.count() == 0


def test_a_missing_template_file_is_told_plainly(plan: Plan, desk: Client) -> None:
    """The file of a template was lost on disk: the page says what to do, and the PDF still works."""
    address = reverse("plans:report_template", args=[plan.code])
    desk.post(address, {"file": SimpleUploadedFile("mau.docx", default_template()), "nam": YEAR})
    ReportTemplate.objects.get().file.file.delete()
    answer = desk.get(reverse("plans:report_docx", args=[plan.code, YEAR]))
    assert answer.status_code == 503
    assert "trở lại mẫu mặc định" in answer.content.decode()
    assert desk.get(reverse("plans:report_pdf", args=[plan.code, YEAR])).status_code == 200


def test_the_officer_sees_who_changed_what(plan: Plan, desk: Client) -> None:
    desk.post(page(plan), typed())
    desk.post(page(plan), typed(causes="Nhiều lý do."))
    tools = desk.get(reverse("plans:report_tools", args=[plan.code, YEAR])).content.decode()
    assert "can_bo_so: tồn tại, nguyên nhân" in tools
    assert "cac_bang_muc_tieu" in tools


def test_sending_needs_the_right(plan: Plan, people: dict[str, Person]) -> None:
    from django.core.exceptions import PermissionDenied

    report = Report.objects.create(plan=plan, year=YEAR)
    with pytest.raises(PermissionDenied):
        send_report(actor=people["stranger"], report=report, today=TODAY)


def test_queries_do_not_grow_with_rows(
    plan: Plan, world: World, desk: Client, django_assert_max_num_queries: object
) -> None:
    """A hundred more communes and tasks cost no further query."""
    inside = {"parent": world.province, "province": world.province, "valid_from": date(2025, 7, 1)}
    for n in range(30):
        Place.objects.create(kind="commune", title="Xã", name=f"Số {n}", code=f"X{n}", **inside)
        Task.objects.create(plan=plan, title=f"Việc {n}", lead=world.department, order=n + 10)
    desk.post(page(plan), typed())
    with django_assert_max_num_queries(MOST_QUERIES):  # type: ignore[operator]
        desk.get(page(plan))


MOST_QUERIES = 12


def test_a_sent_report_is_proposed_signed_and_verified(
    plan: Plan, world: World, desk: Client, people: dict[str, Person], tmp_path: Path
) -> None:
    trial_key(world)
    address = page(plan)
    desk.post(address, typed())
    assert "Hãy đánh dấu báo cáo đã gửi" in desk.post(address, {"viec": "de-nghi-ky"}, follow=True).content.decode()
    desk.post(address, {"viec": "gui"})
    to_sign = desk.post(address, {"viec": "de-nghi-ky"})["Location"]
    row = SignedDocument.objects.get()
    assert (row.get_absolute_url(), row.kind, row.public, row.issuer) == (to_sign, "report", True, world.department)
    assert "đang chờ" in desk.post(address, {"viec": "de-nghi-ky"}, follow=True).content.decode()
    row = sign_document(actor=people["department_head"], document=row)
    assert f'href="{row.public_url}"' in Client().get(address).content.decode()
    content = kept(row)
    assert verify_file(content).rows[0][1] == row
    if which("pdfsig"):
        path = tmp_path / "bao-cao.pdf"
        path.write_bytes(content)
        said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, timeout=60).stdout
        assert "Signature is Valid." in said
    again = desk.post(address, {"viec": "de-nghi-ky"})["Location"]
    newer = SignedDocument.objects.get(pk=int(again.rstrip("/").rpartition("/")[2]))
    assert newer.replaces == row


def test_who_does_not_write_the_report_proposes_nothing(plan: Plan, world: World, people: dict[str, Person]) -> None:
    for who in ("stranger", "analyst", "operator"):
        client = Client()
        client.force_login(people[who])
        assert client.post(page(plan), {"viec": "de-nghi-ky"}).status_code == 404
    assert not SignedDocument.objects.exists()
