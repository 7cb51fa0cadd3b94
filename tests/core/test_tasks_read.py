"""Tasks are the leaf items of the task parts and the rows of annex tables, with who, with whom and until when."""

from __future__ import annotations

from pathlib import Path

import pytest

from hatang.core.plan_reader.assignments import Assignment, column_kind, columns_of, labelled, said_in
from hatang.core.plan_reader.dates import deadline_in, due_day
from hatang.core.plan_reader.structure import Block, Item, Line, Part, Task, Text
from hatang.core.plan_reader.tasks import find_tasks
from hatang.core.plan_reader.text import read_text
from tests.core.plan_texts import GIVEN, given_plan, text_of


def tasks(*lines: str) -> list[Task]:
    text = text_of(*lines)
    return list(find_tasks(text))


def starts(*lines: str) -> list[tuple[str, str]]:
    """Give section and words of each task."""
    return [(task.section, task.quote) for task in tasks(*lines)]


LAST_SAID = [
    "Vẽ bản đồ sóng. Cơ quan chủ trì: Sở Nội vụ; cơ quan phối hợp: UBND cấp xã; hoàn thành trước 30/9/2026.",
    "Vẽ bản đồ sóng. Cơ quan phối hợp: UBND cấp xã; cơ quan chủ trì: Sở Nội vụ; hoàn thành trước ngày 30/9/2026.",
    "Vẽ bản đồ sóng. Cơ quan phối hợp: UBND cấp xã; hoàn thành trước 30/9/2026; cơ quan chủ trì: Sở Nội vụ.",
    "Vẽ bản đồ sóng. Cơ quan phối hợp: UBND cấp xã, trước ngày 30/9/2026. Cơ quan chủ trì: Sở Nội vụ.",
]


@pytest.mark.parametrize("words", LAST_SAID)
def test_a_deadline_without_label_is_no_part_of_a_name(words: str) -> None:
    [task] = tasks("III. NHIỆM VỤ", "1. Mạng", f"- {words}")
    assert (task.quote, task.lead, task.support, task.due) == (
        "Vẽ bản đồ sóng",
        "Sở Nội vụ",
        ("UBND cấp xã",),
        "2026-09-30",
    )


def test_a_bare_time_at_the_end_of_a_bracket_is_the_deadline() -> None:
    [task] = tasks("III. NHIỆM VỤ", "1. Mạng", "- Hạ ngầm cáp (Sở Nội vụ chủ trì, phối hợp với Sở Y tế; Quý II/2027).")
    assert (task.lead, task.support, task.due) == ("Sở Nội vụ", ("Sở Y tế",), "2027-06-30")


SUBJECTS = [
    ("Doanh nghiệp viễn thông có phương án chuyển trạm sang pin mặt trời", "Doanh nghiệp viễn thông"),
    ("Doanh nghiệp viễn thông nghiên cứu chuyển trạm sang pin mặt trời", "Doanh nghiệp viễn thông"),
    ("UBND cấp xã sắp xếp chỗ đặt trạm ở trường học", "UBND cấp xã"),
]


@pytest.mark.parametrize(("words", "lead"), SUBJECTS)
def test_the_name_that_opens_a_task_ends_before_its_verb(words: str, lead: str) -> None:
    assert said_in(words).lead == lead


def test_a_combined_part_parts_at_its_own_titles() -> None:
    lines = ("III. MỤC TIÊU, NHIỆM VỤ", "1. Mục tiêu", "- 80% chợ có sóng 5G.", "2. Nhiệm vụ", "- Lắp trạm.")
    assert starts(*lines) == [("III.2.-1", "Lắp trạm")]


