"""Numbered documents are found in every form of the genre, with the day and issuer the text gives; nothing else."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.plan_reader.legal_bases import citations_in, find_legal_bases, find_other_references, issuer_of
from hatang.core.plan_reader.structure import Header
from tests.core.plan_texts import GIVEN, given_plan, text_of

TTG, CP, QH = "Thủ tướng Chính phủ", "Chính phủ", "Quốc hội"

ONE = [
    ("Quyết định số 36/QĐ-TTg ngày 11/01/2024 của Thủ tướng Chính phủ", "36/QĐ-TTg", "2024-01-11", TTG),
    ("Quyết định 411/QĐ-TTg ngày 31 tháng 3 năm 2022", "411/QĐ-TTg", "2022-03-31", TTG),
    ("Quyết định số 964/QĐ- TTg ngày 10-8-2022", "964/QĐ-TTg", "2022-08-10", TTG),
    ("quyết định số 12 / QĐ - UBND, ngày 7.8.2025", "12/QĐ-UBND", "2025-08-07", "UBND tỉnh Hòa Lạc"),
    ("Nghị định số 163/2024/NĐ-CP ngày 24/12/2024 của Chính phủ", "163/2024/NĐ-CP", "2024-12-24", CP),
    ("Luật Viễn thông số 24/2023/QH15 ngày 24/11/2023", "24/2023/QH15", "2023-11-24", QH),
    ("Thông tư 12/2020/TT-BTTTT", "12/2020/TT-BTTTT", None, "Bộ Thông tin và Truyền thông"),
    ("Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị", "57-NQ/TW", "2024-12-22", "Bộ Chính trị"),
    ("Nghị quyết số 04- NQ/TU ngày 04/4/2021 của Ban Chấp hành Đảng bộ tỉnh", "04-NQ/TU", "2021-04-04",
     "Ban Chấp hành Đảng bộ tỉnh"),
    ("Chỉ thị 05-CT/TU của Ban Thường vụ Tỉnh ủy", "05-CT/TU", None, "Ban Thường vụ Tỉnh ủy"),
    ("Nghị quyết số 20-NQ-TW", "20-NQ-TW", None, "Trung ương Đảng"),
    ("Nghị quyết số 19-NQ/TW (25/10/2017)", "19-NQ/TW", "2017-10-25", "Trung ương Đảng"),
    ("Kế hoạch số 3684/KH-BCĐ389", "3684/KH-BCĐ389", None, None),
    ("Công văn số 2231/SNV-CCHC&PC ngày 28/9/2018", "2231/SNV-CCHC&PC", "2018-09-28", None),
    ("Quyết định số 06/2025/QĐ-UBND", "06/2025/QĐ-UBND", None, "UBND tỉnh Hòa Lạc"),
    ("Nghị quyết số 5/NQ-HĐND ngày 1/7/2025 của Hội đồng nhân dân tỉnh", "5/NQ-HĐND", "2025-07-01", "HĐND tỉnh"),
    ("Kết luận số 01-KL/TW", "01-KL/TW", None, "Trung ương Đảng"),
    ("Hướng dẫn số 03-HD/BCĐTW ngày 5/6/2025", "03-HD/BCĐTW", "2025-06-05", None),
    ("Công văn số 3115/BTTTT-CVT ngày 02 tháng 8 năm 2023", "3115/BTTTT-CVT", "2023-08-02",
     "Bộ Thông tin và Truyền thông"),
    ("Thông báo số 45/TB-VPCP ngày 5/1/2026 của Văn phòng Chính phủ", "45/TB-VPCP", "2026-01-05",
     "Văn phòng Chính phủ"),
    ("Nghị quyết 35/NQ-HĐND của HĐND tỉnh", "35/NQ-HĐND", None, "HĐND tỉnh"),
    ("Kế hoạch số 06/KH-UBND (ban hành ngày 17/01/2023)", "06/KH-UBND", "2023-01-17", "UBND tỉnh Hòa Lạc"),
    ("Tờ trình số 89/TTr-SKHCN ngày 4/4/2026 của Sở Khoa học và Công nghệ", "89/TTr-SKHCN", "2026-04-04",
     "Sở Khoa học và Công nghệ"),
    ("Ngày 30/12/2025, Thủ tướng Chính phủ ban hành Quyết định số 2222/QĐ-TTg về số hóa", "2222/QĐ-TTg", "2025-12-30",
     TTG),
    ("Quyết định số 912/QĐ–BKHCN ngày 18 / 5 / 2025 của Bộ trưởng Bộ Khoa học và Công nghệ", "912/QĐ-BKHCN",
     "2025-05-18", "Bộ Khoa học và Công nghệ"),
    ("QUYET DINH SO 749/QD-TTG NGAY 03/6/2020", "749/QD-TTG", "2020-06-03", TTG),
    ("Nghị quyết số 71/NQ-CP ngày 31/02/2025", "71/NQ-CP", None, CP),
    ("Tờ trình số 77/TTr-CAT-PC06 ngày 2/4/2026", "77/TTr-CAT-PC06", "2026-04-02", None),
    ("Kế hoạch số 08-KHHĐ/TU ngày 9/3/2026", "08-KHHĐ/TU", "2026-03-09", "Tỉnh ủy"),
    ("Hướng dẫn số 07-HD/BCĐ57 ngày 2/4/2026", "07-HD/BCĐ57", "2026-04-02", None),
    ("Nghị quyết số 06-NQ/ĐU ngày 2/4/2026", "06-NQ/ĐU", "2026-04-02", None),
    ("Quyết định số 885/Q\u00d0-TTg ngày 5/4/2026", "885/QĐ-TTg", "2026-04-05", TTG),
    ("Công văn số 1234/UBND ngày 1/2/2025", "1234/UBND", "2025-02-01", "UBND tỉnh Hòa Lạc"),
]  # fmt: skip


def bases(*lines: str, header: Header | None = None) -> list[tuple[str, str | None, str | None]]:
    found = find_legal_bases(text_of(*lines), header or Header(issuer="UBND tỉnh Hòa Lạc"))
    return [(base.number, base.date, base.issuer) for base in found]


@pytest.mark.parametrize(("sentence", "number", "day", "issuer"), ONE)
def test_one_citation(sentence: str, number: str, day: str | None, issuer: str | None) -> None:
    assert bases(f"Căn cứ {sentence};") == [(number, day, issuer)]
    assert bases("I. MỤC ĐÍCH", f"- Triển khai có hiệu quả {unicodedata.normalize('NFD', sentence)}.") == [
        (number, day, issuer)
    ]


NONE = [
    "Giám sát 24/7, trực 24/24 giờ.",
    "Số thuê bao/100 dân đạt 80; mật độ 15 trạm/km.",
    "Đáp ứng QCVN 36:2022/BTTTT và TCVN 9250:2021.",
    "Mạng 4G/5G, 2G/3G; tốc độ 40/100 Mb/s.",
    "Xem https://hatang.vn/12/QD-TTg, điện thoại 0912/345-678.",
    "Trước ngày 30/6/2026, hoàn thành 12/15 chỉ tiêu.",
    "Nghị quyết số ...-NQ/TU ngày ... tháng ... năm 2025.",
    "Giai đoạn 2021-2025/2030.",
    "Lập theo mẫu số 01/TTr-A.",
    "Bằng lái hạng B1/B2, thiết bị 2/4 cổng.",
]


@pytest.mark.parametrize("sentence", NONE)
def test_what_is_no_citation(sentence: str) -> None:
    assert bases("I. NHIỆM VỤ", f"- {sentence}") == []


def test_a_recipients_line_is_no_citation() -> None:
    assert (
        bases("I. NHIỆM VỤ", "- Phủ sóng.", "Nơi nhận:", "- Như Quyết định số 12/QĐ-UBND;", "- Lưu: VT, TG CNTT 02.")
        == []
    )


def test_several_in_a_row_share_their_issuer_and_a_common_day() -> None:
    row = "Thực hiện các Quyết định số 36/QĐ-TTg, 1132/QĐ-TTg ngày 09/10/2024 của Thủ tướng Chính phủ"
    assert bases(row) == [("36/QĐ-TTg", "2024-10-09", TTG), ("1132/QĐ-TTg", "2024-10-09", TTG)]
    row = "Quyết định số 5/QĐ-UBND và Quyết định số 6/QĐ-UBND ngày 09/10/2024 của UBND huyện Đông"
    assert bases(row) == [("5/QĐ-UBND", None, "UBND huyện Đông"), ("6/QĐ-UBND", "2024-10-09", "UBND huyện Đông")]


def test_figures_before_a_full_number_share_its_sign() -> None:
    assert [c.number for c in citations_in("Nghị quyết số 18, 19-NQ/TW và số 36 và 1132/QĐ-TTg")] == [
        "18-NQ/TW", "19-NQ/TW", "36/QĐ-TTg", "1132/QĐ-TTg",
    ]  # fmt: skip


def test_a_day_given_later_counts_and_the_first_citation_orders() -> None:
    lines = [
        "I. MỤC TIÊU",
        "- Theo Quyết định số 142/QĐ-TTg.",
        "- Nghị quyết số 57-NQ/TW.",
        "- Quyết định số 142/QĐ-TTg ngày 2/2/2024.",
    ]
    assert [row[:2] for row in bases(*lines)] == [("142/QĐ-TTg", "2024-02-02"), ("57-NQ/TW", None)]


def test_one_number_printed_in_two_ways_is_one_document() -> None:
    assert [row[0] for row in bases("I. A", "- Nghị quyết 4-NQ/TU.", "- Nghị quyết số 04 - NQ/TU ngày 1/1/2022.")] == [
        "4-NQ/TU"
    ]


def test_the_plans_own_number_is_no_base() -> None:
    own = Header(number="28/KH-UBND", date="2026-02-06")
    lines = (
        "I. NHIỆM VỤ",
        "- Làm theo Kế hoạch số 28/KH-UBND.",
        "Nơi nhận:",
        "PHỤ LỤC",
        "(Kèm theo Kế hoạch số 28/KH-UBND ngày 06/02/2026 của UBND tỉnh)",
    )
    assert bases(*lines, header=own) == []
    annex = ("I. A", "- B c.", "Nơi nhận:", "PHỤ LỤC 1: VIỆC PHẢI LÀM (Kèm theo Kế hoạch số 9/KH-UBND của UBND tỉnh)")
    assert bases(*annex, header=Header()) == []
    assert bases(*lines, header=Header()) == [("28/KH-UBND", None, "UBND")]
    assert [r[0] for r in bases("I. A", "- Thay Kế hoạch số 28/KH-UBND ngày 1/3/2021.", header=own)] == ["28/KH-UBND"]


def test_two_acts_of_one_number() -> None:
    lines = (
        "I. A",
        "- Quyết định số 5/QĐ-UBND ngày 1/1/2024 của UBND tỉnh.",
        "- Quyết định số 5/QĐ-UBND ngày 2/2/2025 của UBND xã Đông.",
    )
    assert [row[:2] for row in bases(*lines)] == [("5/QĐ-UBND", "2024-01-01"), ("5/QĐ-UBND", "2025-02-02")]


def test_title_ends_with_its_sentence() -> None:
    words = (
        "Quyết định số 36/QĐ-TTg ngày 11/01/2024 của Chính phủ phê duyệt Quy hoạch hạ tầng đến năm 2030; Đề án khác."
    )
    assert citations_in(words)[0].title == "phê duyệt Quy hoạch hạ tầng đến năm 2030"


def test_span_holds_the_number_as_printed() -> None:
    text = text_of("Căn cứ Nghị quyết số 04- NQ/TU;")
    [base] = find_legal_bases(text, Header())
    assert text.words(base.span) == "04- NQ/TU"


@given(
    figure=st.integers(1, 99999),
    sign=st.sampled_from(
        ["QĐ-TTg", "NQ-CP", "KH-UBND", "QĐ-BKHCN", "TB-VPCP", "NQ-HĐND", "CT-TTg", "BKHCN-CVT", "TTr-SNV"]
    ),
    day=st.dates(date(1945, 9, 2)),
    form=st.sampled_from(
        ["{d:02}/{m:02}/{y}", "{d}/{m}/{y}", "{d:02} tháng {m:02} năm {y}", "{d}-{m}-{y}", "{d} tháng {m} năm {y}"]
    ),
    blank=st.sampled_from(["", " "]),
    so=st.sampled_from(["số ", ""]),
)
def test_whatever_is_printed_is_read_back(figure: int, sign: str, day: date, form: str, blank: str, so: str) -> None:
    printed = form.format(d=day.day, m=day.month, y=day.year)
    sentence = f"Căn cứ Quyết định {so}{figure}{blank}/{sign.replace('-', '-' + blank, 1)} ngày {printed} của cấp trên"
    [found] = citations_in(sentence)
    assert found.number == f"{figure}/{sign}"
    assert found.date == day.isoformat()


@pytest.mark.parametrize(
    ("number", "issuer"),
    [("1/QĐ-TTg", TTG), ("2/NQ-CP", CP), ("3/2024/QH15", QH), ("4/KH-UBND", "UBND"), ("5/X-Y", None)],
)
def test_issuer_follows_from_the_sign(number: str, issuer: str | None) -> None:
    assert issuer_of(number) == issuer


OTHERS = [
    ("theo Luật Ngân sách nhà nước và các văn bản", ["Luật Ngân sách nhà nước"]),
    ("Luật Đầu tư công, Luật An ninh mạng", ["Luật Đầu tư công", "Luật An ninh mạng"]),
    ("Luật Thực hành tiết kiệm, chống lãng phí", ["Luật Thực hành tiết kiệm, chống lãng phí"]),
    ("đáp ứng QCVN 36:2022/BTTTT", ["QCVN 36:2022/BTTTT"]),
    (
        "Quy chuẩn quốc gia (QCVN) về an toàn trạm gốc với mục tiêu",
        ["Quy chuẩn quốc gia (QCVN) về an toàn trạm gốc"],
    ),
    ("quy định của pháp luật", []),
    ("Quyết định số 1/QĐ-TTg phê duyệt Chiến lược quốc gia về dữ liệu", []),
]


@pytest.mark.parametrize(("words", "names"), OTHERS)
def test_laws_and_standards_named_without_a_number(words: str, names: list[str]) -> None:
    assert list(find_other_references(text_of("I. NHIỆM VỤ", f"- Thực hiện {words}."))) == names


@pytest.mark.parametrize("name", GIVEN)
def test_given_plans(name: str, shared: Path) -> None:
    text, header, gold = given_plan(shared, name)
    assert [{"number": b.number, "date": b.date} for b in find_legal_bases(text, header)] == gold["legal_bases"]


@pytest.mark.parametrize("name", GIVEN)
def test_other_references_of_given_plans(name: str, shared: Path) -> None:
    text, _, gold = given_plan(shared, name)
    known = [reference.partition(" (no number")[0] for reference in gold["other_references"]]
    assert sorted(find_other_references(text)) == sorted(known)


HOSTILE = [
    "1/" * 10000,
    "Quyết định số " * 3000,
    "ngày 1/1/2020 " * 3000,
    "số 1, " * 5000,
    "số 36/QĐ-TTg, " * 1000,
    "1-N/" * 5000,
    "A" * 20000,
    "Luật A " * 4000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=lambda w: w[:12])
def test_long_hostile_paragraphs_are_read_to_their_end(words: str) -> None:
    """A pattern that tries every split of such a text would never come back."""
    assert all(found.number for found in citations_in(words))
