"""When reports are due: a day of each year, a rhythm, a request, or a condition that arises."""

from __future__ import annotations

import re
from typing import NamedTuple

from hatang.core.plan_reader.dates import POINT, iso
from hatang.core.vietnamese import search_key

TROUBLES = (
    "khó khăn(?:,? (?:và )?vướng mắc)?(?: phát sinh)?", "vướng mắc(?:,? khó khăn)?(?: phát sinh)?", "phát sinh",
    "[^,;.]{3,60}?",
)  # fmt: skip
TROUBLE_ENDS = (
    "phát sinh",
    "cần",
    "đề nghị",
    "các",
    "thì",
    "trong",
    "kịp",
    "vượt",
    "hoặc",
    "báo cáo",
    "phản ánh",
    "gửi",
)
CHANGES = "(?:sửa đổi|điều chỉnh|bổ sung|thay thế)"
WHO_CHANGES = ("các", "đề nghị", "những", "thì", "sở", "cơ quan", "đơn vị")
CONDITION = re.compile(
    r"\b(?:nếu|khi|trường hợp|trong trường hợp)\s(?:(?:có|phát sinh|gặp|xảy ra)\s|(?=khó khăn|vướng mắc))+"
    rf"(?:(?:những|các|vấn đề)\s)*(?P<what>{'|'.join(TROUBLES)})(?=[,;.]|\s(?:{'|'.join(TROUBLE_ENDS)})\b)"
    rf"|\b(?:(?:nếu|khi|trường hợp)\s)?(?:thấy\s)?cần\s(?P<need>{CHANGES}(?:,? (?:hoặc )?{CHANGES})*)"
    rf"(?=[,\s]+(?:{'|'.join(WHO_CHANGES)}))",
    re.IGNORECASE,
)
PERIODS = (
    "(?:hàng|hằng) (?:năm|quý|tháng|tuần)", "0?[369] tháng(?: đầu năm)?", "cả năm",
    "sáu tháng", "quý", "tháng", "năm", "đột xuất",
    "0?1 năm",
)  # fmt: skip
PERIOD = f"(?:{'|'.join(PERIODS)})"
RHYTHM = re.compile(
    rf"\bđịnh kỳ\s\(?(?P<regular>{PERIOD}(?:(?:,|/| và| hoặc)\s?{PERIOD})*)"
    rf"|(?P<plain>\b(?:hàng|hằng)\s(?:năm|quý|tháng)(?:(?:,| và| hoặc)\s(?:khi\s)?{PERIOD})*)",
    re.IGNORECASE,
)
DAY_AND_MONTH = (
    r"(?P<date{n}>(?P<word{n}>ngày\s)?(?P<day{n}>\d{{1,2}})\s?(?:/|-|tháng)\s?(?P<month{n}>\d{{1,2}})"
    r"(?:\s?(?:/|-|năm)\s?(?P<year{n}>\d{{4}}))?(?!\d))"
)
BY_DAY = re.compile(
    rf"\b(?P<lead>trước|chậm nhất(?: là)?|muộn nhất(?: là)?|vào)\s{DAY_AND_MONTH.format(n='')}"
    rf"(?:(?:,|\svà)\s(?:trước\s)?{DAY_AND_MONTH.format(n=2)})?"
    r"(?:,?\s(?P<each>(?:hàng|hằng|mỗi|của)\s(?:năm|hàng năm)))?",
    re.IGNORECASE,
)
BY_DAY_OF_MONTH = re.compile(
    r"\b(?:trước|chậm nhất(?: là)?|muộn nhất(?: là)?|vào)\s(?:ngày\s)?\d{1,2}\s(?:của\s)?"
    r"(?:(?:hàng|hằng|mỗi)\s(?:tháng|quý)|tháng\s(?:cuối|đầu|tiếp)(?:\s(?:cùng|theo|mỗi|của|hàng|hằng|quý|năm))*)",
    re.IGNORECASE,
)
EACH_BY_DAY = re.compile(
    rf"\b(?:định kỳ\s)?(?P<all>{PERIOD}\s\(trước [^()]{{3,40}}\)(?:,?\s(?:và\s)?{PERIOD}\s\(trước [^()]{{3,40}}\))*)",
    re.IGNORECASE,
)
ONE_BY_DAY = re.compile(rf"{PERIOD}\s\(trước [^()]{{3,40}}\)", re.IGNORECASE)
ON_DEMAND = re.compile(r"\btheo yêu cầu|\bkhi (?:có|được) yêu cầu", re.IGNORECASE)
BY_TIME = re.compile(rf"\b(?:trong|vào|trước|hết)\s{POINT}", re.IGNORECASE)
SUDDEN = re.compile(r"\bđột xuất\b", re.IGNORECASE)
MEANWHILE = re.compile(r"\btrong quá trình (?:tổ chức )?(?:triển khai|thực hiện)(?: thực hiện)?", re.IGNORECASE)
SUMMING_UP = re.compile(r"\bbáo cáo (?P<kind>sơ kết(?:, tổng kết)?|tổng kết)", re.IGNORECASE)
EACH_YEAR = re.compile(
    r"\b(?:hang|moi|dinh ky) nam\b|\bnam mot lan\b|\btruoc (?:ngay )?\d+ (?:thang )?\d+ (?:cua )?(?:hang )?nam\b(?! \d)"
)
LEAP_YEAR = 2028
SAID_BARELY = re.compile(r"h[àằ]ng|6 tháng,", re.IGNORECASE)


