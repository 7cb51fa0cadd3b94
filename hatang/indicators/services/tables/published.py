"""A province's published figures as one table in a Parquet file, made anew when something was published since."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q

from hatang.accounts.models import Person
from hatang.core.table_queries import Answer, ask_tables, write_parquet
from hatang.indicators.models import QUERY_TABLES, Value
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
    key = hashlib.sha256(f"{stamp}".encode()).hexdigest()[:16]
    folder = Path(settings.DATA) / "tables"
    path = folder / f"{province.pk}-{key}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_parquet(path, columns_of(province), {name: kind for name, (kind, _) in COLUMNS.items()})
        for old in folder.glob(f"{province.pk}-*.parquet"):
            if old != path:
                old.unlink(missing_ok=True)
    return path


def columns_of(province: Place) -> dict[str, list[Any]]:
    """Read the table by columns."""
    rows = [
        (code, f"{title} {name}".strip(), *rest)
        for code, title, name, *rest in published_values(province).values_list(*FIELDS)
    ]
    return {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}


def ask_published(*, actor: Person, province: Place, sql: str) -> Answer:
    """Answer a SELECT over the table. Raises QueryError; PermissionDenied for who does not analyse here."""
    if not actor.has_perm(QUERY_TABLES, province):
        raise PermissionDenied
    return ask_tables(sql, {TABLE: published_file(province)}, seconds=LONGEST_S, most_rows=MOST_ROWS)
