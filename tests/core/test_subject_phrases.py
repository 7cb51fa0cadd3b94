"""What is measured is shown to people: a noun phrase without verbs of striving, units and remains."""

from __future__ import annotations

import pytest

from hatang.core.plan_reader.header import read_header
from hatang.core.plan_reader.structure import Target
from hatang.core.plan_reader.subject_phrases import noun_phrase, tells_what
from hatang.core.plan_reader.targets import find_targets
from tests.core.plan_texts import text_of


def the_target(sentence: str) -> Target:
    text = text_of("giai đoạn 2026 - 2030", "II. MỤC TIÊU", "1. Đến năm 2028", f"- {sentence}.")
    return find_targets(text, read_header(text))[0][0]


SENTENCES = [
    ("Mạng di động 5G phủ sóng 80% dân số", "tỷ lệ dân số được phủ sóng 5G"),
    ("Mạng băng rộng di động phủ sóng 80% dân số", "tỷ lệ dân số được phủ sóng băng rộng di động"),
    ("Vùng phủ sóng 5G đạt 80% dân số", "tỷ lệ dân số được phủ sóng 5G"),
    ("Phủ sóng 5G tới 100% trung tâm xã", "tỷ lệ trung tâm xã được phủ sóng 5G"),
    ("Nâng tỷ lệ chợ có Wi-Fi lên 60%", "tỷ lệ chợ có Wi-Fi"),
    ("Phấn đấu giảm tỷ lệ bản lõm sóng xuống dưới 1%", "tỷ lệ bản lõm sóng"),
    ("Duy trì 100% các xã có bưu điện", "tỷ lệ xã có bưu điện"),
    ("Mục tiêu đạt 80% chợ có sóng", "tỷ lệ chợ có sóng"),
    ("Mật độ thuê bao Internet đạt 90 thuê bao/100 dân trở lên", "mật độ thuê bao Internet"),
    ("Thuê bao băng rộng cố định đạt 30 thuê bao/100 dân", "số thuê bao băng rộng cố định/100 dân"),
    ("Số thuê bao 5G đạt 60% trở lên", "tỷ lệ thuê bao 5G"),
    ("Tỷ lệ người từ 15 tuổi trở lên có tài khoản đạt 90%", "tỷ lệ người từ 15 tuổi trở lên có tài khoản"),
    ("Mỗi xã có ít nhất 02 điểm wifi", "số điểm wifi bình quân mỗi xã"),
    ("Phát triển mới 500 trạm 5G", "số trạm 5G phát triển mới"),
    ("Tối thiểu 2 khu công nghiệp thử nghiệm mạng dùng riêng", "số khu công nghiệp thử nghiệm mạng dùng riêng"),
    ("Tốc độ tải xuống đạt tối thiểu 100 Mb/s", "tốc độ tải xuống"),
    ("Kinh tế số chiếm 30% GRDP", "tỷ lệ kinh tế số trong GRDP"),
    ("Giảm số người chỉ dùng 2G xuống dưới 5%", "tỷ lệ người chỉ dùng 2G"),
    ("Giảm 50% số bản lõm sóng", "tỷ lệ giảm số bản lõm sóng"),
    ("Chi phí vận hành giảm ít nhất 20%", "tỷ lệ giảm chi phí vận hành"),
    ("Tỷ lệ bản lõm sóng giảm xuống còn 2%", "tỷ lệ bản lõm sóng"),
    ("Mạng 5G phủ sóng 100% các khu chế xuất", "tỷ lệ khu chế xuất được phủ sóng 5G"),
    ("Đạt 1,5 máy tính/người", "số máy tính/người"),
    ("Tỷ lệ số hóa hồ sơ đạt 90%", "tỷ lệ số hóa hồ sơ"),
]


@pytest.mark.parametrize(("sentence", "subject"), SENTENCES)
def test_the_subject_of_a_sentence(sentence: str, subject: str) -> None:
    assert the_target(sentence).subject == subject


PHRASES = [
    ("tỷ lệ trạm xanh tổng số trạm", "percent", "tỷ lệ trạm xanh trên tổng số trạm"),
    ("tỷ lệ máy xanh/tổng số máy ở chợ", "percent", "tỷ lệ máy xanh trên tổng số máy ở chợ"),
    ("tỷ lệ chợ có sóng, ưu tiên vùng cao", "percent", "tỷ lệ chợ có sóng"),
    ("tỷ lệ chợ có sóng /năm", "percent", "tỷ lệ chợ có sóng"),
    ("hạ ngầm cáp", "km", "hạ ngầm cáp"),
    ("đường truyền với tốc độ 1Gb/s trở lên", "percent", "đường truyền với tốc độ 1Gb/s trở lên"),
]


@pytest.mark.parametrize(("words", "unit", "phrase"), PHRASES)
def test_a_phrase(words: str, unit: str, phrase: str) -> None:
    assert noun_phrase(words, unit) == phrase


def test_headings_in_capitals_say_nothing_of_what_is_measured() -> None:
    assert [tells_what(lead) for lead in ("QUAN ĐIỂM, MỤC TIÊU", "Các chỉ tiêu cụ thể", "Tỷ lệ dùng chung")] == [
        False,
        False,
        True,
    ]


def test_what_each_one_has_bears_its_own_unit() -> None:
    target = the_target("Mỗi xã có ít nhất 02 điểm wifi")
    assert (target.unit, target.unit_written, target.value) == ("ratio", "điểm/xã", 2.0)
