"""What waits for somebody's decision in a province."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from hatang.core.vietnamese import number
from hatang.coverage.services.evidence.challenges import waiting_for
from hatang.indicators.models import APPROVE_RETURN, CHECK_RETURN, Return, Value
from hatang.network.services import requests_waiting
from hatang.places.models import Place
from hatang.plans.checks import PlanFacts, find_oddities
from hatang.plans.models import OPEN_STATES, Baseline, Plan, Task, task_open_to
from hatang.plans.services import TargetProgress
from hatang.plans.states import AT_RISK, MISSED, NOT_MEASURED

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

NAMED = 4


@dataclass(frozen=True)
class Decision:
    """A matter that waits: a sentence, where to act (empty: nowhere for this person), and the things concerned."""

    sentence: str
    url: str = ""
    act: str = ""
    things: tuple[tuple[str, str], ...] = ()
    more: int = 0


def plans_of(province: Place, person: Someone, today: date) -> list[Plan]:
    """List the plans that the person may see, each with how many of its tasks are late (`late_tasks`)."""
    live = ~Exists(Task.objects.superseded(today).filter(pk=OuterRef("tasks__pk")))
    open_ones = Q(live, task_open_to(person, "tasks__"), tasks__due_on__lt=today, tasks__state__in=OPEN_STATES)
    late = Count("tasks", filter=open_ones)
    return list(Plan.objects.visible_to(person).filter(province=province).annotate(late_tasks=late))


def decisions(
    *, province: Place, plans: Sequence[Plan], progress: Sequence[TargetProgress], person: Someone, today: date
) -> list[Decision]:
    """List what waits, most pressing first; five queries."""
    return [
        *of_state(progress, province, MISSED, "mục tiêu đã đến hạn mà không đạt"),
        *of_state(progress, province, AT_RISK, "mục tiêu có nguy cơ không đạt"),
        *late_tasks(plans),
        *waiting_returns(province, person),
        *waiting_values_and_challenges(province, person),
        *waiting_requests(province, person),
        *of_state(progress, province, NOT_MEASURED, "mục tiêu chưa đo được"),
        *odd_targets(plans, progress, today),
    ]


def of_state(progress: Iterable[TargetProgress], province: Place, state: str, words: str) -> list[Decision]:
    """Name the targets in a state."""
    found = [p for p in progress if p.state == state]
    if not found:
        return []
    things = tuple((thing_name(p, province), indicator_url(p, province)) for p in found[:NAMED])
    return [Decision(f"{number(len(found))} {words}", things=things, more=max(len(found) - NAMED, 0))]


def thing_name(progress: TargetProgress, province: Place) -> str:
    """Name a target: indicator, year, and its territory where that is not the whole province."""
    territory = progress.target.plan.territory
    part = "" if territory.pk == province.pk else f", {territory.name} (cũ)"
    return f"{progress.indicator.short_name} ({progress.target.year}{part})"


def indicator_url(progress: TargetProgress, province: Place) -> str:
    """Give the indicator's page in the province."""
    return reverse("web:indicator", args=[province.code, progress.indicator.code])


def late_tasks(plans: Sequence[Plan]) -> list[Decision]:
    """Count the late tasks of each plan."""
    late = [(plan, plan.late_tasks) for plan in plans if plan.late_tasks]  # type: ignore[attr-defined]
    return [
        Decision(
            f"{number(count)} nhiệm vụ quá hạn: {plan}",
            reverse("plans:plan", args=[plan.code]) + "#nhiem-vu",
            "Xem nhiệm vụ",
        )
        for plan, count in late
    ]


RETURN_STEPS = {
    Return.State.SIGNED: (CHECK_RETURN, "chờ cán bộ Sở kiểm tra", "Kiểm tra phiếu"),
    Return.State.CHECKED: (APPROVE_RETURN, "chờ lãnh đạo Sở duyệt", "Duyệt phiếu"),
}
"""The steps of returns that the department takes: who takes it, how it is called, what the way there says."""


