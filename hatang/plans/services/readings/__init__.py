"""From a plan's document to a plan: read by the machine, looked through by an officer, published."""

from hatang.plans.services.readings.access import GONE, TOO_LATE, may_read_plans
from hatang.plans.services.readings.acts import (
    ChangedMeanwhileError,
    add,
    choose_against,
    confirm,
    correct,
    correct_head,
    head_stamp_of,
    make_missing_bodies,
    merge,
    reject,
    restore,
    retype,
    split,
    stamp_of,
)
from hatang.plans.services.readings.arriving import DOCUMENT_KINDS, discard_reading, keep_read, start_reading
from hatang.plans.services.readings.comparing import Comparison, Difference, Line, compare
from hatang.plans.services.readings.paper import Mark, Paragraph, document_of, marks_of, paragraphs_of
from hatang.plans.services.readings.problems import publishing_problems
from hatang.plans.services.readings.publishing import may_withdraw, publish_reading, withdraw_plan
from hatang.plans.services.readings.recording import redo, undo
from hatang.plans.services.readings.standing import (
    Problem,
    goes_in,
    published_rows,
)

__all__ = [
    "DOCUMENT_KINDS",
    "GONE",
    "TOO_LATE",
    "ChangedMeanwhileError",
    "Comparison",
    "Difference",
    "Line",
    "Mark",
    "Paragraph",
    "Problem",
    "add",
    "choose_against",
    "compare",
    "confirm",
    "correct",
    "correct_head",
    "discard_reading",
    "document_of",
    "goes_in",
    "head_stamp_of",
    "keep_read",
    "make_missing_bodies",
    "marks_of",
    "may_read_plans",
    "may_withdraw",
    "merge",
    "paragraphs_of",
    "publish_reading",
    "published_rows",
    "publishing_problems",
    "redo",
    "reject",
    "restore",
    "retype",
    "split",
    "stamp_of",
    "start_reading",
    "undo",
    "withdraw_plan",
]
