"""Forms are data: composed as drafts, published as versions that never change, shipped as files."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from hatang.accounts.models import Person
from hatang.indicators.definitions import import_indicators
from hatang.indicators.models import FormCheck, FormItem, FormVersion, ReturnForm
from hatang.indicators.services.return_forms import (
    adopt_shipped,
    differences,
    discard_draft,
    move_item,
    open_draft,
    publish_version,
    remove_item,
    save_item,
    shipped_forms,
    start_form,
    try_version,
)
from tests.conftest import World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import a_check, an_item, make_form, make_period

Kind = FormItem.Kind


def codes(version: FormVersion) -> list[str]:
    """List the codes of a version's items in their order."""
    return list(version.items.order_by("order").values_list("code", flat=True))


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    """Give who composes forms."""
    return people["department_officer"]


@pytest.fixture
def published(world: World) -> FormVersion:
    """Make a form of three items in two sections."""
    items = [an_item("a", section="Một"), an_item("b", section="Một"), an_item("c", section="Hai")]
    return make_form(world.province, items, [a_check("jump", "b", percent=50)])


def test_a_new_version_begins_as_the_old_one_and_leaves_it_alone(published: FormVersion, officer: Person) -> None:
    period = make_period(published)
    draft = open_draft(actor=officer, form=published.form)
    assert (draft.number, codes(draft), draft.checks.get().settings) == (2, ["a", "b", "c"], {"percent": 50})
    assert open_draft(actor=officer, form=published.form) == draft
    save_item(actor=officer, item=FormItem(version=draft, code="a2", label="A2", kind=Kind.NUMBER, section="Một"))
    move_item(actor=officer, item=draft.items.get(code="c"), steps=-9)
    renamed = draft.items.get(code="b")
    renamed.code = "b-moi"
    save_item(actor=officer, item=renamed)
    assert codes(draft) == ["c", "a", "b-moi", "a2"]
    assert set(draft.items.values_list("section", flat=True)) == {"Một"}
    assert draft.checks.get().items == ["b-moi"]
    with pytest.raises(ValidationError, match="Luật kiểm tra đang dùng dòng"):
        remove_item(actor=officer, item=renamed)
    remove_item(actor=officer, item=draft.items.get(code="a"))
    publish_version(actor=officer, version=draft, note="Thêm A2")
    published.refresh_from_db()
    period.refresh_from_db()
    assert (published.state, codes(published)) == (FormVersion.State.RETIRED, ["a", "b", "c"])
    assert period.version == published
    assert published.form.versions.get(state=FormVersion.State.PUBLISHED) == draft
    with pytest.raises(ValidationError, match="đã ban hành, không sửa được"):
        remove_item(actor=officer, item=draft.items.get(code="a2"))


def test_versions_are_held_against_each_other(published: FormVersion, officer: Person) -> None:
    draft = open_draft(actor=officer, form=published.form)
    draft.items.filter(code="a").update(label="Câu hỏi mới", required=False)
    draft.items.filter(code="c").delete()
    FormItem.objects.create(version=draft, order=9, code="d", label="D", kind=Kind.TEXT)
    FormCheck.objects.filter(version=draft).update(settings={"percent": 30}, hard=True)
    told = [(d.kind, d.what, d.changes) for d in differences(published, draft)]
    assert ("changed", "Câu hỏi mới", (("câu hỏi", "a", "Câu hỏi mới"), ("phải trả lời", "có", "không"))) in told
    assert ("removed", "c", ()) in told
    assert ("added", "D", ()) in told
    assert [kind for kind, what, _ in told if what.startswith("luật")] == ["changed"]
    assert differences(draft, draft) == []
    again = open_draft(actor=officer, form=make_form(published.form.province, map(an_item, "abcd"), code="khac").form)
    move_item(actor=officer, item=again.items.get(code="d"), steps=-3)
    told = differences(again.form.versions.get(number=1), again)
    assert [(d.kind, d.what) for d in told] == [("moved", "d")]


def test_what_cannot_be_asked_is_not_published(world: World, officer: Person) -> None:
    form = ReturnForm(province=world.province, code="moi", name="Mới", filer="commune")
    draft = start_form(actor=officer, form=form)
    with pytest.raises(ValidationError, match="chưa có dòng nào"):
        publish_version(actor=officer, version=draft)
    of_province = make_indicator("san-sang-6g", lowest_level="province")
    facts = {"version": draft, "label": "X"}
    FormItem.objects.create(code="x", kind=Kind.CHOICE, options=["một"], **facts)
    FormItem.objects.create(code="y", kind=Kind.INDICATOR, indicator=of_province, **facts)
    FormItem.objects.create(code="z", kind=Kind.EXTRACT, **facts)
    with pytest.raises(ValidationError) as told:
        publish_version(actor=officer, version=draft)
    assert [m.partition(": ")[2] for m in told.value.messages] == [
        "cần ít nhất 2 lựa chọn.",
        "chỉ tiêu này chỉ có ở cấp tỉnh, không hỏi theo xã, phường.",
        "chưa chọn trích từ sổ nào.",
    ]
    discard_draft(actor=officer, version=draft)
    assert not ReturnForm.objects.exists()


def test_only_who_composes_in_the_province_may(published: FormVersion, people: dict[str, Person]) -> None:
    for name in ("stranger", "commune_officer", "operator", "analyst"):
        with pytest.raises(PermissionDenied):
            open_draft(actor=people[name], form=published.form)
        assert not ReturnForm.objects.visible_to(people[name]).exists()


def test_every_shipped_form_can_be_taken_over_and_published(world: World, officer: Person) -> None:
    import_indicators()
    for code in shipped_forms():
        version = publish_version(
            actor=officer, version=adopt_shipped(actor=officer, province=world.province, code=code)
        )
        assert version.items.count() >= 5
        assert version.form.legal
    with pytest.raises(ValidationError, match="đã có biểu mang mã này"):
        adopt_shipped(actor=officer, province=world.province, code=code)
    plan = ReturnForm.objects.get(code="dn-ke-hoach")
    assert (plan.due_offset_days, plan.filer) == (-12, "operator")


def test_a_number_that_the_system_should_hold_does_not_stop_who_files(world: World) -> None:
    of = make_indicator("ho-co-internet")
    version = make_form(world.province, [an_item("ho", Kind.INDICATOR, indicator=of, denominator_from="households")])
    assert try_version(version, world.commune, {"ho": "5"}).findings == []
    world.commune.households = 4
    assert "tử số không lớn hơn mẫu số" in try_version(version, world.commune, {"ho": "5"}).faults["ho"]
