"""A return is filled as it is typed: nothing is lost, nobody writes over what they have not seen."""

from __future__ import annotations

import html
import json
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.accounts.services import make_token
from hatang.indicators.models import FormItem, Period, Return, ReturnCell
from hatang.indicators.services.filling import Change, contents, save_cells
from tests.conftest import World, make_person
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import an_item, make_cell, make_form, make_period, make_return

COUNTED = {"numerator": None, "denominator": None, "value": 7, "on": "2025-12-31", "simulated": False, "lacking": ""}


@pytest.fixture
def ours(world: World) -> Return:
    """Give the commune's return: a number, a ratio, words, and what the registers count."""
    smart = make_indicator("dien-thoai", denominator_text="người lớn")
    items = [
        an_item("so-ho"),
        an_item("dt", FormItem.Kind.INDICATOR, indicator=smart),
        an_item("loi", FormItem.Kind.TEXT, required=False),
        an_item("tram", FormItem.Kind.EXTRACT, extract="tram-4g", unit_code="count"),
    ]
    row = make_return(make_period(make_form(world.province, items)), world.commune)
    make_cell(row, "tram", revision=0, counted=COUNTED)
    return row


@pytest.fixture
def colleague(world: World) -> Person:
    """Give a second officer of the commune."""
    return make_person("can_bo_2", Role.COMMUNE_OFFICER, province=world.province, place=world.commune)


def change(row: Return, item: str, typed: str, revision: int = 0, **more: Any) -> Change:
    return Change(item, row.place_id, typed, revision, **more)


def save(who: Person, row: Return, *changes: Change, **more: Any) -> Any:
    return save_cells(actor=who, return_=row, changes=changes, **more)


def test_cells_are_saved_one_by_one_and_their_earlier_contents_stay(ours: Return, people: dict[str, Person]) -> None:
    officer = people["commune_officer"]
    saved = save(officer, ours, change(ours, "so-ho", "1.250"), change(ours, "dt", "30 / 40"))
    assert saved.clean
    assert [(cell.value, cell.revision) for cell in saved.cells] == [(1250, 1), (75, 1)]
    save(officer, ours, change(ours, "so-ho", "1.300", 1))
    cell = ours.cells.get(item__code="so-ho")
    assert (cell.value, cell.revision, cell.changed_by) == (1300, 2, officer)
    assert [old.value for old in cell.history.order_by("history_id")] == [1250, 1300]


def test_what_cannot_be_read_is_told_and_holds_nothing_else_up(ours: Return, people: dict[str, Person]) -> None:
    saved = save(people["commune_officer"], ours, change(ours, "so-ho", "nhiều"), change(ours, "dt", "3 / 4"))
    assert [fault.change.item for fault in saved.faults] == ["so-ho"]
    assert ours.cells.get(item__code="dt").value == 75
    whole = save(people["commune_officer"], ours, change(ours, "so-ho", "5"), change(ours, "dt", "x", 1), whole=True)
    assert (len(whole.faults), whole.changed) == (1, 0)
    assert not ours.cells.filter(item__code="so-ho").exists(), "a file is taken whole or not at all"


def test_two_people_in_one_cell_the_second_is_shown_what_the_first_wrote(
    ours: Return, people: dict[str, Person], colleague: Person
) -> None:
    first, second = people["commune_officer"], colleague
    save(first, ours, change(ours, "so-ho", "100"))
    late = save(second, ours, change(ours, "so-ho", "200"))
    assert [contents(c.cell) for c in late.conflicts] == ["100"]
    assert ours.cells.get(item__code="so-ho").value == 100
    chosen = save(second, ours, change(ours, "so-ho", "200", late.conflicts[0].cell.revision))
    assert chosen.clean
    assert ours.cells.get(item__code="so-ho").value == 200


def test_sending_again_after_a_lost_answer_is_no_conflict(ours: Return, people: dict[str, Person]) -> None:
    twice = change(ours, "so-ho", "100")
    save(people["commune_officer"], ours, twice)
    again = save(people["commune_officer"], ours, twice)
    assert again.clean
    assert again.changed == 0
    assert ours.cells.get(item__code="so-ho").revision == 1


def test_what_registers_count_is_confirmed_or_disputed_with_a_reason(ours: Return, people: dict[str, Person]) -> None:
    officer = people["commune_officer"]
    assert save(officer, ours, change(ours, "tram", "không đồng ý")).faults, "without a reason"
    assert save(officer, ours, change(ours, "tram", "9")).faults, "nobody is asked for it"
    assert save(officer, ours, change(ours, "tram", "không đồng ý: trạm A1 đã ngừng")).clean
    cell = ours.cells.get(item__code="tram")
    assert (cell.answer, cell.note, cell.counted) == ("disputed", "trạm A1 đã ngừng", COUNTED)


