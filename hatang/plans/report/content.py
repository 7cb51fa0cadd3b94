"""The report's whole content, computed from the plan, the figures and the tasks, with the officer's texts as typed."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from hatang.accounts.models import OrganisationSuccession
from hatang.core.vietnamese import day, number, sort_key, within_words
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import WITHHELD_WORDS, values_of
from hatang.places.models import Place, PlaceSuccession
from hatang.plans.models import Report, Task
from hatang.plans.report import wording
from hatang.plans.report.letter import (
    NO_TEXT,
    Annex,
    AnnexRow,
    Letterhead,
    ReportContent,
    Signature,
    TaskGroup,
    TaskRow,
    from_json,
)
from hatang.plans.report.maps import Figures, map_charts
from hatang.plans.report.results import MARK, bar_charts, finding, progress_for, state_day, target_tables, trend_charts
from hatang.plans.services import TargetProgress
from hatang.utilities.services import tree_head

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

ANNEX_COLUMNS = 8
TEXTS = {
    "number": "Số, ký hiệu",
    "date": "Ngày ký",
    "addressee": "Kính gửi",
    "assessment": "Đánh giá chung",
    "causes": "Tồn tại, hạn chế và nguyên nhân",
    "proposals": "Kiến nghị, đề xuất",
    "signer_title": "Chức vụ người ký",
    "signer_name": "Người ký",
}


def content_of(report: Report, *, today: date, person: Someone) -> ReportContent:
    """Give the content: what was sent as it was sent, otherwise as it stands now."""
    if report.sent_on and report.sent_content:
        return from_json(report.sent_content)
    return build_content(report, today=today, person=person)


def build_content(report: Report, *, today: date, person: Someone) -> ReportContent:
    """Compute the content of a report that is still being written."""
    progress = progress_for(report, today=today, person=person)
    communes = list(_communes(report, today))
    live = report.plan.tasks.written().exclude(pk__in=Task.objects.superseded(today).values("pk"))
    tasks: list[Task] = [*live.select_related("lead").annotate(heir=_heir(today)).order_by("order", "pk")]
    shown, found = _commune_figures(report, progress, communes, person=person)
    annex, annex_simulated = _annex(report.year, shown, found, communes)
    leads = _leads(tasks)
    return ReportContent(
        year=report.year,
        letterhead=_letterhead(report, today),
        bases=_bases(report),
        opening=_opening(report),
        general=_general(report, communes),
        finding=f"Kế hoạch có {len(progress)} mục tiêu. {finding(progress)}" if progress else finding(progress),
        target_tables=target_tables(progress, report.year),
        bar_charts=bar_charts(progress),
        trend_charts=trend_charts(progress),
        map_charts=map_charts(indicators=shown, progress=progress, communes=communes, found=found, year=report.year),
        assessment=_typed(report.assessment),
        task_finding=_task_finding(tasks, today),
        task_groups=_task_groups(tasks, leads, today),
        causes=_typed(report.causes),
        obstacles=tuple(_obstacle(task, leads) for task in tasks if task.obstacle_text),
        proposals=_typed(report.proposals),
        closing=f"Trên đây là báo cáo kết quả thực hiện năm {report.year}, {_body(report)} trân trọng báo cáo./.",
        signature=Signature(report.signer_authority, report.signer_title, report.signer_name),
        recipients=wording.recipient_lines(report.recipients, body=report.body),
        annex=annex,
        simulated=annex_simulated or any(p.simulated for p in progress) or any(t.simulated for t in tasks),
        missing=tuple(label for field, label in TEXTS.items() if not getattr(report, field)),
    )


def with_log_root(content: ReportContent) -> ReportContent:
    """Add the transparency log's root, for print: who changes the past would have to take back every report."""
    head = tree_head()
    if not head.size:
        return content
    note = (
        f"Sổ minh bạch các số liệu đã công bố khi lập báo cáo này có {number(head.size)} mục, gốc {head.root}. "
        f"Ai cũng kiểm tra được một bộ số liệu đã công bố với gốc này tại {settings.ORIGIN}{reverse('utilities:log')}"
    )
    return replace(content, log_note=note)


def _typed(text: str) -> tuple[str, ...]:
    return wording.paragraphs(text) or (NO_TEXT,)


def _body(report: Report) -> str:
    return report.body or "cơ quan báo cáo"


