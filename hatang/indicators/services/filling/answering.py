"""What became of typed changes, as the page's script and other machines read it."""

from __future__ import annotations

from typing import Any

from hatang.core.vietnamese import moment
from hatang.indicators.services.filling.saving import Conflict, Saved, contents
from hatang.indicators.services.return_forms import lacking


def answer_of(saved: Saved) -> dict[str, Any]:
    """Write what became of some changes."""
    return {
        "cells": [
            {
                "item": cell.item.code,
                "place": cell.place_id,
                "revision": cell.revision,
                "typed": contents(cell),
                "lacking": lacking(cell.item, cell.place, cell),
            }
            for cell in saved.cells
        ],
        "conflicts": [conflict_words(conflict) for conflict in saved.conflicts],
        "faults": [{"item": f.change.item, "place": f.change.place, "message": f.message} for f in saved.faults],
    }


def conflict_words(conflict: Conflict) -> dict[str, Any]:
    """Write what stands in a cell that two people changed at once, and who wrote it when."""
    cell = conflict.cell
    return {
        "item": conflict.change.item,
        "place": conflict.change.place,
        "revision": cell.revision,
        "typed": contents(cell),
        "by": str(cell.changed_by or "người khác"),
        "at": moment(cell.changed_at) if cell.changed_at else "",
    }


def status_of(saved: Saved) -> int:
    """Give the status that tells it: 200 when all was taken, 409 where somebody was quicker, 422 where not readable."""
    return 409 if saved.conflicts else 422 if saved.faults else 200
