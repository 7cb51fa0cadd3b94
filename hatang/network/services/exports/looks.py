"""How the kinds of the register look in KML and QGIS: a colour and a form for each sort."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.network.services.exports.columns import Column, Table

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f7f7f")
"""Okabe and Ito's colours, which the colour-blind tell apart."""
FORMS = {"mast": "triangle", "house": "square", "chamber": "diamond", "pole": "circle", "closure": "pentagon"}
WIDTHS_PX = {"underground": 3.0, "pole_line": 2.0, "cable": 2.5}
DASHES = {"buried": "dash", "duct": "dot"}


@dataclass(frozen=True)
class Look:
    """How one sort looks: its words, colour, and the form of a point or the width and dash of a line."""

    words: str
    colour: str
    form: str
    width_px: float
    dash: str


def sort_of(table: Table) -> Column:
    """Give the column that tells sorts apart."""
    return table.columns[table.named[table.sort]]


def look_of(table: Table) -> dict[str, Look]:
    """Give the look of each sort of a kind that has a geometry."""
    return {
        value: Look(
            words,
            COLOURS[at % len(COLOURS)],
            FORMS.get(table.key, "circle"),
            WIDTHS_PX.get(table.key, 2.0),
            DASHES.get(value, "solid"),
        )
        for at, (value, words) in enumerate(sort_of(table).choices)
    }
