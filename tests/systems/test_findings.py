"""What is missing: of which rows each rule is true, what people make of it, and what opens it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.systems.kinds import OF_MODEL
from hatang.systems.models import FindingRule, FindingTerms, InformationSystem, LinkWeek, SystemFinding
from hatang.systems.services.finding_rules import RULES, months_before
from hatang.systems.services.findings import compute_findings, nightly_findings
from hatang.work.models import Notice
from tests.conftest import World
from tests.systems.probe_needs import a_look
from tests.systems.registers import ON, agency, centre, link, system

State = SystemFinding.State
Made = Callable[[World], Any]


def seen(world: World, *looks: dict[str, Any]) -> Any:
    """Make a system with a host name that was looked at, by each of these facts once."""
    row = system(world, host_name="dichvucong.thu.vn")
    for facts in looks:
        a_look(row, **facts)
    return row


def loaded(world: World, **more: Any) -> Any:
    """Make a link with a judged week of 95 of 100 Mb/s."""
    row = link(world)
    facts = {"inbound_mbps": 95.0, "outbound_mbps": 1.0, "capacity_mbps": 100.0, "samples": 2016}
    LinkWeek.objects.create(link=row, ends_on=ON, **facts | more)
    return row


def until(days: int) -> dict[str, Any]:
    """Say until when a certificate holds."""
    return {"certificate_until": timezone.make_aware(datetime.combine(ON + timedelta(days), time(12)))}


AWAY = {"answers_ipv4": False}
TRUE: dict[str, list[tuple[str, Made]]] = {
    FindingRule.NO_LEVEL: [("không cấp độ", lambda w: system(w, security_level=None))],
    FindingRule.NO_FILE: [("không hồ sơ", lambda w: system(w, security_file="", security_file_on=None))],
    FindingRule.FILE_OLD: [("hồ sơ đúng 24 tháng", lambda w: system(w, security_file_on=date(2024, 6, 30)))],
    FindingRule.NO_BACKUP: [
        ("không sao lưu", lambda w: system(w, backup=False)),
        ("chưa rõ sao lưu", lambda w: system(w, backup=None)),
    ],
    FindingRule.NO_OWNER: [
        ("không chủ quản", lambda w: system(w, owner=None)),
        ("trang không chủ quản", lambda w: system(w, "TR-1", part_of=system(w), owner=None)),
    ],
    FindingRule.NO_LINK: [
        ("chưa nối", lambda w: agency(w, sort="party")),
        ("đường đã cắt", lambda w: link(w, until_on=date(2026, 1, 1)).agency),
    ],
    FindingRule.SINGLE_PATH: [
        ("cấp độ 4, một đường", lambda w: link(w, serves_level=4)),
        ("chủ quản hệ thống cấp 5", lambda w: link(w, agency=system(w, security_level=5).owner)),
    ],
    FindingRule.CENTRE_SINGLE_PATH: [
        ("trung tâm không đường", centre),
        ("trung tâm một đường", lambda w: link(w, centre=centre(w)).centre),
    ],
    FindingRule.CERTIFICATE: [
        ("đã hết hạn", lambda w: seen(w, until(-1))),
        ("còn 30 ngày", lambda w: seen(w, until(30))),
        ("bị từ chối", lambda w: seen(w, until(300) | {"certificate_fault": "Chứng thư tự ký."})),
    ],
    FindingRule.UNREACHABLE: [("hai lần", lambda w: seen(w, {}, AWAY, AWAY))],
    FindingRule.NO_IPV6: [("chỉ IPv4", lambda w: seen(w, {}))],
    FindingRule.LINK_BUSY: [("95 %", loaded)],
}


def two_operators(world: World) -> Any:
    body = agency(world)
    link(world, "TSL-2", agency=body, operator=world.rival, serves_level=4)
    return link(world, agency=body, serves_level=4)


FALSE: dict[str, list[tuple[str, Made]]] = {
    FindingRule.NO_LEVEL: [
        ("trang thành phần", lambda w: system(w, "TR-1", part_of=system(w), security_level=None)),
        ("đã ngừng", lambda w: system(w, security_level=None, until_on=ON)),
    ],
    FindingRule.NO_FILE: [("chưa có cấp độ", lambda w: system(w, security_level=None, security_file=""))],
    FindingRule.FILE_OLD: [("còn một ngày", lambda w: system(w, security_file_on=date(2024, 7, 1)))],
    FindingRule.NO_BACKUP: [("có sao lưu", system)],
    FindingRule.NO_OWNER: [("có chủ quản", system)],
    FindingRule.NO_LINK: [("đoàn thể", lambda w: agency(w, sort="front")), ("đã nối", lambda w: link(w).agency)],
    FindingRule.SINGLE_PATH: [
        ("cấp độ 3", lambda w: link(w, serves_level=3)),
        ("hai đường", lambda w: link(w, serves_level=4, physical_paths=2)),
        ("hai doanh nghiệp", two_operators),
    ],
    FindingRule.CENTRE_SINGLE_PATH: [
        ("thương mại", lambda w: centre(w, purpose="commercial")),
        ("hai đường", lambda w: link(w, centre=centre(w), physical_paths=2).centre),
    ],
    FindingRule.CERTIFICATE: [
        ("còn lâu", lambda w: seen(w, until(60))),
        ("đã thay", lambda w: seen(w, until(-1), until(300))),
    ],
    FindingRule.UNREACHABLE: [
        ("một lần", lambda w: seen(w, {}, AWAY)),
        ("lại trả lời", lambda w: seen(w, AWAY, AWAY, {})),
    ],
    FindingRule.NO_IPV6: [
        ("có IPv6", lambda w: seen(w, {"answers_ipv6": True})),
        ("không trả lời", lambda w: seen(w, AWAY)),
    ],
    FindingRule.LINK_BUSY: [
        ("đúng 90 %", lambda w: loaded(w, inbound_mbps=90.0)),
        ("thiếu mẫu", lambda w: loaded(w, samples=1000)),
    ],
}


def cases(table: dict[str, list[tuple[str, Made]]]) -> list[Any]:
    return [pytest.param(rule, made, id=f"{rule}: {name}") for rule, made_of in table.items() for name, made in made_of]


def true_of(rule: str, world: World) -> set[Any]:
    return set(RULES[rule].rows(world.province, ON, FindingTerms(province=world.province)))


@pytest.mark.parametrize(("rule", "made"), cases(TRUE))
def test_a_rule_is_true_of(rule: str, made: Made, world: World) -> None:
    assert made(world) in true_of(rule, world)


@pytest.mark.parametrize(("rule", "made"), cases(FALSE))
def test_a_rule_is_not_true_of(rule: str, made: Made, world: World) -> None:
    assert made(world) not in true_of(rule, world)


def test_every_rule_has_cases_and_says_how_it_is_mended() -> None:
    assert set(RULES) == set(TRUE) == set(FALSE)
    assert all(rule.why and rule.mend and rule.model in OF_MODEL for rule in RULES.values())


def test_a_month_is_counted_by_the_calendar() -> None:
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)


def findings(world: World) -> list[tuple[str, str]]:
    return list(SystemFinding.objects.order_by("rule").values_list("rule", "state"))


def test_a_finding_opens_goes_and_opens_again(world: World) -> None:
    link(world)
    row = system(world, backup=False)
    for days, backup, state, since, reopened in (
        (0, False, State.OPEN, 0, 0),
        (1, False, State.OPEN, 0, 0),
        (2, True, State.GONE, 0, 0),
        (3, False, State.OPEN, 3, 1),
    ):
        InformationSystem.objects.filter(pk=row.pk).update(backup=backup)
        compute_findings(province=world.province, on=ON + timedelta(days))
        found = SystemFinding.objects.get(rule=FindingRule.NO_BACKUP)
        assert (found.state, found.since_on, found.reopened) == (state, ON + timedelta(since), reopened)
    assert [line.state for line in found.history.order_by("history_id")] == [State.OPEN, State.GONE, State.OPEN]


def test_done_is_believed_until_the_register_says_otherwise(world: World) -> None:
    link(world)
    row = system(world, backup=False)
    compute_findings(province=world.province, on=ON)
    SystemFinding.objects.update(state=State.DONE)
    compute_findings(province=world.province, on=ON + timedelta(1))
    found = SystemFinding.objects.get()
    assert (found.state, found.since_on, found.reopened) == (State.OPEN, ON, 1)
    SystemFinding.objects.update(state=State.DONE)
    InformationSystem.objects.filter(pk=row.pk).update(backup=True)
    compute_findings(province=world.province, on=ON + timedelta(2))
    assert findings(world) == [(FindingRule.NO_BACKUP, State.GONE)]


def test_what_is_accepted_stays_so_until_it_is_gone(world: World) -> None:
    link(world)
    row = system(world, backup=False)
    compute_findings(province=world.province, on=ON)
    SystemFinding.objects.update(state=State.ACCEPTED, note="hệ thống thử nghiệm")
    compute_findings(province=world.province, on=ON + timedelta(1))
    assert findings(world) == [(FindingRule.NO_BACKUP, State.ACCEPTED)]
    InformationSystem.objects.filter(pk=row.pk).update(backup=True)
    compute_findings(province=world.province, on=ON + timedelta(2))
    assert findings(world) == [(FindingRule.NO_BACKUP, State.GONE)]


def test_each_province_judges_by_its_own_terms(world: World) -> None:
    link(world)
    system(world, security_file_on=date(2025, 6, 1))
    compute_findings(province=world.province, on=ON)
    assert findings(world) == []
    FindingTerms.objects.filter(province=world.province).update(file_months=12)
    compute_findings(province=world.province, on=ON)
    assert findings(world) == [(FindingRule.FILE_OLD, State.OPEN)]
    compute_findings(province=world.other_province, on=ON)
    assert findings(world) == [(FindingRule.FILE_OLD, State.OPEN)]


def test_a_round_computes_each_province_once_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    system(world, backup=False)
    nightly_findings()
    assert FindingTerms.objects.get().computed_on == timezone.localdate()
    assert SystemFinding.objects.filter(rule=FindingRule.NO_BACKUP).exists()
    monkeypatch.setattr("hatang.systems.services.findings.compute_findings", lambda **said: pytest.fail("lần nữa"))
    nightly_findings()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_somebody_works_through_the_list(world: World, people: dict[str, Person]) -> None:
    link(world)
    system(world, backup=False)
    head, officer = people["department_head"], people["department_officer"]
    client = signed_in(head)
    assert client.post(reverse("systems:compute_findings", args=["20"])).status_code == 302
    row = SystemFinding.objects.get()
    listed = client.get(reverse("systems:findings", args=["20"]), {"loai": FindingRule.NO_BACKUP}).content.decode()
    assert "1 việc đang chờ" in listed
    given = {"assigned_to": officer.pk, "due_on": "31/12/2026", "outcome": "open", "note": ""}
    assert client.post(row.get_absolute_url(), given).status_code == 302
    notice = Notice.objects.get(to=officer)
    assert "sao lưu" in notice.subject
    assert notice.url == row.get_absolute_url()
    mine = signed_in(officer)
    assert row.subject.name in mine.get(reverse("systems:findings", args=["20"]), {"giao": "toi"}).content.decode()
    refused = mine.post(row.get_absolute_url(), given | {"outcome": "accepted"})
    assert refused.status_code == 422
    assert "phải ghi lý do" in refused.content.decode()
    assert mine.post(row.get_absolute_url(), given | {"outcome": "accepted", "note": "thử nghiệm"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.note, row.assigned_to) == (State.ACCEPTED, "thử nghiệm", officer)
    export = mine.get(reverse("systems:findings", args=["20"]), {"xuat": "csv", "tt": "moi"}).content.decode()
    assert "thử nghiệm" in export


def test_a_finding_is_not_given_to_a_stranger(world: World, people: dict[str, Person]) -> None:
    link(world)
    system(world, backup=False)
    compute_findings(province=world.province, on=ON)
    row = SystemFinding.objects.get()
    for who in ("operator", "stranger", "analyst"):
        answer = signed_in(people["department_head"]).post(
            row.get_absolute_url(), {"assigned_to": people[who].pk, "outcome": "open"}
        )
        assert answer.status_code == 422, who


@pytest.mark.parametrize("who", ["operator", "rival", "analyst", "commune_officer", "stranger"])
def test_weaknesses_are_for_officers_and_auditors(who: str, world: World, people: dict[str, Person]) -> None:
    """Người xem được sổ (phân tích) vẫn không xem được danh sách điểm yếu."""
    row = system(world, backup=False)
    compute_findings(province=world.province, on=ON)
    assert not SystemFinding.objects.visible_to(people[who]).exists()
    client = signed_in(people[who])
    for found in SystemFinding.objects.all():
        assert client.get(found.get_absolute_url()).status_code == 404
    shown = client.get(row.get_absolute_url())
    assert shown.status_code == 404 or "Cần làm" not in shown.content.decode()
