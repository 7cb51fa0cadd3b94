"""Requests to verify coverage: sent, answered, decided or left to expire; who hears of them and who sees them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.coverage.models import Challenge, CountedService, Verification
from hatang.coverage.services.evidence.challenges import (
    answer_challenges,
    decide_challenges,
    expire_overdue,
    open_challenges,
    withdraw_challenge,
)
from hatang.coverage.services.evidence.counting import Terms, rule_in_words
from hatang.coverage.services.evidence.reading import disagreements
from hatang.coverage.services.evidence.recounting import recount
from hatang.network.models import DeclaredCoverage
from hatang.work.models import Clock, Notice
from hatang.work.services import send_reminders
from tests.conftest import World

People = dict[str, Person]
NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def doubted(world: World) -> World:
    """Let both operators declare 4G at both villages, and the commune say that there is none."""
    for place in (world.village, world.dark_village):
        for operator in (world.operator, world.rival):
            facts = {"place": place, "operator": operator, "technology": "4G"}
            DeclaredCoverage.objects.create(since_on=date(2024, 1, 1), **facts)
            Verification.objects.create(answer="no", on=TODAY - timedelta(9), **facts)
    recount(province=world.province)
    return world


def ask(world: World, people: People, at: datetime = NOW, **only: Any) -> list[Challenge]:
    """Send requests about what is in doubt, all of it or some."""
    officer = people["department_officer"]
    rows = list(disagreements(officer, world.province).filter(**only).order_by("pk"))
    return open_challenges(actor=officer, province=world.province, rows=rows, words="Đề nghị kiểm tra.", at=at)


def to_operator(world: World, people: People, at: datetime = NOW) -> list[Challenge]:
    """Send the operator its two requests."""
    return ask(world, people, at, operator=world.operator)


def keys(rows: list[Challenge]) -> list[Any]:
    return [row.pk for row in rows]


def states(rows: list[Challenge]) -> set[tuple[str, bool | None, str]]:
    """Give where requests stand."""
    found = Challenge.objects.filter(pk__in=keys(rows))
    return {(row.state, row.served, row.basis) for row in found}


def counted(world: World) -> tuple[bool, str]:
    """Give what counts of the operator's 4G at the village today."""
    row = CountedService.objects.on(TODAY).get(place=world.village, operator=world.operator, technology="4G")
    return row.served, row.level


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(to=person).order_by("pk").values_list("subject", flat=True))


def test_requests_sent_together_share_one_term_for_each_operator_and_one_notice(doubted: World, people: People) -> None:
    made = ask(doubted, people)
    assert len(made) == 4
    assert Clock.objects.count() == 2
    assert told(people["operator"]) == ["Yêu cầu xác minh phủ sóng mới: 2 dịch vụ"]
    assert {row.claims_served for row in made} == {False}
    assert made[0].grounds["verified"] is False
    with pytest.raises(ValidationError, match="đã được gửi yêu cầu"):
        ask(doubted, people)


def test_conceding_counts_at_once(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people)
    answer_challenges(actor=people["operator"], keys=keys(rows), accepts=True, words="", at=NOW)
    assert states(rows) == {("decided", False, "conceded")}
    assert counted(doubted) == (False, "decided")
    assert Clock.objects.open().count() == 0
    assert told(people["department_head"]) == [
        "Doanh nghiệp chấp nhận yêu cầu xác minh phủ sóng: Doanh nghiệp A, 2 dịch vụ"
    ]


