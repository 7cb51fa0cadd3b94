"""Anyone reports a problem and follows it by a secret link; everybody reads the counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from hatang.network.forms import AddedForm, ReportForm
from hatang.network.models import ProblemReport
from hatang.network.services.report_answers import add_words, forget_contact
from hatang.network.services.report_figures import Standing, by_commune, by_owner, rows_of, standing
from hatang.network.services.reports import Told, new_ticket, receive_report, report_of, restore_rule, secret_of
from hatang.network.views.lists import crumbs
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.work.services import due_in_words, file_response, household, within_limit

TITLE = "Báo sự cố"
HOUR = 3600
MOST_OF_ADDRESS = 20
MOST_OF_PROVINCE = 300
MOST_WHEN_BUSY = 5
MOST_ADDED = 10
"""How many reports an address, and how many additions a report, may bring in an hour. Telephones of one operator share
addresses, so that one address stands for many people. A province that had its many takes fewer from each address: a
flood from a few slows them down, and nobody else's report is turned away for it."""
TOO_MANY = "Trong một giờ qua có quá nhiều báo cáo từ mạng này. Đợi ít phút rồi bấm gửi lại; điều đã viết còn nguyên."
PUBLISHED_SHOWN = 50
HEADINGS = (
    "Số báo cáo",
    "Đang xử lý",
    "Quá hạn",
    "Đã khắc phục",
    "Trong đó muộn",
    "Trùng, không xử lý",
    "Trung vị, giờ",
)


def asker_within_limits(request: HttpRequest, province: Place) -> bool:
    """Count a report that is sent, and tell whether this address may bring one more, fewer while many come."""
    address = household(str(get_adapter(request).get_client_ip(request)))
    if not within_limit(action="report", who=address, most=MOST_OF_ADDRESS, seconds=HOUR):
        return False
    calm = within_limit(action="report-province", who=province.code, most=MOST_OF_PROVINCE, seconds=HOUR)
    return calm or within_limit(action="report-busy", who=address, most=MOST_WHEN_BUSY, seconds=HOUR)


def first_words(request: HttpRequest) -> dict[str, Any]:
    """Give what the page that led here knows already: the commune."""
    return {"commune": whole_number(request.GET.get("xa", ""), 14)}


@never_cache
@sensitive_post_parameters("phone", "email")
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Take a report from anyone, and lead to its receipt."""
    province = province_by_code(code)
    more: dict[str, Any] = {"province": province, "today": timezone.localdate()}
    if request.method != "POST":
        return report_page(request, province, ReportForm(initial=first_words(request), **more))
    form = ReportForm(request.POST, request.FILES, **more)
    if not asker_within_limits(request, province):
        form.add_error(None, TOO_MANY)
        return report_page(request, province, form, status=429)
    if form.is_valid() and (found := received(form, province)):
        row, secret = found
        return redirect(f"{reverse('network:report_receipt', args=[row.code])}?khoa={secret}")
    return report_page(request, province, form, status=422)


def received(form: ReportForm, province: Place) -> tuple[ProblemReport, str] | None:
    """Take in what the form holds; what is wrong with it goes onto the form."""
    cleaned = dict(form.cleaned_data)
    try:
        written = [cleaned[name] for name in ("kind", "words", "lon", "lat", "place_words")]
        secret = secret_of(cleaned.pop("ticket"), *written)
        photo = cleaned.pop("photo")
        cleaned.pop("website")
        told = Told(photo=(photo.name, photo.read()) if photo else None, **cleaned)
        return receive_report(province=province, told=told, secret=secret), secret
    except ValidationError as error:
        form.add_error(None, error)
    return None


def ticket_for(form: ReportForm) -> str:
    """Give the ticket that the form came with, or a new one."""
    came = str(form.data.get("ticket", ""))
    try:
        secret_of(came)
    except ValidationError:
        return new_ticket()
    return came


def report_page(request: HttpRequest, province: Place, form: ReportForm, status: int = 200) -> HttpResponse:
    """Show the form, with the ticket it was sent with while that holds: sent again it is the same report."""
    context = {
        "form": form,
        "ticket": ticket_for(form),
        "map": form.fields["lat"].widget.map_of("lat"),  # type: ignore[attr-defined]
        "province": province,
        "title": TITLE,
        "crumbs": crumbs(province, (TITLE, "")),
    }
    return render(request, "network/report.html", context, status=status)


# The receipt


def reporters(request: HttpRequest, receipt: str) -> ProblemReport:
    """Give the report that a secret link opens; a wrong secret answers as a report that is not there."""
    row = report_of(request.GET.get("khoa", "")[:100])
    if row is None or row.code != receipt:
        raise Http404
    return row


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Keep a secret page out of caches, search engines and the next page's log.

    The next page hears the site alone: without even that, a browser sends forms of this page as from nowhere.
    """
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "strict-origin"
    return response


