"""Pages of fibre plans: the form takes what is sensible, the page and its files tell the same."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyogrio
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.planning.models import FibrePlan
from tests.conftest import World
from tests.planning.fibre_needs import fibre_plan

People = dict[str, Person]


def plan_of(world: World, people: People, **more: Any) -> FibrePlan:
    """Make a finished plan with one village left out."""
    plan = FibrePlan.objects.get(**fibre_plan(world, people))
    plan.joined.create(place=world.dark_village, name="Thôn Khơ Đa", lon=106.71, lat=21.96, why_not="Xa quá")
    plan.simulated, plan.answer = True, plan.answer | {"left": 1}
    plan.save()
    return plan


def test_the_form_says_what_is_wrong_and_where(client: Client, world: World, people: People) -> None:
    client.force_login(people["department_officer"])
    address = reverse("planning:fibre_plan_new", args=["20"])
    shown = client.get(address)
    assert shown.context["form"].initial["ends"] == ["villages"]
    facts = {"title": "Cáp", "last_year": "2019", "most_seconds": "9999", "area": world.other_commune.pk}
    refused = client.post(address, facts)
    assert refused.status_code == 422
    said = refused.content.decode()
    for words in ("Chọn ít nhất một loại nơi cần nối", "Năm 2019 đã qua", "Từ 1 đến 300 giây", "Chọn một dòng"):
        assert words in said
    made = client.post(address, facts | {"ends": ["villages"], "last_year": "2030", "most_seconds": "1", "area": ""})
    plan = FibrePlan.objects.get(title="Cáp")
    assert made.headers["Location"] == plan.get_absolute_url()
    assert "Sổ hạ tầng chưa có tuyến cáp" in client.get(plan.get_absolute_url()).content.decode()


def test_the_page_tells_the_finding_first_then_ways_communes_and_what_is_left_out(
    client: Client, world: World, people: People
) -> None:
    client.force_login(people["analyst"])
    plan = plan_of(world, people)
    shown = client.get(plan.get_absolute_url()).content.decode()
    assert "Nối 1 thôn với 1 km cáp mới, vốn ước tính 45 triệu đồng; 1 nơi chưa nối được." in shown
    assert "DỮ LIỆU MÔ PHỎNG" in shown
    assert "Xa quá" in shown
    assert "Theo sổ ngày 27/11/2026" in shown
    assert "Xoá phương án này" not in shown


def test_files_hold_what_the_page_tells_and_no_owner(
    client: Client, world: World, people: People, tmp_path: Path
) -> None:
    client.force_login(people["auditor"])
    plan = plan_of(world, people)

    def file(form: str) -> bytes:
        return bytes(client.get(reverse("planning:fibre_file", args=[plan.pk, form])).content)

    book = load_workbook(io.BytesIO(file("xlsx")))
    assert book.sheetnames == ["Tóm tắt", "Theo cách đi", "Theo xã, phường", "Đoạn cáp", "Nơi cần nối"]
    assert book["Tóm tắt"]["A1"].value == "DỮ LIỆU MÔ PHỎNG"
    assert [cell.value for cell in book["Nơi cần nối"][2]][:2] == ["Thôn Khơ Đa", "Xã Đồng Đăng"]
    features = json.loads(file("geojson"))
    assert "DỮ LIỆU MÔ PHỎNG" in features["note"]
    assert [row["properties"].get("vi_sao_khong") for row in features["features"]] == [None, "Xa quá", ""]
    path = tmp_path / "plan.gpkg"
    path.write_bytes(file("gpkg"))
    assert {name for name, _ in pyogrio.list_layers(path)} == {"doan_cap", "dau_noi"}
    assert pyogrio.read_info(path, layer="doan_cap")["features"] == 1
    assert world.operator.name not in json.dumps(features, ensure_ascii=False)
    assert client.get(reverse("planning:fibre_file", args=[plan.pk, "kml"])).status_code == 404
