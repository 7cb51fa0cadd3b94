"""The bytes of a Mapbox Vector Tile 2.1: a layer's features, keys and values as protocol buffers.

Source: github.com/mapbox/vector-tile-spec, version 2.1, section 4 and vector_tile.proto. Whole columns are written at
once: a feature is a run of varints, so that all features are a table of bytes of which some cells are left out.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

EXTENT = 4096
MANY_VALUES = 20
FEW_FEATURES = 40
MANY_COMMANDS = 2_000
MOST_KEYS = 127
POINT, LINE, POLYGON = 1, 2, 3
MOVE, DRAW, CLOSE = 1, 2, 15


class _Varints(dict[int, bytes]):
    """Whole numbers from 0 as varints: those of two bytes are kept, for a tile writes thousands; others are made."""

    def __missing__(self, number: int) -> bytes:
        out = bytearray()
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        out.append(number)
        return bytes(out)


_VARINTS = _Varints({n: bytes((n,)) if n < 128 else bytes((n & 127 | 128, n >> 7)) for n in range(1 << 14)})
_varint = _VARINTS.__getitem__

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Value = str | bool | int | float


class TileError(ValueError):
    """Something that no tile can hold; the message says what."""


Column = Sequence[Value | None] | NDArray[Any]


@dataclass(frozen=True)
class Facts:
    """What features say: under each key the number of a value (n, keys), -1 for none; and the bytes of each value."""

    keys: tuple[str, ...]
    numbers: NDArray[np.int32]
    values: list[bytes]

    def among(self, index: Ints) -> Facts:
        """Give what some of the features say."""
        return Facts(self.keys, self.numbers[index], self.values)

    def picked(self, index: Ints) -> Facts:
        """Give what some of the features say, with no value that none of them has."""
        numbers = self.numbers[index] + 1
        used: NDArray[Any]
        told: NDArray[Any]
        if numbers.size * MANY_VALUES < len(self.values):
            used, told = np.unique(numbers, return_inverse=True)
        else:
            used = np.flatnonzero(np.bincount(numbers.ravel()))
            spread = np.zeros(len(self.values) + 1, np.int32)
            spread[used] = np.arange(len(used))
            told = spread[numbers]
        none = int(len(used) > 0 and used[0] == 0)
        values = [self.values[number - 1] for number in used[none:].tolist()]
        return Facts(self.keys, told.reshape(numbers.shape).astype(np.int32) - np.int32(none), values)

    def counted(self, key: str, counts: Ints) -> Facts:
        """Say a whole number more of each feature."""
        told = Telling((key,))
        told.take([counts.tolist()], len(counts))
        more = told.facts()
        numbers = np.concatenate((self.numbers, more.numbers + len(self.values)), axis=1)
        return Facts((*self.keys, key), numbers, self.values + more.values)


class Telling:
    """Number what features say, part by part; of the keys named `truths` 0 and 1 mean no and yes."""

    def __init__(self, keys: Iterable[str], truths: Iterable[str] = ()) -> None:
        self.keys = tuple(keys)
        self.truths = frozenset(truths)
        self.known: dict[type, dict[Value | None, int]] = {kind: {None: -1} for kind in _ENCODERS}
        self.values: list[bytes] = []
        self.parts: list[NDArray[np.int32]] = []

    def take(self, columns: Iterable[Sequence[Value | None]], count: int) -> None:
        """Take in what the next features say, a column for each key."""
        numbers = np.empty((count, len(self.keys)), np.int32)
        for nth, (key, values) in enumerate(zip(self.keys, columns, strict=True)):
            numbers[:, nth] = self.numbered(values, {bool} if key in self.truths else set(map(type, values)))
        self.parts.append(numbers)

    def numbered(self, values: Sequence[Value | None], kinds: set[type]) -> NDArray[np.int32]:
        """Give the number of each value."""
        kinds.discard(type(None))
        if len(kinds) > 1:
            numbers = [self.knowing(type(v), (v,))[v] if v is not None else -1 for v in values]
            return np.array(numbers, np.int32)
        known = self.knowing(kinds.pop() if kinds else str, dict.fromkeys(values))
        return np.fromiter(map(known.__getitem__, values), np.int32, len(values))

    def knowing(self, kind: type, values: Iterable[Value | None]) -> dict[Value | None, int]:
        """Give the numbers of all values of one type, of these new ones too."""
        if kind not in self.known:
            raise TileError(f"a property is a string, number or bool, not {kind.__name__}")
        known, encode = self.known[kind], _ENCODERS[kind]
        heads = _TEXT_HEADS if kind is str else _HEADS
        new: list[Any] = [value for value in values if value not in known]
        known.update(zip(new, range(len(self.values), len(self.values) + len(new)), strict=True))
        self.values += [heads[len(data)] + data for data in map(encode, new)]
        return known

    def facts(self) -> Facts:
        """Give all that was told."""
        return Facts(self.keys, np.concatenate(self.parts), self.values)


def told_by(properties: Mapping[str, Column], index: Ints) -> Facts:
    """Give what the features of an index say, from columns of plain values."""
    telling = Telling(properties)
    picked = index.tolist()
    plain = (column.tolist() if isinstance(column, np.ndarray) else column for column in properties.values())
    telling.take([list(map(column.__getitem__, picked)) for column in plain], len(picked))
    return telling.facts()


@dataclass(frozen=True)
class Drawn:
    """Features on a tile's grid: whose they are (`index` into what was given), kinds, and commands from `starts` on."""

    index: Ints
    kinds: Ints
    commands: Ints
    starts: Ints

    @property
    def count(self) -> int:
        """How many features there are."""
        return len(self.index)


