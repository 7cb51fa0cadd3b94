"""Made-up registers of systems, as large as Tuyên Quang's plan says: 50 machines, 12 systems, 183 pages, 169 links.

Bodies are the province's own organisations and its communes' committees; all else is made up and marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.sample.chance import chance, day_between
from hatang.systems.models import (
    Agency,
    AgencySort,
    CdnNode,
    CloudService,
    CloudUse,
    Condition,
    DataCentre,
    DataLink,
    Entry,
    Host,
    InformationSystem,
    InternetExchange,
    LoudspeakerStation,
    SectorSystem,
    SystemUse,
)

FIRST_DAY = date(2021, 1, 1)
STATE_KINDS = (Organisation.Kind.COMMITTEE, Organisation.Kind.DEPARTMENT, Organisation.Kind.POLICE)
PARTY = ("Văn phòng Tỉnh ủy", "Ban Tổ chức Tỉnh ủy", "Ban Tuyên giáo và Dân vận Tỉnh ủy", "Ủy ban Kiểm tra Tỉnh ủy")
OTHERS = (
    ("Ủy ban Mặt trận Tổ quốc tỉnh", AgencySort.FRONT),
    ("Trung tâm Công nghệ thông tin và Truyền thông", AgencySort.UNIT),
    ("Bệnh viện đa khoa tỉnh", AgencySort.UNIT),
    ("Doanh nghiệp nhà nước mẫu 1", AgencySort.ENTERPRISE),
    ("Doanh nghiệp nhà nước mẫu 2", AgencySort.ENTERPRISE),
)


@dataclass(frozen=True)
class Size:
    """How much of each kind a province has."""

    machines: int
    pages: int
    links: int


SIZES = {"08": Size(50, 183, 169), "20": Size(38, 96, 102)}
"""Tuyên Quang's are what its plan of 2025 states; Lạng Sơn's are made up."""


@dataclass(frozen=True)
class Made:
    """One of the twelve systems: where it runs, its level, and what it uses."""

    name: str
    kind: str
    hosting: str
    level: int | None
    platform: str = InformationSystem.Platform.NONE
    shared: bool = True
    since: int = 2021
    uses: str = ""
    host: str = ""


KIND, AT, PLATFORM = InformationSystem.Kind, InformationSystem.Hosting, InformationSystem.Platform
TWELVE = (
    Made("Cổng thông tin điện tử tỉnh", KIND.PORTAL, AT.CLOUD, 3, since=2021, host="www"),
    Made("Hệ thống hội nghị trực tuyến", KIND.SYSTEM, AT.CENTRE, 2, since=2022, host="hop"),
    Made("Nền tảng tích hợp, chia sẻ dữ liệu (LGSP)", KIND.PLATFORM, AT.CLOUD, 3, PLATFORM.INFRASTRUCTURE, host="lgsp"),
    Made("Trung tâm giám sát, điều hành thông minh (IOC)", KIND.PLATFORM, AT.CLOUD, 3, PLATFORM.INFRASTRUCTURE,
         since=2022, uses="ai", host="ioc"),
    Made("Cổng cơ sở dữ liệu dùng chung", KIND.PLATFORM, AT.CLOUD, 3, PLATFORM.INFRASTRUCTURE, since=2023, host="data"),
    Made("Hệ thống thông tin giải quyết thủ tục hành chính", KIND.SYSTEM, AT.CLOUD, 3, PLATFORM.OTHER, host="motcua"),
    Made("Hệ thống quản lý văn bản và điều hành", KIND.SYSTEM, AT.CENTRE, 2, PLATFORM.OTHER, host="vanban"),
    Made("Thư điện tử công vụ", KIND.SYSTEM, AT.CLOUD, 2, PLATFORM.OTHER, since=2021, host="mail"),
    Made("Giám sát an toàn thông tin (SOC)", KIND.SYSTEM, AT.CENTRE, 4, since=2023),
    Made("Quan trắc môi trường tự động", KIND.SYSTEM, AT.CENTRE, None, since=2024, uses="iot", host="quantrac"),
    Made("Cơ sở dữ liệu cán bộ, công chức", KIND.DATABASE, AT.CENTRE, 3, shared=False, since=2023),
    Made("Phần mềm quản lý khám, chữa bệnh", KIND.SYSTEM, AT.OWN_ROOM, None, shared=False, since=2022),
)  # fmt: skip


@dataclass
class Ground:
    """What the rows of a province are made of and for."""

    province: Place
    communes: Sequence[Place]
    organisations: Sequence[Organisation]
    operators: Sequence[Organisation]
    today: date
    size: Size
    rows: list[Sequence[Entry]] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The province in host names; reserved for examples, so that nobody's host is named (RFC 2606)."""
        return f"tinh{self.province.code}.example"

    def draw(self, subject: str) -> Random:
        """Give the source of chance of a subject."""
        return chance(f"systems:{self.province.code}:{subject}")

    def row(self, model: type[Entry], code: str, name: str = "", /, **facts: Any) -> Any:
        """Make a row, marked, in use since a drawn day unless that is said."""
        since = facts.pop("since_on", None) or day_between(self.draw(code), FIRST_DAY, date(2024, 12, 31))
        named = {"name": name} if name else {}
        return model(code=code, province=self.province, since_on=since, simulated=True, **named, **facts)


