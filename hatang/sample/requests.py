"""Made-up sharing requests, each led by its parties' own steps to where it stands; one ends in a tenancy with price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from hatang.network.models import Mast, PoleLine, SharingRequest, Tenancy, UndergroundWork
from hatang.network.request_acts import BY_SLUG
from hatang.network.services import Words, mark_overdue, send_request, take_step
from hatang.sample.cast import Cast
from hatang.sample.chance import chance

Need = SharingRequest.Need
OWNER, REQUESTER, OFFICER = "owner", "requester", "officer"
CONTRACT = "ky"
FIRST_HOUR = 8
TERM_MONTHS = 60
PRICE_VND = 4_800_000
NEEDS = {Mast: Need.ANTENNA, PoleLine: Need.HANG, UndergroundWork: Need.DUCT}


@dataclass(frozen=True)
class Move:
    """One step: by whom, which act, how many days before today, with which words."""

    who: str
    act: str
    days_ago: int
    text: str = ""
    ground: str = ""
    days: int = 0


@dataclass(frozen=True)
class Story:
    """A request: for what, sent when and why, and the steps that followed."""

    model: Any
    by_first: bool
    days_ago: int
    purpose: str
    moves: tuple[Move, ...] = field(default=())


AGREED = "Đồng ý; giá theo bảng giá đã niêm yết."
PLAN = "Lắp ba ăng ten ở độ cao còn trống, dùng chung nguồn và tiếp đất của cột."
STORIES = (
    Story(
        Mast,
        False,
        52,
        "Thêm sóng 4G cho các thôn quanh cột, thay cho xây cột mới.",
        (
            Move(OWNER, "hop-le", 51),
            Move(OWNER, "dong-y", 45, AGREED),
            Move(REQUESTER, "trinh-so", 44, PLAN),
            Move(OFFICER, "chap-thuan", 37, "Phù hợp kế hoạch."),
            Move(OWNER, CONTRACT, 30),
        ),
    ),
    Story(
        Mast,
        False,
        30,
        "Phủ 5G khu trung tâm xã.",
        (Move(OWNER, "hop-le", 29, "Hồ sơ đủ."),),
    ),
    Story(Mast, True, 2, "Thêm sóng dọc đường tỉnh.", (Move(OWNER, "hop-le", 1),)),
    Story(
        PoleLine,
        True,
        8,
        "Treo cáp 24 sợi tới hai thôn chưa có cáp quang.",
        (
            Move(OWNER, "hop-le", 7),
            Move(OWNER, "khao-sat", 6, "Kiểm tra tải trọng từng cột, cùng đi ngày thứ Sáu."),
        ),
    ),
    Story(
        PoleLine,
        False,
        20,
        "Treo cáp truyền dẫn nối hai trạm.",
        (
            Move(OWNER, "hop-le", 19),
            Move(OWNER, "dong-y", 14, AGREED),
            Move(OWNER, "trinh-so", 6, "Treo dưới cáp hiện có 0,4 m, buộc gọn, gắn thẻ."),
        ),
    ),
    Story(UndergroundWork, False, 1, "Kéo cáp 48 sợi tới trụ sở xã."),
    Story(
        Mast,
        True,
        40,
        "Lắp thêm ăng ten 5G băng tần 3,5 GHz.",
        (
            Move(OWNER, "hop-le", 39),
            Move(OWNER, "tu-choi", 33, "Cột đã gần hết tải trọng gió theo hồ sơ kiểm định.", ground="load"),
        ),
    ),
    Story(
        UndergroundWork,
        True,
        12,
        "Kéo cáp tới khu dân cư mới.",
        (Move(OWNER, "tra-lai", 10, "Chưa ghi đường kính cáp và số ống cần."),),
    ),
    Story(
        Mast,
        True,
        16,
        "Bổ sung vùng phủ thung lũng phía đông.",
        (
            Move(OWNER, "hop-le", 14),
            Move(OWNER, "gia-han", 8, "Mưa lũ làm sạt đường lên cột.", days=10),
        ),
    ),
)


def make_requests(cast: Cast) -> None:
    """Send every request and lead it through its steps; what was not answered in time is then overdue."""
    free = {key: iter(rows) for key, rows in things_with_room(cast)}
    for n, story in enumerate(STORIES, 1):
        thing = next(free[story.model, story.by_first], None)
        if thing is not None:
            tell(cast, n, story, thing)
    mark_overdue(now=cast.now())


def things_with_room(cast: Cast) -> Iterator[tuple[tuple[Any, bool], list[Any]]]:
    """Give what either operator may ask of the other, by kind and by who asks."""
    for model in NEEDS:
        yield (model, True), cast.things(model, cast.second)
        yield (model, False), cast.things(model, cast.first)


def tell(cast: Cast, number: int, story: Story, thing: Any) -> None:
    """Send one request and take its steps, an hour apart at least."""
    requester = cast.first if story.by_first else cast.second
    people = {REQUESTER: requester, OWNER: cast.rival_of(requester), OFFICER: cast.officer}
    at = cast.hour(story.days_ago, FIRST_HOUR)
    request = send_request(
        actor=requester,
        request=draft(cast, number, story),
        thing=thing,
        requester=cast.operator_of(requester),
        words=Words(),
        at=at,
    )
    for hour, move in enumerate(story.moves, FIRST_HOUR + 1):
        take_step(
            actor=people[move.who],
            request=request,
            act=BY_SLUG[move.act],
            words=words_of(cast, move),
            at=cast.hour(move.days_ago, hour),
        )


def draft(cast: Cast, number: int, story: Story) -> SharingRequest:
    """Write a request; its key, too, is the same in every run."""
    return SharingRequest(
        id=UUID(int=chance(f"request:{number}").getrandbits(128), version=4),
        need=NEEDS[story.model],
        amount=1,
        height_m=24.0 if story.model is Mast else None,
        load_kg=60.0 if story.model is Mast else None,
        technical="Thiết bị mẫu, lắp trong một ngày, không cắt điện.",
        start_on=cast.today + timedelta(30 - story.days_ago),
        term_months=TERM_MONTHS,
        purpose=story.purpose,
        letter=f"Văn bản mẫu số {number:02d}",
    )


def words_of(cast: Cast, move: Move) -> Words:
    """Give what a step brings; the contract brings the terms of its tenancy."""
    terms = contract(cast, move) if move.act == CONTRACT else None
    return Words(text=move.text, ground=move.ground, days=move.days, tenancy=terms)


def contract(cast: Cast, move: Move) -> Tenancy:
    """Write the terms on which the parties agreed."""
    since = cast.today - timedelta(move.days_ago)
    return Tenancy(since_on=since, amount=1, price_vnd=PRICE_VND, contract="Hợp đồng mẫu")
