"""What if: who loses, who gains, what is assumed, and that an operator learns nothing of its rivals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hatang.accounts.models import Person
from hatang.coverage.models import CoverageRun, PredictedService
from hatang.coverage.services.runs.acts import adopt_run, ask_run
from hatang.coverage.services.what_if.answer import Reading
from hatang.coverage.services.what_if.asking import TooManyError, WhatIf, what_if
from hatang.coverage.services.what_if.effect import sight_of
from hatang.coverage.suppositions import (
    CellAltered,
    Change,
    GroupKind,
    GroupOff,
    MastOff,
    OperatorOff,
    SiteAdded,
    TechnologyOff,
    read_changes,
)
from hatang.network.models import CableRoute, Cell
from tests.conftest import World
from tests.coverage.conftest import run_of

KEYS = st.integers(1, 10**9)
NUMBERS = st.integers(-200, 3600).map(lambda tenths: tenths / 10)
OFF = st.one_of(
    st.builds(MastOff, KEYS),
    st.builds(OperatorOff, KEYS),
    st.builds(TechnologyOff, st.sampled_from(["2G", "3G", "4G", "5G"]), st.none() | KEYS),
    st.builds(GroupOff, st.sampled_from(GroupKind), KEYS, st.sets(KEYS, max_size=4).map(lambda s: tuple(sorted(s)))),
)
ALTERED = st.builds(CellAltered, KEYS, *([st.none() | NUMBERS] * 5)).filter(lambda change: bool(change.alterations()))
ADDED = st.builds(
    SiteAdded,
    st.integers(102_000_000, 118_000_000).map(lambda v: v / 1e6),
    st.integers(6_000_000, 24_000_000).map(lambda v: v / 1e6),
    KEYS,
    st.sampled_from(["4G", "5G"]),
    st.sampled_from(["B3", "n78"]),
    st.none() | st.sampled_from([10.0, 20.0, 100.0]),
    NUMBERS,
    NUMBERS,
    st.lists(st.integers(0, 360).map(float), max_size=6).map(tuple),
)


@given(st.lists(OFF | ALTERED | ADDED, max_size=8))
def test_a_link_says_every_change_again(changes: list[Change]) -> None:
    wanted = list(dict.fromkeys(changes))
    assert read_changes([str(change) for change in wanted]) == (wanted, [])


@given(st.text(max_size=60))
def test_whatever_stands_in_a_link_is_read_or_refused_in_words(text: str) -> None:
    changes, wrong = read_changes([text])
    assert len(changes) + len(wrong) == 1


def asked(run: CoverageRun, person: Person, *changes: Change) -> tuple[WhatIf, Reading]:
    """Ask as somebody."""
    sight = sight_of(person, run)
    answer = what_if(sight, changes)
    return answer, Reading(answer, sight)


def words(reading: Reading) -> list[tuple[str, str, str, str]]:
    """Write the rows of an answer."""
    return [(row.place.name, row.operator, row.technology, row.outcome_words) for row in reading.rows()]


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    """Give somebody of the department."""
    return people["department_officer"]


@pytest.fixture
def mast(cells: list[Cell]) -> int:
    """Give the mast that carries A's 4G and 5G."""
    return cells[0].station.mast_id


def test_a_mast_off_names_who_loses_and_who_is_left(done_run: CoverageRun, officer: Person, mast: int) -> None:
    """A's mast serves both villages; B's reaches the one without grid power only."""
    answer, reading = asked(done_run, officer, MastOff(mast))
    assert words(reading) == [
        ("Nà Lầm", "A", "4G", "không còn sóng"),
        ("Nà Lầm", "A", "5G", "không còn sóng"),
        ("Khơ Đa", "A", "4G", "mất dịch vụ"),
    ]
    assert [row.others for row in reading.rows()] == ["", "", "B 4G"]
    assert reading.sentence() == (
        "1 thôn (400 người) không còn doanh nghiệp nào phủ sóng; "
        "1 thôn (100 người) mất một dịch vụ nhưng còn dịch vụ khác hoặc doanh nghiệp khác."
    )
    first = reading.lines()[0]
    assert (first.service, first.whose, first.lost.households, first.lost.without_grid) == (
        "sóng di động (bất kỳ)", "mọi doanh nghiệp", 100, 0,
    )  # fmt: skip
    assert answer.differing == 0, "what is computed anew before the change is what the run found"
    assert {shape["properties"]["sort"] for shape in reading.features()["features"]} == {"dark", "lost", "off"}


