"""A worker that begins has loaded what its first request needs."""

from __future__ import annotations

import importlib

import pytest
from django.template import engines
from django.template.loaders.cached import Loader
from django.urls import clear_url_caches, get_resolver

from hatang.config import warming
from hatang.config.warming import own_templates, warm


def test_pages_and_templates_are_loaded_before_the_first_request() -> None:
    (loader,) = engines["django"].engine.template_loaders  # type: ignore[attr-defined]
    assert isinstance(loader, Loader)
    loader.reset()
    clear_url_caches()
    assert "url_patterns" not in vars(get_resolver())
    assert warm() == len(own_templates()) > 200
    assert "url_patterns" in vars(get_resolver())
    assert set(own_templates()) <= set(loader.get_template_cache)


def test_the_web_server_warms_up(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(warming, "warm", lambda: called.append("warm"))
    importlib.reload(importlib.import_module("hatang.config.wsgi"))
    assert called[-1:] == ["warm"]
