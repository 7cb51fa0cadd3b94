"""What `manage.py check --deploy` says of whom the installation trusts."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register


@register(deploy=True)
def check_trust(**_: Any) -> list[CheckMessage]:
    """Warn of trusted lists that do not hold or have ended; read only when asked, for that takes seconds."""
    from hatang.utilities.services import trust_warnings

    return [Warning(f"Tin cậy khi kiểm tra chữ ký: {words}", id="utilities.W001") for words in trust_warnings()]
