"""Masts that two operators reported and that are perhaps one: found as sets, decided by an officer, undone if wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers import deserialize, serialize
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.near_points import pairs_within
from hatang.network.models import DuplicateCase, Mast, Station, Tenancy
from hatang.network.services.rules import rules_on
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place

State = DuplicateCase.State
STORED = [field.name for field in Mast._meta.concrete_fields if not field.generated]


def may_decide(actor: Any, province: Place) -> bool:
    """Tell whether the person decides on doubles there: an officer of the department."""
    return bool(actor.has_perm("network.change_register", DuplicateCase(province=province)))


def _must(actor: Person, province: Place) -> None:
    if not may_decide(actor, province):
        raise PermissionDenied


@transaction.atomic
def find_duplicates(*, actor: Person, province: Place) -> int:
    """Look for new pairs in a province; give how many were found. Open ones that no longer stand are dropped.

    Pairs decided upon do not come again. A pair is two masts of different owners that stand within the province's
    distance and, where both heights are known, height of each other. A handful of queries, however many masts.
    """
    _must(actor, province)
    today = timezone.localdate()
    rules = rules_on(province, today)
    near_m, height_m = rules["duplicate.distance"].value, rules["duplicate.height"].value
    masts = list(Mast.objects.there(today).filter(province=province).order_by("pk"))
    known = {frozenset((c.kept_id, c.other_id)): c for c in DuplicateCase.objects.filter(province=province)}
    stations = set(Station.objects.on_air(on=today).filter(mast__province=province).values_list("mast_id", flat=True))
    pairs = {}
    spots = np.array([(mast.lon, mast.lat) for mast in masts], dtype=np.float64).reshape(-1, 2)
    for i, j, away_m in zip(*(found.tolist() for found in pairs_within(spots, near_m)), strict=True):
        one, two = masts[i], masts[j]
        if one.owner_id != two.owner_id and _heights_agree(one, two, height_m):
            pairs[frozenset((one.pk, two.pk))] = _case(province, one, two, away_m, stations)
    gone = [c.pk for pair, c in known.items() if c.state == State.OPEN and pair not in pairs]
    DuplicateCase.objects.filter(pk__in=gone).delete()
    new = [case for pair, case in pairs.items() if pair not in known]
    bulk_create_with_history(new, DuplicateCase, default_user=actor, default_change_reason="tìm thấy")
    return len(new)


def _heights_agree(one: Mast, two: Mast, within_m: float) -> bool:
    """Tell whether two heights do not speak against one mast."""
    if one.height_m is None or two.height_m is None:
        return True
    return abs(one.height_m - two.height_m) <= within_m


def _case(province: Place, one: Mast, two: Mast, away_m: float, stations: set[int]) -> DuplicateCase:
    """Propose which of two to keep: one with a station on air before one without, then the older, then the first."""

    def rank(mast: Mast) -> tuple[bool, Any, int]:
        return mast.pk not in stations, mast.built_on or mast.planned_on or timezone.localdate(), mast.pk

    kept, other = sorted((one, two), key=rank)
    heights = (one.height_m, two.height_m)
    return DuplicateCase(
        province=province,
        kept=kept,
        other=other,
        other_owner_id=other.owner_id,
        other_code=other.code,
        distance_m=round(away_m, 1),
        height_difference_m=None if None in heights else abs(heights[0] - heights[1]),  # type: ignore[operator]
    )


def _open(actor: Person, case: DuplicateCase) -> DuplicateCase:
    """Give an open case, locked, to somebody who may decide it."""
    _must(actor, case.province)
    row = DuplicateCase.objects.select_for_update().get(pk=case.pk)
    if row.state != State.OPEN or row.other is None:
        raise ValidationError("Cặp cột này đã được quyết định. Tải lại trang để xem.")
    return row


def _decide(actor: Person, row: DuplicateCase, state: str, note: str) -> DuplicateCase:
    row.state, row.decided_at, row.decided_by, row.note = state, timezone.now(), actor, note[:300]
    sign(row, actor, state)
    row.save()
    return row


@transaction.atomic
def swap_kept(*, actor: Person, case: DuplicateCase) -> DuplicateCase:
    """Keep the other of the two."""
    row = _open(actor, case)
    assert row.other is not None
    row.kept, row.other = row.other, row.kept
    row.other_owner, row.other_code = row.other.owner, row.other.code
    sign(row, actor, "đổi cột giữ lại")
    row.save()
    return row


@transaction.atomic
def keep_apart(*, actor: Person, case: DuplicateCase, note: str = "") -> DuplicateCase:
    """Decide that two masts are two; the pair is remembered and does not come again."""
    return _decide(actor, _open(actor, case), State.DIFFERENT, note)


@transaction.atomic
def merge_duplicates(*, actor: Person, case: DuplicateCase, note: str = "") -> DuplicateCase:
    """Make one mast of two: all that hung on the other moves to the kept one, and its owner becomes a tenant.

    The other leaves the register; its history and the case keep what it was, so that `undo_decision` brings it back.
    Owners read the reasons in their histories, so these name the case and not the other owner's mast.
    """
    row = _open(actor, case)
    other, kept = row.other, row.kept
    assert other is not None
    reason = f"gộp cột trùng, cặp số {row.pk}"
    facts: dict[str, Any] = {"mast": serialize("json", [other], fields=STORED), "key": other.pk, "moved": {}}
    DuplicateCase.objects.filter(Q(kept=other) | Q(other=other), state=State.OPEN).exclude(pk=row.pk).delete()
    for name, relation in links().items():
        facts["moved"][name] = _point_at(
            actor,
            relation,
            relation.related_model._default_manager.filter(**{relation.field.name: other}),
            kept,
            reason,
        )
    own = Tenancy.objects.filter(mast=kept, tenant=kept.owner)
    facts["own_tenancies"] = serialize("json", own)
    _delete(own, actor, reason)
    facts["tenancy"] = _make_tenant(actor, kept, other, reason)
    row.gone, row.other = facts, None
    DuplicateCase.objects.filter(kept=other).update(kept=kept)
    _delete([other], actor, reason)
    return _decide(actor, row, State.MERGED, note)


def links() -> dict[str, Any]:
    """Give every relation of the register that points at a mast, but cases and histories, by a name for it."""
    found = {}
    for relation in Mast._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        points_here = relation.auto_created and not relation.concrete
        if points_here and model is not DuplicateCase and not hasattr(model, "history_object"):
            found[f"{model._meta.label}.{relation.field.name}"] = relation  # type: ignore[union-attr]
    return found


def _point_at(actor: Person, relation: Any, rows: Any, mast: Mast, reason: str) -> list[int | str]:
    """Point rows of another table at a mast; give their keys, as JSON can keep them."""
    model, name = relation.related_model, relation.field.name
    moved = list(rows)
    for one in moved:
        setattr(one, name, mast)
    if moved and hasattr(model, "history"):
        more = {"default_user": actor, "default_change_reason": reason}
        bulk_update_with_history(moved, model, [name], batch_size=500, **more)
    elif moved:
        model._default_manager.bulk_update(moved, [name], batch_size=500)
    return [one.pk if isinstance(one.pk, int) else str(one.pk) for one in moved]


def _delete(rows: Iterable[Any], actor: Person, reason: str) -> None:
    """Delete rows one by one, so that each history says by whom and why."""
    for one in rows:
        sign(one, actor, reason)
        try:
            one.delete()
        except ProtectedError as error:
            told = f"{one} còn được hồ sơ khác dùng: {', '.join(str(o) for o in list(error.protected_objects)[:3])}."
            raise ValidationError(told) from error


def _make_tenant(actor: Person, kept: Mast, other: Mast, reason: str) -> int | None:
    """Make the other's owner a tenant of the kept mast, from the day on which its own began; its key, if made."""
    begun = max(day for day in (other.built_on or timezone.localdate(), kept.built_on) if day)
    already = Tenancy.objects.filter(mast=kept, tenant=other.owner, until_on=None)
    if already.exists() or other.owner_id == kept.owner_id:
        return None
    made = Tenancy(mast=kept, tenant=other.owner, since_on=begun, simulated=other.simulated)
    sign(made, actor, reason)
    made.save()
    return int(made.pk)


