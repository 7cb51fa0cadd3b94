"""Evidence as people bring it: files of measurements, communes' answers, and what then counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Organisation, Person
from hatang.core.cells import parse_moment
from hatang.core.vietnamese import search_key
from hatang.coverage.models import (
    CountedService,
    CoverageRun,
    Level,
    Measurement,
    MeasurementFile,
    PredictedService,
    Terrain,
    Verification,
)
from hatang.coverage.services.evidence.reading import evidence_at
from hatang.coverage.services.evidence.recounting import recount, recount_changed
from hatang.coverage.services.evidence.verifications import Trial, verify_service
from hatang.coverage.services.measurements.reading import RefusedError, read_measurements
from hatang.coverage.services.measurements.uploads import (
    check_measurements,
    save_measurements,
    store_measurements,
    undo_measurements,
)
from hatang.network.models import DeclaredCoverage
from hatang.places.models import Place
from tests.conftest import World

People = dict[str, Person]
TODAY = timezone.localdate()
HEAD = (
    "Doanh nghiệp;Công nghệ;Loại đo;Kinh độ;Vĩ độ;Thời điểm;Mức thu, dBm;Tải xuống, Mbit/s;Tải lên, Mbit/s;Độ trễ, ms"
)


def yesterday(hour: int = 9) -> str:
    """Write an hour of yesterday as people write it."""
    return f"{TODAY - timedelta(1):%d/%m/%Y} {hour:02d}:30"


def line(**said: str) -> str:
    """Write a line of a file: a good 4G test at the village, save what is said otherwise."""
    cells = {
        "operator": "A",
        "technology": "4G",
        "kind": "đo tốc độ",
        "lon": "106,7",
        "lat": "21,95",
        "at": yesterday(),
        "level": "-95",
        "down": "24,5",
        "up": "8",
        "delay": "35",
    }
    return ";".join((cells | said).values())


def file_of(*lines: str) -> bytes:
    """Write a file of measurements."""
    return "\n".join([HEAD, *lines]).encode()


def read(world: World, *lines: str) -> Any:
    """Check a file."""
    return read_measurements(file_of(*lines), "do.csv", province=world.province, now=timezone.now())


def declare(world: World, operator: Organisation | None = None, technology: str = "4G", **more: Any) -> None:
    """Let an operator declare a service at the village since 2024."""
    facts = {"place": world.village, "operator": operator or world.operator, "technology": technology}
    DeclaredCoverage.objects.create(**facts | {"since_on": date(2024, 1, 1)} | more)


def predict(world: World, *, served: bool, on: date, place: Place | None = None) -> CoverageRun:
    """Let the department adopt a run that says so of the operator's 4G at the village."""
    terrain = Terrain.objects.create(province=world.province, title="t", source="s", licence="l")
    run = CoverageRun.objects.create(
        province=world.province, title="r", on=on, terrain=terrain, state="done", adopted_at=timezone.now()
    )
    facts = {"operator": world.operator, "technology": "4G", "probability": 0.1, "served": served}
    PredictedService.objects.create(run=run, place=place or world.village, **facts)
    return run


def counted(world: World, on: date = TODAY, operator: Organisation | None = None) -> tuple[bool, str] | None:
    """Give what counts of the operator's 4G at the village."""
    rows = CountedService.objects.on(on).filter(
        place=world.village, operator=operator or world.operator, technology="4G"
    )
    row = rows.first()
    return (row.served, row.level) if row else None


def save(people: People, world: World, content: bytes, name: str = "do.csv") -> MeasurementFile:
    """Bring a file whole."""
    officer = people["department_officer"]
    file = store_measurements(actor=officer, province=world.province, name=name, content=content)
    check_measurements(file)
    assert file.state == MeasurementFile.State.READY, file.summary
    file.state = MeasurementFile.State.SAVING
    file.save()
    save_measurements(actor=officer, upload=file)
    return file


# Files of measurements


def test_a_good_file_is_read_and_put_on_the_nearest_village(world: World) -> None:
    far = line(lon="106,9", lat="21,8", at=yesterday(10))
    found = read(world, line(), line(technology="5g", operator="doanh nghiệp a", level="", at=yesterday(11)), far)
    assert not found.faults
    assert [one.place_id for one in found.new] == [world.village.pk, world.village.pk, None]
    assert [one.technology for one in found.new] == ["4G", "5G", "4G"]
    assert found.summary()["nowhere"] == 1


