"""Who is to report what to whom, and when: told from advice, from money to be asked for, and from mere mentions."""

from __future__ import annotations

from pathlib import Path

import pytest

from hatang.core.plan_reader.bodies import find_bodies
from hatang.core.plan_reader.duties import clauses_in, find_report_duties
from hatang.core.plan_reader.report_times import rhythm_of, when_of
from hatang.core.plan_reader.structure import Header, ReportDuty
from tests.core.plan_texts import GIVEN, given_plan, text_of

OURS = Header(issuer="UBND tỉnh Hòa Lạc")


def duties(*lines: str, header: Header = OURS) -> list[ReportDuty]:
    text = text_of("I. NHIỆM VỤ", "- Phủ sóng.", "V. TỔ CHỨC THỰC HIỆN", *lines)
    return list(find_report_duties(text, find_bodies(text), header))


SAID = [
    ("Thu thập số liệu các nơi, định kỳ hằng năm báo cáo UBND tỉnh mức độ hoàn thành.", "UBND tỉnh", "hằng năm", None),
    ("Báo cáo Ủy ban nhân dân tỉnh Hòa Lạc tiến độ trước ngày 15 tháng 12.", "UBND tỉnh", "trước ngày 15 tháng 12",
     None),
    ("Gửi kế hoạch chi tiết về Sở Tài chính trước 20 tháng 12 hàng năm.", "Sở Tài chính", "trước 20/12 hàng năm", None),
    ("Định kỳ 6 tháng, hằng năm gửi báo cáo kết quả về Bộ Khoa học và Công nghệ.", "Bộ Khoa học và Công nghệ",
     "6 tháng, hằng năm", None),
    ("Định kỳ hằng năm hoặc đột xuất gửi báo cáo tiến độ về Sở Nội vụ.", "Sở Nội vụ", "hằng năm hoặc đột xuất",
     None),
    ("Cung cấp đầy đủ số liệu theo yêu cầu của Sở Nội vụ.", "Sở Nội vụ", "theo yêu cầu", None),
    ("Cung cấp danh sách thôn chưa có sóng cho Sở Nội vụ trong tháng 11/2026.", "Sở Nội vụ", "trong tháng 11/2026",
     None),
    ("Khi có khó khăn, vướng mắc, phản ánh ngay về UBND tỉnh (qua Sở Nội vụ) để giải quyết.", "UBND tỉnh",
     "khi có khó khăn, vướng mắc", "Sở Nội vụ"),
    ("Sớm báo cáo UBND tỉnh những điểm phải chỉnh lại trong quá trình triển khai bảo đảm sát thực tế.",
     "UBND tỉnh", "trong quá trình triển khai", None),
    ("Báo cáo tổng kết việc thực hiện Kế hoạch.", "UBND tỉnh", "khi tổng kết", None),
    ("Báo cáo cấp có thẩm quyền những vướng mắc về đất đai.", "cấp có thẩm quyền", None, None),
    ("Hàng quý gửi kết quả về Sở Nội vụ để tổng hợp, báo cáo UBND tỉnh.", "Sở Nội vụ", "hàng quý", None),
    ("Báo cáo UBND tỉnh trước ngày 20 của tháng cuối quý.", "UBND tỉnh", "trước ngày 20 của tháng cuối quý", None),
    ("Cập nhật tiến độ, gửi Sở Nội vụ trước ngày 25 hằng tháng.", "Sở Nội vụ", "trước ngày 25 hằng tháng", None),
    ("Cung cấp số liệu theo hướng dẫn của Sở Nội vụ.", "Sở Nội vụ", None, None),
    ("Báo cáo Bộ trưởng trước ngày 5/6 và ngày 5/12 hằng năm.", "Bộ trưởng", "trước ngày 5/6 và ngày 5/12 hằng năm",
     None),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "to", "when", "via"), SAID)
def test_a_bodys_report(sentence: str, to: str, when: str | None, via: str | None) -> None:
    [duty] = duties("1. Sở Y tế", f"- {sentence}", "- Nối mạng trạm y tế.")
    assert (duty.who, duty.to, duty.when, duty.via) == ("Sở Y tế", to, when, via)
    assert duty.quote in sentence and duty.section == "V.1.-1"


@pytest.mark.parametrize("half", ["6 tháng", "06 tháng"])
def test_each_time_of_the_year_is_a_duty(half: str) -> None:
    rows = duties("1. Sở Y tế", f"- Báo cáo UBND tỉnh định kỳ {half} (trước 15/6), hằng năm (trước 15/12).")
    assert [(d.to, d.when, d.rhythm, d.month, d.day) for d in rows] == [
        ("UBND tỉnh", f"{half} (trước 15/6)", "yearly", 6, 15),
        ("UBND tỉnh", "hằng năm (trước 15/12)", "yearly", 12, 15),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("31/02", (None, None)), ("31/04", (None, None)), ("29/2/2027", (None, None)), ("10/13", (None, None)),
        ("0/5", (None, None)), ("29/02", (2, 29)), ("30/04", (4, 30)),
    ],
)  # fmt: skip
def test_a_day_that_no_calendar_has_is_none(day: str, expected: tuple[int | None, int | None]) -> None:
    [duty] = duties("1. Sở Y tế", f"- Báo cáo UBND tỉnh trước ngày {day} hằng năm.")
    assert (duty.month, duty.day) == expected