ITEMS = [
    ("dashes", ("III. NHIỆM VỤ", "1. Mạng di động", "- Phủ sóng 5G.", "- Tắt sóng 2G;"), [("III.1.-1",
     "Phủ sóng 5G"), ("III.1.-2", "Tắt sóng 2G")]),
    ("skipped letters", ("III. NHIỆM VỤ", "1. Mạng", "a) Đo sóng.", "e) Đào cống.", "g) Kéo cáp."), [("III.1.a",
     "Đo sóng"), ("III.1.e", "Đào cống"), ("III.1.g", "Kéo cáp")]),
    ("a paragraph alone", ("IV. GIẢI PHÁP", "1. Thể chế", "Ban hành quy định mới.", "2. Vốn", "Huy động xã hội."),
     [("IV.1", "Ban hành quy định mới"), ("IV.2", "Huy động xã hội")]),
    ("inner items", ("III. NHIỆM VỤ", "1. Mạng", "- Phủ sóng:", "+ Tại chợ;", "+ Tại bến xe.", "- Đo kiểm."),
     [("III.1.-1.+1", "Tại chợ"), ("III.1.-1.+2", "Tại bến xe"), ("III.1.-2", "Đo kiểm")]),
    ("continuation", ("III. NHIỆM VỤ", "1. Mạng", "a) Phủ sóng 5G.", "Ưu tiên nơi đông dân.", "b) Đo kiểm."),
     [("III.1.a", "Phủ sóng 5G"), ("III.1.b", "Đo kiểm")]),
    ("lead-in", ("III. NHIỆM VỤ", "1. Mạng", "Tập trung vào các việc sau:", "- Phủ sóng.", "- Đo kiểm."),
     [("III.1.-1", "Phủ sóng"), ("III.1.-2", "Đo kiểm")]),
    ("lead-in over headings", ("III. NHIỆM VỤ", "Tỉnh tập trung vào các nhóm việc như sau:", "1. Mạng",
     "Làm các việc sau đây.", "- Phủ sóng.",
     "2. Đo", "- Đo kiểm."), [("III.1.-1", "Phủ sóng"), ("III.2.-1", "Đo kiểm")]),
    ("numbers only", ("B. NHIỆM VỤ, GIẢI PHÁP", "1/ Phủ sóng 5G.", "2/ Đo kiểm chất lượng."), [("B.1",
     "Phủ sóng 5G"), ("B.2", "Đo kiểm chất lượng")]),
    ("decimals", ("III. NHIỆM VỤ", "1. Mạng", "1.1. Phủ sóng 5G.", "1.2. Đo kiểm chất lượng."), [("III.1.1",
     "Phủ sóng 5G"), ("III.1.2", "Đo kiểm chất lượng")]),
    ("only announced", ("IV. NHIỆM VỤ", "(Có danh mục việc kèm theo).", "V. GIẢI PHÁP", "- Tuyên truyền rộng rãi."),
     [("V.-1", "Tuyên truyền rộng rãi")]),
    ("a pointer with a number", ("III. NHIỆM VỤ", "1. Phủ sóng 5G.",
     "2. Danh mục nhiệm vụ cụ thể tại Phụ lục I kèm theo.",
     "3. Xóa 9 thôn lõm sóng theo danh mục tại Phụ lục II.", "(Xem chi tiết tại", "Phụ lục kèm theo)"),
     [("III.1", "Phủ sóng 5G"), ("III.3", "Xóa 9 thôn lõm sóng theo danh mục tại Phụ lục II")]),
    ("a paragraph is no pointer", ("III. NHIỆM VỤ", "1. Vùng lõm",
     "Xóa 9 thôn lõm sóng theo danh mục tại Phụ lục II kèm theo."),
     [("III.1", "Xóa 9 thôn lõm sóng theo danh mục tại Phụ lục II kèm theo")]),
    ("shares of a total", ("II. NHIỆM VỤ", "1. Trạm mới", "Phát triển mới 900 trạm, trong đó:",
     "- VNPT Hòa Lạc: 300 trạm;",
     "- Viettel 400 trạm, MobiFone 200 trạm.", "2. Đo kiểm", "Chia theo năm, theo nơi:",
     "- Năm 2026: 500 điểm (nội thị 200 điểm);", "- Xã Bến Hoa: 12 điểm.",
     "- Năm 2027: Đo lại mọi điểm.", "- Lắp 20 máy đo."), [("II.2.-3", "Năm 2027: Đo lại mọi điểm"), ("II.2.-4",
     "Lắp 20 máy đo")]),
    ("amounts that nobody announces are done", ("II. NHIỆM VỤ", "1. Trạm mới", "- VNPT xây dựng 300 trạm.",
     "- Viettel: 400 trạm."),
     [("II.1.-1", "VNPT xây dựng 300 trạm"), ("II.1.-2", "Viettel: 400 trạm")]),
    ("a total that is an item", ("II. NHIỆM VỤ", "1. Viễn thông", "a) Xây dựng 50 cột, gồm:", "- Ven biển: 20 cột;",
     "- Vùng núi: 30 cột.", "b) Đo kiểm sóng."), [("II.1.a", "Xây dựng 50 cột, gồm"), ("II.1.b", "Đo kiểm sóng")]),
    ("aims and money are none", ("I. MỤC ĐÍCH", "- Làm rõ việc.", "II. NHIỆM VỤ", "- Phủ sóng 5G.", "III. KINH PHÍ",
     "1. Ngân sách tỉnh."), [("II.-1", "Phủ sóng 5G")]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), [row[1:] for row in ITEMS], ids=[row[0] for row in ITEMS])
