"""The grammar of quantities: a row for each wording that the tables hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.plan_reader.due_years import base_year_of, due_year_of, find_years
from hatang.core.plan_reader.quantities import Quantity, find_quantities, read_number
from hatang.core.plan_reader.quantity_wordings import COMPARATORS, MISSPELT, UNITS
from hatang.core.plan_reader.wording import without_marks
from hatang.core.vietnamese import number


def shown(text: str) -> list[tuple[str, float, str]]:
    """Give what is read of each amount."""
    return [(q.comparator, q.value, q.unit) for q in find_quantities(text)]


def only(text: str) -> Quantity:
    """Give a text's single amount."""
    (found,) = find_quantities(text)
    return found


COMPARED = [
    ("90% thôn có cáp quang", "", 90, "percent"),
    ("Tỷ lệ thôn có cáp quang: 90%", "eq", 90, "percent"),
    ("Tỷ lệ thôn có cáp quang là 90%", "eq", 90, "percent"),
    ("Tỷ lệ thôn có cáp quang bằng 90%", "eq", 90, "percent"),
    ("Tỷ lệ thôn có cáp quang = 90%", "eq", 90, "percent"),
    ("Tỷ lệ kết nối đạt: 90%", "eq", 90, "percent"),
    ("Tỷ lệ kết nối: đạt 90%", "ge", 90, "percent"),
    ("Tỷ lệ kết nối: tối thiểu 90%", "ge", 90, "percent"),
    ("Tỷ lệ kết nối: trên 90%", "gt", 90, "percent"),
    ("Đến hết năm 2041: 90% xã có vệ tinh", "ge", 90, "percent"),
    ("Phấn đấu đến năm 2030 đạt các chỉ tiêu sau: 90% xã có vệ tinh", "ge", 90, "percent"),
    ("tỷ lệ đạt 90%", "ge", 90, "percent"),
    ("tỷ lệ đạt mức 90%", "ge", 90, "percent"),
    ("tỷ lệ đạt tối thiểu 90%", "ge", 90, "percent"),
    ("tối thiểu 90% số hộ", "ge", 90, "percent"),
    ("tối thiểu là 90% số hộ", "ge", 90, "percent"),
    ("tối thiếu 90% số hộ", "ge", 90, "percent"),
    ("ít nhất 90% số hộ", "ge", 90, "percent"),
    ("không thấp hơn 90%", "ge", 90, "percent"),
    ("không dưới 90%", "ge", 90, "percent"),
    ("không ít hơn 90%", "ge", 90, "percent"),
    ("từ 90% trở lên", "ge", 90, "percent"),
    ("đạt từ 90% số hộ trở lên", "ge", 90, "percent"),
    ("90% trở lên", "ge", 90, "percent"),
    ("≥ 90%", "ge", 90, "percent"),
    ("≥90%", "ge", 90, "percent"),
    ("trên 90% số hộ", "gt", 90, "percent"),
    ("đạt trên 90%", "gt", 90, "percent"),
    ("hơn 90% số hộ", "gt", 90, "percent"),
    ("cao hơn 90%", "gt", 90, "percent"),
    ("vượt 90%", "gt", 90, "percent"),
    (">90%", "gt", 90, "percent"),
    ("không quá 5%", "le", 5, "percent"),
    ("không vượt quá 1,4", "le", 1.4, ""),
    ("tối đa 5%", "le", 5, "percent"),
    ("5% trở xuống", "le", 5, "percent"),
    ("giảm còn 5%", "le", 5, "percent"),
    ("giảm xuống còn 5%", "le", 5, "percent"),
    ("≤ 5%", "le", 5, "percent"),
    ("dưới 5%", "lt", 5, "percent"),
    ("giảm xuống dưới 5%", "lt", 5, "percent"),
    ("thấp hơn 5%", "lt", 5, "percent"),
    ("<5%", "lt", 5, "percent"),
    ("khoảng 50% số hộ", "approx", 50, "percent"),
    ("đạt khoảng 50% số hộ", "approx", 50, "percent"),
    ("gần 50% số hộ", "approx", 50, "percent"),
    ("xấp xỉ 50% số hộ", "approx", 50, "percent"),
    ("tương đương 50% số hộ", "approx", 50, "percent"),
    ("tăng thêm 20%", "ge", 20, "percent"),
    ("trên địa bàn tối thiểu 03 xã", "ge", 3, "count"),
    ("phủ sóng trên 100% địa bàn", "ge", 100, "percent"),
    ("tăng tỷ lệ dùng chung từ 10% lên 25%", "ge", 25, "percent"),
    ("từ 10% năm 2024 lên 25%", "ge", 25, "percent"),
    ("Tăng gấp đôi tốc độ so với năm 2024", "double", 2, "ratio"),
    ("tốc độ gấp 2 lần năm 2024", "double", 2, "ratio"),
    ("dung lượng gấp ba hiện nay", "ge", 3, "ratio"),
    ("dung lượng tăng gấp 1,5 lần", "ge", 1.5, "ratio"),
    ("đưa tỉnh vào nhóm 10 địa phương dẫn đầu", "le", 10, "rank"),
    ("từ 10% (năm 2024) lên 25%", "ge", 25, "percent"),
    ("từ 10% hiện nay lên trên 25%", "gt", 25, "percent"),
    ("từ 90 trạm năm 2024 lên 250 trạm", "ge", 250, "count"),
    ("giảm từ 9% xuống còn 2%", "le", 2, "percent"),
    ("giảm từ 9% xuống dưới 2%", "lt", 2, "percent"),
    ("đạt90% số hộ", "ge", 90, "percent"),
    ("Trên85% số hộ", "gt", 85, "percent"),
    ("tăng thêm 7 điểm phần trăm", "ge", 7, "percent"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "comparator", "value", "unit"), COMPARED, ids=[row[0] for row in COMPARED])
