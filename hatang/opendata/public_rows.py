"""The rows of the open datasets: each register asked as somebody who has not signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from hatang.coverage.services.evidence.reading import evidence_at
from hatang.indicators.models import Value
from hatang.indicators.services.published_tables import formula_words
from hatang.network.audience import EVERYBODY, FIELDS
from hatang.network.models import FibreReach, Mast, PublicSite
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Boundary, Place, PlaceQuerySet
from hatang.plans.models import Plan, Target, Task
from hatang.quality.models import WHOLE_YEAR, PublishedSpeed, SpeedStatistic
from hatang.quality.services.overview import DOWNLOAD, least_tests
from hatang.quality.services.rules import PUBLIC, rules_of
from hatang.systems.services import public_figures

Row = dict[str, Any]
ANYBODY = AnonymousUser()
ROUGH_DECIMALS = 2
"""About a kilometre: as far as `network.audience` lets everybody know where a thing stands."""
KEPT_ORDER = ("measure", "access", "technology", "operator__name")
"""Statistics are made anew with other keys: by those, the same figures would be another version."""
SUMS = {
    "systems": "Hệ thống thông tin đang dùng",
    "shared": "Hệ thống dùng chung cấp tỉnh",
    "shared_on_cloud": "Hệ thống dùng chung cấp tỉnh chạy trên đám mây",
    "with_new_technology": "Hệ thống có ứng dụng AI, chuỗi khối hoặc IoT",
    "centres": "Trung tâm dữ liệu",
    "centre_area_m2": "Diện tích trung tâm dữ liệu, m²",
    "machines": "Máy chủ vật lý và ảo",
    "agencies": "Cơ quan Đảng, Nhà nước",
    "agencies_linked": "Cơ quan Đảng, Nhà nước nối mạng truyền số liệu chuyên dùng",
    "agencies_on_domestic_cloud": "Cơ quan Đảng, Nhà nước dùng đám mây trong nước",
    "loudspeakers": "Đài truyền thanh cấp xã",
}


def mark(simulated: bool) -> str:
    """Write the mark of a row."""
    return SIMULATED_LINE if simulated else ""


def spot(lon: float | None, lat: float | None) -> Row:
    """Write where a row lies, as numbers and as a point."""
    point = None if lon is None or lat is None else shapely.Point(lon, lat)
    return {"kinh_do": lon, "vi_do": lat, "geometry": point}


def commune_of(commune: Place | None) -> Row:
    """Write in which commune a row lies."""
    return {"ma_xa": commune.code if commune else "", "xa": commune.full_name if commune else ""}


def places(province: Place, *kinds: str) -> PlaceQuerySet:
    """Give a province's places of today."""
    rows = Place.objects.visible_to(ANYBODY).of_kind(*kinds).in_force(timezone.localdate()).filter(province=province)
    return rows.select_related("parent").defer("point").order_by("sort_key", "pk")


def communes(province: Place) -> Iterator[Row]:
    """Give the communes with their boundaries."""
    rows = places(province, Place.Kind.COMMUNE)
    drawn = Boundary.objects.visible_to(ANYBODY).current().filter(place__in=rows.order_by().values("pk"))
    shapes = {b.place_id: b for b in drawn.only("place_id", "geometry", "illustrative")}
    for place in rows:
        found = shapes.get(place.pk)
        row = {
            "so": place.pk,
            "ma": place.code,
            "ten": place.full_name,
            "dan_so": place.population,
            "so_ho": place.households,
            "dien_tich_km2": place.area_km2,
            "tu_ngay": place.valid_from,
            "ranh_gioi_minh_hoa": found.illustrative if found else None,
            "mo_phong": mark(place.simulated),
        } | spot(place.lon, place.lat)
        yield row | ({"geometry": shapely.from_wkb(bytes(found.geometry.wkb))} if found else {})


def villages(province: Place) -> Iterator[Row]:
    """Give the villages."""
    for place in places(province, Place.Kind.VILLAGE):
        yield (
            {
                "so": place.pk,
                "ma": place.code,
                "ten": place.full_name,
                "dan_so": place.population,
                "so_ho": place.households,
                "co_dien_luoi": place.has_grid_power,
                "mo_phong": mark(place.simulated),
            }
            | spot(place.lon, place.lat)
            | commune_of(place.parent)
        )


def sites(province: Place) -> Iterator[Row]:
    """Give zones and sites of interest."""
    for place in places(province, Place.Kind.ZONE, Place.Kind.SITE):
        yield (
            {
                "so": place.pk,
                "ma": place.code,
                "ten": place.full_name,
                "loai": place.get_type_display() if place.type else place.get_kind_display(),
                "mo_phong": mark(place.simulated),
            }
            | spot(place.lon, place.lat)
            | commune_of(place.parent)
        )


