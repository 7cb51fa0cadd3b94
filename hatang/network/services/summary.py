"""What the check of a file comes to: counts, a map, and each line of the verdict as it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import shapely
from django.db.models import Model
from openpyxl.utils import get_column_letter

from hatang.core.vector_files.faults import Choice
from hatang.core.vietnamese import number
from hatang.network.models import RegisterUpload, UploadLine
from hatang.network.services.check import ORDER, Outcome, error_of
from hatang.network.services.cleaning import Line
from hatang.network.services.layouts import SHAPE, noun_of
from hatang.network.services.reading import Book

Kind = UploadLine.Kind
LINES_KEPT = 20_000
"""Lines kept of each kind but the changed fields, which are kept all."""
DRAWN = 3_000
"""Things drawn of each state; a map of more shows no more."""
TOLERANCE_DEG = 0.0003


def summary_of(book: Book, outcome: Outcome, zones: tuple[Choice, ...]) -> dict[str, Any]:
    """Give what the page shows and what a saving compares with."""
    counts = [counted(outcome, model) for model in ORDER if model in outcome.drafts]
    sums = {name: sum(c[name] for c in counts) for name in ("added", "changed", "unchanged", "missing")}
    wrong = outcome.wrong
    return {
        "counts": counts,
        **sums,
        "will": in_words(counts),
        "rows": len(outcome.lines),
        "wrong": len(wrong),
        "faults": sum(len(line.faults) for line in wrong),
        "changes": len(outcome.changes),
        "doubts": sum(len(line.doubts) for line in outcome.lines),
        "simulated": outcome.simulated,
        "sheets": [sheet_facts(sheet, wrong) for sheet in book.sheets],
        "unsaid": book.unsaid,
        "notes": [*book.notes, *shifted(wrong, outcome.lines)],
        "headings": [sheet.headings() for sheet in book.sheets],
        "zones": [[choice.value, choice.label] for choice in zones],
        "map": drawn(outcome),
        "fingerprint": outcome.fingerprint(),
    }


def in_words(counts: list[dict[str, Any]]) -> str:
    """Say what a file adds and changes, kind by kind; empty where it does neither."""
    told = []
    for verb, name in (("thêm", "added"), ("sửa", "changed")):
        parts = [f"{number(c[name])} {c['label'][0].lower()}{c['label'][1:]}" for c in counts if c[name]]
        told += [f"{verb} {', '.join(parts)}"] if parts else []
    return "; ".join(told)


def counted(outcome: Outcome, model: type[Model]) -> dict[str, Any]:
    """Count what a file does to one model."""
    return {
        "model": model._meta.model_name,
        "label": noun_of(model),
        "added": len(outcome.added.get(model, [])),
        "changed": len(outcome.changed.get(model, [])),
        "unchanged": outcome.unchanged[model],
        "missing": len(outcome.missing.get(model, [])),
    }


def sheet_facts(sheet: Any, wrong: list[Line]) -> dict[str, Any]:
    """Give what is said of one sheet."""
    return {
        "name": sheet.name,
        "layout": sheet.layout.slug,
        "title": sheet.layout.title,
        "rows": len(sheet.table.rows),
        "wrong": sum(1 for line in wrong if line.sheet is sheet),
        "ignored": sheet.ignored[:50],
    }


def shifted(wrong: list[Line], lines: list[Line]) -> list[str]:
    """Say that columns may have moved: most rows of a sheet are wrong in several cells at once."""
    told = []
    for sheet in {id(line.sheet): line.sheet for line in wrong}.values():
        of_sheet = sum(1 for line in lines if line.sheet is sheet)
        often = [line for line in wrong if line.sheet is sheet and len({key for key, _, _ in line.faults}) >= 3]
        if len(often) * 2 > of_sheet:
            told.append(
                f"Trang “{sheet.name}”: hầu hết các dòng sai ở nhiều ô cùng lúc; có lẽ các giá trị bị lệch một cột so "
                "với tiêu đề, hoặc tiêu đề bị nhầm."
            )
    return told


# Lines


def lines_of(upload: RegisterUpload, outcome: Outcome) -> Iterator[UploadLine]:
    """Give the lines of a verdict as they are kept."""
    wrong = (cell_line(upload, Kind.WRONG, line, fault) for line in outcome.wrong for fault in line.faults)
    yield from islice(wrong, LINES_KEPT)
    for change in outcome.changes:
        yield UploadLine(
            upload=upload,
            kind=Kind.CHANGED,
            sheet=change.sheet[:100],
            row=change.row,
            subject=change.subject[:200],
            heading=change.heading[:200],
            before=change.before[:300],
            after=change.after[:300],
        )
    doubts = (cell_line(upload, Kind.DOUBT, line, (*doubt, "")) for line in outcome.lines for doubt in line.doubts)
    yield from islice(doubts, LINES_KEPT)
    missing = (
        UploadLine(upload=upload, kind=Kind.MISSING, heading=str(model._meta.verbose_name), subject=name[:200])
        for model in ORDER
        for name in outcome.missing.get(model, [])
    )
    yield from islice(missing, LINES_KEPT)


def cell_line(upload: RegisterUpload, kind: str, line: Line, fault: tuple[str, str, str]) -> UploadLine:
    """Give what is said of one cell."""
    error = error_of(line, fault)
    return UploadLine(
        upload=upload,
        kind=kind,
        sheet=error["sheet"][:100],
        row=error["row"],
        column="" if error["place"] is None else get_column_letter(error["place"] + 1),
        heading=error["heading"][:200],
        before=error["value"][:300],
        wrong=error["wrong"],
        right=error["right"],
    )


# The map


def drawn(outcome: Outcome) -> dict[str, Any]:
    """Give what a file adds and changes, and where it is wrong, as GeoJSON with the state of each."""
    features = []
    for state, rows in (("changed", outcome.changed), ("added", outcome.added)):
        things = (row for model in ORDER for row in rows.get(model, []) if has_place(row))
        features += [feature(row, state, str(row)) for row in islice(things, DRAWN)]
    wrong = (line for line in outcome.wrong if has_place(line))
    features += [feature(line, "wrong", f"{line.sheet.name}, dòng {line.number}") for line in islice(wrong, DRAWN)]
    return {"type": "FeatureCollection", "features": features}


def has_place(row: Any) -> bool:
    """Tell whether a thing, or a line of a file, says where it lies."""
    if isinstance(row, Line):
        return SHAPE in row.values or {"lon", "lat"} <= row.values.keys()
    return hasattr(row, "path") or hasattr(row, "lon")


def feature(row: Any, state: str, name: str) -> dict[str, Any]:
    """Draw one thing."""
    said = row.values if isinstance(row, Line) else row
    path = said.get(SHAPE) if isinstance(row, Line) else getattr(row, SHAPE, None)
    geometry: dict[str, Any]
    if path is not None:
        line = shapely.simplify(shapely.linestrings(path.coords), TOLERANCE_DEG)
        geometry = {"type": "LineString", "coordinates": [[round(x, 5), round(y, 5)] for x, y in line.coords]}
    else:
        lon, lat = (said["lon"], said["lat"]) if isinstance(row, Line) else (row.lon, row.lat)
        geometry = {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]}
    return {"type": "Feature", "geometry": geometry, "properties": {"state": state, "name": name}}
