"""The pages on which forms of returns are composed, tried and published."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from hatang.accounts.models import Person
from hatang.indicators.definitions import import_indicators
from hatang.indicators.models import FormCheck, FormItem, FormVersion, Indicator, Period, Return, ReturnCell, ReturnForm
from hatang.indicators.services.return_forms import open_draft
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import a_check, an_item, make_form, make_period


@pytest.fixture
def officer(people: dict[str, Person]) -> Client:
    """Sign in who composes forms."""
    client = Client()
    client.force_login(people["department_officer"])
    return client


@pytest.fixture
def draft(world: World) -> FormVersion:
    """Open the second version of a form of two counts and a ratio."""
    ratio = make_indicator("ti-le-ho", numerator_text="Hộ có Internet", denominator_text="Tổng số hộ")
    items = [an_item("ho"), an_item("may"), an_item("ti-le", FormItem.Kind.INDICATOR, indicator=ratio)]
    version = make_form(world.province, items, [a_check("at_most", "may", "ho")])
    return open_draft(actor=None, form=version.form)


def at(name: str, *args: Any) -> str:
    """Give an address of these pages."""
    return reverse(f"indicators:{name}", args=args)


def send(client: Client, address: str, **data: Any) -> str:
    """Post a form, follow where it leads, and give the page."""
    return client.post(address, data, follow=True).content.decode()


def test_a_shipped_form_is_taken_over_changed_and_published(officer: Client, world: World) -> None:
    import_indicators()
    page = send(officer, at("return_form_adopt", world.province.code), form="xa-nam")
    assert "Xem lại từng dòng" in page
    draft = FormVersion.objects.get()
    page = send(officer, at("form_publish", draft.pk), note="Bản đầu")
    assert "Đã ban hành bản 1" in page
    assert "hệ thống đã đếm, chỉ hỏi xác nhận" in page
    again = send(officer, at("return_form_adopt", world.province.code), form="xa-nam")
    assert "đã có biểu mang mã này" in again
    assert officer.get(at("form_draft", draft.pk)).status_code == 404


def test_an_item_is_named_and_coded_by_what_it_asks(officer: Client, draft: FormVersion) -> None:
    new = at("form_item_new", draft.pk)
    known = Indicator.objects.get()
    send(
        officer,
        new,
        kind="indicator",
        indicator=known.pk,
        denominator_from="households",
        required="on",
        unit_code="count",
    )
    send(officer, new, kind="extract", extract="so-thon", options="bỏ")
    send(officer, new, kind="choice", label="Đã ban hành kế hoạch?", options="Rồi\nĐang soạn\n")
    told = (
        draft.items.filter(order__gte=3)
        .order_by("order")
        .values_list("code", "label", "unit_code", "extract", "options")
    )
    assert list(told) == [
        ("ti-le-ho", "ti-le-ho", "", "", []),
        ("so-thon", "Số thôn trong sổ", "", "so-thon", []),
        ("da-ban-hanh-ke-hoach", "Đã ban hành kế hoạch?", "", "", ["Rồi", "Đang soạn"]),
    ]
    refused = officer.post(new, {"kind": "choice", "label": "Chọn", "options": "một\nMột", "code": "ho"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Hai lựa chọn giống nhau." in page
    assert "Biểu đã có dòng mang mã này." in page
    assert "Loại dòng này cần chọn ở đây." in officer.post(new, {"kind": "indicator"}).content.decode()


def test_a_code_that_was_published_stays(officer: Client, draft: FormVersion) -> None:
    item = draft.items.get(code="ho")
    send(officer, at("form_item", item.pk), kind="number", label="Số hộ", code="khac", unit_code="count")
    item.refresh_from_db()
    assert (item.label, item.code) == ("Số hộ", "ho")


def test_items_move_and_go(officer: Client, draft: FormVersion) -> None:
    last = draft.items.get(code="ti-le")
    send(officer, at("form_item_move", last.pk), steps="-1")
    assert list(draft.items.order_by("order").values_list("code", flat=True)) == ["ho", "ti-le", "may"]
    assert "Luật kiểm tra đang dùng dòng" in send(officer, at("form_item_remove", draft.items.get(code="ho").pk))
    assert "Đã bỏ dòng" in send(officer, at("form_item_remove", last.pk))


def test_a_check_is_chosen_with_items_in_order_and_settings(officer: Client, draft: FormVersion) -> None:
    rules = officer.get(at("form_check_new", draft.pk)).content.decode()
    assert "Nhảy so với kỳ trước" in rules
    assert "Trả lời đủ" not in rules
    jump = f"{at('form_check_new', draft.pk)}?luat=jump"
    refused = officer.post(jump, {"set-percent": "0,5"})
    assert refused.status_code == 422
    assert "phải là số từ 1 đến 10.000" in refused.content.decode()
    send(officer, jump, **{"set-percent": "40", "items": ["ho"], "hard": "on", "message": "Xem lại"})
    check = FormCheck.objects.get(version=draft, rule="jump")
    assert (check.items, check.settings["percent"], check.hard) == (["ho"], 40, True)
    within = f"{at('form_check_new', draft.pk)}?luat=within"
    for said, told in (
        ({"set-least": ""}, "Ghi ít nhất, nhiều nhất, hoặc cả hai."),
        ({"set-least": "9", "set-most": "3"}, "Ít nhất lớn hơn nhiều nhất"),
    ):
        refused = officer.post(within, said)
        assert (refused.status_code, told in refused.content.decode()) == (422, True)
    pair = draft.checks.get(rule="at_most")
    send(officer, at("form_check", pair.pk), **{"item-0": "ho", "item-1": "may"})
    pair.refresh_from_db()
    assert pair.items == ["ho", "may"]
    assert officer.post(at("form_check", pair.pk), {"item-0": "ho"}).status_code == 422
    send(officer, at("form_check_remove", pair.pk))
    assert list(draft.checks.values_list("rule", flat=True)) == ["jump"]


def test_trying_reads_and_checks_and_keeps_nothing(officer: Client, draft: FormVersion) -> None:
    address = at("form_try", draft.pk)
    page = send(officer, address, ho="10", may="12", **{"ti-le": "3", "ti-le-mau-so": "4"})
    assert "nhiều hơn" in page
    assert "1 điều cần giải thích" in page
    wrong = officer.post(address, {"ho": "10 hộ", "ti-le": "5", "ti-le-mau-so": "4"})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert "có chữ lẫn với số; chỉ ghi số: 10." in page
    assert "tỷ lệ nhiều nhất 100 %" in page
    assert 'value="10 hộ"' in page
    assert not (Return.objects.exists() or ReturnCell.objects.exists() or Period.objects.exists())
    book = load_workbook(io.BytesIO(officer.get(at("form_template", draft.pk)).content))
    assert book["Số liệu"]["B4"].value == "ho"


def test_publishing_says_what_changes_and_for_whom(officer: Client, draft: FormVersion) -> None:
    make_period(draft.form.versions.get(number=1))
    draft.items.filter(code="ti-le").delete()
    page = officer.get(at("form_publish", draft.pk)).content.decode()
    assert "So với bản 1 đang dùng: bỏ 1." in page
    assert "1 kỳ đang thu vẫn theo bản 1: Kỳ 2025" in page
    send(officer, at("form_publish", draft.pk), note="bỏ 1")
    page = officer.get(at("return_form", draft.form_id)).content.decode()
    assert "Đang dùng bản 2" in page
    assert officer.get(at("form_version", draft.form.versions.get(number=1).pk)).status_code == 200
    edit = officer.get(at("return_form_edit", draft.form_id)).content.decode()
    assert "Đã có kỳ thu theo biểu này nên không đổi được" in edit


def test_a_form_is_copied_put_out_of_use_and_its_draft_thrown_away(
    officer: Client, draft: FormVersion, world: World
) -> None:
    new = at("return_form_new", world.province.code)
    facts = {"filer": "commune", "rhythm": "yearly", "due_offset_days": "15", "open_days": "30"}
    send(officer, f"{new}?chep={draft.form_id}", name="Bản chép", code="chep", **facts)
    copied = ReturnForm.objects.get(code="chep")
    assert copied.versions.get().items.count() == 3
    assert copied.versions.get().checks.count() == 1
    taken = officer.post(new, {"name": "Trùng", "code": "chep", **facts})
    assert (taken.status_code, "Tỉnh đã có biểu mang mã này." in taken.content.decode()) == (422, True)
    assert "Đã bỏ bản 1" in send(officer, at("form_discard", copied.versions.get().pk))
    assert not ReturnForm.objects.filter(code="chep").exists()
    assert "thôi dùng" in send(officer, at("return_form_retire", draft.form_id))
    assert "thôi dùng" in send(officer, at("return_form_retire", draft.form_id))
    page = send(officer, at("return_form_retire", draft.form_id), **{"dung-lai": "1"})
    assert "Biểu này dùng lại." in page
    assert "can_bo_so: sửa biểu · dùng lại" in page
