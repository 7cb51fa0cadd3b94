"""How figures come from speed tests and from what i-Speed publishes: medians, means and shares worked out by `quality`.

A median of a province is no sum of its communes', so each place's figure is read from its own statistic and none is
rolled up. A commune with fewer tests than the province's rule asks for has no figure: it is missing, not slow. Where
tests tell less than a plan's words ask, the reading says what they do tell: who reached 1 Gbit/s in a test surely can,
who did not may still. Villages are held against QCVN 34 by the tests of their commune, never by a threshold of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Avg, Case, Exists, F, FloatField, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as Constant
from django.db.models.functions import Cast, Coalesce

from hatang.indicators.formulas.sets import villages_of
from hatang.indicators.formulas.table import Figure, Given, figure_of, formula, marked_where
from hatang.indicators.models import Value as Kept
from hatang.network.models import FibreReach
from hatang.places.models import Place
from hatang.quality.models import PublishedSpeed, SpeedStatistic
from hatang.quality.services.overview import DOWNLOAD, least_tests, tests_by_commune
from hatang.quality.services.rules import RuleInForce, rules_of

MEASURED = Kept.How.MEASURED
UPLOAD = SpeedStatistic.Measure.UPLOAD
BASE_YEAR = 2024
URBAN = ("Phường", "Thị trấn")
FIXED, MOBILE = {"access": "fixed", "technology": ""}, {"access": "mobile", "technology": ""}
OF_4G, OF_5G = {"access": "", "technology": "4G"}, {"access": "", "technology": "5G"}
EVERY = {"access": "", "technology": ""}
NO_TESTS = "chưa có lượt đo nào trong năm"
NOT_PUBLISHED = "chưa nạp bảng i-Speed nào của năm"
BY_TESTS = (
    "Đọc từ lượt đo của người dân, M-Lab và đo lưu động; mỗi máy mỗi ngày một lượt, lượt bị xếp riêng và trung bình "
    "của Ookla không tính. Xã chưa đủ số lượt đo theo quy tắc của tỉnh thì không có số."
)
BY_RELEASE = "Lấy đúng trung vị i-Speed công bố cho tỉnh ở tháng gần nhất của năm; i-Speed không công bố theo xã."


@formula(
    label="Tải xuống di động, i-Speed công bố",
    description="Trung vị tốc độ tải xuống di động mà i-Speed công bố cho tỉnh, tháng gần nhất của năm.",
    reading=BY_RELEASE,
    how=MEASURED,
)
def mobile_download_ispeed(province: Place, on: date) -> Figure:
    """Read the median of mobile downloads that i-Speed published last."""
    return _published(province, on, MOBILE)


@formula(
    label="Tải xuống di động, theo lượt đo",
    description="Trung vị tốc độ tải xuống của các lượt đo di động trong năm.",
    reading=BY_TESTS,
    variant_of="mobile_download_ispeed",
    how=MEASURED,
)
def mobile_download_tests(province: Place, on: date) -> Figure:
    """Read the median of the year's mobile tests."""
    return _of_tests(province, on, MOBILE, "p50")


@formula(
    label="Tải xuống cố định, i-Speed công bố",
    description="Trung vị tốc độ tải xuống cố định mà i-Speed công bố cho tỉnh, tháng gần nhất của năm.",
    reading=BY_RELEASE,
    how=MEASURED,
)
def fixed_download_ispeed(province: Place, on: date) -> Figure:
    """Read the median of fixed downloads that i-Speed published last."""
    return _published(province, on, FIXED)


@formula(
    label="Tải xuống cố định, theo lượt đo",
    description="Trung vị tốc độ tải xuống của các lượt đo mạng cố định trong năm.",
    reading=BY_TESTS,
    variant_of="fixed_download_ispeed",
    how=MEASURED,
)
def fixed_download_tests(province: Place, on: date) -> Figure:
    """Read the median of the year's tests of fixed lines."""
    return _of_tests(province, on, FIXED, "p50")


