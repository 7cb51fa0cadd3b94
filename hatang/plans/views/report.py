"""The report's page: what will be sent, the texts to write beside it, and the files."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typst
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View
from jinja2 import TemplateError

from hatang.pages.lists import attachment
from hatang.plans.models import Plan, Report, ReportTemplate
from hatang.plans.report import wording
from hatang.plans.report.charts import draw
from hatang.plans.report.content import content_of, with_log_root
from hatang.plans.report.docx import TAGS, report_docx
from hatang.plans.report.forms import ReportForm, TemplateForm
from hatang.plans.report.keeping import (
    may_write,
    new_report,
    recall_report,
    replace_template,
    reset_template,
    send_report,
    template_of,
)
from hatang.plans.report.letter import ReportContent
from hatang.plans.report.parts import MARK_NOTE, OBSTACLES_OPENING, TARGET_HEADINGS, TASK_HEADINGS, headings
from hatang.plans.report.pdf import report_pdf
from hatang.plans.report.signing import propose_report, signatures_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

log = logging.getLogger(__name__)
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FAILURES = (typst.TypstError, TemplateError, ValidationError, OSError, ValueError, KeyError)
LAST_CHANGES = 10


def find_report(person: Someone, code: str, year: int) -> Report:
    """Give the report as far as this person may see it; a writer gets an unsaved one where there is none yet."""
    plans = Plan.objects.select_related("province", "territory")
    seen = Prefetch("reports", Report.objects.visible_to(person).order_by("year"))
    plan = get_object_or_404(plans.prefetch_related(seen), code=code)
    for report in plan.reports.all():
        if report.year == year:
            return report
    if year not in plan_years(plan) or not may_write(person, plan):
        raise Http404
    return new_report(plan=plan, year=year, person=person)


def plan_years(plan: Plan) -> range:
    """Give the years for which the plan can be reported on by now."""
    return range(plan.year_from, min(plan.year_to, timezone.localdate().year) + 1)


class ReportPage(View):
    """What do we send?"""

    def get(self, request: HttpRequest, code: str, year: int) -> HttpResponse:
        report = find_report(request.user, code, year)
        return self.page(request, report, ReportForm(instance=report))

    def post(self, request: HttpRequest, code: str, year: int) -> HttpResponse:
        report = find_report(request.user, code, year)
        if not may_write(request.user, report.plan):
            raise PermissionDenied
        act = {"gui": self.send, "thu-hoi": self.recall, "de-nghi-ky": self.propose}.get(
            request.POST.get("viec", ""), self.save
        )
        return act(request, report)

    def save(self, request: HttpRequest, report: Report) -> HttpResponse:
        """Keep the texts as typed."""
        form = ReportForm(request.POST, instance=report)
        if report.sent_on:
            form.add_error(None, "Báo cáo đã gửi nên không sửa được: hãy bỏ đánh dấu đã gửi trước.")
        if not form.is_valid():
            return self.page(request, find_report(request.user, report.plan.code, report.year), form, status=422)
        form.save()
        messages.success(request, "Đã lưu.")
        return redirect("plans:report", report.plan.code, report.year)

    def send(self, request: HttpRequest, report: Report) -> HttpResponse:
        return self._tried(
            request, report, lambda: send_report(actor=request.user, report=report, today=timezone.localdate())
        )

    def recall(self, request: HttpRequest, report: Report) -> HttpResponse:
        return self._tried(request, report, lambda: recall_report(actor=request.user, report=report))

    def propose(self, request: HttpRequest, report: Report) -> HttpResponse:
        """Propose the sent report to whoever may sign."""
        person: Any = request.user
        try:
            return redirect(propose_report(actor=person, report=report))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("plans:report", report.plan.code, report.year)

    def _tried(self, request: HttpRequest, report: Report, act: Callable[[], None]) -> HttpResponse:
        try:
            act()
            messages.success(
                request, "Đã đánh dấu báo cáo là đã gửi." if report.sent_on else "Báo cáo lại là bản thảo."
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("plans:report", report.plan.code, report.year)

    def page(self, request: HttpRequest, report: Report, form: ReportForm, status: int = 200) -> HttpResponse:
        writes = may_write(request.user, report.plan)
        content = content_of(report, today=timezone.localdate(), person=request.user)
        context = paper_context(content) | {
            "report": report,
            "plan": report.plan,
            "writes": writes,
            "form": form if writes and not report.sent_on else None,
            "years": _years(report, writes),
            "signatures": signatures_of(report) if report.sent_on else [],
            "crumbs": _crumbs(report),
        }
        return render(request, "plans/report.html", context, status=status)


def paper_context(content: ReportContent) -> dict[str, Any]:
    """Give the template what the paper shows."""
    return {
        "c": content,
        "simulated": content.simulated,
        "headings": headings(len(content.target_tables)),
        "target_headings": TARGET_HEADINGS,
        "task_headings": TASK_HEADINGS,
        "mark_note": MARK_NOTE,
        "obstacles_opening": OBSTACLES_OPENING,
        "country": wording.COUNTRY,
        "motto": wording.MOTTO,
        "kind": wording.KIND,
        "charts": [
            {
                "picture": f"data:image/svg+xml;base64,{base64.b64encode(draw(c, 'svg')).decode()}",
                "alt": c.alt,
                "title": c.title,
            }
            for c in content.charts
        ],
    }


def report_tools(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Show a writer the DOCX template in use, its tags, and who changed the texts."""
    report = find_report(request.user, code, year)
    if not may_write(request.user, report.plan):
        raise Http404
    back = reverse("plans:report", args=[code, year])
    crumbs = [*_crumbs(report)[:-1], (f"Báo cáo {year}", back), ("Mẫu và lần sửa", "")]
    context = {"report": report, "plan": report.plan, "changes": _changes(report), "crumbs": crumbs}
    return render(request, "plans/report_tools.html", context | _template_context(report.plan))


