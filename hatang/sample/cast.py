"""Who acts in the sample's dealings and when: the demo people of Lạng Sơn, at hours counted back from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.accounts.roles import Role
from hatang.network.models import Station
from hatang.places.models import Place

OFFICER = "canbo.langson"
OF_OPERATORS = ("doanhnghiep.a.langson", "doanhnghiep.b.langson")
SATURDAY = 5


@dataclass(frozen=True)
class Cast:
    """The officer, the people of two rival operators, and their province, on a day."""

    province: Place
    today: date
    officer: Person
    first: Person
    second: Person

    def operator_of(self, person: Person) -> Organisation:
        """Give the operator for which one of the two acts."""
        assert person.organisation is not None
        return person.organisation

    def rival_of(self, person: Person) -> Person:
        """Give the other operator's person."""
        return self.second if person == self.first else self.first

    def hour(self, days_ago: int, hour: int) -> datetime:
        """Give an hour of a day gone by; of the Friday before, where that day was at a week's end."""
        day = self.today - timedelta(days_ago)
        day -= timedelta(max(0, day.weekday() - SATURDAY + 1))
        return datetime.combine(day, time(hour), timezone.get_current_timezone())

    def now(self) -> datetime:
        """Give the present instant, or the afternoon of a today that is not the clock's."""
        now = timezone.now()
        return now if timezone.localdate(now) == self.today else self.hour(0, 17)

    def things(self, model: Any, owner: Person, *, spare: bool = True) -> list[Any]:
        """Give things of an operator that are in use, by code; those with room that the other does not use already."""
        rows = model.objects.filter(province=self.province, owner=self.operator_of(owner)).in_use(self.today)
        if spare:
            other = self.operator_of(self.rival_of(owner))
            rows = rows.filter(spare__gt=0).exclude(tenancy__tenant=other)
            if model.KEY == "mast":
                rows = rows.exclude(pk__in=Station.objects.filter(operator=other).values("mast"))
        return list(rows.select_related("owner", "commune").order_by("-offered", "code"))


def cast_of(province: Place, today: date) -> Cast:
    """Find the people who act."""
    people = Person.objects.select_related("organisation").in_bulk([OFFICER, *OF_OPERATORS], field_name="username")
    return Cast(province, today, people[OFFICER], *(people[name] for name in OF_OPERATORS))


def holder(province: Place, role: Role) -> Person:
    """Give the first person of a role in the province."""
    return Person.objects.filter(grants__role=role, grants__province=province).earliest("pk")
