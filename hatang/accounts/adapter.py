"""Accounts are made by an administrator, never by signing up; a new password leaves a line in the history."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from hatang.accounts.models import Person


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth without its sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        user._change_reason = "đặt mật khẩu mới"  # type: ignore[attr-defined]
        super().set_password(user, password)
