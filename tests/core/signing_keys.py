"""Keys made once for all tests of signatures: making them takes seconds."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import typst
from cryptography.hazmat.primitives.serialization import Encoding

from hatang.core.signatures.anchors import Anchor
from hatang.core.signatures.signing import Key, Surroundings, open_pkcs12, sign_pdf, stamper_of
from hatang.core.signatures.trial_keys import Pair, make_authority, make_revocations, make_signer, make_stamper

FONTS = Path(__file__).parents[2] / "node_modules/@expo-google-fonts/tinos"
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Keys:
    authority: Pair
    signer: Pair
    stamper: Pair
    key: Key

    @property
    def trusted(self) -> list[Anchor]:
        return [Anchor(self.authority.certificate.public_bytes(Encoding.DER))]

    def around(self, *, revoked: tuple[tuple[int, datetime], ...] = (), at: datetime | None = None) -> Surroundings:
        """Give a clock of our own, which stands at the moment of the tests or at `at`, and a revocation list."""
        clock: Any = stamper_of(open_pkcs12(self.stamper.as_pkcs12(b"a"), "a"), [self.authority.as_pem()])
        clock.fixed_dt = at or NOW
        listed = make_revocations(self.authority, NOW - timedelta(hours=1), days=400, revoked=revoked)
        return Surroundings(clock, [self.authority.as_pem()], (listed,), False)

    def signed(self, content: bytes, **more: Any) -> bytes:
        return sign_pdf(content, **{"key": self.key, "around": self.around(), "now": NOW, "reason": "Thử"} | more)


@cache
def keys() -> Keys:
    authority = make_authority(NOW, days=500)
    signer, stamper = make_signer(authority, "Sở Thử", NOW, days=300), make_stamper(authority, NOW, days=300)
    return Keys(authority, signer, stamper, open_pkcs12(signer.as_pkcs12(b"a", [authority.certificate]), "a"))


@cache
def plain_pdf(pages: int = 2) -> bytes:
    text = "\n#pagebreak()\n".join(f"= Trang {n}\nTỷ lệ thôn có sóng: {90 + n} %" for n in range(1, pages + 1))
    source = f'#set page("a4")\n#set text(font: "Tinos")\n{text}'.encode()
    compile_files: Any = typst.compile
    made: bytes = compile_files({"main": source}, font_paths=[str(FONTS)], ignore_system_fonts=True, timestamp=0)
    return made


@cache
def signed_pdf() -> bytes:
    return keys().signed(plain_pdf())


def updated(content: bytes, change: Any) -> bytes:
    """Add an incremental update that `change` makes with pyHanko's writer."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
