"""A small world that every test may use: two provinces, two rival operators, and one person of each role."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from hypothesis import HealthCheck, is_hypothesis_test, settings

from hatang.accounts.models import Grant, Organisation, Person
from hatang.accounts.roles import Role
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from tests.mail_server import MailServer

NEW_UNITS = date(2025, 7, 1)
HARMLESS = {"node_not_used_in_any_spans"}
"""What libcoveofds remarks on that is right in ours: a mast, or a house, at which no cable ends."""
PEER = Path(__file__).parent / "core/ofds_peer.py"
PASSWORD = "mat-khau-rat-dai"
HEADER = 1
"""The query for unread notices on every page of who signed in, beside the page's own."""
collect_ignore = ["core/ofds_peer.py", "core/measurements/spark_peer.py"]
"""Run by a test under another interpreter."""
settings.register_profile("patient", parent=settings(), deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Let nobody be held to limits by what was counted for another test's person or address."""
    cache.clear()


@pytest.fixture(autouse=True)
def no_measurements() -> None:
    """Let nobody find tests of speed that another test kept: the measurement table is no part of the database."""
    shutil.rmtree(Path(django_settings.DATA) / "measurements", ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real test data; a test that needs it is named as skipped where it is missing."""
    path = Path(os.environ.get("HATANG_SHARED", Path(__file__).parents[1].parent / "shared"))
    if not path.exists():
        pytest.skip(f"không có dữ liệu thử tại {path}")
    return path


@pytest.fixture(scope="session")
def libcoveofds() -> Callable[[dict[str, list[Any]]], dict[str, list[Any]]]:
    """Give a function that asks libcoveofds in a process of its own; it is AGPL and no dependency of ours."""
    python = os.environ.get("HATANG_OFDS_CHECKER", "")
    if not python:
        pytest.skip("không có libcoveofds: đặt HATANG_OFDS_CHECKER là trình Python đã cài gói đó")

    def ask(packages: dict[str, list[Any]]) -> dict[str, list[Any]]:
        done = subprocess.run([python, PEER], input=json.dumps(packages), capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))

    return ask


@dataclass
class World:
    """Lạng Sơn with a commune and two villages, another province with a commune, two operators, one department."""

    province: Place
    commune: Place
    neighbour: Place
    village: Place
    dark_village: Place
    other_province: Place
    other_commune: Place
    department: Organisation
    operator: Organisation
    rival: Organisation


def make_places(*places: Place) -> None:
    """Store places of one level at once, as one by one would, history and all: every test begins with them."""
    for place in places:
        place.fill_keys()
    bulk_create_with_history(places, Place)


def make_units() -> dict[str, Place]:
    """Make the places of the small world, a level of them after the other."""
    province = Place(kind="province", title="Tỉnh", name="Lạng Sơn", code="20", lon=106.76, lat=21.85)
    away = {"code": "08", "valid_from": NEW_UNITS, "lon": 105.1, "lat": 22.5}
    other_province = Place(kind="province", title="Tỉnh", name="Tuyên Quang", **away)
    make_places(province, other_province)
    new: dict[str, Any] = {"kind": "commune", "parent": province, "province": province, "valid_from": NEW_UNITS}
    commune = Place(**new, title="Xã", name="Đồng Đăng", code="06181", lon=106.69, lat=21.94)
    neighbour = Place(**new, title="Phường", name="Kỳ Lừa", code="05977", lon=106.76, lat=21.86)
    there: dict[str, Any] = new | {"parent": other_province, "province": other_province}
    other_commune = Place(**there, title="Xã", name="Đồng Văn", code="00721", lon=105.36, lat=23.28)
    make_places(commune, neighbour, other_commune)
    inside: dict[str, Any] = {"kind": "village", "title": "Thôn", "parent": commune, "province": province}
    lit = {"population": 400, "households": 100, "has_grid_power": True, "lon": 106.7, "lat": 21.95}
    unlit = {"population": 100, "households": 25, "has_grid_power": False, "lon": 106.71, "lat": 21.96}
    village = Place(**inside, name="Nà Lầm", code="T1", **lit)
    dark_village = Place(**inside, name="Khơ Đa", code="T2", **unlit)
    make_places(village, dark_village)
    return {
        "province": province,
        "commune": commune,
        "neighbour": neighbour,
        "village": village,
        "dark_village": dark_village,
        "other_province": other_province,
        "other_commune": other_commune,
    }


def make_world() -> World:
    """Store the small world."""
    units = make_units()
    kind = Organisation.Kind
    ours = {"name": "Sở Khoa học và Công nghệ Lạng Sơn", "province": units["province"]}
    houses = [
        Organisation(kind=kind.DEPARTMENT, **ours),
        Organisation(kind=kind.OPERATOR, name="Doanh nghiệp A", short_name="A"),
        Organisation(kind=kind.OPERATOR, name="Doanh nghiệp B", short_name="B"),
    ]
    for house in houses:
        house.fill_keys()
    bulk_create_with_history(houses, Organisation)
    return World(**units, department=houses[0], operator=houses[1], rival=houses[2])


@pytest.fixture
def world(db: None) -> World:
    """Make the small world."""
    return make_world()


def may(username: str, role: Role, **scope: object) -> Grant:
    """Give somebody's one role in a scope; neither is stored yet."""
    person = Person(username=username, email=f"{username}@example.vn", password=make_password(PASSWORD))
    person.fill_keys()
    return Grant(person=person, role=role, **scope)


def make_people(*grants: Grant) -> list[Person]:
    """Store people and the one role of each at once, as one by one would, history and all."""
    people = [grant.person for grant in grants]
    bulk_create_with_history(people, Person)
    for grant, person in zip(grants, people, strict=True):
        grant.person = person  # whose key is known now
    bulk_create_with_history(grants, Grant)
    return people


def make_person(username: str, role: Role, **scope: object) -> Person:
    """Make somebody who holds one role in a scope."""
    return make_people(may(username, role, **scope))[0]


def make_everybody(world: World) -> dict[str, Person]:
    """Store one person of each role in Lạng Sơn, a rival operator, and an officer of another province."""
    here = {"province": world.province}
    grants = {
        "commune_officer": may("can_bo_xa", Role.COMMUNE_OFFICER, **here, place=world.commune),
        "commune_leader": may("lanh_dao_xa", Role.COMMUNE_LEADER, **here, place=world.commune),
        "operator": may("dn_a", Role.OPERATOR, **here, organisation=world.operator),
        "rival": may("dn_b", Role.OPERATOR, **here, organisation=world.rival),
        "department_officer": may("can_bo_so", Role.DEPARTMENT_OFFICER, **here),
        "department_head": may("lanh_dao_so", Role.DEPARTMENT_HEAD, **here),
        "analyst": may("phan_tich", Role.ANALYST, **here),
        "auditor": may("thanh_tra", Role.AUDITOR, **here),
        "administrator": may("quan_tri", Role.ADMINISTRATOR, **here),
        "stranger": may("so_tinh_khac", Role.DEPARTMENT_OFFICER, province=world.other_province),
    }
    return dict(zip(grants, make_people(*grants.values()), strict=True))


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    """Make everybody in the small world."""
    return make_everybody(world)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Run a mail server."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailing(mail_server: MailServer, settings: Any) -> MailServer:
    """Let this process send its mail to the server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    return mail_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no property fail because the machine is slow; what it suppresses itself would go before any profile."""
    tests = [item.obj for item in items if isinstance(item, pytest.Function)]
    for test in {getattr(test, "__func__", test) for test in tests if is_hypothesis_test(test)}:
        own = test._hypothesis_internal_use_settings
        patient = {*own.suppress_health_check, HealthCheck.too_slow}
        test._hypothesis_internal_use_settings = settings(own, suppress_health_check=patient)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name in the last lines what could not run for want of a server or of test data."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.write_line(f"Không chạy được {len(skipped)} phép thử:")
        for report in skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            terminalreporter.write_line(f"  {report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run on a skip where everything is meant to be there."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    told = reporter.stats if reporter else {}  # a process of several that share the tests reports to the first
    if os.environ.get("HATANG_FAIL_ON_SKIP") and told.get("skipped") and exitstatus == 0:
        session.exitstatus = 1
