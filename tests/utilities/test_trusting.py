"""Whom the installation trusts: certificates and lists in a folder; what does not hold or has ended is warned of."""

from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.utilities.services import Answer, trust_warnings, trusted_lists, verify_file
from hatang.utilities.services.trusting import trusted_anchors, trusted_now
from tests.conftest import World
from tests.core.made_lists import LONG_AGO, WITHDRAWN, list_of, operator, stranger
from tests.core.signing_keys import NOW, signed_pdf
from tests.core.test_trusted_lists import SINCE


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Trust nobody but whom a folder names."""
    settings.DATA, settings.TRUST = tmp_path, str(tmp_path / "tin-cay")
    settings.TRUST_SIGNERS = str(tmp_path / "van-hanh.pem")
    (tmp_path / "tin-cay").mkdir()
    (tmp_path / "van-hanh.pem").write_bytes(operator().as_pem())
    return tmp_path / "tin-cay"


def test_a_list_in_the_folder_says_who_is_trusted(folder: Path, db: None) -> None:
    assert verify_file(signed_pdf()).answer == Answer.UNTRUSTED
    (folder / "vn.xml").write_bytes(list_of(SINCE))
    assert verify_file(signed_pdf()).answer == Answer.TRIAL
    assert (len(trusted_anchors()), len(trusted_now()), trust_warnings()) == (2, 2, [])


def test_who_was_withdrawn_signs_no_more_and_a_changed_file_is_read_anew(folder: Path) -> None:
    path = folder / "vn.xml"
    for moment, content, anchors in ((1, list_of(SINCE), 2), (2, list_of((WITHDRAWN, LONG_AGO)), 1)):
        path.write_bytes(content)
        os.utime(path, (moment, moment))
        assert len(trusted_now()) == anchors


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: list_of(SINCE, ends=NOW - timedelta(days=9)), "đã quá hạn cập nhật từ"),
        (lambda: list_of(SINCE, ends=NOW + timedelta(days=9)), "phải cập nhật trước"),
        (lambda: list_of(SINCE, ends=None), "đã đóng danh sách này"),
        (lambda: list_of(SINCE).replace(b"/granted<", b"/withdrawn<"), "không dùng được: Danh sách tin cậy bị sửa"),
    ],
    ids=["ended", "ends soon", "closed", "changed"],
)
def test_what_should_be_mended_is_said(folder: Path, content: Any, words: str) -> None:
    (folder / "vn.xml").write_bytes(content())
    [said] = trust_warnings()
    assert said.startswith("vn.xml: ")
    assert words in said


def test_a_list_of_another_operator_names_nobody(folder: Path, settings: Any) -> None:
    (folder / "vn.xml").write_bytes(list_of(SINCE))
    (folder.parent / "van-hanh.pem").write_bytes(stranger().as_pem())
    assert "do người khác ký" in trust_warnings()[0]
    assert trusted_anchors() == []
    settings.TRUST_SIGNERS = ""
    assert "chưa ghim đơn vị vận hành" in trust_warnings()[0]
    assert trusted_lists()[0].found is not None
    settings.TRUST = "/khong/co"
    assert trust_warnings() == ["HATANG_TRUST: không có /khong/co"]


def test_the_page_of_certificates_and_the_check_say_so(folder: Path, world: World, people: dict[str, Person]) -> None:
    (folder / "vn.xml").write_bytes(list_of(SINCE, ends=NOW - timedelta(days=9)))
    client = Client()
    client.force_login(people["department_officer"])
    page = client.get(reverse("documents:certificates", args=[world.province.code])).content.decode()
    assert "vn.xml: đã quá hạn cập nhật từ" in page
    assert "Cơ quan thử, số 7" in page
    err = StringIO()
    call_command("check", "utilities", "--deploy", stderr=err)
    assert "Tin cậy khi kiểm tra chữ ký: vn.xml: đã quá hạn" in err.getvalue()


def test_a_file_that_is_no_certificate_is_warned_of_and_the_others_hold(folder: Path) -> None:
    (folder / "hong.pem").write_bytes(b"abc")
    (folder / "vn.xml").write_bytes(list_of(SINCE))
    assert len(trusted_anchors()) == 2
    [said] = trust_warnings()
    assert said.startswith("hong.pem: Tệp không phải chứng thư")


def test_lists_are_not_used_when_their_operators_cannot_be_read(folder: Path) -> None:
    (folder / "vn.xml").write_bytes(list_of(SINCE))
    (folder.parent / "van-hanh.pem").write_bytes(b"abc")
    assert trusted_anchors() == []
    assert any("vn.xml: không dùng được" in words for words in trust_warnings())
