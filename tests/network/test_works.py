"""Works of other sectors are public; who meets them is told once, and learns nothing of a rival's plans."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.network.models import (
    BuildingProject,
    JointInterest,
    JointWork,
    PublicSite,
    RuleUnit,
    SharingRule,
    UndergroundWork,
    WorkUpload,
)
from hatang.network.services.works import answer_work, last_day_to_tell, save_work, tell_all_meetings
from hatang.work.models import Notice
from tests.conftest import World

ROAD = "SRID=4326;LINESTRING(106.70 21.95, 106.72 21.95)"


def browser(person: Person | None = None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def road_work(world: World, **more: Any) -> JointWork:
    facts = {"title": "Nâng cấp quốc lộ", "kind": "road", "investor": "Ban quản lý", "shape": ROAD}
    dates = {"starts_on": in_days(60), "ends_on": in_days(200)}
    return JointWork(province=world.province, **facts, **dates | more)


def ducts(world: World, owner: Organisation, code: str, lat: float = 21.9501, days: int = 100) -> UndergroundWork:
    return UndergroundWork.objects.create(
        code=code,
        owner=owner,
        province=world.province,
        kind="N1",
        planned_on=in_days(days),
        path=f"SRID=4326;LINESTRING(106.705 {lat}, 106.715 {lat})",
    )


def test_both_sides_are_told_once(world: World, people: dict[str, Person]) -> None:
    ducts(world, world.operator, "NGAM-A")
    ducts(world, world.rival, "NGAM-B", lat=21.99)
    ducts(world, world.rival, "NGAM-C", days=400)
    work = road_work(world)
    save_work(actor=people["department_officer"], work=work)
    told = list(Notice.objects.values_list("to__username", flat=True).order_by("to__username"))
    assert told == ["can_bo_so", "dn_a", "lanh_dao_so"]
    assert "chung 1.032 m" in Notice.objects.get(to=people["operator"]).body
    assert not any("NGAM" in n.body + n.subject for n in Notice.objects.filter(to=people["department_officer"]))
    assert tell_all_meetings() == 0
    ducts(world, world.rival, "NGAM-D")
    assert tell_all_meetings() == 1
    assert Notice.objects.filter(to=people["rival"]).count() == 1


def test_each_sees_the_meetings_of_its_own_plans(world: World, people: dict[str, Person]) -> None:
    ducts(world, world.operator, "NGAM-A")
    ducts(world, world.rival, "NGAM-B")
    work = road_work(world)
    save_work(actor=people["department_officer"], work=work)
    answer_work(actor=people["rival"], work=work, state="interested", note="Cần hai ống")
    pages = [work.get_absolute_url(), reverse("network:works", args=["20"])]
    seen: dict[str, str] = {}
    for who in ("visitor", "operator", "rival", "department_officer", "commune_officer", "auditor"):
        client = browser(people.get(who))
        seen[who] = "".join(client.get(page).content.decode() for page in pages)
        assert "Nâng cấp quốc lộ" in seen[who]
    assert "NGAM-A" in seen["operator"] and "NGAM-B" not in seen["operator"]
    assert "Doanh nghiệp B" not in seen["operator"] and "Cần hai ống" not in seen["operator"]
    assert "NGAM-B" in seen["rival"] and "Cần hai ống" in seen["rival"]
    assert "NGAM-A" in seen["department_officer"] and "Cần hai ống" in seen["department_officer"]
    for who in ("visitor", "commune_officer", "auditor"):
        assert "NGAM" not in seen[who] and "trùng" not in seen[who].lower()


def test_an_operator_answers_for_itself_and_an_officer_for_nobody(world: World, people: dict[str, Person]) -> None:
    work = road_work(world)
    save_work(actor=people["department_head"], work=work)
    address = reverse("network:work_answer", args=[work.pk])
    browser(people["operator"]).post(address, {"state": "interested", "note": "Hai ống"})
    browser(people["operator"]).post(address, {"state": "declined"})
    assert list(JointInterest.objects.values_list("organisation", "state")) == [(world.operator.pk, "declined")]
    with pytest.raises(PermissionDenied):
        answer_work(actor=people["department_head"], work=work, state="interested", note="")
    with pytest.raises(PermissionDenied):
        save_work(actor=people["operator"], work=work)


def test_works_are_announced_so_many_working_days_before(world: World) -> None:
    monday = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 1)}
    work = road_work(world, **monday)
    assert last_day_to_tell(work) is None
    facts = {"unit": RuleUnit.WORKING_DAYS, "valid_from": date(2025, 12, 1), "legal": "QĐ 72"}
    SharingRule.objects.create(province=world.province, key="works.notice_days", value=5, **facts)
    found = last_day_to_tell(work)
    assert found is not None and found[0] == date(2027, 2, 22)


def feature(**more: Any) -> dict[str, Any]:
    """One work as a file of another sector has it."""
    facts = {"Tên": "Cải tạo thoát nước", "Loại": "Cấp, thoát nước", "CHU_DAU_TU": "Công ty nước"}
    dates = {"Khởi công": "01/02/2027", "Hoàn thành": "2027-05-31"}
    geometry = more.pop("geometry", {"type": "LineString", "coordinates": [[106.7, 21.95], [106.71, 21.95]]})
    return {"type": "Feature", "properties": facts | dates | more, "geometry": geometry}


def file_of(*features: dict[str, Any]) -> SimpleUploadedFile:
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return SimpleUploadedFile("cong-trinh.geojson", text.encode())


def test_a_file_is_shown_then_saved_whole(world: World, people: dict[str, Person]) -> None:
    client = browser(people["department_officer"])
    area = {"type": "Polygon", "coordinates": [[[106.7, 21.9], [106.71, 21.9], [106.71, 21.91], [106.7, 21.9]]]}
    file = file_of(feature(), feature(Tên="Chỉnh trang chợ", Loại="chinh trang do thi", geometry=area))
    new = client.post(reverse("network:work_file_new", args=["20"]), {"file": file})
    shown = client.get(new["Location"]).content.decode()
    assert "Tệp sẽ thêm 2 công trình" in shown and not JointWork.objects.exists()
    upload = WorkUpload.objects.get()
    client.post(reverse("network:work_file_save", args=[upload.pk]))
    rows = JointWork.objects.order_by("title")
    found = [(w.title, w.kind, w.starts_on, w.ends_on, w.shape.geom_type) for w in rows]
    days = (date(2027, 2, 1), date(2027, 5, 31))
    assert found == [
        ("Chỉnh trang chợ", "urban", *days, "Polygon"),
        ("Cải tạo thoát nước", "water", *days, "LineString"),
    ]
    again = client.post(reverse("network:work_file_new", args=["20"]), {"file": file_of(feature())})
    assert "1 công trình đã có" in client.get(again["Location"]).content.decode()


def test_one_wrong_feature_keeps_the_whole_file_out(world: World, people: dict[str, Person]) -> None:
    client = browser(people["department_officer"])
    wrong = [
        feature(Tên="B", Loại="đường sắt"),
        feature(**{"Tên": "C", "Khởi công": "31/02/2027"}),
        feature(**{"Tên": "D", "Hoàn thành": "01/01/2026"}),
        feature(Tên="E", geometry={"type": "Point", "coordinates": [117, 8]}),
        feature(),
    ]
    new = client.post(reverse("network:work_file_new", args=["20"]), {"file": file_of(feature(), *wrong)})
    text = client.get(new["Location"]).content.decode()
    for said in (
        "Loại là một trong: giao thông",
        "31/02/2027",
        "không được trước khởi công",
        "Hình nằm xa Tỉnh Lạng Sơn",
        "có hai lần trong tệp",
    ):
        assert said in text
    assert "5 lỗi" in text
    saved = client.post(reverse("network:work_file_save", args=[WorkUpload.objects.get().pk]))
    assert saved.status_code == 302 and not JointWork.objects.exists()


def test_a_file_without_what_is_needed_says_so(world: World, people: dict[str, Person]) -> None:
    client = browser(people["department_officer"])
    bare = {"type": "Feature", "properties": {"Tên": "x"}, "geometry": feature()["geometry"]}
    answer = client.post(reverse("network:work_file_new", args=["20"]), {"file": file_of(bare)})
    assert "Tệp thiếu cột “loại”, “chủ đầu tư”" in answer.content.decode()
    broken = SimpleUploadedFile("a.geojson", b"{")
    assert client.post(reverse("network:work_file_new", args=["20"]), {"file": broken}).status_code == 422
    assert not WorkUpload.objects.exists()


def test_an_officer_draws_a_work(world: World, people: dict[str, Person]) -> None:
    client = browser(people["department_officer"])
    typed = {"title": "Chiếu sáng", "kind": "lighting", "investor": "UBND xã", "shape": "106,7; 21,95\n106,71; 21,95"}
    dates = {"starts_on": "01/03/2027", "ends_on": "01/02/2027"}
    address = reverse("network:work_new", args=["20"])
    assert "không được trước khởi công" in client.post(address, typed | dates).content.decode()
    assert client.post(address, typed | dates | {"ends_on": "01/04/2027"}).status_code == 302
    assert "đã có" in client.post(address, typed | dates | {"ends_on": "01/04/2027"}).content.decode()
    row = JointWork.objects.get()
    assert client.post(reverse("network:work_edit", args=[row.pk]), typed | dates | {"ends_on": "02/04/2027"})
    assert "21,95" in client.get(reverse("network:work_edit", args=[row.pk])).content.decode()


def test_a_project_shows_its_latest_check_of_each_stage(world: World, people: dict[str, Person]) -> None:
    facts = {"title": "Chung cư A", "kind": "building", "investor": "X", "operator_room": 1, "commune": world.commune}
    project = BuildingProject.objects.create(province=world.province, **facts)
    client = browser(people["department_officer"])
    checks = [("01/10/2026", "failed", "Không có ống cho doanh nghiệp thứ hai"), ("01/11/2026", "passed", "")]
    for on, result, remarks in checks:
        sent = {"stage": "design", "on": on, "result": result, "by": "Sở Xây dựng", "remarks": remarks}
        assert client.post(project.get_absolute_url(), sent).status_code == 302
    ahead = {"stage": "acceptance", "on": f"{in_days(2):%d/%m/%Y}", "result": "failed", "by": "Sở"}
    wrong = client.post(project.get_absolute_url(), ahead).content.decode()
    assert "chưa tới" in wrong and "vì sao không đạt" in wrong
    page = browser(people["operator"]).get(project.get_absolute_url()).content.decode()
    assert "Thiết kế: đạt; Thi công: chưa kiểm tra; Nghiệm thu: chưa kiểm tra." in page
    assert "Chỉ đủ chỗ cho 1 doanh nghiệp" in page
    listed = browser(people["operator"]).get(reverse("network:buildings", args=["20"]), {"xuat": "csv"})
    assert "đạt, 01/11/2026" in listed.content.decode()


def test_a_public_site_is_offered_until_its_last_day(world: World, people: dict[str, Person]) -> None:
    client = browser(people["department_officer"])
    typed = {"title": "Trụ sở cũ", "kind": "office", "commune": world.commune.pk, "lon": "106,7", "lat": "21,95"}
    more = {"body": "UBND xã", "power": "grid", "price": "theo Quyết định giá", "from_on": "01/01/2026"}
    address = reverse("network:site_new", args=["20"])
    far = client.post(address, typed | more | {"lon": "105,0", "lat": "19,0"})
    assert "sai tọa độ hoặc sai mã xã" in far.content.decode()
    assert client.post(address, typed | more).status_code == 302
    public = reverse("network:sites", args=["20"])
    assert "Trụ sở cũ" in browser().get(public, {"xuat": "csv"}).content.decode()
    PublicSite.objects.update(until_on=in_days(-1))
    assert "Trụ sở cũ" not in browser().get(public).content.decode()
    assert "Hiện không chào" in browser().get(PublicSite.objects.get().get_absolute_url()).content.decode()


def test_a_village_without_power_shows_its_date(world: World, people: dict[str, Person]) -> None:
    client, place = browser(people["department_officer"]), world.dark_village
    edit = reverse("places:edit", args=[place.pk])
    facts = {"population": "100", "households": "25", "lon": "106,71", "lat": "21,96"}
    both = client.post(edit, facts | {"has_grid_power": "true", "grid_power_on": "2027-12-31"})
    assert "đã có điện lưới" in both.content.decode()
    client.post(edit, facts | {"has_grid_power": "false", "grid_power_on": "2027-12-31"})
    assert "chưa có; dự kiến có ngày 31/12/2027" in browser().get(place.get_absolute_url()).content.decode()
