"""Tasks out of a scenario's works: which would be made, what differs from those made before; make them, take them back.

A task has one lead, a year, its places and its money by source. Works that the universal-service fund pays for have no
operator named beforehand (NĐ 295/2025/NĐ-CP): they become the department's task to ask the fund.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max, OuterRef, Subquery

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.indicators.models import Component
from hatang.pages.amounts import vnd_words
from hatang.places.models import Place
from hatang.planning.models import SEE, Candidate, Scenario, ScenarioBudget
from hatang.plans.models import Plan, Task

CHANGE = "plans.change_plan"
MADE = "lập từ phương án"
FUND = ScenarioBudget.Source.FUND
NAMED = 6
SOURCE_LONGEST = Task._meta.get_field("funding_source").max_length or 200
TITLE_LONGEST = Task._meta.get_field("title").max_length or 300


@dataclass(frozen=True)
class WantedTask:
    """A task that works make together: of one lead and one year."""

    lead: Organisation | None
    year: int
    from_fund: bool
    service: str
    works: tuple[Candidate, ...]
    capital_vnd: int
    paid_vnd: dict[str, int]

    @property
    def communes(self) -> list[Place]:
        """Where the works stand, the most works first."""
        times = Counter(work.commune_id for work in self.works)
        places = {work.commune_id: work.commune for work in self.works}
        return sorted(places.values(), key=lambda place: (-times[place.pk], place.sort_key))

    @property
    def title(self) -> str:
        """Say what is built where: Xây dựng 5 công trình 4G năm 2027 tại xã Đồng Đăng, phường Kỳ Lừa và 3 xã khác."""
        verb = "Đề nghị Quỹ viễn thông công ích hỗ trợ" if self.from_fund else "Xây dựng"
        communes = self.communes
        named = ", ".join(place.name_inside for place in communes[:NAMED])
        more = f" và {number(len(communes) - NAMED)} xã, phường khác" if len(communes) > NAMED else ""
        what = f"{verb} {number(len(self.works))} công trình {self.service} năm {self.year}"
        return f"{what} tại {named}{more}"[:TITLE_LONGEST]

    @property
    def due_on(self) -> date:
        """The last day of the year."""
        return date(self.year, 12, 31)

    @property
    def funding_source(self) -> str:
        """Say which source pays how much: Quỹ … 1,2 tỷ đồng; doanh nghiệp 900 triệu đồng."""
        words = ScenarioBudget.Source(FUND).label, "Quỹ viễn thông công ích"
        told = [
            f"{ScenarioBudget.Source(source).label.replace(*words)} {vnd_words(amount)}"
            for source, amount in sorted(self.paid_vnd.items(), key=lambda pair: -pair[1])
        ]
        return "; ".join(told)[:SOURCE_LONGEST]

    @property
    def simulated(self) -> bool:
        """Whether a work is."""
        return any(work.simulated for work in self.works)

    def facts(self) -> dict[str, object]:
        """Give what a task holds of it."""
        return {
            "title": self.title,
            "component": Component.TELECOM,
            "lead": self.lead,
            "due_on": self.due_on,
            "estimate_vnd": self.capital_vnd,
            "funding_source": self.funding_source,
            "simulated": self.simulated,
        }


@dataclass
class Comparison:
    """What making the tasks would do: new ones, changes in words, those that go, those a person went on with."""

    new: list[WantedTask] = field(default_factory=list)
    changed: list[tuple[Task, WantedTask, str]] = field(default_factory=list)
    gone: list[Task] = field(default_factory=list)
    kept: list[tuple[Task, str]] = field(default_factory=list)
    same: list[Task] = field(default_factory=list)

    @property
    def does_anything(self) -> bool:
        """Whether making changes a row."""
        return bool(self.new or self.changed or self.gone)

    @property
    def made(self) -> bool:
        """Whether tasks of this scenario stand in the plan."""
        return bool(self.changed or self.gone or self.kept or self.same)


def tasks_wanted(plan: Plan, scenario: Scenario) -> list[WantedTask]:
    """Group the works that the scenario builds into tasks, by year and lead."""
    chosen = Candidate.objects.chosen().filter(scenario=scenario)
    works = list(chosen.select_related("operator", "commune").order_by("year", "number"))
    groups: dict[tuple[int, bool, int | None], list[Candidate]] = {}
    for work in works:
        funded = _paid_by_fund(work)
        groups.setdefault((work.year or 0, funded, None if funded else work.operator_id), []).append(work)
    department = leading_department(plan) if any(funded for _, funded, _ in groups) else None
    opens = {work.structure: work.pk for work in reversed(works)}
    made = [
        WantedTask(
            lead=department if funded else same[0].operator,
            year=year,
            from_fund=funded,
            service=scenario.get_service_display(),
            works=tuple(same),
            capital_vnd=sum(capital_of(work, opens) for work in same),
            paid_vnd=_paid(same),
        )
        for (year, funded, _), same in groups.items()
    ]
    return sorted(made, key=lambda task: (task.year, task.lead is None, task.lead.sort_key if task.lead else ""))


def _paid_by_fund(work: Candidate) -> bool:
    return (work.paid_vnd or {}).get(FUND, 0) > 0


def capital_of(work: Candidate, opens: dict[str, int]) -> int:
    """Give a work's capital, with that of its structure where it is the first on it."""
    return work.capital_vnd + (work.structure_capital_vnd if opens[work.structure] == work.pk else 0)


def _paid(works: Iterable[Candidate]) -> dict[str, int]:
    """Sum what each source pays."""
    paid: Counter[str] = Counter()
    for work in works:
        paid.update({source: int(amount) for source, amount in (work.paid_vnd or {}).items() if amount > 0})
    return {source: amount for source, amount in paid.items() if source in ScenarioBudget.Source.values}


