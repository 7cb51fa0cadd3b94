"""Who may ask, propose, agree, take back, and who sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.exchange.models import Agreement, DataService, PartnerKey
from hatang.exchange.services import act_on, load_services, make_key, set_offer
from hatang.work.models import Notice
from tests.conftest import World, make_person
from tests.exchange.made import agreed, asked, key_of, offered, partner, partner_of

pytestmark = pytest.mark.django_db


def test_two_people_of_the_department_decide(world: World, people: dict[str, Person]) -> None:
    body, person = partner_of(world, "Bệnh viện")
    agreement = asked(offered(world, people), body, person)
    head = people["department_head"]
    with pytest.raises(ValidationError, match="không đồng ý được"):
        act_on(actor=head, agreement=agreement, key="dong-y")
    act_on(actor=head, agreement=agreement, key="de-xuat")
    with pytest.raises(ValidationError, match="khác người đề xuất"):
        act_on(actor=head, agreement=agreement, key="dong-y")
    second = make_person("pho_giam_doc", Role.DEPARTMENT_HEAD, province=world.province)
    act_on(actor=second, agreement=agreement, key="dong-y")
    agreement.refresh_from_db()
    assert (agreement.state, agreement.in_force) == ("agreed", True)
    assert Notice.objects.filter(to=person, subject__startswith="Lãnh đạo Sở đồng ý").exists()


@pytest.mark.parametrize(
    ("who", "act"),
    [
        ("department_officer", "dong-y"),
        ("department_officer", "tu-choi"),
        ("stranger", "de-xuat"),
        ("operator", "rut"),
        ("auditor", "de-xuat"),
        ("administrator", "de-xuat"),
    ],
)
def test_nobody_else_takes_a_step(who: str, act: str, world: World, people: dict[str, Person]) -> None:
    body, person = partner_of(world, "Bệnh viện")
    agreement = asked(offered(world, people), body, person)
    with pytest.raises(PermissionDenied):
        act_on(actor=people[who], agreement=agreement, key=act, reason="vì")


def test_nobody_asks_for_another_organisation(world: World, people: dict[str, Person]) -> None:
    service = offered(world, people)
    body, _ = partner_of(world, "Bệnh viện")
    for who in ("operator", "department_head", "stranger"):
        with pytest.raises(PermissionDenied):
            asked(service, body, people[who])


def test_what_cannot_be_agreed_is_said(world: World, people: dict[str, Person]) -> None:
    service = offered(world, people)
    body, person = partner_of(world, "Bệnh viện")
    with pytest.raises(ValidationError, match="Chọn trong các trường"):
        asked(service, body, person, fields=["ten_chu_ho"])
    with pytest.raises(ValidationError, match="đã qua"):
        asked(service, body, person, ends_on=timezone.localdate() - timedelta(days=1))
    agreement = asked(service, body, person)
    with pytest.raises(ValidationError, match="đã có đề nghị"):
        asked(service, body, person)
    with pytest.raises(ValidationError, match="ghi lý do"):
        act_on(actor=people["department_head"], agreement=agreement, key="tu-choi", reason=" ")
    act_on(actor=people["department_head"], agreement=agreement, key="tu-choi", reason="Chưa rõ mục đích")
    assert asked(service, body, person).state == "sent", "after a refusal one may ask again"


def test_an_agreement_ends_with_its_day(world: World, people: dict[str, Person]) -> None:
    body, person = partner_of(world, "Bệnh viện")
    agreement = agreed(asked(offered(world, people), body, person), people)
    today = timezone.localdate()
    assert Agreement.objects.in_force(agreement.ends_on).exists()
    assert not Agreement.objects.in_force(agreement.ends_on + timedelta(days=1)).exists()
    Agreement.objects.update(ends_on=today - timedelta(days=1))
    agreement.refresh_from_db()
    assert agreement.standing == "đã hết hạn"


def test_services_of_the_plan_are_named_and_not_offered(world: World, people: dict[str, Person]) -> None:
    """Tuyên Quang's plan names 22; none of them runs here."""
    assert load_services([world.province, world.other_province]) == 3 + 3 + 22
    assert load_services([world.province, world.other_province]) == 0
    named = DataService.objects.filter(province=world.other_province, code__startswith="tq-")
    assert named.get(code="tq-01").keeper == "Bộ Công an"
    assert set(named.values_list("state", flat=True)) == {"described"}
    there = make_person("lanh_dao_tq", Role.DEPARTMENT_HEAD, province=world.other_province)
    with pytest.raises(ValidationError, match="mới được mô tả"):
        set_offer(actor=there, service=named[0], offered=True)
    with pytest.raises(PermissionDenied):
        set_offer(actor=people["department_head"], service=named[0], offered=True)