def test_items(lines: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert starts(*lines) == expected


def test_labelled_items_make_one_task() -> None:
    [one, two] = tasks(
        "III. NHIỆM VỤ", "1. Hạ tầng viễn thông", "a) Nhiệm vụ: Phủ sóng các bến xe, nhà ga.",
         "b) Cơ quan thực hiện: Sở A chủ trì; Sở Xây dựng phối hợp.",
        "c) Thời gian: Quý IV năm 2027.", "2. Hạ tầng dữ liệu", "a) Nhiệm vụ: Gom máy chủ về một nơi.",
         "b) Cơ quan chủ trì: Sở Nội vụ.", "Cơ quan phối hợp: Công an tỉnh.", "c) Thời gian: Hằng năm.",
    )  # fmt: skip
    assert (one.section, one.lead, one.support, one.due) == ("III.1.a", "Sở A", ("Sở Xây dựng",), "2027-12-31")
    assert (two.section, two.lead, two.support) == ("III.2.a", "Sở Nội vụ", ("Công an tỉnh",))
    assert (two.deadline, two.due) == ("Hằng năm", None)
    assert one.quote == "Nhiệm vụ: Phủ sóng các bến xe, nhà ga"


FIELDS = [
    ("label and list", ("a) Nhiệm vụ:", "- Phủ chợ.", "- Phủ bến.", "b) Cơ quan thực hiện:",
     "- Cơ quan chủ trì: Sở Y tế.",
     "- Cơ quan phối hợp: Sở Nội vụ.", "c) Thời gian: Năm 2026."), ["Phủ chợ", "Phủ bến"]),
    ("labels without colon", ("a) Nhiệm vụ", "Phủ chợ và bến.", "b) Cơ quan thực hiện",
     "Sở Y tế chủ trì; Sở Nội vụ phối hợp.",
     "c) Thời gian", "Năm 2026."), ["Phủ chợ và bến"]),
    ("plain lines", ("Nhiệm vụ: Phủ chợ.", "Cơ quan chủ trì: Sở Y tế.", "Đơn vị phối hợp: Sở Nội vụ.",
     "Thời hạn: Năm 2026.",
     "Yêu cầu: Làm trước mùa mưa."),
     ["Nhiệm vụ: Phủ chợ"]),
    ("two signs", ("* Nội dung:", "- Phủ chợ.", "- Phủ bến.", "* Đơn vị chủ trì/phối hợp:",
     "- Sở Y tế chủ trì; Sở Nội vụ phối hợp.",
     "* Mốc thời gian hoàn thành: Năm 2026."), ["Phủ chợ", "Phủ bến"]),
]  # fmt: skip


@pytest.mark.parametrize("part", ["III. NHIỆM VỤ", "III. NỘI DUNG THỰC HIỆN"])
@pytest.mark.parametrize(("lines", "quotes"), [row[1:] for row in FIELDS], ids=[row[0] for row in FIELDS])
def test_fields_of_a_task(part: str, lines: tuple[str, ...], quotes: list[str]) -> None:
    found = tasks(part, "1. Phủ sóng", *lines, "2. Đo kiểm", "a) Nhiệm vụ: Đo ở chợ.", "b) Chủ trì: Sở Tư pháp.")
    assert [task.quote for task in found] == [*quotes, "Nhiệm vụ: Đo ở chợ"]
    assert {(task.lead, task.support, task.due) for task in found[:-1]} == {("Sở Y tế", ("Sở Nội vụ",), "2026-12-31")}


def test_fields_of_the_whole_plan_are_no_task() -> None:
    found = starts(
        "II. THÔNG TIN CHUNG", "1. Nội dung: Mở đợt đo.", "2. Thời gian: Năm 2026.", "III. NHIỆM VỤ", "- Đo kiểm."
    )
    assert found == [("III.-1", "Đo kiểm")]


def test_labels_below_a_dash_speak_of_the_dash() -> None:
    one, two = tasks(
        "III. NHIỆM VỤ", "1. Mạng", "- Phủ sóng chợ.", "+ Chủ trì: Sở Y tế.", "+ Thời hạn: 2026.", "- Đo kiểm.",
        "+ Chủ trì: Sở Nội vụ."
    )  # fmt: skip
    assert (one.quote, one.lead, one.due) == ("Phủ sóng chợ", "Sở Y tế", "2026-12-31")
    assert (two.quote, two.lead, two.due) == ("Đo kiểm", "Sở Nội vụ", None)


def test_numbered_tasks_without_marker() -> None:
    found = tasks(
        "III. NHIỆM VỤ", "Nhiệm vụ 1: Phủ sóng.", "- Chủ trì: Sở Y tế.", "Nhiệm vụ 2: Đo kiểm.", "- Chủ trì: Sở Nội vụ."
    )
    assert [(task.quote, task.lead) for task in found] == [
        ("Nhiệm vụ 1: Phủ sóng", "Sở Y tế"),
        ("Nhiệm vụ 2: Đo kiểm", "Sở Nội vụ"),
    ]


def test_the_title_below_a_parts_number_is_no_task() -> None:
    assert starts(
        "Phần thứ ba", "NHIỆM VỤ", "1. Phủ sóng 5G.", "2. Đo kiểm sóng.", "Phần thứ tư", "GIẢI PHÁP", "1. Họp hằng quý."
    ) == [
        ("P3.1", "Phủ sóng 5G"),
        ("P3.2", "Đo kiểm sóng"),
        ("P4.1", "Họp hằng quý"),
    ]


def test_a_title_that_could_be_a_label_is_one_only_among_fields() -> None:
    assert starts("IV. GIẢI PHÁP", "1. Vốn", "Huy động xã hội.", "2. Tiến độ", "- Rút ngắn thủ tục.") == [
        ("IV.1", "Huy động xã hội"),
        ("IV.2.-1", "Rút ngắn thủ tục"),
    ]


def test_labels_under_a_heading_speak_of_the_heading() -> None:
    [task] = tasks(
        "III. NHIỆM VỤ", "1. Lắp trạm dùng chung", "- Đơn vị chủ trì: Sở Xây dựng.", "- Thời hạn: 2026 - 2028."
    )
    assert (task.section, task.quote, task.lead, task.due) == (
        "III.1",
        "Lắp trạm dùng chung",
        "Sở Xây dựng",
        "2028-12-31",
    )


def test_labels_inside_a_paragraph_end_the_tasks_words() -> None:
    [one, two] = tasks(
        "III. NHIỆM VỤ",
         "- Gắn cảm biến trên cầu. Cơ quan chủ trì: Sở Xây dựng; phối hợp: Sở Y tế, Công an tỉnh; thời gian: năm 2027.",
        "- Đào tạo nhân lực (Sở Nội vụ chủ trì; thời gian: quý III/2026).",
    )  # fmt: skip
    assert (one.quote, one.lead, one.support, one.due) == (
        "Gắn cảm biến trên cầu",
        "Sở Xây dựng",
        ("Sở Y tế", "Công an tỉnh"),
        "2027-12-31",
    )
    assert (two.quote, two.lead, two.due) == ("Đào tạo nhân lực", "Sở Nội vụ", "2026-09-30")


def test_a_sentence_may_say_who_and_when() -> None:
    [task] = tasks(
        "III. NHIỆM VỤ",
        "- Sở Nội vụ chủ trì, phối hợp với Sở Tài chính, UBND các xã rà soát, hoàn thành trước ngày 30/6/2026.",
    )
    assert (task.lead, task.support, task.deadline, task.due) == (
        "Sở Nội vụ",
        ("Sở Tài chính", "UBND các xã"),
        "trước ngày 30/6/2026",
        "2026-06-30",
    )


HEAD = ("TT", "Nội dung", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành")
SECTION, ONE = (
    ("I", "Viễn thông", "", "", ""),
    ("1", "Phủ sóng chợ", "Sở Y tế", "UBND các xã; Công an tỉnh", "Quý II/2026"),
)
TWO = ("2", "Đo kiểm", "Sở Nội vụ", "", "Thường xuyên")


def table(*rows: tuple[str, ...]) -> list[Task]:
    lines = [Line("KẾ HOẠCH"), Line("I. NHIỆM VỤ"), Line("Nơi nhận:"), Line("PHỤ LỤC"), Line("DANH MỤC NHIỆM VỤ")]
    text = read_text([*lines, *(Line(" | ".join(row), whole=True, cells=row) for row in rows)])
    return list(find_tasks(text))


def test_rows_of_an_annex_table() -> None:
    one, two = table(HEAD, SECTION, ONE, TWO)
    assert (one.section, one.quote, one.lead, one.support, one.deadline, one.due) == (
        "PL.1", "Phủ sóng chợ", "Sở Y tế", ("UBND các xã", "Công an tỉnh"), "Quý II/2026", "2026-06-30",
    )  # fmt: skip
    assert (two.section, two.lead, two.due) == ("PL.2", "Sở Nội vụ", None)


TABLES = [
    ("merged section row", (HEAD, ("Viễn thông",) * 5, ONE), ["Phủ sóng chợ"]),
    ("counted columns", (HEAD, ("(1)", "(2)", "(3)", "(4)", "(5)"), ONE), ["Phủ sóng chợ"]),
    ("repeated header", (HEAD, ONE, HEAD, TWO), ["Phủ sóng chợ", "Đo kiểm"]),
    ("lower headers without their empty cells", (("STT", "Nhiệm vụ", "Cơ quan thực hiện", "", "Thời gian"), ("",
     "Chủ trì",
     "Phối hợp"), ONE), ["Phủ sóng chợ"]),
    ("one wide header", (("STT", "Nhiệm vụ", "Đơn vị thực hiện", "Thời gian"), ("Chủ trì", "Phối hợp"), ONE),
     ["Phủ sóng chợ"]),
    ("two rows of headers", (("STT", "Nhiệm vụ", "Cơ quan", "Cơ quan", "Thời gian"), ("STT", "Nhiệm vụ", "Chủ trì",
     "Phối hợp", "Thời gian"), ONE), ["Phủ sóng chợ"]),
    ("task over finer ones", (HEAD, ("1", "Viễn thông", "", "", ""), ("1.1", "Phủ sóng", "Sở Y tế", "", "2026"),
     ("2", "Đo kiểm", "Sở Y tế", "", "2026")), ["Phủ sóng", "Đo kiểm"]),
    ("a cell over two rows", (HEAD, ONE, ("1", "Phủ sóng chợ", "Sở Nội vụ", "", "2027"), TWO), ["Phủ sóng chợ",
     "Đo kiểm"]),
    ("a column of groups", (("TT", "Nhóm nhiệm vụ", "Nhiệm vụ cụ thể", "Chủ trì"), ("1", "Mạng", "Phủ sóng", "Sở")),
     ["Phủ sóng"]),
    ("no figure", (HEAD, ("", "Phủ sóng", "Sở Y tế", "", "2026")), ["Phủ sóng"]),
    ("marker in the cell", (HEAD, ("1", "- Phủ sóng chợ.", "Sở Y tế", "", "2026")), ["Phủ sóng chợ"]),
    ("other order", (("Stt", "Đơn vị thực hiện", "Nhiệm vụ", "Tiến độ"), ("1", "Sở Y tế", "Phủ sóng", "2026")),
     ["Phủ sóng"]),
    ("projects with their cost", (("STT", "Tên dự án", "Tổng mức đầu tư", "Nguồn vốn", "Giai đoạn"), ("1",
     "Kho dữ liệu", "9 tỷ",
     "Tỉnh", "2026-2028")), ["Kho dữ liệu"]),
    ("works with their cost", (("STT", "Hạng mục", "Kinh phí"), ("1", "Kho dữ liệu", "9 tỷ")), ["Kho dữ liệu"]),
    ("sums alone", (("STT", "Nội dung", "Kinh phí"), ("1", "Chi thường xuyên", "9 tỷ")), []),
    ("aims with who leads", (("TT", "Mục tiêu", "Cơ quan chủ trì"), ("1", "Phủ sóng", "Sở Y tế")), ["Phủ sóng"]),
    ("targets with who leads", (("TT", "Chỉ tiêu", "ĐVT", "2030", "Chủ trì"), ("1", "Thuê bao", "%", "9", "Sở")), []),
    ("a table of targets", (("TT", "Chỉ tiêu", "Đơn vị tính", "Năm 2030"), ("1", "Thuê bao", "%", "95")), []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "quotes"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_tables(rows: tuple[tuple[str, ...], ...], quotes: list[str]) -> None:
    assert [task.quote for task in table(*rows)] == quotes


def test_a_groups_title_or_a_pages_number_does_not_end_a_table() -> None:
    rows = ("A | NHIỆM VỤ CHUYỂN TIẾP", " | ".join(ONE), "7", "B | NHIỆM VỤ MỚI", " | ".join(TWO))
    found = tasks("III. NHIỆM VỤ", "- Kéo cáp.", "Nơi nhận:", "PHỤ LỤC", "DANH MỤC NHIỆM VỤ", " | ".join(HEAD), *rows)
    assert [task.quote for task in found] == ["Kéo cáp", "Phủ sóng chợ", "Đo kiểm"]


def test_lower_headers_say_who_leads_and_who_supports() -> None:
    upper, lower = ("STT", "Nhiệm vụ", "Đơn vị thực hiện", "Thời gian"), ("Chủ trì", "Phối hợp")
    [task] = table(upper, lower, ONE)
    assert (task.lead, task.support[0], task.due) == ("Sở Y tế", "UBND các xã", "2026-06-30")


@pytest.mark.parametrize("figures", [True, False])
def test_a_table_whose_cells_stand_one_in_a_paragraph(figures: bool) -> None:
    cells = [HEAD, ONE, ("2", "Đo kiểm", "Sở Nội vụ", "Các sở, ngành", "Năm 2027")]
    words = [cell for row in cells for n, cell in enumerate(row) if figures or n or cell == "TT"]
    blocks = (Block("PHỤ LỤC"), *map(Block, words))
    items = (
        Item(0, "PHỤ LỤC", 7, "PL", 1, "", (), Part.ANNEX, False),
        *(Item(n, "", 0, "PL", 0, "", (0,), Part.ANNEX) for n in range(1, len(blocks))),
    )
    one, two = find_tasks(Text(blocks, items))
    assert (one.quote, one.lead, one.support[0], one.due) == ("Phủ sóng chợ", "Sở Y tế", "UBND các xã", "2026-06-30")
    assert (two.quote, two.lead, two.support, two.due) == ("Đo kiểm", "Sở Nội vụ", ("Các sở, ngành",), "2027-12-31")


def test_rows_whose_cells_flow_one_behind_another() -> None:
    rows = (
        "TT Nhiệm vụ Cơ quan chủ trì Cơ quan phối hợp Thời gian",
        "I Viễn thông",
        "1 Phủ sóng các chợ của UBND xã Sở Y tế Công an tỉnh Quý II/2026",
        "2 Đo kiểm Các doanh nghiệp viễn thông 2026-2028",
    )
    one, two = tasks("III. NHIỆM VỤ", *rows)
    assert (one.quote, one.lead, one.support, one.due) == (
        "Phủ sóng các chợ của UBND xã",
        "Sở Y tế",
        ("Công an tỉnh",),
        "2026-06-30",
    )
    assert (two.section, two.quote, two.lead, two.deadline) == (
        "III.2",
        "Đo kiểm",
        "Các doanh nghiệp viễn thông",
        "2026-2028",
    )


def test_numbered_cells_of_a_loose_table_are_no_items_beside() -> None:
    rows = (
        "TT",
        "Nhiệm vụ",
        "Cơ quan chủ trì",
        "Thời gian",
        "1. Phủ sóng chợ",
        "Sở Y tế",
        "Năm 2026",
        "2. Đo kiểm",
        "Sở Nội vụ",
        "Năm 2027",
    )
    found = tasks("III. NHIỆM VỤ", *rows, "IV. GIẢI PHÁP", "- Tuyên truyền rộng.")
    assert [(task.quote, task.lead, task.due) for task in found] == [
        ("Phủ sóng chợ", "Sở Y tế", "2026-12-31"), ("Đo kiểm", "Sở Nội vụ", "2027-12-31"), ("Tuyên truyền rộng",
         None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_given_plans(name: str, shared: Path) -> None:
    text, _, gold = given_plan(shared, name)
    found = [(task.section, " ".join(task.quote.split()[:12])) for task in find_tasks(text)]
    assert found == [(row["section"], row["quote_start"]) for row in gold["tasks"]]


DUE = [
    ("trước ngày 30/6/2026", "2026-06-30"), ("Quý IV/2025", "2025-12-31"), ("quý 2 năm 2026", "2026-06-30"),
     ("Quý I, II/2026", "2026-06-30"),
    ("Quý III - IV năm 2026", "2026-12-31"), ("trong năm 2026", "2026-12-31"), ("2026", "2026-12-31"), ("2026-2030",
     "2030-12-31"), ("Giai đoạn 2026 – 2028", "2028-12-31"),
    ("tháng 2/2028", "2028-02-29"), ("Tháng 11 năm 2026", "2026-11-30"), ("trước tháng 3/2026", "2026-02-28"),
     ("trước năm 2027", "2026-12-31"),
    ("trước quý I/2027", "2026-12-31"), ("6 tháng đầu năm 2026", "2026-06-30"), ("ngày 03 tháng 6 năm 2026",
     "2026-06-03"), ("Hằng năm", None), ("Thường xuyên", None),
    ("2026 và các năm tiếp theo", None), ("Từ năm 2026", None), ("Theo tiến độ dự án", None), ("31/02/2026", None),
     ("Sở Y tế", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("deadline", "day"), DUE)
def test_due_days(deadline: str, day: str | None) -> None:
    assert due_day(deadline) == day


SENTENCES = [
    ("Lập đề án, hoàn thành trong quý IV/2025", "trong quý IV/2025"),
    ("Xong trước ngày 30 tháng 6 năm 2026 việc đo", "trước ngày 30 tháng 6 năm 2026"),
    ("Lập quy chế (Sở Y tế chủ trì, hoàn thành 2026 - 2028)", "2026 - 2028"),
    ("Chậm nhất đến hết năm 2027 phải tắt sóng", "Chậm nhất đến hết năm 2027"),
    ("Thực hiện Chiến lược dữ liệu đến năm 2030", None),
    ("Rà soát quy hoạch thời kỳ 2021 - 2030", None),
]


@pytest.mark.parametrize(("sentence", "deadline"), SENTENCES)
def test_deadlines_inside_sentences(sentence: str, deadline: str | None) -> None:
    assert deadline_in(sentence) == deadline


SAID = [
    ("Giao Sở Y tế chủ trì, phối hợp Công an tỉnh kiểm tra", Assignment("Sở Y tế", ("Công an tỉnh",))),
    (
        "Do Sở Y tế chủ trì; các doanh nghiệp viễn thông phối hợp",
        Assignment("Sở Y tế", ("các doanh nghiệp viễn thông",)),
    ),
    ("Các doanh nghiệp viễn thông đầu tư tuyến cáp mới", Assignment("Các doanh nghiệp viễn thông")),
    ("Trung tâm dữ liệu đạt chuẩn Tier 3", Assignment()),
    ("Tăng cường phối hợp, chia sẻ hạ tầng", Assignment()),
]


@pytest.mark.parametrize(("sentence", "expected"), SAID)
def test_who_a_sentence_names(sentence: str, expected: Assignment) -> None:
    assert said_in(sentence) == expected


COLUMN_HEADERS = [
    ("STT", "number"), ("Nhiệm vụ, giải pháp", "task"), ("Đơn vị chủ trì thực hiện", "lead"), ("Đơn vị thực hiện",
     "lead"), ("ĐƠN VỊ PHỐI HỢP", "support"),
    ("Thời gian thực hiện", "deadline"), ("Tiến độ", "deadline"), ("Kết quả, sản phẩm", "product"),
     ("Kinh phí (tr.đ)", "cost"), ("Ghi chú", "note"), ("Diện tích", ""),
]  # fmt: skip


@pytest.mark.parametrize(("header", "kind"), COLUMN_HEADERS)
def test_columns(header: str, kind: str) -> None:
    assert column_kind(header) == kind


def test_headers_of_other_tables_are_none_of_tasks() -> None:
    assert columns_of(("STT", "Tên trạm", "Địa chỉ")) == {}
    assert columns_of(HEAD) == {"number": 0, "task": 1, "lead": 2, "support": 3, "deadline": 4}


def test_a_label_needs_its_colon_and_a_beginning() -> None:
    assert labelled("Rút ngắn thời gian thực hiện thủ tục") == []
    assert [f.kind for f in labelled("Thời gian: 2026")] == ["deadline"]
