"""Each kind of oddity in a text that has it and in a text that has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hatang.core.documents import read_document
from hatang.core.plan_reader.oddities import CHECKS, find_oddities, place_of
from hatang.core.plan_reader.reading import read_plan
from hatang.core.plan_reader.structure import (
    Baseline,
    Block,
    Condition,
    Header,
    Item,
    LegalBasis,
    Part,
    PlanRead,
    ReportDuty,
    Span,
    Target,
    Text,
)

HEAD = Header(
    "KẾ HOẠCH", "88/KH-UBND", "2025-07-14", "UBND tỉnh Mẫu", "Phát triển hạ tầng số", "Trần Văn Mẫu", 2025, 2030
)


@dataclass(frozen=True)
class Row:
    """A paragraph of a made-up text with its place."""

    text: str
    part: Part = Part.TARGETS
    marker: str = ""
    section: str = "II.1"
    level: int = 0
    above: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()
    footnote: bool = False


@dataclass(frozen=True)
class Aim:
    """A target of a made-up text, found again by its words."""

    quote: str
    value: float | None
    year: int | None = 2025
    unit: str = "percent"
    comparator: str = "ge"
    subject: str = ""
    base_year: int | None = None
    condition: Condition | None = None


@dataclass(frozen=True)
class State:
    """A figure of the present state."""

    quote: str
    value: float
    unit: str = "percent"


def paper(
    *rows: Row | str,
    aims: Sequence[Aim] = (),
    states: Sequence[State] = (),
    bases: Sequence[str] = (),
    header: Header = HEAD,
) -> PlanRead:
    """Make a reading by hand."""
    placed = [row if isinstance(row, Row) else Row(row) for row in rows]
    blocks = tuple(Block(row.text, cells=row.cells, footnote=row.footnote) for row in placed)
    items = tuple(
        Item(
            n,
            row.marker,
            len(row.marker) and len(row.marker) + 1,
            row.section,
            row.level,
            row.text,
            row.above,
            row.part,
        )
        for n, row in enumerate(placed)
    )
    return PlanRead(
        Text(blocks, items),
        header,
        legal_bases=tuple(LegalBasis(number, None, None, Span(0, 0, 0)) for number in bases),
        targets=tuple(made(blocks, aim) for aim in aims),
        baselines=tuple(Baseline(where(blocks, s.quote), s.quote, "I", "eq", s.value, s.unit, s.quote) for s in states),
    )


def where(blocks: Sequence[Block], quote: str) -> Span:
    """Find words in blocks; the nowhere of a quote that is not printed is the first block."""
    for n, block in enumerate(blocks):
        if quote in block.text:
            at = block.text.index(quote)
            return Span(n, at, at + len(quote))
    return Span(0, 0, 0)


def made(blocks: Sequence[Block], aim: Aim) -> Target:
    """Make a target of its words."""
    span = where(blocks, aim.quote)
    subject = aim.subject or aim.quote.partition(" đạt ")[0]
    return Target(
        span, aim.quote, "II.1", aim.year, aim.comparator, aim.value, aim.unit, subject,
        base_year=aim.base_year, condition=aim.condition,
    )  # fmt: skip


FIBRE = "Tỷ lệ hộ dân có cáp quang"
FIBRE_25, FIBRE_30 = Aim(f"{FIBRE} đạt 70%", 70), Aim(f"{FIBRE} đạt 90%", 90, 2030)

LAST = Row("Kinh phí", part=Part.FUNDING)
DECREE, PLAN = "163/2024/NĐ-CP", "36/QĐ-TTg"


def steps(*markers: str, part: Part = Part.TASKS) -> PlanRead:
    """Make a row of numbered items."""
    return paper(*(Row(f"{m} Làm việc này.", part, m, f"III.{m.strip('.)')}", above=(0,)) for m in markers))


def cited(*sentences: str, bases: Sequence[str] = (PLAN,), header: Header = HEAD) -> PlanRead:
    """Make a text that cites."""
    return paper(*(Row(s, Part.AIMS, section="I.1") for s in sentences), bases=bases, header=header)


def sentence(text: str) -> PlanRead:
    """Make a text of one item."""
    return paper(Row(text, Part.TASKS, "-", "III.1.-1"))


def wanted(*aims: Aim, states: Sequence[State] = (), header: Header = HEAD) -> PlanRead:
    """Make a text of one target a line."""
    lines = [Row(f"{aim.quote}.", section=f"II.{n}") for n, aim in enumerate(aims, 1)]
    return paper(*lines, aims=aims, states=states, header=header)


def duty_told(words: str) -> PlanRead:
    """Make a text of one report duty."""
    read = paper(Row(f"{words}.", Part.ORGANISATION, section="IV.1.-1"))
    duty = ReportDuty(Span(0, 0, len(words)), words, "IV.1.-1", "Sở Tài chính", "Sở Xây dựng", None)
    return replace(read, report_duties=(duty,))


CASES: dict[str, tuple[list[PlanRead], list[PlanRead]]] = {
    "number_missing": ([paper("Số: /KH-UBND", header=replace(HEAD, number=None))], [paper("Số: 88/KH-UBND")]),
    "date_missing": (
        [
            paper(Row("Mẫu, ngày tháng năm 2025", Part.HEAD, section=""), header=replace(HEAD, date=None)),
            paper(Row("Mẫu, ngày … tháng 7 năm 2025", Part.HEAD, section=""), header=replace(HEAD, date=None)),
            paper("Kế hoạch", header=replace(HEAD, date=None)),
        ],
        [paper("Mẫu, ngày 14 tháng 7 năm 2025")],
    ),
    "date_impossible": (
        [
            paper(Row("Mẫu, ngày 31 tháng 02 năm 2026", Part.HEAD, section=""), header=replace(HEAD, date=None)),
            paper(Row("Mẫu, ngày 31/4/2026", Part.HEAD, section=""), header=replace(HEAD, date=None)),
        ],
        [
            paper(Row("Mẫu, ngày 28 tháng 02 năm 2026", Part.HEAD, section="")),
            paper(Row("Mẫu, ngày tháng 02 năm 2026", Part.HEAD, section=""), header=replace(HEAD, date=None)),
            paper(Row("Căn cứ Luật ngày 31/4/2020;", Part.BASES, section=""), header=replace(HEAD, date=None)),
        ],
    ),
    "baselines_missing": (
        [wanted(FIBRE_25)],
        [
            wanted(FIBRE_25, states=[State("Tỷ lệ hộ dân có cáp quang", 60)]),
            wanted(Aim("Phát triển bền vững", None)),
            wanted(FIBRE_25, header=replace(HEAD, title="Sửa đổi, bổ sung một số nội dung Kế hoạch số 12/KH-UBND")),
        ],
    ),
    "funding_missing": (
        [paper(Row("Sở Tài chính", Part.ORGANISATION))],
        [paper(LAST, Row("Sở Tài chính", Part.ORGANISATION)), paper("Một đoạn trích")],
    ),
    "annex_absent": (
        [
            paper(Row("(Có biểu nhiệm vụ kèm theo).", Part.TASKS)),
            paper(Row("(Chi tiết tại Phụ lục II)", Part.TASKS), Row("PHỤ LỤC I", Part.ANNEX, section="PL")),
            paper(Row("Danh mục dự án ưu tiên tại Phụ lục kèm theo Kế hoạch này.", Part.TASKS)),
        ],
        [
            paper(Row("(Có phụ lục kèm theo)", Part.TASKS), Row("PHỤ LỤC", Part.ANNEX, section="PL")),
            paper(
                Row("(Có biểu nhiệm vụ kèm theo).", Part.TASKS),
                *(Row(f"{n} | việc | sở", cells=(f"{n}", "việc", "sở")) for n in range(3)),
            ),
            paper(Row("(Kèm theo Kế hoạch số 88/KH-UBND ngày 14/7/2025)", Part.ANNEX, section="PL")),
            paper(Row("Ban hành kèm theo Quyết định này Kế hoạch phát triển hạ tầng số.", Part.OTHER)),
            paper(Row("Bảng giá thuê cột được công khai.", Part.TASKS)),
        ],
    ),
    "numbering_broken": (
        [steps("1.", "2.", "4."), steps("I.", "II.", "IV."), steps("a)", "b)", "d)"), steps("1.", "2.", "2.")],
        [
            steps("a)", "b)", "c)", "d)", "đ)", "e)", "g)", "h)", "i)", "k)"),
            steps("a)", "b)", "c)", "d)", "e)", "g)"),
            steps("1.", "2.", "1.", "2."),
            steps("1.", "3.", part=Part.ANNEX),
        ],
    ),
    "clause_among_bodies": (
        [paper(LAST, Row("Điều khoản chuyển tiếp", Part.ORGANISATION, "10.", "VI.10", level=2))],
        [paper(LAST, Row("Sở Tài chính", Part.ORGANISATION, "2.", "VI.2", level=2))],
    ),
    "target_without_figure": ([wanted(Aim("Sẵn sàng thử nghiệm mạng 6G", None, unit="none"))], [wanted(FIBRE_25)]),
    "target_without_year": (
        [wanted(Aim(f"{FIBRE} đạt 70%", 70, None))],
        [wanted(FIBRE_25), wanted(Aim("Phát triển bền vững", None, None, "none"))],
    ),
    "target_equal_to_earlier": (
        [wanted(FIBRE_25, Aim(f"{FIBRE} đạt 70 %", 70, 2030))],
        [
            wanted(FIBRE_25, FIBRE_30),
            wanted(Aim(f"{FIBRE} đạt 100%", 100), Aim(f"{FIBRE} đạt 100 %", 100, 2030)),
            wanted(FIBRE_25, Aim("Tỷ lệ dân số có chữ ký số đạt 70%", 70, 2030)),
        ],
    ),
    "target_below_earlier": (
        [
            wanted(FIBRE_25, Aim(f"{FIBRE} đạt 65%", 65, 2030)),
            wanted(
                Aim("Tỷ lệ thôn lõm sóng dưới 2%", 2, comparator="lt", subject="tỷ lệ thôn lõm sóng"),
                Aim("Tỷ lệ thôn lõm sóng dưới 3%", 3, 2030, comparator="lt", subject="tỷ lệ thôn lõm sóng"),
            ),
        ],
        [
            wanted(FIBRE_25, FIBRE_30),
            wanted(
                Aim("Tỷ lệ thôn lõm sóng dưới 2%", 2, comparator="lt", subject="tỷ lệ thôn lõm sóng"),
                Aim("Tỷ lệ thôn lõm sóng dưới 1%", 1, 2030, comparator="lt", subject="tỷ lệ thôn lõm sóng"),
            ),
            wanted(Aim("100% xã có 5G", 100), Aim("Mạng 5G phủ sóng 99% dân số", 99, 2030)),
        ],
    ),
    "level_dropped_later": (
        [wanted(FIBRE_25, Aim("Tỷ lệ dân số có chữ ký số đạt 70%", 70, 2030))],
        [
            wanted(FIBRE_25, FIBRE_30),
            wanted(FIBRE_25),
            wanted(Aim("100% xã có 5G", 100), Aim("Tỷ lệ dân số có chữ ký số đạt 70%", 70, 2030)),
        ],
    ),
    "two_levels_at_once": (
        [wanted(FIBRE_25, Aim(f"{FIBRE} đạt 75%", 75))],
        [
            wanted(FIBRE_25, FIBRE_30),
            wanted(
                Aim("Tốc độ tải xuống của mạng 4G đạt 40 Mb/s", 40, unit="Mbps"),
                Aim("Tốc độ tải xuống của mạng 5G đạt 100 Mb/s", 100, unit="Mbps"),
            ),
            wanted(
                Aim("Nhà mạng Mẫu Một lắp trạm 5G mới tại các xã: 300 trạm", 300, unit="count"),
                Aim("Nhà mạng Mẫu Hai lắp trạm 5G mới tại các xã: 200 trạm", 200, unit="count"),
            ),
            wanted(
                Aim("90% hộ có 200 Mb/s", 90, subject="tỷ lệ hộ", condition=Condition(200, "Mbps", "ge")),
                Aim("50% hộ có 1 Gb/s", 50, subject="tỷ lệ hộ", condition=Condition(1000, "Mbps", "ge")),
            ),
        ],
    ),
    "target_not_above_present": (
        [wanted(FIBRE_25, states=[State(FIBRE, 71.5)]), wanted(FIBRE_25, states=[State(FIBRE, 70)])],
        [wanted(FIBRE_25, states=[State(FIBRE, 60)]), wanted(FIBRE_25, states=[State("Tỷ lệ dùng chung cột", 80)])],
    ),
    "target_hardly_above_present": (
        [wanted(FIBRE_25, states=[State(FIBRE, 69.8)])],
        [wanted(FIBRE_25, states=[State(FIBRE, 60)]), wanted(FIBRE_25, states=[State(FIBRE, 70)])],
    ),
    "per_100_written_as_percent": (
        [wanted(Aim("Số thuê bao cố định/100 dân đạt 28,5%", 28.5, unit="per_100_people"))],
        [wanted(Aim("Số thuê bao cố định/100 dân đạt 28,5", 28.5, unit="per_100_people")), wanted(FIBRE_25)],
    ),
    "share_above_all": (
        [wanted(Aim(f"{FIBRE} đạt 105%", 105))],
        [wanted(FIBRE_25), wanted(Aim("Số thuê bao di động/100 dân: 105", 105, unit="per_100_people"))],
    ),
    "denominator_missing": (
        [wanted(Aim("bảo đảm lắp trạm 5G đạt 50%", 50)), wanted(Aim("lắp trạm 5G đạt 50% trở lên", 50))],
        [
            wanted(FIBRE_25),
            wanted(Aim("Mạng 5G phủ sóng 99% dân số", 99)),
            wanted(Aim("100% thôn được phủ sóng", 100)),
            wanted(Aim("Từ 60% trở lên trụ đèn mang được thiết bị 5G", 60)),
        ],
    ),
    "doubling_without_base": (
        [wanted(Aim("Tăng gấp đôi số trạm so với năm 2024", 2, unit="ratio", comparator="double", base_year=2024))],
        [
            wanted(
                Aim("Tăng gấp đôi tốc độ so với 45 Mbps của năm 2024", 2, unit="ratio", comparator="double")
            ),
            wanted(
                Aim("Tăng gấp đôi số trạm 5G", 2, unit="ratio", comparator="double", subject="số trạm 5G"),
                states=[State("số trạm 5G", 120, "count")],
            ),
        ],
    ),
    "several_targets_in_one": (
        [
            paper(
                "100% cơ quan và trên 50% người dân dùng đám mây.",
                aims=[Aim("100% cơ quan", 100), Aim("trên 50% người dân dùng đám mây", 50, comparator="gt")],
            )
        ],
        [
            wanted(FIBRE_25, FIBRE_30),
            paper(
                Row("Tỷ lệ hộ có cáp | 70 | 90", cells=("Tỷ lệ hộ có cáp", "70", "90")),
                aims=[Aim("Tỷ lệ hộ có cáp | 70 | 90", 70), Aim("Tỷ lệ hộ có cáp | 70 | 90", 90, 2030)],
            ),
        ],
    ),
    "national_indicator_copied": (
        [wanted(Aim("Nâng tốc độ của mạng di động Việt Nam đạt 100 Mbps", 100, unit="Mbps"))],
        [
            wanted(FIBRE_25),
            wanted(Aim("40% doanh nghiệp dùng nền tảng do doanh nghiệp Việt Nam phát triển", 40)),
            wanted(
                Aim("Nâng tốc độ của mạng di động Việt Nam đạt 100 Mbps", 100, unit="Mbps"),
                header=replace(HEAD, issuer="Thủ tướng Chính phủ"),
            ),
        ],
    ),
    "alternative_in_target": (
        [wanted(Aim("Đạt mức khá trong nước hoặc trung bình mỗi người dân có 03 thiết bị", 3, unit="per_person"))],
        [wanted(Aim("40% dân số có chữ ký số hoặc chữ ký điện tử", 40))],
    ),
    "abolishes_earlier": (
        [paper("Bãi bỏ chỉ tiêu về cột đa năng tại khoản 4 Mục I.")],
        [paper("Bãi bỏ thủ tục rườm rà trong cấp phép."), paper("Sửa đổi chỉ tiêu tại khoản 4 Mục I.")],
    ),
    "report_day_impossible": (
        [
            duty_told("Gửi báo cáo về Sở Xây dựng trước ngày 31/4 hằng năm"),
            duty_told("Gửi báo cáo về Sở Xây dựng trước 31 tháng 02 hằng năm"),
        ],
        [
            duty_told("Gửi báo cáo về Sở Xây dựng trước ngày 30/4 hằng năm"),
            duty_told("Gửi báo cáo về Sở Xây dựng trước ngày 29/02 hằng năm"),
            duty_told("Gửi báo cáo về Sở Xây dựng khi có yêu cầu"),
        ],
    ),
    "citation_date_impossible": (
        [
            cited("Quyết định số 36/QĐ-TTg ngày 31/02/2024 của Thủ tướng Chính phủ."),
            cited("Quyết định số 36/QĐ-TTg ngày 20 tháng 8 năm 2025 của Thủ tướng Chính phủ."),
            cited("Nghị định số 163/2024/NĐ-CP ngày 24/12/2023 của Chính phủ.", bases=[DECREE]),
        ],
        [
            cited("Quyết định số 36/QĐ-TTg ngày 11/01/2024 của Thủ tướng Chính phủ."),
            cited("Nghị định số 163/2024/NĐ-CP ngày 24/12/2024 của Chính phủ.", bases=[DECREE]),
            cited("Quyết định số 36/QĐ-TTg ngày 20/8/2025.", header=replace(HEAD, date=None)),
            cited("Theo Quyết định số 36/QĐ-TTg, hoàn thành trước ngày 20/8/2026."),
        ],
    ),
    "citation_with_two_dates": (
        [cited("Quyết định số 36/QĐ-TTg ngày 11/01/2024;", "Quyết định số 36/QĐ-TTg ngày 12/01/2024;")],
        [
            cited("Quyết định số 36/QĐ-TTg ngày 11/01/2024;", "Quyết định số 36/QĐ-TTg ngày 11 tháng 01 năm 2024;"),
            cited("Quyết định số 36/QĐ-TTg ngày 11/01/2024;", "Quyết định số 136/QĐ-TTg ngày 12/01/2024;"),
        ],
    ),
    "blanks_inside_number": (
        [cited("Quyết định số 36/QĐ- TTg ngày 11/01/2024."), cited("Quyết định số 36 /QĐ-TTg.")],
        [cited("Quyết định số 36/QĐ-TTg ngày 11/01/2024.")],
    ),
    "note_inside_sentence": (
        [paper("Phát triển kinh tế số và", Row("(1) Gồm hai hệ thống.", footnote=True), "xã hội số của tỉnh.")],
        [
            paper("Phát triển kinh tế số.", Row("(1) Gồm hai hệ thống.", footnote=True), "Xã hội số của tỉnh."),
            paper("Phát triển kinh tế số và", "xã hội số của tỉnh."),
        ],
    ),
    "debris_inside_text": (
        [sentence("Lắp camera (*ở các ngã tư*) trong năm."), sentence("Sở Xây dựng | chủ trì việc cấp phép.")],
        [sentence("Lắp camera ở các ngã tư trong năm."), paper(Row("1 | Lắp camera", cells=("1", "Lắp camera")))],
    ),
    "slip_of_typing": (
        [
            sentence("Phần đầu đạt mức bình quân cả nước."),
            sentence("Phát triển các nền tàng dùng chung."),
            sentence("Phòng chống mã độc tập chung."),
        ],
        [
            sentence("Phấn đấu đạt mức bình quân cả nước."),
            sentence("Phần đầu của tuyến cáp đi ngầm."),
            sentence("Cơ quan truyền thông nhất trí phối hợp."),
        ],
    ),
    "word_twice": (
        [
            paper("Hội thảo về phát triển triển hạ tầng.", "Kế hoạch phát triển hạ tầng số."),
            sentence("Hệ thống Hội nghị hội nghị trực tuyến."),
        ],
        [
            sentence("Triển khai song song với hạ tầng điện."),
            sentence("Phát triển hạ tầng, hạ tầng số đi trước."),
            sentence("Xử lý hành vi vi phạm."),
            paper("Việc số hóa hóa đơn.", "Xuất hóa đơn điện tử."),
        ],
    ),
    "stray_sign": (
        [sentence("Y tế, thương mại điện tử,.) theo nhu cầu."), sentence("Tỷ lệ đạt 75% .")],
        [sentence("Y tế, giáo dục,... theo nhu cầu."), sentence("Khu công nghiệp, điểm du lịch, ...")],
    ),
}  # fmt: skip


def kinds(read: PlanRead) -> set[str]:
    """Name the kinds that were seen."""
    return {oddity.kind for oddity in find_oddities(read)}


def test_every_kind_has_both_tests() -> None:
    assert list(CASES) == [check.__name__ for check in CHECKS]
    assert all(odd and plain for odd, plain in CASES.values())


@pytest.mark.parametrize(("kind", "read"), [(kind, read) for kind, (odd, _) in CASES.items() for read in odd])
def test_oddity_is_seen(kind: str, read: PlanRead) -> None:
    assert kind in kinds(read)


@pytest.mark.parametrize(("kind", "read"), [(kind, read) for kind, (_, plain) in CASES.items() for read in plain])
def test_what_is_in_order_is_left_alone(kind: str, read: PlanRead) -> None:
    assert kind not in kinds(read)


def test_partial_date_is_told() -> None:
    odd, later = (
        paper(Row("Mẫu, ngày tháng năm 2025", Part.HEAD, section=""), header=replace(HEAD, date=None)),
        paper(Row("Căn cứ Luật ngày 3 tháng 6 năm 2020;", Part.BASES, section=""), header=replace(HEAD, date=None)),
    )
    told = [next(o.message for o in find_oddities(read) if o.kind == "date_missing") for read in (odd, later)]
    assert told == [
        "Đầu văn bản: ngày ban hành để trống, chỉ biết năm 2025; ghi đủ ngày, tháng.",
        "Đầu văn bản không có ngày ban hành: đối chiếu bản đã ký rồi ghi ngày.",
    ]


def test_a_date_that_cannot_be_is_not_also_told_as_missing() -> None:
    read = paper(Row("Mẫu, ngày 31 tháng 02 năm 2026", Part.HEAD, section=""), header=replace(HEAD, date=None))
    assert "date_missing" not in kinds(read)


def test_message_says_where_what_and_what_would_be_right() -> None:
    read = wanted(FIBRE_25, Aim(f"{FIBRE} đạt 70 %", 70, 2030))
    told = {oddity.kind: oddity for oddity in find_oddities(read)}["target_equal_to_earlier"]
    assert (
        told.message == "Mục II.2: mục tiêu năm 2030 bằng mục tiêu năm 2025 (70%), có thể chép nhầm; đối chiếu bản gốc."
    )
    assert told.span is not None and read.text.words(told.span) == f"{FIBRE} đạt 70 %"


GIVEN: dict[str, tuple[set[str], set[str]]] = {
    "lang-son-2025-2030": (
        {
            "number_missing", "date_missing", "baselines_missing", "denominator_missing", "doubling_without_base",
            "several_targets_in_one", "national_indicator_copied", "stray_sign", "level_dropped_later",
        },
        {"annex_absent", "numbering_broken", "funding_missing"},
    ),
    "tuyen-quang-2025-2030": (
        {
            "number_missing", "date_missing", "annex_absent", "clause_among_bodies", "target_equal_to_earlier",
            "target_hardly_above_present", "level_dropped_later", "slip_of_typing", "word_twice", "stray_sign",
        },
        {"baselines_missing", "numbering_broken", "target_below_earlier", "doubling_without_base"},
    ),
    "dak-lak-2025-2030": (
        {
            "baselines_missing", "funding_missing", "several_targets_in_one", "alternative_in_target",
            "blanks_inside_number",
        },
        {"number_missing", "date_missing", "numbering_broken", "target_below_earlier", "annex_absent", "word_twice"},
    ),
    "bac-giang-2023-2025": (
        {"number_missing", "date_missing", "per_100_written_as_percent", "word_twice"},
        {"numbering_broken", "funding_missing", "annex_absent"},
    ),
    "ha-giang-2023-2025": (
        {"baselines_missing", "slip_of_typing", "word_twice"},
        {"number_missing", "date_missing", "numbering_broken", "clause_among_bodies"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_given_plan_shows_its_oddities(shared: Path, name: str) -> None:
    plan = shared / "plans" / f"{name}.txt"
    seen = kinds(read_plan(read_document(plan.read_bytes(), plan.name).lines))
    present, absent = GIVEN[name]
    assert present <= seen
    assert not absent & seen


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("P1.V.1", "Phần 1, mục V.1"),
        ("II.2.đ", "Điểm đ mục II.2"),
        ("IV.5.-1", "Mục IV.5, gạch đầu dòng 1"),
        ("PL.2", "Phụ lục, mục 2"),
        ("", "Trong văn bản"),
    ],
)
def test_place_is_written_for_people(section: str, place: str) -> None:
    assert place_of(section) == place