@formula(
    label="Tốc độ di động so với năm 2024, theo lượt đo",
    description="Trung bình tải xuống các lượt đo di động của năm, chia cho trung bình năm 2024.",
    reading=f"{BY_TESTS} Kế hoạch không nêu gốc năm 2024; cách này lấy gốc từ chính các lượt đo của năm 2024.",
    how=MEASURED,
)
def mobile_download_against_2024(province: Place, on: date) -> Figure:
    """Compare the mean of the year's mobile tests with that of 2024."""
    now, then = (_statistics(province, year, MOBILE).filter(place=province).first() for year in (on.year, BASE_YEAR))
    if now is None or then is None or not then.mean or now.mean is None:
        return _figure(province, on, MOBILE, {}, NO_TESTS if now is None else "chưa có lượt đo nào của năm 2024")
    marked = now.simulated or then.simulated
    return _figure(province, on, MOBILE, {province.pk: Given(now.mean / then.mean, now.mean, then.mean, now.n, marked)})


@formula(
    label="Tốc độ di động so với năm 2024, i-Speed công bố",
    description="Trung bình các trung vị tháng của năm mà i-Speed công bố cho tỉnh, chia cho trung bình ấy của 2024.",
    reading="Kế hoạch không nêu gốc năm 2024; cách này lấy các tháng đã công bố của mỗi năm.",
    variant_of="mobile_download_against_2024",
    how=MEASURED,
)
def mobile_download_against_2024_ispeed(province: Place, on: date) -> Figure:
    """Compare the mean of i-Speed's monthly medians with that of 2024."""
    rows = _releases(province, MOBILE).filter(month__lte=on)
    now, then = (
        rows.filter(month__year=year).aggregate(mean=Avg("download_mbps"))["mean"] for year in (on.year, BASE_YEAR)
    )
    if not now or not then:
        return _province_alone(province, {}, NOT_PUBLISHED if not now else "chưa nạp bảng i-Speed nào của năm 2024")
    marked = rows.filter(simulated=True).exists()
    return _province_alone(province, {province.pk: Given(now / then, now, then, None, marked)})


@formula(
    label="Tải xuống 4G trung bình, theo lượt đo",
    description="Trung bình tốc độ tải xuống các lượt đo 4G trong năm.",
    reading=BY_TESTS,
    how=MEASURED,
)
def download_4g_mean(province: Place, on: date) -> Figure:
    """Read the mean of the year's 4G tests."""
    return _of_tests(province, on, OF_4G, "mean")


@formula(
    label="Tải xuống 5G trung bình, theo lượt đo",
    description="Trung bình tốc độ tải xuống các lượt đo 5G trong năm.",
    reading=BY_TESTS,
    how=MEASURED,
)
def download_5g_mean(province: Place, on: date) -> Figure:
    """Read the mean of the year's 5G tests."""
    return _of_tests(province, on, OF_5G, "mean")


@formula(
    label="Tốc độ đường cố định, trung vị",
    description="Trung vị tốc độ tải xuống các lượt đo mạng cố định trong năm.",
    reading=f"{BY_TESTS} Kế hoạch không nói trung bình hay thấp nhất; cách này lấy trung vị.",
    how=MEASURED,
)
def fixed_line_median(province: Place, on: date) -> Figure:
    """Read the median of the year's tests of fixed lines."""
    return _of_tests(province, on, FIXED, "p50")


@formula(
    label="Tốc độ đường cố định, mức 90 % lượt đo đạt",
    description="Tốc độ tải xuống mà chín phần mười lượt đo mạng cố định trong năm đạt (p10).",
    reading=f"{BY_TESTS} Kế hoạch không nói trung bình hay thấp nhất; cách này gần mức thấp nhất.",
    variant_of="fixed_line_median",
    how=MEASURED,
)
def fixed_line_nearly_all(province: Place, on: date) -> Figure:
    """Read the speed that nine in ten of the year's tests of fixed lines reach."""
    return _of_tests(province, on, FIXED, "p10")