def leading_department(plan: Plan) -> Organisation | None:
    """Give the department that leads the most of the plan's tasks; None where it names none."""
    departments = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, tasks_led__plan=plan)
    return departments.annotate(count=Count("tasks_led")).order_by("-count", "pk").first()


def compare_tasks(plan: Plan, scenario: Scenario) -> Comparison:
    """Hold the tasks that the scenario's works make against those made before in the plan."""
    found = Comparison()
    standing = _standing(plan, scenario)
    works = {task.pk: frozenset(work.pk for work in task.works.all()) for task in standing}
    for wanted in tasks_wanted(plan, scenario):
        task = _same_task(wanted, standing, works)
        if task is None:
            found.new.append(wanted)
            continue
        standing.remove(task)
        _compare(found, task, wanted, works[task.pk])
    for task in standing:
        if untouched(task):
            found.gone.append(task)
        else:
            found.kept.append((task, "phương án không còn công trình nào của nhiệm vụ này"))
    return found


def _standing(plan: Plan, scenario: Scenario) -> list[Task]:
    """Read the tasks made of a scenario, each with why its newest record was written."""
    newest = Task.history.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    reason = Subquery(newest.values("history_change_reason")[:1])
    tasks = plan.tasks.filter(scenario=scenario).annotate(last_reason=reason)
    return list(tasks.select_related("lead").prefetch_related("works").order_by("order", "pk"))


def untouched(task: Task) -> bool:
    """Tell whether nobody changed a task since it was made."""
    return bool(getattr(task, "last_reason", None) == MADE)


def _same_task(wanted: WantedTask, standing: Sequence[Task], works: dict[int, frozenset[int]]) -> Task | None:
    """Find the task made of most of the same works before; else the one of the same lead and year."""
    own = {work.pk for work in wanted.works}
    shared = max(standing, key=lambda task: len(works[task.pk] & own), default=None)
    if shared is not None and works[shared.pk] & own:
        return shared
    lead = wanted.lead.pk if wanted.lead else None
    return next((t for t in standing if not works[t.pk] and (t.lead_id, t.due_on) == (lead, wanted.due_on)), None)


def _compare(found: Comparison, task: Task, wanted: WantedTask, works: frozenset[int]) -> None:
    told = "; ".join(_differences(task, wanted))
    if not told and works == {work.pk for work in wanted.works}:
        found.same.append(task)
    elif untouched(task):
        found.changed.append((task, wanted, told or "công trình được tính lại, số liệu như cũ"))
    elif told:
        found.kept.append((task, told))
    else:
        found.same.append(task)


def _differences(task: Task, wanted: WantedTask) -> Iterator[str]:
    """Say in words how a task differs from what the works make now."""
    for name, value in wanted.facts().items():
        old = getattr(task, name)
        if old != value:
            shown = [
                number(v) if isinstance(v, int) and not isinstance(v, bool) else str(v or "–") for v in (old, value)
            ]
            yield f"{Task._meta.get_field(name).verbose_name}: {' → '.join(shown)}"  # type: ignore[union-attr]


@transaction.atomic
def make_tasks(*, actor: Person, plan: Plan, scenario: Scenario) -> Comparison:
    """Make the tasks of a scenario's works in a plan, and bring those made before up to date.

    What a person went on with stays as it is. Gives what was done. Raises PermissionDenied for whoever does not change
    the plan or may not see the scenario, ValidationError where the scenario is of another province or not adopted.
    """
    _ask(actor, plan, scenario)
    if scenario.adopted_at is None:
        raise ValidationError(
            "Phương án chưa được chọn để thực hiện: lãnh đạo Sở chọn phương án, rồi mới lập nhiệm vụ."
        )
    Plan.objects.select_for_update().get(pk=plan.pk)
    done = compare_tasks(plan, scenario)
    order = plan.tasks.aggregate(last=Max("order"))["last"] or 0
    for at, wanted in enumerate(done.new, start=1):
        task = Task(plan=plan, scenario=scenario, order=min(order + at, 32767), **wanted.facts())
        _store(actor, task, wanted)
    for task, wanted, _ in done.changed:
        for name, value in wanted.facts().items():
            setattr(task, name, value)
        _store(actor, task, wanted)
    _delete(actor, done.gone)
    return done


def _store(actor: Person, task: Task, wanted: WantedTask) -> None:
    sign(task, actor, MADE)
    task.full_clean(exclude=["plan", "scenario", "lead"])
    task.save()
    task.works.set(wanted.works)


def _delete(actor: Person, tasks: Iterable[Task]) -> None:
    for task in tasks:
        sign(task, actor, f"bỏ nhiệm vụ {MADE}")
        task.delete()


@transaction.atomic
def undo_tasks(*, actor: Person, plan: Plan, scenario: Scenario) -> tuple[int, list[Task]]:
    """Take back the tasks made of a scenario that nobody went on with; tell how many, and give those that stay."""
    _ask(actor, plan, scenario)
    Plan.objects.select_for_update().get(pk=plan.pk)
    standing = _standing(plan, scenario)
    going = [task for task in standing if untouched(task)]
    _delete(actor, going)
    return len(going), [task for task in standing if not untouched(task)]


def _ask(actor: Person, plan: Plan, scenario: Scenario) -> None:
    """Refuse whoever may not. Raises PermissionDenied, ValidationError."""
    if not (actor.has_perm(CHANGE, plan) and actor.has_perm(SEE, scenario)):
        raise PermissionDenied
    if plan.province_id != scenario.province_id:
        raise ValidationError("Phương án của tỉnh khác.")
