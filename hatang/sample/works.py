"""Made-up works of other sectors that telecom lines can join, building projects, public sites, and power to come."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import Any

from hatang.accounts.services.history import sign
from hatang.network.models import (
    BuildingCheck,
    BuildingProject,
    CableRoute,
    JointInterest,
    JointWork,
    LifeState,
    PoleLine,
    PublicSite,
    UndergroundWork,
)
from hatang.network.services.works import answer_work, save_work
from hatang.places.models import Place
from hatang.sample.cast import Cast
from hatang.sample.ground import moved, point_of

Kind = JointWork.Kind
CONTACT = "Liên hệ mẫu, số điện thoại không có thật"
KINDS = (
    (UndergroundWork, Kind.ROAD, "Cải tạo mặt đường và vỉa hè (mẫu)", "Ban quản lý dự án mẫu 1"),
    (PoleLine, Kind.LIGHTING, "Chiếu sáng đường liên thôn (mẫu)", "Ban quản lý dự án mẫu 2"),
    (CableRoute, Kind.WATER, "Đường ống cấp nước sạch (mẫu)", "Công ty cấp nước mẫu"),
)
Stage, Result = BuildingCheck.Stage, BuildingCheck.Result
PROJECTS: tuple[tuple[dict[str, Any], tuple[tuple[str, str, int, str], ...]], ...] = (
    (
        {"title": "Chung cư mẫu số 1", "kind": BuildingProject.Kind.BUILDING, "operator_room": 3},
        (
            (Stage.DESIGN, Result.CONDITIONS, 400, "Thêm một hộp kỹ thuật mỗi tầng."),
            (Stage.CONSTRUCTION, Result.PASSED, 160, ""),
            (Stage.ACCEPTANCE, Result.PASSED, 25, ""),
        ),
    ),
    (
        {"title": "Khu đô thị mẫu", "kind": BuildingProject.Kind.ZONE, "operator_room": 1},
        ((Stage.DESIGN, Result.FAILED, 35, "Mới đủ chỗ cho một doanh nghiệp; cần ít nhất hai."),),
    ),
)


def make_works(cast: Cast) -> None:
    """Enter works along lines that operators plan, and one that nobody's plans meet; one operator answers."""
    works = [work for row in KINDS for work in along_plans(cast, *row)]
    for work in [*works, alone(cast)]:
        save_work(actor=cast.officer, work=work)
    for person in (cast.first, cast.second):
        mine = JointInterest.objects.filter(organisation=person.organisation, work__province=cast.province)
        for interest in islice(mine.select_related("work").order_by("pk"), 1):
            note = "Cần hai ống Ø110 suốt tuyến; đề nghị họp trước khi mở mái."
            answer_work(actor=person, work=interest.work, state=JointInterest.State.INTERESTED, note=note)


def along_plans(cast: Cast, model: Any, kind: str, title: str, investor: str) -> list[JointWork]:
    """Write a work that runs where and when a telecom line is to be built."""
    planned = model.objects.filter(province=cast.province, planned_on__gt=cast.today)
    lines = planned.in_state(LifeState.PLANNED, on=cast.today).select_related("commune").order_by("planned_on", "code")
    return [
        JointWork(
            title=f"{title}, {line.commune}",
            kind=kind,
            investor=investor,
            along=line.along,
            starts_on=line.planned_on - timedelta(30),
            ends_on=line.planned_on + timedelta(120),
            shape=line.path,
            **facts(cast),
        )
        for line in lines[:1]
    ]


def alone(cast: Cast) -> JointWork:
    """Write a work far from every plan."""
    village = lonely_villages(cast)[0]
    lon, lat = point_of(village)
    half = 0.004
    corners = [(lon - half, lat - half), (lon + half, lat - half), (lon + half, lat + half), (lon - half, lat + half)]
    ring = ", ".join(f"{x:.5f} {y:.5f}" for x, y in [*corners, corners[0]])
    return JointWork(
        title=f"Chỉnh trang khu dân cư (mẫu), {village.parent}",
        kind=Kind.URBAN,
        investor="Ban quản lý dự án mẫu 3",
        starts_on=cast.today + timedelta(60),
        ends_on=cast.today + timedelta(420),
        shape=f"SRID=4326;POLYGON(({ring}))",
        **facts(cast),
    )


def facts(cast: Cast) -> dict[str, Any]:
    """Give what every work has."""
    return {"province": cast.province, "contact": CONTACT, "simulated": True}


def lonely_villages(cast: Cast) -> list[Place]:
    """Give the villages without grid power, by code."""
    villages = Place.objects.villages().filter(province=cast.province, has_grid_power=False)
    return list(villages.select_related("parent", "province").order_by("code"))


def promise_power(cast: Cast) -> None:
    """Write down for one village by when the grid reaches it."""
    village = lonely_villages(cast)[-1]
    village.grid_power_on = date(cast.today.year + 1, 9, 30)
    village.full_clean()
    sign(village, cast.officer)
    village.save()


def make_buildings(cast: Cast) -> None:
    """Write down two projects: one checked up to acceptance, one sent back at design for want of room."""
    for (facts_of, checks), commune in zip(PROJECTS, communes_of(cast), strict=False):
        whose = {"province": cast.province, "commune": commune, "investor": "Chủ đầu tư mẫu", "simulated": True}
        project = BuildingProject(**facts_of, **whose)
        store(cast, project)
        for stage, result, days_ago, remarks in checks:
            on = cast.today - timedelta(days_ago)
            store(
                cast, BuildingCheck(project=project, stage=stage, result=result, on=on, by="Sở (mẫu)", remarks=remarks)
            )


def make_public_sites(cast: Cast) -> None:
    """Offer three public sites with their terms."""
    offers = (
        (PublicSite.Kind.OFFICE, "Mái trụ sở UBND {} (mẫu)", PublicSite.Power.GRID, 40.0, "1.200.000 đồng/tháng"),
        (PublicSite.Kind.LAND, "Đất công cạnh nhà văn hóa {} (mẫu)", PublicSite.Power.NEAR, 150.0, ""),
        (PublicSite.Kind.ASSET, "Tháp nước cũ {} (mẫu)", PublicSite.Power.GRID, 25.0, "900.000 đồng/tháng"),
    )
    for n, ((kind, title, power, area_m2, price), commune) in enumerate(zip(offers, communes_of(cast), strict=False)):
        lon, lat = moved(point_of(commune), n, 0.2)
        site = PublicSite(
            province=cast.province,
            title=title.format(commune.full_name),
            kind=kind,
            commune=commune,
            lon=lon,
            lat=lat,
            area_m2=area_m2,
            power=power,
            terms="Cho thuê từng 5 năm; ít nhất hai doanh nghiệp dùng chung; hoàn trả mặt bằng khi hết hạn.",
            price=price,
            body=f"UBND {commune.full_name} (mẫu)",
            contact=CONTACT,
            from_on=cast.today - timedelta(60),
            until_on=cast.today + timedelta(300),
            simulated=True,
        )
        store(cast, site)


def communes_of(cast: Cast) -> list[Place]:
    """Give the communes that have villages in the sample, by code."""
    held = Place.objects.villages().filter(province=cast.province).values("parent")
    return list(Place.objects.filter(pk__in=held).order_by("code"))


def store(cast: Cast, row: Any) -> None:
    """Save what the officer typed, asked as a form would ask it."""
    row.full_clean()
    sign(row, cast.officer)
    row.save()
