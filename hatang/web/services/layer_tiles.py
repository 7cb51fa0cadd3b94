"""A layer's tile for a person, drawn once for all who may see the same and kept until the rows behind it change."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from hatang.pages.tile_memory import Memory
from hatang.pages.tiles import TileSource
from hatang.web.services.layers import Ask, Layer

DEEPEST_ZOOM = 16
COMPRESSION = 5
KEY_BYTES = 1_000
MOST_BYTES = 128_000_000
SOURCES = Memory(most=200)
TILES = Memory(most=MOST_BYTES)


@dataclass(frozen=True)
class TileAsked:
    """One tile of a layer for somebody, with the state of the rows behind it."""

    layer: Layer
    ask: Ask
    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether there is such a tile at a zoom where the layer is drawn."""
        return self.layer.minzoom <= self.z <= DEEPEST_ZOOM and max(self.x, self.y) < 1 << self.z


def tile_key(asked: TileAsked, state: tuple[Any, ...]) -> tuple[Any, ...]:
    """Name all that a tile's content depends on: also today, as of which most people see, whatever day they ask for."""
    ask, province = asked.ask, asked.ask.province
    where = (asked.z, asked.x, asked.y, province and province.pk, ask.on, ask.narrowing, ask.known_at)
    today = timezone.localdate()
    return (asked.layer.key, where, today, state, asked.layer.audience(ask))


def compressed_tile(asked: TileAsked) -> bytes:
    """Give the tile's content as gzip, from memory where it is kept; nothing on the tile gives no bytes."""
    state = asked.layer.state(asked.ask.known_at)
    key = tile_key(asked, state)
    kept: bytes | None = TILES.get(key)
    if kept is None:
        content = drawn_tile(asked, repr(state))
        kept = gzip.compress(content, COMPRESSION, mtime=0) if content else b""
        TILES.keep(key, kept, len(kept) + KEY_BYTES)
    return kept


def drawn_tile(asked: TileAsked, state: str) -> bytes:
    """Draw the tile."""
    return source_of(asked.layer, asked.ask).tile(asked.z, asked.x, asked.y, version=state)


def source_of(layer: Layer, ask: Ask) -> TileSource:
    """Give what draws the layer for all who see the same; its SQL is made once, for a map asks many tiles."""
    where = (ask.province and ask.province.pk, ask.on, ask.narrowing, ask.known_at, timezone.localdate())
    key = (layer.key, where, layer.audience(ask))
    source: TileSource | None = SOURCES.get(key)
    if source is None:
        drawing = layer.draw(ask)
        source = TileSource(
            drawing.rows, layer.key, drawing.geometry, drawing.properties, drawing.feature_id, drawing.rough
        )
        SOURCES.keep(key, source, 1)
    return source
