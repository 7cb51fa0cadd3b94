"""Forms of returns as data: how typed answers are read, how forms are composed, versions, workbooks."""

from hatang.indicators.services.return_forms.comparing import Difference, count_words, differences
from hatang.indicators.services.return_forms.composing import (
    discard_draft,
    faults_of,
    move_item,
    open_draft,
    publish_version,
    remove_check,
    remove_item,
    retire_form,
    save_check,
    save_item,
    start_form,
)
from hatang.indicators.services.return_forms.entry import (
    Answer,
    as_typed,
    denominator_at,
    joined,
    lacking,
    parted,
    read_answer,
    residents_of,
    typed_of,
    with_denominators,
)
from hatang.indicators.services.return_forms.filled import Fault, FilledCell, Read, read_filled
from hatang.indicators.services.return_forms.shipped import Shipped, adopt_shipped, shipped_forms
from hatang.indicators.services.return_forms.trying import Tried, places_to_try, sample_return, try_version
from hatang.indicators.services.return_forms.workbooks import choices_of, template_of, way_of

__all__ = [
    "Answer",
    "Difference",
    "Fault",
    "FilledCell",
    "Read",
    "Shipped",
    "Tried",
    "adopt_shipped",
    "as_typed",
    "choices_of",
    "count_words",
    "denominator_at",
    "differences",
    "discard_draft",
    "faults_of",
    "joined",
    "lacking",
    "move_item",
    "open_draft",
    "parted",
    "places_to_try",
    "publish_version",
    "read_answer",
    "read_filled",
    "remove_check",
    "remove_item",
    "residents_of",
    "retire_form",
    "sample_return",
    "save_check",
    "save_item",
    "shipped_forms",
    "start_form",
    "template_of",
    "try_version",
    "typed_of",
    "way_of",
    "with_denominators",
]
