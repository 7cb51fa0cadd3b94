"""Calls of others against a real HTTP server that counts, dies in the middle, is busy, and signs or does not."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.exchange.jws import load_key, make_key_pem, open_detached, public_jwk, sign_detached
from hatang.exchange.models import CallRecord, OutsideCall, OutsideService
from hatang.exchange.services import ask_outside, decide_unknown, outgoing, public_keys, save_outside, send_due
from hatang.exchange.services.sending import check_address
from tests.conftest import World

pytestmark = pytest.mark.django_db
State = OutsideCall.State


class Peer(ThreadingHTTPServer):
    """Another body's service: what it was asked, what it did for each key, and how it answers next."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.done: Counter[str] = Counter()
        self.plan: list[str] = []
        self.knows_keys = False
        self.key = load_key(make_key_pem())

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that were meant to break."""


class Answering(BaseHTTPRequestHandler):
    """Does what the plan says: `dies` after it has done the work, `busy`, `broken`, `unsigned`, else right."""

    server: Peer

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/token":
            return self.say(200, b'{"access_token": "abc", "token_type": "Bearer"}')
        peer, key = self.server, self.headers["Idempotency-Key"]
        peer.asked.append((self.command, self.path, dict(self.headers.items()), body))
        step = peer.plan.pop(0) if peer.plan else ""
        if step == "busy":
            return self.say(503, b"", {"Retry-After": "120"})
        if step == "broken":
            return self.say(500, b"")
        if not (peer.knows_keys and peer.done[key]):
            peer.done[key] += 1
        if step == "dies":
            self.connection.close()
            return None
        said = b'{"ok": true}'
        signed = {} if step == "unsigned" else {"X-JWS-Signature": sign_detached(said, peer.key, {})}
        return self.say(200, said, signed)

    def say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    """Run the other body's server on loopback, which this installation may call."""
    settings.PLAIN_HTTP_HOSTS = ("127.0.0.1",)
    server = Peer()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def outside(world: World, people: dict[str, Person], peer: Peer, **more: Any) -> OutsideService:
    """Register the other body's service."""
    service = OutsideService(
        province=world.province, organisation=world.department, name="Dân cư", address=peer.address, **more
    )
    save_outside(actor=people["department_head"], service=service, secret="bí mật")
    return service


def sent(people: dict[str, Person], service: OutsideService, method: str = "POST") -> OutsideCall:
    """Ask for a call, and let a worker send what is due."""
    body = '{"a": 1}' if method == "POST" else ""
    call = ask_outside(actor=people["department_officer"], service=service, method=method, path="/x?y=1", body=body)
    send_due(timezone.now())
    return again(call)


def again(call: OutsideCall) -> OutsideCall:
    """Read a call as it now stands."""
    return OutsideCall.objects.get(pk=call.pk)


def later(call: OutsideCall) -> OutsideCall:
    """Let a day go by and a worker send what is due."""
    send_due(timezone.now() + timedelta(days=1))
    return again(call)


def test_a_call_bears_token_key_and_signature_and_both_sides_are_logged(
    world: World, people: dict[str, Person], peer: Peer
) -> None:
    keys = {"keys": [public_jwk(peer.key.public_key())]}
    service = outside(world, people, peer, token_address=f"{peer.address}/token", client_id="tinh", jwks=keys)
    call = sent(people, service)
    assert (call.state, call.status, json.loads(call.answer)) == (State.DONE, 200, {"ok": True})
    ((method, path, headers, body),) = peer.asked
    assert (method, path, headers["Authorization"], body) == ("POST", "/x?y=1", "Bearer abc", b'{"a": 1}')
    assert headers["Idempotency-Key"] == str(call.idempotency_key)
    signed = open_detached(headers["X-JWS-Signature"], body, public_keys())
    record = CallRecord.objects.get()
    assert (record.direction, record.request_sha256, signed["request"]) == ("out", signed["request"], signed["request"])
    assert call.record_id == record.pk
    assert "bí mật" not in service.secret


def test_a_post_that_may_have_arrived_is_not_sent_again(world: World, people: dict[str, Person], peer: Peer) -> None:
    """The other side did the work and died before it answered: a person decides."""
    peer.plan = ["dies"]
    call = sent(people, outside(world, people, peer))
    assert call.state == State.UNKNOWN
    assert later(call).state == State.UNKNOWN
    assert list(peer.done.values()) == [1]
    with pytest.raises(PermissionDenied):
        decide_unknown(actor=people["auditor"], call=call, arrived=True)
    decide_unknown(actor=people["department_officer"], call=call, arrived=True)
    assert again(call).state == State.DONE
    with pytest.raises(ValidationError):
        decide_unknown(actor=people["department_officer"], call=call, arrived=False)


def test_a_post_to_a_side_that_knows_keys_is_sent_again_and_done_once(
    world: World, people: dict[str, Person], peer: Peer
) -> None:
    peer.plan, peer.knows_keys = ["dies", "broken", "busy"], True
    call = sent(people, outside(world, people, peer, knows_keys=True))
    assert call.state == State.WAITING
    for _ in range(3):
        call = later(call)
    assert (call.state, call.attempts) == (State.DONE, 4)
    assert {headers["Idempotency-Key"] for _, _, headers, _ in peer.asked} == {str(call.idempotency_key)}
    assert list(peer.done.values()) == [1]


