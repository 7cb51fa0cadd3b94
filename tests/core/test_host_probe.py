"""Looks at real servers of this machine: without IPv6, with wrong certificates, hanging, silent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hatang.core.host_probe import HostFacts, ProbeRefusedError, probe_host
from tests.core.probed_hosts import OK_HEAD, Authority, https_servers, name_server

NAME = "dichvucong.thu.vn"
BOTH = ("127.0.0.1", "::1")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def look(
    authority: Authority,
    *,
    served: tuple[str, ...] = BOTH,
    named: tuple[str, ...] = BOTH,
    certificate: Path | None = None,
    head: bytes = OK_HEAD,
    **more: Any,
) -> HostFacts:
    file = certificate or authority.certificate(NAME)
    with (
        https_servers(file, served, head) as port,
        name_server({NAME: named}, validated=more.pop("validated", False)) as names,
    ):
        said: dict[str, Any] = {"trusted": str(authority.root), "may_ask": lambda address: True, "timeout_s": 2.0}
        return probe_host(NAME, port=port, nameservers=[names], **said | more)


def test_a_host_on_both_families(authority: Authority) -> None:
    facts = look(authority, validated=True)
    assert facts.addresses == {4: ("127.0.0.1",), 6: ("::1",)}
    assert {family: answer.status for family, answer in facts.answers.items()} == {4: 200, 6: 200}
    assert all(answer.hsts and answer.response_ms for answer in facts.answers.values())
    assert facts.dnssec is True
    assert facts.certificate is not None
    assert (facts.certificate.issuer, facts.certificate.fault) == ("Gốc thử", "")
    assert 58 <= (facts.certificate.until - datetime.now(UTC)).days <= 60


def test_a_host_without_ipv6(authority: Authority) -> None:
    facts = look(authority, served=("127.0.0.1",), named=("127.0.0.1",))
    assert facts.addresses[6] == ()
    assert set(facts.answers) == {4}
    assert (facts.reachable, facts.dnssec) == (True, False)


def test_an_address_record_alone_is_no_ipv6(authority: Authority) -> None:
    facts = look(authority, served=("127.0.0.1",))
    assert (facts.answers[4].reached, facts.answers[6].reached) == (True, False)
    assert facts.answers[6].fault == "Từ chối kết nối."


@pytest.mark.parametrize(
    ("name", "days", "fault"),
    [(NAME, -3, "Chứng thư đã hết hạn."), ("khac.thu.vn", 60, "Chứng thư của tên miền khác.")],
)
def test_a_bad_certificate_is_told_and_the_host_asked_all_the_same(
    name: str, days: int, fault: str, authority: Authority
) -> None:
    facts = look(authority, certificate=authority.certificate(name, days=days))
    assert facts.reachable
    assert facts.certificate is not None
    assert facts.certificate.fault == fault
    assert (facts.certificate.until < datetime.now(UTC)) == (days < 0)


def test_an_unknown_root_is_told(authority: Authority, tmp_path: Path) -> None:
    facts = look(authority, certificate=Authority(tmp_path).certificate(NAME))
    assert facts.certificate is not None
    assert facts.certificate.fault


def test_a_server_that_hangs_is_given_up(authority: Authority) -> None:
    facts = look(authority, served=("127.0.0.1",), named=("127.0.0.1",), head=b"", timeout_s=0.5)
    assert not facts.reachable
    assert facts.answers[4].fault == "Không trả lời kịp."


def test_an_endless_head_is_bounded(authority: Authority) -> None:
    facts = look(authority, head=b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000)
    assert facts.answers[4].status == 200


def test_what_is_no_web_server_is_told(authority: Authority) -> None:
    facts = look(authority, head=b"SSH-2.0-OpenSSH\r\n\r\n")
    assert not facts.reachable
    assert facts.answers[4].fault == "Có kết nối nhưng không trả lời HTTP."


def test_a_name_that_nobody_knows(authority: Authority) -> None:
    facts = look(authority, named=())
    assert not facts.reachable
    assert facts.dns_fault == "Không có bản ghi địa chỉ nào."


def test_this_machine_itself_is_never_asked(authority: Authority) -> None:
    with name_server({NAME: ("127.0.0.1",)}) as names, pytest.raises(ProbeRefusedError, match=r"127\.0\.0\.1"):
        probe_host(NAME, nameservers=[names])


def test_a_silent_name_server_is_told() -> None:
    facts = probe_host(NAME, nameservers=[("127.0.0.1", 9)], timeout_s=0.3)
    assert facts.dns_fault
    assert facts.dnssec is None
