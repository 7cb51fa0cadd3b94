"""Running the checks: what a form asks and what is always asked, found for many returns at once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.indicators.models import Finding, FormCheck, FormItem, FormVersion, Period, Return, ReturnCell
from hatang.indicators.services.checks.facts import Facts
from hatang.indicators.services.checks.registry import RULES, Ask, Found
from hatang.places.models import Place

BATCH = 500
KEPT = ("hard", "message", "standing", "found_at")


@transaction.atomic
def run_checks(subject: Return | Period) -> list[Finding]:
    """Check one return, or all of a period that were begun to be sent; give what stands, blocking findings first."""
    if isinstance(subject, Period):
        sent = Return.objects.filter(period=subject).exclude(state=Return.State.DRAFT)
        return check_returns_of(subject, list(sent.select_related("organisation")))
    return check_returns_of(subject.period, [subject])


def check_returns_of(period: Period, returns: Sequence[Return]) -> list[Finding]:
    """Check some returns of a period and keep what was found; an approved return keeps what it was approved with."""
    focus = [r for r in returns if r.state != Return.State.APPROVED]
    if not focus:
        return []
    items = list(period.version.items.select_related("indicator"))
    facts = Facts(period, items, focus=focus)
    return keep(facts, found_by(facts, asks_of(items, period.version.checks.all())))


def try_checks(
    *, version: FormVersion, place: Place, cells: Sequence[ReturnCell], organisation_id: int | None = None
) -> list[Finding]:
    """Check answers that are only tried, as if a place filed them today; nothing is kept."""
    items = list(version.items.select_related("indicator"))
    today = timezone.localdate()
    period = Period(form=version.form, version=version, year=today.year, first_on=today, last_on=today)
    tried = Return(period=period, province=version.form.province, place=place, organisation_id=organisation_id)
    facts = Facts(period, items, focus=[tried], trial=cells)
    return in_order(
        finding_of(facts, ask, found) for ask, found in found_by(facts, asks_of(items, version.checks.all()))
    )


def asks_of(items: Sequence[FormItem], checks: Iterable[FormCheck]) -> list[Ask]:
    """List what is asked of a form's returns: what is always asked, then what the form asks for."""
    always = [Ask(rule, applied(rule.name, (), items), {}, rule.hard) for rule in RULES.values() if rule.always]
    return always + [ask for check in checks if (ask := ask_of(check, items))]


def ask_of(check: FormCheck, items: Sequence[FormItem]) -> Ask | None:
    """Read a form's check; one that means nothing any more is not asked."""
    rule = RULES.get(check.rule)
    if rule is None or rule.always:
        return None
    codes = applied(check.rule, check.items, items)
    try:
        settings = rule.read_settings(check.settings)
    except ValidationError:
        return None
    return Ask(rule, codes, settings, check.hard, check.message) if len(codes) >= max(1, rule.least_items) else None


def applied(name: str, named: Sequence[str], items: Sequence[FormItem]) -> tuple[str, ...]:
    """Give the codes that a rule reads: those named in their order, or all to which it applies."""
    able = {item.code: item for item in items if RULES[name].applies_to(item)}
    return tuple(code for code in named if code in able) if named else tuple(able)


def found_by(facts: Facts, asks: Iterable[Ask]) -> Iterator[tuple[Ask, Found]]:
    """Find by each rule in turn."""
    for ask in asks:
        for found in ask.rule.find(facts, ask):
            yield ask, found


def finding_of(facts: Facts, ask: Ask, found: Found) -> Finding:
    """Write down what was found, with words on what to look at."""
    item = facts.items.get(found.code)
    end = "" if found.message.endswith("?") else "."
    message = f"{found.message}{end} {ask.message or ask.rule.look}"
    key = ":".join((ask.rule.name, found.code, str(found.place_id or ""), found.tail))
    return Finding(
        of_return=facts.focus[found.return_id],
        item=item,
        place_id=found.place_id,
        rule=ask.rule.name,
        key=key[:160],
        hard=ask.hard,
        message=message[:500],
        standing=True,
        found_at=timezone.now(),
    )


def keep(facts: Facts, found: Iterable[tuple[Ask, Found]]) -> list[Finding]:
    """Keep findings: new ones are added, known ones keep their reason, those no longer found stand no more."""
    new = {(f.of_return_id, f.key): f for ask, one in found for f in [finding_of(facts, ask, one)]}
    old = {(f.of_return_id, f.key): f for f in Finding.objects.filter(of_return__in=list(facts.focus))}
    kept = [old[key] for key in new if key in old]
    changed = [old[key] for key, finding in new.items() if key in old and renew(old[key], finding)]
    gone = [f.pk for key, f in old.items() if key not in new and f.standing]
    added = Finding.objects.bulk_create([f for key, f in new.items() if key not in old], batch_size=BATCH)
    Finding.objects.bulk_update(changed, KEPT, batch_size=BATCH)
    for begin in range(0, len(gone), BATCH):
        Finding.objects.filter(pk__in=gone[begin : begin + BATCH]).update(standing=False)
    return in_order([*added, *kept])


def renew(old: Finding, new: Finding) -> bool:
    """Say on a finding that was known what is found now, and tell whether that is new; the reason given stays."""
    if (old.hard, old.message, old.standing) == (new.hard, new.message, new.standing):
        return False
    for field in KEPT:
        setattr(old, field, getattr(new, field))
    return True


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Put blocking findings first."""
    return sorted(findings, key=lambda finding: not finding.hard)


def standing_by_return(returns: Iterable[UUID]) -> dict[UUID, list[Finding]]:
    """Read what stands in some returns."""
    found: dict[UUID, list[Finding]] = {pk: [] for pk in returns}
    rows = Finding.objects.filter(of_return__in=list(found), standing=True).select_related("item", "place")
    for finding in rows:
        found[finding.of_return_id].append(finding)
    return found
