"""A province's published figures as one table in a Parquet file, made anew when something was published since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q

from hatang.accounts.models import Person
from hatang.core.table_queries import Answer, ask_tables
from hatang.indicators.models import COMPARE_OPERATORS, QUERY_TABLES, Value
from hatang.indicators.services.tables.files import kept_file
from hatang.indicators.services.tables.operators import ANSWERS, answers_file
from hatang.indicators.services.tables.operators import COLUMNS as ANSWER_COLUMNS
from hatang.places.models import Place

TABLE = "so_lieu"
COLUMNS = {
    "ma_noi": ("VARCHAR", "mã của nơi"),
    "noi": ("VARCHAR", "tên nơi"),
    "cap": ("VARCHAR", "cấp: province, commune …"),
    "ma_chi_tieu": ("VARCHAR", "mã chỉ tiêu"),
    "chi_tieu": ("VARCHAR", "tên ngắn của chỉ tiêu"),
    "thanh_phan": ("VARCHAR", "thành phần hạ tầng số"),
    "don_vi": ("VARCHAR", "đơn vị"),
    "cach_tinh": ("VARCHAR", "công thức"),
    "nam": ("SMALLINT", "năm"),
    "tinh_den": ("DATE", "tính đến ngày"),
    "tu_so": ("DOUBLE", "tử số"),
    "mau_so": ("DOUBLE", "mẫu số"),
    "gia_tri": ("DOUBLE", "giá trị"),
    "cach_co": ("VARCHAR", "đếm, đo, dự đoán, báo cáo"),
    "dan_so": ("BIGINT", "dân số của nơi"),
    "mo_phong": ("BOOLEAN", "dữ liệu mô phỏng"),
}
LONGEST_S, MOST_ROWS = 10.0, 10_000
FIELDS = (
    *("place__code", "place__title", "place__name", "place__kind"),
    *("indicator__code", "indicator__short_name", "indicator__component", "indicator__unit_code"),
    *("formula", "year", "on", "numerator", "denominator", "value", "how", "place__population", "simulated"),
)


def published_values(province: Place) -> Any:
    """Give what anybody may see of a province, its communes and the provinces that it came from."""
    here = Q(place__province=province) | Q(place__in=Place.objects.now_in(province).values("pk"))
    return Value.objects.last_published().visible_to(AnonymousUser()).filter(here, value__isnull=False)


def published_file(province: Place) -> Path:
    """Give the table's file, made now if something was published since the last."""
    of_province = Value.objects.filter(Q(place__province=province) | Q(place=province))
    out = Count("pk", filter=Q(state=Value.State.PUBLISHED))
    stamp = of_province.aggregate(a=Max("known_from"), b=Max("known_to"), c=Max("approved_at"), n=Count("pk"), out=out)
    types = {name: kind for name, (kind, _) in COLUMNS.items()}
    return kept_file(f"{province.pk}", stamp, read=lambda: columns_of(province), types=types)


def columns_of(province: Place) -> dict[str, list[Any]]:
    """Read the table by columns."""
    rows = [
        (code, f"{title} {name}".strip(), *rest)
        for code, title, name, *rest in published_values(province).values_list(*FIELDS)
    ]
    return {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}


def tables_for(actor: Person, province: Place) -> dict[str, dict[str, tuple[str, str]]]:
    """Name the tables that a person may ask here, each with its columns: operators' answers are the department's."""
    return {TABLE: COLUMNS} | ({ANSWERS: ANSWER_COLUMNS} if actor.has_perm(COMPARE_OPERATORS, province) else {})


def ask_tables_of(*, actor: Person, province: Place, sql: str) -> Answer:
    """Answer a SELECT over the tables. Raises QueryError; PermissionDenied for who does not analyse here."""
    if not actor.has_perm(QUERY_TABLES, province):
        raise PermissionDenied
    made = {TABLE: published_file, ANSWERS: answers_file}
    files = {name: made[name](province) for name in tables_for(actor, province)}
    return ask_tables(sql, files, seconds=LONGEST_S, most_rows=MOST_ROWS)
