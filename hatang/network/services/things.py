"""What a thing's page does besides showing the row: its neighbours, its photo, its last change undone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.network.models import SHAREABLE, Cell, Mast, Station, Thing
from hatang.network.models.things import NOT_KEPT
from hatang.work.services import drop_file, store_picture

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Row = Thing | Station | Cell
SomeRow = TypeVar("SomeRow", bound=Row)
EACH_KIND = 10
NOT_UNDONE = {*NOT_KEPT, "id", "photo"}
UNDONE = "hoàn tác lần sửa trước"


def neighbours(
    thing: Thing, person: Someone, models: list[type[Thing]], *, within_m: float = 1000
) -> list[tuple[float, Thing]]:
    """Give the things of these kinds near by that the person may see, nearest first, with their distance in metres.

    At most ten of each kind.
    """
    found = [near for model in models for near in near_of(model, thing, person, within_m)]
    return sorted(found, key=lambda near: near[0])


def near_of(model: type[Thing], thing: Thing, person: Someone, within_m: float) -> list[tuple[float, Thing]]:
    """Give the nearest things of one kind."""
    rows: Any = model._default_manager.all()
    near = rows.visible_to(person).near(thing.shape, within_m)
    if type(thing) is model:
        near = near.exclude(pk=thing.pk)
    return [(other.away_m, other) for other in near.select_related("owner")[:EACH_KIND]]


def keep_photo(*, actor: Person, thing: Thing, name: str, content: bytes) -> None:
    """Store a thing's photo, bare of what the camera wrote into it, in place of the former one."""
    if not actor.has_perm("network.change_register", thing):
        raise PermissionDenied
    with transaction.atomic():
        if thing.photo:
            drop_file(thing.photo)
        thing.photo = store_picture(
            actor=actor, name=name, content=content, province=thing.province, organisation=actor.organisation
        )
        thing.save(update_fields=["photo"])


# --- history


def records_of(thing: Row) -> Any:
    """Give the lines of the history of a thing, station or cell, newest first."""
    history: Any = type(thing).history  # type: ignore[union-attr]
    return history.filter(id=thing.pk).order_by("-history_date", "-history_id")


def latest_change(thing: Row) -> int:
    """Give the number of the newest line of a thing's history; 0 where there is none."""
    return records_of(thing).values_list("history_id", flat=True).first() or 0


@transaction.atomic
def undo_last_change(*, actor: Person, thing: SomeRow, seen: int) -> SomeRow | None:
    """Bring back what the register held before the last change; what was just added goes: None.

    `seen` is the change that the person saw as the last one. Raises ValidationError, in words, where somebody has
    changed the thing since, or where something depends on what would go.
    """
    if not actor.has_perm("network.change_register", thing):
        raise PermissionDenied
    type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    lines = list(records_of(thing)[:2])
    if not lines or lines[0].history_id != seen:
        raise ValidationError("Có người vừa thay đổi công trình này: xem lại lịch sử rồi hoàn tác.")
    thing._change_reason = UNDONE  # type: ignore[union-attr]
    if lines[0].history_type == "+":
        remove(thing)
        return None
    if len(lines) < 2:
        raise ValidationError("Lịch sử không còn dòng trước đó để trở lại.")
    back = restored(thing, lines[1])
    if not actor.has_perm("network.change_register", back):
        raise ValidationError("Trước lần sửa này công trình thuộc chủ sở hữu khác: chỉ Sở hoàn tác được.")
    return back


def remove(thing: Row) -> None:
    """Delete what nothing depends on."""
    if words := dependants(thing, timezone.localdate()) or parts_of(thing):
        raise ValidationError(f"Không bỏ được: {words}.")
    try:
        thing.delete()
    except ProtectedError as error:
        names = {str(row._meta.verbose_name) for row in error.protected_objects}
        raise ValidationError(f"Không bỏ được: còn {', '.join(sorted(names))} ghi vào công trình này.") from error


def restored(thing: SomeRow, line: Any) -> SomeRow:
    """Write a line of the history over the row, if it still may be stored."""
    on = timezone.localdate()
    for field in thing._meta.concrete_fields:
        if field.name not in NOT_UNDONE and not getattr(field, "generated", False):
            setattr(thing, field.attname, getattr(line, field.attname))
    if isinstance(thing, Thing) and thing.state_on(on) != "in_use" and (words := dependants(thing, on)):
        raise ValidationError(f"Không hoàn tác được: {words}.")
    thing.full_clean(exclude=["photo"])
    thing.save()
    return thing


def dependants(thing: Row, on: date) -> str:
    """Say what is in use on a thing; nothing where nothing is."""
    told = []
    if isinstance(thing, Mast) and (count := thing.stations.on_air(on=on).count()):
        told.append(f"{count} trạm đang phát sóng trên cột")
    if isinstance(thing, SHAREABLE) and (count := thing.tenancy_set.in_force(on).count()):  # type: ignore[attr-defined]
        told.append(f"{count} doanh nghiệp đang thuê")
    return ", ".join(f"còn {words}" for words in told)


def parts_of(thing: Row) -> str:
    """Say what is written as a part of a thing: chambers, poles, closures."""
    relations = [r for r in thing._meta.related_objects if isinstance(r.related_model, type)]
    parts = [r for r in relations if issubclass(r.related_model, Thing)]
    counts = [(r.related_model._meta.verbose_name, getattr(thing, str(r.get_accessor_name())).count()) for r in parts]
    return ", ".join(f"còn {count} {name} thuộc tuyến" for name, count in counts if count)
