"""The page on which a draft of a form is composed: its items and checks, trying it, publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hatang.accounts.services import person_of
from hatang.indicators.forms.return_forms import CheckForm, ItemForm, PublishForm
from hatang.indicators.models import FormCheck, FormItem, FormVersion, ReturnForm
from hatang.indicators.services.approval import Apart, not_added_up
from hatang.indicators.services.checks import FAMILIES, RULES
from hatang.indicators.services.extracts import extract_choices
from hatang.indicators.services.return_forms import (
    count_words,
    differences,
    discard_draft,
    faults_of,
    move_item,
    publish_version,
    remove_check,
    remove_item,
    save_check,
    save_item,
)
from hatang.indicators.views.return_forms import checks_of, items_of, trail_of, version_for
from hatang.pages.lists import whole_number

DRAFT = FormVersion.State.DRAFT


def draft_for(request: HttpRequest, pk: int) -> FormVersion:
    """Give a draft that the person may compose; one that was published is no draft."""
    return version_for(request, pk, state=DRAFT)


def item_for(request: HttpRequest, pk: int) -> FormItem:
    """Give an item of a draft that the person may compose."""
    forms = ReturnForm.objects.visible_to(request.user)
    rows = FormItem.objects.filter(version__form__in=forms, version__state=DRAFT)
    return get_object_or_404(rows.select_related("version__form__province", "indicator"), pk=pk)


def check_for(request: HttpRequest, pk: int) -> FormCheck:
    """Give a check of a draft that the person may compose."""
    forms = ReturnForm.objects.visible_to(request.user)
    rows = FormCheck.objects.filter(version__form__in=forms, version__state=DRAFT)
    return get_object_or_404(rows.select_related("version__form__province"), pk=pk)


def draft_url(version: FormVersion, anchor: str = "") -> str:
    """Give the address of a draft's page, at a row of it."""
    return reverse("indicators:form_draft", args=[version.pk]) + (f"#{anchor}" if anchor else "")


