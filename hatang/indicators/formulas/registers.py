"""How each counted figure comes from the registers: one named formula each, in the order of the plans' tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least

from hatang.indicators.formulas.sets import (
    INDUSTRIAL,
    commune_centres,
    districts_zones_sites,
    industrial_zones,
    villages_of,
    zones_sites,
)
from hatang.indicators.formulas.table import Figure, figure_of, formula, share_of, simulated_by
from hatang.indicators.numbers import NumberOf
from hatang.network.models import (
    MOBILE_BROADBAND,
    DeclaredCoverage,
    DeclaredQuerySet,
    FibreQuerySet,
    FibreReach,
    Mast,
    Station,
    StationQuerySet,
    Technology,
    Tenancy,
)
from hatang.network.services.sharing_rates import READINGS, Reading, items_on
from hatang.places.models import Place, PlaceQuerySet


def _covered(*technologies: str, on: date) -> DeclaredQuerySet:
    return DeclaredCoverage.objects.covering(*technologies, on=on).filter(place=OuterRef("pk"))


def _fibre(on: date) -> FibreQuerySet:
    return FibreReach.objects.reaching(on).filter(village=OuterRef("pk"), households_able__gt=0)


def _operators(stations: StationQuerySet) -> Combinable:
    """Count the operators that have one of these stations on the mast."""
    return _per_mast(stations, Count("operator", distinct=True))


def _per_mast(stations: StationQuerySet, count: Count) -> Combinable:
    on_mast = stations.filter(mast=OuterRef("pk")).order_by().values("mast").annotate(n=count).values("n")
    return Coalesce(Subquery(on_mast, output_field=IntegerField()), 0)


def _of_5g(stations: StationQuerySet) -> StationQuerySet:
    """Keep 5G stations, asked so that SQLite starts at the mast: by technology it walks all provinces."""
    is_5g = Case(When(technology=Technology.G5, then=1), default=0, output_field=IntegerField())
    return stations.annotate(is_5g=is_5g).filter(is_5g=1)


def _on_mast(stations: StationQuerySet) -> StationQuerySet:
    return stations.filter(mast=OuterRef("pk"))


@formula(
    label="Thôn có băng rộng di động",
    description="Số thôn có ít nhất một doanh nghiệp khai báo phủ sóng 3G, 4G hoặc 5G, chia cho tổng số thôn.",
    everywhere=True,
)
def villages_mobile_broadband(province: Place, on: date) -> Figure:
    """Count villages with mobile broadband among all villages."""
    return share_of(villages_of(province, on), _covered(*MOBILE_BROADBAND, on=on))


@formula(
    label="Thôn có điện lưới có băng rộng di động",
    description="Như thôn có băng rộng di động, nhưng chỉ trong các thôn đã có điện lưới.",
    reading="Thôn chưa rõ có điện lưới hay không thì không tính vào tử số lẫn mẫu số.",
    everywhere=True,
)
def villages_with_power_mobile_broadband(province: Place, on: date) -> Figure:
    """Count villages with mobile broadband among those with grid power."""
    villages = villages_of(province, on)
    powered, unknown = villages.filter(has_grid_power=True), villages.filter(has_grid_power__isnull=True)
    return share_of(powered, _covered(*MOBILE_BROADBAND, on=on), left_out=unknown)


@formula(
    label="Vị trí BTS dùng chung, theo vị trí",
    description="Số vị trí có trạm của từ hai doanh nghiệp trở lên đang phát sóng, chia cho số vị trí có trạm "
    "đang phát sóng.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này đếm vị trí: một cột có ba doanh nghiệp vẫn là một.",
)
def bts_sharing_positions(province: Place, on: date) -> Figure:
    """Count positions with two or more operators on air among positions with any."""
    return _sharing(province, on, shared=Value(1), used=Value(1))


@formula(
    label="Vị trí BTS dùng chung, theo lượt sử dụng",
    description="Số lượt doanh nghiệp đặt trạm trên vị trí dùng chung, chia cho tổng số lượt doanh nghiệp đặt trạm.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này đếm lượt: một cột có ba doanh nghiệp là ba "
    "lượt dùng chung.",
    variant_of="bts_sharing_positions",
)
def bts_sharing_tenancies(province: Place, on: date) -> Figure:
    """Count operators' places on shared positions among all operators' places."""
    return _sharing(province, on, shared=F("operators"), used=F("operators"))


def _sharing(province: Place, on: date, *, shared: Combinable, used: Combinable) -> Figure:
    """Define how much of the masts with a station on air is shared by two operators or more."""
    on_air = Station.objects.on_air(on=on)
    masts = Mast.objects.in_use(on).filter(province=province).annotate(operators=_operators(on_air))
    counted = Case(When(operators__gte=2, then=shared), default=0, output_field=IntegerField())
    weight = Case(When(operators__gte=1, then=used), default=0, output_field=IntegerField())
    return figure_of(masts, weight=weight, counted=counted, marked=simulated_by(_on_mast(on_air)))


@formula(
    label="Lượt đặt trạm trên cột của doanh nghiệp khác",
    description="Số lượt doanh nghiệp phát sóng trên cột không phải của mình, chia cho mọi lượt doanh nghiệp "
    "phát sóng.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này chỉ tính người đi thuê là dùng chung; cột của công ty "
    "hạ tầng có một doanh nghiệp phát sóng cũng là dùng chung.",
    variant_of="bts_sharing_positions",
)
def bts_sharing_on_others(province: Place, on: date) -> Figure:
    """Count operators' places on masts of others among all operators' places."""
    on_air = Station.objects.on_air(on=on)
    masts = Mast.objects.in_use(on).filter(province=province)
    on_others = _operators(on_air.exclude(operator=OuterRef("owner")))
    return figure_of(masts, weight=_operators(on_air), counted=on_others, marked=simulated_by(_on_mast(on_air)))


@formula(
    label="BTS mới trên hạ tầng hiện trạng",
    description="Số vị trí mới của doanh nghiệp trong năm đặt trên cột có từ trước năm đó, chia cho tổng số vị "
    "trí mới trong năm.",
    reading="Kế hoạch không nói rõ “trạm mới” và “hiện trạng”. Ở đây: doanh nghiệp phát sóng lần đầu tại cột trong "
    "năm là một vị trí mới (thêm công nghệ thì không); cột đưa vào sử dụng trước ngày 1/1 của năm là hiện trạng.",
)
def new_bts_on_existing(province: Place, on: date) -> Figure:
    """Count new operator positions of the year that stand on masts built before the year."""
    new_year = date(on.year, 1, 1)
    begun = Station.objects.filter(on_air_on__lte=on)
    new = _operators(begun) - _operators(begun.filter(on_air_on__lt=new_year))
    existing = Case(When(built_on__lt=new_year, then=F("new")), default=0, output_field=IntegerField())
    masts = Mast.objects.filter(province=province).annotate(new=new)
    return figure_of(masts, weight=F("new"), counted=existing, marked=simulated_by(_on_mast(begun)))


@formula(
    label="Tuyến cột treo cáp có bên thuê, theo km",
    description="Chiều dài tuyến cột treo cáp có hợp đồng thuê còn hiệu lực, chia cho chiều dài mọi tuyến cột "
    "đang sử dụng. Đoạn có nhiều tuyến chồng nhau chỉ tính một lần.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này đo km có ít nhất một bên thuê; thuê một phần tuyến "
    "thì tính phần ấy; tuyến tính cho xã nơi bắt đầu.",
    by_owner=True,
)
def pole_lines_let_km(province: Place, on: date) -> Figure:
    """Measure the pole lines that somebody rents among all, each stretch once."""
    return _routes(READINGS["cot-cap-km"], province, on)


@formula(
    label="Tuyến cột treo cáp có bên thuê hoặc dùng chung với ngành khác, theo km",
    description="Như trên, nhưng tuyến loại C2 (cột dùng chung với ngành khác, NĐ 163/2024/NĐ-CP Điều 62) luôn "
    "được tính.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này coi treo nhờ cột điện, cột đèn là dùng chung.",
    variant_of="pole_lines_let_km",
    by_owner=True,
)
def pole_lines_let_or_joint_km(province: Place, on: date) -> Figure:
    """Measure the pole lines that somebody rents or that other sectors share."""
    return _routes(READINGS["cot-cap-km-c2"], province, on)


@formula(
    label="Cột treo cáp trên tuyến có bên thuê, theo số cột",
    description="Số cột của các tuyến có hợp đồng thuê còn hiệu lực, chia cho số cột của mọi tuyến đang sử dụng.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này đếm cột; tuyến chưa ghi số cột thì không tính.",
    variant_of="pole_lines_let_km",
    by_owner=True,
)
def poles_let(province: Place, on: date) -> Figure:
    """Count the poles of lines that somebody rents among the poles of all lines."""
    return _routes(READINGS["cot-cap-cot"], province, on)


@formula(
    label="Công trình ngầm có bên thuê, theo km",
    description="Chiều dài công trình ngầm có hợp đồng thuê còn hiệu lực, chia cho chiều dài mọi công trình ngầm "
    "đang sử dụng. Đoạn có nhiều công trình chồng nhau chỉ tính một lần.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này đo km có ít nhất một bên thuê; thuê một phần tuyến "
    "thì tính phần ấy; tuyến tính cho xã nơi bắt đầu.",
    by_owner=True,
)
def underground_let_km(province: Place, on: date) -> Figure:
    """Measure the underground works that somebody rents among all, each stretch once."""
    return _routes(READINGS["ngam-km"], province, on)


@formula(
    label="Công trình ngầm có bên thuê hoặc dùng chung với ngành khác, theo km",
    description="Như trên, nhưng công trình loại N2 (dùng chung với ngành khác, NĐ 163/2024/NĐ-CP Điều 62) luôn "
    "được tính.",
    reading="Văn bản không định nghĩa tỷ lệ dùng chung. Cách này coi hào, tuy nen chung với ngành khác là dùng chung.",
    variant_of="underground_let_km",
    by_owner=True,
)
def underground_let_or_joint_km(province: Place, on: date) -> Figure:
    """Measure the underground works that somebody rents or that other sectors share."""
    return _routes(READINGS["ngam-km-n2"], province, on)


def _routes(reading: Reading, province: Place, on: date) -> Figure:
    """Define how much of a network of routes is shared, from what each route counts in a reading."""
    counts = {item.pk: reading.counts(item) for item in items_on(reading.model, province, on)}
    rows: Any = reading.model._default_manager
    held = Tenancy.objects.in_force(on).filter(**{reading.model.KEY: OuterRef("pk")})
    return figure_of(
        rows.in_use(on).filter(province=province),
        weight=NumberOf(F("pk"), {pk: whole for pk, (_, whole) in counts.items()}),
        counted=NumberOf(F("pk"), {pk: shared for pk, (shared, _) in counts.items()}),
        marked=simulated_by(held),
    )


@formula(
    label="Trung tâm xã, phường có 5G",
    description="Số trung tâm xã, phường có khai báo phủ sóng 5G, chia cho tổng số trung tâm xã, phường.",
    everywhere=True,
)
def commune_centres_5g(province: Place, on: date) -> Figure:
    """Count communes' centres with 5G."""
    return share_of(commune_centres(province, on), _covered(Technology.G5, on=on))


