"""An authority on loopback, as real ones are: it stamps times over HTTP and publishes its revocation list.

Its certificates name the list's address, so a key of it is signed with as in production: everything is asked over HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import pem, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from hatang.core.signatures.signing import open_pkcs12, stamper_of
from hatang.core.signatures.trial_keys import Pair, begun, make_revocations, named, usage_of
from tests.core.signing_keys import NOW, keys


@dataclass
class Authority:
    """Where it answers, and what it was asked for."""

    port: int
    asked: list[str] = field(default_factory=list)

    @property
    def stamps_at(self) -> str:
        return f"http://127.0.0.1:{self.port}/dau-thoi-gian"

    @property
    def lists_at(self) -> str:
        return f"http://127.0.0.1:{self.port}/thu-hoi.crl"

    def trust(self, folder: Path) -> Path:
        """Put its certificate into a folder of whom to trust."""
        folder.mkdir(exist_ok=True)
        (folder / "goc.pem").write_bytes(keys().authority.as_pem())
        return folder

    def issue(
        self, name: str, *, elliptic: bool = False, extended: Any = None, at: datetime = NOW, days: int = 300
    ) -> Pair:
        """Issue a certificate that says where its revocation list is."""
        ready = keys().stamper if extended else keys().signer
        key: Any = ec.generate_private_key(ec.SECP256R1()) if elliptic else ready.key
        authority = keys().authority
        builder = begun(named(name), authority.certificate.subject, key, at, days)
        usage = usage_of(digital_signature=True, content_commitment=not extended)
        places = [x509.DistributionPoint([x509.UniformResourceIdentifier(self.lists_at)], None, None, None)]
        builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.CRLDistributionPoints(places), critical=False)
        key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
        builder = builder.add_extension(key_id, critical=False)
        if extended is not None:
            builder = builder.add_extension(extended, critical=True)
        return Pair(key, builder.sign(authority.key, hashes.SHA256()))


@contextmanager
def authority() -> Iterator[Authority]:
    """Run the authority on a port that the system chooses."""
    stamping = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING])
    held: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.asked.append(self.path)
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            clock = held["clock"]
            clock.fixed_dt = datetime.now(UTC)
            answered = clock.request_tsa_response(tsp.TimeStampReq.load(asked))
            self.answer("application/timestamp-reply", answered.dump())

        def do_GET(self) -> None:
            here.asked.append(self.path)
            self.answer("application/pkix-crl", held["list"])

        def answer(self, kind: str, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Authority(server.server_port)
    held["list"] = pem.unarmor(make_revocations(keys().authority, NOW, days=400))[2]
    stamper = here.issue("Dấu thời gian", extended=stamping)
    held["clock"] = stamper_of(open_pkcs12(stamper.as_pkcs12(b"a"), "a"), [keys().authority.as_pem()])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
