"""Verbs of this app."""

from hatang.systems.services.entries import changes, close_entry, history_of, latest_change, records_of, save_entry
from hatang.systems.services.figures import cloud_origins, lines_about, lines_for, may_see, public_figures
from hatang.systems.services.finding_rules import RULES
from hatang.systems.services.findings import compute_findings, save_terms, terms_of, work_on, workers_in
from hatang.systems.services.template import HEADS, LABELS, lines_file, template_file
from hatang.systems.services.uploads import (
    ask_to_save,
    ask_to_undo,
    discard_upload,
    may_undo,
    start_upload,
    visible_upload,
)

__all__ = [
    "HEADS",
    "LABELS",
    "RULES",
    "ask_to_save",
    "ask_to_undo",
    "changes",
    "close_entry",
    "cloud_origins",
    "compute_findings",
    "discard_upload",
    "history_of",
    "latest_change",
    "lines_about",
    "lines_file",
    "lines_for",
    "may_see",
    "may_undo",
    "public_figures",
    "records_of",
    "save_entry",
    "save_terms",
    "start_upload",
    "template_file",
    "terms_of",
    "visible_upload",
    "work_on",
    "workers_in",
]
