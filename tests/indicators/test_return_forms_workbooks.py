"""A return as a workbook: out with what stands, in with what was changed, and every fault at its cell."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from hatang.indicators.models import FormItem, Indicator, Return, ReturnCell
from hatang.indicators.services.return_forms import Read, read_answer, read_filled, template_of, typed_of
from hatang.indicators.services.return_forms.filled import Raw, blank, typed_in
from hatang.indicators.services.return_forms.workbooks import contents, parts_of
from hatang.places.models import PlaceSuccession
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import an_item, make_cell, make_form, make_period, make_return, make_version
from tests.indicators.test_return_forms_entry import COMMUNE, ITEMS, TYPED

Kind = FormItem.Kind
# A commune's return stands in rows 5 (ho), 6 (ti-le), 8 (chon), 9 (thon), 10 (mo-ta): a section has a line of its own.


def items_asked() -> list[dict[str, Any]]:
    """Ask for a count, a ratio, a choice, a register's extract to confirm, and words."""
    ratio = Indicator.objects.filter(code="ti-le-ho").first() or make_indicator("ti-le-ho")
    return [
        an_item("ho", section="Số"),
        an_item("ti-le", Kind.INDICATOR, section="Số", indicator=ratio),
        an_item("chon", Kind.CHOICE, section="Khác", options=["Đã có, đủ", "Chưa có"]),
        an_item("thon", Kind.EXTRACT, section="Khác", extract="so-thon"),
        an_item("mo-ta", Kind.TEXT, section="Khác", required=False),
    ]


@pytest.fixture
def mine(world: World) -> Return:
    """Make a commune's return with one answer in it."""
    made = make_return(make_period(make_form(world.province, items_asked())), world.commune)
    make_cell(made, "ho", 1234, revision=3)
    make_cell(made, "thon", counted={"value": 2, "on": "2025-12-31"}, revision=0)
    return made


@pytest.fixture
def operators(world: World) -> Return:
    """Make an operator's return by commune."""
    version = make_form(world.province, items_asked(), code="dn", filer="operator", by_commune=True)
    return make_return(make_period(version), world.province, world.operator)


def filled(content: bytes, sheet: str = "Số liệu", **cells: Any) -> bytes:
    """Type into cells of a workbook, as Excel would."""
    book = load_workbook(io.BytesIO(content))
    for at, value in cells.items():
        book[sheet][at] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(return_: Return, content: bytes | None = None, **cells: Any) -> Read:
    """Read a workbook after typing into it."""
    return read_filled(return_, filled(content or template_of(return_), **cells), "phieu.xlsx")


def typed(found: Read) -> dict[str, str]:
    """Give what was read by item's code."""
    assert not found.faults, [str(fault) for fault in found.faults]
    return {cell.item.code: cell.typed for cell in found.cells}


def only_fault(found: Read) -> str:
    """Give the one fault of a file, of which nothing was taken."""
    (fault,) = found.faults
    return str(fault)


def test_the_template_is_locked_and_says_whose_it_is(mine: Return) -> None:
    book = load_workbook(io.BytesIO(template_of(mine)))
    sheet = book["Số liệu"]
    assert book["_hatang"].sheet_state == "veryHidden"
    assert sheet.protection.sheet
    assert (sheet["A5"].value, sheet["D5"].value, sheet["F9"].value) == ("ho", 1234, "2")
    assert [sheet[at].protection.locked for at in ("A5", "B5", "D5", "D6", "E6", "F9", "G9")] == [
        *(True, True, False, False, False, True, False)
    ]
    offered = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert set(offered) == {"D8", "D9"}
    assert "Nơi không có thì ghi “không có”" in " ".join(str(row[0].value) for row in book["Hướng dẫn"].iter_rows())


def test_what_was_changed_is_taken_and_nothing_else(mine: Return) -> None:
    assert read(mine).nothing_new
    found = read(mine, D6=120, E6=1500, D8="đã có, đủ", D9="không đồng ý", G9="thiếu bản Nà Lầm", D10="Xong")
    assert typed(found) == {
        "ti-le": "120 / 1.500",
        "chon": "Đã có, đủ",
        "thon": "không đồng ý: thiếu bản Nà Lầm",
        "mo-ta": "Xong",
    }
    changed = read(mine, D5=1300).cells[0]
    assert (changed.typed, changed.revision, changed.before, changed.at) == ("1.300", 3, "1.234", "D5")
    assert changed.answer.value == 1300


