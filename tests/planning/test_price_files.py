"""A table of prices: out as a template, in with a look at every cell, saved whole or not at all."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.planning.models import PriceUpload, UnitCost
from hatang.planning.services.price_files import check_price_file, read_prices, save_price_file
from hatang.planning.services.prices import COLUMNS, default_prices, keep_price, prices_of
from tests.conftest import World

pytestmark = pytest.mark.django_db
NEW = "/phuong-an/20/don-gia/tep"


@pytest.fixture
def browsing(client: Client, people: dict[str, Person]) -> Client:
    """Give the officer's browser."""
    client.force_login(people["department_officer"])
    return client


def template(client: Client) -> Any:
    """Take the template as a workbook."""
    return load_workbook(io.BytesIO(client.get("/phuong-an/20/don-gia?xuat=xlsx").content))


def with_rows(book: Any, changed: dict[str, dict[str, Any]]) -> bytes:
    """Write other values into a template's rows, by code and heading."""
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for heading, value in changed.get(str(row[0].value), {}).items():
            row[headings.index(heading)].value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sent(client: Client, content: bytes, name: str = "gia.xlsx") -> Any:
    """Send a file as a browser does, and follow to its page."""
    return client.post(NEW, {"file": SimpleUploadedFile(name, content)}, follow=True)


def own_price(world: World, actor: Person, item: str, amount: int) -> None:
    """Give a province a price of its own."""
    cost = UnitCost(province=world.province, item=item, amount_vnd=amount, low_vnd=1, high_vnd=10**9, source="HĐ 7")
    cost.on = date(2026, 5, 4)
    keep_price(actor=actor, cost=cost)


QUOTED = {COLUMNS[4]: 520_000_000, COLUMNS[7]: "Báo giá số 12", COLUMNS[8]: date(2026, 10, 1)}


def test_the_template_comes_back_unchanged(world: World, browsing: Client, people: dict[str, Person]) -> None:
    """Out and in again, as Excel and as CSV, says nothing new; a price of the province is known as its own."""
    own_price(world, people["department_officer"], "mast_small", 7)
    for form in ("xlsx", "csv"):
        content = browsing.get(f"/phuong-an/20/don-gia?xuat={form}").content
        read = read_prices(content, name=f"gia.{form}", province=world.province)
        assert (read.changes, read.faults, read.missing, read.ignored) == ([], [], 0, [])
        assert read.unchanged == len(default_prices())


def test_what_a_file_changes_is_shown_by_cell_and_saved_when_asked(
    world: World, browsing: Client, people: dict[str, Person]
) -> None:
    own_price(world, people["department_officer"], "mast_45m", 800_000_000)
    book = template(browsing)
    page = sent(browsing, with_rows(book, {"radio_4g": QUOTED, "mast_45m": {COLUMNS[4]: "850.000.000"}}))
    told = page.content.decode()
    assert "Tệp sẽ thêm 1 giá của tỉnh, sửa 1 giá. Chưa có gì được lưu." in told
    assert "450.000.000" in told and "520.000.000" in told and "800.000.000" in told and "850.000.000" in told
    assert UnitCost.objects.count() == 1
    upload = PriceUpload.objects.get()
    assert browsing.post(f"/phuong-an/don-gia/tep/{upload.pk}/luu").status_code == 302
    prices = prices_of(world.province)
    assert (prices["radio_4g"].amount_vnd, prices["radio_4g"].source) == (520_000_000, "Báo giá số 12")
    assert prices["radio_4g"].on == date(2026, 10, 1) and prices["mast_45m"].amount_vnd == 850_000_000
    assert UnitCost.history.filter(item="mast_45m", history_user=people["department_officer"]).count() == 2
    assert "Đã lưu lúc" in browsing.get(f"/phuong-an/don-gia/tep/{upload.pk}/").content.decode()
    browsing.post(f"/phuong-an/don-gia/tep/{upload.pk}/luu")
    assert UnitCost.history.count() == 3


