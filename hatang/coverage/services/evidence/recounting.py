"""What counts, worked out for all services of a province at once and kept as dated rows.

The rows hold nothing of their own: they are made from declarations, adopted runs, measurements, verifications and
decisions, so making them again changes nothing unless the evidence changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import astuple
from hashlib import sha256
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.radio.services import SERVICES
from hatang.coverage.models import (
    OPEN_CHALLENGE,
    Challenge,
    CountedService,
    CountingState,
    CoverageRun,
    Measurement,
    PredictedService,
    Verification,
)
from hatang.coverage.services.evidence.counting import Facts, Period, Readings, Terms, levels, timeline
from hatang.network.models import DeclaredCoverage
from hatang.places.models import Place
from hatang.work.models import Job
from hatang.work.services import Progress, background, run_job

Key = tuple[int, int, str]
"""A place, an operator, a technology."""
Known = defaultdict[Key, Facts]
SERVICE = ("place_id", "operator_id", "technology")
STORED = (*SERVICE, "since_on", "until_on", "served", "level", *CountedService.LEVELS, "simulated")
DELETED_AT_ONCE = 500


def recount(*, province: Place, places: Collection[int] | None = None) -> int:
    """Make what counts in a province anew, or at some of its places; give how many rows changed.

    A whole province is worked out before anybody is held up, and once more where its evidence changed meanwhile.
    """
    if places is not None:
        return put_in_place(province, places, None)
    seen = evidence_mark(province)
    return put_in_place(province, None, (seen, wanted_rows(province, None)))


def wanted_rows(province: Place, places: Collection[int] | None) -> set[tuple[Any, ...]]:
    """Work out the rows that a province, or some of its places, should have."""
    terms = Terms.of_installation()
    return {
        stored(key, period, facts.simulated, terms)
        for key, facts in facts_of(province, places, terms).items()
        for period in timeline(facts, terms)
    }


@transaction.atomic
def put_in_place(province: Place, places: Collection[int] | None, made: tuple[str, set[tuple[Any, ...]]] | None) -> int:
    """Store what changed; `made` holds what was worked out, with the mark of the evidence as it was then.

    The province is locked meanwhile, so that two counts at once do not mix.
    """
    Place.objects.select_for_update().get(pk=province.pk)
    seen = evidence_mark(province) if places is None else ""
    wanted = made[1] if made and made[0] == seen else wanted_rows(province, places)
    rows = within(CountedService.objects.all(), province, places)
    there = {row[1:]: row[0] for row in rows.values_list("pk", *STORED)}
    changed = replace_rows([pk for row, pk in there.items() if row not in wanted], wanted - there.keys())
    if seen:
        now = {"evidence": seen, "counted_at": timezone.now()}
        CountingState.objects.update_or_create(province=province, defaults=now)
    return changed


def replace_rows(stale: list[int], new: Collection[tuple[Any, ...]]) -> int:
    """Delete the rows that no longer hold, then write the new ones, in one order whatever the set's."""
    for begin in range(0, len(stale), DELETED_AT_ONCE):
        CountedService.objects.filter(pk__in=stale[begin : begin + DELETED_AT_ONCE]).delete()
    insert(sorted(new, key=lambda row: row[:4]))
    return len(stale) + len(new)


