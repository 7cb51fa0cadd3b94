"""A person keeps a test: the server's own figures, a coarse place, no address anywhere; who cheats keeps none."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.config.logs import JsonLine
from hatang.core.measurements.statistics import speed_statistics
from hatang.quality.models import AddressBlock, DayKey, DemandMark, KeptTest
from hatang.quality.services import kept_tests
from hatang.quality.services.addresses import network_of, operator_at
from hatang.quality.services.devices import device_of, forget_days
from hatang.quality.services.kept_tests import forget_shared, move_kept_tests
from hatang.quality.services.measurements import measurement_table
from tests.conftest import World
from tests.places.drawings import bound
from tests.quality.spool import a_pair, leave

SEEN_FROM = "203.0.113.77"
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)


def keep(world: World, *, seen_from: str = SEEN_FROM, **more: Any) -> Any:
    facts = {"commune": world.commune.pk, "token": TOKEN} | more
    facts = {name: value for name, value in facts.items() if value is not None}
    return Client(REMOTE_ADDR=seen_from).post(reverse("quality:keep"), facts)


def errors(answer: Any) -> str:
    return " ".join(answer.json()["errors"])


# What is kept


def test_the_servers_figures_are_kept_and_shown_to_who_has_the_link(world: World) -> None:
    answer = keep(world, **a_pair(), operator=world.operator.pk, connection="4G")
    assert answer.status_code == 200
    page = Client().get(answer.json()["url"])
    text = page.content.decode()
    assert "48,3" in text and "9,5" in text
    assert "Xã Đồng Đăng, Tỉnh Lạng Sơn" in text
    assert "Di động 4G" in text
    assert page.headers["X-Robots-Tag"] == "noindex"
    row = KeptTest.objects.get()
    assert (row.access, row.technology, row.operator_known) == ("mobile", "4G", "asked")
    assert row.device and TOKEN not in text and row.device not in text


def test_what_a_client_says_about_speed_changes_nothing(world: World) -> None:
    keep(world, **a_pair(), download_mbps=9999, mbps=9999, upload_mbps=9999, min_rtt_ms=0, ip_family=6, device="x")
    row = KeptTest.objects.get()
    assert (row.download_mbps, row.upload_mbps, row.min_rtt_ms, row.ip_family) == (48.27, 9.5, 12.5, 4)


def test_a_test_is_kept_once(world: World) -> None:
    pair = a_pair()
    assert keep(world, **pair).status_code == 200
    again = keep(world, **pair)
    assert again.status_code == 409
    assert "đã được giữ" in errors(again)
    assert KeptTest.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"download": "../../etc/passwd"},
        {"download": ""},
        {"download": "8b0a3c9e-0000-4000-8000-000000000000"},
        {"download": "8b0a3c9e-0000-4000-8000-000000000000", "upload": "8b0a3c9e-0000-4000-8000-000000000000"},
    ],
    ids=["path", "none", "invented", "same"],
)
def test_an_invented_test_is_refused_and_nothing_is_kept(world: World, sent: dict[str, str]) -> None:
    answer = keep(world, **(a_pair() | sent))
    assert answer.status_code == 422
    assert "đo lại" in errors(answer)
    assert not KeptTest.objects.exists()


def test_two_downloads_or_tests_of_different_times_are_no_test(world: World) -> None:
    two_downloads = {"download": leave("download"), "upload": leave("download")}
    before = {"download": leave("download", at=timezone.now() - timedelta(minutes=20)), "upload": leave("upload")}
    assert [keep(world, **pair).status_code for pair in (two_downloads, before)] == [422, 422]
    assert not KeptTest.objects.exists()


def test_a_flood_from_one_address_is_held_up_and_others_are_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_tests, "MOST_AN_HOUR", 2)
    codes = [keep(world, **a_pair()).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert keep(world, **a_pair(), seen_from="198.51.100.9").status_code == 200


def test_who_is_held_up_may_keep_the_same_test_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal for the limit must not eat the server's figures."""
    pair = a_pair()
    monkeypatch.setattr(kept_tests, "MOST_AN_HOUR", 0)
    assert keep(world, **pair).status_code == 429
    monkeypatch.setattr(kept_tests, "MOST_AN_HOUR", 10)
    assert keep(world, **pair).status_code == 200


def test_a_form_of_another_site_keeps_nothing(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("quality:keep"), a_pair() | {"commune": world.commune.pk}).status_code == 403


# Where


