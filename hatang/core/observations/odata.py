"""The language of questions of OGC SensorThings (a part of OData 4): filters, orders, expansions, read with bounds.

Logic has two values, as OData says: a comparison with nothing (null) is false, `ne` is the contrary of `eq`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from hatang.core.observations.payloads import PayloadError, read_instant

LONGEST: Final = 4_000
MOST_NODES: Final = 200
DEEPEST: Final = 24
MOST_PARTS: Final = 8
MOST_WAYS: Final = 16
"""So many parts has the name of a property, and so many links a filter goes along: each is a table to be joined."""
MOST_TOP: Final = 1_000
MOST_SKIP: Final = 1_000_000
DEEPEST_EXPAND: Final = 4
MOST_EXPANDED: Final = 12


class QueryError(ValueError):
    """A question that is not of the language, or beyond its bounds; says where and what would be right."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: text, number, truth value, nothing, a moment, a day, a time of day, a duration, a `Geometry`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Geometry:
    """A geometry as WKT."""

    wkt: str


@dataclass(frozen=True, slots=True)
class Name:
    """A property, with the way to it: Datastream/Thing/name."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """An operator between two sides: or and eq ne gt ge lt le add sub mul div mod."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    of: Node


Node = Literal | Name | Call | Pair | Not

FUNCTIONS: Final = {
    **dict.fromkeys(("contains", "substringof", "endswith", "startswith"), (2, "bool")),
    **dict.fromkeys(("length", "indexof"), (0, "number")),
    **dict.fromkeys(("tolower", "toupper", "trim", "concat", "substring"), (0, "text")),
    **dict.fromkeys(("year", "month", "day", "hour", "minute", "second"), (1, "number")),
    **dict.fromkeys(("fractionalseconds", "totaloffsetminutes"), (1, "number")),
    "date": (1, "date"),
    "time": (1, "clock"),
    **dict.fromkeys(("round", "floor", "ceiling"), (1, "number")),
    "now": (0, "time"),
    "mindatetime": (0, "time"),
    "maxdatetime": (0, "time"),
    "geo.distance": (2, "number"),
    "geo.length": (1, "number"),
    "geo.intersects": (2, "bool"),
    **dict.fromkeys(
        tuple(
            f"st_{name}"
            for name in ("equals", "disjoint", "touches", "within", "overlaps", "crosses", "intersects", "contains")
        ),
        (2, "bool"),
    ),
    "st_relate": (3, "bool"),
    **dict.fromkeys(("before", "after"), (2, "bool")),
}
"""The functions of STA 1.1 (9.3.3.5.2) and OData's `contains`: how many arguments (0: see COUNTS), what they give."""
COUNTS: Final = {
    "length": (1,),
    "indexof": (2,),
    "tolower": (1,),
    "toupper": (1,),
    "trim": (1,),
    "concat": (2,),
    "substring": (2, 3),
    "now": (0,),
    "mindatetime": (0,),
    "maxdatetime": (0,),
}
LEAST_MOMENT: Final = datetime(1, 1, 2, tzinfo=UTC)
MOST_MOMENT: Final = datetime(9999, 12, 30, tzinfo=UTC)
MOMENT_CALLS: Final[dict[str, Callable[[], datetime]]] = {
    "now": lambda: datetime.now(UTC),
    "mindatetime": lambda: LEAST_MOMENT,
    "maxdatetime": lambda: MOST_MOMENT,
}
LEVELS: Final = (("or",), ("and",), ("eq", "ne", "gt", "ge", "lt", "le"), ("add", "sub"), ("mul", "div", "mod"))
LOGIC: Final = ("or", "and", "eq", "ne", "gt", "ge", "lt", "le")
NOT_LEVEL: Final = 2
TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<geo>geography'(?:[^']|'')*')
  | (?P<duration>duration'[^']*')
  | (?P<text>'(?:[^']|'')*')
  | (?P<time>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d(?::?\d\d)?))
  | (?P<date>\d{4}-\d\d-\d\d(?!\d))
  | (?P<clock>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?![\d:]))
  | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<name>[@A-Za-z_][\w.@-]*(?:/[@\w.-]+)*)
  | (?P<mark>[(),])
    )""",
    re.VERBOSE,
)
DURATION: Final = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z")


def tokens(text: str) -> list[tuple[str, str]]:
    """Cut a filter into its words."""
    if len(text) > LONGEST:
        raise QueryError(f"$filter dài {len(text)} ký tự; nhiều nhất {LONGEST}.")
    found, place = [], 0
    while place < len(text.rstrip()):
        one = TOKEN.match(text, place)
        if not one or one.lastgroup is None:
            raise QueryError(f"$filter sai từ ký tự thứ {place + 1}: {text[place : place + 20]!r}.")
        found.append((one.lastgroup, one[one.lastgroup]))
        place = one.end()
    if len(found) > 4 * MOST_NODES:
        raise QueryError("$filter quá dài.")
    return found


@dataclass
class Reader:
    """Reads words into a tree, from the loosest operator to the tightest."""

    words: list[tuple[str, str]]
    place: int = 0
    nodes: int = 0
    depth: int = 0
    ways: set[tuple[str, ...]] = field(default_factory=set)

    def peek(self) -> tuple[str, str]:
        """Look at the next word."""
        return self.words[self.place] if self.place < len(self.words) else ("end", "")

    def next(self) -> tuple[str, str]:
        """Take the next word."""
        word = self.peek()
        self.place += 1
        return word

    def expect(self, mark: str) -> None:
        """Take this mark."""
        kind, word = self.next()
        if word != mark or kind != "mark":
            raise QueryError(f"$filter: chờ “{mark}”, gặp {word or 'hết câu'!r}.")

    def count(self, node: Node) -> Node:
        """Count a node against the bound."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise QueryError(f"$filter quá phức tạp: nhiều nhất {MOST_NODES} phần.")
        return node

    def level(self, level: int = 0) -> Node:
        """Read operators of a level and all tighter ones."""
        if level == len(LEVELS):
            return self.single()
        if level == NOT_LEVEL and self.peek() == ("name", "not"):
            self.next()
            self.deeper(1)
            inner = self.level(level)
            self.deeper(-1)
            return self.count(Not(inner))
        left = self.level(level + 1)
        while self.peek()[0] == "name" and self.peek()[1] in LEVELS[level]:
            operator = self.next()[1]
            left = self.count(joined(operator, left, self.operand(level)))
            if level == NOT_LEVEL:
                return left
        return left

    def operand(self, level: int) -> Node:
        """Read the right side of an operator."""
        return self.level(level + 1)

    def deeper(self, by: int) -> None:
        """Go deeper, up to the bound."""
        self.depth += by
        if self.depth > DEEPEST:
            raise QueryError(f"$filter lồng quá sâu: nhiều nhất {DEEPEST} tầng.")

    def single(self) -> Node:
        """Read a constant, a name, a call, or something in brackets."""
        kind, word = self.next()
        if word == "(" and kind == "mark":
            self.deeper(1)
            inner = self.level()
            self.expect(")")
            self.deeper(-1)
            return inner
        if kind == "name" and self.peek() == ("mark", "("):
            return self.call(word)
        if kind == "name" and word not in ("true", "false", "null"):
            return self.count(self.named(word))
        return self.count(Literal(constant(kind, word)))

    def named(self, word: str) -> Name:
        """Read a property with the way to it, up to the bounds."""
        parts = tuple(word.split("/"))
        self.ways |= {parts[:place] for place in range(1, len(parts))}
        if len(parts) > MOST_PARTS or len(self.ways) > MOST_WAYS:
            raise QueryError(f"$filter: đường đi nhiều nhất {MOST_PARTS} phần, {MOST_WAYS} chặng khác nhau.")
        return Name(parts)

    def call(self, name: str) -> Node:
        """Read a function with its arguments."""
        if name not in FUNCTIONS:
            raise QueryError(f"$filter: không có hàm “{name[:40]}”; có {', '.join(sorted(FUNCTIONS))}.")
        self.expect("(")
        self.deeper(1)
        arguments: list[Node] = []
        while self.peek() != ("mark", ")"):
            if arguments:
                self.expect(",")
            arguments.append(self.level())
        self.expect(")")
        self.deeper(-1)
        right = COUNTS.get(name, (FUNCTIONS[name][0],))
        if len(arguments) not in right:
            raise QueryError(f"$filter: hàm {name} có {right[0]} tham số, không phải {len(arguments)}.")
        if name in MOMENT_CALLS:
            return self.count(Literal(MOMENT_CALLS[name]()))
        return self.count(Call(name, tuple(arguments)))


