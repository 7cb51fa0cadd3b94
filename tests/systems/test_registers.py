"""The registers as their readers meet them: who sees which row, what a form refuses, what the history keeps."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db.models import CheckConstraint
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.systems.kinds import KINDS, TABLE, Kind
from hatang.systems.models import Agency, DataLink, EntryState, InformationSystem
from hatang.systems.services.figures import lines_about
from tests.conftest import World
from tests.systems.registers import ON, add, agency, centre, cloud, held, host, link, system

SECRET = ("cấp độ 3", "TSL-BEN-A", "ht-1.example.vn")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    return client.get(reverse(f"systems:{name}", args=args), query).content.decode()


def test_an_operator_sees_its_own_links_and_nothing_else(world: World, people: dict[str, Person]) -> None:
    body = agency(world)
    system(world, owner=body)
    mine = link(world, "TSL-BEN-A", serves_level=3)
    others = link(world, "TSL-BEN-B", operator=world.rival)
    client = signed_in(people["operator"])
    told = page(client, "entries", "20", "duong-truyen")
    assert "TSL-BEN-A" in told
    assert "TSL-BEN-B" not in told
    assert client.get(others.get_absolute_url()).status_code == 404
    shown = client.get(mine.get_absolute_url()).content.decode()
    assert "cấp độ 3" not in shown + told
    for kind in TABLE:
        wanted = 200 if kind.slug == "duong-truyen" else 404
        assert client.get(reverse("systems:entries", args=["20", kind.slug])).status_code == wanted, kind.slug
    for export in ("csv", "xlsx"):
        content = client.get(reverse("systems:entries", args=["20", "duong-truyen"]), {"xuat": export}).content
        assert b"TSL-BEN-B" not in content
    assert "Phục vụ hệ thống" not in page(client, "entries", "20", "duong-truyen", xuat="csv")


def test_the_level_that_a_link_serves_is_not_told_by_its_history(world: World, people: dict[str, Person]) -> None:
    mine = link(world, serves_level=3)
    mine.serves_level = 4
    mine.save()
    told = signed_in(people["operator"]).get(mine.get_absolute_url()).content.decode()
    assert "cấp độ" not in told
    assert "cấp độ 4" in signed_in(people["department_officer"]).get(mine.get_absolute_url()).content.decode()


def test_a_hidden_filter_does_not_tell_what_it_hides(world: World, people: dict[str, Person]) -> None:
    """Lọc theo trung tâm dữ liệu mà doanh nghiệp không được biết thì không đổi kết quả."""
    link(world, "TSL-BEN-A", centre=centre(world))
    client = signed_in(people["operator"])
    assert "TSL-BEN-A" in page(client, "entries", "20", "duong-truyen", centre="999999")


def test_an_officer_of_another_province_meets_nothing(world: World, people: dict[str, Person]) -> None:
    row = system(world)
    client = signed_in(people["stranger"])
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.get(reverse("systems:edit_entry", args=[row.SLUG, row.pk])).status_code == 404
    assert not InformationSystem.objects.visible_to(people["stranger"]).exists()


def test_the_public_page_tells_sums_alone(world: World) -> None:
    body = agency(world, name="Sở Bí mật")
    system(world, name="Hệ thống Bí mật", owner=body, shared_provincial=True, hosting="cloud", cloud=cloud(world))
    link(world, "TSL-BEN-A", agency=body)
    told = page(Client(), "public", "20")
    assert "1 hệ thống thông tin đang dùng" in told
    assert "100 % hệ thống dùng chung" in told
    for word in (*SECRET, "Bí mật", "HT-1", "Nhà A"):
        assert word not in told, word


def test_what_is_in_use_on_a_day(world: World) -> None:
    row = system(world, since_on=date(2025, 1, 1), until_on=date(2026, 1, 1))
    planned = system(world, "HT-2", since_on=None)
    days = {date(2024, 12, 31): 0, date(2025, 1, 1): 1, date(2025, 12, 31): 1, date(2026, 1, 1): 0}
    for on, count in days.items():
        assert InformationSystem.objects.in_force(on).count() == count
        for state in EntryState:
            by_query = set(InformationSystem.objects.in_state(state, on))
            assert by_query == {one for one in (row, planned) if one.state_on(on) == state}


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.slug)
def test_every_check_of_the_table_has_its_words_in_the_form(kind: Kind, world: World) -> None:
    """Một tệp không được qua bước kiểm tra rồi mới vấp ràng buộc của bảng lúc lưu."""
    wrong: dict[str, dict[str, Any]] = {
        "host_one_home": {},
        "informationsystem_centre": {"hosting": "", "centre": "TT-1"},
        "informationsystem_cloud": {"hosting": "", "cloud": "DM-1"},
        "loudspeakerstation_clusters": {"clusters": "3", "clusters_working": "4"},
        f"{kind.model._meta.model_name}_dates": {"since_on": "02/01/2025", "until_on": "01/01/2025"},
    }
    rows = {"TT-1": centre(world), "DM-1": cloud(world)}
    checks = [c for c in kind.model._meta.constraints if isinstance(c, CheckConstraint)]
    assert checks
    for check in checks:
        form = kind.form(wrong[check.name], province=world.province, today=ON, find=lambda model, text: rows[text])
        told = {name for name, errors in form.errors.items() if "Bắt buộc" not in str(errors)}
        fields = {"host_one_home": "centre", "informationsystem_centre": "centre", "informationsystem_cloud": "cloud"}
        more = {"loudspeakerstation_clusters": "clusters_working"}
        assert (fields | more).get(check.name, "until_on") in told, check.name


def test_a_person_adds_corrects_and_ends_a_row(world: World, people: dict[str, Person]) -> None:
    client = signed_in(people["department_officer"])
    body = agency(world)
    new = {"code": "HT-9", "name": "Một cửa", "kind": "system", "platform": "none", "owner": body.pk}
    new |= {"host_name": "https://MotCua.example.vn/", "since_on": "01/02/2025", "backup": "unknown"}
    new |= dict.fromkeys(("government_platform", "uses_ai", "uses_blockchain", "uses_iot"), "unknown")
    answer = client.post(reverse("systems:add_entry", args=["20", "he-thong-thong-tin"]), new)
    assert answer.status_code == 302
    row = held(InformationSystem, "HT-9")
    assert (row.host_name, row.since_on) == ("motcua.example.vn", date(2025, 2, 1))
    again = client.post(reverse("systems:add_entry", args=["20", "he-thong-thong-tin"]), new)
    assert again.status_code == 422
    assert "đã có trong sổ của tỉnh" in again.content.decode()
    edit = reverse("systems:edit_entry", args=[row.SLUG, row.pk])
    stale = client.post(edit, new | {"seen": "0", "name": "Khác"})
    assert stale.status_code == 422
    seen = str(row.history.latest().history_id)
    assert client.post(edit, new | {"seen": seen, "name": "Một cửa điện tử"}).status_code == 302
    close = reverse("systems:close_entry", args=[row.SLUG, row.pk])
    assert client.post(close, {"until_on": "01/01/2025", "reason": "thay"}).status_code == 422
    assert client.post(close, {"until_on": "01/03/2026", "reason": "thay hệ thống"}).status_code == 302
    told = client.get(row.get_absolute_url()).content.decode()
    assert "Một cửa → Một cửa điện tử" in told
    assert "thay hệ thống" in told


@pytest.mark.parametrize("text", ["dichvucong", "a b.vn", "http://x.vn/duong-dan", "192.168.1.1", "-x.vn", "x.vn:8443"])
def test_a_host_name_is_a_host_name(text: str, world: World) -> None:
    """Chỉ tên miền: không đường dẫn, cổng hay địa chỉ số, để máy dò không bao giờ đi tới nơi khác."""
    form = KINDS["he-thong-thong-tin"].form({"host_name": text}, province=world.province, today=ON)
    assert "host_name" in form.errors


def test_a_page_counts_what_stands_on_a_row(world: World) -> None:
    here = centre(world)
    host(world, "VM-1", centre=here)
    host(world, "VM-2", centre=here, until_on=date(2025, 1, 1))
    system(world, hosting="centre", centre=here)
    found = {(kind.slug, link): count for kind, link, count in lines_about(here, ON)}
    assert found == {("may-chu", "centre"): 1, ("he-thong-thong-tin", "centre"): 1}


@pytest.mark.parametrize("export", ["csv", "xlsx"])
def test_an_export_holds_every_column_of_the_template(export: str, world: World, people: dict[str, Person]) -> None:
    system(world, name="=1+1", simulated=True)
    client = signed_in(people["department_officer"])
    content = client.get(reverse("systems:entries", args=["20", "he-thong-thong-tin"]), {"xuat": export}).content
    if export == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[0] == "DỮ LIỆU MÔ PHỎNG"
        assert "'=1+1" in lines[2]
        return
    rows = list(load_workbook(io.BytesIO(content)).active.values)
    assert rows[1][:2] == ("Mã", "Tên")
    assert len([cell for cell in rows[1] if cell]) == len(KINDS["he-thong-thong-tin"].fields)


def test_a_name_follows_what_a_link_joins(world: World) -> None:
    body = agency(world, name="Sở Y tế")
    assert link(world, agency=body).name == "Sở Y tế · Doanh nghiệp A"
    assert DataLink.objects.get().search_key == "tsl 1 so y te doanh nghiep a"


def test_lists_search_filter_and_sort(world: World, people: dict[str, Person]) -> None:
    agency(world, "CQ-1", name="Sở Y tế")
    agency(world, "CQ-2", name="Tỉnh ủy", sort="party")
    add(Agency, world, "CQ-3", name="Sở cũ", sort="state", commune=world.commune, until_on=date(2025, 1, 1))
    client = signed_in(people["analyst"])
    assert "Tỉnh ủy" not in page(client, "entries", "20", "co-quan", q="so y te")
    assert "Sở Y tế" not in page(client, "entries", "20", "co-quan", loai="party")
    assert "Sở cũ" not in page(client, "entries", "20", "co-quan")
    assert "Sở cũ" in page(client, "entries", "20", "co-quan", tt="da-ngung")
    told = page(client, "entries", "20", "co-quan", xep="-name")
    assert told.index("Tỉnh ủy") < told.index("Sở Y tế")
    assert timezone.localdate() > date(2025, 1, 1)


@pytest.mark.parametrize("made", [system, link, centre, host], ids=["system", "link", "centre", "host"])
def test_one_simulated_row_marks_the_public_page(made: Any, world: World) -> None:
    agency(world)
    made(world, simulated=True)
    assert "DỮ LIỆU MÔ PHỎNG" in page(Client(), "public", "20")
