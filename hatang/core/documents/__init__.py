"""Documents as people send them, read safely into lines: DOCX, PDF with text, HTML and plain text."""

from hatang.core.documents.faults import DocumentError
from hatang.core.documents.opening import Document, read_document

__all__ = ["Document", "DocumentError", "read_document"]
