"""Accounts are made by an administrator, never by signing up; a new password leaves a line in the history."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect

from hatang.accounts.models import Person


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth without its sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        user._change_reason = "đặt mật khẩu mới"  # type: ignore[attr-defined]
        super().set_password(user, password)


NOT_LINKED = (
    "Danh tính này chưa liên kết với tài khoản nào. Hãy đăng nhập bằng mật khẩu, rồi liên kết ở trang Tài khoản của "
    "tôi."
)
CLOCKS_DIFFER = "Đồng hồ của nơi cấp danh tính và của hệ thống này lệch nhau; báo quản trị. Chưa đăng nhập."
CLOCK_GAP_S = 300


def issued_elsewhen(claims: dict[str, Any], now_s: float) -> bool:
    """Tell whether a fresh token says that it was issued, or begins to hold, at another time than now."""
    begins = [float(claims[name]) for name in ("iat", "nbf") if isinstance(claims.get(name), int | float)]
    return any(at > now_s + CLOCK_GAP_S for at in begins) or any(at < now_s - CLOCK_GAP_S for at in begins[:1])


class LinkedOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signing in by an outer issuer: only its subjects that somebody linked with their account, never by mail address.

    The second factor is asked as after a password.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Send somebody unknown, or a token of another time, back to the sign-in page with a sentence."""
        said = (sociallogin.account.extra_data or {}).get("id_token") or {}
        if issued_elsewhen(said, time.time()):
            messages.error(request, CLOCKS_DIFFER)
            raise ImmediateHttpResponse(redirect("account_login"))
        if sociallogin.state.get("process") == AuthProcess.CONNECT or sociallogin.is_existing:
            return
        messages.error(request, NOT_LINKED)
        raise ImmediateHttpResponse(redirect("account_login"))