def encode_layer(name: str, drawn: Drawn, *, ids: ArrayLike | None, properties: Mapping[str, Column] | Facts) -> bytes:
    """Encode one layer as a tile; tiles joined end to end are a tile with several layers.

    `ids` (whole numbers from 0) and the columns of `properties` are those of everything given, of which `drawn.index`
    picks; None leaves a property out. Nothing drawn gives no bytes. Raises TileError for a value that is no string,
    number or bool, for a number that is not finite, for a negative id, and for more than 127 properties.

    >>> point = Drawn(np.array([0]), np.array([POINT]), np.array([9, 50, 34]), np.array([0, 3]))
    >>> layer = encode_layer("cot", point, ids=[7], properties={"ma": ["LS1"]})
    >>> layer.hex()
    '1a2478020a03636f74120d080712020000180122030932221a026d6122050a034c5331288020'
    """
    if not drawn.count:
        return b""
    if len(keys := properties.keys if isinstance(properties, Facts) else tuple(properties)) > MOST_KEYS:
        raise TileError(f"a layer says at most {MOST_KEYS} things of a feature, not {len(keys)}")
    if isinstance(properties, Facts):
        facts, index = properties, drawn.index
    else:
        facts, index = told_by(properties, drawn.index), np.arange(drawn.count)
    write = _few if drawn.count <= FEW_FEATURES else _many
    features, values = write(drawn, None if ids is None else _ids(ids, drawn.index), facts, index)
    names = (_text(0x1A, key) for key in keys)
    body = b"".join((b"\x78\x02" + _text(0x0A, name), *features, *names, *values, b"\x28" + _varint(EXTENT)))
    return b"\x1a" + _varint(len(body)) + body


def _ids(ids: ArrayLike, index: Ints) -> Ints:
    picked: Ints = np.asarray(ids, np.int64)[index]
    if picked.min(initial=0) < 0:
        raise TileError("an id is a whole number from 0")
    return picked


