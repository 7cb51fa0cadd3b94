"""Pages of the network register."""

from hatang.network.views.duplicates import DuplicateList, duplicate, duplicate_act, duplicates_find
from hatang.network.views.exports import export, export_file, export_result
from hatang.network.views.lists import MastList, StationList
from hatang.network.views.proposals import (
    ProposalList,
    proposal,
    proposal_new,
    proposal_template,
    proposal_upload,
)
from hatang.network.views.requests import RequestList, request_act, request_document, request_new, sharing_request
from hatang.network.views.rules import rule_edit, rules, rules_adopt, rules_end
from hatang.network.views.sharing import SharingThings, sharing
from hatang.network.views.tenancies import TenancyList, tenancy, tenancy_edit, tenancy_end, tenancy_new
from hatang.network.views.things import edit_mast, edit_station, mast, photo
from hatang.network.views.uploads import (
    detail,
    discard,
    errors,
    forget,
    original,
    read_again,
    save,
    template,
    undo,
    upload,
)

__all__ = [
    "DuplicateList",
    "MastList",
    "ProposalList",
    "RequestList",
    "SharingThings",
    "StationList",
    "TenancyList",
    "detail",
    "discard",
    "duplicate",
    "duplicate_act",
    "duplicates_find",
    "edit_mast",
    "edit_station",
    "errors",
    "export",
    "export_file",
    "export_result",
    "forget",
    "mast",
    "original",
    "photo",
    "proposal",
    "proposal_new",
    "proposal_template",
    "proposal_upload",
    "read_again",
    "request_act",
    "request_document",
    "request_new",
    "rule_edit",
    "rules",
    "rules_adopt",
    "rules_end",
    "save",
    "sharing",
    "sharing_request",
    "template",
    "tenancy",
    "tenancy_edit",
    "tenancy_end",
    "tenancy_new",
    "undo",
    "upload",
]
