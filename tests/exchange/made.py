"""A partner with an agreement and a key, made as people would make them, and a way to call."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.roles import Role
from hatang.exchange.models import Agreement, DataService, PartnerKey
from hatang.exchange.services import act_on, load_services, make_key, request_service, set_offer
from hatang.places.models import Place
from tests.conftest import World, make_person

VILLAGES = "thon-phu-song"
LEGAL = ("47/2024/NĐ-CP", "Chính phủ", timezone.localdate() - timedelta(days=300))
FIELDS = ["ma_thon", "ten_thon", "ma_xa", "cong_nghe"]
TOKEN = "/identity/o/api/token"
CALL = f"/dich-vu/v1/{VILLAGES}"


@dataclass
class Partner:
    """A partner: its people, its agreement, its key and the key's secret."""

    organisation: Organisation
    person: Person
    agreement: Agreement
    key: PartnerKey
    secret: str

    def token(self, client: Client | None = None, scope: str = "") -> str:
        """Get a token as a machine would."""
        return str(self.asked_token(client, scope).json()["access_token"])

    def asked_token(self, client: Client | None = None, scope: str = "") -> Any:
        """Ask for a token and give the whole answer."""
        said = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        basic = b64encode(f"{self.key.client_id}:{self.secret}".encode()).decode()
        return (client or Client()).post(TOKEN, said, headers={"Authorization": f"Basic {basic}"})


def offered(world: World, people: dict[str, Person], code: str = VILLAGES) -> DataService:
    """Have a service of the province offered."""
    load_services([world.province])
    service = DataService.objects.select_related("province").get(province=world.province, code=code)
    set_offer(actor=people["department_head"], service=service, offered=True)
    return service


def partner_of(world: World, name: str) -> tuple[Organisation, Person]:
    """Make an organisation that uses data, and somebody of it."""
    body = Organisation.objects.create(kind=Organisation.Kind.ENTERPRISE, name=name, province=world.province)
    person = make_person(f"doi_tac_{body.pk}", Role.PARTNER, province=world.province, organisation=body)
    return body, person


def asked(service: DataService, organisation: Organisation, person: Person, **more: Any) -> Agreement:
    """Ask for a service."""
    said = {"purpose": "Lập kế hoạch tuyến khám lưu động", "legal": LEGAL, "fields": FIELDS, "communes": []}
    said |= {"ends_on": timezone.localdate() + timedelta(days=365)}
    return request_service(actor=person, service=service, organisation=organisation, **said | more)


def agreed(agreement: Agreement, people: dict[str, Person], **changed: Any) -> Agreement:
    """Have an agreement proposed by an officer and agreed by the head."""
    act_on(actor=people["department_officer"], agreement=agreement, key="de-xuat", changed=changed)
    act_on(actor=people["department_head"], agreement=agreement, key="dong-y")
    agreement.refresh_from_db()
    return agreement


def key_of(world: World, people: dict[str, Person], organisation: Organisation, **more: Any) -> tuple[PartnerKey, str]:
    """Have a key made for an organisation."""
    key = PartnerKey(province=world.province, organisation=organisation, name="máy chủ", **more)
    return key, make_key(actor=people["department_officer"], key=key)


def partner(
    world: World,
    people: dict[str, Person],
    *,
    name: str = "Bệnh viện",
    xroad: str = "",
    ask: Any = None,
    **changed: Any,
) -> Partner:
    """Make a partner who may call the villages' service."""
    service = offered(world, people)
    organisation, person = partner_of(world, name)
    agreement = agreed(asked(service, organisation, person, **ask or {}), people, **changed)
    key, secret = key_of(world, people, organisation, xroad_client=xroad)
    return Partner(organisation, person, agreement, key, secret)


def bearer(token: str, **more: str) -> dict[str, str]:
    """Write the headers of a call."""
    return {"Authorization": f"Bearer {token}"} | more


def villages_in(place: Place) -> set[str]:
    """Give the codes of a commune's villages."""
    return set(Place.objects.villages().filter(parent=place).values_list("code", flat=True))
