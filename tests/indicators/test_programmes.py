"""Programmes: beneficiaries are counts by commune and group, never names; a file is taken whole or not at all."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.indicators.models import Beneficiaries, Indicator, Programme
from hatang.indicators.services import Entry, record_values
from hatang.indicators.services.programmes import Count, by_year, keep_counts, keep_programme
from tests.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(world: World, smartphones: Indicator) -> Programme:
    """Make a programme of two groups that should move an indicator."""
    return Programme.objects.create(
        province=world.province,
        name="Điện thoại cho hộ nghèo",
        counts_what="máy",
        groups=["hộ nghèo", "hộ cận nghèo"],
        indicator=smartphones,
        year_from=2024,
        year_to=2026,
    )


def page(programme: Programme, name: str) -> str:
    """Give the address of one of its pages."""
    return reverse(f"indicators:{name}", args=[programme.province.code, programme.pk])


def test_years_are_summed_with_the_indicator_beside(
    programme: Programme, smartphones: Indicator, world: World, people: dict[str, Person]
) -> None:
    officer = people["department_officer"]
    counts = [
        Count(world.commune, 2024, "hộ nghèo", 100, 40),
        Count(world.neighbour, 2024, "hộ cận nghèo", 100, 20),
        Count(world.commune, 2025, "hộ nghèo", None, 70),
    ]
    keep_counts(actor=officer, programme=programme, counts=counts)
    record_values(actor=None, rows=[Entry(smartphones, world.province, 2024, numerator=61, denominator=100)])
    last, first = by_year(programme, officer)
    assert (first.eligible, first.reached, first.communes, first.percent) == (200, 60, 2, 30)
    assert str(first.figure) == "61%"
    assert (last.eligible, last.reached, last.percent) == (None, 70, None)


def test_counts_are_kept_whole_or_not_at_all(programme: Programme, world: World, people: dict[str, Person]) -> None:
    counts = [Count(world.commune, 2025, "hộ nghèo", 10, 5), Count(world.commune, 2025, "hộ cận nghèo", 5, 10)]
    with pytest.raises(ValidationError, match="nhiều hơn thuộc diện"):
        keep_counts(actor=people["department_officer"], programme=programme, counts=counts)
    assert not Beneficiaries.objects.exists()
    with pytest.raises(ValidationError, match="từ 2024 đến 2026"):
        keep_counts(
            actor=people["department_officer"],
            programme=programme,
            counts=[Count(world.commune, 2023, "hộ nghèo", 10, 5)],
        )


def test_a_commune_writes_its_own_counts_alone(programme: Programme, world: World, people: dict[str, Person]) -> None:
    officer = people["commune_officer"]
    keep_counts(actor=officer, programme=programme, counts=[Count(world.commune, 2025, "hộ nghèo", 10, 5)])
    with pytest.raises(PermissionDenied):
        keep_counts(actor=officer, programme=programme, counts=[Count(world.neighbour, 2025, "hộ nghèo", 10, 5)])
    assert Beneficiaries.history.get().history_user == officer


def test_a_group_with_counts_is_not_dropped(programme: Programme, world: World, people: dict[str, Person]) -> None:
    officer = people["department_officer"]
    keep_counts(actor=officer, programme=programme, counts=[Count(world.commune, 2025, "hộ nghèo", 10, 5)])
    programme.groups = ["hộ cận nghèo"]
    with pytest.raises(ValidationError, match="Nhóm “hộ nghèo” đã có số"):
        keep_programme(actor=officer, programme=programme)


def test_counts_are_typed_and_taken_back_on_the_page(
    programme: Programme, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["commune_officer"])
    address = f"{page(programme, 'programme_counts')}?nam=2025&nhom=hộ+nghèo"
    key = world.commune.pk
    assert client.post(address, {f"{key}-eligible": "10"}).status_code == 422
    assert "Nhiều hơn số thuộc diện" in client.post(address, {f"{key}-eligible": "10", f"{key}-reached": "11"}).text
    assert client.post(address, {f"{key}-eligible": "1.000", f"{key}-reached": "0"}).status_code == 302
    assert Beneficiaries.objects.values_list("year", "group", "eligible", "reached").get() == (
        2025,
        "hộ nghèo",
        1000,
        0,
    )
    assert client.post(address, {f"{key}-eligible": "", f"{key}-reached": ""}).status_code == 302
    assert not Beneficiaries.objects.exists()


def send(client: Client, programme: Programme, content: bytes, name: str = "so.csv") -> Any:
    """Send a file of counts."""
    return client.post(page(programme, "programme_upload"), {"file": SimpleUploadedFile(name, content)})


def test_the_template_is_filled_in_and_comes_back(
    programme: Programme, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    answer = client.get(page(programme, "programme_upload"))
    book = load_workbook(BytesIO(b"".join(answer) if answer.streaming else answer.content))
    sheet = book.active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    assert len(lines) == 1 + 2 * 2
    sheet.cell(2, 5).value, sheet.cell(2, 6).value = 12, 7
    for row in range(5, 2, -1):
        sheet.delete_rows(row)
    out = BytesIO()
    book.save(out)
    assert send(client, programme, out.getvalue(), "so.xlsx").status_code == 302
    assert Beneficiaries.objects.values_list("eligible", "reached").get() == (12, 7)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("99999;2025;hộ nghèo;1;1", "“99999” không phải mã xã"),
        ("06181;2025;hộ nghèo;mười;1", "“mười” không phải số đếm"),
        ("06181;;hộ nghèo;1;1", "còn trống"),
        ("06181;2025;hộ giàu;1;1", "không có nhóm này"),
        ("06181;2025;hộ nghèo;1;1\n06181;2025;hộ nghèo;1;1", "hai số"),
    ],
)
def test_a_wrong_file_says_where_and_keeps_nothing(
    rows: str, said: str, programme: Programme, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["department_officer"])
    good = "06181;2025;hộ cận nghèo;9;9"
    text = f"Mã xã;Năm;Nhóm;Số thuộc diện;Số đã được hưởng\n{good}\n{rows}\n"
    answer = send(client, programme, text.encode())
    assert answer.status_code == 422
    assert said in answer.text
    assert not Beneficiaries.objects.exists()


def test_a_list_of_people_is_refused_whole(programme: Programme, people: dict[str, Person], client: Client) -> None:
    client.force_login(people["department_officer"])
    text = "Mã xã;Năm;Họ tên;Số thuộc diện;Số đã được hưởng\n06181;2025;Nguyễn Văn A;1;1\n"
    answer = send(client, programme, text.encode())
    assert answer.status_code == 422
    assert "không nhận danh sách người" in answer.text
    assert "Nguyễn Văn A" not in answer.text


def test_the_page_says_whom_it_reached_and_what_became_of_the_indicator(
    programme: Programme, smartphones: Indicator, world: World, people: dict[str, Person], client: Client
) -> None:
    client.force_login(people["analyst"])
    assert "Chưa có số người hưởng nào." in client.get(page(programme, "programme")).text
    for year, got, share in ((2024, 10, 61), (2025, 90, 66)):
        count = Count(world.commune, year, "hộ nghèo", 100, got)
        keep_counts(actor=people["department_officer"], programme=programme, counts=[count])
        record_values(actor=None, rows=[Entry(smartphones, world.province, year, numerator=share, denominator=100)])
    text = client.get(page(programme, "programme")).text
    assert "Năm 2025: 90 máy đã được hưởng, 90% của 100 thuộc diện. Cùng thời gian," in text
    assert "từ 61% đến 66%." in text
    assert client.get(page(programme, "programme") + "?xuat=csv").status_code == 200
