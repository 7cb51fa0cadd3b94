"""The files and the page of forms 35-44: they open, say what they must, and tell nobody what is another's."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.network.models import House, Mast, PoleLine, UndergroundWork
from hatang.plans.legal_forms.bundle import WRITERS, forms_zip
from hatang.plans.legal_forms.docx import forms_docx
from hatang.plans.legal_forms.filling import MISSING_HEADINGS, Filled, Head
from hatang.plans.legal_forms.table import FORMS
from hatang.plans.legal_forms.xlsx import forms_xlsx
from tests.answers import bare
from tests.conftest import World
from tests.plans.legal_things import EVERY_FORM, filled, make

HEAD = Head("12/QĐ-SKHCN", date(2026, 12, 28), "Sở Khoa học và Công nghệ tỉnh Lạng Sơn")


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    return people["department_officer"]


def workbook(forms: dict[int, Filled]) -> Any:
    return load_workbook(io.BytesIO(forms_xlsx(list(forms.values()))))


def document(forms: dict[int, Filled]) -> docx.document.Document:
    return docx.Document(io.BytesIO(forms_docx(list(forms.values()))))


def words(file: docx.document.Document) -> str:
    """Everything that the document's XML holds as text."""
    return " ".join(node.text or "" for node in file.element.iter() if node.tag.endswith("}t"))


def values(sheet: Any) -> list[Any]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def row_with(sheet: Any, value: Any) -> list[Any]:
    """Give the row in which a value stands, from its first column."""
    return next([c.value for c in row] for row in sheet.iter_rows() if value in [c.value for c in row])


def test_an_empty_register_gives_whole_forms(world: World, officer: Person) -> None:
    forms = filled(officer, world)
    book, file = workbook(forms), document(forms)
    assert book.sheetnames == [*(f"Mẫu {n}" for n in EVERY_FORM), "Số liệu còn thiếu"]
    tables = [t for t in file.tables if t.rows[0].cells[0].text == "STT"]
    assert len(tables) == len(FORMS)
    for form, table in zip(FORMS, tables, strict=True):
        headings = [column.heading for column in form.columns]
        assert row_with(book[f"Mẫu {form.number}"], "(1)") == [f"({n})" for n in range(1, len(headings) + 1)]
        assert set(headings) <= set(values(book[f"Mẫu {form.number}"]))
        last = [row for row in table.rows if row.cells[0].text in ("STT", "")][-1]
        assert [cell.text for cell in last.cells] == headings
    assert "DỮ LIỆU MÔ PHỎNG" not in words(file) + str(values(book["Mẫu 41"]))


def test_the_document_is_laid_out_as_the_decree_on_papers_asks(world: World, officer: Person) -> None:
    """NĐ 30/2020: country and motto, who issues, A4; headings repeat on each page, rows are not split."""
    make(world, Mast, "M1")
    file = document(filled(officer, world, numbers=(41,), head=HEAD))
    said = words(file)
    for text in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Mẫu số 41"):
        assert text in said
    assert "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN SỞ KHOA HỌC VÀ CÔNG NGHỆ TỈNH LẠNG SƠN" in said
    assert "(Kèm theo Quyết định số 12/QĐ-SKHCN ngày 28/12/2026 của Sở Khoa học và Công nghệ tỉnh Lạng Sơn)" in said
    assert {s.orientation for s in file.sections} == {WD_ORIENT.LANDSCAPE}
    assert file.styles["Normal"].font.name == "Times New Roman"
    table = next(t for t in file.tables if t.rows[0].cells[0].text == "STT")
    repeated = [row for row in table.rows if row._tr.find(f".//{qn('w:tblHeader')}") is not None]
    assert [[cell.text for cell in row.cells[4:6]] for row in repeated] == [
        ["Tọa độ dự kiến", "Tọa độ dự kiến"],
        ["Kinh độ", "Vĩ độ"],
        ["(5)", "(6)"],
    ]
    assert [[cell.text for cell in row.cells] for row in table.rows[3:]] == [
        ["1", *["Xã Đồng Đăng"] * 7],
        ["1.1", "M1", "A1", "42", "106,7", "21,95", "02 doanh nghiệp", "Cấp 4: bão, lũ"],
    ]


def test_room_is_left_for_a_decision_that_has_no_number_yet(world: World, officer: Person) -> None:
    said = words(document(filled(officer, world, numbers=(36, 41))))
    assert "(Kèm theo Quyết định số …… ngày … tháng … năm … của Ủy ban nhân dân tỉnh Lạng Sơn)" in said
    assert "(Kèm theo Quyết định số …… ngày … tháng … năm … của Sở Khoa học và Công nghệ)" in said


