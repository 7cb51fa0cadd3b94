"""How a machine says who it is: `Authorization: Bearer` with an access token (RFC 6750)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from hatang.accounts.models import Person
from hatang.accounts.services.tokens import person_with


class TokenOfPerson(HttpBearer):
    """The request of a live token is its person's, with their roles and no other way in: cookies open nothing here."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        person = person_with(token, timezone.now())
        if person:
            request.user = person
        return person
