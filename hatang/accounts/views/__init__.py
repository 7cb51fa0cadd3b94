"""Pages about people and organisations."""

from hatang.accounts.views.organisations import (
    Organisations,
    organisation,
    organisation_edit,
    organisation_new,
    succession_new,
)
from hatang.accounts.views.people import (
    People,
    close,
    grant,
    link,
    me,
    person,
    person_edit,
    person_new,
    remove_second_factor,
    reopen,
    revoke,
)
from hatang.accounts.views.tokens import token_revoke, tokens

__all__ = [
    "Organisations",
    "People",
    "close",
    "grant",
    "link",
    "me",
    "organisation",
    "organisation_edit",
    "organisation_new",
    "person",
    "person_edit",
    "person_new",
    "remove_second_factor",
    "reopen",
    "revoke",
    "succession_new",
    "token_revoke",
    "tokens",
]
