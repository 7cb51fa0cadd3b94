"""Documents: proposed by one, signed by another, replaced, revoked; certificates registered and reminded of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.signatures.checking import Verdict
from hatang.core.signatures.trial_keys import make_signer
from hatang.places.models import Place
from hatang.utilities.models import BodyCertificate, SignedDocument
from hatang.utilities.services import (
    Answer,
    retire_certificate,
    revoke_document,
    sign_document,
    signing_for,
    verify_file,
    withdraw_document,
)
from hatang.utilities.views import verifying
from hatang.work.models import Notice
from hatang.work.services.reminders import send_reminders
from tests.conftest import World
from tests.core.signing_authority import authority
from tests.core.signing_keys import NOW, keys, plain_pdf, updated
from tests.core.soft_token import PIN, TOKEN, begin_token, put_on_token
from tests.core.test_signatures import add_script, paint_over
from tests.utilities.signing_needs import bare_signed, kept, proposed, registered, signed, trial_key

State = SignedDocument.State
VERIFY = "/xac-minh/"


def logged_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(content: bytes, name: str = "van-ban.pdf") -> tuple[int, str]:
    response = Client().post(VERIFY, {"file": SimpleUploadedFile(name, content)})
    return response.status_code, response.content.decode()


def test_one_proposes_another_signs_and_anybody_verifies(world: World, people: dict[str, Person]) -> None:
    trial_key(world)
    row = proposed(world, people)
    assert Notice.objects.filter(to=people["department_head"], subject__startswith="Chờ ký").exists()
    with pytest.raises(PermissionDenied):
        sign_document(actor=people["department_officer"], document=row)
    row = sign_document(actor=people["department_head"], document=row)
    assert (row.state, row.trial, row.signed_by) == (State.IN_FORCE, True, people["department_head"])
    assert row.certificate is not None
    assert [h.state for h in row.history.order_by("history_id")] == ["proposed", "in_force"]
    content = kept(row)
    status, page = asked(content)
    assert status == 200
    for words in ("khóa thử nghiệm", row.title, row.code, "còn hiệu lực", "THỬ NGHIỆM: Sở Thử", "nguyên vẹn"):
        assert words in page
    by_code = Client().get(row.public_url).content.decode()
    assert row.file is not None
    assert row.file.sha256 in by_code
    assert Client().get(f"{VERIFY}?ma={row.code.lower().replace('-', ' ')}")["Location"] == row.public_url
    assert Client().get(reverse("verifying:file", args=[row.code])).status_code == 404
    with pytest.raises(ValidationError, match="đã xong"):
        sign_document(actor=people["department_head"], document=row)


def test_a_head_does_not_sign_what_they_proposed(world: World, people: dict[str, Person]) -> None:
    trial_key(world)
    row = proposed(world, people, actor=people["department_head"])
    with pytest.raises(ValidationError, match="khác người đề nghị"):
        sign_document(actor=people["department_head"], document=row)
    withdraw_document(actor=people["department_officer"], document=row)
    with pytest.raises(ValidationError, match="đã xong"):
        withdraw_document(actor=people["department_officer"], document=row)


def test_a_changed_copy_is_told_with_what_was_changed(world: World, people: dict[str, Person]) -> None:
    row = signed(world, people)
    page = asked(updated(kept(row), paint_over))[1]
    assert "Không nguyên vẹn" in page
    assert "Trang 1: nội dung khác bản đã ký" in page
    assert row.code in page


def test_a_replaced_and_a_revoked_document_say_so(world: World, people: dict[str, Person]) -> None:
    first = signed(world, people)
    second = signed(world, people, replaces=first, title="Thỏa thuận sửa đổi")
    first.refresh_from_db()
    assert (first.state, first.successor) == (State.REPLACED, second)
    assert verify_file(kept(first)).answer == Answer.REPLACED
    assert "Thỏa thuận sửa đổi" in Client().get(first.public_url).content.decode()
    with pytest.raises(ValidationError, match="còn hiệu lực"):
        proposed(world, people, replaces=first)
    with pytest.raises(ValidationError, match="lý do"):
        revoke_document(actor=people["department_head"], document=second, reason=" ")
    revoke_document(actor=people["department_head"], document=second, reason="Ghi nhầm giá thuê")
    assert verify_file(kept(second)).answer == Answer.REVOKED
    assert "Ghi nhầm giá thuê" in Client().get(second.public_url).content.decode()


def test_a_signed_xml_goes_the_same_way(world: World, people: dict[str, Person]) -> None:
    row = signed(world, people, content="<a><b>Xã Đồng Đăng</b></a>".encode(), name="bang.xml", public=True)
    found = verify_file(kept(row))
    assert found.rows[0][1] == row
    assert found.rows[0][0].verdict == Verdict.INTACT
    assert found.rows[0][0].stamp_trusted
    assert b"".join(Client().get(reverse("verifying:file", args=[row.code]))) == kept(row)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (lambda: updated(plain_pdf(), add_script), "a.pdf", "mã lệnh JavaScript"),
        (lambda: updated(keys().signed(plain_pdf()), paint_over), "a.pdf", "chữ ký không còn đúng"),
        (lambda: b'<!DOCTYPE a SYSTEM "x"><a/>', "a.xml", "DOCTYPE"),
        (lambda: plain_pdf()[:900], "a.pdf", "cắt ngắn"),
        (lambda: plain_pdf(), "a.xml", "nội dung là PDF"),
        (lambda: b"abc", "a.docx", "Chỉ ký tệp PDF"),
    ],
    ids=["script", "broken signature", "document type", "cut", "other name", "other kind"],
)
def test_what_cannot_be_signed_is_refused_and_nothing_is_kept(
    world: World, people: dict[str, Person], content: Any, name: str, words: str
) -> None:
    client = logged_in(people["department_officer"])
    said = {"kind": "other", "title": "Văn bản", "issuer": world.department.pk}
    file = SimpleUploadedFile(name, content())
    answer = client.post(reverse("documents:propose", args=[world.province.code]), said | {"file": file})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SignedDocument.objects.exists()


def test_pages_propose_sign_and_revoke(world: World, people: dict[str, Person]) -> None:
    trial_key(world)
    officer, head = logged_in(people["department_officer"]), logged_in(people["department_head"])
    said = {"kind": "agreement", "title": "Hợp đồng", "issuer": world.department.pk, "last_page": "on"}
    file = SimpleUploadedFile("hop-dong.pdf", plain_pdf())
    form = officer.get(reverse("documents:propose", args=[world.province.code])).content.decode()
    assert f'value="{world.department.pk}" selected' in form
    assert world.operator.name not in form  # the province's key never signs in an enterprise's name
    address = officer.post(reverse("documents:propose", args=[world.province.code]), said | {"file": file})["Location"]
    assert "Ký số</button>" not in officer.get(address).content.decode()
    assert "Ký số</button>" in head.get(address).content.decode()
    assert "Đã ký, mã" in head.post(f"{address}ky", follow=True).content.decode()
    assert head.post(f"{address}thu-hoi", {"reason": ""}).status_code == 422
    assert "Đã thu hồi" in head.post(f"{address}thu-hoi", {"reason": "Sai tên"}, follow=True).content.decode()
    listed = head.get(reverse("documents:documents", args=[world.province.code]) + "?q=hop+dong&xuat=csv")
    assert "đã thu hồi" in listed.content.decode()


def test_the_public_page_refuses_in_words(db: None) -> None:
    assert asked(b"")[0] == 422
    status, page = asked(b"%PDF-1.7" + b"0" * 60_000_000)
    assert (status, "Tệp nặng 60 MB; tối đa 20 MB" in page) == (422, True)
    assert "không phải PDF" in asked(b"a,b,c", "so-lieu.csv")[1]
    assert "không có chữ ký số nào" in asked(plain_pdf())[1]
    unknown = Client().get(f"{VERIFY}?ma=AAAA-BBBB-CCCC")
    assert (unknown.status_code, "có thể giả" in unknown.content.decode()) == (404, True)
    for code in ("AAAA-BBBB-CCCC", "x", "1111-1111-1111"):
        answer = Client().get(f"{VERIFY}{code}")
        assert (answer.status_code, "có thể giả" in answer.content.decode()) == (404, True)


def test_who_tries_many_codes_is_told_nothing_any_more(
    world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_CODES", 5)
    row = bare_signed(world, people)
    assert Client().get(row.public_url).status_code == 200
    for _ in range(5):
        Client().get(f"{VERIFY}AAAA-BBBB-CCCC")
    for address in (row.public_url, f"{VERIFY}?ma={row.code}"):
        refused = Client().get(address)
        assert (refused.status_code, "có thể giả" in refused.content.decode()) == (429, False)
    assert Client(REMOTE_ADDR="203.0.113.9").get(row.public_url).status_code == 200


def test_without_a_key_or_a_clock_nothing_is_signed(world: World, settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    with pytest.raises(ValidationError, match="Chưa có khóa ký"):
        signing_for(world.province)
    path = tmp_path / "20.p12"
    path.write_bytes(keys().signer.as_pkcs12(b"a"))
    settings.SIGN_KEY, settings.SIGN_PASSPHRASE = str(tmp_path / "{tinh}.p12"), "a"
    with pytest.raises(ValidationError, match="dấu thời gian"):
        signing_for(world.province)
    settings.TSA_URL = "http://127.0.0.1:9/"
    assert signing_for(world.province).key.certificate.name == "THỬ NGHIỆM: Sở Thử"
    with pytest.raises(ValidationError, match="Không đọc được"):
        signing_for(Place(code="99"))
    settings.SIGN_PKCS11 = "/khong/co.so"
    with pytest.raises(ValidationError, match="Không nạp được thư viện PKCS#11 /khong/co"):
        signing_for(world.province)


def test_a_key_in_a_token_signs_by_the_settings_alone(
    world: World, people: dict[str, Person], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in production: clock and revocation list are asked over HTTP, the key stays where it is."""
    library = begin_token(tmp_path, monkeypatch)
    with authority() as issuer:
        put_on_token(library, tmp_path, issuer.issue("Sở Khoa học và Công nghệ"), "ky-20")
        settings.SIGN_PKCS11, settings.SIGN_TOKEN, settings.SIGN_LABEL = library, TOKEN, "ky-{tinh}"
        settings.TSA_URL, settings.TRUST = issuer.stamps_at, str(issuer.trust(tmp_path / "tin-cay"))
        settings.SIGN_PIN = "11111111"
        row = proposed(world, people)
        page = logged_in(people["department_head"]).post(f"{row.get_absolute_url()}ky", follow=True).content.decode()
        assert "không nhận mã PIN" in page
        row.refresh_from_db()
        assert row.state == State.PROPOSED
        settings.SIGN_PIN = PIN
        row = sign_document(actor=people["department_head"], document=row)
        assert {"/dau-thoi-gian", "/thu-hoi.crl"} <= set(issuer.asked)
        issuer.asked.clear()
        sheet = signed(world, people, content=b"<a><b>1</b></a>", name="bang.xml")
        assert {"/dau-thoi-gian", "/thu-hoi.crl"} <= set(issuer.asked)
        assert verify_file(kept(sheet)).rows[0][0].stamp_trusted
    assert row.certificate is not None
    assert row.certificate.name == "Sở Khoa học và Công nghệ"
    [(signature, found)] = verify_file(kept(row)).rows
    assert (signature.verdict, signature.trusted, signature.stamp_trusted) == (Verdict.INTACT, True, True)
    assert (signature.long_term, found) == (True, row)