def test_the_workbook_holds_real_numbers_and_dates(world: World, officer: Person) -> None:
    make(world, Mast, "M1", height_m=42.5)
    make(world, UndergroundWork, "N1", length_km=1.23456)
    book = workbook(filled(officer, world))
    assert row_with(book["Mẫu 41"], "M1")[3:6] == [42.5, 106.7, 21.95]
    route = next(row for row in book["Mẫu 40"].iter_rows() if row[0].value == "1")
    assert (route[4].value, route[4].number_format) == (1.235, "#,##0.000")
    assert (route[6].value, route[6].number_format) == (datetime(2027, 9, 15), "mm/yyyy")
    size = next(row for row in book["Mẫu 35"].iter_rows() if row[0].value == "1")[4]
    assert (size.value, size.number_format) == (1.235, '#,##0.000" km"')
    section = next(row for row in book["Mẫu 39"].iter_rows() if row[0].value == "3")
    assert (section[2].value, section[2].number_format) == (1, "#,##0")
    assert book["Mẫu 41"].page_setup.orientation == "landscape"
    assert book["Mẫu 41"].print_title_rows == "$9:$11"


def test_what_is_typed_never_runs_as_a_formula_nor_breaks_a_file(world: World, officer: Person) -> None:
    make(world, PoleLine, "T1", remarks="=1+1\x0b<b>&|", along="+cmd|' /C calc'!A0")
    forms = filled(officer, world, numbers=(40,), head=Head("=1|2", None, "<Sở> & |"))
    sheet = workbook(forms)["Mẫu 40"]
    assert [cell.data_type for row in sheet.iter_rows() for cell in row].count("f") == 0
    assert "=1+1<b>&|" in words(document(forms))


def test_made_up_rows_are_marked_everywhere(world: World, officer: Person, client: Client) -> None:
    make(world, Mast, "THAT")
    make(world, Mast, "BIA", simulated=True)
    forms = filled(officer, world, numbers=(40, 41))
    book = workbook(forms)
    assert row_with(book["Mẫu 41"], "BIA")[0] == "1.1 ▒"
    assert row_with(book["Mẫu 41"], "THAT")[0] == "1.2"
    assert any("DỮ LIỆU MÔ PHỎNG" in str(value) for value in values(book["Mẫu 41"]))
    assert not any("DỮ LIỆU MÔ PHỎNG" in str(value) for value in values(book["Mẫu 40"]))
    assert all("DỮ LIỆU MÔ PHỎNG" in section.footer.paragraphs[0].text for section in document(forms).sections)
    client.force_login(officer)
    page = client.get(reverse("plans:legal_forms", args=["20"]), {"nam": 2027}).content.decode()
    assert "DỮ LIỆU MÔ PHỎNG" in page


def test_the_last_sheet_and_the_annex_list_what_is_missing(world: World, officer: Person) -> None:
    for code in ("M1", "M2"):
        make(world, Mast, code, height_m=None)
    forms = filled(officer, world, numbers=(41, 44))
    sheet = workbook(forms)["Số liệu còn thiếu"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0] == list(MISSING_HEADINGS)
    assert rows[1] == ["Mẫu số 41", "Độ cao tối đa (m)", "M1", "Doanh nghiệp A", "Xã Đồng Đăng", "Chiều cao cột, m"]
    assert (rows[2][2], rows[3][0]) == ("M2", "Mẫu số 44")
    annex = document(forms).tables[-1]
    assert [[cell.text for cell in row.cells] for row in annex.rows[1:]] == [
        ["Mẫu số 41", "Độ cao tối đa (m)", "Chiều cao cột, m", "Doanh nghiệp A", "2", "M1, M2"],
        ["Mẫu số 44", "(cả mẫu)", rows[3][-1], "", "", "(cả mẫu)"],
    ]


def test_the_archive_holds_each_form_twice(world: World, officer: Person) -> None:
    make(world, House, "H1")
    with zipfile.ZipFile(io.BytesIO(forms_zip(list(filled(officer, world).values())))) as archive:
        expected = {f"mau-{n}-lang-son-2027.{kind}" for n in EVERY_FORM for kind in ("xlsx", "docx")}
        assert set(archive.namelist()) == expected
        book = load_workbook(io.BytesIO(archive.read("mau-43-lang-son-2027.xlsx")))
    assert row_with(book["Mẫu 43"], "1")[1:4] == ["Nhà trạm BTS", "NT1", 1]


