"""Forms that come with the program, as data that an officer can open; a province takes one over and changes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.indicators.models import FormCheck, FormItem, FormVersion, Indicator, ReturnForm
from hatang.indicators.services.return_forms.composing import start_form
from hatang.places.models import Place

FOLDER = "return_forms"
FORM_FIELDS = ("name", "filer", "by_commune", "rhythm", "due_offset_days", "open_days", "legal", "help")
ITEM_FIELDS = (
    *("code", "section", "label", "help", "kind", "unit_code"),
    *("denominator_from", "options", "extract", "required"),
)
CHECK_FIELDS = ("rule", "items", "settings", "hard", "message")


@dataclass(frozen=True)
class Shipped:
    """A form of the data folder: its code, its own facts, and what it asks and checks as the file says it."""

    code: str
    name: str
    facts: dict[str, Any]
    items: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    path: Path


def shipped_forms(folder: Path | None = None) -> dict[str, Shipped]:
    """Read every form of the data folder by its code; raise ValidationError that names the file at fault."""
    paths = sorted((folder or settings.REFERENCE / FOLDER).glob("*.yaml"))
    return {form.code: form for form in map(read_shipped, paths)}


@cache
def read_shipped(path: Path) -> Shipped:
    """Read one file; fields that are not known are refused."""
    try:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValidationError(f"{path.name}: không đọc được YAML: {error}") from error
    items, checks = content.pop("items"), content.pop("checks", [])
    code = content.pop("code")
    _refuse_unknown(path, content, FORM_FIELDS)
    for item in items:
        _refuse_unknown(path, item, (*ITEM_FIELDS, "indicator"))
    for check in checks:
        _refuse_unknown(path, check, CHECK_FIELDS)
    return Shipped(code, content["name"], content, items, checks, path)


def _refuse_unknown(path: Path, facts: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(set(facts) - set(known))
    if unknown:
        raise ValidationError(f"{path.name}: không có trường {', '.join(unknown)}; chỉ có {', '.join(known)}.")


@transaction.atomic
def adopt_shipped(*, actor: Person | None, province: Place, code: str, simulated: bool = False) -> FormVersion:
    """Take a shipped form over into a province as a draft, to be changed and published there."""
    shipped = shipped_forms().get(code)
    if shipped is None:
        raise ValidationError(f"Không có biểu mẫu “{code}”.")
    form = ReturnForm(province=province, code=code, simulated=simulated, **shipped.facts)
    form.full_clean(exclude=["province"], validate_constraints=False)
    form.validate_constraints()
    version = start_form(actor=actor, form=form)
    indicators = {row.code: row for row in Indicator.objects.all()}
    items = [_item(shipped, version, n, facts, indicators) for n, facts in enumerate(shipped.items)]
    FormItem.objects.bulk_create(items)
    FormCheck.objects.bulk_create(FormCheck(version=version, order=n, **c) for n, c in enumerate(shipped.checks))
    return version


def _item(
    shipped: Shipped, version: FormVersion, order: int, facts: dict[str, Any], indicators: dict[str, Indicator]
) -> FormItem:
    """Make an item; one of an indicator is named after it unless the file says otherwise."""
    told = dict(facts)
    code = told.pop("indicator", "")
    where = f"{shipped.path.name}, dòng {order + 1}"
    if code and code not in indicators:
        raise ValidationError(f"{where}: không có chỉ tiêu “{code}”.")
    if code:
        of = indicators[code]
        named = {"code": code, "label": of.name, "help": of.note, "kind": FormItem.Kind.INDICATOR, "indicator": of}
        told = named | told
    item = FormItem(version=version, order=order, **told)
    try:
        item.clean_fields()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise ValidationError(f"{where}, {name}: {messages[0]}") from error
    return item