def test_comparators(text: str, comparator: str, value: float, unit: str) -> None:
    assert shown(text) == [(comparator, value, unit)]


@pytest.mark.parametrize(("code", "word"), COMPARATORS, ids=[f"{w}" for _, w in COMPARATORS])
def test_every_comparator_of_the_table_is_read(code: str, word: str) -> None:
    assert only(f"Tỷ lệ hộ có mạng {word} 45%").comparator == code


@pytest.mark.parametrize(("wrong", "right"), MISSPELT)
def test_misspelt_comparators_are_understood(wrong: str, right: str) -> None:
    assert only(f"Bảo đảm {wrong} 45% số hộ").comparator == only(f"Bảo đảm {right} 45% số hộ").comparator


MEASURED = [
    ("01 trung tâm dữ liệu", 1, "count"),
    ("đạt 05% số hộ", 5, "percent"),
    ("28,5 % số hộ", 28.5, "percent"),
    ("28,5% số hộ", 28.5, "percent"),
    ("99.5% số hộ", 99.5, "percent"),
    ("chín mươi là 90 phần trăm số hộ", 90, "percent"),
    ("lắp 1.000 trạm", 1000, "count"),
    ("lắp 1 000 trạm", 1000, "count"),
    ("lắp 12.345 trạm", 12345, "count"),
    ("kéo 1.000,5 km cáp", 1000.5, "km"),
    ("1 triệu thuê bao", 1e6, "count"),
    ("1,2 triệu thuê bao", 1.2e6, "count"),
    ("2,5 tỷ đồng", 2.5e9, "VND"),
    ("2,5 tỉ đồng", 2.5e9, "VND"),
    ("300 đồng bào vùng cao", 300, "count"),
    ("1 nghìn tỷ đồng", 1e12, "VND"),
    ("350 triệu đồng", 3.5e8, "VND"),
    ("tốc độ 40 Mb/s", 40, "Mbps"),
    ("tốc độ 40Mbps", 40, "Mbps"),
    ("tốc độ 40 Mbit/s", 40, "Mbps"),
    ("tốc độ 40 Mb / s", 40, "Mbps"),
    ("tốc độ 40 Megabit/giây", 40, "Mbps"),
    ("tốc độ 01 Gb/s", 1000, "Mbps"),
    ("tốc độ 1Gbps", 1000, "Mbps"),
    ("tốc độ 2,5 Gigabit", 2500, "Mbps"),
    ("dung lượng 18 Tbps", 18e6, "Mbps"),
    ("độ trễ 5 ms", 5, "ms"),
    ("công suất 10 MW", 10, "MW"),
    ("công suất 500 kW", 0.5, "MW"),
    ("diện tích 2.000 m2", 2000, "m2"),
    ("55 thuê bao/100 dân", 55, "per_100_people"),
    ("Số thuê bao/100 dân: 55", 55, "per_100_people"),
    ("Số thuê bao/100 dân đạt 55%", 55, "per_100_people"),
    ("Số thuê bao trên 100 dân đạt 55 thuê bao", 55, "per_100_people"),
    ("Số thuê bao trên 100 người dân đạt 55", 55, "per_100_people"),
    ("cứ 100 dân có ít nhất 45 thuê bao", 45, "per_100_people"),
    ("đạt 60 thuê bao trên 100 dân", 60, "per_100_people"),
    ("bình quân 70 thuê bao di động trên 100 dân", 70, "per_100_people"),
    ("số thuê bao đạt 40/100 dân", 40, "per_100_people"),
    ("số thuê bao 40/100 dân", 40, "per_100_people"),
    ("mật độ đạt 65 TB/100 dân", 65, "per_100_people"),
    ("thuê bao cố định đạt 25%/100 dân", 25, "per_100_people"),
    ("lưu trữ 65 TB", 65, "TB"),
    ("mỗi người dân có 02 kết nối", 2, "per_person"),
    ("mỗi người dân có 01 ví điện tử, có 02 thẻ khám bệnh", 2, "per_person"),
    ("mỗi xã có 01 tổ công nghệ, 03 điểm phát", 3, "ratio"),
    ("mỗi người dân có 01 ví điện tử, toàn tỉnh có 05 trung tâm", 5, "count"),
    ("cấp 2.000.000 chữ ký số", 2e6, "count"),
    ("tổ chức 12 lớp tập huấn", 12, "count"),
    ("trung bình mỗi người dân 02 kết nối", 2, "per_person"),
    ("mỗi người trưởng thành có tối thiểu 01 tài khoản", 1, "per_person"),
    ("02 kết nối IoT/người dân", 2, "per_person"),
    ("02 kết nối IoT trên 01 người dân", 2, "per_person"),
    ("bình quân đầu người đạt 02 kết nối", 2, "per_person"),
    ("mỗi xã có 01 điểm phát", 1, "ratio"),
    ("mỗi hộ lắp một đường cáp quang", 1, "ratio"),
    ("mỗi người dân có một điện thoại thông minh", 1, "per_person"),
    ("mỗi năm lắp 20 trạm", 20, "count"),
    ("ít nhất hai trung tâm dữ liệu", 2, "count"),
    ("2/3 số xã", 2 / 3, "ratio"),
    ("118/120 xã", 118, "count"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "unit"), MEASURED, ids=[row[0] for row in MEASURED])
