"""Nobody gives what they do not hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.accounts import services
from hatang.accounts.access import scopes
from hatang.accounts.models import Grant, Person
from hatang.accounts.roles import PERMISSIONS, Role
from tests.conftest import World, make_person

People = dict[str, Person]
TODAY = timezone.localdate()


@pytest.fixture
def newcomer(world: World) -> Person:
    """Make somebody of Lạng Sơn's department who has no role yet."""
    return Person.objects.create_user("moi", "moi@example.vn", "mat-khau-rat-dai", organisation=world.department)


def fresh(person: Person) -> Person:
    """Read the person anew, as the next request does."""
    return Person.objects.get(pk=person.pk)


def test_an_administrator_gives_a_role_in_the_own_province(world: World, people: People, newcomer: Person) -> None:
    wanted = Grant(role=Role.DEPARTMENT_HEAD, province=world.province)
    services.grant_role(actor=people["administrator"], person=newcomer, grant=wanted)
    assert newcomer.has_perm("indicators.approve_value")
    assert wanted.granted_by == people["administrator"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.ANALYST])
def test_an_administrator_of_a_province_gives_nothing_that_spans_all(
    role: Role, people: People, newcomer: Person
) -> None:
    with pytest.raises(ValidationError, match="Tỉnh Lạng Sơn"):
        services.grant_role(actor=people["administrator"], person=newcomer, grant=Grant(role=role))
    assert not newcomer.grants.exists()


def test_nobody_else_gives_roles(world: World, people: People, newcomer: Person) -> None:
    for name in ("department_head", "auditor", "operator", "stranger"):
        with pytest.raises(PermissionDenied):
            wanted = Grant(role=Role.ANALYST, province=world.province)
            services.grant_role(actor=people[name], person=newcomer, grant=wanted)


def test_nobody_gives_a_role_to_oneself(world: World, people: People) -> None:
    administrator = people["administrator"]
    with pytest.raises(ValidationError, match="tự cấp"):
        wanted = Grant(role=Role.DEPARTMENT_HEAD, province=world.province)
        services.grant_role(actor=administrator, person=administrator, grant=wanted)


def test_a_role_for_a_while_gives_no_role_for_ever(world: World, newcomer: Person) -> None:
    until = TODAY + timedelta(days=30)
    actor = make_person("quan_tri_tam", Role.ADMINISTRATOR, province=world.province, valid_to=until)
    with pytest.raises(ValidationError, match=f"{until:%d/%m/%Y}"):
        services.grant_role(actor=actor, person=newcomer, grant=Grant(role=Role.ADMINISTRATOR, province=world.province))
    wanted = Grant(role=Role.ADMINISTRATOR, province=world.province, valid_to=until)
    services.grant_role(actor=actor, person=newcomer, grant=wanted)


def test_a_role_fits_its_place_and_organisation(world: World, newcomer: Person) -> None:
    def give(**scope: object) -> None:
        services.grant_role(actor=None, person=newcomer, grant=Grant(**scope))

    with pytest.raises(ValidationError, match="không thuộc tỉnh"):
        give(role=Role.COMMUNE_OFFICER, province=world.province, place=world.other_commune)
    with pytest.raises(ValidationError, match="phải gắn với một xã"):
        give(role=Role.COMMUNE_OFFICER, province=world.province)
    with pytest.raises(ValidationError, match="không phải là doanh nghiệp viễn thông"):
        give(role=Role.OPERATOR, province=world.province, organisation=world.department)
    with pytest.raises(ValidationError, match="không phải là tỉnh"):
        give(role=Role.ANALYST, province=world.commune)
    with pytest.raises(ValidationError, match="phải gắn với một tỉnh"):
        give(role=Role.DEPARTMENT_HEAD)


