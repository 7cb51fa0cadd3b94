"""What may be typed or uploaded: the same fields clean a page's form and a file's rows."""

from hatang.network.forms.exports import ExportForm
from hatang.network.forms.proposals import MastProposalForm, ProposalFileForm, ProposalForm, RouteProposalForm
from hatang.network.forms.reports import AddedForm, AnswerForm, ReportForm
from hatang.network.forms.requests import EndTenancyForm, NewTenancyForm, RequestForm, StepForm, TermsForm
from hatang.network.forms.rules import AdoptForm, EndForm, RuleForm
from hatang.network.forms.services import CellForm, StationForm, TenancyForm
from hatang.network.forms.things import FORMS, MastForm, ThingForm, position_fault, spare_fault
from hatang.network.forms.uploads import PhotoForm, ReadingForm, UploadForm
from hatang.network.forms.works import BuildingForm, CheckForm, InterestForm, JointWorkForm, SiteForm, WorkFileForm
from hatang.pages.fields import CodeField, choose

__all__ = [
    "FORMS",
    "AddedForm",
    "AdoptForm",
    "AnswerForm",
    "BuildingForm",
    "CellForm",
    "CheckForm",
    "CodeField",
    "EndForm",
    "EndTenancyForm",
    "ExportForm",
    "InterestForm",
    "JointWorkForm",
    "MastForm",
    "MastProposalForm",
    "NewTenancyForm",
    "PhotoForm",
    "ProposalFileForm",
    "ProposalForm",
    "ReadingForm",
    "ReportForm",
    "RequestForm",
    "RouteProposalForm",
    "RuleForm",
    "SiteForm",
    "StationForm",
    "StepForm",
    "TenancyForm",
    "TermsForm",
    "ThingForm",
    "UploadForm",
    "WorkFileForm",
    "choose",
    "position_fault",
    "spare_fault",
]
