"""The file of a system's security level: who brings it, who may read it, and that those before it stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.systems.models import InformationSystem
from tests.conftest import World
from tests.systems.registers import system

People = dict[str, Person]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def bring(person: Person, row: InformationSystem, name: str, content: bytes = b"%PDF-1.7 ho so") -> Any:
    address = reverse("systems:document", args=[row.pk])
    return signed_in(person).post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_the_file_is_read_by_those_who_may_know_weak_points(world: World, people: People) -> None:
    row = system(world)
    assert "Đã lưu tệp hồ sơ" in bring(people["department_officer"], row, "cap-do-3.pdf").content.decode()
    row.refresh_from_db()
    assert row.security_document is not None
    address = reverse("systems:document_file", args=[row.pk, row.security_document.pk])
    for who, status in (("department_head", 200), ("auditor", 200), ("analyst", 404), ("rival", 404)):
        answer = signed_in(people[who]).get(address)
        assert answer.status_code == status, who
        assert status == 404 or b"".join(answer.streaming_content) == b"%PDF-1.7 ho so"
    of_analyst = signed_in(people["analyst"]).get(row.get_absolute_url()).content.decode()
    assert "cap-do-3.pdf" not in of_analyst, "neither the page nor its history names it"
    assert "cap-do-3.pdf" in signed_in(people["auditor"]).get(row.get_absolute_url()).content.decode()


def test_a_file_replaced_or_taken_off_stays_in_the_history(world: World, people: People) -> None:
    row, officer = system(world), people["department_officer"]
    bring(officer, row, "cu.pdf")
    bring(officer, row, "moi.pdf", b"%PDF-1.7 moi")
    taken = signed_in(officer).post(reverse("systems:document", args=[row.pk]), {"go": "1"}, follow=True)
    page = taken.content.decode()
    assert "Đã gỡ tệp hồ sơ" in page
    assert page.count("tệp cũ") == 2
    assert "cu.pdf → moi.pdf" in page
    row.refresh_from_db()
    assert row.security_document is None
    assert row.security_file == "1/QĐ", "the file's number and day are not touched"


def test_another_systems_file_is_not_reached(world: World, people: People) -> None:
    row, other = system(world), system(world, "HT-2")
    bring(people["department_officer"], other, "khac.pdf")
    other.refresh_from_db()
    address = reverse("systems:document_file", args=[row.pk, other.security_document_id])
    assert signed_in(people["department_head"]).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("ho-so.exe", b"MZ", "Không nhận tệp loại"), ("anh.png", b"khong phai anh", "không phải ảnh"), ("", b"", "tệp")],
)
def test_what_is_no_document_is_refused_and_nothing_changes(
    world: World, people: People, name: str, content: bytes, says: str
) -> None:
    row = system(world)
    answer = bring(people["department_officer"], row, name or "trong.pdf", content)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    row.refresh_from_db()
    assert row.security_document is None


def test_a_document_needs_its_number_and_day(world: World, people: People) -> None:
    row = system(world, security_file="", security_file_on=None)
    answer = bring(people["department_officer"], row, "cap-do.pdf")
    assert answer.status_code == 422
    assert "Ghi số, cơ quan và ngày phê duyệt" in answer.content.decode()
