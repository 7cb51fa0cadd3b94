"""What looks at hosts become: rows, findings, figures; whom they are shown to; simulated systems are never asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.host_probe import Answer, Certificate, HostFacts, ProbeRefusedError, probe_host
from hatang.systems.models import ProbePlan, SystemFinding, SystemProbe
from hatang.systems.services.findings import compute_findings
from hatang.systems.services.probes import ask_to_probe, look_and_tell, probe_province, probe_when_due
from hatang.work.models import Notice
from tests.conftest import World
from tests.core.probed_hosts import Authority, https_servers, name_server
from tests.systems.probe_needs import a_look, a_system


def rules(world: World) -> set[str]:
    compute_findings(province=world.province, on=timezone.localdate())
    return set(SystemFinding.objects.open().values_list("rule", flat=True)) & {"certificate", "unreachable", "no_ipv6"}


def facts(*families: Any, days: int = 60, fault: str = "") -> HostFacts:
    certificate = Certificate(datetime.now(UTC) + timedelta(days=days), "Nơi cấp thử", fault)
    answers = {family: Answer(True, 200, 12.5, True, certificate) for family in families}
    return HostFacts({4: ("203.0.113.1",), 6: ()}, answers, True)


def test_real_servers_of_the_register_are_looked_at(world: World, tmp_path: Any) -> None:
    """One on both families, one with an expired certificate on IPv4 alone: as the province's own network shows them."""
    authority = Authority(tmp_path)
    for name in ("moi.thu.vn", "cu.thu.vn", "mophong.thu.vn"):
        a_system(world, name, simulated=name == "mophong.thu.vn")
    zone = {"moi.thu.vn": ("127.0.0.1", "::1"), "cu.thu.vn": ("127.0.0.1",)}
    with (
        https_servers(authority.certificate("moi.thu.vn"), ("127.0.0.1", "::1")) as new,
        https_servers(authority.certificate("cu.thu.vn", days=-1), ("127.0.0.1",)) as old,
        name_server(zone) as names,
    ):
        ports = {"moi.thu.vn": new, "cu.thu.vn": old}

        def look(name: str) -> HostFacts:
            said: dict[str, Any] = {"trusted": str(authority.root), "may_ask": lambda address: True}
            return probe_host(name, port=ports[name], nameservers=[names], timeout_s=3, **said)

        found = {probe.host_name: probe for probe in probe_province(world.province, how=look)}
    assert set(found) == set(ports)
    assert (found["moi.thu.vn"].answers_ipv6, found["moi.thu.vn"].certificate_fault) == (True, "")
    assert (found["cu.thu.vn"].answers_ipv6, found["cu.thu.vn"].certificate_fault) == (False, "Chứng thư đã hết hạn.")
    assert rules(world) == {"certificate", "no_ipv6"}


def test_people_hear_once_of_a_server_that_goes_away_and_once_of_its_return(
    world: World, people: dict[str, Person], tmp_path: Any
) -> None:
    authority = Authority(tmp_path)
    a_system(world, "moi.thu.vn")
    served = authority.certificate("moi.thu.vn")

    def looked(port: int) -> list[str]:
        """Look at the host behind a port; give the notices that the officer got by it."""
        before = set(Notice.objects.values_list("pk", flat=True))

        def look(name: str) -> HostFacts:
            said: dict[str, Any] = {"trusted": str(authority.root), "may_ask": lambda address: True}
            return probe_host(name, port=port, nameservers=[names], timeout_s=3, **said)

        look_and_tell(world.province, how=look)
        told = Notice.objects.filter(to=people["department_officer"]).exclude(pk__in=before)
        assert not Notice.objects.filter(to__in=[people["operator"], people["stranger"]]).exists()
        return [f"{one.subject}. {one.body}" for one in told]

    with name_server({"moi.thu.vn": ("127.0.0.1",)}) as names:
        with https_servers(served, ("127.0.0.1",)) as port:
            assert looked(port) == []
        assert looked(port) == [], "one failed look may be the network's"
        (told,) = looked(port)
        assert "moi.thu.vn cần xem ngay" in told
        assert "không truy cập được" in told
        assert looked(port) == [], "told before"
        with https_servers(served, ("127.0.0.1",)) as again:
            (told,) = looked(again)
        assert "không còn lỗi đã báo" in told
        with https_servers(authority.certificate("moi.thu.vn", days=-1), ("127.0.0.1",)) as expired:
            (told,) = looked(expired)
        assert "moi.thu.vn: chứng thư" in told


def test_a_name_that_leads_to_this_machine_is_told_not_asked(world: World) -> None:
    a_system(world)

    def look(name: str) -> HostFacts:
        raise ProbeRefusedError("dẫn tới chính máy này")

    probe = probe_province(world.province, how=look)[0]
    assert (probe.reachable, probe.fault) == (False, "dẫn tới chính máy này")


@pytest.mark.parametrize(("days", "fault", "told"), [(60, "", False), (10, "", True), (60, "Chứng thư tự ký.", True)])
def test_a_certificate_that_ends_soon_or_is_refused_is_a_finding(
    days: int, fault: str, told: bool, world: World
) -> None:
    a_system(world)
    probe_province(world.province, how=lambda name: facts(4, 6, days=days, fault=fault))
    assert rules(world) == ({"certificate"} if told else set())


def test_one_failed_look_is_no_finding_and_two_are(world: World) -> None:
    system = a_system(world)
    a_look(system)
    a_look(system, answers_ipv4=False)
    assert "unreachable" not in rules(world)
    a_look(system, answers_ipv4=False)
    assert "unreachable" in rules(world)
    a_look(system)
    assert "unreachable" not in rules(world)


def test_nobody_is_asked_until_an_officer_says_so(world: World, people: dict[str, Person]) -> None:
    a_system(world)
    assert probe_when_due() == 0
    plan = ProbePlan.objects.create(province=world.province, is_active=True, asked_at=timezone.now())
    assert probe_when_due() == 0
    assert plan.every_hours == 6


def test_asking_is_the_officers_and_not_too_often(world: World, people: dict[str, Person]) -> None:
    for who in ("operator", "analyst", "stranger"):
        with pytest.raises(PermissionDenied):
            ask_to_probe(actor=people[who], province=world.province)
    ask_to_probe(actor=people["department_officer"], province=world.province)
    with pytest.raises(ValidationError, match="chờ mười phút"):
        ask_to_probe(actor=people["department_officer"], province=world.province)
    assert not SystemProbe.objects.exists()


def test_the_list_tells_how_many_are_on_ipv6(world: World, people: dict[str, Person]) -> None:
    a_look(a_system(world, "mot.thu.vn"), answers_ipv6=True)
    a_look(a_system(world, "hai.thu.vn"))
    client = Client()
    client.force_login(people["department_officer"])
    text = client.get(reverse("systems:probes", args=[world.province.code])).content.decode()
    assert "2 trên 2 hệ thống đã kiểm tra trả lời; 1 trả lời qua IPv6." in text