def test_it_says_what_a_new_run_would_say(
    done_run: CoverageRun, people: dict[str, Person], cells: list[Cell], world: World
) -> None:
    """Turn and weaken one sector, take one off the air, and compute the whole anew from the register."""
    changes = [CellAltered(cells[0].pk, azimuth_deg=200.0, power_dbm=40.0), MastOff(cells[-1].station.mast_id)]
    answer, _ = asked(done_run, people["department_head"], *changes)
    Cell.objects.filter(pk=cells[0].pk).update(azimuth_deg=200.0, power_dbm=40.0)
    Cell.objects.filter(station__mast=cells[-1].station.mast_id).update(off_air_on=date(2026, 1, 1))
    again = ask_run(actor=people["department_officer"], run=run_of(done_run.terrain), operators=[])
    found = PredictedService.objects.filter(run=again)
    told = {
        (operator, technology, place.pk): (bool(answer.after.served[k, n]), answer.after.levels_dbm[k, n])
        for k, (operator, technology) in enumerate(answer.layers)
        for n, place in enumerate(answer.places)
        if operator == world.operator.pk
    }
    assert len(told) == 4
    for row in found:
        served, level_dbm = told[row.operator_id, row.technology, row.place_id]
        assert (served, row.served) == (row.served, served)
        assert level_dbm == pytest.approx(row.level_dbm, abs=0.01)


def test_a_calibrations_offset_lies_over_what_is_added_too(done_run: CoverageRun, officer: Person) -> None:
    """The run's own cells carry it already; people read and write powers as the register has them."""
    operator = next(iter(sight_of(officer, done_run).cells.rows.values()))[done_run.cells["fields"].index("operator")]
    site = SiteAdded(106.71, 21.95, int(operator), "4G", "B3", 20.0, 30.0, 46.0)
    done_run.offsets_db = {f"{operator}:4G": -6.0}
    sight = sight_of(officer, done_run)
    first = int(next(iter(sight.cells.rows)))
    assert sight.registered(first).power_dbm == 52.0
    effect = what_if(sight, [site, CellAltered(first, power_dbm=40.0)]).effect
    assert [cell.power_dbm for cell in effect.added] == [40.0]
    assert effect.altered[first][1].power_dbm == 34.0


def test_a_layer_that_ends_needs_no_computing(done_run: CoverageRun, officer: Person, world: World) -> None:
    for change in (OperatorOff(world.operator.pk), TechnologyOff("4G", world.operator.pk), TechnologyOff("5G")):
        answer, reading = asked(done_run, officer, change)
        assert answer.recomputed == 0
        ended = [row for row, layer in enumerate(answer.layers) if layer in answer.effect.ended]
        assert not reading.answer.after.served[ended].any()
    _, reading = asked(done_run, officer, TechnologyOff("5G"))
    assert words(reading) == [("Nà Lầm", "A", "5G", "mất dịch vụ")]


def test_a_site_added_where_a_layer_ends_serves_alone(done_run: CoverageRun, officer: Person, world: World) -> None:
    village = world.village
    site = SiteAdded(village.lon + 0.003, village.lat, world.operator.pk, "4G", "B3", 20.0, 30.0, 46.0)
    _, reading = asked(done_run, officer, TechnologyOff("4G"), site)
    lost = [(row.place.name, row.operator) for row in reading.rows() if row.technology == "4G"]
    assert ("Khơ Đa", "B") in lost
    assert ("Nà Lầm", "A") not in lost
    _, reading = asked(
        done_run, officer, SiteAdded(village.lon + 0.003, village.lat, world.rival.pk, "5G", "n78", 100.0, 30.0, 46.0)
    )
    assert ("Nà Lầm", "B", "5G", "được thêm") in words(reading)
    assert "được thêm dịch vụ" in reading.sentence()


def cable(world: World, code: str, owner: Any, south: float) -> CableRoute:
    """Lay a cable past A's mast."""
    return CableRoute.objects.create(
        code=code, province=world.province, commune=world.commune, owner=owner, laying="aerial",
        path=LineString((106.70, south), (106.7021, 21.9521), srid=4326), built_on=date(2024, 1, 1),
    )  # fmt: skip


def test_a_cable_takes_its_owners_stations_along_and_says_so(
    done_run: CoverageRun, officer: Person, world: World, mast: int
) -> None:
    """Not those of others, not those that another cable passes, nor what the person takes out."""
    broken = cable(world, "C1", world.operator, 21.93)
    change = GroupOff(GroupKind.CABLE, broken.pk)
    answer, reading = asked(done_run, officer, change)
    [told] = answer.effect.told
    assert "Sổ không ghi trạm nào nối vào cáp nào" in told.assumption
    assert [(d.mast.code, d.operator, d.stays) for d in told.dependents] == [("M1", world.operator, "")]
    assert reading.dark.any()
    kept = GroupOff(GroupKind.CABLE, broken.pk, (mast,))
    assert asked(done_run, officer, kept)[1].rows() == []
    cable(world, "C2", world.operator, 21.94)
    second = asked(done_run, officer, change)[0].effect.told[0]
    assert [d.stays for d in second.dependents] == ["còn tuyến cáp C2 chạy qua"]
    foreign = cable(world, "C3", world.rival, 21.93)
    assert asked(done_run, officer, GroupOff(GroupKind.CABLE, foreign.pk))[0].effect.told[0].dependents == ()