@pytest.mark.parametrize("state", [Return.State.SUBMITTED, Return.State.SIGNED, Return.State.APPROVED])
def test_a_return_that_was_sent_is_locked(ours: Return, people: dict[str, Person], state: str) -> None:
    Return.objects.filter(pk=ours.pk).update(state=state)
    with pytest.raises(ValidationError, match="không sửa được"):
        save(people["commune_officer"], ours, change(ours, "so-ho", "1"))


def test_only_its_filer_fills_a_return(ours: Return, people: dict[str, Person]) -> None:
    for who in ("commune_leader", "department_officer", "operator", "auditor", "stranger"):
        with pytest.raises(PermissionDenied):
            save(people[who], ours, change(ours, "so-ho", "1"))
    elsewhere = Change("so-ho", ours.place_id + 1, "1", 0)
    assert save(people["commune_officer"], ours, elsewhere).faults, "another commune's cell"


TYPED = st.sampled_from(["", "0", "12", "1.250", "không có", "7,5", "abc"])


@given(typed=st.lists(TYPED, max_size=5), seen=st.lists(st.integers(0, 3), min_size=5, max_size=5))
@settings(max_examples=25, deadline=None)
def test_a_revision_never_goes_back_and_is_written_only_over_what_was_seen(typed: list[str], seen: list[int]) -> None:
    cell, revision, content = ReturnCell(item=FormItem(code="a", kind="number", unit_code="count")), 0, ""
    from hatang.indicators.services.filling.saving import Saved, Sheet, take
    from hatang.places.models import Place

    place = Place(pk=1)
    item = cell.item
    item.pk = 1
    sheet = Sheet(Return(), {"a": item}, {1: place}, {})
    for text, known in zip(typed, seen, strict=False):
        saved, written = Saved(), []
        take(sheet, Change("a", 1, text, known), Person(pk=1), saved, written)
        now = sheet.cells.get((1, 1))
        assert (now.revision if now else 0) == revision + len(written)
        if written:
            assert known == revision, "nobody writes over what they have not seen"
        elif now is not None:
            assert contents(now) == content
        revision, content = (now.revision, contents(now)) if now else (0, "")


# --- the page


@pytest.fixture
def officer(client: Client, people: dict[str, Person]) -> Client:
    """Sign the commune's officer in."""
    client.force_login(people["commune_officer"])
    return client


def test_without_scripts_the_page_is_one_form(ours: Return, officer: Client, colleague: Person) -> None:
    page = officer.get(ours.get_absolute_url()).content.decode()
    assert "7" in page
    assert "xác nhận" in page
    name = f"so-ho.{ours.place_id}"
    ratio = f"dt.{ours.place_id}"
    sent = {name: "1.250", f"{name}.goc": "", f"{name}.lan": "0"}
    sent |= {ratio: "50", f"{ratio}.mau": "40", f"{ratio}.goc": "", f"{ratio}.lan": "0"}
    refused = officer.post(ours.get_absolute_url(), sent)
    assert refused.status_code == 422
    assert 'value="50"' in refused.content.decode(), "what was typed stays"
    assert ours.cells.get(item__code="so-ho").value == 1250, "and the rest is saved"
    unchanged = {name: "1.250", f"{name}.goc": "1.250", f"{name}.lan": "0"}
    assert officer.post(ours.get_absolute_url(), unchanged).status_code == 302, "an old page changes nothing"
    save(colleague, ours, change(ours, "so-ho", "1.300", 1))
    late = officer.post(ours.get_absolute_url(), {name: "1.400", f"{name}.goc": "1.250", f"{name}.lan": "1"})
    assert late.status_code == 422
    assert "người khác vừa ghi “1.300”" in late.content.decode()
    assert f'name="{name}.lan" value="2"' in late.content.decode(), "saving once more is a choice made knowingly"


def send(client: Client, row: Return, *changes: dict[str, Any]) -> Any:
    return client.post(f"{row.get_absolute_url()}o", json.dumps({"changes": changes}), content_type="application/json")


def test_each_cell_is_answered_for_itself(ours: Return, officer: Client) -> None:
    cell = {"item": "so-ho", "place": ours.place_id, "typed": "100", "revision": 0}
    first = send(officer, ours, cell)
    assert (first.status_code, first.json()["cells"][0]["revision"]) == (200, 1)
    other = send(officer, ours, cell | {"typed": "200"})
    assert (other.status_code, other.json()["conflicts"][0]["typed"]) == (409, "100")
    assert send(officer, ours, cell | {"typed": "x", "revision": 1}).status_code == 422
    assert send(officer, ours, {"item": 1}).status_code == 422
    Period.objects.update(state=Period.State.CLOSED)
    assert send(officer, ours, cell).status_code == 423


