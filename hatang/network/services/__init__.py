"""Verbs on the network register: station files, photos of masts, sharing requests, tenancies."""

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
from hatang.network.services.requests import (
    Words,
    acts_from,
    mark_overdue,
    may_ask_for,
    parties_of,
    requesters_for,
    send_request,
    take_step,
    turn_of,
)
from hatang.network.services.rules import (
    adopt_rules,
    correct_rule,
    end_rules,
    import_rules,
    may_change_rules,
    rule,
    rules_on,
)
from hatang.network.services.tenancies import add_tenancy, change_tenancy, end_tenancy, free_of, release_ended
from hatang.network.services.uploads import (
    ask_to_save,
    check_upload,
    discard_upload,
    may_upload_for,
    save_upload,
    start_upload,
)

__all__ = [
    "Words",
    "acts_from",
    "add_tenancy",
    "adopt_rules",
    "ask_to_save",
    "change_tenancy",
    "check_upload",
    "correct_rule",
    "discard_upload",
    "end_rules",
    "end_tenancy",
    "errors_file",
    "find_duplicates",
    "free_of",
    "import_rules",
    "keep_apart",
    "keep_photo",
    "mark_overdue",
    "may_ask_for",
    "may_change_rules",
    "may_decide",
    "may_propose",
    "may_upload_for",
    "merge_duplicates",
    "merged_into",
    "neighbours",
    "networks_for",
    "parties_of",
    "propose",
    "propose_list",
    "release_ended",
    "requesters_for",
    "rule",
    "rules_on",
    "save_upload",
    "send_request",
    "start_upload",
    "swap_kept",
    "take_step",
    "template_file",
    "turn_of",
    "undo_decision",
]