def test_a_commune_without_power_is_without_its_masts(done_run: CoverageRun, officer: Person, world: World) -> None:
    answer, reading = asked(done_run, officer, GroupOff(GroupKind.COMMUNE, world.commune.pk))
    assert len(answer.effect.told[0].dependents) == 2
    assert "không tính ắc quy" in answer.effect.told[0].assumption
    assert int(reading.dark.sum()) == 2


def test_what_is_wrong_is_said_and_the_rest_is_answered(
    done_run: CoverageRun, officer: Person, cells: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [MastOff(999), CellAltered(cells[0].pk, power_dbm=460.0), CellAltered(cells[0].pk, azimuth_deg=90.0)]
    answer, _ = asked(done_run, officer, *changes)
    assert [text.split(":")[0] for text in answer.effect.wrong] == [
        "Cột số 999 không có trong lượt tính này, hoặc bạn không được xem",
        f"Đã bỏ qua ô {cells[0].code} trên cột M1",
    ]
    assert "Ghi 460 dBm" in answer.effect.wrong[1]
    assert len(answer.effect.told) == 1
    monkeypatch.setattr("hatang.coverage.services.what_if.asking.MOST_SITES", 0)
    with pytest.raises(TooManyError, match="động tới 1 trạm"):
        asked(done_run, officer, changes[2])
    text = page(done_run, officer, *changes).content.decode()
    assert "động tới 1 trạm" in text
    assert "Bỏ thay đổi: Đổi ô" in text
    assert "cot-999" not in text, "what cannot be supposed is told once; links leave it out"


# --- who may ask what


@pytest.fixture
def adopted(done_run: CoverageRun, people: dict[str, Person]) -> CoverageRun:
    """Let the run count, so that operators see their part."""
    adopt_run(actor=people["department_head"], run=done_run)
    return done_run


def page(run: CoverageRun, person: Person, *changes: Change, name: str = "what_if", **more: str) -> Any:
    """Open a page as somebody."""
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"coverage:{name}", args=[run.pk]), {"neu": [str(c) for c in changes], **more})


def test_an_operator_asks_about_its_own_and_learns_nothing_of_rivals(
    adopted: CoverageRun, people: dict[str, Person], world: World, cells: list[Cell]
) -> None:
    """Not by name, not by level, not by whether anybody else is left, whatever it supposes."""
    rivals = cells[-1].station.mast_id
    asks = [
        MastOff(rivals), OperatorOff(world.rival.pk), CellAltered(cells[-1].pk, power_dbm=40.0),
        GroupOff(GroupKind.COMMUNE, world.commune.pk), TechnologyOff("4G"),
        SiteAdded(106.7, 21.95, world.rival.pk, "4G", "B3", 20.0, 30.0, 46.0),
    ]  # fmt: skip
    for more in ({}, {"tim": "M2"}, {"cot": str(rivals)}, {"o": str(cells[-1].pk)}, {"xuat": "csv"}):
        text = page(adopted, people["operator"], *asks, **more).content.decode()
        assert not any(f"{before}M2" in text for before in (">", "cột "))
        assert "M2-4G" not in text
        assert world.rival.name not in text
        assert "không còn doanh nghiệp nào" not in text
    _, reading = asked(adopted, people["operator"], *asks)
    assert {row.operator for row in reading.rows()} == {"A"}
    assert len(reading.answer.effect.wrong) == 4


def test_nobody_else_opens_it(done_run: CoverageRun, people: dict[str, Person]) -> None:
    """Before it is adopted a run is the department's; afterwards communes and other provinces still do not ask."""
    for name in ("what_if", "switch_off"):
        for who in ("operator", "commune_officer", "stranger", "administrator"):
            assert page(done_run, people[who], name=name).status_code == 404
        assert page(done_run, people["analyst"], name=name).status_code == 200


# --- pages