WRONG = [
    ({"operator": "C"}, "A", "Không có doanh nghiệp “C”."),
    ({"operator": ""}, "A", "Ô trống."),
    ({"technology": "6G"}, "B", "“6G” không phải công nghệ."),
    ({"kind": "đi chơi"}, "C", "“đi chơi” không phải loại đo."),
    ({"lon": "21,95", "lat": "106,7"}, "D", "21,95 ngoài khoảng có thể."),
    ({"lon": "105,5"}, "D", "Điểm nằm ngoài Tỉnh Lạng Sơn."),
    ({"at": "31/02/2026 10:00"}, "F", "không phải thời điểm"),
    ({"at": "01/01/2099 10:00"}, "F", "chưa tới"),
    ({"level": "-30"}, "G", "Máy 4G không báo mức -30 dBm (RSRP)."),
    ({"level": "yếu"}, "G", "“yếu” không phải số"),
    ({"level": "", "down": ""}, "G", "Không có mức thu"),
    ({"down": "-1"}, "H", "ngoài khoảng"),
    ({"delay": "nhanh"}, "J", "không phải số"),
]


@pytest.mark.parametrize(("said", "column", "words"), WRONG, ids=[w[2] for w in WRONG])
def test_what_is_wrong_is_told_by_cell(world: World, said: dict[str, str], column: str, words: str) -> None:
    found = read(world, line(), line(**said))
    fault = found.faults[0]
    assert (fault.row, fault.column, found.wrong_rows) == (3, column, 1)
    assert words in fault.wrong
    assert fault.right


def test_a_file_without_a_needed_column_is_refused_in_words(world: World) -> None:
    with pytest.raises(RefusedError, match="Tệp thiếu cột “Công nghệ”"):
        read_measurements(
            "Doanh nghiệp;Kinh độ;Vĩ độ\nA;1;2".encode(), "do.csv", province=world.province, now=timezone.now()
        )


@settings(max_examples=25)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    """Whatever is uploaded is read or refused in words; no operator and no place is asked for before the headings."""
    with pytest.raises(RefusedError):
        read_measurements(content, "do.csv", province=Place(), now=timezone.now())


@given(st.datetimes(datetime(2015, 1, 1), datetime(2100, 1, 1)))
def test_an_instant_is_read_as_people_and_programs_write_it(instant: datetime) -> None:
    short = instant.replace(second=0, microsecond=0)
    assert parse_moment(f"{short:%d/%m/%Y %H:%M}") == parse_moment(f"{short:%Y-%m-%d %H:%M}") == short


def test_measurements_count_once_there_are_three_and_no_longer_when_taken_back(world: World, people: People) -> None:
    declare(world)
    recount(province=world.province)
    bad = [line(level="-120", at=yesterday(hour)) for hour in (8, 9, 10)]
    first = save(people, world, file_of(*bad[:2]))
    assert counted(world) == (True, Level.DECLARED)
    second = save(people, world, file_of(*bad))
    assert Measurement.objects.count() == 3, "what is stored already is not stored again"
    assert second.summary["known"] == 2
    assert counted(world) == (False, Level.MEASURED)
    undo_measurements(actor=people["department_officer"], upload=second)
    assert counted(world) == (True, Level.DECLARED)
    with pytest.raises(ValidationError, match="đã được hoàn tác"):
        undo_measurements(actor=people["department_officer"], upload=second)
    undo_measurements(actor=people["department_officer"], upload=first)
    assert not Measurement.objects.exists()


def test_a_file_is_uploaded_looked_at_saved_and_taken_back_on_its_pages(world: World, people: People) -> None:
    client = Client()
    client.force_login(people["department_officer"])
    upload = reverse("coverage:measurements", args=["20"])
    content = file_of(line(), line(operator="C"))
    client.post(upload, {"file": SimpleUploadedFile("do.csv", content)})
    wrong = MeasurementFile.objects.get()
    page = client.get(reverse("coverage:measurement_file", args=[wrong.pk])).content.decode()
    assert "1 trong 2 dòng có lỗi" in page
    assert "Không có doanh nghiệp “C”." in page
    client.post(upload, {"file": SimpleUploadedFile("do.csv", file_of(line()))})
    row = MeasurementFile.objects.latest("pk")
    assert "sẽ thêm 1 phép đo tại 1 thôn" in client.get(f"/vung-phu/ket-qua-do/{row.pk}/").content.decode()
    for act, count in (("luu", 1), ("hoan-tac", 0)):
        client.post(f"/vung-phu/ket-qua-do/{row.pk}/{act}")
        assert Measurement.objects.count() == count