def test_numbers_and_units(text: str, value: float, unit: str) -> None:
    quantity = find_quantities(text)[-1]
    assert (pytest.approx(quantity.value), quantity.unit) == (value, unit)


def test_every_unit_of_the_table_is_read() -> None:
    """Names only: that a unit's own spelling leads to it is in the rows above."""
    assert {name for _, name, _ in UNITS} >= {unit for _, _, unit in MEASURED} - {
        "count", "per_100_people", "per_person", "ratio", "rank"
    }  # fmt: skip


NOT_QUANTITIES = [
    "phát triển mạng 4G, 5G và 6G", "chuyển sang IPv6", "dùng Wi-Fi 6 và WiFi 6E", "đạt chuẩn Tier 3", "hoạt động 24/7",
    "trực 24/24h", "theo khoản 2 Điều 5", "tại mục 3 phụ lục 1", "trong năm 2025", "hoàn thành quý IV/2025",
    "ngày 09 tháng 10 năm 2024", "trước ngày 31/12/2026", "trong tháng 6/2026", "Quyết định số 1132/QĐ-TTg",
    "Nghị quyết số 57-NQ/TW", "Luật số 24/2023/QH15", "Nghị định 13/2023/NĐ-CP", "thông suốt 03 cấp", "kết nối 4 cấp",
    "giai đoạn 2021-2025", "thời kỳ 2021 - 2030", "cơ sở dữ liệu(1) của tỉnh", "theo ghi chú [3]", "Đề án 06",
    "an toàn thông tin cấp độ 3", "gồm 04 thành phần chính", "thực hiện 05 nhóm nhiệm vụ", "dịch vụ công mức độ 4",
    "công nghiệp 4.0", "sau 5 năm", "trong 30 ngày làm việc", "một số xã", "một trong những tỉnh", "như một dịch vụ",
    "mạng thế hệ thứ 5", "phòng chống Covid-19", "đường dây 110 kV", "tiêu chuẩn ISO 27001", "QCVN 36:2022/BTTTT",
    "người từ 16 tuổi trở lên", "trẻ dưới 5 tuổi", "người từ 18 đến 60 tuổi", "tuyến đường dài 90 km",
    "tuyến phố rộng từ 9 m trở lên", "trong bán kính 300 m", "thực hiện 03 không", "phương châm 4 tại chỗ",
    "hạ tầng 4 lớp", "thời gian: 2027", "tính trên một đơn vị", "đô thị loại 2", "2030 toàn tỉnh phấn đấu",
    "“Chương trình 100 ngày”", "2.1.1. Hạ tầng viễn thông", "xã khu vực 3",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_QUANTITIES)
def test_what_looks_like_a_quantity(text: str) -> None:
    assert shown(text) == []


