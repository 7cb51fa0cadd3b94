"""Forms of returns of a province: the list, new ones, their facts, versions and what each changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hatang.accounts.access import scopes_in
from hatang.accounts.services import person_of
from hatang.accounts.services.history import sign
from hatang.indicators.forms.return_forms import FactsForm
from hatang.indicators.models import CHANGE_FORM, FormVersion, ReturnForm
from hatang.indicators.services.checks import RULES
from hatang.indicators.services.return_forms import (
    adopt_shipped,
    count_words,
    differences,
    open_draft,
    retire_form,
    shipped_forms,
    start_form,
)
from hatang.pages.lists import Column, ListPage, whole_number
from hatang.places.models import Place
from hatang.places.services import province_by_code

State = FormVersion.State
LAST_CHANGES = 20
VERBS = {"+": "lập", "~": "sửa", "-": "bỏ"}


def composing_in(request: HttpRequest, code: str) -> Place:
    """Give the province if the person composes its forms; otherwise answer as if it were not there."""
    province = province_by_code(code)
    if not scopes_in(request.user, CHANGE_FORM, province.pk):
        raise Http404
    return province


def form_for(request: HttpRequest, pk: int) -> ReturnForm:
    """Give a form that the person may compose."""
    rows = ReturnForm.objects.visible_to(request.user).select_related("province")
    return get_object_or_404(rows, pk=pk)


def version_for(request: HttpRequest, pk: int, **more: Any) -> FormVersion:
    """Give a version of a form that the person may compose."""
    forms = ReturnForm.objects.visible_to(request.user)
    rows = FormVersion.objects.filter(form__in=forms).select_related("form__province")
    return get_object_or_404(rows, pk=pk, **more)


def trail(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way to a page of forms."""
    home = (province.full_name, reverse("web:province", args=[province.code]))
    forms = ("Biểu thu thập", reverse("indicators:return_forms", args=[province.code]) if more else "")
    return [home, forms, *more]


