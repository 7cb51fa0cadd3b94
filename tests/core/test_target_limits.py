"""Texts made to harm the reading of targets: endless items, endless numbers, scraps in any order."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.documents import DocumentError
from hatang.core.plan_reader import reading
from hatang.core.plan_reader.gold_form import as_gold
from hatang.core.plan_reader.quantities import find_quantities
from hatang.core.plan_reader.reading import read_plan
from hatang.core.plan_reader.structure import Line
from tests.core.plan_texts import text_of
from tests.core.target_texts import AIMS, TASKS, of_bullet, read

HOSTILE = [
    "5%, " * 3000,
    "a. B" * 3000,
    "; " * 5000 + "5%",
    "(" * 4000,
    "đạt 5% và " * 2000,
    ", với mục tiêu " * 1500 + "5%",
    "đạt 5% (năm 2025: 3%) " * 1500,
    "đạt 5%, tăng 2% so với năm 2024 " * 1200,
    "từ 5% năm 2024 (nay) lên " * 1500,
    "mỗi người dân có 01 thẻ, có " * 1200 + "02 ví",
    "- " * 4000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=[words[:12] for words in HOSTILE])
def test_hostile_items_are_read_to_their_end(words: str) -> None:
    """A pattern that tries every split of such a text would never come back."""
    assert all(target.quote for target in of_bullet(words))


@pytest.mark.parametrize(
    "number", ["1" + "0" * 400, "1" * 16, "1" + ".000" * 6, "1" + " 000" * 6, "0," + "3" * 400, "2026" + "9" * 5_000]
)
def test_a_number_of_more_than_15_figures_measures_nothing(number: str) -> None:
    assert not find_quantities(f"Đạt {number} %, gấp {number} lần, từ {number} km đến {number} km")
    assert [q.value for q in find_quantities(f"Đạt 50 - {number} % và 60% xã")][-1] == 60
    lines = ("KẾ HOẠCH", *AIMS, "II. MỤC TIÊU ĐẾN NĂM 2030", f"- Đạt {number} %.", *TASKS)
    json.dumps(as_gold(read_plan(map(Line, lines))), allow_nan=False)


def test_a_number_of_15_figures_is_read() -> None:
    assert [q.value for q in find_quantities("Đạt 999.999.999.999.999 km")] == [999_999_999_999_999]


def test_a_text_longer_than_any_plan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [Line("KẾ HOẠCH"), Line("- Phủ sóng."), Line("- Kéo cáp.")]
    for bound, most in (("MOST_LINES", 2), ("MOST_CHARACTERS", 20)):
        with monkeypatch.context() as patch, pytest.raises(DocumentError, match="quá dài"):
            patch.setattr(reading, bound, most)
            read_plan(lines)
    assert read_plan(lines).text.blocks


def test_a_reading_that_takes_too_long_is_ended_between_its_stages() -> None:
    checks = 0

    def check() -> None:
        nonlocal checks
        checks += 1
        if checks == 3:
            raise DocumentError("Quá lâu.")

    with pytest.raises(DocumentError, match="Quá lâu"):
        read_plan([Line("KẾ HOẠCH")], check)
    assert checks == 3


SCRAPS = (
    "100%", "1/3", "2.000", "01", "5G", "(", ")", ":", ";", ".", ",", "-", "và", "hoặc", "với", "trong đó", "năm 2025",
    "đến hết", "mỗi người dân có", "xã", "được phủ sóng", "tỷ lệ", "đạt", "trên", "từ", "trở lên", "Mb/s", "Gb/s",
    "gấp đôi", "so với", "“", "”", "tất cả", "tối thiểu", "khoảng", "...", "a)", "(i)", "%", "km", "tỷ đồng/100 dân",
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=40))
def test_scraps_in_any_order_are_read_without_harm(scraps: list[str]) -> None:
    text = text_of(*AIMS, "II. MỤC TIÊU", "1. Mục tiêu đến năm 2030", "- " + " ".join(scraps), *TASKS)
    targets, mentions = read(text)
    assert all(text.words(t.span) == t.quote and t.quote for t in (*targets, *mentions))
