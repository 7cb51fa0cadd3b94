"""Made-up reports of problems by nobody in particular: open, overdue, in repair, answered; no contact is made up."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hatang.accounts.models import Organisation, Person
from hatang.network.models import House, Mast, Pole, ProblemReport
from hatang.network.services.report_answers import Answer, answer_report, publish_words
from hatang.network.services.reports import Told, receive_report
from hatang.sample.cast import Cast
from hatang.sample.ground import moved

Kind, State = ProblemReport.Kind, ProblemReport.State
AS_EXACT_AS_A_PHONE_KM = 0.008
JUST_NOW = timedelta(hours=2)


@dataclass(frozen=True)
class Incident:
    """What happened at a thing of an operator: told when, and answered how, an answer each day at most."""

    model: Any
    by_first: bool
    kind: str
    words: str
    place: str
    days_ago: int
    answers: tuple[Answer, ...] = ()
    published: bool = False


INCIDENTS = (
    Incident(Pole, True, Kind.CABLE_POLE, "Cáp võng thấp ngang đầu người đi xe máy.", "trước cổng trường", 0),
    Incident(
        Pole,
        False,
        Kind.CABLE_POLE,
        "Cột nghiêng hẳn về phía đường sau trận mưa.",
        "khúc cua gần cầu",
        4,
        (Answer(state=State.CHECKED, words="Xã đã đặt cọc tiêu cảnh báo."),),
    ),
    Incident(
        Mast,
        True,
        Kind.NO_SIGNAL,
        "Cả xóm mất sóng từ tối hôm trước.",
        "xóm trong",
        6,
        (Answer(state=State.REPAIRING, words="Đang thay bộ nguồn."), Answer(words="Chờ vật tư, dự kiến xong hôm sau.")),
    ),
    Incident(
        Pole,
        True,
        Kind.TRANSMISSION,
        "Xe tải kéo đứt cáp, mất Internet.",
        "ngã ba chợ",
        13,
        (
            Answer(state=State.REPAIRING, words="Đội sửa chữa đã tới."),
            Answer(state=State.RESOLVED, words="Đã nối lại cáp và treo cao hơn 1 m."),
        ),
        published=True,
    ),
    Incident(
        House,
        False,
        Kind.DAMAGE,
        "Cửa nhà trạm bị bật, dây nối ra ngoài.",
        "sau nhà văn hóa",
        9,
        (Answer(state=State.FORWARDED, words="Chuyển đơn vị quản lý khóa lại."),),
    ),
    Incident(
        Mast,
        False,
        Kind.OTHER,
        "Cột mới sơn có gây hại không?",
        "đầu thôn",
        20,
        (Answer(state=State.REJECTED, words="Không phải sự cố; kết quả kiểm định niêm yết tại trụ sở xã."),),
    ),
)


def make_reports(cast: Cast) -> None:
    """Take in every report at a thing of its own, and let who is in charge answer."""
    things = {key: iter(rows) for key, rows in broken_things(cast)}
    for incident in INCIDENTS:
        thing = next(things[incident.model, incident.by_first], None)
        if thing is not None:
            tell(cast, incident, thing)


def broken_things(cast: Cast) -> Iterator[tuple[tuple[Any, bool], list[Any]]]:
    """Give each operator's things by kind, one of a commune."""
    for model in (Pole, Mast, House):
        for first in (True, False):
            rows = cast.things(model, cast.first if first else cast.second, spare=False)
            yield (model, first), list({row.commune_id: row for row in reversed(rows)}.values())[::-1]


def tell(cast: Cast, incident: Incident, thing: Any) -> None:
    """Take in one report and answer it: the owner repairs, the department does the rest."""
    lon, lat = moved((thing.lon, thing.lat), incident.days_ago, AS_EXACT_AS_A_PHONE_KM)
    told = Told(
        kind=incident.kind,
        words=incident.words,
        lon=lon,
        lat=lat,
        commune=thing.commune,
        place_words=incident.place,
        operator=named_by_reporter(incident, thing),
        simulated=True,
    )
    secret, at = secrets.token_urlsafe(32), when(cast, incident)
    report = receive_report(province=cast.province, told=told, secret=secret, now=at)
    for hours, answer in enumerate(incident.answers, 1):
        report = answer_report(
            actor=who_answers(cast, incident, answer), report=report, answer=answer, now=at + hours * timedelta(hours=3)
        )
    if incident.published:
        publish_words(actor=cast.officer, report=report, on=True)


def when(cast: Cast, incident: Incident) -> datetime:
    """Give the instant of receipt; today's is so fresh that its term still runs."""
    return cast.hour(incident.days_ago, 9) if incident.days_ago else cast.now() - JUST_NOW


def named_by_reporter(incident: Incident, thing: Any) -> Organisation | None:
    """Give the operator whose signal is missing: no distance tells that, so the reporter does."""
    return thing.owner if incident.kind == Kind.NO_SIGNAL else None


def who_answers(cast: Cast, incident: Incident, answer: Answer) -> Person:
    """Give the owner's person for what owners do, the officer otherwise."""
    owner = cast.first if incident.by_first else cast.second
    return owner if answer.state in ("", State.REPAIRING, State.RESOLVED) else cast.officer
