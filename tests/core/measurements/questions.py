"""What the two engines are asked in turn, word for word the same."""

from __future__ import annotations

from collections.abc import Callable

import ibis.expr.types as ir

from hatang.core.measurements.statistics import speed_quantiles, speed_statistics

QUESTIONS: dict[str, Callable[[ir.Table], ir.Table]] = {
    "communes": lambda rows: speed_statistics(rows, by=["commune", "month"], value="download_mbps"),
    "whole": lambda rows: speed_statistics(rows, by=[], value="min_rtt_ms", steps=(), above=()),
    "nothing": lambda rows: speed_statistics(rows.filter(rows.id == ""), by=[], value="download_mbps"),
    "cells": lambda rows: speed_quantiles(rows, by=["cell", "operator"], value="download_mbps"),
    "rows": lambda rows: rows.group_by("load").aggregate(n=rows.count(), levels=rows.level_dbm.count()),
}
