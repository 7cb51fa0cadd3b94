"""A form of returns is composed by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from hatang.indicators.services.return_forms import open_draft
from tests.conftest import World
from tests.indicators.cycle import an_item, make_form


def test_items_are_chosen_moved_and_opened_by_keys(world: World, visit: Callable[..., Page]) -> None:
    form = make_form(world.province, [an_item("mot"), an_item("hai"), an_item("ba")]).form
    draft = open_draft(actor=None, form=form)
    page = visit(width=360, who="department_officer")
    page.goto(reverse("indicators:form_draft", args=[draft.pk]))
    rows = page.locator("[data-item]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(0)).to_have_attribute("aria-label", "hai")
    expect(rows.nth(0)).to_be_focused()
    expect(page.locator("#composer-said")).to_have_text("Dòng thứ 1: hai")
    page.keyboard.press("Alt+ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sửa dòng")).to_be_visible()
    expect(page.locator("[name=options]")).to_be_hidden()
    page.locator("[name=kind]").select_option("choice")
    expect(page.locator("[name=options]")).to_be_visible()
    assert list(draft.items.order_by("order").values_list("code", flat=True)) == ["mot", "hai", "ba"]
