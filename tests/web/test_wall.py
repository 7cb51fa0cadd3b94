"""The wall shows each person what they may see, worst first; power failures lead to the villages behind masts."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.network.models import Mast
from hatang.sensors.models import Alert
from hatang.web.services.power_out import mast_of, power_alerts, power_out
from hatang.web.services.wall import present_of
from hatang.web.views.wall import VIEWS
from tests.conftest import World
from tests.sensors.things_needs import a_rule, a_stream, a_thing, an_alert

TODAY = date(2026, 11, 20)


def test_the_worst_alert_stands_first_and_rivals_are_not_told(world: World, people: dict[str, Person]) -> None:
    now = timezone.now()
    for n, level in enumerate(("notice", "danger", "warning")):
        rule = a_rule(a_stream(a_thing(world, f"ND-{n}"), last_at=now), level=level)
        an_alert(rule, title=level, simulated=True)
    asked = {"now": now, "today": TODAY}
    present = present_of(world.province, person=people["operator"], **asked)
    assert [alert.title for alert in present.alerts.rows] == ["danger", "warning", "notice"]
    assert (present.things, present.heard, present.simulated) == (3, 3, True)
    sorts = sorted(one["properties"]["sort"] for one in present.shapes["features"])
    assert sorts == ["danger", "notice", "warning"]
    rival = present_of(world.province, person=people["rival"], **asked)
    assert (rival.things, rival.alerts.count, rival.shapes["features"]) == (0, 0, [])
    late = present_of(world.province, person=people["operator"], now=now + timedelta(days=2), today=TODAY)
    assert late.heard == 0


def test_the_parts_of_the_wall_come_by_themselves(world: World, people: dict[str, Person]) -> None:
    client = Client()
    client.force_login(people["department_head"])
    whole = client.get(f"/trung-tam/{world.province.code}/").content.decode()
    part = client.get(f"/trung-tam/{world.province.code}/", {"phan": "nay"}).content.decode()
    targets = client.get(f"/trung-tam/{world.province.code}/", {"phan": "muc-tieu"}).content.decode()
    assert "<html" in whole and "<html" not in part and "<html" not in targets
    assert "Không có cảnh báo nào" in part and "Mục tiêu" in targets
    assert client.get("/trung-tam/").headers["Location"].endswith(f"/trung-tam/{world.province.code}/")


@pytest.mark.parametrize(
    ("asked", "seconds"), [("", 20), ("30", 30), ("1", 5), ("99999", 20), ("9999", 3600), ("mau", 20)]
)
def test_without_script_the_page_turns_by_itself(
    asked: str, seconds: int, world: World, people: dict[str, Person]
) -> None:
    client = Client()
    client.force_login(people["department_head"])
    address, seen = f"/trung-tam/{world.province.code}/?giay={asked}", []
    for _ in VIEWS:
        page = client.get(address).content.decode()
        seen.append(re.findall(r'data-view="([a-z-]+)"', page)[0])
        wait, target = re.findall(r'http-equiv="refresh" content="(\d+);url=([^"]+)"', page)[0]
        assert int(wait) == seconds
        address = f"/trung-tam/{world.province.code}/{html.unescape(target)}"
    assert seen == list(VIEWS)


def a_mast(world: World, owner: object, code: str = "C-1") -> Mast:
    return Mast(province=world.province, commune=world.commune, owner=owner, code=code)


def test_a_thing_stands_at_its_owners_mast_of_that_code(world: World) -> None:
    """Two owners may use one code; a thing of neither is not guessed to stand at one of both."""
    own, other = a_mast(world, world.operator), a_mast(world, world.rival)
    thing = a_thing(world, site_code="C-1")
    assert mast_of(thing, [other, own]) is own
    thing.owner = world.department
    assert mast_of(thing, [other, own]) is None
    assert mast_of(thing, [other]) is other


def test_without_a_mast_in_the_register_the_page_says_what_is_lacking(world: World, people: dict[str, Person]) -> None:
    an_alert(a_rule(a_stream(a_thing(world, site_code="KHONG-CO"))))
    person = people["department_officer"]
    alerts = list(power_alerts(person, world.province))
    found = power_out(person=person, province=world.province, alerts=alerts, today=TODAY)
    assert len(found.failures) == 1 and "Không tìm thấy trong sổ" in found.lacking
    client = Client()
    client.force_login(person)
    address = f"/tinh/{world.province.code}/mat-dien"
    assert "KHONG-CO" in client.get(address).content.decode()
    assert client.get(address, {"canh-bao": "999999"}).status_code == 404
    Alert.objects.all().delete()
    assert "Không có cảnh báo nào về nguồn điện" in client.get(address).content.decode()
