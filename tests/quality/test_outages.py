"""Operators tell outages, beacons see them, officers decide; rivals see nothing of each other."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.tokens import make_token
from hatang.quality.models import Beacon, Outage
from hatang.quality.services.availability import availability
from hatang.quality.services.beacons import hear, look_for_silence
from hatang.quality.services.outages import Told, decide_outage, keep_outages
from tests.conftest import World
from tests.quality.outage_needs import a_beacon, outage_of

HEADINGS = "Mã sự cố,Dịch vụ,Nguyên nhân,Bắt đầu,Khôi phục,Mã xã,Số người bị ảnh hưởng"


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(world: World, reference: str = "SC-1", **more: Any) -> Told:
    begun = timezone.now() - timedelta(hours=3)
    facts = {
        "service": "mobile",
        "cause": "cable",
        "began_at": begun,
        "ended_at": None,
        "touched": {world.commune: 100},
    }
    return Told(reference=reference, operator=world.operator, **{**facts, **more})


def upload(client: Client, world: World, text: str) -> str:
    file = SimpleUploadedFile("su-co.csv", text.encode())
    answer = client.post(reverse("quality:outage_file_new", args=[world.province.code]), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_the_same_told_twice_is_one_outage_and_a_later_end_closes_it(world: World, people: dict[str, Person]) -> None:
    said = {"actor": people["operator"], "province": world.province}
    first = told(world)
    assert str(keep_outages(told=[first], **said)) == "thêm 1, sửa 0, giữ nguyên 0"  # type: ignore[arg-type]
    assert str(keep_outages(told=[first], **said)) == "thêm 0, sửa 0, giữ nguyên 1"  # type: ignore[arg-type]
    ended = told(world, began_at=first.began_at, ended_at=first.began_at + timedelta(hours=1))
    assert str(keep_outages(told=[ended], **said)) == "thêm 0, sửa 1, giữ nguyên 0"  # type: ignore[arg-type]
    row = Outage.objects.get()
    assert (row.lasted_minutes, row.people, row.history.count()) == (60, 100, 2)


def test_an_operator_tells_only_its_own(world: World, people: dict[str, Person]) -> None:
    with pytest.raises(PermissionDenied):
        keep_outages(actor=people["rival"], province=world.province, told=[told(world)])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"began_at": timezone.now() + timedelta(days=1)}, "chưa tới"),
        ({"began_at": timezone.make_aware(datetime(2009, 1, 1))}, "quá xa"),
        ({"ended_at": timezone.now() - timedelta(days=9)}, "không sau bắt đầu"),
        ({"touched": {}}, "ít nhất một xã"),
        ({"service": "fax"}, "dịch vụ là một trong"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    more: dict[str, Any], words: str, world: World, people: dict[str, Person]
) -> None:
    with pytest.raises(ValidationError, match=words):
        keep_outages(actor=people["operator"], province=world.province, told=[told(world, "SC-0"), told(world, **more)])
    assert not Outage.objects.exists()


def test_a_commune_of_another_province_is_refused(world: World, people: dict[str, Person]) -> None:
    with pytest.raises(ValidationError, match="không phải xã, phường của"):
        keep_outages(
            actor=people["operator"], province=world.province, told=[told(world, touched={world.other_commune: None})]
        )


def test_lists_keep_rivals_and_other_communes_apart(world: World, people: dict[str, Person]) -> None:
    outage_of(world, world.operator, "CUA-A")
    outage_of(world, world.rival, "CUA-B")
    elsewhere = outage_of(world, world.operator, "NOI-KHAC")
    elsewhere.touched.update(commune=world.neighbour)
    page = reverse("quality:outages", args=[world.province.code])

    def seen(who: str) -> set[str]:
        text = browser(people[who]).get(page).content.decode()
        return {mark for mark in ("CUA-A", "CUA-B", "NOI-KHAC") if mark in text}

    assert seen("operator") == {"CUA-A", "NOI-KHAC"}
    assert seen("rival") == {"CUA-B"}
    assert seen("commune_officer") == {"CUA-A", "CUA-B"}
    assert seen("department_officer") == {"CUA-A", "CUA-B", "NOI-KHAC"}


def test_a_file_is_shown_then_saved_whole(world: World, people: dict[str, Person]) -> None:
    client = browser(people["operator"])
    rows = "SC-7,di động,mất điện,15/03/2026 09:30,15/03/2026 14:10,06181,1.200\n"
    rows += "SC-7,di động,mất điện,15/03/2026 09:30,15/03/2026 14:10,05977,\n"
    page = upload(client, world, f"{HEADINGS}\n{rows}")
    assert "Tệp sẽ thêm 1" in client.get(page).content.decode()
    assert not Outage.objects.exists()
    client.post(f"{page}luu")
    row = Outage.objects.get()
    assert (row.reference, row.lasted_minutes) == ("SC-7", 280)
    assert {place.commune.code: place.people for place in row.touched.all()} == {"06181": 1200, "05977": None}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("SC-7,di động,mất điện,hôm qua,,06181,", "không phải thời điểm"),
        ("SC-7,fax,mất điện,15/03/2026 09:30,,06181,", "không có trong danh sách"),
        ("SC-7,di động,mất điện,15/03/2026 09:30,,99999,", "không phải mã xã"),
        ("SC-7,di động,mất điện,15/03/2026 09:30,,06181,N/A", "không phải số người"),
        ("SC-7,di động,mất điện,,,06181,", "còn trống"),
        ("SC-6,băng rộng cố định,mất điện,15/03/2026 09:30,,05977,", "khác với dòng 2"),
        ("SC-6,di động,mất điện,15/03/2026 09:30,,06181,", "đã có ở một dòng trước"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_saved(
    row: str, words: str, world: World, people: dict[str, Person]
) -> None:
    client = browser(people["operator"])
    good = "SC-6,di động,mất điện,15/03/2026 09:30,,06181,"
    page = upload(client, world, f"{HEADINGS}\n{good}\n{row}\n")
    text = client.get(page).content.decode()
    assert "Dòng 3" in text
    assert words in text
    client.post(f"{page}luu")
    assert not Outage.objects.exists()


def test_a_file_of_something_else_says_which_columns_lack(world: World, people: dict[str, Person]) -> None:
    client = browser(people["operator"])
    assert "Tệp thiếu cột" in client.get(upload(client, world, "Mã sự cố,Dịch vụ\nSC-1,di động\n")).content.decode()


def test_machines_tell_outages_all_or_none(world: World, people: dict[str, Person]) -> None:
    world.operator.key = "dn-a"
    world.operator.save()
    token = make_token(actor=people["operator"], name="máy", days=30)[1]
    begun = (timezone.now() - timedelta(hours=1)).isoformat()
    one = {"reference": "M-1", "service": "fixed", "began_at": begun, "communes": [{"code": "06181", "people": 10}]}

    def send(*outages: dict[str, Any]) -> tuple[int, Any]:
        answer = Client().post(
            reverse("api:put_outages", args=[world.province.code]),
            json.dumps({"outages": outages}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.status_code, answer.json()

    assert send(one, one | {"reference": "M-2", "communes": [{"code": "1"}]})[0] == 422
    assert not Outage.objects.exists()
    assert send(one) == (200, {"added": 1, "changed": 0, "unchanged": 0})
    assert send(one) == (200, {"added": 0, "changed": 0, "unchanged": 1})
    assert send(one | {"operator": "dn-b"})[0] == 422


def test_availability_counts_the_part_of_the_people(world: World, people: dict[str, Person]) -> None:
    world.commune.population = 1000
    world.commune.save()
    day = timezone.make_aware(datetime(2026, 3, 10))
    row = outage_of(world, world.operator, began_at=day, ended_at=day + timedelta(hours=31))
    row.touched.update(people=500)
    found = availability(people["department_officer"], world.province, service="mobile", year=2026, month=3)
    cells = {commune.code: cells for commune, cells in found.lines}
    assert [o.pk for o in found.operators] == [world.operator.pk]
    assert cells["06181"][0].lost_min == pytest.approx(31 * 60 / 2)
    assert cells["06181"][0].percent == pytest.approx(100 * (1 - 15.5 / (31 * 24)))
    assert cells["05977"][0].percent == 100


def test_who_never_told_an_outage_has_no_availability(world: World, people: dict[str, Person]) -> None:
    page = reverse("quality:availability", args=[world.province.code])
    text = browser(people["department_officer"]).get(page).content.decode()
    assert "chưa có số nào" in text
    assert "100" not in text.split("<h1>")[1].split("<form")[0]


def test_a_rival_learns_nothing_from_availability(world: World, people: dict[str, Person]) -> None:
    outage_of(world, world.operator)
    now = timezone.localdate()
    found = availability(people["rival"], world.province, service="mobile", year=now.year, month=now.month)
    assert (found.operators, found.count) == ([], 0)


def heard(beacon: Beacon, minutes_ago: int) -> None:
    Beacon.objects.filter(pk=beacon.pk).update(heard_at=timezone.now() - timedelta(minutes=minutes_ago))


def test_a_silent_beacon_waits_for_an_officers_word(world: World, people: dict[str, Person]) -> None:
    beacon, _ = a_beacon(world)
    other, _ = a_beacon(world, name="UBND phường", commune=world.neighbour)
    heard(beacon, 60)
    heard(other, 1)
    assert (look_for_silence(), look_for_silence()) == (1, 0)
    row = Outage.objects.get()
    assert (row.standing, row.ended_at) == ("to_confirm", None)
    assert not Outage.objects.counting().exists()
    beacon.refresh_from_db()
    assert hear(beacon, at=timezone.now()) == row
    row.refresh_from_db()
    assert 59 <= row.lasted_minutes <= 61
    decide_outage(actor=people["department_officer"], outage=row, standing="confirmed", reason="Hỏi xã: mất cáp.")
    assert Outage.objects.counting().get() == row


def test_silence_of_all_is_this_servers_own(world: World) -> None:
    for name in ("một", "hai"):
        heard(a_beacon(world, name=name)[0], 60)
    assert look_for_silence() == 0


def test_a_beat_needs_the_beacons_own_key(world: World) -> None:
    beacon, key = a_beacon(world)
    beat = reverse("api:beat")
    assert Client().post(beat, headers={"Authorization": "Bearer sai"}).status_code == 401
    assert Client().post(beat, headers={"Authorization": f"Bearer {key}"}).json()["silence_ended"] is False
    beacon.refresh_from_db()
    assert beacon.heard_at is not None
    beacon.is_active = False
    beacon.save()
    assert Client().post(beat, headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_a_key_is_shown_once_and_never_kept(world: World, people: dict[str, Person]) -> None:
    client = browser(people["department_officer"])
    page = reverse("quality:beacons", args=[world.province.code])
    said = {"name": "Trạm y tế", "commune": world.commune.pk, "operator": world.operator.pk, "service": "mobile"}
    text = client.post(page, said | {"every_minutes": 5, "missed_beats": 3}).content.decode()
    key = text.split("Bearer ")[1].split('"')[0].split("&quot;")[0]
    assert Client().post(reverse("api:beat"), headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert key not in client.get(page).content.decode()
    assert key not in str(Beacon.objects.values())