dates = st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.lists(st.tuples(st.sampled_from(Role), st.sampled_from(["here", "there", None]), dates), max_size=3),
    role=st.sampled_from(Role),
    where=st.sampled_from(["here", "there", None]),
    place=st.sampled_from(["here", "there", None]),
    with_operator=st.booleans(),
    until=dates,
)
def test_whatever_is_given_lies_within_what_the_giver_administers(
    world: World,
    newcomer: Person,
    held: list[tuple[Role, str | None, date | None]],
    role: Role,
    where: str | None,
    place: str | None,
    with_operator: bool,
    until: date | None,
) -> None:
    """For any holdings and any wish: what is granted is covered and outlasted by an administering role."""
    provinces = {"here": world.province, "there": world.other_province, None: None}
    communes = {"here": world.commune, "there": world.other_commune, None: None}
    Grant.objects.all().delete()
    actor, _ = Person.objects.get_or_create(username="nguoi_cap")
    for held_role, at, end in held:
        try:
            services.grant_role(
                actor=None, person=actor, grant=Grant(role=held_role, province=provinces[at], valid_to=end)
            )
        except ValidationError:
            continue
    wish = Grant(
        role=role,
        province=provinces[where],
        place=communes[place],
        organisation=world.operator if with_operator else None,
        valid_to=until,
    )
    try:
        services.grant_role(actor=fresh(actor), person=newcomer, grant=wish)
    except (ValidationError, PermissionDenied):
        assert not newcomer.grants.exists()
        return
    administering = [
        own
        for own in actor.grants.all()
        if "accounts.change_person" in PERMISSIONS[own.role] and (own.valid_to is None or own.valid_to >= TODAY)
    ]
    assert any(
        (own.province is None or own.province == wish.province)
        and (own.valid_to is None or (wish.valid_to is not None and wish.valid_to <= own.valid_to))
        for own in administering
    )


def test_an_account_with_a_role_elsewhere_is_not_taken_over(world: World, people: People) -> None:
    """A one-time link is as good as a password: whoever makes one can act as the person."""
    both = make_person("hai_tinh", Role.DEPARTMENT_HEAD, province=world.province)
    Grant.objects.create(person=both, role=Role.DEPARTMENT_HEAD, province=world.other_province)
    acts = (services.one_time_link, services.close_account, services.remove_second_factor)
    for act in acts:
        with pytest.raises(PermissionDenied):
            act(actor=people["administrator"], person=both)
    with pytest.raises(PermissionDenied):
        services.revoke_grant(actor=people["administrator"], grant=both.grants.first())


def test_a_role_taken_away_ends_at_once_and_stays_on_record(people: People) -> None:
    officer = people["department_officer"]
    services.revoke_grant(actor=people["administrator"], grant=officer.grants.get())
    assert scopes(fresh(officer), "indicators.record_value") == []
    ended = officer.grants.get()
    assert ended.valid_to == TODAY - timedelta(days=1)
    assert ended.history.first().history_user == people["administrator"]


def test_a_role_given_today_and_taken_away_today_is_gone_but_told(
    world: World, people: People, newcomer: Person
) -> None:
    wanted = Grant(role=Role.ANALYST, province=world.province, valid_from=TODAY)
    services.grant_role(actor=people["administrator"], person=newcomer, grant=wanted)
    services.revoke_grant(actor=people["administrator"], grant=wanted)
    told = [change.what for change in services.changes_of_person(newcomer)]
    assert told[0] == "xóa vai trò phân tích số liệu (Tỉnh Lạng Sơn)"
    assert told[1] == "thêm vai trò phân tích số liệu (Tỉnh Lạng Sơn)"


def test_who_sees_whom(world: World, people: People) -> None:
    def seen(name: str) -> set[str]:
        return set(Person.objects.visible_to(people[name]).values_list("username", flat=True))

    here = {people[name].username for name in people if name != "stranger"}
    assert seen("administrator") == seen("auditor") == here
    assert seen("department_head") == {people["department_head"].username}
    nationwide = make_person("quan_tri_chung", Role.ADMINISTRATOR)
    assert Person.objects.visible_to(nationwide).count() == Person.objects.count()


def test_somebody_whose_roles_ended_can_still_be_found(world: World, people: People) -> None:
    officer = people["department_officer"]
    services.revoke_grant(actor=people["administrator"], grant=officer.grants.get())
    assert officer in Person.objects.visible_to(people["administrator"])


def test_a_role_that_ended_keeps_its_past(world: World, people: People, newcomer: Person) -> None:
    ended = Grant.objects.create(
        person=newcomer, role=Role.ANALYST, province=world.province, valid_to=TODAY - timedelta(days=300)
    )
    with pytest.raises(ValidationError, match="đã hết hạn"):
        services.revoke_grant(actor=people["administrator"], grant=ended)