def _few(drawn: Drawn, ids: Ints | None, facts: Facts, index: Ints) -> tuple[list[bytes], list[bytes]]:
    """Encode features one by one, which is quicker where setting up arrays would take longest; and their values."""
    keys = [_varint(key) for key in range(len(facts.keys))]
    named = [] if ids is None else ids.tolist()
    commands, starts = _pieces(drawn.commands, drawn.starts)
    used: dict[int, int] = {}
    features = []
    for nth, (kind, row) in enumerate(zip(drawn.kinds.tolist(), facts.numbers[index].tolist(), strict=True)):
        pairs = zip(keys, row, strict=True)
        tags = b"".join([key + _varint(used.setdefault(n, len(used))) for key, n in pairs if n >= 0])
        shape = commands[starts[nth] : starts[nth + 1]]
        head = b"\x08" + _varint(named[nth]) if named else b""
        if tags:
            head += b"\x12" + _varint(len(tags)) + tags
        body = b"".join((head, b"\x18", _varint(kind), b"\x22", _varint(len(shape)), shape))
        features.append(b"\x12" + _varint(len(body)) + body)
    return features, [facts.values[number] for number in used]


def _pieces(commands: Ints, starts: Ints) -> tuple[bytes, list[int]]:
    """Encode all commands, and say from which byte on those of each feature stand."""
    if len(commands) > MANY_COMMANDS:
        encoded, edges = _varints(commands)
        return encoded, edges[starts].tolist()
    pieces = list(map(_varint, commands.tolist()))
    ends = [0, *accumulate(map(len, pieces))]
    return b"".join(pieces), [ends[start] for start in starts.tolist()]