def values(province: Place) -> Iterator[Row]:
    """Give the newest published figures that are for everybody."""
    rows = Value.objects.inside(province).visible_to(ANYBODY).last_published().select_related("indicator")
    rows = rows.prefetch_related("place").order_by(
        "indicator__number", "indicator__code", "year", "place__sort_key", "place__code", "formula", "pk"
    )
    for value in rows:
        yield {
            "ma_chi_tieu": value.indicator.code,
            "chi_tieu": value.indicator.name,
            "don_vi": value.indicator.unit.label,
            "nam": value.year,
            "ma_noi": value.place.code,
            "noi": value.place.full_name,
            "cap": value.place.get_kind_display(),
            "ma_cach_tinh": value.formula,
            "cach_tinh": formula_words(value.formula),
            "gia_tri": None if value.value is None else value.indicator.unit.shown(value.value),
            "tu_so": value.numerator,
            "mau_so": value.denominator,
            "cach_co": value.get_how_display(),
            "tinh_den": value.on,
            "mo_phong": mark(value.simulated),
        }


def open_plans(province: Place) -> Any:
    """Give the plans that are published."""
    return Plan.objects.visible_to(ANYBODY).filter(province=province)


def plan_of(plan: Plan) -> Row:
    """Write of which plan a row is."""
    return {"ma_ke_hoach": plan.code, "ke_hoach": plan.title}


def targets(province: Place) -> Iterator[Row]:
    """Give the targets of published plans."""
    rows = Target.objects.filter(plan__in=open_plans(province)).select_related("plan__territory", "indicator")
    for target in rows.order_by("plan__code", "order", "pk"):
        yield plan_of(target.plan) | {
            "so": target.pk,
            "ma_chi_tieu": target.indicator.code,
            "chi_tieu": target.indicator.name,
            "don_vi": target.indicator.unit.label,
            "den_het_nam": target.year,
            "so_sanh": target.get_comparator_display(),
            "muc": target.value,
            "bang_loi": target.written,
            "dia_ban": target.plan.territory.full_name,
            "muc_van_ban": target.section,
            "nguyen_van": target.quote,
        }


def plans(province: Place) -> Iterator[Row]:
    """Give the published plans."""
    for plan in open_plans(province).select_related("territory").order_by("code"):
        yield {
            "ma": plan.code,
            "loai": plan.get_kind_display(),
            "ten": plan.title,
            "so_ky_hieu": plan.number,
            "co_quan": plan.issuer,
            "ngay": plan.date,
            "dia_ban": plan.territory.full_name,
            "tu_nam": plan.year_from,
            "den_nam": plan.year_to,
        }


def tasks(province: Place) -> Iterator[Row]:
    """Give the tasks that the documents of published plans give."""
    rows = Task.objects.visible_to(ANYBODY).written().filter(plan__in=open_plans(province))
    for task in rows.select_related("plan", "lead").order_by("plan__code", "order", "pk"):
        yield plan_of(task.plan) | {
            "so": task.pk,
            "nhiem_vu": task.title,
            "thanh_phan": task.get_component_display(),
            "chu_tri": task.lead.name if task.lead else "",
            "han": task.due_on,
            "trang_thai": task.get_state_display(),
            "muc_van_ban": task.section,
            "mo_phong": mark(task.simulated),
        }


def offered_masts(province: Place) -> Iterator[Row]:
    """Give the masts on offer, with those fields alone that every audience may see."""
    rows = Mast.objects.offered_on(timezone.localdate()).filter(province=province)
    rows = rows.select_related("owner", "commune").defer("point", "commune__point").order_by("pk")
    for mast in rows:
        rough = spot(round(mast.lon, ROUGH_DECIMALS), round(mast.lat, ROUGH_DECIMALS))
        told: dict[str, Row] = {
            "structure": {"loai": mast.get_structure_display()},
            "owner": {"chu_so_huu": mast.owner.name},
            "spare": {"con_trong": mast.spare},
            "commune": commune_of(mast.commune),
            "rough_point": rough,
        }
        row: Row = {"so": mast.pk, "mo_phong": mark(mast.simulated)}
        for field, cells in told.items():
            row |= cells if FIELDS.get(field) == EVERYBODY else {}
        yield row