@transaction.atomic
def undo_decision(*, actor: Person, case: DuplicateCase) -> DuplicateCase:
    """Take a decision back: the merged mast returns with all that still hangs where the merging put it."""
    _must(actor, case.province)
    row = DuplicateCase.objects.select_for_update().select_related("kept").get(pk=case.pk)
    if row.state == State.OPEN:
        raise ValidationError("Cặp cột này chưa được quyết định.")
    if row.state == State.MERGED:
        _bring_back(actor, row)
    row.state, row.decided_at, row.decided_by, row.gone = State.OPEN, None, None, {}
    sign(row, actor, "hoàn tác")
    row.save()
    return row


def _bring_back(actor: Person, row: DuplicateCase) -> None:
    """Put the merged mast back under its own key, and what was moved back to it."""
    facts, reason = row.gone, f"hoàn tác việc gộp, cặp số {row.pk}"
    if Mast.objects.filter(owner=row.other_owner, code=row.other_code).exists():
        raise ValidationError(f"Mã {row.other_code} của {row.other_owner} đã được dùng lại: đổi mã ấy trước.")
    _delete(Tenancy.objects.filter(pk=facts["tenancy"]), actor, reason)
    for text in (facts["mast"], facts["own_tenancies"]):
        for found in deserialize("json", text):
            sign(found.object, actor, reason)
            found.object.save(force_insert=True)
    back = Mast.objects.get(pk=facts["key"])
    for name, relation in links().items():
        still = {"pk__in": facts["moved"].get(name, []), relation.field.name: row.kept}
        _point_at(actor, relation, relation.related_model._default_manager.filter(**still), back, reason)
    row.other = back
