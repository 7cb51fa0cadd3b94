"""How each figure is computed: one named formula each, which the page behind a figure reads too.

A formula says, as data, which rows are looked at, what each adds to the denominator and to the numerator, and in which
commune it lies. `measure` adds them up in one query; the page behind a figure lists the very same rows. `registers`
holds those that count what the registers of networks hold, `systems` those of systems, clouds and links, `served` those
that read who is served, `measured` those that read statistics of speed tests.
"""

from hatang.indicators.formulas import measured, registers, served, systems
from hatang.indicators.formulas.table import FORMULAS, Figure, Formula, Given, Group, Sums, measure, total, variants

__all__ = [
    "FORMULAS",
    "Figure",
    "Formula",
    "Given",
    "Group",
    "Sums",
    "measure",
    "measured",
    "registers",
    "served",
    "systems",
    "total",
    "variants",
]