def joined(operator: str, left: Node, right: Node) -> Node:
    """Put an operator between two sides; a moment and a duration are added up at once.

    >>> joined("sub", Literal(datetime(2026, 1, 2, tzinfo=UTC)), Literal(timedelta(days=1))).value.day
    1
    """
    moment = left.value if isinstance(left, Literal) else None
    length = right.value if isinstance(right, Literal) else None
    if operator not in ("add", "sub") or not isinstance(moment, datetime) or not isinstance(length, timedelta):
        return Pair(operator, left, right)
    try:
        found = moment + length if operator == "add" else moment - length
    except OverflowError:
        found = MOST_MOMENT + timedelta(days=1)
    if not LEAST_MOMENT <= found <= MOST_MOMENT:
        raise QueryError("$filter: thời điểm cộng, trừ khoảng thời gian phải nằm trong các năm 1 đến 9999.")
    return Literal(found)


def constant(kind: str, word: str) -> Any:
    """Give the value of a constant."""
    if kind == "text":
        return word[1:-1].replace("''", "'")
    if kind == "number":
        return float(word) if any(letter in word for letter in ".eE") or len(word) > 15 else int(word)
    if kind == "time":
        try:
            return read_instant(word)
        except PayloadError as fault:
            raise QueryError(str(fault)) from fault
    if kind in ("date", "clock"):
        return day_or_clock(kind, word)
    if kind == "geo":
        return Geometry(word[len("geography'") : -1].replace("''", "'"))
    if kind == "duration":
        return duration(word[len("duration'") : -1])
    if word in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[word]
    raise QueryError(f"$filter: không hiểu {word or 'chỗ kết thúc'!r}.")