def test_disputing_hands_it_to_the_department_which_decides(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people)
    with pytest.raises(ValidationError, match="vì sao"):
        answer_challenges(actor=people["operator"], keys=keys(rows), accepts=False, words=" ", at=NOW)
    paper = ("do.pdf", b"%PDF-1.4")
    answer_challenges(
        actor=people["operator"], keys=keys(rows), accepts=False, words="Trạm phát tốt.", at=NOW, paper=paper
    )
    assert states(rows) == {("answered", None, "")}
    assert list(Clock.objects.open().values_list("rule", flat=True)) == ["coverage.challenge_decision"]
    decide_challenges(
        actor=people["department_officer"], keys=keys(rows[:1]), served=True, words="Đo lại cùng nhau: đạt.", at=NOW
    )
    assert counted(doubted) == (True, "decided")
    assert Clock.objects.open().count() == 1, "the other of the letter still waits"
    decide_challenges(actor=people["department_head"], keys=keys(rows[1:]), served=False, words="Không đạt.", at=NOW)
    assert Clock.objects.open().count() == 0
    assert told(people["operator"])[1:] == [
        "Sở quyết định về yêu cầu xác minh: có phủ: 4G tại thôn Nà Lầm",
        "Sở quyết định về yêu cầu xác minh: không phủ: 4G tại thôn Khơ Đa",
    ]


def test_what_is_not_answered_in_time_counts_as_conceded(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people, NOW - timedelta(100))
    assert expire_overdue(now=NOW) == 2
    assert states(rows) == {("decided", False, "unanswered")}
    assert rows[0].steps.latest("pk").at == Clock.objects.get().due_at
    with pytest.raises(ValidationError, match="bước khác"):
        answer_challenges(actor=people["operator"], keys=keys(rows), accepts=False, words="Muộn.", at=NOW)
    assert expire_overdue(now=NOW) == 0


def test_or_it_goes_to_the_department_where_the_installation_says_so(
    doubted: World, people: People, settings: Any
) -> None:
    settings.CHALLENGE_UNANSWERED = "decide"
    rows = to_operator(doubted, people, NOW - timedelta(100))
    assert expire_overdue(now=NOW) == 2
    assert states(rows) == {("answered", None, "")}


def test_an_answer_after_the_term_is_refused_before_the_round_comes(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people, NOW - timedelta(100))
    with pytest.raises(ValidationError, match="hết hạn"):
        answer_challenges(actor=people["operator"], keys=keys(rows), accepts=False, words="Muộn.", at=NOW)


def test_reminders_go_to_whose_turn_it_is(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people)
    clock = rows[0].clock
    assert clock is not None
    last_day = clock.due_at - timedelta(hours=12)
    before = len(told(people["operator"]))
    assert send_reminders(now=last_day) == 1
    assert told(people["operator"])[before:] == ["Hết hạn hôm nay: trả lời yêu cầu xác minh phủ sóng, 2 dịch vụ"]


def test_nobody_acts_out_of_turn(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people)
    for who in ("rival", "department_head", "commune_officer", "auditor"):
        with pytest.raises(PermissionDenied):
            answer_challenges(actor=people[who], keys=keys(rows), accepts=True, words="", at=NOW)
    with pytest.raises(ValidationError, match="bước khác"):
        decide_challenges(actor=people["department_head"], keys=keys(rows), served=True, words="x", at=NOW)
    answer_challenges(actor=people["operator"], keys=keys(rows), accepts=False, words="Không.", at=NOW)
    for who in ("operator", "stranger", "analyst"):
        with pytest.raises(PermissionDenied):
            decide_challenges(actor=people[who], keys=keys(rows), served=True, words="x", at=NOW)
        with pytest.raises(PermissionDenied):
            withdraw_challenge(actor=people[who], challenge=rows[0], words="", at=NOW)


def test_a_withdrawn_request_may_be_sent_again(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people)
    for row in rows:
        withdraw_challenge(actor=people["department_officer"], challenge=row, words="Nhầm.", at=NOW)
    assert Clock.objects.open().count() == 0
    assert len(to_operator(doubted, people)) == 2


