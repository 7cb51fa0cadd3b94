"""Figures go out by two people, and what went out is on record: as a table of any day, as a file anybody can check."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.transparency.proofs import Verdict, check_file
from hatang.indicators import services
from hatang.indicators.models import Indicator, Publication, Value
from hatang.indicators.services import Entry
from hatang.utilities.models import LogEntry
from hatang.utilities.services import proof_of
from hatang.work.models import Notice
from tests.conftest import World
from tests.indicators.publishing import publish

Lines = list[dict[str, str]]


def record(world: World, *entries: Entry, **more: Any) -> None:
    services.record_values(**{"actor": None, "source": "phiếu năm 2025"} | more, rows=list(entries))


def lines_of(publication: Publication) -> Lines:
    """Read the file of a publication."""
    assert publication.entry
    with publication.entry.file.file.open("rb") as file:
        return list(csv.DictReader(file.read().decode("utf-8-sig").splitlines()))


def line_at(publication: Publication, place: str) -> dict[str, str]:
    return next(line for line in lines_of(publication) if line["Nơi"] == place)


@pytest.fixture
def recorded(world: World, smartphones: Indicator) -> Indicator:
    """Record two communes; the province's figure arises from them."""
    record(world, Entry(smartphones, world.commune, 2025, 10, 100), Entry(smartphones, world.neighbour, 2025, 90, 100))
    return smartphones


def propose(world: World, actor: Person, **more: Any) -> Publication:
    facts: dict[str, Any] = {"province": world.province, "year": 2025, "values": Value.objects.all()}
    return services.propose_publication(actor=actor, **facts | more)


# --- two people