def test_none_and_unknown_are_told_apart(mine: Return) -> None:
    assert typed(read(mine, D5="N/A", D6="không có")) == {"ho": "không có", "ti-le": "không có"}
    assert "để trống ô" in only_fault(read(mine, D5="chưa có số liệu"))
    assert typed(read(mine, D5=None)) == {"ho": ""}


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"D5": "1.300 hộ"}, "ô D5 · ho · “1.300 hộ” có chữ lẫn với số; chỉ ghi số: 1.300."),
        ({"D5": "nhiều"}, "ô D5 · ho · “nhiều” không phải số"),
        ({"D6": 1600, "E6": 1500}, "ô D6 · ti-le · 1.600 trên 1.500 là 106,7 %: tỷ lệ nhiều nhất 100 %"),
        ({"D6": 16, "E6": "nghìn"}, "ô E6 · ti-le · “nghìn” không phải số"),
        ({"D6": "không có", "E6": 5}, "ô D6 · ti-le · Tử số ghi “không có” mà mẫu số có số"),
        ({"D5": date(2026, 5, 12)}, "ô D5 · ho · Excel đã hiểu thành ngày 12/05/2026"),
        ({"D5": "#DIV/0!"}, "ô D5 · ho · Công thức trong ô bị lỗi #DIV/0!"),
        ({"D8": "Có lẽ"}, "ô D8 · chon · “Có lẽ” không có trong các lựa chọn: Đã có, đủ; Chưa có."),
        ({"D9": "không đồng ý"}, "ô D9 · thon · Không đồng ý thì nêu lý do"),
        ({"G9": "sai"}, "ô D9 · thon · Có lý do mà chưa chọn ý kiến"),
        ({"A5": "la"}, "ô A5 · biểu không có dòng mang mã “la”"),
        ({"A6": "ho"}, "ô A6 · mã dòng “ho” đã có ở ô A5"),
        ({"A3": "Cột"}, "Không thấy dòng tiêu đề"),
    ],
)
def test_a_fault_names_its_cell(mine: Return, cells: dict[str, Any], fault: str) -> None:
    assert only_fault(read(mine, **cells)).startswith(fault)


def test_a_percent_that_excel_formats_is_meant_as_it_looks(world: World) -> None:
    version = make_form(world.province, [an_item("ti-le", unit_code="percent")])
    made = make_return(make_period(version), world.commune)
    book = load_workbook(io.BytesIO(template_of(made)))
    book["Số liệu"]["D4"] = 0.985
    book["Số liệu"]["D4"].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    assert typed(read_filled(made, out.getvalue(), "phieu.xlsx")) == {"ti-le": "98,5"}
    assert "từ 0 đến 100" in only_fault(read(made, D4=120))


def test_a_file_that_is_not_this_returns_is_refused_whole(mine: Return, world: World) -> None:
    other = make_return(mine.period, world.neighbour)
    assert "Tệp là của phiếu khác (Phường Kỳ Lừa, Kỳ 2025, biểu bieu)" in only_fault(read(mine, template_of(other)))
    old = template_of(mine)
    mine.period.version = make_version(mine.period.form, [an_item("ho")], number=2)
    assert "Tệp theo bản 1 của biểu, phiếu này theo bản 2" in only_fault(read(mine, old, D5=7))
    own, lost = Workbook(), load_workbook(io.BytesIO(old))
    lost["Số liệu"].title = "Bảng của tôi"
    for book, words in (
        (own, "không phải mẫu của phiếu"),
        (lost, "Không thấy trang tính “Số liệu”; tệp có: Hướng dẫn, B"),
    ):
        out = io.BytesIO()
        book.save(out)
        assert words in only_fault(read_filled(mine, out.getvalue(), "a.xlsx"))
    for content, name in ((b"PK\x03\x04hong", "a.xlsx"), (b"", "a.xlsx"), (b"ma;so\n1;2\n", "a.csv"), (b"x", "a.pdf")):
        assert len(read_filled(mine, content, name).faults) == 1


