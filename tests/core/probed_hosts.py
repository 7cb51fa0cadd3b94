"""Real servers on this machine to look at: names, HTTPS on IPv4 and IPv6, certificates of our own."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NOW = datetime.now(UTC)
OK_HEAD = b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=31536000\r\nContent-Length: 2\r\n\r\nok"


class Authority:
    """A root of ours and the certificates that it signs, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Gốc thử")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        root = self.built(self.name, self.key.public_key(), days=100)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        root = root.add_extension(usage, critical=True)
        root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        self.root = folder / "root.pem"
        self.root.write_bytes(root.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def built(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, days: int) -> x509.CertificateBuilder:
        begin, end = NOW - timedelta(days=200), NOW + timedelta(days=days)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key)
        return made.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)

    def certificate(self, name: str, *, days: int = 60) -> Path:
        """Sign a certificate for a name; give the file with it and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        made = self.built(subject, key.public_key(), days=days)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = made.add_extension(issuer, critical=False)
        file = self.folder / f"{name}-{days}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + private)
        return file


@contextmanager
def https_servers(certificate: Path, hosts: tuple[str, ...], head: bytes = OK_HEAD) -> Iterator[int]:
    """Serve one head on one port at these addresses until the end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening: list[socket.socket] = []
    port = 0
    for host in hosts:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        one = socket.create_server((host, port), family=family)
        port = one.getsockname()[1]
        listening.append(one)
        threading.Thread(target=serve, args=(one, context, head), daemon=True).start()
    try:
        yield port
    finally:
        for one in listening:
            one.shutdown(socket.SHUT_RDWR)
            one.close()


def serve(listening: socket.socket, context: ssl.SSLContext, head: bytes) -> None:
    """Answer each connection with the same head; an empty one leaves it hanging."""
    while True:
        try:
            plain, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=(plain, context, head), daemon=True).start()


def answer(plain: socket.socket, context: ssl.SSLContext, head: bytes) -> None:
    try:
        with context.wrap_socket(plain, server_side=True) as secure:
            secure.settimeout(3)
            secure.recv(4096)
            secure.sendall(head)
            if not head:
                secure.recv(1)
    except OSError:
        return


@contextmanager
def name_server(zone: Mapping[str, tuple[str, ...]], *, validated: bool = False) -> Iterator[tuple[str, int]]:
    """Answer A and AAAA questions about the zone's names over UDP until the end."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(0.1)
        stop = threading.Event()
        thread = threading.Thread(target=answer_names, args=(udp, zone, validated, stop), daemon=True)
        thread.start()
        try:
            yield udp.getsockname()
        finally:
            stop.set()
            thread.join()


def answer_names(
    udp: socket.socket, zone: Mapping[str, tuple[str, ...]], validated: bool, stop: threading.Event
) -> None:
    while not stop.is_set():
        try:
            packet, client = udp.recvfrom(4096)
        except TimeoutError:
            continue
        asked = dns.message.from_wire(packet)
        question = asked.question[0]
        reply = dns.message.make_response(asked)
        name = question.name.to_text().rstrip(".")
        reply.set_rcode(dns.rcode.NOERROR if name in zone else dns.rcode.NXDOMAIN)
        version = {dns.rdatatype.A: 4, dns.rdatatype.AAAA: 6}[question.rdtype]
        fitting = [a for a in zone.get(name, ()) if ipaddress.ip_address(a).version == version]
        if fitting:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", question.rdtype, *fitting))
        if validated:
            reply.flags |= dns.flags.AD
        udp.sendto(reply.to_wire(), client)