def test_one_proposes_another_publishes_and_the_public_sees_the_whole_table(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    head, officer = people["department_head"], people["department_officer"]
    services.approve_values(actor=head, values=Value.objects.all())
    proposed = propose(world, head)
    assert not Value.objects.published().exists(), "đề nghị chưa phải công bố"
    with pytest.raises(ValidationError, match="phải khác người đề nghị"):
        services.confirm_publication(actor=head, publication=proposed)
    done = services.confirm_publication(actor=officer, publication=proposed)
    assert (done.state, done.proposed_by, done.published_by) == ("published", head, officer)
    assert set(Value.objects.published().values_list("publication", flat=True)) == {done.pk}
    assert [line["Nơi"] for line in lines_of(done)] == ["Tỉnh Lạng Sơn", "Phường Kỳ Lừa", "Xã Đồng Đăng"]
    province = line_at(done, "Tỉnh Lạng Sơn")
    assert (province["Giá trị"], province["Tử số"], province["Mẫu số"]) == ("50", "100", "200")
    assert (province["Mục sổ minh bạch"], province["Bản"], province["Người duyệt"]) == ("1", "1", str(head))
    assert line_at(done, "Xã Đồng Đăng")["Nguồn"] == "phiếu năm 2025"


def test_who_may_not_publish_neither_proposes_nor_confirms(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    services.approve_values(actor=None, values=Value.objects.all())
    for who in ("commune_officer", "analyst", "auditor", "operator", "stranger", "administrator"):
        with pytest.raises(PermissionDenied):
            propose(world, people[who])
    proposed = propose(world, people["department_officer"])
    for who in ("commune_officer", "analyst", "operator", "stranger"):
        with pytest.raises(PermissionDenied):
            services.confirm_publication(actor=people[who], publication=proposed)
        with pytest.raises(PermissionDenied):
            services.withdraw_publication(actor=people[who], publication=proposed)


def test_the_database_itself_refuses_one_person_for_both(world: World, people: dict[str, Person]) -> None:
    one = {"proposed_by": people["department_head"], "published_by": people["department_head"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(
            province=world.province, year=2025, title="x", state="published", proposed_at=timezone.now(), **one
        )


def test_drafts_are_not_proposed_and_nothing_is_proposed_twice(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    officer = people["department_officer"]
    with pytest.raises(ValidationError, match="hãy duyệt trước"):
        propose(world, officer)
    services.approve_values(actor=None, values=Value.objects.filter(place=world.commune))
    proposed = propose(world, officer)
    assert list(proposed.values.all()) == [Value.objects.get(place=world.commune)]
    with pytest.raises(ValidationError, match="chưa đề nghị"):
        propose(world, officer)
    services.withdraw_publication(actor=officer, publication=proposed)
    assert propose(world, officer).values.count() == 1, "rút rồi thì đề nghị lại được"
    with pytest.raises(ValidationError, match="đã xong: không công bố"):
        services.confirm_publication(actor=people["department_head"], publication=proposed)


def test_the_others_who_may_publish_are_told(world: World, people: dict[str, Person], recorded: Indicator) -> None:
    services.approve_values(actor=None, values=Value.objects.all())
    proposed = propose(world, people["department_officer"])
    told = Notice.objects.get()
    assert (told.to, told.url) == (people["department_head"], proposed.get_absolute_url())
    assert "3 số liệu" in told.subject
    client = Client()
    client.force_login(people["department_head"])
    assert "xét có lộ số của riêng ai không ngay lúc công bố" in client.get(told.url).content.decode()


def test_a_figure_that_changed_after_the_proposal_stops_it_whole(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    services.approve_values(actor=None, values=Value.objects.all())
    proposed = propose(world, people["department_officer"])
    record(world, Entry(recorded, world.commune, 2025, 11, 100))
    with pytest.raises(ValidationError, match="2 số liệu đã có bản mới từ khi đề nghị"):
        services.confirm_publication(actor=people["department_head"], publication=proposed)
    assert not Value.objects.published().exists()
    assert not LogEntry.objects.exists()


# --- corrections and days


def test_a_correction_needs_a_reason_and_replaces_the_earlier_table(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    first = publish(world, people)
    record(world, Entry(recorded, world.commune, 2025, 20, 100))
    with pytest.raises(ValidationError, match="sửa 2 số liệu đã công bố; hãy nêu lý do"):
        publish(world, people)
    second = publish(world, people, reason="Xã đếm sót 10 máy")
    assert (second.replaces, second.entry.replaces, second.entry.reason) == (  # type: ignore[union-attr]
        first,
        first.entry,
        "Xã đếm sót 10 máy",
    )
    corrected, unchanged = line_at(second, "Xã Đồng Đăng"), line_at(second, "Phường Kỳ Lừa")
    assert (corrected["Giá trị"], corrected["Bản"], corrected["Lý do sửa"]) == ("20", "2", "Xã đếm sót 10 máy")
    assert (unchanged["Giá trị"], unchanged["Bản"], unchanged["Lý do sửa"]) == ("90", "1", "")
    assert line_at(second, "Tỉnh Lạng Sơn")["Giá trị"] == "55"
    assert line_at(first, "Xã Đồng Đăng")["Giá trị"] == "10", "tệp cũ còn nguyên"


def test_a_reason_given_with_the_figure_is_kept(world: World, people: dict[str, Person], recorded: Indicator) -> None:
    publish(world, people)
    record(world, Entry(recorded, world.commune, 2025, 20, 100), reason="Xã gửi lại phiếu")
    line = line_at(publish(world, people, reason="Sửa theo xã"), "Xã Đồng Đăng")
    assert line["Lý do sửa"] == "Xã gửi lại phiếu"


def test_the_table_is_shown_as_it_was_on_any_day(world: World, people: dict[str, Person], recorded: Indicator) -> None:
    def values_at(day: datetime) -> dict[str, float | None]:
        return {row.place.name: row.value for row in services.published_table(world.province, 2025, day)}

    march, june = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    first = publish(world, people)
    Publication.objects.filter(pk=first.pk).update(published_at=march)
    record(world, Entry(recorded, world.commune, 2025, 20, 100))
    second = publish(world, people, reason="đếm sót")
    Publication.objects.filter(pk=second.pk).update(published_at=june)
    record(world, Entry(recorded, world.neighbour, 2025, 91, 100))
    day = timedelta(days=1)
    assert values_at(march - day) == {}
    assert values_at(march) == {"Lạng Sơn": 50, "Đồng Đăng": 10, "Kỳ Lừa": 90}
    assert values_at(june - day) == values_at(march)
    assert values_at(june) == {"Lạng Sơn": 55, "Đồng Đăng": 20, "Kỳ Lừa": 90}
    assert values_at(timezone.now()) == values_at(june), "dự thảo chưa công bố thì không có trong bảng"
    assert services.publication_of(world.province, 2025, june - day) == first


def test_a_later_indicator_joins_the_table_of_its_year(
    world: World, people: dict[str, Person], recorded: Indicator, broadband: Indicator, cover: Any
) -> None:
    publish(world, people)
    cover(world.village)
    services.compute_values(actor=None, province=world.province, year=2025)
    second = publish(world, people)
    assert second.reason.startswith("Bổ sung, cập nhật")
    assert {line["Mã chỉ tiêu"] for line in lines_of(second)} == {recorded.code, broadband.code}


# --- what is held back


def test_what_is_held_back_stands_in_the_file_without_its_figures(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    Value.objects.filter(place=world.commune).update(withheld=True)
    done = publish(world, people)
    held = line_at(done, "Xã Đồng Đăng")
    assert held["Không công bố"] == "có"
    assert [held[name] for name in ("Giá trị", "Tử số", "Mẫu số", "Nguồn", "Cỡ mẫu")] == [""] * 5
    assert line_at(done, "Phường Kỳ Lừa")["Giá trị"] == "90"
    assert not any(cell == "10" for cell in held.values())


def test_a_trade_secret_is_published_for_the_province_alone(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    Indicator.objects.update(commercial=True)
    done = publish(world, people)
    assert [(line["Nơi"], line["Giá trị"]) for line in lines_of(done)] == [
        ("Tỉnh Lạng Sơn", "50"),
        ("Phường Kỳ Lừa", ""),
        ("Xã Đồng Đăng", ""),
    ]


# --- the log


def test_the_file_is_proven_and_simulated_rows_mark_it(
    world: World, people: dict[str, Person], recorded: Indicator
) -> None:
    Value.objects.filter(place=world.commune).update(simulated=True)
    entry = publish(world, people).entry
    assert entry
    with entry.file.file.open("rb") as file:
        assert check_file(file.read(), proof_of(entry)).verdict == Verdict.INTACT
    assert entry.simulated
    assert entry.title == "Số liệu hạ tầng số tỉnh Lạng Sơn năm 2025"


def test_what_a_command_publishes_enters_the_log_once(world: World, broadband: Indicator, cover: Any) -> None:
    services.compute_values(actor=None, province=world.province, year=2025, publish=True)
    first = services.log_published(province=world.province, year=2025)
    assert first
    assert first.published_by is None
    assert services.log_published(province=world.province, year=2025) is None
    cover(world.village)
    services.compute_values(actor=None, province=world.province, year=2025, publish=True)
    second = services.log_published(province=world.province, year=2025)
    assert second
    assert (second.replaces, line_at(second, "Tỉnh Lạng Sơn")["Giá trị"]) == (first, "50")
    assert services.log_published(province=world.other_province, year=2025) is None