def test_a_busy_side_is_asked_later_and_never_before_it_said(
    world: World, people: dict[str, Person], peer: Peer
) -> None:
    peer.plan = ["busy"]
    call = sent(people, outside(world, people, peer))
    assert call.state == State.WAITING
    assert call.next_at is not None
    assert call.next_at - call.begun_at >= timedelta(seconds=119)
    send_due(timezone.now() + timedelta(seconds=60))
    assert len(peer.asked) == 1
    assert later(call).state == State.DONE


def test_a_worker_comes_back_when_a_call_is_due_and_not_before(
    world: World,
    people: dict[str, Person],
    peer: Peer,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """A worker that came a moment before found nothing due: the call then waited for the hourly round."""
    comes_at: list[datetime] = []
    service = outside(world, people, peer)
    call = ask_outside(actor=people["department_officer"], service=service, method="GET", path="", body="")
    peer.plan = ["broken"]
    monkeypatch.setattr(outgoing, "send_soon", lambda call_id, after_s=0: comes_at.append(moment_in(after_s)))
    with django_capture_on_commit_callbacks(execute=True):
        outgoing.send_call(call.pk, now=timezone.now())
    call = again(call)
    assert call.state == State.WAITING and call.next_at is not None
    assert len(comes_at) == 1 and comes_at[0] >= call.next_at


def moment_in(seconds: int) -> datetime:
    """Give the moment that lies so many seconds ahead."""
    return timezone.now() + timedelta(seconds=seconds)


def test_a_form_without_keys_is_empty_and_is_saved_so(world: World, people: dict[str, Person], client: Client) -> None:
    client.force_login(people["department_head"])
    address = reverse("exchange:outside_new", args=[world.province.code])
    assert "null" not in client.get(address).content.decode().partition("<main")[2]
    said = {"name": "Dân cư", "organisation": world.department.pk, "address": "https://lgsp.example.vn/v1", "jwks": ""}
    assert client.post(address, said).status_code == 302
    assert OutsideService.objects.get().jwks is None


def test_a_worker_that_dies_while_sending_leaves_what_can_be_decided(
    world: World, people: dict[str, Person], peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the bytes went out and before anything was written down, as a power cut does."""
    service = outside(world, people, peer)

    def cut(*arguments: Any) -> None:
        raise KeyboardInterrupt

    for method, state, times in (("POST", State.UNKNOWN, 1), ("GET", State.DONE, 2)):
        peer.done.clear()
        with monkeypatch.context() as powerless:
            powerless.setattr(outgoing, "settle", cut)
            with pytest.raises(KeyboardInterrupt):
                sent(people, service, method)
        call = OutsideCall.objects.latest("pk")
        assert call.state == State.SENDING
        send_due(timezone.now())
        assert again(call).state == State.SENDING, "it may still be at work"
        assert later(call).state == state
        assert sum(peer.done.values()) == times


def test_two_workers_send_a_call_once(world: World, people: dict[str, Person], peer: Peer) -> None:
    service = outside(world, people, peer)
    call = ask_outside(actor=people["department_officer"], service=service, method="POST", path="", body="{}")
    now = timezone.now()
    assert [outgoing.send_call(call.pk, now=now), outgoing.send_call(call.pk, now=now)] == [True, False]
    assert len(peer.asked) == 1


def test_what_was_never_sent_is_tried_again_until_it_is_given_up(
    world: World, people: dict[str, Person], peer: Peer
) -> None:
    service = outside(world, people, peer)
    service.address = "http://127.0.0.1:9"  # nobody listens at the discard port
    service.save()
    call = sent(people, service)
    seen = [call.state]
    while call.state == State.WAITING:
        OutsideCall.objects.update(next_at=timezone.now())
        send_due(timezone.now())
        call = again(call)
        seen.append(call.state)
    assert seen == [State.WAITING] * len(outgoing.BACK_OFF_S) + [State.FAILED]
    assert call.error.startswith("không nối được")


def test_an_answer_without_the_right_signature_is_no_answer(
    world: World, people: dict[str, Person], peer: Peer
) -> None:
    keys = {"keys": [public_jwk(peer.key.public_key())]}
    service = outside(world, people, peer, jwks=keys)
    peer.plan = ["unsigned"]
    call = sent(people, service, "GET")
    assert (call.state, call.answer) == (State.WAITING, "")
    assert "chữ ký" in call.error
    assert later(call).state == State.DONE


@pytest.mark.parametrize(
    "address",
    [
        "http://lgsp.tinh.vn",
        "https://localhost/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://169.254.169.254/",
        "https://[::ffff:127.0.0.1]/",
        "https://ten:matkhau@lgsp.tinh.vn",
        "ftp://lgsp.tinh.vn",
        "https:///a",
    ],
)
def test_addresses_that_must_not_be_called_are_refused(address: str, settings: Any) -> None:
    settings.PLAIN_HTTP_HOSTS = ()
    with pytest.raises(ValidationError):
        check_address(address)
    check_address("https://lgsp.tinh.vn/dich-vu")


def test_only_the_head_registers_and_only_the_department_calls(
    world: World, people: dict[str, Person], peer: Peer
) -> None:
    with pytest.raises(PermissionDenied):
        save_outside(
            actor=people["department_officer"],
            service=OutsideService(
                province=world.province, organisation=world.department, name="x", address=peer.address
            ),
        )
    service = outside(world, people, peer)
    for who in ("operator", "auditor", "stranger"):
        with pytest.raises(PermissionDenied):
            ask_outside(actor=people[who], service=service, method="GET", path="", body="")