def _crumbs(report: Report) -> list[tuple[str, str]]:
    return [
        (report.plan.province.full_name, reverse("web:province", args=[report.plan.province.code])),
        (report.plan.title, reverse("plans:plan", args=[report.plan.code])),
        (f"Báo cáo {report.year}", ""),
    ]


def _years(report: Report, writes: bool) -> list[int]:
    """Give the years to switch to: all for a writer, what was sent for others."""
    if writes:
        return list(plan_years(report.plan))
    return [sent.year for sent in report.plan.reports.all() if sent.sent_on]


def _changes(report: Report) -> list[dict[str, Any]]:
    """List who changed which texts when, latest first."""
    if report.pk is None:
        return []
    rows = list(
        report.history.select_related("history_user").order_by("-history_date", "-history_id")[: LAST_CHANGES + 1]
    )
    changes = []
    for new, old in zip(rows, [*rows[1:], None], strict=True):
        fields = new.diff_against(old).changed_fields if old else []
        labels = [str(Report._meta.get_field(name).verbose_name) for name in fields]  # type: ignore[union-attr]
        changes.append({"when": new.history_date, "who": new.history_user, "what": ", ".join(labels) or "lưu lần đầu"})
    return changes[:LAST_CHANGES]


def _template_context(plan: Plan) -> dict[str, Any]:
    own = ReportTemplate.objects.filter(province=plan.province).select_related("file").first()
    return {"own_template": own, "template_form": TemplateForm(), "tags": TAGS}


def report_file(request: HttpRequest, code: str, year: int, kind: str) -> HttpResponse:
    """Answer with the report as a file, or say plainly that it could not be made."""
    report = find_report(request.user, code, year)
    today = timezone.localdate()
    try:
        content = content_of(report, today=today, person=request.user)
        content = content if report.sent_on else with_log_root(content)
        if kind == "pdf":
            made, media = report_pdf(content, made_on=report.date or today), "application/pdf"
        else:
            made, media = report_docx(content, template=template_of(report.plan.province)), DOCX_TYPE
    except FAILURES:
        log.exception("report %s %s could not be made as %s", code, year, kind)
        return render(request, "plans/report_failed.html", {"report": report, "kind": kind.upper()}, status=503)
    return attachment(made, f"bao-cao-{report.plan.code}-{year}.{kind}", media)


class TemplatePage(View):
    """Take the DOCX template in use, upload one's own, or go back to the default."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        plan = self.plan(request, code)
        return attachment(template_of(plan.province), f"mau-bao-cao-{plan.province.code}.docx", DOCX_TYPE)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        plan = self.plan(request, code)
        person: Any = request.user
        try:
            if request.POST.get("viec") == "mac-dinh":
                reset_template(actor=person, plan=plan)
                messages.success(request, "Đã trở lại mẫu mặc định.")
            else:
                _upload(request, plan)
                messages.success(request, "Đã dùng mẫu mới.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        year = request.POST.get("nam", "")
        return redirect("plans:report", plan.code, int(year) if year.isdecimal() and len(year) == 4 else plan.year_from)

    def plan(self, request: HttpRequest, code: str) -> Plan:
        """Give the plan to a writer; to others it is absent."""
        plan = get_object_or_404(Plan.objects.select_related("province", "territory"), code=code)
        if not may_write(request.user, plan):
            raise Http404
        return plan


def _upload(request: HttpRequest, plan: Plan) -> None:
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        raise ValidationError([str(e) for errors in form.errors.values() for e in errors])
    file = form.cleaned_data["file"]
    person: Any = request.user
    replace_template(actor=person, plan=plan, name=file.name, content=file.read())
