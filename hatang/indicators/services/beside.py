"""What the platform itself counts beside a figure that others report: to compare with it, never added to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Person
from hatang.indicators.models import Value
from hatang.places.models import Place
from hatang.sensors.models import Thing, ThingState
from hatang.utilities.models import SEE_CERTIFICATE, BodyCertificate

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

SEE_PEOPLE = "accounts.view_person"


@dataclass(frozen=True)
class Beside:
    """How many the platform holds, of what, why they are not added, where they are listed, whether some are made up."""

    title: str
    count: int
    what: str
    why: str
    page: str
    simulated: bool = False


def beside(*, value: Value, person: Someone) -> Beside | None:
    """Count what stands beside a province's figure, as far as the person may see it; None where nothing does."""
    count = COUNTED.get(value.indicator.code) if value.place.kind == Place.Kind.PROVINCE else None
    return count(value.place, person) if count else None


def things(province: Place, person: Someone) -> Beside:
    """Count the things at work."""
    rows = Thing.objects.visible_to(person).filter(province=province, state=ThingState.ACTIVE)
    return Beside(
        "Vật đã ghi trên nền tảng",
        rows.count(),
        "vật đang hoạt động mà bạn được xem",
        "kết nối của chúng có thể đã nằm trong thuê bao mà doanh nghiệp khai.",
        reverse("sensors:things", args=[province.code]),
        rows.filter(simulated=True).exists(),
    )


def identities(province: Place, person: Someone) -> Beside | None:
    """Count who signs in by a digital identity of another issuer."""
    if not scopes_in(person, SEE_PEOPLE, province.pk):
        return None
    here = Q(grants__province=province) | Q(organisation__province=province)
    rows = Person.objects.visible_to(person).filter(here, is_active=True, socialaccount__isnull=False)
    return Beside(
        "Người dùng hệ thống bằng định danh số",
        rows.distinct().count(),
        "người của tỉnh đăng nhập bằng định danh bên ngoài",
        "họ đã nằm trong số định danh mà Công an tỉnh cung cấp.",
        reverse("accounts:people"),
    )


def signatures(province: Place, person: Someone) -> Beside | None:
    """Count the certificates of persons that are in use."""
    if not scopes_in(person, SEE_CERTIFICATE, province.pk):
        return None
    rows = BodyCertificate.objects.visible_to(person).filter(province=province, use=BodyCertificate.Use.PERSON)
    rows = rows.in_use(timezone.now())
    return Beside(
        "Chữ ký số của cá nhân đã ghi trên nền tảng",
        rows.count(),
        "chứng thư của cán bộ, người có thẩm quyền đang có hiệu lực",
        "người giữ đã nằm trong số mà xã, phường nơi họ ở đếm.",
        reverse("documents:certificates", args=[province.code]),
        rows.filter(simulated=True).exists(),
    )


COUNTED: dict[str, Callable[[Place, Someone], Beside | None]] = {
    "iot-connections-per-person": things,
    "digital-identities-per-person": identities,
    "adults-digital-signature": signatures,
}