class _Rows:
    """Bytes of many rows written block by block, each cell left out where it is not `shown`."""

    def __init__(self, count: int) -> None:
        self.bytes: list[NDArray[np.uint8]] = []
        self.shown: list[Flags] = []
        self.lengths: Ints = np.zeros(count, np.int64)

    def byte(self, value: int, shown: Flags | None = None) -> None:
        """Write one byte into every row."""
        cells = np.full((len(self.lengths), 1), value, np.uint8)
        if shown is not None:
            self.block(cells, shown)
        else:
            self.bytes.append(cells)
            self.shown.append(np.ones(cells.shape, np.bool_))
            self.lengths += 1

    def varints(self, numbers: NDArray[Any], shown: Flags | None = None, keys: NDArray[np.uint8] | None = None) -> None:
        """Write whole numbers from 0, one or more in a row: seven bits a byte, last first, top bit for "more follow".

        Before each number of a row stands its key, if there are keys.
        """
        numbers = numbers.reshape(len(self.lengths), -1)
        shown = np.ones(numbers.shape, np.bool_) if shown is None else shown.reshape(numbers.shape)
        most = int(numbers.max(initial=0))
        width = max(1, -(-most.bit_length() // 7))
        first = 0 if keys is None else 1
        cells = np.empty((*numbers.shape, first + width), np.uint8)
        kept = np.empty(cells.shape, np.bool_)
        if keys is not None:
            cells[..., 0], kept[..., 0] = keys, shown
        for nth in range(width):
            byte = numbers >> 7 * nth & 127
            if nth + 1 < width:
                byte |= (numbers >= 1 << 7 * nth + 7) * 128
            cells[..., first + nth] = byte
            kept[..., first + nth] = shown & (numbers >= 1 << 7 * nth) if nth else shown
        self.block(cells.reshape(len(numbers), -1), kept.reshape(len(numbers), -1))

    def block(self, cells: NDArray[np.uint8], shown: Flags) -> None:
        """Write cells into every row."""
        self.bytes.append(cells)
        self.shown.append(shown)
        self.lengths += np.count_nonzero(shown, axis=1)

    def extended(self, other: _Rows) -> None:
        """Write another's blocks after the own."""
        self.bytes += other.bytes
        self.shown += other.shown
        self.lengths += other.lengths

    def joined(self) -> bytes:
        """Give all rows one after another."""
        return np.concatenate(self.bytes, axis=1)[np.concatenate(self.shown, axis=1)].tobytes()


def _many(drawn: Drawn, ids: Ints | None, facts: Facts, index: Ints) -> tuple[list[bytes], list[bytes]]:
    """Encode features as rows, and their values; those of single points as rows from end to end."""
    facts = facts.picked(index)
    tagged = _Rows(drawn.count)
    if facts.keys:
        keys = np.arange(len(facts.keys), dtype=np.uint8)
        tagged.varints(facts.numbers, facts.numbers >= 0, keys)
    rest = _Rows(drawn.count)
    if ids is not None:
        rest.byte(0x08)
        rest.varints(ids)
    some = (tagged.lengths > 0)[:, None]
    rest.byte(0x12, some)
    rest.varints(tagged.lengths, some)
    rest.extended(tagged)
    return (_points if (drawn.kinds == POINT).all() else _lines_and_areas)(drawn, rest), facts.values


def _points(drawn: Drawn, head: _Rows) -> list[bytes]:
    """Encode points, each with three commands."""
    place = _Rows(drawn.count)
    place.varints(drawn.commands)
    for value in (0x18, POINT, 0x22):
        head.byte(value)
    head.varints(place.lengths)
    head.extended(place)
    rows = _Rows(drawn.count)
    rows.byte(0x12)
    rows.varints(head.lengths)
    rows.extended(head)
    return [rows.joined()]


def _lines_and_areas(drawn: Drawn, head: _Rows) -> list[bytes]:
    """Encode features with commands of their own length each."""
    commands, edges = _varints(drawn.commands)
    ends = edges[drawn.starts]
    head.byte(0x18)
    head.varints(drawn.kinds)
    head.byte(0x22)
    head.varints(np.diff(ends))
    rows = _Rows(drawn.count)
    rows.byte(0x12)
    rows.varints(head.lengths + np.diff(ends))
    rows.extended(head)
    heads, edges = rows.joined(), np.concatenate(([0], np.cumsum(rows.lengths))).tolist()
    bounds = ends.tolist()
    pairs = zip(pairwise(edges), pairwise(bounds), strict=True)
    return [piece for (a, b), (c, d) in pairs for piece in (heads[a:b], commands[c:d])]


def _varints(numbers: Ints) -> tuple[bytes, Ints]:
    """Encode whole numbers from 0 as varints; give where each one begins, and the end."""
    rows = _Rows(len(numbers))
    rows.varints(numbers)
    return rows.joined(), np.concatenate(([0], np.cumsum(rows.lengths)))


@lru_cache(maxsize=1_024)
def _text(field: int, text: str) -> bytes:
    data = text.encode()
    return bytes([field]) + _varint(len(data)) + data


class _Heads(dict[int, bytes]):
    """What stands before a value of so many bytes, made once for each length."""

    def __init__(self, *, text: bool) -> None:
        super().__init__()
        self.text = text

    def __missing__(self, length: int) -> bytes:
        inner = b"\x0a" + _varint(length) if self.text else b""
        self[length] = b"\x22" + _varint(len(inner) + length) + inner
        return self[length]


@lru_cache(maxsize=65_536)
def _whole(value: int) -> bytes:
    if not -(1 << 63) <= value < 1 << 63:
        raise TileError(f"a whole number has 64 bits, not as many as {value}")
    return b"\x28" + _varint(value) if value >= 0 else b"\x30" + _varint(-2 * value - 1)


def _fraction(value: float) -> bytes:
    if not math.isfinite(value):
        raise TileError(f"a number is finite, not {value}")
    return b"\x19" + struct.pack("<d", value)


def _truth(value: bool) -> bytes:
    return b"\x38\x01" if value else b"\x38\x00"


_HEADS, _TEXT_HEADS = _Heads(text=False), _Heads(text=True)
_ENCODERS: dict[type, Callable[[Any], bytes]] = {str: str.encode, bool: _truth, int: _whole, float: _fraction}
