"""Write what a file would do, with history; and take a saved file back as a whole."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.systems.kinds import OF_MODEL, ORDER
from hatang.systems.models import Entry, SystemsUpload
from hatang.systems.services.checking import Outcome, parts_last

BATCH = 500
NAMES_TOLD = 5


def write_outcome(outcome: Outcome, *, actor: Person | None, reason: str) -> None:
    """Write each kind after those to which its rows point."""
    said: dict[str, Any] = {"default_user": actor, "default_change_reason": reason, "batch_size": BATCH}
    for model in ORDER:
        for rows in parts_last(outcome.added.get(model, [])):
            bulk_create_with_history(rows, model, **said)
        changed = outcome.changed.get(model, [])
        for row in changed:
            row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
        bulk_update_with_history(changed, model, changing(model), **said)


def changing(model: type[Entry]) -> list[str]:
    """Give the fields that a change writes: the form's, and what follows from them."""
    return list(dict.fromkeys([*OF_MODEL[model].fields, "name", "simulated", "search_key"]))


def undo_outcome(upload: SystemsUpload, *, actor: Person) -> tuple[int, int]:
    """Restore what each row was before an upload, and take away what it added; give how many of each.

    Raises ValidationError, nothing changed, where a later change or a row that stands on an added one would be lost.
    """
    reason = f"Hoàn tác {upload.reason[0].lower()}{upload.reason[1:]}"
    touched = {model: lines_of(model, upload) for model in ORDER}
    for model, lines in touched.items():
        refuse_later(model, lines)
    restored = sum(restore(model, touched[model], actor, reason) for model in ORDER)
    removed = sum(remove(model, touched[model], actor, reason) for model in reversed(ORDER))
    return restored, removed


def lines_of(model: type[Entry], upload: SystemsUpload) -> list[Any]:
    """Give the lines of history that an upload wrote."""
    history: Any = model.history  # type: ignore[attr-defined]
    return list(history.filter(history_change_reason=upload.reason, history_date__gte=upload.saved_at))


def refuse_later(model: type[Entry], lines: list[Any]) -> None:
    """Refuse where somebody changed one of the rows afterwards."""
    history: Any = model.history  # type: ignore[attr-defined]
    first = {line.id: line.history_id for line in lines}
    newer = history.filter(id__in=list(first)).exclude(pk__in=list(first.values()))
    names = sorted({line.code for line in newer if line.history_id > first[line.id]})
    if names:
        shown = ", ".join(names[:NAMES_TOLD]) + (", …" if len(names) > NAMES_TOLD else "")
        raise ValidationError(
            f"Không hoàn tác được: sau khi lưu tệp này, {number(len(names))} {model._meta.verbose_name} đã được sửa "
            f"tiếp ({shown}); hoàn tác sẽ làm mất các sửa đổi đó. Hoàn tác lần tải lên sau trước, hoặc sửa từng dòng."
        )


def restore(model: type[Entry], lines: list[Any], actor: Person, reason: str) -> int:
    """Give changed rows back what they were."""
    earlier = [line.prev_record for line in lines if line.history_type == "~"]
    rows = [line.instance for line in earlier]
    for row in rows:
        row.fill_keys()
    said: dict[str, Any] = {"default_user": actor, "default_change_reason": reason, "batch_size": BATCH}
    bulk_update_with_history(rows, model, changing(model), **said)
    return len(rows)


def remove(model: type[Entry], lines: list[Any], actor: Person, reason: str) -> int:
    """Take away added rows, those that are part of others first; what stands on them since refuses it."""
    added = [line.id for line in lines if line.history_type == "+"]
    rows: Any = model._default_manager.filter(pk__in=added)
    for _, group in reversed(list(enumerate(parts_last(list(rows))))):
        for row in group:
            row._change_reason, row._history_user = reason, actor  # type: ignore[attr-defined]
            try:
                row.delete()
            except ProtectedError as error:
                raise ValidationError(
                    f"Không hoàn tác được: đã có dữ liệu khác gắn vào {model._meta.verbose_name} {row.code} "
                    "mà tệp này thêm. Gỡ chúng trước."
                ) from error
    return len(added)
