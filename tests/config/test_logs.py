"""A log line can be read on a screen and shipped as JSON, and tells who did what."""

import json
import logging
from typing import Any

import pytest
from django.test import Client, RequestFactory

from hatang.config.logs import JsonLine, TextLine, address_of


def record(**extra: object) -> logging.LogRecord:
    line = logging.LogRecord("hatang.requests", logging.INFO, "", 0, "request", None, None)
    line.__dict__.update(extra)
    return line


def test_json_line_keeps_vietnamese_and_fields() -> None:
    line = json.loads(JsonLine().format(record(path="/tinh/20/", status=200, person=7, ms=12)))
    assert {"path": "/tinh/20/", "status": 200, "person": 7, "ms": 12}.items() <= line.items()


def test_json_line_carries_the_error() -> None:
    try:
        raise ValueError("sai mã xã")
    except ValueError as error:
        line = record()
        line.exc_info = (ValueError, error, error.__traceback__)
    assert "sai mã xã" in json.loads(JsonLine().format(line))["error"]


def test_text_line_shows_the_same_fields() -> None:
    assert TextLine().format(record(path="/tim", status=404)).endswith("path=/tim status=404")


@pytest.mark.django_db
def test_each_request_is_logged_without_its_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "hatang.requests"):
        client.get("/gioi-thieu", {"q": "bí mật"})
    assert [(r.path, r.status) for r in caplog.records if r.name == "hatang.requests"] == [("/gioi-thieu", 200)]


def test_a_line_break_in_a_path_forges_no_line() -> None:
    line = TextLine().format(record(path="/tim\n10:00:00 ERROR giả mạo", status=404))
    assert "\n" not in line


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "10.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.9"), (9, "10.0.0.1")]
)
def test_the_askers_address_behind_our_own_web_servers(settings: Any, proxies: int, address: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    forwarded = "192.0.2.66, 198.51.100.9, 203.0.113.7"
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert address_of(request) == address


def test_pyhankos_remark_on_lists_at_hand_is_no_line_and_its_other_warnings_are(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("pyhanko.sign.signers.pdf_signer")
    logger.warning("Validation/revocation info will be embedded, but fetching is not allowed.")
    logger.warning("Another warning.")
    assert [r.getMessage() for r in caplog.records if r.name == logger.name] == ["Another warning."]
