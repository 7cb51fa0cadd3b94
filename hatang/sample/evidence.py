"""Made-up evidence for Lạng Sơn: a file of measurements, what communes verified, and requests in three states.

It rests on declarations alone, so it is the same whether or not a run was computed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

from hatang.core.radio.bands import Technology
from hatang.core.radio.services import SERVICES
from hatang.coverage.models import CountedService, MeasurementFile, Verification
from hatang.coverage.services.evidence.challenges import answer_challenges, decide_challenges, open_challenges
from hatang.coverage.services.evidence.reading import disagreements
from hatang.coverage.services.evidence.recounting import recount
from hatang.coverage.services.evidence.verifications import Trial, verify_service
from hatang.coverage.services.measurements.reading import COLUMNS
from hatang.coverage.services.measurements.uploads import check_measurements, save_measurements, store_measurements
from hatang.pages.lists import SIMULATED_LINE
from hatang.sample.cast import Cast
from hatang.sample.chance import chance

MEASURED, VERIFIED, ASKED = 24, 18, 6
TESTS_EACH = 4
NEAR_DEG = 0.002
MARGIN_DB = 12.0
FILE_NAME = "ket-qua-do-mau.csv"
NOTES = {
    Verification.Answer.YES: "Gọi và xem video được ở nhà văn hóa thôn.",
    Verification.Answer.NO: "Không có sóng ở nhà văn hóa thôn và trên đường vào thôn.",
    Verification.Answer.UNSTEADY: "Có sóng ngoài đường lớn, trong nhà mất.",
}


def make_evidence(cast: Cast) -> None:
    """Count what is declared, then measure, verify, and ask the operators."""
    recount(province=cast.province)
    services = declared_services(cast)
    bring_measurements(cast, services[:MEASURED])
    verify(cast, services[MEASURED : MEASURED + VERIFIED])
    ask(cast)


def declared_services(cast: Cast) -> list[CountedService]:
    """Draw declared 4G and 5G of villages, of both operators that answer here."""
    operators = [cast.operator_of(cast.first), cast.operator_of(cast.second)]
    rows = CountedService.objects.covering("4G", "5G", on=cast.today).filter(
        place__province=cast.province, place__kind="village", operator__in=operators
    )
    found = list(
        rows.select_related("place__province", "operator").order_by("place__code", "operator_id", "technology")
    )
    return chance("evidence").sample(found, min(len(found), MEASURED + VERIFIED))


def bring_measurements(cast: Cast, services: list[CountedService]) -> MeasurementFile:
    """Bring a file of measurements by the way that the department's own go."""
    lines = [[SIMULATED_LINE], [column.heading for column in COLUMNS], *measured_lines(cast, services)]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    content = text.getvalue().encode()
    file = store_measurements(actor=cast.officer, province=cast.province, name=FILE_NAME, content=content)
    check_measurements(file)
    if file.state == MeasurementFile.State.READY:
        file.state = MeasurementFile.State.SAVING
        file.save(update_fields=["state"])
        save_measurements(actor=cast.officer, upload=file)
    return file


def measured_lines(cast: Cast, services: list[CountedService]) -> Iterator[list[str]]:
    """Give four tests at each service's village, good ones at two villages of three."""
    draw = chance("measurements")
    for n, row in enumerate(services):
        good = n % 3 != 0
        threshold_dbm = SERVICES[Technology(row.technology)].threshold_dbm
        for test in range(TESTS_EACH):
            at = cast.hour(10 + n % 40, 8 + test)
            level_dbm = threshold_dbm + draw.uniform(2, MARGIN_DB) * (1 if good else -1)
            yield [
                row.operator.short_name or row.operator.name,
                row.technology,
                "đo tốc độ",
                comma((row.place.lon or 0) + draw.uniform(-NEAR_DEG, NEAR_DEG), 5),
                comma((row.place.lat or 0) + draw.uniform(-NEAR_DEG, NEAR_DEG), 5),
                f"{at:%d/%m/%Y %H:%M}",
                comma(level_dbm, 1),
                comma(draw.uniform(8, 60) if good else draw.uniform(0, 2), 1),
                comma(draw.uniform(2, 15) if good else 0, 1),
                comma(draw.uniform(20, 80), 0),
            ]


def comma(value: float, decimals: int) -> str:
    """Write a number as people here write it in a file."""
    return f"{value:.{decimals}f}".replace(".", ",")


def verify(cast: Cast, services: list[CountedService]) -> None:
    """Let services be verified: there, not there, unsteady, in turns."""
    answers = (Verification.Answer.YES, Verification.Answer.NO, Verification.Answer.YES, Verification.Answer.UNSTEADY)
    for n, row in enumerate(services):
        answer = answers[n % len(answers)]
        on = cast.today - timedelta(5 + 3 * n)
        verify_service(
            actor=cast.officer,
            place=row.place,
            operator=row.operator,
            technology=row.technology,
            answer=answer,
            trial=Trial(on, note=f"{NOTES[answer]} (mô phỏng)"),
        )


def ask(cast: Cast) -> None:
    """Send requests: some wait for the operator, some for the department, some are decided."""
    first = cast.operator_of(cast.first)
    found = disagreements(cast.officer, cast.province).filter(operator=first, declared=True)
    rows = sorted(found, key=lambda row: (-(row.place.population or 0), row.pk))[:ASKED]
    waiting, disputed, decided = rows[::3], rows[1::3], rows[2::3]
    words = "Đề nghị kiểm tra và trả lời (mô phỏng)."
    said = "Trạm phát bình thường; đề nghị đo lại cùng Sở (mô phỏng)."
    for days_ago, part in ((6, waiting), (25, disputed), (40, decided)):
        if not part:
            continue
        opened = open_challenges(
            actor=cast.officer, province=cast.province, rows=part, words=words, at=cast.hour(days_ago, 9)
        )
        keys = [row.pk for row in opened]
        if part is not waiting:
            at = cast.hour(days_ago - 12, 10)
            answer_challenges(actor=cast.first, keys=keys, accepts=False, words=said, at=at)
        if part is decided:
            reason = "Đo lại cùng doanh nghiệp ngày hôm trước: không đạt (mô phỏng)."
            decide_challenges(actor=cast.officer, keys=keys, served=False, words=reason, at=cast.hour(20, 14))
