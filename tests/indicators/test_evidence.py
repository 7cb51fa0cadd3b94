"""The file that an answer rests on: brought by its filer, read by who may see the return, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.indicators.models import FormItem, Return, ReturnCell, Value
from hatang.indicators.services.approval import approve_return, check_return, submit_return
from hatang.indicators.services.filling import Change, attach_evidence, held_by, save_cells
from hatang.indicators.services.periods import count_for
from hatang.work.models import StoredFile
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import an_item, make_cell, make_form, make_period, make_return

PAPER = "quyet-dinh.txt"
COUNTED = {"numerator": None, "denominator": None, "value": 7, "on": "2025-12-31", "simulated": False, "lacking": ""}


@pytest.fixture
def theirs(world: World) -> Return:
    """Give an operator's return of one figure."""
    item = an_item("thue-bao", FormItem.Kind.INDICATOR, indicator=make_indicator("thue-bao", unit_code="count"))
    return make_return(make_period(make_form(world.province, [item], filer="operator")), world.province, world.operator)


def page_of(row: Return) -> str:
    return reverse("indicators:return_cell", args=[row.pk, "thue-bao", row.place_id])


def bring(client: Client, row: Return, content: bytes = b"1.250 thue bao", name: str = PAPER) -> Any:
    """Bring a file on the cell's page."""
    return client.post(page_of(row), {"file": SimpleUploadedFile(name, content)})


def type_in(person: Person, row: Return, typed: str, revision: int = 0) -> None:
    change = Change("thue-bao", row.place_id, typed, revision)
    assert save_cells(actor=person, return_=row, changes=[change]).clean


def read(client: Client, row: Return, file: StoredFile) -> tuple[int, bytes]:
    """Ask for a file by the return's address."""
    answer = client.get(reverse("indicators:return_evidence", args=[row.pk, file.pk]))
    content = b"".join(answer.streaming_content) if answer.streaming else b""  # type: ignore[attr-defined]
    return answer.status_code, content


def test_a_file_is_brought_shown_to_the_approver_and_goes_with_the_figure(
    theirs: Return, client: Client, people: dict[str, Person]
) -> None:
    client.force_login(people["operator"])
    assert bring(client, theirs).url == f"{theirs.get_absolute_url()}#thue-bao.{theirs.place_id}"
    type_in(people["operator"], theirs, "1.250")
    file = theirs.cells.get().evidence
    assert file is not None
    assert file.organisation == theirs.organisation, "its operator's quota counts it"
    submit_return(actor=people["operator"], return_=theirs)
    for who in ("department_officer", "department_head", "auditor"):
        client.force_login(people[who])
        assert PAPER in client.get(theirs.get_absolute_url()).content.decode()
        assert read(client, theirs, file) == (200, b"1.250 thue bao")
    for who in ("rival", "stranger", "commune_officer", "analyst"):
        client.force_login(people[who])
        assert read(client, theirs, file)[0] == 404
        assert client.get(page_of(theirs)).status_code == 404
    check_return(actor=people["department_officer"], return_=theirs)
    approve_return(actor=people["department_head"], return_=theirs)
    assert Value.objects.get().evidence == file


def test_a_return_leads_to_no_file_but_its_own(
    theirs: Return, world: World, client: Client, people: dict[str, Person]
) -> None:
    mine = make_return(theirs.period, world.province, world.rival)
    client.force_login(people["operator"])
    bring(client, theirs)
    file = theirs.cells.get().evidence
    assert file is not None
    client.force_login(people["rival"])
    assert read(client, mine, file)[0] == 404
    client.force_login(people["department_officer"])
    assert read(client, mine, file)[0] == 404


