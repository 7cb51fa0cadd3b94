"""The log of calls: only grows, on either database; heads are signed, proofs hold, whatever is changed is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.__main__ import main
from hatang.core.exchange.checking import Verdict, check_answer
from hatang.core.exchange.jws import load_key, make_key_pem, open_compact, public_jwk, sign_compact, sign_detached
from hatang.core.exchange.records import record_bytes
from hatang.core.transparency.merkle import Tree, leaf_hash, verify_consistency
from hatang.exchange.models import CallHead, CallLeaf, CallNode, CallRecord, SigningKey, WaitingRecord
from hatang.exchange.services import grow_log, log, public_keys, rotate_key
from tests.conftest import World

pytestmark = pytest.mark.django_db


def record(world: World, number: int = 0) -> CallRecord:
    """Put a made-up call into the log, to wait there."""
    made = CallRecord(
        id=uuid4(),
        at=datetime(2026, 11, 1, 8, tzinfo=UTC) + timedelta(seconds=number, milliseconds=7),
        province=world.province,
        organisation=world.operator,
        client="máy",
        service="thon-phu-song",
        status=200,
        duration_ms=1.5,
        request_sha256="a" * 64,
        answer_sha256="b" * 64,
    )
    log.add_record(made)
    return made


def test_the_tree_is_that_of_rfc_9162_whatever_came_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grown in batches of many sizes it has the root of the reference tree, and every record its proof."""
    monkeypatch.setattr(log, "BATCH", 4)
    made: list[CallRecord] = []
    for many in (1, 2, 9, 1, 7):
        made += [record(world, len(made) + n) for n in range(many)]
        head = grow_log()
        assert head is not None
        tree = Tree(leaf_hash(row.content) for row in made)
        assert (head.size, head.root) == (len(made), tree.root().hex())
    assert not WaitingRecord.objects.exists()
    keys = public_keys()
    for row in (made[0], made[11], made[-1]):
        row.refresh_from_db()
        body, key = b"{}", log.signing_key()
        proof = log.proof_of(row)
        leaf = leaf_hash(record_bytes(proof["record"])).hex()
        said = {"call": str(row.pk), "request": row.request_sha256, "leaf": leaf}
        found = check_answer(body, sign_detached(body, key, said), keys, proof=proof)
        assert found.verdict == Verdict.BAD_PROOF, "the hash of the answer is another"


def test_who_would_change_it_is_told_which_log_it_is(world: World) -> None:
    for number in range(2):
        record(world, number)
    grow_log()
    for model in (CallRecord, CallLeaf, CallNode, CallHead):
        assert model.objects.exists()
        with pytest.raises(ValidationError, match="Sổ lượt gọi chỉ thêm"):
            model.objects.all().delete()
        with pytest.raises(ValidationError, match="Sổ lượt gọi chỉ thêm"):
            model.objects.latest("pk").save()


def test_a_later_log_begins_with_an_earlier_one(world: World) -> None:
    for number in range(5):
        record(world, number)
    grow_log()
    for number in range(6):
        record(world, 10 + number)
    grow_log()
    proof = Client().get("/dich-vu/so/nhat-quan.json", {"tu": 5, "den": 11}).json()
    first, second = (open_compact(proof[name], public_keys()) for name in ("first", "second"))
    path = [bytes.fromhex(step) for step in proof["path"]]
    roots = [bytes.fromhex(head["root"]) for head in (first, second)]
    assert verify_consistency(5, 11, path, *roots)
    assert not verify_consistency(5, 11, path, roots[1], roots[0])
    assert Client().get("/dich-vu/so/nhat-quan.json", {"tu": 4, "den": 11}).status_code == 422


SQL = (
    "UPDATE exchange_callrecord SET status = 500",
    "DELETE FROM exchange_callleaf",
    "UPDATE exchange_callnode SET node_hash = ''",
    "DELETE FROM exchange_callhead",
    'INSERT INTO exchange_callleaf ("index", record_id, leaf_hash) '
    "SELECT 99, id, '' FROM exchange_callrecord ORDER BY at DESC LIMIT 1",
)


@pytest.mark.parametrize("sql", SQL)
def test_the_database_itself_refuses_changes(sql: str, world: World) -> None:
    for number in range(2):
        record(world, number)
    grow_log()
    record(world, 5)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    counts = (CallRecord.objects.count(), CallLeaf.objects.count(), CallNode.objects.count(), CallHead.objects.count())
    assert counts == (3, 2, 1, 1)


def test_a_new_signing_key_leaves_old_signatures_checkable(world: World) -> None:
    record(world)
    head = grow_log()
    assert head is not None
    before = public_keys()["keys"][0]["kid"]
    assert rotate_key() != before
    assert open_compact(head.signed, public_keys())["size"] == 1
    assert SigningKey.objects.count() == 2
    record(world, 1)
    grow_log()
    assert Client().get("/dich-vu/so/dau.json").json()["size"] == 2


