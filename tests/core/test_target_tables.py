"""Targets and present state in tables: years in the head, levels, groups, heads of two lines."""

from __future__ import annotations

from hatang.core.plan_reader.baselines import find_baselines
from hatang.core.plan_reader.structure import Line, Target
from hatang.core.plan_reader.text import read_text
from tests.core.plan_texts import text_of
from tests.core.target_texts import AIMS, TASKS, read, rows


def table(*lines: tuple[str, ...]) -> tuple[Target, ...]:
    """Read a table that stands in the part of aims."""
    before = [Line(line, whole=True) for line in ("KẾ HOẠCH", "Phát triển hạ tầng số giai đoạn 2026 - 2030", *AIMS)]
    head = [Line("II. MỤC TIÊU", whole=True), Line("1. Các chỉ tiêu", whole=True)]
    body = [Line(" | ".join(cells), whole=True, cells=cells) for cells in lines]
    return read(read_text([*before, *head, *body, *(Line(line, whole=True) for line in TASKS)]))[0]


def test_a_table_gives_a_target_for_each_year() -> None:
    found = table(
        ("STT", "Chỉ tiêu", "Đơn vị tính", "Hiện trạng 2025", "Mục tiêu", "Mục tiêu"),
        ("", "", "", "", "Năm 2027", "Năm 2030"),
        ("I", "Viễn thông", "", "", "", ""), ("1", "Tỷ lệ dân số được phủ sóng 5G", "%", "40", "80", "99,5"),
        ("2", "Số thuê bao cố định trên 100 dân", "thuê bao", "22", "25", "30"),
        ("3", "Tốc độ tải xuống 5G", "Mbps", "120", "≥ 150", "> 200"),
        ("4", "Số trạm 5G xây mới", "Trạm", "", "350", "1.200"),
    )  # fmt: skip
    assert rows(found) == [
        (2027, "eq", 80, "percent"), (2030, "eq", 99.5, "percent"), (2027, "eq", 25, "per_100_people"),
        (2030, "eq", 30, "per_100_people"), (2027, "ge", 150, "Mbps"), (2030, "gt", 200, "Mbps"),
        (2027, "eq", 350, "count"), (2030, "eq", 1200, "count"),
    ]  # fmt: skip
    assert found[0].subject == "Tỷ lệ dân số được phủ sóng 5G"


def test_a_table_of_levels_to_strive_for() -> None:
    found = table(
        ("TT", "Nội dung chỉ tiêu", "Mức phấn đấu đến năm 2029"),
        ("1", "Thôn có sóng 4G", "100%"),
        ("2", "Hộ có cáp", "-"),
    )
    assert [(t.due_year, t.value, t.unit, t.aspirational) for t in found] == [(2029, 100, "percent", True)]


def test_a_head_of_two_lines_may_have_lost_its_empty_cells() -> None:
    found = table(
        ("STT", "Chỉ tiêu", "ĐVT", "Hiện trạng", "Mục tiêu", ""), ("", "", "2027", "2030"),
        ("1", "Tỷ lệ hộ có cáp quang", "%", "40", "70", "90"),
    )  # fmt: skip
    assert rows(found) == [(2027, "eq", 70, "percent"), (2030, "eq", 90, "percent")]


def test_a_group_row_ends_no_table_and_is_no_target() -> None:
    text = text_of(
        *AIMS, "II. MỤC TIÊU ĐẾN NĂM 2028", "TT | Nội dung chỉ tiêu | Thực hiện năm 2024 | Giá trị",
        "I | HẠ TẦNG VIỄN THÔNG", "1 | Tỷ lệ thôn có sóng (%) | 80 | 95", "II | HẠ TẦNG DỮ LIỆU",
        "2 | Số máy chủ dùng chung (máy) | 12 | 40", *TASKS,
    )  # fmt: skip
    assert rows(read(text)[0]) == [(2028, "eq", 95, "percent"), (2028, "eq", 40, "count")]
    found = find_baselines(text)
    assert [(b.year, b.value, b.unit) for b in found] == [(2024, 80, "percent"), (2024, 12, "count")]


def test_a_table_of_money_holds_no_targets() -> None:
    assert table(("TT", "Nội dung", "Kinh phí (triệu đồng)", "Năm 2027"), ("1", "Lắp trạm", "500", "200")) == ()
