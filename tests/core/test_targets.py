"""Targets and present state: what each habit of drafting says, in texts of ours and in the given plans."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hatang.core.plan_reader.baselines import find_baselines
from hatang.core.plan_reader.statements import clauses, sentences
from hatang.core.plan_reader.structure import Line
from hatang.core.plan_reader.targets import find_targets
from hatang.core.plan_reader.text import read_text
from tests.core.plan_texts import GIVEN, PLANS, given_plan, text_of
from tests.core.target_texts import AIMS, TASKS, Row, of_bullet, read, rows, targets_of

ONE = [
    ("95% bản có điện lưới được phủ sóng 4G", (2030, "ge", 95, "percent")),
    ("Tỷ lệ dân số được phủ sóng 5G ≥ 95%", (2030, "ge", 95, "percent")),
    ("Bình quân mỗi xã có từ 02 điểm phát sóng miễn phí trở lên", (2030, "ge", 2, "ratio")),
    ("Độ trễ trung bình của mạng 5G không quá 20 ms", (2030, "le", 20, "ms")),
    ("Đưa tỉnh vào nhóm 15 địa phương dẫn đầu về hạ tầng số", (2030, "le", 15, "rank")),
    ("Tăng tỷ lệ dùng chung cột từ 12% năm 2024 lên 30% năm 2028", (2028, "ge", 30, "percent")),
    ("Tốc độ tải xuống cố định: 250 Megabit/giây", (2030, "eq", 250, "Mbps")),
    ("Hình thành 01 trung tâm dữ liệu đạt tiêu chuẩn Tier 3", (2030, "ge", 1, "count")),
    ("Toàn tỉnh có 124/124 xã, phường (đạt 100%) nối mạng dùng riêng", (2030, "ge", 100, "percent")),
    ("Mỗi năm đào tạo 200 cán bộ chuyển đổi số", (2030, "ge", 200, "count")),
    ("Khoảng 1.200 camera được nối về trung tâm giám sát", (2030, "approx", 1200, "count")),
    ("Đến 31/12/2028, 100% cơ quan nhà nước chuyển sang IPv6", (2028, "ge", 100, "percent")),
    ("Xây dựng 05 mô hình thôn thông minh tại 5 xã", (2030, "ge", 5, "count")),
    ("Tốc độ mạng 5G gấp 3 lần so với năm 2025", (2030, "ge", 3, "ratio")),
    ("Tốc độ mạng 5G tăng gấp đôi so với năm 2025", (2030, "double", 2, "ratio")),
    ("Chỉ số hiệu quả năng lượng PUE dưới 1,3", (2030, "lt", 1.3, "ratio")),
    ("Tỷ lệ hộ nghèo có Internet: 95", (2030, "eq", 95, "percent")),
    ("Bảo đảm 100% thôn có sóng; nâng cao chất lượng tại vùng biên", (2030, "ge", 100, "percent")),
    ("Số kết nối IoT đạt mức khá của vùng hoặc bình quân mỗi người dân 03 kết nối", (2030, "ge", 3, "per_person")),
    ("Hoàn thành tắt sóng 2G trên toàn tỉnh", (2030, "none", None, "none")),
    ("Mọi cơ quan cấp xã đều có mạng nội bộ an toàn cấp độ 2", (2030, "none", None, "none")),
    ("Ti le ho gia dinh co cap quang dat tren 90%", (2030, "gt", 90, "percent")),
    ("Tỷ lệ người từ 16 tuổi trở lên có ví điện tử đạt 65%", (2030, "ge", 65, "percent")),
    ("Tỷ lệ hộ có cáp quang đạt 80% (năm 2025 là 45%)", (2030, "ge", 80, "percent")),
    ("Tỷ lệ hộ có cáp quang đạt trên 80% (hiện nay 45%)", (2030, "gt", 80, "percent")),
    ("Tỷ lệ dùng chung cột đạt 35% so với 20% năm 2025", (2030, "ge", 35, "percent")),
    ("Tỷ lệ dùng chung cột đạt 35%, tăng 15 điểm phần trăm so với năm 2024", (2030, "ge", 35, "percent")),
    ("Tốc độ tải xuống đạt 280 Mb/s, gấp đôi so với năm 2025", (2030, "ge", 280, "Mbps")),
    ("Số trạm 5G năm 2029 gấp 4 lần năm 2025", (2029, "ge", 4, "ratio")),
    ("Tỷ lệ dùng chung hạ tầng đạt 40% (cột treo 30%; cống bể 60%)", (2030, "ge", 40, "percent")),
    ("Có ít nhất 02 doanh nghiệp nằm trong nhóm 20 nhà cung cấp lớn", (2030, "ge", 2, "count")),
    ("Hình thành 03 trung tâm dữ liệu quy mô 5 MW", (2030, "ge", 3, "count")),
    ("Tỷ lệ hộ truy nhập được tốc độ trên 1 Gb/s đạt 45%", (2030, "ge", 45, "percent")),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), ONE, ids=[row[0] for row in ONE])
def test_one_statement_is_quoted_whole(words: str, expected: Row) -> None:
    (target,) = of_bullet(words)
    assert rows((target,)) == [expected]
    assert target.quote == words
    assert target.section == "II.1"


SEVERAL = [
    (
        "100% sở, ngành, 80% doanh nghiệp lớn dùng hóa đơn điện tử",
        [
            (100, "100% sở, ngành, 80% doanh nghiệp lớn dùng hóa đơn điện tử"),
            (80, "80% doanh nghiệp lớn dùng hóa đơn điện tử"),
        ],
    ),
    (
        "Tối thiểu 80% số thôn, 90% trường học và 100% trạm y tế được kết nối Internet",
        [
            (80, "Tối thiểu 80% số thôn, 90% trường học và 100% trạm y tế được kết nối Internet"),
            (90, "90% trường học và 100% trạm y tế được kết nối Internet"),
            (100, "100% trạm y tế được kết nối Internet"),
        ],
    ),
    (
        "Triển khai 5G tại 100% khu chế xuất, 90% bệnh viện tuyến tỉnh",
        [
            (100, "Triển khai 5G tại 100% khu chế xuất"),
            (90, "Triển khai 5G tại 100% khu chế xuất, 90% bệnh viện tuyến tỉnh"),
        ],
    ),
    (
        "Hoàn thành ngầm hóa 50 km cáp và chỉnh trang 30 tuyến phố",
        [(50, "Hoàn thành ngầm hóa 50 km cáp"), (30, "chỉnh trang 30 tuyến phố")],
    ),
    (
        "Phát triển mới 300 trạm BTS, trong đó có ít nhất 120 trạm 5G",
        [(300, "Phát triển mới 300 trạm BTS"), (120, "có ít nhất 120 trạm 5G")],
    ),
    (
        "Tỷ lệ phủ sóng 5G: khu vực đô thị 99%, khu vực nông thôn 80%",
        [
            (99, "Tỷ lệ phủ sóng 5G: khu vực đô thị 99%"),
            (80, "Tỷ lệ phủ sóng 5G: khu vực đô thị 99%, khu vực nông thôn 80%"),
        ],
    ),
    (
        "Mạng cố định đáp ứng quy chuẩn, với mục tiêu tốc độ tối thiểu 90 Mb/s cho hộ và 300 Mb/s cho trường",
        [
            (None, "Mạng cố định đáp ứng quy chuẩn"),
            (90, "tốc độ tối thiểu 90 Mb/s cho hộ"),
            (300, "tốc độ tối thiểu 90 Mb/s cho hộ và 300 Mb/s cho trường"),
        ],
    ),
    (
        "Phổ cập cáp quang tới tất cả các bản; bảo đảm 97% hộ tiếp cận được; với 60% hộ sử dụng",
        [(None, "Phổ cập cáp quang tới tất cả các bản"), (97, "bảo đảm 97% hộ tiếp cận được"), (60, "60% hộ sử dụng")],
    ),
    (
        "Tỷ lệ hồ sơ xử lý trên mạng ở cấp tỉnh đạt 100%, cấp xã đạt 80%",
        [
            (100, "Tỷ lệ hồ sơ xử lý trên mạng ở cấp tỉnh đạt 100%"),
            (80, "cấp xã đạt 80%"),
        ],
    ),
    (
        "97% đường tỉnh được phủ sóng và trên 60% đường xã",
        [(97, "97% đường tỉnh được phủ sóng"), (60, "97% đường tỉnh được phủ sóng và trên 60% đường xã")],
    ),
    (
        "Bảo đảm 97% hộ được tiếp cận cáp quang với 60% hộ sử dụng dịch vụ",
        [(97, "Bảo đảm 97% hộ được tiếp cận cáp quang"), (60, "60% hộ sử dụng dịch vụ")],
    ),
    (
        "Mỗi công dân có 01 tài khoản số và 02 kết nối",
        [(1, "Mỗi công dân có 01 tài khoản số"), (2, "Mỗi công dân có 01 tài khoản số và 02 kết nối")],
    ),
    (
        "Số thuê bao cố định: 310.000 thuê bao, mật độ đạt 29 thuê bao/100 dân",
        [(310_000, "Số thuê bao cố định: 310.000 thuê bao"), (29, "mật độ đạt 29 thuê bao/100 dân")],
    ),
    (
        "Tốc độ tải xuống mạng cố định: 280 Mb/s; mạng di động: 90 Mb/s",
        [(280, "Tốc độ tải xuống mạng cố định: 280 Mb/s"), (90, "mạng di động: 90 Mb/s")],
    ),
    (
        "Tỷ lệ hộ có cáp quang đạt 85%, trong đó các xã, thôn vùng cao đạt 60%",
        [(85, "Tỷ lệ hộ có cáp quang đạt 85%"), (60, "các xã, thôn vùng cao đạt 60%")],
    ),
    (
        "Tốc độ của mạng di động đạt 90 Mb/s, của mạng cố định đạt 280 Mb/s",
        [
            (90, "Tốc độ của mạng di động đạt 90 Mb/s"),
            (280, "Tốc độ của mạng di động đạt 90 Mb/s, của mạng cố định đạt 280 Mb/s"),
        ],
    ),
    (
        "Tốc độ trung bình: mạng di động tối thiểu 90 Mb/s, mạng cố định tối thiểu 280 Mb/s",
        [
            (90, "mạng di động tối thiểu 90 Mb/s"),
            (280, "mạng cố định tối thiểu 280 Mb/s"),
        ],
    ),
    (
        "Phủ sóng 5G tới 85% dân số; 95% khu công nghiệp",
        [(85, "Phủ sóng 5G tới 85% dân số"), (95, "Phủ sóng 5G tới 85% dân số; 95% khu công nghiệp")],
    ),
    (
        "Trung tâm dữ liệu: tổng công suất đạt 90 MW; ít nhất 04 trung tâm vùng",
        [(90, "tổng công suất đạt 90 MW"), (4, "ít nhất 04 trung tâm vùng")],
    ),
    (
        "Xã hội số: 85% người dân ở phường và 65% người dân ở xã sử dụng định danh điện tử",
        [
            (85, "85% người dân ở phường và 65% người dân ở xã sử dụng định danh điện tử"),
            (65, "65% người dân ở xã sử dụng định danh điện tử"),
        ],
    ),
    (
        "Mỗi người dân có tối thiểu 02 kết nối, có 01 ví điện tử",
        [
            (2, "Mỗi người dân có tối thiểu 02 kết nối"),
            (1, "Mỗi người dân có tối thiểu 02 kết nối, có 01 ví điện tử"),
        ],
    ),
    (
        "Tỷ lệ hộ có máy tính đạt 75%, có Internet đạt 95%",
        [(75, "Tỷ lệ hộ có máy tính đạt 75%"), (95, "Tỷ lệ hộ có máy tính đạt 75%, có Internet đạt 95%")],
    ),
    (
        "Mục tiêu cụ thể: a) 97% xã có 5G; b) 60% hộ có cáp quang",
        [(97, "97% xã có 5G"), (60, "60% hộ có cáp quang")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), SEVERAL, ids=[row[0][:50] for row in SEVERAL])
def test_each_amount_has_the_shortest_words_with_its_predicate(
    words: str, expected: list[tuple[float | None, str]]
) -> None:
    found = of_bullet(words)
    assert sorted(((t.value, t.quote) for t in found), key=str) == sorted(expected, key=str)
    assert all(t.quote in words for t in found)


def test_two_sentences_are_two_statements_and_an_elaboration_is_none() -> None:
    found = of_bullet("Phổ cập 5G ở khu công nghiệp. Hạ tầng IoT sẵn sàng ở đô thị. Ưu tiên các khu ven biển")
    assert [t.quote for t in found] == ["Phổ cập 5G ở khu công nghiệp", "Hạ tầng IoT sẵn sàng ở đô thị"]


YEARS = [
    ("Tỷ lệ hộ dùng cáp quang năm 2027 đạt 70%, năm 2029 đạt 90%", [(2027, 70), (2029, 90)]),
    ("Phủ sóng 5G tới 60% dân số vào năm 2027 và 90% vào năm 2029", [(2027, 60), (2029, 90)]),
    ("Đến năm 2027, 95% bản có sóng 4G; đến năm 2028, tỷ lệ này đạt 100%", [(2027, 95), (2028, 100)]),
    ("Tỷ lệ phủ sóng 5G: Năm 2027: 50%; năm 2029: 80%", [(2027, 50), (2029, 80)]),
    ("Tỷ lệ dân số có 5G đạt 70% (năm 2027), 99% (năm 2029)", [(2027, 70), (2029, 99)]),
    ("Số trạm 5G: 400 trạm (năm 2027: 200 trạm; năm 2028: 300 trạm)", [(2030, 400), (2027, 200), (2028, 300)]),
    ("99% thôn và 95% hộ có sóng 5G vào năm 2028", [(2028, 99), (2028, 95)]),
    ("Giai đoạn 2026 - 2028 lắp đặt 400 trạm", [(2028, 400)]),
    ("Hằng năm tăng 20% số trạm dùng chung", [(2030, 20)]),
    ("Đến năm 2028, 90% thôn có cáp quang. 80% hộ dùng cáp quang", [(2028, 90), (2028, 80)]),
    ("Phủ 4G tới 100% thôn, bản trước năm 2027; 5G tới 95% xã, phường vào năm 2029", [(2027, 100), (2029, 95)]),
    ("Số hóa 100% hồ sơ, trong đó 40% năm 2027, 70% năm 2029", [(2030, 100), (2027, 40), (2029, 70)]),
    ("90% xã có 5G. Thời gian hoàn thành: 30/9/2028", [(2028, 90)]),
    ("90% xã có 5G. Hoàn thành trong năm 2028", [(2028, 90)]),
    ("90% xã có 5G. Đơn vị chủ trì: Sở Xây dựng. Thời hạn: quý IV/2029", [(2029, 90)]),
]


@pytest.mark.parametrize(("words", "expected"), YEARS, ids=[row[0] for row in YEARS])
def test_deadlines_of_the_sentence(words: str, expected: list[tuple[int, float]]) -> None:
    assert [(t.due_year, t.value) for t in of_bullet(words)] == expected


def test_what_is_shared_stands_in_both_subjects() -> None:
    found = of_bullet("Tốc độ tải xuống của mạng 4G đạt 50 Mbps, 5G đạt 200 Mbps")
    assert [t.subject for t in found] == ["tốc độ tải xuống của mạng 4G", "tốc độ tải xuống của mạng 5G"]
    found = of_bullet("95% xã, 80% thôn được phủ sóng")
    assert [t.subject for t in found] == ["tỷ lệ xã được phủ sóng", "tỷ lệ thôn được phủ sóng"]


def test_this_share_is_the_share_before() -> None:
    first, second = of_bullet("Đến năm 2027, 95% bản có sóng 4G; đến năm 2028, tỷ lệ này đạt 100%")
    assert first.subject == second.subject == "tỷ lệ bản có sóng 4G"


def test_deadlines_of_the_headings() -> None:
    found = targets_of(
        "II. MỤC TIÊU ĐẾN NĂM 2030, TẦM NHÌN ĐẾN NĂM 2045",
        "1. Mục tiêu tổng quát", "- Hạ tầng số hiện đại, an toàn, rộng khắp.",
        "2. Mục tiêu cụ thể", "2.1. Đến năm 2027", "- 90% hộ có cáp quang.", "2.2. Các mục tiêu khác",
        "- 100% hộ có cáp quang.", "3. Tầm nhìn đến năm 2045", "- 100% hộ dùng 10 Gb/s.",
    )  # fmt: skip
    assert [(t.section, t.due_year) for t in found] == [
        ("II.1", None), ("II.2.1", 2027), ("II.2.2", 2030), ("II.3", 2045),
    ]  # fmt: skip


def test_the_period_of_the_plan_is_the_last_resort() -> None:
    assert [t.due_year for t in targets_of("II. MỤC TIÊU", "1. Viễn thông", "- 90% hộ có cáp quang.")] == [2030]


def test_lead_ins_pass_down_year_striving_and_comparator() -> None:
    found = targets_of(
        "II. MỤC TIÊU", "Phấn đấu đến năm 2028 đạt các chỉ tiêu sau:", "- 90% thôn có cáp quang.",
        "- Tỷ lệ dân số được phủ 5G trên:", "+ Đô thị: 99%.", "+ Nông thôn: 80%.", "Đến năm 2029:",
        "- 100% thôn có cáp quang.",
    )  # fmt: skip
    assert [(t.due_year, t.comparator, t.value, t.aspirational) for t in found] == [
        (2028, "ge", 90, True), (2028, "gt", 99, True), (2028, "gt", 80, True), (2029, "ge", 100, False),
    ]  # fmt: skip
    assert found[1].subject == "tỷ lệ đô thị (tỷ lệ dân số được phủ 5G trên)"


def test_a_bullet_governs_what_is_below_it_and_not_what_is_beside_it() -> None:
    found = targets_of(
        "II. MỤC TIÊU ĐẾN NĂM 2030", "- Phấn đấu đến năm 2028 lắp trạm:", "+ Trạm 5G: 300 trạm.", "- 95% xã có 5G.",
        "- Đến năm 2029:", "- 99% xã có 5G.",
    )  # fmt: skip
    assert [(t.due_year, t.value, t.aspirational) for t in found] == [
        (2028, 300, True),
        (2030, 95, False),
        (2029, 99, False),
    ]


@pytest.mark.parametrize("word", ["Phấn đấu", "Khuyến khích", "Phần đấu", "PHẤN ĐẤU"])
def test_striving_is_marked(word: str) -> None:
    (target,) = of_bullet(f"{word} 70% hộ dùng cáp quang")
    assert target.aspirational and target.comparator == "ge"


CONDITIONS = [
    ("90% người dùng truy cập Internet, tốc độ trung bình 150 Mb/s", 90, (150, "Mbps", "ge")),
    ("90% người dùng có thể truy cập với tốc độ trên 1Gbps", 90, (1000, "Mbps", "gt")),
    ("100% trạm y tế có đường truyền tốc độ 1Gb/s trở lên", 100, (1000, "Mbps", "ge")),
    ("100% xã, phường có ít nhất 02 trạm 5G", 100, (2, "count", "ge")),
    ("Cung cấp tốc độ 300 Mb/s cho 95% trường học", 95, (300, "Mbps", "ge")),
    ("90% thuê bao có độ trễ dưới 10 ms", 90, (10, "ms", "lt")),
    ("95% thôn, bản, khu dân cư trên 40 hộ có sóng", 95, (40, "count", "gt")),
    ("Tỷ lệ hộ dùng được tốc độ trên 1Gbps đạt 45%", 45, (1000, "Mbps", "gt")),
]


@pytest.mark.parametrize(("words", "value", "threshold"), CONDITIONS, ids=[row[0] for row in CONDITIONS])
def test_a_share_of_what_reaches_a_threshold(words: str, value: float, threshold: tuple[float, str, str]) -> None:
    (target,) = of_bullet(words)
    assert target.value == value and target.condition is not None
    assert (target.condition.value, target.condition.unit, target.condition.comparator) == threshold


def test_a_speed_with_its_own_predicate_is_its_own_target() -> None:
    found = of_bullet("98% thôn có sóng 5G và tốc độ tải xuống đạt 150 Mb/s")
    assert [(t.value, t.unit, t.condition) for t in found] == [(98, "percent", None), (150, "Mbps", None)]


SCOPES = [
    ("100% trung tâm xã trên địa bàn tỉnh được phủ sóng", "trung tâm xã trên địa bàn tỉnh"),
    ("Tỷ lệ người sử dụng dịch vụ công có tài khoản đạt 80%", "người sử dụng dịch vụ công"),
    ("100% thôn (có điện) được phủ sóng", "thôn (có điện)"),
    ("Tốc độ đạt 90 Mb/s cho mạng 4G", "mạng 4G"),
    ("Tỷ lệ dùng chung vị trí trạm đạt 20%", None),
]


@pytest.mark.parametrize(("words", "scope"), SCOPES)
def test_scopes_are_told_only_where_the_text_tells_them(words: str, scope: str | None) -> None:
    assert of_bullet(words)[0].scope == scope


def test_clear_readings_are_surer_than_worded_ones() -> None:
    clear, coordinated, worded = (
        of_bullet(words)[0].sure
        for words in ("Tỷ lệ hộ có cáp quang đạt 90%", "90% xã, 80% thôn có cáp quang", "Mạng lưới an toàn, rộng khắp")
    )
    assert clear > coordinated > worded


def test_numbered_statements_are_no_headings() -> None:
    found = targets_of(
        "II. CHỈ TIÊU CHỦ YẾU ĐẾN NĂM 2028", "1. 100% thôn có sóng 4G.", "2. Tỷ lệ hộ có cáp quang đạt 85%."
    )
    assert rows(found) == [(2028, "ge", 100, "percent"), (2028, "ge", 85, "percent")]


def test_statements_elsewhere_are_mentions() -> None:
    tasks = (
        "III. NHIỆM VỤ", "1. Hạ tầng", "- Kéo cáp tới 80% thôn trong năm 2027.", "- Hiện nay 60% thôn có cáp.",
        "- Phấn đấu đạt tỷ lệ hộ có cáp quang tương đương mức bình quân của vùng.", "- Kinh phí 5 tỷ đồng.",
    )  # fmt: skip
    targets, mentions = read(text_of(*AIMS, "II. MỤC TIÊU ĐẾN NĂM 2028", "- 95% xã có 5G.", *tasks))
    assert [t.value for t in targets] == [95]
    assert [(t.value, t.comparator, t.due_year) for t in mentions][:1] == [(80, "ge", 2027)]
    assert [t.comparator for t in mentions] == ["ge", "approx"]


def test_without_a_part_of_aims_numbered_statements_are_targets() -> None:
    text = text_of(
        "giai đoạn 2026 - 2030", "I. MỤC ĐÍCH, YÊU CẦU", "1. Mục đích", "- Đến năm 2029, 99% xã có sóng 5G.",
        "- Xây dựng hạ tầng an toàn.",
        "II. NỘI DUNG", "1. Hiện trạng", "- Toàn tỉnh hiện có 1.250 vị trí trạm; 96% thôn có sóng.",
        "2. Kế hoạch phát triển", "Phấn đấu lắp mới 500 trạm 5G, cụ thể:", "- Doanh nghiệp A: 300 trạm;",
        "- Doanh nghiệp B: 200 trạm.",
        "3. Hạ tầng viễn thông", "- Tỷ lệ dùng chung trạm đạt ít nhất 25%.", "- Đẩy mạnh tuyên truyền.",
        "III. KINH PHÍ", "Kinh phí thực hiện 5 tỷ đồng.",
        "IV. TỔ CHỨC THỰC HIỆN", "1. Sở Khoa học và Công nghệ", "- Chủ trì thực hiện.",
    )  # fmt: skip
    targets, _ = read(text)
    assert [(t.value, t.due_year, t.aspirational) for t in targets] == [
        (99, 2029, False), (500, 2030, True), (300, 2030, True), (200, 2030, True), (25, 2030, False),
    ]  # fmt: skip
    assert [(b.value, b.unit) for b in find_baselines(text)] == [(1250, "count"), (96, "percent")]


def test_a_pointer_is_no_target() -> None:
    assert targets_of("II. MỤC TIÊU", "- 90% xã có 5G.", "(Chi tiết tại Phụ lục I kèm theo)")[0].value == 90
    assert len(targets_of("II. MỤC TIÊU", "- 90% xã có 5G.", "(Chi tiết tại Phụ lục I kèm theo)")) == 1


def test_a_title_run_into_an_item_governs_it() -> None:
    found = targets_of(
        "II. MỤC TIÊU ĐẾN NĂM 2030", "- Mục tiêu chung: Hạ tầng số hiện đại, an toàn.",
        "- Mục tiêu đến năm 2028: 90% xã có 5G; 70% hộ có cáp quang.",
    )  # fmt: skip
    assert [(t.due_year, t.quote) for t in found] == [
        (None, "Hạ tầng số hiện đại, an toàn"), (2028, "90% xã có 5G"), (2028, "70% hộ có cáp quang"),
    ]  # fmt: skip


def test_fields_of_tasks_are_no_targets_and_stations_to_be_built_are() -> None:
    targets, _ = read(text_of(
        "giai đoạn 2026 - 2029", *AIMS, "- 100% trạm có hồ sơ.", "II. NỘI DUNG", "1. Hạ tầng viễn thông",
        "a) Nhiệm vụ: Rà soát quy hoạch.", "b) Thời gian: 2027.", "c) Sản phẩm: tối thiểu 03 báo cáo.",
        "2. Phát triển cột", "- Lắp đặt mới 450 vị trí cột; ưu tiên cột thân thiện.", "- Tổ chức 12 hội nghị.",
    ))  # fmt: skip
    assert [(t.due_year, t.value, t.unit) for t in targets] == [(2029, 450, "count")]


def test_present_state_takes_figures_as_they_are() -> None:
    text = text_of(
        "I. HIỆN TRẠNG", "1. Viễn thông", "- Tỷ lệ thôn có sóng đạt 92,5%.", "- Số thuê bao cố định/100 dân: 18,1.",
        "2. Dữ liệu",
        "- Trung tâm dữ liệu vận hành khoảng 40 máy chủ và 15 hệ thống thông tin, trực 24/7, giám sát 4 cấp(1).",
        "II. MỤC TIÊU", "- 95% thôn có sóng.",
    )  # fmt: skip
    found = find_baselines(text)
    assert [(b.comparator, b.value, b.unit, b.section) for b in found] == [
        ("eq", 92.5, "percent", "I.1"), ("eq", 18.1, "per_100_people", "I.1"),
        ("approx", 40, "count", "I.2"), ("eq", 15, "count", "I.2"),
    ]  # fmt: skip
    assert [b.quote for b in found[2:]] == ["khoảng 40 máy chủ", "15 hệ thống thông tin"]


def test_every_span_holds_its_quote(shared: Path) -> None:
    for name in GIVEN:
        text, header, _ = given_plan(shared, name)
        found = find_targets(text, header)
        assert all(text.words(t.span) == t.quote for t in (*found[0], *found[1], *find_baselines(text)))


@pytest.mark.parametrize("name", GIVEN)
def test_given_baselines(shared: Path, name: str) -> None:
    text, _, gold = given_plan(shared, name)
    found = [(b.section, b.comparator, b.value, b.unit) for b in find_baselines(text)]
    assert sorted(found) == sorted((b["section"], b["comparator"], b["value"], b["unit"]) for b in gold["baselines"])


@pytest.mark.parametrize("name", PLANS)
def test_facts_typed_by_hand_are_all_found(shared: Path, name: str) -> None:
    """Compare with the facts that the system runs on; general aims, which have no year, are left aside."""
    lines = (shared / "plans" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    targets, _ = read(read_text(map(Line, lines)))
    typed = yaml.safe_load((Path("data/plans") / f"{name}.yaml").read_text(encoding="utf-8"))["targets"]
    found = [(t.section, t.due_year, t.value) for t in targets if t.due_year]
    assert sorted(found, key=str) == sorted(((t["section"], t["year"], _typed_value(t)) for t in typed), key=str)


def _typed_value(fact: dict[str, object]) -> object:
    """Give the figure that the text itself has: none for what is done or is "tất cả"."""
    return None if fact["comparator"] == "done" or fact.get("unit_as_written") == "tất cả" else fact["value"]


@settings(deadline=None)
@given(
    st.sampled_from(ONE),
    st.integers(4, 12),
    st.sampled_from(["NFC", "NFD"]),
    st.booleans(),
)
def test_broken_lines_change_nothing(row: tuple[str, Row], every: int, form: str, blank: bool) -> None:
    words = row[0].split()
    broken = [" ".join(words[n : n + every]) for n in range(0, len(words), every)]
    assume(all(line[0].islower() for line in broken[1:]) and not any(line.endswith(";") for line in broken))
    lines = [
        "KẾ HOẠCH",
        "Phát triển hạ tầng số giai đoạn 2026 - 2030",
        *AIMS,
        "II. MỤC TIÊU",
        "1. Mục tiêu cụ thể đến năm 2030",
    ]
    lines += [f"- {broken[0]}", *(part for line in broken[1:] for part in ([""] * blank + [line]))]
    lines[-1] += "."
    found, _ = read(read_text([Line(unicodedata.normalize(form, line)) for line in (*lines, *TASKS)]))  # type: ignore[arg-type]
    assert rows(found) == [row[1]]


SPLIT = [
    ("Đạt 1.000,5 km. Phủ sóng tại TP. Huế.", ["Đạt 1.000,5 km", "Phủ sóng tại TP. Huế"]),
    ("Gồm mạng lõi, mạng truy nhập, v.v. và cáp. Hết.", ["Gồm mạng lõi, mạng truy nhập, v.v. và cáp", "Hết"]),
    ("Phủ sóng khu du lịch, ...", ["Phủ sóng khu du lịch, ..."]),
    ("Nêu “A. B. C.” rồi thôi", ["Nêu “A. B. C.” rồi thôi"]),
    ("Có 5 (năm. Sáu) trạm. Xong", ["Có 5 (năm. Sáu) trạm", "Xong"]),
    ("Có ngoặc (hở. Xong", ["Có ngoặc (hở", "Xong"]),
]


@pytest.mark.parametrize(("words", "expected"), SPLIT)
def test_sentences(words: str, expected: list[str]) -> None:
    assert [words[a:b] for a, b in sentences(words)] == expected


def test_clauses_leave_brackets_whole() -> None:
    words = "phủ sóng (4G; 5G); kéo cáp; "
    assert [words[a:b] for a, b in clauses(words)] == ["phủ sóng (4G; 5G)", "kéo cáp"]


def test_a_lead_in_stands_over_the_headings_below_it() -> None:
    found = targets_of(
        "II. MỤC TIÊU",
        "Phấn đấu đến năm 2027:",
        "1. Hạ tầng viễn thông",
        "- 70% xã có 5G.",
        "2. Hạ tầng dữ liệu",
        "- 60% hệ thống dùng đám mây.",
        "Phấn đấu đến năm 2029:",
        "1. Hạ tầng viễn thông",
        "- 90% xã có 5G.",
    )
    assert [(t.due_year, t.value, t.aspirational) for t in found] == [
        (2027, 70, True),
        (2027, 60, True),
        (2029, 90, True),
    ]


def test_a_threshold_behind_coordinated_shares_is_of_both() -> None:
    found = targets_of("II. MỤC TIÊU", "- Trên 90% chợ và 100% bến xe có Wi-Fi, tốc độ tối thiểu 1 Gbps.")
    assert [(t.value, t.condition and t.condition.value) for t in found] == [(90, 1000), (100, 1000)]
    [own, other] = targets_of("II. MỤC TIÊU", "- 70% chợ có Wi-Fi, 80% bến xe có mạng với tốc độ trên 200 Mbps.")
    assert own.condition is None and other.condition is not None


def test_what_an_aim_grows_from_is_present_state() -> None:
    text = text_of("giai đoạn 2026 - 2030", "II. MỤC TIÊU", "- Nâng tỷ lệ dùng chung cột từ 14% năm 2024 lên 35%.")
    [base] = find_baselines(text)
    assert (base.value, base.unit, base.subject, base.year) == (14, "percent", "tỷ lệ dùng chung cột", 2024)


def test_shares_before_a_semicolon_share_the_predicate_behind_it() -> None:
    found = targets_of("II. MỤC TIÊU", "- 100% xã; 90% bản; 80% chợ được phủ sóng 4G; tốc độ đạt 100 Mbps.")
    assert [(t.value, t.subject) for t in found] == [
        (100, "tỷ lệ xã được phủ sóng 4G"),
        (90, "tỷ lệ bản được phủ sóng 4G"),
        (80, "tỷ lệ chợ được phủ sóng 4G"),
        (100, "tốc độ"),
    ]


def test_the_year_of_a_further_step_is_its_own() -> None:
    found = targets_of(
        "II. MỤC TIÊU", "1. Đến năm 2027", "- Phủ sóng tới 80% chợ, tiến tới phủ sóng 100% bản vào năm 2030."
    )
    assert [(t.value, t.due_year) for t in found] == [(80, 2027), (100, 2030)]


def test_counts_share_a_predicate_too() -> None:
    found = targets_of("II. MỤC TIÊU", "- Ít nhất 1 khu chế xuất, 2 bệnh viện thử nghiệm mạng 5G dùng riêng.")
    assert [t.quote for t in found] == [
        "Ít nhất 1 khu chế xuất, 2 bệnh viện thử nghiệm mạng 5G dùng riêng",
        "2 bệnh viện thử nghiệm mạng 5G dùng riêng",
    ]
