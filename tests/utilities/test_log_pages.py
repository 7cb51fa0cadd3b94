"""What everybody sees of the log, without an account."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hatang.core.transparency.proofs import Verdict, check_file, read_proof
from hatang.utilities.services import tree_head
from tests.conftest import World
from tests.utilities.made import content_of, published

CHECK = "/so-minh-bach/kiem-tra"


def asked(client: Client, content: bytes, name: str = "so-lieu.csv") -> tuple[int, str]:
    response = client.post(CHECK, {"file": SimpleUploadedFile(name, content)})
    return response.status_code, response.content.decode()


def test_the_list_names_what_was_published_and_what_replaced_it(client: Client, world: World) -> None:
    first = published(world)
    published(world, 97, replaces=first, reason="Đếm sót")
    page = client.get("/so-minh-bach/").content.decode()
    assert "2 bộ số liệu đã công bố" in page
    assert "đã được mục 2 thay" in page
    assert tree_head().root in page
    assert "đã được mục 2 thay" not in client.get("/so-minh-bach/?hieu-luc=1").content.decode()
    assert "Không có dòng nào khớp" in client.get("/so-minh-bach/?q=khong+co").content.decode()
    heads = client.get(f"/so-minh-bach/dau-so?q={first.root_hash}").content.decode()
    assert first.root_hash in heads
    assert tree_head().root not in heads


def test_file_and_proof_are_downloaded_and_agree_for_today_and_for_an_older_head(client: Client, world: World) -> None:
    entry = published(world)
    published(world, 99)
    table = b"".join(client.get(reverse("utilities:file", args=[1])))
    for size, root in ((1, entry.root_hash), (2, tree_head().root)):
        answer = client.get(f"{reverse('utilities:proof', args=[1])}?co={size}")
        assert answer["Content-Disposition"] == f'attachment; filename="bang-chung-1-{size}.json"'
        proof = read_proof(answer.content)
        assert check_file(table, proof, bytes.fromhex(root)).verdict == Verdict.INTACT
        assert (proof.address, proof.log) == ("http://testserver/so-minh-bach/1/", "http://testserver/so-minh-bach/")
    for size, status in (("3", 422), ("0", 422), ("a", 422)):
        assert client.get(f"{reverse('utilities:proof', args=[1])}?co={size}").status_code == status
    assert client.get("/so-minh-bach/3/").status_code == 404
    assert client.get(f"/so-minh-bach/{10**30}/").status_code == 404


def test_a_file_is_told_as_true_changed_replaced_or_unknown(client: Client, world: World) -> None:
    first = published(world)
    table = content_of(first)
    assert "<b>Đúng.</b>" in asked(client, table)[1]
    assert "đang có hiệu lực" in asked(client, table)[1]
    changed = asked(client, table.replace(b"98.5", b"99.5"))[1]
    assert "<b>Đã bị sửa.</b>" in changed
    assert "1,Xã Đồng Đăng,99.5" in changed
    assert "1,Xã Đồng Đăng,98.5" in changed
    published(world, 97, replaces=first, reason="Đếm sót một thôn")
    replaced = asked(client, table.replace(b"\n", b"\r\n"))[1]
    assert "chỉ khác dấu xuống dòng" in replaced
    assert "Đếm sót một thôn" in replaced
    assert "<b>Không phải bản đã công bố.</b>" in asked(client, b"\x00\xff", "anh.png")[1]


def test_a_file_that_cannot_be_checked_is_refused_in_words(client: Client, world: World) -> None:
    assert asked(client, b"")[0] == 422
    assert "Tệp này rỗng" in asked(client, b"")[1]
    status, page = asked(client, b"0" * 20_000_001)
    assert (status, "tối đa 20 MB" in page) == (422, True)
    assert "Xin chọn một tệp" in client.post(CHECK, {"a": "1"}).content.decode()


def test_a_changed_table_shows_no_markup_of_its_own(client: Client, world: World) -> None:
    table = content_of(published(world)).replace("Phường Kỳ Lừa".encode(), b"<script>alert(1)</script>")
    page = asked(client, table, "<b>ten</b>.csv")[1]
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>ten</b>" not in page


def test_machines_get_heads_entries_and_proofs(client: Client, world: World) -> None:
    first = published(world)
    published(world, 97, replaces=first, reason="Đếm sót")
    ask = "/api/v1/so-minh-bach"
    assert client.get(f"{ask}/dau").json()["root"] == tree_head().root
    assert client.get(f"{ask}/dau?co=1").json()["size"] == 1
    entries = client.get(f"{ask}/muc").json()["entries"]
    assert [(e["number"], e["replaces"], e["replaced_by"]) for e in entries] == [(1, None, 2), (2, 1, None)]
    proof = read_proof(json.dumps(client.get(f"{ask}/muc/1/bang-chung").json()))
    assert check_file(content_of(first), proof).verdict == Verdict.INTACT
    grown = client.get(f"{ask}/nhat-quan?tu=1&den=2").json()
    assert (grown["first_root"], len(grown["path"])) == (first.root_hash, 1)


@pytest.mark.parametrize("asked_for", ["dau?co=9", "dau?co=0", "nhat-quan?tu=2&den=1", "nhat-quan?tu=1", "dau?co=x"])
def test_machines_are_told_what_is_wrong(client: Client, world: World, asked_for: str) -> None:
    published(world)
    assert client.get(f"/api/v1/so-minh-bach/{asked_for}").status_code == 422