def test_a_workbook_is_previewed_then_taken_whole_and_asks_where_somebody_was_quicker(
    ours: Return, officer: Client, colleague: Person
) -> None:
    """The template goes out, two cells are filled in Excel, one of them is changed on the page meanwhile."""
    page = f"{ours.get_absolute_url()}tep"
    book = load_workbook(BytesIO(officer.get(f"{ours.get_absolute_url()}mau.xlsx").content))
    filled(book, "so-ho", "1.250")
    filled(book, "loi", "ổn")
    save(colleague, ours, change(ours, "so-ho", "1.300"))
    shown = officer.post(page, {"file": as_file(book)})
    assert shown.status_code == 200
    assert not ours.cells.filter(item__code="loi").exists(), "a preview stores nothing"
    payload = html.unescape(re.findall(r'name="o" value="([^"]*)"', shown.content.decode())[0])
    assert officer.post(page, {"o": payload}).status_code == 302
    assert ours.cells.get(item__code="loi").text == "ổn"
    assert ours.cells.get(item__code="so-ho").value == 1300, "kept, since it was not chosen"
    officer.post(page, {"o": payload, "dung": f"so-ho.{ours.place_id}"})
    assert ours.cells.get(item__code="so-ho").value == 1250
    filled(book, "so-ho", "nhiều")
    refused = officer.post(page, {"file": as_file(book)})
    assert refused.status_code == 422
    assert "nhiều" in refused.content.decode()


def filled(book: Workbook, code: str, typed: str) -> None:
    """Type an answer into a workbook's line."""
    sheet = book["Số liệu"]
    row = next(cell.row for cell in sheet["A"] if cell.value == code)
    sheet.cell(row, 4).value = typed


def as_file(book: Workbook) -> SimpleUploadedFile:
    """Give a workbook as it is uploaded."""
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("phieu.xlsx", content.getvalue())


def test_a_machine_fills_and_sends_by_the_api(ours: Return, client: Client, people: dict[str, Person]) -> None:
    """The same services stand behind; who may not see the return is answered as if it were not there."""

    def ask(who: str, method: str, more: str = "", data: Any = None) -> Any:
        token = make_token(actor=people[who], name="máy", days=30)[1]
        path = f"/api/v1/phieu/{ours.pk}{more}"
        body = {"data": json.dumps(data), "content_type": "application/json"} if data is not None else {}
        return getattr(client, method)(path, headers={"Authorization": f"Bearer {token}"}, **body)

    got = ask("commune_officer", "get").json()
    assert next((c["item"], c["typed"], c["revision"]) for c in got["cells"]) == ("so-ho", "", 0)
    assert got["cells"][3]["counted"]["value"] == 7
    cell = {"item": "so-ho", "place": ours.place_id, "typed": "12", "revision": 0}
    assert ask("commune_officer", "put", "/o", {"changes": [cell]}).status_code == 200
    assert ask("commune_officer", "put", "/o", {"changes": [cell | {"typed": "13"}]}).status_code == 409
    assert ask("commune_officer", "post", "/gui").status_code == 422, "lines are still lacking"
    rest = [("dt", "3 / 4", 0), ("tram", "xác nhận", 0)]
    changes = [{"item": i, "place": ours.place_id, "typed": t, "revision": r} for i, t, r in rest]
    assert ask("commune_officer", "put", "/o", {"changes": changes}).status_code == 200
    sent = ask("commune_officer", "post", "/gui")
    assert (sent.status_code, sent.json()["state"]) == (200, "submitted")
    assert ask("commune_officer", "put", "/o", {"changes": [cell]}).status_code == 422, "locked"
    assert {ask("rival", m, p, d).status_code for m, p, d in [("get", "", None), ("put", "/o", {"changes": []})]} == {
        404
    }


def test_an_operators_return_by_commune_shows_one_place_or_one_line(
    world: World, client: Client, people: dict[str, Person]
) -> None:
    version = make_form(world.province, [an_item("thue-bao"), an_item("khac")], filer="operator", by_commune=True)
    row = make_return(make_period(version), world.province, world.operator)
    client.force_login(people["operator"])
    save(
        people["operator"],
        row,
        Change("thue-bao", world.neighbour.pk, "5", 0),
        Change("khac", world.neighbour.pk, "5", 0),
    )
    page = client.get(row.get_absolute_url()).content.decode()
    assert f'id="thue-bao.{world.commune.pk}"' in page, "the first place not yet finished"
    assert f'id="thue-bao.{world.neighbour.pk}"' not in page
    line = client.get(row.get_absolute_url(), {"dong": "thue-bao"}).content.decode()
    assert f'id="thue-bao.{world.neighbour.pk}"' in line
    assert f'id="khac.{world.commune.pk}"' not in line
