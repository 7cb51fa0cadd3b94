"""Who hears of a return's steps: the leader who is to sign, the filer who is to mend."""

from __future__ import annotations

from hatang.indicators.models import SIGN_RETURN, Return
from hatang.indicators.services.periods.filers import holders_of, people_to_file
from hatang.work.services import notify


def tell_leaders(row: Return) -> None:
    """Tell a commune's leaders that a return waits for their signature."""
    people = holders_of(SIGN_RETURN, [row])[row.pk]
    notify(to=people, subject=f"Phiếu chờ ký: {row.period.title}", url=row.get_absolute_url())


def tell_filer(row: Return, subject: str, words: str) -> None:
    """Tell those who fill a return that it came back, and why."""
    notify(to=people_to_file([row])[row.pk], subject=subject, body=words, url=row.get_absolute_url())
