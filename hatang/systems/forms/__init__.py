"""What may be typed or uploaded."""

from hatang.systems.forms.entries import FORMS, EntryForm, Find, RowField
from hatang.systems.forms.findings import FindingForm, TermsForm
from hatang.systems.forms.uploads import CloseForm, SystemsUploadForm

__all__ = ["FORMS", "CloseForm", "EntryForm", "Find", "FindingForm", "RowField", "SystemsUploadForm", "TermsForm"]
