"""Verbs on reports: begin, send, take back; and a province's own template."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import model_to_dict

from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.plans.models import Plan, Report, ReportTemplate
from hatang.plans.report.content import build_content, with_log_root
from hatang.plans.report.docx_check import check_template
from hatang.plans.report.docx_template import default_template
from hatang.plans.report.letter import to_json
from hatang.work.services import store_file

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from hatang.accounts.models import Person

    Someone = AbstractBaseUser | AnonymousUser

PERMISSION = "plans.write_report"
DEPARTMENT = "Sở Khoa học và Công nghệ"
KEPT_FROM_YEAR_BEFORE = (
    "place_name",
    "parent_body",
    "body",
    "addressee",
    "signer_authority",
    "signer_title",
    "signer_name",
    "recipients",
)


def may_write(person: Someone, plan: Plan) -> bool:
    """Tell whether the person writes this plan's reports."""
    return bool(person.has_perm(PERMISSION, plan))  # type: ignore[union-attr]


def new_report(*, plan: Plan, year: int, person: Someone) -> Report:
    """Give an unsaved report with what is known: the letterhead of the year before, or the usual one."""
    earlier = [report for report in plan.reports.all() if report.year < year]
    if earlier:
        before = max(earlier, key=lambda report: report.year)
        return Report(plan=plan, year=year, **model_to_dict(before, KEPT_FROM_YEAR_BEFORE))
    committee = committee_of(plan.province)
    return Report(
        plan=plan,
        year=year,
        place_name=plan.province.name,
        parent_body=committee,
        body=_department_of(person, plan.province),
        addressee=committee,
        signer_title="GIÁM ĐỐC",
        recipients="Như trên\nGiám đốc, các Phó Giám đốc Sở\nLưu: VT",
    )


def committee_of(province: Place) -> str:
    """Name a province's committee."""
    return f"Ủy ban nhân dân {province.name_inside}"


def _department_of(person: Someone, province: Place) -> str:
    """Name the person's department without the province, which stands in the line above."""
    organisation: Organisation | None = getattr(person, "organisation", None)
    if organisation is None or organisation.kind != Organisation.Kind.DEPARTMENT:
        return DEPARTMENT
    return organisation.name.removesuffix(province.full_name).removesuffix(province.name).removesuffix(" tỉnh ").strip()


@transaction.atomic
def send_report(*, actor: Someone, report: Report, today: date) -> None:
    """Mark the report as sent and keep its content as it is now; from then on everybody may read it."""
    _require(actor, report.plan)
    if report.sent_on:
        raise ValidationError("Báo cáo này đã gửi.")
    content = with_log_root(build_content(report, today=today, person=actor))
    if content.missing:
        raise ValidationError(f"Chưa gửi được, còn thiếu: {', '.join(content.missing)}.")
    report.sent_on, report.sent_content = today, to_json(content)
    report.save()


@transaction.atomic
def recall_report(*, actor: Someone, report: Report) -> None:
    """Take the mark back: the report is a draft again and no longer public."""
    _require(actor, report.plan)
    report.sent_on, report.sent_content = None, None
    report.save()


def template_of(province: Place) -> bytes:
    """Give the DOCX template in use: the province's own, or the default."""
    own = ReportTemplate.objects.filter(province=province).select_related("file").first()
    if own is None:
        return default_template()
    with own.file.file.open("rb") as file:
        content: bytes = file.read()
    return content


@transaction.atomic
def replace_template(*, actor: Person, plan: Plan, name: str, content: bytes) -> None:
    """Check an uploaded template and put it into use for the plan's province."""
    _require(actor, plan)
    check_template(content)
    stored = store_file(
        actor=actor, name=name, content=content, province=plan.province, organisation=actor.organisation
    )
    ReportTemplate.objects.update_or_create(province=plan.province, defaults={"file": stored})


@transaction.atomic
def reset_template(*, actor: Person, plan: Plan) -> None:
    """Go back to the default template; the uploaded file stays stored."""
    _require(actor, plan)
    ReportTemplate.objects.filter(province=plan.province).delete()


def _require(actor: Someone, plan: Plan) -> None:
    if not may_write(actor, plan):
        raise PermissionDenied("Bạn không viết báo cáo của tỉnh này.")