NONE = [
    "Lập dự toán kinh phí hằng năm gửi Sở Tài chính.",
    "Tham mưu báo cáo cấp có thẩm quyền quyết định bố trí kinh phí.",
    "Đề xuất UBND tỉnh những điểm phải chỉnh lại.",
    "Xác minh số liệu báo cáo đánh giá hạ tầng số.",
    "Tiếp nhận thông tin phản ánh về các sự cố cáp.",
    "Tuyên truyền, phổ biến kết quả chuyển đổi số.",
    "Cung cấp thông tin trên cổng điện tử.",
    "Xử lý phản ánh của người dân.",
]


@pytest.mark.parametrize("sentence", NONE)
def test_what_is_no_report(sentence: str) -> None:
    assert duties("1. Sở Y tế", f"- {sentence}") == []


def test_several_reports_in_one_paragraph() -> None:
    one, two, three = duties(
        "1. Sở Y tế",
        "- Chủ trì triển khai; báo cáo kết quả và kịp thời báo cáo UBND tỉnh các khó khăn; báo cáo sơ kết năm 2028.",
    )
    assert [duty.quote for duty in (one, two, three)] == [
        "báo cáo kết quả",
        "kịp thời báo cáo UBND tỉnh các khó khăn",
        "báo cáo sơ kết năm 2028",
    ]
    assert {duty.to for duty in (one, two, three)} == {"UBND tỉnh"}


CLOSINGS = [
    ("Khi làm, nếu có khó khăn, vướng mắc, các sở, ngành phản ánh về Sở Y tế để tổng hợp, báo cáo UBND./.",
     "các sở, ngành", "Sở Y tế", "khi có khó khăn, vướng mắc"),
    ("Trên đây là Kế hoạch; Thủ trưởng các đơn vị tổ chức thực hiện. Nếu có vướng mắc, báo cáo UBND tỉnh./.",
     "Thủ trưởng các đơn vị", "UBND tỉnh", "khi có vướng mắc"),
    ("Trong quá trình triển khai, cần sửa đổi, bổ sung các sở, ngành gửi Sở Y tế tổng hợp và báo cáo UBND tỉnh./.",
     "các sở, ngành", "Sở Y tế", "khi cần sửa đổi, bổ sung"),
    ("UBND tỉnh yêu cầu các địa phương thực hiện nghiêm và báo cáo UBND tỉnh trước ngày 1/12./.", "các địa phương",
     "UBND tỉnh", "trước ngày 1/12"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "who", "to", "when"), CLOSINGS)
def test_the_last_paragraph(sentence: str, who: str, to: str, when: str) -> None:
    [duty] = duties("1. Sở Nội vụ", "- Đào tạo.", sentence)
    assert (duty.who, duty.to, duty.when) == (who, to, when)


def test_a_section_on_reporting() -> None:
    [duty] = duties(
        "1. Sở Y tế",
        "- Nối mạng.",
        "2. Chế độ báo cáo",
        "Trước ngày 10 tháng 12 hằng năm, các sở, ngành gửi báo cáo về Sở Nội vụ.",
    )
    assert (duty.who, duty.to, duty.rhythm, duty.month, duty.day) == ("các sở, ngành", "Sở Nội vụ", "yearly", 12, 10)


RHYTHMS = [
    ("hằng năm báo cáo", "yearly"), ("trước 20 tháng 12 hàng năm", "yearly"), ("trước ngày 15/12/2026", "once"),
     ("khi có vướng mắc, báo cáo", "on_demand"),
    ("theo yêu cầu", "on_demand"), ("đột xuất", "on_demand"), ("hằng quý báo cáo", None), ("báo cáo kết quả", None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "rhythm"), RHYTHMS)
def test_rhythm(said: str, rhythm: str | None) -> None:
    assert rhythm_of(said) == rhythm


@pytest.mark.parametrize("name", GIVEN)
def test_given_plans(name: str, shared: Path) -> None:
    text, header, gold = given_plan(shared, name)
    found = find_report_duties(text, find_bodies(text), header)
    rows = [
        {"who": d.who, "to": d.to, "when": d.when, "quote": d.quote} | ({"via": d.via} if d.via else {}) for d in found
    ]
    assert rows == gold["report_duties"]


HOSTILE = [
    "báo cáo " * 4000,
    "nếu có khó khăn " * 3000,
    "trước " * 5000,
    "cung cấp đầy đủ, kịp thời, " * 2000,
    "và " * 8000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=lambda w: w[:12])
def test_long_hostile_paragraphs_are_read_to_their_end(words: str) -> None:
    """A pattern that tries every split of such a text would never come back."""
    assert list(clauses_in(words)) is not None
    assert isinstance(rhythm_of(words), str | None)
    assert isinstance(when_of(words), str | None)
