"""People: oneself, the list, one account with its roles, and the acts of an administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hatang.accounts import services
from hatang.accounts.forms import GrantForm, PersonForm, provinces_of, spans_installation
from hatang.accounts.models import Grant, Person
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place

Actor = Any


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show my details, roles, second factor, and last changes."""
    actor: Actor = request.user
    today = timezone.localdate()
    roles = actor.grants.not_ended(today).select_related("province", "place", "organisation")
    kinds = set(Authenticator.objects.filter(user=actor).values_list("type", flat=True))
    context = {"roles": roles, "factors": kinds, "changes": services.changes_by(actor), "crumbs": [("Tôi", "")]}
    return render(request, "accounts/me.html", context)


class People(LoginRequiredMixin, PermissionRequiredMixin, ListPage):
    """List the people whom the reader may see."""

    permission_required = "accounts.view_person"
    title = "Người dùng"
    template = "accounts/people.html"
    search_fields = ("search_key", "organisation__search_key")
    default_sort = "username"
    empty_text = "Chưa có người dùng nào trong phạm vi của bạn."
    columns = (
        Column("Tên đăng nhập", lambda p: p.username, sort="username", link=lambda p: p.get_absolute_url()),
        Column("Họ và tên", lambda p: p.full_name, sort="full_name"),
        Column("Tổ chức", lambda p: p.organisation or "–"),
        Column("Vai trò", lambda p: "; ".join(f"{g.get_role_display()} ({g.scope_text})" for g in p.roles) or "–"),
        Column("Trạng thái", lambda p: "đang dùng" if p.is_active else "đã đóng", sort="is_active"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Person]:
        rows: QuerySet[Person] = people_with_roles().visible_to(request.user)
        return rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"crumbs": [("Tôi", reverse("accounts:me")), (self.title, "")]}


def people_with_roles() -> Any:
    """Give people with their organisations and the roles in force, in a constant number of queries."""
    in_force = Grant.objects.in_force(timezone.localdate()).select_related("province", "place", "organisation")
    return Person.objects.select_related("organisation").prefetch_related(Prefetch("grants", in_force, to_attr="roles"))