@formula(
    label="Lượt đo cố định trên 200 Mb/s",
    description="Số lượt đo mạng cố định tải xuống trên 200 Mb/s, chia cho số lượt đo mạng cố định trong năm.",
    reading=f"{BY_TESTS} Mẫu số là lượt đo, không phải thuê bao: ai đo nhiều hôm thì tính nhiều lượt.",
    how=MEASURED,
)
def fixed_tests_above_200(province: Place, on: date) -> Figure:
    """Count the year's tests of fixed lines above 200 Mbit/s among all of them."""
    return _of_tests(province, on, FIXED, "above_200", share=True)


@formula(
    label="Lượt đo cố định trên 1 Gb/s",
    description="Số lượt đo mạng cố định tải xuống trên 1.000 Mb/s, chia cho số lượt đo mạng cố định trong năm.",
    reading=f"{BY_TESTS} Là mức thấp nhất chắc chắn: đo được trên 1 Gb/s thì có khả năng ấy, nhưng đường 1 Gb/s qua "
    "cổng 1 Gb/s đo được nhiều nhất khoảng 940 Mb/s, qua Wi-Fi còn thấp hơn; khả năng thật cao hơn nhiều.",
    variant_of="households_able_1_gbps",
    how=MEASURED,
)
def fixed_tests_above_1000(province: Place, on: date) -> Figure:
    """Count the year's tests of fixed lines above 1 Gbit/s among all of them."""
    return _of_tests(province, on, FIXED, "above_1000", share=True)


@formula(
    label="Lượt đo cố định trên 1 Gb/s ở phường, thị trấn",
    description="Số lượt đo mạng cố định tải xuống trên 1.000 Mb/s ở các phường, thị trấn, chia cho số lượt đo mạng cố "
    "định ở đó trong năm.",
    reading=f"{BY_TESTS} Lượt đo không cho biết người đo là tổ chức hay hộ gia đình nên tính mọi đường cố định ở thành "
    "thị. Là mức thấp nhất chắc chắn: đường 1 Gb/s qua cổng 1 Gb/s đo được nhiều nhất khoảng 940 "
    "Mb/s. Phường chưa đủ lượt vẫn góp vào số của tỉnh.",
    how=MEASURED,
)
def urban_fixed_tests_above_1000(province: Place, on: date) -> Figure:
    """Count the year's tests of fixed lines in wards and townships above 1 Gbit/s among all of them."""
    rows = _statistics(province, on.year, FIXED).filter(place__title__in=URBAN).exclude(above_1000=None)
    tests, least = tests_by_commune(province, on.year), least_tests(rules_of(province, on))
    fast = {row: round((row.above_1000 or 0) * row.n) for row in rows}
    given = {
        row.place_id: Given(100 * many / row.n, many, row.n, row.n, row.simulated)
        for row, many in fast.items()
        if tests.get(row.place_id, 0) >= least
    }
    if everywhere := sum(row.n for row in fast):
        reached, marked = sum(fast.values()), any(row.simulated for row in fast)
        given[province.pk] = Given(100 * reached / everywhere, reached, everywhere, everywhere, marked)
    figure = _figure(province, on, FIXED, given, "" if given else "chưa có lượt đo cố định nào ở phường, thị trấn")
    return replace(figure, rows=figure.rows.filter(title__in=URBAN))