def test_a_point_finds_its_commune_and_is_coarse_however_finely_it_was_sent(world: World) -> None:
    bound(world.commune, shapely.box(106.6, 21.9, 106.75, 22.0))
    assert keep(world, **a_pair(), commune=None, lon="106.691239", lat="21.941987").status_code == 200
    row = KeptTest.objects.get()
    assert (row.commune, row.lon, row.lat) == (world.commune, 106.691, 21.942)


def test_a_point_outside_and_a_commune_far_away_are_refused(world: World) -> None:
    answer = keep(world, **a_pair(), lon="0", lat="0")
    assert answer.status_code == 422
    assert "không thuộc xã" in errors(answer)


@pytest.mark.parametrize(
    "wrong", [{"commune": 999_999}, {"commune": "9" * 40}, {"lon": "abc"}, {"lat": "nan"}, {"lat": "91"}]
)
def test_a_wrong_place_is_refused_in_words(world: World, wrong: dict[str, Any]) -> None:
    answer = keep(world, **(a_pair() | {"lon": "106.7", "lat": "21.9"} | wrong))
    assert answer.status_code == 422
    assert errors(answer)
    assert not KeptTest.objects.exists()


def test_who_does_not_say_the_commune_says_the_province(world: World) -> None:
    nowhere = keep(world, **a_pair(), commune=None)
    assert nowhere.status_code == 422
    assert keep(world, **a_pair(), commune=None, province="20").status_code == 200
    row = KeptTest.objects.get()
    assert (row.province, row.commune) == (world.province, None)


def test_the_spot_is_named_and_not_kept(world: World) -> None:
    bound(world.commune, shapely.box(106.6, 21.9, 106.75, 22.0))
    answer = Client().post(reverse("quality:spot"), {"lon": "106.691", "lat": "21.942"})
    assert answer.json()["name"] == "Xã Đồng Đăng, Tỉnh Lạng Sơn"
    assert Client().post(reverse("quality:spot"), {"lon": "0", "lat": "0"}).status_code == 422
    assert Client().post(reverse("quality:spot"), {"lon": "x"}).status_code == 422


def test_communes_are_suggested_without_accents(world: World) -> None:
    page = Client().get(reverse("quality:commune_options"), {"q": "dong da"}).content.decode()
    assert f'data-pk="{world.commune.pk}"' in page
    assert 'role="option"' in page
    village = Client().get(reverse("quality:commune_options"), {"q": "nà lầm"}).content.decode()
    assert f'data-pk="{world.commune.pk}"' in village
    assert "Thôn Nà Lầm" in village
    assert Client().get(reverse("quality:commune_options"), {"q": ""}).content.decode().strip() == ""


# Whose network


def test_the_longest_prefix_names_the_operator_before_what_was_said(world: World) -> None:
    for cidr, operator in (("203.0.0.0/16", world.rival), ("203.0.113.0/24", world.operator)):
        AddressBlock.of(network_of_any(cidr), province=world.province, operator=operator).save()
    keep(world, **a_pair(), operator=world.rival.pk)
    row = KeptTest.objects.get()
    assert (row.operator, row.operator_known) == (world.operator, "address")
    assert operator_at("203.0.5.5", province=world.province) == world.rival
    assert operator_at("198.51.100.1", province=world.province) is None
    assert operator_at("::ffff:203.0.113.9", province=world.province) == world.operator
    assert operator_at("203.0.113.9", province=world.other_province) is None
    assert operator_at("không phải địa chỉ") is None


def network_of_any(cidr: str) -> Any:
    """Addresses of documentation, which uploads refuse."""
    import ipaddress

    return ipaddress.ip_network(cidr)


def test_ipv6_blocks_and_the_first_and_last_address_of_a_block(world: World) -> None:
    AddressBlock.of(network_of("2402:800::/32"), province=world.province, operator=world.operator).save()
    AddressBlock.of(network_of("27.64.0.0/12"), province=world.province, operator=world.rival).save()
    found = {
        a: operator_at(a)
        for a in ("2402:800::", "2402:800:ffff:ffff::1", "2402:801::", "27.64.0.0", "27.79.255.255", "27.80.0.0")
    }
    assert list(found.values()) == [world.operator, world.operator, None, world.rival, world.rival, None]


# Nobody can be followed


