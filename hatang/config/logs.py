"""Logs that one can read on a screen or ship: one line an event, the same fields in both forms."""

import json
import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FIELDS = ("method", "path", "status", "ms", "person", "address", "job")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
requests = logging.getLogger("hatang.requests")


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Give the event's own fields, those that were set."""
    return {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}


class JsonLine(logging.Formatter):
    """One JSON object a line, time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLine(logging.Formatter):
    """The same event for a person's eyes."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {message}", "%H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Write the line; a line break in a path would forge another one."""
        extra = " ".join(f"{k}={v}" for k, v in fields_of(record).items())
        return UNPRINTABLE.sub("\ufffd", f"{super().formatMessage(record)} {extra}".rstrip())


class ListsAtHand(logging.Filter):
    """Pass over pyHanko's remark that it may not fetch: a trial key's revocation list is handed to it, and required."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "fetching is not allowed" not in record.getMessage()


def logging_configuration(form: str) -> dict[str, Any]:
    """Build Django's LOGGING for `text` or `json`."""
    formatter = JsonLine if form == "json" else TextLine
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"lists_at_hand": {"()": ListsAtHand}},
        "handlers": {"screen": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["screen"], "level": "WARNING"},
        "loggers": {
            "hatang": {"level": "INFO"},
            "django_tasks": {"level": "INFO"},
            "pyhanko.sign.signers.pdf_signer": {"filters": ["lists_at_hand"]},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


def address_of(request: HttpRequest) -> str:
    """Give the asker's address: as many steps back in X-Forwarded-For as there are web servers of ours in front."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    steps = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return steps[-proxies].strip() if 0 < proxies <= len(steps) else request.META.get("REMOTE_ADDR", "")


class RequestLog:
    """Log each request: who, what, status and time. All access is logged (personal data, operators' secrets)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            self.log(request, response, time.perf_counter() - started)
        return response

    def log(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        """Write the line; a query string may hold personal data and is left out."""
        person = getattr(request, "user", None)
        requests.info(
            "request",
            extra={
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round(1000 * seconds),
                "person": getattr(person, "pk", None),
            }
            | ({} if getattr(request, "address_unkept", False) else {"address": address_of(request)}),
        )