def day_or_clock(kind: str, word: str) -> date | time:
    """Read a day, or a time of day.

    >>> day_or_clock("date", "2026-02-03"), day_or_clock("clock", "08:30")
    (datetime.date(2026, 2, 3), datetime.time(8, 30))
    """
    try:
        return date.fromisoformat(word) if kind == "date" else time.fromisoformat(word)
    except ValueError as fault:
        raise QueryError(f"$filter: {word} không phải ngày như 2026-11-28 hoặc giờ như 08:30:00.") from fault


def duration(text: str) -> timedelta:
    """Read a duration of ISO 8601 without years and months.

    >>> duration("P1DT2H")
    datetime.timedelta(days=1, seconds=7200)
    """
    found = DURATION.match(text)
    if not found or text in ("P", "-P"):
        raise QueryError(f"Khoảng thời gian {text[:40]!r} phải như P1DT12H.")
    try:
        days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as fault:
        raise QueryError("Khoảng thời gian quá dài.") from fault
    return -length if found[1] else length


def read_filter(text: str) -> Node:
    """Read a filter, which must be a condition.

    >>> read_filter("result gt 5 and not name eq 'x'").operator
    'and'
    """
    reader = Reader(tokens(text))
    node = reader.level()
    if reader.place < len(reader.words):
        raise QueryError(f"$filter: thừa từ {reader.peek()[1][:40]!r}.")
    if not is_condition(node):
        raise QueryError("$filter phải là một điều kiện, ví dụ result gt 5.")
    return node


def is_condition(node: Node) -> bool:
    """Tell whether a node is true or false."""
    if isinstance(node, Pair):
        return node.operator in LOGIC
    if isinstance(node, Call):
        return FUNCTIONS[node.name][1] == "bool"
    return isinstance(node, Not) or (isinstance(node, Literal) and isinstance(node.value, bool))