def visible(request: HttpRequest, pk: int) -> Person:
    """Give the person if the reader may see them; hidden and absent answer the same."""
    roles = Grant.objects.select_related("province", "place", "organisation", "granted_by").order_by("valid_to", "pk")
    people = Person.objects.visible_to(request.user).select_related("organisation")
    found: Person = get_object_or_404(people.prefetch_related(Prefetch("grants", roles)), pk=pk)
    return found


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account."""
    return person_page(request, visible(request, pk))


def person_page(
    request: HttpRequest, shown: Person, form: GrantForm | None = None, link: str = "", status: int = 200
) -> HttpResponse:
    """Show the account with its roles, acts and history, and a form with its errors or a new link if there is one."""
    actor: Actor = request.user
    today = timezone.localdate()
    manages = services.may_manage(actor, shown)
    context = {
        "person": shown,
        "roles": [(grant, not grant.has_ended(today)) for grant in shown.grants.all()],
        "manages": manages,
        "factors": Authenticator.objects.filter(user=shown).count(),
        "changes": services.changes_of_person(shown) if actor.has_perm("accounts.view_history") else [],
        "link": link,
        "crumbs": [("Người dùng", reverse("accounts:people")), (str(shown), "")],
    }
    if manages and actor.pk != shown.pk:
        context |= grant_choice(request, form)
    return render(request, "accounts/person.html", context, status=status)


def grant_choice(request: HttpRequest, form: GrantForm | None = None) -> dict[str, Any]:
    """Give the provinces to choose from, and the form for the chosen one."""
    actor: Actor = request.user
    provinces = list(provinces_of(actor, "accounts.change_person"))
    everywhere = spans_installation(actor, "accounts.change_person")
    chosen = chosen_province(request, provinces, everywhere)
    form = form or GrantForm(actor=actor, province=chosen)
    return {"grant_form": form, "provinces": provinces, "everywhere": everywhere, "chosen": chosen}


def chosen_province(request: HttpRequest, provinces: list[Place], everywhere: bool) -> Place | None:
    """Read which province the reader chose; whoever is bound to provinces always has one."""
    asked = request.POST.get("grant-province") or request.GET.get("tinh") or ""
    found = next((place for place in provinces if str(place.pk) == asked), None)
    return found or (provinces[0] if provinces and not everywhere else None)


@login_required
@permission_required("accounts.change_person", raise_exception=True)
def person_new(request: HttpRequest) -> HttpResponse:
    """Make an account with its first role."""
    actor: Actor = request.user
    choice = grant_choice(request)
    form = PersonForm(request.POST or None, actor=actor)
    if request.method == "POST":
        choice["grant_form"] = GrantForm(request.POST, actor=actor, province=choice["chosen"])
        made = _make(actor, form, choice["grant_form"])
        if made:
            messages.success(
                request, f"Đã mở tài khoản {made.username}. Hãy tạo liên kết một lần để người dùng đặt mật khẩu."
            )
            return redirect(made)
    context = {"form": form, **choice, "crumbs": [("Người dùng", reverse("accounts:people")), ("Mở tài khoản", "")]}
    return render(request, "accounts/person_new.html", context, status=422 if form.is_bound else 200)


def _make(actor: Person, form: PersonForm, grant_form: GrantForm) -> Person | None:
    """Make the account if both forms are right; otherwise leave the errors in them."""
    if not (form.is_valid() & grant_form.is_valid()):
        return None
    try:
        return services.make_person(actor=actor, grants=[grant_form.instance], **form.cleaned_data)
    except ValidationError as error:
        place_errors(error, grant_form, form)
        return None


def place_errors(error: ValidationError, *forms: Any) -> None:
    """Put each message at its field, in the form that has it; the rest on top of the first form."""
    found = error.error_dict if hasattr(error, "error_dict") else {"": error}
    for name, messages_of_field in found.items():
        holder = next((form for form in forms if name in form.fields), None)
        (holder or forms[0]).add_error(name if holder else None, messages_of_field)


@login_required
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change who somebody is."""
    actor: Actor = request.user
    shown = visible(request, pk)
    services.require_manage(actor, shown)
    form = PersonForm(request.POST or None, instance=shown, actor=actor)
    if form.is_valid():
        services.save_person(actor=actor, person=form.instance)
        messages.success(request, "Đã lưu.")
        return redirect(shown)
    crumbs = [("Người dùng", reverse("accounts:people")), (str(shown), shown.get_absolute_url()), ("Sửa", "")]
    context = {"form": form, "title": f"Sửa {shown}", "crumbs": crumbs}
    return render(request, "accounts/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    actor: Actor = request.user
    shown = visible(request, pk)
    services.require_manage(actor, shown)
    form = GrantForm(request.POST, actor=actor, province=grant_choice(request)["chosen"])
    if form.is_valid():
        try:
            services.grant_role(actor=actor, person=shown, grant=form.instance)
        except ValidationError as error:
            place_errors(error, form)
        else:
            messages.success(request, "Đã cấp vai trò.")
            return redirect(shown)
    return person_page(request, shown, form=form, status=422)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """Take a role away."""
    row = get_object_or_404(visible(request, pk).grants, pk=grant)
    return _act(request, pk, lambda actor, shown: services.revoke_grant(actor=actor, grant=row), "Đã thu hồi vai trò.")


@login_required
@require_POST
@never_cache
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a one-time link and show it once."""
    actor: Actor = request.user
    shown = visible(request, pk)
    try:
        path = services.one_time_link(actor=actor, person=shown)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(shown)
    return person_page(request, shown, link=request.build_absolute_uri(path))


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    done = "Đã đóng tài khoản; người này không đăng nhập được nữa."
    return _act(request, pk, lambda actor, shown: services.close_account(actor=actor, person=shown), done)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    done = "Đã mở lại tài khoản."
    return _act(request, pk, lambda actor, shown: services.reopen_account(actor=actor, person=shown), done)


@login_required
@require_POST
def remove_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a lost second factor."""
    done = "Đã gỡ xác thực hai bước; hãy nhắc người dùng cài lại ngay khi đăng nhập."
    return _act(request, pk, lambda actor, shown: services.remove_second_factor(actor=actor, person=shown), done)


def _act(request: HttpRequest, pk: int, act: Callable[[Person, Person], None], done: str) -> HttpResponse:
    """Do one act of an administrator, and say how it went on the person's page."""
    actor: Actor = request.user
    shown = visible(request, pk)
    try:
        act(actor, shown)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(shown)
