"""Compose forms of returns: draft versions, their items and checks, and publishing one for the periods to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.indicators.models import CHANGE_FORM, FormCheck, FormItem, FormVersion, ReturnForm
from hatang.indicators.services.checks import require_check
from hatang.places.models import Place

COPIED_ITEM = (
    *("order", "code", "section", "label", "help", "kind", "indicator_id", "unit_code"),
    *("denominator_from", "options", "extract", "required"),
)
COPIED_CHECK = ("order", "rule", "items", "settings", "hard", "message")
LEAST_OPTIONS = 2


def require_composer(actor: Person | None, form: ReturnForm) -> None:
    """Let only who composes forms in the province go on; the system itself may."""
    if actor is not None and not actor.has_perm(CHANGE_FORM, form):
        raise PermissionDenied(f"Bạn không có quyền soạn biểu của {form.province}.")


def locked_draft(actor: Person | None, version: FormVersion) -> FormVersion:
    """Hold a draft against others while it is changed; refuse one that was published."""
    require_composer(actor, version.form)
    held = FormVersion.objects.select_for_update(of=("self",)).select_related("form__province").get(pk=version.pk)
    if held.state != FormVersion.State.DRAFT:
        raise ValidationError("Bản này đã ban hành, không sửa được nữa; mở bản mới để sửa.")
    return held


@transaction.atomic
def start_form(*, actor: Person | None, form: ReturnForm, source: FormVersion | None = None) -> FormVersion:
    """Store a new form with its first draft, empty or with what another version asks."""
    require_composer(actor, form)
    sign(form, actor)
    form.save()
    return _new_draft(actor, form, 1, source)


@transaction.atomic
def open_draft(*, actor: Person | None, form: ReturnForm) -> FormVersion:
    """Give the draft that stands, or open one that asks what the newest version asks."""
    require_composer(actor, form)
    ReturnForm.objects.select_for_update().get(pk=form.pk)
    newest = form.versions.order_by("-number").first()
    if newest is not None and newest.state == FormVersion.State.DRAFT:
        return newest
    published = form.versions.filter(state=FormVersion.State.PUBLISHED).first()
    return _new_draft(actor, form, newest.number + 1 if newest else 1, published or newest)


def _new_draft(actor: Person | None, form: ReturnForm, number: int, source: FormVersion | None) -> FormVersion:
    version = FormVersion(form=form, number=number)
    sign(version, actor, f"mở bản {number}" + (f" từ {source}" if source else ""))
    version.save()
    if source is not None:
        copy_content(source, version)
    return version


def copy_content(source: FormVersion, version: FormVersion) -> None:
    """Ask in a version what another asks: items, then checks."""
    items = source.items.order_by("order", "pk").values(*COPIED_ITEM)
    FormItem.objects.bulk_create(FormItem(version=version, **facts) for facts in items)
    checks = source.checks.order_by("order", "pk").values(*COPIED_CHECK)
    FormCheck.objects.bulk_create(FormCheck(version=version, **facts) for facts in checks)


@transaction.atomic
def discard_draft(*, actor: Person | None, version: FormVersion) -> None:
    """Throw a draft away, and with it a form that never had another version."""
    draft = locked_draft(actor, version)
    form = draft.form
    sign(draft, actor, "bỏ bản đang soạn")
    draft.delete()
    if not form.versions.exists():
        sign(form, actor, "bỏ biểu chưa ban hành")
        form.delete()


@transaction.atomic
def save_item(*, actor: Person | None, item: FormItem) -> FormItem:
    """Store an item of a draft; a new one comes last in its section. Checks follow a code that changes."""
    draft = locked_draft(actor, item.version)
    if item.pk is None:
        item.order = draft.items.aggregate(last=Max("order"))["last"] or 0
        item.save()
        renumber(draft, _with_section(list(draft.items.order_by("order", "pk")), item))
        return item
    before = draft.items.get(pk=item.pk)
    item.save()
    if before.code != item.code:
        for check in draft.checks.all():
            check.items = [item.code if code == before.code else code for code in check.items]
            check.save()
    return item


def _with_section(items: list[FormItem], new: FormItem) -> list[FormItem]:
    """Put a new item behind the last of its section."""
    others = [item for item in items if item.pk != new.pk]
    same = [place for place, item in enumerate(others) if item.section == new.section]
    at = same[-1] + 1 if same else len(others)
    return [*others[:at], new, *others[at:]]


def renumber(version: FormVersion, items: Sequence[FormItem]) -> None:
    """Number the items of a version as they stand."""
    for place, item in enumerate(items):
        item.order = place
    version.items.bulk_update(items, ["order", "section"])


@transaction.atomic
def move_item(*, actor: Person | None, item: FormItem, steps: int) -> None:
    """Move an item up (negative) or down by so many steps; at the ends it stays.

    A step over the edge of its section takes it into the section beside, so that no section falls apart.
    """
    draft = locked_draft(actor, item.version)
    items = list(draft.items.order_by("order", "pk"))
    at = next(place for place, other in enumerate(items) if other.pk == item.pk)
    for _ in range(abs(steps)):
        at = _stepped(items, at, 1 if steps > 0 else -1)
    renumber(draft, items)


def _stepped(items: list[FormItem], at: int, step: int) -> int:
    """Take one step with the item at a place, and give its new place."""
    beside = at + step
    if not 0 <= beside < len(items):
        return at
    if items[beside].section != items[at].section:
        items[at].section = items[beside].section
        return at
    items[at], items[beside] = items[beside], items[at]
    return beside


@transaction.atomic
def remove_item(*, actor: Person | None, item: FormItem) -> None:
    """Take an item out of a draft, unless a check names it."""
    draft = locked_draft(actor, item.version)
    naming = [check.rule for check in draft.checks.all() if item.code in check.items]
    if naming:
        raise ValidationError(f"Luật kiểm tra đang dùng dòng “{item.label}”; sửa hoặc bỏ luật ấy trước.")
    draft.items.filter(pk=item.pk).delete()


@transaction.atomic
def save_check(*, actor: Person | None, check: FormCheck) -> FormCheck:
    """Store a check of a draft; a new one comes last."""
    draft = locked_draft(actor, check.version)
    if check.pk is None:
        check.order = (draft.checks.aggregate(last=Max("order"))["last"] or 0) + 1
    check.save()
    return check


@transaction.atomic
def remove_check(*, actor: Person | None, check: FormCheck) -> None:
    """Take a check out of a draft."""
    locked_draft(actor, check.version).checks.filter(pk=check.pk).delete()


@transaction.atomic
def publish_version(*, actor: Person | None, version: FormVersion, note: str = "") -> FormVersion:
    """Publish a draft: periods that open from now on ask by it; those that opened keep theirs."""
    draft = locked_draft(actor, version)
    faults = faults_of(draft)
    if faults:
        raise ValidationError(faults)
    for standing in draft.form.versions.filter(state=FormVersion.State.PUBLISHED):
        standing.state = FormVersion.State.RETIRED
        sign(standing, actor, f"thay bằng bản {draft.number}")
        standing.save()
    draft.state, draft.note = FormVersion.State.PUBLISHED, note
    draft.published_at, draft.published_by = timezone.now(), actor
    sign(draft, actor, "ban hành")
    draft.save()
    return draft


@transaction.atomic
def retire_form(*, actor: Person | None, form: ReturnForm, archived: bool = True) -> None:
    """Put a form out of use, or back: no period of it opens by itself while it is out of use."""
    require_composer(actor, form)
    form.archived = archived
    sign(form, actor, "thôi dùng" if archived else "dùng lại")
    form.save()


def faults_of(version: FormVersion, items: Sequence[FormItem] | None = None) -> list[str]:
    """Say everything that keeps a draft from being published; who has read its items brings them."""
    if items is None:
        items = list(version.items.select_related("indicator").order_by("order", "pk"))
    if not items:
        return ["Biểu chưa có dòng nào."]
    told = [f"{item.label}: {fault}" for item in items for fault in item_faults(version.form, item)]
    return told + [fault for check in version.checks.all() for fault in check_faults(check, items)]


def item_faults(form: ReturnForm, item: FormItem) -> Iterable[str]:
    """Say what is wrong with an item in its form."""
    if item.kind == FormItem.Kind.CHOICE and len(item.options) < LEAST_OPTIONS:
        yield f"cần ít nhất {LEAST_OPTIONS} lựa chọn."
    if item.kind == FormItem.Kind.EXTRACT and not item.extract:
        yield "chưa chọn trích từ sổ nào."
    of_communes = form.by_commune or form.filer == ReturnForm.Filer.COMMUNE
    if item.indicator and of_communes and item.indicator.lowest_level == Place.Kind.PROVINCE:
        yield "chỉ tiêu này chỉ có ở cấp tỉnh, không hỏi theo xã, phường."


def check_faults(check: FormCheck, items: Iterable[FormItem]) -> list[str]:
    """Say what is wrong with a check beside the items of its version."""
    try:
        require_check(check.rule, check.items, check.settings, {item.code: item for item in items})
    except ValidationError as error:
        return error.messages
    return []
