"""Keep a test that somebody made: the speeds are the server's own, the person only says where and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.measurements.schema import ROWS, Source
from hatang.core.ndt7.results import Result, take_result
from hatang.places.models import Place
from hatang.places.points import too_far_km
from hatang.places.services.locating import Whereabouts, locate_one
from hatang.quality.forms.tests import AGAIN, CONNECTIONS
from hatang.quality.models import KeptTest
from hatang.quality.services.addresses import operator_at
from hatang.quality.services.devices import device_of, household_of
from hatang.quality.services.measurements import OWN, keep_rows, operator_key
from hatang.work.services import within_limit

MOST_AN_HOUR = 60
"""Kept tests of one address: telephones of one operator share addresses, so that one stands for many people."""
HOUR = 3600
APART_MOST = timedelta(minutes=2)
"""The upload follows the download at once; what lies further apart was not one test."""
AT_A_TIME = 5_000
SHARED_FOR = timedelta(days=365)
TOO_MANY = "Trong một giờ qua có quá nhiều lượt đo từ mạng này. Kết quả vẫn ở trên máy bạn; đợi ít phút rồi giữ lại."
NOWHERE = "Vị trí này không thuộc xã, phường nào của hệ thống. Hãy chọn xã, phường."


@dataclass(frozen=True)
class Told:
    """What the person told, checked by the form."""

    download: str
    upload: str
    province: Place | None = None
    commune: Place | None = None
    lon: float | None = None
    lat: float | None = None
    operator: Organisation | None = None
    connection: str = ""
    token: str = ""


def keep_test(*, told: Told, address: str) -> KeptTest:
    """Keep a test once; `address` is used to find the operator and the household's count, and then forgotten."""
    pair = pair_of(told)
    if KeptTest.objects.filter(pair=pair).exists():
        raise ValidationError("Lượt đo này đã được giữ rồi.", code="known")
    if not within_limit(action="keep-test", who=household_of(address), most=MOST_AN_HOUR, seconds=HOUR):
        raise ValidationError(TOO_MANY, code="limit")
    commune = commune_of(told)
    province = commune.province if commune else told.province
    if province is None:
        raise ValidationError(NOWHERE)
    down, up = server_figures(told)
    try:
        with transaction.atomic():
            return KeptTest.objects.create(pair=pair, **facts(told, down, up, address, province, commune))
    except IntegrityError as error:
        raise ValidationError("Lượt đo này đã được giữ rồi.", code="known") from error


def pair_of(told: Told) -> str:
    """Give the name of the two tests together; the row's id in the measurement table."""
    return sha256(f"{told.download}|{told.upload}".encode()).hexdigest()[:32]


def where(lon: float, lat: float) -> Whereabouts:
    """Say in which commune a rounded point lies today."""
    return locate_one(lon, lat, on=timezone.localdate())


def commune_of(told: Told) -> Place | None:
    """Give the commune of a test: where the point lies, else the one named if the point can be in it."""
    if told.lon is None or told.lat is None:
        return told.commune
    found = where(told.lon, told.lat).commune
    if found is None and told.commune and too_far_km(told.commune, told.lon, told.lat) is not None:
        raise ValidationError(NOWHERE)
    return found or told.commune


def server_figures(told: Told) -> tuple[Result, Result]:
    """Take what the server measured; a test that it does not know, or took out before, cannot be kept."""
    folder = Path(settings.DATA) / "ndt7"
    down, up = take_result(folder, told.download), take_result(folder, told.upload)
    if down is None or up is None or (down.direction, up.direction) != ("download", "upload"):
        raise ValidationError(AGAIN)
    if abs(up.began_at - down.began_at) > APART_MOST:
        raise ValidationError(AGAIN)
    return down, up


def facts(
    told: Told, down: Result, up: Result, address: str, province: Place, commune: Place | None
) -> dict[str, object]:
    """Put together what is kept of a test."""
    by_address = operator_at(address, province=province)
    known = KeptTest.Known
    connection = CONNECTIONS[told.connection]
    return {
        "province": province,
        "commune": commune,
        "at": down.began_at,
        "operator": by_address or told.operator,
        "operator_known": known.ADDRESS if by_address else known.ASKED if told.operator else known.NOT,
        "access": connection.access.value,
        "technology": connection.technology,
        "device": device_of(token=told.token, address=address, on=timezone.localdate(down.began_at)),
        "download_mbps": down.mbps,
        "upload_mbps": up.mbps,
        "min_rtt_ms": down.min_rtt_ms,
        "jitter_ms": down.rtt_var_ms,
        "loss_ratio": down.retransmitted_ratio,
        "ip_family": down.ip_family,
        "lon": told.lon,
        "lat": told.lat,
    }


# Into the measurement table


def move_kept_tests() -> int:
    """Put the tests that wait into the measurement table; doing it again adds nothing. Give how many."""
    rows = list(KeptTest.objects.waiting().select_related("province", "commune", "operator").order_by("pk")[:AT_A_TIME])
    if rows:
        keep_rows(as_table(rows), load=OWN)
        moved = KeptTest.objects.filter(pk__in=[row.pk for row in rows])
        moved.update(moved_at=timezone.now(), device="", lon=None, lat=None)
    return len(rows)


def as_table(rows: list[KeptTest]) -> pa.Table:
    """Write kept tests in the columns of the measurement table."""
    return pa.Table.from_pylist([as_row(row) for row in rows], schema=ROWS)


def as_row(row: KeptTest) -> dict[str, object]:
    """Write one kept test as a measurement."""
    own = ("download_mbps", "upload_mbps", "min_rtt_ms", "jitter_ms", "loss_ratio", "ip_family", "access", "at")
    return {name: getattr(row, name) for name in own} | {
        "id": row.pair,
        "load": OWN,
        "source": Source.NDT7.value,
        "province": row.province.code,
        "commune": row.commune.code if row.commune else None,
        "operator": operator_key(row.operator),
        "technology": row.technology or None,
        "device": row.device or None,
        "lon": row.lon,
        "lat": row.lat,
        "tests": 1,
        "is_average": False,
        "simulated": False,
    }


def forget_shared() -> int:
    """Remove kept tests whose shared page has stood long enough; the measurement table keeps its rows."""
    old = KeptTest.objects.exclude(moved_at=None).filter(at__lt=timezone.now() - SHARED_FOR)
    return old.delete()[0]
