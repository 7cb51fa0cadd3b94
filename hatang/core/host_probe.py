"""What one look from outside tells of a host: its addresses, its answers over IPv4 and IPv6, its certificate.

One look is one DNS question of each kind and, for each address family, one TLS connection with one small HTTP request.
Sources: RFC 3596 (AAAA), RFC 4035 section 3.2.3 (the AD bit of a validating resolver), RFC 6797 (HSTS),
RFC 9525 (whose name a certificate carries). Nothing is followed, nothing beyond the answer's head is read.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver
from cryptography import x509

Family = Literal[4, 6]
AGENT: Final = "Hatang-kiem-tra/1"
HEAD_BYTES: Final = 16_384
HTTPS_PORT: Final = 443
SOCKETS: Final = {4: socket.AF_INET, 6: socket.AF_INET6}


class ProbeRefusedError(ValueError):
    """An address that must not be asked."""


@dataclass(frozen=True)
class Certificate:
    """A certificate: until when it holds (UTC), who issued it, why browsers refuse it (empty: they do not)."""

    until: datetime
    issuer: str
    fault: str


@dataclass(frozen=True)
class Answer:
    """What a host answered over one address family."""

    reached: bool
    status: int | None = None
    response_ms: float | None = None
    hsts: bool = False
    certificate: Certificate | None = None
    fault: str = ""


@dataclass(frozen=True)
class HostFacts:
    """What one look found. `dnssec` is None where the resolver does not tell."""

    addresses: dict[Family, tuple[str, ...]]
    answers: dict[Family, Answer] = field(default_factory=dict)
    dnssec: bool | None = None
    dns_fault: str = ""

    @property
    def reachable(self) -> bool:
        """Whether it answered over any family."""
        return any(answer.reached for answer in self.answers.values())

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that was shown, over IPv4 first."""
        shown = (answer.certificate for answer in self.answers.values())
        return next((certificate for certificate in shown if certificate), None)


def is_public(address: str) -> bool:
    """Tell whether an address may be asked: no loopback, link-local, multicast or unspecified one.

    Private addresses may: a province's systems often stand in its own network.

    >>> is_public("203.0.113.7"), is_public("10.1.2.3"), is_public("127.0.0.1"), is_public("fe80::1")
    (True, True, False, False)
    """
    at = ipaddress.ip_address(address)
    mapped = getattr(at, "ipv4_mapped", None)
    at = mapped or at
    return not (at.is_loopback or at.is_link_local or at.is_multicast or at.is_unspecified)


def probe_host(
    name: str,
    *,
    port: int = HTTPS_PORT,
    timeout_s: float = 10.0,
    nameservers: Sequence[tuple[str, int]] = (),
    trusted: str | None = None,
    may_ask: Callable[[str], bool] = is_public,
) -> HostFacts:
    """Look at a host once.

    `name`: a host name without scheme. `timeout_s`: for each question. `nameservers`: (address, port) asked instead of
    the machine's own. `trusted`: a file of roots instead of the machine's. `may_ask`: which addresses may be asked.
    Raises ProbeRefusedError when the name leads to an address that must not be asked.
    """
    addresses, dnssec, fault = looked_up(name, nameservers, timeout_s)
    for address in (one for of_family in addresses.values() for one in of_family):
        if not may_ask(address):
            raise ProbeRefusedError(f"Tên {name} dẫn tới địa chỉ {address} của chính máy này hoặc không hợp lệ.")
    answers = {
        family: asked(name, family, found[0], port, timeout_s, trusted) for family, found in addresses.items() if found
    }
    return HostFacts(addresses, answers, dnssec, fault)


def looked_up(
    name: str, nameservers: Sequence[tuple[str, int]], timeout_s: float
) -> tuple[dict[Family, tuple[str, ...]], bool | None, str]:
    """Ask for A and AAAA records, and whether the resolver could validate them."""
    found: dict[Family, tuple[str, ...]] = {}
    validated: list[bool] = []
    fault = ""
    kinds: tuple[tuple[Family, dns.rdatatype.RdataType], ...] = ((4, dns.rdatatype.A), (6, dns.rdatatype.AAAA))
    for family, kind in kinds:
        try:
            answer = resolved(name, kind, nameservers, timeout_s)
        except (dns.exception.DNSException, OSError) as error:
            found[family], fault = (), dns_words(error)
            continue
        records = [str(item) for rows in answer.answer if rows.rdtype == kind for item in rows]
        found[family] = tuple(sorted(records))
        validated.append(bool(answer.flags & dns.flags.AD))
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            fault = f"Máy chủ tên miền trả lời {dns.rcode.to_text(answer.rcode())}."
    if not any(found.values()) and not fault:
        fault = "Không có bản ghi địa chỉ nào."
    return found, (all(validated) if validated else None), fault


def resolved(
    name: str, kind: dns.rdatatype.RdataType, nameservers: Sequence[tuple[str, int]], timeout_s: float
) -> dns.message.Message:
    """Send one question with the DNSSEC bit; over TCP when the answer does not fit."""
    question = dns.message.make_query(dns.name.from_text(name), kind, want_dnssec=True)
    question.flags |= dns.flags.AD
    servers = list(nameservers) or [(str(one), 53) for one in dns.resolver.get_default_resolver().nameservers]
    address, port = servers[0]
    answer, _ = dns.query.udp_with_fallback(question, address, timeout=timeout_s, port=port)
    return answer


