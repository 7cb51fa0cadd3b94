"""Every data service that runs for real, in one table that an auditor reads whole: what is asked, given, to whom.

A partner gets the rows of the communes and the fields that were agreed, and nothing more. Which fields exist is written
in each service's `Row`; a field that is not there cannot be agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from ninja import Field, Schema
from pydantic import ConfigDict

from hatang.accounts.models import Organisation
from hatang.coverage.models import CountedService, Level
from hatang.indicators.models import Value
from hatang.network.audience import Audience, may_see
from hatang.network.models import Mast
from hatang.places.models import Place

MOST_ROWS = 500
MARK = "mo_phong"
"""The field that says whether a row is simulated: in every row, whatever was agreed."""
ROUGH_DECIMALS = 2
ORDER_OF_LEVELS = tuple(level.value for level in Level)
BEST_LEVEL = "mức bằng chứng mạnh nhất: " + ", ".join(f"{level.value} ({level.label})" for level in Level)


class Asked(Schema):
    """What every service may be asked: one commune, which page, how many rows on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    xa: str = Field("", max_length=10, pattern=r"^\d*$", description="Mã xã, phường; để trống: mọi nơi được phép.")
    trang: int = Field(1, ge=1, le=1_000_000, description="Trang thứ mấy, từ 1.")
    so_dong: int = Field(100, ge=1, le=MOST_ROWS, description="Số dòng mỗi trang.")


@dataclass(frozen=True)
class Reach:
    """For whom and of what: the province, the communes agreed (none: all), the partner, the day."""

    province_id: int
    communes: tuple[str, ...]
    organisation_id: int
    organisation_kind: str
    on: date

    def within(self, path: str, asked: Asked) -> Q:
        """Build the filter that keeps what lies in the communes agreed, and in the one asked for."""
        kept = Q()
        if self.communes:
            kept &= Q(**{f"{path}code__in": list(self.communes)})
        if asked.xa:
            kept &= Q(**{f"{path}code": asked.xa})
        return kept


@dataclass(frozen=True)
class Offered:
    """One service: its texts, what is asked, the fields of a row, which rows there are and how they are written.

    `rows` gives values in the order in which `write` takes them, `told` what else is told of the rows of a page. Both
    are written as SQL once for the same arguments: they may look at nothing else, not even at the clock.
    """

    code: str
    title: str
    description: str
    asked: type[Asked]
    row: type[Schema]
    rows: Callable[[Reach, Any], QuerySet[Any, Any]]
    write: Callable[[Reach, Sequence[Any], Sequence[Any]], list[dict[str, Any]]]
    told: Callable[[Reach, QuerySet[Any, Any]], QuerySet[Any, Any]] | None = None

    @property
    def fields(self) -> dict[str, str]:
        """The fields that can be agreed, with what each means; the mark of simulated data always goes with them."""
        known = self.row.model_fields.items()
        return {name: str(field.description or name) for name, field in known if name != MARK}


class VillagesAsked(Asked):
    """Villages, with or without a technology."""

    cong_nghe: Literal["", "2G", "3G", "4G", "5G"] = Field("", description="Chỉ thôn có công nghệ này.")


class VillageRow(Schema):
    """A village and which mobile technologies are there, whoever provides them."""

    ma_thon: str = Field(description="mã thôn của tỉnh")
    ten_thon: str = Field(description="tên thôn")
    ma_xa: str = Field(description="mã xã")
    ten_xa: str = Field(description="tên xã")
    dan_so: int | None = Field(description="dân số, người")
    so_ho: int | None = Field(description="số hộ")
    cong_nghe: list[str] = Field(description="công nghệ di động có tại thôn")
    bang_chung: str = Field(description=BEST_LEVEL)
    mo_phong: bool = Field(description="dữ liệu mô phỏng")


def full_name(title: str, name: str) -> str:
    """Write a place's name with its title, as `Place.full_name` does."""
    return f"{title} {name}".strip()