def _letterhead(report: Report, today: date) -> Letterhead:
    place = report.place_name or report.plan.province.name
    return Letterhead(
        parent_body=wording.whole_names(report.parent_body),
        body=wording.whole_names(report.body),
        number=wording.number_line(report.number, report.body),
        place_and_date=wording.place_and_date(place, report.date, max(today.year, report.year)),
        title=f"Kết quả năm {report.year} thực hiện {_plan_short(report)}",
        addressee=report.addressee,
    )


def _plan_short(report: Report) -> str:
    """Name the plan inside a sentence."""
    title = report.plan.title
    return title if title.lower().startswith("kế hoạch") else f"Kế hoạch {within_words(title)}"


def _bases(report: Report) -> tuple[str, ...]:
    """Write the plan's legal bases in order of date, and the plan itself last."""
    bases = sorted(report.plan.bases.all(), key=lambda basis: (basis.date or date.max, basis.number))
    lines = [wording.legal_basis(number=b.number, issuer=b.issuer, day=b.date, title=b.title) for b in bases]
    plan = report.plan
    if plan.number:
        lines.append(wording.legal_basis(number=plan.number, issuer=plan.issuer, day=plan.date, title=plan.title))
    else:
        lines.append(f"Căn cứ {_plan_short(report)} do {plan.issuer} ban hành")
    return wording.closed(lines)


def _opening(report: Report) -> str:
    return f"{_body(report)} báo cáo kết quả thực hiện năm {report.year} như sau:"


def _general(report: Report, communes: list[Place]) -> tuple[str, ...]:
    """Describe the plan and its territory, and which provinces it came from."""
    plan = report.plan
    known = f" số {plan.number}" if plan.number else ""
    issued = f" ngày {day(plan.date)}" if plan.date else ""
    first = (
        f"{_plan_short(report)}{known}{issued} do {plan.issuer} ban hành cho giai đoạn "
        f"{plan.year_from} - {plan.year_to}, trên địa bàn {plan.territory.name_inside}."
    )
    return (first, _communes_sentence(communes), *_territory_sentences(report))


def _communes(report: Report, today: date) -> QuerySet[Place]:
    on = state_day(report.year, today)
    return Place.objects.communes().within(report.plan.territory).in_force(on).order_by("sort_key", "pk")


def _communes_sentence(communes: list[Place]) -> str:
    titles = [place.title for place in communes]
    kinds = ", ".join(f"{number(titles.count(title))} {title.lower()}" for title in sorted(set(titles)))
    if not titles:
        return "Chưa có danh sách xã, phường của địa bàn này trong hệ thống."
    return f"Địa bàn báo cáo có {number(len(titles))} đơn vị hành chính cấp xã ({kinds})."


def _territory_sentences(report: Report) -> tuple[str, ...]:
    """Say which former provinces today's came from, and on which territory the targets stand."""
    plan, sentences = report.plan, []
    passed = PlaceSuccession.objects.filter(successor=plan.province, predecessor__kind=Place.Kind.PROVINCE)
    joined = passed.select_related("predecessor", "legal") if plan.province.valid_from else ()
    former = sorted(joined, key=lambda s: sort_key(s.predecessor.name))
    if len(former) > 1:
        names = ", ".join(s.predecessor.name_inside for s in former)
        legal = f" theo văn bản số {former[0].legal}" if former[0].legal else ""
        sentences.append(
            f"{plan.province.full_name} hiện nay được hợp thành từ ngày {day(former[0].on)} từ: {names}{legal}."
        )
    if plan.territory_id != plan.province_id:
        sentences.append(
            f"Mục tiêu được đặt cho địa bàn {plan.territory.name_inside} cũ và được giữ trên địa bàn ấy; "
            f"chỗ nào chỉ có số liệu của {plan.province.name_inside} hiện nay thì được đối chiếu với số đó."
        )
    return tuple(sentences)


def _task_finding(tasks: list[Task], today: date) -> str:
    if not tasks:
        return "Kế hoạch chưa có nhiệm vụ nào trong hệ thống."
    done = sum(task.state == Task.State.DONE for task in tasks)
    late = sum(task.late(today) for task in tasks)
    return f"Có {len(tasks)} nhiệm vụ: {done} hoàn thành, {late} quá hạn (tính đến ngày {day(today)})."


