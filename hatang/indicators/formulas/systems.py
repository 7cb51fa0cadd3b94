"""How each figure of systems, clouds and links comes from their registers.

A register in which a province has never written anything says nothing: then there is no figure, not a zero.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from hatang.indicators.formulas.table import Figure, figure_of, formula, marked_where, simulated_by
from hatang.places.models import Place
from hatang.systems.models import (
    DOMESTIC,
    GOVERNING,
    PARTY_AND_STATE,
    Agency,
    AgencySort,
    CloudUse,
    DataLink,
    Entry,
    InformationSystem,
    SystemUse,
)

OWNERS_COMMUNE = "owner__commune"


def _kept(model: type[Entry], province: Place) -> Exists:
    """Ask whether the province keeps a register: one without any row says nothing of anybody."""
    return Exists(model._default_manager.filter(province=province))


def _agencies(province: Place, on: date, sorts: tuple[str, ...], evidence: QuerySet[Any]) -> Figure:
    """Define the share of bodies of some sorts of which a row of the evidence speaks."""
    bodies = Agency.objects.in_force(on).filter(_kept(evidence.model, province), province=province, sort__in=sorts)
    spoken = evidence.filter(agency=OuterRef("pk"))
    counted = Case(When(Exists(spoken), then=1), default=0, output_field=IntegerField())
    return figure_of(bodies, weight=Value(1), counted=counted, marked=simulated_by(spoken), commune="commune")


@formula(
    label="UBND cấp xã nối mạng TSLCD",
    description="Số xã, phường mà UBND có đường truyền số liệu chuyên dùng đang dùng, chia cho tổng số xã, phường.",
    reading="Mẫu số là mọi xã, phường hiện có; xã chưa ghi trong sổ cơ quan là chưa nối.",
    everywhere=True,
)
def commune_committees_tslcd(province: Place, on: date) -> Figure:
    """Count communes whose committee has a link."""
    links = DataLink.objects.in_force(on).filter(agency__sort=AgencySort.COMMUNE, agency__commune=OuterRef("pk"))
    linked = Case(When(Exists(links), then=1), default=0, output_field=IntegerField())
    communes = Place.objects.communes().filter(_kept(DataLink, province), province=province, valid_to=None)
    rows = communes.annotate(
        weighed=Value(1),
        counted=linked,
        marked=simulated_by(links),
        in_commune=F("pk"),
        in_former=F("former_province_id"),
    )
    return Figure(rows)


@formula(
    label="Cơ quan Đảng, Nhà nước từ tỉnh đến xã nối mạng TSLCD",
    description="Số cơ quan Đảng, cơ quan nhà nước cấp tỉnh và UBND cấp xã có đường truyền số liệu chuyên dùng đang "
    "dùng, chia cho tổng số các cơ quan ấy trong sổ.",
    reading="Mẫu số là sổ cơ quan, đơn vị của tỉnh: cơ quan chưa ghi thì không tính. Mặt trận, đoàn thể, đơn vị sự "
    "nghiệp, doanh nghiệp không tính.",
)
def party_state_bodies_tslcd(province: Place, on: date) -> Figure:
    """Count bodies of the Party and the State with a link."""
    return _agencies(province, on, PARTY_AND_STATE, DataLink.objects.in_force(on))


@formula(
    label="Hệ thống dùng chung cấp tỉnh trên đám mây",
    description="Số hệ thống thông tin dùng chung cấp tỉnh đặt trên đám mây, chia cho tổng số hệ thống dùng chung.",
    reading="Trang thành phần của cổng không là hệ thống riêng. Máy chủ ảo trong trung tâm dữ liệu mà không là dịch vụ "
    "đám mây trong sổ thì không tính là đám mây. Hệ thống chưa ghi đặt ở đâu thì nêu riêng.",
)
def provincial_systems_cloud(province: Place, on: date) -> Figure:
    """Count shared provincial systems that run on a cloud."""
    shared = InformationSystem.objects.shared(on).filter(province=province)
    on_cloud = Case(When(hosting=InformationSystem.Hosting.CLOUD, then=1), default=0, output_field=IntegerField())
    return _systems(shared.exclude(hosting=""), on_cloud, left_out=shared.filter(hosting=""))


def _systems(rows: Any, counted: Case, *, left_out: Any) -> Figure:
    """Define a share of systems, each where its owner sits."""
    marked = marked_where(Q(simulated=True))
    return figure_of(rows, weight=Value(1), counted=counted, marked=marked, left_out=left_out, commune=OWNERS_COMMUNE)


@formula(
    label="Hệ thống ứng dụng AI, chuỗi khối, IoT",
    description="Số hệ thống thông tin đang dùng có ứng dụng trí tuệ nhân tạo, chuỗi khối hoặc IoT, chia cho tổng số "
    "hệ thống thông tin.",
    reading="Trang thành phần của cổng không là hệ thống riêng. Hệ thống chưa ai ghi có hay không thì nêu riêng, không "
    "tính vào tử số lẫn mẫu số.",
)
def systems_ai_blockchain_iot(province: Place, on: date) -> Figure:
    """Count systems with artificial intelligence, blockchain or the Internet of Things."""
    systems = InformationSystem.objects.whole().in_force(on).filter(province=province)
    uses = Q(uses_ai=True) | Q(uses_blockchain=True) | Q(uses_iot=True)
    unknown = ~uses & (Q(uses_ai=None) | Q(uses_blockchain=None) | Q(uses_iot=None))
    counted = Case(When(uses, then=1), default=0, output_field=IntegerField())
    known = systems.exclude(pk__in=systems.filter(unknown).values("pk"))
    return _systems(known, counted, left_out=systems.filter(unknown))


@formula(
    label="Cơ quan nhà nước dùng đám mây phục vụ Chính phủ số",
    description="Số cơ quan nhà nước cấp tỉnh và UBND cấp xã đang dùng một đám mây được ghi là đám mây phục vụ Chính "
    "phủ số, chia cho tổng số các cơ quan ấy.",
    reading="Đám mây nào là đám mây phục vụ Chính phủ số do tỉnh ghi theo văn bản của cơ quan có thẩm quyền.",
)
def agencies_government_cloud(province: Place, on: date) -> Figure:
    """Count state administrative bodies that use the government's cloud."""
    return _agencies(province, on, GOVERNING, CloudUse.objects.in_force(on).filter(cloud__government=True))


