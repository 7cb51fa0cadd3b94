"""Questions about what other sectors build and which public sites are on offer, counted by commune."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from django.urls import reverse

from hatang.core.vietnamese import day, number
from hatang.places.models import Boundary, Place
from hatang.web.services.layer import Ask
from hatang.web.services.maps.frames import Drawn, Frame, MapView, Named, Row, Things, counted, plain_frame
from hatang.web.services.maps.questions import NAMED
from hatang.web.services.thing_layers import OTHERS, UNKNOWN, WANTED
from hatang.web.services.work_layers import SHAPES, WORKS, Announced

Communes = list[list[int]]


def announced_view(asked: Announced, *, province: Place, communes: Sequence[Place], ask: Ask) -> MapView:
    """Answer a question about announced rows; a work counts in each commune that it touches."""
    names = {c.pk: Named(c.full_name, "", c.lon, c.lat) for c in communes}
    rows = list(asked.rows(ask).order_by("pk"))
    inside = communes_touched(rows, names) if asked is WORKS else [[row.commune_id] for row in rows]
    labels = {shade: words for shade, words in asked.classes.items() if shade != UNKNOWN}
    shades = counted(list(labels), list(labels.values()), [r.shade for r in rows], unknown=asked.classes[UNKNOWN])
    lines = commune_rows(rows, inside, names)
    frame = Frame(None, finding(asked, rows, lines, names, ask), shades, lines)
    empty = f"Ngày {day(ask.on)}, không có {asked.noun} nào khớp."
    return MapView(
        question=asked.key,
        title=asked.title,
        names=names,
        frames=[frame if rows else plain_frame(names, empty)],
        heading=asked.heading,
        source="danh sách công khai của tỉnh",
        layer=asked.layer,
        item_noun=asked.noun,
        things=Things(
            kinds=tuple(drawn(asked, layer) for layer in (asked.layer, *asked.beside)),
            is_line=False,
            query=ask.narrowing.query(),
            list_url=reverse(asked.list_page, args=[province.code]),
            list_query=list_query(ask, asked),
            list_words=f"Danh sách {asked.noun}",
            operators=(),
            list_of_commune=False,
        ),
    )


def list_query(ask: Ask, asked: Announced) -> dict[str, str]:
    """Ask the list for what the map shows, as far as it can be asked: past ones are with it or not."""
    sort = {"loai": ask.narrowing.sort} if ask.narrowing.sort else {}
    return sort | ({"ca-cu": "1"} if ask.narrowing.stage not in ("", *asked.shown) else {})


def drawn(asked: Announced, layer: str) -> Drawn:
    """Say how a layer of the question is drawn and named."""
    kinds: Any = asked.model._meta.get_field("kind")
    return Drawn(
        layer,
        asked.noun,
        reverse(asked.page, args=[0]),
        {str(key): str(words) for key, words in kinds.flatchoices},
        holder=asked.holder,
        states=asked.stages,
        page_words="Trang của công trình" if asked is WORKS else "Trang của địa điểm",
        is_shape=layer == SHAPES,
    )


def communes_touched(rows: Sequence[Any], communes: Iterable[int]) -> Communes:
    """Give for each work the communes whose boundary it touches; one query."""
    drawn = list(Boundary.objects.current().filter(place__in=list(communes)).values_list("place", "geometry"))
    found: Communes = [[] for _ in rows]
    if not drawn or not rows:
        return found
    tree = shapely.STRtree([shapely.from_wkb(bytes(geometry.wkb)) for _, geometry in drawn])
    works = [shapely.from_wkb(bytes(row.shape.wkb)) for row in rows]
    for work, nth in tree.query(works, predicate="intersects").T.tolist():
        found[work].append(drawn[nth][0])
    return found


def commune_rows(rows: Sequence[Any], inside: Communes, names: dict[int, Named]) -> list[Row]:
    """Count in each commune; most of what is looked for first, then by name."""
    wanted, total, marked = Counter[int](), Counter[int](), set[int]()
    for row, communes in zip(rows, inside, strict=True):
        total.update(communes)
        wanted.update(communes if row.shade == WANTED else ())
        marked.update(communes if row.simulated else ())
    lines = [
        Row(
            place=pk,
            figure=f"{number(wanted[pk])} / {number(total[pk])}",
            shade=WANTED if wanted[pk] else "",
            how="counted",
            simulated=pk in marked,
        )
        for pk in names
        if total[pk]
    ]
    return sorted(lines, key=lambda line: -wanted[line.place])


def finding(asked: Announced, rows: Sequence[Any], lines: Sequence[Row], names: dict[int, Named], ask: Ask) -> str:
    """Say how many there are, of which class, and where most of them are."""
    counts = Counter(row.shade for row in rows)
    told = ", ".join(f"{number(counts[s])} {asked.classes[s]}" for s in (WANTED, OTHERS, UNKNOWN) if counts[s])
    most = ", ".join(f"{names[line.place].name} ({line.figure})" for line in lines[:NAMED] if line.shade)
    return f"Ngày {day(ask.on)}, có {number(len(rows))} {asked.noun}: {told}" + (
        f"; nhiều nhất: {most}." if most else "."
    )