# The page


def test_the_page_shows_counts_gaps_and_a_form(world: World, officer: Person, client: Client) -> None:
    make(world, Mast, "M1", height_m=None)
    make(world, Mast, "M2")
    client.force_login(officer)
    page = client.get(reverse("plans:legal_forms", args=["20"]), {"nam": 2027, "xem": 41}).content.decode()
    text = " ".join(page.split())
    assert "2 công trình năm 2027; các biểu mẫu còn thiếu 5 số liệu." in text
    assert '<th scope="colgroup" colspan="2">Tọa độ dự kiến</th>' in text
    assert '<td>Chiều cao cột, m</td><td class="n">1</td><td>' in text
    assert "DỮ LIỆU MÔ PHỎNG" not in text
    one_file = reverse("plans:legal_forms_file", args=["20", "docx"])
    assert f'href="{one_file}?nam=2027&amp;mau=41"' in text


def test_a_wrong_year_is_told_on_the_page_and_gives_no_file(officer: Person, client: Client) -> None:
    client.force_login(officer)
    for address in (
        reverse("plans:legal_forms", args=["20"]),
        reverse("plans:legal_forms_file", args=["20", "xlsx"]),
    ):
        response = client.get(address, {"nam": "1999"})
        assert response.status_code == 422
        assert "Năm: Năm từ 2015 đến 2060." in response.content.decode()
    assert client.get(reverse("plans:legal_forms_file", args=["20", "pdf"])).status_code == 404


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_each_kind_of_file_comes_with_its_name(kind: str, world: World, officer: Person, client: Client) -> None:
    client.force_login(officer)
    response = client.get(reverse("plans:legal_forms_file", args=["20", kind]), {"loai": "thoi-ky", "co_quan": "UBND"})
    assert response["Content-Type"] == WRITERS[kind][1]
    assert response["Content-Disposition"] == f'attachment; filename="bieu-mau-163-lang-son-2026-2030.{kind}"'


def test_an_operator_gets_its_own_things_alone(world: World, people: dict[str, Person], client: Client) -> None:
    """Not even what a rival offers for sharing: forms tell everything of a thing."""
    make(world, Mast, "CUA-A")
    make(world, Mast, "CUA-B", owner=world.rival, offered=True)
    client.force_login(people["operator"])
    page = client.get(reverse("plans:legal_forms", args=["20"]), {"nam": 2027, "xem": 41}).content.decode()
    file = client.get(reverse("plans:legal_forms_file", args=["20", "xlsx"]), {"nam": 2027})
    sheets = load_workbook(io.BytesIO(file.content))
    said = page + str([values(sheet) for sheet in sheets])
    assert "CUA-A" in said
    assert "CUA-B" not in said and "Doanh nghiệp B" not in said
    assert "1 công trình của Doanh nghiệp A năm 2027" in page


def test_a_rival_and_nobody_are_answered_alike(world: World, people: dict[str, Person], client: Client) -> None:
    client.force_login(people["operator"])
    address = reverse("plans:legal_forms", args=["20"])
    hidden = client.get(address, {"dn": world.rival.pk})
    absent = client.get(address, {"dn": 999_999})
    assert (hidden.status_code, absent.status_code) == (422, 422)
    assert bare(hidden) == bare(absent)


def test_an_officer_gets_one_operators_forms(world: World, officer: Person, client: Client) -> None:
    """Đ54.6.a: the department approves each operator's yearly plan."""
    make(world, Mast, "CUA-A")
    make(world, Mast, "CUA-B", owner=world.rival)
    client.force_login(officer)
    query = {"nam": 2027, "xem": 41, "dn": world.rival.pk}
    page = client.get(reverse("plans:legal_forms", args=["20"]), query).content.decode()
    assert "CUA-B" in page and "CUA-A" not in page
    assert "Kế hoạch phát triển cột ăng ten của Doanh nghiệp B" in page


@pytest.mark.parametrize(
    ("who", "linked"), [("department_officer", True), ("operator", True), ("auditor", True), ("commune_officer", False)]
)
def test_the_provinces_page_leads_there(who: str, linked: bool, people: dict[str, Person], client: Client) -> None:
    client.force_login(people[who])
    page = client.get(reverse("web:province", args=["20"])).content.decode()
    assert (reverse("plans:legal_forms", args=["20"]) in page) is linked
