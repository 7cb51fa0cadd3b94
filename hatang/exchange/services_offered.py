"""Every data service that runs for real, in one table that an auditor reads whole: what is asked, given, to whom.

A partner gets the rows of the communes and the fields that were agreed, and nothing more. Which fields exist is written
in each service's `Row`; a field that is not there cannot be agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from hatang.network.models import Mast, Technology
from hatang.places.models import Place

MOST_ROWS = 500
MARK = "mo_phong"
"""The field that says whether a row is simulated: in every row, whatever was agreed."""
ROUGH_DECIMALS = 2
ORDER_OF_LEVELS = tuple(level.value for level in Level)


class Asked(Schema):
    """What every service may be asked: one commune, which page, how many rows on it."""

    model_config = ConfigDict(extra="forbid")

    xa: str = Field("", max_length=10, pattern=r"^\d*$", description="Mã xã, phường; để trống: mọi nơi được phép.")
    trang: int = Field(1, ge=1, le=1_000_000, description="Trang thứ mấy, từ 1.")
    so_dong: int = Field(100, ge=1, le=MOST_ROWS, description="Số dòng mỗi trang.")


@dataclass(frozen=True)
class Reach:
    """For whom and of what: the province, the communes agreed (none: all), the partner, the day."""

    province: Place
    communes: Sequence[str]
    organisation: Organisation
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
    """One service: its texts, what is asked, the fields of a row, which rows there are and how one is written."""

    code: str
    title: str
    description: str
    asked: type[Asked]
    row: type[Schema]
    rows: Callable[[Reach, Any], QuerySet[Any]]
    write: Callable[[Reach, Sequence[Any]], list[dict[str, Any]]]

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
    bang_chung: str = Field(description="mức bằng chứng mạnh nhất: decided, verified, measured, predicted, declared")
    mo_phong: bool = Field(description="dữ liệu mô phỏng")


def villages(reach: Reach, asked: VillagesAsked) -> QuerySet[Any]:
    """Give the villages of today in the communes agreed."""
    rows = Place.objects.villages().in_force(reach.on).filter(province=reach.province)
    rows = rows.filter(reach.within("parent__", asked)).select_related("parent")
    if asked.cong_nghe:
        there = CountedService.objects.covering(asked.cong_nghe, on=reach.on)
        rows = rows.filter(pk__in=there.values("place"))
    return rows.order_by("parent__code", "code", "pk")


def written_villages(reach: Reach, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Write villages with the technologies that count as there."""
    there = CountedService.objects.covering(*Technology.values, on=reach.on).filter(place__in=[row.pk for row in rows])
    found: dict[int, list[CountedService]] = {}
    for service in there.order_by("technology"):
        found.setdefault(service.place_id, []).append(service)
    return [written_village(row, found.get(row.pk, [])) for row in rows]


def written_village(place: Place, services: Sequence[CountedService]) -> dict[str, Any]:
    """Write one village."""
    commune: Any = place.parent
    levels = {service.level for service in services}
    return {
        "ma_thon": place.code,
        "ten_thon": place.full_name,
        "ma_xa": commune.code,
        "ten_xa": commune.full_name,
        "dan_so": place.population,
        "so_ho": place.households,
        "cong_nghe": sorted({service.technology for service in services}),
        "bang_chung": next((level for level in ORDER_OF_LEVELS if level in levels), ""),
        "mo_phong": place.simulated or any(service.simulated for service in services),
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


def values(reach: Reach, asked: ValuesAsked) -> QuerySet[Any]:
    """Give the figures that the public may see, of the province itself and of the communes agreed."""
    rows = Value.objects.latest_for(AnonymousUser()).published().select_related("indicator", "place")
    here = Q(place__province=reach.province) & reach.within("place__", asked)
    whole = Q(place=reach.province) if not asked.xa else Q(pk__in=())
    rows = rows.filter(here | whole)
    rows = rows.filter(indicator__code=asked.chi_tieu) if asked.chi_tieu else rows
    rows = rows.filter(year=asked.nam) if asked.nam else rows
    return rows.order_by("indicator__number", "year", "place__code", "pk")


def written_values(reach: Reach, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Write published figures."""
    return [
        {
            "chi_tieu": row.indicator.code,
            "ten_chi_tieu": row.indicator.name,
            "don_vi": row.indicator.unit_code,
            "ma_noi": row.place.code,
            "ten_noi": row.place.full_name,
            "nam": row.year,
            "gia_tri": row.value,
            "cach_co": row.how,
            "mo_phong": row.simulated,
        }
        for row in rows
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


def masts(reach: Reach, asked: Asked) -> QuerySet[Any]:
    """Give the masts that stand; to an operator its own and those that rivals offer."""
    rows = Mast.objects.there(reach.on).filter(province=reach.province).filter(reach.within("commune__", asked))
    if reach.organisation.kind == Organisation.Kind.OPERATOR:
        offered = Mast.objects.offered_on(reach.on).values("pk")
        rows = rows.filter(Q(owner=reach.organisation) | Q(pk__in=offered))
    return rows.select_related("owner", "commune").order_by("commune__code", "pk")


def written_masts(reach: Reach, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Write masts as an audience sees them: an operator others' as their rival, all else as communes do."""
    return [written_mast(reach, row) for row in rows]


def written_mast(reach: Reach, mast: Mast) -> dict[str, Any]:
    """Write one mast."""
    rival = reach.organisation.kind == Organisation.Kind.OPERATOR and mast.owner_id != reach.organisation.pk
    who = Audience.RIVAL if rival else Audience.COMMUNE
    commune: Any = mast.commune
    return {
        "ma_cot": mast.code if may_see(who, "code") else "",
        "loai_cot": mast.structure,
        "chu_so_huu": str(mast.owner),
        "ma_xa": commune.code if commune else "",
        "kinh_do": None if mast.lon is None else round(mast.lon, ROUGH_DECIMALS),
        "vi_do": None if mast.lat is None else round(mast.lat, ROUGH_DECIMALS),
        "chao_dung_chung": mast.offered,
        "so_cho_trong": mast.spare if mast.offered else None,
        "mo_phong": mast.simulated,
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
