"""Pages of things: who sees which, what they say, what a wrong threshold is answered, what an export holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.observations.schema import Observation
from hatang.sensors.models import Alert, Threshold
from hatang.sensors.services.months import month_of
from hatang.sensors.services.observations import keep
from tests.conftest import World
from tests.sensors.things_needs import AT, a_rule, a_stream, a_thing, an_alert


@pytest.fixture
def observations() -> Iterator[None]:
    """Leave nothing in the table of observations, which is no part of the database."""
    folder = Path(settings.DATA) / "observations"
    shutil.rmtree(folder, ignore_errors=True)
    yield
    shutil.rmtree(folder, ignore_errors=True)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_each_sees_their_own_things_and_public_ones(world: World, people: dict[str, Person]) -> None:
    a_thing(world, "ND-1")
    a_thing(world, "ND-2", owner=world.rival)
    a_thing(world, "MN-1", name="Mực nước sông Kỳ Cùng", public=True, simulated=True)
    address = f"/cam-bien/tinh/{world.province.code}"

    def codes(client: Client) -> set[str]:
        page = client.get(address).content.decode()
        return {code for code in ("ND-1", "ND-2", "MN-1") if code in page}

    assert codes(Client()) == {"MN-1"}
    assert codes(client_of(people["operator"])) == {"ND-1", "MN-1"}
    assert codes(client_of(people["rival"])) == {"ND-2", "MN-1"}
    assert codes(client_of(people["department_officer"])) == {"ND-1", "ND-2", "MN-1"}
    assert codes(client_of(people["stranger"])) == {"MN-1"}
    found = Client().get(address, {"q": "muc nuoc song ky cung", "xuat": "csv"}).content.decode()
    assert "DỮ LIỆU MÔ PHỎNG" in found and "MN-1" in found


def test_a_page_says_the_value_its_age_its_quality_and_its_month(
    world: World, people: dict[str, Person], observations: None
) -> None:
    now = timezone.now()
    stream = a_stream(a_thing(world, simulated=True), last_at=None, last_result=None)
    keep(
        [Observation(stream.pk, now - timedelta(hours=n), result=float(n), quality='"good"') for n in range(5, -1, -1)]
    )
    a_rule(stream)
    address = f"/cam-bien/{stream.thing_id}/"
    page = client_of(people["operator"]).get(address).content.decode()
    assert "Thấp nhất 0, trung bình 2,5, cao nhất 5 V; 6 lần đo." in page
    assert "vừa xong" in page and "tốt" in page and "thấp hơn mức 100 V, hết khi về 180 V" in page
    assert "DỮ LIỆU MÔ PHỎNG" in page
    table = client_of(people["operator"]).get(address, {"xuat": "csv"}).content.decode().splitlines()
    assert "DỮ LIỆU MÔ PHỎNG" in table[0] and len(table) == 2 + 6
    assert Client().get(address).status_code == 404


def test_a_month_reads_as_people_count_it() -> None:
    month = month_of("2026-12", AT)
    assert (month.begin.isoformat(), month.words) == ("2026-12-01T00:00:00+07:00", "tháng 12/2026")
    assert month.end.isoformat() == "2026-12-31T23:59:59.999999+07:00"
    assert month_of("2026-13", AT).words == "31 ngày qua"


def test_a_thing_without_streams_or_place_says_so(world: World, people: dict[str, Person]) -> None:
    thing = a_thing(world, lon=None, lat=None)
    page = client_of(people["operator"]).get(f"/cam-bien/{thing.pk}/").content.decode()
    assert "chưa có luồng số đo nào" in page and "Chưa ghi vị trí" in page


WRONG = [
    ({"kind": "above", "limit": ""}, "Ghi mức mà vượt qua thì báo."),
    ({"kind": "above", "limit": "5", "clear_limit": "6"}, "Mức hết phải bằng hoặc thấp hơn mức đặt ra."),
    ({"kind": "below", "limit": "5", "clear_limit": "4"}, "Mức hết phải bằng hoặc cao hơn mức đặt ra."),
    ({"kind": "absent", "limit": "5"}, "Ghi số phút không có số đo thì báo"),
    ({"kind": "above", "limit": "năm"}, "năm"),
]


@pytest.mark.parametrize(("sent", "said"), WRONG)
def test_a_wrong_threshold_is_answered_at_the_field(
    world: World, people: dict[str, Person], sent: dict[str, str], said: str
) -> None:
    stream = a_stream(a_thing(world))
    whole = {"stream": stream.pk, "name": "Mức", "level": "warning", "is_active": "on"}
    answer = client_of(people["operator"]).post(f"/cam-bien/{stream.thing_id}/nguong", whole | sent)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Threshold.objects.exists()


def test_a_threshold_is_set_on_ones_own_stream_only(world: World, people: dict[str, Person]) -> None:
    own, other = a_stream(a_thing(world)), a_stream(a_thing(world, "ND-2", owner=world.rival))
    sent = {"stream": own.pk, "name": "Mức", "kind": "below", "limit": "100,5", "level": "danger", "is_active": "on"}
    client = client_of(people["operator"])
    assert client.post(f"/cam-bien/{own.thing_id}/nguong", sent | {"stream": other.pk}).status_code == 422
    assert client.post(f"/cam-bien/{own.thing_id}/nguong", sent).status_code == 302
    rule = Threshold.objects.get()
    assert (rule.stream, rule.limit, rule.hold_minutes) == (own, 100.5, 0)
    assert rule.history.get().history_user == people["operator"]
    assert client.post(f"/cam-bien/{own.thing_id}/nguong/{rule.pk}/", sent | {"limit": "90"}).status_code == 302
    assert Threshold.objects.get().limit == 90


def test_alerts_are_listed_by_state_and_closed_with_a_note(world: World, people: dict[str, Person]) -> None:
    alert = an_alert(a_rule(a_stream(a_thing(world, site_code="C-1"))))
    client, address = client_of(people["operator"]), f"/cam-bien/canh-bao/{alert.pk}/"
    assert "Thôn nào phụ thuộc trạm này?" in client.get(address).content.decode()
    assert client.post(f"{address}dong", {"note": ""}).status_code == 422
    assert client.post(f"{address}dong", {"note": "Điện đã có lại."}).status_code == 302
    assert Alert.objects.get().note == "Điện đã có lại."
    where = f"/cam-bien/tinh/{world.province.code}/canh-bao"
    assert alert.title not in client.get(where, {"trang-thai": "mo"}).content.decode()
    assert alert.title in client.get(where, {"trang-thai": "closed"}).content.decode()