@formula(
    label="Thôn có cáp quang, ở xã có mạng cố định đạt QCVN 34",
    description="Số thôn có doanh nghiệp lắp được cáp quang và ở xã mà trung bình tải xuống các lượt đo cố định trong "
    "năm đạt mức của QCVN 34:2022/BTTTT, chia cho số thôn ở các xã đủ lượt đo.",
    reading="Mức của quy chuẩn do Sở điền ở trang quy tắc; chưa điền thì không tính. Thôn không có đủ lượt đo của "
    "riêng mình nên xét theo lượt đo của cả xã; thôn ở xã chưa đủ lượt đo thì để riêng. Không thay đo kiểm "
    "theo quy chuẩn.",
    how=MEASURED,
)
def villages_fixed_qcvn(province: Place, on: date) -> Figure:
    """Count villages with fibre in communes whose tests of fixed lines reach the threshold of QCVN 34."""
    rules, villages = rules_of(province, on), villages_of(province, on)
    asked, least = rules["qcvn34_least_download_mbps"].value, least_tests(rules)
    tests = tests_by_commune(province, on.year)
    enough = [pk for pk, many in tests.items() if many >= least]
    rows = _statistics(province, on.year, FIXED).filter(place__in=enough).exclude(mean=None)
    if asked is None or not rows.exists():
        lacking = "Sở chưa điền mức tải xuống của QCVN 34" if asked is None else "chưa xã nào đủ lượt đo mạng cố định"
        nothing = figure_of(villages.none(), weight=Constant(1), counted=Constant(0), marked=Constant(0))
        return replace(nothing, lacking=lacking)
    measured, good = rows.values("place"), rows.filter(mean__gte=asked)
    made_up = rows.filter(simulated=True).values("place")
    fibre = FibreReach.objects.reaching(on).filter(village=OuterRef("pk"), households_able__gt=0)
    served = Exists(fibre) & Q(parent__in=good.values("place"))
    return figure_of(
        villages.filter(parent__in=measured),
        weight=Constant(1),
        counted=Case(When(served, then=1), default=0, output_field=IntegerField()),
        marked=marked_where(Q(simulated=True) | Q(Exists(fibre.filter(simulated=True))) | Q(parent__in=made_up)),
        left_out=villages.exclude(parent__in=measured),
    )


@formula(
    label="Lượt đo qua IPv6",
    description="Số lượt đo mà trình duyệt dùng IPv6, chia cho số lượt đo biết dùng IPv4 hay IPv6 trong năm.",
    reading="Là tỷ lệ sử dụng ở phía người dân, khác tỷ lệ hệ thống có IPv6. VNNIC công bố theo APNIC Labs, chỉ có số "
    "cả nước; hai cách đo cho số khác nhau.",
    how=MEASURED,
)
def tests_over_ipv6(province: Place, on: date) -> Figure:
    """Count the year's tests over IPv6 among those whose family is known."""
    row = _statistics(province, on.year, EVERY).filter(place=province, of_known_family__gt=0).first()
    if row is None:
        return _figure(province, on, EVERY, {}, NO_TESTS)
    share = 100 * row.over_ipv6 / row.of_known_family
    given = Given(share, row.over_ipv6, row.of_known_family, row.of_known_family, row.simulated)
    return _figure(province, on, EVERY, {province.pk: given})


@formula(
    label="Mạng di động đạt QCVN, theo lượt đo",
    description="Đạt khi 4G và 5G đều có trung bình tải xuống, tải lên và tỷ lệ mẫu đạt mức thấp nhất theo QCVN "
    "81:2019/BTTTT và QCVN 126:2021/BTTTT; không đạt khi một trong các mức ấy không đạt.",
    reading=f"{BY_TESTS} Mức Vd, Vu, Vdmin của 4G do doanh nghiệp công bố, Sở điền; chưa điền thì không kết luận đạt. "
    "Chỉ xét tốc độ, không xét độ sẵn sàng, truy nhập, rơi. Không thay đo kiểm theo phương pháp của quy chuẩn.",
    how=MEASURED,
)
def mobile_keeps_qcvn(province: Place, on: date) -> Figure:
    """Tell whether 4G and 5G tests reach every threshold that is known; one that fails decides."""
    rules = rules_of(province, on)
    verdicts = [
        verdict
        for kind, prefix in ((OF_4G, "qcvn81"), (OF_5G, "qcvn126"))
        for verdict in _verdicts(province, on, kind, prefix, rules)
    ]
    tests = _statistics(province, on.year, MOBILE).filter(place=province).first()
    if tests is None:
        return _figure(province, on, MOBILE, {}, NO_TESTS)
    failed = sum(verdict is False for verdict in verdicts)
    if not failed and None in verdicts:
        return _figure(province, on, MOBILE, {}, "còn mức của quy chuẩn chưa đặt, hoặc chưa có lượt đo 4G, 5G")
    reached = float(sum(verdict is True for verdict in verdicts))
    given = Given(float(not failed), reached, float(len(verdicts)), tests.n, tests.simulated)
    return _figure(province, on, MOBILE, {province.pk: given})


