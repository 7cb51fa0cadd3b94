"""Files of the registers: what they change, what is wrong in which cell, all or nothing, and taken back whole."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.core.cells import TableError
from hatang.systems.kinds import KINDS, TABLE
from hatang.systems.models import Agency, DataLink, InformationSystem, SystemsUpload
from hatang.systems.services.checking import Outcome, check_file
from hatang.systems.services.template import template_file
from hatang.systems.services.uploads import save_upload, silent, undo_upload
from hatang.work.models import Upload
from tests.conftest import World
from tests.systems.registers import ON, agency, held, link, system, workbook

AGENCIES = ["Mã", "Tên", "Loại", "Xã, phường", "Dùng từ ngày"]
LINKS = ["Mã", "Cơ quan được nối", "Doanh nghiệp cung cấp", "Xã, phường", "Dung lượng, Mb/s", "Dùng từ ngày"]


def checked(world: World, content: bytes, name: str = "so.xlsx") -> Outcome:
    return check_file(content, name, province=world.province, today=ON, tell=silent)


def brought(client: Client, content: bytes, name: str = "so.xlsx") -> SystemsUpload:
    file = io.BytesIO(content)
    file.name = name
    answer = client.post(reverse("systems:upload", args=["20"]), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return SystemsUpload.objects.latest("pk")


@pytest.fixture
def officer(people: dict[str, Person]) -> Client:
    client = Client()
    client.force_login(people["department_officer"])
    return client


def two_sheets() -> bytes:
    """A link to a body that the same file adds, the sheets in the wrong order."""
    return workbook(
        {
            "Đường truyền TSLCD": [LINKS, ["TSL-1", "Sở Y tế", "A", "Đồng Đăng", 50, "01/01/2025"]],
            "Cơ quan, đơn vị": [AGENCIES, ["CQ-1", "Sở Y tế", "cơ quan nhà nước cấp tỉnh", "06181", date(2020, 1, 1)]],
        }
    )


def test_a_file_is_checked_saved_whole_and_taken_back(world: World, officer: Client) -> None:
    upload = brought(officer, two_sheets())
    assert (upload.state, upload.summary["added"]) == (Upload.State.READY, 2)
    assert not Agency.objects.exists()
    assert officer.post(reverse("systems:upload_save", args=[upload.pk])).status_code == 302
    row = held(DataLink, "TSL-1")
    assert (row.agency.code, row.operator, row.commune, row.capacity_mbps) == (
        "CQ-1",
        world.operator,
        world.commune,
        50,
    )
    assert row.history.get().history_change_reason == upload.reason
    again = brought(officer, two_sheets())
    assert (again.summary["added"], again.summary["changed"], again.summary["rows"]) == (0, 0, 2)
    assert officer.post(reverse("systems:upload_undo", args=[upload.pk])).status_code == 302
    assert not Agency.objects.exists()
    assert not DataLink.objects.exists()
    assert SystemsUpload.objects.get(pk=upload.pk).undone_at


def test_a_change_is_shown_saved_and_restored(world: World, people: dict[str, Person], officer: Client) -> None:
    link(world, agency=agency(world, name="Sở Y tế"), serves_level=4)
    content = workbook({"Đường truyền TSLCD": [["Mã", "Dung lượng, Mb/s"], ["TSL-1", 100]]})
    upload = brought(officer, content)
    (line,) = upload.summary["changes"]
    assert (line["heading"], line["before"], line["after"]) == ("dung lượng, Mb/s", "50 Mb/s", "100 Mb/s")
    officer.post(reverse("systems:upload_save", args=[upload.pk]))
    row = held(DataLink, "TSL-1")
    assert (row.capacity_mbps, row.serves_level) == (100, 4)
    undo_upload(actor=people["department_officer"], upload=upload)
    assert held(DataLink, "TSL-1").capacity_mbps == 50


def test_taking_back_refuses_what_would_be_lost(world: World, people: dict[str, Person], officer: Client) -> None:
    upload = brought(officer, two_sheets())
    officer.post(reverse("systems:upload_save", args=[upload.pk]))
    row = held(Agency, "CQ-1")
    system(world, owner=row)
    with pytest.raises(ValidationError, match="đã có dữ liệu khác gắn vào"):
        undo_upload(actor=people["department_officer"], upload=upload)
    assert held(DataLink, "TSL-1")
    row.name = "Sở Y tế mới"
    row.save()
    with pytest.raises(ValidationError, match=r"sửa tiếp \(CQ-1\)"):
        undo_upload(actor=people["department_officer"], upload=upload)


def test_what_moved_meanwhile_is_shown_again(world: World, people: dict[str, Person], officer: Client) -> None:
    upload = brought(officer, two_sheets())
    agency(world, "CQ-1", name="Sở Y tế", since_on=date(2020, 1, 1))
    SystemsUpload.objects.filter(pk=upload.pk).update(state=Upload.State.SAVING)
    assert not save_upload(actor=people["department_officer"], upload=upload)
    upload.refresh_from_db()
    assert (upload.state, upload.summary["moved"]) == (Upload.State.READY, True)
    assert not DataLink.objects.exists()


@pytest.mark.parametrize(
    ("cells", "heading", "wrong"),
    [
        ({"code": ""}, "Mã", "bắt buộc"),
        ({"agency": "Sở Không có"}, "Cơ quan được nối", "Không có cơ quan, đơn vị “Sở Không có”"),
        ({"agency": "Sở trùng tên"}, "Cơ quan được nối", "Có 2 cơ quan, đơn vị mang tên"),
        ({"operator": "Z"}, "Doanh nghiệp cung cấp", "Không có tổ chức “Z”"),
        ({"commune": "00721"}, "Xã, phường", "Không có"),
        ({"capacity": "50 Mb/s"}, "Dung lượng, Mb/s", "50 Mb/s"),
        ({"capacity": "1.000.000"}, "Dung lượng, Mb/s", "dấu ngăn hàng nghìn"),
        ({"capacity": -5}, "Dung lượng, Mb/s", "từ 0,1"),
        ({"capacity": 1e300}, "Dung lượng, Mb/s", "quá lớn"),
        ({"since": "31/02/2025"}, "Dùng từ ngày", "không có trong lịch"),
        ({"since": date(2099, 1, 1)}, "Dùng từ ngày", "còn hơn một năm nữa"),
    ],
)
def test_a_wrong_cell_is_told_with_row_and_cure(cells: dict[str, Any], heading: str, wrong: str, world: World) -> None:
    agency(world, name="Sở Y tế")
    agency(world, "CQ-2", name="Sở trùng tên")
    agency(world, "CQ-3", name="Sở trùng tên")
    good = {"code": "TSL-1", "agency": "CQ-1", "operator": "A", "commune": "06181", "capacity": 50, "since": ON}
    content = workbook({"Đường truyền TSLCD": [LINKS, list((good | cells).values())]})
    outcome = checked(world, content)
    assert not outcome.added
    (fault,) = outcome.faults
    assert (fault["row"], fault["heading"]) == (2, heading)
    assert wrong.lower() in fault["wrong"].lower()
    assert fault["right"]


def test_one_wrong_row_stops_the_file(world: World, officer: Client) -> None:
    content = workbook({"Cơ quan, đơn vị": [AGENCIES, ["CQ-1", "Sở A", "cơ quan Đảng", "06181", ON], ["CQ-1"]]})
    upload = brought(officer, content)
    assert upload.state == Upload.State.WRONG
    told = officer.get(reverse("systems:upload_detail", args=[upload.pk])).content.decode()
    assert "Trùng dòng 2: mã CQ-1" in told
    officer.post(reverse("systems:upload_save", args=[upload.pk]))
    assert not Agency.objects.exists()
    book = load_workbook(io.BytesIO(officer.get(reverse("systems:upload_lines", args=[upload.pk])).content))
    assert [cell.value for cell in book.active[2]][:3] == ["Cơ quan, đơn vị", 3, "Mã"]
    assert officer.post(reverse("systems:upload_discard", args=[upload.pk])).status_code == 302


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "rong.xlsx", "."),
        (b"PK\x03\x04 hong", "hong.xlsx", "."),
        (b"\x00\x01\x02", "la.csv", "."),
        (b"a;b\n1;2\n", "la.csv", "Không nhận ra"),
        ("Mã;Mã;Tên\n1;2;3\n".encode(), "Cơ quan.csv", "."),
        (workbook({"Cơ quan, đơn vị": [["Tên", "Loại"], ["A", "B"]]}), "thieu.xlsx", "Thiếu cột “Mã”"),
    ],
)
def test_a_useless_file_is_refused_in_words(content: bytes, name: str, told: str, world: World) -> None:
    with pytest.raises(TableError, match=told) as refused:
        checked(world, content, name)
    assert refused.value.message


def test_an_export_comes_back_unchanged(world: World, officer: Client) -> None:
    """Tệp xuất từ danh sách tải lên lại: mọi dòng giữ nguyên, không lỗi."""
    body = agency(world, name="Sở Y tế")
    portal = system(world, "HT-1", kind="portal", uses_ai=True, backup=None, simulated=True)
    system(world, "A-TRANG", part_of=portal, owner=body, security_level=None, simulated=True)
    link(world, agency=body, serves_level=4, physical_paths=2)
    for slug, count in (("co-quan", 1), ("he-thong-thong-tin", 2), ("duong-truyen", 1)):
        content = officer.get(reverse("systems:entries", args=["20", slug]), {"xuat": "xlsx"}).content
        outcome = checked(world, content)
        assert (outcome.faults, outcome.changes, outcome.missing) == ([], [], [])
        assert outcome.unchanged == {KINDS[slug].model: count}


def test_a_page_and_its_portal_may_come_in_one_file(world: World, officer: Client) -> None:
    heads = ["Mã", "Tên", "Loại", "Là trang thành phần của", "Ứng dụng IoT", "Dùng chung cấp tỉnh"]
    rows = [["TR-1", "Trang A", "cổng, trang thông tin điện tử", "HT-1", None, None]]
    rows += [["HT-1", "Cổng", "portal", None, "không", "có"], ["TR-2", "Trang B", "portal", "TR-1", None, None]]
    content = workbook({"Hệ thống thông tin, cổng": [heads, *rows]})
    (fault,) = checked(world, content).faults
    assert "chính nó là trang thành phần" in fault["wrong"]
    upload = brought(officer, workbook({"Hệ thống thông tin, cổng": [heads, *rows[:2]]}))
    officer.post(reverse("systems:upload_save", args=[upload.pk]))
    page, portal = held(InformationSystem, "TR-1"), held(InformationSystem, "HT-1")
    assert (page.part_of, portal.uses_iot, portal.uses_ai, portal.shared_provincial) == (portal, False, None, True)
    officer.post(reverse("systems:upload_undo", args=[upload.pk]))
    assert not InformationSystem.objects.exists()


def test_the_template_is_a_file_without_faults(world: World) -> None:
    """Tệp mẫu trống không có lỗi; mỗi cột có cách ghi, cột chọn có danh sách."""
    content = template_file(world.province, ON)
    outcome = checked(world, content)
    assert (outcome.faults, outcome.rows) == ([], 0)
    book = load_workbook(io.BytesIO(content))
    for kind in TABLE:
        sheet = book[kind.plural[:31]]
        assert all(cell.comment and cell.comment.text for cell in sheet[1])
    assert book["Hệ thống thông tin, cổng"].data_validations.count > 5


def test_operators_bring_no_file(world: World, people: dict[str, Person]) -> None:
    client = Client()
    client.force_login(people["operator"])
    assert client.post(reverse("systems:upload", args=["20"]), {}).status_code == 404


ODD = ["", "A", "CQ-1", "06181", "5e309", "-1", "NaN", "0", "1,5", "1.234,5", "có", "=1+1", "31/12/2025", "0000-00-00"]
CELLS = st.sampled_from(
    [*ODD, "\u200b", "😀", "’; DROP", "x" * 500, "cấp độ 4", "null", "'-5", "９", "١٢", "12:30", "  ", "Sở Y tế"]
)


@given(rows=st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=5))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_stands_in_cells_is_answered_in_words(rows: list[list[str]], world: World) -> None:
    text = "\n".join("\t".join(row) for row in [LINKS, *rows])
    try:
        outcome = checked(world, text.encode(errors="ignore"), "so.csv")
    except TableError as error:
        assert error.message
        return
    assert all(fault["wrong"] for fault in outcome.faults)
