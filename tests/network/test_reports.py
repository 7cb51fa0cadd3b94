"""Anyone reports a problem without an account; it reaches who must act, in time, and tells nobody else."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import shapely
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from hatang.accounts.models import Person
from hatang.network.forms import reports as forms
from hatang.network.kinds import OF_MODEL
from hatang.network.models import Mast, Pole, ProblemReport, ReportAnswer, RuleUnit, SharingRule
from hatang.network.services.report_answers import Answer, about_report, answer_report, forget_old_contacts
from hatang.network.services.reports import new_ticket
from hatang.network.views import reports as pages
from hatang.work.models import Notice, StoredFile
from tests.conftest import World, make_person
from tests.network.things import make_thing
from tests.places.drawings import bound

HERE = {"lon": "106,7000", "lat": "21,9500"}
Sent = dict[str, Any]


def address(world: World) -> str:
    return reverse("network:report", args=[world.province.code])


def sent(world: World, **more: Any) -> Sent:
    """What a telephone posts: a problem in words, a commune, and how to find it."""
    facts = {"kind": "cable_pole", "words": "Cáp sà xuống đường", "commune": world.commune.pk, "ticket": new_ticket()}
    return facts | {"place_words": "Trước cổng chợ"} | more


def post(world: World, **more: Any) -> Any:
    return Client().post(address(world), sent(world, **more))


def told(answer: Any) -> str:
    """What an answer says, without the address asked for and the token of its forms."""
    text = answer.content.decode().replace(answer.request["PATH_INFO"], "")
    return re.sub(r'value="\w{64}"', "", text)


def mast_of(world: World, owner: Any, lon: float, code: str = "A-77") -> Mast:
    place = {"province": world.province, "commune": world.commune, "lon": lon, "lat": 21.95}
    return Mast.objects.create(code=code, owner=owner, built_on=date(2020, 1, 1), **place)


def ruled(world: World, key: str, hours: int) -> SharingRule:
    facts = {"legal": "Quyết định 72", "article": "Điều 10", "valid_from": date(2025, 12, 1)}
    return SharingRule.objects.create(province=world.province, key=key, value=hours, unit=RuleUnit.HOURS, **facts)


def picture(exif: bytes = b"") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "JPEG", exif=exif)
    return SimpleUploadedFile("anh.jpg", target.getvalue(), "image/jpeg")


def test_a_report_leads_to_a_receipt_that_its_secret_alone_opens(world: World) -> None:
    answer = post(world, words="<script>alert(1)</script> cáp đứt", phone="0912 345 678")
    row = ProblemReport.objects.get()
    assert answer.status_code == 302
    page = Client().get(answer["Location"])
    text = page.content.decode()
    assert row.code in text and "&lt;script&gt;" in text and "<script>alert" not in text
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "strict-origin")
    bare = reverse("network:report_receipt", args=[row.code])
    wrong = [Client().get(f"{bare}{end}") for end in ("", "?khoa=x", f"?khoa={row.secret_sha256}")]
    other = Client().get(f"{reverse('network:report_receipt', args=['SC-AAAAAAAA'])}?khoa=x")
    assert {r.status_code for r in [*wrong, other]} == {404}
    assert {told(r) for r in wrong} == {told(other)}


def test_sent_twice_it_is_one_report(world: World, people: dict[str, Person]) -> None:
    twice = sent(world)
    first, second = (Client().post(address(world), twice | {"photo": picture()}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ProblemReport.objects.count() == 1 and StoredFile.objects.count() == 1
    Client().post(address(world), twice | {"words": "Cột bên cạnh cũng nghiêng"})
    assert ProblemReport.objects.count() == 2


def test_a_photo_too_heavy_is_refused_before_it_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_PHOTO_BYTES", 100)
    assert "tối đa" in post(world, photo=picture()).content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ""}, "Viết vài chữ"),
        ({"commune": ""}, "Đặt điểm trên bản đồ, hoặc chọn xã"),
        ({"place_words": ""}, "tả địa điểm"),
        ({"lon": "106,7"}, "Ghi cả kinh độ và vĩ độ"),
        ({"lon": "21,95", "lat": "106,7"}, "Kinh độ của Việt Nam"),
        ({"lon": "105", "lat": "18"}, "thì một trong hai sai"),
        ({"phone": "gọi cho tôi"}, "chỉ gồm chữ số"),
        ({"email": "khong phai"}, "Địa chỉ thư không đúng"),
        ({"website": "http://x"}, "phải để trống"),
        ({"ticket": "x"}, "mở đã quá lâu"),
        ({"photo": SimpleUploadedFile("a.svg", b"<svg/>")}, "Ảnh phải là JPEG"),
        ({"photo": SimpleUploadedFile("a.jpg", b"GIF89a")}, "không phải ảnh JPEG nguyên vẹn"),
    ],
)
def test_what_is_wrong_is_said_at_the_form_and_nothing_is_kept(world: World, wrong: Sent, said: str) -> None:
    answer = post(world, **wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ProblemReport.objects.exists() and not StoredFile.objects.exists()


def test_an_address_may_send_only_so_many_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_OF_ADDRESS", 2)
    ours = [Client(REMOTE_ADDR="2001:db8::1").post(address(world), sent(world)) for _ in range(2)]
    next_door = Client(REMOTE_ADDR="2001:db8::2").post(address(world), sent(world))
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").post(address(world), sent(world))
    assert [r.status_code for r in (*ours, next_door, elsewhere)] == [302, 302, 429, 302]
    assert "Cáp sà xuống đường" in next_door.content.decode()


def test_a_flood_slows_its_source_and_keeps_nobody_else_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_OF_PROVINCE", 3)
    monkeypatch.setattr(pages, "MOST_WHEN_BUSY", 1)
    flood = [Client(REMOTE_ADDR="203.0.113.1").post(address(world), sent(world)).status_code for _ in range(5)]
    citizens = [Client(REMOTE_ADDR=f"203.0.113.{n}").post(address(world), sent(world)).status_code for n in (2, 3, 4)]
    assert (flood, citizens) == ([302, 302, 302, 302, 429], [302, 302, 302])


def test_a_receipt_does_not_tell_whose_thing_is_nearest(world: World, people: dict[str, Person]) -> None:
    """Whoever owns what stands there, or nobody does: what the reporter reads is the same."""
    for owner, lon in ((world.operator, 106.7), (world.rival, 106.705)):
        make_thing(OF_MODEL[Pole], world, f"COT-{owner}", owner, lon=lon, lat=21.95)
    seen = []
    for lon in ("106,7", "106,705", "106,71"):
        receipt = post(world, lon=lon, lat="21,95")["Location"]
        page = Client().get(receipt).content.decode()
        row = ProblemReport.objects.latest("pk")
        said = (row.code, receipt.partition("khoa=")[2], f"{timezone.localtime(row.received_at):%H:%M %d/%m/%Y}")
        seen.append(re.sub("|".join(map(re.escape, said)), "", re.sub(r"csrf\w+\W[^>]+>", "", page)))
    owners = list(ProblemReport.objects.order_by("pk").values_list("owner", flat=True))
    assert owners == [world.operator.pk, world.rival.pk, None]
    assert len(set(seen)) == 1


def test_a_photo_loses_what_the_telephone_wrote(world: World) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MayAnhCuaToi"
    answer = post(world, photo=picture(exif.tobytes()))
    row = ProblemReport.objects.get()
    assert row.photo is not None
    with row.photo.file.open() as kept:
        assert b"MayAnhCuaToi" not in kept.read()
    own = answer["Location"].replace("?", "anh?")
    assert b"".join(Client().get(own).streaming_content)[:2] == b"\xff\xd8"


def test_the_point_finds_its_commune(world: World) -> None:
    bound(world.neighbour, shapely.box(106.72, 21.84, 106.8, 22.0))
    post(world, lon="106,75", lat="21,9", commune="", place_words="")
    assert ProblemReport.objects.get().commune == world.neighbour
    missing = post(world, lon="106,5", lat="21,9", commune="", place_words="")
    assert "chọn xã, phường" in missing.content.decode()


def test_the_nearest_things_owner_is_told_and_the_public_is_not(world: World, people: dict[str, Person]) -> None:
    mast_of(world, world.operator, 106.7002)
    mast_of(world, world.rival, 106.7004, "B-1")
    answer = post(world, kind="mast", **HERE)
    row = ProblemReport.objects.get()
    assert (row.owner, row.nearest) == (world.operator, "cột ăng ten A-77, cách 21 m")
    told = set(Notice.objects.values_list("to__username", flat=True))
    assert told == {"can_bo_xa", "dn_a", "can_bo_so", "lanh_dao_so"}
    receipt = Client().get(answer["Location"]).content.decode()
    public = Client().get(reverse("network:report_figures", args=["20"])).content.decode()
    assert not any(secret in receipt + public for secret in ("A-77", "Doanh nghiệp A", "Cáp sà xuống đường</li>"))
    assert "Cáp sà" not in public


def test_too_far_away_nobody_is_likely_and_whose_signal_is_missing_the_reporter_says(world: World) -> None:
    mast_of(world, world.operator, 106.7010)
    post(world, kind="mast", **HERE)
    post(world, kind="no_signal", operator=world.rival.pk, **HERE)
    post(world, kind="no_signal", **HERE)
    found = ProblemReport.objects.order_by("pk").values_list("owner", flat=True)
    assert list(found) == [None, world.rival.pk, None]


def test_no_mail_goes_to_a_stranger(world: World, people: dict[str, Person]) -> None:
    post(world, email="nan-nhan@example.com")
    addressed = {to for message in mail.outbox for to in message.to}
    assert addressed and "nan-nhan@example.com" not in addressed
    assert all("Cáp sà" not in message.subject + str(message.body) for message in mail.outbox)


def test_the_term_is_the_provinces_and_without_a_rule_there_is_none(world: World) -> None:
    without = Client().get(post(world)["Location"]).content.decode()
    assert "chưa có quy định về thời hạn" in without
    ruled(world, "restore.cable_pole", 24)
    answer = post(world)
    row = ProblemReport.objects.latest("pk")
    assert row.clock is not None and row.clock.due_at - row.received_at == timedelta(hours=24)
    assert "24 giờ kể từ khi nhận báo cáo" in Client().get(answer["Location"]).content.decode()


def told_report(world: World, **more: Any) -> ProblemReport:
    post(world, **more)
    row = ProblemReport.objects.latest("pk")
    row.owner = world.operator
    row.save()
    return row


def test_an_owner_sees_what_was_sent_to_it_and_no_more_once_it_went_on(world: World, people: dict[str, Person]) -> None:
    row = told_report(world, phone="0912345678")
    answer_report(actor=people["operator"], report=row, answer=Answer("repairing", "Đội A đang đến", internal=True))
    seen = page(people["operator"], row)
    assert "0912345678" in seen and "Công trình gần nhất" not in seen and "Trùng với báo cáo" not in seen
    officer = people["department_officer"]
    answer_report(actor=officer, report=row, answer=Answer(words="Chuyển bên B", owner=world.rival))
    client = Client()
    client.force_login(people["operator"])
    absent = client.get(reverse("network:problem", args=[999_999]))
    gone = client.get(row.get_absolute_url())
    assert (gone.status_code, told(gone)) == (404, told(absent))
    rivals = page(people["rival"], row)
    assert "Chuyển bên B" in rivals and "Đội A" not in rivals and "dn_a" not in rivals


def page(person: Person, row: ProblemReport) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(row.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_contact_is_for_those_who_answer(world: World, people: dict[str, Person]) -> None:
    row = told_report(world, phone="0912345678", email="toi@example.vn")
    shown = {who for who in ("commune_officer", "commune_leader", "auditor") if "0912345678" in page(people[who], row)}
    assert shown == {"commune_officer"}
    assert not any("0912345678" in str(vars(past)) for past in ProblemReport.history.all())


def test_a_reporter_deletes_the_contact_and_reads_public_answers_only(world: World, people: dict[str, Person]) -> None:
    link = post(world, phone="0912345678")["Location"]
    row, officer = ProblemReport.objects.get(), people["department_officer"]
    answer_report(actor=officer, report=row, answer=Answer("checked", "Chưa nên nói", internal=True))
    answer_report(actor=officer, report=row, answer=Answer(words="Đã cử người ra xem"))
    reporter = Client()
    reporter.post(link, {"xoa": "1"})
    reporter.post(link, {"words": "Cáp vừa rơi thêm"})
    text = reporter.get(link).content.decode()
    assert "0912345678" not in text and "Đã cử người" in text and "Cáp vừa rơi thêm" in text
    assert "Chưa nên nói" not in text and str(officer) not in text


def test_contacts_are_forgotten_when_their_time_is_over(world: World, people: dict[str, Person]) -> None:
    for days, closed in ((200, True), (100, True), (200, False)):
        row = told_report(world, phone="0912345678")
        if closed:
            then = timezone.now() - timedelta(days=days)
            ProblemReport.objects.filter(pk=row.pk).update(closed_at=then, state="resolved")
    assert forget_old_contacts() == 1
    assert ProblemReport.objects.exclude(phone="").count() == 2


def test_who_is_sent_there_sees_the_point_on_a_map(world: World, people: dict[str, Person]) -> None:
    client = Client()
    client.force_login(people["commune_officer"])
    for row, drawn in ((told_report(world, **HERE), True), (told_report(world), False)):
        page = client.get(row.get_absolute_url())
        assert ('data-show="shapes"' in page.content.decode()) is drawn
        assert not drawn or page.context["shapes"]["features"][0]["geometry"]["coordinates"] == [106.7, 21.95]


def test_states_follow_one_another_and_a_solution_stops_the_clock(world: World, people: dict[str, Person]) -> None:
    ruled(world, "restore.cable_pole", 24)
    row, owner = told_report(world), people["operator"]
    for wrong in (Answer("rejected", "không phải việc tôi"), Answer("received", "x"), Answer("resolved")):
        with pytest.raises(Exception, match=r"không theo sau|Ghi lý do"):
            answer_report(actor=owner, report=row, answer=wrong)
    late = row.received_at + timedelta(hours=30)
    done = answer_report(actor=owner, report=row, answer=Answer("resolved", "Đã treo lại cáp"), now=late)
    assert done.clock is not None
    done.clock.refresh_from_db()
    assert done.clock.late and done.closed_at == late
    with pytest.raises(Exception, match="đã kết thúc"):
        answer_report(actor=owner, report=row, answer=Answer(words="thêm"))
    assert [a.state for a in ReportAnswer.objects.filter(report=row)] == ["received", "resolved"]


def test_another_kind_runs_another_term_from_the_same_receipt(world: World, people: dict[str, Person]) -> None:
    ruled(world, "restore.cable_pole", 24)
    ruled(world, "restore.mast_collapse", 6)
    row = told_report(world)
    row = answer_report(actor=people["department_officer"], report=row, answer=Answer(kind="mast"))
    assert row.clock is not None and row.clock.due_at == row.received_at + timedelta(hours=6)
    about = about_report(row.clock)
    assert about is not None and list(about.to) == [people["operator"]]
    assert {str(p) for p in about.superiors} == {"can_bo_so", "lanh_dao_so"}
    row = answer_report(actor=people["department_officer"], report=row, answer=Answer(kind="other"))
    assert row.clock is None


def test_a_duplicate_names_another_report(world: World, people: dict[str, Person]) -> None:
    first, second = told_report(world), told_report(world)
    client = Client()
    client.force_login(people["commune_officer"])
    wrong = client.post(second.get_absolute_url(), {"state": "duplicate", "duplicate_of": second.code})
    assert "Không có báo cáo" in wrong.content.decode()
    right = client.post(second.get_absolute_url(), {"state": "duplicate", "duplicate_of": first.code.lower()})
    assert right.status_code == 302
    second.refresh_from_db()
    assert (second.state, second.duplicate_of) == ("duplicate", first)
    other_commune = make_person("xa_khac", "commune_officer", province=world.province, place=world.neighbour)
    client.force_login(other_commune)
    assert client.get(second.get_absolute_url()).status_code == 404


def test_words_are_public_only_after_an_officer_said_so(world: World, people: dict[str, Person]) -> None:
    row = told_report(world, words="Cáp rơi trước trường <b>học</b>")
    public = reverse("network:report_figures", args=["20"])
    client = Client()
    client.force_login(people["commune_officer"])
    assert "trước trường" not in Client().get(public).content.decode()
    client.post(reverse("network:publish_problem", args=[row.pk]))
    assert "trước trường &lt;b&gt;" in Client().get(public).content.decode()
    client.post(reverse("network:publish_problem", args=[row.pk]))
    assert "trước trường" not in Client().get(public).content.decode()


def test_figures_are_counted_by_commune_and_by_owner(world: World, people: dict[str, Person]) -> None:
    ruled(world, "restore.cable_pole", 24)
    begun = timezone.now() - timedelta(days=3)
    for hours in (2, 10, 40):
        row = told_report(world)
        backdate(row, begun)
        then = begun + timedelta(hours=hours)
        answer_report(actor=people["operator"], report=row, answer=Answer("resolved", "xong"), now=then)
    backdate(told_report(world), begun)
    told_report(world, commune=world.neighbour.pk)
    figures = reverse("network:report_figures", args=["20"])
    public = Client().get(f"{figures}?xuat=csv").content.decode().splitlines()
    assert public[1:] == ["Xã Đồng Đăng,4,1,1,3,1,0,10", "Phường Kỳ Lừa,1,1,0,0,0,0,"]
    assert Client().get(f"{figures}?bang=dv&xuat=csv").content.decode().splitlines()[1:] == []
    client = Client()
    client.force_login(people["rival"])
    assert client.get(f"{figures}?bang=dv&xuat=csv").content.decode().splitlines()[1:] == []
    client.force_login(people["operator"])
    assert client.get(f"{figures}?bang=dv&xuat=csv").content.decode().splitlines()[1] == "Doanh nghiệp A,5,2,1,3,1,0,10"
    overdue = client.get(reverse("network:problems", args=["20"]), {"tt": "qua"})
    assert "1 báo cáo quá hạn" in overdue.content.decode()


def backdate(row: ProblemReport, begun: datetime) -> None:
    assert row.clock is not None
    row.received_at, row.clock.started_at, row.clock.due_at = begun, begun, begun + timedelta(hours=24)
    row.clock.save()
    row.save()
