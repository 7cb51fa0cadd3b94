"""Antenna patterns of a province: brought as files, named by cells, used by runs."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from hatang.accounts.models import Person
from hatang.core.radio.antennas import PATTERNS
from hatang.coverage.models import AntennaPattern
from hatang.coverage.services.antennas import patterns_of
from hatang.network.models import Cell, Mast, Station
from tests.conftest import World

DAY = date(2026, 1, 1)


def msi(gain: str = "15 dBd", angles: int = 360) -> bytes:
    cut = "\n".join(f"{a} {min(a, 360 - a) / 10}" for a in range(angles))
    return f"NAME thử\nFREQUENCY 1800\nGAIN {gain}\nHORIZONTAL 360\n{cut}\nVERTICAL 360\n{cut}".encode()


def bring(client: Client, world: World, *files: tuple[str, bytes]) -> HttpResponse:
    chosen = [SimpleUploadedFile(name, content) for name, content in files]
    answer: HttpResponse = client.post(f"/vung-phu/{world.province.code}/ang-ten", {"patterns": chosen})
    return answer


@pytest.fixture
def officer(client: Client, people: dict[str, Person]) -> Client:
    client.force_login(people["department_officer"])
    return client


@pytest.fixture
def cell(world: World) -> Cell:
    mast = Mast.objects.create(
        code="C1",
        owner=world.operator,
        province=world.province,
        commune=world.commune,
        lon=106.7,
        lat=21.95,
        built_on=DAY,
        height_m=40,
    )
    station = Station.objects.create(code="T1", mast=mast, operator=world.operator, technology="4G", on_air_on=DAY)
    return Cell.objects.create(station=station, code="1", antenna="80010504", on_air_on=DAY)


def test_a_file_gives_the_cells_that_name_it_their_pattern(officer: Client, world: World, cell: Cell) -> None:
    page = officer.get(f"/vung-phu/{world.province.code}/ang-ten").content.decode()
    assert "0 trong 1 ô đang phát có tệp mẫu ăng ten." in page
    assert "80010504" in page
    assert bring(officer, world, ("80010504.msi", msi())).status_code == 302
    page = officer.get(f"/vung-phu/{world.province.code}/ang-ten").content.decode()
    assert "1 trong 1 ô đang phát có tệp mẫu ăng ten." in page
    assert "17,15" in page
    assert patterns_of(world.province)[cell.antenna].max_gain_dbi == pytest.approx(17.15)
    assert set(patterns_of(world.other_province)) == set(PATTERNS)


def test_one_bad_file_and_none_is_stored(officer: Client, world: World) -> None:
    answer = bring(officer, world, ("tot.msi", msi()), ("hong.msi", msi(angles=200)), ("anh.png", b"x"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "hong.msi: Dòng" in page
    assert "anh.png: không nhận tệp loại" in page
    assert not AntennaPattern.objects.exists()


def test_two_files_of_one_antenna_are_refused_and_a_later_one_replaces(officer: Client, world: World) -> None:
    answer = bring(officer, world, ("A1.msi", msi()), ("A1.pln", msi()))
    assert "A1.msi và A1.pln cùng là ăng ten “A1”" in answer.content.decode()
    bring(officer, world, ("A1.msi", msi()))
    bring(officer, world, ("A1.pln", msi(gain="12 dBi")))
    row = AntennaPattern.objects.get()
    assert row.gain_dbi == 12
    assert row.history.count() == 2
    officer.post(f"/vung-phu/ang-ten/{row.pk}/bo")
    assert not AntennaPattern.objects.exists()


def test_the_list_exports_without_files(officer: Client, world: World, cell: Cell) -> None:
    text = officer.get(f"/vung-phu/{world.province.code}/ang-ten?xuat=csv").content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("80010504,1,")