def receipt(request: HttpRequest, receipt: str) -> HttpResponseBase:
    """Show a reporter how it stands, and take what they add or want deleted."""
    row = reporters(request, receipt)
    form = AddedForm(request.POST or None) if not row.is_closed else None
    if request.method == "POST":
        if "xoa" in request.POST:
            forget_contact(row)
            messages.success(request, "Đã xóa số điện thoại và thư điện tử của bạn.")
            return private(redirect(request.get_full_path()))
        if form and form.is_valid() and added(request, row, form):
            return private(redirect(request.get_full_path()))
    steps = [step for step in row.answers.all() if not step.internal]
    now = timezone.now()
    context = {
        "report": row,
        "steps": steps,
        "form": form,
        "term": due_in_words(clock=row.clock, now=now) if row.clock else "",
        "rule": restore_rule(row),
        "other": row.duplicate_of,
        "link": request.build_absolute_uri(),
        "secret": request.GET["khoa"],
        "simulated": row.simulated,
        "crumbs": crumbs(row.province, (TITLE, reverse("network:report", args=[row.province.code])), (row.code, "")),
    }
    return private(render(request, "network/report_receipt.html", context, status=422 if form and form.errors else 200))


def added(request: HttpRequest, row: ProblemReport, form: AddedForm) -> bool:
    """Keep what a reporter adds, within a limit for each report."""
    if not within_limit(action="report-added", who=row.code, most=MOST_ADDED, seconds=HOUR):
        form.add_error("words", "Bạn vừa viết thêm nhiều lần; đợi một giờ rồi viết tiếp.")
        return False
    add_words(report=row, words=form.cleaned_data["words"])
    messages.success(request, "Đã ghi điều bạn viết thêm.")
    return True


def receipt_photo(request: HttpRequest, receipt: str) -> HttpResponseBase:
    """Give a reporter their own photo."""
    row = reporters(request, receipt)
    if row.photo is None:
        raise Http404
    return private(file_response(row.photo, inline=True))


# Figures


def figures(request: HttpRequest, code: str) -> HttpResponse:
    """Show how reports stand: counts by commune for everybody; by owner and with names for who sees the reports."""
    province, now = province_by_code(code), timezone.now()
    rows = rows_of(ProblemReport.objects.filter(province=province))
    seen = ProblemReport.objects.visible_to(request.user).filter(province=province)
    tables = {"xa": ("Xã, phường", by_commune(rows, now)), "dv": ("Đơn vị quản lý", by_owner(rows_of(seen), now))}
    asked = tables.get(request.GET.get("bang", "xa"), tables["xa"])
    if (export := EXPORTS.get(request.GET.get("xuat", ""))) is not None:
        return export(f"Báo cáo sự cố {province} {now:%Y-%m-%d}", sheet(*asked))
    published = ProblemReport.objects.filter(province=province).published().select_related("commune")
    context = {
        "province": province,
        "total": standing(str(province), rows, now),
        "communes": tables["xa"][1],
        "owners": tables["dv"][1],
        "headings": HEADINGS,
        "published": published.order_by("-published_at")[:PUBLISHED_SHOWN],
        "simulated": any(r["simulated"] for r in rows),
        "crumbs": crumbs(province, ("Báo cáo sự cố", "")),
    }
    return render(request, "network/report_figures.html", context)


def sheet(heading: str, rows: Iterable[Standing]) -> list[list[Any]]:
    """Give figures as lines of a file."""
    lines: list[list[Any]] = [[heading, *HEADINGS]]
    held = list(rows)
    for one in held:
        hours = None if one.median_hours is None else round(one.median_hours, 1)
        lines.append([one.name, one.all, one.open, one.overdue, one.resolved, one.late, one.otherwise, hours])
    return ([[SIMULATED_LINE]] if any(one.simulated for one in held) else []) + lines