def test_a_certificate_is_registered_from_its_file(world: World, people: dict[str, Person]) -> None:
    client = logged_in(people["department_officer"])
    address = reverse("documents:register_certificate", args=[world.province.code])
    said = {"owner": world.department.pk, "use": "body"}
    for _ in range(2):
        file = SimpleUploadedFile("a.cer", keys().signer.as_pem())
        answer = client.post(address, said | {"file": file})
    assert answer.status_code == 422
    assert "đã có trong sổ" in answer.content.decode()
    row = BodyCertificate.objects.get()
    assert (row.name, row.trial, row.key) == ("THỬ NGHIỆM: Sở Thử", True, "RSA 3072 bit")
    listed = client.get(reverse("documents:certificates", args=[world.province.code])).content.decode()
    assert "1 trên 1 cơ quan" in listed
    key = SimpleUploadedFile("a.pem", b"-----BEGIN RSA PRIVATE KEY-----")
    assert "khóa bí mật" in client.post(address, said | {"file": key}).content.decode()


def test_people_are_reminded_before_a_certificate_ends(world: World, people: dict[str, Person]) -> None:
    row = registered(world, people)
    assert row.clock is not None
    assert abs(row.clock.due_at - row.ends_at) <= timedelta(days=1)

    def told(days_before: int) -> int:
        Notice.objects.all().delete()
        on = timezone.localtime(row.ends_at) - timedelta(days=days_before)
        while on.weekday() > 4:
            on -= timedelta(days=1)
        send_reminders(now=on.replace(hour=9))
        return Notice.objects.filter(to=people["department_head"], subject__contains="chứng thư của").count()

    assert told(100) == 0
    assert told(50) == 1
    retire_certificate(actor=people["department_officer"], certificate=row, reason="Đã thay")
    assert told(10) == 0
    row.refresh_from_db()
    assert row.standing(timezone.now()) == "đã ngừng dùng"


def test_how_a_certificate_stands_follows_its_dates(world: World, people: dict[str, Person]) -> None:
    row = registered(world, people)
    standings = {-2: "chưa có hiệu lực", 1: "đang có hiệu lực", 250: "sắp hết hiệu lực", 301: "đã hết hiệu lực"}
    assert {days: row.standing(NOW + timedelta(days=days)) for days in standings} == standings
    assert make_signer(keys().authority, "x" * 100, NOW, days=1).certificate.subject
