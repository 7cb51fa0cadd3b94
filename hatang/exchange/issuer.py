"""The platform as issuer of tokens (OAuth 2, OpenID Connect): its name is the installation's own address."""

from __future__ import annotations

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings


class Issuer(DefaultOIDCAdapter):  # type: ignore[misc]
    """allauth's issuer under one name, whatever name a request was sent to."""

    scope_display = {
        "openid": "biết mã người dùng của bạn trong Hatang",
        "email": "biết địa chỉ thư của bạn",
        "profile": "biết họ tên và tên đăng nhập của bạn",
    }

    def get_issuer(self) -> str:
        """Give the issuer's name: a token of another name is another issuer's."""
        return str(settings.ORIGIN).rstrip("/")
