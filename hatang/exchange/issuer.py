"""The platform as issuer of tokens (OAuth 2, OpenID Connect): its name is the installation's own address."""

from __future__ import annotations

from typing import Any

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

    def populate_server_metadata(self, metadata: dict[str, Any]) -> None:
        """Say of the issuer what it does, and nothing of what it could."""
        for name in ("device_authorization_endpoint", "end_session_endpoint"):
            metadata.pop(name, None)
        metadata["grant_types_supported"] = ["authorization_code", "client_credentials", "refresh_token"]
        metadata["response_types_supported"] = ["code"]
