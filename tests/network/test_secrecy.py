"""What a rival, a commune officer or somebody with bad intentions tries, and what they must not learn or break."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.network.models import DuplicateCase, Mast, Pole, PoleLine, ProblemReport, Station, Tenancy
from hatang.network.services import find_duplicates, merge_duplicates, undo_decision
from hatang.network.services.sharing_overview import sharing_for_operator
from tests.conftest import World
from tests.network.files import lines, words
from tests.network.sharing import ask, do, offered_mast
from tests.network.test_register_upload import STATION, Rows, brought
from tests.network.test_reports import picture, post

OLD = {"built_on": date(2020, 1, 1)}


def at(world: World, owner: Organisation, **more: Any) -> dict[str, Any]:
    """Give what a thing at a point needs."""
    place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    return place | {"owner": owner} | OLD | more


def exported(client: Client, person: Person, slug: str, **query: Any) -> str:
    """Give a direct export as text."""
    client.force_login(person)
    answer = client.get(f"/ha-tang/20/xuat/{slug}/csv", query)
    assert answer.status_code == 200
    return b"".join(answer).decode()  # type: ignore[arg-type]


# Exports


def test_a_missing_column_does_not_tell_that_a_rivals_pole_has_a_hidden_line(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    """Cột đối thủ đang chào: có thuộc tuyến giấu hay không thì tệp xuất vẫn từng ấy cột."""
    pole = Pole.objects.create(code="B-TRU", kind="C1", offered=True, **at(world, world.rival))
    before = exported(client, people["operator"], "cot-treo-cap")
    where = {"province": world.province, "owner": world.rival, "path": "LINESTRING(106.7 21.9,106.71 21.92)"}
    pole.pole_line = PoleLine.objects.create(code="B-TUYEN", kind="C1", **where, **OLD)
    pole.save()
    assert exported(client, people["operator"], "cot-treo-cap") == before


def test_a_commune_cannot_find_an_address_that_it_may_not_read(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    Mast.objects.create(code="LS-01", address="12 Trần Phú", **at(world, world.operator))
    commune = people["commune_officer"]
    assert "LS-01" in exported(client, commune, "cot", q="LS-01")
    assert "LS-01" not in exported(client, commune, "cot", q="tran phu")
    assert "LS-01" in exported(client, people["operator"], "cot", q="tran phu")


def test_an_instant_before_all_time_is_refused_in_words(client: Client, people: dict[str, Person]) -> None:
    client.force_login(people["department_officer"])
    answer = client.get("/ha-tang/20/xuat/cot/csv", {"biet-luc": "01/01/0001 00:00"})
    assert answer.status_code == 422


# Uploads


def test_a_link_that_is_cleared_does_not_tell_a_rivals_code(world: World, people: dict[str, Person]) -> None:
    """Sở ghi cột của A thuộc tuyến giấu của B: A xóa ô ấy trong tệp thì không đọc được mã tuyến."""
    where = {"province": world.province, "owner": world.rival, "path": "LINESTRING(106.7 21.9,106.71 21.92)"}
    hidden = PoleLine.objects.create(code="B-TUYEN", kind="C1", **where, **OLD)
    Pole.objects.create(code="A-TRU", kind="C1", pole_line=hidden, **at(world, world.operator))
    told = [
        [(line.before, line.after) for line in lines(brought(people[who], world, {"cot-treo-cap": [row]}), "changed")]
        for who, row in (
            ("operator", {"code": "A-TRU", "pole_line": None}),
            ("department_officer", {"code": "A-TRU", "owner": "A", "pole_line": None}),
        )
    ]
    assert told == [[("(của tổ chức khác)", "–")], [("B-TUYEN", "–")]]


def test_a_file_that_names_a_rivals_hidden_things_reads_as_if_they_were_absent(
    world: World, people: dict[str, Person]
) -> None:
    """Mọi cột mã, mọi loại: tệp ghi mã có thật mà giấu, hay mã không có, đều nhận đúng một câu trả lời."""
    where = {"province": world.province, "owner": world.rival, "path": "LINESTRING(106.7 21.9,106.71 21.92)"}
    line = PoleLine.objects.create(code="B-CO", kind="C1", **where, **OLD)
    mast = Mast.objects.create(code="B-CO", offered=True, **at(world, world.rival))
    Pole.objects.create(code="B-CO", kind="C1", pole_line=line, **at(world, world.rival))
    Station.objects.create(mast=mast, code="B-CO", operator=world.rival, technology="4G", on_air_on=OLD["built_on"])

    def told(code: str) -> tuple[str, Any]:
        place = {"commune": "06181", "lon": 106.7, "lat": 21.95, "kind": "C1", "built_on": "01/03/2020"}
        hung = {"mast": code, "tenant": "A", "since_on": "01/01/2024"}
        rows: Rows = {
            "cot-treo-cap": [place | {"code": "A-1", "pole_line": code}, place | {"code": code, "owner": "B"}],
            "tram": [STATION | {"mast": code}, STATION | {"code": code, "operator": "B"}],
            "o": [{"station": code, "code": "O", "on_air_on": "15/06/2023"}],
            "dung-chung": [hung, hung | {"mast": None, "pole_line": code}, hung | {"mast": None, "station": code}],
        }
        upload = brought(people["operator"], world, rows)
        return words(upload).replace(code, "MA"), [upload.summary[name] for name in ("counts", "wrong", "doubts")]

    assert told("B-CO") == told("B-KO")


# Totals


def test_no_total_tells_of_two_users_of_what_three_own(world: World) -> None:
    """Ba chủ cột nhưng chỉ hai bên phát sóng: trừ đi phần mình là biết bên kia."""
    for number, owner in enumerate((world.operator, world.rival, world.department)):
        mast = Mast.objects.create(code=f"C{number}", **at(world, owner))
        user = world.operator if owner == world.operator else world.rival
        Station.objects.create(mast=mast, code=f"T{number}", operator=user, technology="4G", on_air_on=OLD["built_on"])
    today = timezone.localdate()
    ended = date(today.year, 1, 1) - timedelta(days=1)
    shown = sharing_for_operator(world.province, today, [world.operator.pk], ended)
    assert {row.reading.key: row.all for row in shown.totals}["cot-vi-tri"] is None


# Histories that an owner reads


def test_an_owner_reads_no_rivals_code_in_the_reasons_of_a_history(world: World, people: dict[str, Person]) -> None:
    """Gộp rồi hoàn tác: lịch sử của cột không mang mã cột của chủ kia."""
    for code, owner in (("A-COT", world.operator), ("B-COT", world.rival)):
        Mast.objects.create(code=code, **at(world, owner))
    officer = people["department_officer"]
    find_duplicates(actor=officer, province=world.province)
    case = merge_duplicates(actor=officer, case=DuplicateCase.objects.get())
    undo_decision(actor=officer, case=case)
    for mast in Mast.objects.all():
        reasons = Mast.history.filter(id=mast.pk).values_list("history_change_reason", flat=True)
        other = "B-COT" if mast.code == "A-COT" else "A-COT"
        assert [reason for reason in reasons if reason and other in reason] == []


# Contracts


def test_who_no_longer_owns_a_mast_signs_nothing_for_it(world: World, people: dict[str, Person]) -> None:
    """Cột sang chủ khác sau khi được đề nghị: chủ cũ không ghi được ai vào cột ấy."""
    mast, now = offered_mast(world.operator, world.commune), timezone.now()
    row = ask(people["rival"], mast, now=now, start_on=timezone.localdate())
    for act in ("hop-le", "dong-y"):
        row = do(people["operator"], row, act, now=now)
    mast.owner = world.department
    mast.save()
    terms = Tenancy(since_on=timezone.localdate(), amount=1, price_vnd=1, contract="Số 1")
    with pytest.raises(ValidationError, match="nay không còn"):
        do(people["operator"], row, "ky-ngay", now=now, tenancy=terms)
    assert not Tenancy.objects.exists()


# Reports of problems


def test_a_commune_cannot_measure_where_a_mast_stands(client: Client, world: World, people: dict[str, Person]) -> None:
    """Xã biết cột tới khoảng 1 km: báo sự cố tại ba điểm tự chọn không cho ba khoảng cách."""
    facts = {"kind": "mast", "words": "Cột nghiêng", "commune": world.commune, "province": world.province}
    row = ProblemReport.objects.create(
        **facts, secret_sha256="x", received_at=timezone.now(), nearest="cột ăng ten A-77, cách 21 m"
    )
    pages = {}
    for who in ("commune_officer", "department_officer"):
        client.force_login(people[who])
        pages[who] = client.get(row.get_absolute_url()).content.decode()
    assert "A-77" in pages["commune_officer"] and "21 m" not in pages["commune_officer"]
    assert "A-77, cách 21 m" in pages["department_officer"]


def test_anyones_photos_leave_room_for_the_provinces_files(world: World, settings: Any) -> None:
    """Ai cũng gửi ảnh được, nhưng không lấp hết chỗ lưu tệp của tỉnh; báo cáo không ảnh vẫn tới."""
    cache.clear()
    settings.QUOTA_BYTES = 1200
    answers = [post(world, words=f"Cột đổ {n}", photo=picture()) for n in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "bỏ ảnh rồi gửi lại" in answers[1].content.decode()
    assert post(world, words="Cột đổ, không ảnh").status_code == 302


# Requests that break, pages that stay


@pytest.mark.parametrize(
    ("across", "told"), [([21.95] * 2_001, "2.001 đỉnh; tối đa 2.000"), ([21.85, 22.05] * 40, "km; tối đa 300 km")]
)
def test_a_route_that_takes_the_server_minutes_is_refused(
    client: Client, world: World, people: dict[str, Person], across: list[float], told: str
) -> None:
    """Đường gấp khúc 100.000 đỉnh từng giữ một tiến trình web 23 giây."""
    client.force_login(people["operator"])
    path = "\n".join(f"{106.6 + n / 10_000:.4f}; {lat}" for n, lat in enumerate(across))
    facts = {"network": world.operator.pk, "kind": "pole_line", "code": "X", "path": path}
    answer = client.post("/ha-tang/20/de-xuat/moi?loai=tuyen", facts)
    assert answer.status_code == 422 and told in answer.content.decode()


@pytest.mark.parametrize("person", ["nobody", "operator"])
def test_too_many_fields_are_answered_and_do_not_fail(client: Client, people: dict[str, Person], person: str) -> None:
    if person in people:
        client.force_login(people[person])
    client.raise_request_exception = False
    assert client.get("/tim", {"q": ["a"] * 3000}).status_code == 400


@pytest.mark.parametrize("address", ["/ha-tang/20/xuat/cot/csv", "/ha-tang/20/xuat/cot/xlsx", "/ha-tang/20/tram"])
def test_nobody_keeps_what_somebody_signed_in_was_shown(
    client: Client, people: dict[str, Person], address: str
) -> None:
    """On a shared machine, or behind a proxy, the back button shows nothing once somebody has signed out."""
    client.force_login(people["operator"])
    answer = client.get(address)
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer)
    client.logout()
    assert not client.get("/gioi-thieu").has_header("Cache-Control")