def test_the_page_answers_undoes_and_exports(done_run: CoverageRun, officer: Person, mast: int) -> None:
    change = MastOff(mast)
    text = page(done_run, officer, change).content.decode()
    assert "không còn doanh nghiệp nào phủ sóng" in text
    assert "DỮ LIỆU MÔ PHỎNG" in text
    assert (
        f'href="{reverse("coverage:what_if", args=[done_run.pk])}" aria-label="Bỏ thay đổi: Tắt cột M1 (A; 6 ô)"'
        in text
    )
    file = page(done_run, officer, change, xuat="csv").content.decode()
    assert "DỮ LIỆU MÔ PHỎNG" in file
    assert "Nếu,Tắt cột M1 (A; 6 ô)" in file
    assert "Thôn Nà Lầm,Xã Đồng Đăng,400,A,4G,không còn sóng" in file
    found = page(done_run, officer, change, tim="dong dang").content.decode()
    assert "neu=cot-" in found
    assert f"neu=xa-{done_run.province.inside.get(code='06181').pk}" in found


def test_forms_lead_to_a_link_or_say_what_is_wrong(
    done_run: CoverageRun, officer: Person, cells: list[Cell], world: World
) -> None:
    client = Client()
    client.force_login(officer)
    here = reverse("coverage:what_if", args=[done_run.pk])
    site = {
        "viec": "them", "operator": world.operator.pk, "technology": "4G", "band": "B3", "bandwidth_mhz": "20",
        "lon": "106,7005", "lat": "21,9505", "height_m": "32,5", "power_dbm": "43", "azimuths": "0; 120",
    }  # fmt: skip
    answer = client.post(f"{here}?neu=cn-5G", site)
    assert (
        answer["Location"]
        == f"{here}?neu=cn-5G&neu=them~106.700500~21.950500~{world.operator.pk}~4G~B3~20~32.5~43~0.120"
    )
    outside = client.post(here, site | {"lon": "108,5"})
    assert outside.status_code == 422
    assert "Điểm nằm ngoài địa hình của lượt tính" in outside.content.decode()
    at_cell = f"{here}?o={cells[0].pk}"
    turned = client.post(at_cell, {"viec": "sua", "azimuth_deg": "90", "power_dbm": "46"})
    assert turned["Location"] == f"{here}?neu=o-{cells[0].pk}~az90"
    unchanged = client.post(at_cell, {"viec": "sua", "power_dbm": "46"})
    assert "Chưa đổi gì" in unchanged.content.decode()
    off = client.post(f"{here}?neu=cn-5G", {"viec": "tat", "technologies": ["4G"], "of_operator": "", "volte": "1"})
    assert off["Location"] == f"{here}?neu=cn-4G&volte=1"


def test_voice_goes_on_over_4g_where_it_is_said_to(done_run: CoverageRun, officer: Person, world: World) -> None:
    """A run with 3G at one village, where A has 4G too."""
    PredictedService.objects.create(
        run=done_run, place=world.village, operator=world.operator, technology="3G", level_dbm=-80, probability=1,
        served=True,
    )  # fmt: skip
    change = TechnologyOff("3G")
    services = {line.service for line in asked(done_run, officer, change)[1].lines()}
    assert "thoại qua 2G, 3G" in services
    with_volte = Reading(asked(done_run, officer, change)[0], sight_of(officer, done_run), volte=True)
    assert "thoại (2G, 3G, 4G có VoLTE)" not in {line.service for line in with_volte.lines()}


def test_who_has_only_old_technologies_is_listed(adopted: CoverageRun, people: dict[str, Person], world: World) -> None:
    """2G and 3G of B at the dark village: B's 4G there stays; without it nothing of B's is newer."""
    rows = PredictedService.objects.filter(run=adopted, operator=world.rival, place=world.dark_village)
    for technology in ("2G", "3G"):
        rows.create(
            run=adopted, place=world.dark_village, operator=world.rival, technology=technology, level_dbm=-80,
            probability=1, served=True,
        )  # fmt: skip
    assert "0 thôn (0 người)" in page(adopted, people["analyst"], name="switch_off").content.decode()
    rows.filter(technology="4G").update(served=False)
    text = page(adopted, people["analyst"], name="switch_off").content.decode()
    assert "1 thôn mất ít nhất một doanh nghiệp" in text
    assert text.count("Thôn Khơ Đa</a>") == 1, "once, by its newest"
    assert "Doanh nghiệp khác còn sóng mới hơn" in text
    PredictedService.objects.filter(run=adopted, operator=world.operator, place=world.dark_village).delete()
    text = page(adopted, people["analyst"], name="switch_off").content.decode()
    assert "1 thôn (100 người) không còn doanh nghiệp nào phủ sóng" in text
    own = page(adopted, people["rival"], name="switch_off").content.decode()
    assert "1 thôn (100 người) không còn sóng của doanh nghiệp mình" in own
    assert "Doanh nghiệp khác" not in own
    assert "Khơ Đa" not in page(adopted, people["operator"], name="switch_off").content.decode()
