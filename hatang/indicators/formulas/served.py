"""How figures come from who is served, where coverage is more than declared: two further readings of each figure.

As predicted: from the run that the department adopted, as of the figure's day. A place of which the run says nothing,
for want of coordinates or of terrain, is left out and shown; where no run counts there is no figure.

By the evidence that counts: at each place, for each operator and technology, the highest level that says something, by
the written rule of `coverage.services.counting`; where it was never worked out there is no figure.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, Value

from hatang.coverage.models import CountedService, CountingState, CoverageRun, PredictedService
from hatang.indicators.formulas.sets import (
    commune_centres,
    districts_zones_sites,
    industrial_zones,
    villages_of,
    zones_sites,
)
from hatang.indicators.formulas.table import Figure, formula, marked_where, share_of
from hatang.indicators.models import Value as Kept
from hatang.network.models import MOBILE_BROADBAND, Technology
from hatang.places.models import Place, PlaceQuerySet

PREDICTED = Kept.How.PREDICTED
UNPREDICTED = (
    "Dự đoán theo lượt tính vùng phủ mà Sở đã lấy làm dự đoán của tỉnh, không phải lời khai của doanh nghiệp. Nơi chưa "
    "có toạ độ, hoặc ngoài địa hình của lượt tính, thì không tính vào tử số lẫn mẫu số."
)
NO_RUN = "chưa có lượt tính vùng phủ nào được lấy làm dự đoán"
OF_SOME_OPERATORS = "lượt tính được lấy làm dự đoán chỉ tính một số doanh nghiệp"
BY_RULE = (
    "Ở mỗi nơi, với mỗi doanh nghiệp và công nghệ, tính theo mức bằng chứng cao nhất đang có: quyết định, xã xác minh, "
    "đo, dự đoán, rồi mới đến khai báo."
)
NOT_WORKED_OUT = "chưa tính mức bằng chứng nào được tính"
NOTHING = Q(pk__in=[])
KNOWN_POWER = Q(has_grid_power__isnull=False)
KNOWN_PEOPLE = Q(population__isnull=False)


@formula(
    label="Thôn có băng rộng di động, theo dự đoán",
    description="Số thôn được dự đoán có doanh nghiệp phục vụ 3G, 4G hoặc 5G, chia cho số thôn được dự đoán.",
    reading=UNPREDICTED,
    variant_of="villages_mobile_broadband",
    everywhere=True,
    how=PREDICTED,
)
def villages_mobile_broadband_predicted(province: Place, on: date) -> Figure:
    """Count villages predicted to have mobile broadband among those that were predicted."""
    return _predicted(province, on, villages_of(province, on), *MOBILE_BROADBAND)


@formula(
    label="Thôn có điện lưới có băng rộng di động, theo dự đoán",
    description="Như trên, nhưng chỉ trong các thôn đã có điện lưới.",
    reading=f"{UNPREDICTED} Thôn chưa rõ có điện lưới hay không cũng vậy.",
    variant_of="villages_with_power_mobile_broadband",
    everywhere=True,
    how=PREDICTED,
)
def villages_with_power_mobile_broadband_predicted(province: Place, on: date) -> Figure:
    """Count villages predicted to have mobile broadband among those with grid power."""
    villages = villages_of(province, on).exclude(has_grid_power=False)
    return _predicted(province, on, villages, *MOBILE_BROADBAND, known=KNOWN_POWER)


@formula(
    label="Trung tâm xã, phường có 5G, theo dự đoán",
    description="Số trung tâm xã, phường được dự đoán có doanh nghiệp phục vụ 5G, chia cho số trung tâm được dự đoán.",
    reading=UNPREDICTED,
    variant_of="commune_centres_5g",
    everywhere=True,
    how=PREDICTED,
)
def commune_centres_5g_predicted(province: Place, on: date) -> Figure:
    """Count communes' centres predicted to have 5G."""
    return _predicted(province, on, commune_centres(province, on), Technology.G5)


@formula(
    label="Dân số được phủ 5G, theo dự đoán",
    description="Dân số các thôn được dự đoán có doanh nghiệp phục vụ 5G, chia cho dân số các thôn được dự đoán.",
    reading=f"{UNPREDICTED} Thôn chưa có số dân cũng vậy. Thôn được phục vụ thì tính toàn bộ dân của thôn.",
    variant_of="population_5g",
    everywhere=True,
    how=PREDICTED,
)
def population_5g_predicted(province: Place, on: date) -> Figure:
    """Count the people of villages predicted to have 5G."""
    return _people(province, on, villages_of(province, on))


