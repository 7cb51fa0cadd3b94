"""Made-up villages of the real communes: names of the region, people, power, points."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

from hatang.places.models import Place
from hatang.sample.chance import chance, shared_out
from hatang.sample.ground import Point, distance_km, hull, inside, near, point_of
from hatang.sample.territories import Territory

FIRST = {
    "LSN": "Nà, Pò, Khuổi, Cốc, Bản, Pác, Lũng, Kéo, Khau, Phai, Đông, Nặm, Pàn, Khòn, Tằm, Làng, Đồng, Tân",
    "TQG": "Nà, Khuổi, Bản, Đồng, Làng, Tân, Khuân, Thôm, Phia, Nặm, Pác, Cây, Soi, Vĩnh, Đèo, Gò, Minh, Phú",
    "HGG": "Nà, Lùng, Bản, Nậm, Khuổi, Sủng, Thào, Chúng, Tả, Phìn, Séo, Lũng, Má, Pả, Hạ, Thượng, Cốc, Tân",
}
SECOND = (
    "Lầm, Chang, Mạ, Hán, Rọ, Pàn, Lùng, Phạ, Cáp, Ngần, Coóc, Slim, Tồng, Mỏ, Hin, Đeng, Luông, Khoang, Nưa, Vài, "
    "Sản, Cà, Phường, Tát, Xá, Lai, Thín, Mười, Bó, Háng, Chúc, Lặp, Trang, Tiến, Sơn, Hòa, Lập, Thành, Yên, Mới, "
    "Vang, Ngòi, Chẽ, Chương, Khao, Dào, Mần, Đấy"
)
WARD_FACTOR = 1.7
RADIUS_SHARE = 0.65
UNKNOWN_AREA_KM2 = 30.0
NEIGHBOURS = 8
MARGIN = 1.3


def radius_km(commune: Place) -> float:
    """Give the radius of a disc of the commune's area; Kỳ Lừa's area is unknown and taken as a ward's."""
    return math.sqrt((commune.area_km2 or UNKNOWN_AREA_KM2) / math.pi)


def is_ward(commune: Place) -> bool:
    """Tell whether the commune is a ward."""
    return commune.title == "Phường"


def make_villages(territory: Territory, communes: Sequence[Place], province_communes: Sequence[Place]) -> list[Place]:
    """Make the territory's villages, unsaved, in the order of their codes."""
    weights = [chance(f"size:{c.code}").uniform(0.8, 1.2) * (6 + radius_km(c)) for c in communes]
    ground = Ground(province_communes)
    villages = [
        village
        for commune, count in zip(communes, shared_out(territory.villages, weights), strict=True)
        for village in villages_of(commune, count, territory, ground)
    ]
    cut_power(villages, territory.without_power)
    return villages


class Ground:
    """Where a commune's things may lie: nearer its own point than any other's, and among its neighbours' points.

    Boundaries are not shipped with the program, so this keeps points in the country without them.
    """

    def __init__(self, communes: Sequence[Place]) -> None:
        self.points = [point_of(c) for c in communes]

    def draw(self, draw: random.Random, commune: Place, within_km: float) -> Point:
        """Draw a point of the commune; after twelve vain attempts one on the way to its neighbours."""
        centre = point_of(commune)
        around = sorted(self.points, key=lambda p: distance_km(p, centre))[:NEIGHBOURS]
        edge = hull(around)
        middle = (sum(p[0] for p in around) / len(around), sum(p[1] for p in around) / len(around))
        for _ in range(12):
            point = near(draw, centre, within_km)
            if (
                inside(edge, between(middle, point, MARGIN))
                and min(around, key=lambda p: distance_km(p, point)) == centre
            ):
                return point
        part = draw.uniform(0.1, 0.9) * min(1, within_km / max(distance_km(middle, centre), 1))
        return near(draw, between(centre, middle, part), 0.2)


def between(a: Point, b: Point, part: float) -> Point:
    """Give the point a part of the way from one to another; beyond the other when the part exceeds 1."""
    return a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])


def villages_of(commune: Place, count: int, territory: Territory, ground: Ground) -> Iterator[Place]:
    """Make one commune's villages."""
    draw = chance(f"villages:{commune.code}")
    names = ward_names(draw, count) if is_ward(commune) else village_names(draw, count, territory.prefix)
    for n, (title, name) in enumerate(names, 1):
        households = max(14, round(draw.lognormvariate(4.62, 0.42) * (WARD_FACTOR if is_ward(commune) else 1)))
        lon, lat = ground.draw(draw, commune, RADIUS_SHARE * radius_km(commune))
        distance = distance_km((lon, lat), point_of(commune))
        yield Place(
            kind=Place.Kind.VILLAGE,
            title=title,
            name=name,
            code=f"{territory.province_code}-{commune.code}-{n:02d}",
            parent=commune,
            province=commune.province,
            former_province=commune.former_province,
            lon=lon,
            lat=lat,
            households=households,
            population=round(households * draw.uniform(4.06, 4.54)),
            has_grid_power=True,
            has_demand=is_ward(commune) or distance < 1.5 or draw.random() < 0.12,
            simulated=True,
        )


def ward_names(draw: random.Random, count: int) -> list[tuple[str, str]]:
    """Number a ward's residential groups."""
    return [("Tổ dân phố", f"số {n}") for n in range(1, count + 1)]


def village_names(draw: random.Random, count: int, prefix: str) -> list[tuple[str, str]]:
    """Draw different names for a commune's villages."""
    names: dict[str, str] = {}
    first, second = FIRST[prefix].split(", "), SECOND.split(", ")
    while len(names) < count:
        name = f"{draw.choice(first)} {draw.choice(second)}"
        title = "Bản" if draw.random() < 0.12 and not name.startswith("Bản") else "Thôn"
        names.setdefault(name, title)
    return [(title, name) for name, title in names.items()]


def cut_power(villages: Sequence[Place], count: int) -> None:
    """Leave the villages farthest from their commune's point without grid power."""

    def remoteness(village: Place) -> tuple[float, str]:
        assert village.parent is not None
        return distance_km(point_of(village), point_of(village.parent)), village.code

    rural = [v for v in villages if v.title != "Tổ dân phố"]
    for village in sorted(rural, key=remoteness)[-count:]:
        village.has_grid_power = False
        village.has_demand = False


def add_up(communes: Sequence[Place], villages: Sequence[Place]) -> None:
    """Set each commune's people and households to its villages' sums, and mark it: these figures are made up."""
    for commune in communes:
        own = [v for v in villages if v.parent is commune]
        commune.population = sum(v.population or 0 for v in own)
        commune.households = sum(v.households or 0 for v in own)
        commune.simulated = True