def public_sites(province: Place) -> Iterator[Row]:
    """Give the public sites on offer today; whom to call stands on their pages."""
    rows = PublicSite.objects.visible_to(ANYBODY).offered_on(timezone.localdate()).filter(province=province)
    for site in rows.select_related("commune").defer("point", "commune__point").order_by("pk"):
        yield (
            {
                "so": site.pk,
                "ten": site.title,
                "loai": site.get_kind_display(),
                "dia_chi": site.address,
                "dien_tich_m2": site.area_m2,
                "dien": site.get_power_display(),
                "dieu_kien": site.terms,
                "gia": site.price,
                "co_quan": site.body,
                "tu_ngay": site.from_on,
                "den_ngay": site.until_on,
                "mo_phong": mark(site.simulated),
            }
            | spot(site.lon, site.lat)
            | commune_of(site.commune)
        )


def services_at_villages(province: Place) -> Iterator[Row]:
    """Give what serves each village, whosever it is."""
    today, rows = timezone.localdate(), list(places(province, Place.Kind.VILLAGE))
    found = evidence_at(rows, today)
    fibre = FibreReach.objects.reaching(today).filter(village__province=province, households_able__gt=0)
    reached = dict(fibre.order_by("simulated").values_list("village_id", "simulated"))
    for place in rows:
        here = found[place.pk]
        row: Row = {
            "so": place.pk,
            "ma": place.code,
            "ten": place.full_name,
            "so_ho": place.households,
            "co_cap_quang": place.pk in reached,
            "mo_phong": mark(place.simulated or here.simulated or reached.get(place.pk, False)),
        }
        for told in here.anybody:
            technology = told.technology.lower()
            row |= {f"co_{technology}": told.served, f"bang_chung_{technology}": told.word}
        yield row | spot(place.lon, place.lat) | commune_of(place.parent)


def speeds(province: Place) -> Iterator[Row]:
    """Give the statistics that the pages of speeds show; communes with too few tests only count them."""
    rules = rules_of(province, timezone.localdate())
    rows = SpeedStatistic.objects.visible_to(ANYBODY, by_operator=bool(rules[PUBLIC].value)).of_tests()
    of_communes = Q(place__kind=Place.Kind.COMMUNE, operator=None, month=WHOLE_YEAR)
    rows = rows.filter(Q(place=province) | of_communes, province=province).select_related("place", "operator")
    told = list(rows.order_by("-year", "month", "place__sort_key", "place__code", *KEPT_ORDER))
    every = {(s.place_id, s.year): s.n for s in told if of_all(s)}
    least = least_tests(rules)
    for row in told:
        enough = row.place_id == province.pk or every.get((row.place_id, row.year), 0) >= least
        yield speed(row, enough)


def of_all(row: SpeedStatistic) -> bool:
    """Tell whether a statistic counts all download tests of a place's year."""
    network = (row.access, row.technology, row.operator_id, row.month)
    return row.measure == DOWNLOAD and network == ("", "", None, WHOLE_YEAR)


def speed(row: SpeedStatistic, enough: bool) -> Row:
    """Write one statistic."""
    figures = {
        "trung_vi": row.p50,
        "trung_vi_tu": row.p50_low,
        "trung_vi_den": row.p50_high,
        "p10": row.p10,
        "p90": row.p90,
    }
    return {
        "ma_noi": row.place.code,
        "noi": row.place.full_name,
        "cap": row.place.get_kind_display(),
        "nam": row.year,
        "thang": row.month,
        "nha_mang": row.operator.name if row.operator else "",
        "loai_mang": row.kind,
        "dai_luong": row.get_measure_display(),
        "luot_do": row.n,
        "so_may": row.devices,
        "du_luot": enough,
        "mo_phong": mark(row.simulated),
    } | (figures if enough else {})


def published_speeds(province: Place) -> Iterator[Row]:
    """Give what i-Speed published of the province and of the whole country."""
    rows = PublishedSpeed.objects.visible_to(ANYBODY).filter(Q(area_province=province) | Q(area=""))
    for row in rows.order_by("-month", "pk"):
        yield {
            "so": row.pk,
            "thang": row.month,
            "dia_ban": row.area or "Cả nước",
            "nha_mang": row.operator_word,
            "loai_mang": row.technology or row.get_access_display(),
            "tai_xuong": row.download_mbps,
            "tai_len": row.upload_mbps,
            "do_tre": row.latency_ms,
            "nguon": row.source,
            "mo_phong": mark(row.simulated),
        }


def system_sums(province: Place) -> Iterator[Row]:
    """Give the sums of the register of systems; nothing where nothing is registered."""
    figures = public_figures(province, timezone.localdate())
    if not any(getattr(figures, name) for name in SUMS):
        return
    for name, words in SUMS.items():
        amount = float(getattr(figures, name))
        yield {"ma": name, "noi_dung": words, "so_luong": amount, "mo_phong": mark(figures.simulated)}
