"""Who hears of a return that is due, and of one that is late: its filer, those above, and the department as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import number
from hatang.core.working_days import working_days_between
from hatang.indicators.models import APPROVE_RETURN, CHECK_RETURN, SIGN_RETURN, Period, Return
from hatang.indicators.services.periods.due import late_returns
from hatang.indicators.services.periods.filers import holders_of, people_to_file
from hatang.indicators.services.periods.opening import RETURN_RULE
from hatang.work.models import Clock, Notice
from hatang.work.services import About, notify, people_with, reminds, working_calendar

REMIND_BEFORE = 5
ESCALATE_AFTER = 3
"""Days before and after the end at which people are told; no law sets them."""
DEPARTMENT_HEARS_AFTER = (1, 5, 10)
"""Working days after the end on which the department hears how many are late: one notice, not one for each commune."""

COUNTS = ("total", "sent", "approved", "late")


@reminds(RETURN_RULE, before=REMIND_BEFORE, escalate_after=ESCALATE_AFTER)
def return_due(clock: Clock) -> About | None:
    """The filer must send its return; its leader, or for an operator or the department those above, hears when not.

    What was sent back is to be mended though its period has closed: it has a term of its own.
    """
    row = Return.objects.whole().fillable().filter(clock=clock).first()
    if row is None:
        return None
    to = people_to_file([row])[row.pk]
    what = "sửa và gửi lại" if row.state == Return.State.RETURNED else "nộp"
    return About(to, f"{what} phiếu “{row.period.title}”", row.get_absolute_url(), superiors(row))


def superiors(row: Return) -> Sequence[Person]:
    """Give who is told when a return stays away."""
    if row.organisation_id:
        return people_with(permission=CHECK_RETURN, province=row.province)
    if row.place_id == row.province_id:
        return people_with(permission=APPROVE_RETURN, province=row.province)
    return holders_of(SIGN_RETURN, [row])[row.pk]


def tell_department(*, today: date) -> int:
    """Tell the department, on some working days after a period's end, how many returns are late; give how many told."""
    told = 0
    for period in Period.objects.filter(state=Period.State.OPEN, due_on__lt=today).select_related("form__province"):
        province = period.form.province
        calendar = working_calendar(province_id=province.pk, first_year=period.due_on.year, last_year=today.year)
        if (
            calendar.is_working(today)
            and working_days_between(period.due_on, today, calendar) in DEPARTMENT_HEARS_AFTER
        ):
            told += tell_of_late(period, today)
    return told


def tell_of_late(period: Period, today: date) -> int:
    """Tell the department of a period's late returns, once a day."""
    late = late_returns(Return.objects.filter(period=period, state__in=Return.EDITABLE), timezone.now()).count()
    url = period.get_absolute_url()
    if not late or Notice.objects.filter(url=url, made_at__date=today).exists():
        return 0
    people = people_with(permission=CHECK_RETURN, province=period.form.province)
    subject = f"{number(late)} phiếu quá hạn chưa nộp: {period.title}"
    return len(notify(to=people, subject=subject, url=url))


def progress(periods: Sequence[Period]) -> dict[int, dict[str, int]]:
    """Count the returns of some periods: all, sent, approved, late; one query."""
    late = Q(pk__in=late_returns(Return.objects.all(), timezone.now()).values("pk"))
    rows = Return.objects.filter(period__in=periods).order_by().values("period")
    counted = rows.annotate(
        total=Count("pk"),
        sent=Count("pk", filter=~Q(state__in=Return.EDITABLE)),
        approved=Count("pk", filter=Q(state=Return.State.APPROVED)),
        late=Count("pk", filter=late),
    )
    return {row["period"]: {name: row[name] for name in COUNTS} for row in counted}  # type: ignore[literal-required]
