"""Questions about things of the network: which are shared, which have room, where cables go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models import Sum as Total
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day, moment, number
from hatang.network.kinds import Kind
from hatang.network.models import LifeState
from hatang.network.narrowing import written_instant
from hatang.places.models import Place
from hatang.web.services.layer import Ask
from hatang.web.services.maps.frames import Drawn, Frame, MapView, Named, Row, Shade, Things, plain_frame
from hatang.web.services.maps.questions import NAMED
from hatang.web.services.thing_layers import OF, OTHERS, UNKNOWN, WANTED, Question, layer_key, rows_of


def things_view(asked: Question, *, province: Place, communes: Sequence[Place], ask: Ask) -> MapView:
    """Answer a question about things of the network: counted by the database, for there may be very many."""
    names = {c.pk: Named(c.full_name, "", c.lon, c.lat) for c in communes}
    told, viewer = rows_of(asked.kind, ask)
    tally = Tally.of(told, asked.kind.is_line)
    on, kind = viewer.day(ask.on), asked.kind
    seen = "" if viewer.sees_all else " bạn được xem"
    shades = [Shade(key, label, tally.classes[key].count) for key, label in classes_of(asked, tally)]
    rows = things_rows(tally, names)
    when = f"Ngày {day(on)}" + (f", theo sổ như đã ghi lúc {moment(ask.known_at)}" if ask.known_at else "")
    frame = Frame(None, things_finding(asked, tally, rows, names, when, seen), shades, rows)
    empty = f"{when}, sổ hạ tầng không có {kind.label} nào khớp{seen}."
    return MapView(
        question=asked.key,
        title=asked.title,
        names=names,
        frames=[frame if tally.all.count else plain_frame(names, empty)],
        heading=asked.heading,
        source="sổ hạ tầng",
        layer=asked.layer,
        item_noun=kind.label,
        things=Things(
            kinds=tuple(drawn(each) for each in (kind, *(OF[key] for key in asked.beside))),
            is_line=kind.is_line,
            query=ask.narrowing.query(),
            **listed(kind, province, ask),
            operators=tuple(Organisation.objects.operators().order_by("sort_key").values_list("pk", "name")),
            known_at=written_instant(ask.known_at) if ask.known_at else "",
        ),
    )


def listed(kind: Kind, province: Place, ask: Ask) -> dict[str, Any]:
    """Say where the things are listed: now on a page, as they were held at an instant in a file."""
    query = ask.narrowing.query() | ({} if ask.on == timezone.localdate() else {"ngay": ask.on.isoformat()})
    if ask.known_at is None:
        address = reverse("network:things", args=[province.code, kind])
        return {"list_url": address, "list_query": query, "list_words": f"Danh sách {kind.label}"}
    address = reverse("network:export_file", args=[province.code, kind.slug, "xlsx"])
    asked = {"tt": LifeState.IN_USE.value} | query | {"biet-luc": written_instant(ask.known_at)}
    return {"list_url": address, "list_query": asked, "list_words": f"Tải danh sách khi ấy (Excel): {kind.label}"}


def drawn(kind: Kind) -> Drawn:
    """Say how a kind is drawn and named."""
    sorts: Any = kind.model._meta.get_field(kind.sort)
    page = reverse("network:thing", args=[kind, 0])
    states = {str(state): str(words) for state, words in LifeState.choices if state != LifeState.IN_USE}
    return Drawn(layer_key(kind), kind.label, page, {str(k): str(v) for k, v in sorts.flatchoices}, states=states)


@dataclass
class Sum:
    """How many things, how long together, and whether one is simulated."""

    count: int = 0
    km: float = 0.0
    simulated: bool = False

    def add(self, count: int, km: float, simulated: bool) -> None:
        """Count more."""
        self.count, self.km, self.simulated = self.count + count, self.km + km, self.simulated or simulated


@dataclass
class Tally:
    """What was counted: in all, by class, and in each commune by class."""

    is_line: bool
    all: Sum
    classes: dict[str, Sum]
    communes: dict[int | None, dict[str, Sum]]

    @classmethod
    def of(cls, rows: QuerySet[Any], is_line: bool) -> Tally:
        """Count rows by commune and class; one query."""
        wanted: dict[str, Any] = {"count": Count("pk"), "marked": Count("pk", filter=Q(simulated=True))}
        if is_line:
            wanted["km"] = Total("length_km")
        tally = cls(is_line, Sum(), defaultdict(Sum), defaultdict(lambda: defaultdict(Sum)))
        for line in rows.order_by().values("commune_id", "shade").annotate(**wanted):
            more = (line["count"], line.get("km") or 0.0, line["marked"] > 0)
            for to in (tally.all, tally.classes[line["shade"]], tally.communes[line["commune_id"]][line["shade"]]):
                to.add(*more)
        return tally

    def words(self, sum: Sum) -> str:
        """Write a sum: of lines with their length."""
        return f"{number(sum.count)} ({number(sum.km, 1)} km)" if self.is_line else number(sum.count)


def classes_of(asked: Question, tally: Tally) -> list[tuple[str, str]]:
    """Name the classes of the legend; the unknown only where there are such."""
    lines = [(WANTED, asked.found), (OTHERS, asked.rest)]
    return [*lines, (UNKNOWN, "không rõ hoặc không thuộc quyền xem")] if tally.classes[UNKNOWN].count else lines


def things_rows(tally: Tally, names: dict[int, Named]) -> list[Row]:
    """Give each commune's row: most of what is looked for first, then by name."""
    inside = {pk: tally.communes[pk] for pk in names if pk in tally.communes}
    ranked = sorted(inside, key=lambda pk: -inside[pk][WANTED].count)
    return [things_row(pk, inside[pk], tally.is_line) for pk in ranked]


def things_row(commune: int, classes: dict[str, Sum], is_line: bool) -> Row:
    """Give one commune's row."""
    wanted, sums = classes[WANTED], list(classes.values())
    count, km = sum(s.count for s in sums), sum(s.km for s in sums)
    return Row(
        place=commune,
        figure=f"{number(wanted.count)} / {number(count)}",
        shade=WANTED if wanted.count else "",
        note=f"{number(km, 1)} km" if is_line else "",
        how="counted",
        simulated=any(s.simulated for s in sums),
    )


def things_finding(
    asked: Question, tally: Tally, rows: Sequence[Row], names: dict[int, Named], when: str, seen: str
) -> str:
    """Say how many are looked for and where most of them are."""
    total, wanted = f"{tally.words(tally.all)} {asked.kind.label}{seen}", tally.classes[WANTED]
    if not wanted.count:
        return f"{when}, không công trình nào trong {total} {asked.found}."
    most = ", ".join(f"{names[row.place].name} ({row.figure})" for row in rows[:NAMED] if row.shade)
    where = f"; nhiều nhất: {most}" if most else ""
    return f"{when}, {tally.words(wanted)} trong {total} {asked.found}{where}."