def test_the_template_can_be_filled_and_brought_back(world: World, people: People) -> None:
    client = Client()
    client.force_login(people["department_officer"])
    for form in ("xlsx", "csv"):
        content = client.get(reverse("coverage:measurement_template", args=["20", form])).content
        found = read_measurements(content, f"mau.{form}", province=world.province, now=timezone.now())
        assert found.rows == 0
    assert search_key("Mức thu") in search_key(content.decode())


def test_a_made_up_file_marks_what_it_brings(world: World, people: People) -> None:
    save(people, world, "DỮ LIỆU MÔ PHỎNG\n".encode() + file_of(*(line(at=yesterday(h)) for h in (8, 9, 10))))
    assert CountedService.objects.get(until_on__isnull=False).simulated


# What counts


def test_a_run_counts_from_its_day_and_figures_of_days_before_stay(world: World) -> None:
    declare(world)
    predict(world, served=False, on=date(2026, 6, 1))
    assert recount_changed() == 1
    assert counted(world, date(2026, 5, 31)) == (True, Level.DECLARED)
    assert counted(world, date(2026, 6, 1)) == (False, Level.PREDICTED)
    covering = CountedService.objects.covering
    assert covering("4G", on=date(2025, 1, 1)).count() == 1
    assert covering("4G", on=TODAY).count() == 0
    assert recount_changed() == 0, "nothing changed since"
    declare(world, technology="5G")
    assert recount_changed() == 1
    assert covering("4G", "5G", on=TODAY).count() == 1


def test_counting_again_changes_nothing(world: World) -> None:
    declare(world)
    assert recount(province=world.province) == 1
    before = list(CountedService.objects.values_list("pk", flat=True))
    assert recount(province=world.province) == 0
    assert list(CountedService.objects.values_list("pk", flat=True)) == before


def test_the_threshold_of_the_adopted_run_judges_levels(world: World, people: People) -> None:
    run = predict(world, served=True, on=date(2026, 6, 1), place=world.dark_village)
    CoverageRun.objects.filter(pk=run.pk).update(thresholds_dbm={"4G": -90})
    save(people, world, file_of(*(line(level="-95", at=yesterday(h)) for h in (8, 9, 10))))
    assert counted(world) == (False, Level.MEASURED)


# What communes say


def verify(person: Person, world: World, answer: str, on: date = TODAY) -> Verification:
    """Let a person verify the operator's 4G at the village."""
    return verify_service(
        actor=person, place=world.village, operator=world.operator, technology="4G", answer=answer, trial=Trial(on)
    )


def test_the_newest_answer_of_the_commune_counts(world: World, people: People) -> None:
    declare(world)
    officer = people["commune_officer"]
    verify(officer, world, "no", TODAY - timedelta(3))
    assert counted(world) == (False, Level.VERIFIED)
    verify(officer, world, "yes")
    assert counted(world) == (True, Level.VERIFIED)
    assert counted(world, TODAY - timedelta(2)) == (False, Level.VERIFIED)
    assert Verification.objects.count() == 2


def test_only_the_own_commune_and_the_department_verify(world: World, people: People) -> None:
    elsewhere = Place.objects.create(
        kind="village", title="Thôn", name="Xa", parent=world.neighbour, province=world.province
    )
    asked = {"place": elsewhere, "operator": world.operator, "technology": "4G", "answer": "yes", "trial": Trial(TODAY)}
    for who in ("commune_officer", "commune_leader", "operator", "stranger", "analyst"):
        with pytest.raises(PermissionDenied):
            verify_service(actor=people[who], **asked)  # type: ignore[arg-type]
    verify_service(actor=people["department_officer"], **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("on", "words"), [(TODAY + timedelta(1), "chưa tới"), (date(2020, 1, 1), "đã quá một năm")])
