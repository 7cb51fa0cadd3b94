"""What may be typed about tasks, and about what was read out of a plan's document."""

from hatang.plans.forms.reading import (
    FORMS,
    BaselineFactsForm,
    BasisFactsForm,
    BodyFactsForm,
    DutyFactsForm,
    FactsForm,
    HeadFactsForm,
    TargetFactsForm,
    TaskFactsForm,
    UploadForm,
)
from hatang.plans.forms.tasks import AmountField, BodyField, ProgressForm, TaskForm

__all__ = [
    "FORMS",
    "AmountField",
    "BaselineFactsForm",
    "BasisFactsForm",
    "BodyFactsForm",
    "BodyField",
    "DutyFactsForm",
    "FactsForm",
    "HeadFactsForm",
    "ProgressForm",
    "TargetFactsForm",
    "TaskFactsForm",
    "TaskForm",
    "UploadForm",
]
