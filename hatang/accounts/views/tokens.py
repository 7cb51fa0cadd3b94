"""My access tokens: what a machine of mine sends in place of a password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hatang.accounts import services
from hatang.accounts.forms import TokenForm
from hatang.accounts.models import AccessToken


@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """List my tokens and make one, which is shown in this answer alone."""
    actor: Any = request.user
    form = TokenForm(request.POST or None)
    secret = ""
    if form.is_valid():
        try:
            _, secret = services.make_token(actor=actor, **form.cleaned_data)
            form = TokenForm()
        except ValidationError as error:
            form.add_error(None, error.messages)
    live = AccessToken.objects.live(timezone.now()).filter(person=actor).order_by("-made_at")
    context = {
        "form": form,
        "secret": secret,
        "tokens": live,
        "crumbs": [("Tôi", reverse("accounts:me")), ("Mã truy cập", "")],
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of my tokens."""
    actor: Any = request.user
    token = get_object_or_404(AccessToken.objects.filter(person=actor), pk=pk)
    services.revoke_token(actor=actor, token=token)
    messages.success(request, f"Đã thu hồi mã {token}. Máy nào còn dùng mã này sẽ bị từ chối.")
    return redirect("accounts:tokens")
