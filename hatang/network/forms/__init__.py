"""What may be typed or uploaded: the same fields clean a page's form and a file's rows."""

from hatang.network.forms.exports import ExportForm
from hatang.network.forms.fields import CodeField, choose
from hatang.network.forms.proposals import MastProposalForm, ProposalFileForm, ProposalForm, RouteProposalForm
from hatang.network.forms.requests import EndTenancyForm, NewTenancyForm, RequestForm, StepForm, TermsForm
from hatang.network.forms.rules import AdoptForm, EndForm, RuleForm
from hatang.network.forms.services import CellForm, StationForm, TenancyForm
from hatang.network.forms.things import FORMS, MastForm, ThingForm, dates_fault, position_fault, spare_fault
from hatang.network.forms.uploads import PhotoForm, ReadingForm, UploadForm

__all__ = [
    "FORMS",
    "AdoptForm",
    "CellForm",
    "CodeField",
    "EndForm",
    "EndTenancyForm",
    "ExportForm",
    "MastForm",
    "MastProposalForm",
    "NewTenancyForm",
    "PhotoForm",
    "ProposalFileForm",
    "ProposalForm",
    "ReadingForm",
    "RequestForm",
    "RouteProposalForm",
    "RuleForm",
    "StationForm",
    "StepForm",
    "TenancyForm",
    "TermsForm",
    "ThingForm",
    "UploadForm",
    "choose",
    "dates_fault",
    "position_fault",
    "spare_fault",
]
