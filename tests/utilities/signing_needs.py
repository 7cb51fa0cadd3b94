"""Documents and certificates for tests, and what their addresses need."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.signatures.certificates import read_certificate
from hatang.utilities.models import BodyCertificate, SignedDocument
from hatang.utilities.services import make_trial_key, propose_document, register_certificate, sign_document
from hatang.utilities.services.keys import trial_folder
from tests.conftest import World
from tests.core.signing_keys import keys, plain_pdf

People = dict[str, Person]


def trial_key(world: World) -> None:
    """Have the province's trial key; it stays for the tests that follow in this process."""
    if not (trial_folder() / f"thu-{world.province.code}.p12").exists():
        make_trial_key(province=world.province, body="Sở Thử", now=timezone.now())


def proposed(world: World, people: People, **more: Any) -> SignedDocument:
    """Have an officer propose a PDF."""
    said: dict[str, Any] = {"kind": "agreement", "title": "Thỏa thuận dùng chung cột", "name": "thoa-thuan.pdf"}
    said |= {"actor": people["department_officer"], "province": world.province, "issuer": world.department}
    return propose_document(**said | {"content": plain_pdf()} | more)


def signed(world: World, people: People, **more: Any) -> SignedDocument:
    """Have it signed by the head."""
    trial_key(world)
    return sign_document(actor=people["department_head"], document=proposed(world, people, **more))


def kept(document: SignedDocument) -> bytes:
    """Read the signed file."""
    assert document.file is not None
    with document.file.file.open("rb") as file:
        return bytes(file.read())


def registered(world: World, people: People) -> BodyCertificate:
    """Register a certificate of the department."""
    row = BodyCertificate(province=world.province, owner=world.department)
    return register_certificate(
        actor=people["department_officer"], row=row, found=read_certificate(keys().signer.as_pem())
    )


def a_proposal(world: World, people: People) -> dict[str, Any]:
    """Address a document that waits for its signature; the table asks without the file being looked at anew."""
    return {"pk": bare(world, people).pk}


def bare(world: World, people: People, **more: Any) -> SignedDocument:
    """Store a proposal by itself."""
    from tests.access_needs import stored_file

    said: dict[str, Any] = {"province": world.province, "issuer": world.department, "title": "Thỏa thuận"}
    said |= {"code": "ABCD-EFGH-JKMN", "proposed_by": people["department_officer"]}
    return SignedDocument.objects.create(**said | {"draft": stored_file(world, people, "a.pdf")} | more)


def bare_signed(world: World, people: People) -> SignedDocument:
    """Store a public document as if it had been signed."""
    from tests.access_needs import stored_file

    made = {"file": stored_file(world, people, "b.pdf"), "signed_at": timezone.now(), "state": "in_force"}
    return bare(world, people, public=True, **made)


def a_signed_document(world: World, people: People) -> dict[str, Any]:
    """Address a signed document."""
    return {"pk": bare_signed(world, people).pk}


def its_code(world: World, people: People) -> dict[str, Any]:
    """Address a signed document by its code."""
    return {"code": bare_signed(world, people).code}


def a_certificate(world: World, people: People) -> dict[str, Any]:
    """Address a certificate."""
    return {"pk": registered(world, people).pk}