@formula(
    label="Dân số được phủ 5G",
    description="Dân số các thôn có khai báo phủ sóng 5G, chia cho dân số mọi thôn.",
    reading="Thôn được khai báo phủ sóng thì tính toàn bộ dân của thôn. Thôn chưa có số dân thì không tính.",
    everywhere=True,
)
def population_5g(province: Place, on: date) -> Figure:
    """Count the people of villages with 5G."""
    return _people(villages_of(province, on), on)


@formula(
    label="Dân số khu vực có nhu cầu được phủ 5G",
    description="Như dân số được phủ 5G, nhưng chỉ trong các thôn mà tỉnh xác định là khu vực có nhu cầu.",
    reading="Văn bản không định nghĩa “khu vực có nhu cầu”; tỉnh đánh dấu từng thôn. Thôn chưa đánh dấu thì "
    "không tính.",
)
def population_in_demand_areas_5g(province: Place, on: date) -> Figure:
    """Count the people of villages with 5G among those of villages marked as in demand."""
    return _people(villages_of(province, on).filter(has_demand=True), on)


def _people(villages: PlaceQuerySet, on: date) -> Figure:
    unknown = villages.filter(population__isnull=True)
    return share_of(villages, _covered(Technology.G5, on=on), weight="population", left_out=unknown)


