"""Pages of this app."""

from hatang.systems.views.entries import add_entry, close, edit_entry, entry
from hatang.systems.views.findings import FindingList, compute, finding, terms
from hatang.systems.views.lists import EntryList
from hatang.systems.views.overview import overview, public
from hatang.systems.views.uploads import (
    discard,
    original,
    save,
    template,
    undo,
    upload,
    upload_detail,
    upload_lines,
)

__all__ = [
    "EntryList",
    "FindingList",
    "add_entry",
    "close",
    "compute",
    "discard",
    "edit_entry",
    "entry",
    "finding",
    "original",
    "overview",
    "public",
    "save",
    "template",
    "terms",
    "undo",
    "upload",
    "upload_detail",
    "upload_lines",
]
