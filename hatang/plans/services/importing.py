"""Read plans from the reference files: facts of the documents, never the progress that officers wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.indicators.models import Indicator
from hatang.places.models import LegalReference, Place
from hatang.places.services import follow
from hatang.plans.models import Baseline, Duty, Plan, Target, Task

REQUIRED = {
    "": {"code", "title", "issuer", "territory", "years", "targets", "duties", "tasks"},
    "territory": {"code"},
    "bases": {"number", "issuer"},
    "targets": {"indicator", "year", "comparator", "section"},
    "condition": {"value", "unit", "comparator"},
    "baselines": {"year", "rows"},
    "rows": {"label", "value", "section"},
    "duties": {"section", "body", "title"},
    "tasks": {"section", "title"},
}
OPTIONAL = {
    "": {"number", "date", "funding", "bases", "baselines"},
    "territory": {"former"},
    "bases": {"date", "title"},
    "targets": {"value", "base_year", "condition", "scope", "aspirational", "unit_as_written"},
    "baselines": {"year_note"},
    "rows": {"indicator", "approximate"},
    "duties": {"report", "rhythm", "recipient", "due"},
    "tasks": {"component", "lead", "support", "due"},
}

Row = Mapping[str, Any]


@dataclass
class PlansRead:
    """What reading the files did."""

    plans: int = 0
    targets: int = 0
    tasks: int = 0
    duties: int = 0
    changed: int = 0

    def __str__(self) -> str:
        return (
            f"Kế hoạch: {self.plans}; mục tiêu: {self.targets}; nhiệm vụ: {self.tasks}; trách nhiệm: {self.duties}; "
            f"dòng thêm hoặc sửa: {self.changed}."
        )


@dataclass(frozen=True)
class Names:
    """What the files call by name: indicators by code, organisations by key."""

    indicators: Mapping[str, Indicator]
    organisations: Mapping[str, Organisation]

    def indicator(self, where: str, code: str) -> Indicator:
        if code not in self.indicators:
            raise ValidationError(f"{where}, khóa indicator: không có chỉ tiêu “{code}” trong data/indicators.csv.")
        return self.indicators[code]

    def organisation(self, where: str, key: str) -> Organisation:
        if key not in self.organisations:
            raise ValidationError(f"{where}: không có tổ chức “{key}” trong data/organisations.csv.")
        return self.organisations[key]


@transaction.atomic
def import_plans(folder: Path | None = None, *, codes: Collection[str] = ()) -> PlansRead:
    """Read every plan of the folder, or those of these codes; what stands is updated, recorded progress is kept."""
    folder = folder or settings.REFERENCE / "plans"
    paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    unknown = set(codes) - set(paths)
    if unknown:
        raise ValidationError(f"Không có tệp kế hoạch {', '.join(sorted(unknown))}; có {', '.join(paths)}.")
    names = Names(
        {i.code: i for i in Indicator.objects.all()},
        {o.key: o for o in Organisation.objects.exclude(key=None) if o.key},
    )
    read = PlansRead()
    for path in [paths[code] for code in codes] or list(paths.values()):
        _import_plan(path.name, _parsed(path), names, read)
    return read


def _parsed(path: Path) -> Row:
    """Read a file and ask for keys that are known."""
    try:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValidationError(f"{path.name}: không đọc được YAML: {error}") from error
    _check_keys(path.name, "", content)
    if content.get("code") != path.stem:
        raise ValidationError(f"{path.name}, khóa code: phải là “{path.stem}” như tên tệp.")
    return content


def _check_keys(where: str, part: str, content: Any) -> None:
    """Refuse a key that nobody reads and ask for those that are needed, also in the parts inside."""
    for position, row in enumerate(content if isinstance(content, list) else [content], start=1):
        here = f"{where}, phần {part}, dòng {position}" if part else where
        if not isinstance(row, dict):
            raise ValidationError(f"{here}: phải gồm các khóa và giá trị.")
        unknown = set(row) - REQUIRED[part] - OPTIONAL.get(part, set())
        missing = {key for key in REQUIRED[part] if row.get(key) is None}
        if unknown or missing:
            problems = {"khóa lạ": unknown, "thiếu khóa": missing}
            told = "; ".join(f"{word} {', '.join(sorted(map(str, keys)))}" for word, keys in problems.items() if keys)
            raise ValidationError(f"{here}: {told}.")
        for key, value in row.items():
            if key in REQUIRED and value is not None:
                _check_keys(where, key, value)


def _import_plan(where: str, content: Row, names: Names, read: PlansRead) -> None:
    plan = _stored_plan(where, content, read)
    plan.bases.set([_base(where, row) for row in content.get("bases", [])])
    targets = [_target(where, row, names) for row in content["targets"]]
    duties = [duty for row in content["duties"] for duty in _duties(where, row, names)]
    _sync(where, plan, plan.targets, _ordered(targets), ("indicator_id", "year", "section"), read)
    _sync(where, plan, plan.baselines, _baselines(where, content.get("baselines"), names), ("label",), read)
    _sync(where, plan, plan.duties, _ordered(duties), ("body_id", "section", "title"), read)
    _import_tasks(where, plan, content["tasks"], names, read)
    read.plans += 1
    read.targets += len(targets)
    read.duties += len(duties)
    read.tasks += len(content["tasks"])


def _ordered(rows: list[Any]) -> list[Any]:
    """Number rows as they stand in the file."""
    for order, row in enumerate(rows, start=1):
        row.order = order
    return rows


def _stored_plan(where: str, content: Row, read: PlansRead) -> Plan:
    territory = _territory(where, content["territory"])
    plan = Plan.objects.filter(code=content["code"]).first() or Plan(code=content["code"])
    wanted = {
        "title": content["title"],
        "number": content.get("number") or "",
        "issuer": content["issuer"],
        "date": _day(where, content.get("date")),
        "territory_id": territory.pk,
        "province_id": _today(where, territory).pk,
        "year_from": content["years"][0],
        "year_to": content["years"][1],
        "funding": content.get("funding", ""),
        "published": True,
    }
    if _assign(plan, wanted):
        _store(where, plan)
        read.changed += 1
    return plan


def _territory(where: str, row: Row) -> Place:
    former = bool(row.get("former"))
    places = Place.objects.provinces().filter(code=row["code"], valid_to__isnull=not former)
    place = places.order_by("-valid_to").first()
    if place is None:
        kind = "tỉnh trước 1/7/2025" if former else "tỉnh hiện nay"
        raise ValidationError(f"{where}, khóa territory: chưa có {kind} mã {row['code']}; hãy nạp địa giới trước.")
    return place


def _today(where: str, territory: Place) -> Place:
    """Give the province in which the territory lies today."""
    today = timezone.localdate()
    places = [passing.place for passing in follow([territory], today)[territory.pk]]
    if len(places) != 1:
        raise ValidationError(f"{where}, khóa territory: {territory} phải nay thuộc đúng một tỉnh.")
    return places[0]


def _base(where: str, row: Row) -> LegalReference:
    reference, _ = LegalReference.objects.get_or_create(
        number=row["number"], issuer=row["issuer"], date=_day(where, row.get("date"))
    )
    if row.get("title") and not reference.title:
        reference.title = row["title"]
        reference.save(update_fields=["title"])
    return reference


def _target(where: str, row: Row, names: Names) -> Target:
    condition = row.get("condition") or {}
    return Target(
        indicator=names.indicator(where, row["indicator"]),
        year=row["year"],
        comparator=row["comparator"],
        value=row.get("value"),
        base_year=row.get("base_year"),
        condition_value=condition.get("value"),
        condition_unit=condition.get("unit", ""),
        condition_comparator=condition.get("comparator", ""),
        scope=row.get("scope", ""),
        aspirational=row.get("aspirational", False),
        section=row["section"],
        unit_as_written=row.get("unit_as_written", ""),
    )


def _baselines(where: str, part: Row | None, names: Names) -> list[Baseline]:
    if not part:
        return []
    return [
        Baseline(
            indicator=names.indicator(where, row["indicator"]) if row.get("indicator") else None,
            label=row["label"],
            year=part["year"],
            year_note=part.get("year_note", ""),
            value=row["value"],
            approximate=row.get("approximate", False),
            section=row["section"],
        )
        for row in part["rows"]
    ]


def _duties(where: str, row: Row, names: Names) -> list[Duty]:
    """Make a duty for each body that a line names."""
    bodies = row["body"] if isinstance(row["body"], list) else [row["body"]]
    month, day = (int(n) for n in row["due"].split("-")) if row.get("due") else (None, None)
    return [
        Duty(
            body=names.organisation(where, key),
            title=row["title"],
            is_report=row.get("report", False),
            rhythm=row.get("rhythm", Duty.Rhythm.STANDING),
            due_month=month,
            due_day=day,
            recipient=row.get("recipient", ""),
            section=row["section"],
        )
        for key in bodies
    ]


def _import_tasks(where: str, plan: Plan, rows: Iterable[Row], names: Names, read: PlansRead) -> None:
    """Store the tasks by their section; of one that stands only what the document says is set again."""
    standing = {task.section: task for task in plan.tasks.written()}
    for order, row in enumerate(rows, start=1):
        facts = {"title": row["title"], "component": row.get("component", ""), "order": order}
        task = standing.pop(row["section"], None)
        if task is None:
            _new_task(where, plan, row, facts, names)
            read.changed += 1
        elif _assign(task, facts):
            _store(where, task)
            read.changed += 1
    if standing:
        raise ValidationError(f"{where}, phần tasks: thiếu nhiệm vụ đã nạp ở mục {', '.join(sorted(standing))}.")


def _new_task(where: str, plan: Plan, row: Row, facts: Mapping[str, Any], names: Names) -> None:
    lead = names.organisation(where, row["lead"]) if row.get("lead") else None
    task = Task(plan=plan, section=row["section"], lead=lead, due_on=_day(where, row.get("due")), **facts)
    _store(where, task)
    task.support.set([names.organisation(where, key) for key in row.get("support", [])])


def _sync(where: str, plan: Plan, manager: Any, rows: list[Any], identity: tuple[str, ...], read: PlansRead) -> None:
    """Make a plan's rows as the file says: by their identity added, changed, or taken away."""
    twice = [key for key, times in Counter(_identity(row, identity) for row in rows).items() if times > 1]
    if twice:
        raise ValidationError(f"{where}: dòng lặp lại {twice[0]}.")
    standing = {_identity(row, identity): row for row in manager.all()}
    for row in rows:
        row.plan = plan
        stored = standing.pop(_identity(row, identity), None)
        wanted = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
        target = stored or row
        if stored is None or _assign(stored, wanted):
            _store(where, target)
            read.changed += 1
    for gone in standing.values():
        gone.delete()
        read.changed += 1


def _identity(row: models.Model, identity: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in identity)


def _assign(row: models.Model, wanted: Mapping[str, Any]) -> bool:
    """Set what differs, and tell whether anything did."""
    different = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different) or row.pk is None


def _store(where: str, row: models.Model) -> None:
    """Check each field and save."""
    relations = [f.name for f in row._meta.concrete_fields if f.is_relation]
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise ValidationError(f"{where}, {row}, khóa {name}: {messages[0]}") from error
    row.save()


def _day(where: str, text: Any) -> date | None:
    if text is None or isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(f"{where}: “{text}” phải là ngày dạng 2025-12-31.") from error