def names_in(node: Node) -> Iterator[Name]:
    """Give the properties that a tree names."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Not):
        yield from names_in(node.of)
    elif isinstance(node, Pair):
        yield from names_in(node.left)
        yield from names_in(node.right)
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from names_in(argument)


def shortened(node: Node, by: int) -> Node:
    """Write a condition as it is said of what the first so many links lead to.

    >>> shortened(read_filter("Thing/name eq 'x'"), 1).left
    Name(parts=('name',))
    """
    if isinstance(node, Name):
        return Name(node.parts[by:])
    if isinstance(node, Not):
        return Not(shortened(node.of, by))
    if isinstance(node, Pair):
        return Pair(node.operator, shortened(node.left, by), shortened(node.right, by))
    if isinstance(node, Call):
        return Call(node.name, tuple(shortened(argument, by) for argument in node.arguments))
    return node


@dataclass
class Options:
    """What a question asks besides its address."""

    filter: Node | None = None
    order: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    """Each property by its parts, and whether it descends."""
    select: list[str] = field(default_factory=list)
    expand: dict[str, Options] = field(default_factory=dict)
    top: int | None = None
    skip: int = 0
    count: bool = False
    data_array: bool = False
    after: int | None = None
    """The last id of the page before."""


def whole(name: str, text: str, most: int) -> int:
    """Read a whole number of an option."""
    if not re.fullmatch(r"\d{1,9}", text):
        raise QueryError(f"{name} phải là số nguyên không âm.")
    if int(text) > most and name != "$top":
        raise QueryError(f"{name} nhiều nhất {most}; dùng @iot.nextLink để đi tiếp.")
    return min(int(text), most)


def read_options(pairs: list[tuple[str, str]], depth: int = 0, budget: list[int] | None = None) -> Options:
    """Read the options of a question; `budget` is how many expansions are left."""
    options, left = Options(), budget if budget is not None else [MOST_EXPANDED]
    seen: set[str] = set()
    for name, text in pairs:
        if name in seen:
            raise QueryError(f"{name[:40]} ghi hai lần.")
        seen.add(name)
        set_option(options, name, text.strip(), depth, left)
    return options


def set_option(options: Options, name: str, text: str, depth: int, left: list[int]) -> None:
    """Read one option."""
    if name == "$filter":
        options.filter = read_filter(text)
    elif name == "$orderby":
        options.order = read_order(text)
    elif name == "$select":
        options.select = [part.strip() for part in text.split(",")]
    elif name == "$expand":
        options.expand = read_expand(text, depth + 1, left)
    elif name == "$top":
        options.top = whole(name, text, MOST_TOP)
    elif name in ("$skip", "$skiptoken"):
        setattr(
            options,
            {"$skip": "skip", "$skiptoken": "after"}[name],
            whole(name, text, 999_999_999 if name != "$skip" else MOST_SKIP),
        )
    elif name == "$count" and text in ("true", "false"):
        options.count = text == "true"
    elif name in ("$resultFormat", "resultFormat") and text in ("dataArray", "json"):
        options.data_array = text == "dataArray"
    elif name.startswith("$") or depth:
        raise QueryError(f"Không hiểu {name[:40]}={text[:40]}.")


def read_order(text: str) -> list[tuple[tuple[str, ...], bool]]:
    """Read an order.

    >>> read_order("phenomenonTime desc, Datastream/name")
    [(('phenomenonTime',), True), (('Datastream', 'name'), False)]
    """
    found: list[tuple[tuple[str, ...], bool]] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*([@\w][\w.@/-]*)(?:\s+(asc|desc))?\s*", part)
        if not match or len(found) >= 5:
            raise QueryError(f"$orderby {part[:40]!r} phải như “name desc”, nhiều nhất 5 phần.")
        found.append((tuple(match[1].split("/")), match[2] == "desc"))
    return found


def read_expand(text: str, depth: int, left: list[int]) -> dict[str, Options]:
    """Read expansions: Datastreams($top=1;$expand=Observations), Locations."""
    if depth > DEEPEST_EXPAND:
        raise QueryError(f"$expand lồng quá sâu: nhiều nhất {DEEPEST_EXPAND} tầng.")
    found: dict[str, Options] = {}
    for part in split_outside(text, ","):
        left[0] -= 1
        if left[0] < 0:
            raise QueryError(f"$expand quá nhiều: nhiều nhất {MOST_EXPANDED} phần.")
        match = re.fullmatch(r"\s*([A-Za-z]+)((?:/[A-Za-z]+)*)\s*(?:\((.*)\))?\s*", part, re.DOTALL)
        if not match:
            raise QueryError(f"$expand {part[:40]!r} phải như Datastreams($top=1).")
        within = [tuple(one.split("=", 1)) for one in split_outside(match[3] or "", ";") if one.strip()]
        if any(len(one) != 2 for one in within):
            raise QueryError(f"$expand {part[:40]!r}: mỗi phần trong ngoặc như $top=1, cách nhau bằng dấu chấm phẩy.")
        if match[2]:
            inner = match[2][1:] + (f"({match[3]})" if match[3] else "")
            options = found.setdefault(match[1], Options())
            options.expand |= read_expand(inner, depth + 1, left)
        else:
            found[match[1]] = read_options([(one[0].strip(), one[1]) for one in within], depth, left)
    return found


def split_outside(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside brackets and quotes."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if depth < 0:
            raise QueryError("$expand thừa dấu ngoặc đóng.")
        if letter == mark and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    if depth or quoted:
        raise QueryError("$expand thiếu dấu ngoặc hoặc dấu nháy đóng.")
    return parts


def bounds(node: Node | None) -> tuple[datetime | None, datetime | None]:
    """Give the stretch of phenomenon time outside of which nothing can meet a filter.

    >>> bounds(read_filter("phenomenonTime ge 2026-01-01T00:00:00Z and result gt 1"))[0].year
    2026
    """
    begin = end = None
    if isinstance(node, Pair) and node.operator == "and":
        sides = [bounds(node.left), bounds(node.right)]
        begin = max((side[0] for side in sides if side[0]), default=None)
        end = min((side[1] for side in sides if side[1]), default=None)
    elif isinstance(node, Pair) and node.left == Name(("phenomenonTime",)) and isinstance(node.right, Literal):
        moment = node.right.value
        if isinstance(moment, datetime):
            begin = moment if node.operator in ("gt", "ge", "eq") else None
            end = moment if node.operator in ("lt", "le", "eq") else None
    return begin, end