def test_only_the_department_makes_keys(world: World, people: dict[str, Person]) -> None:
    body, person = partner_of(world, "Bệnh viện")
    for who in (person, people["auditor"], people["stranger"]):
        with pytest.raises(PermissionDenied):
            make_key(actor=who, key=PartnerKey(province=world.province, organisation=body, name="máy"))
    key, secret = key_of(world, people, body)
    assert secret not in str(vars(key.client)), "the secret itself is kept nowhere"
    assert key.client.check_secret(secret)


def sees(person: Person, name: str, *arguments: Any) -> str:
    """Give the page as somebody gets it."""
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=arguments)).content.decode()


def test_a_partner_sees_its_own_and_nobody_elses(world: World, people: dict[str, Person]) -> None:
    one, two = partner(world, people, name="Bệnh viện Một"), partner(world, people, name="Ngân hàng Hai")
    client = Client()
    client.get("/dich-vu/v1/thon-phu-song", headers={"Authorization": f"Bearer {one.token(client)}"})
    code = world.province.code
    for page in ("agreements", "partner_keys", "console", "calls"):
        seen = {who.organisation.name: sees(who.person, f"exchange:{page}", code) for who in (one, two)}
        assert "Ngân hàng Hai" not in seen["Bệnh viện Một"], page
        assert "Bệnh viện Một" not in seen["Ngân hàng Hai"], page
        assert "Bệnh viện Một" in sees(people["department_officer"], f"exchange:{page}", code), page
        assert "Bệnh viện Một" in seen["Bệnh viện Một"], page
    hidden = reverse("exchange:agreement", args=[one.agreement.pk])
    asking = Client()
    asking.force_login(two.person)
    assert asking.get(hidden).status_code == 404
    assert asking.get(reverse("exchange:outsides", args=[code])).status_code == 404


def test_the_whole_way_through_the_pages(world: World, people: dict[str, Person]) -> None:
    """A partner asks, an officer proposes less, the head agrees, a key is made, its secret stands on one page only."""
    service = offered(world, people)
    body, person = partner_of(world, "Bệnh viện")
    asking, officer, head = (Client() for _ in range(3))
    for client, who in ((asking, person), (officer, people["department_officer"]), (head, people["department_head"])):
        client.force_login(who)
    form = reverse("exchange:request_new", args=[world.province.code, service.code])
    said = {"organisation": body.pk, "purpose": "Khám lưu động", "legal_number": "1/QĐ", "legal_issuer": "UBND"}
    assert asking.post(form, said).status_code == 422
    said |= {"legal_date": "2025-01-02", "ends_on": "2030-12-31", "fields_asked": ["ma_thon", "dan_so"]}
    assert asking.post(form, said).status_code == 302
    agreement = Agreement.objects.get()
    act = {key: reverse("exchange:agreement_act", args=[agreement.pk, key]) for key in ("de-xuat", "dong-y", "tu-choi")}
    narrower = {"communes": [world.commune.code], "fields_asked": ["ma_thon"], "ends_on": "2029-12-31"}
    assert officer.post(act["de-xuat"], narrower).status_code == 422
    rates = {"rate_per_minute": 10, "quota_per_day": 100}
    assert officer.post(act["de-xuat"], narrower | rates).status_code == 302
    assert head.post(act["tu-choi"], {}).status_code == 422
    assert asking.post(act["dong-y"]).status_code == 404
    assert head.post(act["dong-y"]).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.communes, agreement.fields, agreement.quota_per_day) == (["06181"], ["ma_thon"], 100)
    made = officer.post(
        reverse("exchange:key_new", args=[world.province.code]), {"organisation": body.pk, "name": "máy"}
    )
    again = officer.post(made.request["PATH_INFO"], {"organisation": body.pk, "name": "máy"})
    assert (again.status_code, "đã có khóa mang tên này" in again.content.decode()) == (422, True)
    key = PartnerKey.objects.get()
    assert key.client_id in made.content.decode()
    assert made.headers["Cache-Control"].find("no-store") >= 0
    assert key.client.get_scopes() == [service.code]
