"""What may be typed or uploaded: files to compare, documents to sign, certificates."""

from hatang.utilities.forms.documents import CertificateForm, DocumentForm, RevokeForm, VerifyForm
from hatang.utilities.forms.log import MOST_CHECKED_BYTES, CheckForm

__all__ = ["MOST_CHECKED_BYTES", "CertificateForm", "CheckForm", "DocumentForm", "RevokeForm", "VerifyForm"]
