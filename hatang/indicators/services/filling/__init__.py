"""Filling a return: what its page shows, and how answers are saved as they are typed."""

from hatang.indicators.services.filling.answering import answer_of, status_of
from hatang.indicators.services.filling.evidence import Held, attach_evidence, evidence_in, held_by, remove_evidence
from hatang.indicators.services.filling.files import Preview, chosen, preview_file
from hatang.indicators.services.filling.reading import (
    Line,
    Section,
    answered_by_place,
    due_words,
    items_of,
    lines_of,
    read_words,
    rows_address,
    sections,
)
from hatang.indicators.services.filling.saving import (
    LOCKED,
    Change,
    Conflict,
    Fault,
    Saved,
    contents,
    may_fill,
    save_cells,
)

__all__ = [
    "LOCKED",
    "Change",
    "Conflict",
    "Fault",
    "Held",
    "Line",
    "Preview",
    "Saved",
    "Section",
    "answer_of",
    "answered_by_place",
    "attach_evidence",
    "chosen",
    "contents",
    "due_words",
    "evidence_in",
    "held_by",
    "items_of",
    "lines_of",
    "may_fill",
    "preview_file",
    "read_words",
    "remove_evidence",
    "rows_address",
    "save_cells",
    "sections",
    "status_of",
]