def insert(rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows in the order of STORED as they are: an object for each would take most of a province's count."""
    if not rows:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in STORED)
    places = ", ".join(["%s"] * len(STORED))
    table = quote(CountedService._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608


def stored(key: Key, period: Period, simulated: bool, terms: Terms) -> tuple[Any, ...]:
    """Give a period as the fields of its row, in the order of STORED."""
    said = levels(period.evidence, terms)
    told = tuple(said[name] for name in CountedService.LEVELS)
    counted = period.counted
    return (*key, period.since, period.until, counted.served, counted.level.value, *told, simulated)


def within(rows: QuerySet[Any], province: Place, places: Collection[int] | None) -> QuerySet[Any]:
    """Keep rows at a province's places, or at some of them."""
    kept = rows.filter(place__province=province)
    return kept if places is None else kept.filter(place__in=places)


# What is known


def facts_of(province: Place, places: Collection[int] | None, terms: Terms) -> Known:
    """Gather all evidence of a province, or of some of its places, by service."""
    known: Known = defaultdict(Facts)
    add_declared(known, within(DeclaredCoverage.objects.all(), province, places))
    add_predicted(known, province, places)
    add_measured(known, within(Measurement.objects.all(), province, places), good_one(province, terms))
    add_verified(known, within(Verification.objects.all(), province, places))
    add_decided(known, within(Challenge.objects.filter(state=Challenge.State.DECIDED), province, places))
    return known


def add_declared(known: Known, rows: QuerySet[Any]) -> None:
    """Add declarations."""
    for *key, since, until, simulated in rows.values_list(*SERVICE, "since_on", "until_on", "simulated"):
        facts = known[tuple(key)]  # type: ignore[index]
        facts.declared.append((since, until))
        facts.simulated |= simulated


def add_predicted(known: Known, province: Place, places: Collection[int] | None) -> None:
    """Add what adopted runs found, each from its day up to the next one's."""
    runs: list[Any] = [*adopted(province), None]
    for run, following in pairwise(runs):
        until = following.on if following else None
        if until == run.on:
            continue
        rows = PredictedService.objects.filter(run=run)
        rows = rows if places is None else rows.filter(place__in=places)
        for *key, served in rows.filter(place__province=province).values_list(*SERVICE, "served"):
            facts = known[tuple(key)]  # type: ignore[index]
            facts.predicted.append((run.on, until, served))
            facts.simulated |= run.simulated


def adopted(province: Place) -> list[CoverageRun]:
    """Give the runs that were adopted, in the order in which they count; of one day the last one alone does."""
    return list(CoverageRun.objects.adopted().filter(province=province).order_by("on", "adopted_at"))


def add_measured(known: Known, rows: QuerySet[Any], good_one: Q) -> None:
    """Add measurements, counted by day."""
    by_day = rows.annotate(day=TruncDate("at")).values(*SERVICE, "day")
    counted = by_day.annotate(
        all=Count("pk"),
        good=Count("pk", filter=good_one),
        made_up=Count("pk", filter=Q(simulated=True)),
    )
    told = counted.order_by(*SERVICE, "day").values_list(*SERVICE, "day", "all", "good", "made_up")
    for *key, day, all_, good, made_up in told:
        facts = known[tuple(key)]  # type: ignore[index]
        facts.readings.append((day, Readings(all_, good)))
        facts.simulated |= bool(made_up)


def good_one(province: Place, terms: Terms) -> Q:
    """Write that a measurement is good: its level suffices or, where none was written, it carried data."""
    good = Q(level_dbm__isnull=True, download_mbps__gt=terms.least_download_mbps)
    for technology, threshold_dbm in thresholds_dbm(province).items():
        good |= Q(technology=technology, level_dbm__gte=threshold_dbm)
    return good


def thresholds_dbm(province: Place) -> dict[str, float]:
    """Give from which level on each technology serves: as the newest adopted run set it, else the default."""
    runs = adopted(province)
    own = runs[-1].thresholds_dbm if runs else {}
    return {str(name): own.get(str(name), service.threshold_dbm) for name, service in SERVICES.items()}


def add_verified(known: Known, rows: QuerySet[Any]) -> None:
    """Add what communes said, in the order in which it was said."""
    told = rows.order_by("on", "pk").values_list(*SERVICE, "on", "answer", "simulated")
    for *key, on, answer, simulated in told:
        facts = known[tuple(key)]  # type: ignore[index]
        facts.verified.append((on, Verification.Answer(answer)))
        facts.simulated |= simulated


def add_decided(known: Known, rows: QuerySet[Any]) -> None:
    """Add decisions, in the order in which they were made."""
    told = rows.order_by("decided_at", "pk").values_list(*SERVICE, "decided_at", "served", "simulated")
    for *key, at, served, simulated in told:
        facts = known[tuple(key)]  # type: ignore[index]
        facts.decided.append((timezone.localdate(at), served))
        facts.simulated |= simulated


# In the background


def start_recount(*, actor: Person, province: Place) -> Job:
    """Start to count a province's services anew."""
    if not actor.has_perm(OPEN_CHALLENGE, province):
        raise PermissionDenied
    return run_job(recount_job, actor=actor, title=f"Tính lại dịch vụ di động của {province}", province_id=province.pk)


@background
def recount_job(progress: Progress, province_id: int) -> str:
    """Count a province's services anew in the background."""
    province = Place.objects.get(pk=province_id)
    progress(10, "Đang gom khai báo, dự đoán, kết quả đo, xác minh và quyết định.")
    recount(province=province)
    return reverse("coverage:disagreements", args=[province.code])


# When it must be counted again


def evidence_mark(province: Place) -> str:
    """Give a mark that differs whenever evidence of a province, or the rule's terms, may have changed."""
    declared: Any = DeclaredCoverage.history  # type: ignore[attr-defined]
    here = {"place__province": province}
    seen = [
        *astuple(Terms.of_installation()),
        *((run.pk, run.adopted_at) for run in adopted(province)),
        *newest(declared.filter(**here), "history_id"),
        *newest(DeclaredCoverage.objects.filter(**here), "pk"),
        *newest(Measurement.objects.filter(province=province, place__isnull=False), "pk"),
        *newest(Verification.objects.filter(**here), "pk"),
        *newest(Challenge.objects.filter(province=province), "decided_at"),
    ]
    return sha256(repr(seen).encode()).hexdigest()


def newest(rows: QuerySet[Any], name: str) -> tuple[Any, int]:
    """Give the highest value of a field and how many rows there are."""
    found = rows.aggregate(newest=Max(name), many=Count("pk" if name != "history_id" else name))
    return found["newest"], found["many"]


def recount_changed() -> int:
    """Count anew the provinces whose evidence changed, as by a file of the register; give how many."""
    marks = dict(CountingState.objects.values_list("province_id", "evidence"))
    declared = Q(pk__in=DeclaredCoverage.objects.values("place__province"))
    predicted = Q(pk__in=CoverageRun.objects.adopted().values("province"))
    counted = 0
    for province in Place.objects.provinces().filter(declared | predicted | Q(pk__in=marks)).order_by("pk"):
        if marks.get(province.pk) != evidence_mark(province):
            recount(province=province)
            counted += 1
    return counted