def trail_in(version: FormVersion, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Give the way to a page of a draft."""
    return trail_of(version.form, (f"Soạn bản {version.number}", draft_url(version) if more else ""), *more)


@login_required
def form_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft with what can be done to each row."""
    version = draft_for(request, pk)
    context = {
        "version": version,
        "form": version.form,
        "items": items_of(version),
        "checks": checks_of(version),
        "always": [rule for rule in RULES.values() if rule.always],
        "faults": faults_of(version),
        "simulated": version.form.simulated,
        "crumbs": trail_in(version),
    }
    return render(request, "indicators/form_draft.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def form_item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an item to a draft."""
    version = draft_for(request, pk)
    return edited_item(request, FormItem(version=version, section=request.GET.get("phan", "")[:200]))


@login_required
@require_http_methods(["GET", "POST"])
def form_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an item of a draft."""
    return edited_item(request, item_for(request, pk))


def edited_item(request: HttpRequest, item: FormItem) -> HttpResponse:
    """Show or store the form of an item."""
    version = item.version
    sections = list(dict.fromkeys(version.items.order_by("order").values_list("section", flat=True)))
    form = ItemForm(
        request.POST or None,
        instance=item,
        extracts=extract_choices(),
        sections=[section for section in sections if section],
        frozen=item.pk is not None and asked_before(item),
    )
    if request.method == "POST" and form.is_valid():
        saved = save_item(actor=person_of(request), item=form.instance)
        if "tiep" in request.POST:
            messages.success(request, f"Đã thêm “{saved.label}”.")
            return redirect(f"{reverse('indicators:form_item_new', args=[version.pk])}")
        return redirect(draft_url(version, f"dong-{saved.pk}"))
    title = "Sửa dòng" if item.pk else "Thêm dòng"
    context = {"version": version, "item": item, "form": form, "title": title, "crumbs": trail_in(version, (title, ""))}
    return render(request, "indicators/form_item.html", context, status=422 if form.errors else 200)


def asked_before(item: FormItem) -> bool:
    """Whether a published version has this code: answers are held against the last period's by it."""
    published = FormVersion.objects.filter(form=item.version.form).exclude(state=DRAFT)
    return FormItem.objects.filter(version__in=published, code=item.code).exists()


@require_POST
@login_required
def form_item_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an item up or down."""
    item = item_for(request, pk)
    text = request.POST.get("steps", "")
    steps = whole_number(text.removeprefix("-"), 3) or 0
    move_item(actor=person_of(request), item=item, steps=-steps if text.startswith("-") else steps)
    return redirect(draft_url(item.version, f"dong-{item.pk}"))


@login_required
@require_http_methods(["GET", "POST"])
def form_item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take an item out of a draft."""
    item = item_for(request, pk)
    if request.method == "POST":
        try:
            remove_item(actor=person_of(request), item=item)
            messages.success(request, f"Đã bỏ dòng “{item.label}” khỏi bản đang soạn.")
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return redirect(draft_url(item.version))
    context = {"item": item, "version": item.version, "crumbs": trail_in(item.version, ("Bỏ dòng", ""))}
    return render(request, "indicators/form_item_remove.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def form_check_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a rule, then say on what it is asked."""
    version = draft_for(request, pk)
    rule = RULES.get(request.GET.get("luat", ""))
    if rule is not None and not rule.always:
        return edited_check(request, FormCheck(version=version, rule=rule.name, hard=rule.hard), rule)
    families = [
        (label, [r for r in RULES.values() if r.family == family and not r.always])
        for family, label in FAMILIES.items()
    ]
    context = {
        "version": version,
        "families": [(label, rules) for label, rules in families if rules],
        "crumbs": trail_in(version, ("Thêm luật kiểm tra", "")),
    }
    return render(request, "indicators/form_rules.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def form_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a check of a draft; one whose rule is gone can only be taken out."""
    check = check_for(request, pk)
    rule = RULES.get(check.rule)
    if rule is None:
        messages.error(request, f"Hệ thống không còn luật “{check.rule}”; bỏ luật này khỏi biểu.")
        return redirect(draft_url(check.version, "luat"))
    return edited_check(request, check, rule)


def edited_check(request: HttpRequest, check: FormCheck, rule: Any) -> HttpResponse:
    """Show or store the form of a check."""
    version = check.version
    form = CheckForm(request.POST or None, instance=check, rule=rule, items=items_of(version))
    if request.method == "POST" and form.is_valid():
        save_check(actor=person_of(request), check=form.instance)
        return redirect(draft_url(version, "luat"))
    context = {"version": version, "rule": rule, "form": form, "crumbs": trail_in(version, (rule.label, ""))}
    return render(request, "indicators/form_check.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def form_check_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a check out of a draft."""
    check = check_for(request, pk)
    remove_check(actor=person_of(request), check=check)
    messages.success(request, "Đã bỏ luật kiểm tra khỏi bản đang soạn.")
    return redirect(draft_url(check.version, "luat"))


@login_required
@require_http_methods(["GET", "POST"])
def form_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft changes, then publish it."""
    version = draft_for(request, pk)
    in_use = version.form.versions.filter(state=FormVersion.State.PUBLISHED).first()
    told = differences(in_use, version) if in_use else []
    form = PublishForm(request.POST or None, initial={"note": count_words(told)})
    if request.method == "POST" and form.is_valid():
        try:
            publish_version(actor=person_of(request), version=version, note=form.cleaned_data["note"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, f"Đã ban hành bản {version.number}. Các kỳ mở từ nay hỏi theo bản này.")
            return redirect("indicators:return_form", version.form_id)
    items = list(version.items.select_related("indicator").order_by("order", "pk"))
    context = {
        "version": version,
        "in_use": in_use,
        "told": told,
        "counted": count_words(told),
        "faults": faults_of(version, items),
        "apart": [Apart(item, []) for item in not_added_up(version.form, items)],
        "open_periods": version.form.periods.filter(state="open"),
        "form": form,
        "crumbs": trail_in(version, ("Ban hành", "")),
    }
    return render(request, "indicators/form_publish.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def form_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    version = draft_for(request, pk)
    form = version.form
    discard_draft(actor=person_of(request), version=version)
    messages.success(request, f"Đã bỏ bản {version.number} đang soạn.")
    if form.pk is None or not ReturnForm.objects.filter(pk=form.pk).exists():
        return redirect("indicators:return_forms", form.province.code)
    return redirect("indicators:return_form", form.pk)
