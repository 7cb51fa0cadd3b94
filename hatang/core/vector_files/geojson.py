"""GeoJSON (RFC 7946) read as a stream: one feature's text in memory at a time, however long the file."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from hatang.core.vector_files.faults import Limits, ShapeError, VectorFileError, too_many_fields
from hatang.core.vector_files.raw import Facts, RawFeature, clean_properties
from hatang.core.vector_files.shapes import BUILDERS, from_geojson
from hatang.core.vector_files.sources import Source
from hatang.core.vietnamese import number

CHUNK = 262_144
BLANKS = re.compile("[ \\t\\r\\n\\x1e\\ufeff]*")
FAR = 1_000
MOST_OBJECTS = 100_000
MOST_LISTS = 2_500_000
AGAIN = "Xuất lại tệp từ QGIS, hoặc tải lại từ nguồn."


class Pairs(dict[str, Any]):
    """A JSON object that remembers the names it was given twice."""

    twice: tuple[str, ...] = ()


def pairs(items: list[tuple[str, Any]]) -> Pairs:
    """Build a JSON object; of a repeated name the last value counts, as everywhere."""
    made = Pairs(items)
    if len(made) < len(items):
        made.twice = tuple(sorted(name for name, times in Counter(name for name, _ in items).items() if times > 1))
    return made


class Text:
    """The characters of a JSON file from where one stands, refilled as they are used up."""

    def __init__(self, source: Source, limits: Limits, encoding: str) -> None:
        self.stream = source.open()
        self.decoder = codecs.getincrementaldecoder(encoding)()
        self.json = json.JSONDecoder(object_pairs_hook=self.counted)
        self.most = limits.feature_bytes
        self.text, self.at, self.lines, self.ended = "", 0, 1, False
        self.objects = 0

    def counted(self, items: list[tuple[str, Any]]) -> Pairs:
        """Build a JSON object, unless one value holds so many that they would fill the memory (120 bytes each)."""
        self.objects += 1
        if self.objects > MOST_OBJECTS:
            raise self.too_many(f"{number(MOST_OBJECTS)} giá trị lồng nhau dạng {{…}}")
        return pairs(items)

    def fill(self, size: int = CHUNK) -> None:
        """Drop what was used and read on."""
        self.lines += self.text.count("\n", 0, self.at)
        chunk = self.stream.read(size)
        self.ended = not chunk
        self.text = self.text[self.at :] + self.decoder.decode(chunk, final=self.ended)
        self.at = 0

    def peek(self) -> str:
        """Give the next character that is no blank, empty at the end."""
        while True:
            blank = BLANKS.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""
            self.fill()

    def take(self, sign: str) -> bool:
        """Step over a sign if it comes next."""
        found = self.peek() == sign
        self.at += found
        return found

    def expect(self, sign: str) -> None:
        """Step over a sign that must come next."""
        if not self.take(sign):
            raise self.broken(f"thiếu dấu “{sign}”")

    def value(self) -> Any:
        """Give the next JSON value, reading on, twice as much each time, until it is whole."""
        self.peek()
        while True:
            self.objects = 0
            try:
                value, end = self.json.raw_decode(self.text, self.at)
                if end < len(self.text) or self.ended or isinstance(value, dict | list | str):
                    self.at = end
                    return value
            except VectorFileError:
                raise
            except json.JSONDecodeError as error:
                held = len(self.text) - self.at
                if self.ended or (held > self.most and not cut_off(error)):
                    self.lines += self.text.count("\n", self.at, error.pos)
                    raise self.broken("sai cú pháp") from error
                if held > self.most:
                    raise self.too_long() from error
                if self.text.count("[", self.at) > MOST_LISTS:
                    raise self.too_many(f"{number(MOST_LISTS)} danh sách hoặc đỉnh") from error
            except (RecursionError, ValueError) as error:
                raise self.broken("lồng nhau quá sâu hoặc có số quá dài") from error
            self.fill(max(CHUNK, len(self.text) - self.at))

    def broken(self, what: str) -> VectorFileError:
        """Give the error at the place where one stands."""
        line = self.lines + self.text.count("\n", 0, self.at)
        if self.ended and not self.text.rstrip().endswith("}"):
            return VectorFileError(f"Tệp GeoJSON bị cắt cụt ở dòng {number(line)}.", AGAIN)
        return VectorFileError(f"Tệp GeoJSON {what} ở dòng {number(line)}.", AGAIN)

    def too_many(self, what: str) -> VectorFileError:
        """Give the error for one value of too many objects or lists inside one another or side by side."""
        line = self.lines + self.text.count("\n", 0, self.at)
        return VectorFileError(
            f"Đối tượng ở dòng {number(line)} có hơn {what}.",
            "Bỏ các thuộc tính lồng nhau, chỉ giữ mã và tên; giản lược đường biên nếu quá nhiều đỉnh.",
        )

    def too_long(self) -> VectorFileError:
        """Give the error for a feature whose text does not end within the bound."""
        return VectorFileError(
            f"Một đối tượng dài hơn {number(self.most / 1e6)} triệu ký tự.", "Giản lược đường biên rồi tải lên lại."
        )


def cut_off(error: json.JSONDecodeError) -> bool:
    """Tell whether a value is wrong only because the text read so far ends within it."""
    return len(error.doc) - error.pos < FAR or error.msg.startswith("Unterminated string")


class GeoJsonReader:
    """A GeoJSON file: FeatureCollection, single features, one after another, or a bare geometry."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source, self.limits = source, limits
        self.facts = Facts(encoding=encoding_of(source))

    def walk(self) -> Iterator[RawFeature]:
        """Give every feature."""
        text = Text(self.source, self.limits, self.facts.encoding)
        try:
            yield from self.numbered(text)
        except UnicodeDecodeError as error:
            raise VectorFileError("Tệp GeoJSON không phải văn bản UTF-8.", "Xuất lại với bảng mã UTF-8.") from error
        finally:
            text.stream.close()

    def numbered(self, text: Text) -> Iterator[RawFeature]:
        """Number the features of all objects at the top of the file."""
        count = 0
        while text.peek():
            if count and text.peek() != "{":
                raise text.broken("có nội dung thừa sau dấu } cuối cùng")
            for feature in self.of_object(text):
                count += 1
                yield self.built(count, feature)

    def of_object(self, text: Text) -> Iterator[object]:
        """Give the features of the object that begins here; what comes before and after them is kept aside."""
        head: dict[str, Any] = {}
        streamed = False
        text.expect("{")
        while not text.take("}"):
            name = text.value()
            text.expect(":")
            if name == "features" and text.peek() == "[":
                streamed = True
                yield from self.of_list(text)
            else:
                head[str(name)] = text.value()
            if not text.take(",") and text.peek() != "}":
                raise text.broken("thiếu dấu phẩy hoặc bị cắt cụt")
        yield from self.top(head, streamed)

    def of_list(self, text: Text) -> Iterator[object]:
        """Give the members of the list of features."""
        text.expect("[")
        while not text.take("]"):
            yield text.value()
            if not text.take(",") and text.peek() != "]":
                raise text.broken("thiếu dấu phẩy hoặc bị cắt cụt")

    def top(self, head: dict[str, Any], streamed: bool) -> Iterator[object]:
        """Judge the outermost object once it is known whole."""
        self.facts.crs = crs_name(head.get("crs")) or self.facts.crs
        kind = head.get("type")
        if "spatialReference" in head or "geometryType" in head:
            raise other("JSON của ArcGIS (EsriJSON)")
        if kind == "Topology":
            raise other("TopoJSON")
        if streamed:
            return
        if kind == "Feature":
            yield head
        elif kind in BUILDERS or kind == "GeometryCollection":
            yield {"type": "Feature", "properties": {}, "geometry": head}
        elif kind == "FeatureCollection":
            raise VectorFileError("FeatureCollection không có danh sách “features”.", AGAIN)
        else:
            raise VectorFileError(
                f"Tệp JSON không phải GeoJSON: “type” là {str(kind)[:30]!r}.", "Cần “FeatureCollection”."
            )

    def built(self, count: int, feature: object) -> RawFeature:
        """Build one feature, or say why it cannot be."""
        if not isinstance(feature, dict) or ("geometry" not in feature and "properties" not in feature):
            return RawFeature(count, {}, None, fault="Không phải đối tượng GeoJSON (Feature).")
        notes: set[str] = set()
        properties = self.properties_of(feature, notes)
        if feature.get("geometry") is None:
            return RawFeature(count, properties, None, frozenset(notes), "Không có hình (geometry trống).")
        try:
            shape = from_geojson(feature["geometry"], notes)
        except (ShapeError, OverflowError) as fault:
            return RawFeature(count, properties, None, frozenset(notes), str(fault))
        return RawFeature(count, properties, shape, frozenset(notes))

    def properties_of(self, feature: dict[str, Any], notes: set[str]) -> dict[str, Any]:
        """Give a feature's attributes, with its `id` where no attribute bears that name."""
        found = feature.get("properties")
        if found is not None and not isinstance(found, dict):
            notes.add("“properties” không phải đối tượng: bỏ qua.")
            found = None
        if len(found or {}) > self.limits.fields:
            raise too_many_fields(self.limits)
        if isinstance(found, Pairs) and found.twice:
            notes.update(f"Trường “{name}” có nhiều lần: lấy giá trị cuối." for name in found.twice)
        items = list((found or {}).items())
        if isinstance(feature.get("id"), str | int) and "id" not in (found or {}):
            items.append(("id", feature["id"]))
        properties = clean_properties(items, notes)
        self.facts.fields.update(dict.fromkeys(properties))
        return properties


def other(what: str) -> VectorFileError:
    """Give the error for JSON of another kind."""
    return VectorFileError(f"Tệp là {what}, không phải GeoJSON.", "Mở bằng QGIS, chọn “Lưu thành” → GeoJSON.")


def crs_name(member: object) -> str:
    """Give the system's name out of the `crs` member of GeoJSON 2008; links are not followed."""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else ""


def encoding_of(source: Source) -> str:
    """Tell the encoding by the byte order mark; JSON is UTF-8 otherwise."""
    with closing(source.open()) as stream:
        head = stream.read(4)
    marks = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
    return next((encoding for mark, encoding in marks if head.startswith(mark)), "utf-8")
