"""Lists of which some rows are chosen by boxes, for an act on them together; works without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.network.models import Technology
from hatang.pages.lists import ListPage, whole_number
from hatang.places.models import Place

CHOSEN = "chon"


class PickList(LoginRequiredMixin, ListPage):
    """A list within a province with a box before each row that may be chosen."""

    template = "coverage/pick_list.html"
    province: Place
    picking = False
    """Whether this person may choose rows."""

    def may_pick(self, row: Any) -> bool:
        """Tell whether a row may be chosen."""
        raise NotImplementedError

    def cells(self, rows: Iterable[Any]) -> list[list[dict[str, Any]]]:
        """Give each row's cells, before them the key for its box."""
        kept = list(rows)
        table = super().cells(kept)
        if not self.picking:
            return table
        return [
            [{"box": True, "pick": row.pk if self.may_pick(row) else "", "name": str(row)}, *line]
            for row, line in zip(kept, table, strict=True)
        ]

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province and the day."""
        return f"{self.title} {self.province} {timezone.localdate():%Y-%m-%d}"

    def filters(self) -> dict[str, Any]:
        """Give what the filters offer: communes, operators, technologies."""
        communes = Place.objects.communes().filter(province=self.province).in_force(timezone.localdate())
        return {
            "communes": communes.order_by("sort_key").values_list("pk", "name"),
            "operators": Organisation.objects.operators().order_by("sort_key").values_list("pk", "name"),
            "technologies": Technology.values,
        }


def narrowed(rows: Any, request: HttpRequest) -> Any:
    """Apply the filters that lists of services have in common: commune, operator, technology."""
    asked = {
        "place__parent": whole_number(request.GET.get("xa", ""), 14),
        "operator": whole_number(request.GET.get("dn", ""), 14),
        "technology": request.GET.get("cn") if request.GET.get("cn") in Technology.values else None,
    }
    return rows.filter(**{name: value for name, value in asked.items() if value})
