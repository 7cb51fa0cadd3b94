"""Bodies that a statement names: those chosen among the known ones, and names that are to be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day
from hatang.pages.choices import RowsField
from hatang.places.models import Place

Party = dict[str, Any]


class BodiesField(RowsField):
    """A choice of several bodies in which one that is gone says so."""

    def label_from_instance(self, obj: Any) -> str:
        return body_label(obj)


def body_label(body: Organisation) -> str:
    """Name a body; one that is gone says so, since its successor often bears the same name."""
    return f"{body.name} (đến hết {day(body.valid_to)})" if body.valid_to else body.name


def bodies_to_choose(territory: Place | int) -> QuerySet[Organisation]:
    """Give the bodies that a document of the territory may name."""
    here = Q(province=territory) | Q(province=None)
    return Organisation.objects.filter(here).order_by("sort_key", "pk")


def add_party_fields(fields: dict[str, forms.Field], name: str, label: str, bodies: QuerySet[Organisation]) -> None:
    """Give a form the three fields in which the bodies of one role are said."""
    fields[name] = BodiesField(queryset=bodies, label=label, required=False)
    fields[f"{name}_names"] = forms.CharField(
        label="Tên chưa có trong danh bạ",
        required=False,
        max_length=2000,
        help_text="Mỗi dòng một tên.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    fields[f"{name}_new"] = forms.BooleanField(label="Tạo mới các tên này khi công bố", required=False)


def party_initial(name: str, parties: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Spread parties over the three fields."""
    listed = list(parties)
    unknown = [p for p in listed if not p["id"]]
    return {
        name: [p["id"] for p in listed if p["id"]],
        f"{name}_names": "\n".join(p["name"] for p in unknown),
        f"{name}_new": any(p["new"] for p in unknown),
    }


def party_facts(name: str, cleaned: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> list[Party]:
    """Gather parties from the three fields; one that stays keeps its printed name and who answers for it today."""
    kept = {p["id"]: dict(p) for p in before if p["id"]}
    known = [kept.get(body.pk) or _party(body.name, body) for body in cleaned[name]]
    known.sort(key=lambda p: list(kept).index(p["id"]) if p["id"] in kept else len(kept))
    names = [line.strip() for line in cleaned[f"{name}_names"].splitlines() if line.strip()]
    return known + [_party(line[:300], None) | {"new": cleaned[f"{name}_new"]} for line in names]


def _party(name: str, body: Organisation | None) -> Party:
    known = {"id": body.pk, "known_as": body.name} if body else {"id": None, "known_as": ""}
    return {"name": name, **known, "today": "", "new": False}
