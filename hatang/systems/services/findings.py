"""Verbs of findings: computed from the rules, worked through by people, opened again where nothing changed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place
from hatang.systems.models import (
    SUBJECTS,
    WORK_FINDING,
    Agency,
    DataCentre,
    DataLink,
    Entry,
    FindingTerms,
    InformationSystem,
    SystemFinding,
)
from hatang.systems.services.finding_rules import RULES, Rule
from hatang.work.services import each_round, notify, people_with

State = SystemFinding.State
ROUND = "theo quy tắc"
CHANGED = ["state", "since_on", "gone_on", "reopened", "simulated", "search_key"]
HELD_BY_ROUND: tuple[type[Entry], ...] = (InformationSystem, Agency, DataLink, DataCentre)


def terms_of(province: Place) -> FindingTerms:
    """Give the terms that a province set, else the defaults, not yet stored."""
    return FindingTerms.objects.filter(province=province).first() or FindingTerms(province=province)


@transaction.atomic
def compute_findings(*, province: Place, on: date) -> Counter[str]:
    """Compare every rule with what is kept: new findings open, untrue ones are gone, true again ones open again."""
    terms, _ = FindingTerms.objects.get_or_create(province=province)
    kept = SystemFinding.objects.select_for_update(of=("self",)).filter(province=province)
    before: dict[tuple[str, int], SystemFinding] = {}
    for row in kept.select_related(*SystemFinding.LINKS):
        before[row.rule, row.subject.pk] = row
    told: Counter[str] = Counter()
    new: list[SystemFinding] = []
    changed: list[SystemFinding] = []
    for rule in RULES.values():
        compare(rule, province, on, terms, before, new, changed, told)
    said: dict[str, Any] = {"default_change_reason": ROUND, "batch_size": 500}
    bulk_create_with_history(new, SystemFinding, **said)
    bulk_update_with_history(changed, SystemFinding, CHANGED, **said)
    FindingTerms.objects.filter(province=province).update(computed_on=on)
    return told


def compare(
    rule: Rule,
    province: Place,
    on: date,
    terms: FindingTerms,
    before: dict[tuple[str, int], SystemFinding],
    new: list[SystemFinding],
    changed: list[SystemFinding],
    told: Counter[str],
) -> None:
    """Compare one rule with what is kept of it."""
    true = {row.pk: row for row in rule.rows(province, on, terms)}
    for pk, subject in true.items():
        row = before.get((rule.key, pk))
        if row is None:
            new.append(found(rule, subject, province, on))
            told["new"] += 1
        elif row.state in (State.GONE, State.DONE):
            changed.append(opened_again(row, subject, on))
            told["reopened"] += 1
    for (key, pk), row in before.items():
        if key == rule.key and pk not in true and row.state != State.GONE:
            row.state, row.gone_on = State.GONE, on
            row.fill_keys()
            changed.append(row)
            told["gone"] += 1


def found(rule: Rule, subject: Entry, province: Place, on: date) -> SystemFinding:
    """Make the finding that a rule is true of a row."""
    row = SystemFinding(province=province, rule=rule.key, since_on=on, simulated=subject.simulated)
    setattr(row, SUBJECTS[rule.model], subject)
    row.fill_keys()
    return row


def opened_again(row: SystemFinding, subject: Entry, on: date) -> SystemFinding:
    """Open a finding that was done or gone and is true still, or again."""
    if row.state == State.GONE:
        row.since_on = on
    row.state, row.gone_on, row.simulated = State.OPEN, None, subject.simulated
    row.reopened += 1
    row.fill_keys()
    return row


@transaction.atomic
def work_on(*, actor: Person, finding: SystemFinding, was_assigned: int | None) -> None:
    """Keep what somebody said of a finding, and tell whom it was given to."""
    if not actor.has_perm(WORK_FINDING, finding):
        raise PermissionDenied
    finding._change_reason = "trên trang"  # type: ignore[attr-defined]
    finding.save()
    to = finding.assigned_to
    if to is not None and to.pk not in (was_assigned, actor.pk):
        due = f" Làm xong trước {finding.due_on:%d/%m/%Y}." if finding.due_on else ""
        notify(to=[to], subject=f"Được giao: {finding}", body=finding.note + due, url=finding.get_absolute_url())


def workers_in(province: Place) -> Any:
    """Give the people to whom a finding may be given."""
    people = people_with(permission=WORK_FINDING, province=province)
    return Person.objects.filter(pk__in=[person.pk for person in people]).order_by("full_name", "username")


@transaction.atomic
def save_terms(*, actor: Person, terms: FindingTerms) -> None:
    """Keep the terms of a province; the next round, or asking for one, goes by them."""
    if not actor.has_perm(WORK_FINDING, terms):
        raise PermissionDenied
    terms.save()


def provinces_with_rows() -> list[Place]:
    """Give the provinces whose registers hold something that a rule can be true of."""
    pks: set[Any] = {
        pk for model in HELD_BY_ROUND for pk in model._default_manager.values_list("province", flat=True).distinct()
    }
    return list(Place.objects.filter(pk__in=pks).order_by("pk"))


@each_round
def nightly_findings() -> None:
    """Compute the findings of each province once a day, in the first round of the day."""
    today = timezone.localdate()
    for province in provinces_with_rows():
        if terms_of(province).computed_on != today:
            compute_findings(province=province, on=today)
