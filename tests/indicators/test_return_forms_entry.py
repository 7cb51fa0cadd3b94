"""What people type in a return is read in one way everywhere: what it means, or what would be right."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hatang.indicators.models import FormItem, Indicator, ReturnCell
from hatang.indicators.services.return_forms import Answer, as_typed, lacking, read_answer, typed_of
from hatang.places.models import Place

COMMUNE = Place(name="Đồng Đăng", title="Xã", population=1_000, households=250)
Kind = FormItem.Kind


def item_of(kind: str, **facts: Any) -> FormItem:
    """Make an item that is not stored."""
    return FormItem(code="x", label="x", kind=kind, **facts)


def of_indicator(unit: str, formula: str = "reported", **facts: Any) -> FormItem:
    """Make an item that asks for an indicator."""
    texts = {"numerator_text": "Hộ có Internet", "denominator_text": "Tổng số hộ"}
    return item_of(Kind.INDICATOR, indicator=Indicator(unit_code=unit, formula=formula, **texts), **facts)


PERCENT = of_indicator("percent")
PER_HOUSEHOLD = of_indicator("percent", denominator_from="households")
COUNT = item_of(Kind.NUMBER, unit_code="count")
SHARE = item_of(Kind.NUMBER, unit_code="percent")
SPEED = of_indicator("mbps")
YES_NO = item_of(Kind.YES_NO)
CHOICE = item_of(Kind.CHOICE, options=["Đã ban hành", "Đang soạn"])
TEXT = item_of(Kind.TEXT)
COUNTED = of_indicator("percent", formula="bts_sharing_positions")
EXTRACT = item_of(Kind.EXTRACT, extract="stations")


@pytest.mark.parametrize(
    ("item", "typed", "answer"),
    [
        (PERCENT, "120 / 1.500", Answer(numerator=120, denominator=1500, value=8)),
        (PERCENT, "120", Answer(numerator=120)),
        (PERCENT, "/ 1500", Answer(denominator=1500)),
        (PERCENT, "0/0", Answer(numerator=0, denominator=0)),
        (PER_HOUSEHOLD, "125", Answer(numerator=125, denominator=250, value=50)),
        (COUNT, "1.234", Answer(value=1234)),
        (COUNT, " 1 234 ", Answer(value=1234)),
        (SHARE, "98,5 %", Answer(value=98.5)),
        (SPEED, "101,25", Answer(value=101.25)),
        (COUNT, "N/A", Answer(none_here=True)),
        (COUNT, "Không có", Answer(none_here=True)),
        (PERCENT, "–", Answer(none_here=True)),
        (COUNT, "0", Answer(value=0)),
        (COUNT, "", Answer()),
        (YES_NO, "Có", Answer(value=1)),
        (YES_NO, "không có", Answer(value=0)),
        (CHOICE, "dang soan", Answer(text="Đang soạn")),
        (TEXT, "  Đã họp thôn. ", Answer(text="Đã họp thôn.")),
        (TEXT, "Đã họp\x00 thôn\ud800", Answer(text="Đã họp thôn")),
        (COUNTED, "Xác nhận", Answer(answer="confirmed")),
        (EXTRACT, "không đồng ý: trạm LS-012 đã ngừng", Answer(answer="disputed", note="trạm LS-012 đã ngừng")),
    ],
)
def test_what_is_typed_is_read(item: FormItem, typed: str, answer: Answer) -> None:
    assert read_answer(item, COMMUNE, typed) == answer


@pytest.mark.parametrize(
    ("item", "typed", "says"),
    [
        (COUNT, "1.200 hộ", "chữ lẫn với số; chỉ ghi số: 1.200"),
        (COUNT, "khoảng 500", "chỉ ghi số: 500"),
        (COUNT, "nhiều", "không phải số; viết như 1.234,5"),
        (COUNT, "1,200", "viết 1200 hoặc 1.200"),
        (COUNT, "12,5", "không phải số nguyên"),
        (COUNT, "-3", "không phải số nguyên không âm"),
        (COUNT, "chưa có số liệu", "để trống ô và ghi chú; không có thì ghi “không có”"),
        (COUNT, "5/6", "chỉ ghi một số"),
        (SHARE, "120", "từ 0 đến 100"),
        (PERCENT, "98%", "hệ thống tự chia"),
        (PERCENT, "1.500 / 120", "1.250 %: tỷ lệ nhiều nhất 100 %"),
        (PERCENT, "5 / 0", "mẫu số là 0"),
        (PERCENT, "1/2/3", "hộ có Internet / tổng số hộ, ví dụ 120 / 1.500"),
        (PER_HOUSEHOLD, "251", "tử số không lớn hơn mẫu số"),
        (PER_HOUSEHOLD, "120 / 250", "ghi một số duy nhất: hộ có Internet"),
        (YES_NO, "sắp", "ghi “có” hoặc “chưa”"),
        (CHOICE, "Xong", "Đã ban hành; Đang soạn"),
        (COUNTED, "87", "hệ thống đã đếm"),
        (COUNTED, "không đồng ý", "nêu lý do"),
        (TEXT, "a" * 5_001, "nhiều nhất 5.000"),
        (COUNT, "9" * 601, "nhiều nhất 600"),
        (COUNT, "9" * 20, "quá lớn"),
    ],
)
def test_what_cannot_be_read_says_what_would_be_right(item: FormItem, typed: str, says: str) -> None:
    with pytest.raises(ValidationError) as told:
        read_answer(item, COMMUNE, typed)
    assert says in told.value.messages[0]


TYPED = st.one_of(
    st.integers(0, 10**12).map(as_typed),
    st.floats(0, 1e9).map(as_typed),
    st.tuples(st.integers(0, 500), st.integers(0, 10**6)).map(lambda two: f"{two[0]}/{two[1]}"),
    st.sampled_from(["", "không có", "có", "chưa", "xác nhận", "không đồng ý: sai trạm", "120/", "/5"]),
    st.text(max_size=20),
)
ITEMS = [PERCENT, PER_HOUSEHOLD, COUNT, SHARE, SPEED, YES_NO, CHOICE, TEXT, COUNTED, EXTRACT]


@given(item=st.sampled_from(ITEMS), typed=TYPED)
def test_an_answer_written_back_is_read_as_the_same(item: FormItem, typed: str) -> None:
    try:
        answer = read_answer(item, COMMUNE, typed)
    except ValidationError:
        return
    assert read_answer(item, COMMUNE, typed_of(item, answer)) == answer
    cell = ReturnCell(**answer.fields())
    assert typed_of(item, cell) == typed_of(item, answer)


def test_a_cell_says_what_it_still_wants() -> None:
    nowhere = Place(name="Kỳ Lừa", title="Phường")
    assert lacking(PERCENT, COMMUNE, None) == "chưa trả lời"
    assert lacking(PERCENT, COMMUNE, Answer(numerator=1)) == "còn thiếu mẫu số"
    assert lacking(PERCENT, COMMUNE, Answer(denominator=1)) == "còn thiếu tử số"
    assert lacking(PER_HOUSEHOLD, nowhere, read_answer(PER_HOUSEHOLD, nowhere, "5")).startswith(
        "hệ thống chưa có số hộ"
    )
    for done in ("0 / 0", "5 / 10", "không có"):
        assert lacking(PERCENT, COMMUNE, read_answer(PERCENT, COMMUNE, done)) == ""
    assert lacking(item_of(Kind.TEXT, required=False), COMMUNE, None) == ""


def test_numbers_that_are_none_are_refused() -> None:
    assert [as_typed(given) for given in (None, True, 1200.0, 0.5, "a")] == ["", "có", "1.200", "0,5", "a"]
    for given_number in (math.inf, math.nan):
        with pytest.raises(ValidationError):
            as_typed(given_number)


def test_none_beside_a_second_number_is_asked_what_it_means() -> None:
    """Nobody of 1.500 people is 0; a line that does not apply has no second number either."""
    item = FormItem(code="dt", kind=FormItem.Kind.INDICATOR, indicator=Indicator(code="dt", unit_code="percent"))
    with pytest.raises(ValidationError, match="thì ghi 0 ở số thứ nhất"):
        read_answer(item, Place(name="Đồng Đăng"), "N/A / 1.500")
    assert read_answer(item, Place(name="Đồng Đăng"), "N/A").none_here


def test_thousands_in_words_are_proposed_as_a_number() -> None:
    """Who follows the proposal for “3 nghìn” must not write 3."""
    with pytest.raises(ValidationError, match=r"chỉ ghi số: 3\.000\."):
        read_answer(item_of(Kind.NUMBER, unit_code="count"), COMMUNE, "khoảng 3 nghìn")