class DayOfYear(NamedTuple):
    """A month and a day of it."""

    month: int | None = None
    day: int | None = None


def day_of_year(found: re.Match[str] | None) -> DayOfYear:
    """Give the last day that a match of `BY_DAY` names; none where no year has it, or not the year named.

    >>> [tuple(day_of_year(BY_DAY.search(f"trước ngày {day}"))) for day in ("15/12", "29/02", "31/4", "29/2/2027")]
    [(12, 15), (2, 29), (None, None), (None, None)]
    """
    if found is None:
        return DayOfYear()
    n = "2" if found["day2"] else ""
    day, month, year = int(found[f"day{n}"]), int(found[f"month{n}"]), int(found[f"year{n}"] or LEAP_YEAR)
    return DayOfYear(month, day) if iso(year, month, day) else DayOfYear()


def times_of(said: str) -> list[str]:
    """Give each of several times of the year, of which each is a duty by itself; none where there is but one.

    >>> times_of("định kỳ 06 tháng (trước 15/6), hằng năm (trước 15/12) báo cáo")
    ['06 tháng (trước 15/6)', 'hằng năm (trước 15/12)']
    """
    each = EACH_BY_DAY.search(said)
    times = ONE_BY_DAY.findall(each["all"]) if each else []
    dated = all(day_of_year(BY_DAY.search(time)).day for time in times)
    return [time.lower() for time in times] if len(times) > 1 and dated else []


def when_of(said: str, after: str | None = None) -> str | None:
    """Say when a report is due, in the text's words; `after` is what follows its verb.

    >>> when_of("gửi báo cáo trước 20 tháng 12 hàng năm"), when_of("định kỳ 6 tháng, hằng năm báo cáo UBND tỉnh")
    ('trước 20/12 hàng năm', '6 tháng, hằng năm')
    >>> when_of("báo cáo Sở Y tế trước ngày 20 của tháng cuối quý"), when_of("gửi Sở Y tế trước ngày 25 hằng tháng")
    ('trước ngày 20 của tháng cuối quý', 'trước ngày 25 hằng tháng')
    >>> when_of("nếu có khó khăn, vướng mắc, phản ánh về Sở"), when_of("báo cáo kết quả")
    ('khi có khó khăn, vướng mắc', None)
    """
    day, rhythm, condition = BY_DAY.search(said), RHYTHM.search(said), CONDITION.search(said)
    each = EACH_BY_DAY.search(said)
    if each:
        return each["all"].lower()
    if day:
        return _by_day(day, rhythm)
    of_month = BY_DAY_OF_MONTH.search(said)
    if of_month:
        return of_month.group().lower()
    if condition:
        return f"khi có {condition['what'].strip()}" if condition["what"] else f"khi cần {condition['need'].strip()}"
    if rhythm:
        regular = (rhythm["regular"] or rhythm["plain"]).lower()
        return regular if SAID_BARELY.match(regular) else f"định kỳ {regular}"
    return _loosely(said, said if after is None else after)


def _by_day(day: re.Match[str], rhythm: re.Match[str] | None) -> str:
    regular = (rhythm["regular"] or rhythm["plain"]) if rhythm else ""
    each = day["each"] or (regular if regular.lower() in ("hàng năm", "hằng năm") else "")
    days = " và ".join(_short_day(day, n) for n in ("", "2") if day[f"day{n}"])
    return f"{day['lead'].lower()} {days} {each.lower()}".strip()


def _short_day(day: re.Match[str], n: str) -> str:
    """Give a day as printed after "ngày", else as day/month."""
    if day[f"word{n}"]:
        return day[f"date{n}"].lower()
    year = f"/{day[f'year{n}']}" if day[f"year{n}"] else ""
    return f"{int(day[f'day{n}'])}/{int(day[f'month{n}'])}{year}"


def _loosely(said: str, after: str) -> str | None:
    """Say when for a report without a fixed time."""
    for pattern in (ON_DEMAND, SUDDEN, BY_TIME):
        found = pattern.search(said)
        if found:
            return re.sub(r"^vào ", "", found.group().lower())
    summing_up, meanwhile = SUMMING_UP.search(said), MEANWHILE.search(after)
    if summing_up:
        return f"khi {summing_up['kind'].lower()}"
    return meanwhile.group().lower() if meanwhile else None


def rhythm_of(said: str) -> str | None:
    """Say how often: yearly, once, on_demand, or None where it is not said.

    >>> rhythm_of("hằng năm báo cáo"), rhythm_of("trước ngày 15/12/2026"), rhythm_of("khi có khó khăn, phản ánh về Sở")
    ('yearly', 'once', 'on_demand')
    """
    if EACH_YEAR.search(search_key(said)):
        return "yearly"
    day = BY_DAY.search(said)
    if day and day["year"]:
        return "once"
    return "on_demand" if CONDITION.search(said) or ON_DEMAND.search(said) or SUDDEN.search(said) else None
