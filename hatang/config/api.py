"""The one API object: who may come in, which routers it has, and which exception answers with which status."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI

from hatang.accounts.api import TokenOfPerson
from hatang.core.cells import TableError
from hatang.indicators.api import router as returns
from hatang.network.api import router as register_files
from hatang.quality.api import router as outages
from hatang.utilities.api import router as transparency_log

ABSENT = "Không có, hoặc bạn không được xem."
STATUSES: dict[type[Exception], int] = {
    Http404: 404,
    PermissionDenied: 404,
    ValidationError: 422,
    TableError: 422,
}

api = NinjaAPI(title="Hatang", version="1", docs_url=None, auth=TokenOfPerson(), urls_namespace="api")


def answer(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer an exception with its status and its words; what is hidden answers as what is absent."""
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    messages = [ABSENT] if status == 404 else getattr(error, "messages", [str(error)])
    content: dict[str, Any] = {"detail": " ".join(messages)}
    return api.create_response(request, content, status=status)


for kind in STATUSES:
    api.add_exception_handler(kind, answer)

api.add_router("/ha-tang", register_files)
api.add_router("/so-minh-bach", transparency_log)
api.add_router("/phieu", returns)
api.add_router("/su-co", outages)
