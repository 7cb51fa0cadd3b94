"""Publishing by two people: one proposes approved figures, another lets them out; the log keeps the table for good."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.indicators.models import Publication, Value, ValueQuerySet
from hatang.indicators.services.choosing import require
from hatang.indicators.services.published_tables import newest_out, publication_of, table_content, table_rows
from hatang.indicators.services.publishing import PUBLISH, publish_values
from hatang.places.models import Place
from hatang.utilities.services import append_entry
from hatang.work.services import notify, people_with

State = Publication.State


def title_of(province: Place, year: int) -> str:
    """Name the table of a province's year."""
    return f"Số liệu hạ tầng số {province.name_inside} năm {year}"


def corrections(values: ValueQuerySet) -> ValueQuerySet:
    """Keep the figures of which an older version was published."""
    same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
    older = Value.objects.published().filter(**same, known_from__lt=OuterRef("known_from"))
    return values.filter(Exists(older))


def ready_in(province: Place) -> ValueQuerySet:
    """Keep the approved figures of a province that nobody proposed yet."""
    approved = Value.objects.waiting_in(province).filter(state=Value.State.APPROVED)
    return approved.exclude(publication__state=State.PROPOSED)


@transaction.atomic
def propose_publication(
    *, actor: Person | None, province: Place, year: int, values: ValueQuerySet, reason: str = ""
) -> Publication:
    """Propose to publish those of the figures that are approved, of one year; everybody who may publish is told.

    Raises ValidationError when none is approved, or when published ones are corrected and no reason is given.
    """
    require(actor, PUBLISH, province)
    list(Place.objects.select_for_update().filter(pk=province.pk))
    ready = values.filter(year=year, pk__in=ready_in(province).values("pk"))
    chosen = Value.objects.filter(pk__in=list(ready.values_list("pk", flat=True)))
    count = chosen.count()
    if not count:
        raise ValidationError(f"Không có số liệu năm {year} nào đã duyệt và chưa đề nghị; hãy duyệt trước.")
    reason = reason.strip() or _default_reason(province, year, chosen, count)
    row = Publication(
        province=province,
        year=year,
        title=title_of(province, year),
        reason=reason,
        proposed_by=actor,
        proposed_at=timezone.now(),
        simulated=chosen.filter(simulated=True).exists(),
    )
    sign(row, actor)
    row.save()
    chosen.update(publication=row)
    others = [person for person in people_with(permission=PUBLISH, province=province) if person != actor]
    subject = f"Chờ người thứ hai công bố: {row.title}, {number(count)} số liệu"
    notify(to=others, subject=subject, url=row.get_absolute_url())
    return row


def _default_reason(province: Place, year: int, chosen: ValueQuerySet, count: int) -> str:
    """Say what is added to an earlier table; what corrects it must be said by a person."""
    corrected = corrections(chosen).filter(reason="").count()
    if corrected:
        raise ValidationError(f"Bộ này sửa {number(corrected)} số liệu đã công bố; hãy nêu lý do.")
    if publication_of(province, year, timezone.now()) is None:
        return ""
    return f"Bổ sung, cập nhật {number(count)} số liệu"


def locked(publication: Publication, actor: Person | None) -> Publication:
    """Read a publication that waits for the second person, and hold it. Raises ValidationError for another state."""
    require(actor, PUBLISH, publication.province)
    list(Place.objects.select_for_update().filter(pk=publication.province_id))
    row = Publication.objects.select_for_update(of=("self",)).select_related("province").get(pk=publication.pk)
    if row.state != State.PROPOSED:
        raise ValidationError(f"Đề nghị này đã xong: {row.get_state_display()}.")
    return row


@transaction.atomic
def confirm_publication(*, actor: Person | None, publication: Publication) -> Publication:
    """Publish what another person proposed, with the table into the log; all of it or nothing.

    Raises ValidationError when the actor is who proposed it, or when a figure has a newer version since.
    """
    row = locked(publication, actor)
    if actor is not None and actor.pk == row.proposed_by_id:
        raise ValidationError("Người công bố phải khác người đề nghị; nhờ người thứ hai có quyền công bố.")
    values = Value.objects.filter(publication=row)
    standing = values.known().filter(state=Value.State.APPROVED)
    outdated = values.count() - standing.count()
    if outdated:
        raise ValidationError(
            f"{number(outdated)} số liệu đã có bản mới từ khi đề nghị; hãy rút đề nghị này rồi đề nghị lại."
        )
    _fill_reasons(standing, row.reason)
    parents = Value.objects.known().published().filter(place__in=Place.objects.now_in(row.province), year=row.year)
    before = set(parents.values_list("pk", flat=True))
    publish_values(actor=actor, values=values, publication=row)
    made = [pk for pk in parents.values_list("pk", flat=True) if pk not in before]
    Value.objects.filter(pk__in=made).update(publication=row)
    return _go_out(row, actor)


def _fill_reasons(values: ValueQuerySet, reason: str) -> None:
    """Give the reason of the whole to each correction that has none of its own."""
    silent = corrections(values.filter(reason=""))
    Value.objects.filter(pk__in=list(silent.values_list("pk", flat=True))).update(reason=reason)


def _go_out(row: Publication, actor: Person | None) -> Publication:
    """Write the table into the log in place of the one before, and mark the publication as published."""
    now = timezone.now()
    row.replaces = publication_of(row.province, row.year, now)
    Publication.objects.filter(pk=row.pk).update(published_at=now)
    lines = table_rows(row.province, row.year, now)
    marked = any(line.simulated for line in lines)
    row.entry = append_entry(
        actor=actor,
        province=row.province,
        title=row.title,
        file_name=f"so-lieu-{row.province.code}-{row.year}-{timezone.localtime(now):%Y%m%d}.csv",
        write=lambda entry_number: table_content(lines, row.province, entry_number),
        replaces=row.replaces.entry if row.replaces else None,
        reason=row.reason,
        simulated=marked,
    )
    row.state, row.published_by, row.published_at, row.simulated = State.PUBLISHED, actor, now, marked
    sign(row, actor)
    row.save()
    return row


@transaction.atomic
def withdraw_publication(*, actor: Person | None, publication: Publication) -> Publication:
    """Give a proposal up; its figures may be proposed again."""
    row = locked(publication, actor)
    Value.objects.filter(publication=row).update(publication=None)
    row.state = State.WITHDRAWN
    sign(row, actor)
    row.save()
    return row


@transaction.atomic
def log_published(*, province: Place, year: int, reason: str = "") -> Publication | None:
    """Put into the log what commands of the server published of a year since the last table; None where nothing."""
    list(Place.objects.select_for_update().filter(pk=province.pk))
    now = timezone.now()
    newest, last = newest_out(province, year, now), publication_of(province, year, now)
    if newest is None or (last and last.published_at and newest <= last.published_at):
        return None
    said = reason or ("Cập nhật số liệu đếm từ sổ đăng ký" if last else "")
    row = Publication(province=province, year=year, title=title_of(province, year), reason=said, proposed_at=now)
    row.save()
    return _go_out(row, None)
