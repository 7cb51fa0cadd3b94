"""A reader of vector tiles for tests, written from the specification and sharing nothing with the encoder."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry


@dataclass
class Feature:
    """One feature as it was written."""

    id: int | None
    kind: int
    properties: dict[str, Any]
    paths: list[list[tuple[int, int]]]

    @property
    def geometry(self) -> BaseGeometry:
        """Build points, lines or polygons; a ring of negative area (y grows downwards) is a hole."""
        if self.kind == 1:
            return shapely.MultiPoint([p for path in self.paths for p in path])
        if self.kind == 2:
            return shapely.MultiLineString(self.paths)
        polygons: list[list[Any]] = []
        for path in self.paths:
            if area(path) > 0:
                polygons.append([path, []])
            else:
                polygons[-1][1].append(path)
        return shapely.MultiPolygon([shapely.Polygon(*polygon) for polygon in polygons])


@dataclass
class Layer:
    """One layer as it was written."""

    name: str = ""
    version: int = 1
    extent: int = 4096
    keys: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)


def area(path: list[tuple[int, int]]) -> float:
    """Give a ring's area by the surveyor's formula."""
    return sum(x * v - u * y for (x, y), (u, v) in zip(path, path[1:] + path[:1], strict=True)) / 2


def varints(data: bytes) -> Iterator[int]:
    """Read one varint after another."""
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
    assert shift == 0, "a varint that does not end"


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Read a message's fields: their numbers with whole numbers or bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
            yield tag >> 3, value
            continue
        size, at = {1: (8, at), 5: (4, at)}.get(tag & 7) or varint(data, at)
        assert at + size <= len(data), "a field longer than its message"
        yield tag >> 3, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Read a varint; give it and where it ends."""
    end = at
    while data[end] > 127:
        end += 1
    return next(varints(data[at : end + 1])), end + 1


def signed(number: int) -> int:
    """Undo the zigzag."""
    return number >> 1 ^ -(number & 1)


def read_tile(data: bytes) -> dict[str, Layer]:
    """Read all layers of a tile, by name."""
    layers = [read_layer(content) for number, content in fields(data) if number == 3]
    return {layer.name: layer for layer in layers}


def read_layer(data: bytes) -> Layer:
    """Read a layer; its keys and values come after its features."""
    layer, features = Layer(), []
    for number, content in fields(data):
        if number == 1:
            layer.name = content.decode()
        elif number == 2:
            features.append(content)
        elif number == 3:
            layer.keys.append(content.decode())
        elif number == 4:
            layer.values.append(read_value(content))
        elif number == 5:
            layer.extent = content
        elif number == 15:
            layer.version = content
    layer.features = [read_feature(content, layer) for content in features]
    return layer


def read_value(data: bytes) -> Any:
    """Read a value by its type."""
    ((number, content),) = fields(data)
    return {
        1: lambda: content.decode(),
        2: lambda: struct.unpack("<f", content)[0],
        3: lambda: struct.unpack("<d", content)[0],
        4: lambda: content - (1 << 64) if content >> 63 else content,
        5: lambda: content,
        6: lambda: signed(content),
        7: lambda: bool(content),
    }[number]()


def read_feature(data: bytes, layer: Layer) -> Feature:
    """Read a feature with its properties by name."""
    feature, tags = Feature(None, 0, {}, []), []
    for number, content in fields(data):
        if number == 1:
            feature.id = content
        elif number == 2:
            tags = list(varints(content))
        elif number == 3:
            feature.kind = content
        elif number == 4:
            feature.paths = read_paths(list(varints(content)))
    for key, value in zip(tags[::2], tags[1::2], strict=True):
        assert layer.keys[key] not in feature.properties, "a key twice"
        feature.properties[layer.keys[key]] = layer.values[value]
    return feature


def read_paths(commands: list[int]) -> list[list[tuple[int, int]]]:
    """Follow MoveTo, LineTo and ClosePath from the tile's corner."""
    paths: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        assert command in (1, 2, 7) and count
        for _ in range(0 if command == 7 else count):
            x, y = x + signed(commands[at]), y + signed(commands[at + 1])
            at += 2
            if command == 1:
                paths.append([])
            paths[-1].append((x, y))
    return paths
