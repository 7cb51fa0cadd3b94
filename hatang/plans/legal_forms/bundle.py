"""All the forms in one archive, each as a workbook and as a document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

from hatang.plans.legal_forms import docx, xlsx
from hatang.plans.legal_forms.docx import forms_docx
from hatang.plans.legal_forms.filling import Filled, file_name
from hatang.plans.legal_forms.xlsx import forms_xlsx

EARLIEST = (1980, 1, 1, 0, 0, 0)


def forms_zip(filled: Sequence[Filled]) -> bytes:
    """Give the archive; its files bear no time of their own, so that the same register gives the same list."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in filled:
            for kind in ("xlsx", "docx"):
                member = zipfile.ZipInfo(file_name([one], kind), EARLIEST)
                archive.writestr(member, WRITERS[kind][0]([one]), zipfile.ZIP_STORED)
    return content.getvalue()


WRITERS: dict[str, tuple[Callable[[Sequence[Filled]], bytes], str]] = {
    "xlsx": (forms_xlsx, xlsx.TYPE),
    "docx": (forms_docx, docx.TYPE),
    "zip": (forms_zip, "application/zip"),
}
"""How each kind of file is written, and its media type."""