@formula(
    label="Dân số khu vực có nhu cầu được phủ 5G, theo dự đoán",
    description="Như dân số được phủ 5G theo dự đoán, nhưng chỉ trong các thôn mà tỉnh xác định là khu vực có nhu cầu.",
    reading=f"{UNPREDICTED} Thôn chưa có số dân cũng vậy. Tỉnh đánh dấu từng thôn có nhu cầu.",
    variant_of="population_in_demand_areas_5g",
    how=PREDICTED,
)
def population_in_demand_areas_5g_predicted(province: Place, on: date) -> Figure:
    """Count the people of villages predicted to have 5G among those of villages marked as in demand."""
    return _people(province, on, villages_of(province, on).filter(has_demand=True))


def _people(province: Place, on: date, villages: PlaceQuerySet) -> Figure:
    return _predicted(province, on, villages, Technology.G5, weight="population", known=KNOWN_PEOPLE)


@formula(
    label="Huyện, khu, cụm, nơi công cộng, du lịch, ga, sân bay có 5G, theo dự đoán",
    description="Số khu, cụm, trụ sở, nơi công cộng, điểm du lịch, nhà ga, sân bay được dự đoán có doanh nghiệp phục "
    "vụ 5G, chia cho số nơi được dự đoán.",
    reading=f"{UNPREDICTED} Huyện không phải một điểm nên không có dự đoán; cách này chỉ tính các khu và địa điểm.",
    variant_of="districts_zones_sites_5g",
    how=PREDICTED,
)
def districts_zones_sites_5g_predicted(province: Place, on: date) -> Figure:
    """Count zones, public and transport sites predicted to have 5G; districts are left out."""
    return _predicted(province, on, districts_zones_sites(province, on), Technology.G5)


@formula(
    label="Khu, cụm, trường, cơ sở y tế, nơi công cộng, du lịch có 5G, theo dự đoán",
    description="Số khu, cụm, trường học, cơ sở y tế, công viên, điểm du lịch được dự đoán có doanh nghiệp phục vụ 5G, "
    "chia cho số nơi được dự đoán.",
    reading=f"{UNPREDICTED} Khu, cụm được dự đoán tại điểm ghi trong sổ.",
    variant_of="zones_sites_5g",
    how=PREDICTED,
)
def zones_sites_5g_predicted(province: Place, on: date) -> Figure:
    """Count zones, schools, clinics, parks and tourist sites predicted to have 5G."""
    return _predicted(province, on, zones_sites(province, on), Technology.G5)


@formula(
    label="Khu, cụm công nghiệp được phủ 5G, theo dự đoán",
    description="Số khu, cụm công nghiệp được dự đoán có doanh nghiệp phục vụ 5G, chia cho số khu, cụm được dự đoán.",
    reading=f"{UNPREDICTED} Cách này tính khu, cụm được phủ 5G tại điểm ghi trong sổ, dù trạm đặt bên trong hay bên "
    "ngoài; kế hoạch viết “xây dựng trạm” thì nên xem cùng cách đếm trạm bên trong.",
    variant_of="zones_with_5g_station",
    how=PREDICTED,
)
def zones_with_5g_station_predicted(province: Place, on: date) -> Figure:
    """Count industrial zones and clusters predicted to have 5G."""
    return _predicted(province, on, industrial_zones(province, on), Technology.G5)


def _predicted(
    province: Place, on: date, places: PlaceQuerySet, *technologies: str, weight: str = "", known: Q | None = None
) -> Figure:
    """Define the share of places that the run which counts finds served in any of these technologies.

    `known` asks what the register must say of a place; those of which it, or the run, says nothing are left out.
    """
    run = CoverageRun.objects.counting(province, on)
    lacking = lacking_of(run, technologies)
    found = PredictedService.objects.filter(run=run, place=OuterRef("pk"))
    judged = NOTHING if lacking else Q(Exists(found)) & (known or Q())
    served = found.served().filter(technology__in=technologies)
    marked = Value(1) if run and run.simulated else marked_where(Q(simulated=True))
    figure = share_of(places.filter(judged), served, weight=weight, marked=marked)
    return Figure(figure.rows, places.filter(~judged), run, lacking)


def lacking_of(run: CoverageRun | None, technologies: tuple[str, ...]) -> str:
    """Say why a run cannot answer who is served by anybody in some technologies; empty where it can.

    A run of some operators, or of some of the technologies, would call places unserved that others serve.
    """
    if run is None:
        return NO_RUN
    unasked = [str(t) for t in technologies if run.technologies and t not in run.technologies]
    if unasked:
        return f"lượt tính được lấy làm dự đoán không tính {', '.join(unasked)}"
    return OF_SOME_OPERATORS if run.operators.exists() else ""


@formula(
    label="Thôn có băng rộng di động, theo bằng chứng được tính",
    description="Số thôn mà bằng chứng được tính nói có ít nhất một doanh nghiệp phục vụ 3G, 4G hoặc 5G, chia cho tổng "
    "số thôn.",
    reading=BY_RULE,
    variant_of="villages_mobile_broadband",
    everywhere=True,
)
def villages_mobile_broadband_by_evidence(province: Place, on: date) -> Figure:
    """Count villages with mobile broadband by the evidence that counts."""
    return _by_evidence(province, on, villages_of(province, on), *MOBILE_BROADBAND)


