"""The histories that the registers keep, told as sentences: who changed what, when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.apps import apps
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from hatang.accounts.models import Grant, Organisation, OrganisationSuccession, Person
from hatang.core.vietnamese import day

VERBS = {"+": "thêm", "~": "sửa", "-": "xóa"}
NAMING = ("full_name", "name", "title", "label", "code")
LAST = 10


@dataclass(frozen=True)
class Change:
    """One change: when, by whom (None: the system), and what in words."""

    when: datetime
    who: Person | None
    what: str


def sign(row: Any, actor: Person | None, reason: str = "") -> None:
    """Say who makes the change that is about to be saved, and why when the fields do not tell."""
    row._history_user = actor
    if reason:
        row._change_reason = reason


def changes_of_person(person: Person) -> list[Change]:
    """Tell the changes of an account and its roles, newest first."""
    own = Person.history.filter(id=person.pk).select_related("history_user", "organisation")
    scope = ("history_user", "province", "place", "organisation")
    grants = Grant.history.filter(person_id=person.pk).select_related(*scope)
    return _newest(chain(_told(own, lambda record: "tài khoản"), _told(grants, _grant)))


def changes_of_organisation(organisation: Organisation) -> list[Change]:
    """Tell the changes of an organisation and its successors, newest first."""
    own = Organisation.history.filter(id=organisation.pk).select_related("history_user", "province")
    later = OrganisationSuccession.history.filter(predecessor_id=organisation.pk)
    passed = later.select_related("history_user", "successor")
    return _newest(chain(_told(own, lambda record: "tổ chức"), _told(passed, _succession)))


def _newest(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: change.when, reverse=True)


def _told(records: QuerySet[Any], subject: Any) -> list[Change]:
    """Tell each record by its difference from the one before; a record without difference is left out."""
    before: dict[int, Any] = {}
    changes = []
    for record in records.order_by("history_date", "history_id"):
        what = _what(record, before.get(record.id), subject)
        before[record.id] = record
        if what:
            changes.append(Change(record.history_date, record.history_user, what))
    return changes


def _what(record: Any, previous: Any, subject: Any) -> str:
    if record.history_change_reason:
        return str(record.history_change_reason)
    if record.history_type == "~" and previous is not None:
        changed = "; ".join(_differences(record, previous))
        return f"sửa {subject(record)}: {changed}" if changed else ""
    return f"{VERBS[record.history_type]} {subject(record)}"


def _differences(record: Any, previous: Any) -> Iterable[str]:
    for field in record.tracked_fields:
        if getattr(record, field.attname) != getattr(previous, field.attname):
            old, new = _shown(previous, field), _shown(record, field)
            yield f"{field.verbose_name} “{old}” → “{new}”"


def _shown(record: Any, field: Any) -> str:
    """Write a field's value as people read it."""
    value = getattr(record, field.name)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date) or value is None:
        return day(value)
    return str(dict(field.flatchoices).get(value, value))


def _grant(record: Any) -> str:
    parts = [str(part) for part in (record.place, record.province, record.organisation) if part]
    return f"vai trò {record.get_role_display()} ({', '.join(parts) or 'mọi tỉnh'})"


def _succession(record: Any) -> str:
    return f"kế tiếp sang {record.successor}"


def changes_by(person: Person) -> list[Change]:
    """Tell the person's own last changes in any register, found by one query."""
    models = [model for model in apps.get_models() if hasattr(model, "history_user")]
    found = [_acts(model, person) for model in models]
    last = found[0].union(*found[1:], all=True).order_by("-history_date")[:LAST]
    named = [(when, f"{VERBS[verb]} {noun}", label) for when, verb, noun, label in last]
    return [Change(when, person, f"{act} “{label}”" if label else act) for when, act, label in named]


def _acts(model: Any, person: Person) -> QuerySet[Any, Any]:
    """Give the person's acts in one register, each with the name of its row, where such rows have one."""
    fields = {field.name for field in model.tracked_fields}
    label = next((Cast(name, CharField()) for name in NAMING if name in fields), Value("", output_field=CharField()))
    acts: QuerySet[Any, Any] = (
        model.objects.filter(history_user=person)
        .order_by()
        .annotate(
            noun=Value(str(model.instance_type._meta.verbose_name), output_field=CharField()),
            label=label,
        )
        .values_list("history_date", "history_type", "noun", "label")
    )
    return acts