@given(body=st.binary(max_size=200), place=st.integers(0, 10_000), change=st.integers(1, 255))
def test_whatever_byte_is_changed_is_found(body: bytes, place: int, change: int) -> None:
    """Of the answer or of its signature's header; without the database."""
    key = KEY
    keys = {"keys": [public_jwk(key.public_key())]}
    said = {"call": "1", "request": "2", "leaf": "3"}
    signature = sign_detached(body, key, said)
    assert check_answer(body, signature, keys).verdict == Verdict.RIGHT
    assert check_answer(body, signature, keys, request_hash="9").verdict == Verdict.OTHER_REQUEST
    if body:
        at = place % len(body)
        other = body[:at] + bytes([body[at] ^ change]) + body[at + 1 :]
        assert check_answer(other, signature, keys).verdict == Verdict.BAD_SIGNATURE
    again = sign_detached(body, load_key(make_key_pem()), said)
    assert check_answer(body, again, keys).verdict == Verdict.BAD_SIGNATURE


KEY = load_key(make_key_pem())


def made_proof(**changed: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Make an answer's signature, the keys and the proof of a log with this call alone."""
    from hashlib import sha256

    fields = dict.fromkeys(("format", "at", "direction", "province", "client", "service"), "x")
    fields |= {"id": "1", "status": 200, "request_sha256": "r", "answer_sha256": sha256(b"{}").hexdigest()}
    leaf = leaf_hash(record_bytes(fields))
    head = sign_compact({"size": 1, "root": leaf.hex()}, KEY)
    proof = {"record": fields, "index": 0, "size": 1, "path": [], "head": head} | changed
    signature = sign_detached(b"{}", KEY, {"call": "1", "request": "r", "leaf": leaf.hex()})
    return signature, {"keys": [public_jwk(KEY.public_key())]}, proof


@pytest.mark.parametrize(
    "changed",
    [
        {"size": 2},
        {"index": 1},
        {"path": ["00" * 32]},
        {"path": ["zz"]},
        {"head": "a.b.c"},
        {"head": 7},
        {"head": sign_compact({"size": 1, "root": "00" * 32}, KEY)},
        {"head": sign_compact({"size": 1, "root": "00" * 32}, load_key(make_key_pem()))},
        {"record": {}},
        {"record": "x"},
        {"index": "x"},
    ],
    ids=lambda changed: str(changed)[:30],  # signatures differ in every process
)
def test_a_wrong_extract_of_the_log_is_found(changed: dict[str, Any]) -> None:
    signature, keys, proof = made_proof()
    assert check_answer(b"{}", signature, keys, proof=proof, request_hash="r").verdict == Verdict.RIGHT
    signature, keys, proof = made_proof(**changed)
    assert check_answer(b"{}", signature, keys, proof=proof).verdict == Verdict.BAD_PROOF


def test_the_triggers_stand(world: World) -> None:
    """A later migration that makes a table anew on SQLite loses them."""
    from tests.exchange.conftest import first

    named = {name for name, _ in first.sqlite_triggers()}
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'exchange%'"
    if connection.vendor == "postgresql":
        named = {f"{table}_no_{what}" for table in first.TABLES for what in ("change", "truncate")}
        named.add("exchange_callleaf_next")
        asked = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'exchange%'"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert {name for (name,) in cursor.fetchall()} == named


def test_the_round_places_records_and_forgets_what_has_ended(world: World) -> None:
    from allauth.idp.oidc.models import Token
    from django.utils import timezone

    from hatang.work.services import make_round

    record(world)
    now = timezone.now()
    for name, end in (("ended", now - timedelta(1)), ("lives", now + timedelta(1))):
        Token.objects.create(type=Token.Type.ACCESS_TOKEN, hash=name, expires_at=end)
    make_round()
    assert (CallLeaf.objects.count(), Token.objects.get().hash) == (1, "lives")


def test_the_command_says_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signature, keys, proof = made_proof()
    files = {"answer": b"{}", "signature": signature.encode(), "keys": json.dumps(keys).encode()}
    files |= {"proof": json.dumps(proof).encode(), "wrong": json.dumps(proof | {"index": 1}).encode(), "none": b"[]"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def said(**named: str) -> int:
        given = {"signature": "signature", "keys": "keys"} | named
        options = [word for name, file in given.items() for word in (f"--{name}", str(tmp_path / file))]
        return main(["verify-answer", str(tmp_path / "answer"), *options])

    assert [said(), said(proof="proof"), said(proof="wrong")] == [0, 0, 5]
    assert [said(keys="none"), said(keys="khong-co"), said(proof="signature")] == [1, 1, 1]
    assert "Bộ khóa phải là một đối tượng JSON" in capsys.readouterr().err