def ground_of(
    province: Place,
    communes: Sequence[Place],
    organisations: Sequence[Organisation],
    operators: Sequence[Organisation],
    today: date,
) -> Ground:
    """Give the ground of a province; a tiny edition has as many pages and links as it has bodies."""
    size = SIZES[province.code]
    if len(communes) < 20:
        size = Size(8, len(communes) + 6, len(communes) + 14)
    return Ground(province, communes, organisations, operators, today, size)


def lowered(commune: Place) -> str:
    """Give a commune's full name as it stands within a sentence."""
    return f"{commune.full_name[0].lower()}{commune.full_name[1:]}"


def make_agencies(ground: Ground) -> list[Agency]:
    """Make the bodies: of the State and the Party in the province, others, and each commune's committee."""
    seat = ground.communes[0]
    state = [o for o in ground.organisations if o.kind in STATE_KINDS]
    rows = [
        ground.row(
            Agency, f"CQ-{n:03}", o.name, sort=AgencySort.STATE, commune=seat, organisation=o, since_on=FIRST_DAY
        )
        for n, o in enumerate(state, start=1)
    ]
    more = [*((name, AgencySort.PARTY) for name in PARTY), *OTHERS]
    rows += [
        ground.row(Agency, f"CQ-{n:03}", name, sort=sort, commune=seat, since_on=FIRST_DAY)
        for n, (name, sort) in enumerate(more, start=len(rows) + 1)
    ]
    return rows + [
        ground.row(Agency, f"UBND-{c.code}", f"UBND {lowered(c)}", sort=AgencySort.COMMUNE, commune=c,
                   since_on=FIRST_DAY)
        for c in ground.communes
    ]  # fmt: skip


def make_centres(ground: Ground) -> list[DataCentre]:
    """Make the province's data centre, and a second one to come."""
    owner = next((o for o in ground.organisations if o.kind == Organisation.Kind.DEPARTMENT), None)
    where: dict[str, Any] = {"owner": owner, "commune": ground.communes[0]}
    main = ground.row(
        DataCentre, "TT-01", "Trung tâm tích hợp dữ liệu tỉnh", area_m2=180, power_mw=0.12, tier="2", pue=1.8, **where
    )
    coming = ground.row(DataCentre, "TT-02", "Trung tâm dự phòng", area_m2=60, power_mw=0.04, purpose="backup", **where)
    coming.since_on, coming.planned_on = None, date(2027, 6, 30)
    return [main, coming]


def make_clouds(ground: Ground, centre: DataCentre) -> list[CloudService]:
    """Make the province's own cloud, a domestic and a foreign one."""
    origin = CloudService.Origin
    return [
        ground.row(CloudService, "DM-01", "Đám mây của tỉnh", provider="Trung tâm tích hợp dữ liệu", origin=origin.OWN,
                   model="iaas", government=True, centre=centre, since_on=date(2022, 3, 1)),
        ground.row(CloudService, "DM-02", "Đám mây trong nước (mẫu)", provider="Nhà cung cấp mẫu", model="iaas",
                   origin=origin.DOMESTIC, government=False, since_on=date(2021, 6, 1)),
        ground.row(CloudService, "DM-03", "Lưu trữ nước ngoài (mẫu)", provider="Nhà cung cấp nước ngoài mẫu",
                   origin=origin.FOREIGN, model="saas", government=False),
    ]  # fmt: skip


