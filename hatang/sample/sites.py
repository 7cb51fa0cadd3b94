"""Made-up sites of interest and zones; their names say that they are samples."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from hatang.places.models import Place
from hatang.sample.chance import chance
from hatang.sample.ground import Point, near, point_of
from hatang.sample.territories import Territory
from hatang.sample.villages import is_ward

Type = Place.Type
SITE_TITLES = {
    Type.COMMUNE_CENTRE: "Trung tâm",
    Type.OFFICE: "Trụ sở cơ quan",
    Type.SCHOOL: "Trường học",
    Type.CLINIC: "Cơ sở y tế",
    Type.STATION: "Bến xe",
    Type.PARK: "Công viên",
    Type.TOURIST_SITE: "Điểm du lịch",
}
ZONE_TITLES = {
    Type.INDUSTRIAL_PARK: "Khu công nghiệp",
    Type.INDUSTRIAL_CLUSTER: "Cụm công nghiệp",
    Type.BORDER_GATE_ZONE: "Khu cửa khẩu",
    Type.TOURIST_ZONE: "Khu du lịch",
}


def make_sites(territory: Territory, communes: Sequence[Place], villages: Sequence[Place]) -> list[Place]:
    """Make the sites of every commune, unsaved: one centre each, the rest in its villages."""
    return [site for c in communes for site in sites_of(c, [v for v in villages if v.parent is c], territory)]


def sites_of(commune: Place, villages: Sequence[Place], territory: Territory) -> Iterator[Place]:
    """Make one commune's sites."""
    draw = chance(f"sites:{commune.code}")
    kinds = site_types(draw, ward=is_ward(commune))
    for n, kind in enumerate(kinds, 1):
        of_its_kind = kinds[:n].count(kind)
        central = kind in (Type.COMMUNE_CENTRE, Type.OFFICE)
        at = point_of(commune) if central or not villages else point_of(draw.choice(villages))
        yield inside_commune(
            commune,
            near(draw, at, 0.0 if kind == Type.COMMUNE_CENTRE else 0.25),
            kind=Place.Kind.SITE,
            type=kind,
            title=SITE_TITLES[kind],
            name=f"mẫu {of_its_kind} {commune.full_name}" if kind != Type.COMMUNE_CENTRE else commune.full_name,
            code=f"{territory.province_code}-{commune.code}-D{n:02d}",
        )


def site_types(draw: random.Random, *, ward: bool) -> list[Type]:
    """Draw which sites a commune has."""
    kinds = [Type.COMMUNE_CENTRE, Type.OFFICE, Type.CLINIC, *[Type.SCHOOL] * draw.randint(2, 4)]
    if ward:
        kinds += [Type.CLINIC, Type.OFFICE, Type.OFFICE, Type.PARK, Type.STATION]
    if draw.random() < 0.22:
        kinds.append(Type.TOURIST_SITE)
    return kinds


def make_zones(territory: Territory, communes: Sequence[Place]) -> list[Place]:
    """Make the territory's zones, unsaved: border gates in the outermost communes of the border's side."""
    draw = chance(f"zones:{territory.prefix}")
    kinds = [(kind, n) for kind, count in territory.zones.items() for n in range(1, count + 1)]
    outermost = sorted(communes, key=lambda c: outwardness(c, territory), reverse=True)
    return [
        inside_commune(
            commune := outermost[n - 1] if kind == Type.BORDER_GATE_ZONE else draw.choice(communes),
            near(draw, point_of(commune), 1.5),
            kind=Place.Kind.ZONE,
            type=kind,
            title=ZONE_TITLES[Type(kind)],
            name=f"mẫu {n} {territory.name}",
            code=f"{territory.province_code}-{territory.prefix}-K{order:02d}",
        )
        for order, (kind, n) in enumerate(kinds, 1)
    ]


def outwardness(commune: Place, territory: Territory) -> float:
    """Tell how far out towards the border a commune lies."""
    lon, lat = point_of(commune)
    east, north = territory.border_bearing
    return lon * east + lat * north


def inside_commune(commune: Place, point: Point, **fields: object) -> Place:
    """Make an unsaved, marked place in a commune."""
    owners = {"parent": commune, "province": commune.province, "former_province": commune.former_province}
    return Place(lon=point[0], lat=point[1], simulated=True, **owners, **fields)
