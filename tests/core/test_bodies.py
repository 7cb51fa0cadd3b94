"""Organisations with duties are told from other headings, in every way in which the genre names them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.plan_reader.bodies import find_bodies
from hatang.core.plan_reader.body_names import BodyName, begins_body, match_body, name_key, read_body, split_names
from hatang.core.plan_reader.body_wordings import SUBJECTS
from hatang.core.plan_reader.name_grammar import name_reach
from hatang.core.plan_reader.structure import Part
from tests.core.plan_texts import GIVEN, given_plan, text_of

PART = "V. TỔ CHỨC THỰC HIỆN"


def rows(*lines: str) -> list[tuple[str, int]]:
    """Give name and number of duties of each body found."""
    return [(body.name, len(body.duties)) for body in find_bodies(text_of("I. NHIỆM VỤ", "- Phủ sóng.", *lines))]


ARRANGEMENTS = [
    ("heading and dashes", (PART, "1. Sở Tài chính", "- Cân đối ngân sách.", "- Cấp vốn.", "2. Công an tỉnh",
     "- Giữ an ninh mạng."),
     [("Sở Tài chính", 2), ("Công an tỉnh", 1)]),
    ("heading and paragraph", (PART, "1. Sở Tài chính:", "Cân đối ngân sách.", "2. Sở Y tế:", "Nối mạng trạm y tế."),
     [("Sở Tài chính", 1), ("Sở Y tế", 1)]),
    ("joint heading", (PART, "1. Sở Công Thương, Ban Quản lý các khu công nghiệp", "- Làm việc."),
     [("Sở Công Thương, Ban Quản lý các khu công nghiệp", 1)]),
    ("run in", (PART, "1. Sở Nội vụ chủ trì, phối hợp với Sở Tài chính đào tạo.",
     "2. UBND các xã, phường có trách nhiệm vận động."),
     [("Sở Nội vụ", 1), ("UBND các xã, phường", 1)]),
    ("colon", (PART, "- Sở Nội vụ: Đào tạo cán bộ.", "- Các doanh nghiệp viễn thông: Đầu tư trạm."), [("Sở Nội vụ",
     1), ("Các doanh nghiệp viễn thông", 1)]),
    ("joint run in", (PART,
     "1. Các sở, ngành; UBND các xã; các doanh nghiệp viễn thông theo chức năng, nhiệm vụ triển khai."),
     [("Các sở, ngành; UBND các xã; các doanh nghiệp viễn thông", 1)]),
    ("lost line break", (PART, "1. Sở Xây dựng Nghiên cứu xây dựng quy định.", "2. Các trường Phối hợp đào tạo."),
     [("Sở Xây dựng", 1), ("Các trường", 1)]),
    ("giao", (PART, "1. Giao Sở Khoa học và Công nghệ theo dõi, đôn đốc.", "2. Giao Sở Tài chính bố trí vốn."),
     [("Sở Khoa học và Công nghệ", 1), ("Sở Tài chính", 1)]),
    ("asked", (PART, "1. Sở Y tế", "- Làm.", "2. Đề nghị: Hiệp hội Phần mềm", "- Góp ý."), [("Sở Y tế", 1),
     ("Hiệp hội Phần mềm", 1)]),
    ("nested", (PART, "1. Các sở, ngành:", "1.1. Sở Y tế", "- Nối mạng.", "1.2. Sở Nội vụ", "- Đào tạo.",
     "- Thi đua.", "2. UBND các xã", "- Vận động."),
     [("Sở Y tế", 1), ("Sở Nội vụ", 2), ("UBND các xã", 1)]),
    ("responsibility of", (PART, "1. Trách nhiệm của Sở Y tế", "a) Nối mạng.", "b) Báo cáo.",
     "2. Đối với Viettel, VNPT, MobiFone", "Đầu tư."),
     [("Sở Y tế", 2), ("Viettel, VNPT, MobiFone", 1)]),
    ("another title", ("IV. TRÁCH NHIỆM CỦA CÁC CƠ QUAN", "1. Ban Quản lý dự án", "- Đấu thầu."),
     [("Ban Quản lý dự án", 1)]),
    ("assignment", ("C. PHÂN CÔNG NHIỆM VỤ", "1/ Đài Phát thanh và Truyền hình tỉnh", "- Đưa tin."),
     [("Đài Phát thanh và Truyền hình tỉnh", 1)]),
    ("steady office", (PART, "1. Sở Y tế là cơ quan thường trực, có trách nhiệm:", "a) Điều phối.", "b) Tổng hợp."),
     [("Sở Y tế", 2)]),
    ("capitals", (PART, "1. SỞ TÀI CHÍNH", "- Cân đối.", "2. UBND CÁC XÃ", "- Vận động."), [("SỞ TÀI CHÍNH", 1),
     ("UBND CÁC XÃ", 1)]),
    ("plain capitals", (PART, "1. SO TAI CHINH", "- Can doi.", "2. CAC DOANH NGHIEP", "- Dau tu."), [("SO TAI CHINH",
     1), ("CAC DOANH NGHIEP", 1)]),
    ("inner leaves", (PART, "1. Sở Y tế", "a) Triển khai:", "- Trạm xá;", "- Bệnh viện.", "b) Kiểm tra."),
     [("Sở Y tế", 3)]),
    ("unknown in a row", (PART, "1. Sở Y tế", "- A b.", "2. Kho lưu trữ tỉnh", "- B c.", "3. Sở Nội vụ", "- C d."),
     [("Sở Y tế", 1), ("Kho lưu trữ tỉnh", 1), ("Sở Nội vụ", 1)]),
    ("titles without numbers", (PART, "Sở Y tế", "- A b.", "- C d.", "UBND các xã", "- E f."), [("Sở Y tế", 2),
     ("UBND các xã", 1)]),
    ("a sentence to everybody", (PART, "Các sở, ngành căn cứ Kế hoạch này tổ chức thực hiện.", "1. Sở Y tế",
     "- A b."), [("Sở Y tế", 1)]),
    ("sentences alone", (PART, "Sở Y tế chủ trì, theo dõi chung.", "Sở Nội vụ có trách nhiệm đào tạo."), [("Sở Y tế",
     1),
     ("Sở Nội vụ", 1)]),
    ("lead-in behind a title", (PART, "1. Sở Y tế chủ trì:", "- Nối mạng.", "- Đo kiểm.", "2. Đảng ủy xã lãnh đạo",
     "- Vận động."),
     [("Sở Y tế", 2), ("Đảng ủy xã", 1)]),
    ("labels before names", (PART, "1. Cơ quan chủ trì: Sở Y tế", "- Nối mạng.",
     "2. Cơ quan phối hợp: Sở Nội vụ, Công an tỉnh",
     "- Phối hợp."), [("Sở Y tế", 1), ("Sở Nội vụ, Công an tỉnh", 1)]),
    ("brackets belong to a name", (PART, "1. Các doanh nghiệp (Viettel, VNPT) chủ động đầu tư.",
     "2. Sở Nội vụ (Phòng Tổ chức)",
     "- Đào tạo."), [("Các doanh nghiệp (Viettel, VNPT)", 1), ("Sở Nội vụ (Phòng Tổ chức)", 1)]),
    ("subjects behind a colon", (PART, "1. Các sở: Y tế, Nội vụ, Tư pháp căn cứ chức năng thực hiện."),
     [("Các sở: Y tế, Nội vụ, Tư pháp", 1)]),
    ("names behind a colon", (PART, "1. Các doanh nghiệp viễn thông: VNPT Hòa Lạc, Viettel Hòa Lạc", "- Đầu tư.",
     "- Đo kiểm.",
     "2. Đề nghị: Hội Nông dân, Hội Phụ nữ tỉnh", "- Vận động."),
     [("Các doanh nghiệp viễn thông: VNPT Hòa Lạc, Viettel Hòa Lạc", 2), ("Hội Nông dân, Hội Phụ nữ tỉnh", 1)]),
    ("what stands under a clause", (PART, "1. Sở Y tế", "- Nối mạng.", "2. Khen thưởng", "- Sở Nội vụ tham mưu.",
     "3. Chế độ báo cáo", "a) Các sở, ngành báo cáo hằng quý."), [("Sở Y tế", 1)]),
    ("a clause's title over all", ("V. CÔNG TÁC TỔ CHỨC THỰC HIỆN", "1. Sở Y tế chủ trì, phối hợp nối mạng.",
     "2. Sở Nội vụ đào tạo."), [("Sở Y tế", 1), ("Sở Nội vụ", 1)]),
    ("an article that approves", (PART, "1. Cục Viễn thông", "- Đo kiểm.",
     "Điều 2. Giao Cục Bưu chính chủ trì, phối hợp triển khai."),
     [("Cục Viễn thông", 1)]),
    ("a signature", (PART, "1. Sở Y tế nối mạng.", "2. Sở Nội vụ đào tạo.", "GIÁM ĐỐC", "Lê Văn A"), [("Sở Y tế", 1),
     ("Sở Nội vụ", 1)]),
    ("one body, two sentences", (PART, "- Giao Sở Y tế kiểm tra.", "- Giao Sở Y tế tổng hợp."), [("Sở Y tế", 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), [row[1:] for row in ARRANGEMENTS], ids=[row[0] for row in ARRANGEMENTS])
def test_arrangements(lines: tuple[str, ...], expected: list[tuple[str, int]]) -> None:
    assert rows(*lines) == expected


RUN_IN = [
    ("Thường trực HĐND tỉnh, các Ban và đại biểu HĐND tỉnh", "giám sát việc thực hiện."),
    ("Kho bạc Nhà nước khu vực", "kiểm soát chi theo quy định."),
    ("Các cấp ủy, tổ chức đảng trực thuộc Tỉnh ủy", "xây dựng chương trình hành động."),
    ("Sở Xây dựng", "công bố quy hoạch, cấp phép."),
    ("UBND các xã, phường", "phân công cán bộ trông coi trạm."),
    ("Công ty Điện lực tỉnh", "cho phép treo cáp trên cột điện."),
    ("Các chủ đầu tư khu đô thị, tòa nhà", "dành chỗ lắp trạm."),
    ("Người đứng đầu cấp ủy, chính quyền, cơ quan, đơn vị", "nêu gương dùng chữ ký số."),
    ("Ngân hàng Nhà nước chi nhánh khu vực 10", "khuyến khích trả tiền qua mạng."),
    ("Hội Liên hiệp Phụ nữ, Đoàn Thanh niên", "huy động hội viên."),
    ("Hiệu trưởng các trường đại học, cao đẳng", "mở ngành viễn thông."),
    ("Trung tâm Phục vụ hành chính công tỉnh", "niêm yết thủ tục."),
    ("Các hợp tác xã nông nghiệp", "ghi nhật ký mùa vụ trên mạng."),
    ("Ban Chỉ đạo về phát triển khoa học, công nghệ, đổi mới sáng tạo, chuyển đổi số và Đề án 06 tỉnh",
     "họp hằng quý."),
    ("Các trường học trên địa bàn", "dạy trẻ."),
    ("Thành viên Ban Chỉ đạo", "phụ trách từng việc."),
    ("Bộ Tư lệnh Quân khu 3", "canh giữ tuyến cáp."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "duty"), RUN_IN)
def test_any_verb_ends_a_name(name: str, duty: str) -> None:
    assert rows(PART, f"1. {name} {duty}", "2. Sở Y tế nối mạng.") == [(name, 1), ("Sở Y tế", 1)]


@pytest.mark.parametrize("asking", ["Đề nghị", "Kính đề nghị", "Yêu cầu", "Mời", "Giao", "Đề nghị:"])
def test_who_is_asked(asking: str) -> None:
    assert rows(PART, f"1. {asking} Hội Tin học tỉnh góp ý.", "2. Sở Y tế nối mạng.") == [
        ("Hội Tin học tỉnh", 1),
        ("Sở Y tế", 1),
    ]


def test_a_bracket_may_be_left_out() -> None:
    [body] = find_bodies(text_of("I. NHIỆM VỤ", "- Phủ sóng.", PART, "1. Sở Nội vụ (nơi gửi hồ sơ)", "- Đào tạo."))
    assert (body.name, body.aliases) == ("Sở Nội vụ (nơi gửi hồ sơ)", ("Sở Nội vụ",))


def test_bodies_whose_parts_title_is_lost() -> None:
    lost = (
        "1. Phủ sóng",
        "- Phủ chợ.",
        "1. Ngân sách tỉnh",
        "- Chi.",
        "1. Sở Y tế",
        "- Nối mạng.",
        "2. UBND các xã",
        "- Vận động.",
    )
    text = text_of("KẾ HOẠCH", "Thực hiện Nghị quyết;", *lost)
    assert [(body.name, len(body.duties)) for body in find_bodies(text)] == [("Sở Y tế", 1), ("UBND các xã", 1)]
    assert [text.own(item) for item in text.of_part(Part.TASKS) if not item.heading] == ["Phủ chợ.", "Chi."]


def test_tasks_that_are_listed_by_body_stay_tasks() -> None:
    text = text_of("I. NHIỆM VỤ", "1. Phòng Viễn thông", "- Phủ sóng.", "2. Phòng Bưu chính", "- Đo kiểm.")
    assert find_bodies(text) == ()


OTHER_HEADINGS = [
    "Điều khoản chuyển tiếp",
    "Chế độ báo cáo",
    "Kinh phí thực hiện",
    "Thời gian thực hiện",
    "Phân công nhiệm vụ",
    "Công tác kiểm tra, giám sát",
]


@pytest.mark.parametrize("title", OTHER_HEADINGS)
def test_a_heading_of_something_else_is_no_body(title: str) -> None:
    assert rows(PART, "1. Sở Y tế", "- Nối mạng.", "2. Sở Nội vụ", "- Đào tạo.", f"3. {title}", "Theo quy định.") == [
        ("Sở Y tế", 1),
        ("Sở Nội vụ", 1),
    ]


def test_the_last_paragraph_is_no_duty_and_no_body() -> None:
    closing = "Trên đây là Kế hoạch của tỉnh, yêu cầu các đơn vị thực hiện./."
    assert rows(PART, "1. Sở Y tế", "- Nối mạng.", closing) == [("Sở Y tế", 1)]
    assert rows(
        "Điều 1. Tổ chức thực hiện",
        "1. Sở Y tế",
        "- Nối mạng.",
        "Điều 2. Chánh Văn phòng UBND tỉnh chịu trách nhiệm thi hành Quyết định này./.",
    ) == [("Sở Y tế", 1)]


def test_long_form_and_span_of_a_body_that_is_asked() -> None:
    text = text_of("I. NHIỆM VỤ", "- Phủ sóng.", PART, "1. Đề nghị Liên đoàn Lao động tỉnh", "- Vận động.")
    [body] = find_bodies(text)
    assert text.words(body.span) == body.name == "Liên đoàn Lao động tỉnh"
    assert body.aliases == ("Đề nghị Liên đoàn Lao động tỉnh",)
    assert [text.words(duty) for duty in body.duties] == ["Vận động"]


@pytest.mark.parametrize("name", GIVEN)
def test_given_plans(name: str, shared: Path) -> None:
    text, _, gold = given_plan(shared, name)
    found = [{"name": b.name, "section": b.section, "duties": len(b.duties)} for b in find_bodies(text)]
    assert found == [{key: row[key] for key in ("name", "section", "duties")} for row in gold["organisations"]]


NAMES = [
    "Sở Xây dựng", "Bộ Chỉ huy Quân sự tỉnh", "Ban Dân tộc", "UBND các xã", "Uỷ ban nhân dân cấp xã", "Công an tỉnh",
     "Văn phòng UBND tỉnh",
    "Cục Viễn thông", "Chi cục Thuế", "Kho bạc Nhà nước", "Ngân hàng Nhà nước chi nhánh Hòa Lạc", "Đài Phát thanh",
     "Báo Hòa Lạc", "Hội Nông dân",
    "Liên đoàn Lao động", "Tập đoàn Điện lực", "Tổng công ty Bưu điện", "Doanh nghiệp viễn thông", "Viettel Hòa Lạc",
     "VNPT", "MobiFone", "Trường Đại học A",
    "Trung tâm Chuyển đổi số", "Quỹ Dịch vụ viễn thông công ích", "các sở, ngành", "Các cơ quan báo chí",
     "Tỉnh đoàn", "Ủy ban MTTQ Việt Nam tỉnh",
]  # fmt: skip
LONG_NAMES = [
    "Sở Văn hóa, Thể thao và Du lịch", "Ban Quản lý Khu kinh tế Bến Hoa và các khu công nghiệp",
    "Các doanh nghiệp viễn thông, Internet, doanh nghiệp cung cấp trung tâm dữ liệu, điện toán đám mây",
    "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các tổ chức chính trị - xã hội",
    "Tập đoàn Công nghiệp - Viễn thông Quân đội (Viettel)", "Các cơ sở giáo dục đại học trên địa bàn tỉnh",
    "Chủ tịch UBND các xã, phường, đặc khu", "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh",
    "Bộ Chỉ huy Quân sự tỉnh, Bộ Chỉ huy Bộ đội Biên phòng tỉnh", "Kho bạc Nhà nước khu vực VII",
]  # fmt: skip


@pytest.mark.parametrize("name", LONG_NAMES)
def test_a_name_is_reached_whole(name: str) -> None:
    assert name_reach(f"{name} ghi nhận", 0) == len(name)


NOT_NAMES = [
    "Báo cáo kết quả", "Ban hành kế hoạch", "Hội nghị tổng kết", "Bộ tiêu chí đánh giá", "Trường hợp cần sửa",
     "Các nội dung khác", "Tổ chức thực hiện",
    "Kinh phí", "Xây dựng đô thị", "Quỹ đất dùng chung", "Các văn bản", "Vụ việc vi phạm", "Thời gian", "Hạ tầng số",
]  # fmt: skip


@pytest.mark.parametrize("words", NAMES)
def test_names(words: str) -> None:
    assert begins_body(words)


@pytest.mark.parametrize("words", NOT_NAMES)
def test_not_names(words: str) -> None:
    assert not begins_body(words)


@given(
    subject=st.sampled_from(SUBJECTS),
    tail=st.sampled_from([" chủ trì", ", Sở Nội vụ", "; UBND xã", " và các đơn vị", " trước ngày 1", "."]),
)
def test_a_departments_name_ends_with_its_subject(subject: str, tail: str) -> None:
    words = f"gửi Sở {subject}{tail}"
    assert words[4 : read_body(words, 4)] == f"Sở {subject}"


SPLITS = [
    ("Sở Văn hóa, Thể thao và Du lịch, Sở Nội vụ", ["Sở Văn hóa, Thể thao và Du lịch", "Sở Nội vụ"]),
    ("Các sở, ban, ngành; UBND các cấp", ["Các sở, ban, ngành", "UBND các cấp"]),
    ("UBND các huyện, thị xã, thành phố", ["UBND các huyện, thị xã, thành phố"]),
    ("Các cơ quan Báo, Đài trên địa bàn tỉnh", ["Các cơ quan Báo, Đài trên địa bàn tỉnh"]),
    ("Công an tỉnh và Bộ Chỉ huy Quân sự tỉnh", ["Công an tỉnh", "Bộ Chỉ huy Quân sự tỉnh"]),
    (
        "Các doanh nghiệp viễn thông, Internet, doanh nghiệp nền tảng số",
        ["Các doanh nghiệp viễn thông, Internet, doanh nghiệp nền tảng số"],
    ),
]


@pytest.mark.parametrize(("name", "parts"), SPLITS)
def test_joint_names_are_parted(name: str, parts: list[str]) -> None:
    assert split_names(name) == parts


SAME = [
    ("Sở TT&TT", "Sở Thông tin và Truyền thông"), ("SỞ KHCN", "Sở Khoa học và Công nghệ"), ("UBND tỉnh Hòa Lạc",
     "Ủy ban nhân dân tỉnh"),
    ("Sở NN&MT tỉnh Hòa Lạc", "Sở Nông nghiệp và Môi trường"), ("Sở LĐTBXH", "Sở Lao động - Thương binh và Xã hội"),
     ("NHNN Việt Nam", "Ngân hàng Nhà nước Việt Nam"),
    ("Sở VHTT&DL", "Sở Văn hoá, Thể thao và Du lịch"), ("Công an tỉnh Hòa Lạc", "Công an tỉnh"), ("Sở GTVT",
     "Sở Giao thông vận tải"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_body_in_two_spellings(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


OLD = BodyName("tttt", "Sở Thông tin và Truyền thông", "Sở TT&TT", None, date(2025, 2, 28))
NEW = BodyName("khcn", "Sở Khoa học và Công nghệ", "Sở KH&CN", None, None)
BEFORE = BodyName("xa-cu", "UBND các xã", "", None, date(2025, 6, 30))
AFTER = BodyName("xa", "UBND các xã", "", date(2025, 7, 1), None)
FIRMS = BodyName("dn", "Các doanh nghiệp viễn thông, Internet")
KNOWN = (OLD, NEW, BEFORE, AFTER, BodyName("tc", "Sở Tài chính"), BodyName("bao", "Các cơ quan báo chí"))


def test_matching_known_bodies() -> None:
    assert match_body("Sở TTTT tỉnh Hòa Lạc", KNOWN)[0] == ("tttt", 1.0)
    assert [key for key, _ in match_body("Sở KH&CN, Sở Tài chính", KNOWN)] == ["khcn", "tc"]
    assert match_body("Các cơ quan báo chí, truyền thông tỉnh", KNOWN)[0][0] == "bao"
    assert match_body("Các doanh nghiệp công nghệ trên địa bàn tỉnh", (*KNOWN, FIRMS)) == [("dn", 0.5)]
    assert match_body("UBND tỉnh", KNOWN) == match_body("Kho lưu trữ", KNOWN) == []


@pytest.mark.parametrize(("on", "key"), [(date(2024, 1, 1), "xa-cu"), (date(2026, 1, 1), "xa")])
def test_the_body_in_force_on_the_day_is_preferred(on: date, key: str) -> None:
    assert match_body("Ủy ban nhân dân các xã", KNOWN, on)[0][0] == key
