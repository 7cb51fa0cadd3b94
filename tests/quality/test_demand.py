"""A person asks whether the network is enough, and registers demand: counted by place, told as far as each may know."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.quality.models import NEEDS, Demand, DemandMark, PurposeSetting, SpeedRule, SpeedStatistic, purposes
from hatang.quality.services import demand as services
from hatang.quality.services.demand import answer_at, needs_of, purposes_in, register_demand, verdict
from hatang.quality.services.devices import forget_days
from hatang.sample.demand import make_demand
from tests.conftest import World

TOKEN = "0123456789abcdef0123456789abcdef"
NOW = date(2026, 11, 1)
People = dict[str, Person]


def ask(world: World, **more: Any) -> Any:
    return Client().get(reverse("quality:demand"), {"purpose": "class", "commune": world.commune.pk} | more)


def wish(world: World, *, seen_from: str = "203.0.113.5", **more: Any) -> Any:
    facts = {"purpose": "class", "commune": world.commune.pk, "token": TOKEN} | more
    return Client(REMOTE_ADDR=seen_from).post(reverse("quality:register_demand"), facts, follow=True)


def signed(people: People, who: str) -> Client:
    client = Client()
    client.force_login(people[who])
    return client


def measured(world: World, figures: dict[str, float], *, n: int = 400, operator: Organisation | None = None) -> None:
    for measure, value in figures.items():
        facts = {"province": world.province, "place": world.commune, "year": 2026, "operator": operator}
        SpeedStatistic.objects.create(**facts, measure=measure, n=n, p50=value)


def counted(world: World, count: int, purpose: str = "class", commune: Any = None) -> Demand:
    facts = {"province": world.province, "commune": commune or world.commune, "purpose": purpose, "month": NOW}
    return Demand.objects.create(**facts, count=count)


FAST = {"download_mbps": 40.0, "upload_mbps": 12.0, "min_rtt_ms": 25.0}
SLOW = {"download_mbps": 3.0, "upload_mbps": 1.0, "min_rtt_ms": 90.0}


# What is enough


def test_each_purpose_has_figures_and_says_where_they_come_from() -> None:
    assert set(purposes()) >= {"telemedicine", "class", "shop", "game", "camera"}
    for purpose in purposes().values():
        assert purpose.needs and set(purpose.needs) <= set(NEEDS)
        assert "giả định" in purpose.sources.lower() or "FCC" in purpose.sources


def test_a_need_is_met_at_the_figure_itself_and_judged_as_it_is_shown() -> None:
    purpose = purposes()["class"]
    exactly = {"download_mbps": 5.0, "upload_mbps": 3.0, "delay_ms": 300.0, "jitter_ms": 50.0, "loss_percent": 3.0}
    assert verdict(needs_of(purpose, exactly)) is True
    assert verdict(needs_of(purpose, exactly | {"download_mbps": 4.96})) is True, "shown as 5,0"
    assert verdict(needs_of(purpose, exactly | {"download_mbps": 4.94})) is False
    assert verdict(needs_of(purpose, exactly | {"delay_ms": 300.1})) is False
    assert verdict(needs_of(purpose, exactly | {"jitter_ms": None})) is None, "what was not measured leaves it open"
    assert verdict(needs_of(purpose, {"download_mbps": 1.0})) is False, "one that fails decides"


def test_enough_tests_tell_what_they_found_by_operator_too(world: World) -> None:
    measured(world, FAST, n=700)
    measured(world, FAST, operator=world.operator)
    measured(world, SLOW, n=300, operator=world.rival)
    text = ask(world).content.decode()
    assert "Học trực tuyến ở xã Đồng Đăng: mạng đủ" in text
    assert "700 lượt đo năm 2026" in text
    assert "A: đủ" in text
    assert "B: chưa đủ" in text


def test_too_few_tests_tell_no_figure(world: World) -> None:
    measured(world, SLOW, n=299)
    measured(world, SLOW, n=299, operator=world.operator)
    text = ask(world).content.decode()
    assert "chưa đủ lượt đo để nói" in text
    assert "299 lượt đo" in text
    assert "90" not in text.split("Cần</th>")[1].split("</table>")[0], "the median delay"
    assert "Chưa nhà mạng nào có đủ 300 lượt đo" in text


def test_a_province_that_does_not_tell_operators_apart_names_none(world: World) -> None:
    measured(world, FAST)
    measured(world, SLOW, operator=world.rival)
    rule = {"name": "public_by_operator", "value": 0, "valid_from": date(2026, 1, 1)}
    SpeedRule.objects.create(province=world.province, **rule)
    text = ask(world).content.decode()
    assert "Tỉnh chưa công bố số đo theo từng nhà mạng" in text
    assert "B: chưa đủ" not in text


def test_simulated_figures_bear_the_mark(world: World) -> None:
    measured(world, FAST)
    assert "DỮ LIỆU MÔ PHỎNG" not in ask(world).content.decode()
    SpeedStatistic.objects.update(simulated=True)
    assert "DỮ LIỆU MÔ PHỎNG" in ask(world).content.decode()


def test_nothing_measured_leads_to_measuring(world: World) -> None:
    text = ask(world).content.decode()
    assert "Chưa có lượt đo nào" in text
    assert f"{reverse('quality:measure')}?xa={world.commune.pk}" in text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"purpose": "bay"}, "Không có mục đích này"),
        ({"purpose": ""}, "Chọn việc bạn cần làm"),
        ({"commune": ""}, "Gõ tên xã, phường"),
        ({"commune": 999_999}, "Không có xã, phường này"),
        ({"commune": "9" * 50}, "Không có xã, phường này"),
        ({"commune": "'; drop table"}, "Không có xã, phường này"),
    ],
)
def test_a_wrong_question_says_what_would_be_right(world: World, sent: dict[str, Any], says: str) -> None:
    answer = ask(world, **sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    refused = wish(world, **sent)
    assert refused.status_code == 422
    assert not Demand.objects.exists()


# What a province sets


def test_a_province_sets_a_purpose_with_its_ground_and_others_keep_the_default(world: World, people: People) -> None:
    address = reverse("quality:purpose_setting", args=["20", "class"])
    officer = signed(people, "department_officer")
    assert officer.post(address, {"download_mbps": "20", "why": ""}).status_code == 422
    assert officer.post(address, {"why": "QĐ 1/2026"}).status_code == 422
    assert officer.post(address, {"download_mbps": "-1", "why": "QĐ 1/2026"}).status_code == 422
    assert officer.post(address, {"download_mbps": "20", "why": "QĐ 1/2026"}).status_code == 302
    assert purposes_in(world.province)["class"].needs == {"download_mbps": 20.0}
    assert purposes_in(world.other_province)["class"] == purposes()["class"]
    measured(world, SLOW | {"download_mbps": 19.0})
    assert answer_at(world.commune, purposes_in(world.province)["class"]).met is False
    assert PurposeSetting.history.get().history_user == people["department_officer"]
    assert signed(people, "stranger").get(address).status_code == 404
    assert signed(people, "operator").get(address).status_code == 404


# Registering


def test_a_device_counts_once_a_day_for_a_purpose(world: World) -> None:
    assert "Đã đăng ký" in wish(world).content.decode()
    assert "đã đăng ký việc ấy rồi" in wish(world).content.decode()
    wish(world, commune=world.neighbour.pk)
    wish(world, purpose="game")
    wish(world, token="f" * 32)
    counts = {(d.commune, d.purpose): d.count for d in Demand.objects.select_related("commune")}
    assert counts == {(world.commune, "class"): 2, (world.commune, "game"): 1}


def test_tomorrow_the_same_device_counts_again_and_yesterday_left_no_trace(world: World) -> None:
    wish(world)
    DemandMark.objects.update(on=timezone.localdate() - timedelta(days=1))
    forget_days()
    wish(world)
    assert Demand.objects.get().count == 2
    assert DemandMark.objects.count() == 1


def test_without_a_token_the_household_counts_once(world: World) -> None:
    for _ in range(3):
        wish(world, token="")
    wish(world, token="", seen_from="198.51.100.7")
    assert Demand.objects.get().count == 2


def test_made_up_tokens_from_one_address_are_held_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_AN_HOUR", 3)
    codes = [wish(world, token=f"{n:032x}").status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert Demand.objects.get().count == 3


def test_nothing_that_is_kept_names_a_person(world: World) -> None:
    wish(world, seen_from="198.51.100.66")
    kept = str([list(m.objects.values()) for m in apps.get_app_config("quality").get_models()])
    assert TOKEN not in kept
    assert "198.51.100.66" not in kept


def test_a_failure_midway_counts_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "count_one", fail)
    with pytest.raises(RuntimeError):
        register_demand(commune=world.commune, purpose="class", token=TOKEN, address="203.0.113.5")
    assert not DemandMark.objects.exists()


# Who is told what


def listed(people: People, who: str, **query: str) -> str:
    return signed(people, who).get(reverse("quality:demand_list", args=["20"]), query).content.decode()


def exported(people: People, who: str) -> list[list[str]]:
    content = signed(people, who).get(reverse("quality:demand_list", args=["20"]), {"xuat": "csv"}).content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_officers_read_every_count_and_operators_none_below_three(world: World, people: People) -> None:
    counted(world, 2)
    counted(world, 7, "game", world.neighbour)
    assert "9 lượt đăng ký" in listed(people, "department_officer")
    for who in ("operator", "rival"):
        page = listed(people, who)
        assert "dưới 3" in page
        assert "7 lượt đăng ký" in page, "the hidden two are not in the sum either"
        assert '"n": 2' not in page
        assert '"n": 7' in page
        assert {line[1] for line in exported(people, who)[1:]} == {"dưới 3", "7"}
    assert {line[1] for line in exported(people, "department_head")[1:]} == {"2", "7"}


def test_an_operator_cannot_sort_by_what_it_may_not_read(world: World, people: People) -> None:
    """The order of two hidden counts would tell which is greater."""
    counted(world, 2, "game")
    counted(world, 1, "class")
    orders = [listed(people, "operator", xep=sort) for sort in ("count", "-count")]
    shown = [page[page.index("<tbody>") :] for page in orders]
    assert shown[0] == shown[1]


def test_a_commune_sees_its_own_and_strangers_nothing(world: World, people: People) -> None:
    counted(world, 5)
    counted(world, 8, "game", world.neighbour)
    page = listed(people, "commune_officer")
    assert "Đồng Đăng" in page
    assert "Kỳ Lừa" not in page
    assert signed(people, "stranger").get(reverse("quality:demand_list", args=["20"])).status_code == 404
    assert Client().get(reverse("quality:demand_list", args=["20"])).status_code == 302


def test_the_list_filters_by_purpose_and_month_and_bears_nonsense(world: World, people: People) -> None:
    counted(world, 5)
    counted(world, 8, "game")
    table = listed(people, "analyst", viec="game", thang="2026-11").split("<tbody>")[1]
    assert "trò chơi" in table
    assert "Học trực tuyến" not in table
    assert "Không có dòng nào" in listed(people, "analyst", thang="2025-01")
    assert (
        signed(people, "analyst").get(reverse("quality:demand_list", args=["20"]), {"thang": "x-y"}).status_code == 200
    )


def test_the_sample_is_marked_and_the_same_every_time(world: World, people: People) -> None:
    def made() -> list[Any]:
        Demand.objects.all().delete()
        assert make_demand(world.province, [world.commune, world.neighbour], date(2026, 11, 27)) > 0
        return list(Demand.objects.order_by("commune", "month", "purpose").values_list("commune", "purpose", "count"))

    assert made() == made()
    assert "DỮ LIỆU MÔ PHỎNG" in listed(people, "operator")
    assert exported(people, "operator")[0] == ["DỮ LIỆU MÔ PHỎNG"]