@formula(
    label="Huyện, khu, cụm, nơi công cộng, du lịch, ga, sân bay có 5G",
    description="Số huyện, khu, cụm, trụ sở, nơi công cộng, điểm du lịch, nhà ga, sân bay có khai báo phủ sóng "
    "5G, chia cho tổng số.",
    reading="Huyện lấy như đến hết ngày 30/6/2025, mỗi nơi tính là một; huyện có 5G khi có khai báo cho huyện đó.",
)
def districts_zones_sites_5g(province: Place, on: date) -> Figure:
    """Count districts as they last were, zones, public and transport sites with 5G."""
    return share_of(districts_zones_sites(province, on), _covered(Technology.G5, on=on))


@formula(
    label="Khu, cụm, trường, cơ sở y tế, nơi công cộng, du lịch có 5G",
    description="Số khu, cụm, trường học, cơ sở y tế, công viên, điểm du lịch có khai báo phủ sóng 5G, chia cho "
    "tổng số.",
    reading="Mỗi khu, cụm, địa điểm tính là một, không theo diện tích hay số người.",
)
def zones_sites_5g(province: Place, on: date) -> Figure:
    """Count zones, schools, clinics, parks and tourist sites with 5G."""
    return share_of(zones_sites(province, on), _covered(Technology.G5, on=on))