def test_files_that_were_replaced_or_taken_off_stay_in_the_cells_history(
    theirs: Return, client: Client, people: dict[str, Person]
) -> None:
    client.force_login(people["operator"])
    type_in(people["operator"], theirs, "1.200")
    bring(client, theirs, name="cu.txt")
    type_in(people["operator"], theirs, "1.250", revision=1)
    bring(client, theirs, name="moi.txt")
    client.post(page_of(theirs), {"go": "1"})
    cell = theirs.cells.get()
    assert (cell.evidence, cell.value, cell.revision) == (None, 1250, 2), "typing is in no conflict with a file"
    held = held_by(theirs, cell.item, theirs.place)
    assert [(h.typed, str(h.file or "")) for h in held] == [
        ("1.250", ""),
        ("1.250", "moi.txt"),
        ("1.250", "cu.txt"),
        ("1.200", "cu.txt"),
        ("1.200", ""),
    ]
    assert {h.by for h in held} == {people["operator"]}
    page = client.get(page_of(theirs)).content.decode()
    assert "gỡ tệp moi.txt" in page
    old = held[3].file
    assert old is not None
    assert read(client, theirs, old)[0] == 200


def test_what_cannot_be_kept_is_told_and_changes_nothing(
    theirs: Return, client: Client, people: dict[str, Person], settings: Any
) -> None:
    client.force_login(people["operator"])
    settings.UPLOAD_BYTES = 100
    for name, content, words in (
        ("a.exe", b"x", "Không nhận tệp loại “.exe”"),
        ("a.txt", b"x" * 101, "tối đa"),
        ("a.png", b"x", "Tệp không phải ảnh PNG"),
        ("a.txt", b"", "Tệp trống"),
    ):
        answer = bring(client, theirs, content, name)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert client.post(page_of(theirs), {}).status_code == 422
    assert client.post(page_of(theirs), {"go": "1"}).status_code == 422
    assert not theirs.cells.exists()
    assert not StoredFile.objects.exists()
    settings.QUOTA_BYTES = 5
    assert "Nhờ quản trị" in bring(client, theirs).content.decode()


def test_only_the_filer_brings_files_and_only_while_the_return_is_filled(
    theirs: Return, client: Client, people: dict[str, Person]
) -> None:
    item, paper = theirs.period.version.items.get(), SimpleUploadedFile(PAPER, b"x")
    for who in ("department_officer", "rival"):
        client.force_login(people[who])
        assert bring(client, theirs).status_code == 404
        with pytest.raises(PermissionDenied):
            attach_evidence(actor=people[who], return_=theirs, item=item, place=theirs.place, upload=paper)
    Return.objects.update(state=Return.State.SIGNED)
    with pytest.raises(ValidationError, match="không sửa được nữa"):
        attach_evidence(actor=people["operator"], return_=theirs, item=item, place=theirs.place, upload=paper)
    client.force_login(people["operator"])
    assert bring(client, theirs).status_code == 422
    assert client.get(reverse("indicators:return_cell", args=[theirs.pk, "khac", theirs.place_id])).status_code == 404


def test_what_was_counted_first_stays_when_it_is_counted_anew(
    world: World, client: Client, people: dict[str, Person]
) -> None:
    """The history of a cell holds everything that was ever written over, what machines counted too."""
    item = an_item("tram", FormItem.Kind.EXTRACT, extract="tram-4g", unit_code="count")
    row = make_return(make_period(make_form(world.province, [item])), world.commune)
    make_cell(row, "tram", revision=0, counted=COUNTED)
    ReturnCell.history.all().delete()  # as a period that opens makes it
    assert count_for([Return.objects.whole().get(pk=row.pk)], actor=people["department_officer"]) == 1
    assert count_for([Return.objects.whole().get(pk=row.pk)]) == 0
    told = held_by(row, row.period.version.items.get(), world.commune)
    assert [h.act for h in told] == ["đếm từ sổ", "đếm khi mở kỳ"]
    assert "sổ đếm: 7" in told[1].typed
    client.force_login(people["commune_officer"])
    address = reverse("indicators:return_cell", args=[row.pk, "tram", world.commune.pk])
    assert "sổ đếm: 7" in client.get(address).content.decode()