@formula(
    label="Thôn có điện lưới có băng rộng di động, theo bằng chứng được tính",
    description="Như trên, nhưng chỉ trong các thôn đã có điện lưới.",
    reading=f"{BY_RULE} Thôn chưa rõ có điện lưới hay không thì không tính vào tử số lẫn mẫu số.",
    variant_of="villages_with_power_mobile_broadband",
    everywhere=True,
)
def villages_with_power_mobile_broadband_by_evidence(province: Place, on: date) -> Figure:
    """Count villages with mobile broadband by the evidence that counts, among those with grid power."""
    villages = villages_of(province, on).exclude(has_grid_power=False)
    return _by_evidence(province, on, villages, *MOBILE_BROADBAND, known=KNOWN_POWER)


@formula(
    label="Trung tâm xã, phường có 5G, theo bằng chứng được tính",
    description="Số trung tâm xã, phường mà bằng chứng được tính nói có 5G, chia cho tổng số trung tâm xã, phường.",
    reading=BY_RULE,
    variant_of="commune_centres_5g",
    everywhere=True,
)
def commune_centres_5g_by_evidence(province: Place, on: date) -> Figure:
    """Count communes' centres with 5G by the evidence that counts."""
    return _by_evidence(province, on, commune_centres(province, on), Technology.G5)


@formula(
    label="Dân số được phủ 5G, theo bằng chứng được tính",
    description="Dân số các thôn mà bằng chứng được tính nói có 5G, chia cho dân số mọi thôn.",
    reading=f"{BY_RULE} Thôn có 5G thì tính toàn bộ dân của thôn; thôn chưa có số dân thì không tính.",
    variant_of="population_5g",
    everywhere=True,
)
def population_5g_by_evidence(province: Place, on: date) -> Figure:
    """Count the people of villages with 5G by the evidence that counts."""
    villages = villages_of(province, on)
    return _by_evidence(province, on, villages, Technology.G5, weight="population", known=KNOWN_PEOPLE)


@formula(
    label="Dân số khu vực có nhu cầu được phủ 5G, theo bằng chứng được tính",
    description="Như dân số được phủ 5G theo bằng chứng, nhưng chỉ trong các thôn mà tỉnh xác định là có nhu cầu.",
    reading=f"{BY_RULE} Tỉnh đánh dấu từng thôn có nhu cầu; thôn chưa có số dân thì không tính.",
    variant_of="population_in_demand_areas_5g",
)
def population_in_demand_areas_5g_by_evidence(province: Place, on: date) -> Figure:
    """Count the people of villages with 5G by the evidence that counts, among villages marked as in demand."""
    villages = villages_of(province, on).filter(has_demand=True)
    return _by_evidence(province, on, villages, Technology.G5, weight="population", known=KNOWN_PEOPLE)


@formula(
    label="Khu, cụm, trường, cơ sở y tế, nơi công cộng, du lịch có 5G, theo bằng chứng được tính",
    description="Số khu, cụm, trường học, cơ sở y tế, công viên, điểm du lịch mà bằng chứng được tính nói có 5G, chia "
    "cho tổng số.",
    reading=BY_RULE,
    variant_of="zones_sites_5g",
)
def zones_sites_5g_by_evidence(province: Place, on: date) -> Figure:
    """Count zones, schools, clinics, parks and tourist sites with 5G by the evidence that counts."""
    return _by_evidence(province, on, zones_sites(province, on), Technology.G5)


@formula(
    label="Khu, cụm công nghiệp được phủ 5G, theo bằng chứng được tính",
    description="Số khu, cụm công nghiệp mà bằng chứng được tính nói có 5G, chia cho tổng số khu, cụm công nghiệp.",
    reading=f"{BY_RULE} Cách này tính khu, cụm được phủ 5G, dù trạm đặt bên trong hay bên ngoài.",
    variant_of="zones_with_5g_station",
)
def zones_with_5g_station_by_evidence(province: Place, on: date) -> Figure:
    """Count industrial zones and clusters with 5G by the evidence that counts."""
    return _by_evidence(province, on, industrial_zones(province, on), Technology.G5)


def _by_evidence(
    province: Place, on: date, places: PlaceQuerySet, *technologies: str, weight: str = "", known: Q | None = None
) -> Figure:
    """Define the share of places where any of these technologies counts as there, by whichever level."""
    lacking = "" if CountingState.objects.filter(province=province).exists() else NOT_WORKED_OUT
    known = NOTHING if lacking else known
    served = CountedService.objects.covering(*technologies, on=on).filter(place=OuterRef("pk"))
    figure = share_of(places.filter(known) if known else places, served, weight=weight)
    return Figure(figure.rows, places.filter(~known) if known else None, lacking=lacking)
