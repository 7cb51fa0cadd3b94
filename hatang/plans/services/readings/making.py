"""The rows of a plan out of the statements of its document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import FloatField, Model
from django.utils.text import slugify

from hatang.accounts.models import Organisation, Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import search_key
from hatang.indicators.forms import LARGEST_FIGURE
from hatang.indicators.models import Indicator
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import LegalReference, Place
from hatang.plans.forms.reading import AMENDS, REPLACES
from hatang.plans.models import Baseline, Comparator, Duty, Plan, PlanReading, Statement, Target, Task
from hatang.plans.services.readings.arriving import day_of
from hatang.plans.services.readings.facts import short_form, tidy
from hatang.plans.services.readings.standing import agreed
from hatang.plans.states import FROM_ABOVE

Kind = Statement.Kind
Facts = Mapping[str, Any]
COMPARATORS = {"none": Comparator.DONE}
BODY_KINDS = (
    (Organisation.Kind.GROUP, r"^(các|những|mọi) "),
    (Organisation.Kind.POLICE, r"^công an"),
    (Organisation.Kind.COMMITTEE, r"^(ubnd|ủy ban nhân dân|uỷ ban nhân dân)"),
    (Organisation.Kind.PRESS, r"^(báo|đài|tạp chí) "),
    (Organisation.Kind.ENTERPRISE, r"^(tổng công ty|công ty|tập đoàn|doanh nghiệp|bưu điện|điện lực|viễn thông|vnpt)"),
)
CARRIED = ("state", "progress_text", "obstacle_text", "estimate_vnd", "funding_source", "spent_vnd", "simulated")
"""What of a task goes on in the task of a later document."""
NAMELESS = "chi-tieu"
"""How the code of an indicator begins whose name has no letter."""
NO_ISSUER = "không rõ cơ quan"
NO_YEAR = "Văn bản không ghi năm của số liệu; lấy năm trước kỳ kế hoạch."
MOSTLY = 0.7
"""How much of a body's duty a report duty must be for the two to be one."""
LEAST_DUTY = 6
"""How many words must be left of a duty beside a report duty to tell something by themselves."""


