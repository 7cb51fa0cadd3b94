"""The reader's first stages: from lines to paragraphs, from markers to an outline, from titles to parts."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.plan_reader.header import read_header
from hatang.core.plan_reader.markers import marker_of
from hatang.core.plan_reader.normalise import MOST_LETTERS, normalised
from hatang.core.plan_reader.structure import Header, Line, Part, Text
from hatang.core.plan_reader.text import read_text
from tests.core.plan_texts import PLANS

MARKERS = [
    ("I. MỤC TIÊU", "I"),
    ("4- Ủy ban nhân dân", "4"),
    ("IV/ GIẢI PHÁP", "IV"),
    ("III- TỔ CHỨC", "III"),
    ("2- Mục tiêu", "2"),
    ("b- Hoàn thành", "b"),
    ("II - HIỆN TRẠNG", "II"),
    ("1. Mục đích", "1"),
    ("1/ Mục đích", "1"),
    ("(2) Hạ tầng", "2"),
    ("(iv) Hạ tầng", "iv"),
    ("3) Hạ tầng", "3"),
    ("01. Hạ tầng", "1"),
    ("4. 100% thôn", "4"),
    ("I.2. Yêu cầu", "2"),
    ("II.2.1 Cột ăng ten", "2.1"),
    ("2.1.1. Mạng di động", "2.1.1"),
    ("2.2- Giai đoạn sau", "2.2"),
    ("đ) Nền tảng số", "đ"),
    ("a. Nội dung", "a"),
    ("B. PHẦN CHUNG", "B"),
    ("A- MỤC TIÊU", "A"),
    ("- Phủ sóng", "-"),
    ("– Phủ sóng", "-"),
    ("•\tPhủ sóng", "-"),
    ("+ Phủ sóng", "+"),
    ("Phần thứ hai", "2"),
    ("PHẦN IV. TỔ CHỨC", "4"),
    ("CHƯƠNG I", "1"),
    ("Điều 3. Hiệu lực", "3"),
    ("PHỤ LỤC II", "2"),
]
NO_MARKERS = [
    "5G phủ sóng 100% dân số",
    "100% thôn, bản",
    "24/7 giám sát",
    "03/6/2020 của Thủ tướng",
    "36/QĐ-TTg ngày 11/01/2024",
    "48-NQ/TU ngày 15/11/2021",
    "1.000 trạm",
    "2025. Sau đó",
    "Phần mềm dùng chung",
    "Phần đầu đạt 100%",
    "Điều 2 Quyết định số",
    "điều 5 khoản 2",
    "Mục tiêu năm 2025",
    "Phụ lục kèm theo",
    "IoT và AI",
    "Internet vạn vật",
]


@pytest.mark.parametrize(("text", "label"), MARKERS)
def test_markers_are_read(text: str, label: str) -> None:
    marker = marker_of(text)
    assert marker is not None
    assert marker.label == label


@pytest.mark.parametrize("text", NO_MARKERS)
def test_words_are_no_markers(text: str) -> None:
    assert marker_of(text) is None


def paragraphs(text: str) -> list[str]:
    return [block.text for block in normalised(map(Line, text.split("\n")))]


def read(text: str) -> Text:
    return read_text(map(Line, text.split("\n")))


def test_a_sentence_broken_over_lines_is_one_paragraph() -> None:
    text = """- Mỗi thôn có ít nhất một điểm truy cập, do xã
quản lý và công bố cho
người dân.

- Mỗi xã có một kỹ
thuật viên."""
    assert paragraphs(text) == [
        "- Mỗi thôn có ít nhất một điểm truy cập, do xã quản lý và công bố cho người dân.",
        "- Mỗi xã có một kỹ thuật viên.",
    ]


def test_a_heading_broken_before_a_name_is_joined_but_not_with_the_text_below() -> None:
    text = """V. TỔ CHỨC
