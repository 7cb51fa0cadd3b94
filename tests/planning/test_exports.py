"""A scenario's files: every sheet adds up, GDAL reads the GeoPackage, the annex reads like one."""

from __future__ import annotations

import io
from pathlib import Path

import pyogrio
import pytest
from django.test import Client
from docx import Document
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.pages.lists import SIMULATED_LINE
from hatang.planning.services.exports.content import content_of
from tests.conftest import World
from tests.planning.solved import MILLION, solved_scenario

pytestmark = pytest.mark.django_db


def export(client: Client, person: Person, pk: int, form: str) -> bytes:
    """Take a file as a person does."""
    client.force_login(person)
    answer = client.get(f"/phuong-an/so/{pk}/tep.{form}")
    assert answer.status_code == 200
    return answer.content


def test_workbook_tells_all_and_marks_every_sheet(client: Client, world: World, people: dict[str, Person]) -> None:
    book = load_workbook(io.BytesIO(export(client, people["analyst"], solved_scenario(world).pk, "xlsx")))
    assert book.sheetnames == [
        *("Tóm tắt", "Công trình", "Nơi được phục vụ", "Theo năm và nguồn", "Theo loại, đơn vị, xã", "Giả định giá"),
    ]
    assert all(sheet["A1"].value == SIMULATED_LINE for sheet in book)
    told = {row[0]: row[1] for row in book["Tóm tắt"].iter_rows(values_only=True, max_col=2)}
    assert told["Vốn, đồng"] == 3300 * MILLION
    assert told["Người thêm"] == 700
    works = list(book["Công trình"].iter_rows(values_only=True, min_row=3))
    capital = book["Công trình"][2].index(next(c for c in book["Công trình"][2] if c.value == "Vốn, đồng"))
    assert sum(row[capital] for row in works) == 3300 * MILLION
    assert len(list(book["Nơi được phục vụ"].iter_rows(min_row=3))) == 7


def test_gdal_reads_the_geopackage(client: Client, world: World, people: dict[str, Person], tmp_path: Path) -> None:
    path = tmp_path / "phuong-an.gpkg"
    path.write_bytes(export(client, people["department_officer"], solved_scenario(world).pk, "gpkg"))
    layers = {name: pyogrio.read_info(path, layer=name) for name in pyogrio.list_layers(path)[:, 0]}
    assert {name: (info["geometry_type"], info["features"]) for name, info in layers.items()} == {
        "cong_trinh": ("Point", 4),
        "noi": ("Point", 7),
        "phuc_vu": ("LineString", 5),
    }
    assert all(info["crs"] == "EPSG:4326" for info in layers.values())
    meta, _, _, columns = pyogrio.raw.read(path, layer="cong_trinh")
    facts = dict(zip(meta["fields"], columns, strict=True))
    assert sum(facts["von_dong"]) == 3300 * MILLION
    assert set(facts["luu_y"]) == {SIMULATED_LINE}


def test_an_empty_answer_still_makes_every_layer(
    client: Client, world: World, people: dict[str, Person], tmp_path: Path
) -> None:
    scenario = solved_scenario(world)
    scenario.candidates.all().delete()
    path = tmp_path / "phuong-an.gpkg"
    path.write_bytes(export(client, people["auditor"], scenario.pk, "gpkg"))
    assert list(pyogrio.list_layers(path)[:, 0]) == ["cong_trinh", "noi", "phuc_vu"]
    assert export(client, people["auditor"], scenario.pk, "docx")


def test_annex_has_the_parts_that_the_decree_asks(client: Client, world: World, people: dict[str, Person]) -> None:
    document = Document(io.BytesIO(export(client, people["department_head"], solved_scenario(world).pk, "docx")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:3] == ["Phụ lục", "CÔNG TRÌNH, KINH PHÍ VÀ NƠI ĐƯỢC PHỤC VỤ", "BĂNG RỘNG 95 %"]
    assert texts[3].startswith("(Kèm theo văn bản số")
    assert SIMULATED_LINE in document.sections[0].footer.paragraphs[0].text
    money, works, communes, gaps, prices = document.tables
    assert [cell.text for cell in money.rows[1].cells] == ["Vốn", "1.000.000.000", "2.300.000.000", "3.300.000.000"]
    years = [row.cells[0].text for row in works.rows if row.cells[0].text.startswith("Năm")]
    assert years == ["Năm 2027: 2 công trình", "Năm 2028: 2 công trình"]
    assert [row.cells[1].text for row in gaps.rows[1:]] == ["Thôn Bản 3", "Thôn Bản 4"]
    assert all(row._tr.trPr is not None for table in document.tables for row in table.rows)
    assert len(communes.rows) == 3
    assert "giả định của hệ thống" in prices.rows[1].cells[-1].text


def test_prices_of_a_shared_structure_count_once(world: World) -> None:
    scenario = solved_scenario(world)
    for candidate in scenario.candidates.filter(structure="mast-1"):
        structure = {"item": "mast_45m", "label": "Cột", "count": 1, "unit_vnd": 100 * MILLION}
        candidate.cost_lines += [structure | {"amount_vnd": 100 * MILLION, "yearly": False, "structure": True}]
        candidate.save()
    masts = [item for item in content_of(scenario).items if item.code == "mast_45m"]
    assert [(item.count, item.amount_vnd) for item in masts] == [(1, 100 * MILLION)]


def test_only_known_forms(client: Client, world: World, people: dict[str, Person]) -> None:
    client.force_login(people["analyst"])
    assert client.get(f"/phuong-an/so/{solved_scenario(world).pk}/tep.exe").status_code == 404