def test_a_trial_of_a_day_to_come_or_long_ago_is_refused(world: World, people: People, on: date, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        verify(people["commune_officer"], world, "yes", on)


def test_a_commune_officer_presses_a_button_without_scripts(world: World, people: People) -> None:
    declare(world)
    recount(province=world.province)
    client = Client()
    client.force_login(people["commune_officer"])
    page = reverse("coverage:verify_village", args=[world.village.pk])
    assert "Chập chờn" in client.get(page).content.decode()
    pressed = {"on": f"{TODAY:%d/%m/%Y}", "means": "tried", "note": "ở nhà văn hóa"}
    refused = client.post(page, pressed | {"noi": f"{world.rival.pk}.4G.yes"})
    assert refused.status_code == 422, "the rival declared nothing in the commune"
    assert client.post(page, pressed | {"noi": f"{world.operator.pk}.4G.unsteady"}).status_code == 302
    assert counted(world) == (False, Level.VERIFIED)
    overview = client.get(reverse("coverage:verify_commune", args=[world.commune.pk])).content.decode()
    assert "1 trong 2 thôn đã có dịch vụ được xác minh." in overview


# Who sees what


def test_each_sees_its_own_and_everybody_that_somebody_serves(world: World, people: People) -> None:
    declare(world)
    declare(world, world.rival)
    declare(world, world.rival, "5G")
    verify(people["commune_officer"], world, "no")
    recount(province=world.province)

    def named(who: str | None) -> set[str]:
        here = evidence_at([world.village], TODAY, people[who] if who else None)[world.village.pk]
        assert [(a.technology, a.served, a.level) for a in here.anybody] == [
            ("5G", True, "declared"),
            ("4G", True, "declared"),
        ]
        return {f"{row.operator.short_name} {row.technology}" for row in here.named}

    assert named("department_officer") == {"A 4G", "B 4G", "B 5G"}
    assert named("commune_officer") == {"A 4G", "B 4G", "B 5G"}
    assert named("operator") == {"A 4G"}
    assert named("rival") == {"B 4G", "B 5G"}
    assert named("stranger") == named("administrator") == named(None) == set()


def test_the_place_page_says_what_counts_not_what_is_declared(world: World, people: People) -> None:
    declare(world)
    verify(people["commune_officer"], world, "no")
    recount(province=world.province)
    shown = Client().get(world.village.get_absolute_url()).content.decode()
    assert "Thôn Nà Lầm chưa có dịch vụ nào." in shown
    assert "Sóng di động theo mức bằng chứng được tính" in shown
    assert "Theo khai báo của doanh nghiệp" not in shown


def test_the_place_page_names_operators_only_to_who_may_know(world: World, people: People) -> None:
    Organisation.objects.filter(pk=world.rival.pk).update(short_name="Bưu chính Bắc")
    declare(world)
    declare(world, world.rival)
    recount(province=world.province)
    client = Client()
    address = world.village.get_absolute_url()
    told = "Dịch vụ di động theo doanh nghiệp và mức bằng chứng"
    visitor = client.get(address).content.decode()
    assert told in visitor
    assert "Bưu chính Bắc" not in visitor
    client.force_login(people["operator"])
    assert "Bưu chính Bắc" not in client.get(address).content.decode()
    client.force_login(people["department_officer"])
    assert "Bưu chính Bắc" in client.get(address).content.decode()


def test_levels_that_disagree_are_listed_by_people(world: World, people: People) -> None:
    declare(world)
    declare(world, place=world.dark_village)
    run = predict(world, served=False, on=date(2026, 6, 1))
    facts = {"operator": world.operator, "technology": "4G", "probability": 0.1, "served": False}
    PredictedService.objects.create(run=run, place=world.dark_village, **facts)
    recount(province=world.province)
    client = Client()
    address = reverse("coverage:disagreements", args=["20"])
    client.force_login(people["department_officer"])
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    assert len(queries) <= 14
    assert "2 dịch vụ tại 2 nơi có các mức bằng chứng khác nhau; 500 người sống ở đó" in page
    assert page.index("Nà Lầm") < page.index("Khơ Đa")
    assert "Khơ Đa" not in client.get(address, {"q": "na lam"}).content.decode()
    assert "Không có dịch vụ nào" in client.get(address, {"khac": "xa"}).content.decode()
    table = client.get(address, {"xuat": "csv"}).content.decode()
    assert "khai báo có, dự đoán không" in table
    client.force_login(people["rival"])
    assert "Nà Lầm" not in client.get(address).content.decode()