class Making:
    """Makes a plan's rows; indicators and bodies that are new are made first, each once."""

    def __init__(self, plan: Plan, actor: Person | None, reading: PlanReading, continued: Mapping[int, Task]) -> None:
        self.plan, self.actor, self.continued = plan, actor, continued
        self.reason = publishing_reason(reading)
        self.indicators: dict[str, Indicator] = {i.code: i for i in Indicator.objects.all()}
        self.named = {(search_key(i.name), i.unit_code): i for i in self.indicators.values()}
        self.bodies: dict[int, Organisation] = {}
        self.made: dict[str, Organisation] = {}

    def make(self, rows: list[Statement]) -> None:
        """Make everything, kind by kind."""
        self.read_bodies(rows)
        self.plan.bases.set([self.base(row.facts) for row in rows if row.kind == Kind.BASIS])
        self.keep(Target, [self.target(row) for row in rows if row.kind == Kind.TARGET])
        self.keep(Baseline, [self.baseline(row) for row in rows if row.kind == Kind.BASELINE])
        self.keep_tasks([row for row in rows if row.kind == Kind.TASK])
        self.keep(Duty, list(self.duties(rows)))

    def keep(self, model: type[Model], rows: list[Any]) -> None:
        """Store rows in order, with their history where the model has one."""
        for order, row in enumerate(rows, start=1):
            if hasattr(row, "order"):
                row.order = order
            checked(row)
        if hasattr(model, "history"):
            bulk_create_with_history(rows, model, default_user=self.actor, default_change_reason=self.reason)
        else:
            model.objects.bulk_create(rows)  # type: ignore[attr-defined]

    def base(self, facts: Facts) -> LegalReference:
        """Find or make a document that is cited; one without issuer is the known one of its number and day."""
        wanted = self.cited(facts)
        known = LegalReference.objects.filter(number=wanted.number, date=wanted.date)
        found = known.filter(issuer=wanted.issuer).first() or (None if facts["issuer"] else known.first())
        if found is None:
            wanted.full_clean()
            wanted.save()
        return found or wanted

    def cited(self, facts: Facts) -> LegalReference:
        """Describe a document that is cited; a name that stands for its number is cut to what a number may hold."""
        return LegalReference(
            number=cut(facts["number"], 60),
            date=date.fromisoformat(facts["date"]) if facts["date"] else None,
            issuer=cut(completed(facts["issuer"], self.plan.territory) or NO_ISSUER, 200),
            title=(facts["title"] or (facts["number"] if len(facts["number"]) > 60 else ""))[:500],
        )

    def target(self, row: Statement) -> Target:
        """Make a target; one without a year of its own is due at the plan's end."""
        facts, condition = row.facts, row.facts.get("condition") or {}
        indicator = self.indicator(facts)
        return Target(
            plan=self.plan,
            indicator=indicator,
            year=facts["due_year"] or self.plan.year_to,
            comparator=COMPARATORS.get(facts["comparator"], facts["comparator"]),
            value=facts["value"],
            base_year=facts["base_year"],
            condition_value=condition.get("value"),
            condition_unit=condition.get("unit", ""),
            condition_comparator=condition.get("comparator", ""),
            scope=facts["scope"][:300],
            aspirational=facts["aspirational"],
            section=row.section,
            unit_as_written=facts["unit_written"][:30],
            quote=row.quote,
        )

    def indicator(self, facts: Facts) -> Indicator:
        """Give the indicator chosen, or the new one that was agreed to; one of that name and unit is made once."""
        if facts["indicator"]:
            return self.chosen(facts["indicator"])
        wanted = facts["new_indicator"]
        if not wanted:
            raise ValidationError("Chưa chọn chỉ tiêu.")
        name = (search_key(wanted["name"]), wanted["unit"])
        if name not in self.named:
            self.named[name] = self.new_indicator(wanted, lower=facts.get("comparator") in FROM_ABOVE)
        return self.named[name]

    def chosen(self, code: str) -> Indicator:
        """Give an indicator of the catalogue."""
        if code not in self.indicators:
            raise ValidationError(f"Chỉ tiêu “{code}” không còn trong danh mục: chọn chỉ tiêu khác.")
        return self.indicators[code]

    def new_indicator(self, wanted: Facts, *, lower: bool) -> Indicator:
        """Make an indicator that is reported by hand for the province; a bound from above says that lower is better."""
        last = max((i.number for i in self.indicators.values()), default=0)
        indicator = Indicator(
            code=self.free_code(wanted["name"]),
            number=last + 1,
            name=wanted["name"][:300],
            short_name=short_name(wanted["name"]),
            component=wanted["component"],
            unit_code=wanted["unit"],
            direction=Indicator.Direction.LOWER if lower else Indicator.Direction.HIGHER,
            rollup=Indicator.Rollup.NONE,
            lowest_level=Place.Kind.PROVINCE,
            source=Indicator.Source.REPORTED,
            note=f"Thêm khi công bố “{self.plan.title}”."[:500],
        )
        self.store(indicator)
        self.indicators[indicator.code] = indicator
        return indicator

    def store(self, indicator: Indicator) -> None:
        """Store a new indicator."""
        sign(indicator, self.actor, self.reason)
        indicator.full_clean()
        indicator.save()

    def free_code(self, name: str) -> str:
        """Give a code that no indicator bears."""
        stem = slugify(search_key(name))[:52].strip("-") or NAMELESS
        numbers = (stem, *(f"{stem}-{n}" for n in range(2, len(self.indicators) + 3)))
        return next(code for code in numbers if code not in self.indicators)

    def baseline(self, row: Statement) -> Baseline:
        """Make a figure of the present state."""
        facts = row.facts
        return Baseline(
            plan=self.plan,
            indicator=self.chosen(facts["indicator"]) if facts["indicator"] else None,
            label=short_form(facts["subject"])[:200],
            year=facts["year"] or self.plan.year_from - 1,
            year_note="" if facts["year"] else NO_YEAR,
            value=facts["value"],
            approximate=facts["comparator"] == "approx",
            section=row.section,
            quote=row.quote,
        )

    def keep_tasks(self, rows: list[Statement]) -> None:
        """Store tasks, then who supports them."""
        tasks = [self.task(row) for row in rows]
        self.keep(Task, tasks)
        through = Task.support.through
        pairs = {
            (task.pk, body.pk) for task, row in zip(tasks, rows, strict=True) for body in self.supporting(task, row)
        }
        through.objects.bulk_create(through(task_id=task, organisation_id=body) for task, body in sorted(pairs))

    def task(self, row: Statement) -> Task:
        """Make a task; the first body that leads it is its lead."""
        facts = row.facts
        lead = self.parties(agreed(row, "lead"))
        own = {
            "title": facts["title"],
            "component": facts["component"],
            "section": row.section,
            "quote": row.quote,
            "lead": lead[0] if lead else None,
            "due_on": date.fromisoformat(facts["due"]) if facts["due"] else None,
        }
        return Task(plan=self.plan, **own | carried_over(self.continued.get(row.pk), led=bool(lead)))

    def supporting(self, task: Task, row: Statement) -> list[Organisation]:
        """Give the bodies that support a task, those that lead it beside the first among them."""
        bodies = self.parties([*agreed(row, "lead"), *agreed(row, "support")])
        return [body for body in bodies if body.pk != task.lead_id]

    def duties(self, rows: Iterable[Statement]) -> Iterator[Duty]:
        """Make the report duties, and the standing work of each body that is not such a duty already."""
        listed = list(rows)
        reports = [row for row in listed if row.kind == Kind.DUTY]
        for row in reports:
            yield from self.report_duties(row)
        for row in listed:
            if row.kind == Kind.BODY:
                yield from self.standing_duties(row, reports)

    def report_duties(self, row: Statement) -> Iterator[Duty]:
        """Make a duty to report for each body that owes it."""
        facts = row.facts
        for body in self.parties(facts["organisations"]):
            yield Duty(
                plan=self.plan,
                body=body,
                title=short_form(row.quote),
                is_report=True,
                rhythm=facts["rhythm"] or Duty.Rhythm.STANDING,
                due_month=facts["month"],
                due_day=facts["day"],
                recipient=facts["to"][:200],
                section=row.section,
                quote=row.quote,
            )

    def standing_duties(self, row: Statement, reports: Sequence[Statement]) -> Iterator[Duty]:
        """Make a standing duty for each thing that a body is told to do, without the words that tell a report."""
        for body in self.parties(row.facts["organisations"]):
            for duty in row.facts["duties"]:
                for words in beside_reports(duty, reports):
                    yield Duty(plan=self.plan, body=body, title=short_form(words), section=row.section, quote=words)

    def read_bodies(self, rows: Iterable[Statement]) -> None:
        """Read the organisations that are named, and make those that are to be made."""
        parties = [party for row in rows for party in parties_taken(row)]
        self.bodies = Organisation.objects.in_bulk({party["id"] for party in parties if party["id"]})
        for party in parties:
            key = search_key(party["name"])
            if party["new"] and not party["id"] and key not in self.made:
                self.made[key] = self.new_body(party["name"])

    def new_body(self, name: str) -> Organisation:
        """Make an organisation of the plan's territory, as long as the territory itself."""
        territory = self.plan.territory
        name = f"{name[:1].upper()}{name[1:]}"[:300]
        standing = Organisation.objects.filter(name=name, province=territory).first()
        if standing:
            return standing
        body = Organisation(kind=body_kind(name), name=name, province=territory, valid_to=territory.valid_to)
        sign(body, self.actor, self.reason)
        body.full_clean()
        body.save()
        return body

    def parties(self, parties: Iterable[Facts]) -> list[Organisation]:
        """Give the organisations that parties stand for, each once; who is unknown and not to be made is left out."""
        found = [self.bodies.get(p["id"] or 0) or self.made.get(search_key(p["name"])) for p in parties]
        return list({body.pk: body for body in found if body}.values())


