"""Verbs on plans: read them from files, say how their targets stand and what happened to their tasks."""

from hatang.plans.services import readings
from hatang.plans.services.finding import finding
from hatang.plans.services.foresight import Foreseen, early_finding, foresee
from hatang.plans.services.importing import PlansRead, import_plans
from hatang.plans.services.overview import standing_of_provinces
from hatang.plans.services.progress import TargetProgress, governing_only, progress_of
from hatang.plans.services.reporting import report_years
from hatang.plans.services.tasks import TaskChange, task_changes

__all__ = [
    "Foreseen",
    "PlansRead",
    "TargetProgress",
    "TaskChange",
    "early_finding",
    "finding",
    "foresee",
    "governing_only",
    "import_plans",
    "progress_of",
    "readings",
    "report_years",
    "standing_of_provinces",
    "task_changes",
]