def villages(reach: Reach, asked: VillagesAsked) -> QuerySet[Any, Any]:
    """Give the villages of today in the communes agreed."""
    rows = Place.objects.villages().in_force(reach.on).filter(province=reach.province_id)
    rows = rows.filter(reach.within("parent__", asked))
    if asked.cong_nghe:
        there = CountedService.objects.covering(asked.cong_nghe, on=reach.on)
        rows = rows.filter(pk__in=there.values("place"))
    of_commune = ("parent__code", "parent__title", "parent__name")
    own = ("pk", "code", "title", "name", "population", "households", "simulated")
    return rows.order_by("parent__code", "code", "pk").values_list(*own, *of_commune)


def technologies(reach: Reach, page: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Give the technologies that count as there in the villages of a page."""
    there = CountedService.objects.on(reach.on).filter(served=True, place__in=page.values("pk"))
    return there.values_list("place", "technology", "level", "simulated").distinct()


def written_villages(reach: Reach, rows: Sequence[Any], there: Sequence[Any]) -> list[dict[str, Any]]:
    """Write villages with the technologies that count as there."""
    found: dict[int, list[Any]] = {}
    for place, *service in there:
        found.setdefault(place, []).append(service)
    return [written_village(row, found.get(row[0], ())) for row in rows]


def written_village(row: Any, services: Iterable[Any]) -> dict[str, Any]:
    """Write one village."""
    _, code, title, name, population, households, simulated, *commune = row
    levels = {level for _, level, _ in services}
    return {
        "ma_thon": code,
        "ten_thon": full_name(title, name),
        "ma_xa": commune[0],
        "ten_xa": full_name(*commune[1:]),
        "dan_so": population,
        "so_ho": households,
        "cong_nghe": sorted({technology for technology, _, _ in services}),
        "bang_chung": next((level for level in ORDER_OF_LEVELS if level in levels), ""),
        "mo_phong": simulated or any(simulated for _, _, simulated in services),
    }


class ValuesAsked(Asked):
    """Published figures, of one indicator or year where asked."""

    chi_tieu: str = Field("", max_length=60, pattern=r"^[-\w]*$", description="Mã chỉ tiêu; để trống: mọi chỉ tiêu.")
    nam: int | None = Field(None, ge=1990, le=2100, description="Năm; để trống: mọi năm.")


class ValueRow(Schema):
    """A published figure."""

    chi_tieu: str = Field(description="mã chỉ tiêu")
    ten_chi_tieu: str = Field(description="tên chỉ tiêu")
    don_vi: str = Field(description="đơn vị")
    ma_noi: str = Field(description="mã tỉnh hoặc xã")
    ten_noi: str = Field(description="tên tỉnh hoặc xã")
    nam: int = Field(description="năm")
    gia_tri: float | None = Field(description="giá trị")
    cach_co: str = Field(description="cách có số liệu: counted, measured, predicted, reported")
    mo_phong: bool = Field(description="dữ liệu mô phỏng")


def values(reach: Reach, asked: ValuesAsked) -> QuerySet[Any, Any]:
    """Give the figures that the public may see, of the province itself and of the communes agreed."""
    rows = Value.objects.latest_for(AnonymousUser()).published()
    here = Q(place__province=reach.province_id) & reach.within("place__", asked)
    whole = Q(place=reach.province_id) if not asked.xa else Q(pk__in=())
    rows = rows.filter(here | whole)
    rows = rows.filter(indicator__code=asked.chi_tieu) if asked.chi_tieu else rows
    rows = rows.filter(year=asked.nam) if asked.nam else rows
    of_indicator = ("indicator__code", "indicator__name", "indicator__unit_code")
    of_place = ("place__code", "place__title", "place__name")
    ordered = rows.order_by("indicator__number", "year", "place__code", "pk")
    return ordered.values_list(*of_indicator, *of_place, "year", "value", "how", "simulated")


def written_values(reach: Reach, rows: Sequence[Any], told: Sequence[Any]) -> list[dict[str, Any]]:
    """Write published figures."""
    return [
        {
            "chi_tieu": indicator,
            "ten_chi_tieu": indicator_name,
            "don_vi": unit,
            "ma_noi": place,
            "ten_noi": full_name(title, name),
            "nam": year,
            "gia_tri": value,
            "cach_co": how,
            "mo_phong": simulated,
        }
        for indicator, indicator_name, unit, place, title, name, year, value, how, simulated in rows
    ]


class MastRow(Schema):
    """A mast as far as it is known outside the department: where, to about a kilometre, whose, how many tenants."""

    ma_cot: str = Field(description="mã cột; trống nếu không được biết")
    loai_cot: str = Field(description="loại cột A1–A6 của NĐ 163/2024")
    chu_so_huu: str = Field(description="chủ sở hữu")
    ma_xa: str = Field(description="mã xã")
    kinh_do: float | None = Field(description="kinh độ, làm tròn đến khoảng 1 km")
    vi_do: float | None = Field(description="vĩ độ, làm tròn đến khoảng 1 km")
    chao_dung_chung: bool = Field(description="đang chào dùng chung")
    so_cho_trong: int | None = Field(description="số chỗ còn trống, khi chào dùng chung")
    mo_phong: bool = Field(description="dữ liệu mô phỏng")


def masts(reach: Reach, asked: Asked) -> QuerySet[Any, Any]:
    """Give the masts that stand; to an operator its own and those that rivals offer."""
    rows = Mast.objects.there(reach.on).filter(province=reach.province_id).filter(reach.within("commune__", asked))
    if reach.organisation_kind == Organisation.Kind.OPERATOR:
        offered = Mast.objects.offered_on(reach.on).values("pk")
        rows = rows.filter(Q(owner=reach.organisation_id) | Q(pk__in=offered))
    of_mast = ("code", "structure", "lon", "lat", "offered", "spare", "simulated")
    return rows.order_by("commune__code", "pk").values_list("owner", "owner__name", "commune__code", *of_mast)


def written_masts(reach: Reach, rows: Sequence[Any], told: Sequence[Any]) -> list[dict[str, Any]]:
    """Write masts as an audience sees them: an operator others' as their rival, all else as communes do."""
    return [written_mast(reach, *row) for row in rows]


def written_mast(reach: Reach, owner: int, owner_name: str, commune: str | None, *of_mast: Any) -> dict[str, Any]:
    """Write one mast."""
    code, structure, lon, lat, offered, spare, simulated = of_mast
    rival = reach.organisation_kind == Organisation.Kind.OPERATOR and owner != reach.organisation_id
    who = Audience.RIVAL if rival else Audience.COMMUNE
    return {
        "ma_cot": code if may_see(who, "code") else "",
        "loai_cot": structure,
        "chu_so_huu": owner_name,
        "ma_xa": commune or "",
        "kinh_do": None if lon is None else round(lon, ROUGH_DECIMALS),
        "vi_do": None if lat is None else round(lat, ROUGH_DECIMALS),
        "chao_dung_chung": offered,
        "so_cho_trong": spare if offered else None,
        "mo_phong": simulated,
    }


SERVICES: dict[str, Offered] = {
    service.code: service
    for service in (
        Offered(
            code="thon-phu-song",
            title="Thôn và sóng di động",
            description="Mỗi thôn có công nghệ di động nào (2G đến 5G), theo mức bằng chứng được tính. Không nói doanh "
            "nghiệp nào cung cấp.",
            asked=VillagesAsked,
            row=VillageRow,
            rows=villages,
            write=written_villages,
            told=technologies,
        ),
        Offered(
            code="chi-tieu",
            title="Số liệu chỉ tiêu đã công bố",
            description="Giá trị đã công bố của các chỉ tiêu, của tỉnh và các xã; số đang giữ lại thì không có.",
            asked=ValuesAsked,
            row=ValueRow,
            rows=values,
            write=written_values,
        ),
        Offered(
            code="cot-ang-ten",
            title="Cột ăng ten theo xã",
            description="Cột đang có trên địa bàn, vị trí đến khoảng 1 km. Doanh nghiệp viễn thông chỉ thấy cột của "
            "mình và cột được chào dùng chung.",
            asked=Asked,
            row=MastRow,
            rows=masts,
            write=written_masts,
        ),
    )
}