def carried_over(earlier: Task | None, *, led: bool) -> dict[str, Any]:
    """Give what a task takes over from the one that it continues: how far it is, and its lead where none is named."""
    if earlier is None:
        return {}
    kept = {name: getattr(earlier, name) for name in CARRIED}
    return kept | {"continues": earlier} | ({} if led else {"lead": earlier.lead})


def beside_reports(duty: Facts, reports: Iterable[Statement]) -> list[str]:
    """Give what is left of a body's duty when the sentences that are report duties are taken out."""
    whole = duty["quote"]
    left: list[str] = [whole]
    for words in (tidy(report.quote) for report in reports if report.block == duty["block"]):
        if whole in words or (words in whole and len(words) >= MOSTLY * len(whole)):
            return []
        left = [tidy(piece) for one in left for piece in one.split(words)]
    return [words for words in left if len(words.split()) >= LEAST_DUTY]


def completed(issuer: str, territory: Place) -> str:
    """Name the province of a body that a document only calls the province's: UBND tỉnh."""
    whole = issuer.lower().endswith((" tỉnh", " thành phố")) or issuer.lower() in ("tỉnh ủy", "thành ủy")
    return f"{issuer} {territory.name}" if whole else issuer


def body_kind(name: str) -> str:
    """Guess a body's kind by how its name begins."""
    begun = name.lower()
    return next((kind for kind, start in BODY_KINDS if re.match(start, begun)), Organisation.Kind.DEPARTMENT)