def test_no_address_is_kept_in_the_database_the_table_the_cache_or_the_logs(
    world: World, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Every table is read, every file of the data folder, and every line that was logged."""
    caplog.set_level(logging.DEBUG)
    seen_from = "198.51.100.231"
    client = Client(REMOTE_ADDR=seen_from)
    client.get(reverse("quality:measure"))
    client.get(reverse("quality:commune_options"), {"q": "dong"})
    client.post(reverse("quality:spot"), {"lon": "106.7", "lat": "21.9"})
    assert keep(world, **a_pair(), seen_from=seen_from).status_code == 200
    client.get(KeptTest.objects.get().get_absolute_url())
    client.get(reverse("quality:demand"))
    client.post(reverse("quality:register_demand"), {"purpose": "class", "commune": world.commune.pk})
    assert KeptTest.objects.exists() and DemandMark.objects.exists()
    move_kept_tests()
    lines = [JsonLine().format(record) for record in caplog.records]
    assert sum("/chat-luong/" in line for line in lines) >= 6, "the log has the requests themselves"
    assert not [line for line in lines if seen_from in line]
    rows = [
        str(model.objects.values_list()) + str(list(model.objects.values()))
        for model in apps.get_app_config("quality").get_models()
    ]
    assert not [row for row in rows if seen_from in row]
    folders = (tmp_path, Path(settings.CACHES["default"]["LOCATION"]))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".parquet" for path in files)
    assert not [path for path in files if seen_from.encode() in path.read_bytes()]
    told = measurement_table().expression(measurement_table().connection()).to_pyarrow()
    assert seen_from not in str(told.to_pylist())


def test_other_pages_still_log_who_asked(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Client(REMOTE_ADDR="198.51.100.232").get(reverse("web:about"))
    assert any("198.51.100.232" in JsonLine().format(record) for record in caplog.records)


def test_a_pseudonym_holds_for_one_day_and_its_key_is_thrown_away(world: World) -> None:
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    first = device_of(token=TOKEN, address=SEEN_FROM, on=today)
    assert first == device_of(token=TOKEN, address="198.51.100.1", on=today), "the browser, not the address"
    assert first != device_of(token=TOKEN, address=SEEN_FROM, on=yesterday)
    assert device_of(token="", address=SEEN_FROM, on=today) == device_of(token="zz", address=SEEN_FROM, on=today)
    DemandMark.objects.create(on=yesterday, purpose="class", device=first)
    assert forget_days() == 1
    assert list(DayKey.objects.values_list("on", flat=True)) == [today]
    assert not DemandMark.objects.exists()


# Into the measurement table


def test_kept_tests_reach_the_table_once_and_what_only_it_needs_is_cleared(world: World) -> None:
    bound(world.commune, shapely.box(106.6, 21.9, 106.75, 22.0))
    keep(world, **a_pair(), operator=world.operator.pk, lon="106.691", lat="21.942", connection="5G")
    keep(world, **a_pair(mbps=90.0), token="f" * 32)
    assert move_kept_tests() == 2
    KeptTest.objects.update(moved_at=None)
    assert move_kept_tests() == 2, "as after a process that died between the two writes"
    table = measurement_table()
    connection = table.connection()
    rows = table.expression(connection).order_by("download_mbps").to_pyarrow().to_pylist()
    assert len(rows) == 2
    first = rows[0]
    assert (first["commune"], first["province"], first["technology"], first["access"]) == (
        "06181",
        "20",
        "5G",
        "mobile",
    )
    assert (first["lon"], first["lat"], first["operator"]) == (106.691, 21.942, str(world.operator.pk))
    assert first["device"] and first["device"] != rows[1]["device"]
    assert set(KeptTest.objects.values_list("device", "lon", "lat")) == {("", None, None)}
    told = (
        speed_statistics(table.expression(connection), by=["commune"], value="download_mbps").to_pyarrow().to_pylist()
    )
    assert told[0]["n"] == 2


def test_nothing_waiting_is_no_work_and_old_links_end(world: World) -> None:
    assert move_kept_tests() == 0
    keep(world, **a_pair())
    move_kept_tests()
    assert forget_shared() == 0
    KeptTest.objects.update(at=timezone.now() - timedelta(days=400))
    assert forget_shared() == 1


def test_an_unknown_link_is_not_found(world: World) -> None:
    assert Client().get(reverse("quality:kept_test", args=["khong-co"])).status_code == 404


def test_the_page_tells_the_cost_and_serves_the_clients_own_files(world: World) -> None:
    text = Client().get(reverse("quality:measure")).content.decode()
    assert "tối đa 250 MB" in text
    assert "vendor/ndt7-download-worker.js" in text
    purposes = json.loads(text.split('id="purposes" type="application/json">')[1].split("</script>")[0])
    assert {p["key"] for p in purposes} >= {"telemedicine", "class", "shop", "game", "camera"}
