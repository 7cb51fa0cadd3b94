"""A text that amends another: what it strikes out is neither target nor task, what it puts in is read."""

from __future__ import annotations

import pytest

from hatang.core.plan_reader.amendments import abolishes, amended_from, only_instructs
from hatang.core.plan_reader.quantities import find_quantities
from hatang.core.plan_reader.reading import read_plan
from hatang.core.plan_reader.structure import Line, PlanRead

HEAD = ("KẾ HOẠCH", "Sửa đổi Kế hoạch hạ tầng số tỉnh Hòa Lạc giai đoạn 2026 - 2030")
IN_LINES = (
    "1. Sửa đổi mục tiêu tại điểm 2 Mục I như sau:",
    "“- Tối thiểu 55% chợ có sóng 5G;",
    "- Trên 70% bến xe có Wi-Fi.”",
    "2. Bãi bỏ chỉ tiêu về cột đa năng tại khoản 4 Mục I.",
    "3. Bổ sung nhiệm vụ vào khoản 3 Mục II như sau:",
    "“đ) Sở Y tế chủ trì nối mạng trạm y tế.”",
    "4. Các nội dung khác giữ nguyên.",
)
IN_ONE_PARAGRAPH = (
    "Điều 1. Sửa đổi, bổ sung một số nội dung như sau:",
    "1. Sửa đổi mục tiêu tại điểm 2 Mục I như sau: “- Tối thiểu 55% chợ có sóng 5G; trên 70% bến xe có Wi-Fi.”",
    "2. Bãi bỏ chỉ tiêu về cột đa năng tại khoản 4 Mục I.",
    "3. Bổ sung nhiệm vụ vào khoản 3 Mục II như sau: “đ) Sở Y tế chủ trì nối mạng trạm y tế.”",
    "4. Các nội dung khác giữ nguyên.",
    "Điều 2. Quyết định này có hiệu lực từ ngày ký.",
)


def read(*lines: str) -> PlanRead:
    return read_plan(Line(line, whole=True) for line in (*HEAD, *lines))


WITHOUT_HEADING = IN_ONE_PARAGRAPH[1:5]


@pytest.mark.parametrize("lines", [IN_LINES, IN_ONE_PARAGRAPH, WITHOUT_HEADING])
def test_what_is_put_in_is_read_and_what_is_struck_out_is_not(lines: tuple[str, ...]) -> None:
    plan = read(*lines)
    assert [(t.comparator, t.value, t.subject) for t in plan.targets] == [
        ("ge", 55.0, "tỷ lệ chợ có sóng 5G"),
        ("gt", 70.0, "tỷ lệ bến xe có Wi-Fi"),
    ]
    assert [(t.quote, t.lead) for t in plan.tasks] == [("Sở Y tế chủ trì nối mạng trạm y tế", "Sở Y tế")]
    assert not any("”" in t.quote or "“" in t.quote for t in (*plan.targets, *plan.tasks))


def test_the_year_before_the_quotation_counts() -> None:
    [target] = read("1. Sửa đổi mục tiêu đến năm 2027 như sau: “- Tối thiểu 55% chợ có sóng 5G.”").targets
    assert target.due_year == 2027


INSTRUCTIONS = [
    "Bãi bỏ mục tiêu về cột đa năng.",
    "Bãi bỏ các nhiệm vụ tại Mục II.",
    "Bỏ cụm từ “huyện”.",
    "Thay thế Phụ lục 2 bằng Phụ lục kèm theo.",
    "Giữ nguyên các nội dung khác.",
    "Các nội dung còn lại thực hiện theo Kế hoạch cũ.",
]
WORK = [
    "Bãi bỏ thủ tục rườm rà trong cấp phép.",
    "Thay thế thiết bị cũ tại trạm.",
    "Bổ sung nhiệm vụ cho cán bộ xã.",
    "Các nội dung mới được đưa lên cổng.",
    "Bỏ cáp treo trên phố.",
]


@pytest.mark.parametrize("words", INSTRUCTIONS)
def test_an_instruction(words: str) -> None:
    assert only_instructs(words)


@pytest.mark.parametrize("words", WORK)
def test_work_is_no_instruction(words: str) -> None:
    assert not only_instructs(words) and not abolishes(words)
    assert amended_from(words) == 0


QUOTED = [
    ("“- Tối thiểu 45% chợ", "Tối thiểu 45% chợ"),
    ("“a) Kéo cáp.”", "Kéo cáp.”"),
    ("Bổ sung nhiệm vụ: Kéo cáp.", "Kéo cáp."),
    ("“Số hóa” là việc chung.", "“Số hóa” là việc chung."),
    ("Sửa đổi gạch đầu dòng thứ 2 khoản 1 thành: \"+ Kéo cáp\"", 'Kéo cáp"'),
]  # fmt: skip


@pytest.mark.parametrize(("words", "put_in"), QUOTED)
def test_where_the_words_put_in_begin(words: str, put_in: str) -> None:
    assert words[amended_from(words) :] == put_in


@pytest.mark.parametrize(
    "words",
    [
        "Bỏ chỉ tiêu tại điểm 2 Mục I.",
        "Sửa đổi tiểu mục 3 Mục I.",
        "Sửa gạch đầu dòng thứ 2 khoản 1",
        "Xem điểm 2, 3 khoản 1",
    ],
)
def test_places_in_a_text_are_no_quantities(words: str) -> None:
    assert find_quantities(words) == ()


def test_points_are_counted_all_the_same() -> None:
    [few] = find_quantities("tối thiểu 2 điểm phát sóng")
    assert (few.value, few.unit) == (2.0, "count")