def short_name(name: str) -> str:
    """Shorten an indicator's name to what a table's cell holds."""
    words = re.sub(r"^(tỷ lệ|tỉ lệ|số lượng|số)\s+", "", name, flags=re.IGNORECASE)
    words = words[:1].upper() + words[1:]
    return words if len(words) <= 80 else f"{words[:79].rpartition(' ')[0]}…"


def checked(row: Any) -> None:
    """Ask a row whether it may be stored, and say of which words a refusal speaks."""
    words = getattr(row, "quote", "")[:80]
    messages = [f"“{words}”: {message}" for message in faults(row)]
    if messages:
        raise ValidationError(messages)


def faults(row: Any) -> list[str]:
    """Say field by field why a row may not be stored; relations are not looked at."""
    fields = {field.name: field for field in row._meta.fields}
    messages = [
        f"{field.verbose_name}: số này quá lớn"
        for name, field in fields.items()
        if isinstance(field, FloatField) and not abs(getattr(row, name) or 0) <= LARGEST_FIGURE
    ]
    try:
        row.clean_fields(exclude=[name for name, field in fields.items() if field.is_relation or name == "id"])
    except ValidationError as error:
        wrong = error.message_dict.items()
        messages += [f"{fields[name].verbose_name}: {message}" for name, found in wrong for message in found]
    return messages


def parties_taken(row: Statement) -> list[dict[str, Any]]:
    """Give the bodies that a row brings into the plan: not those that are only proposed to lead or support."""
    return [*(row.facts.get("organisations") or []), *agreed(row, "support"), *agreed(row, "lead")]


def cut(words: str, most: int) -> str:
    """Cut words to a length, after a whole word where there is one."""
    if len(words) <= most:
        return words
    begun = words[: most - 1]
    return f"{begun.rpartition(' ')[0] or begun}…"


def publishing_reason(reading: PlanReading) -> str:
    """Say why a row is there that a reading brought; histories keep it."""
    return f"Công bố văn bản được đọc số {reading.pk}"


def planned(reading: PlanReading) -> Plan:
    """Describe the plan that a reading makes."""
    facts, against = reading.facts, reading.against
    return Plan(
        code=facts["code"],
        kind=facts["plan_kind"],
        title=facts["title"],
        number=facts["number"],
        issuer=facts["issuer"],
        date=day_of(facts),
        territory=Place.objects.get(pk=facts["territory"]),
        province=reading.province,
        year_from=facts["year_from"],
        year_to=facts["year_to"],
        funding=facts.get("funding", ""),
        amends=against if facts.get("relation") == AMENDS else None,
        replaces=against if facts.get("relation") == REPLACES else None,
        published=True,
    )
