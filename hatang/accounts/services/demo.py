"""Accounts for trying the sample provinces; their passwords are made here, shown once, and kept only as hashes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Grant, Organisation, Person
from hatang.accounts.roles import Role
from hatang.accounts.services.people import make_person
from hatang.places.models import Place

PROVINCES = {"20": ("langson", "lang-son"), "08": ("tuyenquang", "tuyen-quang")}
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
ROUNDS = 20_000
"""Of the hash of a password made here: 79 bits and 14 more."""


@dataclass(frozen=True)
class DemoAccount:
    """One account to show; the password is None when the account stood before and keeps its own."""

    username: str
    password: str | None
    role: str


@dataclass(frozen=True)
class Wanted:
    """One account that should stand."""

    username: str
    full_name: str
    organisation: Organisation | None
    grant: Grant


@transaction.atomic
def make_demo_people(*, reset: bool = False) -> list[DemoAccount]:
    """Make one account of each role for the sample provinces; those that stand keep their passwords unless `reset`."""
    return [_stand(wanted, reset=reset) for wanted in _wanted()]


def _stand(wanted: Wanted, *, reset: bool) -> DemoAccount:
    person = Person.objects.filter(username=wanted.username).first()
    made = person is None
    if person is None:
        person = make_person(
            actor=None,
            username=wanted.username,
            full_name=wanted.full_name,
            organisation=wanted.organisation,
            grants=[wanted.grant],
        )
    password = _password() if made or reset else None
    if password:
        person.password = _hashed(password)
        person.save()
    grant = wanted.grant
    return DemoAccount(wanted.username, password, f"{grant.get_role_display()} ({grant.scope_text})")


def _password() -> str:
    """Make a password that can be read out: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _hashed(password: str) -> str:
    """Hash a password that nobody could guess: few rounds are enough, and signing in adds the others.

    Rounds make up for what people choose. Sixteen accounts at a million rounds each are a tenth of a first start.
    """
    hasher = get_hasher()
    if not isinstance(hasher, PBKDF2PasswordHasher):
        return make_password(password)
    return hasher.encode(password, hasher.salt(), iterations=ROUNDS)


def _wanted() -> Iterator[Wanted]:
    for code, (slug, key) in PROVINCES.items():
        province = Place.objects.provinces().filter(code=code, valid_to=None).first()
        if province:
            yield from _officials(province, slug, Organisation.objects.filter(key=f"{key}/so-khcn").first())
            yield from _operators(province, slug)
    yield Wanted("thanhtra", "Thanh tra (dùng thử)", None, Grant(role=Role.AUDITOR))
    yield Wanted("phantich", "Chuyên viên phân tích (dùng thử)", None, Grant(role=Role.ANALYST))


def _officials(province: Place, slug: str, department: Organisation | None) -> Iterator[Wanted]:
    def grant(role: Role, place: Place | None = None) -> Grant:
        return Grant(role=role, province=province, place=place)

    name = province.name
    yield Wanted(f"canbo.{slug}", f"Cán bộ Sở {name} (dùng thử)", department, grant(Role.DEPARTMENT_OFFICER))
    yield Wanted(f"lanhdao.{slug}", f"Lãnh đạo Sở {name} (dùng thử)", department, grant(Role.DEPARTMENT_HEAD))
    communes = Place.objects.communes().filter(province=province).in_force(timezone.localdate())
    commune = communes.order_by("code").first()
    if commune:
        title = f"Cán bộ {commune} (dùng thử)"
        yield Wanted(f"xa.{slug}", title, None, grant(Role.COMMUNE_OFFICER, commune))
        yield Wanted(f"lanhdaoxa.{slug}", f"Lãnh đạo {commune} (dùng thử)", None, grant(Role.COMMUNE_LEADER, commune))
    yield Wanted(f"quantri.{slug}", f"Quản trị {name} (dùng thử)", department, grant(Role.ADMINISTRATOR))


def _operators(province: Place, slug: str) -> Iterator[Wanted]:
    """Give the first two simulated operators an account each, so that rivals can be tried."""
    for letter, operator in zip(
        "ab", Organisation.objects.operators().filter(simulated=True).order_by("name"), strict=False
    ):
        grant = Grant(role=Role.OPERATOR, province=province, organisation=operator)
        yield Wanted(f"doanhnghiep.{letter}.{slug}", f"{operator} tại {province.name} (dùng thử)", operator, grant)
