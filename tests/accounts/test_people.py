"""Accounts through their pages: made, changed, closed, and told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from allauth.account.forms import default_token_generator
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts import services
from hatang.accounts.models import Grant, Organisation, Person
from hatang.accounts.roles import Role
from tests.conftest import World, make_person

People = dict[str, Person]
PASSWORD = "con-tau-cho-gao-91"


def as_person(person: Person) -> Client:
    """Sign in as somebody."""
    client = Client()
    client.force_login(person)
    return client


def new_person(world: World, changes: dict[str, object] | None = None) -> dict[str, object]:
    """Give what an administrator types for a new commune officer."""
    typed = {
        "username": "canbo.dongdang",
        "full_name": "Hoàng Thị Lan",
        "email": "lan@langson.example.vn",
        "organisation": world.department.pk,
        "grant-role": Role.COMMUNE_OFFICER.value,
        "grant-province": world.province.pk,
        "grant-place": world.commune.pk,
    }
    return typed | (changes or {})


def test_an_administrator_opens_an_account_and_its_owner_sets_the_password(world: World, people: People) -> None:
    administrator = as_person(people["administrator"])
    answer = administrator.post(reverse("accounts:person_new"), new_person(world))
    made = Person.objects.get(username="canbo.dongdang")
    assert answer.url == made.get_absolute_url()
    assert not made.has_usable_password()
    grant = made.grants.get()
    assert (grant.place, grant.organisation, made.organisation) == (world.commune, None, world.department)

    page = administrator.post(reverse("accounts:link", args=[made.pk]))
    assert "no-store" in page["Cache-Control"]
    link = re.search(r"<code>(http[^<]+)</code>", page.content.decode())
    assert link
    visitor = Client()
    form = visitor.get(link[1], follow=True)
    visitor.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert visitor.login(username="canbo.dongdang", password=PASSWORD)
    again = Client().get(link[1])
    assert "Liên kết không còn dùng được" in again.content.decode()


def test_a_link_dies_after_three_days(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    path = services.one_time_link(actor=people["administrator"], person=people["department_officer"])
    later = datetime.now() + timedelta(days=3, seconds=2)
    monkeypatch.setattr(default_token_generator, "_now", lambda: later)
    assert "không còn dùng được" in Client().get(path).content.decode()
    monkeypatch.undo()
    assert Client().get(path).status_code == 302


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(world: World, people: People) -> None:
    client = as_person(people["administrator"])
    typed = new_person(world, {"grant-place": "", "email": people["analyst"].email})
    page = client.post(reverse("accounts:person_new"), typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert "đã thuộc một tài khoản khác" in text
    assert 'value="Hoàng Thị Lan"' in text
    page = client.post(reverse("accounts:person_new"), new_person(world, {"grant-place": ""}))
    assert "Vai trò cấp xã phải gắn với một xã, phường." in page.content.decode()
    assert not Person.objects.filter(username="canbo.dongdang").exists()


def test_a_role_is_given_in_the_page_of_the_person(world: World, people: People) -> None:
    client = as_person(people["administrator"])
    address = reverse("accounts:grant", args=[people["analyst"].pk])
    typed = {"grant-role": Role.OPERATOR.value, "grant-province": world.province.pk}
    assert "phải gắn với một tổ chức" in client.post(address, typed).content.decode()
    client.post(address, typed | {"grant-organisation": world.operator.pk, "grant-valid_to": "2099-12-31"})
    assert people["analyst"].grants.get(role=Role.OPERATOR).organisation == world.operator
    revoke = reverse(
        "accounts:revoke", args=[people["analyst"].pk, people["analyst"].grants.get(role=Role.OPERATOR).pk]
    )
    client.post(revoke)
    assert "operator" not in {grant.role for grant in people["analyst"].grants.not_ended(timezone.localdate())}


def test_an_administrator_of_all_provinces_chooses_one_first(world: World, people: People) -> None:
    client = as_person(make_person("quan_tri_chung", Role.ADMINISTRATOR))
    address = reverse("accounts:person_new")
    assert "Xã Đồng Văn" not in client.get(address).content.decode()
    there = client.get(address, {"tinh": world.other_province.pk}).content.decode()
    assert "Xã Đồng Văn" in there
    assert "Xã Đồng Đăng" not in there
    everywhere = {"username": "kt", "full_name": "Kiểm toán", "grant-role": Role.AUDITOR.value}
    client.post(address, everywhere)
    assert Person.objects.get(username="kt").grants.get().province is None


def test_a_tampered_province_is_refused(world: World, people: People) -> None:
    client = as_person(people["administrator"])
    elsewhere = {"grant-role": Role.ANALYST.value, "grant-province": world.other_province.pk, "grant-place": ""}
    typed = new_person(world, elsewhere)
    assert client.post(reverse("accounts:person_new"), typed).status_code == 422
    assert not Person.objects.filter(username="canbo.dongdang").exists()


def test_a_closed_account_is_out_at_once_and_can_come_back(people: People) -> None:
    officer = people["department_officer"]
    at_work = as_person(officer)
    assert at_work.get(reverse("accounts:me")).status_code == 200
    services.close_account(actor=people["administrator"], person=officer)
    assert at_work.get(reverse("accounts:me")).status_code == 302
    with pytest.raises(ValidationError, match="đang đóng"):
        services.one_time_link(actor=people["administrator"], person=officer)
    services.reopen_account(actor=people["administrator"], person=officer)
    assert as_person(officer).get(reverse("accounts:me")).status_code == 200


def test_the_history_of_an_account_says_who_changed_what(world: World, people: People) -> None:
    client = as_person(people["administrator"])
    officer = people["department_officer"]
    typed = {"username": officer.username, "full_name": "Vi Văn Nam", "email": officer.email}
    client.post(reverse("accounts:person_edit", args=[officer.pk]), typed)
    services.close_account(actor=people["administrator"], person=officer)
    newest = services.changes_of_person(officer)[:2]
    assert [change.who for change in newest] == [people["administrator"]] * 2
    assert newest[0].what == "đóng tài khoản"
    assert "họ và tên “” → “Vi Văn Nam”" in newest[1].what
    assert "Vi Văn Nam" in client.get(officer.get_absolute_url()).content.decode()
    mine = client.get(reverse("accounts:me")).content.decode()
    assert "sửa người dùng “Vi Văn Nam”" in mine


def test_signing_in_leaves_no_row_in_the_history(people: People) -> None:
    officer = people["department_officer"]
    before = officer.history.count()
    as_person(officer)
    officer.refresh_from_db()
    assert officer.last_login
    assert officer.history.count() == before


def test_after_a_change_of_address_the_old_one_opens_nothing(people: People) -> None:
    officer = people["department_officer"]
    services.one_time_link(actor=None, person=officer)
    old = officer.email
    officer.email = "moi@langson.example.vn"
    services.save_person(actor=people["administrator"], person=officer)
    assert not Client().login(email=old, password="mat-khau-rat-dai")
    assert list(officer.emailaddress_set.exclude(email=officer.email)) == []


def test_pages_take_a_constant_number_of_queries(
    world: World, people: People, django_assert_max_num_queries: object
) -> None:
    client = as_person(people["administrator"])
    for number in range(60):
        person = Person.objects.create(username=f"n{number:02}", organisation=world.department)
        Grant.objects.create(person=person, role=Role.ANALYST, province=world.province)
    for address in (
        reverse("accounts:people"),
        reverse("accounts:organisations"),
        reverse("accounts:me"),
        people["analyst"].get_absolute_url(),
        world.department.get_absolute_url(),
    ):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            assert client.get(address).status_code == 200


def test_the_list_of_people_searches_without_accents_and_exports(world: World, people: People) -> None:
    client = as_person(people["administrator"])
    people["department_officer"].full_name = "Đặng Thị Hường"
    people["department_officer"].save()
    page = client.get(reverse("accounts:people"), {"q": "dang huong"}).content.decode()
    assert "can_bo_so" in page
    assert "lanh_dao_so" not in page
    export = client.get(reverse("accounts:people"), {"xuat": "csv"}).content.decode("utf-8-sig")
    assert export.splitlines()[0] == "Tên đăng nhập,Họ và tên,Tổ chức,Vai trò,Trạng thái"
    assert "cán bộ Sở (Tỉnh Lạng Sơn)" in export


def test_the_first_administrator_gets_a_link_and_may_do_everything(
    db: None, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("first_administrator")
    path = capsys.readouterr().out.strip()
    first = Person.objects.get(username="quantri")
    assert Client().get(path).status_code == 302
    call_command("first_administrator")
    assert Person.objects.filter(username="quantri").count() == 1
    assert first.grants.count() == 1
    wanted = Grant(role=Role.ADMINISTRATOR, province=world.province)
    services.make_person(actor=first, username="qt.ls", full_name="Quản trị tỉnh", grants=[wanted])


def test_demo_people_keep_their_passwords_until_reset(world: World) -> None:
    for letter in "AB":
        name = f"Doanh nghiệp viễn thông {letter}"
        Organisation.objects.create(kind=Organisation.Kind.OPERATOR, name=name, simulated=True)
    first = services.make_demo_people()
    assert {"canbo.langson", "doanhnghiep.b.tuyenquang", "quantri.langson", "thanhtra"} <= {a.username for a in first}
    assert len(first) == 16
    assert all(Client().login(username=a.username, password=a.password) for a in first)
    assert all(account.password is None for account in services.make_demo_people())
    assert Client().login(username=first[0].username, password=first[0].password)
    renewed = services.make_demo_people(reset=True)
    assert not Client().login(username=first[0].username, password=first[0].password)
    assert Client().login(username=renewed[0].username, password=renewed[0].password)
    assert "cán bộ Sở (Tỉnh Lạng Sơn)" in {account.role for account in first}