def dns_words(error: Exception) -> str:
    """Say why a name could not be looked up."""
    if isinstance(error, dns.exception.Timeout):
        return "Máy chủ tên miền không trả lời kịp."
    return "Không hỏi được máy chủ tên miền."


def asked(name: str, family: Family, address: str, port: int, timeout_s: float, trusted: str | None) -> Answer:
    """Ask one address once over TLS; a certificate that browsers refuse is told, and the host is asked all the same."""
    try:
        return spoken(name, family, address, port, timeout_s, strict(trusted))
    except ssl.SSLCertVerificationError as error:
        refusal = certificate_words(error)
    except (TimeoutError, OSError, ValueError) as error:
        return Answer(reached=False, fault=connection_words(error))
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.check_hostname = False
    lax.verify_mode = ssl.CERT_NONE
    try:
        return spoken(name, family, address, port, timeout_s, lax, refusal)
    except (TimeoutError, OSError, ValueError) as error:
        return Answer(reached=False, fault=connection_words(error))


def strict(trusted: str | None) -> ssl.SSLContext:
    """Make the terms of a browser: a name that fits, a chain to a trusted root."""
    return ssl.create_default_context(cafile=trusted)


def spoken(
    name: str,
    family: Family,
    address: str,
    port: int,
    timeout_s: float,
    context: ssl.SSLContext,
    refusal: str = "",
) -> Answer:
    """Connect, ask for the front page, read the answer's head; the time runs from connecting to the head's end."""
    began = time.monotonic()
    with socket.socket(SOCKETS[family], socket.SOCK_STREAM) as plain:
        plain.settimeout(timeout_s)
        plain.connect((address, port))
        with context.wrap_socket(plain, server_hostname=name) as secure:
            certificate = read_certificate(secure, refusal)
            secure.sendall(request_for(name))
            head = read_head(secure, began + timeout_s)
            took_ms = (time.monotonic() - began) * 1000
    status, hsts = read_answer(head)
    fault = "" if status is not None else "Có kết nối nhưng không trả lời HTTP."
    return Answer(status is not None, status, took_ms, hsts, certificate, fault)


def request_for(name: str) -> bytes:
    """Write the one request."""
    return f"GET / HTTP/1.1\r\nHost: {name}\r\nUser-Agent: {AGENT}\r\nConnection: close\r\n\r\n".encode("ascii")


def read_head(secure: ssl.SSLSocket, until: float) -> bytes:
    """Read the head of an answer, bounded in size and time."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
        if time.monotonic() > until:
            raise TimeoutError
        piece = secure.recv(4096)
        if not piece:
            break
        head += piece
    return head


def read_answer(head: bytes) -> tuple[int | None, bool]:
    """Give the status and whether HSTS is asked for with a lifetime above nothing.

    >>> read_answer(b"HTTP/1.1 301 Moved\\r\\nStrict-Transport-Security: max-age=31536000\\r\\n\\r\\n")
    (301, True)
    >>> read_answer(b"SSH-2.0-OpenSSH\\r\\n")
    (None, False)
    """
    first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
        return None, False
    fields = dict(line.lower().partition(":")[::2] for line in lines)
    wanted = fields.get("strict-transport-security", "").replace(" ", "").replace('"', "")
    age = next((part[8:] for part in wanted.split(";") if part.startswith("max-age=")), "0")
    return int(words[1]), age.isdigit() and int(age) > 0


def read_certificate(secure: ssl.SSLSocket, refusal: str) -> Certificate | None:
    """Give the certificate that was shown."""
    shown = secure.getpeercert(binary_form=True)
    if not shown:
        return None
    read = x509.load_der_x509_certificate(shown)
    names = read.issuer.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME) or list(read.issuer)
    issuer = str(names[0].value) if names else ""
    return Certificate(read.not_valid_after_utc, issuer[:200], refusal)


def certificate_words(error: ssl.SSLCertVerificationError) -> str:
    """Say why browsers refuse a certificate."""
    expired, self_signed, self_signed_chain, no_issuer, other_name = 10, 18, 19, 20, 62
    words = {
        expired: "Chứng thư đã hết hạn.",
        self_signed: "Chứng thư tự ký.",
        self_signed_chain: "Chứng thư do nơi cấp không được tin cậy.",
        no_issuer: "Thiếu chứng thư trung gian, hoặc nơi cấp không được tin cậy.",
        other_name: "Chứng thư của tên miền khác.",
    }
    return words.get(error.verify_code, "Trình duyệt không tin chứng thư này.")


def connection_words(error: Exception) -> str:
    """Say why a host could not be asked."""
    if isinstance(error, TimeoutError):
        return "Không trả lời kịp."
    if isinstance(error, ConnectionRefusedError):
        return "Từ chối kết nối."
    if isinstance(error, ssl.SSLError):
        return "Không thiết lập được kết nối bảo mật."
    return "Không kết nối được."
