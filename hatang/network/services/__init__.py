"""Verbs on the network register: check a station file, save it, give it up; keep a mast's photo."""

from hatang.network.services.files import errors_file, template_file
from hatang.network.services.masts import keep_photo, neighbours
from hatang.network.services.uploads import (
    ask_to_save,
    check_upload,
    discard_upload,
    may_upload_for,
    save_upload,
    start_upload,
)

__all__ = [
    "ask_to_save",
    "check_upload",
    "discard_upload",
    "errors_file",
    "keep_photo",
    "may_upload_for",
    "neighbours",
    "save_upload",
    "start_upload",
    "template_file",
]
