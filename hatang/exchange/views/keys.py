"""Keys of partners: the list, a new one whose secret is shown once, a new secret, revoking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hatang.accounts.services import person_of, province_for
from hatang.core.vietnamese import moment, number
from hatang.exchange.forms import KeyForm
from hatang.exchange.models import CHANGE, PartnerKey
from hatang.exchange.services import make_key, public_keys, revoke_key, rotate_secret
from hatang.exchange.views.ways import in_catalogue, may_change, province_open, tabs_of
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place


def at(instant: Any) -> str | None:
    """Write an instant, or nothing."""
    return moment(instant) if instant else None


class Keys(LoginRequiredMixin, ListPage):
    """Keys of partners in a province that the person may see."""

    title = "Khóa của đối tác"
    template = "exchange/keys.html"
    search_fields = ("search_key",)
    default_sort = "-made_at"
    empty_text = "Chưa cấp khóa nào."
    columns = (
        Column("Đơn vị", lambda k: k.organisation, "organisation__sort_key"),
        Column("Dùng cho", lambda k: k.name, "name"),
        Column("Mã khách", lambda k: k.client_id),
        Column("X-Road", lambda k: k.xroad_client or None),
        Column("Cấp lúc", lambda k: at(k.made_at), "made_at"),
        Column("Đổi lúc", lambda k: at(k.rotated_at), "rotated_at"),
        Column("Thu hồi lúc", lambda k: at(k.revoked_at), "revoked_at"),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[PartnerKey]:
        self.province = province_open(request, kwargs["code"])
        return PartnerKey.objects.visible_to(request.user).filter(province=self.province).select_related("organisation")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        live = PartnerKey.objects.visible_to(request.user).filter(province=self.province).live()
        shown = list(live.select_related("organisation").order_by("organisation__sort_key", "pk")[:100])
        return {
            "province": self.province,
            "finding": f"{number(live.count())} khóa đang dùng được.",
            "may_change": may_change(request, self.province),
            "live": shown,
            "signing": public_keys()["keys"],
            "tabs": tabs_of(request, self.province, "partner_keys"),
            "crumbs": in_catalogue(self.province, ("Khóa", "")),
        }


@login_required
@never_cache
def key_new(request: HttpRequest, code: str) -> HttpResponse:
    """Make a key; its secret stands in this answer alone."""
    province = province_for(request, code, CHANGE, whole=True)
    form = KeyForm(request.POST or None, province=province)
    if request.method == "POST" and form.is_valid():
        actor = person_of(request)
        key = form.save(commit=False)
        secret = make_key(actor=actor, key=key, signs_in_at=form.cleaned_data["signs_in_at"])
        return secret_page(request, province, key, secret)
    context = {
        "form": form,
        "title": "Cấp khóa cho đối tác",
        "said": "Bí mật chỉ hiện một lần, ngay sau khi cấp.",
        "button": "Cấp khóa",
        "crumbs": in_keys(province, "Cấp khóa"),
    }
    return render(request, "exchange/form.html", context, status=422 if form.errors else 200)


def in_keys(province: Place, last: str) -> list[tuple[str, str]]:
    """Give the way through the list of keys."""
    return in_catalogue(province, ("Khóa", reverse("exchange:partner_keys", args=[province.code])), (last, ""))


def secret_page(request: HttpRequest, province: Place, key: PartnerKey, secret: str) -> HttpResponse:
    """Show a secret, this once."""
    token_address = request.build_absolute_uri(reverse("exchange_token"))
    context = {"key": key, "secret": secret, "token_address": token_address, "crumbs": in_keys(province, "Bí mật")}
    return render(request, "exchange/secret.html", context)


def key_to_change(request: HttpRequest, pk: int) -> PartnerKey:
    """Give a key that the person may change."""
    rows = PartnerKey.objects.visible_to(request.user).select_related("organisation", "province")
    key = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm(CHANGE, key):
        raise Http404
    return key


@login_required
@never_cache
@require_POST
def key_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a key a new secret."""
    key = key_to_change(request, pk)
    actor = person_of(request)
    try:
        secret = rotate_secret(actor=actor, key=key)
    except (PermissionDenied, ValidationError) as error:
        return not_done(request, key, error)
    return secret_page(request, key.province, key, secret)


@login_required
@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a key."""
    key = key_to_change(request, pk)
    actor = person_of(request)
    try:
        revoke_key(actor=actor, key=key)
    except (PermissionDenied, ValidationError) as error:
        return not_done(request, key, error)
    messages.success(
        request, f"Đã thu hồi khóa {key} lúc {moment(timezone.now())}; mọi mã truy cập của khóa hết dùng được."
    )
    return redirect("exchange:partner_keys", key.province.code)


def not_done(request: HttpRequest, key: PartnerKey, error: PermissionDenied | ValidationError) -> HttpResponse:
    """Say why a key was not changed."""
    if isinstance(error, PermissionDenied):
        raise Http404
    messages.error(request, " ".join(error.messages))
    return redirect("exchange:partner_keys", key.province.code)