def make_hosts(ground: Ground, centre: DataCentre, cloud: CloudService) -> list[Host]:
    """Make virtual machines, a third in the cloud, and the machines that carry them."""
    draw = ground.draw("hosts")
    rows = [
        ground.row(Host, f"VL-{n:02}", f"Máy chủ vật lý {n}", kind="physical", centre=centre, cores=64, memory_gb=512)
        for n in range(1, 7)
    ]
    for n in range(1, ground.size.machines + 1):
        home: dict[str, Any] = {"cloud": cloud} if n % 3 == 0 else {"centre": centre}
        size = {"cores": draw.choice((4, 8, 16)), "memory_gb": draw.choice((8, 16, 32)), "storage_gb": 200}
        rows.append(ground.row(Host, f"VM-{n:03}", f"Máy chủ ảo {n}", kind="virtual", **home, **size))
    return rows


def make_systems(
    ground: Ground, agencies: Sequence[Agency], centre: DataCentre, cloud: CloudService
) -> list[InformationSystem]:
    """Make the twelve systems; a few lack a level, a file, a backup: what the findings name."""
    owners = [a for a in agencies if a.sort == AgencySort.STATE]
    draw, rows = ground.draw("systems"), []
    for n, made in enumerate(TWELVE, start=1):
        homes: dict[str, dict[str, Any]] = {AT.CENTRE: {"centre": centre}, AT.CLOUD: {"cloud": cloud}}
        place = homes.get(made.hosting, {})
        filed = made.level is not None and n % 5 != 0
        row = ground.row(
            InformationSystem, f"HT-{n:03}", made.name, kind=made.kind, hosting=made.hosting, platform=made.platform,
            owner=owners[n % len(owners)] if owners and n != 12 else None, shared_provincial=made.shared,
            security_level=made.level, backup={0: None, 1: False}.get(n % 6, True),
            users_count=draw.randrange(40, 4_000), since_on=date(made.since, 1 + n % 12, 1), **place,
            security_file=f"{n}/QĐ-MẪU" if filed else "", security_file_on=date(2021 + n % 5, 6, 1) if filed else None,
            host_name=f"{made.host}.{ground.slug}" if made.host else "",
            uses_ai=made.uses == "ai", uses_iot=made.uses == "iot", uses_blockchain=False,
        )  # fmt: skip
        rows.append(row)
    return rows


def make_pages(ground: Ground, portal: InformationSystem, agencies: Sequence[Agency]) -> list[InformationSystem]:
    """Make the pages of the portal, one after another for each body; every fiftieth is nobody's."""
    return [
        ground.row(
            InformationSystem, f"TR-{n:03}", f"Trang thông tin của {agencies[n % len(agencies)].name}"[:200],
            kind=KIND.PORTAL, part_of=portal, hosting=portal.hosting, cloud=portal.cloud, backup=True,
            owner=agencies[n % len(agencies)] if n % 50 else None, host_name=f"trang{n:03}.{ground.slug}",
        )
        for n in range(1, ground.size.pages + 1)
    ]  # fmt: skip


def of_same_name(commune: Place) -> bool:
    """Tell whether a commune came from the former province that today's is named after."""
    former, province = commune.former_province, commune.province
    return former is not None and province is not None and former.name == province.name


def make_links(ground: Ground, agencies: Sequence[Agency], centre: DataCentre) -> list[DataLink]:
    """Make the links: one to each body but two, then second ones until there are as many as the plan states.

    Former Tuyên Quang's communes are all linked by 2024, as its plan says; the commune without one was Hà Giang's.
    """
    bodies = [a for a in agencies if a.sort != AgencySort.ENTERPRISE]
    communes = [a for a in bodies if a.sort == AgencySort.COMMUNE]
    unlinked = (bodies[3], next((a for a in communes if not of_same_name(a.commune)), None))
    due = [a for a in bodies if a not in unlinked]
    rows = [link_of(ground, n, a) for n, a in enumerate(due[: ground.size.links - 1], start=1)]
    n = len(rows)
    while len(rows) < ground.size.links - 1:
        n += 1
        rows.append(link_of(ground, n, due[n % len(due)], second=True))
    main = link_of(ground, n + 1, due[0])
    main.centre, main.capacity_mbps, main.serves_level = centre, 1_000, 4
    return [*rows, main]


