"""Who calls: a person by an access token, a device by its key and secret, or a visitor."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.tokens import person_with
from hatang.sensors.models import Device
from hatang.sensors.services.taking import known_device

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

READING = ("GET", "HEAD")


class UnknownCallerError(Exception):
    """A name or secret is wrong."""


@dataclass(frozen=True)
class Caller:
    """Who calls; `may_write` tells whether by credentials of the request itself, which no other site can send."""

    person: AbstractBaseUser | AnonymousUser
    device: Device | None = None
    may_write: bool = False

    @property
    def writer(self) -> Person | None:
        """The person who may write, if it is one."""
        return self.person if self.may_write and isinstance(self.person, Person) else None


def caller_of(request: HttpRequest) -> Caller:
    """Say who calls: by `Authorization`, or for reading by the session of a browser.

    `Bearer` and the password of `Basic` carry a person's access token; `Basic` with a device's key carries its secret.
    """
    given = request.headers.get("Authorization", "")
    if not given:
        return Caller(request.user if request.method in READING else AnonymousUser())
    sort, _, rest = given.partition(" ")
    name, secret = "", rest.strip()
    if sort.lower() == "basic":
        name, secret = basic(rest)
    elif sort.lower() != "bearer":
        raise UnknownCallerError
    person = person_with(secret, timezone.now())
    if person:
        return Caller(person, may_write=True)
    device = known_device(name, secret) if name else None
    if device is None:
        raise UnknownCallerError
    return Caller(AnonymousUser(), device, may_write=True)


def basic(text: str) -> tuple[str, str]:
    """Read name and secret of `Basic`."""
    try:
        name, _, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as fault:
        raise UnknownCallerError from fault
    if "\0" in name or "\0" in secret:
        raise UnknownCallerError
    return name, secret