@formula(
    label="Cơ quan nhà nước, doanh nghiệp nhà nước dùng đám mây trong nước",
    description="Số cơ quan nhà nước, UBND cấp xã, doanh nghiệp nhà nước đang dùng đám mây của tỉnh hoặc của nhà cung "
    "cấp trong nước, chia cho tổng số.",
    reading="Cơ quan vừa dùng đám mây trong nước vừa dùng đám mây nước ngoài vẫn tính là có dùng.",
)
def agencies_domestic_cloud(province: Place, on: date) -> Figure:
    """Count state bodies and enterprises that use a domestic cloud."""
    sorts = (*GOVERNING, AgencySort.ENTERPRISE)
    return _agencies(province, on, sorts, CloudUse.objects.in_force(on).filter(cloud__origin__in=DOMESTIC))


@formula(
    label="Cơ quan nhà nước dùng nền tảng số có tính chất hạ tầng",
    description="Số cơ quan nhà nước cấp tỉnh và UBND cấp xã đang dùng ít nhất một nền tảng số có tính chất hạ tầng, "
    "chia cho tổng số các cơ quan ấy.",
    reading="Kế hoạch không định nghĩa “sử dụng nền tảng số”. Cách này đọc sổ dùng hệ thống, chỉ với nền tảng có tính "
    "chất hạ tầng, như Tuyên Quang ghi.",
)
def agencies_digital_platforms(province: Place, on: date) -> Figure:
    """Count state administrative bodies that use a platform of infrastructure kind."""
    return _platforms(province, on, InformationSystem.Platform.INFRASTRUCTURE)


@formula(
    label="Cơ quan nhà nước dùng nền tảng số bất kỳ",
    description="Như trên, với mọi nền tảng số.",
    reading="Kế hoạch không định nghĩa “sử dụng nền tảng số”. Cách này đọc sổ dùng hệ thống, với mọi nền tảng số.",
    variant_of="agencies_digital_platforms",
)
def agencies_any_platform(province: Place, on: date) -> Figure:
    """Count state administrative bodies that use any platform."""
    kinds = InformationSystem.Platform
    return _platforms(province, on, kinds.INFRASTRUCTURE, kinds.OTHER)


def _platforms(province: Place, on: date, *kinds: str) -> Figure:
    running = InformationSystem.objects.in_force(on).filter(platform__in=kinds).values("pk")
    return _agencies(province, on, GOVERNING, SystemUse.objects.in_force(on).filter(system__in=running))
