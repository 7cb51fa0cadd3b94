"""The first stages in one: from lines to a text with its outline and parts."""

from __future__ import annotations

from collections.abc import Iterable

from hatang.core.plan_reader.normalise import normalised
from hatang.core.plan_reader.outline import outlined
from hatang.core.plan_reader.parts import with_parts
from hatang.core.plan_reader.structure import Line, Text


def read_text(lines: Iterable[Line]) -> Text:
    """Give a document's paragraphs, each with its place in the outline and its part."""
    blocks = normalised(lines)
    return with_parts(Text(blocks, outlined(blocks)))
