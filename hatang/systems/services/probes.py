"""Looks at the hosts of the register: politely, few at once, real systems alone, and what they found kept for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.host_probe import HostFacts, ProbeRefusedError, probe_host
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.systems.models import PROBE, FindingRule, FindingTerms, InformationSystem, ProbePlan, SystemProbe
from hatang.systems.services.alerts import tell_of_looks
from hatang.systems.services.finding_rules import finding_rule
from hatang.work.models import Job
from hatang.work.services import Progress, background, each_round, run_job

AT_ONCE = 4
TIMEOUT_S = 5.0
LONGEST_WORDS = 300
LOOKS_TO_TELL = 2
LEAST_PAUSE = timedelta(minutes=10)
Look = Callable[[str], HostFacts]


def plan_of(province: Place) -> ProbePlan:
    """Give the plan that a province set, else the default, not yet stored: none is looked at by itself."""
    return ProbePlan.objects.filter(province=province).first() or ProbePlan(province=province)


def save_plan(*, actor: Person, plan: ProbePlan) -> None:
    """Keep whether and how often the hosts are looked at."""
    if not actor.has_perm(PROBE, plan.province):
        raise PermissionDenied
    sign(plan, actor)
    plan.save()


def hosts_in(province: Place, on: date) -> list[InformationSystem]:
    """List the systems that may be looked at: in use, with a host name, and real; simulated names are nobody's."""
    rows = InformationSystem.objects.with_address(on).filter(province=province, simulated=False)
    return list(rows.order_by("pk"))


def look(name: str) -> HostFacts:
    """Look at one host."""
    return probe_host(name, timeout_s=TIMEOUT_S)


def ask_to_probe(*, actor: Person, province: Place) -> Job:
    """Start looking at a province's hosts, at most every ten minutes."""
    if not actor.has_perm(PROBE, province):
        raise PermissionDenied
    with transaction.atomic():
        plan, _ = ProbePlan.objects.select_for_update().get_or_create(province=province)
        now = timezone.now()
        if plan.asked_at and now - plan.asked_at < LEAST_PAUSE:
            raise ValidationError(f"Vừa kiểm tra lúc {timezone.localtime(plan.asked_at):%H:%M}; chờ mười phút.")
        ProbePlan.objects.filter(pk=plan.pk).update(asked_at=now)
        return run_job(probe_job, actor=actor, title=f"Kiểm tra hệ thống của {province}", province_id=province.pk)


@background(lane=Job.Lane.ASIDE)
def probe_job(progress: Progress, province_id: int) -> str:
    """Look at a province's hosts; the job of the page."""
    province = Place.objects.get(pk=province_id)
    look_and_tell(province, progress=progress)
    return reverse("systems:probes", args=[province.code])


def probe_province(province: Place, *, progress: Progress | None = None, how: Look = look) -> list[SystemProbe]:
    """Look at every host once, a few at a time, and keep what was found."""
    systems = hosts_in(province, timezone.localdate())
    found: list[SystemProbe] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for system, facts in zip(systems, pool.map(lambda one: told_by(how, one.host_name), systems), strict=True):
            found.append(row_of(system, facts, timezone.now()))
            if progress:
                share = 100 * len(found) // len(systems)
                progress(min(share, 99), f"Đã hỏi {number(len(found))} trên {number(len(systems))} hệ thống.")
    return SystemProbe.objects.bulk_create(found, batch_size=500)


def look_and_tell(province: Place, *, progress: Progress | None = None, how: Look = look) -> list[SystemProbe]:
    """Look at every host once, then tell who must know what that changed."""
    looks = probe_province(province, progress=progress, how=how)
    tell_of_looks(province)
    return looks


def told_by(how: Look, name: str) -> HostFacts:
    """Look at a host; one that must not be asked is told as a fault."""
    try:
        return how(name)
    except ProbeRefusedError as error:
        return HostFacts({4: (), 6: ()}, dns_fault=str(error))


