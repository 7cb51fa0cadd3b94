"""Verbs on the network register: check a station file, save it, give it up; keep a mast's photo."""

from hatang.network.services.duplicates import (
    find_duplicates,
    keep_apart,
    may_decide,
    merge_duplicates,
    merged_into,
    swap_kept,
    undo_decision,
)
from hatang.network.services.files import errors_file, template_file
from hatang.network.services.masts import keep_photo, neighbours
from hatang.network.services.proposals import may_propose, networks_for, propose, propose_list
from hatang.network.services.rules import (
    adopt_rules,
    correct_rule,
    end_rules,
    import_rules,
    may_change_rules,
    rule,
    rules_on,
)
from hatang.network.services.uploads import (
    ask_to_save,
    check_upload,
    discard_upload,
    may_upload_for,
    save_upload,
    start_upload,
)

__all__ = [
    "adopt_rules",
    "ask_to_save",
    "check_upload",
    "correct_rule",
    "discard_upload",
    "end_rules",
    "errors_file",
    "find_duplicates",
    "import_rules",
    "keep_apart",
    "keep_photo",
    "may_change_rules",
    "may_decide",
    "may_propose",
    "may_upload_for",
    "merge_duplicates",
    "merged_into",
    "neighbours",
    "networks_for",
    "propose",
    "propose_list",
    "rule",
    "rules_on",
    "save_upload",
    "start_upload",
    "swap_kept",
    "template_file",
    "undo_decision",
]
