"""Indicators, the forms and returns that ask for them, their values, programmes, index sets, saved views."""

from hatang.indicators.models.definitions import Component, FormulaChoice, Indicator, IndicatorSet
from hatang.indicators.models.programmes import (
    Assessment,
    Beneficiaries,
    Criterion,
    IndexGroup,
    IndexSet,
    Mark,
    Programme,
)
from hatang.indicators.models.publications import PUBLISH, Publication, PublicationQuerySet
from hatang.indicators.models.return_forms import (
    CHANGE_FORM,
    FormCheck,
    FormItem,
    FormVersion,
    ReturnForm,
    ReturnFormQuerySet,
)
from hatang.indicators.models.returns import (
    APPROVE_RETURN,
    CHECK_RETURN,
    FILE_RETURN,
    SEE_RETURN,
    SIGN_RETURN,
    CellNote,
    Finding,
    Period,
    PeriodQuerySet,
    Return,
    ReturnCell,
    ReturnQuerySet,
    ReturnStep,
)
from hatang.indicators.models.saved_views import QUERY_TABLES, SavedView, SavedViewQuerySet
from hatang.indicators.models.values import Value, ValueQuerySet

__all__ = [
    "APPROVE_RETURN",
    "CHANGE_FORM",
    "CHECK_RETURN",
    "FILE_RETURN",
    "PUBLISH",
    "QUERY_TABLES",
    "SEE_RETURN",
    "SIGN_RETURN",
    "Assessment",
    "Beneficiaries",
    "CellNote",
    "Component",
    "Criterion",
    "Finding",
    "FormCheck",
    "FormItem",
    "FormVersion",
    "FormulaChoice",
    "IndexGroup",
    "IndexSet",
    "Indicator",
    "IndicatorSet",
    "Mark",
    "Period",
    "PeriodQuerySet",
    "Programme",
    "Publication",
    "PublicationQuerySet",
    "Return",
    "ReturnCell",
    "ReturnForm",
    "ReturnFormQuerySet",
    "ReturnQuerySet",
    "ReturnStep",
    "SavedView",
    "SavedViewQuerySet",
    "Value",
    "ValueQuerySet",
]