def test_the_same_file_twice_brings_nothing(mine: Return) -> None:
    content = filled(template_of(mine), D5=1300, D10="Xong")
    first = read_filled(mine, content, "a.xlsx")
    for cell in first.cells:
        row, _ = mine.cells.get_or_create(item=cell.item, place=cell.place, defaults={"changed_at": timezone.now()})
        for name, value in cell.answer.fields().items():
            setattr(row, name, value)
        row.revision = cell.revision + 1
        row.save()
    again = read_filled(mine, content, "a.xlsx")
    assert (again.cells, again.faults, again.same) == ([], [], 2)
    assert "đã được nạp: 2 ô" in again.nothing_words
    mine.cells.filter(item__code="ho").update(value=1400, revision=5)
    (late,) = read_filled(mine, content, "a.xlsx").cells
    assert (late.typed, late.revision, late.before) == ("1.300", 3, "1.400")


def test_by_commune_each_has_a_line(operators: Return, world: World) -> None:
    make_cell(operators, "ho", 7, place=world.neighbour)
    content = template_of(operators)
    sheet = load_workbook(io.BytesIO(content))["Số liệu"]
    assert [sheet.cell(2, c).value for c in range(3, 11)] == [
        *("ho#a", "ti-le#a", "ti-le#d", "chon#a", "thon#c", "thon#a", "thon#r", "mo-ta#a")
    ]
    assert [[sheet.cell(r, c).value for c in (1, 2, 3)] for r in (5, 6)] == [
        ["06181", "Xã Đồng Đăng", None],
        ["05977", "Phường Kỳ Lừa", 7],
    ]
    found = read(operators, content, C5=12, D5=1, E5=4, H6="xác nhận")
    assert [(c.item.code, c.place, c.typed, c.at) for c in found.cells] == [
        ("ho", world.commune, "12", "C5"),
        ("ti-le", world.commune, "1 / 4", "D5"),
        ("thon", world.neighbour, "xác nhận", "H6"),
    ]
    faulty = read(operators, content, C5="năm", A6="6181", D2=None)
    assert sorted(map(str, faulty.faults)) == [
        "ti-le · Cột của dòng này không còn trong tệp. Tải mẫu từ trang của phiếu này rồi ghi lại.",
        "ô A6 · mã “6181” không phải xã, phường nào của phiếu này; đừng sửa cột Mã xã.",
        "ô C5 · ho, Xã Đồng Đăng · “năm” không phải số; viết như 1.234,5.",
    ]
    assert typed(read(operators, content, A5=6181, C5=3)) == {"ho": "3"}


def test_a_commune_that_is_gone_says_what_it_became(operators: Return, mine: Return, world: World) -> None:
    content, own = template_of(operators), template_of(mine)
    gone = date(2025, 11, 30)
    world.commune.valid_to = gone
    world.commune.save()
    PlaceSuccession.objects.create(
        predecessor=world.commune, successor=world.neighbour, on=gone + timedelta(days=1), population_percent=100
    )
    told = f"Xã Đồng Đăng không còn từ ngày {gone:%d/%m/%Y}; nay thuộc Phường Kỳ Lừa"
    assert told in only_fault(read(operators, content, C6=3))
    mine.refresh_from_db()
    assert told in only_fault(read(mine, own, D5=3))


def test_words_stay_as_they_were_typed(mine: Return) -> None:
    assert typed(read(mine, D10=2025)) == {"mo-ta": "2025"}
    assert typed(read(mine, D10=date(2026, 12, 18))) == {"mo-ta": "18/12/2026"}
    assert typed(read(mine, D10="#REF!")) == {"mo-ta": "#REF!"}


@given(item=st.sampled_from(ITEMS), words=TYPED)
def test_what_the_template_shows_is_read_as_what_stands(item: FormItem, words: str) -> None:
    try:
        cell = ReturnCell(**read_answer(item, COMMUNE, words).fields())
    except ValidationError:
        return
    told = contents(item, cell)
    raws = {part: Raw("D5", blank(told.get(part))) for part in parts_of(item)}
    assert typed_in(item, raws) == typed_of(item, cell)


def test_words_that_look_like_formulas_stay_words(mine: Return) -> None:
    make_cell(mine, "mo-ta", text="=HYPERLINK(1)")
    content = template_of(mine)
    assert load_workbook(io.BytesIO(content))["Số liệu"]["D10"].value == "'=HYPERLINK(1)"
    assert read(mine, content).nothing_new