def _verdicts(
    province: Place, on: date, kind: Mapping[str, str], prefix: str, rules: Mapping[str, RuleInForce]
) -> list[bool | None]:
    """Tell of each threshold of a technology whether it is reached; None where it, or the tests, are not known."""
    down = _statistics(province, on.year, kind).filter(place=province).first()
    up = _statistics(province, on.year, kind, UPLOAD).filter(place=province).first()
    share = 100 * down.reaching if down and down.reaching is not None else None
    pairs = (
        (down.mean if down else None, rules[f"{prefix}_mean_download_mbps"].value),
        (up.mean if up else None, rules[f"{prefix}_mean_upload_mbps"].value),
        (share, rules[f"{prefix}_least_share_percent"].value),
    )
    return [None if found is None or asked is None else found >= asked for found, asked in pairs]


# Reading statistics


def _statistics(
    province: Place, year: int, kind: Mapping[str, str], measure: str = DOWNLOAD
) -> QuerySet[SpeedStatistic]:
    rows = SpeedStatistic.objects.of_tests().of_all_operators().of_year(year)
    return rows.filter(province=province, measure=measure, **kind)


def _of_tests(province: Place, on: date, kind: Mapping[str, str], name: str, *, share: bool = False) -> Figure:
    """Read one number of each place's statistic of a year; communes with too few tests are left out."""
    rows = list(_statistics(province, on.year, kind).exclude(**{name: None}).select_related("place"))
    tests, least = tests_by_commune(province, on.year), least_tests(rules_of(province, on))
    given = {}
    for row in rows:
        if row.place.kind == Place.Kind.COMMUNE and tests.get(row.place_id, 0) < least:
            continue
        number = float(getattr(row, name))
        own = (100 * number, round(number * row.n)) if share else (number, number)
        given[row.place_id] = Given(own[0], own[1], row.n, row.n, row.simulated)
    return _figure(province, on, kind, given, "" if given else NO_TESTS)


def _figure(
    province: Place, on: date, kind: Mapping[str, str], given: Mapping[int, Given], lacking: str = ""
) -> Figure:
    """Put beside the figures the communes whose tests they were read from, each with how many."""
    own = _statistics(province, on.year, kind).filter(place=OuterRef("pk"))
    marked = Cast(Subquery(own.values("simulated")[:1]), IntegerField())
    communes = (
        Place.objects.communes()
        .filter(province=province)
        .annotate(
            weighed=Coalesce(Subquery(own.values("n")[:1]), 0),
            counted=Subquery(own.values("p50")[:1]),
            marked=Coalesce(marked, 0),
            in_commune=F("pk"),
            in_former=F("former_province_id"),
        )
    )
    return Figure(communes.filter(weighed__gt=0), lacking=lacking, given=given)


# Reading releases


def _releases(province: Place, kind: Mapping[str, str]) -> QuerySet[PublishedSpeed]:
    rows = PublishedSpeed.objects.of(province).of_all_operators().exclude(download_mbps=None)
    return rows.filter(**kind)


def _published(province: Place, on: date, kind: Mapping[str, str]) -> Figure:
    """Read the median that i-Speed published last in the year."""
    rows = _releases(province, kind).filter(month__year=on.year, month__lte=on)
    last = rows.aggregate(last=Max("month"))["last"]
    row = rows.filter(month=last).first() if last else None
    if row is None or row.download_mbps is None:
        return _province_alone(province, {}, NOT_PUBLISHED)
    given = Given(row.download_mbps, row.download_mbps, 1, row.tests, row.simulated)
    return _province_alone(province, {province.pk: given})


def _province_alone(province: Place, given: Mapping[int, Given], lacking: str = "") -> Figure:
    """Put beside a figure the province of which it was published."""
    told = given.get(province.pk)
    rows = Place.objects.filter(pk=province.pk).annotate(
        weighed=Constant(1),
        counted=Constant(told.value if told else None, output_field=FloatField()),
        marked=Constant(int(bool(told and told.simulated))),
        in_commune=Constant(None, output_field=IntegerField()),
        in_former=Constant(None, output_field=IntegerField()),
    )
    return Figure(rows if told else rows.none(), lacking=lacking, given=given)