def test_a_withdrawal_no_database_can_write_is_refused_in_words(doubted: World, people: People) -> None:
    row, officer = to_operator(doubted, people)[0], Client()
    officer.force_login(people["department_officer"])
    address = reverse("coverage:challenge_withdraw", args=[row.pk])
    assert "Lý do dài nhất" in officer.post(address, {"words": "a\x00b"}, follow=True).content.decode()
    assert "Sở đã rút" in officer.post(address, {"words": "Nhầm."}, follow=True).content.decode()


def test_the_whole_way_on_pages_by_boxes_and_without_scripts(doubted: World, people: People) -> None:
    officer, operator = Client(), Client()
    officer.force_login(people["department_officer"])
    operator.force_login(people["operator"])
    listed = officer.get(reverse("coverage:disagreements", args=["20"])).content.decode()
    assert listed.count('name="chon"') == 4
    chosen = [
        row.pk
        for row in disagreements(people["department_officer"], doubted.province).filter(operator=doubted.operator)
    ]
    sending = reverse("coverage:challenge_open", args=["20"])
    assert "42 ngày làm việc" in officer.get(sending, {"chon": chosen}).content.decode()
    assert officer.post(sending, {"chon": chosen, "words": "Kiểm tra giúp."}).status_code == 302
    inbox = reverse("coverage:challenges", args=["20"])
    page = operator.get(inbox).content.decode()
    assert "2 yêu cầu chờ bạn" in page
    sent = list(Challenge.objects.values_list("pk", flat=True))
    answering = reverse("coverage:challenge_answer", args=["20"])
    refused = operator.post(answering, {"chon": sent, "said": "khong"})
    assert refused.status_code == 422
    assert "Ghi vì sao không chấp nhận." in refused.content.decode()
    paper = SimpleUploadedFile("do.csv", b"a;b")
    said = {"chon": sent, "said": "khong", "words": "Đo được -90 dBm.", "paper": paper}
    assert operator.post(answering, said).status_code == 302
    detail = officer.get(reverse("coverage:challenge", args=[sent[0]])).content.decode()
    assert "Đo được -90 dBm." in detail
    assert "do.csv" in detail
    paper = [reverse("coverage:challenge_file", args=[sent[0], number]) for number in range(4)]
    answers = [operator.get(address) for address in paper]
    assert [answer.status_code for answer in answers] == [404, 404, 200, 404]
    assert b"".join(answers[2].streaming_content) == b"a;b"
    assert paper[2] in detail
    deciding = reverse("coverage:challenge_decide", args=["20"])
    decision = {"chon": sent, "said": "khong", "words": "Không đạt."}
    assert officer.post(deciding, decision).status_code == 302
    assert "Kết luận: không phủ" in operator.get(reverse("coverage:challenge", args=[sent[0]])).content.decode()
    assert "không phủ" in operator.get(inbox, {"xuat": "csv"}).content.decode()


def test_a_rival_learns_nothing_of_a_request(doubted: World, people: People) -> None:
    rows = to_operator(doubted, people)
    client = Client()
    client.force_login(people["rival"])
    assert client.get(rows[0].get_absolute_url()).status_code == 404
    page = client.get(reverse("coverage:challenges", args=["20"])).content.decode()
    assert "Chưa có yêu cầu nào." in page
    assert "Nà Lầm" not in page
    listed = client.get(reverse("coverage:disagreements", args=["20"])).content.decode()
    assert "Doanh nghiệp A" not in listed.partition("<tbody>")[2]
    assert told(people["rival"]) == []


def test_the_rule_is_printed_with_what_the_installation_chose(client: Client, db: None, settings: Any) -> None:
    settings.VERIFIED_MONTHS = 18
    page = client.get(reverse("coverage:rule")).content.decode()
    assert "trong 18 tháng kể từ ngày thử" in page


def test_the_handbook_prints_the_rule_as_it_is(settings: Any) -> None:
    page = " ".join((settings.ROOT / "docs/vung-phu-bang-chung.md").read_text().split())
    for level, words in rule_in_words(Terms.of_installation()):
        assert f"**{level.label.capitalize()}.** {words}" in page
