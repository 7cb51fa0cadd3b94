"""A published table goes to be signed as a sheet that names its file by its hash."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.indicators.models import Publication
from hatang.indicators.services.signing import propose_sheet
from hatang.utilities.models import SignedDocument
from hatang.utilities.services import sign_document, verify_file
from tests.conftest import World
from tests.indicators.publication_needs import proposed_set, published_set
from tests.utilities.signing_needs import kept, trial_key


def test_the_sheet_of_a_table_is_signed_and_names_the_file(world: World, people: dict[str, Person]) -> None:
    trial_key(world)
    row = Publication.objects.get(**published_set(world, people))
    client = Client()
    client.force_login(people["department_officer"])
    client.post(reverse("indicators:publication_sign", args=[row.pk]))
    sheet = sign_document(actor=people["department_head"], document=SignedDocument.objects.get())
    content = kept(sheet)
    words = "".join(pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert row.entry is not None
    assert row.entry.file.sha256 in words
    assert row.entry.root_hash in words
    assert (sheet.kind, sheet.public, verify_file(content).rows[0][1]) == ("table", True, sheet)
    assert sheet.code in Client().get(row.get_absolute_url()).content.decode()
    assert propose_sheet(actor=people["department_officer"], publication=row).replaces == sheet


def test_what_is_not_published_is_not_signed(world: World, people: dict[str, Person]) -> None:
    row = Publication.objects.get(**proposed_set(world, people))
    with pytest.raises(ValidationError, match="đã công bố"):
        propose_sheet(actor=people["department_officer"], publication=row)