@formula(
    label="Khu, cụm công nghiệp có trạm 5G",
    description="Số khu, cụm công nghiệp có ít nhất một trạm 5G đang phát sóng đặt bên trong, chia cho tổng số "
    "khu, cụm công nghiệp.",
    reading="Kế hoạch viết “trạm BTS 5G đạt 50%” mà không nêu mẫu số. Cách này lấy mẫu số là số khu, cụm công nghiệp.",
)
def zones_with_5g_station(province: Place, on: date) -> Figure:
    """Count industrial zones and clusters with a 5G station inside."""
    stations = _of_5g(Station.objects.on_air(on=on)).filter(mast__zone=OuterRef("pk"))
    return share_of(industrial_zones(province, on), stations)


@formula(
    label="Trạm 5G trong các trạm ở khu, cụm công nghiệp",
    description="Số trạm 5G đang phát sóng trong khu, cụm công nghiệp, chia cho số trạm mọi công nghệ đang phát "
    "sóng ở đó.",
    reading="Kế hoạch viết “trạm BTS 5G đạt 50%” mà không nêu mẫu số. Cách này lấy mẫu số là số trạm trong khu, cụm.",
    variant_of="zones_with_5g_station",
)
def stations_5g_share_in_zones(province: Place, on: date) -> Figure:
    """Count 5G stations among all stations in industrial zones and clusters."""
    on_air = Station.objects.on_air(on=on)
    masts = Mast.objects.in_use(on).filter(province=province, zone__type__in=INDUSTRIAL)
    every = _per_mast(on_air, Count("pk"))
    of_5g = _per_mast(_of_5g(on_air), Count("pk"))
    return figure_of(masts, weight=every, counted=of_5g, marked=simulated_by(_on_mast(on_air)))


@formula(
    label="Hộ có thể lắp cáp quang",
    description="Số hộ có thể lắp cáp quang, chia cho tổng số hộ.",
    reading="Mỗi thôn lấy doanh nghiệp có nhiều hộ nhất, không cộng các doanh nghiệp (để không tính một hộ hai lần) và "
    "không quá số hộ của thôn. Vì vậy kết quả là mức thấp nhất chắc chắn. Thôn chưa có số hộ thì không tính.",
    everywhere=True,
)
def households_fibre_able(province: Place, on: date) -> Figure:
    """Count households that the widest-reaching operator of their village could connect to fibre."""
    villages = villages_of(province, on)
    widest = _fibre(on).order_by().values("village").annotate(most=Max("households_able")).values("most")
    able = Least(F("households"), Coalesce(Subquery(widest), 0))
    unknown = villages.filter(households__isnull=True)
    return figure_of(villages, weight=F("households"), counted=able, marked=simulated_by(_fibre(on)), left_out=unknown)


@formula(
    label="Hộ có thể lắp cáp quang, coi là đạt được 1 Gb/s",
    description="Số hộ có thể lắp cáp quang, chia cho tổng số hộ.",
    reading="Chỉ tiêu nói “có khả năng”, nên đếm hộ lắp được chứ không đếm lượt đo. Giả định đường cáp quang nào cũng "
    "bán được gói 1 Gb/s (GPON, ITU-T G.984, có 2,488 Gb/s chiều xuống); nơi doanh nghiệp chưa bán được thì số thật "
    "thấp hơn. Mỗi thôn lấy doanh nghiệp có nhiều hộ nhất, không quá số hộ của thôn.",
    everywhere=True,
)
def households_able_1_gbps(province: Place, on: date) -> Figure:
    """Count households that could have fibre, each of which is taken to be able to have 1 Gbit/s."""
    return households_fibre_able(province, on)


@formula(
    label="Thôn có cáp quang",
    description="Số thôn có ít nhất một doanh nghiệp có thể lắp cáp quang tới hộ, chia cho tổng số thôn.",
    everywhere=True,
)
def villages_fibre(province: Place, on: date) -> Figure:
    """Count villages where fibre to the home can be had."""
    return share_of(villages_of(province, on), _fibre(on))