def row_of(system: InformationSystem, facts: HostFacts, at: datetime) -> SystemProbe:
    """Make the row of a look."""
    answers = facts.answers
    reached = [answer for answer in answers.values() if answer.reached]
    certificate = facts.certificate
    faults = [facts.dns_fault, *(f"IPv{family}: {answer.fault}" for family, answer in answers.items() if answer.fault)]
    return SystemProbe(
        system=system,
        host_name=system.host_name,
        at=at,
        has_ipv4=bool(facts.addresses.get(4)),
        has_ipv6=bool(facts.addresses.get(6)),
        answers_ipv4=4 in answers and answers[4].reached,
        answers_ipv6=6 in answers and answers[6].reached,
        status=reached[0].status if reached else None,
        response_ms=reached[0].response_ms if reached else None,
        certificate_until=certificate.until if certificate else None,
        certificate_issuer=certificate.issuer if certificate else "",
        certificate_fault=certificate.fault if certificate else "",
        hsts=any(answer.hsts for answer in reached) if reached else None,
        dnssec=facts.dnssec,
        fault=" ".join(filter(None, faults))[:LONGEST_WORDS],
    )


@each_round
def probe_when_due() -> int:
    """Look at the hosts of each province whose plan says so now; give how many looks."""
    now, looks = timezone.now(), 0
    for plan in ProbePlan.objects.filter(is_active=True).select_related("province"):
        if plan.asked_at is None or now - plan.asked_at >= timedelta(hours=plan.every_hours, minutes=-5):
            ProbePlan.objects.filter(pk=plan.pk).update(asked_at=now)
            looks += len(look_and_tell(plan.province))
    return looks


def percent_reachable(looks: Iterable[SystemProbe]) -> float | None:
    """Give the share of looks at which a host answered, %."""
    told = [probe.reachable for probe in looks]
    return 100 * sum(told) / len(told) if told else None


# What looks tell, as findings


def latest_of(province: Place) -> QuerySet[SystemProbe]:
    """Give the latest look at each system of a province."""
    return SystemProbe.objects.filter(system__province=province).latest_each()


def seen_systems(province: Place, on: date, looks: QuerySet[SystemProbe]) -> QuerySet[InformationSystem]:
    """Give the systems in use that have one of these looks."""
    return InformationSystem.objects.with_address(on).filter(
        Exists(looks.filter(system=OuterRef("pk"))), province=province
    )


@finding_rule(
    FindingRule.CERTIFICATE,
    InformationSystem,
    why="Chứng thư số của trang đã hết hạn, sắp hết hạn hoặc bị trình duyệt từ chối.",
    mend="Gia hạn hoặc thay chứng thư, rồi kiểm tra lại.",
)
def certificate_ends(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems whose certificate ends within the province's term, or that browsers refuse."""
    last = on + timedelta(days=terms.certificate_days)
    bad = Q(certificate_until__date__lte=last) | ~Q(certificate_fault="")
    return seen_systems(province, on, latest_of(province).filter(bad))


@finding_rule(
    FindingRule.UNREACHABLE,
    InformationSystem,
    why="Hai lần kiểm tra gần nhất đều không truy cập được.",
    mend="Hỏi đơn vị vận hành; tên miền không còn dùng thì xóa khỏi sổ.",
)
def unreachable(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems that did not answer at the last two looks."""
    order = Window(RowNumber(), partition_by="system", order_by="-pk")
    last = SystemProbe.objects.filter(system__province=province).annotate(place=order).filter(place__lte=LOOKS_TO_TELL)
    told: dict[int, list[bool]] = {}
    for probe in last:
        told.setdefault(probe.system_id, []).append(probe.reachable)
    away = [pk for pk, answers in told.items() if len(answers) == LOOKS_TO_TELL and not any(answers)]
    return InformationSystem.objects.with_address(on).filter(province=province, pk__in=away)


@finding_rule(
    FindingRule.NO_IPV6,
    InformationSystem,
    why="Trang trả lời qua IPv4 mà không trả lời qua IPv6.",
    mend="Đặt địa chỉ IPv6, bản ghi AAAA và mở tường lửa cho IPv6.",
)
def without_ipv6(province: Place, on: date, terms: FindingTerms) -> QuerySet[InformationSystem]:
    """Give systems that answer over IPv4 alone."""
    return seen_systems(province, on, latest_of(province).filter(answers_ipv4=True, answers_ipv6=False))
