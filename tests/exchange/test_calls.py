"""A partner's machine calls a service: token, answer, signature, log, limits; with authlib, a client not of ours."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.db import transaction
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.core.__main__ import main
from hatang.coverage.models import CountedService
from hatang.exchange.models import CallCount, CallRecord
from hatang.exchange.services import act_on, set_offer
from tests.conftest import World
from tests.exchange.made import CALL, FIELDS, VILLAGES, Partner, bearer, offered, partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(served: str) -> Iterator[Callable[..., OAuth2Session]]:
    """Make partners' clients, closed before the server is asked to let go of the database."""
    with ExitStack() as opened:
        yield lambda *arguments, **named: opened.enter_context(OAuth2Session(*arguments, **named))


def number_in(text: str) -> int:
    """Read a number in base64url."""
    return int.from_bytes(unpadded(text), "big")


def unpadded(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed_by(signature: str, body: bytes, jwks: dict[str, Any]) -> dict[str, Any]:
    """Check a detached signature by RFC 7797 section 3 alone, without a library for JWS, and give its header."""
    protected, nothing, given = signature.split(".")
    assert nothing == ""
    header: dict[str, Any] = json.loads(unpadded(protected))
    assert (header["alg"], header["b64"], header["crit"]) == ("ES256", False, ["b64"])
    jwk = next(jwk for jwk in jwks["keys"] if jwk["kid"] == header["kid"])
    key = ec.EllipticCurvePublicNumbers(number_in(jwk["x"]), number_in(jwk["y"]), ec.SECP256R1()).public_key()
    raw = unpadded(given)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    key.verify(encode_dss_signature(r, s), protected.encode() + b"." + body, ec.ECDSA(hashes.SHA256()))
    return header


def test_a_real_client_gets_a_token_by_discovery_calls_and_checks_all_offline(
    served: str,
    session: Callable[..., OAuth2Session],
    world: World,
    people: dict[str, Person],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The whole way of a partner's machine, and what it keeps is enough without the network."""
    who = partner(world, people)
    known = requests.get(f"{served}/.well-known/openid-configuration", timeout=30).json()
    assert known["issuer"] == served
    machine = session(who.key.client_id, who.secret, scope=VILLAGES)
    machine.fetch_token(known["token_endpoint"], grant_type="client_credentials")
    answer = machine.get(f"{served}{CALL}?so_dong=1", timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.json()["so_dong"] == 2
    jwks = requests.get(f"{served}/dich-vu/khoa-ky.json", timeout=30).json()
    header = signed_by(answer.headers["X-JWS-Signature"], answer.content, jwks)
    assert header["request"] == sha256(f"GET {CALL}?so_dong=1\n".encode()).hexdigest()
    proof = machine.get(f"{served}/dich-vu/so/{answer.headers['X-Call-Id']}/bang-chung.json", timeout=30)
    files = {"answer": answer.content, "signature": answer.headers["X-JWS-Signature"].encode()}
    files |= {"keys": json.dumps(jwks).encode(), "proof": proof.content}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    line = ["verify-answer", str(tmp_path / "answer")]
    line += [word for name in ("signature", "keys", "proof") for word in (f"--{name}", str(tmp_path / name))]
    assert main([*line, "--request-sha256", header["request"]]) == 0
    assert "Có mặt trong sổ cỡ 1" in capsys.readouterr().out
    (tmp_path / "answer").write_bytes(answer.content.replace(b"T1", b"T9"))
    assert main(line) == 3


def call(who: Partner, token: str = "", *, client: Client | None = None, **asked: Any) -> Any:
    """Call the villages' service."""
    return (client or Client()).get(CALL, asked, headers=bearer(token or who.token()))


def test_only_the_agreed_fields_and_communes_are_given(world: World, people: dict[str, Person]) -> None:
    who = partner(world, people, communes=[world.neighbour.code], fields=["ma_thon"])
    assert call(who).json()["dong"] == []
    outside = call(who, xa=world.commune.code)
    assert (outside.status_code, outside.json()["error"]) == (403, "outside_scope")
    who.agreement.communes = [world.commune.code]
    who.agreement.save()
    assert call(who).json()["dong"] == [{"ma_thon": "T1", "mo_phong": False}, {"ma_thon": "T2", "mo_phong": False}]


def test_villages_tell_technologies_and_the_mark_of_simulation(world: World, people: dict[str, Person]) -> None:
    said = {"level": "declared", "declared": True, "since_on": timezone.localdate(), "simulated": True}
    for operator in (world.operator, world.rival):
        CountedService.objects.create(place=world.village, operator=operator, technology="4G", served=True, **said)
    CountedService.objects.create(place=world.dark_village, operator=world.rival, technology="4G", served=False, **said)
    answer = call(partner(world, people), cong_nghe="4G").json()
    row = {"ma_thon": "T1", "ten_thon": "Thôn Nà Lầm", "ma_xa": "06181", "cong_nghe": ["4G"], "mo_phong": True}
    assert answer["dong"] == [row]
    assert answer["ghi_chu"] == "DỮ LIỆU MÔ PHỎNG"
    assert set(FIELDS) | {"mo_phong"} == set(row)


def test_an_operator_sees_rivals_masts_only_when_offered_and_never_their_codes(
    world: World, people: dict[str, Person]
) -> None:
    from hatang.exchange.services.answering import page_of
    from hatang.exchange.services_offered import Asked, Reach
    from hatang.network.models import Mast

    said = {"province": world.province, "commune": world.commune, "lon": 106.69123, "lat": 21.94567}
    said |= {"built_on": timezone.localdate()}
    Mast.objects.create(code="A-1", owner=world.operator, **said)
    Mast.objects.create(code="B-1", owner=world.rival, **said)
    Mast.objects.create(code="B-2", owner=world.rival, offered=True, **said)

    def seen_by(organisation: Organisation) -> list[tuple[str, float]]:
        reach = Reach(world.province.pk, (), organisation.pk, organisation.kind, timezone.localdate())
        return [(row["ma_cot"], row["kinh_do"]) for row in page_of("cot-ang-ten", reach, Asked())[1]]

    assert seen_by(world.operator) == [("A-1", 106.69), ("", 106.69)]
    assert seen_by(world.department) == [("A-1", 106.69), ("B-1", 106.69), ("B-2", 106.69)]


def test_only_published_figures_that_the_public_sees_are_given(world: World, people: dict[str, Person]) -> None:
    """A draft is not given, nor a commune's figure that would reveal an operator's business."""
    from hatang.exchange.services.answering import page_of
    from hatang.exchange.services_offered import Reach, ValuesAsked
    from hatang.indicators.models import Value
    from tests.access_needs import draft_value

    pk = draft_value(world, people)["pk"]
    reach = Reach(world.province.pk, (), world.department.pk, world.department.kind, timezone.localdate())

    def given() -> list[dict[str, Any]]:
        return page_of("chi-tieu", reach, ValuesAsked())[1]

    assert given() == []
    Value.objects.filter(pk=pk).update(state="published")
    assert given() == [], "commercial at a commune"
    Value.objects.get(pk=pk).indicator.__class__.objects.update(commercial=False)
    (row,) = given()
    assert (row["chi_tieu"], row["ma_noi"]) == ("subscriptions", world.commune.code)


def test_rate_and_quota_are_exact(world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    from hatang.exchange.services import terms

    clock = [1_000_000]
    monkeypatch.setattr(terms, "present_minute", lambda: clock[0])
    who = partner(world, people, rate_per_minute=2, quota_per_day=3)
    token, client = who.token(), Client()
    assert [call(who, token, client=client).status_code for _ in range(3)] == [200, 200, 429]
    refused = call(who, token, client=client)
    assert refused.json()["error"] == "rate_exceeded"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    clock[0] += 1
    assert [call(who, token, client=client).status_code for _ in range(2)] == [200, 429]
    assert call(who, token, client=client).json()["error"] == "quota_exceeded"
    count = CallCount.objects.get()
    assert (count.used, count.refused) == (3, 4)
    assert CallRecord.objects.count() == 3, "what is refused for too many calls does not fill the log"


def test_the_last_call_of_a_quota_is_taken_once(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process took it while this one worked: what was signed meanwhile is neither sent nor recorded."""
    from hatang.exchange.services import answering

    who = partner(world, people, quota_per_day=1)
    token, real = who.token(), answering.found_for

    def slow(*arguments: Any) -> dict[str, Any]:
        monkeypatch.setattr(answering, "found_for", real)
        assert call(who, token).status_code == 200
        return real(*arguments)

    monkeypatch.setattr(answering, "found_for", slow)
    answer = call(who, token)
    assert (answer.status_code, answer.json()["error"]) == (429, "quota_exceeded")
    assert "X-JWS-Signature" not in answer.headers
    count = CallCount.objects.get()
    assert (count.used, count.refused, CallRecord.objects.count()) == (1, 1, 1)


def test_of_two_calls_at_once_with_a_key_one_is_counted(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both began before either was kept; the second gets the first one's answer and leaves nothing behind."""
    from hatang.exchange.services import answering

    who, client, real = partner(world, people), Client(), answering.found_for
    headers = bearer(who.token(), **{"Idempotency-Key": "k1"})
    answers: list[Any] = []

    def ask() -> None:
        answers.append(client.post(CALL, {"so_dong": 1}, content_type="application/json", headers=headers))

    def slow(*arguments: Any) -> dict[str, Any]:
        monkeypatch.setattr(answering, "found_for", real)
        ask()
        return real(*arguments)

    monkeypatch.setattr(answering, "found_for", slow)
    ask()
    first, second = answers
    assert (first.headers["X-JWS-Signature"], first.content) == (second.headers["X-JWS-Signature"], second.content)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (CallCount.objects.get().used, CallRecord.objects.count()) == (1, 1)


def test_what_cannot_be_recorded_is_neither_answered_nor_counted(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import IntegrityError

    from hatang.exchange.services import answering

    def full(*arguments: Any) -> None:
        raise IntegrityError

    who = partner(world, people)
    token = who.token()
    monkeypatch.setattr(answering, "adding", full)
    with pytest.raises(IntegrityError):
        call(who, token)
    assert not CallCount.objects.exists()


def test_withdrawing_and_closing_act_at_once(world: World, people: dict[str, Person]) -> None:
    who = partner(world, people)
    token, service = who.token(), who.agreement.service
    set_offer(actor=people["department_head"], service=service, offered=False)
    assert call(who, token).json()["error"] == "no_agreement"
    set_offer(actor=people["department_head"], service=service, offered=True)
    assert call(who, token).status_code == 200
    act_on(actor=who.person, agreement=who.agreement, key="rut")
    assert call(who, token).json()["error"] == "no_agreement"
    assert who.asked_token(scope=VILLAGES).status_code == 400, "the scope itself is gone"


def test_what_another_process_changed_holds_for_the_next_call(world: World, people: dict[str, Person]) -> None:
    """Each row is changed behind the back of this process, as another would: no word of it comes here."""
    from datetime import timedelta

    from allauth.idp.oidc.models import Token

    from hatang.exchange.models import Agreement, DataService, PartnerKey

    who, now = partner(world, people), timezone.now()
    token, ended = who.token(), timezone.localdate() - timedelta(days=1)
    changes: list[tuple[Any, dict[str, Any], tuple[int, str]]] = [
        (PartnerKey, {"revoked_at": now}, (401, "invalid_token")),
        (Token, {"expires_at": now - timedelta(seconds=1)}, (401, "invalid_token")),
        (Token, {"scopes": ""}, (403, "insufficient_scope")),
        (Agreement, {"state": "withdrawn"}, (403, "no_agreement")),
        (Agreement, {"ends_on": ended}, (403, "no_agreement")),
        (Agreement, {"quota_per_day": 1}, (429, "quota_exceeded")),
        (DataService, {"state": "withdrawn"}, (403, "no_agreement")),
    ]
    for model, change, refused in changes:
        assert call(who, token).status_code == 200
        before = list(model.objects.values("pk", *change))
        model.objects.update(**change)
        answer = call(who, token)
        assert (answer.status_code, answer.json()["error"]) == refused, change
        for row in before:
            model.objects.filter(pk=row.pop("pk")).update(**row)
    Agreement.objects.update(communes=[world.neighbour.code])
    assert call(who, token).json()["dong"] == []
    Token.objects.all().delete()
    assert call(who, token).status_code == 401


def test_statements_are_kept_for_what_does_not_pass(
    world: World, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """A question looks at its arguments alone: not at the database while it is written, nor at the clock."""
    from datetime import timedelta

    from hatang.exchange.services.answering import statements_of
    from hatang.exchange.services.callers import of_live_token
    from hatang.exchange.services.terms import of_agreement
    from hatang.exchange.services_offered import SERVICES, Reach

    now, today = timezone.now(), timezone.localdate()
    reaches = [Reach(1, communes, 2, kind, today) for communes in ((), ("06181",)) for kind in ("operator", "other")]

    def questions() -> list[Any]:
        of_services = [
            statements_of.__wrapped__(code, reach, offered.asked(xa=xa))
            for code, offered in SERVICES.items()
            for reach in reaches
            for xa in ("", "06181")
        ]
        return [of_live_token.__wrapped__("a"), of_agreement.__wrapped__(1, 2, VILLAGES, today), *of_services]

    with django_assert_num_queries(0):
        first = questions()
        monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=400))
        assert questions() == first


def test_wrong_parameters_say_which_and_what_is_right(world: World, people: dict[str, Person]) -> None:
    who = partner(world, people)
    answer = call(who, trang="0", la="1")
    assert answer.status_code == 422
    assert "trang: giá trị không hợp lệ. Trang thứ mấy, từ 1." in answer.json()["detail"]
    assert "la: không có tham số này" in answer.json()["detail"]
    assert CallRecord.objects.get().status == 422


def test_the_same_call_with_its_key_is_counted_once(world: World, people: dict[str, Person]) -> None:
    who = partner(world, people)
    headers, client = bearer(who.token(), **{"Idempotency-Key": "k1"}), Client()
    asked: dict[str, Any] = {"content_type": "application/json", "headers": headers}
    one = client.post(CALL, {"so_dong": 1}, **asked)
    two = client.post(CALL, {"so_dong": 1}, **asked)
    other = client.post(CALL, {"so_dong": 2}, **asked)
    assert (one.status_code, two.status_code, other.status_code) == (200, 200, 422)
    assert (one.content, one.headers["X-JWS-Signature"]) == (two.content, two.headers["X-JWS-Signature"])
    assert two.headers["Idempotency-Replayed"] == "true"
    assert other.json()["error"] == "key_reused"
    assert (CallCount.objects.get().used, CallRecord.objects.count()) == (1, 1)
    act_on(actor=who.person, agreement=who.agreement, key="rut")
    assert client.post(CALL, {"so_dong": 1}, **asked).status_code == 403, "what was kept is no way around"


def test_the_catalogue_describes_what_is_asked_and_given(world: World, people: dict[str, Person]) -> None:
    service = offered(world, people)
    known = Client().get(f"{service.get_absolute_url()}openapi.json").json()
    operation = known["paths"]["/thon-phu-song"]["get"]
    assert {p["name"] for p in operation["parameters"]} == {"xa", "trang", "so_dong", "cong_nghe"}
    assert known["security"] == [{"oauth": [VILLAGES]}]
    row = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["dong"]["items"]
    assert set(FIELDS) <= set(row["properties"])
    with transaction.atomic():
        assert Client().get(service.get_absolute_url()).status_code == 200


def test_a_partners_program_signs_people_in_with_their_consent(
    served: str, session: Callable[..., OAuth2Session], world: World, people: dict[str, Person]
) -> None:
    """OpenID Connect with a code and PKCE; the token that a person gave opens no data service."""
    from hatang.exchange.models import PartnerKey
    from hatang.exchange.services import make_key
    from tests.exchange.made import partner_of

    body, _ = partner_of(world, "Bệnh viện")
    key = PartnerKey(province=world.province, organisation=body, name="Phần mềm khám bệnh")
    back = "https://his.benhvien.vn/ve"
    secret = make_key(actor=people["department_officer"], key=key, signs_in_at=back)
    program = session(key.client_id, secret, scope="openid profile", redirect_uri=back, code_challenge_method="S256")
    verifier = "v" * 64
    address, state = program.create_authorization_url(f"{served}/identity/o/authorize", code_verifier=verifier)
    person = Client()
    person.force_login(people["department_head"])
    asked = person.get(address.removeprefix(served))
    page = asked.content.decode()
    assert "Cho Phần mềm khám bệnh dùng tài khoản của bạn?" in page
    signed_request = asked.context["form"].initial["request"]
    said = {"request": signed_request, "scopes": ["openid", "profile"], "action": "grant"}
    given = person.post("/identity/o/authorize", said)
    assert given.status_code == 302, given.content.decode()[:2000]
    assert given.headers["Location"].startswith(back)
    token = program.fetch_token(
        f"{served}/identity/o/api/token",
        authorization_response=given.headers["Location"],
        state=state,
        code_verifier=verifier,
    )
    known = program.get(f"{served}/identity/o/api/userinfo", timeout=30).json()
    assert known["preferred_username"] == people["department_head"].username
    assert requests.get(f"{served}{CALL}", headers=bearer(token["access_token"]), timeout=30).status_code == 401