@pytest.mark.parametrize(
    ("wrong", "cell", "words"),
    [
        ({COLUMNS[4]: "nhiều"} | {COLUMNS[7]: "BG"} | {COLUMNS[8]: "01/10/2026"}, "E3", "không phải số tiền"),
        (QUOTED | {COLUMNS[5]: 530_000_000}, "F3", "Mức thấp nhất phải không quá đơn giá."),
        (QUOTED | {COLUMNS[8]: "31/02/2026"}, "I3", "không có trong lịch"),
        (QUOTED | {COLUMNS[8]: date(2050, 1, 1)}, "I3", "chưa tới"),
        (QUOTED | {COLUMNS[7]: ""}, "H3", "Trường này là bắt buộc."),
        ({COLUMNS[4]: 460_000_000}, "H3", "Giá khác mức giả định: ghi nguồn"),
        (QUOTED | {COLUMNS[0]: "radio_4"}, "A3", "Có phải radio_4g"),
        (QUOTED | {COLUMNS[0]: "radio_3g"}, "A3", "đã có ở dòng 2"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_saved(
    world: World, browsing: Client, wrong: dict[str, Any], cell: str, words: str
) -> None:
    good = {"mast_small": QUOTED | {COLUMNS[4]: 200_000_000}}
    page = sent(browsing, with_rows(template(browsing), good | {"radio_4g": wrong})).content.decode()
    assert f">{cell}<" in page and words in page and "Chưa có gì được lưu" in page
    upload = PriceUpload.objects.get()
    browsing.post(f"/phuong-an/don-gia/tep/{upload.pk}/luu")
    assert not UnitCost.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gia.csv", "Mã;Đơn giá, đồng\nradio_4g;5\n".encode(), "thiếu cột “Thấp nhất, đồng”"),
        ("gia.csv", b"", "trống"),
        ("gia.pdf", b"%PDF", "Dùng tệp Excel"),
        ("gia.xlsx", b"PK\x03\x04 hong", "hỏng"),
    ],
)
def test_a_useless_file_leaves_nothing(world: World, browsing: Client, name: str, content: bytes, words: str) -> None:
    answer = browsing.post(NEW, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not PriceUpload.objects.exists()


def test_what_moved_since_is_shown_anew_before_it_is_saved(
    world: World, browsing: Client, people: dict[str, Person]
) -> None:
    officer, content = people["department_officer"], with_rows(template(browsing), {"radio_4g": QUOTED})
    upload = check_price_file(actor=officer, province=world.province, name="gia.xlsx", content=content)
    own_price(world, officer, "radio_4g", 510_000_000)
    with pytest.raises(ValidationError, match="Đơn giá đã đổi"):
        save_price_file(actor=officer, upload=upload)
    assert prices_of(world.province)["radio_4g"].amount_vnd == 510_000_000
    assert save_price_file(actor=officer, upload=PriceUpload.objects.get()) == 1
    assert prices_of(world.province)["radio_4g"].amount_vnd == 520_000_000


def test_a_file_takes_no_price_back(world: World, browsing: Client, people: dict[str, Person]) -> None:
    """A template of before, with its assumptions, must not undo what the province learnt meanwhile."""
    content = with_rows(template(browsing), {})
    own_price(world, people["department_officer"], "radio_4g", 510_000_000)
    read = read_prices(content, name="gia.xlsx", province=world.province)
    assert [price.code for price in read.kept] == ["radio_4g"] and not read.changes and not read.faults


def test_who_does_not_correct_prices_brings_none(world: World, people: dict[str, Person]) -> None:
    for who in ("analyst", "operator", "stranger"):
        with pytest.raises(PermissionDenied):
            check_price_file(actor=people[who], province=world.province, name="g.csv", content=b"x")


CELLS = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(list(default_prices())))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=10, max_size=10), max_size=5))
def test_whatever_the_cells_hold_is_read_or_named(world: World, rows: list[list[Any]]) -> None:
    lines = [";".join(f'"{column}"' for column in COLUMNS)]
    lines += [
        ";".join('"' + str("" if cell is None else cell).replace('"', '""') + '"' for cell in row) for row in rows
    ]
    try:
        read = read_prices("\n".join(lines).encode("utf-8", "replace"), name="g.csv", province=world.province)
    except ValidationError as error:
        assert error.messages
    else:
        assert all(fault.wrong and fault.row > 1 for fault in read.faults)