def _task_groups(tasks: list[Task], leads: dict[int | None, str], today: date) -> tuple[TaskGroup, ...]:
    """Group tasks by the body that leads them, bodies as the plan first names them, those of nobody last."""
    bodies: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: task.lead is None):
        bodies.setdefault(leads[task.lead_id], []).append(task)
    numbers = count(1)
    return tuple(
        TaskGroup(body, tuple(_task_row(next(numbers), task, today) for task in led)) for body, led in bodies.items()
    )


def _heir(today: date) -> Subquery:
    """Find the body to which a dissolved lead's duties passed whole."""
    passed = OrganisationSuccession.objects.filter(predecessor=OuterRef("lead"), on__lte=today, duties="")
    return Subquery(passed.order_by("on").values("successor__name")[:1])


def _leads(tasks: list[Task]) -> dict[int | None, str]:
    """Name each lead; a dissolved body keeps its name and says who follows it."""
    names: dict[int | None, str] = {None: "Chưa giao chủ trì"}
    for task in tasks:
        heir = getattr(task, "heir", None)
        if task.lead:
            names[task.lead_id] = f"{task.lead.name} (nay là {heir})" if heir else task.lead.name
    return names


def _task_row(position: int, task: Task, today: date) -> TaskRow:
    late = task.late(today)
    behind = f", quá hạn {number((today - task.due_on).days)} ngày" if late and task.due_on else ""
    state = f"{task.get_state_display()}{behind}{MARK if task.simulated else ''}"
    return TaskRow(str(position), task.title, day(task.due_on), state, late, task.progress_text or "–")


def _obstacle(task: Task, leads: dict[int | None, str]) -> str:
    return f"- {leads[task.lead_id]} ({task.title}): {' '.join(task.obstacle_text.split())}"


def _commune_figures(
    report: Report, progress: Iterable[TargetProgress], communes: list[Place], *, person: Someone
) -> tuple[list[Indicator], Figures]:
    """Find counted and measured figures by commune; commercial ones, and those of few owners, stay out.

    What is sent is public, whoever makes it.
    """
    indicators = list({p.indicator.pk: p.indicator for p in progress if _by_commune(p.indicator)}.values())
    found = values_of(
        person=person,
        province=report.plan.province,
        places=communes,
        years=[report.year],
        indicators=indicators,
        chosen={p.indicator.pk: p.value.formula for p in progress if p.value},
    )
    found = {key: _kept_back(value) if value.withheld else value for key, value in found.items()}
    with_figures = {indicator_id for indicator_id, _, _ in found}
    return [indicator for indicator in indicators if indicator.pk in with_figures][:ANNEX_COLUMNS], found


def _kept_back(value: Value) -> Value:
    """Give a figure of too few owners without what it says."""
    bare = copy.copy(value)
    bare.value = bare.numerator = bare.denominator = None
    return bare


def _annex(year: int, shown: list[Indicator], found: Figures, communes: list[Place]) -> tuple[Annex, bool]:
    """List the figures of each commune."""
    rows = [_annex_row(n, commune, shown, found, year) for n, commune in enumerate(communes, start=1)]
    simulated = any(value.simulated for (pk, _, _), value in found.items() if pk in {i.pk for i in shown})
    note = "Dấu – nghĩa là chưa có số liệu, không phải bằng không." if shown else ""
    note += " Mọi số trong phụ lục có dấu ▒ là số liệu mô phỏng." if simulated else ""
    title = f"Số liệu theo xã, phường năm {year}"
    return Annex(title, note, tuple(map(_annex_heading, shown)), tuple(rows) if shown else ()), simulated


def _by_commune(indicator: Indicator) -> bool:
    below = indicator.lowest_level in (Place.Kind.COMMUNE, Place.Kind.VILLAGE, Place.Kind.ZONE, Place.Kind.SITE)
    return below and not indicator.commercial and indicator.source != Indicator.Source.REPORTED


def _annex_heading(indicator: Indicator) -> str:
    unit = indicator.unit.sign.strip()
    return f"{indicator.short_name}{f' ({unit})' if unit else ''}"


def _annex_row(position: int, commune: Place, shown: list[Indicator], found: Figures, year: int) -> AnnexRow:
    values = [found.get((indicator.pk, commune.pk, year)) for indicator in shown]
    cells = tuple(_annex_cell(value) for value in values)
    return AnnexRow(str(position), commune.full_name, cells)


def _annex_cell(value: Value | None) -> str:
    if value is None or value.value is None:
        return WITHHELD_WORDS if value and value.withheld else "–"
    unit = value.indicator.unit
    written = unit.plain(value.value)
    return f"{written}{MARK}" if value.simulated else written
