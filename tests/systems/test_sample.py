"""The sample's registers are as large as Tuyên Quang's plan says, and all of it is marked."""

from __future__ import annotations

from datetime import date

from hatang.accounts.models import Organisation
from hatang.places.models import Place
from hatang.sample.systems import (
    ground_of,
    make_agencies,
    make_centres,
    make_clouds,
    make_hosts,
    make_links,
    make_others,
    make_pages,
    make_systems,
    make_uses,
)

TODAY = date(2026, 11, 27)


def test_the_sample_has_the_size_of_the_plan() -> None:
    """Khoảng 50 máy chủ ảo, 12 hệ thống, 183 trang thành phần, 169 đường truyền; không dòng nào là số liệu thật."""
    province = Place(pk=8, kind="province", title="Tỉnh", name="Tuyên Quang", code="08")
    communes = [Place(pk=100 + n, kind="commune", title="Xã", name=f"Mẫu {n}", code=f"{n:05}") for n in range(124)]
    kinds = Organisation.Kind
    bodies = [Organisation(pk=n, kind=kinds.DEPARTMENT, name=f"Sở {n}") for n in range(1, 9)]
    operators = [Organisation(pk=50 + n, kind=kinds.OPERATOR, name=f"Doanh nghiệp {n}") for n in range(3)]
    ground = ground_of(province, communes, bodies, operators, TODAY)
    agencies, centres = make_agencies(ground), make_centres(ground)
    clouds = make_clouds(ground, centres[0])
    systems, hosts = make_systems(ground, agencies, centres[0], clouds[0]), make_hosts(ground, centres[0], clouds[0])
    pages, links = make_pages(ground, systems[0], agencies), make_links(ground, agencies, centres[0])
    assert (len(systems), len(pages), len(links)) == (12, 183, 169)
    assert sum(host.kind == "virtual" for host in hosts) == 50
    others = [*make_uses(ground, agencies, clouds, systems), *make_others(ground, agencies)]
    for rows in (agencies, centres, clouds, systems + pages, hosts, links, *others):
        assert len({row.code for row in rows}) == len(rows)
        assert all(row.simulated for row in rows)
    assert all(row.host_name.endswith(".example") for row in systems + pages if row.host_name)
