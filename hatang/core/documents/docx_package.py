"""The parts of a DOCX package that hold its words (ECMA-376 part 1, 11.3), inflated under a bound and parsed safely."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from typing import Any

from lxml import etree

from hatang.core.documents.faults import SAVE_AS_DOCX, DocumentError
from hatang.core.vietnamese import number
from hatang.core.zip_packages import BROKEN, has_doctype, inflated, lists_too_many, unpacks_to_too_much

Element = Any

MOST_UNPACKED_BYTES = 500_000_000
MOST_PART_BYTES = 60_000_000
MOST_TAGS = 4_000_000
MAIN = "word/document.xml"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = "{" + TRANSITIONAL.decode() + "}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
LOCKED = ("Tệp Word có mật khẩu.", "Bỏ mật khẩu mở tệp trong Word rồi tải lên lại.")
DAMAGED = ("Tệp Word bị hỏng, không mở được.", SAVE_AS_DOCX)
OTHERS = (
    ("xl/workbook", "Tệp là bảng tính Excel, không phải văn bản."),
    ("ppt/presentation", "Tệp là bài trình chiếu PowerPoint, không phải văn bản."),
    ("mimetype", "Tệp là OpenDocument (.odt)."),
)


@dataclass(frozen=True)
class Parts:
    """The roots of the parts that are read; None for those the package has not."""

    document: Element
    styles: Element | None
    numbering: Element | None
    footnotes: Element | None
    endnotes: Element | None


def opened_parts(content: bytes) -> Parts:
    """Parse the document and the parts it names as its styles, numbering and notes, or raise DocumentError."""
    try:
        if lists_too_many(io.BytesIO(content)):
            raise too_big(MOST_UNPACKED_BYTES)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = {m.filename.replace("\\", "/").lstrip("/").lower(): m for m in package.infolist()}
            refuse_other(package.infolist(), set(members), len(content))
            main = main_part(package, members)
            related = relations(package, members, main)
            roots = {kind: parsed(package, members, path) for kind, path in related.items() if kind in READ}
            return Parts(parsed(package, members, main), *(roots.get(kind) for kind in READ))
    except DocumentError:
        raise
    except (*BROKEN, etree.LxmlError) as error:
        raise DocumentError(*DAMAGED) from error


READ = ("styles", "numbering", "footnotes", "endnotes")


def refuse_other(members: list[zipfile.ZipInfo], names: set[str], size_bytes: int) -> None:
    """Refuse by the list of contents what is too big, locked, or another kind of file."""
    if unpacks_to_too_much(members, size_bytes, MOST_UNPACKED_BYTES):
        raise too_big(MOST_UNPACKED_BYTES)
    if any(m.flag_bits & 1 for m in members):
        raise DocumentError(*LOCKED)
    if "[content_types].xml" not in names or not any(name.startswith("word/") for name in names):
        for start, what in OTHERS:
            if any(name.startswith(start) for name in names):
                raise DocumentError(what, SAVE_AS_DOCX)
        raise DocumentError("Tệp nén không phải văn bản Word (.docx).", "Giải nén rồi tải lên từng tệp .docx.")


def too_big(bound_bytes: int) -> DocumentError:
    """Give the error for a package that would unpack to too much."""
    return DocumentError(
        f"Tệp bung ra lớn hơn {number(bound_bytes / 1_000_000)} MB, không an toàn.",
        "Xóa bớt ảnh, phụ lục hoặc chia nhỏ tệp.",
    )


def main_part(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> str:
    """Give the path of the document itself."""
    targets = relations(package, members, "")
    main = targets.get("officedocument", MAIN)
    if main not in members:
        raise DocumentError(*DAMAGED)
    return main


def relations(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], part: str) -> dict[str, str]:
    """Give the paths of the parts that a part names, by the last word of their kind."""
    folder, name = posixpath.split(part)
    root = parsed(package, members, posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, str] = {}
    for relation in () if root is None else root.iter(RELATION):
        if relation.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            found.setdefault(relation.get("Type", "").rpartition("/")[2].lower(), path.lstrip("/").lower())
    return found


def parsed(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], path: str) -> Element | None:
    """Give the root of a part, None where the package has no such part."""
    member = members.get(path)
    if member is None:
        return None
    content = part_bytes(package, member)
    if has_doctype(content):
        raise unsafe()
    if content.count(b"<") > MOST_TAGS:
        raise too_big(MOST_PART_BYTES)
    root = etree.fromstring(content.replace(STRICT, TRANSITIONAL), parser())
    if root is None:
        raise DocumentError(*DAMAGED)
    if root.getroottree().docinfo.internalDTD is not None:
        raise unsafe()
    return root


def parser() -> Any:
    """Give a parser that follows nothing and leaves libxml2's own bounds on depth and size as they are."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, collect_ids=False
    )


def unsafe() -> DocumentError:
    """Give the error for declarations that only an attack has."""
    return DocumentError("Tệp có khai báo DTD hoặc thực thể XML, không an toàn.", SAVE_AS_DOCX)


def part_bytes(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Inflate a part under the bound, whatever it says of its own size."""
    pieces: list[bytes] = []
    left = MOST_PART_BYTES
    for piece in inflated(package, member):
        left -= len(piece)
        if left < 0:
            raise too_big(MOST_PART_BYTES)
        pieces.append(piece)
    return b"".join(pieces)
