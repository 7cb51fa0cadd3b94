"""What people do with accounts and organisations."""

from hatang.accounts.services.demo import DemoAccount, make_demo_people
from hatang.accounts.services.history import Change, changes_by, changes_of_organisation, changes_of_person
from hatang.accounts.services.organisations import (
    OrganisationsRead,
    add_succession,
    bodies_on,
    body_on,
    import_organisations,
)
from hatang.accounts.services.people import (
    close_account,
    grant_role,
    make_first_administrator,
    make_person,
    may_manage,
    one_time_link,
    remove_second_factor,
    reopen_account,
    require_manage,
    revoke_grant,
    save_person,
)
from hatang.accounts.services.provinces import person_of, province_for
from hatang.accounts.services.tokens import make_token, person_with, revoke_token

__all__ = [
    "Change",
    "DemoAccount",
    "OrganisationsRead",
    "add_succession",
    "bodies_on",
    "body_on",
    "changes_by",
    "changes_of_organisation",
    "changes_of_person",
    "close_account",
    "grant_role",
    "import_organisations",
    "make_demo_people",
    "make_first_administrator",
    "make_person",
    "make_token",
    "may_manage",
    "one_time_link",
    "person_of",
    "person_with",
    "province_for",
    "remove_second_factor",
    "reopen_account",
    "require_manage",
    "revoke_grant",
    "revoke_token",
    "save_person",
]
