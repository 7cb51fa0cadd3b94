"""Tests that go through a live server commit; the log that only grows must let go of their rows afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

first = import_module("hatang.exchange.migrations.0001_initial")


class Statements:
    """What a migration's functions need of a schema editor, within a transaction or without."""

    connection = connection

    def execute(self, sql: str, params: Any = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.fixture
def served(live_server: LiveServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a live server that is its own issuer."""
    settings.ORIGIN = live_server.url
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    yield live_server.url
    for thread in threading.enumerate():  # whose last word to the database comes after its answer
        if "process_request_thread" in thread.name:
            thread.join(3)
    first.drop_triggers(None, Statements())
    with connection.cursor() as cursor:
        for table in ("exchange_keptanswer", "exchange_waitingrecord", *reversed(first.TABLES)):
            cursor.execute(f"DELETE FROM {table}")
    first.add_triggers(None, Statements())
