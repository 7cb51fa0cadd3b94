"""What `manage.py check --deploy` says of whom the installation trusts."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from hatang.core.signatures.faults import SignatureError


@register(deploy=True)
def check_trusted_lists(**_: Any) -> list[CheckMessage]:
    """Warn of trusted lists that do not hold or have ended; read only when asked, for that takes seconds."""
    from hatang.utilities.services import list_warnings

    try:
        said = list_warnings()
    except SignatureError as error:
        said = [str(error)]
    return [Warning(f"Danh sách tin cậy: {words}", id="utilities.W001") for words in said]