def test_a_quantity_beside_what_is_none() -> None:
    text = "Theo Quyết định số 36/QĐ-TTg ngày 11/01/2024, đến năm 2030 có 99% dân số dùng 5G, trực 24/7"
    assert shown(text) == [("", 99.0, "percent")]


def test_ranges_keep_both_ends() -> None:
    for text in ("đạt 50 - 60 %", "đạt từ 50% đến 60%", "đạt 50–60%", "đạt 50÷60%"):
        assert [(q.value, q.high, q.unit) for q in find_quantities(text)] == [(50, 60, "percent")]
    assert only("thêm 2-4 tuyến cáp").high == 4


def test_a_quantity_keeps_its_place() -> None:
    text = "Tốc độ đạt từ 1 Gb/s trở lên cho hộ dân"
    quantity = only(text)
    assert text[quantity.start : quantity.end] == "đạt từ 1 Gb/s trở lên"
    assert text[quantity.number :].startswith("1 Gb/s")
    assert quantity.unit_written == "Gb/s"


@given(st.integers(0, 10**9), st.integers(0, 999))
def test_any_number_in_vietnamese_form_is_read_back(whole: int, decimals: int) -> None:
    value = whole + decimals / 1000
    assert read_number(number(value, 3)) == pytest.approx(value)
    assert only(f"đạt {number(value, 3)}% số hộ").value == pytest.approx(value)


ROWS = st.sampled_from([row for row in COMPARED if row[0] not in ("tối thiếu 90% số hộ",)])


@given(ROWS, st.sampled_from(["NFD", "nbsp", "capitals", "plain capitals"]))
def test_other_dress_reads_alike(row: tuple[str, str, float, str], dress: str) -> None:
    text = {
        "NFD": unicodedata.normalize("NFC", unicodedata.normalize("NFD", row[0])),
        "nbsp": row[0].replace(" ", "\u00a0"),
        "capitals": row[0].upper(),
        "plain capitals": without_marks(row[0]).upper(),
    }[dress]
    assert shown(text) == [row[1:]]


def test_words_of_other_meaning_are_no_comparators() -> None:
    assert shown("trên mảnh đất 50 m2") == [("", 50, "m2")]
    assert shown("gắn 20 camera") == [("", 20, "count")]
    assert shown("tách tối 90 hộ") == [("", 90, "count")]


YEARS = [
    ("Đến hết năm 2026", 2026, None), ("Mục tiêu năm 2025", 2025, None), ("đến cuối 2027", 2027, None),
    ("trước 31/12/2026", 2026, None), ("chậm nhất là ngày 30 tháng 6 năm 2026", 2026, None),
    ("quý IV/2026", 2026, None),
    ("giai đoạn 2026 - 2030", 2030, None), ("tháng 6/2026", 2026, None), ("MUC TIEU DEN NAM 2028", 2028, None),
    ("gấp đôi so với năm 2024", None, 2024), ("Tầm nhìn đến năm 2045", 2045, None), ("kể từ năm 2023", None, 2023),
    ("đến năm 2025, định hướng đến năm 2030", 2025, None), ("từ 10% năm 2023 lên 20% năm 2027", 2027, 2023),
    ("Quyết định số 36/QĐ-TTg ngày 11/01/2024", None, None), ("Nghị định 13/2023/NĐ-CP", None, None),
    ("gấp 4 lần năm 2025", None, 2025), ("gấp đôi năm 2024", None, 2024), ("từ 5% (năm 2023) lên 9%", None, 2023),
    ("từ năm 2026 đến năm 2029 lắp trạm", 2029, None),
    ("“Chương trình đến năm 2025”", None, None), ("có 2030 trạm", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "due", "base"), YEARS, ids=[row[0] for row in YEARS])
def test_years(text: str, due: int | None, base: int | None) -> None:
    assert (due_year_of(text), base_year_of(text)) == (due, base)


def test_two_years_of_one_sentence() -> None:
    assert [y.year for y in find_years("năm 2025 đạt 60%, năm 2030 đạt 90%") if y.role == "due"] == [2025, 2030]


HOSTILE = [
    "1 " * 4000, "1." * 4000, "9" * 8000, "mỗi " * 3000 + "1", "(" * 5000 + "5%", "“" * 5000, "đạt " * 3000 + "5%",
    "1/1-" * 3000, "a" * 9000 + " 5%", "phấn đấu đến năm - " * 1500 + ": 5%", "năm 2025 " * 2000,
    "từ 5 a b c (x) " * 2000, "mỗi a, " * 2500 + "1 b", "đạt" * 4000 + "1%",
    "1,1." * 3000, "5 " + "a " * 4000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    """A pattern that tries every split of such a text would never come back."""
    find_years(text)
    assert all(0 <= found.start < found.end <= len(text) for found in find_quantities(text))
