"""Write what a file would do, in one transaction, with history; and take it back as a whole."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DO_NOTHING, Model, Q

from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.network.models import DuplicateCase, LineThing, Mast, RegisterUpload, Thing
from hatang.network.services.check import ORDER, Outcome
from hatang.network.services.layouts import LAYOUTS
from hatang.pages.histories import chunks, remember

BATCH = 2_000
NAMES_TOLD = 5
FIELDS: dict[type[Model], list[str]] = {
    part.model: list(part.form.base_fields) for layout in LAYOUTS for part in layout.parts
}
"""What a file may change of each model."""


def write_outcome(
    outcome: Outcome, *, actor: Person | None, reason: str, tell: Callable[[int, str], object] | None = None
) -> None:
    """Write things, then what stands on them, then their history: bulk writes send no signals."""
    for done, model in enumerate(ORDER):
        added, changed = outcome.added.get(model, []), outcome.changed.get(model, [])
        if not added and not changed:
            continue
        if tell:
            tell(85 + done, f"Đang lưu: {model._meta.verbose_name}.")
        for row in (*added, *changed) if issubclass(model, Thing) else ():
            row.fill_keys()
        manager: Any = model._default_manager
        manager.bulk_create(added, batch_size=BATCH)
        overwrite(model, changed, changing(model))
        remember(model, added, "+", actor=actor, reason=reason)
        remember(model, changed, "~", actor=actor, reason=reason)


def changing(model: type[Model]) -> list[str]:
    """Give the fields that a change writes: the form's, and what follows from them."""
    follows = ["search_key"] if issubclass(model, Thing) else []
    follows += ["length_km"] if issubclass(model, LineThing) else []
    follows += ["zone"] if model is Mast else []
    return list(dict.fromkeys([*FIELDS[model], *follows, "simulated"]))


def overwrite(model: type[Model], rows: list[Any], facts: list[str]) -> None:
    """Write changed rows in few statements, found by their id; `bulk_update` would take minutes."""
    names = [f.attname for f in model._meta.concrete_fields if not f.generated]
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="bulk_create")
    copies: list[Any] = [model(**{name: getattr(row, name) for name in names}) for row in rows]
    manager: Any = model._default_manager
    manager.bulk_create(copies, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=facts)


# Taking back


def undo_outcome(upload: RegisterUpload, *, actor: Person) -> tuple[int, int]:
    """Restore what each row was before an upload, and take away what it added; give how many of each.

    Raises ValidationError, nothing changed, where a later change would be lost.
    """
    touched = {model: touched_by(model, upload) for model in ORDER}
    for model, rows in touched.items():
        refuse_later(model, rows, upload)
    reason = f"Hoàn tác {upload.reason[0].lower()}{upload.reason[1:]}"[:100]
    restored = removed = 0
    for model in reversed(ORDER):
        added = [pk for pk, (_, kind) in touched[model].items() if kind == "+"]
        removed += remove(model, added, actor=actor, reason=reason)
    for model in ORDER:
        changed = {pk: first for pk, (first, kind) in touched[model].items() if kind == "~"}
        restored += restore(model, changed, actor=actor, reason=reason)
    return restored, removed


def touched_by(model: type[Any], upload: RegisterUpload) -> dict[int, tuple[int, str]]:
    """Give for each row that an upload wrote the line of history and whether it was added."""
    lines = model.history.filter(history_change_reason=upload.reason, history_date__gte=began(upload))
    return {pk: (first, kind) for pk, first, kind in lines.values_list("id", "history_id", "history_type")}


def began(upload: RegisterUpload) -> datetime:
    """Give when an upload was saved: its history is not older."""
    if upload.saved_at is None:
        raise ValidationError("Tệp này chưa lưu nên không có gì để hoàn tác.")
    return upload.saved_at


def refuse_later(model: type[Any], rows: dict[int, tuple[int, str]], upload: RegisterUpload) -> None:
    """Refuse where somebody changed one of the rows afterwards: that change would be lost."""
    later: list[Any] = []
    for chunk in chunks(rows, BATCH):
        since = min(rows[pk][0] for pk in chunk)
        found = model.history.filter(id__in=chunk, history_id__gt=since).exclude(history_change_reason=upload.reason)
        later += [line for line in found if line.history_id > rows[line.id][0]]
    if later:
        names = ", ".join(sorted({str(line.code) if hasattr(line, "code") else str(line.id) for line in later}))
        count = number(len({line.id for line in later}))
        raise ValidationError(
            f"Không hoàn tác được: sau khi lưu tệp này, {count} {model._meta.verbose_name} "
            f"đã được sửa tiếp ({shortened(names)}); hoàn tác sẽ làm mất các sửa đổi đó. Sửa từng chỗ, hoặc hoàn tác "
            "lần tải lên sau trước."
        )


def shortened(names: str) -> str:
    """Give the first few names."""
    parts = names.split(", ")
    return ", ".join(parts[:NAMES_TOLD]) + (", …" if len(parts) > NAMES_TOLD else "")


def remove(model: type[Any], pks: Collection[int], *, actor: Person, reason: str) -> int:
    """Take away rows that an upload added; what was put on them since would be lost with them."""
    for chunk in chunks(pks, BATCH):
        if model is Mast:
            doubts = Q(kept__in=chunk) | Q(other__in=chunk)
            DuplicateCase.objects.filter(doubts, state=DuplicateCase.State.OPEN).delete()
        for relation in model._meta.get_fields(include_hidden=True):
            if relation.auto_created and not relation.concrete and relation.on_delete is not DO_NOTHING:
                refuse_dependent(relation, chunk, model)
        rows = model._default_manager.filter(pk__in=chunk)
        remember(model, list(rows.defer("point") if hasattr(model, "point") else rows), "-", actor=actor, reason=reason)
        rows._raw_delete(rows.db)
    return len(pks)


def refuse_dependent(relation: Any, pks: list[int], model: type[Any]) -> None:
    """Refuse where another row stands on one that would be taken away."""
    count = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pks}).count()
    if count:
        other = relation.related_model._meta.verbose_name
        raise ValidationError(
            f"Không hoàn tác được: {number(count)} {other} đã gắn vào {model._meta.verbose_name} mà tệp này thêm. "
            "Gỡ hoặc hoàn tác chúng trước."
        )


def restore(model: type[Any], changed: dict[int, int], *, actor: Person, reason: str) -> int:
    """Give rows that an upload changed back what they were, out of their history."""
    names = [f.attname for f in model.history.model.tracked_fields]
    for chunk in chunks(changed, BATCH):
        before: dict[int, Any] = {}
        for line in model.history.filter(id__in=chunk).order_by("history_id"):
            if line.history_id < changed[line.id]:
                before[line.id] = line
        if missing := len(chunk) - len(before):
            raise ValidationError(
                f"Không hoàn tác được: lịch sử thiếu giá trị trước của {number(missing)} {model._meta.verbose_name}."
            )
        rows = [model(**{name: getattr(line, name) for name in names}) for line in before.values()]
        for row in rows if issubclass(model, Thing) else ():
            row.fill_keys()
        facts = [f.name for f in model.history.model.tracked_fields if not f.primary_key]
        overwrite(model, rows, [*facts, *(n for n in changing(model) if n not in facts)])
        remember(model, rows, "~", actor=actor, reason=reason)
    return len(changed)
