"""Register files by API: a machine with its person's token does what the page does, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from hatang.accounts.models import Person
from hatang.accounts.services import make_token
from hatang.network.models import Mast, RegisterUpload, Station
from tests.conftest import World
from tests.network.files import station_file

Ask = Callable[..., Any]
BASE = "/api/v1/ha-tang"


@pytest.fixture
def ask(people: dict[str, Person]) -> Ask:
    """Give a way to ask the API as somebody by their token."""
    tokens = {who: make_token(actor=people[who], name="máy", days=30)[1] for who in ("operator", "rival", "stranger")}

    def asked(who: str, method: str, path: str, **data: Any) -> HttpResponse:
        headers = {"authorization": f"Bearer {tokens.get(who, who)}"}
        return getattr(Client(), method)(BASE + path, data or None, headers=headers)  # type: ignore[no-any-return]

    return asked


def tried(ask: Ask, content: bytes, who: str = "operator", **more: str) -> Any:
    """Upload a file as a machine does, and give its verdict."""
    answer = ask(who, "post", "/20/tai-len", file=SimpleUploadedFile("tram.xlsx", content), **more)
    assert answer.status_code == 202, answer.content
    job = ask(who, "get", f"/viec/{answer.json()['job']}").json()
    assert job["state"] == "done"
    return ask(who, "get", f"/tai-len/{job['upload']}").json()


def test_a_file_is_checked_saved_and_taken_back(world: World, ask: Ask) -> None:
    verdict = tried(ask, station_file({}))
    assert verdict["state"] == "ready"
    assert verdict["counts"]["added"] == 2
    assert not Mast.objects.exists()
    saving = ask("operator", "post", f"/tai-len/{verdict['upload']}/luu")
    assert saving.status_code == 202
    assert Mast.objects.get().owner == world.operator
    assert ask("operator", "post", f"/tai-len/{verdict['upload']}/hoan-tac").status_code == 202
    assert not Mast.objects.exists() and not Station.objects.exists()


def test_errors_are_given_by_cell(world: World, ask: Ask) -> None:
    verdict = tried(ask, station_file({"height_m": "95%"}))
    assert verdict["state"] == "wrong"
    found = ask("operator", "get", f"/tai-len/{verdict['upload']}/dong").json()
    assert found["count"] == len(found["lines"]) == 1
    assert (found["lines"][0]["row"], found["lines"][0]["heading"]) == (2, "Chiều cao, m")
    assert "%" in found["lines"][0]["wrong"]
    refused = ask("operator", "post", f"/tai-len/{verdict['upload']}/luu")
    assert refused.status_code == 422
    assert "trạng thái" in refused.json()["detail"]
    assert ask("operator", "delete", f"/tai-len/{verdict['upload']}").status_code == 204
    assert RegisterUpload.objects.get().state == RegisterUpload.State.DISCARDED


def test_a_file_that_is_none_is_refused_in_words(ask: Ask, world: World) -> None:
    answer = ask("operator", "post", "/20/tai-len", file=SimpleUploadedFile("a.exe", b"MZ"))
    assert answer.status_code == 422
    assert "tệp" in answer.json()["detail"].lower()
    answer = ask("operator", "post", "/20/tai-len", file=SimpleUploadedFile("a.csv", b"a"), layout="nhà ma")
    assert answer.status_code == 422
    assert "nhà ma" in answer.json()["detail"]


def test_hidden_and_absent_answer_the_same(world: World, ask: Ask) -> None:
    pk = tried(ask, station_file({}))["upload"]
    for method, path in (("get", ""), ("get", "/dong"), ("post", "/luu"), ("post", "/hoan-tac"), ("delete", "")):
        for who in ("rival", "stranger"):
            hidden, absent = ask(who, method, f"/tai-len/{pk}{path}"), ask(who, method, f"/tai-len/999999{path}")
            assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert ask("stranger", "post", "/20/tai-len", file=SimpleUploadedFile("a.csv", b"a")).status_code == 404
    assert ask("nobody", "get", f"/tai-len/{pk}").status_code == 401
