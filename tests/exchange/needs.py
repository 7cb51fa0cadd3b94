"""What the addresses of data services need, for the access table."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from allauth.idp.oidc.models import Client
from django.utils import timezone

from hatang.exchange.models import CallRecord, OutsideCall, OutsideService, PartnerKey
from hatang.exchange.services import log
from tests.access_needs import People
from tests.conftest import World
from tests.exchange.made import asked, key_of, offered


def a_service(world: World, people: People) -> dict[str, Any]:
    """Address a service that is offered."""
    return {"code": world.province.code, "service": offered(world, people).code}


def operators_agreement(world: World, people: People) -> dict[str, Any]:
    """Address the operator's request for a service."""
    return {"pk": asked(offered(world, people), world.operator, people["operator"]).pk}


def operators_step(world: World, people: People) -> dict[str, Any]:
    """Address the step that takes the operator's request back."""
    return operators_agreement(world, people) | {"act": "rut"}


def operators_key(world: World, people: People) -> dict[str, Any]:
    """Address the operator's key."""
    key, _ = key_of(world, people, world.operator)
    assert Client.objects.filter(partner_key=key).exists()
    return {"pk": PartnerKey.objects.get(pk=key.pk).pk}


def operators_call(world: World, people: People) -> dict[str, Any]:
    """Address a call that the operator's machine made."""
    record = CallRecord(
        id=uuid4(),
        at=timezone.now(),
        province=world.province,
        organisation=world.operator,
        client="máy",
        service="thon-phu-song",
        status=200,
        duration_ms=1.0,
        request_sha256="a" * 64,
        answer_sha256="b" * 64,
    )
    log.add_record(record)
    return {"call_id": record.pk}


def an_outside_service(world: World, people: People) -> dict[str, Any]:
    """Address a service of another body."""
    said = {"organisation": world.department, "name": "Dân cư", "address": "https://lgsp.tinh.vn/v1"}
    return {"pk": OutsideService.objects.create(province=world.province, **said).pk}


def an_unknown_call(world: World, people: People) -> dict[str, Any]:
    """Address an outgoing call of which nobody knows whether it arrived."""
    address = an_outside_service(world, people)
    said = {"service_id": address["pk"], "method": "POST", "state": OutsideCall.State.UNKNOWN}
    return {"pk": OutsideCall.objects.create(made_by=people["department_officer"], **said).pk}


def a_fate(world: World, people: People) -> dict[str, Any]:
    """Address the decision that such a call arrived."""
    return an_unknown_call(world, people) | {"fate": "da-nhan"}


def a_member_service(world: World, people: People) -> dict[str, Any]:
    """Address a service in X-Road's form."""
    return {"provider": "VN/GOV/20/hatang/thon-phu-song"}