def link_of(ground: Ground, n: int, agency: Agency, *, second: bool = False) -> DataLink:
    """Make a link."""
    draw = ground.draw(f"link:{n}")
    operator = ground.operators[(n + second) % len(ground.operators)]
    capacity = draw.choice((10, 20, 50)) if agency.sort == AgencySort.COMMUNE else draw.choice((50, 100, 300))
    row: DataLink = ground.row(
        DataLink, f"TSL-{n:03}", agency=agency, operator=operator, commune=agency.commune, capacity_mbps=capacity,
        physical_paths=2 if n % 7 == 0 else 1, serves_level=3 if n % 9 == 0 else None,
    )  # fmt: skip
    return row


def make_uses(
    ground: Ground, agencies: Sequence[Agency], clouds: Sequence[CloudService], systems: Sequence[InformationSystem]
) -> tuple[list[CloudUse], list[SystemUse]]:
    """Let most bodies use a cloud and all but a few the platforms, more of them each year."""
    draw = ground.draw("uses")
    of_clouds, of_systems = [], []
    platforms = [s for s in systems if s.platform != PLATFORM.NONE]
    for n, agency in enumerate(agencies, start=1):
        since = day_between(draw, date(2022, 1, 1), date(2026, 10, 1))
        cloud = clouds[0] if draw.random() < 0.7 else clouds[1 + (draw.random() < 0.2)]
        if since <= ground.today and draw.random() < 0.9:
            of_clouds.append(ground.row(CloudUse, f"DDM-{n:03}", cloud=cloud, agency=agency, since_on=since))
        for system in platforms[: 2 + n % 3] if n % 25 else []:
            code = f"DHT-{n:03}-{system.code[-2:]}"
            of_systems.append(ground.row(SystemUse, code, system=system, agency=agency))
    return of_clouds, of_systems


def make_others(ground: Ground, agencies: Sequence[Agency]) -> list[Sequence[Entry]]:
    """Make other sectors' systems, loudspeaker stations, CDN nodes and an exchange to come."""
    draw, seat = ground.draw("others"), ground.communes[0]
    by_commune = {a.commune_id: a for a in agencies if a.sort == AgencySort.COMMUNE}
    sectors = (("meeting", "Phòng họp trực tuyến", 200), ("health", "Bệnh án điện tử", 14),
               ("transport", "Camera giao thông", 46), ("environment", "Trạm quan trắc", 9))  # fmt: skip
    systems = [
        ground.row(SectorSystem, f"NG-{n:02}", name, sector=sector, points=points, owner=agencies[n],
                   condition=draw.choice(Condition.values), surveyed_on=date(2025, 9, n))
        for n, (sector, name, points) in enumerate(sectors, start=1)
    ]  # fmt: skip
    stations = [loudspeaker(ground, n, c, by_commune[c.pk]) for n, c in enumerate(ground.communes, start=1)]
    nodes = [
        ground.row(CdnNode, f"CDN-{n}", f"Nút CDN mẫu {n}", provider="Mạng phân phối mẫu", operator=operator,
                   commune=seat, capacity_gbps=10 * n)
        for n, operator in enumerate(ground.operators[:3], start=1)
    ]  # fmt: skip
    exchange = ground.row(
        InternetExchange, "IX-01", "Trạm trung chuyển mẫu", operator=ground.operators[0], commune=seat
    )
    exchange.since_on, exchange.planned_on = None, date(2028, 12, 31)
    return [systems, stations, nodes, [exchange]]


def loudspeaker(ground: Ground, n: int, commune: Place, owner: Agency) -> LoudspeakerStation:
    """Make a commune's loudspeaker station as a survey found it."""
    draw = ground.draw(f"loudspeaker:{commune.code}")
    clusters = draw.randrange(6, 40)
    condition = draw.choice(Condition.values)
    lost = {"good": 0, "worn": clusters // 6, "broken": clusters // 2}[condition]
    row: LoudspeakerStation = ground.row(
        LoudspeakerStation, f"TT-{commune.code}", f"Đài truyền thanh {lowered(commune)}", commune=commune, owner=owner,
        technology=draw.choice(("wired", "fm", "fm", "ip")), clusters=clusters, clusters_working=clusters - lost,
        condition=condition, surveyed_on=date(2025, 10, 1 + n % 28),
        roadmap="" if condition == "good" else "Chuyển sang truyền thanh ứng dụng CNTT - viễn thông",
        roadmap_on=None if condition == "good" else date(2027, 12, 31),
    )  # fmt: skip
    return row
