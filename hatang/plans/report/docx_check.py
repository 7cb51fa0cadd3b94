"""Whether an uploaded DOCX may become a province's template: it comes from outside and is not trusted."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from django.conf import settings
from django.core.exceptions import ValidationError
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from hatang.core.zip_packages import lists_too_many
from hatang.plans.report.docx import report_docx
from hatang.plans.report.example import example_content

MOST_PARTS = 500
TOO_MANY = f"Tệp có quá {MOST_PARTS} phần hoặc có phần trùng tên."
MOST_UNPACKED_BYTES = 60_000_000
MOST_XML_BYTES = 8_000_000
DOCX_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
HARMFUL_PARTS = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|oleObject|afchunk|\.bin$", re.IGNORECASE)
HARMFUL_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|RD)\b", re.IGNORECASE
)
HARMLESS_TARGET = re.compile(r"(https?|mailto):", re.IGNORECASE)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def check_template(content: bytes) -> None:
    """Raise ValidationError, saying what is wrong and what would be right, unless the template is safe and fills."""
    if len(content) > settings.UPLOAD_BYTES:
        raise ValidationError(f"Tệp lớn hơn {settings.UPLOAD_BYTES // 1_000_000} MB.")
    _check_parts(_parts(content))
    _check_filling(content)


def _parts(content: bytes) -> dict[str, bytes]:
    """Unpack the XML parts, refusing what would unpack to too much before any of it is read."""
    if lists_too_many(io.BytesIO(content)):
        raise ValidationError(TOO_MANY)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_sizes(archive.infolist())
            names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
            return {name: archive.read(name) for name in names} | dict.fromkeys(
                set(archive.namelist()) - set(names), b""
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise ValidationError(
            "Tệp không phải DOCX: hãy lưu lại trong Word với kiểu “Word Document (.docx)”."
        ) from error


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST_PARTS or len({i.filename for i in infos}) < len(infos):
        raise ValidationError(TOO_MANY)
    if sum(i.file_size for i in infos) > MOST_UNPACKED_BYTES:
        raise ValidationError(f"Tệp bung ra quá {MOST_UNPACKED_BYTES // 1_000_000} MB.")
    if any(i.file_size > MOST_XML_BYTES for i in infos if i.filename.endswith((".xml", ".rels"))):
        raise ValidationError(f"Một phần chữ trong tệp bung ra quá {MOST_XML_BYTES // 1_000_000} MB.")


def _check_parts(parts: dict[str, bytes]) -> None:
    trees = {name: _tree(name, text) for name, text in parts.items() if text}
    kinds = trees.get("[Content_Types].xml")
    declared = {str(kind.get("ContentType")) for kind in kinds} if kinds is not None else set()
    if DOCX_KIND not in declared or "word/document.xml" not in trees:
        raise ValidationError(
            "Tệp không phải DOCX thường: hãy lưu lại với kiểu “Word Document (.docx)”, không phải .docm hay .dotx."
        )
    harmful = [name for name in parts if HARMFUL_PARTS.search(name)]
    if harmful or any("macroEnabled" in kind for kind in declared):
        raise ValidationError(f"Tệp chứa macro hoặc đối tượng nhúng ({', '.join(harmful[:3])}): hãy bỏ đi rồi tải lại.")
    for name, tree in trees.items():
        _check_links(name, tree)
        _check_fields(tree)


def _tree(name: str, text: bytes) -> Any:
    try:
        return fromstring(text, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise ValidationError(f"Phần {name} trong tệp hỏng hoặc chứa khai báo không được phép.") from error


def _check_links(name: str, tree: Element) -> None:
    """Refuse whatever Word would fetch from elsewhere; a plain link that a reader may click stays."""
    if not name.endswith(".rels"):
        return
    for link in tree:
        if link.get("TargetMode", "").lower() != "external":
            continue
        clickable = link.get("Type", "").endswith("/hyperlink") and HARMLESS_TARGET.match(link.get("Target", ""))
        if not clickable:
            raise ValidationError(
                f"Tệp lấy nội dung từ nơi khác ({link.get('Target', '')[:80]}): hãy nhúng vào tệp hoặc bỏ đi."
            )


def _check_fields(tree: Element) -> None:
    for paragraph in tree.iter(f"{WORD}p"):
        typed = "".join(part.text or "" for part in paragraph.iter(f"{WORD}instrText"))
        simple = " ".join(field.get(f"{WORD}instr", "") for field in paragraph.iter(f"{WORD}fldSimple"))
        if found := HARMFUL_FIELDS.search(f"{typed} {simple}"):
            raise ValidationError(f"Tệp có trường {found[0].upper()} lấy dữ liệu từ nơi khác: hãy bỏ đi.")


def _check_filling(content: bytes) -> None:
    """Fill the template with an invented report, so that a wrong tag is told now and not on the day of sending."""
    try:
        report_docx(example_content(), template=content)
    except UndefinedError as error:
        raise ValidationError(f"Mẫu có thẻ lạ: {_quoted(error)}. Xem danh sách thẻ dùng được ở trang này.") from error
    except TemplateSyntaxError as error:
        raise ValidationError(f"Thẻ viết sai: {error.message}{_where(error)}.") from error
    except SecurityError as error:
        raise ValidationError(f"Mẫu không dùng được: {error}.") from error
    except Exception as error:  # a foreign file may fail anywhere inside the libraries that read it
        raise ValidationError(
            "Không điền được báo cáo vào mẫu này: cấu trúc của tệp hoặc vị trí các thẻ không đúng."
        ) from error


def _quoted(error: UndefinedError) -> str:
    """Name the unknown tag from the sandbox's message."""
    found = re.findall(r"'([^']+)'", error.message or "")
    return f"“{found[-1]}”" if found else str(error)


def _where(error: TemplateSyntaxError) -> str:
    """Give the words around the fault, as far as the library tells."""
    lines = [line.strip() for line in getattr(error, "docx_context", ()) if "{" in line]
    return f" (gần “{lines[0][:80]}”)" if lines else ""