def trail_of(form: ReturnForm, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way to a page of one form."""
    return trail(form.province, (form.name, reverse("indicators:return_form", args=[form.pk]) if more else ""), *more)


def stands(form: ReturnForm) -> str:
    """Say how a form stands."""
    if form.archived:
        return "thôi dùng"
    drafted = " · có bản đang soạn" if form.drafts else ""  # type: ignore[attr-defined]
    return f"đang dùng bản {form.in_use}{drafted}" if form.in_use else "chưa ban hành"  # type: ignore[attr-defined]


class ReturnForms(LoginRequiredMixin, ListPage):
    """The forms of a province."""

    title = "Biểu thu thập"
    template = "indicators/form_list.html"
    search_fields = ("code",)
    accented_fields = ("name",)
    default_sort = "code"
    empty_text = "Chưa có biểu nào. Lấy một biểu mẫu của hệ thống rồi sửa cho hợp với tỉnh."
    columns = (
        Column("Biểu", lambda f: f.name, "name", link=lambda f: reverse("indicators:return_form", args=[f.pk])),
        Column("Mã", lambda f: f.code, "code"),
        Column("Ai nộp", lambda f: f.get_filer_display(), "filer"),
        Column("Nhịp", lambda f: f.get_rhythm_display(), "rhythm"),
        Column("Tình trạng", stands),
        Column("Số kỳ đã mở", lambda f: f.period_count, "period_count", number=True),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[ReturnForm]:
        """Give the province's forms with their version in use."""
        province = composing_in(request, kwargs["code"])
        published = Max("versions__number", filter=Q(versions__state=State.PUBLISHED))
        drafts = Count("versions", filter=Q(versions__state=State.DRAFT), distinct=True)
        rows = ReturnForm.objects.visible_to(request.user).filter(province=province)
        periods = Count("periods", distinct=True)
        return rows.annotate(in_use=published, drafts=drafts, period_count=periods)

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Give the way and the shipped forms that the province has not taken over."""
        province = composing_in(request, kwargs["code"])
        return {"province": province, "crumbs": trail(province)}


@login_required
@require_http_methods(["GET", "POST"])
def return_form_new(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a form: from a shipped one, from one of the province's own, or empty."""
    province = composing_in(request, code)
    own = ReturnForm.objects.visible_to(request.user).filter(province=province)
    source = copied_version(request, own)
    initial = facts_of(source.form) if source else {}
    form = FactsForm(request.POST or None, instance=ReturnForm(province=province), initial=initial)
    if request.method == "POST" and form.is_valid():
        version = start_form(actor=person_of(request), form=form.instance, source=source)
        messages.success(request, "Đã lập biểu; bản đầu đang soạn.")
        return redirect("indicators:form_draft", version.pk)
    standing = set(own.values_list("code", flat=True))
    context = {
        "province": province,
        "form": form,
        "source": source,
        "shipped": [(s, s.code in standing) for s in shipped_forms().values()],
        "own": own.filter(versions__isnull=False).distinct(),
        "crumbs": trail(province, ("Lập biểu", "")),
    }
    return render(request, "indicators/form_new.html", context, status=422 if form.errors else 200)


def copied_version(request: HttpRequest, own: QuerySet[ReturnForm]) -> FormVersion | None:
    """Give the newest version of the form that is to be copied, if one is asked for."""
    key = whole_number(request.GET.get("chep", ""), 18)
    rows = FormVersion.objects.filter(form__in=own, form=key).select_related("form")
    return rows.order_by("-number").first() if key is not None else None


def facts_of(form: ReturnForm) -> dict[str, Any]:
    """Give what a copy of a form begins with."""
    names = ("filer", "by_commune", "rhythm", "due_offset_days", "open_days", "legal", "help")
    return {"name": f"{form.name} (bản chép)"} | {name: getattr(form, name) for name in names}


@require_POST
@login_required
def return_form_adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Take a shipped form over, then look through it."""
    province = composing_in(request, code)
    try:
        version = adopt_shipped(actor=person_of(request), province=province, code=request.POST.get("form", ""))
    except ValidationError as error:
        for told in error.messages:
            messages.error(request, told)
        return redirect("indicators:return_form_new", code)
    messages.success(request, "Đã lấy biểu mẫu về. Xem lại từng dòng, sửa cho hợp với tỉnh, rồi ban hành.")
    return redirect("indicators:form_draft", version.pk)


@login_required
def return_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a form: who files it by when, what its version in use asks, and all its versions."""
    form = form_for(request, pk)
    versions = list(
        form.versions.select_related("published_by")
        .annotate(item_count=Count("items", distinct=True))
        .order_by("-number")
    )
    in_use = next((v for v in versions if v.state == State.PUBLISHED), None)
    context = {
        "form": form,
        "versions": versions,
        "in_use": in_use,
        "draft": next((v for v in versions if v.state == State.DRAFT), None),
        "items": items_of(in_use) if in_use else [],
        "checks": checks_of(in_use) if in_use else [],
        "changes": changes_of(form),
        "simulated": form.simulated,
        "crumbs": trail_of(form),
    }
    return render(request, "indicators/form.html", context)


def changes_of(form: ReturnForm) -> list[dict[str, Any]]:
    """Tell the latest changes of a form and of its versions, newest first."""
    own: Any = ReturnForm.history.filter(id=form.pk).select_related("history_user")  # type: ignore[attr-defined]
    versions: Any = FormVersion.history.filter(form_id=form.pk).select_related("history_user")  # type: ignore[attr-defined]
    told = [(record, "biểu") for record in own.order_by("-history_date")[:LAST_CHANGES]]
    told += [(record, f"bản {record.number}") for record in versions.order_by("-history_date")[:LAST_CHANGES]]
    newest = sorted(told, key=lambda pair: pair[0].history_date, reverse=True)[:LAST_CHANGES]
    return [{"record": record, "what": f"{VERBS[record.history_type]} {what}"} for record, what in newest]


def items_of(version: FormVersion) -> list[Any]:
    """Give a version's items in their order."""
    return list(version.items.select_related("indicator").order_by("order", "pk"))


def checks_of(version: FormVersion) -> list[dict[str, Any]]:
    """Give a version's checks in words."""
    labels = dict(version.items.values_list("code", "label"))
    return [check_line(check, labels) for check in version.checks.order_by("order", "pk")]


def check_line(check: Any, labels: dict[str, str]) -> dict[str, Any]:
    """Say a check: its name, on what, with which settings, what it asks to look at."""
    rule = RULES.get(check.rule)
    named = {s.name: s.label for s in rule.settings} if rule else {}
    chosen = {s.name: dict(s.choices()) for s in rule.settings if s.choices} if rule else {}
    return {
        "check": check,
        "label": rule.label if rule else check.rule,
        "look": check.message or (rule.look if rule else ""),
        "items": [labels.get(code, code) for code in check.items],
        "settings": [(named.get(n, n), chosen.get(n, {}).get(value, value)) for n, value in check.settings.items()],
    }


@login_required
@require_http_methods(["GET", "POST"])
def return_form_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change who files a form and by when."""
    row = form_for(request, pk)
    form = FactsForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        sign(form.instance, person_of(request))
        form.save()
        messages.success(request, "Đã lưu. Kỳ đã mở giữ hạn của nó.")
        return redirect("indicators:return_form", pk)
    context = {"form": form, "row": row, "crumbs": trail_of(row, ("Sửa", ""))}
    return render(request, "indicators/form_edit.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def return_form_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a form out of use, or back, as the button says: pressing it twice does no more than once."""
    form = form_for(request, pk)
    retire_form(actor=person_of(request), form=form, archived="dung-lai" not in request.POST)
    told = "Biểu này thôi dùng: không kỳ nào tự mở nữa." if form.archived else "Biểu này dùng lại."
    messages.success(request, told)
    return redirect("indicators:return_form", pk)


@require_POST
@login_required
def return_form_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a draft of the next version, or the one that stands."""
    draft = open_draft(actor=person_of(request), form=form_for(request, pk))
    return redirect("indicators:form_draft", draft.pk)


@login_required
def form_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a version asks, and otherwise than the one before it."""
    version = version_for(request, pk)
    before = version.form.versions.filter(number__lt=version.number).order_by("-number").first()
    told = differences(before, version) if before else []
    context = {
        "version": version,
        "before": before,
        "told": told,
        "counted": count_words(told),
        "items": items_of(version),
        "checks": checks_of(version),
        "simulated": version.form.simulated,
        "crumbs": trail_of(version.form, (f"Bản {version.number}", "")),
    }
    return render(request, "indicators/form_version.html", context)
