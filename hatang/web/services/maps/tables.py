"""The map's table as a file to keep: the same figures, and each thing that a row counts."""

from __future__ import annotations

from typing import Any

from hatang.indicators.models import Value
from hatang.pages.lists import SIMULATED_LINE
from hatang.web.services.maps.frames import Frame, MapView, Row

HOW = dict(Value.How.choices)


def export_table(view: MapView, year: int | None) -> list[list[Any]]:
    """Give the frame of a year as lines; villages, zones or masts one by one where there are any."""
    frame = view.frame(year)
    marked = [[SIMULATED_LINE]] if frame.simulated else []
    lines = item_lines(view, frame) if frame.items else row_lines(view, frame)
    return [*marked, [view.title], [frame.finding], *lines]


def kept(row: Row) -> float | str:
    """Give a row's figure: a number where it is one, nothing where there is none."""
    if row.number is not None:
        return row.number
    return "" if row.figure == "–" else row.figure


def row_lines(view: MapView, frame: Frame) -> list[list[Any]]:
    """Give a line for each row."""
    labels = {s.key: s.label for s in frame.shades}
    heading = ["Nơi", "Thuộc", "Năm", view.heading, "Đơn vị", "Mức", "So với mục tiêu", "Cách có", "Mô phỏng"]
    lines = [
        [
            view.names[r.place].name,
            view.names[r.place].under,
            frame.year,
            kept(r),
            view.unit,
            labels.get(r.shade, ""),
            r.note,
            HOW.get(r.how, ""),
            "có" if r.simulated else "",
        ]
        for r in frame.rows
    ]
    return [heading, *lines]


def item_lines(view: MapView, frame: Frame) -> list[list[Any]]:
    """Give a line for each thing, those of the first rows first."""
    labels = {s.key: s.label for s in frame.shades}
    order = {row.place: n for n, row in enumerate(frame.rows)}
    items = sorted(frame.items, key=lambda i: (order.get(i.of, len(order)), i.shade != frame.items[0].shade))
    marks = {row.place: "có" if row.simulated else "" for row in frame.rows}
    lines = [[view.names[i.of].name, i.name, labels.get(i.shade, ""), i.note, marks.get(i.of, "")] for i in items]
    return [["Xã, phường", view.item_noun.capitalize(), "Tình trạng", "Ghi chú", "Mô phỏng"], *lines]