def waiting_returns(province: Place, person: Someone) -> list[Decision]:
    """Count the returns that wait for the person's step, and lead to the period that is due first."""
    own = [s for s, (may, _, _) in RETURN_STEPS.items() if person.has_perm(may, province)]  # type: ignore[union-attr]
    if not own:
        return []
    rows = Return.objects.filter(province=province, state__in=own).order_by("period__due_on", "period")
    counted = list(rows.values_list("state", "period").annotate(count=Count("pk")))
    return [returns_in(state, counted, province) for state in own if any(row[0] == state for row in counted)]


def returns_in(state: str, counted: Sequence[tuple[str, int, int]], province: Place) -> Decision:
    """Say how many returns stand in a state, in how many periods."""
    _, words, act = RETURN_STEPS[Return.State(state)]
    found = [(period, count) for one, period, count in counted if one == state]
    periods = f", ở {number(len(found))} kỳ" if len(found) > 1 else ""
    url = reverse("indicators:return_desk", args=[province.code]) + f"?ky={found[0][0]}&tt={state}"
    return Decision(f"{number(sum(count for _, count in found))} phiếu báo cáo {words}{periods}", url, act)


def waiting_values_and_challenges(province: Place, person: Someone) -> list[Decision]:
    """Count the figures and the requests to verify coverage that wait, both in one query."""
    sets = Value.objects.waiting_in(province), waiting_for(person, province)
    (values, challenges) = Place.objects.filter(pk=province.pk).values_list(*map(count_within, sets)).get()
    return [*waiting_values(province, person, values or 0), *waiting_challenges(province, challenges or 0)]


def count_within(rows: QuerySet[Any]) -> Subquery:
    """Count rows within another query."""
    return Subquery(
        rows.order_by()
        .annotate(how_many=Func(F("pk"), function="COUNT", output_field=IntegerField()))
        .values("how_many")
    )


def waiting_values(province: Place, person: Someone, waiting: int) -> list[Decision]:
    """Say how many figures are not published yet."""
    if not waiting:
        return []
    may = person.has_perm("indicators.publish_value", province)  # type: ignore[union-attr]
    url = reverse("indicators:approve", args=[province.code]) if may else ""
    return [Decision(f"{number(waiting)} số liệu chờ duyệt hoặc công bố", url, "Duyệt số liệu" if may else "")]


def waiting_requests(province: Place, person: Someone) -> list[Decision]:
    """Count the sharing requests that wait for the person."""
    waiting = requests_waiting(person, province)
    if not waiting:
        return []
    url = reverse("network:requests", args=[province.code]) + "?viec=1"
    return [Decision(f"{number(waiting)} đề nghị dùng chung chờ bước tiếp theo", url, "Xem đề nghị")]


def waiting_challenges(province: Place, waiting: int) -> list[Decision]:
    """Say how many requests to verify coverage wait for the person's decision."""
    if not waiting:
        return []
    url = reverse("coverage:challenges", args=[province.code]) + "?viec=1"
    return [Decision(f"{number(waiting)} yêu cầu xác minh phủ sóng chờ quyết định", url, "Xem yêu cầu")]


def odd_targets(plans: Sequence[Plan], progress: Sequence[TargetProgress], today: date) -> list[Decision]:
    """Lead to each plan whose targets have something odd; uncounted, for the plan's page lists bodies' oddities too."""
    baselines = list(Baseline.objects.filter(plan__in=plans))
    found = []
    for plan in plans:
        own = [p.target for p in progress if p.target.plan_id == plan.pk]
        rivals = [p.target for p in progress if p.target.plan_id != plan.pk]
        stated = [b for b in baselines if b.plan_id == plan.pk]
        own_plan = own[0].plan if own else plan
        if own and any(o.target for o in find_oddities(PlanFacts(own_plan, own, stated, [], today, {}, rivals))):
            url = reverse("plans:plan", args=[plan.code]) + "#diem-la"
            found.append(Decision(f"Mục tiêu có điểm cần xem lại: {plan}", url, "Xem từng điểm"))
    return found