THỰC HIỆN
1. Sở
Khoa học và Công nghệ
a) Theo dõi việc thực
hiện.
2. Các cơ
quan báo chí của tỉnh
Đăng tin về tiến độ, mỗi
tháng một lần."""
    assert paragraphs(text) == [
        "V. TỔ CHỨC THỰC HIỆN",
        "1. Sở Khoa học và Công nghệ",
        "a) Theo dõi việc thực hiện.",
        "2. Các cơ quan báo chí của tỉnh",
        "Đăng tin về tiến độ, mỗi tháng một lần.",
    ]


BODIES = """II. TỔ CHỨC THỰC HIỆN
1. Sở Xây dựng; Sở Tài chính;
Sở Nông nghiệp và Môi trường
- Phối hợp thực hiện với các xã và
các doanh nghiệp của tỉnh.
2. VNPT Mẫu Sơn, Viettel Mẫu
Sơn và các doanh nghiệp khác
- Đầu tư.
3. Mặt trận Tổ quốc Việt
Nam tỉnh
Vận động nhân dân các
thôn.
4. Sở Tư pháp
Công bố thủ tục, rút ngắn
thời gian."""


def test_names_of_bodies_broken_over_lines_are_whole() -> None:
    assert [text for text in paragraphs(BODIES) if text[0].isdigit()] == [
        "1. Sở Xây dựng; Sở Tài chính; Sở Nông nghiệp và Môi trường",
        "2. VNPT Mẫu Sơn, Viettel Mẫu Sơn và các doanh nghiệp khác",
        "3. Mặt trận Tổ quốc Việt Nam tỉnh",
        "4. Sở Tư pháp",
    ]


def test_page_numbers_and_rules_are_dropped_also_inside_a_sentence() -> None:
    text = "- Cáp quang tới mọi\n12\nthôn của xã.\n-----\n|\n- Trang 3/12 -\n- Cột ăng ten dùng\nchung."
    assert paragraphs(text) == ["- Cáp quang tới mọi thôn của xã.", "- Cột ăng ten dùng chung."]


def test_a_number_in_a_cell_of_its_own_is_kept() -> None:
    (block,) = normalised([Line("| 1 | 95 | 100 |")])
    assert block.cells == ("1", "95", "100")


def test_a_running_head_beside_page_numbers_is_dropped() -> None:
    page = "KẾ HOẠCH CỦA TỈNH MẪU SƠN\n{}\n"
    text = "- Cáp quang tới mọi thôn, mọi\n" + page.format(2) + "bản của các xã vùng cao, nối thành\n"
    text += "các vòng dự phòng và do tỉnh\nquản lý cùng các xã và\ncác doanh nghiệp của vùng, từng\n"
    text += (
        "bước ngầm hóa và mở\nrộng tới trường học\nở những nơi xa\nvà nơi chưa có điện\n"
        + page.format(3)
        + "và trạm y tế."
    )
    (paragraph,) = paragraphs(text)
    assert "KẾ HOẠCH" not in paragraph
    assert paragraph.startswith("- Cáp quang tới mọi thôn, mọi bản của các xã")


def test_a_note_below_a_rule_is_a_footnote() -> None:
    blocks = normalised(
        map(Line, ["- Tỷ lệ dùng chung còn thấp và chưa", "_______", "1 Theo báo cáo của tỉnh.", "đồng đều."])
    )
    assert [b.footnote for b in blocks if "Theo báo cáo" in b.text] == [True]


BARS = """PHỤ LỤC
STT
|
Nhiệm vụ
|
Cơ quan chủ trì
|
Thời gian
|
A
|
Hạ tầng viễn thông
|
1
|
Lập bản đồ vùng
lõm sóng của tỉnh
|
Sở KH&CN
|
2026
|
2
|
Dùng chung cột
|
|
Quý
II/2027
|
Ghi chú: đây là danh mục mở."""


def test_cells_between_bars_are_rows_again() -> None:
    rows = [block.cells for block in normalised(map(Line, BARS.split("\n"))) if block.cells]
    assert rows == [
        ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"),
        ("A", "Hạ tầng viễn thông"),
        ("1", "Lập bản đồ vùng lõm sóng của tỉnh", "Sở KH&CN", "2026"),
        ("2", "Dùng chung cột", "", "Quý II/2027"),
    ]


CELLS = """- Phủ sóng tới mọi thôn của tỉnh và
các xã biên giới trong năm.
PHỤ LỤC
STT
Nhiệm vụ
Cơ quan chủ trì
Thời gian
1
Lập bản đồ vùng
lõm sóng của tỉnh
Sở KH&CN
Năm 2026
2
Dùng chung cột
Sở Xây dựng
Quý II/2027"""


def test_cells_that_came_one_a_line_stay_apart_in_a_wrapped_text() -> None:
    assert paragraphs(CELLS)[2:] == [
        "STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian",
        "1", "Lập bản đồ vùng lõm sóng của tỉnh", "Sở KH&CN", "Năm 2026",
        "2", "Dùng chung cột", "Sở Xây dựng", "Quý II/2027",
    ]  # fmt: skip


def test_bars_behind_the_cells_are_read_alike() -> None:
    text = re.sub(r"(?<=[^|])\n\|", " |", BARS)
    assert paragraphs(text) == paragraphs(BARS)


def test_a_quarter_or_a_unit_at_the_start_of_a_line_goes_on() -> None:
    text = (
        "- Hoàn thành bản đồ trong quý\nI/2026 và đạt tốc độ trung bình 250\nMb/s ở các xã, tiếp tục tăng\ntừ năm sau."
    )
    assert len(paragraphs(text)) == 1


def test_a_footnote_leaves_the_sentence_that_it_interrupts_whole() -> None:
    blocks = normalised(
        map(Line, ["Tỉnh đã nối 22 dịch vụ và", "⁽¹⁾ Gồm: (1) dịch vụ A; (2) dịch vụ B.", "các cơ sở dữ liệu."])
    )
    assert [(b.text, b.footnote) for b in blocks] == [
        ("Tỉnh đã nối 22 dịch vụ và các cơ sở dữ liệu.", False),
        ("(1) Gồm: (1) dịch vụ A; (2) dịch vụ B.", True),
    ]


def test_a_dash_inside_a_sentence_is_no_item() -> None:
    text = "- Phục vụ phát triển kinh tế\n- xã hội của vùng và\nbảo đảm quốc phòng (an ninh\n- Security)\ntrên địa bàn."
    assert len(paragraphs(text)) == 1


def test_a_number_broken_after_its_hyphen_is_joined_without_blank() -> None:
    assert paragraphs("theo Quyết định số 12/QĐ-\nUBND ngày 01/02/2025\ncủa tỉnh.") == [
        "theo Quyết định số 12/QĐ-UBND ngày 01/02/2025 của tỉnh."
    ]


def test_paragraphs_that_the_format_parts_stay_apart() -> None:
    blocks = normalised([Line("Sở Tài chính", whole=True), Line("và các đơn vị", whole=True)])
    assert len(blocks) == 2


def test_printed_lines_pasted_as_paragraphs_are_joined() -> None:
    lines = BODIES.split("\n")
    pasted = [Line(line, whole=True) for line in lines]
    assert [block.text for block in normalised(pasted)] == paragraphs(BODIES)


def test_a_drawn_number_stands_in_the_text() -> None:
    (block,) = normalised([Line("Mục tiêu", whole=True, marker="II.")])
    assert block.text == "II. Mục tiêu"


@given(st.text(max_size=400))
def test_any_text_is_normalised_without_error_and_twice_is_once(text: str) -> None:
    once = normalised([Line(part, whole=True) for part in text.split("\n")])
    again = normalised([Line(block.text, whole=True, cells=block.cells) for block in once])
    assert [b.text for b in again] == [b.text for b in once]


OUTLINE = """I. QUAN ĐIỂM, MỤC TIÊU
1. Quan điểm
- Hạ tầng đi trước.
2. Mục tiêu
2.1. Đến năm 2027
2.1.1. Di động
- 90% thôn có sóng.
+ Riêng vùng cao 80%.
+ Riêng biên giới 85%.
2.2. Đến năm 2030
Mọi thôn có sóng.
II. NHIỆM VỤ
1. Hạ tầng viễn thông
a) Xây cột ăng ten.
b) Kéo cáp.
c) Dùng chung cống bể.
d) Cho thuê cột.
e) Báo hỏng.
g) Kiểm định.
2. Hạ tầng dữ liệu
Mở cổng dữ liệu.
III. TỔ CHỨC THỰC HIỆN
1. Sở A
- Chủ trì."""


def test_the_outline_gives_each_item_its_path() -> None:
    paths = [(item.section, item.level) for item in read(OUTLINE).items]
    assert paths == [
        ("I", 1), ("I.1", 2), ("I.1.-1", 0), ("I.2", 2), ("I.2.1", 3), ("I.2.1.1", 4), ("I.2.1.1.-1", 0),
        ("I.2.1.1.-1.+1", 0), ("I.2.1.1.-1.+2", 0), ("I.2.2", 3), ("I.2.2", 0),
        ("II", 1), ("II.1", 2), ("II.1.a", 0), ("II.1.b", 0), ("II.1.c", 0), ("II.1.d", 0), ("II.1.e", 0),
        ("II.1.g", 0),
        ("II.2", 2), ("II.2", 0), ("III", 1), ("III.1", 2), ("III.1.-1", 0),
    ]  # fmt: skip


def test_parts_follow_titles_and_are_inherited() -> None:
    parts = {item.section: item.part for item in read(OUTLINE).items}
    assert parts["I.1.-1"] == Part.AIMS
    assert parts["I.2.1.1.-1.+2"] == Part.TARGETS
    assert parts["II.2"] == Part.TASKS
    assert parts["III.1.-1"] == Part.ORGANISATION


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("CĂN CỨ XÂY DỰNG KẾ HOẠCH", Part.BASES),
        ("Mục đích, yêu cầu", Part.AIMS),
        ("CÁC CHỈ TIÊU CHỦ YẾU", Part.TARGETS),
        ("MUC TIEU CU THE", Part.TARGETS),
        ("Thực trạng hạ tầng số", Part.PRESENT),
        ("NHIỆM VỤ VÀ GIẢI PHÁP", Part.TASKS),
        ("Nhiệm vụ trọng tâm", Part.TASKS),
        ("Các giải pháp", Part.SOLUTIONS),
        ("GIẢI PHÁP TỔ CHỨC THỰC HIỆN", Part.SOLUTIONS),
        ("Các biện pháp", Part.SOLUTIONS),
        ("TRIỂN KHAI THỰC HIỆN", Part.ORGANISATION),
        ("NGUỒN KINH PHÍ", Part.FUNDING),
        ("Phân công trách nhiệm", Part.ORGANISATION),
        ("NHIỆM VỤ CỦA CÁC CƠ QUAN, ĐƠN VỊ", Part.ORGANISATION),
        ("TỔ CHỨC TRIỂN KHAI", Part.ORGANISATION),
    ],
)
def test_titles_name_their_parts(title: str, part: Part) -> None:
    text = read(f"I. {title}\n1. Việc thứ nhất\n- Làm một việc.")
    assert [item.part for item in text.items] == [part] * 3


def test_restarting_numbers_belong_to_their_parts() -> None:
    text = read(
        "Phần thứ nhất\nHIỆN TRẠNG\nI. CHUNG\n- Đã có 10 cột.\nPhần thứ hai\nKẾ HOẠCH\nI. MỤC TIÊU\n- Thêm 20 cột."
    )
    assert [(i.section, i.part.value) for i in text.items if i.marker == "-"] == [
        ("P1.I.-1", "present"),
        ("P2.I.-1", "targets"),
    ]


def test_what_follows_the_end_sign_is_no_duty_of_the_last_body() -> None:
    text = read(
        "I. TỔ CHỨC THỰC HIỆN\n1. Sở A\n- Chủ trì.\nTrên đây là Kế hoạch của tỉnh./.\nNơi nhận:\n- Như trên;\n"
        "- Lưu: VT.\nPHỤ LỤC\nDANH MỤC NHIỆM VỤ\n| 1 | Lập bản đồ | Sở A |"
    )
    assert [item.part.value for item in text.items] == [
        "organisation", "organisation", "organisation", "closing", "recipients", "recipients", "recipients", "annex",
        "annex", "annex",
    ]  # fmt: skip


HEADS = [
    (
        "ỦY BAN NHÂN DÂN\nTỈNH MẪU SƠN\nSố: 15/KH-UBND\nMẫu Sơn, ngày 02 tháng 03 năm 2026\nKẾ HOẠCH\n"
        "Phát triển hạ tầng số giai đoạn 2026-2030\nThực hiện nghị quyết của tỉnh.",
        Header(
            "KẾ HOẠCH", "15/KH-UBND", "2026-03-02", "UBND tỉnh Mẫu Sơn", "Phát triển hạ tầng số giai đoạn 2026-2030"
        ),
    ),
    (
        "UBND THÀNH PHỐ CẢNG MỚI | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\nSố: 7 /KH- UBND | Cảng Mới, ngày 5/4/2026 |\n"
        "KẾ HOẠCH PHỦ SÓNG 5G NĂM 2027",
        Header("KẾ HOẠCH", "7/KH-UBND", "2026-04-05", "UBND thành phố Cảng Mới", "PHỦ SÓNG 5G NĂM 2027"),
    ),
    (
        "ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH MẪU SƠN       Độc lập - Tự do - Hạnh phúc\n"
        "Số: 412/KH-UBND          Mẫu Sơn, ngày 5 tháng 12 năm 2025\nKẾ HOẠCH\nNgầm hóa cáp",
        Header("KẾ HOẠCH", "412/KH-UBND", "2025-12-05", "UBND tỉnh Mẫu Sơn", "Ngầm hóa cáp"),
    ),
    (
        "BỘ KHOA HỌC VÀ CÔNG NGHỆ\nSố: 77/QĐ-BKHCN\nHà Nội, ngày 9 tháng 10 năm 2025\nQUYẾT ĐỊNH\n"
        "Ban hành kế hoạch về Internet\nBỘ TRƯỞNG BỘ KHOA HỌC VÀ CÔNG NGHỆ",
        Header("QUYẾT ĐỊNH", "77/QĐ-BKHCN", "2025-10-09", "Bộ Khoa học và Công nghệ", "Ban hành kế hoạch về Internet"),
    ),
    (
        "TỈNH ỦY MẪU SƠN\n*\nSố 09-NQ/TU\nMẫu Sơn, ngày 28 tháng 11 năm 2025\nNGHỊ QUYẾT\nvề phát triển hạ tầng số",
        Header("NGHỊ QUYẾT", "09-NQ/TU", "2025-11-28", "Tỉnh ủy Mẫu Sơn", "về phát triển hạ tầng số"),
    ),
    (
        "UBND THÀNH PHỐ CẦN THƠ\nSỞ XÂY DỰNG\nSố: 5/KH-SXD\nCần Thơ, ngày 3/3/2026\nKẾ HOẠCH\nNgầm hóa cáp",
        Header("KẾ HOẠCH", "5/KH-SXD", "2026-03-03", "Sở Xây dựng thành phố Cần Thơ", "Ngầm hóa cáp"),
    ),
    (
        "UY BAN NHAN DAN\nTINH MAU SON\nSo: 6/KH-UBND\nMau Son, ngay 4 thang 3 nam 2026\nKE HOACH\nNGAM HOA CAP",
        Header("KẾ HOẠCH", "6/KH-UBND", "2026-03-04", "UBND tỉnh Mau Son", "NGAM HOA CAP"),
    ),
    (
        "Số: 8/KH-UBND\nThành phố Hồ Chí Minh, ngày 3/3/2026\nKẾ HOẠCH\nNgầm hóa cáp",
        Header("KẾ HOẠCH", "8/KH-UBND", "2026-03-03", "UBND thành phố Hồ Chí Minh", "Ngầm hóa cáp"),
    ),
    (
        "ỦY BAN NHÂN DÂN\nXÃ MẪU SƠN\nSố: 45/KH-UBND\nXã Mẫu Sơn, ngày 12 tháng 10 năm 2026\nKẾ HOẠCH\n"
        "Phủ sóng các thôn",
        Header("KẾ HOẠCH", "45/KH-UBND", "2026-10-12", "UBND xã Mẫu Sơn", "Phủ sóng các thôn"),
    ),
    (
        "UBND TỈNH MẪU SƠN      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ KHOA HỌC VÀ CÔNG NGHỆ     Độc lập - Tự do"
        " - Hạnh phúc\nSố: 9/KH-SKHCN       Mẫu Sơn, ngày 8 tháng 4 năm 2026\nKẾ HOẠCH\nKiểm tra mạng lưới",
        Header("KẾ HOẠCH", "9/KH-SKHCN", "2026-04-08", "Sở Khoa học và Công nghệ tỉnh Mẫu Sơn", "Kiểm tra mạng lưới"),
    ),
    (
        "Số:      /KH-UBND\nMẫu Sơn, ngày     tháng     năm 2026\nKẾ HOẠCH\nPhát triển hạ tầng số",
        Header("KẾ HOẠCH", None, None, "UBND tỉnh Mẫu Sơn", "Phát triển hạ tầng số"),
    ),
]


@pytest.mark.parametrize(("text", "wanted"), HEADS)
def test_the_head_is_read(text: str, wanted: Header) -> None:
    header = read_header(read(text))
    names = ("kind", "number", "date", "issuer", "title")
    assert [getattr(header, n) for n in names] == [getattr(wanted, n) for n in names]


def test_a_day_that_no_calendar_has_is_no_date() -> None:
    text = read("Số: 1/KH-UBND\nMẫu Sơn, ngày 31 tháng 02 năm 2026\nKẾ HOẠCH\nNgầm hóa cáp")
    assert read_header(text).date is None


def test_the_signer_stands_below_the_office() -> None:
    text = read(
        "I. MỤC TIÊU\n- Một.\nNơi nhận:\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nNguyễn Văn Mẫu"
    )
    assert read_header(text).signer == "Nguyễn Văn Mẫu"


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("width", [50, 72, 90, 120])
def test_rewrapping_a_plan_changes_no_item(shared: Path, plan: str, width: int) -> None:
    """Whatever line length a plan was typed with, each heading and item is the same."""
    source = (shared / "plans" / f"{plan}.txt").read_text()
    clean = "\n".join(block.text for block in read(source).blocks if not block.footnote)
    wrapped = "\n".join("\n".join(textwrap.wrap(p, width, break_on_hyphens=False) or [""]) for p in clean.split("\n"))
    assert listed(read(wrapped)) == listed(read(clean))


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("form", ["NFD", "blanks", "dashes", "returns"])
def test_spelling_changes_no_item(shared: Path, plan: str, form: str) -> None:
    source = (shared / "plans" / f"{plan}.txt").read_text()
    changed = {
        "NFD": unicodedata.normalize("NFD", source),
        "blanks": source.replace(" ", "\u00a0"),
        "dashes": source.replace("\n- ", "\n– "),
        "returns": source.replace("\n", "\r\n"),
    }[form]
    assert listed(read(changed)) == listed(read(source))


def listed(text: Text) -> list[tuple[str, bool, str, str]]:
    """List the headings and marked items with their first words."""
    return [
        (item.section, item.heading, item.part.value, " ".join(text.own(item).split()[:8]))
        for item in text.items
        if item.marker and item.part not in (Part.RECIPIENTS, Part.HEAD)
    ]


ATTACHED = """QUYẾT ĐỊNH
Điều 1. Ban hành kèm theo Quyết định này Kế hoạch của Bộ.
Điều 2. Quyết định có hiệu lực từ ngày ký.
Nơi nhận:
- Như Điều 2;
BỘ TRƯỞNG
Nguyễn Văn Mẫu
KẾ HOẠCH
Phủ sóng vùng lõm
I. MỤC TIÊU
- Hết thôn trắng sóng.
II. TỔ CHỨC THỰC HIỆN
1. Cục A
- Theo dõi."""


def test_a_plan_attached_to_a_decision_is_read_after_the_decision() -> None:
    items = read(ATTACHED).items
    assert {item.section: item.part.value for item in items if item.section[:1] == "I"} == {
        "I": "targets",
        "I.-1": "targets",
        "II": "organisation",
        "II.1": "organisation",
        "II.1.-1": "organisation",
    }
    assert {item.part for item in items if item.section.startswith("Đ")} == {Part.OTHER}


def test_a_text_longer_than_any_paragraph_is_read_in_parts() -> None:
    blocks = normalised([Line("cáp " * 30_000), Line("-" * 200_000 + "x")])
    assert all(len(block.text) <= MOST_LETTERS for block in blocks)
    assert sum(block.text.count("cáp") for block in blocks) == 30_000


def test_a_paragraph_of_many_lines_costs_no_more_than_its_length() -> None:
    lines = [Line("và một dòng nữa của đoạn dài")] * 20_000
    assert sum(block.text.count("dòng") for block in normalised(lines)) == 20_000


def test_lettered_labels_over_paragraphs_and_enclosed_numbers_over_letters_are_headings() -> None:
    text = read(
        "II. MỤC TIÊU\na) Mục tiêu chung\nHạ tầng đi trước.\nb) Năm 2028\n- 70% xã có 5G.\nIII. NHIỆM VỤ\n"
        "(1) Đến năm 2027\na) Xây cột.\nb) Kéo cáp.\n(2) Đến năm 2030\na) Mở rộng."
    )
    assert [(item.section, item.heading) for item in text.items] == [
        ("II", True), ("II.a", True), ("II.a", False), ("II.b", True), ("II.b.-1", False),
        ("III", True), ("III.1", True), ("III.1.a", False), ("III.1.b", False), ("III.2", True), ("III.2.a", False),
    ]  # fmt: skip


def test_stars_over_dashes_are_headings_and_alone_are_items() -> None:
    text = read("I. MỤC TIÊU\n* Mục tiêu chung:\n- Một.\n* Mục tiêu cụ thể:\n- Hai.\n- Ba.")
    assert [(item.section, item.heading) for item in text.items] == [
        ("I", True), ("I", True), ("I.-1", False), ("I", True), ("I.-1", False), ("I.-2", False),
    ]  # fmt: skip
    assert [item.section for item in read("I. MỤC TIÊU\n* Một.\n* Hai.").items] == ["I", "I.-1", "I.-2"]


def test_a_lead_in_before_numbers_that_begin_anew_stands_over_them() -> None:
    text = read("I. MỤC TIÊU\nĐến năm 2027:\n1. Di động\n- Một.\nĐến năm 2030:\n1. Di động\n- Hai.")
    assert [(item.section, len(item.above)) for item in text.items if not item.marker] == [("I", 1), ("I", 1)]


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("giai đoạn 2026 - 2030", (2026, 2030)),
        ("năm 2024 - 2025", (2024, 2025)),
        ("các năm 2026, 2027", (2026, 2027)),
        ("từ năm 2026 đến năm 2028", (2026, 2028)),
        ("năm 2025, định hướng đến năm 2030", (2025, 2030)),
        ("năm 2026", (2026, 2026)),
    ],
)
def test_the_period_stands_in_the_title(title: str, years: tuple[int, int]) -> None:
    header = read_header(read(f"KẾ HOẠCH\nPhát triển hạ tầng số {title}\nThực hiện nghị quyết.\nI. MỤC TIÊU\n- Một."))
    assert (header.year_from, header.year_to) == years


def test_markdown_signs_hide_no_heading() -> None:
    assert [item.section for item in read("**I. MỤC TIÊU**\n- Một.\n## II. NHIỆM VỤ\n- Hai.").items] == [
        "I", "I.-1", "II", "II.-1",
    ]  # fmt: skip


def test_numbers_of_another_form_nest_below() -> None:
    text = read("I. MỤC TIÊU\n1. Chung\n1) Di động\n(1) Phủ sóng.\n(2) Dùng chung.\n2) Cố định\n- Cáp.\n2. Riêng\n- A.")
    assert [item.section for item in text.items] == [
        "I", "I.1", "I.1.1", "I.1.1.1", "I.1.1.2", "I.1.2", "I.1.2.-1", "I.2", "I.2.-1",
    ]  # fmt: skip
